use super::super::{check, outline};
use super::*;

fn lines(text: &str) -> Vec<String> {
    let parsed = (HCL.parse)(text);
    let mut lines = outline(text, &parsed);
    for problem in &parsed.problems {
        let line = crate::source::position(text, problem.at.start).line;
        lines.push(format!("! {line}: {}", problem.message));
    }
    lines
}

fn assert_lines(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(lines(text), *expected, "{text}");
    }
}

#[test]
fn claimed_files() {
    let cases = [
        ("a/main.tf", true),
        ("prod.auto.tfvars", true),
        ("live/terragrunt.hcl", true),
        ("job.nomad", true),
        ("main.tf.tmpl", true),
        ("backend.production.tfbackend", true),
        ("terraform.tfvars.example", true),
        ("main.tf.json", false),
        ("prod.tfvars.json", false),
        ("terraform.tfstate", false),
        ("x/.terraform.lock.hcl", false),
        ("notes.tmpl", false),
    ];
    for (path, expected) in cases {
        assert_eq!(claims(path, ""), expected, "{path}");
    }
}

#[test]
fn blocks_and_attributes() {
    assert_lines(&[
        (
            "resource \"aws_db_instance\" \"main\" {\n  host = \"db.example.com\" # c\n  port = 5432\n}\n",
            &[
                "resource.aws_db_instance.main.host = db.example.com",
                "resource.aws_db_instance.main.port = 5432",
            ],
        ),
        ("locals { a = true }\nb = -1.5e3", &["locals.a = true", "b = -1.5e3"]),
        (
            "a {\n  b {\n    c = var.d\n  }\n  b {\n    c = aws_x.y.*.id\n  }\n}",
            &["a.b.c = var.d", "a.b.c = aws_x.y.*.id"],
        ),
        (
            "env {\n  \"a/b\" = 1\n}\njob example { x = 1 }",
            &["env.a/b = 1", "job.example.x = 1"],
        ),
        (
            "a = x[0].y\nb = x[*].y\nc = x[each.key]\nd = !x",
            &["a = x[0].y", "b = x[*].y", "c = x[each.key]", "d = !x"],
        ),
        ("\u{feff}a = 1\r\nb = \"x\"\r\n\r\nc {\r\n}\r\n", &["a = 1", "b = x"]),
        ("// a = 1\n/* b = 2\n c = 3 */ d = /* x */ 4\n# e = 5", &["d = 4"]),
    ]);
}

#[test]
fn objects_and_tuples() {
    assert_lines(&[
        (
            "x = { a = 1, \"b\" : \"c\", (var.x) = 3 }",
            &["x.a = 1", "x.b = c", "x.var.x = 3"],
        ),
        (
            "x = {\n  a = {\n    b = \"c\"\n  }\n  \"${var.d}-e\" = \"f\"\n}",
            &["x.a.b = c", "x.${var.d}-e = f"],
        ),
        (
            "x = [\"a\", var.b, [1], { c = \"d\" }, # e\n]",
            &["x[0] = a", "x[1] = var.b", "x[2][0] = 1", "x[3].c = d"],
        ),
        ("x = {}\ny = []\nz = { a = [], b = { } }", &[]),
        ("x = { for = 1 }", &["x.for = 1"]),
    ]);
}

