//! Where a scalar's text stands, and how it is written.

use crate::{
    formats::{Encoding, Scalar, template},
    source::TextRange,
};
use granit_parser::ScalarStyle;

/// The two texts that a scalar stands in.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    /// As it is written.
    pub(super) original: &'a str,
    /// As the parser sees it.
    pub(super) masked: &'a str,
}

/// A value as it is written, from the range that the parser gives it.
pub(super) fn scalar(texts: Texts<'_>, range: TextRange, style: ScalarStyle, is_empty: bool) -> Scalar {
    if range.is_empty() && style == ScalarStyle::Plain {
        return null(texts, range.start as usize);
    }
    let range = match style {
        ScalarStyle::Literal | ScalarStyle::Folded => block(texts.masked, range, is_empty),
        _ => inner(range, style),
    };
    let raw = range.slice(texts.original).as_bytes();
    let encoding = match style {
        ScalarStyle::Literal => Encoding::YamlLiteral,
        ScalarStyle::Folded => Encoding::YamlFolded,
        ScalarStyle::Plain if memchr::memchr2(b'\n', b'\r', raw).is_some() => Encoding::YamlPlain,
        ScalarStyle::SingleQuoted if memchr::memchr3(b'\n', b'\r', b'\'', raw).is_some() => Encoding::YamlSingle,
        ScalarStyle::DoubleQuoted if memchr::memchr3(b'\n', b'\r', b'\\', raw).is_some() => Encoding::YamlDouble,
        _ => Encoding::Plain,
    };
    Scalar { range, encoding }
}

/// A value that is left out: an empty range after the colon, or the template code that gives it.
pub(super) fn null(texts: Texts<'_>, at: usize) -> Scalar {
    let rest = texts.masked.get(at..).unwrap_or("");
    let colon = rest.trim_start_matches([' ', '\t']);
    let at = match colon.strip_prefix(':') {
        Some(after) => at + rest.len() - after.len(),
        None => at,
    };
    let empty = Scalar {
        range: TextRange::new(at, at),
        encoding: Encoding::Plain,
    };
    let rest = texts.masked.get(at..).unwrap_or("");
    let gap = rest.len() - rest.trim_start().len();
    let mut start = at;
    for line in texts.original.get(at..at + gap).unwrap_or("").split_inclusive('\n') {
        let code = line.trim();
        if !code.is_empty() && !template::is_silent(code) {
            let start = start + line.len() - line.trim_start().len();
            return Scalar {
                range: TextRange::new(start, start + code.len()),
                encoding: Encoding::Plain,
            };
        }
        start += line.len();
    }
    empty
}

/// A scalar without its quotes.
pub(super) fn inner(range: TextRange, style: ScalarStyle) -> TextRange {
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if range.len() >= 2 => TextRange {
            start: range.start + 1,
            end: range.end - 1,
        },
        _ => range,
    }
}

/// A block scalar from the margin of its first line to the end of its last line.
fn block(masked: &str, range: TextRange, is_empty: bool) -> TextRange {
    let raw = range.slice(masked);
    if is_empty {
        let end = range.start as usize + raw.lines().next().unwrap_or("").trim_end().len();
        return TextRange::new(end, end);
    }
    let end = range.start as usize + raw.trim_end().len();
    let before = masked.get(..range.start as usize).unwrap_or("");
    let margin = before.len() - before.trim_end_matches([' ', '\t']).len();
    TextRange::new(range.start as usize - margin, end)
}
