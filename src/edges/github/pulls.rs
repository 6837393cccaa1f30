//! Pull requests: what they are about, and the files that they change.

use super::GitHub;
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
    /// What it wants to merge.
    pub head: Branch,
}

/// One side of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Branch {
    /// Its commit.
    pub sha: String,
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
}

/// Files that differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangedFiles {
    /// The files.
    pub files: Vec<ChangedFile>,
    /// Whether there may be more, which GitHub does not list.
    pub cut: bool,
}

#[derive(Deserialize)]
struct Compared {
    #[serde(default)]
    files: Option<Vec<ChangedFile>>,
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

    /// Lists what differs between a commit and the last one that it has in common with another. Of the files GitHub
    /// lists 300.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn compare(&self, base: &str, head: &str) -> Result<ChangedFiles, Failure> {
        let task = "the commits were not compared";
        let range = format!("{base}...{head}");
        // The pages are of commits; all files are on the first.
        let compared: Compared = self.read(task, "contents: read", &["compare", &range], &[("per_page", "1")])?;
        let files = compared.files.unwrap_or_default();
        Ok(ChangedFiles {
            cut: files.len() >= MOST_COMPARED,
            files,
        })
    }
}
