//! The acknowledgements in comments: which findings they cover, and what is to be said of them.

use super::{About, Acknowledgement, InlineSource, Scope, Subject, Suppression, Term};
use crate::dates::Date;
use crate::rules::{MALFORMED, UNUSED};
use std::collections::HashMap;

/// The acknowledgements by the lines that they cover.
pub(super) struct InComments<'a> {
    sources: &'a [InlineSource<'a>],
    today: Date,
    by_line: HashMap<(&'a str, u32, &'a str), Covering<'a>>,
}

/// All that cover one rule on one line.
#[derive(Default)]
struct Covering<'a> {
    /// The first that still counts.
    counts: Option<&'a Acknowledgement>,
    used: bool,
}

impl<'a> InComments<'a> {
    pub(super) fn new(sources: &'a [InlineSource<'a>], today: Date) -> Self {
        let mut by_line: HashMap<_, Covering<'a>> = HashMap::new();
        for source in sources {
            for one in source.acknowledgements.iter().filter(|one| one.malformed.is_none()) {
                for rule in &one.rules {
                    let covering = by_line.entry((source.path, one.target, rule.as_str())).or_default();
                    if Term::of(one.until, today).counts() {
                        covering.counts = covering.counts.or(Some(one));
                    }
                }
            }
        }
        Self {
            sources,
            today,
            by_line,
        }
    }

    /// What covers a finding; its number is left to the caller.
    pub(super) fn cover(&mut self, finding: &'a Subject<'_>) -> Option<Suppression> {
        let mut found = None;
        for line in [finding.line, finding.key_line] {
            if let Some(covering) = self.by_line.get_mut(&(finding.path, line, finding.rule)) {
                covering.used = true;
                found = found.or(covering.counts.filter(|_| finding.by_comment));
            }
        }
        found.map(|one| Suppression {
            finding: 0,
            reason: one.reason.clone(),
            until: one.until,
            acknowledged_at: format!("{}:{}", finding.path, one.line),
        })
    }

    /// Says which of them cannot be read, are over, end soon or cover nothing.
    pub(super) fn talk(&self, scope: Scope, about: &mut Vec<About>) {
        for source in self.sources {
            for one in source.acknowledgements {
                let said = match &one.malformed {
                    Some(malformed) => Some((MALFORMED, malformed.message.clone(), malformed.help.clone())),
                    None => self.use_of(source.path, one, scope),
                };
                about.extend(said.map(|(rule, message, help)| About {
                    path: source.path.to_owned(),
                    line: one.line,
                    column: one.column,
                    rule,
                    at: Some(one.at),
                    message,
                    help,
                }));
            }
        }
    }

    fn use_of(&self, path: &str, one: &Acknowledgement, scope: Scope) -> Option<(&'static str, String, String)> {
        let used = |rule: &&String| {
            self.by_line
                .get(&(path, one.target, rule.as_str()))
                .is_some_and(|covering| covering.used)
        };
        let unused: Vec<&str> = one
            .rules
            .iter()
            .filter(|rule| !used(rule))
            .map(String::as_str)
            .collect();
        let none_used = unused.len() == one.rules.len();
        if let Some(said) = Term::of(one.until, self.today).talk(!none_used) {
            return Some(said);
        }
        if unused.is_empty() || scope == Scope::Part {
            return None;
        }
        let between = match one.blank_below {
            true => "a blank line stands between this acknowledgement and what is below: ",
            false => "",
        };
        let message = format!(
            "{between}line {} has no finding of {} to acknowledge",
            one.target,
            unused.join(" or ")
        );
        let help = match none_used {
            true if one.blank_below => "put it right above the setting, or remove it".to_owned(),
            true => "remove it".to_owned(),
            false => format!("remove {} from it", unused.join(", ")),
        };
        Some((UNUSED, message, help))
    }
}
