//! The reverse direction: a nonproduction setting that references production.

use super::{Fault, Findings, Rule, Sample};
use crate::crossings::Crossing;
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::references::{Class, Role};
use crate::vocabulary::Strength;

/// Nonproduction on production's datastore.
pub(super) const RULE: Rule = Rule {
    id: "production-reference",
    summary: "a nonproduction setting references production",
    level: Level::Warning,
    doc: "At rest a nonproduction setting that references production is mostly there on purpose (read-only services, shared \
vaults), so that it is reported only where a change adds or alters it, or where the policy declares the datastore to be \
production's own. There it is how test suites come to wipe customers' data.",
    samples: &[Sample {
        files: &[
            ("deploy/staging.env", "DB_HOST=orders-prod.corp.net\n"),
            ("deploy/prod.env", "DB_HOST=orders-prod.corp.net\n"),
        ],
        finds: &[],
    }],
    check,
};

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    for crossing in &evidence.crossings {
        let reverse =
            model.vocabulary.is_production(crossing.named) && !model.vocabulary.is_production(crossing.environment);
        if !reverse || crossing.excuse.is_some() || !crossing.recognised || !evidence.is_changed(crossing.setting) {
            continue;
        }
        if crossing.strength < Strength::Strong && crossing.equal.is_empty() {
            continue;
        }
        let is_datastore = crossing.class == Class::Datastore && matches!(crossing.role, Role::Host | Role::Database);
        findings.add(Fault {
            heir: None,
            let_through: false,
            setting: crossing.setting,
            at: crossing.at,
            level: Level::Warning,
            confidence: if is_datastore { Confidence::High } else { Confidence::Medium },
            message: message(evidence, crossing),
            help: format!(
                "point it at the environment's own, or acknowledge it with a comment: envfence: allow({}) until YYYY-MM-DD: reason",
                RULE.id
            ),
            related: Vec::new(),
        });
    }
}

fn message(evidence: &Evidence<'_>, crossing: &Crossing) -> String {
    let name = |id| evidence.model.vocabulary.name(id);
    format!(
        "this change lets {} reach {}: `{}`",
        name(crossing.environment),
        name(crossing.named),
        crossing.text
    )
}
