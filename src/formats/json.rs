//! JSON, JSON with comments, JSON5 as far as it goes, JSON lines, and templates of all these.

use super::duplicates::Keys;
use super::json_tokens::{Token, Tokens};
use super::{Encoding, Entry, EntryId, Format, Key, Parsed, Value, names};
use crate::source::TextRange;

/// JSON. Goes on after errors, and reads what stands around template expressions.
pub const JSON: Format = Format {
    name: "json",
    summary: "JSON, also with comments, trailing commas, several documents and template expressions \
              (`*.json`, `*.jsonc`, `*.json5`, `*.json.erb`, `.firebaserc`, ...)",
    comments: &["//", "#"],
    claims,
    parse,
};

fn claims(path: &str, head: &str) -> bool {
    let name = names::base_name(path);
    if names::ends_with(&name, &[".json", ".jsonc", ".json5", ".firebaserc"]) {
        return true;
    }
    // Services that read JSON from a file with a neutral name.
    if !names::ends_with(&name, &[".conf", ".config", ".cfg"]) {
        return false;
    }
    let mut start = head.trim_start_matches('\u{feff}').trim_start().chars();
    start.next() == Some('{') && start.find(|next| !next.is_whitespace()) == Some('"')
}

fn parse(text: &str) -> Parsed {
    let mut reader = Reader::default();
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next() {
        let end = TextRange::new(tokens.offset(), tokens.offset());
        match token {
            Token::OpenObject => reader.open(Kind::Object, end),
            Token::OpenArray => reader.open(Kind::Array, end),
            Token::CloseObject => reader.close(Kind::Object, end),
            Token::CloseArray => reader.close(Kind::Array, end),
            Token::Comma => reader.settle(),
            Token::Colon => {
                if let Some((first, again)) = reader.repeated(text)
                    && !tokens.has_statement_since(first as usize)
                {
                    reader.parsed.flaw(again, "duplicate key");
                }
                reader.colon(end);
            }
            Token::String(range, encoding) => reader.scalar(range, encoding),
            Token::Bare(range) => reader.scalar(range, Encoding::Plain),
            Token::OpenString(range) => {
                let quote = TextRange {
                    start: range.start.saturating_sub(1),
                    end: range.start,
                };
                reader.problem(quote, "this string is not closed; it was read to the end of its line");
                reader.scalar(range, Encoding::Backslash);
            }
            Token::OpenComment(range) => reader.problem(range, "this comment is not closed"),
        }
    }
    reader.finish(TextRange::new(text.len(), text.len()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Array,
}

/// An object or array that has been opened and not closed.
struct Frame<'a> {
    kind: Kind,
    /// The keys of an object so far.
    keys: Keys<'a>,
    /// Its entry; none for the only document, whose entries stand at the top.
    id: Option<EntryId>,
    /// How many items an array has so far.
    items: u32,
    /// A key, or at first any scalar, that waits for what follows it.
    waiting: Option<Waiting>,
}

#[derive(Clone, Copy)]
struct Waiting {
    range: TextRange,
    encoding: Encoding,
    /// Where a missing value would stand, once the colon has been read.
    colon: Option<TextRange>,
}

#[derive(Default)]
struct Reader<'a> {
    parsed: Parsed,
    stack: Vec<Frame<'a>>,
    /// How many of the open frames are objects and arrays.
    open: [usize; 2],
    /// How many documents have begun.
    documents: u32,
    /// What the first document is, while its entries stand at the top.
    bare_document: Option<Kind>,
    /// A scalar at the top that waits for what follows it.
    waiting: Option<Waiting>,
    /// Where a run of tokens that mean nothing ended.
    junk_end: Option<u32>,
}

impl<'a> Reader<'a> {
    fn problem(&mut self, at: TextRange, message: &str) {
        self.parsed.problem(at, message);
    }

    /// Says that the token that ends at `end` means nothing here; such tokens in a row are one problem.
    fn junk(&mut self, end: TextRange) {
        let start = end.start.saturating_sub(1);
        match self.parsed.problems.last_mut() {
            Some(last) if self.junk_end == Some(last.at.end) && start.saturating_sub(last.at.end) <= 64 => {
                last.at.end = end.end;
            }
            _ => self.problem(TextRange { start, end: end.end }, "this character has no meaning here"),
        }
        self.junk_end = Some(end.end);
    }

    fn waiting(&mut self) -> &mut Option<Waiting> {
        match self.stack.last_mut() {
            Some(frame) => &mut frame.waiting,
            None => &mut self.waiting,
        }
    }

    /// Where a value that stands here belongs.
    fn place(&mut self, kind: Option<Kind>) -> (Option<EntryId>, Key) {
        let waiting = self.waiting().take();
        let Some(frame) = self.stack.last_mut() else {
            if let Some(key) = waiting {
                return (self.fragment(), Key::Name(key.range));
            }
            return (None, self.next_document(kind));
        };
        match (frame.kind, waiting) {
            (Kind::Object, Some(key)) => (frame.id, Key::Name(key.range)),
            _ => {
                frame.items += 1;
                (frame.id, Key::Item(frame.items - 1))
            }
        }
    }

