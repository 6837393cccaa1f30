use super::*;

fn tokens(text: &str) -> Vec<(Kind, &str)> {
    let mut tokens = Tokens::new(text);
    let mut found = Vec::new();
    while let Some(token) = tokens.next() {
        found.push((token.kind, token.text.slice(text)));
    }
    found
}

#[test]
fn strings_and_comments_of_every_language() {
    let cases: &[(&str, &[&str])] = &[
        (
            "'a' # 'b'\n\"c\" // 'd'\n/* 'e'\n*/ `f\n${`g`}`",
            &["a", "c", "f\n${`g`}"],
        ),
        ("\"\"\"a\n'b'\"\"\" r'c\\d' f\"e\"", &["a\n'b'", "c\\d", "e"]),
        (
            "\"a #{ENV[\"B\"]} c\" \"it's\" 'd\\'e'",
            &["a #{ENV[\"B\"]} c", "it's", "d\\'e"],
        ),
        ("it's\n'a'", &["a"]),
        ("\"#{\" x", &["#{"]),
        ("'''", &[""]),
    ];
    for (text, expected) in cases {
        let strings = tokens(text).into_iter().filter(|token| token.0 == Kind::String);
        assert_eq!(strings.map(|token| token.1).collect::<Vec<_>>(), *expected, "{text}");
    }
}

#[test]
fn names_and_separators() {
    use Kind::{Arrow, Assign, Close, Colon, Name, Number, Open, Operator, String, Symbol};
    let cases: &[(&str, &[(Kind, &str)])] = &[
        ("config.x.y = 1", &[(Name, "config.x.y"), (Assign, "="), (Number, "1")]),
        (
            "a:b, :c => d",
            &[
                (Name, "a"),
                (Colon, ":"),
                (Name, "b"),
                (Kind::Comma, ","),
                (Symbol, "c"),
                (Arrow, "=>"),
                (Name, "d"),
            ],
        ),
        (
            "$a['b']",
            &[(Name, "$a"), (Open(b'['), "["), (String, "b"), (Close(b']'), "]")],
        ),
        (
            "x ||= A::B == c",
            &[
                (Name, "x"),
                (Assign, "||="),
                (Name, "A::B"),
                (Operator, "=="),
                (Name, "c"),
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(tokens(text), *expected, "{text}");
    }
}

#[test]
fn hostile_text_takes_linear_time() {
    for unit in ["'\\", "\"", "\"#{", "`${", "/*", "'''", "\"\"\"\\", "\n", ":", "é", "#"] {
        let text = unit.repeat(100_000);
        assert!(tokens(&text).len() <= text.len());
    }
}
