//! A call from its first attempt to its outcome, and lists that come in pages.

use super::failure::{Failure, Reason};
use super::judge::{self, Next, Tries};
use super::pace::{Pace, Resource};
use super::transport::{Broken, Reply, Stage};
use super::{GitHub, paging};
use reqwest::Url;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::ops::ControlFlow;
use std::time::Duration;

/// How a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Patch,
}

/// What sending it twice does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing: it only reads.
    Read,
    /// Nothing more than sending it once: it overwrites.
    Overwrite,
    /// It makes a second one.
    Once,
}

/// A call: what is asked, and what the failure would be called.
pub(super) struct Call<'a> {
    pub(super) task: &'static str,
    pub(super) needs: &'static str,
    pub(super) verb: Verb,
    pub(super) url: Url,
    pub(super) accept: Option<&'static str>,
    pub(super) body: Option<&'a Value>,
    pub(super) effect: Effect,
    pub(super) resource: Resource,
}

impl Call<'_> {
    /// A call that only reads.
    pub(super) fn get(task: &'static str, needs: &'static str, url: Url) -> Self {
        Self {
            task,
            needs,
            verb: Verb::Get,
            url,
            accept: None,
            body: None,
            effect: Effect::Read,
            resource: Resource::Rest,
        }
    }

    pub(super) fn failed(&self, reason: Reason, detail: String) -> Failure {
        Failure {
            reason,
            task: self.task,
            detail,
            needs: self.needs,
        }
    }
}

/// The outcome of one attempt.
pub(super) enum Attempt<T> {
    Good(T),
    /// A reply that is no success.
    Reply(Reply),
    Broken(Broken),
    /// Final, whatever GitHub says.
    Failed(Reason, String),
}

impl GitHub {
    /// The address of something of the repository's. Segments are taken as they are.
    pub(super) fn url(&self, segments: &[&str], query: &[(&str, &str)]) -> Option<Url> {
        let mut url = self.api.clone();
        {
            let mut path = url.path_segments_mut().ok()?;
            path.pop_if_empty().extend(["repos", &self.owner, &self.name]);
            for segment in segments {
                // What a URL would not keep as it is would lead elsewhere.
                if segment.is_empty() || matches!(*segment, "." | "..") {
                    return None;
                }
                path.push(segment);
            }
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Some(url)
    }

    /// Makes a call that reads one thing.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        task: &'static str,
        needs: &'static str,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, Failure> {
        let url = self
            .url(segments, query)
            .ok_or_else(|| impossible(task, needs, "such a name cannot be asked for"))?;
        let call = Call::get(task, needs, url);
        let reply = self.perform(&call)?;
        self.understand(&call, &reply.body)
    }

    /// Makes a call that writes one thing, and reads what it became.
    pub(super) fn write<T: DeserializeOwned>(
        &self,
        (task, needs): (&'static str, &'static str),
        (verb, effect): (Verb, Effect),
        segments: &[&str],
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let url = self
            .url(segments, &[])
            .ok_or_else(|| impossible(task, needs, "such a name cannot be asked for"))?;
        let body = serde_json::to_value(body).map_err(|error| impossible(task, needs, &error.to_string()))?;
        let mut call = Call::get(task, needs, url);
        call.verb = verb;
        call.effect = effect;
        call.body = Some(&body);
        let reply = self.perform(&call)?;
        self.understand(&call, &reply.body)
    }

