//! The rules: each a record with its documentation and samples, and a pure function from evidence to findings.

mod acknowledgements;
mod fallback;
mod local_datastore;
mod missing_setting;
mod mixed_environments;
mod odd_one_out;
mod other_environment;
mod owned_by_another;
mod placeholder;
mod production_reference;
mod shared_datastore;
mod temporary_datastore;
mod unlisted_datastore;

use crate::evidence::Evidence;
use crate::finding::{Confidence, Finding, Level, Related};
use crate::model::{Model, SettingId};
use crate::references::credentials;
use crate::source::{Span, TextRange};
use crate::vocabulary::EnvironmentId;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A rule.
pub struct Rule {
    /// The name; it names the fault and reads well after "allow".
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// The worst level that it gives.
    pub level: Level,
    /// What it finds, why that matters and what to do, in Markdown.
    pub doc: &'static str,
    /// What it finds and what it leaves alone; run as tests and shown in docs/reference.md.
    pub samples: &'static [Sample],
    /// Judges.
    pub check: fn(&Evidence<'_>, &mut Findings<'_, '_>),
}

impl Rule {
    /// Whether it judges settings; the others are about what somebody wrote for envfence, and cannot be acknowledged.
    pub fn judges_settings(&self) -> bool {
        !acknowledgements::ALL.iter().any(|rule| rule.id == self.id)
    }
}

/// Files, and where the rule finds something in them.
pub struct Sample {
    /// Paths and texts.
    pub files: &'static [(&'static str, &'static str)],
    /// `path:line` of each finding; empty for a sample that is good.
    pub finds: &'static [&'static str],
}

/// Every rule.
pub const RULES: &[&Rule] = &[
    &other_environment::DATASTORE,
    &other_environment::HOST,
    &other_environment::RESOURCE,
    &other_environment::SELECTOR,
    &temporary_datastore::RULE,
    &local_datastore::RULE,
    &fallback::RULE,
    &placeholder::PLACEHOLDER,
    &placeholder::EMPTY,
    &odd_one_out::RULE,
    &missing_setting::RULE,
    &mixed_environments::RULE,
    &shared_datastore::RULE,
    &owned_by_another::RULE,
    &unlisted_datastore::RULE,
    &production_reference::RULE,
    &acknowledgements::MALFORMED,
    &acknowledgements::EXPIRED,
    &acknowledgements::EXPIRING,
    &acknowledgements::UNUSED,
    &acknowledgements::PATTERN,
];

/// The ids of all rules.
pub fn ids() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.id).collect()
}

/// The rule of acknowledgements that cannot be read.
pub(crate) const MALFORMED: &str = acknowledgements::MALFORMED.id;
/// The rule of acknowledgements that have ended.
pub(crate) const EXPIRED: &str = acknowledgements::EXPIRED.id;
/// The rule of acknowledgements that end soon.
pub(crate) const EXPIRING: &str = acknowledgements::EXPIRING.id;
/// The rule of acknowledgements that cover nothing.
pub(crate) const UNUSED: &str = acknowledgements::UNUSED.id;
/// The rule about patterns of the policy that match nothing.
pub(crate) const UNMATCHED_PATTERN: &str = acknowledgements::PATTERN.id;

/// A rule by its id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// What one rule has to say of one setting.
#[derive(Debug)]
pub struct Fault {
    /// The setting.
    pub setting: SettingId,
    /// The environment that inherits it; `None` for the one that it speaks for itself.
    pub heir: Option<EnvironmentId>,
    /// Whether a change lets it through, although it does not stand on a line of the change.
    pub let_through: bool,
    /// The part of its value that is wrong.
    pub at: Span,
    /// How bad.
    pub level: Level,
    /// How sure.
    pub confidence: Confidence,
    /// What is wrong and what was expected.
    pub message: String,
    /// How to fix it.
    pub help: String,
    /// Places that explain it.
    pub related: Vec<Related>,
}

/// Where rules put what they find.
#[derive(Debug)]
pub struct Findings<'e, 'p> {
    evidence: &'e Evidence<'p>,
    rule: &'static str,
    found: Vec<Finding>,
    /// Of each rule and setting: how many faults there are, and where the last one stands that was recorded.
    of_settings: HashMap<(&'static str, SettingId), (usize, usize)>,
}

/// A list of two thousand hosts is wrong in one place, not in two thousand: so many faults of a value are shown one by
/// one, the others are counted.
const SHOWN_OF_A_VALUE: usize = 10;

impl Findings<'_, '_> {
    /// Records a fault, if there is one.
    pub fn extend(&mut self, fault: Option<Fault>) {
        if let Some(fault) = fault {
            self.add(fault);
        }
    }

