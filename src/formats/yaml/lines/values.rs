//! What a line of YAML can hold that ends on it.

use crate::source::TextRange;
use granit_parser::ScalarStyle;

/// A key, a value, or the header of a block scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Scalar {
        range: TextRange,
        style: ScalarStyle,
        /// Where it ends: at a `:` that makes it a key, or before what does not count any more.
        end: usize,
    },
    /// `{}`
    EmptyMap,
    /// `[a, "b"]`, with scalars for its items.
    List(Vec<(TextRange, ScalarStyle)>),
    Block(ScalarStyle),
}

/// Whether no character of a text is at fault or means the end of a line elsewhere.
pub(super) fn is_harmless(text: &str) -> bool {
    let is_control = |byte: u8| (byte < b' ' && byte != b'\n' && byte != b'\t') || byte == 0x7f;
    // Without a branch for each byte, many of them are looked at together.
    let any_control = |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | is_control(*byte));
    if text.as_bytes().chunks(1024).any(any_control) {
        return false;
    }
    let is_odd = |character: char| {
        matches!(
            character,
            '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
    };
    text.is_ascii() || !text.chars().any(is_odd)
}

/// What starts at `at`, up to the end of its line; `None` for what this reader leaves to the parser.
pub(super) fn token(text: &str, at: usize, line_end: usize) -> Option<Token> {
    let line = text.get(at..line_end)?;
    let bytes = line.as_bytes();
    let first = *bytes.first()?;
    let (length, style) = match first {
        b'"' => (double_quoted(bytes)?, ScalarStyle::DoubleQuoted),
        b'\'' => (single_quoted(bytes)?, ScalarStyle::SingleQuoted),
        b'{' => {
            let rest = bytes.get(1..)?.trim_ascii_start();
            return is_end(rest.strip_prefix(b"}")?).then_some(Token::EmptyMap);
        }
        b'[' => return list(bytes, at).map(Token::List),
        b'|' | b'>' => return header(bytes).map(Token::Block),
        _ if starts_plain(bytes) => {
            let (length, end) = plain(bytes)?;
            return Some(Token::Scalar {
                range: TextRange::new(at, at + length),
                style: ScalarStyle::Plain,
                end: at + end,
            });
        }
        _ => return None,
    };
    let rest = bytes.get(length..)?;
    let is_key = matches!(rest, [b':'] | [b':', b' ', ..]);
    (is_key || is_end(rest)).then(|| Token::Scalar {
        range: TextRange::new(at, at + length),
        style,
        end: at + length,
    })
}

/// Whether nothing but a comment follows a value.
fn is_end(rest: &[u8]) -> bool {
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    match rest.get(spaces) {
        None => true,
        Some(b'#') => spaces > 0,
        Some(_) => false,
    }
}

/// Whether a plain scalar starts here, beyond doubt.
fn starts_plain(bytes: &[u8]) -> bool {
    match bytes {
        [b'-', next, ..] => *next != b' ',
        [first, ..] => {
            first.is_ascii_alphanumeric()
                || matches!(
                    first,
                    b'_' | b'.' | b'/' | b'$' | b'~' | b'+' | b'(' | b'<' | b'=' | b'^' | b'\\' | 0x80..
                )
        }
        [] => false,
    }
}

/// The length of a plain scalar, and where it ends: at the colon of a key, at a comment, or with the line.
fn plain(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut end = bytes.len();
    for at in memchr::memchr2_iter(b':', b'#', bytes) {
        let is_colon = bytes.get(at) == Some(&b':');
        let follows_space = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b' ');
        let ends_key = is_colon && matches!(bytes.get(at + 1), None | Some(b' '));
        if ends_key || (!is_colon && follows_space) {
            end = at;
            break;
        }
    }
    let kept = bytes.get(..end).unwrap_or(bytes);
    let last = kept.iter().rposition(|byte| *byte != b' ')?;
    Some((last + 1, end))
}

/// The items of a list in brackets that starts at `at` and ends on its line.
fn list(bytes: &[u8], at: usize) -> Option<Vec<(TextRange, ScalarStyle)>> {
    let mut items = Vec::new();
    let mut start = 1;
    if let Some(rest) = bytes.strip_prefix(b"[]") {
        return is_end(rest).then_some(items);
    }
    loop {
        start += bytes.get(start..)?.iter().take_while(|byte| **byte == b' ').count();
        let rest = bytes.get(start..)?;
        let (length, style) = match rest.first()? {
            b'"' => (double_quoted(rest)?, ScalarStyle::DoubleQuoted),
            b'\'' => (single_quoted(rest)?, ScalarStyle::SingleQuoted),
            _ => (plain_item(rest)?, ScalarStyle::Plain),
        };
        items.push((TextRange::new(at + start, at + start + length), style));
        start += length;
        start += bytes.get(start..)?.iter().take_while(|byte| **byte == b' ').count();
        match bytes.get(start)? {
            b',' => start += 1,
            b']' => return is_end(bytes.get(start + 1..)?).then_some(items),
            _ => return None,
        }
    }
}

/// The length of a plain scalar in a list in brackets, of characters that mean nothing there.
fn plain_item(bytes: &[u8]) -> Option<usize> {
    let means_nothing = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'$' | b'+' | b'-' | b'=' | 0x80..)
    };
    let length = bytes.iter().position(|byte| !means_nothing(byte))?;
    let starts = bytes.first().is_some_and(|byte| *byte != b'-') || length > 1;
    (length > 0 && starts).then_some(length)
}

/// The length of a string in double quotes that ends on its line.
fn double_quoted(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        if !matches!(bytes.get(at + 1)?, b'"' | b'\\' | b'/' | b'n' | b'r' | b't') {
            return None;
        }
        at += 2;
    }
}

/// The length of a string in single quotes that ends on its line.
fn single_quoted(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr(b'\'', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'\'') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The header of a block scalar without an indentation of its own.
fn header(bytes: &[u8]) -> Option<ScalarStyle> {
    let (kind, rest) = bytes.split_first()?;
    let rest = rest
        .strip_prefix(b"-")
        .or_else(|| rest.strip_prefix(b"+"))
        .unwrap_or(rest);
    let style = match kind {
        b'|' => ScalarStyle::Literal,
        _ => ScalarStyle::Folded,
    };
    is_end(rest).then_some(style)
}
