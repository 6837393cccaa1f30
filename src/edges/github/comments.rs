//! Comments in the conversation of a pull request or issue.

use super::GitHub;
use super::calls::{Effect, Verb, or_default};
use super::failure::Failure;
use super::pulls::Author;
use serde::Deserialize;
use serde_json::json;
use std::ops::ControlFlow;

/// More comments than this are not looked through.
const MOST_PAGES: usize = 100;
const NEEDS: &str = "pull-requests: write";

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// Who wrote it; none where the account is gone.
    #[serde(default)]
    pub user: Option<Author>,
    /// Where it is shown.
    #[serde(default, deserialize_with = "or_default")]
    pub html_url: String,
}

impl GitHub {
    /// Hands over the comments of a pull request or issue, oldest first, until there are no more or `each` breaks. Says
    /// whether some were left out because there are more than 10,000.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn issue_comments(&self, number: u64, each: impl FnMut(Comment) -> ControlFlow<()>) -> Result<bool, Failure> {
        let task = "the comments were not read";
        let segments = ["issues", &number.to_string(), "comments"];
        self.pages((task, "pull-requests: read"), &segments, MOST_PAGES, each)
    }

    /// Writes a comment.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason). After `Unclear` it may be there: look before writing it again.
    pub fn create_comment(&self, number: u64, body: &str) -> Result<Comment, Failure> {
        let segments = ["issues", &number.to_string(), "comments"];
        let how = (Verb::Post, Effect::Once);
        self.write(
            ("the comment was not written", NEEDS),
            how,
            &segments,
            &json!({ "body": body }),
        )
    }

    /// Replaces a comment's text.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn update_comment(&self, id: u64, body: &str) -> Result<Comment, Failure> {
        let segments = ["issues", "comments", &id.to_string()];
        let how = (Verb::Patch, Effect::Overwrite);
        self.write(
            ("the comment was not updated", NEEDS),
            how,
            &segments,
            &json!({ "body": body }),
        )
    }
}
