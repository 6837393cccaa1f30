//! What a change adds, alters or removes: the work tree compared with where its branch began, through the git command.

mod command;
mod diff;
mod old_texts;

use crate::error::{Error, Result};
pub use old_texts::OldTexts;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The work tree, committed or not, compared with a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The id of the commit that it is compared with.
    pub base: String,
    /// What differs, by path.
    pub files: Vec<Change>,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The path below the root, with `/` between segments; of a submodule or nested repository, with `/` at its end.
    pub path: String,
    /// How it differs.
    pub status: Status,
    /// Where it differs.
    pub lines: Lines,
    /// The id of the old content; empty where there was none.
    blob: String,
}

/// How a file differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It is new.
    Added,
    /// Its content or mode is another.
    Modified,
    /// It had another path, and perhaps another content. What it speaks for may have changed with its name.
    Renamed {
        /// The old path.
        from: String,
    },
    /// It is gone.
    Deleted,
}

/// Where a file differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lines {
    /// Everywhere: it is new, or git does not compare its lines.
    All,
    /// In these places, in order.
    Hunks(Vec<Hunk>),
}

/// Lines that took the place of others. Lines are 1-based; where a side has no lines, the place is after its `first`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hunk {
    /// The first of the lines that were.
    pub old_first: u32,
    /// How many there were.
    pub old_count: u32,
    /// The first of the lines that are.
    pub first: u32,
    /// How many there are; none where lines were only removed.
    pub count: u32,
}

impl Changes {
    /// What differs in the file at a path; `None` where nothing does.
    pub fn of(&self, path: &str) -> Option<&Change> {
        let find = |path: &str| {
            let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
            self.files.get(at)
        };
        let holders = path.rmatch_indices('/').map(|(at, _)| path.get(..=at).unwrap_or(""));
        find(path).or_else(|| holders.into_iter().find_map(find))
    }
}

impl Change {
    /// Whether a line, 1-based, is new or altered.
    pub fn alters(&self, line: u32) -> bool {
        match &self.lines {
            Lines::All => self.status != Status::Deleted,
            Lines::Hunks(hunks) => {
                let after = hunks.partition_point(|hunk| hunk.first <= line);
                let last = after.checked_sub(1).and_then(|at| hunks.get(at));
                last.is_some_and(|hunk| line - hunk.first < hunk.count)
            }
        }
    }

    /// Whether the file had a content that can be compared with.
    pub fn has_old_text(&self) -> bool {
        !self.blob.is_empty()
    }
}

/// Compares the work tree below `root` with the last commit that `revision` and HEAD have in common. Uncommitted
/// changes and new files that git does not ignore count.
///
/// # Errors
/// Where git, the repository or the revision is missing, or the history does not reach back to a common commit.
pub fn changed_since(root: &Path, revision: &str) -> Result<Changes> {
    let base = common_commit(root, revision)?;
    let mut files = BTreeMap::new();
    for change in diff::against(root, &base)? {
        files
            .entry(change.path.clone())
            // Should git name a path twice, as it can in a conflict, all of it counts.
            .and_modify(|known: &mut Change| known.lines = Lines::All)
            .or_insert(change);
    }
    for path in command::paths(root, &["ls-files", "-z", "--others", "--exclude-standard", "--", "."])? {
        let path = diff::shown(&path);
        let untracked = |status, blob| Change {
            path: path.clone(),
            status,
            lines: Lines::All,
            blob,
        };
        let change = match files.remove(&path) {
            // Taken out of the index, yet still there.
            Some(gone) => untracked(Status::Modified, gone.blob),
            None => untracked(Status::Added, String::new()),
        };
        files.insert(path.clone(), change);
    }
    let files = files.into_values().collect();
    Ok(Changes { base, files })
}

/// The commit that a revision names, where there is a repository that has it.
pub fn commit(root: &Path, revision: &str) -> Option<String> {
    resolve(root, revision).ok().flatten()
}

/// Whether HEAD can be compared with a revision: both are there, and so is a commit that they have in common.
pub fn reaches(root: &Path, revision: &str) -> bool {
    common_commit(root, revision).is_ok()
}

