//! What is asked of GitHub and told to it: octocrab over one HTTP client, with pacing, retries and a budget of time.
//!
//! Callers wait for each call. What GitHub says in a reply is anybody's text: escape it where it is shown.

mod archive;
mod calls;
mod checks;
mod comments;
mod contents;
mod failure;
mod graphql;
mod judge;
mod pace;
mod paging;
mod pulls;
mod reviews;
mod roots;
mod token;
mod transport;
mod unpack;

#[cfg(test)]
mod tests;

pub use checks::{Annotation, CheckOutput, CheckRun, NewCheckRun};
pub use comments::Comment;
pub use contents::Paths;
pub use failure::{Failure, Reason};
pub use pace::{Clock, SystemClock};
pub use pulls::{Author, Branch, ChangedFile, ChangedFiles, Pull};
pub use reviews::{NewReview, NewReviewComment, Review, ReviewComment, ReviewThread, ThreadComment};
pub use token::Token;
pub use unpack::{Caps, LeftOut, Unpacked};

use super::runtime::Runtime;
use crate::error::{Error, Result};
use pace::Pace;
use reqwest::Url;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use token::Scrubber;
use transport::Transport;

/// Where GitHub is, and how much of the caller's time it may take.
pub struct GitHubOptions {
    /// `GITHUB_API_URL`; may have a path such as `/api/v3`.
    pub api_url: String,
    /// `GITHUB_GRAPHQL_URL`, on the same host.
    pub graphql_url: String,
    /// `owner/name` of the repository that every call is about.
    pub repository: String,
    /// The token; without one only public repositories can be read.
    pub token: Option<Token>,
    /// The time that all calls together may take. Time between calls does not count.
    pub budget: Duration,
    /// The time that one request may take.
    pub request_timeout: Duration,
    /// What time is told by.
    pub clock: Rc<dyn Clock>,
}

impl GitHubOptions {
    /// github.com without a token, with 10 seconds for a request and two minutes for all of them.
    pub fn new(repository: impl Into<String>) -> Self {
        Self {
            api_url: "https://api.github.com".to_owned(),
            graphql_url: "https://api.github.com/graphql".to_owned(),
            repository: repository.into(),
            token: None,
            budget: Duration::from_secs(120),
            request_timeout: Duration::from_secs(10),
            clock: Rc::new(SystemClock::default()),
        }
    }
}

/// A repository on GitHub.
pub struct GitHub {
    runtime: Runtime,
    transport: Transport,
    api: Url,
    graphql: Url,
    owner: String,
    name: String,
    request_timeout: Duration,
    clock: Rc<dyn Clock>,
    pace: RefCell<Pace>,
    scrubber: Scrubber,
}

impl GitHub {
    /// Prepares the client; nothing is sent. `HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE` and `SSL_CERT_DIR` are obeyed.
    ///
    /// # Errors
    /// Where an address or the repository's name cannot be right, or the named certificates cannot be read.
    pub fn new(runtime: &Runtime, options: GitHubOptions) -> Result<Self> {
        let api = address(&options.api_url, "GITHUB_API_URL")?;
        let graphql = address(&options.graphql_url, "GITHUB_GRAPHQL_URL")?;
        if api.origin() != graphql.origin() {
            return Err(Error::new("GITHUB_API_URL and GITHUB_GRAPHQL_URL name different hosts")
                .hint("the token is sent to one host alone; take both from the workflow's runner"));
        }
        let name_of = |name: &&str| {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            !name.is_empty() && !matches!(*name, "." | "..") && name.bytes().all(known)
        };
        let names = options.repository.split_once('/');
        let (owner, name) = names
            .filter(|(owner, name)| name_of(owner) && name_of(name))
            .ok_or_else(|| Error::new("the repository is not named like owner/name"))?;
        Ok(Self {
            transport: Transport::new(runtime, &options, &api)?,
            runtime: runtime.clone(),
            owner: owner.to_owned(),
            name: name.to_owned(),
            request_timeout: options.request_timeout,
            pace: RefCell::new(Pace::new(options.clock.clone(), options.budget)),
            clock: options.clock,
            scrubber: Scrubber::new(options.token.as_ref()),
            api,
            graphql,
        })
    }

    /// Sets anew the time that all further calls together may take, so that reading cannot use up what writing needs.
    pub fn grant(&self, budget: Duration) {
        self.pace.borrow_mut().grant(budget);
    }
}

/// An address from the environment. It is not shown where it is wrong: it may hold credentials.
fn address(text: &str, name: &str) -> Result<Url> {
    let url = Url::parse(text.trim()).map_err(|_| Error::new(format!("{name} is no URL")))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(Error::new(format!("{name} is no address of a web server")));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(Error::new(format!("{name} holds more than a host and a path"))
            .hint("the token is given apart, as the input `token`"));
    }
    Ok(url)
}
