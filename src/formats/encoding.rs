//! How a scalar is written, and the text that the application sees.

use super::Scalar;
use crate::source::{Decoded, Offsets, TextRange};
use std::borrow::Cow;

/// The escapes of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// None: the text is the value.
    Plain,
    /// Backslash escapes of JSON, TOML basic strings, HCL, dotenv and code in double quotes: `\n \t \" \\ \/ \uXXXX
    /// \UXXXXXXXX \u{X} \xXX`; an unknown escape stands for its own character; a backslash before a line end joins lines.
    Backslash,
    /// YAML's double quotes: as `Backslash`, and line folding.
    YamlDouble,
    /// YAML's single quotes: `''` is one quote, and line folding.
    YamlSingle,
    /// A YAML plain scalar over several lines: line folding.
    YamlPlain,
    /// A YAML literal block `|`: the common indentation is taken off each line.
    YamlLiteral,
    /// A YAML folded block `>`: as literal, lines joined by a space.
    YamlFolded,
    /// `''` (or `""` inside double quotes, as INI and SQL do) is one quote.
    DoubledQuote,
    /// XML entities and character references.
    Xml,
    /// Java properties: backslash escapes; a backslash before a line end joins lines and takes the next line's
    /// indentation off.
    Properties,
    /// An HCL heredoc `<<-`: the common indentation is taken off each line.
    Heredoc,
}

/// The text of a scalar with its escapes undone. Malformed escapes stay as they are written.
pub fn decode(text: &str, scalar: Scalar) -> Decoded<'_> {
    let raw = scalar.range.slice(text);
    let start = scalar.range.start as usize;
    let needs = match scalar.encoding {
        Encoding::Plain => false,
        Encoding::Backslash | Encoding::Properties => raw.contains('\\'),
        Encoding::YamlDouble => raw.contains(['\\', '\n']),
        Encoding::YamlSingle => raw.contains(['\'', '\n']),
        Encoding::DoubledQuote => raw.contains(['\'', '"']),
        Encoding::YamlPlain => raw.contains('\n'),
        Encoding::YamlLiteral | Encoding::YamlFolded | Encoding::Heredoc => true,
        Encoding::Xml => raw.contains('&'),
    };
    if !needs {
        return Decoded::plain(text, scalar.range);
    }
    let mut out = Writer {
        text: String::with_capacity(raw.len()),
        offsets: Offsets::default(),
        start,
    };
    match scalar.encoding {
        Encoding::Backslash => unescape(raw, &mut out, false, false),
        Encoding::Properties => unescape(raw, &mut out, false, true),
        Encoding::YamlDouble => unescape(raw, &mut out, true, false),
        Encoding::YamlSingle => fold(raw, &mut out, true),
        Encoding::YamlPlain | Encoding::Plain => fold(raw, &mut out, false),
        Encoding::DoubledQuote => undouble(raw, &mut out),
        Encoding::YamlLiteral | Encoding::Heredoc => dedent(raw, &mut out, false),
        Encoding::YamlFolded => dedent(raw, &mut out, true),
        Encoding::Xml => entities(raw, &mut out),
    }
    if out.text.is_empty() {
        return Decoded {
            text: Cow::Borrowed(""),
            offsets: Offsets::identity(scalar.range.start),
        };
    }
    Decoded {
        text: Cow::Owned(out.text),
        offsets: out.offsets,
    }
}

/// The decoded text as it grows, with the place of each piece.
struct Writer {
    text: String,
    offsets: Offsets,
    start: usize,
}

impl Writer {
    /// Adds text that stands at byte `at` of the raw scalar.
    fn push(&mut self, text: &str, at: usize) {
        self.offsets.push(self.text.len(), self.start + at);
        self.text.push_str(text);
    }

    /// Adds one character that an escape of several bytes, from byte `at` on, stands for.
    fn escaped(&mut self, character: char, at: usize, after: usize) {
        self.offsets.push(self.text.len(), self.start + at);
        self.text.push(character);
        self.offsets.push(self.text.len(), self.start + after);
    }
}

fn unescape(raw: &str, out: &mut Writer, folds: bool, properties: bool) {
    let mut rest = 0;
    while let Some(found) = raw
        .get(rest..)
        .and_then(|tail| tail.find(if folds { &['\\', '\n'][..] } else { &['\\'][..] }))
    {
        let at = rest + found;
        let tail = raw.get(at..).unwrap_or("");
        if tail.starts_with('\n') {
            rest = fold_line(raw, rest, at, out);
            continue;
        }
        out.push(raw.get(rest..at).unwrap_or(""), rest);
        let (character, length) = escape(tail, properties);
        match character {
            Some(character) => out.escaped(character, at, at + length),
            None if length == 0 => {
                // A lone backslash at the very end stays.
                out.push("\\", at);
                rest = at + 1;
                continue;
            }
            None => {}
        }
        rest = at + length;
    }
    if let Some(tail) = raw.get(rest..).filter(|tail| !tail.is_empty()) {
        out.push(tail, rest);
    }
}

