//! Production datastores whose value nobody filled in.

use super::other_environment::relate;
use super::{Fault, Findings, Rule, Sample};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::model::SettingId;
use crate::pointers::with_file;
use crate::references::{Class, Role, keys};
use crate::shown::Shown;
use crate::source::{SourceId, Span, TextRange};
use crate::vocabulary::Sign;

/// `changeme` under a production datastore's key.
pub(super) const PLACEHOLDER: Rule = Rule {
    id: "placeholder-value",
    summary: "a production datastore's value is a placeholder",
    level: Level::Warning,
    doc: "`changeme`, `TODO`, `example.com` and the like under a production datastore's key: somebody was to fill it in.",
    samples: &[
        Sample {
            files: &[
                ("deploy/prod.env", "DB_HOST=CHANGEME\n"),
                ("deploy/dev.env", "DB_HOST=db.corp\n"),
            ],
            finds: &["deploy/prod.env:1"],
        },
        Sample {
            files: &[("deploy/prod.env", "DB_HOST=orders.corp.net\n")],
            finds: &[],
        },
    ],
    check: check_placeholder,
};

/// Nothing under a production datastore's key.
pub(super) const EMPTY: Rule = Rule {
    id: "empty-value",
    summary: "a production datastore's value is empty although its siblings' are not",
    level: Level::Warning,
    doc: "An empty value under a production datastore's key, where another environment has one: the application falls back \
to its default, which is seldom production's.",
    samples: &[
        Sample {
            files: &[
                ("deploy/prod.env", "DB_HOST=\nMODE=x\n"),
                ("deploy/staging.env", "DB_HOST=orders.corp.net\n"),
            ],
            finds: &["deploy/prod.env:1"],
        },
        Sample {
            files: &[("deploy/prod.env", "DB_HOST=\n"), ("deploy/staging.env", "DB_HOST=\n")],
            finds: &[],
        },
    ],
    check: check_empty,
};

fn check_placeholder(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    for (pointer, signs) in &evidence.signs {
        if pointer.context.is_some() || !pointer.is_datastore {
            continue;
        }
        let placeholder = signs.iter().find(|(_, sign)| *sign == Sign::Placeholder);
        let Some((range, _)) = placeholder else { continue };
        let judged = |role: Role| matches!(role, Role::Host | Role::Database);
        let inside = pointer.parts.iter().any(|part| {
            part.class == Class::Datastore
                && judged(part.role)
                && part.range.start <= range.start
                && range.end <= part.range.end
        });
        if !inside {
            continue;
        }
        let own = evidence
            .model
            .environment(pointer.setting)
            .map_or("production", |id| evidence.model.vocabulary.name(id));
        findings.add(Fault {
            heir: None,
            let_through: false,
            setting: pointer.setting,
            at: pointer.place(*range),
            level: Level::Warning,
            confidence: Confidence::Medium,
            message: format!(
                "{own}'s datastore value is the placeholder `{}`",
                Shown::part(pointer, *range)
            ),
            help: format!(
                "fill it in, or acknowledge it with a comment: envfence: allow({}): reason",
                PLACEHOLDER.id
            ),
            related: Vec::new(),
        });
    }
}

fn check_empty(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    for (index, read) in model.reads.iter().enumerate() {
        let source = SourceId(TextRange::new(index, index).start);
        for (entry, scalar) in read.document.scalars().filter(|(_, scalar)| scalar.range.is_empty()) {
            let setting = SettingId { source, entry };
            let Some(own) = model
                .environment(setting)
                .filter(|id| model.vocabulary.is_production(*id))
            else {
                continue;
            };
            let names = model.names(setting);
            if !keys::is_datastore(&with_file(model.path(source), &names)) || keys::context(&names).is_some() {
                continue;
            }
            let siblings = model.siblings(setting);
            let filled = siblings
                .others
                .values()
                .flatten()
                .find(|sibling| model.value(**sibling).is_some_and(|value| !value.is_empty()));
            let Some(filled) = filled else { continue };
            let other = model
                .environment(*filled)
                .map_or("another environment", |id| model.vocabulary.name(id));
            findings.add(Fault {
                heir: None,
                let_through: false,
                setting,
                at: Span {
                    source,
                    range: scalar.range,
                },
                level: Level::Warning,
                confidence: Confidence::Low,
                message: format!(
                    "{}'s datastore value is empty; {other} has one",
                    model.vocabulary.name(own)
                ),
                help: format!(
                    "fill it in, remove the key, or acknowledge it with a comment: envfence: allow({}): reason",
                    EMPTY.id
                ),
                related: relate(evidence, *filled, &format!("{other}'s value"))
                    .into_iter()
                    .collect(),
            });
        }
    }
}
