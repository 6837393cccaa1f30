//! What the event changed: from local git where it reaches far enough, otherwise from GitHub.

use super::Step;
use crate::change::{ALL_LINES, ChangedFile};
use crate::edges::github::{self, ChangedFiles};
use crate::edges::{git, runner};
use crate::github::event::Event;
use crate::github::patch::Patch;
use crate::{ChangeFrom, formats};
use std::path::Path;

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

/// What a checked-out tree brings: `root` is the judged directory.
pub(super) fn find(step: &Step, root: &Path) -> Changed {
    let listed = match &step.event {
        Event::Other | Event::Push { before: None } => return Changed::everything(Vec::new()),
        _ if local(step, root).is_some() => {
            return Changed {
                from: ChangeFrom::Revision(local(step, root).unwrap_or_default()),
                is_unknown: false,
                notes: Vec::new(),
            };
        }
        _ => listed(step),
    };
    match listed {
        Ok(listed) if listed.cut => Changed::everything(vec![
            "GitHub does not list all files of so large a change: the whole tree was judged. With `fetch-depth: 2` on \
             actions/checkout only the change is"
                .to_owned(),
        ]),
        Ok(listed) => Changed {
            from: ChangeFrom::Files(files(step, root, &listed)),
            is_unknown: false,
            notes: Vec::new(),
        },
        Err(failure) => Changed::everything(vec![format!(
            "{failure}, so that it is not known what changed: the whole tree was judged. With `fetch-depth: 2` on \
             actions/checkout git knows it"
        )]),
    }
}

/// Whether the event is about a change that GitHub lists, and nothing in it is configuration, not even by its old name.
pub(super) fn is_beside(step: &Step) -> bool {
    let is_configuration = |path: &str| formats::format_of(path, "").is_some() || crate::discover::head_may_tell(path);
    if matches!(step.event, Event::Other | Event::Push { before: None }) {
        return false;
    }
    match listed(step) {
        Ok(listed) => {
            let paths = |file: &github::ChangedFile| {
                is_configuration(&file.filename) || file.previous_filename.as_deref().is_some_and(is_configuration)
            };
            !listed.cut && !listed.files.iter().any(paths)
        }
        Err(_) => false,
    }
}

/// The revision to compare with, where the checkout is what the event is about and reaches back to it.
fn local(step: &Step, root: &Path) -> Option<String> {
    let head = git::commit(root, "HEAD")?;
    let is_of_run = head == step.run.sha;
    let reaches = |revision: &str| git::reaches(root, revision).then(|| revision.to_owned());
    match &step.event {
        Event::PullRequest(pull) if pull.runs_for_target => None,
        Event::PullRequest(pull) => {
            // GitHub's merge of the pull request: its first parent is the target branch.
            if is_of_run && git::commit(root, "HEAD^2").as_deref() == Some(pull.head.as_str()) {
                return git::commit(root, "HEAD^1").and_then(|parent| reaches(&parent));
            }
            let branch = format!("refs/remotes/origin/{}", pull.base_branch);
            (head == pull.head).then(|| reaches(&branch).or_else(|| reaches(&pull.base)))?
        }
        Event::MergeGroup { base, .. } if is_of_run => reaches(base),
        Event::Push { before: Some(before) } if is_of_run => reaches(before),
        _ => None,
    }
}

fn listed(step: &Step) -> std::result::Result<ChangedFiles, github::Failure> {
    match &step.event {
        Event::PullRequest(pull) => {
            let listed = step.github.pull_files(pull.number)?;
            // GitHub lists the files of the newest commit, which a late run, or one that runs again, is not about.
            if step.github.pull(pull.number)?.head.sha == pull.head {
                return Ok(listed);
            }
            let compared = step.github.compare(&pull.base, &pull.head)?;
            Ok(compared.changed)
        }
        Event::MergeGroup { base, .. } => step
            .github
            .compare(base, &step.run.sha)
            .map(|compared| compared.changed),
        Event::Push { before: Some(before) } => step
            .github
            .compare(before, &step.run.sha)
            .map(|compared| compared.changed),
        Event::Push { before: None } | Event::Other => Ok(ChangedFiles::default()),
    }
}

/// What GitHub lists, below the judged directory.
fn files(step: &Step, root: &Path, listed: &ChangedFiles) -> Vec<ChangedFile> {
    let below = |path: &str| {
        Some(
            Path::new(path)
                .strip_prefix(&step.inputs.directory)
                .ok()?
                .to_str()?
                .to_owned(),
        )
    };
    let there = listed
        .files
        .iter()
        .filter(|file| file.status != "removed" && file.status != "unchanged");
    there
        .filter_map(|file| {
            let path = below(&file.filename)?;
            let patch = file.patch.as_deref().and_then(Patch::parse);
            let text = patch.as_ref().and_then(|_| {
                formats::format_of(&path, "")?;
                runner::text(root, &path)
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
