//! What a change touched: judged instead of the whole tree.

use std::collections::{BTreeMap, HashSet};

/// The files of a change, with the lines that it added or altered.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// By path below the root: 1-based line ranges, inclusive, on the new side. A new file has all of its lines.
    pub files: BTreeMap<String, Vec<(u32, u32)>>,
    /// By path: the addresses of the settings that the file had before.
    pub before: BTreeMap<String, HashSet<u64>>,
}

impl Change {
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
            None => self.files.get(path).is_some_and(|lines| lines == &[(1, u32::MAX)]),
        }
    }
}
