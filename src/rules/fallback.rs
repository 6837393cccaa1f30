//! A production setting that falls back to a local or nonproduction default.

use super::{Fault, Findings, Rule, Sample};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::formats::EntryId;
use crate::model::SettingId;
use crate::pointers::Pointer;
use crate::references::expressions;
use crate::settings::Read;
use crate::shown::Shown;
use crate::source::{SourceId, TextRange};
use crate::vocabulary::{Sign, Strength};

/// `${DB_HOST:-localhost}` in production.
pub(super) const RULE: Rule = Rule {
    id: "fallback-default",
    summary: "a production datastore falls back to a local or nonproduction default",
    level: Level::Warning,
    doc: "Where the variable is missing, the default wins in silence: production starts, and writes to a local or another \
environment's datastore. A missing variable should stop the start instead.",
    samples: &[
        Sample {
            files: &[(
                "config/database.yml",
                "development:\n  host: localhost\nproduction:\n  host: <%= ENV['PGHOST'] || 'localhost' %>\n",
            )],
            finds: &["config/database.yml:4"],
        },
        Sample {
            files: &[(
                "config/database.yml",
                "development:\n  host: localhost\nproduction:\n  host: <%= ENV.fetch('PGHOST') %>\n",
            )],
            finds: &[],
        },
    ],
    check,
};

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    for (index, read) in model.reads.iter().enumerate() {
        let source = SourceId(TextRange::new(index, index).start);
        let words = read
            .document
            .words
            .iter()
            .filter(|word| word.hit.strength > Strength::Glued)
            .map(|word| word.entry);
        let mut entries: Vec<_> = words.chain(read.document.signs.iter().copied()).collect();
        entries.sort_unstable();
        entries.dedup();
        for entry in entries {
            let setting = SettingId { source, entry };
            let production = model
                .environment(setting)
                .is_some_and(|id| model.vocabulary.is_production(id));
            if production
                && may_fall_back(read, entry)
                && let Some(pointer) = Pointer::new(model, setting)
            {
                judge(evidence, &pointer, findings);
            }
        }
    }
}

/// Whether a value has an expression with a fallback at all.
fn may_fall_back(read: &Read, entry: EntryId) -> bool {
    let value = read.document.value(&read.source.text, entry);
    value.is_some_and(|value| {
        let expressions = expressions::expressions(&value.text);
        expressions.iter().any(|expression| expression.fallback.is_some())
    })
}

fn judge(evidence: &Evidence<'_>, pointer: &Pointer<'_>, findings: &mut Findings<'_, '_>) {
    if pointer.context.is_some() || !pointer.is_datastore {
        return;
    }
    let vocabulary = &evidence.model.vocabulary;
    for expression in expressions::expressions(&pointer.value) {
        let Some(fallback) = expression.fallback else { continue };
        let text = pointer.text(fallback.range);
        let local = vocabulary.signs(text).iter().any(|(_, sign)| *sign == Sign::Loopback);
        let other = vocabulary
            .find(text)
            .into_iter()
            .find(|hit| hit.strength == Strength::Strong && !vocabulary.is_production(hit.environment));
        if !local && other.is_none() {
            continue;
        }
        let what = other.map_or("this very machine".to_owned(), |hit| {
            vocabulary.name(hit.environment).to_owned()
        });
        let own = evidence
            .model
            .environment(pointer.setting)
            .map_or("production", |id| vocabulary.name(id));
        findings.add(Fault {
            heir: None,
            let_through: false,
            setting: pointer.setting,
            at: pointer.place(fallback.range),
            level: Level::Warning,
            confidence: Confidence::Medium,
            message: format!("where the variable is not set, {own}'s datastore falls back to `{}` ({what}) in silence", Shown::part(pointer, fallback.range)),
            help: format!(
                "take the default away, so that a missing variable stops the start, or acknowledge it with a comment: envfence: allow({}): reason",
                RULE.id
            ),
            related: Vec::new(),
        });
    }
}
