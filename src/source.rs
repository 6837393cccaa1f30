//! Sources and places in them: byte ranges from the parsers up, lines and columns only when reporting.

use std::borrow::Cow;

/// Names one source of a run: an index into the model's list of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A half-open byte range in the text of one source, always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TextRange {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A byte range in a certain source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The source that the range lies in.
    pub source: SourceId,
    /// The bytes.
    pub range: TextRange,
}

/// A 1-based line and column; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in characters.
    pub column: u32,
}

impl TextRange {
    /// The range from `start` to `end`; sources are far smaller than 4 GiB, larger offsets saturate.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            start: clamp(start),
            end: clamp(end.max(start)),
        }
    }

    /// The text at this range, or "" where it does not lie on character boundaries of `text`.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// Whether no byte lies in the range.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// The line and column of byte `offset` in `text`.
pub fn position(text: &str, offset: u32) -> Position {
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = text.get(..offset).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
    let column = before
        .get(line_start..)
        .unwrap_or("")
        .trim_start_matches('\u{feff}')
        .chars()
        .count()
        + 1;
    Position {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}

/// Where each line of a text starts, for asking for many positions.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    /// Finds the lines of a text.
    pub fn new(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0).chain(ends.map(|end| TextRange::new(end + 1, end + 1).start));
        Self {
            starts: starts.collect(),
        }
    }

    /// The line and column of byte `offset` in the text.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let index = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(index).copied().unwrap_or(0);
        let line = text.get(start as usize..).unwrap_or("");
        let within = position(line, offset.saturating_sub(start));
        Position {
            line: TextRange::new(index + 1, index + 1).start,
            column: within.column,
        }
    }
}

/// How the bytes of a decoded text map back to the text that it was decoded from.
///
/// A list of pieces `(inner, outer)`: the decoded bytes from `inner` up to the next piece stand at `outer` onwards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offsets {
    pieces: Vec<(u32, u32)>,
}

impl Offsets {
    /// The map of a text that stands unchanged at `outer`.
    pub fn identity(outer: u32) -> Self {
        Self {
            pieces: vec![(0, outer)],
        }
    }

    /// Says that the decoded text from `inner` on stands at `outer` in the original; calls go in rising order.
    pub fn push(&mut self, inner: usize, outer: usize) {
        let range = TextRange::new(inner, usize::MAX);
        let outer = TextRange::new(outer, usize::MAX).start;
        match self.pieces.last_mut() {
            Some(last) if last.0 == range.start => last.1 = outer,
            Some(last) if range.start.wrapping_sub(last.0) == outer.wrapping_sub(last.1) => {}
            _ => self.pieces.push((range.start, outer)),
        }
    }

    /// Where byte `inner` of the decoded text stands in the original.
    pub fn to_outer(&self, inner: u32) -> u32 {
        let at = self.pieces.partition_point(|piece| piece.0 <= inner);
        match at.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some(&(piece_inner, piece_outer)) => {
                let mapped = piece_outer.saturating_add(inner - piece_inner);
                // A piece never reaches into the next one: escapes are longer than what they stand for.
                self.pieces.get(at).map_or(mapped, |next| mapped.min(next.1))
            }
            None => inner,
        }
    }

    /// Where a range of the decoded text stands in the original.
    pub fn range_to_outer(&self, inner: TextRange) -> TextRange {
        let start = self.to_outer(inner.start);
        let end = match inner.end.checked_sub(1) {
            Some(last) if inner.end > inner.start => self.to_outer(last).saturating_add(1).max(self.end_of(inner.end)),
            _ => start,
        };
        TextRange {
            start,
            end: end.max(start),
        }
    }

    /// The original's offset of the end of a range: the start of a piece that begins there, else what follows.
    fn end_of(&self, inner: u32) -> u32 {
        self.to_outer(inner)
    }
}

/// A value's text after undoing its escapes, with the way back to the original bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text as the application will see it.
    pub text: Cow<'a, str>,
    /// The way back.
    pub offsets: Offsets,
}

impl<'a> Decoded<'a> {
    /// A text that needs no decoding and stands at `range` of `text`.
    pub fn plain(text: &'a str, range: TextRange) -> Self {
        Self {
            text: Cow::Borrowed(range.slice(text)),
            offsets: Offsets::identity(range.start),
        }
    }
}

/// Where an embedded document came from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The source that holds it.
    pub source: SourceId,
    /// The entry of that source whose value it is.
    pub entry: u32,
    /// The way back to the holder's bytes.
    pub offsets: Offsets,
}

/// A file, or an embedded document in one.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path below the root of the run, with `/` between segments.
    pub path: String,
    /// The text, valid UTF-8.
    pub text: String,
    /// For an embedded document, its holder.
    pub origin: Option<Origin>,
}

impl Source {
    /// A file's source.
    pub fn file(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            origin: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let text = "a\nčéx\n";
        assert_eq!(position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(position(text, 6), Position { line: 2, column: 3 });
        assert_eq!(position(text, 8), Position { line: 3, column: 1 });
        assert_eq!(position(text, 999), Position { line: 3, column: 1 });
        let lines = Lines::new(text);
        for offset in 0..12 {
            assert_eq!(lines.position(text, offset), position(text, offset), "{offset}");
        }
    }

    #[test]
    fn offsets_map_back() {
        // `a\/b` at 10 decodes to `a/b`.
        let mut offsets = Offsets::default();
        offsets.push(0, 10);
        offsets.push(1, 11);
        offsets.push(2, 13);
        assert_eq!(offsets.to_outer(0), 10);
        assert_eq!(offsets.to_outer(1), 11);
        assert_eq!(offsets.to_outer(2), 13);
        assert_eq!(offsets.range_to_outer(TextRange::new(0, 3)), TextRange::new(10, 14));
        assert_eq!(offsets.range_to_outer(TextRange::new(0, 2)), TextRange::new(10, 13));
    }
}
