//! The value that is being read: where it ends, and what stands in it.

use super::{Scan, closing};
use crate::formats::code::tokens::{Kind, Token};
use crate::formats::code::values::{Pending, Slot};
use crate::formats::{EntryId, Key, Value};

impl Scan<'_> {
    /// Takes in one more token of a value, or ends it.
    pub(super) fn value_token(&mut self, mut value: Pending, token: Token) {
        let outside = self.opens.is_empty();
        match token.kind {
            Kind::Line => return self.value_line(value, token),
            Kind::Comma | Kind::Close(_) if outside => {
                self.finish(value);
                return self.key_token(token);
            }
            Kind::Semicolon => {
                self.finish(value);
                return self.key_token(token);
            }
            Kind::Close(_) => {
                self.opens.pop();
            }
            Kind::Open(open) => {
                if self.opens_entry(&value, token, open) {
                    return self.commit(value, open);
                }
                self.opens.push(closing(open));
            }
            Kind::Assign if outside && value.slot == Slot::Named && self.restarts(&value) => {
                value = Pending::new(Slot::Named, Kind::Assign);
                self.pending = Some(value);
                return;
            }
            Kind::Assign | Kind::Arrow | Kind::Colon if self.is_inner_key(&value, token) => {
                return self.commit_key(value, token.kind);
            }
            _ => {}
        }
        value.add(self.text, token);
        self.pending = Some(value);
    }

    /// Whether what was read of a value is a type or another key: `host: str = 'x'`, `a = b = 'x'`.
    fn restarts(&self, value: &Pending) -> bool {
        let literal = value.first.is_some_and(|first| first.kind == Kind::String);
        !value.is_fresh() && !literal && (value.separator == Kind::Colon || value.tokens == 1)
    }

    /// At a line end inside or after a value.
    fn value_line(&mut self, value: Pending, line: Token) {
        let is_open = !self.opens.is_empty() || value.slot == Slot::Item;
        if is_open && self.starts_statement(line) {
            self.finish(value);
            self.frames.clear();
            return;
        }
        let operators = [Kind::Operator, Kind::Question, Kind::Colon, Kind::Assign, Kind::Arrow];
        let goes_on = is_open
            || if value.is_fresh() {
                value.separator != Kind::Colon || !self.frames.is_empty()
            } else {
                value.ends_with(&operators) || self.continues(line.end)
            };
        if goes_on {
            self.pending = Some(value);
        } else {
            self.finish(value);
            self.left_margin(line);
        }
    }

    /// Whether the line that starts here goes on with the expression of the line before.
    fn continues(&self, at: usize) -> bool {
        let tail = self.text.as_bytes().get(at..).unwrap_or(&[]);
        match tail {
            [b'.', next, ..] => next.is_ascii_alphabetic(),
            [b'|', b'|', ..] | [b'&', b'&', ..] | [b'?', ..] | [b':', b' ', ..] | [b'+', b' ', ..] => true,
            _ => false,
        }
    }

    /// Whether a bracket in a value opens a hash or list of settings.
    fn opens_entry(&self, value: &Pending, token: Token, open: u8) -> bool {
        let after = value.last.filter(|last| last.end == token.start);
        if value.environment || value.first.is_some_and(|first| first.kind == Kind::String) {
            return false;
        }
        match open {
            b'{' => true,
            b'[' => !after.is_some_and(|last| matches!(last.kind, Kind::Name | Kind::Close(_))),
            _ => after.is_some_and(|last| last.text.slice(self.text) == "array"),
        }
    }

    /// The value is a hash or list: adds it and goes on inside.
    fn commit(&mut self, value: Pending, open: u8) {
        let list = open != b'{';
        let entry = self.add_entry(value, if list { Value::List } else { Value::Map });
        self.push_opens();
        let named = entry.is_some();
        let entry = entry.or_else(|| self.holder());
        self.candidate = None;
        self.push(closing(open), entry, list && named);
    }

    /// The brackets that are open in the value hold keys of their own: adds the value as their map, and the first key.
    fn commit_key(&mut self, value: Pending, separator: Kind) {
        let Some(key) = value.last else { return };
        if self.opens.is_empty() {
            // A list that has keys: `['host' => 'x']`, `[host: "x"]`.
            let frame = self.frames.last_mut();
            if let Some(entry) = frame.and_then(|frame| frame.entry)
                && let Some(entry) = self.parsed.entries.get_mut(entry.0 as usize)
            {
                entry.value = Value::Map;
            }
        } else {
            let entry = self.add_entry(value, Value::Map).or_else(|| self.holder());
            self.push_opens();
            if let Some(frame) = self.frames.last_mut() {
                frame.entry = entry;
            }
        }
        self.candidate(key);
        self.begin(separator);
    }

    fn is_inner_key(&self, value: &Pending, token: Token) -> bool {
        let Some(key) = value.last else { return false };
        if value.environment || value.choice {
            return false;
        }
        let is_tight = key.end == token.start;
        let is_key = match token.kind {
            Kind::Assign => key.kind == Kind::Name && !self.opens.is_empty(),
            Kind::Colon => key.kind == Kind::String || (key.kind == Kind::Name && is_tight),
            _ => matches!(key.kind, Kind::String | Kind::Symbol | Kind::Number | Kind::Name) && self.is_arrow_key(key),
        };
        is_key && (!self.opens.is_empty() || (value.slot == Slot::Item && value.tokens == 1))
    }

    /// Makes frames of the brackets that are open in a value.
    fn push_opens(&mut self) {
        let holder = self.holder();
        let opens = std::mem::take(&mut self.opens);
        for &close in &opens {
            self.push(close, holder, false);
        }
        self.opens = opens;
        self.opens.clear();
    }

    /// Adds an entry at the place of a value; `None` where that place has no name.
    fn add_entry(&mut self, value: Pending, entry: Value) -> Option<EntryId> {
        let mut parent = self.holder();
        if value.slot == Slot::Item {
            let frame = self.frames.last_mut()?;
            let number = frame.items;
            frame.items += 1;
            return Some(self.parsed.add(parent, Key::Item(number), entry));
        }
        let (last, bases) = self.names.split_last()?;
        for &base in bases {
            parent = Some(self.parsed.map(parent, Key::Name(base)));
        }
        Some(self.parsed.add(parent, Key::Name(*last), entry))
    }

    /// The value is complete.
    pub(super) fn finish(&mut self, value: Pending) {
        self.opens.clear();
        if let Some((range, encoding)) = value.value(self.text) {
            self.add_entry(value, Value::Scalar(crate::formats::Scalar { range, encoding }));
        }
    }
}
