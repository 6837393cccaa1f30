//! Builds the entries from the parser's events.

mod faults;

use super::scalars::{Texts, inner, null, scalar};
use crate::{
    formats::duplicates::Keys,
    formats::{ENTRY_CAP, Encoding, EntryId, Key, Parsed, Problem, Scalar, Value},
    source::TextRange,
};
pub(super) use faults::Fault;
use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};
use std::collections::HashMap;

/// The entries as they grow.
pub(super) struct Tree<'a> {
    pub(super) parsed: Parsed,
    text: &'a str,
    /// Where lines of template code alone start.
    blanked: &'a [usize],
    /// The open maps and lists, outermost first.
    pub(super) open: Vec<Open<'a>>,
    /// The maps and lists that ended last, the innermost first.
    closed: Vec<Open<'a>>,
    /// The map or list that goes on below a fault.
    resumed: Option<Open<'a>>,
    /// Entries by their anchors.
    anchors: HashMap<&'a str, EntryId>,
    /// The last value; none after a key.
    last: Option<EntryId>,
    /// How many open maps and lists there are in a key that is one itself, and where that starts.
    key_depth: usize,
    key_start: usize,
    documents: u32,
    /// Where the current document starts, and where it ends once it did.
    document: usize,
    ended: Option<usize>,
    /// What there was when the current document started.
    entries_before: usize,
    problems_before: usize,
    repairs: Vec<Problem>,
}

/// An open map or list.
pub(super) struct Open<'a> {
    id: EntryId,
    start: usize,
    /// Where its keys or dashes stand in their lines; none in `[` and `{`.
    pub(super) column: Option<usize>,
    pub(super) next: Next,
    keys: Keys<'a>,
}

impl Open<'_> {
    pub(super) fn is_list(&self) -> bool {
        matches!(self.next, Next::Item(_))
    }
}

/// What comes next in an open map or list.
pub(super) enum Next {
    Key,
    ValueOf(TextRange),
    Item(u32),
}

impl<'a> Tree<'a> {
    pub(super) fn new(text: &'a str, blanked: &'a [usize]) -> Self {
        Self {
            parsed: Parsed::default(),
            text,
            blanked,
            open: Vec::new(),
            closed: Vec::new(),
            resumed: None,
            anchors: HashMap::new(),
            last: None,
            key_depth: 0,
            key_start: 0,
            documents: 0,
            document: 0,
            ended: None,
            entries_before: 0,
            problems_before: 0,
            repairs: Vec::new(),
        }
    }

