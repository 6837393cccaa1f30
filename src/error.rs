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

impl Error {
    /// The place in parts: the path, the 1-based line and column. What is unknown is "" and 0.
    pub fn position(&self) -> (&str, u32, u32) {
        let place = self.place.as_deref().unwrap_or("");
        let number = |text: &str| text.parse::<u32>().ok();
        let parts = place.rsplit_once(':').and_then(|(rest, column)| {
            let (path, line) = rest.rsplit_once(':')?;
            Some((path, number(line)?, number(column)?))
        });
        parts.unwrap_or((place, 0, 0))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_parts() {
        let position = |place: &str| {
            let error = Error::new("x").at(place);
            let (path, line, column) = error.position();
            (path.to_owned(), line, column)
        };
        assert_eq!(position("envfence.yml:8:1"), ("envfence.yml".into(), 8, 1));
        assert_eq!(position("C:\\shop\\a.yml"), ("C:\\shop\\a.yml".into(), 0, 0));
        assert_eq!(position("a:b.yml"), ("a:b.yml".into(), 0, 0));
        assert_eq!(Error::new("x").position(), ("", 0, 0));
    }
}
