//! One datastore that production and another environment both use.

use super::other_environment::relate;
use super::{Fault, Findings, Rule, Sample};
use crate::endpoints::{self, Endpoint, Wanted};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::model::Model;
use crate::vocabulary::EnvironmentId;
use std::collections::HashMap;

/// Production and another environment on one datastore.
pub(super) const RULE: Rule = Rule {
    id: "shared-datastore",
    summary: "production and another environment use the same datastore",
    level: Level::Error,
    doc: "The host, and the database where both write one, are the same in production and in another environment. Where the \
policy declares the environment `exclusive: true` that is an error for any host. Without a policy only hosts of managed \
services are told, each of which is one certain server, and as a warning: most of what environments share is shared on \
purpose.",
    samples: &[
        Sample {
            files: &[
                (
                    "overlays/prod/db.yaml",
                    "kind: Service\nspec:\n  externalName: shop.abc123.eu-west-1.rds.amazonaws.com\n",
                ),
                (
                    "overlays/staging/db.yaml",
                    "kind: Service\nspec:\n  externalName: shop.abc123.eu-west-1.rds.amazonaws.com\n",
                ),
            ],
            finds: &["overlays/prod/db.yaml:3"],
        },
        Sample {
            files: &[
                (
                    "deploy/prod.env",
                    "DB_HOST=shop.abc123.eu-west-1.rds.amazonaws.com\nDB_NAME=shop\n",
                ),
                (
                    "deploy/staging.env",
                    "DB_HOST=shop.abc123.eu-west-1.rds.amazonaws.com\nDB_NAME=rehearsal\n",
                ),
            ],
            finds: &[],
        },
        Sample {
            files: &[
                ("envfence.yml", "environments:\n  production:\n    exclusive: true\n"),
                ("deploy/prod.env", "DB_HOST=db-7.corp.net\nDB_NAME=shop\n"),
                ("deploy/staging.env", "DB_HOST=db-7.corp.net\nDB_NAME=shop\n"),
            ],
            finds: &["deploy/staging.env:1"],
        },
    ],
    check,
};

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    let exclusive = |id: EnvironmentId| {
        let name = model.vocabulary.name(id);
        model
            .policy
            .environments
            .iter()
            .any(|environment| environment.exclusive && environment.name == name)
    };
    let wanted = if model
        .policy
        .environments
        .iter()
        .any(|environment| environment.exclusive)
    {
        Wanted::All
    } else {
        Wanted::Managed
    };
    let endpoints = endpoints::endpoints(model, wanted);
    let mut by_host: HashMap<&str, Vec<&Endpoint>> = HashMap::new();
    for endpoint in &endpoints {
        by_host.entry(&endpoint.host).or_default().push(endpoint);
    }
    for endpoint in &endpoints {
        let others = by_host.get(endpoint.host.as_str()).map_or(&[][..], Vec::as_slice);
        let same = |other: &&&Endpoint| other.environment != endpoint.environment && endpoints::same(endpoint, other);
        // The intruder is told, where the policy says whose the datastore is; else production, which has more to lose.
        if let Some(owner) = others.iter().find(|other| same(other) && exclusive(other.environment)) {
            findings.add(fault(evidence, endpoint, owner, Level::Error));
        } else if model.vocabulary.is_production(endpoint.environment)
            && !exclusive(endpoint.environment)
            && wanted == Wanted::Managed
            && let Some(other) = others
                .iter()
                .find(|other| same(other) && is_sibling(model, endpoint, other))
        {
            findings.add(fault(evidence, endpoint, other, Level::Warning));
        }
    }
}

/// Whether the same setting of the other environment holds it: two services that share a server are another matter.
fn is_sibling(model: &Model<'_>, endpoint: &Endpoint, other: &Endpoint) -> bool {
    !model.vocabulary.is_production(other.environment)
        && model
            .siblings(endpoint.setting)
            .others
            .get(&other.environment)
            .is_some_and(|settings| settings.contains(&other.setting))
}

fn fault(evidence: &Evidence<'_>, endpoint: &Endpoint, other: &Endpoint, level: Level) -> Fault {
    let name = |id| evidence.model.vocabulary.name(id);
    let (own, others) = (name(endpoint.environment), name(other.environment));
    Fault {
        heir: None,
        let_through: false,
        setting: endpoint.setting,
        at: endpoint.at,
        level,
        confidence: Confidence::Low,
        message: format!("{own} and {others} use the same datastore `{}`", endpoint.shown_host),
        help: format!(
            "give each its own, or acknowledge it with a comment: envfence: allow({}) until YYYY-MM-DD: reason",
            RULE.id
        ),
        related: relate(evidence, other.setting, &format!("{others} uses it here"))
            .into_iter()
            .collect(),
    }
}
