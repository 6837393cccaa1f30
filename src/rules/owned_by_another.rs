//! What the policy gives to one environment, used by another.

use super::{Fault, Findings, Rule, Sample};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::model::SettingId;
use crate::pointers::{PointedPart, Pointer};
use crate::policy::Owned;
use crate::references::{Class, Role};
use crate::shown::Shown;
use crate::source::{SourceId, TextRange};

/// What the policy gives to one environment, used by another.
pub(super) const RULE: Rule = Rule {
    id: "owned-by-another",
    summary: "a host, database or resource that the policy gives to one environment is used by another",
    level: Level::Error,
    doc: "The policy says whose a host, database or resource is (`owns:`). A setting of another environment that uses it is \
an error, whatever its name says.",
    samples: &[Sample {
        files: &[
            (
                "envfence.yml",
                "environments:\n  production:\n    owns:\n      hosts: [\"*.core.example.net\"]\n  staging: {}\n",
            ),
            ("deploy/staging.env", "DB_HOST=db-7.core.example.net\n"),
            ("deploy/production.env", "DB_HOST=db-7.core.example.net\n"),
        ],
        finds: &["deploy/staging.env:1"],
    }],
    check,
};

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    if model
        .policy
        .environments
        .iter()
        .all(|environment| environment.owns.is_empty())
    {
        return;
    }
    for (index, read) in model.reads.iter().enumerate() {
        let source = SourceId(TextRange::new(index, index).start);
        for (entry, scalar) in read.document.scalars().filter(|(_, scalar)| !scalar.range.is_empty()) {
            let setting = SettingId { source, entry };
            if model.environment(setting).is_some() && !model.is_holder(setting) && scalar.range.len() < 100_000 {
                judge(evidence, setting, findings);
            }
        }
    }
}

fn judge(evidence: &Evidence<'_>, setting: SettingId, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    let Some(own) = model.environment(setting) else { return };
    let Some(pointer) = Pointer::new(model, setting) else {
        return;
    };
    if pointer.context.is_some() {
        return;
    }
    for part in &pointer.parts {
        let text = pointer.text(part.range);
        let mut owners: Vec<&str> = model
            .policy
            .owners(owned_kind(part), text)
            .map(|(owner, _)| owner.name.as_str())
            .collect();
        if owners.is_empty() || owners.contains(&model.vocabulary.name(own)) {
            continue;
        }
        owners.sort_unstable();
        let own = model.vocabulary.name(own);
        findings.add(Fault {
            heir: None,
            let_through: false,
            setting,
            at: pointer.place(part.range),
            level: Level::Error,
            confidence: Confidence::High,
            message: format!("{own} uses `{}`, which the policy gives to {}", Shown::part(&pointer, part.range), owners.join(" and ")),
            help: format!("point it at {own}'s own, or acknowledge it with a comment: envfence: allow({}) until YYYY-MM-DD: reason", RULE.id),
            related: Vec::new(),
        });
    }
}

/// Which list of the policy a part is looked up in.
fn owned_kind(part: &PointedPart) -> Owned {
    match part.role {
        Role::Host | Role::Instance => Owned::Host,
        Role::Database if part.class == Class::Datastore => Owned::Database,
        _ => Owned::Resource,
    }
}
