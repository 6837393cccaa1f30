//! Acknowledgements: findings that a comment or the policy accepts, with a reason and, where wanted, an end.
//!
//! They never make a finding disappear: it moves to the report's suppressed ones. Acknowledgements that cover nothing,
//! have ended, end soon or cannot be read become findings themselves.

mod comments;
mod in_comments;
mod in_policy;
mod inline;

use crate::dates::Date;
use crate::policy::{Policy, without_credentials};
use crate::rules::{EXPIRED, EXPIRING};
use crate::source::TextRange;
use in_comments::InComments;
use in_policy::InPolicy;

pub use inline::{Acknowledgement, Malformed, inline};

/// How many days before its end an acknowledgement is talked about.
const SOON: i64 = 14;

/// What an acknowledgement needs to know of a finding.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The id of the rule.
    pub rule: &'a str,
    /// The environment that the setting speaks for.
    pub environment: &'a str,
    /// The file.
    pub path: &'a str,
    /// The key path.
    pub key: &'a str,
    /// The value's hash, in lower case.
    pub value_hash: &'a str,
    /// The 1-based line that the key stands on.
    pub key_line: u32,
    /// The 1-based line that the finding points at.
    pub line: u32,
    /// Whether a comment can acknowledge it. The policy always can.
    pub by_comment: bool,
}

/// The acknowledgements in the comments of one file.
#[derive(Debug, Clone, Copy)]
pub struct InlineSource<'a> {
    /// The file.
    pub path: &'a str,
    /// What [`inline`] found in it.
    pub acknowledgements: &'a [Acknowledgement],
}

/// What a run judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole tree: an acknowledgement that covers nothing is of no use.
    Everything,
    /// A part of it, or only what changed: an acknowledgement may cover what was not judged.
    Part,
}

/// What becomes of the findings; numbers are positions in the list that was given.
#[derive(Debug, Default)]
pub struct Applied {
    /// The findings that nothing covers, in their order.
    pub kept: Vec<usize>,
    /// The others, in their order.
    pub suppressed: Vec<Suppression>,
    /// Findings about the acknowledgements themselves, by path, line, column and rule.
    pub about: Vec<About>,
}

/// A finding that an acknowledgement covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Which finding.
    pub finding: usize,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which that counts.
    pub until: Option<Date>,
    /// `path:line` of the acknowledgement.
    pub acknowledged_at: String,
}

/// A finding about an acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    /// The file that the acknowledgement stands in.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// The rule: one of those about acknowledgements.
    pub rule: &'static str,
    /// Where in the file, for an acknowledgement in a comment.
    pub at: Option<TextRange>,
    /// What is wrong, without a trailing full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Divides findings into those that an acknowledgement covers on the day `today` and the others.
pub fn apply(
    findings: &[Subject<'_>],
    inline: &[InlineSource<'_>],
    policy: &Policy,
    today: Date,
    scope: Scope,
) -> Applied {
    let mut comments = InComments::new(inline, today);
    let mut entries = InPolicy::new(policy, today);
    let mut applied = Applied::default();
    for (number, finding) in findings.iter().enumerate() {
        let (comment, entry) = (comments.cover(finding), entries.cover(number, finding));
        let suppression = comment.or(entry).map(|suppression| Suppression {
            finding: number,
            reason: without_credentials(&suppression.reason),
            ..suppression
        });
        match suppression {
            Some(suppression) => applied.suppressed.push(suppression),
            None => applied.kept.push(number),
        }
    }
    comments.talk(scope, &mut applied.about);
    entries.talk(scope, findings, &mut applied.about);
    applied.about.sort();
    applied
}

/// How long an acknowledgement still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Term {
    /// Without an end in sight.
    Long,
    /// Not long.
    Short { days: i64, until: Date },
    /// It has ended.
    Over { until: Date },
}

impl Term {
    fn of(until: Option<Date>, today: Date) -> Self {
        match until.map(|until| (until, until.days_since(today))) {
            Some((until, days)) if days < 0 => Self::Over { until },
            Some((until, days)) if days <= SOON => Self::Short { days, until },
            _ => Self::Long,
        }
    }

    fn counts(self) -> bool {
        !matches!(self, Self::Over { .. })
    }

    /// The rule, message and help for an end that is over, or near while the acknowledgement is in use.
    fn talk(self, used: bool) -> Option<(&'static str, String, String)> {
        match self {
            Self::Over { until } => {
                let help = match used {
                    true => "fix the setting, or give the acknowledgement a new date",
                    false => "remove it",
                };
                Some((
                    EXPIRED,
                    format!("this acknowledgement ended on {until}"),
                    help.to_owned(),
                ))
            }
            Self::Short { days, until } if used => {
                let when = match days {
                    0 => "today".to_owned(),
                    1 => "tomorrow".to_owned(),
                    _ => format!("in {days} days"),
                };
                let help = "fix the setting before, or give the acknowledgement a new date".to_owned();
                Some((
                    EXPIRING,
                    format!("this acknowledgement ends {when}, after {until}"),
                    help,
                ))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
