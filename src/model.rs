//! What a run knows: every source with its settings, the environment that each speaks for, and who its siblings are.

use crate::environments::{self, Claim};
use crate::formats::EntryId;
use crate::policy::Policy;
use crate::references::credentials;
pub use crate::settings::SettingId;
use crate::settings::{On, Read};
use crate::source::{Decoded, Lines, Position, SourceId, Span, TextRange};
use crate::vocabulary::{EnvironmentId, Strength, Vocabulary};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// How many settings at one address are compared with, of each environment.
const MANY: usize = 256;

/// How many settings at one address are looked at, of all environments together.
const LOOKED_AT: usize = 16 * MANY;

/// The settings of one group of sources, sorted by address.
type GroupIndex = Vec<(u64, SettingId)>;

/// What a run knows, and nothing of the outside world.
pub struct Model<'p> {
    /// The words for environments.
    pub vocabulary: Vocabulary,
    /// The project's own truth.
    pub policy: &'p Policy,
    /// The sources; a [`SourceId`] is an index. An embedded document comes after its holder.
    pub reads: Vec<Read>,
    /// What each source's path or holder says of its environment.
    pub claims: Vec<Option<Claim>>,
    /// For each source, the environment of each entry.
    pub environments: Vec<Vec<Option<EnvironmentId>>>,
    /// For each source, the hash of its path in which words for environments are folded.
    pub groups: Vec<u64>,
    /// For each source, the entries whose values are embedded documents, in rising order.
    holders: Vec<Vec<EntryId>>,
    members: HashMap<u64, Vec<SourceId>>,
    indexes: RefCell<HashMap<u64, Rc<GroupIndex>>>,
    lines: RefCell<HashMap<SourceId, Lines>>,
    /// By the number of an environment, whether some setting speaks for it.
    known: [bool; 256],
    spellings: RefCell<HashMap<(SourceId, EnvironmentId), Option<String>>>,
}

impl std::fmt::Debug for Model<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("sources", &self.reads.len())
            .finish_non_exhaustive()
    }
}

impl<'p> Model<'p> {
    /// Works out environments and siblings. `reads` are sorted by path, embedded documents after their holders;
    /// `other_paths` are files that exist and were not read: they too are somebody's siblings.
    pub fn new(vocabulary: Vocabulary, policy: &'p Policy, reads: Vec<Read>, other_paths: &[String]) -> Self {
        let assigned = environments::assign(&vocabulary, policy, &reads, other_paths);
        let mut members: HashMap<u64, Vec<SourceId>> = HashMap::new();
        for (index, group) in assigned.groups.iter().enumerate() {
            members
                .entry(*group)
                .or_default()
                .push(SourceId(TextRange::new(index, index).start));
        }
        let mut holders = vec![Vec::new(); reads.len()];
        for origin in reads.iter().filter_map(|read| read.source.origin.as_ref()) {
            if let Some(of_source) = holders.get_mut(origin.source.0 as usize) {
                of_source.push(EntryId(origin.entry));
            }
        }
        for of_source in &mut holders {
            of_source.sort_unstable();
        }
        let mut known = [false; 256];
        for environment in assigned.environments.iter().flatten().flatten() {
            if let Some(slot) = known.get_mut(usize::from(environment.0)) {
                *slot = true;
            }
        }
        Self {
            known,
            holders,
            vocabulary,
            policy,
            reads,
            claims: assigned.claims,
            environments: assigned.environments,
            groups: assigned.groups,
            members,
            indexes: RefCell::default(),
            lines: RefCell::default(),
            spellings: RefCell::default(),
        }
    }

    /// A source that was read.
    pub fn read(&self, id: SourceId) -> Option<&Read> {
        self.reads.get(id.0 as usize)
    }

    /// Whether a setting's value is an embedded document, which is judged instead of it.
    pub fn is_holder(&self, setting: SettingId) -> bool {
        let of_source = self.holders.get(setting.source.0 as usize);
        of_source.is_some_and(|entries| entries.binary_search(&setting.entry).is_ok())
    }

