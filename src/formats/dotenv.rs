//! Environment files: `.env` and its kin, and `.envrc` as far as it sets variables.

use super::lines::{Piece, before_comment, closing_quote, is_template_statement, lines, unread_line};
use super::{Encoding, Format, Key, Parsed, names, yaml};

/// `NAME=value` a line, with `export`, quotes, comments and values over several lines.
pub const DOTENV: Format = Format {
    name: "dotenv",
    summary: "environment files (`.env`, `.env.production`, `staging.env`, `.envrc`, `.flaskenv`)",
    comments: &["#"],
    claims,
    parse,
};

/// Extensions of files that are named like environment files but are written in another language.
const OTHER_LANGUAGES: &[&str] = &[
    "yml",
    "yaml",
    "json",
    "toml",
    "xml",
    "js",
    "cjs",
    "mjs",
    "jsx",
    "ts",
    "tsx",
    "d",
    "vue",
    "py",
    "rb",
    "php",
    "go",
    "rs",
    "java",
    "kt",
    "cs",
    "tf",
    "hcl",
    "md",
    "rst",
    "txt",
    "html",
    "css",
    "properties",
    "ini",
    "lock",
    "gpg",
    "enc",
    "zip",
    "gz",
    "png",
    "svg",
];

/// First words of shell statements that set nothing; they are no settings.
const STATEMENTS: &[&str] = &[
    "if",
    "then",
    "else",
    "elif",
    "fi",
    "for",
    "while",
    "do",
    "done",
    "case",
    "esac",
    "set",
    "unset",
    "shopt",
    "source",
    ".",
    "use",
    "layout",
    "dotenv",
    "dotenv_if_exists",
    "source_env",
    "source_up",
    "source_env_if_exists",
    "watch_file",
    "PATH_add",
    "path_add",
    "eval",
    "echo",
    "test",
    "[",
    "[[",
    "}",
    "{",
    "cd",
    "exit",
    "return",
    "env_vars_required",
];

fn claims(path: &str, head: &str) -> bool {
    let name = names::base_name(path);
    let extension = name.rsplit('.').next().unwrap_or("");
    if OTHER_LANGUAGES.contains(&extension) {
        return false;
    }
    if name.starts_with("env.") {
        return head.lines().any(sets) && !yaml::is_nested(head);
    }
    let named = matches!(
        &*name,
        "env-example" | "env_example" | "env-sample" | "env_sample" | "env-template" | "dotenv" | ".flaskenv"
    ) || name.ends_with(".env")
        || name.ends_with(".envrc")
        || name.contains(".env.")
        || name.starts_with(".env-")
        || name.starts_with(".env_");
    named && !yaml::is_nested(head)
}

/// Whether a line is of the form `NAME=...`.
fn sets(line: &str) -> bool {
    let line = line.strip_prefix("export ").unwrap_or(line);
    line.split_once('=')
        .is_some_and(|(key, _)| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut reader = Reader {
        text,
        skip_to: 0,
        patience: text.len().saturating_mul(2).saturating_add(1 << 16),
    };
    for line in lines(text, 0) {
        if line.at < reader.skip_to {
            continue;
        }
        let mut start = line.trim();
        if start.text.is_empty() || start.text.starts_with('#') || is_template_statement(start.text) {
            continue;
        }
        let mut shell = false;
        for prefix in ["export ", "export\t", "declare -x ", "readonly ", "- "] {
            if let Some(rest) = start.strip_prefix(prefix) {
                shell = prefix != "- ";
                start = rest.trim_start();
            }
        }
        match split(start) {
            Some((key, value)) => reader.setting(&mut parsed, key, value, shell),
            None if shell || is_statement(start.text) => {}
            None => unread_line(&mut parsed, start, "this line sets nothing; expected NAME=value"),
        }
    }
    parsed
}

/// Whether a line is a shell statement, or the end of one.
fn is_statement(line: &str) -> bool {
    let first = line.split([' ', '\t', ';']).next().unwrap_or("");
    STATEMENTS.contains(&first) || matches!(line, "---" | "..." | ")") || line.ends_with("() {")
}

/// The key and what follows its separator: `=`, or `:` and a blank where there is no `=` before it.
fn split(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let stops = line
        .text
        .char_indices()
        .find(|(_, character)| !is_key_character(*character));
    let key_end = stops.map_or(line.text.len(), |(at, _)| at);
    let key = line.first(key_end);
    let rest = line.after(key_end).trim_start();
    if key.text.is_empty() {
        return None;
    }
    if let Some(value) = rest.strip_prefix("+=").or_else(|| rest.strip_prefix("=")) {
        return Some((key, value));
    }
    let bare = key.first(key.text.strip_suffix(':')?.len());
    // `NAME: value`, as in YAML; the key's characters hold the colon.
    let value = line.after(key_end);
    (!bare.text.is_empty() && !value.text.starts_with(|next: char| !next.is_whitespace())).then_some((bare, value))
}

fn is_key_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | '-' | ':' | '[' | ']' | '$' | '{' | '}' | '%')
}

