//! Settings: the entries of a source with what siblings are found by, an address that is the same in every environment.

use crate::formats::{Encoding, Entry, EntryId, Format, Key, Parsed, Scalar, Value, decode};
use crate::source::{Decoded, Source, SourceId, TextRange};
use crate::vocabulary::{Candidate, Hit, Strength, Vocabulary};
use std::collections::HashSet;

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
        let mut names = Vec::new();
        let mut at = Some(id);
        while let Some(entry) = at.and_then(|id| self.entry(id)) {
            if let Key::Name(range) = entry.key {
                names.push(range.slice(text));
            }
            at = entry.parent;
        }
        // `- name: DB_HOST` with `value: db` beside it is how Kubernetes and ECS write `DB_HOST: db`.
        if let Some(last) = names.first_mut().filter(|last| matches!(**last, "value" | "Value"))
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
fn locate_words(
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
const IDENTITIES: &[&str] = &["name", "Name", "id", "key", "KEY", "NAME"];

fn addresses(text: &str, parsed: &Parsed, words: &[Word]) -> Vec<u64> {
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

impl Document {
    /// The scalars of a map that say what it is: `name`, `id`, `key`, with their values as they are written.
    pub fn identities_of<'t>(&self, text: &'t str, holder: EntryId) -> Vec<(EntryId, &'t str)> {
        let mut found = Vec::new();
        let children = self.parsed.entries.iter().enumerate().skip(holder.0 as usize + 1);
        // An identity stands among the first entries of its map; a bound keeps wide maps cheap.
        for (index, entry) in children.take(64) {
            let (true, Value::Scalar(scalar), Key::Name(name)) = (entry.parent == Some(holder), entry.value, entry.key)
            else {
                continue;
            };
            if IDENTITIES.contains(&name.slice(text)) {
                found.push((EntryId(TextRange::new(index, index).start), scalar.range.slice(text)));
            }
        }
        found
    }

    /// The scalar items of a list but for one value, joined by spaces; of a long list the first.
    pub fn items_of(&self, text: &str, list: EntryId, but: &str) -> String {
        let entries = self.parsed.entries.iter().skip(list.0 as usize + 1).take(256);
        let items = entries
            .filter(|entry| entry.parent == Some(list))
            .filter_map(|entry| match entry.value {
                Value::Scalar(scalar) => Some(scalar.range.slice(text)),
                _ => None,
            });
        items.filter(|item| *item != but).take(64).collect::<Vec<_>>().join(" ")
    }

    /// What a Kubernetes object at the top is called: `metadata.name` beside or below `top`.
    pub fn object_names<'t>(&self, text: &'t str, top: EntryId) -> Vec<&'t str> {
        let top = self
            .entry(top)
            .filter(|entry| matches!(entry.key, Key::Document(_)))
            .map(|_| top);
        let from = top.map_or(0, |top| top.0 as usize + 1);
        let entries = self.parsed.entries.iter().enumerate().skip(from).take(256);
        let metadata = entries.filter(|(_, entry)| entry.parent == top && matches!(entry.value, Value::Map));
        let metadata = metadata
            .map(|(index, _)| EntryId(TextRange::new(index, index).start))
            .find(|id| self.name(text, *id) == "metadata");
        metadata.map_or_else(Vec::new, |id| {
            self.identities_of(text, id).into_iter().map(|(_, name)| name).collect()
        })
    }

    /// The list that an entry is the only item of.
    pub fn lone_item_of(&self, id: EntryId) -> Option<EntryId> {
        let entry = self.entry(id).filter(|entry| entry.key == Key::Item(0))?;
        let list = entry.parent.filter(|list| list.0 + 1 == id.0)?;
        let next = self.entry(EntryId(id.0 + 1));
        next.is_none_or(|next| next.parent != Some(list)).then_some(list)
    }

    /// Whether an entry stands in an object of Kubernetes.
    pub fn is_in_object(&self, text: &str, id: EntryId) -> bool {
        let top = self.top_of(id);
        let from = top.map_or(0, |top| top.0 as usize + 1);
        let ids = (0..).map(EntryId).zip(&self.parsed.entries).skip(from).take(256);
        let names = ids
            .filter(|(_, entry)| entry.parent == top)
            .map(|(id, _)| self.name(text, id));
        names.filter(|name| matches!(*name, "apiVersion" | "kind")).count() >= 2
    }

    /// The names from below a holder down to an entry.
    pub fn names_below<'t>(&self, text: &'t str, id: EntryId, holder: EntryId) -> Vec<&'t str> {
        let mut names = Vec::new();
        let mut at = Some(id);
        while let Some(here) = at.filter(|here| *here > holder) {
            names.push(self.name(text, here));
            at = self.entry(here).and_then(|entry| entry.parent);
        }
        names
    }

    /// Whether an entry stands somewhere below another one.
    pub fn is_within(&self, id: EntryId, holder: EntryId) -> bool {
        let mut at = self.entry(id).and_then(|entry| entry.parent);
        while let Some(parent) = at.filter(|parent| *parent >= holder) {
            if parent == holder {
                return true;
            }
            at = self.entry(parent).and_then(|entry| entry.parent);
        }
        false
    }

    /// The document of a source with several that an entry stands in; `None` where the source is one document.
    pub fn top_of(&self, id: EntryId) -> Option<EntryId> {
        let mut at = id;
        while let Some(parent) = self.entry(at).and_then(|entry| entry.parent) {
            at = parent;
        }
        self.entry(at)
            .filter(|entry| matches!(entry.key, Key::Document(_)))
            .map(|_| at)
    }

    /// The `data` maps of Kubernetes Secrets, where values are base64.
    pub fn secrets(&self, text: &str) -> HashSet<EntryId> {
        let mut tops: HashSet<Option<EntryId>> = HashSet::new();
        for entry in &self.parsed.entries {
            if let (Key::Name(name), Value::Scalar(scalar)) = (entry.key, entry.value)
                && name.slice(text) == "kind"
                && scalar.range.slice(text) == "Secret"
            {
                tops.insert(entry.parent);
            }
        }
        if tops.is_empty() {
            return HashSet::new();
        }
        let ids = (0..).map(EntryId).zip(&self.parsed.entries);
        let data = ids.filter(|(_, entry)| {
            tops.contains(&entry.parent) && matches!(entry.key, Key::Name(name) if name.slice(text) == "data")
        });
        data.map(|(id, _)| id).collect()
    }
}
