//! Java properties, with Spring's documents in one file.

use super::lines::{Piece, is_template_statement, lines};
use super::{Encoding, EntryId, Format, Key, Parsed, names};

/// `key=value`, `key: value` or `key value` a line, as Java and Spring read it. A dotted key stays one name.
pub const PROPERTIES: Format = Format {
    name: "properties",
    summary: "Java properties files (`*.properties`), with continuation lines and Spring's `#---` documents",
    comments: &["#", "!"],
    claims: |path, _| {
        names::has_extension(path, &[".properties"])
            || path
                .rsplit('/')
                .next()
                .is_some_and(|name| name.contains(".properties."))
    },
    parse,
};

fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let several = lines(text, 0).any(is_separator);
    let mut documents = 0;
    let mut parent = start_document(&mut parsed, several, &mut documents);
    let mut all = lines(text, 0);
    while let Some(line) = all.next() {
        if several && is_separator(line) {
            parent = start_document(&mut parsed, several, &mut documents);
            continue;
        }
        let start = line.trim_start();
        if start.text.is_empty() || start.text.starts_with(['#', '!']) || is_template_statement(start.text) {
            continue;
        }
        let mut last = line;
        while continues(last) {
            match all.next() {
                Some(next) => last = next,
                None => break,
            }
        }
        let whole = text.get(start.at..last.end()).unwrap_or(start.text);
        setting(
            &mut parsed,
            parent,
            Piece {
                text: whole,
                at: start.at,
            },
        );
    }
    parsed
}

fn is_separator(line: Piece<'_>) -> bool {
    matches!(line.text.trim_end(), "#---" | "!---")
}

fn start_document(parsed: &mut Parsed, several: bool, documents: &mut u32) -> Option<EntryId> {
    if !several {
        return None;
    }
    let id = parsed.map(None, Key::Document(*documents));
    *documents += 1;
    Some(id)
}

/// Whether a line ends with a backslash that no other backslash takes away.
fn continues(line: Piece<'_>) -> bool {
    let kept = line.text.trim_end_matches('\\').len();
    (line.text.len() - kept) % 2 == 1
}

fn setting(parsed: &mut Parsed, parent: Option<EntryId>, line: Piece<'_>) {
    let key = line.first(key_length(line.text));
    let rest = line.after(key.text.len());
    let (separator, value) = value_after(rest);
    let value = trim_end(value);
    let value = match value.text.is_empty() {
        true => separator,
        false => value,
    };
    let encoding = match value.text.contains('\\') {
        true => Encoding::Properties,
        false => Encoding::Plain,
    };
    parsed.scalar(parent, Key::Name(key.range()), value.range(), encoding);
}

/// The length of the key at the start of a line: up to a separator that no backslash escapes.
fn key_length(line: &str) -> usize {
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '=' | ':' | ' ' | '\t' | '\u{c}' | '\n' | '\r' => return at,
            _ => {}
        }
    }
    line.len()
}

/// Where a blank value stands, and the value: after blanks, at most one `=` or `:`, and blanks. A line that is
/// continued right after its key has its value on the next.
fn value_after(rest: Piece<'_>) -> (Piece<'_>, Piece<'_>) {
    let mut at = skip_blanks(rest, 0);
    let mut blank = rest.first(0);
    if matches!(rest.text.as_bytes().get(at), Some(b'=' | b':')) {
        blank = rest.after(at + 1).first(0);
        at = skip_blanks(rest, at + 1);
    }
    (blank, rest.after(at))
}

fn skip_blanks(rest: Piece<'_>, mut at: usize) -> usize {
    let bytes = rest.text.as_bytes();
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\x0c') => at += 1,
            Some(b'\\') if matches!(bytes.get(at + 1), Some(b'\n')) => at += 2,
            Some(b'\\') if matches!((bytes.get(at + 1), bytes.get(at + 2)), (Some(b'\r'), Some(b'\n'))) => at += 3,
            _ => return at,
        }
    }
}

/// Without the blanks at the end, but for one that a backslash escapes, and without a backslash that continues
/// into nothing.
fn trim_end(value: Piece<'_>) -> Piece<'_> {
    let trimmed = value.trim_end();
    let cut = value.text.len() > trimmed.text.len();
    match (continues(trimmed), cut) {
        (true, true) => match value.after(trimmed.text.len()).text.starts_with([' ', '\t']) {
            true => value.first(trimmed.text.len() + 1),
            false => trimmed.first(trimmed.text.len() - 1).trim_end(),
        },
        (true, false) => trimmed.first(trimmed.text.len() - 1).trim_end(),
        _ => trimmed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::outline;

    #[test]
    fn settings() {
        let cases: &[(&str, &[&str])] = &[
            ("a.b=c d \r\ne: f\ng h i\n", &["a.b = c d", "e = f", "g = h i"]),
            ("# no\n ! no\n\n  a = b\n", &["a = b"]),
            ("a\nb=\nc = \n", &["a = ", "b = ", "c = "]),
            ("a=b\\\n   c\\\r\n  d\ne=f", &["a = bcd", "e = f"]),
            ("a\\ b\\:c = d\\u0041\\=e", &["a\\ b\\:c = dA=e"]),
            ("a=b\\\\\nc=d", &["a = b\\", "c = d"]),
            (
                "url=jdbc:postgresql://db.example.com:5432/app?a=b#c",
                &["url = jdbc:postgresql://db.example.com:5432/app?a=b#c"],
            ),
            ("a = \\\n  b,\\\n  c", &["a = b,c"]),
            ("a=b\\", &["a = b"]),
            ("a=x\\ \nb=y", &["a = x ", "b = y"]),
            ("\u{feff}a=b\n<% if x %>\nc=č\n<% end %>", &["a = b", "c = č"]),
            ("=b", &[" = b"]),
        ];
        for (text, expected) in cases {
            assert_eq!(outline(text, &parse(text)), *expected, "{text:?}");
        }
    }

    #[test]
    fn documents() {
        let text = "a=b\n#---\nspring.config.activate.on-profile=prod\na=c\n!---\n";
        let parsed = parse(text);
        let documents = parsed
            .entries
            .iter()
            .filter(|entry| matches!(entry.key, Key::Document(_)));
        assert_eq!(documents.count(), 3);
        assert_eq!(
            outline(text, &parsed),
            ["a = b", "spring.config.activate.on-profile = prod", "a = c"]
        );
        assert_eq!(parsed.entries.last().map(|entry| entry.key), Some(Key::Document(2)));
    }

    #[test]
    fn ranges_hold_the_value_alone() {
        let text = "a.url =  https://db.example.com  \r\nb=";
        let parsed = parse(text);
        let ranges: Vec<_> = parsed
            .entries
            .iter()
            .filter_map(|entry| match entry.value {
                crate::formats::Value::Scalar(scalar) => Some((scalar.range.start, scalar.range.slice(text))),
                _ => None,
            })
            .collect();
        assert_eq!(ranges, [(9, "https://db.example.com"), (37, "")]);
    }

    #[test]
    fn claims() {
        let yes = [
            "a/application-prod.properties",
            "x.properties.j2",
            "app.properties.prod",
        ];
        assert!(yes.iter().all(|path| (PROPERTIES.claims)(path, "")));
        assert!(!(PROPERTIES.claims)("properties.md", ""));
    }
}
