//! What the fake remembers: pull requests, issues, comments, reviews, checks, statuses, deployments.

use super::diff::Side;
use super::exchange::Exchange;
use super::git::Git;
use super::trouble::Scripted;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The account that a workflow's own token speaks for.
pub(crate) const JOB_ACCOUNT: &str = "github-actions[bot]";

/// Numbers do not fit into 32 bits, as GitHub's soon will not.
const FIRST_ID: u64 = 5_000_000_000;

/// Everything that changes while the fake runs.
pub(crate) struct State {
    pub(crate) git: Git,
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) repository_id: u64,
    pub(crate) default_branch: String,
    pub(crate) private: bool,
    /// The root of the API as clients see it, with its path.
    pub(crate) api: String,
    /// The root of the web pages and downloads, on another host name.
    pub(crate) server: String,
    pub(crate) access: Access,
    pub(crate) issues: BTreeMap<u64, Issue>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) reviews: Vec<Review>,
    pub(crate) review_comments: Vec<ReviewComment>,
    pub(crate) check_runs: Vec<CheckRun>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) deployments: Vec<Deployment>,
    pub(crate) deployment_statuses: Vec<DeploymentStatus>,
    pub(crate) troubles: Vec<Scripted>,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) downloads: Vec<Exchange>,
    pub(crate) violations: Vec<String>,
    last_id: u64,
}

/// Who the token speaks for and what it may do.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) token: String,
    pub(crate) login: String,
    /// As the tokens of forks and of Dependabot.
    pub(crate) read_only: bool,
    /// May change what others wrote.
    pub(crate) admin: bool,
    /// Mutations of GraphQL that the token may not call.
    pub(crate) forbidden_mutations: BTreeSet<String>,
    /// What is left of this hour's requests.
    pub(crate) requests_left: u64,
}

/// An issue, or the conversation of a pull request.
#[derive(Debug, Clone)]
pub(crate) struct Issue {
    pub(crate) id: u64,
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) body: Option<String>,
    pub(crate) author: String,
    pub(crate) open: bool,
    pub(crate) state_reason: Option<String>,
    pub(crate) locked: bool,
    pub(crate) labels: Vec<String>,
    pub(crate) assignees: Vec<String>,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) pull: Option<Pull>,
}

/// What makes an issue a pull request.
#[derive(Debug, Clone)]
pub(crate) struct Pull {
    pub(crate) base: String,
    pub(crate) head: String,
    /// Whose fork the head is in.
    pub(crate) fork: Option<String>,
    pub(crate) draft: bool,
    /// The commit that brought it into its base, and what base and head were then.
    pub(crate) merged: Option<Merged>,
}

#[derive(Debug, Clone)]
pub(crate) struct Merged {
    pub(crate) commit: String,
    pub(crate) base: String,
    pub(crate) head: String,
}

/// A comment on an issue or a pull request.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    pub(crate) issue: u64,
    pub(crate) author: String,
    pub(crate) body: String,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    /// Why it is folded away: `outdated`, `resolved`, ...
    pub(crate) minimized: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Review {
    pub(crate) id: u64,
    pub(crate) pull: u64,
    pub(crate) author: String,
    pub(crate) body: String,
    /// `PENDING`, `COMMENTED`, `APPROVED` or `CHANGES_REQUESTED`.
    pub(crate) state: String,
    pub(crate) commit: String,
    pub(crate) submitted: u64,
}

