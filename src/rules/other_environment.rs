//! A setting of one environment that references another environment's datastore, host, resource or selector.

use super::{Fault, Findings, Rule, Sample};
use crate::crossings::{Crossing, Excuse};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level, Related};
use crate::model::SettingId;
use crate::references::keys::SilentContext;
use crate::references::{Class, Role};
use crate::source::Span;
use crate::vocabulary::Strength;

/// Another environment's database, cache, search index or broker.
pub(super) const DATASTORE: Rule = Rule {
    id: "other-environment-datastore",
    summary: "a datastore's address or name belongs to another environment",
    level: Level::Error,
    doc: "A connection string, URL, host or database name that carries another environment's word. In production this is \
an error even without a policy and without a sibling to compare with: what is written there is customers' data, and \
the other environment's datastore is restored, wiped and not backed up. The host and the database are judged each on \
its own: a production database name does not excuse a staging server.",
    samples: &[
        Sample {
            files: &[(
                "config/application-prod.yml",
                "spring:\n  datasource:\n    url: jdbc:postgresql://db-staging.example.com:5432/shop\n",
            )],
            finds: &["config/application-prod.yml:3"],
        },
        Sample {
            files: &[
                (
                    "deploy/prod.env",
                    "DB_HOST=shop-uat-db.example.com\nDB_NAME=shop_prod\n",
                ),
                ("deploy/uat.env", "DB_HOST=shop-uat-db.example.com\nDB_NAME=shop_uat\n"),
            ],
            finds: &["deploy/prod.env:1"],
        },
        Sample {
            files: &[(
                "config/application-prod.yml",
                "spring:\n  datasource:\n    url: jdbc:postgresql://db-prod.example.com:5432/shop\n",
            )],
            finds: &[],
        },
    ],
    check: |evidence, findings| check(evidence, findings, Kind::Datastore),
};

/// Another environment's web service or host.
pub(super) const HOST: Rule = Rule {
    id: "other-environment-host",
    summary: "a service's address belongs to another environment",
    level: Level::Error,
    doc: "A URL or host name that carries another environment's word. It is an error where the sibling of that environment \
has the same value (a copy that nobody adapted), a warning where the word stands alone.",
    samples: &[
        Sample {
            files: &[
                (
                    "deploy/production/app.yaml",
                    "payments:\n  baseUrl: https://payments.staging.example.com\n",
                ),
                (
                    "deploy/staging/app.yaml",
                    "payments:\n  baseUrl: https://payments.staging.example.com\n",
                ),
            ],
            finds: &["deploy/production/app.yaml:2"],
        },
        Sample {
            files: &[
                (
                    "deploy/production/app.yaml",
                    "cors:\n  allowedOrigins: https://payments.staging.example.com\n",
                ),
                (
                    "deploy/staging/app.yaml",
                    "cors:\n  allowedOrigins: https://shop.staging.example.com\n",
                ),
            ],
            finds: &[],
        },
    ],
    check: |evidence, findings| check(evidence, findings, Kind::Host),
};

/// Another environment's bucket, queue, secret, key, account or other resource.
pub(super) const RESOURCE: Rule = Rule {
    id: "other-environment-resource",
    summary: "a bucket, queue, secret, key, account or other resource belongs to another environment",
    level: Level::Error,
    doc: "The name or id of a resource that carries another environment's word: buckets, queues, topics, secrets and vault \
paths, keys, identities, cloud projects and accounts, clusters.",
    samples: &[
        Sample {
            files: &[
                ("infra/production.tfvars", "state_bucket = \"shop-dev-tfstate\"\n"),
                ("infra/dev.tfvars", "state_bucket = \"shop-dev-tfstate\"\n"),
            ],
            finds: &["infra/production.tfvars:1"],
        },
        Sample {
            files: &[
                ("infra/production.tfvars", "state_bucket = \"shop-prod-tfstate\"\n"),
                ("infra/dev.tfvars", "state_bucket = \"shop-dev-tfstate\"\n"),
            ],
            finds: &[],
        },
    ],
    check: |evidence, findings| check(evidence, findings, Kind::Resource),
};

