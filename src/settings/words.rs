//! Which entries the words and signs of a text stand in.

use super::{On, Word};
use crate::formats::{EntryId, Key, Parsed, Value};
use crate::source::TextRange;
use crate::vocabulary::{Candidate, Hit, Strength, Vocabulary};

/// What the scan of a text found, in the order of the text.
#[derive(Clone, Copy)]
enum Found {
    Word(Hit),
    Sign(TextRange),
}

impl Found {
    fn range(self) -> TextRange {
        match self {
            Self::Word(hit) => hit.range,
            Self::Sign(range) => range,
        }
    }
}

/// The words and signs that stand in a name or value.
pub(super) fn locate_words(
    text: &str,
    parsed: &Parsed,
    candidates: &[Candidate],
    vocabulary: &Vocabulary,
) -> (Vec<Word>, Vec<EntryId>) {
    let found = std::cell::RefCell::new(Vec::new());
    vocabulary.judge(
        text,
        candidates.iter().copied(),
        |hit| found.borrow_mut().push(Found::Word(hit)),
        |range, _| found.borrow_mut().push(Found::Sign(range)),
    );
    let found = found.into_inner();
    if found.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let places = places(parsed);
    let (mut words, mut signs) = (Vec::new(), Vec::new());
    let mut from = 0;
    for found in found {
        let at = found.range();
        while places.get(from).is_some_and(|(range, ..)| range.end <= at.start) {
            from += 1;
        }
        // Several entries may share a place (a block's label stands for each level), so look a little further.
        for (range, entry, on) in places.get(from..).unwrap_or(&[]).iter().take(8) {
            if range.start > at.start {
                break;
            }
            match found {
                // A glued word in a name says nothing: there is no sibling's name to compare it with.
                Found::Word(hit) if *on == On::Name && hit.strength == Strength::Glued => {}
                Found::Word(hit) if hit.range.end <= range.end => words.push(Word {
                    entry: *entry,
                    on: *on,
                    hit,
                }),
                Found::Sign(..) if *on == On::Value && at.end <= range.end => signs.push(*entry),
                _ => {}
            }
        }
    }
    words.sort_by_key(|word| (word.entry, word.on, word.hit.range.start));
    signs.sort_unstable();
    signs.dedup();
    (words, signs)
}

/// Every name and value with its place, sorted by place.
fn places(parsed: &Parsed) -> Vec<(TextRange, EntryId, On)> {
    let mut places: Vec<(TextRange, EntryId, On)> = Vec::with_capacity(parsed.entries.len() * 2);
    for (index, entry) in parsed.entries.iter().enumerate() {
        let id = EntryId(TextRange::new(index, index).start);
        if let Key::Name(range) = entry.key {
            places.push((range, id, On::Name));
        }
        if let Value::Scalar(scalar) = entry.value
            && !scalar.range.is_empty()
        {
            places.push((scalar.range, id, On::Value));
        }
    }
    // Nearly sorted already: entries stand in the order of the text.
    places.sort_by_key(|(range, id, on)| (range.start, *id, *on));
    places
}
