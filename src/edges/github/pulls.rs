//! Pull requests: what they are about, and the files that they change.

use super::GitHub;
use super::calls::or_default;
use super::failure::Failure;
use serde::Deserialize;
use std::ops::ControlFlow;

/// The most files that GitHub lists of a pull request, a hundred a page.
const MOST_FILES: usize = 3_000;
/// The most files that it lists of a comparison.
const MOST_COMPARED: usize = 300;
const NEEDS: &str = "pull-requests: read";

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// `open` or `closed`.
    #[serde(default, deserialize_with = "or_default")]
    pub state: String,
    /// Whether it is a draft.
    #[serde(default, deserialize_with = "or_default")]
    pub draft: bool,
    /// Whether it was merged.
    #[serde(default, deserialize_with = "or_default")]
    pub merged: bool,
    /// Whether its conversation is locked.
    #[serde(default, deserialize_with = "or_default")]
    pub locked: bool,
    /// Where it is shown.
    #[serde(default, deserialize_with = "or_default")]
    pub html_url: String,
    /// What it wants to merge.
    pub head: Branch,
    /// What it wants to merge into.
    pub base: Branch,
    /// How many files it changes.
    #[serde(default, deserialize_with = "or_default")]
    pub changed_files: u64,
    /// The merge commit, real or tried; none where there is a conflict.
    #[serde(default)]
    pub merge_commit_sha: Option<String>,
    /// Who opened it; none where the account is gone.
    #[serde(default)]
    pub user: Option<Author>,
}

/// One side of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Branch {
    /// The branch's name.
    #[serde(rename = "ref")]
    pub name: String,
    /// Its commit. Of the base it may be an old one.
    pub sha: String,
    /// The repository that it is in; none where a fork is gone.
    #[serde(default)]
    pub repo: Option<RepositoryName>,
}

/// A repository's name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RepositoryName {
    /// As `owner/name`.
    pub full_name: String,
    /// Whether it is a fork of another.
    #[serde(default, deserialize_with = "or_default")]
    pub fork: bool,
}

/// Who wrote something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Author {
    /// The account's name; a bot's ends with `[bot]`, except in GraphQL.
    pub login: String,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChangedFile {
    /// Its path.
    pub filename: String,
    /// The path that it had before, where it was renamed.
    #[serde(default)]
    pub previous_filename: Option<String>,
    /// `added`, `removed`, `modified`, `renamed`, `copied`, `changed` or `unchanged`.
    pub status: String,
    /// The hunks; none where the file is binary or the patch is too large.
    #[serde(default)]
    pub patch: Option<String>,
    /// How many lines are new.
    #[serde(default, deserialize_with = "or_default")]
    pub additions: u64,
    /// How many lines are gone.
    #[serde(default, deserialize_with = "or_default")]
    pub deletions: u64,
}

/// Files that differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangedFiles {
    /// The files.
    pub files: Vec<ChangedFile>,
    /// Whether there may be more, which GitHub does not list.
    pub cut: bool,
}

/// Two commits, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// `ahead`, `behind`, `diverged` or `identical`, of the head.
    pub status: String,
    /// The commit that the files are compared with.
    pub merge_base: String,
    /// What differs between that and the head.
    pub changed: ChangedFiles,
}

#[derive(Deserialize)]
struct Compared {
    #[serde(default)]
    status: String,
    merge_base_commit: Commit,
    #[serde(default)]
    files: Option<Vec<ChangedFile>>,
}

#[derive(Deserialize)]
struct Commit {
    sha: String,
}

impl GitHub {
    /// Reads a pull request.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn pull(&self, number: u64) -> Result<Pull, Failure> {
        let task = "the pull request was not read";
        self.read(task, NEEDS, &["pulls", &number.to_string()], &[])
    }

    /// Reads the files of a pull request, as far as GitHub lists them: 3,000.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn pull_files(&self, number: u64) -> Result<ChangedFiles, Failure> {
        let task = "the files of the pull request were not read";
        let mut files = Vec::new();
        let segments = ["pulls", &number.to_string(), "files"];
        let more = self.pages((task, NEEDS), &segments, MOST_FILES / 100, |file| {
            files.push(file);
            ControlFlow::Continue(())
        })?;
        let cut = more || files.len() >= MOST_FILES;
        Ok(ChangedFiles { files, cut })
    }

    /// Compares a commit with the last one that it has in common with another. Of the files GitHub lists 300.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn compare(&self, base: &str, head: &str) -> Result<Comparison, Failure> {
        let task = "the commits were not compared";
        let range = format!("{base}...{head}");
        // The pages are of commits; all files are on the first.
        let compared: Compared = self.read(task, "contents: read", &["compare", &range], &[("per_page", "1")])?;
        let files = compared.files.unwrap_or_default();
        Ok(Comparison {
            status: compared.status,
            merge_base: compared.merge_base_commit.sha,
            changed: ChangedFiles {
                cut: files.len() >= MOST_COMPARED,
                files,
            },
        })
    }
}