/// What a workflow selects.
pub(super) const SELECTOR: Rule = Rule {
    id: "other-environment-selector",
    summary: "a workflow of one environment selects another environment's directory, variables, stack or secret",
    level: Level::Error,
    doc: "The production workflow that applies the staging directory, passes the staging variable file, or selects the staging \
stack, context or environment deploys the wrong thing to the wrong place.",
    samples: &[
        Sample {
            files: &[
                (
                    ".github/workflows/deploy-production.yml",
                    "jobs:\n  deploy:\n    steps:\n      - run: terraform apply\n        working-directory: ./infra/environments/staging\n",
                ),
                (
                    ".github/workflows/deploy-staging.yml",
                    "jobs:\n  deploy:\n    steps:\n      - run: terraform apply\n        working-directory: ./infra/environments/staging\n",
                ),
            ],
            finds: &[".github/workflows/deploy-production.yml:5"],
        },
        Sample {
            files: &[
                (
                    ".github/workflows/deploy-production.yml",
                    "jobs:\n  deploy:\n    steps:\n      - run: terraform apply\n        working-directory: ./infra/environments/prod\n",
                ),
                (
                    ".github/workflows/deploy-staging.yml",
                    "jobs:\n  deploy:\n    steps:\n      - run: terraform apply\n        working-directory: ./infra/environments/staging\n",
                ),
            ],
            finds: &[],
        },
    ],
    check: |evidence, findings| check(evidence, findings, Kind::Selector),
};

/// Which of the rules of this file a crossing belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Datastore,
    Host,
    Resource,
    Selector,
}

fn kind(crossing: &Crossing) -> Kind {
    match (crossing.class, crossing.role) {
        (Class::Datastore, _) => Kind::Datastore,
        (Class::Selector, _) => Kind::Selector,
        (Class::Service, _) | (_, Role::Host) => Kind::Host,
        _ => Kind::Resource,
    }
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>, wanted: Kind) {
    for crossing in evidence.crossings.iter().filter(|crossing| kind(crossing) == wanted) {
        if let Some((level, confidence)) = weigh(evidence, crossing) {
            findings.add(fault(evidence, crossing, level, confidence));
        }
    }
}

/// How bad and how sure a crossing is; `None` where it is no fault.
fn weigh(evidence: &Evidence<'_>, crossing: &Crossing) -> Option<(Level, Confidence)> {
    let vocabulary = &evidence.model.vocabulary;
    if vocabulary.is_production(crossing.named) {
        // production-reference judges this direction.
        return None;
    }
    if crossing.inherited.is_some() {
        return inherits(evidence, crossing);
    }
    let equal = !crossing.equal.is_empty();
    let production = vocabulary.is_production(crossing.environment);
    match crossing.excuse {
        None => {}
        Some(Excuse::Context(SilentContext::Transfer))
            if equal && crossing.recognised && production && crossing.class != Class::Account =>
        {
            return Some((Level::Warning, Confidence::Low));
        }
        Some(_) => return None,
    }
    if !production {
        return between_nonproduction(evidence, crossing, equal);
    }
    let is_address = matches!(crossing.role, Role::Host | Role::Database | Role::Instance);
    match (equal, crossing.strength) {
        (true, _) if crossing.recognised => Some((Level::Error, Confidence::High)),
        (true, Strength::Strong) => Some((Level::Warning, Confidence::Medium)),
        (true, _) => None,
        (false, Strength::Strong) if kind(crossing) == Kind::Datastore && is_address => {
            Some((Level::Error, Confidence::Medium))
        }
        // An address says it plainly enough even where the path's own word stands alone.
        (false, Strength::Strong) if crossing.recognised && crossing.role != Role::Variable => {
            Some((Level::Warning, Confidence::Low))
        }
        (false, Strength::Strong | Strength::Weak) if crossing.recognised && crossing.corroborated => {
            Some((Level::Warning, Confidence::Low))
        }
        _ => None,
    }
}

/// A base layer with a nonproduction default is normal, and nearly always overridden: production that does not override
/// a datastore of another environment is told.
fn inherits(evidence: &Evidence<'_>, crossing: &Crossing) -> Option<(Level, Confidence)> {
    let is_address = matches!(crossing.role, Role::Host | Role::Database | Role::Instance);
    let said = evidence.model.vocabulary.is_production(crossing.environment)
        && crossing.excuse.is_none()
        && crossing.strength == Strength::Strong
        && kind(crossing) == Kind::Datastore
        && is_address;
    let level = if evidence.lets_through(crossing) {
        Level::Error
    } else {
        Level::Warning
    };
    said.then_some((level, Confidence::Medium))
}

/// Nonproduction environments share much on purpose: a copied value is told, a word alone only of what changes. Reviews
/// and developers' machines use whatever there is.
fn between_nonproduction(evidence: &Evidence<'_>, crossing: &Crossing, equal: bool) -> Option<(Level, Confidence)> {
    let own = evidence.model.vocabulary.name(crossing.environment);
    if matches!(own, "preview" | "local") || !crossing.recognised || crossing.role == Role::Variable {
        return None;
    }
    // Other people's sandboxes are what nonproduction is to use.
    let is_sandbox = evidence.model.vocabulary.name(crossing.named) == "sandbox" && kind(crossing) != Kind::Datastore;
    if is_sandbox && !equal && !crossing.named_has_sibling {
        return None;
    }
    let is_address = kind(crossing) == Kind::Datastore && matches!(crossing.role, Role::Host | Role::Database);
    let changed = evidence.is_changed(crossing.setting) && crossing.strength > Strength::Glued;
    let said = equal || changed || (is_address && crossing.strength == Strength::Strong && crossing.named_has_sibling);
    said.then_some((Level::Warning, Confidence::Medium))
}

