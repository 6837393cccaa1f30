//! Production's value equals exactly one nonproduction sibling's where all the others differ from one another.

use super::other_environment::relate;
use super::{Fault, Findings, Rule, Sample};
use crate::contrasts::{self, Copied};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::model::{Model, SettingId};
use crate::pointers::Pointer;
use crate::references::cloud_ids;
use crate::shown::Shown;
use crate::source::{SourceId, TextRange};
use crate::vocabulary::EnvironmentId;
use std::collections::BTreeMap;

/// An id or address that was copied from one sibling.
pub(super) const RULE: Rule = Rule {
    id: "copied-from-sibling",
    summary: "production has the id or address of one other environment where every environment has its own",
    level: Level::Warning,
    doc: "An account id, subscription, volume, private address or server does not say which environment it belongs to. \
Where at least three other environments each have their own value, and production has exactly that of one of them, the \
value was copied with the file. Equal values alone are no sign: most of what environments share is shared on purpose.",
    samples: &[
        Sample {
            files: &[
                ("env/prod.tfvars", "endpoint = \"10.50.1.5\"\n"),
                ("env/demo.tfvars", "endpoint = \"10.50.1.5\"\n"),
                ("env/dev.tfvars", "endpoint = \"10.20.1.5\"\n"),
                ("env/staging.tfvars", "endpoint = \"10.30.1.5\"\n"),
            ],
            finds: &["env/prod.tfvars:1"],
        },
        Sample {
            files: &[
                ("env/prod.tfvars", "endpoint = \"10.50.1.5\"\n"),
                ("env/demo.tfvars", "endpoint = \"10.50.1.5\"\n"),
                ("env/dev.tfvars", "endpoint = \"10.50.1.5\"\n"),
                ("env/staging.tfvars", "endpoint = \"10.30.1.5\"\n"),
            ],
            finds: &[],
        },
        Sample {
            files: &[
                (
                    "env/prod/app.yaml",
                    "queue: arn:aws:sqs:eu-west-1:222222222222:mail\ntopic: arn:aws:sns:eu-west-1:111111111111:mail\n",
                ),
                (
                    "env/staging/app.yaml",
                    "queue: arn:aws:sqs:eu-west-1:111111111111:mail\ntopic: arn:aws:sns:eu-west-1:111111111111:mail\n",
                ),
            ],
            finds: &["env/prod/app.yaml:2"],
        },
    ],
    check,
};

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    for copied in contrasts::copied(evidence.model) {
        findings.extend(learned(evidence, &copied));
    }
    let model = evidence.model;
    for (index, read) in model.reads.iter().enumerate() {
        let source = SourceId(TextRange::new(index, index).start);
        if !has_three(model, source) {
            continue;
        }
        for (entry, scalar) in read.document.scalars() {
            let setting = SettingId { source, entry };
            let Some(own) = model
                .environment(setting)
                .filter(|id| model.vocabulary.is_production(*id))
            else {
                continue;
            };
            let value = scalar.range.slice(&read.source.text);
            if !is_own(value) || model.is_holder(setting) {
                continue;
            }
            judge(evidence, setting, own, findings);
        }
    }
}

/// Whether a source and its siblings, or the blocks inside of it, stand for three environments at least.
fn has_three(model: &Model<'_>, source: SourceId) -> bool {
    let mut known = model.group_environments(source);
    for environment in model
        .environments
        .get(source.0 as usize)
        .into_iter()
        .flatten()
        .flatten()
    {
        if known.len() >= 3 {
            break;
        }
        if !known.contains(environment) {
            known.push(*environment);
        }
    }
    known.len() >= 3
}

/// Whether a value is of a kind that each environment has its own of: a private address or an opaque id.
fn is_own(value: &str) -> bool {
    is_private_address(value) || is_unique(value)
}

/// Whether a value is an id that is nobody else's: an account, a GUID, a network or volume.
fn is_unique(value: &str) -> bool {
    cloud_ids::opaque(value).is_some() || contrasts::is_cloud_resource(value)
}

fn is_private_address(value: &str) -> bool {
    let address = value.split(['/', ':']).next().unwrap_or("");
    address
        .parse::<std::net::Ipv4Addr>()
        .is_ok_and(|address| address.is_private())
}

