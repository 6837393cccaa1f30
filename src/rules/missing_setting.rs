//! A datastore setting that the siblings have and production lacks.

use super::other_environment::relate;
use super::{Fault, Findings, Rule, Sample};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::formats::EntryId;
use crate::layers;
use crate::model::{Model, SettingId};
use crate::pointers::with_file;
use crate::references::{Role, keys};
use crate::source::{SourceId, Span, TextRange};
use crate::vocabulary::EnvironmentId;
use std::collections::{BTreeMap, BTreeSet};

/// What production's file does not say although its siblings do.
pub(super) const RULE: Rule = Rule {
    id: "missing-setting",
    summary: "production lacks a datastore setting that its siblings have",
    level: Level::Warning,
    doc: "Two or more other environments name a datastore at a key that production's own file lacks: production gets the \
base layer's value or the application's default, which is seldom production's. At rest this is a note, since many files \
differ on purpose; where a change takes the setting away it is a warning. The finding stands at the first setting of \
production's file, and a comment that acknowledges it at or above that line. Where files differ on purpose everywhere, \
switch the rule off.",
    samples: &[
        Sample {
            files: &[
                ("config/prod.json", "{ \"name\": \"shop\" }\n"),
                (
                    "config/staging.json",
                    "{ \"database\": { \"host\": \"db-1.corp.net\" } }\n",
                ),
                ("config/dev.json", "{ \"database\": { \"host\": \"db-2.corp.net\" } }\n"),
            ],
            finds: &["config/prod.json:1"],
        },
        Sample {
            files: &[
                (
                    "config/default.json",
                    "{ \"database\": { \"host\": \"db-3.corp.net\" } }\n",
                ),
                ("config/prod.json", "{ \"name\": \"shop\" }\n"),
                (
                    "config/staging.json",
                    "{ \"database\": { \"host\": \"db-1.corp.net\" } }\n",
                ),
                ("config/dev.json", "{ \"database\": { \"host\": \"db-2.corp.net\" } }\n"),
            ],
            finds: &[],
        },
    ],
    check,
};

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    for (index, read) in model.reads.iter().enumerate() {
        let source = SourceId(TextRange::new(index, index).start);
        let claim = model.claims.get(index).copied().flatten();
        let production = claim.filter(|claim| claim.corroborated && model.vocabulary.is_production(claim.environment));
        if let Some(claim) =
            production.filter(|_| read.source.origin.is_none() && !read.document.parsed.entries.is_empty())
        {
            judge(evidence, source, claim.environment, findings);
        }
    }
}

fn judge(evidence: &Evidence<'_>, source: SourceId, own: EnvironmentId, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    let Some(read) = model.read(source) else { return };
    let mut present = read.document.addresses.clone();
    if let Some(base) = layers::base_of(model, source).and_then(|base| model.read(base)) {
        present.extend(&base.document.addresses);
    }
    present.sort_unstable();
    let mut lacking: BTreeMap<u64, (BTreeSet<EnvironmentId>, SettingId)> = BTreeMap::new();
    for member in model.group_members(source) {
        let Some(sibling) = model
            .read(*member)
            .filter(|sibling| sibling.document.format.name == read.document.format.name)
        else {
            continue;
        };
        for (entry, scalar) in sibling.document.scalars() {
            let setting = SettingId { source: *member, entry };
            let address = sibling.document.address(entry);
            let Some(environment) = model.environment(setting).filter(|environment| *environment != own) else {
                continue;
            };
            if !scalar.range.is_empty() && present.binary_search(&address).is_err() && names_datastore(model, setting) {
                lacking
                    .entry(address)
                    .or_insert_with(|| (BTreeSet::new(), setting))
                    .0
                    .insert(environment);
            }
        }
    }
    for (address, (environments, setting)) in lacking
        .into_iter()
        .filter(|(_, (environments, _))| environments.len() >= 2)
    {
        let taken_away = evidence
            .change
            .is_some_and(|change| change.takes_away(model.path(source), address));
        if let Some(fault) = fault(evidence, source, own, setting, &environments, taken_away) {
            findings.add_absent(fault, model.key_path(setting));
        }
    }
}

/// Whether a setting is a datastore's host or address itself: other keys differ between environments all the time.
fn names_datastore(model: &Model<'_>, setting: SettingId) -> bool {
    let names = model.names(setting);
    let names = with_file(model.path(setting.source), &names);
    let is_address = |role: keys::KeyRole| role.role == Role::Host && role.is_datastore();
    keys::key_role(&names).is_some_and(is_address) && keys::context(&names).is_none()
}

fn fault(
    evidence: &Evidence<'_>,
    source: SourceId,
    own: EnvironmentId,
    setting: SettingId,
    environments: &BTreeSet<EnvironmentId>,
    taken_away: bool,
) -> Option<Fault> {
    let model = evidence.model;
    let name = |id: EnvironmentId| model.vocabulary.name(id).to_owned();
    // The finding has to stand somewhere in production's file: at its first entry.
    let first = model
        .read(source)?
        .document
        .scalars()
        .next()
        .map(|(entry, scalar)| (entry, scalar.range));
    let (entry, range) = first.unwrap_or((EntryId(0), TextRange::default()));
    let others: Vec<String> = environments.iter().map(|id| name(*id)).collect();
    Some(Fault {
        heir: Some(own),
        let_through: taken_away,
        setting: SettingId { source, entry },
        at: Span {
            source,
            range: TextRange {
                end: range.start,
                ..range
            },
        },
        level: if taken_away { Level::Warning } else { Level::Note },
        confidence: Confidence::Low,
        message: format!(
            "{} lacks `{}`, which {} have",
            name(own),
            model.key_path(setting),
            others.join(" and ")
        ),
        help: format!(
            "set it in this file, or, where the files differ on purpose, acknowledge it with a comment: envfence: allow({}): reason",
            RULE.id
        ),
        related: relate(evidence, setting, "a sibling's").into_iter().collect(),
    })
}