fn fault(evidence: &Evidence<'_>, crossing: &Crossing, level: Level, confidence: Confidence) -> Fault {
    let model = evidence.model;
    let (own, other) = (
        model.vocabulary.name(crossing.environment),
        model.vocabulary.name(crossing.named),
    );
    let thing = thing(crossing);
    let uses = match is_selected(crossing) {
        true => "selects".to_owned(),
        false => format!("uses {thing}"),
    };
    let mut message = format!("{own} {uses} `{}`, which names {other}", crossing.text);
    if let Some(expected) = &crossing.expected {
        message.push_str(&format!("; expected something like `{expected}`"));
    }
    let mut related = Vec::new();
    if let Some(inherited) = crossing.inherited {
        message = format!(
            "{own} inherits {thing} `{}`, which names {other}, and does not override it",
            crossing.text
        );
        related.push(Related {
            at: inherited.through,
            message: format!("{own}'s own layer"),
        });
    }
    for sibling in crossing.equal.iter().take(2) {
        related.extend(relate(evidence, *sibling, &format!("{other} has the same value here")));
    }
    for sibling in crossing.different.iter().take(2) {
        let environment = model
            .environment(*sibling)
            .map_or("another environment", |id| model.vocabulary.name(id));
        related.extend(relate(
            evidence,
            *sibling,
            &format!("{environment} has its own value here"),
        ));
    }
    let help = format!(
        "{}, or acknowledge it with a comment: envfence: allow({}) until YYYY-MM-DD: reason",
        remedy(crossing, own),
        rule_id(crossing)
    );
    Fault {
        heir: crossing.inherited.map(|inherited| inherited.environment),
        let_through: evidence.lets_through(crossing),
        setting: crossing.setting,
        at: crossing.at,
        level,
        confidence,
        message,
        help,
        related,
    }
}

fn rule_id(crossing: &Crossing) -> &'static str {
    match kind(crossing) {
        Kind::Datastore => DATASTORE.id,
        Kind::Host => HOST.id,
        Kind::Resource => RESOURCE.id,
        Kind::Selector => SELECTOR.id,
    }
}

/// Whether it is a selection that has no name of its own: neither a path nor a variable.
fn is_selected(crossing: &Crossing) -> bool {
    let has_name = matches!(crossing.role, Role::Path | Role::Variable | Role::SecretPath);
    crossing.class == Class::Selector && !has_name
}

/// What to do about it.
fn remedy(crossing: &Crossing, own: &str) -> String {
    match (crossing.class, crossing.role) {
        (Class::Selector, Role::Path) => format!("use {own}'s own path"),
        (Class::Selector, Role::Variable) => format!("use {own}'s own variable"),
        (Class::Selector, Role::SecretPath) => format!("use {own}'s own secret"),
        (Class::Selector, _) => format!("select {own}'s own"),
        _ => format!("point it at {own}'s own {}", noun(crossing)),
    }
}

fn thing(crossing: &Crossing) -> String {
    match crossing.role {
        Role::Host => format!(
            "the {}host",
            if crossing.class == Class::Datastore {
                "datastore "
            } else {
                ""
            }
        ),
        Role::Database => "the database".to_owned(),
        Role::User => "the user".to_owned(),
        Role::Variable => "the variable".to_owned(),
        Role::SecretPath => "the secret path".to_owned(),
        Role::Path => "the path".to_owned(),
        _ => format!("the {}", noun(crossing)),
    }
}

fn noun(crossing: &Crossing) -> &'static str {
    match crossing.class {
        Class::Datastore => "datastore",
        Class::Storage => "storage",
        Class::Service => "service",
        Class::Identity => "secret or identity",
        Class::Account => "account or cluster",
        Class::Selector => "selection",
        Class::Resource => "resource",
    }
}

/// A sibling as a related place.
pub(super) fn relate(evidence: &Evidence<'_>, sibling: SettingId, message: &str) -> Option<Related> {
    let read = evidence.model.read(sibling.source)?;
    let scalar = read.document.scalar(sibling.entry)?;
    Some(Related {
        at: Span {
            source: sibling.source,
            range: scalar.range,
        },
        message: message.to_owned(),
    })
}