struct Reader<'a> {
    text: &'a str,
    /// Lines before this offset belong to a value that has been read.
    skip_to: usize,
    /// How many bytes may still be searched in vain for the end of a value over several lines.
    patience: usize,
}

impl Reader<'_> {
    /// Adds a setting whose value begins somewhere in `rest`, the remainder of its line.
    fn setting(&mut self, parsed: &mut Parsed, key: Piece<'_>, rest: Piece<'_>, shell: bool) {
        let value = rest.trim();
        let key = Key::Name(key.range());
        let (value, encoding) = match value.text.bytes().next() {
            Some(b'"' | b'\'' | b'`') => self.quoted(parsed, value),
            Some(b'#') if value.at > rest.at => (rest.first(0).range(), Encoding::Plain),
            _ => {
                let mut value = before_comment(value, b"#");
                if let Some(end) = value.text.find(';').filter(|_| shell) {
                    value = value.first(end).trim_end();
                }
                (value.range(), Encoding::Plain)
            }
        };
        parsed.scalar(None, key, value, encoding);
    }

    /// What a value in quotes holds; it may go on over several lines.
    fn quoted(&mut self, parsed: &mut Parsed, value: Piece<'_>) -> (crate::source::TextRange, Encoding) {
        const ENDS: &[u8] = b"#;";
        let encoding = |inner: Piece<'_>| match value.text.starts_with('"') && inner.text.contains('\\') {
            true => Encoding::Backslash,
            false => Encoding::Plain,
        };
        let quote = value.first(1).text;
        if let Some(end) = closing_quote(value.text, ENDS) {
            let inner = value.first(end).after(1);
            return (inner.range(), encoding(inner));
        }
        let inner = value.after(1);
        if inner.text.contains(quote) {
            // `"$HOST"/path`: pieces that a shell joins.
            let inner = before_comment(inner, b"#");
            return (inner.range(), encoding(inner));
        }
        let rest = self.text.get(value.at..).unwrap_or("");
        if self.patience > 0 {
            let end = closing_quote(rest, ENDS).unwrap_or(rest.len());
            let whole = Piece {
                text: rest,
                at: value.at,
            };
            let inner = whole.first(end).after(1);
            if end < rest.len() && !swallows_settings(inner.text, quote) {
                self.skip_to = value.at + end;
                return (inner.range(), encoding(inner));
            }
            self.patience = self.patience.saturating_sub(end);
        }
        parsed.problem(
            value.first(1).range(),
            "this quote is not closed; the value was read to the end of its line",
        );
        let inner = before_comment(inner, b"#");
        (inner.range(), encoding(inner))
    }
}

