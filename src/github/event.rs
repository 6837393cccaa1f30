//! What started the workflow run, from the payload that GitHub hands to the runner.

use super::run::is_commit;
use crate::error::{Error, Result};
use serde::Deserialize;

/// What started the run, as far as it decides what is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A pull request was opened, changed, edited, labelled, reviewed: the payload holds it.
    PullRequest(PullRequest),
    /// A merge queue asks whether what it would merge is good.
    MergeGroup {
        /// The commit that the group is merged onto.
        base: String,
        /// The branch that it is merged into, without `refs/heads/`.
        base_branch: String,
    },
    /// Commits were pushed.
    Push {
        /// What the branch was before; `None` where it is new.
        before: Option<String>,
    },
    /// Anything else: the whole tree is judged.
    Other,
}

/// A pull request, at the time of the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// The branch that it goes to.
    pub base_branch: String,
    /// A commit of that branch, usually not its newest.
    pub base: String,
    /// Its newest commit.
    pub head: String,
    /// Whether the workflow runs for the target branch (`pull_request_target`): the checkout is not the pull request.
    pub runs_for_target: bool,
}

impl Event {
    /// Reads a payload.
    ///
    /// # Errors
    /// Where it is not what GitHub sends for such an event.
    pub fn parse(name: &str, payload: &str) -> Result<Self> {
        let wrong = |what: &str| {
            Error::new(format!(
                "the payload of the event `{name}` is not what GitHub sends: {what}"
            ))
        };
        if payload.is_empty() {
            return match name {
                "pull_request" | "pull_request_target" | "merge_group" | "push" => Err(wrong("it is empty")),
                _ => Ok(Self::Other),
            };
        }
        let unreadable = |error: serde_json::Error| {
            // The error's own text may repeat what the payload says.
            wrong(&format!(
                "line {}, column {} cannot be read",
                error.line(),
                error.column()
            ))
        };
        match name {
            "merge_group" => {
                let payload: GroupPayload = serde_json::from_str(payload).map_err(unreadable)?;
                let group = payload.merge_group;
                let base = Some(group.base_sha).filter(|sha| is_commit(sha));
                Ok(Self::MergeGroup {
                    base: base.ok_or_else(|| wrong("merge_group.base_sha is no commit"))?,
                    base_branch: branch(&group.base_ref),
                })
            }
            "push" => {
                let payload: PushPayload = serde_json::from_str(payload).map_err(unreadable)?;
                let is_one = |sha: &String| is_commit(sha) && sha.bytes().any(|byte| byte != b'0');
                Ok(Self::Push {
                    before: payload.before.filter(is_one),
                })
            }
            _ => {
                let payload = serde_json::from_str::<PullPayload>(payload).map_err(unreadable);
                let pull = payload.map(|payload| payload.pull_request);
                let pull = match pull {
                    Ok(Some(pull)) => pull,
                    // Other events may have another idea of a pull request, or of a payload.
                    _ if !name.starts_with("pull_request") => return Ok(Self::Other),
                    Ok(None) => return Err(wrong("it has no pull_request")),
                    Err(error) => return Err(error),
                };
                if !is_commit(&pull.head.sha) || !is_commit(&pull.base.sha) {
                    return Err(wrong("a sha of pull_request is no commit"));
                }
                Ok(Self::PullRequest(PullRequest {
                    number: pull.number,
                    base_branch: branch(&pull.base.branch),
                    base: pull.base.sha,
                    head: pull.head.sha,
                    runs_for_target: name == "pull_request_target",
                }))
            }
        }
    }

    /// The pull request, where there is one.
    pub fn pull_request(&self) -> Option<&PullRequest> {
        match self {
            Self::PullRequest(pull) => Some(pull),
            _ => None,
        }
    }
}

/// `refs/heads/main` and `main` name the same branch.
fn branch(reference: &str) -> String {
    reference.strip_prefix("refs/heads/").unwrap_or(reference).to_owned()
}

#[derive(Deserialize)]
struct PullPayload {
    pull_request: Option<Pull>,
}

#[derive(Deserialize)]
struct GroupPayload {
    merge_group: Group,
}

#[derive(Deserialize)]
struct PushPayload {
    before: Option<String>,
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    base: Side,
    head: Side,
}

#[derive(Deserialize)]
struct Side {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
}

#[derive(Deserialize)]
struct Group {
    base_sha: String,
    base_ref: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn pull() -> String {
        json!({ "action": "opened", "before": A, "pull_request": {
            "number": 7,
            "base": { "ref": "main", "sha": A, "repo": { "id": 1 } },
            "head": { "ref": "move", "sha": B, "repo": null },
        }})
        .to_string()
    }

    #[test]
    fn pull_requests() {
        for name in [
            "pull_request",
            "pull_request_review",
            "pull_request_review_comment",
            "pull_request_target",
        ] {
            let event = Event::parse(name, &pull()).unwrap();
            let pull = event.pull_request().unwrap();
            assert_eq!(
                (pull.number, pull.base_branch.as_str(), pull.head.as_str()),
                (7, "main", B)
            );
            assert_eq!(pull.runs_for_target, name == "pull_request_target", "{name}");
        }
    }

    #[test]
    fn the_other_events() {
        let group = json!({ "merge_group": { "base_sha": A, "base_ref": "refs/heads/main", "head_sha": B } });
        let expected = Event::MergeGroup {
            base: A.into(),
            base_branch: "main".into(),
        };
        assert_eq!(Event::parse("merge_group", &group.to_string()).unwrap(), expected);
        let push = |before: &str| Event::parse("push", &json!({ "before": before }).to_string()).unwrap();
        assert_eq!(push(A), Event::Push { before: Some(A.into()) });
        assert_eq!(push(&"0".repeat(40)), Event::Push { before: None });
        assert_eq!(Event::parse("schedule", "").unwrap(), Event::Other);
        assert_eq!(Event::parse("workflow_dispatch", "{}").unwrap(), Event::Other);
        assert_eq!(Event::parse("label", "no JSON").unwrap(), Event::Other);
        let payload = json!({ "before": { "name": 1 }, "issue": { "pull_request": {} } });
        assert_eq!(
            Event::parse("issue_comment", &payload.to_string()).unwrap(),
            Event::Other
        );
    }

    #[test]
    fn other_payloads_are_refused_without_being_repeated() {
        for (name, payload) in [
            ("pull_request", "{}".to_owned()),
            ("pull_request", String::new()),
            ("merge_group", "{}".to_owned()),
            (
                "pull_request_review",
                "{\"pull_request\": {\"number\": \"p4ssw0rd\"}}".to_owned(),
            ),
            ("pull_request", "{\"pull_request\": \"p4ssw0rd\"}".to_owned()),
            ("pull_request", pull().replace(B, "p4ssw0rd")),
            (
                "merge_group",
                "{\"merge_group\": {\"base_sha\": \"p4ssw0rd\", \"base_ref\": \"main\"}}".to_owned(),
            ),
            ("push", "[".to_owned()),
        ] {
            let error = Event::parse(name, &payload).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains("p4ssw0rd"), "{error}");
        }
    }
}
