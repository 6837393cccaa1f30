//! Arguments that are words of a table: completions know them, and what is wrong with another word is still ours to say.

use super::output::{self, Output};
use crate::reporters::REPORTERS;
use crate::rules::RULES;
use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};
use std::ffi::OsStr;

/// Reads a word, and tells completions which ones there are.
#[derive(Clone)]
struct Words<T> {
    read: fn(&str) -> Result<T, String>,
    known: fn() -> Vec<&'static str>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Words<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        self.read.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.known)().into_iter().map(PossibleValue::new)))
    }
}

/// `FORMAT[=FILE]`.
pub(super) fn output() -> impl TypedValueParser<Value = Output> {
    Words {
        read: output::parse,
        known: || REPORTERS.iter().map(|reporter| reporter.name).collect(),
    }
}

/// The id of a rule; an unknown one is answered later, with the nearest.
pub(super) fn rule() -> impl TypedValueParser<Value = String> {
    Words {
        read: |typed| Ok(typed.to_owned()),
        known: || RULES.iter().map(|rule| rule.id).collect(),
    }
}
