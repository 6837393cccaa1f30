//! What a change touched: judged instead of the whole tree.

use crate::reading;
use crate::vocabulary::Vocabulary;
use std::collections::{BTreeMap, HashSet};

/// A file of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path below the root.
    pub path: String,
    /// As in [`Change::files`].
    pub lines: Vec<(u32, u32)>,
    /// What it was before, where it was there and that is known.
    pub before: Option<String>,
}

/// Every line of a file.
pub const ALL_LINES: (u32, u32) = (1, u32::MAX);

/// The files of a change, with the lines that it added or altered.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// By path below the root: 1-based line ranges, inclusive, on the new side. A new file has all of its lines.
    pub files: BTreeMap<String, Vec<(u32, u32)>>,
    /// By path: the addresses of the settings that the file had before.
    pub before: BTreeMap<String, HashSet<u64>>,
}

impl Change {
    /// Adds a file.
    pub fn add(&mut self, file: ChangedFile, vocabulary: &Vocabulary) {
        if let Some(text) = file.before {
            let reads = reading::read(&file.path, text, vocabulary).unwrap_or_default();
            let documents = reads.iter().take(1).map(|read| &read.document);
            let addresses = documents.flat_map(|document| document.scalars().map(|(entry, _)| document.address(entry)));
            self.before.insert(file.path.clone(), addresses.collect());
        }
        self.files.insert(file.path, file.lines);
    }

    /// Whether any of the lines from `first` to `last` was added or altered.
    pub fn touches(&self, path: &str, first: u32, last: u32) -> bool {
        let Some(lines) = self.files.get(path) else {
            return false;
        };
        lines.iter().any(|(from, to)| *from <= last && first <= *to)
    }

    /// Whether a file that lacks the setting at an address had it before, or is new.
    pub fn takes_away(&self, path: &str, address: u64) -> bool {
        match self.before.get(path) {
            Some(before) => before.contains(&address),
            None => self.files.get(path).is_some_and(|lines| lines == &[ALL_LINES]),
        }
    }
}
