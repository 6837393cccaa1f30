//! Endpoints: the datastores that environments point at, each as host and database, also where they are written as
//! several keys.

use crate::formats::{EntryId, Key, Value};
use crate::model::{Model, SettingId};
use crate::pointers::Pointer;
use crate::references::split_keys;
use crate::references::{Class, Role};
use crate::shown::Shown;
use crate::source::{SourceId, Span, TextRange};
use crate::vocabulary::EnvironmentId;
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::HashSet;

/// A datastore that an environment points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The setting that names the host.
    pub setting: SettingId,
    /// Who points at it.
    pub environment: EnvironmentId,
    /// The host, in lower case.
    pub host: String,
    /// The database, where it is written.
    pub database: Option<String>,
    /// The host as messages show it.
    pub shown_host: Shown,
    /// The database as messages show it.
    pub shown_database: Option<Shown>,
    /// Where the host stands.
    pub at: Span,
}

/// Which endpoints are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Every one.
    All,
    /// Those at the domains of managed services: their hosts are one certain server.
    Managed,
}

/// Domains under which each name is one certain managed datastore.
const MANAGED: &[&str] = &[
    ".rds.amazonaws.com",
    ".cache.amazonaws.com",
    ".docdb.amazonaws.com",
    ".redshift.amazonaws.com",
    ".database.windows.net",
    ".database.azure.com",
    ".documents.azure.com",
    ".cache.windows.net",
    ".mongodb.net",
    ".psdb.cloud",
    ".neon.tech",
];

/// What the managed domains end in, for a first look at a whole file.
const OWNERS: &[&str] = &[
    "amazonaws.com",
    "windows.net",
    "azure.com",
    "mongodb.net",
    "psdb.cloud",
    "neon.tech",
];

/// The endpoints of every known environment, in the order of the sources.
pub fn endpoints(model: &Model<'_>, wanted: Wanted) -> Vec<Endpoint> {
    let mut found = Vec::new();
    // This kind of match lets the search look at many bytes at once.
    let owners = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(OWNERS)
        .ok();
    for (index, (read, environments)) in model.reads.iter().zip(&model.environments).enumerate() {
        if environments.iter().all(Option::is_none) {
            continue;
        }
        let text = read.source.text.as_str();
        let owned: Vec<TextRange> = match &owners {
            Some(owners) if wanted == Wanted::Managed => {
                let places = owners.find_iter(text);
                places.map(|place| TextRange::new(place.start(), place.end())).collect()
            }
            _ => Vec::new(),
        };
        if wanted == Wanted::Managed && owned.is_empty() {
            continue;
        }
        let source = SourceId(TextRange::new(index, index).start);
        for (entry, scalar) in read.document.scalars() {
            let raw = scalar.range.slice(text);
            let setting = SettingId { source, entry };
            let may = match wanted {
                Wanted::All => raw.len() < 4096 && raw.contains('.'),
                Wanted::Managed => holds_one(scalar.range, &owned) && MANAGED.iter().any(|domain| raw.contains(domain)),
            };
            if may
                && !model.is_holder(setting)
                && let Some(environment) = model.environment(setting)
            {
                of_setting(model, setting, environment, wanted, &mut found);
            }
        }
    }
    found
}

/// Whether one of these places, which stand in their order, lies within a range.
fn holds_one(range: TextRange, places: &[TextRange]) -> bool {
    let first = places.partition_point(|place| place.start < range.start);
    places.get(first).is_some_and(|place| place.end <= range.end)
}

fn of_setting(
    model: &Model<'_>,
    setting: SettingId,
    environment: EnvironmentId,
    wanted: Wanted,
    found: &mut Vec<Endpoint>,
) {
    let Some(pointer) = Pointer::of_datastore(model, setting) else {
        return;
    };
    let database = pointer
        .parts
        .iter()
        .find(|part| part.role == Role::Database)
        .map(|part| (pointer.text(part.range).to_owned(), Shown::part(&pointer, part.range)));
    for part in pointer
        .parts
        .iter()
        .filter(|part| part.role == Role::Host && part.class == Class::Datastore)
    {
        let host = pointer.text(part.range).trim_end_matches('.').to_ascii_lowercase();
        let certain = host.contains('.') && !host.contains(['$', '{', '<', '%', '*']);
        let is_wanted = wanted == Wanted::All || MANAGED.iter().any(|domain| host.ends_with(domain));
        if certain && is_wanted {
            let beside = || {
                let database = split_database(model, setting)?;
                let name = model.value(database)?;
                let shown = Shown::of_value(model, database, &name);
                Some((name, shown))
            };
            let (database, shown_database) = database.clone().or_else(beside).unzip();
            found.push(Endpoint {
                setting,
                environment,
                host,
                database,
                shown_host: Shown::part(&pointer, part.range),
                shown_database,
                at: pointer.place(part.range),
            });
        }
    }
}

/// How many entries before and after a host may hold its database.
const BESIDE: usize = 12;

/// The database of a host that is written as its own key: `DB_NAME` beside `DB_HOST`.
pub(crate) fn split_database(model: &Model<'_>, host: SettingId) -> Option<SettingId> {
    let read = model.read(host.source)?;
    let (document, text) = (&read.document, read.source.text.as_str());
    let parent = document.entry(host.entry)?.parent;
    let entries = document.parsed.entries.iter().enumerate();
    // What belongs together stands together; all of a map of thousands for each of its hosts would take hours.
    let first = (host.entry.0 as usize).saturating_sub(BESIDE);
    let members: Vec<(Vec<&str>, usize)> = entries
        .skip(first.max(parent.map_or(0, |parent| parent.0 as usize + 1)))
        .take(2 * BESIDE)
        .filter(|(_, entry)| {
            entry.parent == parent && matches!((entry.key, entry.value), (Key::Name(_), Value::Scalar(_)))
        })
        .map(|(index, _)| (document.names(text, EntryId(TextRange::new(index, index).start)), index))
        .collect();
    let borrowed: Vec<(&[&str], usize)> = members
        .iter()
        .map(|(names, index)| (names.as_slice(), *index))
        .collect();
    let joined = split_keys::join(&borrowed);
    let ours = joined
        .iter()
        .find(|endpoint| endpoint.host == Some(host.entry.0 as usize))?;
    let entry = EntryId(TextRange::new(ours.database?, 0).start);
    Some(SettingId {
        source: host.source,
        entry,
    })
}

/// Whether two endpoints are surely the same datastore: one host, and no two databases.
pub fn same(one: &Endpoint, other: &Endpoint) -> bool {
    let databases: HashSet<&String> = one.database.iter().chain(&other.database).collect();
    one.host == other.host && databases.len() <= 1
}
