//! Findings about what somebody wrote for envfence: acknowledgements and the policy's patterns.
//!
//! These rules judge no settings; the acknowledgements and the report find what they say.

use super::Rule;
use crate::finding::Level;

/// The rules of this file.
pub(super) const ALL: &[&Rule] = &[&MALFORMED, &EXPIRED, &EXPIRING, &UNUSED, &PATTERN];

const fn about(id: &'static str, summary: &'static str, level: Level, doc: &'static str) -> Rule {
    Rule {
        id,
        summary,
        level,
        doc,
        samples: &[],
        check: |_, _| {},
    }
}

/// An acknowledgement that cannot be read.
pub(super) const MALFORMED: Rule = about(
    "malformed-acknowledgement",
    "an acknowledgement cannot be read, and covers nothing",
    Level::Error,
    "An acknowledgement needs a known rule and a reason: `envfence: allow(rule) until YYYY-MM-DD: reason`. A date that \
is none counts as expired.",
);

/// An acknowledgement that has ended.
pub(super) const EXPIRED: Rule = about(
    "expired-acknowledgement",
    "an acknowledgement has ended, and its finding is back",
    Level::Error,
    "The last day of the acknowledgement, in UTC, has passed. Mend the setting, or renew the acknowledgement on purpose.",
);

/// An acknowledgement that ends soon.
pub(super) const EXPIRING: Rule = about(
    "expiring-acknowledgement",
    "an acknowledgement ends within 14 days",
    Level::Note,
    "After its last day the finding is back, perhaps in the middle of a deploy: mend the setting before.",
);

/// An acknowledgement that covers nothing.
pub(super) const UNUSED: Rule = about(
    "unused-acknowledgement",
    "an acknowledgement covers nothing",
    Level::Warning,
    "Its finding is gone, or the value that it was bound to has changed. Take it out, so that it does not cover the next \
fault by chance.",
);

/// A pattern of the policy that matches nothing.
pub(super) const PATTERN: Rule = about(
    "unmatched-pattern",
    "a pattern of the policy matches nothing",
    Level::Warning,
    "What the policy describes is not there: a typo, or something that has gone. A rule that never applies looks like a \
rule that is never broken.",
);