    /// Whether a setting reaches its program through Kubernetes: it stands in an object, or in values of Helm.
    pub fn is_kubernetes(&self, setting: SettingId) -> bool {
        let file = self.path(setting.source).rsplit('/').next().unwrap_or("");
        if file.starts_with("values") && [".yaml", ".yml", ".gotmpl"].iter().any(|end| file.ends_with(end)) {
            return true;
        }
        let mut at = Some(setting);
        while let Some((here, read)) = at.and_then(|here| Some((here, self.read(here.source)?))) {
            if read.document.is_in_object(&read.source.text, here.entry) {
                return true;
            }
            at = read.source.origin.as_ref().map(|origin| SettingId {
                source: origin.source,
                entry: EntryId(origin.entry),
            });
        }
        false
    }

    /// The file at a path.
    pub fn source_of(&self, path: &str) -> Option<SourceId> {
        // Sorted by path; an embedded document has its holder's path and stands behind it.
        let at = self.reads.partition_point(|read| read.source.path.as_str() < path);
        let found = self.reads.get(at).is_some_and(|read| read.source.path == path);
        found.then(|| SourceId(TextRange::new(at, at).start))
    }

    /// The text of a source.
    pub fn text(&self, id: SourceId) -> &str {
        self.read(id).map_or("", |read| read.source.text.as_str())
    }

    /// The path of a source; an embedded document has its holder's.
    pub fn path(&self, id: SourceId) -> &str {
        self.read(id).map_or("", |read| read.source.path.as_str())
    }

    /// Whether some setting speaks for an environment.
    pub fn knows(&self, environment: EnvironmentId) -> bool {
        self.known.get(usize::from(environment.0)).is_some_and(|known| *known)
    }

    /// The environment that a setting speaks for.
    pub fn environment(&self, setting: SettingId) -> Option<EnvironmentId> {
        *self
            .environments
            .get(setting.source.0 as usize)?
            .get(setting.entry.0 as usize)?
    }

    /// The names that lead to a setting, through the holder of an embedded document.
    pub fn names(&self, setting: SettingId) -> Vec<&str> {
        if let Some(read) = self.read(setting.source).filter(|read| read.source.origin.is_none()) {
            return read.document.names(&read.source.text, setting.entry);
        }
        let mut chain = Vec::new();
        let mut at = Some(setting);
        while let Some(here) = at {
            let Some(read) = self.read(here.source) else { break };
            chain.push(read.document.names(&read.source.text, here.entry));
            at = read.source.origin.as_ref().map(|origin| SettingId {
                source: origin.source,
                entry: EntryId(origin.entry),
            });
        }
        chain.into_iter().rev().flatten().collect()
    }

    /// The key path of a setting, for people: where a key holds a credential, it is hidden.
    pub fn key_path(&self, setting: SettingId) -> String {
        credentials::masked(&[], &self.whole_key_path(setting))
    }

    fn whole_key_path(&self, setting: SettingId) -> String {
        let Some(read) = self.read(setting.source) else {
            return String::new();
        };
        let own = read.document.parsed.key_path(&read.source.text, setting.entry);
        match &read.source.origin {
            Some(origin) => {
                let holder = self.whole_key_path(SettingId {
                    source: origin.source,
                    entry: EntryId(origin.entry),
                });
                if own.is_empty() {
                    holder
                } else {
                    format!("{holder}.{own}")
                }
            }
            None => own,
        }
    }

    /// The decoded, trimmed value of a setting.
    pub fn value(&self, setting: SettingId) -> Option<String> {
        self.decoded(setting).map(|decoded| decoded.text.trim().to_owned())
    }

