//! The files of a commit: their paths, and the text of one.

use super::GitHub;
use super::calls::{Call, impossible};
use super::failure::{Failure, Reason};
use serde::Deserialize;

const NEEDS: &str = "contents: read";
const TASK: &str = "the file was not read";

/// The files of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths {
    /// Their paths, links among them.
    pub paths: Vec<String>,
    /// Whether there may be more, which GitHub does not list.
    pub cut: bool,
}

#[derive(Deserialize)]
struct Tree {
    tree: Vec<Entry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

impl GitHub {
    /// Lists the files of a commit, as far as GitHub does: 100,000.
    ///
    /// # Errors
    /// See [`Reason`].
    pub fn paths(&self, commit: &str) -> Result<Paths, Failure> {
        let task = "the files of the commit were not listed";
        let tree: Tree = self.read(task, NEEDS, &["git", "trees", commit], &[("recursive", "1")])?;
        let blobs = tree.tree.into_iter().filter(|entry| entry.kind == "blob");
        Ok(Paths {
            paths: blobs.map(|entry| entry.path).collect(),
            cut: tree.truncated,
        })
    }

    /// Reads the first of some files that a commit or branch has, with its path; `None` where it has none of them. GitHub
    /// answers alike where the token may not see it: then one more call tells, and that is an error.
    ///
    /// # Errors
    /// See [`Reason`]: `NotFound` where there is no such commit, `Invalid` where it is no text file.
    pub fn first_of(&self, paths: &[String], reference: &str) -> Result<Option<(String, String)>, Failure> {
        for path in paths {
            if let Some(text) = self.file(path, reference)? {
                return Ok(Some((path.clone(), text)));
            }
        }
        self.compare(reference, reference)
            .map_err(|failure| Failure { task: TASK, ..failure })?;
        Ok(None)
    }

    /// Reads a file; `None` where GitHub says that it is not there.
    fn file(&self, path: &str, reference: &str) -> Result<Option<String>, Failure> {
        let segments: Vec<&str> = ["contents"].into_iter().chain(path.split('/')).collect();
        let url = self
            .url(&segments, &[("ref", reference)])
            .ok_or_else(|| impossible(TASK, NEEDS, "such a path cannot be asked for"))?;
        let mut call = Call::get(TASK, NEEDS, url);
        call.accept = Some("application/vnd.github.raw+json");
        let reply = match self.perform(&call) {
            Err(failure) if failure.reason == Reason::NotFound => return Ok(None),
            reply => reply?,
        };
        let kind = reply.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or("").trim();
        if kind == "application/json" {
            return Err(call.failed(Reason::Invalid, "it is no file".to_owned()));
        }
        // The API has no pages: somebody between has answered.
        if kind == "text/html" {
            return Err(call.failed(Reason::Unavailable, "the reply is a page".to_owned()));
        }
        let text = String::from_utf8(reply.body);
        text.map(Some)
            .map_err(|_| call.failed(Reason::Invalid, "it is no UTF-8".to_owned()))
    }
}
