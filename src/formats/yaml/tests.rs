use super::*;
use crate::{
    formats::{Key, Value, outline},
    source::TextRange,
};

fn read(text: &str) -> (Vec<String>, Vec<String>) {
    let parsed = parse(text);
    let problems = parsed.problems.iter().map(|problem| {
        let at = crate::source::position(text, problem.at.start);
        format!("{}:{}: {}", at.line, at.column, problem.message)
    });
    (outline(text, &parsed), problems.collect())
}

/// Reads each text and compares what it gives with the lines of `expected`, without problems.
fn all_good(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let (lines, problems) = read(text);
        assert!(
            lines == *expected && problems.is_empty(),
            "{text}\n{lines:#?}{problems:?}"
        );
    }
}

#[test]
fn scalars() {
    all_good(&[
        ("a: b c  # d\n", &["a = b c"]),
        (
            "a: 'it''s'\nb: \"c\\t\\u0041 \\\"d\\\"\"\n",
            &["a = it's", "b = c\tA \"d\""],
        ),
        ("a: b\n  c\n\n  d\n", &["a = b c\nd"]),
        ("a: 'b\n  c'\nd: \"e\n  f \\\n  g\"\n", &["a = b c", "d = e f g"]),
        (
            "a: |\n  b\n    c\n\nd: >-\n  e\n  f\n\n  g\n",
            &["a = b\n  c", "d = e f\ng"],
        ),
        ("a: |2\n    b\n   c\nd: |+ # e\n\n  f\n\n", &["a =  b\nc", "d = f"]),
        (
            "a:\nb: ~\nc: ''\nd: |\ne: !f\n",
            &["a = ", "b = ~", "c = ", "d = ", "e = "],
        ),
        (
            "a: !vault |\n  b\nc: !ENC d\ne: !!str 1\n",
            &["a = b", "c = d", "e = 1"],
        ),
        (
            "a b: 1\nc::d: 2\n\"e: f\": 3\n? g\n: 4\nh : 5\n",
            &["a b = 1", "c::d = 2", "e: f = 3", "g = 4", "h = 5"],
        ),
        ("a: http://b.example.com:80/#c\n", &["a = http://b.example.com:80/#c"]),
        (
            "\u{feff}a: č\r\nb: \"ř\r\n  d\"\r\nc: |\r\n  e\r\n  f\r\n",
            &["a = č", "b = ř d", "c = e\nf"],
        ),
        ("a:\tb\n", &["a = b"]),
        ("just text\n", &[" = just text"]),
        ("", &[]),
        ("# nothing\n---\n...\n", &[]),
    ]);
}

#[test]
fn structure() {
    all_good(&[
        (
            "a:\n  b:\n  - c\n  - d: e\n    f: g\n  -\n",
            &["a.b[0] = c", "a.b[1].d = e", "a.b[1].f = g", "a.b[2] = "],
        ),
        (
            "- a\n- - b\n  - {c: d, e}\n",
            &["[0] = a", "[1][0] = b", "[1][1].c = d", "[1][1].e = "],
        ),
        (
            "a: {b: [c, {d: e}], \"f\":g}\n",
            &["a.b[0] = c", "a.b[1].d = e", "a.f = g"],
        ),
        ("{\"a\": {\"b\": \"c\\/d\"}}\n", &["a.b = c/d"]),
        (
            "%YAML 1.2\n---\na: b\n...\n# c\n--- |\n  d\n---\na: e\n",
            &["a = b", " = d", "a = e"],
        ),
        (
            "a: &x\n  b: c\nd: *x\ne:\n  <<: *x\n  f: &y g\nh:\n  <<: [*x, *x]\n  <<: *x\ni: *y\n",
            &[
                "a.b = c",
                "d -> a",
                "e.<< -> a",
                "e.f = g",
                "h.<<[0] -> a",
                "h.<<[1] -> a",
                "h.<< -> a",
                "i -> e.f",
            ],
        ),
        ("a: &x b\nc: &x d\ne: *x\n", &["a = b", "c = d", "e -> c"]),
    ]);
}

#[test]
fn only_several_documents_are_numbered() {
    let top = |text: &str| -> Vec<Key> {
        let parsed = parse(text);
        let top = parsed.entries.iter().filter(|entry| entry.parent.is_none());
        top.map(|entry| entry.key).collect()
    };
    assert_eq!(top("---\na: 1\n---\n# nothing\n"), [Key::Name(TextRange::new(4, 5))]);
    assert_eq!(top("a: 1\n---\n---\nb: 2\n"), [Key::Document(0), Key::Document(1)]);
    assert_eq!(top("- a\n- b\n"), [Key::Item(0), Key::Item(1)]);
}