/// A value that holds what elsewhere is only the other environment's.
fn learned(evidence: &Evidence<'_>, copied: &Copied) -> Option<Fault> {
    let model = evidence.model;
    let pointer = Pointer::new(model, copied.setting).filter(|pointer| pointer.context.is_none())?;
    if !pointer.recognised && !contrasts::is_opaque(&pointer.value) {
        return None;
    }
    let own = model.vocabulary.name(model.environment(copied.setting)?);
    let other = model.vocabulary.name(copied.other);
    let at = pointer
        .value
        .find(&copied.theirs)
        .map_or(TextRange::new(0, pointer.value.len()), |at| {
            TextRange::new(at, at + copied.theirs.len())
        });
    let theirs = [copied.setting, copied.sibling, copied.witness.1];
    let theirs = most_hidden(theirs.map(|setting| Shown::of_value(model, setting, &copied.theirs)));
    let ours = Shown::of_value(model, copied.witness.0, &copied.ours);
    let mut related: Vec<_> = relate(evidence, copied.sibling, &format!("{other} has the same value here"))
        .into_iter()
        .collect();
    related.extend(relate(evidence, copied.witness.0, &format!("{own} says `{ours}` here")));
    related.extend(relate(
        evidence,
        copied.witness.1,
        &format!("{other} says `{theirs}` there"),
    ));
    Some(Fault {
        heir: None,
        let_through: false,
        setting: copied.setting,
        at: pointer.place(at),
        level: Level::Warning,
        confidence: Confidence::Medium,
        message: format!("{own} has {other}'s value with `{theirs}`, where its other settings say `{ours}`"),
        help: format!(
            "write {own}'s own, or acknowledge it with a comment: envfence: allow({}): reason",
            RULE.id
        ),
        related,
    })
}

/// The first of several ways of showing a text that hides something.
fn most_hidden<const N: usize>(ways: [Shown; N]) -> Shown {
    let mut ways = Vec::from(ways);
    let at = ways.iter().position(Shown::hides).unwrap_or(0);
    if at < ways.len() {
        ways.swap_remove(at)
    } else {
        Shown::default()
    }
}

fn judge(evidence: &Evidence<'_>, setting: SettingId, own: EnvironmentId, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    let siblings = model.siblings(setting);
    // An address may be a service's that two share.
    let needed = if is_unique(&model.value(setting).unwrap_or_default()) {
        2
    } else {
        3
    };
    if siblings.others.len() < needed {
        return;
    }
    let Some(value) = model.value(setting) else { return };
    let mut values: BTreeMap<String, Vec<(EnvironmentId, SettingId)>> = BTreeMap::new();
    for (environment, settings) in &siblings.others {
        for sibling in settings {
            values
                .entry(model.value(*sibling).unwrap_or_default())
                .or_default()
                .push((*environment, *sibling));
        }
    }
    // Each value belongs to one environment alone, and ours is one of them.
    let alone = |holders: &Vec<(EnvironmentId, SettingId)>| {
        holders
            .iter()
            .all(|(environment, _)| Some(environment) == holders.first().map(|(first, _)| first))
    };
    if !values.values().all(alone) {
        return;
    }
    let Some((other, sibling)) = values.get(&value).and_then(|holders| holders.first()).copied() else {
        return;
    };
    let Some(pointer) = Pointer::new(model, setting) else {
        return;
    };
    if pointer.context.is_some() {
        return;
    }
    let (own, other) = (model.vocabulary.name(own), model.vocabulary.name(other));
    findings.add(Fault {
        heir: None,
        let_through: false,
        setting,
        at: pointer.place(TextRange::new(0, pointer.value.len())),
        level: Level::Warning,
        confidence: Confidence::Medium,
        message: format!(
            "{own} has {other}'s `{}`; every other environment has its own here",
            Shown::part(&pointer, TextRange::new(0, pointer.value.len()))
        ),
        help: format!(
            "write {own}'s own, or acknowledge it with a comment: envfence: allow({}): reason",
            RULE.id
        ),
        related: relate(evidence, sibling, &format!("{other} has the same value here"))
            .into_iter()
            .collect(),
    });
}
