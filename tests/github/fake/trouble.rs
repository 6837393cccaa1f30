//! Troubles that a test puts in the way: refusals, limits, delays, cut and garbled replies.

use super::exchange::Reply;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// This reply instead; nothing is carried out.
    Reply(Reply),
    /// Carried out and answered, but only after a while.
    Slow(Duration),
    /// No reply, ever; nothing is carried out.
    Silence,
    /// The connection is cut before anything is carried out.
    Cut,
    /// Carried out, but the connection is cut before the reply.
    Lost,
    /// Carried out, but the connection is cut in the middle of the reply's body.
    Torn,
}

/// Which of the requests are struck.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    Always,
    /// Only the nth one, counted from 1 since the trouble was set.
    Nth(usize),
    /// The first so many.
    First(usize),
    /// All but the first so many.
    After(usize),
}

/// A trouble with its place in a test's script.
pub(crate) struct Scripted {
    /// An operation as GitHub calls it, or `*`.
    pub(crate) operation: String,
    pub(crate) when: When,
    pub(crate) trouble: Trouble,
    pub(crate) seen: usize,
}

impl Trouble {
    /// A bare status with GitHub's usual words for it.
    pub(crate) fn status(status: u16) -> Self {
        let message = match status {
            401 => "Bad credentials",
            403 => "Resource not accessible by integration",
            404 => "Not Found",
            410 => "Gone",
            422 => "Validation Failed",
            500 => "Server Error",
            502 => return Self::html(502, "<html><body><h1>502 Bad Gateway</h1></body></html>"),
            503 => "Service Unavailable",
            _ => "Refused",
        };
        Self::Reply(Reply::refusal(status, message))
    }

    /// The hour's requests are used up, until in so many seconds.
    pub(crate) fn rate_limited(reset_in: u64) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let reply = Reply::refusal(403, "API rate limit exceeded for installation ID 4711.");
        Self::Reply(
            reply
                .with("x-ratelimit-limit", "1000")
                .with("x-ratelimit-remaining", "0")
                .with("x-ratelimit-used", "1000")
                .with("x-ratelimit-resource", "core")
                .with("x-ratelimit-reset", (now + reset_in).to_string()),
        )
    }

    /// Too much at once: 403 or 429, with or without the seconds to wait.
    pub(crate) fn secondary(status: u16, retry_after: Option<u64>) -> Self {
        let message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
        let reply = Reply::refusal(status, message);
        Self::Reply(match retry_after {
            Some(seconds) => reply.with("retry-after", seconds.to_string()),
            None => reply,
        })
    }

    /// A page instead of JSON.
    pub(crate) fn html(status: u16, page: impl Into<Vec<u8>>) -> Self {
        let reply = Reply::bytes("text/html; charset=utf-8", page.into());
        Self::Reply(Reply { status, ..reply })
    }

    /// A page of so many bytes.
    pub(crate) fn huge_html(status: u16, bytes: usize) -> Self {
        let page = "<p>unicorn</p>\n".bytes().cycle().take(bytes).collect::<Vec<u8>>();
        Self::html(status, page)
    }

    /// Bytes that claim to be JSON.
    pub(crate) fn garbage(status: u16) -> Self {
        let reply = Reply::bytes("application/json; charset=utf-8", b"{\"id\": \xff\xfe\x00, ".to_vec());
        Self::Reply(Reply { status, ..reply })
    }

    /// In a word, for what is recorded.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Reply(reply) => format!("reply {}", reply.status),
            Self::Slow(_) => "slow".into(),
            Self::Silence => "silence".into(),
            Self::Cut => "cut".into(),
            Self::Lost => "lost".into(),
            Self::Torn => "torn".into(),
        }
    }
}

impl Scripted {
    /// Counts a request that this trouble is about, and tells whether it strikes.
    pub(crate) fn strikes(&mut self) -> bool {
        self.seen += 1;
        match self.when {
            When::Always => true,
            When::Nth(number) => self.seen == number,
            When::First(count) => self.seen <= count,
            When::After(count) => self.seen > count,
        }
    }
}
