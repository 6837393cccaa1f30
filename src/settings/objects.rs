//! What the maps and lists of a document are: their names, their items, the object that they stand in.

use super::Document;
use super::addresses::IDENTITIES;
use crate::formats::{EntryId, Key, Value};
use crate::source::TextRange;
use std::collections::HashSet;

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