    /// Hands over a list's items page by page, until there are no more or there is a wish to stop. Says whether pages
    /// were left because there are more than `most`.
    pub(super) fn pages<T: DeserializeOwned>(
        &self,
        (task, needs): (&'static str, &'static str),
        segments: &[&str],
        most: usize,
        mut each: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<bool, Failure> {
        let mut url = self
            .url(segments, &[("per_page", "100"), ("page", "1")])
            .ok_or_else(|| impossible(task, needs, "such a name cannot be asked for"))?;
        for _ in 0..most {
            let call = Call::get(task, needs, url);
            let reply = self.perform(&call)?;
            let items: Vec<T> = self.understand(&call, &reply.body)?;
            for item in items {
                if each(item).is_break() {
                    return Ok(false);
                }
            }
            url = match paging::next(&reply.headers) {
                None => return Ok(false),
                Some(next) => match call.url.join(&next) {
                    Ok(next) if self.transport.is_api(&next) => next,
                    _ => {
                        let detail = "the next page is said to be on another host".to_owned();
                        return Err(call.failed(Reason::Unavailable, detail));
                    }
                },
            };
        }
        Ok(true)
    }

    /// Makes a call and gives back the reply of its success.
    pub(super) fn perform(&self, call: &Call<'_>) -> Result<Reply, Failure> {
        self.perform_with(call, |github, time| {
            match github.within(time, github.transport.exchange(call)) {
                Err(broken) => Attempt::Broken(broken),
                Ok(reply) if (200..300).contains(&reply.status) => Attempt::Good(reply),
                Ok(reply) => Attempt::Reply(reply),
            }
        })
    }

    /// Runs an exchange, not longer than a request may take, nor than there is time.
    pub(super) fn within<T>(
        &self,
        time: Duration,
        exchange: impl Future<Output = Result<T, Broken>>,
    ) -> Result<T, Broken> {
        let time = time.min(self.request_timeout);
        self.runtime.wait_for(async {
            match tokio::time::timeout(time, exchange).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Broken::new(
                    Stage::Sent,
                    format!("no reply within {} ms", time.as_millis()),
                )),
            }
        })
    }

    /// Attempts a call until it succeeds or there is no point in going on. An attempt is told the time that is left.
    pub(super) fn perform_with<T>(
        &self,
        call: &Call<'_>,
        mut attempt: impl FnMut(&Self, Duration) -> Attempt<T>,
    ) -> Result<T, Failure> {
        let mut pace = self.pace.borrow_mut();
        pace.start();
        let outcome = self.attempts(call, &mut pace, &mut attempt);
        pace.stop();
        outcome.map_err(|(reason, detail)| call.failed(reason, self.scrubber.scrub(&detail)))
    }

    fn attempts<T>(
        &self,
        call: &Call<'_>,
        pace: &mut Pace,
        attempt: &mut impl FnMut(&Self, Duration) -> Attempt<T>,
    ) -> Result<T, (Reason, String)> {
        let mut tries = Tries::default();
        loop {
            pace.ready(call.resource, call.effect != Effect::Read)
                .map_err(|reason| (reason, String::new()))?;
            let next = match attempt(self, pace.remaining()) {
                Attempt::Good(good) => return Ok(good),
                Attempt::Failed(reason, detail) => Next::Failed(reason, detail),
                Attempt::Reply(reply) => judge::reply(call, &reply, &mut tries, pace.unix()),
                Attempt::Broken(broken) => judge::broken(call, broken, &mut tries),
            };
            match next {
                Next::Failed(reason, detail) => return Err((reason, detail)),
                Next::Limited(wait, detail) => {
                    pace.limit(call.resource, wait);
                    if wait >= pace.remaining() {
                        return Err((Reason::Limited { wait }, detail));
                    }
                }
                Next::Again(wait, reason, detail) => {
                    if !pace.wait(wait) {
                        let spent = pace.remaining().is_zero();
                        return Err((if spent { Reason::OutOfTime } else { reason }, detail));
                    }
                }
            }
        }
    }

    /// Reads what a reply says. After a write that cannot be sent twice, not to understand it is to be unsure.
    pub(super) fn understand<T: DeserializeOwned>(&self, call: &Call<'_>, body: &[u8]) -> Result<T, Failure> {
        serde_json::from_slice(body).map_err(|error| {
            let reason = match call.effect {
                Effect::Once => Reason::Unclear,
                Effect::Read | Effect::Overwrite => Reason::Unavailable,
            };
            let detail = format!("the reply is not what GitHub documents: {error}");
            call.failed(reason, self.scrubber.scrub(&detail))
        })
    }
}

/// A call that is not sent, because it could not be answered.
pub(super) fn impossible(task: &'static str, needs: &'static str, detail: &str) -> Failure {
    Failure {
        reason: Reason::Invalid,
        task,
        detail: detail.to_owned(),
        needs,
    }
}

/// What is missing, or null, as the default: servers differ in what they leave away.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(field: D) -> Result<T, D::Error> {
    Option::deserialize(field).map(Option::unwrap_or_default)
}
