use super::*;
use crate::formats::outline;

#[test]
fn settings() {
    let cases: &[(&str, &[&str])] = &[
        (
            r#"{"a": {"b": "c", "d": [1, true, {"e": null}]}}"#,
            &["a.b = c", "a.d[0] = 1", "a.d[1] = true", "a.d[2].e = null"],
        ),
        (
            "\u{feff}{\r\n  // no\r\n  \"a\": \"b\\/c\", /* no */ 'd': +0x1F,\r\n}",
            &["a = b/c", "d = +0x1F"],
        ),
        ("[\"a\", [\"b\"],]", &["[0] = a", "[1][0] = b"]),
        ("{a: 1, \"b c\": \"\"}", &["a = 1", "b c = "]),
        ("{\"a\":1}\n{\"a\":2}\n[3]\n", &["a = 1", "a = 2", "[0] = 3"]),
        ("\"a\"", &[" = a"]),
        ("1 2", &[" = 1", " = 2"]),
        ("{}", &[]),
        ("{\"a\": \"č\\u0041\" \"b\": 2}", &["a = čA", "b = 2"]),
        ("\"a\": 1,\n\"b\": {\"c\": 2}", &["a = 1", "b.c = 2"]),
        (
            "{\"a\": {{ .port }}, \"b\": \"<%= c[\"d\"] %>\", {{ if .x }} \"e\": ${f} {{ end }} }",
            &["a = {{ .port }}", "b = <%= c[\"d\"] %>", "e = ${f}"],
        ),
        ("{{ k }}: 1", &["{{ k }} = 1"]),
        ("", &[]),
    ];
    for (text, expected) in cases {
        let parsed = parse(text);
        assert_eq!(outline(text, &parsed), *expected, "{text:?}");
        assert!(parsed.problems.is_empty(), "{text:?}: {:?}", parsed.problems);
    }
}

#[test]
fn errors_lose_little() {
    let cases: &[(&str, &[&str], &[u32])] = &[
        ("{\"a\": , \"b\": 2}", &["a = ", "b = 2"], &[5]),
        ("{\"a\": \"b,\n \"c\": 1}", &["a = b", "c = 1"], &[6]),
        ("{\"a\", \"b\": 2}", &["b = 2"], &[2]),
        (
            "{\"a\": [1, {\"b\": 2], \"c\": 3}",
            &["a[0] = 1", "a[1].b = 2", "c = 3"],
            &[17],
        ),
        ("{\"a\": 1}}, \"b\": 2", &["a = 1", "b = 2"], &[8]),
        ("{\"a\": 1", &["a = 1"], &[7]),
        ("{\"a\":: 1, \"b\": 2}", &["a = 1", "b = 2"], &[5]),
        ("{\"a\": {\"b\": 1}, {\"c\": 2}}", &["a.b = 1", "c = 2"], &[16]),
        ("{\"a\": 1 /* b", &["a = 1"], &[8, 12]),
        ("[1, 2 : 3]", &["[0] = 1", "[1] = 2", "[2] = 3"], &[6]),
        ("{\"a\": \u{0}, b: 1}", &["a = \u{0}", "b = 1"], &[]),
    ];
    for (text, expected, places) in cases {
        let parsed = parse(text);
        assert_eq!(outline(text, &parsed), *expected, "{text:?}");
        let found: Vec<_> = parsed.problems.iter().map(|problem| problem.at.start).collect();
        assert_eq!(found, *places, "{text:?} {:?}", parsed.problems);
    }
}

#[test]
fn documents_are_numbered_only_when_there_are_several() {
    let one = parse("{\"a\": {\"b\": 1}}");
    assert!(one.entries.iter().all(|entry| !matches!(entry.key, Key::Document(_))));
    let two = parse("{\"a\": {\"b\": 1}}\n{\"c\": 2}");
    let keys: Vec<_> = two
        .entries
        .iter()
        .filter(|entry| entry.parent.is_none())
        .map(|entry| entry.key)
        .collect();
    assert_eq!(keys, [Key::Document(0), Key::Document(1)]);
}

#[test]
fn encodings() {
    let text = r#"["a", "b\n", 1]"#;
    let encodings: Vec<_> = parse(text)
        .entries
        .iter()
        .filter_map(|entry| match entry.value {
            Value::Scalar(scalar) => Some((scalar.range.slice(text).to_owned(), scalar.encoding)),
            _ => None,
        })
        .collect();
    assert_eq!(
        encodings,
        [
            ("a".to_owned(), Encoding::Plain),
            ("b\\n".to_owned(), Encoding::Backslash),
            ("1".to_owned(), Encoding::Plain)
        ]
    );
}

#[test]
fn depth_costs_no_stack() {
    let depth = 200_000;
    let text = format!("{}1{}", "[{\"a\":".repeat(depth), "}]".repeat(depth));
    let parsed = parse(&text);
    assert_eq!(parsed.entries.len(), 2 * depth);
    assert!(parsed.problems.is_empty());
    let open = "[".repeat(depth) + &"}".repeat(depth);
    assert_eq!(parse(&open).problems.len(), 2);
    let crossed = "[{".repeat(depth) + &"}]]".repeat(depth);
    assert!(!parse(&crossed).problems.is_empty());
}

#[test]
fn claims_by_name_and_by_head() {
    for path in [
        "a.json",
        "b/appsettings.Production.JSON",
        "c.json.erb",
        "d.jsonc",
        "e.json5",
        "f.tfvars.json",
        "g.json.j2",
    ] {
        assert!(claims(path, ""), "{path}");
    }
    assert!(claims("a.conf", "{\n  \"a\": 1"));
    for path in ["a.tfstate", "json", "a.jsonl", ".babelrc", "a.conf"] {
        assert!(!claims(path, "server {"), "{path}");
    }
}
