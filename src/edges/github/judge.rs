//! What to do after an attempt that did not succeed: try again, wait, or give up, and for what reason. Pure.

use super::calls::{Call, Effect};
use super::failure::Reason;
use super::transport::{Broken, Reply, Stage};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// How often a call is sent at most because of faults.
const ATTEMPTS: u32 = 4;
/// How often a call waits for a limit to end.
const LIMITS: u32 = 3;
/// What GitHub asks to wait where it names no time.
const UNNAMED_LIMIT: Duration = Duration::from_secs(60);

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Wait so long and send it again; should there be no time for that, this is why it failed.
    Again(Duration, Reason, String),
    /// A limit: send nothing for so long, then send it again.
    Limited(Duration, String),
    /// Give up.
    Failed(Reason, String),
}

/// What went wrong so far.
#[derive(Debug, Default)]
pub(super) struct Tries {
    faults: u32,
    limits: u32,
}

impl Tries {
    /// After a fault that may pass: again with growing pauses, where sending twice cannot do things twice.
    fn fault(&mut self, effect: Effect, wait: Option<Duration>, detail: String) -> Next {
        self.faults += 1;
        if effect == Effect::Once {
            return Next::Failed(Reason::Unclear, detail);
        }
        self.again(wait, detail)
    }

    fn again(&mut self, wait: Option<Duration>, detail: String) -> Next {
        if self.faults >= ATTEMPTS {
            return Next::Failed(Reason::Unavailable, detail);
        }
        let growing = Duration::from_secs(1 << self.faults.saturating_sub(1).min(6));
        Next::Again(wait.unwrap_or(growing), Reason::Unavailable, detail)
    }

    fn limit(&mut self, named: Option<Duration>, detail: String) -> Next {
        let growing = UNNAMED_LIMIT.saturating_mul(1 << self.limits.min(4));
        let wait = named.unwrap_or(growing);
        self.limits += 1;
        if self.limits > LIMITS {
            return Next::Failed(Reason::Limited { wait }, detail);
        }
        Next::Limited(wait, detail)
    }
}

/// After a connection that failed.
pub(super) fn broken(call: &Call<'_>, broken: Broken, tries: &mut Tries) -> Next {
    match broken.stage {
        Stage::Unsent => {
            tries.faults += 1;
            tries.again(None, broken.detail)
        }
        Stage::Untrusted => Next::Failed(Reason::Unavailable, broken.detail),
        Stage::Sent => tries.fault(call.effect, None, broken.detail),
        Stage::Useless if call.effect == Effect::Once => Next::Failed(Reason::Unclear, broken.detail),
        Stage::Useless => Next::Failed(Reason::Unavailable, broken.detail),
    }
}

/// After a reply that is no success. The detail is raw: it is still to be scrubbed.
pub(super) fn reply(call: &Call<'_>, reply: &Reply, tries: &mut Tries, now: u64) -> Next {
    let said = message(&reply.body);
    let lower = said.to_ascii_lowercase();
    let or_status = |said: String| {
        if said.is_empty() {
            format!("status {}", reply.status)
        } else {
            said
        }
    };
    match reply.status {
        429 => tries.limit(named_wait(reply, now), or_status(said)),
        403 if is_limit(reply, &lower) => tries.limit(named_wait(reply, now), or_status(said)),
        403 | 422 | 423 if is_locked(&lower) || reply.status == 423 => Next::Failed(Reason::Locked, or_status(said)),
        403 if call.effect != Effect::Read => Next::Failed(Reason::ReadOnly, or_status(said)),
        401 | 403 | 451 => Next::Failed(Reason::Denied, or_status(said)),
        404 | 410 => Next::Failed(Reason::NotFound, or_status(said)),
        408 | 500.. => {
            let wait = header(reply, "retry-after").map(Duration::from_secs);
            tries.fault(call.effect, wait, format!("status {}", reply.status))
        }
        400.. => Next::Failed(Reason::Invalid, or_status(said)),
        _ => Next::Failed(Reason::Unavailable, format!("status {}", reply.status)),
    }
}

fn is_limit(reply: &Reply, lower: &str) -> bool {
    reply.headers.contains_key("retry-after")
        || header(reply, "x-ratelimit-remaining") == Some(0)
        || lower.contains("rate limit")
        || lower.contains("abuse detection")
}

/// `blocked` is something else.
fn is_locked(lower: &str) -> bool {
    lower.starts_with("locked") || lower.contains(" locked") || lower.contains("lock prevents")
}

/// The time that GitHub asks to wait, where it names one.
fn named_wait(reply: &Reply, now: u64) -> Option<Duration> {
    if let Some(seconds) = header(reply, "retry-after") {
        return Some(Duration::from_secs(seconds.max(1)));
    }
    if header(reply, "x-ratelimit-remaining")? != 0 {
        return None;
    }
    let reset = header(reply, "x-ratelimit-reset")?;
    // A second more, because both clocks count whole seconds.
    Some(Duration::from_secs(reset.saturating_sub(now).saturating_add(1)))
}

fn header(reply: &Reply, name: &str) -> Option<u64> {
    reply.headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[derive(Deserialize)]
struct ErrorBody {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Value,
}

/// What GitHub says is wrong; empty where it is not GitHub that speaks.
pub(super) fn message(body: &[u8]) -> String {
    let Ok(body) = serde_json::from_slice::<ErrorBody>(body) else {
        return String::new();
    };
    let mut parts = vec![body.message];
    let errors = body.errors.as_array().map(Vec::as_slice).unwrap_or_default();
    for error in errors.iter().take(5) {
        let field = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or("");
        let text = match (error.as_str(), field("message"), field("field"), field("code")) {
            (Some(text), ..) => text.to_owned(),
            (None, "", "", code) => code.to_owned(),
            (None, "", name, code) => format!("{name}: {code}"),
            (None, message, ..) => message.to_owned(),
        };
        parts.push(text);
    }
    parts.retain(|part| !part.trim().is_empty());
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_github() {
        let cases = [
            (r#"{"message": "Not Found", "documentation_url": "x"}"#, "Not Found"),
            (
                r#"{"message": "A", "errors": ["b", {"message": "c"}, {"field": "d", "code": "e"}]}"#,
                "A; b; c; d: e",
            ),
            (r#"{"errors": [{"code": "x"}, 1, null, []]}"#, "x"),
            (r#"{"message": "A", "errors": "none"}"#, "A"),
            (
                r#"{"message": "A", "errors": ["1", "2", "3", "4", "5", "6"]}"#,
                "A; 1; 2; 3; 4; 5",
            ),
            (r#"{"message": 5}"#, ""),
            ("<html>", ""),
            ("", ""),
        ];
        for (body, expected) in cases {
            assert_eq!(message(body.as_bytes()), expected, "{body}");
        }
    }
}