    /// The decoded value of a setting.
    pub fn decoded(&self, setting: SettingId) -> Option<Decoded<'_>> {
        let read = self.read(setting.source)?;
        read.document.value(&read.source.text, setting.entry)
    }

    /// The line and column of a byte of a source.
    pub fn position(&self, id: SourceId, offset: u32) -> Position {
        let text = self.text(id);
        let mut lines = self.lines.borrow_mut();
        lines
            .entry(id)
            .or_insert_with(|| Lines::new(text))
            .position(text, offset)
    }

    /// How a source spells an environment most often in its values, in lower case.
    pub fn spelling(&self, id: SourceId, environment: EnvironmentId) -> Option<String> {
        let mut spellings = self.spellings.borrow_mut();
        let known = spellings.entry((id, environment)).or_insert_with(|| {
            let read = self.read(id)?;
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            let words = read.document.words.iter().filter(|word| word.on == On::Value);
            for word in words.filter(|word| word.hit.environment == environment && word.hit.strength > Strength::Glued)
            {
                *counts
                    .entry(word.hit.range.slice(&read.source.text).to_lowercase())
                    .or_default() += 1;
            }
            counts.into_iter().max_by_key(|(_, count)| *count).map(|(word, _)| word)
        });
        known.clone()
    }

    /// A place of an embedded document as a place of the file that holds it.
    pub fn to_file(&self, span: Span) -> Span {
        let mut span = span;
        while let Some(origin) = self.read(span.source).and_then(|read| read.source.origin.as_ref()) {
            span = Span {
                source: origin.source,
                range: origin.offsets.range_to_outer(span.range),
            };
        }
        span
    }

    /// The same setting in other environments and in other places of its own, by environment.
    pub fn siblings(&self, setting: SettingId) -> Siblings {
        let Some(read) = self.read(setting.source) else {
            return Siblings::default();
        };
        let address = read.document.address(setting.entry);
        self.collect(setting.source, address, self.environment(setting), Some(setting))
    }

    /// The settings that stand at an address in the files that are siblings of a source, seen from an environment.
    pub fn siblings_at(&self, source: SourceId, address: u64, own: EnvironmentId) -> Siblings {
        self.collect(source, address, Some(own), None)
    }

    fn collect(&self, source: SourceId, address: u64, own: Option<EnvironmentId>, but: Option<SettingId>) -> Siblings {
        let mut siblings = Siblings::default();
        let Some(group) = self.groups.get(source.0 as usize) else {
            return siblings;
        };
        let index = self.index(*group);
        // Bounds for hostile files with one key thousands of times; real lists have some hundreds of items.
        let push = |list: &mut Vec<SettingId>, other: SettingId| {
            if list.len() < MANY {
                list.push(other);
            }
        };
        let first = index.partition_point(|(at, _)| *at < address);
        let same = index.iter().skip(first).take_while(|(at, _)| *at == address);
        for (_, other) in same.take(LOOKED_AT) {
            if Some(*other) == but {
                continue;
            }
            match self.environment(*other) {
                Some(environment) if Some(environment) == own => push(&mut siblings.peers, *other),
                Some(environment) => push(siblings.others.entry(environment).or_default(), *other),
                None => push(&mut siblings.unknown, *other),
            }
        }
        siblings
    }

    /// The environments that have a member in the group of a source.
    pub fn group_environments(&self, source: SourceId) -> Vec<EnvironmentId> {
        let group = self
            .groups
            .get(source.0 as usize)
            .and_then(|group| self.members.get(group));
        let mut found: Vec<_> = group
            .into_iter()
            .flatten()
            .filter_map(|member| {
                self.claims
                    .get(member.0 as usize)
                    .copied()
                    .flatten()
                    .map(|claim| claim.environment)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The sources of one group: the same file of several environments.
    pub fn group_members(&self, source: SourceId) -> &[SourceId] {
        let group = self.groups.get(source.0 as usize);
        group
            .and_then(|group| self.members.get(group))
            .map_or(&[], Vec::as_slice)
    }

    fn index(&self, group: u64) -> Rc<GroupIndex> {
        if let Some(index) = self.indexes.borrow().get(&group) {
            return Rc::clone(index);
        }
        let mut index = GroupIndex::new();
        for member in self.members.get(&group).map_or(&[][..], Vec::as_slice) {
            let Some(read) = self.read(*member) else { continue };
            let setting = |entry| (read.document.address(entry), SettingId { source: *member, entry });
            index.extend(read.document.scalars().map(|(entry, _)| setting(entry)));
        }
        index.sort_unstable();
        let index = Rc::new(index);
        self.indexes.borrow_mut().insert(group, Rc::clone(&index));
        index
    }
}

/// The same setting elsewhere.
#[derive(Debug, Default)]
pub struct Siblings {
    /// For other environments.
    pub others: BTreeMap<EnvironmentId, Vec<SettingId>>,
    /// For the same environment: items of one list, copies.
    pub peers: Vec<SettingId>,
    /// For no known environment.
    pub unknown: Vec<SettingId>,
}
