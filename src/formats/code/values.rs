//! What stands on the right side of a key, while it is read.

use super::tokens::{Kind, Token};
use crate::formats::Encoding;
use crate::source::TextRange;

/// Where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// At the names that the scan keeps.
    Named,
    /// In the list that is open.
    Item,
}

/// A value of which the tokens up to here were read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pending {
    pub(super) slot: Slot,
    /// What stood between key and value.
    pub(super) separator: Kind,
    pub(super) tokens: u32,
    pub(super) first: Option<Token>,
    pub(super) last: Option<Token>,
    /// Whether the value looks into the environment.
    pub(super) environment: bool,
    /// Whether it chooses between values.
    pub(super) choice: bool,
    literal: Option<Token>,
    /// Whether it is a call of a function, from its first name on.
    call: bool,
}

impl Pending {
    pub(super) fn new(slot: Slot, separator: Kind) -> Self {
        Self {
            slot,
            separator,
            tokens: 0,
            first: None,
            last: None,
            environment: false,
            choice: false,
            literal: None,
            call: false,
        }
    }

    pub(super) fn is_fresh(&self) -> bool {
        self.tokens == 0
    }

    /// Whether the last token is of a kind.
    pub(super) fn ends_with(&self, kinds: &[Kind]) -> bool {
        self.last.is_some_and(|last| kinds.contains(&last.kind))
    }

    pub(super) fn add(&mut self, text: &str, token: Token) {
        match token.kind {
            Kind::Question => self.choice = true,
            Kind::String => self.literal = self.literal.or(Some(token)),
            Kind::Name => {
                let name = token.text.slice(text);
                self.choice |= name == "else";
                self.environment |= looks_up_environment(text, token);
            }
            Kind::Open(b'(') => {
                let after_name = self
                    .last
                    .is_some_and(|last| last.kind == Kind::Name && last.end == token.start);
                let starts = self.first.is_some_and(|first| first.kind == Kind::Name);
                self.call |= after_name && starts && self.literal.is_none();
            }
            _ => {}
        }
        self.first = self.first.or(Some(token));
        self.last = Some(token);
        self.tokens += 1;
    }

    /// The text that is the value, if it is one that can be read without running it.
    pub(super) fn value(&self, text: &str) -> Option<(TextRange, Encoding)> {
        let (first, last) = (self.first?, self.last?);
        if self.environment {
            let bare = self.tokens == 1 && !first.text.slice(text).contains('.');
            return (!bare).then(|| (TextRange::new(first.start, last.end), Encoding::Plain));
        }
        let raw = first.text.slice(text);
        let literal = match first.kind {
            Kind::String if !self.choice => first,
            Kind::Symbol if self.tokens == 1 => first,
            Kind::Number if self.tokens == 1 && raw.bytes().all(|b| b.is_ascii_digit() || b"._".contains(&b)) => first,
            Kind::Name if self.tokens == 1 && matches!(raw, "true" | "false" | "True" | "False") => first,
            Kind::Name if self.call && !self.choice => self.literal?,
            _ => return None,
        };
        Some((literal.text, literal.encoding))
    }
}

/// Whether a name reads the environment: `process.env.X`, `ENV`, `os.environ.get`, `getenv`, `env(`, `config(`.
fn looks_up_environment(text: &str, token: Token) -> bool {
    let name = token.text.slice(text);
    let called = text.as_bytes().get(token.end) == Some(&b'(');
    name.split(['.', ':', '>', '?', '-']).any(|part| {
        matches!(
            part.trim_start_matches(['$', '_']),
            "env" | "ENV" | "environ" | "getenv" | "get_env" | "fetch_env" | "getEnv" | "Env"
        )
    }) && name != "Rails.env"
        || (called && matches!(name, "config" | "decouple.config"))
}
