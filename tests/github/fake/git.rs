//! What the fake reads from the real repository: commits, differences, contents, archives.

use super::diff::{self, ChangedFile};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// The files that differ between two commits.
type Files = Arc<Vec<ChangedFile>>;

/// A repository that is read by git itself.
pub(crate) struct Git {
    directory: PathBuf,
    /// Between two commits nothing ever changes.
    compared: RefCell<HashMap<(String, String), Files>>,
    /// What git said since the test could last change the repository.
    said: RefCell<HashMap<String, Option<String>>>,
}

/// A commit as git tells it.
pub(crate) struct Commit {
    pub(crate) sha: String,
    pub(crate) tree: String,
    pub(crate) parents: Vec<String>,
    pub(crate) author: Signature,
    pub(crate) committer: Signature,
    pub(crate) message: String,
}

pub(crate) struct Signature {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) date: String,
}

/// What stands at a path of a commit.
pub(crate) struct Entry {
    pub(crate) mode: String,
    pub(crate) kind: String,
    pub(crate) sha: String,
    pub(crate) path: String,
}

impl Git {
    pub(crate) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            compared: RefCell::default(),
            said: RefCell::default(),
        }
    }

    /// Runs git; its output, or nothing if it fails.
    pub(crate) fn run(&self, arguments: &[&str]) -> Option<Vec<u8>> {
        let output = Command::new("git")
            .current_dir(&self.directory)
            .args(["-c", "core.quotePath=false", "-c", "safe.directory=*"])
            .args(arguments)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_NAME", "GitHub")
            .env("GIT_AUTHOR_EMAIL", "noreply@example.com")
            .env("GIT_COMMITTER_NAME", "GitHub")
            .env("GIT_COMMITTER_EMAIL", "noreply@example.com")
            .env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")
            .env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        output.status.success().then_some(output.stdout)
    }

    fn text(&self, arguments: &[&str]) -> Option<String> {
        let key = arguments.join("\0");
        if let Some(said) = self.said.borrow().get(&key) {
            return said.clone();
        }
        let bytes = self.run(arguments);
        let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        self.said.borrow_mut().insert(key, text.clone());
        text
    }

    /// Asks git anew from now on: branches may have moved.
    pub(crate) fn forget(&self) {
        self.said.borrow_mut().clear();
    }

    /// The commit that a branch, a tag, `refs/...`, `HEAD` or a sha names.
    pub(crate) fn commit_id(&self, revision: &str) -> Option<String> {
        let revision = format!("{revision}^{{commit}}");
        let text = self.text(&["rev-parse", "--verify", "--quiet", "--end-of-options", &revision])?;
        Some(text.trim().to_owned())
    }

    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Option<String> {
        Some(self.text(&["merge-base", one, other])?.trim().to_owned())
    }

    /// Whether a commit is part of the history of another.
    pub(crate) fn contains(&self, descendant: &str, ancestor: &str) -> bool {
        let asked = ["merge-base", "--is-ancestor", ancestor, descendant];
        self.text(&asked).is_some()
    }

    /// Commits that `to` has and `from` has not, oldest first.
    pub(crate) fn commits_between(&self, from: &str, to: &str) -> Vec<String> {
        let range = format!("{from}..{to}");
        let text = self.text(&["rev-list", "--reverse", &range]).unwrap_or_default();
        text.lines().map(ToOwned::to_owned).collect()
    }

    pub(crate) fn commit(&self, sha: &str) -> Option<Commit> {
        let format = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B";
        let text = self.text(&["show", "--no-patch", format, "--end-of-options", sha])?;
        let mut fields = text.trim_end().split('\0').map(ToOwned::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        Some(Commit {
            sha: next(),
            tree: next(),
            parents: next().split_whitespace().map(ToOwned::to_owned).collect(),
            author: signature(&mut next),
            committer: signature(&mut next),
            message: next().trim_end().to_owned(),
        })
    }

    /// The files that differ between two commits, renames found as GitHub does.
    pub(crate) fn files_between(&self, from: &str, to: &str) -> Files {
        let key = (from.to_owned(), to.to_owned());
        if let Some(files) = self.compared.borrow().get(&key) {
            return Arc::clone(files);
        }
        let options = ["diff", "--no-ext-diff", "--no-color", "--no-abbrev", "-M", "-l0"];
        let raw = [&options[..], &["--raw", "-z", from, to]].concat();
        let patch = [&options[..], &["--patch", "--full-index", from, to]].concat();
        let raw = self.run(&raw).unwrap();
        let patch = self.run(&patch).unwrap();
        let files = Arc::new(diff::files(&raw, &patch));
        self.compared.borrow_mut().insert(key, Arc::clone(&files));
        files
    }

    /// The commit that merging would make, unless there is a conflict. No branch moves.
    pub(crate) fn merge(&self, base: &str, head: &str, message: &str) -> Option<String> {
        let tree = self.text(&["merge-tree", "--write-tree", base, head])?;
        let arguments = ["commit-tree", "-p", base, "-p", head, "-m", message, tree.trim()];
        Some(self.text(&arguments)?.trim().to_owned())
    }

    pub(crate) fn point(&self, reference: &str, sha: &str) {
        self.run(&["update-ref", reference, sha]).unwrap();
        self.forget();
    }

    /// What stands at a path, or below it where that is a directory and `below` is wanted.
    pub(crate) fn entries(&self, sha: &str, path: &str, below: bool) -> Vec<Entry> {
        let wanted = if below && !path.is_empty() {
            format!("{path}/")
        } else {
            path.to_owned()
        };
        let mut arguments = vec!["--literal-pathspecs", "ls-tree", "-z", "--full-tree", sha];
        if !wanted.is_empty() {
            arguments.extend(["--", &wanted]);
        }
        self.listed(&arguments)
    }

    /// All of a commit, down to the files where that is asked for.
    pub(crate) fn tree(&self, sha: &str, down: bool) -> Vec<Entry> {
        let mut arguments = vec!["ls-tree", "-z", "--full-tree"];
        if down {
            arguments.extend(["-r", "-t"]);
        }
        arguments.push(sha);
        self.listed(&arguments)
    }

    fn listed(&self, arguments: &[&str]) -> Vec<Entry> {
        let bytes = self.run(arguments).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let entry = |line: &str| {
            let (about, path) = line.split_once('\t')?;
            let mut about = about.split(' ').map(ToOwned::to_owned);
            Some(Entry {
                mode: about.next()?,
                kind: about.next()?,
                sha: about.next()?,
                path: path.to_owned(),
            })
        };
        text.split('\0').filter_map(entry).collect()
    }

    pub(crate) fn blob(&self, sha: &str) -> Vec<u8> {
        self.run(&["cat-file", "blob", sha]).unwrap()
    }

    /// A gzipped tarball of a commit below one directory.
    pub(crate) fn archive(&self, sha: &str, prefix: &str) -> Vec<u8> {
        let prefix = format!("--prefix={prefix}/");
        self.run(&["archive", "--format=tar.gz", &prefix, sha]).unwrap()
    }
}

fn signature(next: &mut impl FnMut() -> String) -> Signature {
    Signature {
        name: next(),
        email: next(),
        date: next(),
    }
}
