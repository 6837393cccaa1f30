//! A GitHub that tests talk to: its REST and GraphQL APIs over a real git repository, with the limits and the moods of
//! the real one. Every request and every reply is held against GitHub's published description; what violates it fails
//! the test when the fake goes away.
#![allow(dead_code, unused_imports, reason = "each test program uses a part of it")]

mod accounts;
mod answer;
mod checks;
mod comments;
mod compare;
mod contents;
mod deployments;
mod description;
mod diff;
pub(crate) mod events;
mod exchange;
mod git;
mod graphql;
mod issues;
mod job;
mod operation;
mod pages;
mod pulls;
mod repository;
mod reviews;
mod routes;
mod server;
mod shapes;
mod state;
mod trouble;
mod urls;

pub(crate) use description::description;
pub(crate) use diff::Side;
pub(crate) use events::{Event, NO_COMMIT};
pub(crate) use exchange::{Exchange, Reply};
pub(crate) use job::{Job, outputs};
pub(crate) use repository::Repository;
pub(crate) use routes::ROUTES;
pub(crate) use state::{
    Access, CheckRun, Comment, Deployment, DeploymentStatus, Issue, JOB_ACCOUNT, Review, ReviewComment, State, Status,
    timestamp,
};
pub(crate) use trouble::{Trouble, When};

use git::Git;
use server::{Ports, Server, Shared};
use state::{Merged, Pull};
use std::sync::{Arc, MutexGuard};
use trouble::Scripted;

/// A GitHub with one repository, `shop/orders`, on free ports of the loopback interface.
pub(crate) struct Fake {
    server: Server,
    shared: Arc<Shared>,
}

impl Fake {
    /// GitHub as it is at github.com: the API has a host of its own.
    pub(crate) fn start(repository: &Repository) -> Self {
        Self::start_below(repository, "")
    }

    /// GitHub as it is on a company's own server, where the API is below a path: `/api/v3`.
    pub(crate) fn start_below(repository: &Repository, prefix: &str) -> Self {
        let ports = Ports::bind();
        let api = format!("http://127.0.0.1:{}{prefix}", ports.api());
        let server = format!("http://localhost:{}", ports.downloads());
        let state = State::new(Git::new(repository.path()), api, server);
        let (server, shared) = Server::start(ports, state, prefix);
        Self { server, shared }
    }

    /// Everything that it remembers, to look at or to change. Answers wait while it is held.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }

    /// What GITHUB_API_URL is to be.
    pub(crate) fn api_url(&self) -> String {
        self.state().api.clone()
    }

    /// What GITHUB_GRAPHQL_URL is to be.
    pub(crate) fn graphql_url(&self) -> String {
        let api = self.api_url();
        format!("{}/graphql", api.trim_end_matches("/v3"))
    }

    /// What GITHUB_SERVER_URL is to be; archives are served there.
    pub(crate) fn server_url(&self) -> String {
        self.state().server.clone()
    }

    /// `owner/name`.
    pub(crate) fn full_name(&self) -> String {
        self.state().full_name()
    }

    /// The token that is good.
    pub(crate) fn token(&self) -> String {
        self.state().access.token.clone()
    }

    /// Changes who the token speaks for, and what it may do.
    pub(crate) fn access(&self, change: impl FnOnce(&mut Access)) {
        change(&mut self.state().access);
    }

    /// Makes the token one of a fork's or of Dependabot's: it may only read.
    pub(crate) fn read_only(&self) {
        self.access(|access| access.read_only = true);
    }

    /// Forbids a mutation, or a field of `Query`, as the job's token is forbidden some: `resolveReviewThread`.
    pub(crate) fn forbid(&self, field: &str) {
        self.access(|access| {
            access.forbidden_mutations.insert(field.to_owned());
        });
    }

    /// Opens a pull request between two branches; its number.
    pub(crate) fn open_pull(&self, head: &str, base: &str) -> u64 {
        self.open(head, base, None)
    }

    /// Opens a pull request from somebody's fork. The branch is looked up in the same repository.
    pub(crate) fn open_fork_pull(&self, owner: &str, head: &str, base: &str) -> u64 {
        self.open(head, base, Some(owner))
    }

    fn open(&self, head: &str, base: &str, fork: Option<&str>) -> u64 {
        let mut state = self.state();
        let author = fork.unwrap_or("alice");
        let number = issues::add(&mut state, author, &format!("Merge {head}"), Some("Please review."));
        let pull = Pull {
            base: base.to_owned(),
            head: head.to_owned(),
            fork: fork.map(ToOwned::to_owned),
            draft: false,
            merged: None,
        };
        if let Some(issue) = state.issues.get_mut(&number) {
            issue.pull = Some(pull);
        }
        assert!(state.tips(number).is_some(), "no branch {head} or {base}");
        number
    }

    /// Opens an issue; its number.
    pub(crate) fn open_issue(&self, author: &str, title: &str, body: &str) -> u64 {
        issues::add(&mut self.state(), author, title, Some(body))
    }

    /// Changes an issue or the conversation of a pull request: lock it, close it, rename it.
    pub(crate) fn change(&self, number: u64, change: impl FnOnce(&mut Issue)) {
        change(self.state().issues.get_mut(&number).unwrap());
    }

    /// Locks a conversation.
    pub(crate) fn lock(&self, number: u64) {
        self.change(number, |issue| issue.locked = true);
    }

