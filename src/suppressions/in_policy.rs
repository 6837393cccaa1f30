//! The acknowledgements in the policy: which findings they cover, and what is to be said of them.

use super::{About, Scope, Subject, Suppression, Term};
use crate::dates::Date;
use crate::policy::{Policy, PolicyAcknowledgement, without_credentials};
use crate::rules::UNUSED;
use std::collections::HashMap;

/// How many digits of a hash are shown.
const SHOWN_DIGITS: usize = 8;

/// The acknowledgements by what they are about.
pub(super) struct InPolicy<'a> {
    policy: &'a Policy,
    today: Date,
    /// By rule, environment and setting.
    by_setting: HashMap<(&'a str, String, &'a str), Vec<usize>>,
    uses: Vec<Use>,
}

/// What became of one acknowledgement; numbers are positions in the list of findings.
#[derive(Clone, Copy, Default)]
struct Use {
    used: bool,
    /// The setting still has a finding, with another value.
    changed: Option<usize>,
    /// The setting has a finding with this value in another file.
    elsewhere: Option<usize>,
}

impl<'a> InPolicy<'a> {
    pub(super) fn new(policy: &'a Policy, today: Date) -> Self {
        let mut by_setting: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, one) in policy.acknowledgements.iter().enumerate() {
            let key = (one.rule.as_str(), one.environment.to_lowercase(), one.setting.as_str());
            by_setting.entry(key).or_default().push(index);
        }
        Self {
            policy,
            today,
            by_setting,
            uses: vec![Use::default(); policy.acknowledgements.len()],
        }
    }

    /// What covers the finding at a position of the list; its number is left to the caller.
    pub(super) fn cover(&mut self, number: usize, finding: &'a Subject<'_>) -> Option<Suppression> {
        if self.by_setting.is_empty() {
            return None;
        }
        let environment = self.policy.environment(finding.environment);
        let environment = environment.map_or(finding.environment, |environment| &environment.name);
        let about = self
            .by_setting
            .get(&(finding.rule, environment.to_lowercase(), finding.key))?;
        let mut found = None;
        for index in about {
            let (Some(one), Some(state)) = (self.policy.acknowledgements.get(*index), self.uses.get_mut(*index)) else {
                continue;
            };
            let same_value = finding.value_hash.starts_with(&one.value);
            if !same_value && state.changed.is_some() {
                continue;
            }
            match (same_value, covers_path(one, finding.path)) {
                (true, true) => {
                    state.used = true;
                    if Term::of(one.until, self.today).counts() {
                        found = found.or(Some(one));
                    }
                }
                (true, false) => state.elsewhere = state.elsewhere.or(Some(number)),
                (false, true) => state.changed = Some(number),
                (false, false) => {}
            }
        }
        found.map(|one| Suppression {
            finding: 0,
            reason: one.reason.clone(),
            until: one.until,
            acknowledged_at: format!("{}:{}", self.policy.path, one.at.line),
        })
    }

    /// Says which of them are over, end soon or cover nothing.
    pub(super) fn talk(&self, scope: Scope, findings: &[Subject<'_>], about: &mut Vec<About>) {
        for (one, state) in self.policy.acknowledgements.iter().zip(&self.uses) {
            let said = match Term::of(one.until, self.today).talk(state.used) {
                Some(said) => Some(said),
                None if state.used => None,
                None => unused(one, *state, scope, findings).map(|(message, help)| (UNUSED, message, help)),
            };
            about.extend(said.map(|(rule, message, help)| About {
                path: self.policy.path.clone(),
                line: one.at.line,
                column: one.at.column,
                rule,
                at: None,
                message,
                help,
            }));
        }
    }
}

fn covers_path(one: &PolicyAcknowledgement, path: &str) -> bool {
    // A path that is copied from a report counts as it is, whatever signs it holds.
    one.path
        .as_ref()
        .is_none_or(|pattern| pattern.matches(path) || pattern.text() == path)
}

/// Why an acknowledgement covers nothing. That a value changed is certain even where only a part was judged.
fn unused(one: &PolicyAcknowledgement, state: Use, scope: Scope, findings: &[Subject<'_>]) -> Option<(String, String)> {
    let setting = without_credentials(&one.setting);
    if let Some(finding) = state.changed.and_then(|number| findings.get(number)) {
        let new = finding.value_hash.get(..SHOWN_DIGITS).unwrap_or(finding.value_hash);
        let message = format!("the value of `{setting}` changed since it was acknowledged");
        return Some((
            message,
            format!("look at the new value; to accept it write value: {new}"),
        ));
    }
    if scope == Scope::Part {
        return None;
    }
    if let Some(finding) = state.elsewhere.and_then(|number| findings.get(number)) {
        let message = format!(
            "`{setting}` has this finding in {} only, where it is not acknowledged",
            finding.path
        );
        return Some((message, "correct its path, or remove it".to_owned()));
    }
    let message = format!(
        "`{setting}` of {} has no finding of {} to acknowledge",
        one.environment, one.rule
    );
    Some((message, "remove it".to_owned()))
}
