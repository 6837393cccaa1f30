//! What the event changed: from local git where it reaches far enough, otherwise from GitHub.

use super::Step;
use super::tree::Tree;
use crate::change::{ALL_LINES, ChangedFile};
use crate::edges::github::{self, ChangedFiles, Failure};
use crate::edges::{git, runner};
use crate::github::event::Event;
use crate::github::patch::Patch;
use crate::{ChangeFrom, formats};

/// What changed.
pub(super) struct Changed {
    pub(super) from: ChangeFrom,
    /// Whether the whole tree has to be judged, since it is not known what changed.
    pub(super) is_unknown: bool,
    /// What people should know of it.
    pub(super) notes: Vec<String>,
}

impl Changed {
    fn everything(notes: Vec<String>) -> Self {
        Self {
            from: ChangeFrom::Nowhere,
            is_unknown: !notes.is_empty(),
            notes,
        }
    }
}

/// What GitHub lists of the change.
#[derive(Debug)]
pub(super) struct Listed {
    /// The files.
    pub(super) files: Vec<github::ChangedFile>,
    /// Why that is not, or may not be, the change.
    gap: Option<Gap>,
}

#[derive(Debug)]
enum Gap {
    /// There are too many to be listed.
    Cut,
    Failed(Failure),
}

impl Listed {
    /// Asks GitHub.
    pub(super) fn ask(step: &Step) -> Self {
        match ask(step) {
            Ok(listed) => Self {
                files: listed.files,
                gap: listed.cut.then_some(Gap::Cut),
            },
            Err(failure) => Self {
                files: Vec::new(),
                gap: Some(Gap::Failed(failure)),
            },
        }
    }
}

fn ask(step: &Step) -> Result<ChangedFiles, Failure> {
    match &step.event {
        Event::PullRequest(pull) => {
            let listed = step.github.pull_files(pull.number)?;
            // GitHub lists the files of the newest commit, which a late run, or one that runs again, is not about.
            if step.github.pull(pull.number)?.head.sha == pull.head {
                return Ok(listed);
            }
            step.github.compare(&pull.base, &pull.head)
        }
        Event::MergeGroup { base: before, .. } | Event::Push { before: Some(before) } => {
            step.github.compare(before, &step.run.sha)
        }
        Event::Push { before: None } | Event::Other => Ok(ChangedFiles::default()),
    }
}

/// What the judged tree brings.
pub(super) fn find(step: &Step, tree: &Tree) -> Changed {
    if matches!(step.event, Event::Other | Event::Push { before: None }) {
        return Changed::everything(Vec::new());
    }
    if let Some(revision) = local(step, tree) {
        return Changed {
            from: ChangeFrom::Revision(revision),
            is_unknown: false,
            notes: Vec::new(),
        };
    }
    let listed = step.listed();
    let why = match &listed.gap {
        None => {
            return Changed {
                from: ChangeFrom::Files(files(tree, listed)),
                is_unknown: false,
                notes: Vec::new(),
            };
        }
        Some(Gap::Cut) => "GitHub does not list all files of so large a change".to_owned(),
        Some(Gap::Failed(failure)) => format!("{failure}, so that it is not known what changed"),
    };
    Changed::everything(vec![format!(
        "{why}: the whole tree was judged. With `fetch-depth: 2` on actions/checkout git knows the change"
    )])
}

/// Whether GitHub lists the change and nothing in it is configuration, not even by its old name.
pub(super) fn is_beside(step: &Step) -> bool {
    let is_configuration = |path: &str| formats::format_of(path, "").is_some() || crate::discover::head_may_tell(path);
    let listed = step.listed();
    let mut paths = listed.files.iter().flat_map(|file| {
        let before = file.previous_filename.as_deref();
        [Some(file.filename.as_str()), before].into_iter().flatten()
    });
    let is_known = listed.gap.is_none() && !matches!(step.event, Event::Other | Event::Push { before: None });
    is_known && !paths.any(is_configuration)
}

/// The revision to compare with, where the clone reaches back to it.
fn local(step: &Step, tree: &Tree) -> Option<String> {
    let reaches = |revision: &str| git::reaches(&tree.root, revision).then(|| revision.to_owned());
    match &step.event {
        // GitHub's merge of the pull request: its first parent is the target branch.
        Event::PullRequest(_) if tree.merged_onto(step).is_some() => reaches(&tree.merged_onto(step)?),
        Event::PullRequest(pull) if tree.is_clone_of(&pull.head) => {
            reaches(&format!("refs/remotes/origin/{}", pull.base_branch)).or_else(|| reaches(&pull.base))
        }
        Event::MergeGroup { base: before, .. } | Event::Push { before: Some(before) }
            if tree.is_clone_of(&step.run.sha) =>
        {
            reaches(before)
        }
        _ => None,
    }
}

/// What GitHub lists, below the judged directory.
fn files(tree: &Tree, listed: &Listed) -> Vec<ChangedFile> {
    let there = listed
        .files
        .iter()
        .filter(|file| file.status != "removed" && file.status != "unchanged");
    there
        .filter_map(|file| {
            let path = Some(tree.below_root(&file.filename)).filter(|path| !path.starts_with("../"))?;
            let patch = file.patch.as_deref().and_then(Patch::parse);
            let text = patch.as_ref().and_then(|_| {
                formats::format_of(&path, "")?;
                runner::text(&tree.root, &path)
            });
            let is_new = matches!(file.status.as_str(), "added" | "copied" | "renamed");
            let (lines, before) = match (patch, text) {
                (Some(patch), Some(text)) => {
                    let lines = if is_new { vec![ALL_LINES] } else { patch.added_in(&text) };
                    (lines, patch.undone(&text).filter(|_| file.status != "added"))
                }
                (Some(patch), None) if !is_new => (patch.added(), None),
                // Too large to be shown, or binary: all of it counts.
                _ => (vec![ALL_LINES], None),
            };
            Some(ChangedFile { path, lines, before })
        })
        .collect()
}