#[test]
fn places() {
    let cases = [
        ("a: 'b c' # d\n", "b c"),
        ("a: \"b\\n\"\n", "b\\n"),
        ("a: b\n  c\nd: e\n", "b\n  c"),
        ("a: |\n\n   b\n    c\n\n\n", "   b\n    c"),
        ("a: &b !c d\n", "d"),
        ("a: {{ b }}-c # d\n", "{{ b }}-c"),
        ("a: \"{{ b \"c\" }}\"\n", "{{ b \"c\" }}"),
    ];
    for (text, expected) in cases {
        let parsed = parse(text);
        let Value::Scalar(scalar) = parsed.entries[0].value else {
            panic!("{text}")
        };
        assert_eq!(scalar.range.slice(text), expected);
    }
    for (text, at) in [
        ("a:   \nb: c\n", 2),
        ("\"a\" :\nb: c\n", 5),
        ("a: |\nb: c\n", 5),
        ("- \n", 2),
    ] {
        let Value::Scalar(scalar) = parse(text).entries[0].value else {
            panic!("{text}")
        };
        assert_eq!(scalar.range, TextRange::new(at, at), "{text}");
    }
}

#[test]
fn templates() {
    all_good(&[
        ("a: db-{{ .env }}.example.com\n", &["a = db-{{ .env }}.example.com"]),
        (
            "{{- if .a }}\nb: {{ .c | default \"d: e\" }}\n{{- end }}\n",
            &["b = {{ .c | default \"d: e\" }}"],
        ),
        ("{{ .a }}: {{ .b }}\n", &["{{ .a }} = {{ .b }}"]),
        (
            "a: [{{ b }}, {{ c }}]\nd: {{{ e }}}\n",
            &["a[0] = {{ b }}", "a[1] = {{ c }}", "d = {{{ e }}}"],
        ),
        // Alternatives are no duplicates.
        ("{% if a %}\nb: c\n{% else %}\nb: d\n{% endif %}\n", &["b = c", "b = d"]),
        // What an expression inserts is the value, unless there are others.
        (
            "a:\n  {{- if c }}\n  {{- toYaml .b | nindent 2 }}\n  {{- end }}\nd: e\n",
            &["a = {{- toYaml .b | nindent 2 }}", "d = e"],
        ),
        ("a:\n{{- if b }}\nc: d\n{{- end }}\n", &["a = ", "c = d"]),
        ("a: {{- b | nindent 2 }}\n  c: d\n", &["a.c = d"]),
        (
            "a: |- {{ b | nindent 2 }}\nc: d\n",
            &["a = {{ b | nindent 2 }}", "c = d"],
        ),
        (
            "a: |\n  {{- if b }}\n  c: {{ d }}\n  {{- end }}\ne: f\n",
            &["a = {{- if b }}\nc: {{ d }}\n{{- end }}", "e = f"],
        ),
        ("a: |\n{{ b | indent 2 }}\nc: d\n", &["a = {{ b | indent 2 }}", "c = d"]),
        ("a: ${{ b.c }}/d\ne: \"${F}\"\n", &["a = ${{ b.c }}/d", "e = ${F}"]),
        ("a: @B@\nc: %{d}/e\nf: ((g))\n", &["a = @B@", "c = %{d}/e", "f = ((g))"]),
        (
            "a: <%= b %>\n<% if c -%>\nd: \"<%= ENV[\"E\"] %>\"\n<% end -%>\n",
            &["a = <%= b %>", "d = <%= ENV[\"E\"] %>"],
        ),
        (
            "a:\n- b\n{{- define \"c\" }}\n- d: e\n{{- end }}\n",
            &["a[0] = b", "[0].d = e"],
        ),
    ]);
}

