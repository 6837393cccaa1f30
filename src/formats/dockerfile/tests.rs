use super::super::{check, outline};
use super::*;

fn assert_lines(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let parsed = parse(text);
        let mut lines = outline(text, &parsed);
        for problem in &parsed.problems {
            let line = crate::source::position(text, problem.at.start).line;
            lines.push(format!("! {line}: {}", problem.message));
        }
        assert_eq!(lines, *expected, "{text}");
    }
}

#[test]
fn claimed_files() {
    let cases = [
        ("Dockerfile", "", true),
        ("docker/Dockerfile.production", "", true),
        ("api.dockerfile", "", true),
        ("Containerfile", "", true),
        ("Dockerfile-dev", "# c\nFROM a\n", true),
        ("dockerfile-notes", "text", false),
        ("Dockerfile.dockerignore", "", false),
        ("dockerfiles.md", "", false),
    ];
    for (path, head, expected) in cases {
        assert_eq!(claims(path, head), expected, "{path}");
    }
}

#[test]
fn variables() {
    assert_lines(&[
        (
            "FROM a\nENV K=V K2=\"V 2\" K3='V\\3'\nARG D=e F",
            &["K = V", "K2 = V 2", "K3 = V\\3", "D = e"],
        ),
        ("ENV K some value  \nenv L m", &["K = some value", "L = m"]),
        (
            "ENV A=b \\\n    # C=d\n\n    E=f \\\n    G=\"h\\\"i\"\nENV J=k",
            &["A = b", "E = f", "G = h\"i", "J = k"],
        ),
        (
            "ENV A=b\\ c D=e\\\nf\nENV G h \\\n  i",
            &["A = b c", "D = ef", "G = h i"],
        ),
        (
            "# escape=`\nENV A=C:\\b `\n  D=e\nENV F g",
            &["A = C:\\b", "D = e", "F = g"],
        ),
        (
            "\u{feff}ENV A=b\r\nENV C=d \\\r\n  E=f\r\n",
            &["A = b", "C = d", "E = f"],
        ),
        ("ENV A=\"b\"c'd' E=${F:-g}", &["A = \"b\"c'd'", "E = ${F:-g}"]),
        ("RUN a \\\n ENV B=c\nENV D=\n", &["D = "]),
        (
            "RUN a\u{c}b\nFROM c \u{c}AS d\nENV\u{c}E=f\u{c}G=h\u{b}i \\\u{c}\n J=k",
            &["d.E = f", "d.G = h\u{b}i", "d.J = k"],
        ),
    ]);
}

#[test]
fn stages_and_heredocs() {
    assert_lines(&[
        (
            "ARG V=1\nFROM --platform=x a:${V} AS base\nENV A=b\nFROM base as production\nENV A=c\nFROM base\nENV A=d",
            &["V = 1", "base.A = b", "production.A = c", "A = d"],
        ),
        ("RUN <<EOF cat <<-'B'\nENV A=b\nEOF\nENV C=d\n\tB\nENV E=f", &["E = f"]),
        ("RUN echo $((1 << 2))\nENV A=b", &["A = b"]),
    ]);
}

#[test]
fn broken_text_costs_little() {
    assert_lines(&[
        (
            "ENV A=\"b\nENV C=d",
            &["A = \"b", "C = d", "! 1: this value never ends"],
        ),
        (
            "ENV A=b c\nENV =d\nENV\nENV E=f",
            &[
                "A = b",
                "E = f",
                "! 1: `NAME=value` is expected",
                "! 2: `NAME=value` is expected",
            ],
        ),
        ("RUN <<EOF\nENV A=b", &["A = b", "! 1: this heredoc never ends"]),
    ]);
    for piece in [
        "ENV ",
        "\\\n",
        "ENV A=\"",
        "RUN <<A ",
        "RUN <<A\n",
        "\u{0}",
        "ENV A=b\\\n",
        "FROM a AS ",
        "č",
        "ENV \\",
        "\\ ",
        "ENV A=b `\n#",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        check(&text, &parse(&text)).unwrap();
        let text = format!("# escape=`\n{text}");
        check(&text, &parse(&text)).unwrap();
    }
}