/// A comment on a line of a difference. The first one of a thread stands for the thread.
#[derive(Debug, Clone)]
pub(crate) struct ReviewComment {
    pub(crate) id: u64,
    pub(crate) pull: u64,
    pub(crate) review: u64,
    pub(crate) author: String,
    pub(crate) body: String,
    pub(crate) path: String,
    pub(crate) side: Side,
    /// Its line when it was written.
    pub(crate) line: u64,
    pub(crate) start_line: Option<u64>,
    pub(crate) position: usize,
    pub(crate) hunk: String,
    /// The head when it was written.
    pub(crate) commit: String,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) in_reply_to: Option<u64>,
    pub(crate) resolved: Option<String>,
    pub(crate) minimized: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct CheckRun {
    pub(crate) id: u64,
    pub(crate) head_sha: String,
    /// Everything that was said of it, later requests over earlier ones.
    pub(crate) fields: serde_json::Map<String, Value>,
    /// Only ever appended to.
    pub(crate) annotations: Vec<Value>,
    pub(crate) created: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Status {
    pub(crate) id: u64,
    pub(crate) sha: String,
    pub(crate) author: String,
    pub(crate) state: String,
    pub(crate) context: String,
    pub(crate) description: Option<String>,
    pub(crate) target_url: Option<String>,
    pub(crate) created: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Deployment {
    pub(crate) id: u64,
    pub(crate) reference: String,
    pub(crate) sha: String,
    pub(crate) author: String,
    pub(crate) fields: serde_json::Map<String, Value>,
    pub(crate) created: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct DeploymentStatus {
    pub(crate) id: u64,
    pub(crate) deployment: u64,
    pub(crate) author: String,
    pub(crate) state: String,
    pub(crate) fields: serde_json::Map<String, Value>,
    pub(crate) created: u64,
}

impl State {
    pub(crate) fn new(git: Git, api: String, server: String) -> Self {
        Self {
            git,
            owner: "shop".into(),
            name: "orders".into(),
            repository_id: 4711,
            default_branch: "main".into(),
            private: false,
            api,
            server,
            access: Access {
                token: "ghs_0123456789abcdefghijklmnopqrstuvwxyz".into(),
                login: JOB_ACCOUNT.into(),
                read_only: false,
                admin: false,
                forbidden_mutations: BTreeSet::new(),
                requests_left: 1000,
            },
            issues: BTreeMap::new(),
            comments: Vec::new(),
            reviews: Vec::new(),
            review_comments: Vec::new(),
            check_runs: Vec::new(),
            statuses: Vec::new(),
            deployments: Vec::new(),
            deployment_statuses: Vec::new(),
            troubles: Vec::new(),
            exchanges: Vec::new(),
            downloads: Vec::new(),
            violations: Vec::new(),
            last_id: FIRST_ID,
        }
    }

    /// A new number, which also tells the time: what comes later has a later one.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(crate) fn next_issue(&self) -> u64 {
        self.issues.last_key_value().map_or(1, |(number, _)| number + 1)
    }

    /// `owner/name`.
    pub(crate) fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The root of the repository in the API.
    pub(crate) fn root(&self) -> String {
        format!("{}/repos/{}", self.api, self.full_name())
    }

    /// The root of the repository in the web pages.
    pub(crate) fn page(&self) -> String {
        format!("{}/{}", self.server, self.full_name())
    }

    pub(crate) fn pull(&self, number: u64) -> Option<&Pull> {
        self.issues.get(&number)?.pull.as_ref()
    }

    /// The tips of base and head of a pull request: those of now, or those of its merge.
    pub(crate) fn tips(&self, number: u64) -> Option<(String, String)> {
        let pull = self.pull(number)?;
        if let Some(merged) = &pull.merged {
            return Some((merged.base.clone(), merged.head.clone()));
        }
        let tip = |branch: &str| self.git.commit_id(&format!("refs/heads/{branch}"));
        Some((tip(&pull.base)?, tip(&pull.head)?))
    }

    /// The commits between which a pull request's difference is taken.
    pub(crate) fn range(&self, number: u64) -> Option<(String, String)> {
        let (base, head) = self.tips(number)?;
        Some((self.git.merge_base(&base, &head)?, head))
    }

    /// The commit that GitHub would get by merging, which is what workflows of a pull request run on.
    pub(crate) fn test_merge(&self, number: u64) -> Option<String> {
        if let Some(merged) = &self.pull(number)?.merged {
            return Some(merged.commit.clone());
        }
        let (base, head) = self.tips(number)?;
        let merge = self.git.merge(&base, &head, &format!("Merge {head} into {base}"))?;
        self.git.point(&format!("refs/pull/{number}/merge"), &merge);
        self.git.point(&format!("refs/pull/{number}/head"), &head);
        Some(merge)
    }
}

/// A time of the fake as GitHub writes it.
pub(crate) fn timestamp(id: u64) -> String {
    let seconds = id.saturating_sub(FIRST_ID);
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("2026-01-{:02}T{hour:02}:{minute:02}:{:02}Z", 1 + day, second % 60)
}
