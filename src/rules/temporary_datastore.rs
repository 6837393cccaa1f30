//! Production on a temporary, restored, copied or old database.

use super::other_environment::relate;
use super::{Fault, Findings, Rule, Sample};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::model::SettingId;
use crate::pointers::Pointer;
use crate::references::{Class, Role};
use crate::shown::Shown;
use crate::vocabulary::Sign;

/// The story that envfence comes from.
pub(super) const RULE: Rule = Rule {
    id: "temporary-datastore",
    summary: "production uses a temporary, restored, copied or old datastore",
    level: Level::Error,
    doc: "A production datastore's host or database name says that it is temporary: tmp, temp, restore, snapshot, clone, \
copy, backup, migration, old. Such a datastore is made for a day's work: a restore overwrites it, somebody drops it, and \
it is in no backup. \
What customers write there is lost.",
    samples: &[
        Sample {
            files: &[(
                "deploy/production/app.env",
                "DATABASE_URL=postgres://app:x@db.example.net:5432/shop_restore\n",
            )],
            finds: &["deploy/production/app.env:1"],
        },
        Sample {
            files: &[(
                "deploy/production/app.env",
                "DATABASE_URL=postgres://app:x@db.example.net:5432/shop\nBACKUP_BUCKET=shop-backup\n",
            )],
            finds: &[],
        },
    ],
    check,
};

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    for (pointer, signs) in &evidence.signs {
        if pointer.context.is_some() || says_so_itself(evidence, pointer) {
            continue;
        }
        for part in pointer
            .parts
            .iter()
            .filter(|part| part.class == Class::Datastore && matches!(part.role, Role::Host | Role::Database))
        {
            let word = signs.iter().find(|(range, sign)| {
                *sign == Sign::Temporary && part.range.start <= range.start && range.end <= part.range.end
            });
            let Some((word, _)) = word else { continue };
            let siblings = evidence.model.siblings(pointer.setting);
            let same_word = |value: &str| {
                evidence
                    .model
                    .vocabulary
                    .signs(value)
                    .iter()
                    .any(|(_, sign)| *sign == Sign::Temporary)
            };
            let others = siblings.others.values().flatten();
            if others
                .clone()
                .any(|sibling| same_word(&evidence.model.value(*sibling).unwrap_or_default()))
            {
                // Every environment's datastore is called so: it is a name.
                continue;
            }
            let own = evidence
                .model
                .environment(pointer.setting)
                .map_or("production", |id| evidence.model.vocabulary.name(id));
            let sibling = others.take(1).next().copied();
            let theirs = sibling.and_then(|sibling| theirs(evidence, sibling, part.role));
            let related =
                sibling.and_then(|sibling| relate(evidence, sibling, &told(evidence, sibling, theirs.as_ref())));
            let expected = theirs.filter(|theirs| part.role == Role::Database && theirs.is_neutral);
            let expected = expected.map(|theirs| format!("; expected something like `{}`", theirs.shown));
            findings.add(Fault {
                heir: None,
                let_through: false,
                setting: pointer.setting,
                at: pointer.place(part.range),
                level: Level::Error,
                confidence: Confidence::Medium,
                message: format!(
                    "{own} uses the {} `{}`, whose name says `{}`: a temporary or copied one gets overwritten by a restore and has no backup{}",
                    if part.role == Role::Host { "datastore host" } else { "database" },
                    Shown::part(pointer, part.range),
                    Shown::part(pointer, *word),
                    expected.unwrap_or_default()
                ),
                help: format!("point it at the real datastore, or acknowledge it with a comment: envfence: allow({}) until YYYY-MM-DD: reason", RULE.id),
                related: related.into_iter().collect(),
            });
        }
    }
}

/// The same part of a sibling's value.
struct Theirs {
    shown: Shown,
    /// Whether it says nothing of an environment: then production's may be the same.
    is_neutral: bool,
}

fn theirs(evidence: &Evidence<'_>, sibling: SettingId, role: Role) -> Option<Theirs> {
    let pointer = Pointer::new(evidence.model, sibling)?;
    let part = pointer
        .parts
        .iter()
        .find(|part| part.class == Class::Datastore && part.role == role)?;
    let shown = Shown::part(&pointer, part.range);
    let words = evidence.model.vocabulary.find(pointer.text(part.range));
    Some(Theirs {
        is_neutral: words.is_empty() && !shown.hides(),
        shown,
    })
}

/// `staging uses `orders` here`
fn told(evidence: &Evidence<'_>, sibling: SettingId, theirs: Option<&Theirs>) -> String {
    let model = evidence.model;
    let environment = model
        .environment(sibling)
        .map_or("another environment", |id| model.vocabulary.name(id));
    match theirs {
        Some(theirs) => format!("{environment} uses `{}` here", theirs.shown),
        None => format!("{environment}'s has no such word"),
    }
}

/// Whether the key is about backups and the like itself.
fn says_so_itself(evidence: &Evidence<'_>, pointer: &Pointer<'_>) -> bool {
    let vocabulary = &evidence.model.vocabulary;
    pointer
        .names
        .iter()
        .any(|name| vocabulary.signs(name).iter().any(|(_, sign)| *sign == Sign::Temporary))
}
