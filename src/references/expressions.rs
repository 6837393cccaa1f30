//! Expressions inside of values: variables and templates that are filled in later, their names and their fallbacks.

mod code;
mod delimiters;

use crate::source::TextRange;
use code::Body;
use delimiters::{Found, Pairs, Style};

/// A place in a value that something else fills in later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// All of it, with its delimiters.
    pub range: TextRange,
    /// The names of the variables that it reads: `DB_HOST` of `${DB_HOST:-db}`, `x` of `{{ .Values.x }}`.
    pub names: Vec<TextRange>,
    /// The value that stands in where the variable has none.
    pub fallback: Option<Fallback>,
}

/// The value that stands in where a variable has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback {
    /// The text, without quotes. It may hold expressions in turn.
    pub range: TextRange,
    /// Whether it was written in quotes.
    pub quoted: bool,
}

/// The expressions of a value, in order, none inside of another: of nested defaults (`${A:${B:x}}`) the outer one names
/// all variables and has the innermost fallback.
pub fn expressions(value: &str) -> Vec<Expression> {
    let bytes = value.as_bytes();
    let mut found = Vec::new();
    if let Some(range) = terraform_name(value) {
        found.push(Body::read(value, range, Style::Code).into_expression(range));
        return found;
    }
    if memchr::memchr3(b'$', b'%', b'{', bytes).is_none() && memchr::memmem::find(bytes, b"((").is_none() {
        return found;
    }
    let mut pairs = Pairs::default();
    let mut at = 0;
    while let Some(next) = delimiters::next(value, at, &mut pairs) {
        at = next.range.end as usize;
        if let Some(expression) = read(value, next, &mut pairs) {
            found.push(expression);
        }
    }
    found
}

/// A value that is code as a whole and reads a variable: `os.environ.get("DB_HOST", "localhost")`,
/// `process.env.DB_HOST || 'localhost'`. Meant for values of code alone.
pub fn code_expression(value: &str) -> Option<Expression> {
    let start = value.len() - value.trim_start().len();
    let range = TextRange::new(start, value.trim_end().len());
    if range.slice(value).starts_with(['"', '\'', '`']) {
        return None;
    }
    let body = Body::read(value, range, Style::Code);
    (!body.names.is_empty()).then(|| body.into_expression(range))
}

/// The text around the expressions of a value, without the empty parts.
pub fn literal_parts(value: &str, expressions: &[Expression]) -> Vec<TextRange> {
    let mut parts = Vec::new();
    let mut from = 0;
    for expression in expressions {
        let (start, end) = (expression.range.start as usize, expression.range.end as usize);
        if start > from {
            parts.push(TextRange::new(from, start));
        }
        from = end;
    }
    if value.len() > from {
        parts.push(TextRange::new(from, value.len()));
    }
    parts
}

fn read(value: &str, found: Found, pairs: &mut Pairs) -> Option<Expression> {
    let whole = found.range;
    let body = found.body;
    let names = |names| Expression {
        range: whole,
        names,
        fallback: None,
    };
    match found.style {
        Style::Escape => None,
        Style::Comment => Some(names(Vec::new())),
        Style::Name => Some(names(vec![body])),
        Style::Code | Style::Template => Some(Body::read(value, body, found.style).into_expression(whole)),
        Style::Shell => Some(shell(value, whole, body, pairs)),
    }
}

/// `${NAME}` with the defaults of shells, Compose and Spring, or HCL code in `${ }`.
fn shell(value: &str, whole: TextRange, body: TextRange, pairs: &mut Pairs) -> Expression {
    let mut names = Vec::new();
    let mut fallback = None;
    let mut inner = body;
    // Each round takes one default apart; it is shorter than the one before.
    loop {
        let text = inner.slice(value);
        let start = inner.start as usize;
        let Some((name, operator)) = split_name(text) else {
            let code = Body::read(value, inner, Style::Code);
            names.extend(code.names);
            fallback = code.fallback;
            break;
        };
        let name_start = start + text.len() - text.trim_start_matches(['!', '#', ' ']).len();
        names.push(TextRange::new(name_start, name_start + name.len()));
        let Some(skip) = operator else { break };
        if SCHEMES.contains(&name) && text.as_bytes().get(name_start - start + name.len()) == Some(&b':') {
            names.pop();
            let from = name_start + name.len() + 1;
            fallback = scheme(value, TextRange::new(from, inner.end as usize), &mut names);
            break;
        }
        let rest = TextRange::new(name_start + name.len() + skip, inner.end as usize);
        match delimiters::braced(value, rest, pairs) {
            Some(next) => inner = next,
            None => {
                fallback = Some(unquoted(value, rest));
                break;
            }
        }
    }
    Expression {
        range: whole,
        names,
        fallback,
    }
}

