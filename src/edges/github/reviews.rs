//! Reviews: comments at lines of a pull request, and the threads that they start.

use super::GitHub;
use super::calls::{Effect, Verb, or_default};
use super::failure::Failure;
use super::pulls::Author;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::ops::ControlFlow;

/// More comments or threads than a hundred times this are not looked through.
const MOST_PAGES: usize = 100;
const READ: &str = "pull-requests: read";
const WRITE: &str = "pull-requests: write";

/// A comment at a line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReviewComment {
    /// Its number.
    pub id: u64,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// The file.
    #[serde(default, deserialize_with = "or_default")]
    pub path: String,
    /// The line, in the file as the pull request has it; none where it is outdated.
    #[serde(default)]
    pub line: Option<u64>,
    /// The comment that it answers.
    #[serde(default)]
    pub in_reply_to_id: Option<u64>,
    /// Who wrote it; none where the account is gone.
    #[serde(default)]
    pub user: Option<Author>,
    /// Where it is shown.
    #[serde(default, deserialize_with = "or_default")]
    pub html_url: String,
}

/// A review to be made. It is made as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewReview {
    /// The commit that the lines are of.
    pub commit_id: String,
    /// `COMMENT`: what asks for changes or approves speaks for a person.
    pub event: &'static str,
    /// The text above the comments.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// The comments.
    pub comments: Vec<NewReviewComment>,
}

/// A comment of a review to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewReviewComment {
    /// The file.
    pub path: String,
    /// Its text.
    pub body: String,
    /// The line, or the last one, which must be part of the diff.
    pub line: u64,
    /// `RIGHT` for the new text, `LEFT` for the old.
    pub side: &'static str,
    /// The first line, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_line: Option<u64>,
    /// The side of the first line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_side: Option<&'static str>,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Review {
    /// Its number.
    pub id: u64,
    /// Where it is shown.
    #[serde(default, deserialize_with = "or_default")]
    pub html_url: String,
}

/// A thread that a comment at a line started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewThread {
    /// What GraphQL knows it by.
    pub id: String,
    /// Whether it is resolved.
    pub is_resolved: bool,
    /// Its first hundred comments.
    pub comments: Vec<ThreadComment>,
}

/// A comment of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadComment {
    /// The number that REST knows it by.
    pub id: Option<u64>,
    /// Who wrote it, a bot without `[bot]`; none where the account is gone.
    pub author: Option<String>,
}

const THREADS: &str = "query($owner: String!, $name: String!, $number: Int!, $after: String) { \
repository(owner: $owner, name: $name) { pullRequest(number: $number) { \
reviewThreads(first: 100, after: $after) { pageInfo { hasNextPage endCursor } \
nodes { id isResolved comments(first: 100) { nodes { databaseId author { login } } } } } } } }";
const RESOLVE: &str =
    "mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { id isResolved } } }";

#[derive(Deserialize)]
struct Threads {
    repository: Option<ThreadsOfRepository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadsOfRepository {
    pull_request: Option<ThreadsOfPull>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadsOfPull {
    review_threads: ThreadPage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadPage {
    page_info: PageInfo,
    nodes: Vec<ThreadNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadNode {
    id: String,
    is_resolved: bool,
    comments: ThreadComments,
}

#[derive(Deserialize)]
struct ThreadComments {
    nodes: Vec<ThreadCommentNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadCommentNode {
    database_id: Option<u64>,
    author: Option<Author>,
}

impl ThreadNode {
    fn thread(self) -> ReviewThread {
        let comment = |node: ThreadCommentNode| ThreadComment {
            id: node.database_id,
            author: node.author.map(|author| author.login),
        };
        ReviewThread {
            id: self.id,
            is_resolved: self.is_resolved,
            comments: self.comments.nodes.into_iter().map(comment).collect(),
        }
    }
}

impl GitHub {
    /// Hands over the comments at lines of a pull request, oldest first, until there are no more or `each` breaks. Says
    /// whether some were left out because there are more than 10,000.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn review_comments(
        &self,
        number: u64,
        each: impl FnMut(ReviewComment) -> ControlFlow<()>,
    ) -> Result<bool, Failure> {
        let task = "the review comments were not read";
        let segments = ["pulls", &number.to_string(), "comments"];
        self.pages((task, READ), &segments, MOST_PAGES, each)
    }

    /// Makes a review.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason): `Invalid` where a single line is not in the diff. After `Unclear` it may be there.
    pub fn create_review(&self, number: u64, review: &NewReview) -> Result<Review, Failure> {
        let segments = ["pulls", &number.to_string(), "reviews"];
        self.write(
            ("the review was not written", WRITE),
            (Verb::Post, Effect::Once),
            &segments,
            review,
        )
    }

    /// Replaces the text of a comment at a line.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn update_review_comment(&self, id: u64, body: &str) -> Result<ReviewComment, Failure> {
        let task = "the review comment was not updated";
        let segments = ["pulls", "comments", &id.to_string()];
        self.write(
            (task, WRITE),
            (Verb::Patch, Effect::Overwrite),
            &segments,
            &json!({ "body": body }),
        )
    }

    /// Hands over the review threads of a pull request until there are no more or `each` breaks. Says whether some
    /// were left out because there are more than 10,000.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn review_threads(
        &self,
        number: u64,
        mut each: impl FnMut(ReviewThread) -> ControlFlow<()>,
    ) -> Result<bool, Failure> {
        let task = "the review threads were not read";
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let variables = json!({ "owner": self.owner, "name": self.name, "number": number, "after": after });
            let threads: Threads = self.graphql((task, READ), Effect::Read, THREADS, &variables)?;
            let page = threads.repository.and_then(|repository| repository.pull_request);
            let page = page.ok_or_else(|| super::graphql::missing(task, READ))?.review_threads;
            for node in page.nodes {
                if each(node.thread()).is_break() {
                    return Ok(false);
                }
            }
            match page.page_info.end_cursor {
                Some(cursor) if page.page_info.has_next_page => after = Some(cursor),
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Resolves a review thread.
    ///
    /// # Errors
    /// See [`Reason`](super::Reason).
    pub fn resolve_thread(&self, id: &str) -> Result<(), Failure> {
        let task = "the review thread was not resolved";
        let _: Value = self.graphql((task, WRITE), Effect::Overwrite, RESOLVE, &json!({ "id": id }))?;
        Ok(())
    }
}
