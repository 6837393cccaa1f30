//! Masks the place of a fault, so that the document can be read again without it.

use super::tree::Fault;
use crate::source::TextRange;
use granit_parser::ErrorKind;
use std::{borrow::Cow, ops::Range};

/// A place and what to write over it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Repair {
    range: Range<usize>,
    fill: Fill,
}

/// What a place is overwritten with.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Fill {
    /// Nothing that means anything.
    Blank,
    /// One plain value.
    Value,
    /// The same, with spaces for the tabs that indent its lines.
    Spaces,
}

impl Repair {
    /// Overwrites the place, with line ends kept, and says which part of it is to blame.
    pub(super) fn apply(&self, text: &mut Cow<'_, str>) -> TextRange {
        let old = text.get(self.range.clone()).unwrap_or("");
        let start = self.range.start + old.len() - old.trim_start().len();
        let lost = match self.fill {
            Fill::Spaces => TextRange::new(self.range.start, start),
            Fill::Blank | Fill::Value => TextRange::new(start, start + old.trim().len()),
        };
        let new = self.written(old);
        text.to_mut().replace_range(self.range.clone(), &new);
        lost
    }

    fn written(&self, old: &str) -> String {
        let with = match self.fill {
            Fill::Blank => " ",
            Fill::Value => "1",
            Fill::Spaces => return spaces(old),
        };
        let mut new = String::with_capacity(old.len());
        for character in old.chars() {
            match character {
                '\n' | '\r' => new.push(character),
                _ => (0..character.len_utf8()).for_each(|_| new.push_str(with)),
            }
        }
        new
    }

    fn changes(&self, text: &str) -> bool {
        let old = text.get(self.range.clone()).unwrap_or("");
        match self.fill {
            Fill::Blank => !old.trim().is_empty(),
            Fill::Value => old.bytes().any(|byte| byte != b'1'),
            Fill::Spaces => true,
        }
    }
}

/// A text with spaces for the tabs that indent its lines.
fn spaces(old: &str) -> String {
    let mut new = String::with_capacity(old.len());
    for line in old.split_inclusive('\n') {
        let body = line.trim_start_matches([' ', '\t']);
        new.extend(std::iter::repeat_n(' ', line.len() - body.len()));
        new.push_str(body);
    }
    new
}

/// The first repair that changes anything, from the most likely to the most brutal one.
pub(super) fn repair(text: &str, fault: &Fault) -> Option<Repair> {
    let line = line_at(text, fault.at);
    [
        likely(text, fault, &line),
        Some(blank(with_children(text, &line))),
        rest_of_line(text, fault.understood),
    ]
    .into_iter()
    .flatten()
    .find(|repair| repair.changes(text))
}

fn likely(text: &str, fault: &Fault, line: &Range<usize>) -> Option<Repair> {
    use ErrorKind as E;
    if let Some(flow) = fault.flow {
        let flow_line = line_at(text, flow);
        let is_deeper = line.start > flow && indentation(text, line) > indentation(text, &flow_line);
        return Some(if is_deeper {
            blank(line.clone())
        } else {
            value(flow..flow_line.end)
        });
    }
    match fault.kind {
        E::TabNotAllowed | E::TabInIndentation | E::TabInBlockIndentation | E::TabInPlainScalar => {
            return tabs(text, line);
        }
        // Quotes that end too early or too late: the place where they start is to blame.
        E::InvalidTrailingDoubleQuotedScalar
        | E::InvalidTrailingSingleQuotedScalar
        | E::DocumentIndicatorInQuotedScalar
        | E::InvalidQuotedScalarIndent
        | E::UnclosedQuotedScalar => return rest_of_line(text, fault.understood),
        E::BlockSequenceEntryNotAllowed | E::InvalidBlockScalarIndent => return None,
        _ => {}
    }
    let rest = value_start(text.get(line.clone()).unwrap_or(""))? + line.start;
    (rest <= fault.at).then(|| value(rest..line.end))
}

/// From the first line on that a tab indents.
fn tabs(text: &str, line: &Range<usize>) -> Option<Repair> {
    let mut start = line.start;
    for below in text.get(line.start..)?.split_inclusive('\n') {
        let margin = below.len() - below.trim_start_matches([' ', '\t']).len();
        if below.get(..margin).is_some_and(|margin| margin.contains('\t')) {
            return Some(Repair {
                range: start..text.len(),
                fill: Fill::Spaces,
            });
        }
        start += below.len();
    }
    None
}