    /// Records a fault. Levels of the policy and the file's own place are put in here, once for all rules.
    pub fn add(&mut self, fault: Fault) {
        let of_setting = self.of_settings.entry((self.rule, fault.setting)).or_default();
        of_setting.0 += 1;
        if of_setting.0 > SHOWN_OF_A_VALUE {
            return;
        }
        of_setting.1 = self.found.len();
        self.record(fault, None);
    }

    /// Records that the setting `key` is not there; the fault stands at another one, since it has to stand somewhere.
    pub fn add_absent(&mut self, fault: Fault, key: String) {
        self.record(fault, Some(key));
    }

    fn record(&mut self, fault: Fault, absent: Option<String>) {
        let model = self.evidence.model;
        let level = match model.policy.level(self.rule) {
            Some(None) => return,
            Some(Some(level)) => level,
            None => fault.level,
        };
        let environment = fault
            .heir
            .or_else(|| model.environment(fault.setting))
            .map_or("unknown", |id| model.vocabulary.name(id))
            .to_owned();
        let is_absent = absent.is_some();
        let value = match is_absent {
            true => String::new(),
            false => {
                let plain = model.value(fault.setting).unwrap_or_default();
                credentials::masked(&model.names(fault.setting), &plain)
            }
        };
        let key = absent.unwrap_or_else(|| model.key_path(fault.setting));
        let value_hash = digest(&[&value]);
        let help = with_policy(model, fault.setting, fault.help, &value_hash);
        let path = model.path(fault.setting.source);
        let fingerprint = digest(&[self.rule, path, &key, &environment, &value]);
        self.found.push(Finding {
            rule: self.rule,
            level,
            confidence: fault.confidence,
            at: model.to_file(fault.at),
            setting: fault.setting,
            is_absent,
            changed: fault.let_through || self.evidence.is_changed(fault.setting),
            in_value: fault.at.range,
            environment,
            key,
            message: fault.message,
            help,
            related: fault
                .related
                .into_iter()
                .map(|related| Related {
                    at: model.to_file(related.at),
                    ..related
                })
                .collect(),
            fingerprint,
            value_hash,
        });
    }
}

impl Findings<'_, '_> {
    /// All that was recorded; of a value with very many faults the last finding says how many more there are.
    fn all(mut self) -> Vec<Finding> {
        for ((rule, setting), (count, last)) in self.of_settings {
            let more = count.saturating_sub(SHOWN_OF_A_VALUE);
            if let Some(finding) = self.found.get_mut(last).filter(|_| more > 0)
                && (finding.rule, finding.setting) == (rule, setting)
            {
                let parts = if more == 1 { "part" } else { "parts" };
                finding
                    .message
                    .push_str(&format!("; so do {more} more {parts} of this value"));
            }
        }
        self.found
    }
}

/// What a help says before the comment that acknowledges.
const BY_COMMENT: &str = "acknowledge it with a comment: ";

/// Digits of a value's hash that are enough for the policy.
const DIGITS: usize = 8;

/// The help, with the way by the policy where a file may not have comments: most readers of JSON take none.
fn with_policy(model: &Model<'_>, setting: SettingId, help: String, value_hash: &str) -> String {
    let file = model.to_file(Span {
        source: setting.source,
        range: TextRange::default(),
    });
    let takes_comments = model
        .read(file.source)
        .is_some_and(|read| read.document.format.name != "json" && !read.document.format.comments.is_empty());
    if takes_comments {
        return help;
    }
    let digits = value_hash.get(..DIGITS).unwrap_or(value_hash);
    let both = format!("acknowledge it in envfence.yml (value: {digits}) or, where comments are allowed, with one: ");
    help.replacen(BY_COMMENT, &both, 1)
}

/// Sixteen hex digits of a SHA-256 over texts.
pub(crate) fn digest(texts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Lets every rule judge; what it found is sorted by path, place and rule, and each fault stands once.
pub fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = Findings {
        evidence,
        rule: "",
        found: Vec::new(),
        of_settings: HashMap::new(),
    };
    for rule in RULES {
        findings.rule = rule.id;
        (rule.check)(evidence, &mut findings);
    }
    let mut found = findings.all();
    found.sort_by(|a, b| (a.at, a.rule, a.fingerprint.as_str()).cmp(&(b.at, b.rule, b.fingerprint.as_str())));
    found.dedup_by(|b, a| a.at == b.at && a.rule == b.rule && a.key == b.key);
    found
}
