use super::*;

/// `[names|fallback]` for each expression, in place of it; quoted fallbacks in quotes.
fn shown(value: &str, found: &[Expression]) -> String {
    let mut out = String::new();
    let mut from = 0;
    for expression in found {
        out.push_str(TextRange::new(from, expression.range.start as usize).slice(value));
        let names: Vec<_> = expression.names.iter().map(|name| name.slice(value)).collect();
        out.push('[');
        out.push_str(&names.join(","));
        if let Some(fallback) = expression.fallback {
            let quote = if fallback.quoted { "'" } else { "" };
            out.push_str(&format!("|{quote}{}{quote}", fallback.range.slice(value)));
        }
        out.push(']');
        from = expression.range.end as usize;
    }
    out.push_str(TextRange::new(from, value.len()).slice(value));
    out
}

#[test]
fn every_way_of_writing() {
    let cases = [
        ("", ""),
        ("plain text, 100% of it", "plain text, 100% of it"),
        ("${X}", "[X]"),
        ("a-${X}-b", "a-[X]-b"),
        ("${X:-d}", "[X|d]"),
        ("${X-d}", "[X|d]"),
        ("${X:=d}", "[X|d]"),
        ("${X:-\"d e\"}", "[X|'d e']"),
        ("${X:?must be set}", "[X]"),
        ("${X:+other}", "[X]"),
        ("${X:d}", "[X|d]"),
        ("${spring.redis.host:localhost}", "[spring.redis.host|localhost]"),
        ("${db-host:localhost}", "[db-host|localhost]"),
        ("${A:${B:localhost}}", "[A,B|localhost]"),
        ("${A:${B}}", "[A,B]"),
        ("${A:http://${B:x}:80/}", "[A|http://${B:x}:80/]"),
        ("${A:jdbc:h2:mem}", "[A|jdbc:h2:mem]"),
        ("$X/$Y_Z.", "[X]/[Y_Z]."),
        ("pa$$word $1 $", "pa$$word $1 $"),
        ("$(X) $(cat file)", "[X] []"),
        ("%X%/%COMPUTER_NAME%", "[X]/[COMPUTER_NAME]"),
        ("caf%C3%A9%20x%2Fy", "caf%C3%A9%20x%2Fy"),
        ("%{x}-%{hiera.key}", "[x]-[hiera.key]"),
        ("#{x}.#{Project.Db}", "[x].[Project.Db]"),
        ("((x))-((/team/db.host))", "[x]-[/team/db.host]"),
        ("((not one)) ((a)", "((not one)) ((a)"),
        ("{{ .Values.x }}", "[x]"),
        ("{{ .Values.x | default \"d\" }}", "[x|'d']"),
        ("{{- default \"d\" .Values.global.x | quote -}}", "[x|'d']"),
        ("{{ default 5432 .Values.port }}", "[port|5432]"),
        ("{{ $.Values.db.host }}:{{ .Release.Name }}", "[host]:[]"),
        ("{{ required \"say it\" .Values.x }}", "[x]"),
        ("{{ include \"app.name\" . }}", "[]"),
        ("{{ x }}", "[x]"),
        ("{{ x | default('d') }}", "[x|'d']"),
        ("{{x|d('d', true)}}", "[x|'d']"),
        ("{{ lookup('env', 'X') | default('d', true) }}", "[X|'d']"),
        ("{{ env \"X\" }}", "[X]"),
        ("{{ requiredEnv \"X\" }}", "[X]"),
        ("{% if a %}b{% endif %}", "[]b[]"),
        ("{{{ x }}}", "[x]"),
        ("${{ secrets.STAGING_X }}", "[STAGING_X]"),
        ("${{ vars.X || 'd' }}", "[X|'d']"),
        ("${{ inputs.env == 'prod' && secrets.A || secrets.B }}", "[env,A,B]"),
        ("${{ needs.deploy-qa.outputs.url }}", "[deploy-qa.outputs.url]"),
        ("<%= ENV['X'] || 'd' %>", "[X|'d']"),
        ("<%= ENV.fetch(\"X\", \"d\") %>", "[X|'d']"),
        ("<%= ENV.fetch(\"X\") { \"d\" } %>", "[X|'d']"),
        ("<%= ENV[\"X\"].presence || \"d\" %>", "[X|'d']"),
        ("<%= ENV.fetch('PORT', 5432).to_i %>", "[PORT|5432]"),
        ("<%# ENV['X'] %>y", "[]y"),
        ("${{ matrix.target }}", "[target]"),
        ("${each.value.env}", "[env]"),
        ("${var.x}-${local.y}", "[x]-[y]"),
        ("${module.z.out}", "[z.out]"),
        ("${lower(var.x)}", "[x]"),
        ("${format(\"%s-db\", var.x)}", "[x]"),
        ("${coalesce(var.x, \"d\")}", "[x|'d']"),
        ("${env:X, 'd'}", "[X|'d']"),
        ("${env:X:-d}", "[X|d]"),
        ("${ssm:/a/${self:b}/c}", "[/a/${self:b}/c]"),
        ("${{ secrets['STAGING_X'] }}", "[STAGING_X]"),
        ("${local.ids[\"staging\"].x}", "[ids,staging]"),
        ("{{ index .Values \"db-url\" | quote }}", "[db-url]"),
        ("${self:custom.x}", "[custom.x]"),
        ("var.x", "[x]"),
        (" module.staging_db.endpoint ", " [staging_db.endpoint] "),
        ("local.application_data.host", "[host]"),
        ("data.aws_vpc.shared.id", "[aws_vpc.shared.id]"),
        ("data.example.com", "data.example.com"),
        ("local.example.com", "local.example.com"),
        ("jdbc:x://${A}/${B:b}?c=%D%", "jdbc:x://[A]/[B|b]?c=[D]"),
        ("{\"a\": {\"b\": \"${X}\"}}", "{\"a\": {\"b\": \"[X]\"}}"),
        ("${ ${X", "${ ${X"),
        ("${${X}", "${[X]"),
        ("{{ x", "{{ x"),
        ("<%= x", "<%= x"),
        ("é${ñ:é}é", "é[ñ|é]é"),
        ("${\0}", "[]"),
    ];
    for (value, expected) in cases {
        assert_eq!(shown(value, &expressions(value)), expected, "{value}");
    }
}