/// What an escape stands for, and its length; `(None, n)` for an escaped line end, `(None, 0)` for no escape.
fn escape(tail: &str, properties: bool) -> (Option<char>, usize) {
    let mut characters = tail.chars();
    characters.next();
    let Some(kind) = characters.next() else {
        return (None, 0);
    };
    let simple = match kind {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'e' => '\u{1b}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'N' if !properties => '\u{85}',
        '_' => '\u{a0}',
        'u' | 'U' | 'x' => return unicode_escape(tail, kind),
        '\n' | '\r' => {
            let after = tail.get(1..).unwrap_or("");
            let blank = after
                .strip_prefix("\r\n")
                .or_else(|| after.strip_prefix(['\n', '\r']))
                .unwrap_or("");
            let indentation = blank.len() - blank.trim_start_matches([' ', '\t']).len();
            return (None, tail.len() - blank.len() + indentation);
        }
        other => other,
    };
    (Some(simple), 1 + kind.len_utf8())
}

fn unicode_escape(tail: &str, kind: char) -> (Option<char>, usize) {
    let keep = (Some(kind), 2);
    let body = tail.get(2..).unwrap_or("");
    if let Some(braced) = body.strip_prefix('{') {
        let end = braced.bytes().take(7).position(|byte| byte == b'}');
        let Some(end) = end.filter(|&end| end > 0) else {
            return keep;
        };
        let code = braced
            .get(..end)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        return code
            .and_then(char::from_u32)
            .map_or(keep, |character| (Some(character), end + 4));
    }
    let digits = match kind {
        'u' => 4,
        'U' => 8,
        _ => 2,
    };
    let hex = |text: &str, from: usize| {
        let digits = text
            .get(from..from + digits)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(code) = hex(body, 0) else { return keep };
    if let Some(character) = char::from_u32(code) {
        return (Some(character), 2 + digits);
    }
    // A surrogate pair of JSON.
    let low = body.get(4..6).filter(|next| *next == "\\u").and_then(|_| hex(body, 6));
    match low {
        Some(low) if (0xd800..0xdc00).contains(&code) && (0xdc00..0xe000).contains(&low) => {
            let code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            (Some(char::from_u32(code).unwrap_or('\u{fffd}')), 12)
        }
        _ => (Some('\u{fffd}'), 2 + digits),
    }
}

/// Folds the line end at `at`: what stands before it from `rest`, then a space or, for blank lines, line ends.
fn fold_line(raw: &str, rest: usize, at: usize, out: &mut Writer) -> usize {
    let line = raw.get(rest..at).unwrap_or("").trim_end_matches([' ', '\t', '\r']);
    out.push(line, rest);
    let tail = raw.get(at..).unwrap_or("");
    let next = tail.trim_start_matches([' ', '\t', '\r', '\n']);
    let gap = tail.len() - next.len();
    let ends = tail.get(..gap).unwrap_or("").matches('\n').count();
    if ends <= 1 {
        out.escaped(' ', at, at + gap);
    } else {
        for _ in 1..ends {
            out.escaped('\n', at, at + gap);
        }
    }
    at + gap
}

fn fold(raw: &str, out: &mut Writer, quotes: bool) {
    let stops: &[char] = if quotes { &['\'', '\n'] } else { &['\n'] };
    let mut rest = 0;
    while let Some(found) = raw.get(rest..).and_then(|tail| tail.find(stops)) {
        let at = rest + found;
        if raw.as_bytes().get(at) == Some(&b'\n') {
            rest = fold_line(raw, rest, at, out);
            continue;
        }
        out.push(raw.get(rest..=at).unwrap_or(""), rest);
        rest = at
            + if raw.as_bytes().get(at + 1) == Some(&b'\'') {
                2
            } else {
                1
            };
    }
    if let Some(tail) = raw.get(rest..).filter(|tail| !tail.is_empty()) {
        out.push(tail, rest);
    }
}

fn undouble(raw: &str, out: &mut Writer) {
    let mut rest = 0;
    let bytes = raw.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if (byte == b'\'' || byte == b'"') && bytes.get(at + 1) == Some(&byte) {
            out.push(raw.get(rest..=at).unwrap_or(""), rest);
            rest = at + 2;
            at += 1;
        }
        at += 1;
    }
    if let Some(tail) = raw.get(rest..).filter(|tail| !tail.is_empty()) {
        out.push(tail, rest);
    }
}