#[test]
fn strings() {
    assert_lines(&[
        (
            r#"x = "${lookup(local.x, "a")}-db""#,
            &[r#"x = ${lookup(local.x, "a")}-db"#],
        ),
        (
            r#"x = "a\"b\\" y"#,
            &[
                "x = a\"b\\",
                "! 1: something stands behind the value: are quotes missing?",
            ],
        ),
        (
            r#"x = ["${a["b"]}}", "%{ if x == "}" }c%{ endif }"]"#,
            &[r#"x[0] = ${a["b"]}}"#, r#"x[1] = %{ if x == "}" }c%{ endif }"#],
        ),
        (r#"x = "$${a" # "c""#, &["x = $${a"]),
        (
            "x = \"${\n  join(\",\", y)\n}\"\nz = 1",
            &["x = ${\n  join(\",\", y)\n}", "z = 1"],
        ),
        ("x = <<EOT\n  a\n EOT2\nEOT\ny = 1", &["x =   a\n EOT2\n", "y = 1"]),
        (
            "x = <<-EOT\n    a\n      b = \"\n    EOT\ny = 1",
            &["x = a\n  b = \"\n", "y = 1"],
        ),
        ("x = f(<<EOT\na\nEOT\n)", &["x[0] = a\n"]),
        ("x = <<EOT\r\na\r\nEOT\r\ny = 1", &["x = a\r\n", "y = 1"]),
    ]);
}

#[test]
fn expressions() {
    assert_lines(&[
        (
            "x = merge(local.base, { host = \"h\" }, { a = { b = \"c\" } })",
            &["x.host = h", "x.a.b = c"],
        ),
        (
            "x = concat([\"a\"], local.b, [\"c\", var.d])",
            &["x[0] = a", "x[1] = c", "x[2] = var.d"],
        ),
        ("x = jsonencode({ a = [\"b\"] })", &["x.a[0] = b"]),
        (
            "x = templatefile(\"t.tpl\", { a = \"b\" })",
            &["x[0] = t.tpl", "x.a = b"],
        ),
        ("x = lookup(var.m, \"k\", \"d\")", &["x[0] = k", "x[1] = d"]),
        ("x = [upper(\"a\"), \"b\"]", &["x[0][0] = a", "x[1] = b"]),
        ("x = { a = 1 }[var.k]\ny = (\"z\")", &["x.a = 1", "y[0] = z"]),
        (
            "x = [for s in [\"a\", \"b\"] : \"p-${s}\" if s != \"c\"]",
            &["x[0] = a", "x[1] = b", "x[2] = p-${s}"],
        ),
        (
            "x = {\n  for k, v in var.m :\n  \"k-${k}\" => { host = \"h\" }\n  if v == \"c\"\n}",
            &["x.k-${k}.host = h"],
        ),
        ("x = { for k in y : upper(k) => v... }", &["x.upper(k) = v"]),
        (
            "x = { f(\"%s-a\", y) = { b = 1 }, c[\"d\"].e = 2\n  (\"${f}-g\") = 3 }",
            &["x.f(\"%s-a\", y).b = 1", "x.c[\"d\"].e = 2", "x.${f}-g = 3"],
        ),
        (
            "x = concat([\"a\"], [\n  for k in y : \"b\"\n  if k == \"c\"\n], [for k in z : k])",
            &["x[0] = a", "x[1] = b", "x[2] = k"],
        ),
        ("x = merge({ for k in y : k => \"a\" }...)", &["x.k = a"]),
        ("x = provider::n::f(\"a\")", &["x[0] = a"]),
        (
            "x = merge(\n  var.a,\n  # c\n  { b = \"c\" },\n)\ny = 1",
            &["x.b = c", "y = 1"],
        ),
    ]);
}

#[test]
fn conditions_comparisons_and_indexes_hold_no_values() {
    assert_lines(&[
        ("x = var.env == \"prod\" ? \"a\" : \"b\"", &["x[0] = a", "x[1] = b"]),
        (
            "x = contains([\"p\"], var.e) ? \"a\" : var.e != \"q\" ? \"b\" : \"c\"",
            &["x[0] = a", "x[1] = b", "x[2] = c"],
        ),
        ("x = \"p\" == var.e ? { a = \"b\" } : {}", &["x.a = b"]),
        (
            "x = (var.a == \"p\" || f(\"q\")) ? [\"a\"] : [\"b\"]",
            &["x[0] = a", "x[1] = b"],
        ),
        ("x = { y = a == \"p\", z = a ? \"b\" == c : \"d\" }", &["x.z[0] = d"]),
        ("x = local.accounts[\"p\"]\ny = f(l[\"p\"].z, \"a\")", &["y[0] = a"]),
        ("x = l[var.e == \"p\" ? \"q\" : \"r\"]\ny = m[f(\"p\")][0]", &[]),
        ("x = can(regex(\"r\", a)) && b", &[]),
        (
            "x = true ? a[\"p\"] : \"b\"\ny = [a == \"b\", \"c\"]",
            &["x[0] = b", "y[1] = c"],
        ),
    ]);
}

#[test]
fn templates_of_other_tools() {
    assert_lines(&[
        (
            "{{ if .x }}\na = {{ .y }}\n{{ end }}\nb = ${c}-d",
            &["a = {{ .y }}", "b = ${c}-d"],
        ),
        ("%{ for x in [\"a\"] ~}\na = \"b\"\n%{ endfor ~}", &["a = b"]),
        (
            "{% if x %}\na = 1\n{% endif %}\n<% if y %>\nb = <%= z %>\n<% end %>",
            &["a = 1", "b = <%= z %>"],
        ),
    ]);
}

#[test]
fn broken_text_costs_little() {
    assert_lines(&[
        ("a = \"b\nc = \"d\"", &["a = b", "c = d", "! 1: this string never ends"]),
        (
            "a = \"x${b\"\nc = 1",
            &["a = x${b", "c = 1", "! 1: this string never ends"],
        ),
        (
            "a = [\n  \"b\"\nc = \"d\"\n",
            &["a[0] = b", "c = d", "! 1: this bracket is never closed"],
        ),
        (
            "x {\n  a = f({\n    b = [\"c\"\n    d = 1\n  }\n}\ny = 2",
            &[
                "x.a.b[0] = c",
                "x.a.d = 1",
                "y = 2",
                "! 2: this bracket is never closed",
                "! 3: this bracket is never closed",
            ],
        ),
        (
            "a = f(\"b\",\n\nresource \"t\" \"n\" {\n  c = 1\n}",
            &["a[0] = b", "resource.t.n.c = 1", "! 1: this bracket is never closed"],
        ),
        (
            "a = {\n  b = 1\n\nresource \"t\" \"n\" {\n  c = 1\n}",
            &["a.b = 1", "resource.t.n.c = 1", "! 1: this bracket is never closed"],
        ),
        ("a {\n  b = 1\n", &["a.b = 1", "! 1: this bracket is never closed"]),
        (
            "}\na = 1 ]\nb = 2",
            &[
                "a = 1",
                "b = 2",
                "! 1: this bracket closes nothing",
                "! 2: this bracket closes nothing",
            ],
        ),
        (
            "a =\nb = 1\nc = d ?\ne",
            &[
                "b = 1",
                "! 1: a value is expected",
                "! 3: a value is expected",
                "! 4: a `=` or `{` is expected",
            ],
        ),
        (
            "a b c\nd = 1, e = 2\n'f' = @",
            &[
                "d = 1",
                "e = 2",
                "! 1: a `{` is expected after the labels of a block",
                "! 2: a comma has no meaning here",
                "! 3: a name is expected",
            ],
        ),
        (
            "a = [1 2, \"b\" \"c\"]",
            &[
                "a[0] = 1",
                "a[1] = 2",
                "a[2] = b",
                "a[3] = c",
                "! 1: a comma is expected",
            ],
        ),
        (
            "a = { b : c, , d = , e }\nf = 1",
            &["a.b = c", "f = 1", "! 1: a value is expected"],
        ),
        ("a = <<EOT\nb = 1\n", &["a = b = 1\n", "! 1: this heredoc never ends"]),
        ("a = 1\n/* b = 2", &["a = 1", "! 2: this comment never ends"]),
        (
            "a: 1\n= 2\nb = 1 = 2\nč = \"\u{0}ž\"",
            &[
                "a = 1",
                "b = 1",
                "č = \u{0}ž",
                "! 1: a `=` is expected",
                "! 2: a name is expected",
                "! 3: a `=` has no meaning here",
            ],
        ),
    ]);
}

#[test]
fn many_heredocs_on_a_line_cost_linear_time() {
    // All of the blanks were looked at again for each of the signs.
    let text = format!("x = {}{}", "<<".repeat(200_000), " ".repeat(400_000));
    let parsed = (HCL.parse)(&text);
    check(&text, &parsed).unwrap();
    let text = "a = << E \r\nb\n E\nc = <<-F\n  d\n  F";
    assert_eq!(outline(text, &(HCL.parse)(text)), ["a = b\n", "c = d\n"]);
}

#[test]
fn depth_and_hostile_text_cost_linear_time() {
    let repeat = |text: &str| text.repeat(100_000 / text.len());
    let nested = |open: &str, close: &str| format!("x = {}\"a\"{}", open.repeat(20_000), close.repeat(20_000));
    for (text, entries) in [
        (nested("[", "]"), 20_001),
        (nested("{ a = ", "}"), 20_001),
        (nested("f(", ")"), 2),
        (nested("f([{ a = ", "}])"), 40_001),
        (format!("{}{}", "a {\n".repeat(20_000), "}\n".repeat(20_000)), 20_000),
        (format!("x = \"{}{}\"", "${\"".repeat(20_000), "\"}".repeat(20_000)), 1),
    ] {
        let parsed = (HCL.parse)(&text);
        assert!(parsed.problems.is_empty(), "{:?} {:?}", text.get(..40), parsed.problems);
        assert_eq!(parsed.entries.len(), entries, "{:?}", text.get(..40));
        check(&text, &parsed).unwrap();
    }
    for piece in [
        "[",
        "(",
        "{",
        "{{",
        "x = \"${ ",
        "x = \"${\n",
        "x = <<EOT\n",
        "\u{0}",
        "a ",
        "x = [\n",
        "\"",
        "${",
        "]",
        ")(",
        "{(",
        "a = [{(",
        "x = (\n",
        "\n  a = (",
        "? ",
        "x ? ",
        "a == ",
        "[for x in ",
        "{for k in y : k => ",
        "/*",
        "$",
        "a = b[\"",
        "{%",
        "\n{{",
        "{{}}",
        "<< ",
        "<<A ",
        "<<A\u{c}",
    ] {
        let text = repeat(piece);
        let parsed = (HCL.parse)(&text);
        check(&text, &parsed).unwrap();
        check(&format!("x = {text}"), &(HCL.parse)(&format!("x = {text}"))).unwrap();
    }
}
