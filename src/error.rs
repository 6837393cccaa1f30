//! Why a run is impossible: bad usage, an invalid policy, a history that cannot be read.
//!
//! What is wrong in the judged configuration is a [`Finding`](crate::finding::Finding); what could not be read of it
//! is a [`Problem`](crate::formats::Problem). An [`Error`] stops the run with exit code 2.

use std::fmt;

/// What went wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What is wrong, without a trailing full stop. Never holds a value of the judged configuration.
    pub message: String,
    /// `path:line:column` or another place, when there is one.
    pub place: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The result of what can fail as a whole.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with a message alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            hint: None,
        }
    }

    /// The same error, at a place.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// The same error, with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  help: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