    /// Merges a pull request into its base; the merge commit.
    pub(crate) fn merge(&self, number: u64) -> String {
        let mut state = self.state();
        let (base, head) = state.tips(number).unwrap();
        let commit = state.test_merge(number).unwrap();
        let now = state.next_id();
        let issue = state.issues.get_mut(&number).unwrap();
        issue.open = false;
        issue.updated = now;
        let pull = issue.pull.as_mut().unwrap();
        let branch = format!("refs/heads/{}", pull.base);
        let merged = commit.clone();
        pull.merged = Some(Merged { commit, base, head });
        state.git.point(&branch, &merged);
        merged
    }

    /// The head of a pull request.
    pub(crate) fn head(&self, number: u64) -> String {
        self.state().tips(number).unwrap().1
    }

    /// The commit that a workflow of a pull request runs on: base and head merged.
    pub(crate) fn merge_commit(&self, number: u64) -> String {
        self.state().test_merge(number).unwrap()
    }

    /// Somebody comments; the comment's number.
    pub(crate) fn comment(&self, issue: u64, author: &str, body: &str) -> u64 {
        comments::add(&mut self.state(), issue, author, body).id
    }

    /// Somebody answers a comment on a line; the answer's number.
    pub(crate) fn answer(&self, review_comment: u64, author: &str, body: &str) -> u64 {
        let mut state = self.state();
        let id = state.next_id();
        let first = state.review_comments.iter().find(|one| one.id == review_comment);
        let mut answer = first.unwrap().clone();
        answer.in_reply_to = Some(answer.in_reply_to.unwrap_or(answer.id));
        answer.author = author.to_owned();
        answer.body = body.to_owned();
        (answer.id, answer.created, answer.updated) = (id, id, id);
        state.review_comments.push(answer);
        id
    }

    /// Somebody deploys a branch, a tag or a commit; the deployment's number.
    pub(crate) fn deploy(&self, reference: &str, environment: &str) -> u64 {
        let mut state = self.state();
        let sha = state.git.commit_id(reference).unwrap();
        let fields = serde_json::json!({ "environment": environment })
            .as_object()
            .cloned()
            .unwrap();
        deployments::add(&mut state, "alice", reference, &sha, fields).id
    }

    /// Lets a trouble strike an operation, by the name that GitHub's description gives it: `issues/create-comment`;
    /// besides `graphql`, `graphql/resolveReviewThread`, `download` and `*`. The trouble that was set first wins.
    pub(crate) fn trouble(&self, operation: &str, when: When, trouble: Trouble) {
        assert!(routes::is_operation(operation), "no operation {operation}");
        self.state().troubles.push(Scripted {
            operation: operation.to_owned(),
            when,
            trouble,
            seen: 0,
        });
    }

    /// Ends all troubles.
    pub(crate) fn no_more_troubles(&self) {
        self.state().troubles.clear();
    }

    /// From now on nobody listens on the port of the API.
    pub(crate) fn refuse_connections(&self) {
        self.server.refuse();
    }

    /// Listens again, on the same port.
    pub(crate) fn accept_connections(&self) {
        self.server.accept();
    }

    /// All requests to the API, in their order.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.state().exchanges.clone()
    }

    /// The requests for one operation.
    pub(crate) fn requests(&self, operation: &str) -> Vec<Exchange> {
        let mut exchanges = self.exchanges();
        exchanges.retain(|exchange| exchange.operation == operation);
        exchanges
    }

    /// The requests that would change something. Those for GraphQL that only read are none of them.
    pub(crate) fn writes(&self) -> Vec<Exchange> {
        let reads = ["graphql/viewer", "graphql/repository", "graphql/node"];
        let mut exchanges = self.exchanges();
        exchanges.retain(|exchange| exchange.method != "GET" && !reads.contains(&exchange.operation.as_str()));
        exchanges
    }

    /// The requests to the other host, where archives are.
    pub(crate) fn downloads(&self) -> Vec<Exchange> {
        self.state().downloads.clone()
    }

    /// The comments on an issue or a pull request.
    pub(crate) fn comments(&self, issue: u64) -> Vec<Comment> {
        let state = self.state();
        state
            .comments
            .iter()
            .filter(|one| one.issue == issue)
            .cloned()
            .collect()
    }

    /// The reviews of a pull request.
    pub(crate) fn reviews(&self, pull: u64) -> Vec<Review> {
        let state = self.state();
        state.reviews.iter().filter(|one| one.pull == pull).cloned().collect()
    }

    /// The comments on lines of a pull request.
    pub(crate) fn review_comments(&self, pull: u64) -> Vec<ReviewComment> {
        let state = self.state();
        let of_pull = state.review_comments.iter().filter(|one| one.pull == pull);
        of_pull.cloned().collect()
    }

    pub(crate) fn check_runs(&self) -> Vec<CheckRun> {
        self.state().check_runs.clone()
    }

    pub(crate) fn statuses(&self) -> Vec<Status> {
        self.state().statuses.clone()
    }

    pub(crate) fn deployment_statuses(&self, deployment: u64) -> Vec<DeploymentStatus> {
        let state = self.state();
        let of = state
            .deployment_statuses
            .iter()
            .filter(|one| one.deployment == deployment);
        of.cloned().collect()
    }

    /// The issues that are not pull requests.
    pub(crate) fn issues(&self) -> Vec<Issue> {
        let state = self.state();
        state
            .issues
            .values()
            .filter(|issue| issue.pull.is_none())
            .cloned()
            .collect()
    }

    /// What violated GitHub's description so far, forgiven: for tests that do so on purpose.
    pub(crate) fn forgive(&self) -> Vec<String> {
        std::mem::take(&mut self.state().violations)
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let violations = self.forgive();
        if !violations.is_empty() && !std::thread::panicking() {
            panic!("GitHub's description was violated:\n  {}", violations.join("\n  "));
        }
    }
}