/// The text of a file below `root` at a commit; `None` where it has no such file.
///
/// # Errors
/// Where git does not answer, or the file is no UTF-8.
pub fn text_at(root: &Path, commit: &str, path: &str) -> Result<Option<String>> {
    let bytes = OldTexts::open(root)?.at(commit, path)?;
    let text = bytes.map(String::from_utf8).transpose();
    text.map_err(|_| Error::new("the file is no UTF-8").at(path))
}

/// The files below `root` that git tracks although its lists say to ignore them, relative to `root`: a walk that
/// follows those lists does not find them. None where there is no repository.
///
/// # Errors
/// Where there is one and git does not tell: then nobody knows what its lists hide.
pub fn tracked_but_ignored(root: &Path) -> Result<Vec<PathBuf>> {
    if !command::is_in_clone(root)? {
        return Ok(Vec::new());
    }
    let arguments = [
        "ls-files",
        "-z",
        "--cached",
        "--ignored",
        "--exclude-standard",
        "--",
        ".",
    ];
    let paths = command::paths(root, &arguments)?;
    Ok(paths.into_iter().map(|path| command::path_from(&path)).collect())
}

/// Where a directory stands in its clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The commit that is checked out.
    pub head: String,
    /// The directory's path below the top of the work tree, with `/` between segments; "" at the top.
    pub prefix: String,
}

/// What is checked out where a directory lies; `None` where it lies in no clone.
///
/// # Errors
/// Where git does not answer, or nothing was committed yet.
pub fn checkout(root: &Path) -> Result<Option<Checkout>> {
    if !command::is_in_clone(root)? {
        return Ok(None);
    }
    let head = resolve(root, "HEAD")?.ok_or_else(|| Error::new("HEAD has no commit yet"))?;
    let prefix = command::text(root, &["rev-parse", "--show-prefix"])?;
    let prefix = prefix.trim_end_matches(['\n', '\r']).trim_end_matches('/').to_owned();
    Ok(Some(Checkout { head, prefix }))
}

fn common_commit(root: &Path, revision: &str) -> Result<String> {
    let head = resolve(root, "HEAD")?.ok_or_else(|| {
        Error::new("this repository has no commit yet, so that nothing can have changed since one")
            .hint("commit first, or judge the whole tree without --changed-since")
    })?;
    let commit = resolve(root, revision)?.ok_or_else(|| unknown_revision(root, revision))?;
    let found = command::run(root, &["merge-base", &commit, &head])?;
    let base = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    if found.status.success() && !base.is_empty() {
        return Ok(base);
    }
    let error = Error::new(format!("{revision:?} and HEAD have no commit in common"));
    Err(if is_shallow(root) {
        error.hint(DEEPEN)
    } else {
        error.hint("name a revision that this branch began from, such as origin/main")
    })
}

/// The id of the commit that a revision names.
fn resolve(root: &Path, revision: &str) -> Result<Option<String>> {
    if revision.is_empty() || revision.contains('\0') {
        return Ok(None);
    }
    let commit = format!("{revision}^{{commit}}");
    let found = command::run(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
    let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let is_id = id.len() >= 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    Ok((found.status.success() && is_id).then_some(id))
}

const DEEPEN: &str = "this clone is shallow: set `fetch-depth: 0` on actions/checkout, or run `git fetch --unshallow`";

fn unknown_revision(root: &Path, revision: &str) -> Error {
    let error = Error::new(format!("git knows no revision {revision:?}"));
    if revision.len() >= 40 && revision.bytes().all(|byte| byte == b'0') {
        return error.hint("a new branch has no earlier commit: compare with the branch that it began from");
    }
    if is_shallow(root) {
        return error.hint(DEEPEN);
    }
    match revision.strip_prefix("origin/") {
        Some(branch) if !branch.contains(|c: char| c.is_whitespace() || c.is_control()) => error.hint(format!(
            "fetch it with `git fetch origin {branch}:refs/remotes/origin/{branch}`"
        )),
        _ => error.hint("fetch it first; a branch of a remote is named like origin/main"),
    }
}

fn is_shallow(root: &Path) -> bool {
    command::text(root, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|said| said.trim() == "true")
}

#[cfg(test)]
mod tests;