/// What stands before a name in the expressions of Serverless and Log4j: `${env:DB_HOST, 'db'}`.
const SCHEMES: [&str; 10] = ["env", "opt", "self", "sys", "ssm", "cf", "param", "s3", "aws", "vault"];

/// The name after a scheme and the fallback after a comma or `:-`.
fn scheme(value: &str, range: TextRange, names: &mut Vec<TextRange>) -> Option<Fallback> {
    let text = range.slice(value);
    let start = range.start as usize;
    if text.contains("${") {
        names.push(range);
        return None;
    }
    let length = text.find([',', ' ']).unwrap_or(text.len());
    let (length, skip) = match text.find(":-") {
        Some(at) if at < length => (at, 2),
        _ => (length, 1),
    };
    if length > 0 {
        names.push(TextRange::new(start, start + length));
    }
    let rest = TextRange::new((start + length + skip).min(range.end as usize), range.end as usize);
    (!rest.slice(value).trim().is_empty()).then(|| unquoted(value, rest))
}

/// The name that a `${ }` body starts with, and how long the operator before its default is. `None` for code.
fn split_name(text: &str) -> Option<(&str, Option<usize>)> {
    const TERRAFORM: [&str; 7] = ["var.", "local.", "module.", "data.", "each.", "self.", "path."];
    let text = text.trim_start_matches(['!', '#', ' ']);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/') || byte >= 0x80;
    let length = text.bytes().take_while(|&byte| is_name(byte)).count();
    let mut name = text.get(..length)?;
    let upper = |part: &str| {
        part.bytes()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
    };
    // `${DB_HOST-db}` has a default; `${db-host}` is a name of Spring.
    if let Some((before, _)) = name
        .split_once('-')
        .filter(|(before, _)| !before.is_empty() && upper(before))
    {
        name = before;
    }
    if name.is_empty() || TERRAFORM.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    let rest = text.get(name.len()..)?;
    let operator = match rest.as_bytes() {
        [b':', b'-' | b'=', ..] => Some(2),
        [b'-' | b'=', ..] => Some(1),
        // What replaces a variable that is set, and what is said of one that is not, are no defaults.
        [b':', b'+' | b'?', ..] | [b'+' | b'?', ..] => None,
        [b':', ..] => Some(1),
        [] | [b'%' | b'#' | b'/' | b'^' | b',' | b'@' | b'[' | b'|' | b'}', ..] => None,
        _ if rest.trim().is_empty() => None,
        _ => return None,
    };
    Some((name, operator))
}

/// A fallback without the blanks and the quotes around it.
fn unquoted(value: &str, range: TextRange) -> Fallback {
    let text = range.slice(value);
    let start = range.start as usize + text.len() - text.trim_start().len();
    let trimmed = text.trim();
    let inner = ['"', '\'']
        .iter()
        .find_map(|&quote| trimmed.strip_prefix(quote)?.strip_suffix(quote));
    match inner {
        Some(inner) => Fallback {
            range: TextRange::new(start + 1, start + 1 + inner.len()),
            quoted: true,
        },
        None => Fallback {
            range: TextRange::new(start, start + trimmed.len()),
            quoted: false,
        },
    }
}

/// A whole value that is a reference of Terraform without `${ }`: `var.x`, `module.db.endpoint`.
fn terraform_name(value: &str) -> Option<TextRange> {
    let text = value.trim();
    let (object, rest) = text.split_once('.')?;
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b'"' | b'*');
    let plain = match object {
        "var" | "each" | "module" => true,
        // `local.example.com` and `data.example.com` are hosts.
        "local" | "self" => !rest.contains('.') || rest.contains(['_', '[']),
        "data" => rest.split('.').next().is_some_and(|kind| kind.contains('_')) && rest.contains('.'),
        _ => false,
    };
    let start = value.len() - value.trim_start().len();
    (plain && !rest.is_empty() && rest.bytes().all(is_part)).then(|| TextRange::new(start, start + text.len()))
}

#[cfg(test)]
mod tests {
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
}
