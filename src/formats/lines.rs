//! Pieces of a text that know where they stand, and its lines: what the line-wise formats are read with.

use super::Parsed;
use crate::source::TextRange;

/// A part of a source's text with its offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// What stands there.
    pub(super) text: &'a str,
    /// The offset of its first byte.
    pub(super) at: usize,
}

impl<'a> Piece<'a> {
    /// Where it stands.
    pub(super) fn range(self) -> TextRange {
        TextRange::new(self.at, self.end())
    }

    /// The offset after its last byte.
    pub(super) fn end(self) -> usize {
        self.at + self.text.len()
    }

    /// The first `length` bytes; all of it where that is no character boundary.
    pub(super) fn first(self, length: usize) -> Self {
        let text = self.text.get(..length).unwrap_or(self.text);
        Self { text, at: self.at }
    }

    /// What follows the first `length` bytes; nothing where that is no character boundary.
    pub(super) fn after(self, length: usize) -> Self {
        match self.text.get(length..) {
            Some(text) => Self {
                text,
                at: self.at + length,
            },
            None => Self {
                text: "",
                at: self.end(),
            },
        }
    }

    /// Without the white space before it; an all-blank piece becomes empty where it began.
    pub(super) fn trim_start(self) -> Self {
        let text = self.text.trim_start();
        match text.is_empty() {
            true => Self { text, at: self.at },
            false => self.after(self.text.len() - text.len()),
        }
    }

    /// Without the white space after it.
    pub(super) fn trim_end(self) -> Self {
        self.first(self.text.trim_end().len())
    }

    /// Without the white space around it; an all-blank piece becomes empty where it began.
    pub(super) fn trim(self) -> Self {
        self.trim_end().trim_start()
    }

    /// Without a prefix, if it has it.
    pub(super) fn strip_prefix(self, prefix: &str) -> Option<Self> {
        self.text.strip_prefix(prefix).map(|_| self.after(prefix.len()))
    }
}

/// The lines of a text from `offset` on, without their ends; a byte order mark at the start belongs to none.
pub(super) fn lines(text: &str, offset: usize) -> impl Iterator<Item = Piece<'_>> {
    let mut at = match offset {
        0 => text.len() - text.trim_start_matches('\u{feff}').len(),
        _ => offset,
    };
    text.get(at..).unwrap_or("").split_inclusive('\n').map(move |line| {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let piece = Piece {
            text: content.strip_suffix('\r').unwrap_or(content),
            at,
        };
        at += line.len();
        piece
    })
}

/// Whether a line only steers a template (`{% if %}`, `{{- end }}`, `<% else %>`) and sets nothing itself.
pub(super) fn is_template_statement(line: &str) -> bool {
    let line = line.trim();
    [("{%", "%}"), ("{{", "}}"), ("{#", "#}"), ("<%", "%>"), ("%{", "}")]
        .iter()
        .any(|(open, close)| line.starts_with(open) && (line.ends_with(close) || !line.contains(close)))
}

/// Says that a line was not understood; lines in a row are one problem.
pub(super) fn unread_line(parsed: &mut Parsed, line: Piece<'_>, message: &str) {
    let range = line.range();
    match parsed.problems.last_mut() {
        // Line ends and indentation between two lines in a row are at most this far apart.
        Some(last) if last.message == message && range.start.saturating_sub(last.at.end) <= 64 => {
            last.at = last.at.cover(range);
        }
        _ => parsed.problem(range, message),
    }
}

/// Where a value ends that may be followed by a comment: at a blank with one of `marks` after it.
pub(super) fn before_comment<'a>(piece: Piece<'a>, marks: &[u8]) -> Piece<'a> {
    let bytes = piece.text.as_bytes();
    let mut blank = true;
    for (index, byte) in bytes.iter().enumerate() {
        if blank && marks.contains(byte) {
            return piece.first(index).trim_end();
        }
        blank = matches!(byte, b' ' | b'\t');
    }
    piece.trim_end()
}

/// The offset in `text` (which begins with its quote) of the quote that ends it: the first one, not behind a
/// backslash, after which the line ends or one of `ends` follows. Text inside may hold quotes of its own, as
/// `"{"a": 1}"` does.
pub(super) fn closing_quote(text: &str, ends: &[u8]) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.first()?;
    let escapes = quote == b'"';
    let mut at = 1;
    while let Some(found) = memchr::memchr2(quote, b'\\', bytes.get(at..)?) {
        at += found;
        if bytes.get(at) == Some(&b'\\') {
            at += if escapes { 2 } else { 1 };
            continue;
        }
        let mut next = at + 1;
        while matches!(bytes.get(next), Some(b' ' | b'\t')) {
            next += 1;
        }
        match bytes.get(next) {
            None | Some(b'\n' | b'\r') => return Some(at),
            Some(byte) if ends.contains(byte) => return Some(at),
            // Blanks cannot hold a quote, so what was skipped is not looked at again.
            _ => at = next,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_their_places() {
        let text = "\u{feff}a\r\n\n b č\n";
        let found: Vec<_> = lines(text, 0).map(|line| (line.at, line.text)).collect();
        assert_eq!(found, [(3, "a"), (6, ""), (7, " b č")]);
        for line in lines(text, 0) {
            assert_eq!(line.range().slice(text), line.text);
            assert_eq!(line.trim().range().slice(text), line.text.trim());
        }
    }

    #[test]
    fn quotes_close_where_a_value_can_end() {
        let cases = [
            (r#""a" # c"#, Some(2)),
            (r#""a\"b""#, Some(5)),
            (r#""{"a": "b"}""#, Some(11)),
            (r#""$HOST"/path"#, None),
            (r"'a\'", Some(3)),
            ("\"a\nb\"\nc", Some(4)),
            ("\"", None),
        ];
        for (text, expected) in cases {
            assert_eq!(closing_quote(text, b"#"), expected, "{text}");
        }
    }

    #[test]
    fn comments_need_a_blank_before_them() {
        for (text, expected) in [("a#b # c", "a#b"), ("# c", ""), ("a;b", "a;b"), ("a ;b", "a")] {
            let piece = Piece { text, at: 0 };
            assert_eq!(before_comment(piece, b"#;").text, expected);
        }
    }

    #[test]
    fn template_statements() {
        let yes = ["{% if a %}", "  {{- end }}", "<% else %>", "{{ range .X"];
        assert!(yes.iter().all(|line| is_template_statement(line)));
        let no = ["{{ a }}_HOST=b", "A={{ b }}", "%"];
        assert!(no.iter().all(|line| !is_template_statement(line)));
    }
}
