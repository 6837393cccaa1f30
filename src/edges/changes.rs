//! From what git tells of a change to what the rules ask of it.

use super::git::{self, Lines, OldTexts, Status};
use crate::change::{ALL_LINES, Change, ChangedFile};
use crate::error::Result;
use crate::vocabulary::Vocabulary;
use crate::{discover, formats};
use std::path::Path;

/// Reads what changed below `root` since `revision`.
///
/// # Errors
/// Where git, the repository or the revision is missing, or the history does not reach back far enough.
pub fn read(root: &Path, revision: &str, vocabulary: &Vocabulary) -> Result<Change> {
    let changes = git::changed_since(root, revision)?;
    let mut old_texts = OldTexts::open(root)?;
    let mut change = Change::default();
    for file in changes.files.iter().filter(|file| file.status != Status::Deleted) {
        // Only where a format claims the file: a change may touch large files that are no configuration.
        let is_claimed = file.has_old_text() && formats::format_of(&file.path, "").is_some();
        let before = if is_claimed { old_texts.of(file)? } else { None };
        let file = ChangedFile {
            path: file.path.clone(),
            lines: lines_of(file),
            before: before.map(|bytes| discover::decode(bytes).text),
        };
        change.add(file, vocabulary);
    }
    Ok(change)
}

/// The lines of a changed file that are new or altered.
fn lines_of(file: &git::Change) -> Vec<(u32, u32)> {
    match (&file.status, &file.lines) {
        // What a renamed file speaks for may have changed with its name.
        (Status::Renamed { .. }, _) | (_, Lines::All) => vec![ALL_LINES],
        (_, Lines::Hunks(hunks)) => hunks
            .iter()
            .filter(|hunk| hunk.count > 0)
            .map(|hunk| (hunk.first, hunk.first.saturating_add(hunk.count - 1)))
            .collect(),
    }
}
