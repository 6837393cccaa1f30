//! Settings in lines of text that a script writes to a file, and in lists such as `A=1,B=2`.

use crate::formats::Encoding;
use crate::source::TextRange;

/// A name with its value, where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) key: TextRange,
    pub(super) value: TextRange,
    pub(super) encoding: Encoding,
}

/// Whether a byte can be part of a variable's name.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a byte can be part of a setting's name in a file: `spring.datasource.url`, `app/host`.
pub(crate) fn is_key_byte(byte: u8) -> bool {
    is_name_byte(byte) || matches!(byte, b'.' | b'-' | b'/' | b'[' | b']')
}

/// The setting that one line states: `K=V`, `export K=V`, `k: v`, `- k: v`, `"k": "v",`.
pub(super) fn line_setting(text: &str, line: TextRange) -> Option<Pair> {
    let mut line = trimmed(text, line);
    for lead in ["export ", "- "] {
        if line.slice(text).starts_with(lead) {
            line = trimmed(
                text,
                TextRange::new(line.start as usize + lead.len(), line.end as usize),
            );
        }
    }
    let raw = line.slice(text);
    let quote = raw.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''));
    let from = usize::from(quote.is_some());
    let length = raw.bytes().skip(from).take_while(|&byte| is_key_byte(byte)).count();
    if length == 0 {
        return None;
    }
    let mut after = raw.get(from + length..)?;
    if let Some(quote) = quote {
        after = after.strip_prefix(char::from(quote))?;
    }
    let rest = after.trim_start_matches([' ', '\t']);
    let is_tight = rest.len() == after.len();
    let value = match rest.as_bytes() {
        [b'=', b'=' | b'~', ..] => return None,
        [b'=', ..] => rest.get(1..)?,
        [b':', b' ' | b'\t', ..] if is_tight => rest.get(1..)?,
        [b':', ..] if quote.is_some() => rest.get(1..)?,
        _ => return None,
    };
    let start = line.start as usize + from;
    let at = line.end as usize - value.len();
    let (value, encoding) = line_value(text, TextRange::new(at, line.end as usize))?;
    Some(Pair {
        key: TextRange::new(start, start + length),
        value,
        encoding,
    })
}

/// A value in a line, without quotes, comment and trailing comma; `None` where nested lines hold it.
fn line_value(text: &str, range: TextRange) -> Option<(TextRange, Encoding)> {
    let range = trimmed(text, range);
    let raw = range.slice(text);
    // A quote that the script's own quotes made necessary: \"value\".
    for quote in ["\\\"", "\"", "'"] {
        let Some(body) = raw.strip_prefix(quote) else { continue };
        let end = body.find(quote)?;
        let start = range.start as usize + quote.len();
        let range = TextRange::new(start, start + end);
        let escapes = quote == "\"" && range.slice(text).contains('\\');
        return Some((range, if escapes { Encoding::Backslash } else { Encoding::Plain }));
    }
    let end = raw.find(" #").unwrap_or(raw.len());
    let range = trimmed(text, TextRange::new(range.start as usize, range.start as usize + end));
    match range.slice(text) {
        "" | "|" | ">" | "|-" | ">-" | "{" | "[" => None,
        _ => Some((range, Encoding::Plain)),
    }
}

/// A range without the blanks at its ends.
pub(super) fn trimmed(text: &str, range: TextRange) -> TextRange {
    let raw = range.slice(text);
    let start = range.start as usize + raw.len() - raw.trim_start().len();
    TextRange::new(start, start + raw.trim().len())
}

/// The lines of a range; where `escapes` says so, a written `\n` ends a line too.
pub(super) fn lines(text: &str, range: TextRange, escapes: bool) -> impl Iterator<Item = TextRange> + '_ {
    let end = range.end as usize;
    let mut at = range.start as usize;
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let tail = text.as_bytes().get(at..end)?;
        let found = if escapes {
            memchr::memchr2_iter(b'\n', b'\\', tail)
                .find(|&found| tail.get(found) == Some(&b'\n') || tail.get(found + 1) == Some(&b'n'))
        } else {
            memchr::memchr(b'\n', tail)
        };
        let stop = at + found.unwrap_or(tail.len());
        let line = TextRange::new(at, stop);
        at = stop
            + if text.as_bytes().get(stop) == Some(&b'\\') {
                2
            } else {
                1
            };
        Some(line)
    })
}

/// The settings of a list `A=1,B=2`; a piece without a name belongs to the value before it. `None` where the list does
/// not start with a name.
pub(crate) fn pairs(text: &str, list: TextRange, separators: &[u8]) -> Option<Vec<(TextRange, TextRange)>> {
    let mut found: Vec<(TextRange, TextRange)> = Vec::new();
    let mut at = list.start as usize;
    let end = list.end as usize;
    while at < end {
        let tail = text.as_bytes().get(at..end)?;
        let length = tail
            .iter()
            .position(|byte| separators.contains(byte))
            .unwrap_or(tail.len());
        let piece = TextRange::new(at, at + length);
        let name = key_length(piece.slice(text));
        match (name, found.last_mut()) {
            (Some(blank_and_name), _) => {
                let (blank, name) = blank_and_name;
                let start = at + blank;
                let key = TextRange::new(start, start + name);
                found.push((key, TextRange::new(start + name + 1, at + length)));
            }
            (None, Some(last)) => last.1.end = piece.end,
            (None, None) => return None,
        }
        at += length + 1;
    }
    for pair in &mut found {
        pair.1 = trimmed(text, pair.1);
    }
    Some(found).filter(|found| !found.is_empty())
}

/// The leading blanks and the length of the name where a piece reads `name=...`.
fn key_length(piece: &str) -> Option<(usize, usize)> {
    let body = piece.trim_start();
    let length = body.bytes().take_while(|&byte| is_key_byte(byte)).count();
    let starts = body
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    (starts && body.as_bytes().get(length) == Some(&b'=')).then_some((piece.len() - body.len(), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_states_one_setting() {
        let cases = [
            ("A=b", Some(("A", "b"))),
            ("  export DB_HOST = 'x y' ", Some(("DB_HOST", "x y"))),
            ("- host: db.example.com # why", Some(("host", "db.example.com"))),
            ("\"host\": \"db\",", Some(("host", "db"))),
            ("URL=\\\"http://x\\\"", Some(("URL", "http://x"))),
            ("spring.url=jdbc:x:y", Some(("spring.url", "jdbc:x:y"))),
            ("https://x.example.com", None),
            ("a == b", None),
            ("select a from b", None),
            ("key:", None),
            ("key: |", None),
            ("# a: b", None),
        ];
        for (text, expected) in cases {
            let pair = line_setting(text, TextRange::new(0, text.len()));
            let found = pair.map(|pair| (pair.key.slice(text), pair.value.slice(text)));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn lists_of_settings() {
        let text = "a.b=c,d=x,y, e=f";
        let found = pairs(text, TextRange::new(0, text.len()), b",").unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|pair| (pair.0.slice(text), pair.1.slice(text)))
            .collect();
        assert_eq!(found, [("a.b", "c"), ("d", "x,y"), ("e", "f")]);
        assert_eq!(pairs("x", TextRange::new(0, 1), b","), None);
    }
}