fn dedent(raw: &str, out: &mut Writer, folded: bool) {
    let margin = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let indentation = raw
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(margin)
        .min()
        .unwrap_or(0);
    // Folding joins two lines with a space, or drops the first line end before blank lines, unless one of the two is
    // indented deeper.
    let mut joins = false;
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in raw.split_inclusive('\n') {
        let skip = indentation.min(margin(line));
        let body = line.get(skip..).unwrap_or("");
        let content = body.trim_end_matches(['\n', '\r']);
        if !content.is_empty() || !folded {
            let deeper = content.starts_with([' ', '\t']);
            let folds = folded && joins && !deeper;
            let only = ends.len() == 1;
            for (index, (from, to)) in ends.drain(..).enumerate() {
                match (folds, index) {
                    (true, 0) if only => out.escaped(' ', from, to),
                    (true, 0) => {}
                    _ => out.escaped('\n', from, to),
                }
            }
            joins = !deeper;
            out.push(content, at + skip);
        }
        if body.ends_with('\n') {
            ends.push((at + skip + content.len(), at + line.len()));
        }
        at += line.len();
    }
    for (from, to) in ends {
        out.escaped('\n', from, to);
    }
}

fn entities(raw: &str, out: &mut Writer) {
    let mut rest = 0;
    while let Some(found) = raw.get(rest..).and_then(|tail| tail.find('&')) {
        let at = rest + found;
        out.push(raw.get(rest..at).unwrap_or(""), rest);
        let tail = raw.get(at + 1..).unwrap_or("");
        let end = tail.bytes().take(11).position(|byte| byte == b';');
        match end.and_then(|end| tail.get(..end)).and_then(entity) {
            Some(character) => {
                rest = at + 2 + end.unwrap_or(0);
                out.escaped(character, at, rest);
            }
            None => {
                out.push("&", at);
                rest = at + 1;
            }
        }
    }
    if let Some(tail) = raw.get(rest..).filter(|tail| !tail.is_empty()) {
        out.push(tail, rest);
    }
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// The whole of `text` as one scalar, for tests and embedded documents.
pub fn whole(text: &str, encoding: Encoding) -> Scalar {
    Scalar {
        range: TextRange::new(0, text.len()),
        encoding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding() {
        let cases = [
            (Encoding::Plain, "a\\n''b", "a\\n''b"),
            (
                Encoding::Backslash,
                r"https:\/\/test.example\u002eorg\n\\",
                "https://test.example.org\n\\",
            ),
            (Encoding::Backslash, r"\ud83d\ude00 \u{41} \x41 \q \", "😀 A A q \\"),
            (Encoding::YamlDouble, "a\\tb  \n   c\\\n  d\n\n  e", "a\tb cd\ne"),
            (Encoding::YamlSingle, "it''s\n  so", "it's so"),
            (Encoding::YamlPlain, "one\n  two\n\n  three", "one two\nthree"),
            (Encoding::YamlLiteral, "  a\n    b\n\n  c\n", "a\n  b\n\nc\n"),
            (Encoding::YamlFolded, "  a\n  b\n\n  c\n", "a b\nc\n"),
            (
                Encoding::YamlFolded,
                "a\nb\n  c\n\n  d\ne\n\n\nf",
                "a b\n  c\n\n  d\ne\n\nf",
            ),
            (Encoding::DoubledQuote, "a''b\"\"c'd", "a'b\"c'd"),
            (Encoding::Xml, "a&amp;b&#x41;&#66;&nope;&", "a&bAB&nope;&"),
            (Encoding::Properties, "a\\:b\\\n   c\\u0041", "a:bcA"),
            (Encoding::Heredoc, "    x\n      y\n", "x\n  y\n"),
        ];
        for (encoding, raw, expected) in cases {
            let decoded = decode(raw, whole(raw, encoding));
            assert_eq!(decoded.text, expected, "{encoding:?}");
        }
    }

    #[test]
    fn decoded_places_point_at_the_raw_text() {
        let raw = r"https:\/\/test.host\/db";
        let decoded = decode(raw, whole(raw, Encoding::Backslash));
        let at = decoded.text.find("test.host").unwrap();
        let back = decoded.offsets.range_to_outer(TextRange::new(at, at + 9));
        assert_eq!(back.slice(raw), "test.host");
        let raw = "  first: 1\n  host: db-uat\n";
        let decoded = decode(raw, whole(raw, Encoding::YamlLiteral));
        let at = decoded.text.find("db-uat").unwrap();
        assert_eq!(
            decoded.offsets.range_to_outer(TextRange::new(at, at + 6)).slice(raw),
            "db-uat"
        );
    }
}
