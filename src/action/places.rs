//! The lines of the pull request's own files: what is judged is as a rule its merge into a branch that may have moved on.

use super::tree::Tree;
use crate::edges::github::ChangedFile;
use crate::edges::runner;
use crate::github::patch::Patch;
use crate::report::ReportedFinding;
use std::collections::HashMap;

/// Finds the lines, as far as the diff shows them.
pub(super) struct Places<'a> {
    tree: &'a Tree,
    patches: HashMap<&'a str, Patch>,
    /// The lines of judged files that were asked for.
    texts: HashMap<String, Vec<String>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(files: &'a [ChangedFile], tree: &'a Tree) -> Self {
        let patch = |file: &'a ChangedFile| Some((file.filename.as_str(), Patch::parse(file.patch.as_deref()?)?));
        Self {
            tree,
            patches: files.iter().filter_map(patch).collect(),
            texts: HashMap::new(),
        }
    }

    /// The line of a finding; `None` where the diff does not show it.
    pub(super) fn of(&mut self, finding: &ReportedFinding) -> Option<u32> {
        let patch = self.patches.get(finding.path.as_str())?;
        let tree = self.tree;
        let lines = self.texts.entry(finding.path.clone()).or_insert_with(|| {
            let text = runner::text(tree.top(), &finding.path).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        });
        let text = lines.get(usize::try_from(finding.line).ok()?.checked_sub(1)?)?;
        patch.place(finding.line, text)
    }
}
