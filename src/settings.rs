//! Settings: the entries of a source with what siblings are found by, an address that is the same in every environment.

mod addresses;
mod objects;
mod words;

use crate::formats::{Encoding, Entry, EntryId, Format, Key, Parsed, Scalar, Value, decode};
use crate::source::{Decoded, Source, SourceId, TextRange};
use crate::vocabulary::{Candidate, Hit, Vocabulary};
pub use addresses::Address;
use addresses::addresses;
use words::locate_words;

/// Names one setting of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SettingId {
    /// The source.
    pub source: SourceId,
    /// The entry in it.
    pub entry: EntryId,
}

/// A source that was read, with its document.
#[derive(Debug)]
pub struct Read {
    /// The text.
    pub source: Source,
    /// What was understood of it.
    pub document: Document,
}

/// A parsed source, prepared for comparing it with others.
#[derive(Debug)]
pub struct Document {
    /// How it was read.
    pub format: &'static Format,
    /// Its entries and problems.
    pub parsed: Parsed,
    /// For each entry, a hash of its key path in which words that name environments are folded into one: equal for
    /// the same setting of different environments.
    pub addresses: Vec<u64>,
    /// Words that name environments, in the order of the entries.
    pub words: Vec<Word>,
    /// Values that hold a sign, each once, in the order of the entries.
    pub signs: Vec<EntryId>,
}

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    /// In the entry's name.
    Name,
    /// In its value.
    Value,
}

/// A word that names an environment, in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The entry.
    pub entry: EntryId,
    /// Which part of it.
    pub on: On,
    /// The word; its range is in the source.
    pub hit: Hit,
}

/// Keys of the value in an item that has a name beside it.
const VALUES: &[&str] = &[
    "value",
    "Value",
    "default",
    "Default",
    "defaultValue",
    "DefaultValue",
    "default_value",
];

impl Document {
    /// Prepares what a format read of `text`, in which words may stand at `candidates`.
    pub fn new(
        format: &'static Format,
        text: &str,
        parsed: Parsed,
        candidates: &[Candidate],
        vocabulary: &Vocabulary,
    ) -> Self {
        let (words, signs) = locate_words(text, &parsed, candidates, vocabulary);
        let addresses = addresses(text, &parsed, &words);
        Self {
            format,
            parsed,
            addresses,
            words,
            signs,
        }
    }

    /// An entry.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.parsed.entry(id)
    }

    /// The name of an entry, "" for items and documents.
    pub fn name<'t>(&self, text: &'t str, id: EntryId) -> &'t str {
        match self.entry(id).map(|entry| entry.key) {
            Some(Key::Name(range)) => range.slice(text),
            _ => "",
        }
    }

    /// The names from the top of the source down to an entry, without items and documents.
    pub fn names<'t>(&self, text: &'t str, id: EntryId) -> Vec<&'t str> {
        let mut names = Vec::with_capacity(8);
        let mut at = Some(id);
        while let Some(entry) = at.and_then(|id| self.entry(id)) {
            if let Key::Name(range) = entry.key {
                names.push(range.slice(text));
            }
            at = entry.parent;
        }
        // `- name: DB_HOST` with `value: db` beside it is how Kubernetes and ECS write `DB_HOST: db`.
        if let Some(last) = names.first_mut().filter(|last| VALUES.contains(last))
            && let Some(name) = self.item_name(text, id)
        {
            *last = name;
        }
        names.reverse();
        names
    }

    /// The name beside a value in an item of a list.
    fn item_name<'t>(&self, text: &'t str, id: EntryId) -> Option<&'t str> {
        let parent = self.entry(id)?.parent?;
        matches!(self.entry(parent)?.key, Key::Item(_))
            .then(|| self.identities_of(text, parent))?
            .first()
            .map(|(_, name)| *name)
    }

    /// The scalar of an entry.
    pub fn scalar(&self, id: EntryId) -> Option<Scalar> {
        match self.entry(id)?.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The decoded value of an entry.
    pub fn value<'t>(&self, text: &'t str, id: EntryId) -> Option<Decoded<'t>> {
        self.scalar(id).map(|scalar| decode(text, scalar))
    }

    /// Every scalar entry.
    pub fn scalars(&self) -> impl Iterator<Item = (EntryId, Scalar)> + '_ {
        self.parsed
            .entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| match entry.value {
                Value::Scalar(scalar) => Some((EntryId(TextRange::new(index, index).start), scalar)),
                _ => None,
            })
    }

    /// The address of an entry.
    pub fn address(&self, id: EntryId) -> u64 {
        self.addresses.get(id.0 as usize).copied().unwrap_or(0)
    }

    /// The words on one part of an entry.
    pub fn words_on(&self, entry: EntryId, on: On) -> impl Iterator<Item = &Word> {
        let from = self.words.partition_point(|word| (word.entry, word.on) < (entry, on));
        self.words
            .get(from..)
            .unwrap_or(&[])
            .iter()
            .take_while(move |word| word.entry == entry && word.on == on)
    }
}

/// The text of a value written in the ways in which people write the same value: without surrounding blanks.
pub fn normalised<'a>(decoded: &'a Decoded<'_>) -> &'a str {
    decoded.text.trim()
}

/// A scalar that is the whole of a text.
pub fn whole(text: &str) -> Scalar {
    Scalar {
        range: TextRange::new(0, text.len()),
        encoding: Encoding::Plain,
    }
}
