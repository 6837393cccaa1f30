//! A datastore whose host says one environment and whose database says another, in a file that speaks for none.

use super::{Fault, Findings, Rule, Sample};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::formats::EntryId;
use crate::model::{Model, SettingId};
use crate::pointers::{PointedPart, Pointer};
use crate::references::{Class, Role};
use crate::settings::{On, Read};
use crate::shown::Shown;
use crate::source::{SourceId, TextRange};
use crate::vocabulary::{EnvironmentId, Strength};

/// Parts of one reference that disagree about the environment.
pub(super) const RULE: Rule = Rule {
    id: "mixed-environments",
    summary: "a datastore's host and database name different environments, one of them production",
    level: Level::Warning,
    doc: "Nothing says which environment the file is for, but one reference names two: the host production, the database \
staging, or the other way round. One of them is wrong.",
    samples: &[
        Sample {
            files: &[(
                "service.yaml",
                "url: jdbc:postgresql://db-prod.corp.net:5432/shop_staging\n",
            )],
            finds: &["service.yaml:1"],
        },
        Sample {
            files: &[(
                "service.yaml",
                "url: jdbc:postgresql://db-prod.corp.net:5432/shop_prod\n",
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
        // Two words are needed; the second of an entry is looked at.
        let mut judged = None;
        for pair in read.document.words.windows(2) {
            let [first, second] = pair else { continue };
            let same = first.entry == second.entry
                && first.on == On::Value
                && second.on == On::Value
                && judged != Some(second.entry);
            let setting = SettingId {
                source,
                entry: second.entry,
            };
            let differ = first.hit.environment != second.hit.environment;
            if same
                && differ
                && model.environment(setting).is_none()
                && !model.is_holder(setting)
                && may_hold_both(read, second.entry)
            {
                judged = Some(second.entry);
                findings.extend(judge(model, setting));
            }
        }
    }
}

/// Whether a value can hold a host and a database at all: one of these signs stands between or before them, perhaps
/// escaped.
fn may_hold_both(read: &Read, entry: EntryId) -> bool {
    let scalar = read.document.scalar(entry);
    scalar.is_some_and(|scalar| {
        let raw = scalar.range.slice(&read.source.text).as_bytes();
        memchr::memchr3(b'/', b'=', b'@', raw).is_some() || memchr::memchr2(b'\\', b'&', raw).is_some()
    })
}

fn judge(model: &Model<'_>, setting: SettingId) -> Option<Fault> {
    let pointer = Pointer::new(model, setting).filter(|pointer| pointer.context.is_none())?;
    let of = |role: Role| {
        pointer
            .parts
            .iter()
            .find(|part| part.class == Class::Datastore && part.role == role)
    };
    let (host, database) = (of(Role::Host)?, of(Role::Database)?);
    let (of_host, of_database) = (only(model, &pointer, host)?, only(model, &pointer, database)?);
    let production = |id| model.vocabulary.is_production(id);
    if production(of_host) == production(of_database) {
        return None;
    }
    let name = |id| model.vocabulary.name(id);
    Some(Fault {
        heir: None,
        let_through: false,
        setting,
        at: pointer.place(database.range),
        level: Level::Warning,
        confidence: Confidence::Medium,
        message: format!(
            "the host `{}` names {}, the database `{}` names {}",
            Shown::part(&pointer, host.range),
            name(of_host),
            Shown::part(&pointer, database.range),
            name(of_database)
        ),
        help: format!(
            "make both the same environment's, or acknowledge it with a comment: envfence: allow({}): reason",
            RULE.id
        ),
        related: Vec::new(),
    })
}

/// The one environment that a part names.
fn only(model: &Model<'_>, pointer: &Pointer<'_>, part: &PointedPart) -> Option<EnvironmentId> {
    let hits = model.vocabulary.find(pointer.text(part.range));
    let first = hits.first().filter(|hit| hit.strength == Strength::Strong)?.environment;
    hits.iter().all(|hit| hit.environment == first).then_some(first)
}
