//! Which files are judged: the checkout, where it is what the event is about; otherwise the files of the commit, from
//! GitHub.

use super::{Step, archive};
use crate::edges::{git, runner};
use crate::error::{Error, Result};
use crate::github::event::Event;
use std::path::{Path, PathBuf};

/// The files that are judged.
pub(super) struct Tree {
    /// The judged directory.
    pub(super) root: PathBuf,
    /// Its path in the repository, with `/` between segments; "" where it is the whole repository.
    prefix: String,
    /// The commit that the files are of.
    pub(super) commit: String,
    /// Whether git can be asked about it.
    is_clone: bool,
    /// What people should know of how it was found.
    pub(super) notes: Vec<String>,
    /// What was made for this run alone.
    temporary: Option<PathBuf>,
}

impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(directory) = &self.temporary {
            runner::remove_directory(directory);
        }
    }
}

impl Tree {
    /// The path in the repository of a path below the judged directory, which may lead out of that.
    pub(super) fn in_repository(&self, path: &str) -> String {
        in_repository(&self.prefix, path)
    }

    /// The path below the judged directory of a path in the repository; one beside it begins with `..`.
    pub(super) fn below_root(&self, path: &str) -> String {
        let prefix = self.prefix.as_str();
        if prefix.is_empty() {
            return path.to_owned();
        }
        let below = path.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'));
        below.map_or_else(
            || format!("{}{path}", "../".repeat(prefix.split('/').count())),
            str::to_owned,
        )
    }

    /// The directory that the repository's paths are relative to.
    pub(super) fn top(&self) -> &Path {
        let depth = self.prefix.split('/').filter(|part| !part.is_empty()).count();
        self.root.ancestors().nth(depth).unwrap_or(&self.root)
    }

    /// Whether it is a clone that has a commit checked out.
    pub(super) fn is_clone_of(&self, commit: &str) -> bool {
        self.is_clone && self.commit == commit
    }

    /// The commit that a revision names, as far as the clone has it.
    pub(super) fn revision(&self, revision: &str) -> Option<String> {
        self.is_clone.then(|| git::commit(&self.root, revision))?
    }

    /// The commit of the target branch that GitHub merged the pull request onto, where that merge is what is checked out.
    pub(super) fn merged_onto(&self, step: &Step) -> Option<String> {
        let pull = step.event.pull_request()?;
        let is_merge = self.is_clone_of(&step.run.sha) && self.revision("HEAD^2")? == pull.head;
        is_merge.then(|| self.revision("HEAD^1"))?
    }
}

/// Joins two paths of a repository.
pub(super) fn in_repository(prefix: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in prefix.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether GitHub has to be asked for the files. A workflow that runs for the target branch never gets the pull request's
/// into its workspace.
pub(super) fn has_nothing(step: &Step) -> bool {
    runs_for_target(step) || runner::is_empty(&step.run.workspace)
}

fn runs_for_target(step: &Step) -> bool {
    step.event.pull_request().is_some_and(|pull| pull.runs_for_target)
}

/// Finds them.
///
/// # Errors
/// Where what the event is about is neither checked out nor to be had.
pub(super) fn find(step: &Step) -> Result<Tree> {
    let directory = step.inputs.directory_in_repository();
    if has_nothing(step) {
        return download(step, directory, "nothing of it is checked out");
    }
    let root = in_workspace(step)?;
    let found = git::checkout(&root);
    let is_any = step.event == Event::Other;
    let (why, prefix) = match found {
        Ok(Some(checkout)) if is_any || is_meant(step, &checkout.head) => {
            return Ok(Tree {
                root,
                prefix: checkout.prefix,
                commit: checkout.head,
                is_clone: true,
                notes: Vec::new(),
                temporary: None,
            });
        }
        _ if is_any => {
            return Ok(Tree {
                root,
                prefix: directory,
                commit: step.run.sha.clone(),
                is_clone: false,
                notes: Vec::new(),
                temporary: None,
            });
        }
        Ok(Some(checkout)) => {
            let head = checkout.head.get(..7).unwrap_or(&checkout.head);
            let why = format!("the checkout is at {head}, which is not what the event is about");
            (why, checkout.prefix)
        }
        Ok(None) => ("the working directory is in no clone".to_owned(), directory),
        Err(error) => (
            format!("git does not tell what is checked out: {}", error.message),
            directory,
        ),
    };
    let mut tree = download(step, prefix, &why)?;
    let note = format!("{why}: the files of the commit were fetched from GitHub instead");
    tree.notes.insert(0, note);
    Ok(tree)
}

/// Whether a commit is what the event is about: what would be merged, or what is to be merged.
fn is_meant(step: &Step, commit: &str) -> bool {
    commit == step.run.sha || step.event.pull_request().is_some_and(|pull| pull.head == commit)
}

fn in_workspace(step: &Step) -> Result<PathBuf> {
    let directory = &step.inputs.directory;
    let root = step.run.workspace.join(directory);
    if runner::is_directory_below(&step.run.workspace, directory) {
        return Ok(root);
    }
    let error = Error::new("the working directory is not there, or a symbolic link leads to it")
        .at(directory.to_string_lossy())
        .hint("the input working-directory is relative to the workspace");
    Err(error)
}

/// Fetches the commit's files; `why` they are not there is the begin of a sentence.
fn download(step: &Step, prefix: String, why: &str) -> Result<Tree> {
    let commit = match step.event.pull_request() {
        Some(pull) if pull.runs_for_target => &pull.head,
        _ => &step.run.sha,
    };
    let into = runner::new_directory(&step.run.temporary, step.run.id, step.run.attempt)?;
    let mut tree = Tree {
        root: into.join(&prefix),
        prefix,
        commit: commit.clone(),
        is_clone: false,
        notes: Vec::new(),
        temporary: Some(into.clone()),
    };
    tree.notes = archive::fetch(step, commit, &into).map_err(|error| {
        let other = error.hint.map(|hint| format!("{hint}, or ")).unwrap_or_default();
        Error::new(format!("{why}, and {}", error.message)).hint(format!(
            "{other}check out what the event is about with actions/checkout before this step"
        ))
    })?;
    if !runner::is_directory_below(&into, Path::new(&tree.prefix)) {
        return Err(Error::new("the commit has no such directory")
            .at(&tree.prefix)
            .hint("the input working-directory names it as it is in the repository"));
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_a_repository() {
        for (prefix, path, expected) in [
            ("", "a.yaml", "a.yaml"),
            ("services/web", "a.yaml", "services/web/a.yaml"),
            ("services/web", "../../envfence.yml", "envfence.yml"),
            ("services/web", ".", "services/web"),
            ("web", "../../../x", "x"),
        ] {
            assert_eq!(in_repository(prefix, path), expected, "{prefix} {path}");
        }
        let tree = Tree {
            root: PathBuf::from("/srv/services/web"),
            prefix: "services/web".into(),
            commit: String::new(),
            is_clone: false,
            notes: Vec::new(),
            temporary: None,
        };
        assert_eq!(tree.top(), Path::new("/srv"));
        for path in ["services/web/envfence.yml", "envfence.yml", "services/webshop/a.yml"] {
            assert_eq!(tree.in_repository(&tree.below_root(path)), path);
        }
        assert_eq!(tree.below_root("services/web/envfence.yml"), "envfence.yml");
    }
}
