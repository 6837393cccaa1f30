//! Why a call failed, so that a caller can act on it, with a plain sentence.

use crate::error::Error;
use std::fmt;
use std::time::Duration;

/// What a caller can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The token is not accepted, or may not see this.
    Denied,
    /// The token may read but not write this: the normal case for forks and Dependabot.
    ReadOnly,
    /// It does not exist, or not for this token.
    NotFound,
    /// The conversation is locked.
    Locked,
    /// GitHub understood and refused, as it would again.
    Invalid,
    /// A rate limit that ends too late, or later than is known.
    Limited {
        /// How long GitHub asks to wait.
        wait: Duration,
    },
    /// GitHub does not answer, or not as it documents.
    Unavailable,
    /// The time for calls is used up; nothing was sent.
    OutOfTime,
    /// It was sent and may have been done: look before sending it again.
    Unclear,
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub reason: Reason,
    /// What did not happen, as the begin of a sentence.
    pub task: &'static str,
    /// What GitHub or the system said, harmless to show; may be empty.
    pub detail: String,
    /// The permission of the job that the call needs.
    pub needs: &'static str,
}

impl Failure {
    /// The reason alone, in words.
    fn sentence(&self) -> String {
        match self.reason {
            Reason::Denied => "the token is not accepted or has no access".to_owned(),
            Reason::ReadOnly => "the token may not write here".to_owned(),
            Reason::NotFound => "it does not exist, or not for this token".to_owned(),
            Reason::Locked => "the conversation is locked".to_owned(),
            Reason::Invalid => "GitHub refuses it".to_owned(),
            Reason::Limited { wait } => format!("GitHub's rate limit asks to wait {} s", wait.as_secs()),
            Reason::Unavailable => "GitHub cannot be reached or does not answer as it should".to_owned(),
            Reason::OutOfTime => "the time for calls to GitHub is used up".to_owned(),
            Reason::Unclear => "GitHub did not confirm it, and it may have happened".to_owned(),
        }
    }

    /// What to do about it, where there is something.
    pub fn hint(&self) -> Option<String> {
        match self.reason {
            Reason::Denied | Reason::ReadOnly => Some(format!("the job needs `permissions: {}`", self.needs)),
            Reason::NotFound => Some(format!(
                "check the name, and that the job has `permissions: {}`",
                self.needs
            )),
            Reason::Limited { .. } => Some("run it again later".to_owned()),
            _ => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.task, self.sentence())?;
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let error = Self::new(failure.to_string());
        match failure.hint() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_plain_sentences() {
        let failure = |reason, detail: &str| Failure {
            reason,
            task: "the comment was not written",
            detail: detail.to_owned(),
            needs: "pull-requests: write",
        };
        assert_eq!(
            failure(Reason::ReadOnly, "Resource not accessible by integration").to_string(),
            "the comment was not written: the token may not write here (Resource not accessible by integration)"
        );
        let wait = Duration::from_secs(90);
        assert_eq!(
            Error::from(failure(Reason::Limited { wait }, "")).to_string(),
            "the comment was not written: GitHub's rate limit asks to wait 90 s\n  help: run it again later"
        );
        let error = Error::from(failure(Reason::Denied, ""));
        assert_eq!(
            error.hint.as_deref(),
            Some("the job needs `permissions: pull-requests: write`")
        );
        assert_eq!(failure(Reason::Unclear, "").hint(), None);
    }
}
