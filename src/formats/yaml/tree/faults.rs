//! What becomes of the entries at a fault: forgotten, cut or kept, and where reading goes on.

use super::{Open, Tree};
use crate::{
    formats::{Encoding, Problem, Value},
    source::TextRange,
};
use granit_parser::{ErrorKind, ScanError};
use std::ops::Range;

/// Where and why reading stopped.
#[derive(Debug)]
pub(in crate::formats::yaml) struct Fault {
    /// Where the parser noticed it.
    pub(in crate::formats::yaml) at: usize,
    pub(in crate::formats::yaml) kind: ErrorKind,
    /// What is wrong, without text of the source.
    pub(in crate::formats::yaml) message: String,
    /// Where the document starts.
    pub(in crate::formats::yaml) document: usize,
    /// Where the last thing that was understood ends.
    pub(in crate::formats::yaml) understood: usize,
    /// The last scalar.
    pub(in crate::formats::yaml) scalar: TextRange,
    /// Where the outermost open `[` or `{` stands.
    pub(in crate::formats::yaml) flow: Option<usize>,
}

impl Fault {
    /// Whether the indentation of a line is wrong, and the line not.
    pub(in crate::formats::yaml) fn is_indentation(&self, text: &str, line: &Range<usize>) -> bool {
        let is_margin = |margin: &str| margin.trim_matches([' ', '\t', '-']).is_empty();
        self.flow.is_none()
            && match self.kind {
                ErrorKind::ExpectedBlockMappingKey
                | ErrorKind::ExpectedBlockSequenceEntry
                | ErrorKind::ExpectedDocumentStart => text.get(line.start..self.at).is_some_and(is_margin),
                // A plain scalar went on into a line that is a key.
                ErrorKind::MappingValueNotAllowed => self.went_on(line.start),
                _ => false,
            }
    }

    /// Whether the last scalar goes on past a place.
    fn went_on(&self, at: usize) -> bool {
        (self.scalar.start as usize) < at && at < self.scalar.end as usize
    }
}

impl Tree<'_> {
    /// Forgets the current document, to read it again without what was `lost`.
    pub(in crate::formats::yaml) fn reread(&mut self, lost: TextRange, fault: &Fault) {
        self.parsed.entries.truncate(self.entries_before);
        self.parsed.problems.truncate(self.problems_before);
        self.close_all();
        self.repairs.push(Problem {
            at: lost,
            message: format!("not valid YAML: {}", fault.message),
            unread: true,
        });
    }

    /// Takes a key's line off the plain scalar above it.
    pub(in crate::formats::yaml) fn cut(&mut self, fault: &Fault, at: usize) {
        if let Some(last) = self.parsed.entries.last_mut()
            && let Value::Scalar(scalar) = &mut last.value
            && scalar.range == fault.scalar
            && fault.went_on(at)
        {
            let kept = self.text.get(scalar.range.start as usize..at).unwrap_or("").trim_end();
            scalar.range.end = scalar.range.start + TextRange::new(0, kept.len()).end;
            if !kept.contains('\n') {
                scalar.encoding = Encoding::Plain;
            }
        }
    }

    /// Goes on with a line below a fault, in the map or list that fits its indentation best.
    pub(in crate::formats::yaml) fn resume(&mut self, masked: &str, line: Range<usize>, fault: &Fault) {
        let text = masked.get(line.clone()).unwrap_or("");
        let body = text.trim_start_matches([' ', '\t']);
        let column = text.len() - body.len();
        let is_list = body == "-" || body.starts_with("- ");
        self.ended = None;
        self.key_depth = 0;
        self.open.extend(self.closed.drain(..).rev());
        self.open.extend(self.resumed.take());
        let distance = |open: &Open<'_>| {
            let other_kind = usize::from(open.is_list() != is_list);
            open.column.map_or(usize::MAX, |own| own.abs_diff(column) + other_kind)
        };
        let nearest = self
            .open
            .iter()
            .map(distance)
            .enumerate()
            .rev()
            .min_by_key(|(_, distance)| *distance);
        let exact = matches!(nearest, Some((_, 0)));
        let index = nearest.map_or(0, |(index, _)| index + 1);
        self.open.truncate(index);
        self.resumed = self.open.pop();
        if fault.kind != ErrorKind::ExpectedDocumentStart || !exact {
            let message = if fault.is_indentation(masked, &line) {
                "not valid YAML: this line does not fit what stands above it"
            } else {
                &format!("not valid YAML: {}", fault.message)
            };
            self.parsed.problem(TextRange::new(fault.at, fault.at), message);
        }
    }

    /// Keeps what was understood of the current document, and ends it.
    pub(in crate::formats::yaml) fn give_up(&mut self, fault: &Fault) {
        let at = TextRange::new(fault.at, fault.at);
        let message = format!(
            "not valid YAML: {}; the rest of this document was not read",
            fault.message
        );
        self.parsed.problem(at, message);
        self.ended = Some(fault.at);
        self.resumed = None;
        self.end_document();
    }

    pub(super) fn fault(&self, error: &ScanError, from: usize, understood: usize, scalar: TextRange) -> Fault {
        let mut at = from + error.marker().byte_offset().unwrap_or(0);
        while !self.text.is_char_boundary(at) {
            at = at.saturating_sub(1).min(self.text.len());
        }
        let kind = error.kind().clone();
        let message = match kind {
            ErrorKind::UnexpectedCharacter { .. } => "a character that cannot stand here".to_owned(),
            _ => error.info(),
        };
        Fault {
            at,
            kind,
            message,
            document: self.document,
            understood,
            scalar,
            flow: self
                .open
                .iter()
                .find(|open| open.column.is_none())
                .map(|open| open.start),
        }
    }
}
