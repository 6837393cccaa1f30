//! Production's datastore on this very machine.

use super::{Fault, Findings, Rule, Sample};
use crate::evidence::Evidence;
use crate::finding::{Confidence, Level};
use crate::pointers::{PointedPart, Pointer};
use crate::references::{Class, Engine, Role, keys};
use crate::shown::Shown;
use crate::vocabulary::Sign;

/// A loopback address under a production datastore's key.
pub(super) const RULE: Rule = Rule {
    id: "local-datastore",
    summary: "a production datastore's address is localhost",
    level: Level::Warning,
    doc: "A production datastore at `localhost` is an empty one on each machine, or a developer's default that was never \
replaced. It can be a proxy on purpose, so that it is a warning, and a note under Kubernetes, where a proxy beside the \
program is common.",
    samples: &[
        Sample {
            files: &[
                (
                    "config/settings_prod.json",
                    "{\n  \"elasticsearch\": {\n    \"host\": \"localhost:9200\"\n  }\n}\n",
                ),
                (
                    "config/settings_test.json",
                    "{\n  \"elasticsearch\": {\n    \"host\": \"localhost:9200\"\n  }\n}\n",
                ),
            ],
            finds: &["config/settings_prod.json:3"],
        },
        Sample {
            files: &[("deploy/prod.env", "STATSD_HOST=localhost\nLISTEN=127.0.0.1:8080\n")],
            finds: &[],
        },
    ],
    check,
};

/// Whether the address is a pooler's or proxy's, which stands beside the program on purpose: the key names it, or its port.
fn is_proxy(pointer: &Pointer<'_>, host: &PointedPart) -> bool {
    const PROXIES: &[&str] = &["proxy", "pgbouncer", "pgpool", "proxysql", "sidecar", "tunnel"];
    // PgBouncer's and ProxySQL's.
    const PORTS: &[&str] = &["6432", "6033"];
    let mut words = pointer.names.last().into_iter().flat_map(|name| keys::words(name));
    let named = words.any(|word| PROXIES.iter().any(|proxy| word.eq_ignore_ascii_case(proxy)));
    let behind = pointer.value.get(host.range.end as usize..).unwrap_or("");
    let port = behind.strip_prefix(':').map_or("", |rest| {
        let end = rest.find(|character: char| !character.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len())).unwrap_or("")
    });
    named || PORTS.contains(&port)
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings<'_, '_>) {
    // A cache that keeps nothing is commonly one of each machine.
    let keeps_nothing = |part: &PointedPart| part.engine == Some(Engine::Memcached);
    for (pointer, signs) in &evidence.signs {
        if pointer.context.is_some() {
            continue;
        }
        let loopback = |range: crate::source::TextRange| {
            signs
                .iter()
                .any(|(at, sign)| *sign == Sign::Loopback && range.start <= at.start && at.end <= range.end)
        };
        let host = pointer
            .parts
            .iter()
            .find(|part| part.class == Class::Datastore && part.role == Role::Host && loopback(part.range))
            .filter(|part| !keeps_nothing(part));
        let Some(host) = host.filter(|host| !is_proxy(pointer, host)) else {
            continue;
        };
        let level = if evidence.model.is_kubernetes(pointer.setting) {
            Level::Note
        } else {
            Level::Warning
        };
        let own = evidence
            .model
            .environment(pointer.setting)
            .map_or("production", |id| evidence.model.vocabulary.name(id));
        findings.add(Fault {
            heir: None,
            let_through: false,
            setting: pointer.setting,
            at: pointer.place(host.range),
            level,
            confidence: Confidence::Medium,
            message: format!("{own}'s datastore is at `{}`: this very machine, not a server that is shared and backed up", Shown::part(pointer, host.range)),
            help: format!(
                "write the server's name, or, for a sidecar or proxy, acknowledge it with a comment: envfence: allow({}): reason",
                RULE.id
            ),
            related: Vec::new(),
        });
    }
}