/// Whether what stands in the quotes has lines that themselves open such a quote: then the quote before them was
/// forgotten, and its value is not that long.
fn swallows_settings(inner: &str, quote: &str) -> bool {
    inner
        .lines()
        .skip(1)
        .any(|line| sets(line) && line.split_once('=').is_some_and(|(_, value)| value.starts_with(quote)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::outline;

    #[test]
    fn settings() {
        let cases: &[(&str, &[&str])] = &[
            ("A=b\r\nexport B=c d \n", &["A = b", "B = c d"]),
            ("A = b\nB= c\n", &["A = b", "B = c"]),
            ("# A=b\n\n  C=d # e\nE=f#g", &["C = d", "E = f#g"]),
            ("A=\nB= \nC=\"\"\nD= # none", &["A = ", "B = ", "C = ", "D = "]),
            (
                "A='b\\n # c' # d\nB=\"b\\n\\\"c\\\"\" # d",
                &["A = b\\n # c", "B = b\n\"c\""],
            ),
            ("A=\"one\ntwo=2\nthree\"\nB=c", &["A = one\ntwo=2\nthree", "B = c"]),
            (
                "A='{\"a\": \"b\"}'\nB=\"{\"a\": \"b\"}\"",
                &["A = {\"a\": \"b\"}", "B = {\"a\": \"b\"}"],
            ),
            ("A=\"$HOST\"/db\nB=c", &["A = $HOST\"/db", "B = c"]),
            ("A: b\nB: \"c\" # d\nC:\n- D=e", &["A = b", "B = c", "C = ", "D = e"]),
            ("a.b-c=d\nLog:Level=e\n{{ x }}", &["a.b-c = d", "Log:Level = e"]),
            ("\u{feff}A=b\nexport C=d;\nE=f;g;", &["A = b", "C = d", "E = f;g;"]),
            ("dotenv\nif has x; then\n  A=b\nfi\nexport PATH", &["A = b"]),
            (
                "URL=postgres://u:p@db.example.com/app?a=b#c",
                &["URL = postgres://u:p@db.example.com/app?a=b#c"],
            ),
            ("A=b=", &["A = b="]),
        ];
        for (text, expected) in cases {
            let parsed = parse(text);
            assert_eq!(outline(text, &parsed), *expected, "{text:?}");
            assert!(parsed.problems.is_empty(), "{text:?}: {:?}", parsed.problems);
        }
    }

    #[test]
    fn problems_have_a_place_and_lose_one_line_only() {
        let cases: &[(&str, &[&str], &str)] = &[
            ("A=b\nwhat is this\nC=d", &["A = b", "C = d"], "what is this"),
            ("A=\"b\nC=d", &["A = b", "C = d"], "\""),
            ("A=\"b\nC=\"d\"\nE=\"f\"", &["A = b", "C = d", "E = f"], "\""),
            ("!\n!\nA=b", &["A = b"], "!\n!"),
        ];
        for (text, expected, at) in cases {
            let parsed = parse(text);
            assert_eq!(outline(text, &parsed), *expected, "{text:?}");
            let places: Vec<_> = parsed.problems.iter().map(|problem| problem.at.slice(text)).collect();
            assert_eq!(places, [*at], "{text:?}");
        }
    }

    #[test]
    fn blank_values_stand_after_their_separator() {
        let text = "A=  \nB=\"\"";
        let parsed = parse(text);
        let starts: Vec<_> = parsed
            .entries
            .iter()
            .map(|entry| match entry.value {
                crate::formats::Value::Scalar(scalar) => (scalar.range.start, scalar.range.len()),
                _ => (0, 9),
            })
            .collect();
        assert_eq!(starts, [(2, 0), (8, 0)]);
    }

    #[test]
    fn claims_files_by_name() {
        let yes = [
            ".env",
            "a/.env.production",
            "staging.env",
            "x/.env.example",
            "app.env.tmpl",
            ".envrc",
            ".flaskenv",
            "env-example",
            ".env-example",
            "docker.env.prod",
        ];
        for path in yes {
            assert!(claims(path, ""), "{path}");
        }
        assert!(claims("env.production", "A=b\n"));
        for path in [
            "env.js",
            ".env.ts",
            ".env.yaml",
            "env.production",
            "environment",
            "a.envoy",
            "Procfile",
        ] {
            assert!(!claims(path, "no"), "{path}");
        }
    }
}