#[test]
fn faults_leave_the_rest() {
    let does_not_fit = "not valid YAML: this line does not fit what stands above it";
    let cases: &[(&str, &[&str], &[String])] = &[
        ("a: b\na: c\n", &["a = b", "a = c"], &["2:1: duplicate key".into()]),
        (
            "a: *b\nc: &d [*d]\n",
            &["a = *b", "c[0] = *d"],
            &[
                "1:4: an alias to an anchor that does not stand before it".into(),
                "2:8: an alias to what holds it".into(),
            ],
        ),
        (
            "--- &a\n b: *a\n",
            &["b = *a"],
            &["2:5: an alias to what holds it".into()],
        ),
        (
            "? [a, b]\n: c\nd: e\n",
            &["[a, b] = c", "d = e"],
            &["1:3: a key that is a map or a list is read as text".into()],
        ),
        (
            "a: \"b\nc: d\ne: \"f\"\n",
            &["a = \"b", "c = d", "e = f"],
            &["1:4: not valid YAML: invalid trailing content after double-quoted scalar".into()],
        ),
        (
            "a: 1\nb: c: d # e\nf: g\n",
            &["a = 1", "b = c: d # e", "f = g"],
            &["2:4: not valid YAML: mapping values are not allowed in this context".into()],
        ),
        (
            "a: [b, c\nd: e\nf: g\n",
            &["a = [b, c", "d = e", "f = g"],
            &["1:4: not valid YAML: illegal placement of ':' indicator".into()],
        ),
        (
            "a: {\n  b: ${C},\n  d: e\n}\nf: g\n",
            &["a.d = e", "f = g"],
            &["2:3: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'".into()],
        ),
        // Wrong indentation.
        (
            "a:\n    b: 1\n    c: 2\n  d: 3\n  e:\n    f: 4\ng: 5\n",
            &["a.b = 1", "a.c = 2", "a.d = 3", "a.e.f = 4", "g = 5"],
            &[format!("4:3: {does_not_fit}")],
        ),
        (
            "a:\n  - b: 1\n   - c: 2\n  - d: 3\n",
            &["a[0].b = 1", "a[1].c = 2", "a[2].d = 3"],
            &[format!("3:4: {does_not_fit}")],
        ),
        (
            "a: 1\n  b: 2\nc: 3\n",
            &["a = 1", "b = 2", "c = 3"],
            &[format!("2:4: {does_not_fit}")],
        ),
        (" a: 1\nb: 2\n", &["a = 1", "b = 2"], &[format!("2:1: {does_not_fit}")]),
        (
            "a: &x 1\n b: 2\nc: *x\n",
            &["a = 1", "b = 2", "c -> a"],
            &[format!("2:3: {does_not_fit}")],
        ),
        // A tab for indentation, a NUL.
        (
            "a:\n\tb: c\nd: e\n",
            &["a.b = c", "d = e"],
            &["2:1: not valid YAML: tabs disallowed within this context (block indentation)".into()],
        ),
        (
            "a: b\0c\nd: e\n",
            &["a = b\0c", "d = e"],
            &["1:4: not valid YAML: a character that cannot stand here".into()],
        ),
        // The next document is not touched.
        (
            "a: b\n]\n---\nc: d\n",
            &["a = b", "c = d"],
            &["2:1: not valid YAML: misplaced bracket".into()],
        ),
    ];
    for (text, lines, problems) in cases {
        assert_eq!(
            read(text),
            (lines.iter().map(ToString::to_string).collect(), problems.to_vec()),
            "{text}"
        );
    }
}

#[test]
fn hostile_text_is_read_in_linear_time() {
    let pieces = [
        "[",
        "{",
        "- ",
        "? ",
        "a: ",
        "\"",
        "'",
        "&a ",
        "*a ",
        "!a ",
        "---\n",
        "...\n",
        "%a\n",
        "|",
        ">\n",
        "\t",
        "\0",
        "#",
        "a: b\n",
        "a: [\n",
        "a: \"\n",
        "a: b: c\n",
        " a: b\na: b\n",
        "a: &a *a\n",
        "{{",
        "}}",
        "a: {{ b }}\n",
        "- a: |\n{{ b }}\n",
        "a: @b\n",
        "\u{feff}",
        "č",
        "\r",
        "\r\n",
        "a\n",
        "]\n",
        "[a, {b: c}], ",
        "a: 1\n  b: 2\n",
        "- [a\n",
        "? [a]\n: b\n",
        "a: 'b' c\n",
        "\ta: b\n",
        "*a \\\n",
        "\"\n---\n",
        "*a |\n",
    ];
    for piece in pieces {
        let text = piece.repeat(4_000);
        let parsed = parse(&text);
        assert_eq!(crate::formats::check(&text, &parsed), Ok(()), "{piece:?}");
        assert!(parsed.problems.len() < 9_000, "{piece:?}");
    }
}

#[test]
fn what_a_repair_overwrites_is_no_place_to_start_at() {
    for text in [">2\n€", ">2\n€\n", "a: |4\n €\n", "a: {b\n €: c", "- >3\n  €€: \"d"] {
        let parsed = parse(text);
        assert_eq!(crate::formats::check(text, &parsed), Ok(()), "{text:?}");
    }
}

#[test]
fn many_faults_keep_what_was_understood() {
    for line in [" a: b\na: b\n", "- [a\n", "a: b: c\n", "a: 1\n  b: 2\n"] {
        let (lines, problems) = read(&line.repeat(2_000));
        assert!(
            lines.len() >= 500 && problems.len() >= 500,
            "{line:?} {} {}",
            lines.len(),
            problems.len()
        );
    }
}

#[test]
fn many_comments_are_no_fault() {
    // A map in braces, so that the parser reads it.
    let text = format!("x: {{a: b}}\nc:\n{}  d: e\n", "  # f\n".repeat(500));
    assert_eq!(read(&text), (vec!["x.a = b".to_owned(), "c.d = e".to_owned()], vec![]));
}

#[test]
fn depth_is_a_problem_not_a_crash() {
    let block: String = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let flow = format!("a: {}\nb: c\n", "[".repeat(10_000));
    assert!(!read(&block).1.is_empty());
    let (lines, problems) = read(&flow);
    assert!(lines.contains(&"b = c".to_owned()) && !problems.is_empty());
}
