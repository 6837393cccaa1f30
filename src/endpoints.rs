//! Endpoints: the datastores that environments point at, each as host and database, also where they are written as
//! several keys.

use crate::formats::{EntryId, Key, Value};
use crate::model::{Model, SettingId};
use crate::pointers::Pointer;
use crate::references::split_keys;
use crate::references::{Class, Role};
use crate::settings::Read;
use crate::shown::Shown;
use crate::source::{SourceId, Span, TextRange};
use crate::vocabulary::EnvironmentId;
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::{HashMap, HashSet};

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
    let mut split = SplitDatabases::new(model);
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
                of_setting(model, setting, environment, wanted, &mut split, &mut found);
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
    split: &mut SplitDatabases<'_>,
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
                let database = split.of(setting)?;
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

/// The databases of hosts that are written as a key of their own: `DB_NAME` beside `DB_HOST`. Each map is joined once,
/// when the database of the first host in it is asked for.
pub(crate) struct SplitDatabases<'m> {
    model: &'m Model<'m>,
    /// The source that was asked about last: questions come source by source.
    source: Option<SourceId>,
    /// Its named scalars, by the maps that they stand in.
    members: Vec<(Option<EntryId>, EntryId)>,
    /// For each map that was joined, its hosts with their databases.
    joined: HashMap<Option<EntryId>, HashMap<EntryId, EntryId>>,
}

impl<'m> SplitDatabases<'m> {
    pub(crate) fn new(model: &'m Model<'m>) -> Self {
        Self {
            model,
            source: None,
            members: Vec::new(),
            joined: HashMap::new(),
        }
    }

    /// The setting that names the database of a host.
    pub(crate) fn of(&mut self, host: SettingId) -> Option<SettingId> {
        let read = self.model.read(host.source)?;
        let map = read.document.entry(host.entry)?.parent;
        if self.source != Some(host.source) {
            self.source = Some(host.source);
            self.members = members(read);
            self.joined.clear();
        }
        let members = &self.members;
        let databases = self.joined.entry(map).or_insert_with(|| databases(read, members, map));
        databases.get(&host.entry).map(|entry| SettingId {
            source: host.source,
            entry: *entry,
        })
    }
}

/// The named scalars of a source, by the maps that they stand in.
fn members(read: &Read) -> Vec<(Option<EntryId>, EntryId)> {
    let entries = read.document.parsed.entries.iter().enumerate();
    let mut members: Vec<_> = entries
        .filter(|(_, entry)| matches!((entry.key, entry.value), (Key::Name(_), Value::Scalar(_))))
        .map(|(index, entry)| (entry.parent, EntryId(TextRange::new(index, index).start)))
        .collect();
    members.sort_unstable();
    members
}

/// The hosts of one map with their databases.
fn databases(read: &Read, members: &[(Option<EntryId>, EntryId)], map: Option<EntryId>) -> HashMap<EntryId, EntryId> {
    let first = members.partition_point(|(parent, _)| *parent < map);
    let here = members.iter().skip(first).take_while(|(parent, _)| *parent == map);
    let named: Vec<(Vec<&str>, usize)> = here
        .map(|(_, entry)| (read.document.names(&read.source.text, *entry), entry.0 as usize))
        .collect();
    let borrowed: Vec<(&[&str], usize)> = named.iter().map(|(names, index)| (names.as_slice(), *index)).collect();
    let id = |index: usize| EntryId(TextRange::new(index, index).start);
    let joined = split_keys::join(&borrowed).into_iter();
    joined
        .filter_map(|endpoint| Some((id(endpoint.host?), id(endpoint.database?))))
        .collect()
}

/// Whether two endpoints are surely the same datastore: one host, and no two databases.
pub fn same(one: &Endpoint, other: &Endpoint) -> bool {
    let databases: HashSet<&String> = one.database.iter().chain(&other.database).collect();
    one.host == other.host && databases.len() <= 1
}
