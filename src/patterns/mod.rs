//! The patterns of the policy: globs, and regular expressions written `/.../`.
//!
//! A pattern always matches the whole of a path, host, name or key, never a part of it, in linear time. It remembers
//! whether it ever matched, so that a pattern which matches nothing can be reported.

mod globs;

use crate::error::{Error, Result};
use crate::source::Position;
use regex::{Regex, RegexBuilder};
use std::sync::atomic::{AtomicBool, Ordering};

/// The longest pattern, in bytes.
pub const LENGTH_CAP: usize = 4_096;
/// The largest compiled pattern, in bytes.
const COMPILED_CAP: usize = 1 << 20;

/// What a pattern is compared with, which decides how far its `*` reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A path below the root: `*` stays in its segment, `**` crosses `/`. Without a wildcard in its last segment it
    /// also matches everything below, as a directory. Sensitive to case.
    Path,
    /// A host: a `*` that is the first or last label stands for one or more labels, any other stays in its label,
    /// `**.` stands for any number of labels, none included.
    Host,
    /// A database, bucket, account or other name: `*` stays between two `/`, `**` crosses them.
    Name,
    /// A key path as findings print it: `*` is one key or list position, `.**` everything below and the key itself.
    Key,
}

/// A pattern with its place in the policy.
#[derive(Debug)]
pub struct Pattern {
    kind: Kind,
    text: String,
    at: Position,
    matcher: Matcher,
    matched: AtomicBool,
}

#[derive(Debug)]
enum Matcher {
    Literal(String),
    Regex(Regex),
}

impl Pattern {
    /// Compiles the pattern that stands at `at`.
    ///
    /// # Errors
    /// Says what is wrong with the pattern, and how to write it; the caller adds the place.
    pub fn new(kind: Kind, text: &str, at: Position) -> Result<Self> {
        if text.is_empty() {
            return Err(Error::new("an empty pattern matches nothing"));
        }
        if text.len() > LENGTH_CAP {
            return Err(Error::new(format!("a pattern is longer than {LENGTH_CAP} bytes")));
        }
        let matcher = match between_slashes(text) {
            Some(expression) => expression_matcher(kind, text, expression)?,
            None => globs::matcher(kind, text)?,
        };
        Ok(Self {
            kind,
            text: text.to_owned(),
            at,
            matcher,
            matched: AtomicBool::new(false),
        })
    }

    /// Whether the pattern matches the whole of `candidate`; remembers a match.
    pub fn matches(&self, candidate: &str) -> bool {
        let candidate = match self.kind {
            Kind::Host => candidate.strip_suffix('.').unwrap_or(candidate),
            _ => candidate,
        };
        let matches = match &self.matcher {
            Matcher::Regex(regex) => regex.is_match(candidate),
            Matcher::Literal(text) if self.kind == Kind::Path => candidate
                .strip_prefix(text.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            Matcher::Literal(text) => text.eq_ignore_ascii_case(candidate),
        };
        if matches && !self.matched() {
            self.matched.store(true, Ordering::Relaxed);
        }
        matches
    }

    /// Whether it is a regular expression, written `/.../`.
    pub fn is_expression(&self) -> bool {
        between_slashes(&self.text).is_some()
    }

    /// Whether the pattern ever matched.
    pub fn matched(&self) -> bool {
        self.matched.load(Ordering::Relaxed)
    }

    /// The pattern as it is written in the policy.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands in the policy.
    pub fn at(&self) -> Position {
        self.at
    }

    /// What it is compared with.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

/// Patterns of which any may match.
#[derive(Debug, Default)]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// The first pattern that matches. All that match remember it, so that none is called useless for its place in the list.
    pub fn find(&self, candidate: &str) -> Option<&Pattern> {
        let mut found = None;
        for pattern in &self.0 {
            if found.is_some() && pattern.matched() {
                continue;
            }
            if pattern.matches(candidate) && found.is_none() {
                found = Some(pattern);
            }
        }
        found
    }

    /// Whether any pattern matches.
    pub fn matches(&self, candidate: &str) -> bool {
        self.find(candidate).is_some()
    }

    /// Adds a pattern.
    pub fn push(&mut self, pattern: Pattern) {
        self.0.push(pattern);
    }

    /// The patterns, in the order of the policy.
    pub fn iter(&self) -> std::slice::Iter<'_, Pattern> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// The inside of `/.../`.
fn between_slashes(text: &str) -> Option<&str> {
    text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'))
}

fn expression_matcher(kind: Kind, text: &str, expression: &str) -> Result<Matcher> {
    if expression.is_empty() {
        return Err(Error::new("an empty regular expression matches nothing"));
    }
    let plain = !expression.contains(['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$']);
    if plain && matches!(kind, Kind::Path | Kind::Name) {
        let hint = match kind {
            Kind::Path => format!("for a directory write `{expression}/**`"),
            _ => format!("for everything below a name write `/{expression}/**`"),
        };
        return Err(Error::new(format!(
            "`{text}` is read as a regular expression, for it stands between slashes"
        ))
        .hint(hint));
    }
    // Compiled alone first: `a)(b` would be valid inside of the anchors.
    compile(kind, expression, false)
        .map_err(|error| error.hint("between slashes stands a regular expression; a glob has none around it"))?;
    compile(kind, &format!(r"\A(?:{expression})\z"), false).map(Matcher::Regex)
}

/// Compiles an expression that is anchored already.
fn compile(kind: Kind, expression: &str, dot_matches_all: bool) -> Result<Regex> {
    RegexBuilder::new(expression)
        .case_insensitive(kind != Kind::Path)
        .dot_matches_new_line(dot_matches_all)
        .size_limit(COMPILED_CAP)
        .dfa_size_limit(COMPILED_CAP)
        .nest_limit(50)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => Error::new("a pattern is too large when compiled")
                .hint("write smaller repetition counts, or several patterns"),
            error => {
                let text = error.to_string();
                let reason = text.lines().rev().find_map(|line| line.trim().strip_prefix("error: "));
                Error::new(format!(
                    "not a regular expression: {}",
                    reason.unwrap_or("it cannot be read")
                ))
            }
        })
}

#[cfg(test)]
mod tests;