#[test]
fn code() {
    let cases = [
        ("os.environ.get(\"X\", \"d\")", "[X|'d']"),
        ("os.environ['X']", "[X]"),
        ("os.getenv('X') or 'd'", "[X|'d']"),
        ("int(os.getenv('X', '5432'))", "[X|'5432']"),
        ("process.env.X || 'd'", "[X|'d']"),
        ("process.env.X ?? \"d\",", "[X|'d']"),
        ("process.env['X']", "[X]"),
        ("env('X', 'd')", "[X|'d']"),
        ("getenv('X') ?: 'd'", "[X|'d']"),
        ("ENV.fetch('X', 'd')", "[X|'d']"),
        ("System.getenv(\"X\")", "[X]"),
        ("config(\"X\", default=\"d\")", "[X|'d']"),
        ("Environment.GetEnvironmentVariable(\"X\") ?? \"d\"", "[X|'d']"),
        ("std::env::var(\"X\").unwrap_or(\"d\".into())", "[X|'d']"),
        ("os.Getenv(\"X\")", "[X]"),
        ("$_ENV['X'] ?? 'd'", "[X|'d']"),
        ("get_env(\"X\", \"\")", "[X|'']"),
        ("ENV['X'] == 'prod' ? 'a' : 'b'", "[X]"),
    ];
    for (value, expected) in cases {
        let found = code_expression(value).unwrap_or_else(|| panic!("{value}"));
        assert_eq!(shown(value, &[found]), expected, "{value}");
    }
    for value in [
        "",
        "'os.getenv(1)'",
        "\"x\"",
        "true",
        "db.example.com",
        "connect('db', 5432)",
        "env",
    ] {
        assert_eq!(code_expression(value), None, "{value}");
    }
}

#[test]
fn literals_are_what_remains() {
    let cases = [
        ("https://${A}.uat.example.com/{{ x }}", "https://|.uat.example.com/"),
        ("${A:-uat}", ""),
        ("$(A)$B", ""),
        ("db-%X%", "db-"),
        ("whole", "whole"),
        ("", ""),
    ];
    for (value, expected) in cases {
        let parts: Vec<_> = literal_parts(value, &expressions(value))
            .iter()
            .map(|part| part.slice(value))
            .collect();
        assert_eq!(parts.join("|"), expected, "{value}");
    }
}

#[test]
fn hostile_values_stay_linear() {
    for (open, close) in [
        ("${", ""),
        ("${a:", "}"),
        ("((", "))"),
        ("{{", ""),
        ("$(", ")"),
        ("<%", ""),
        ("%a", ""),
        ("((a((", ""),
    ] {
        let value = open.repeat(50_000) + &close.repeat(50_000);
        for expression in expressions(&value) {
            assert!(expression.range.end as usize <= value.len());
        }
    }
    assert!(expressions(&("((".repeat(50_000) + "))")).is_empty());
    code_expression(&"env('".repeat(50_000));
    let value = "${a}".repeat(50_000);
    literal_parts(&value, &expressions(&value));
}