    /// Reads the masked text from the start of a document or line on, up to its end or the first fault.
    pub(super) fn read(&mut self, masked: &str, from: usize) -> Option<Fault> {
        let rest = masked.get(from..).unwrap_or("");
        let options = granit_parser::options! {
            emit_anchor_events: true,
            // The parser takes many comments in a row for a fault where it is to tell them.
            emit_comments: false,
            emit_unresolved_aliases: true,
        };
        let mut understood = from;
        let mut last = TextRange::new(from, from);
        for event in Parser::new_from_str_with_options(rest, options).keep_tags(true) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => return Some(self.fault(&error, from, understood, last)),
            };
            let range = place(self.text, &span, from);
            match &event {
                Event::DocumentStart(..) => self.end_document(),
                Event::DocumentEnd => self.ended = Some(range.end as usize),
                Event::Scalar(..) => last = range,
                _ => {}
            }
            if event.is_node() && self.parsed.entries.len() >= ENTRY_CAP {
                self.parsed.map(None, Key::Name(range));
                break;
            }
            self.event(masked, &event, range);
            understood = understood.max(range.end as usize);
        }
        None
    }

    /// The entries. The name of a single document is left out, where it is a map or a list.
    pub(super) fn finish(mut self) -> Parsed {
        let mut parsed = std::mem::take(&mut self.parsed);
        parsed.problems.append(&mut self.repairs);
        parsed.problems.sort_by_key(|problem| problem.at);
        let is_single = !parsed.entries.iter().skip(1).any(|entry| entry.parent.is_none());
        if is_single
            && parsed
                .entries
                .first()
                .is_some_and(|entry| matches!(entry.value, Value::Map | Value::List))
        {
            parsed.entries.remove(0);
            for entry in &mut parsed.entries {
                entry.parent = entry.parent.and_then(|parent| parent.0.checked_sub(1)).map(EntryId);
                if let Value::Alias(target) = &mut entry.value {
                    target.0 = target.0.saturating_sub(1);
                }
            }
        }
        parsed
    }

    /// Whether there is anything in the current document.
    pub(super) fn has_content(&self) -> bool {
        self.parsed.entries.len() > self.entries_before
    }

    /// Ends the current document, at `end`, and starts the next one.
    pub(super) fn next_document(&mut self, end: usize) {
        self.ended = Some(end);
        self.end_document();
    }

    /// Starts the next document, once the current one has ended.
    fn end_document(&mut self) {
        if let Some(end) = self.ended.take() {
            self.document = end;
            self.documents += u32::from(self.has_content());
            self.entries_before = self.parsed.entries.len();
            self.problems_before = self.parsed.problems.len();
            self.close_all();
        }
    }

    fn close_all(&mut self) {
        self.open.clear();
        self.closed.clear();
        self.resumed = None;
        self.ended = None;
        self.anchors.clear();
        self.last = None;
        self.key_depth = 0;
    }

    fn event(&mut self, masked: &str, event: &Event<'_>, range: TextRange) {
        if self.key_depth > 0 {
            return self.event_in_key(event, range);
        }
        match event {
            Event::Scalar(text, style, ..) => {
                self.go_on();
                if self.wants_key() {
                    self.key(inner(range, *style));
                } else if self.open.is_empty() && range.is_empty() && *style == ScalarStyle::Plain {
                    // A document without content.
                    self.last = None;
                } else {
                    let texts = Texts {
                        original: self.text,
                        masked,
                    };
                    let scalar = scalar(texts, range, *style, text.trim().is_empty());
                    self.value(Value::Scalar(scalar));
                }
            }
            Event::MappingStart(style, ..) => self.start(masked, Next::Key, *style, range),
            Event::SequenceStart(style, ..) => self.start(masked, Next::Item(0), *style, range),
            Event::MappingEnd | Event::SequenceEnd => self.closed.extend(self.open.pop()),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.go_on();
                if self.wants_key() {
                    self.key(range);
                } else {
                    self.alias(range);
                }
            }
            Event::Anchor(..) => {
                let name = range.slice(self.text).trim_start_matches('&');
                match self.last {
                    Some(id) => self.anchors.insert(name, id),
                    // Of a key.
                    None => self.anchors.remove(name),
                };
            }
            _ => {}
        }
    }

    /// Forgets what ended, as content follows, and goes on with what was resumed.
    fn go_on(&mut self) {
        self.closed.clear();
        self.open.extend(self.resumed.take());
    }

    /// Goes over a key that is a map or a list.
    fn event_in_key(&mut self, event: &Event<'_>, range: TextRange) {
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => self.key_depth += 1,
            Event::MappingEnd | Event::SequenceEnd => {
                self.key_depth -= 1;
                if self.key_depth == 0 {
                    let whole = TextRange::new(self.key_start, range.end as usize);
                    let first = whole.slice(self.text).lines().next().unwrap_or("").trim_end();
                    let at = TextRange::new(self.key_start, self.key_start + first.len());
                    self.parsed.flaw(at, "a key that is a map or a list is read as text");
                    self.key(at);
                }
            }
            _ => {}
        }
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { next: Next::Key, .. }))
    }

    /// Adds a key to the map that was opened last.
    pub(super) fn key(&mut self, range: TextRange) {
        let name = range.slice(self.text);
        self.last = None;
        let Some(open) = self.open.last_mut() else { return };
        open.next = Next::ValueOf(range);
        let Some(before) = open.keys.add(name, range.start) else {
            return;
        };
        // Alternatives of a template are no duplicates; several merges are usual.
        let first = self.blanked.partition_point(|&line| line < before as usize);
        let has_code_between = self.blanked.get(first).is_some_and(|&line| line < range.start as usize);
        if !has_code_between && name != "<<" {
            self.parsed.flaw(range, "duplicate key");
        }
    }

    fn start(&mut self, masked: &str, next: Next, style: StructureStyle, range: TextRange) {
        let start = range.start as usize;
        let is_list = matches!(next, Next::Item(_));
        let is_flow = style == StructureStyle::Flow;
        let column = (!is_flow).then(|| column(masked, start, is_list));
        if let Some(resumed) = self.resumed.take_if(|resumed| resumed.is_list() == is_list && !is_flow) {
            self.closed.clear();
            self.last = Some(resumed.id);
            self.open.push(Open {
                next: if is_list { resumed.next } else { Next::Key },
                ..resumed
            });
            return;
        }
        let is_resumed = self.resumed.is_some();
        self.go_on();
        if self.wants_key() && !is_resumed {
            self.key_depth = 1;
            self.key_start = start;
            return;
        }
        self.begin(next, start, column);
    }

    /// Opens a map or list that is the next value.
    pub(super) fn begin(&mut self, next: Next, start: usize, column: Option<usize>) {
        let is_list = matches!(next, Next::Item(_));
        let id = self.value(if is_list { Value::List } else { Value::Map });
        self.open.push(Open {
            id,
            start,
            column,
            next,
            keys: Keys::default(),
        });
    }

    /// Adds the value of a key that has none, if such a key came last.
    pub(super) fn leave_out(&mut self, texts: Texts<'_>) {
        let Some(&Next::ValueOf(key)) = self.open.last().map(|open| &open.next) else {
            return;
        };
        let end = key.end as usize;
        let is_quoted = texts.masked.as_bytes().get(end) != Some(&b':');
        self.value(Value::Scalar(null(texts, end + usize::from(is_quoted))));
    }

    fn alias(&mut self, range: TextRange) {
        let name = range.slice(self.text).trim_start_matches('*');
        let value = match self.anchors.get(name) {
            Some(target) if self.holds(*target) => {
                self.parsed.problem(range, "an alias to what holds it");
                plain(range)
            }
            Some(target) => Value::Alias(*target),
            None => {
                self.parsed
                    .problem(range, "an alias to an anchor that does not stand before it");
                plain(range)
            }
        };
        self.value(value);
    }

    /// Whether what is read next stands below an entry; below the top of the document it always does.
    fn holds(&self, id: EntryId) -> bool {
        id.0 as usize == self.entries_before || self.open.iter().any(|open| open.id == id)
    }

    /// Adds what stands at the next key or item.
    pub(super) fn value(&mut self, value: Value) -> EntryId {
        let parent = self.open.last().map(|open| open.id);
        let key = match self.open.last_mut().map(|open| &mut open.next) {
            Some(next @ Next::ValueOf(_)) => match std::mem::replace(next, Next::Key) {
                Next::ValueOf(name) => Key::Name(name),
                _ => Key::Item(0),
            },
            Some(Next::Item(number)) => {
                *number += 1;
                Key::Item(*number - 1)
            }
            // Below a fault, without a key.
            Some(Next::Key) => Key::Item(0),
            None => Key::Document(self.documents),
        };
        let id = self.parsed.add(parent, key, value);
        self.last = Some(id);
        id
    }
}

fn plain(range: TextRange) -> Value {
    Value::Scalar(Scalar {
        range,
        encoding: Encoding::Plain,
    })
}

/// The place of an event. Where a repair put spaces for a character of several bytes, the parser may start between them.
fn place(text: &str, span: &Span, from: usize) -> TextRange {
    let range = span.byte_range().unwrap_or_default();
    let boundary = |at: usize| {
        let at = at.min(text.len());
        (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
    };
    TextRange::new(boundary(from + range.start), boundary(from + range.end))
}

/// The column of a block map's keys or a list's dashes, from where the parser says that it starts.
fn column(text: &str, start: usize, is_list: bool) -> usize {
    let before = text.get(..start).unwrap_or("");
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let indentation = text
        .get(line..)
        .map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
    let dash = text.get(start..).is_some_and(|rest| rest.starts_with('-'));
    // A list at the column of its key starts after its first dash.
    if is_list && !dash { indentation } else { start - line }
}
