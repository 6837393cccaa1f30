//! A datastore that the policy's list of an environment does not have.

use super::{Fault, Findings, Rule, Sample};
use crate::endpoints::{self, Wanted};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};

/// A datastore that the policy's list of an environment does not have.
pub(super) const RULE: Rule = Rule {
    id: "unlisted-datastore",
    summary: "an environment uses a datastore that is not in the policy's list of its datastores",
    level: Level::Error,
    doc: "The policy can list all datastores that an environment may use (`datastores:`), as `host` or `host/database`. A \
setting that points at any other is an error, also where no name gives it away: this is what finds a production that was \
pointed at a temporary database with an ordinary name.",
    samples: &[
        Sample {
            files: &[
                (
                    "envfence.yml",
                    "environments:\n  production:\n    datastores: [\"db-1.core.example.net/shop\", \"*.cache.example.net\"]\n",
                ),
                (
                    "deploy/production.env",
                    "DATABASE_URL=postgres://app@db-7.core.example.net/shop\n\
                     REPORTS_URL=postgres://app@db-1.core.example.net/shop2\n\
                     REDIS_URL=redis://a.cache.example.net/0\n",
                ),
            ],
            finds: &["deploy/production.env:1", "deploy/production.env:2"],
        },
        Sample {
            files: &[
                (
                    "envfence.yml",
                    "environments:\n  production:\n    datastores: [\"db-1.core.example.net/shop\"]\n",
                ),
                (
                    "deploy/production.env",
                    "DATABASE_URL=postgres://app@db-1.core.example.net/shop\nDB_HOST=db-1.core.example.net\n",
                ),
                ("deploy/staging.env", "DB_HOST=db-9.core.example.net\n"),
            ],
            finds: &[],
        },
    ],
    check,
};

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    let model = evidence.model;
    if !model.policy.lists_datastores() {
        return;
    }
    for endpoint in endpoints::endpoints(model, Wanted::All) {
        let own = model.vocabulary.name(endpoint.environment);
        let database = endpoint.database.as_deref();
        if model.policy.allows(own, &endpoint.host, database) {
            continue;
        }
        let datastore = match &endpoint.shown_database {
            Some(database) => format!("{}/{database}", endpoint.shown_host),
            None => endpoint.shown_host.to_string(),
        };
        findings.add(Fault {
            heir: None,
            let_through: false,
            setting: endpoint.setting,
            at: endpoint.at,
            level: Level::Error,
            confidence: Confidence::High,
            message: format!(
                "{own} uses the datastore `{datastore}`, which is not in the policy's list of {own}'s datastores"
            ),
            help: format!(
                "point it at one of {own}'s own, or, if it is one, add it to environments.{own}.datastores in the policy"
            ),
            related: Vec::new(),
        });
    }
}