    /// Begins a document. The first one's entries stand at the top until there is a second.
    fn next_document(&mut self, kind: Option<Kind>) -> Key {
        if let Some(first) = self.bare_document.take() {
            let value = match first {
                Kind::Object => Value::Map,
                Kind::Array => Value::List,
            };
            for entry in &mut self.parsed.entries {
                entry.parent = Some(entry.parent.map_or(EntryId(0), |parent| EntryId(parent.0 + 1)));
            }
            let key = Key::Document(0);
            self.parsed.entries.insert(
                0,
                Entry {
                    parent: None,
                    key,
                    value,
                },
            );
        }
        if self.documents == 0 {
            self.bare_document = kind;
        }
        self.documents += 1;
        Key::Document(self.documents - 1)
    }

    /// The map that keys outside of any object belong to.
    fn fragment(&mut self) -> Option<EntryId> {
        if self.documents == 0 {
            self.next_document(Some(Kind::Object));
        }
        match self.bare_document {
            Some(Kind::Object) => None,
            _ => {
                let key = self.next_document(Some(Kind::Object));
                Some(self.parsed.map(None, key))
            }
        }
    }

    fn open(&mut self, kind: Kind, end: TextRange) {
        self.settle_before_value();
        let (parent, key) = match self.stack.last() {
            // An object in an object, without a key: its keys belong to the outer one.
            Some(frame) if frame.kind == Kind::Object && frame.waiting.is_none() => {
                let id = frame.id;
                self.junk(end);
                return self.push(kind, id);
            }
            _ => self.place(Some(kind)),
        };
        if self.bare_document.is_some() && matches!(key, Key::Document(_)) {
            return self.push(kind, None);
        }
        let id = match kind {
            Kind::Object => self.parsed.map(parent, key),
            Kind::Array => self.parsed.list(parent, key),
        };
        self.push(kind, Some(id));
    }

    fn push(&mut self, kind: Kind, id: Option<EntryId>) {
        *self.count(kind) += 1;
        self.stack.push(Frame {
            kind,
            keys: Keys::default(),
            id,
            items: 0,
            waiting: None,
        });
    }

    fn count(&mut self, kind: Kind) -> &mut usize {
        let [objects, arrays] = &mut self.open;
        match kind {
            Kind::Object => objects,
            Kind::Array => arrays,
        }
    }

    fn close(&mut self, kind: Kind, end: TextRange) {
        if *self.count(kind) == 0 {
            self.settle();
            return self.junk(end);
        }
        let mut crossed = false;
        while let Some(top) = self.stack.last().map(|frame| frame.kind) {
            self.settle();
            self.stack.pop();
            *self.count(top) -= 1;
            if top == kind {
                break;
            }
            crossed = true;
        }
        if crossed {
            let start = end.start.saturating_sub(1);
            self.problem(
                TextRange { start, ..end },
                "this bracket closes more than the last one opened",
            );
        }
    }

    /// Where the key that a colon ends stood before in its object, and where it stands.
    fn repeated(&mut self, text: &'a str) -> Option<(u32, TextRange)> {
        let frame = self.stack.last_mut().filter(|frame| frame.kind == Kind::Object)?;
        let key = frame.waiting.filter(|waiting| waiting.colon.is_none())?.range;
        let before = frame.keys.add(key.slice(text), key.start)?;
        Some((before, key))
    }

    fn colon(&mut self, end: TextRange) {
        let in_array = self.stack.last().is_some_and(|frame| frame.kind == Kind::Array);
        match self.waiting() {
            Some(waiting) if waiting.colon.is_none() && !in_array => waiting.colon = Some(end),
            _ => self.junk(end),
        }
    }

    fn scalar(&mut self, range: TextRange, encoding: Encoding) {
        if self.stack.last().is_some_and(|frame| frame.kind == Kind::Array) {
            return self.add(range, encoding);
        }
        match *self.waiting() {
            Some(Waiting { colon: Some(_), .. }) => self.add(range, encoding),
            _ => {
                self.settle();
                *self.waiting() = Some(Waiting {
                    range,
                    encoding,
                    colon: None,
                });
            }
        }
    }

    fn add(&mut self, range: TextRange, encoding: Encoding) {
        let (parent, key) = self.place(None);
        self.parsed.scalar(parent, key, range, encoding);
    }

    /// Settles a scalar that waits, before an object or array: without a colon it is no key.
    fn settle_before_value(&mut self) {
        if let Some(Waiting { colon: None, .. }) = *self.waiting() {
            self.settle();
        }
    }

    /// Settles a scalar that waits where something else begins: a key without a value, or a document of its own.
    fn settle(&mut self) {
        let Some(waiting) = *self.waiting() else { return };
        match waiting.colon {
            Some(colon) => {
                self.problem(colon, "a value is missing here");
                self.add(
                    TextRange {
                        end: colon.start,
                        ..colon
                    },
                    Encoding::Plain,
                );
            }
            None if self.stack.is_empty() => {
                self.waiting = None;
                self.add(waiting.range, waiting.encoding);
            }
            None => {
                *self.waiting() = None;
                self.problem(waiting.range, "this key has no value");
            }
        }
        self.junk_end = None;
    }

    fn finish(mut self, end: TextRange) -> Parsed {
        self.settle();
        if !self.stack.is_empty() {
            while !self.stack.is_empty() {
                self.settle();
                self.stack.pop();
            }
            self.problem(end, "an object or array is not closed");
        }
        self.parsed
    }
}

#[cfg(test)]
mod tests;
