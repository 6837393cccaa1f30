//! Calls of GraphQL, which answers with status 200 where it fails, too.

use super::GitHub;
use super::calls::{Attempt, Call, Effect, Verb};
use super::failure::{Failure, Reason};
use super::pace::Resource;
use super::transport::Reply;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Answer<T> {
    #[serde(default = "Option::default")]
    data: Option<T>,
}

#[derive(Deserialize)]
struct Faults {
    #[serde(default)]
    errors: Option<Vec<Fault>>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct Viewer {
    viewer: super::pulls::Author,
}

/// The failure of a question about something that is not there.
pub(super) fn missing(task: &'static str, needs: &'static str) -> Failure {
    Failure {
        reason: Reason::NotFound,
        task,
        detail: String::new(),
        needs,
    }
}

impl GitHub {
    /// The name of the account that the token speaks for; the job's own token is `github-actions[bot]`.
    ///
    /// # Errors
    /// See [`Reason`].
    pub fn viewer_login(&self) -> Result<String, Failure> {
        let task = "the token's account was not read";
        let query = "query { viewer { login } }";
        let found: Viewer = self.graphql((task, "contents: read"), Effect::Read, query, &json!({}))?;
        Ok(found.viewer.login)
    }

    /// Asks or tells something. None of what is told does harm when it is told twice.
    pub(super) fn graphql<T: DeserializeOwned>(
        &self,
        (task, needs): (&'static str, &'static str),
        effect: Effect,
        query: &str,
        variables: &Value,
    ) -> Result<T, Failure> {
        let body = json!({ "query": query, "variables": variables });
        let mut call = Call::get(task, needs, self.graphql.clone());
        call.verb = Verb::Post;
        call.body = Some(&body);
        call.effect = effect;
        call.resource = Resource::Graphql;
        let reply = self.perform_with(&call, |github, time| {
            match github.within(time, github.transport.exchange(&call)) {
                Err(broken) => Attempt::Broken(broken),
                Ok(reply) if (200..300).contains(&reply.status) => outcome(&call, reply),
                Ok(reply) => Attempt::Reply(reply),
            }
        })?;
        let answer: Answer<T> = self.understand(&call, &reply.body)?;
        answer.data.ok_or_else(|| missing(task, needs))
    }
}

/// What an answer of status 200 is.
fn outcome(call: &Call<'_>, mut reply: Reply) -> Attempt<Reply> {
    let faults = serde_json::from_slice::<Faults>(&reply.body).ok();
    let Some(fault) = faults.and_then(|faults| faults.errors?.into_iter().next()) else {
        return Attempt::Good(reply);
    };
    let reason = match fault.kind.as_deref().unwrap_or("") {
        "RATE_LIMITED" => {
            reply.status = 429;
            return Attempt::Reply(reply);
        }
        "NOT_FOUND" => Reason::NotFound,
        "FORBIDDEN" | "INSUFFICIENT_SCOPES" if call.effect != Effect::Read => Reason::ReadOnly,
        "FORBIDDEN" | "INSUFFICIENT_SCOPES" => Reason::Denied,
        _ => Reason::Invalid,
    };
    Attempt::Failed(reason, fault.message)
}
