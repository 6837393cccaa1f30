//! Addresses: a hash of a key path that is the same for the same setting of different environments.

use super::{On, Word};
use crate::formats::{Entry, EntryId, Key, Parsed, Value};
use crate::source::TextRange;
use crate::vocabulary::{Hit, Strength};

/// A small, fast, stable hash: FNV-1a, for addresses alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address(u64);

impl Address {
    /// The start of a hash.
    pub const START: Self = Self(0xcbf2_9ce4_8422_2325);

    /// The hash with more text.
    #[must_use]
    pub fn text(self, text: &[u8]) -> Self {
        Self(text.iter().fold(self.0, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    /// The hash with a mark that no text can make.
    #[must_use]
    pub fn mark(self, mark: u8) -> Self {
        self.text(&[0xff, mark])
    }

    /// The hash with another one.
    #[must_use]
    pub fn number(self, number: u64) -> Self {
        self.text(&number.to_le_bytes())
    }

    /// The hash.
    pub fn value(self) -> u64 {
        self.0
    }

    /// The hash with a text in which words that name environments are folded.
    #[must_use]
    pub fn folded(self, text: &str, offset: u32, words: impl IntoIterator<Item = Hit>) -> Self {
        let mut hash = self;
        let mut at = 0;
        for hit in words {
            let start = hit.range.start.saturating_sub(offset) as usize;
            hash = hash.text(text.as_bytes().get(at..start).unwrap_or(&[])).mark(1);
            at = (hit.range.end.saturating_sub(offset) as usize).max(at);
            // `test2` stands where `prod` does.
            at += text
                .as_bytes()
                .get(at..)
                .unwrap_or(&[])
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
        }
        hash.text(text.as_bytes().get(at..).unwrap_or(&[]))
    }
}

/// Names whose value says which item of a list it is.
pub(super) const IDENTITIES: &[&str] = &["name", "Name", "id", "key", "KEY", "NAME"];

pub(super) fn addresses(text: &str, parsed: &Parsed, words: &[Word]) -> Vec<u64> {
    let on = |entry: EntryId, on: On| {
        let from = words.partition_point(|word| (word.entry, word.on) < (entry, on));
        words
            .get(from..)
            .unwrap_or(&[])
            .iter()
            .take_while(move |word| word.entry == entry && word.on == on)
            .map(|word| word.hit)
            .filter(|hit| hit.strength > Strength::Glued)
    };
    // The only item of a list is the only item of its sibling, whatever the two are called.
    let mut items: Vec<u32> = vec![0; parsed.entries.len()];
    for entry in parsed.entries.iter().filter(|entry| matches!(entry.key, Key::Item(_))) {
        if let Some(count) = entry.parent.and_then(|list| items.get_mut(list.0 as usize)) {
            *count += 1;
        }
    }
    let is_only = |item: &Entry| item.parent.and_then(|list| items.get(list.0 as usize)) == Some(&1);
    let mut identities: Vec<u64> = vec![0; parsed.entries.len()];
    for (index, entry) in parsed.entries.iter().enumerate() {
        let (Key::Name(name), Value::Scalar(scalar), Some(parent)) = (entry.key, entry.value, entry.parent) else {
            continue;
        };
        let is_item = parsed.entry(parent).is_some_and(|parent| match parent.key {
            Key::Item(_) => !is_only(parent),
            Key::Document(_) => true,
            Key::Name(_) => false,
        });
        if !is_item || scalar.range.is_empty() || !IDENTITIES.contains(&name.slice(text)) {
            continue;
        }
        let id = EntryId(TextRange::new(index, index).start);
        let hash = Address::START.folded(scalar.range.slice(text), scalar.range.start, on(id, On::Value));
        if let Some(slot) = identities.get_mut(parent.0 as usize).filter(|slot| **slot == 0) {
            *slot = hash.value();
        }
    }
    let mut addresses: Vec<u64> = Vec::with_capacity(parsed.entries.len());
    for (index, entry) in parsed.entries.iter().enumerate() {
        let parent = entry
            .parent
            .and_then(|parent| addresses.get(parent.0 as usize).copied())
            .unwrap_or(Address::START.value());
        let hash = Address(parent).mark(2);
        let id = EntryId(TextRange::new(index, index).start);
        let identity = identities.get(index).copied().unwrap_or(0);
        let hash = match entry.key {
            Key::Name(range) => hash.folded(range.slice(text), range.start, on(id, On::Name)),
            // A document among several is the sibling of one that is a whole file.
            Key::Document(_) if identity == 0 => Address::START,
            Key::Item(_) | Key::Document(_) => hash.mark(3).number(identity),
        };
        addresses.push(hash.value());
    }
    addresses
}