fn blank(range: Range<usize>) -> Repair {
    Repair {
        range,
        fill: Fill::Blank,
    }
}

/// Makes one value of a range, without the comment after it.
fn value(range: Range<usize>) -> Repair {
    Repair {
        range,
        fill: Fill::Value,
    }
}

/// The value after what was understood, up to the end of its line.
fn rest_of_line(text: &str, understood: usize) -> Option<Repair> {
    let tail = text.get(understood..)?;
    let body = tail.trim_start_matches([' ', '\t', '\r', '\n', ':', ',', '[', '{', '-']);
    let start = understood + tail.len() - body.len();
    let end = line_at(text, start).end;
    (start < end).then(|| value(start..end))
}

/// How far the parser read in vain past what it understood: to the fault, and at least to the end of the scalar that it
/// read first and then had no place for. Looks no further than `most` bytes.
pub(super) fn read_in_vain(text: &str, fault: &Fault, most: usize) -> usize {
    let from = fault.understood;
    let rest = text.get(from..).unwrap_or("");
    let line = line_at(text, from);
    let margin = indentation(text, &line);
    let is_item = text
        .get(line.start + margin..)
        .is_some_and(|body| body.starts_with("- "));
    let mut length = 0;
    for (index, line) in rest.split_inclusive('\n').enumerate() {
        let outer = || is_item && indentation(line, &(0..line.len())) <= margin;
        if index > 0 && (outer() || line.starts_with("---") || line.starts_with("...")) {
            break;
        }
        // A block scalar takes all lines below it.
        if index == 0 && ends_in_block_header(line) {
            length = rest.len();
            break;
        }
        length += line.len();
        if length > most || ends_plain_scalar(line) {
            break;
        }
    }
    length.max(fault.at.saturating_sub(from))
}

fn ends_plain_scalar(line: &str) -> bool {
    let bytes = line.as_bytes();
    memchr::memchr2_iter(b':', b'#', bytes).any(|at| match bytes.get(at) {
        Some(b':') => bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace),
        _ => at == 0 || bytes.get(at - 1).is_some_and(u8::is_ascii_whitespace),
    })
}

fn ends_in_block_header(line: &str) -> bool {
    let text = line.find(" #").and_then(|at| line.get(..at)).unwrap_or(line);
    text.trim_end()
        .trim_end_matches(['-', '+', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        .ends_with(['|', '>'])
}

/// The line that holds a byte, without its line end.
pub(super) fn line_at(text: &str, at: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let start = memchr::memrchr(b'\n', bytes.get(..at).unwrap_or_default()).map_or(0, |end| end + 1);
    let rest = bytes.get(at..).unwrap_or_default();
    let mut end = at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    if end > start && bytes.get(end - 1) == Some(&b'\r') {
        end -= 1;
    }
    start..end.max(start)
}

fn indentation(text: &str, line: &Range<usize>) -> usize {
    let text = text.get(line.clone()).unwrap_or("");
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// A line and the deeper ones below it.
fn with_children(text: &str, line: &Range<usize>) -> Range<usize> {
    let margin = indentation(text, line);
    let mut end = line.end;
    let mut start = line.end;
    for (index, below) in text.get(line.end..).unwrap_or("").split_inclusive('\n').enumerate() {
        let body = below.trim_end();
        // The first piece is the end of the line itself.
        if index > 0 && !body.is_empty() {
            if indentation(below, &(0..below.len())) <= margin {
                break;
            }
            end = start + body.len();
        }
        start += below.len();
    }
    line.start..end
}

/// Where the value of a line's first key or item starts.
fn value_start(line: &str) -> Option<usize> {
    let body = line.trim_start_matches([' ', '\t']);
    let mut start = line.len() - body.len();
    let mut rest = body;
    while let Some(after) = rest.strip_prefix("- ") {
        let after = after.trim_start_matches(' ');
        start = line.len() - after.len();
        rest = after;
    }
    let is_item = start > line.len() - body.len();
    let from = match rest.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => rest
            .bytes()
            .skip(1)
            .position(|byte| byte == *quote)
            .map_or(0, |at| at + 2),
        _ => 0,
    };
    let key_end = rest
        .get(from..)
        .and_then(|tail| tail.find(": "))
        .map(|at| from + at + 2);
    match key_end {
        Some(end) => {
            let after = rest.get(end..).unwrap_or("").trim_start_matches([' ', '\t']);
            (!after.is_empty()).then(|| line.len() - after.len())
        }
        None => is_item.then_some(start),
    }
}
