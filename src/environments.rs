//! Which environment a file, a block and a key speak for.
//!
//! A path says it by its right-most segment with an environment's word, corroborated by a sibling that has another
//! environment's word in the same place. A document says it itself (`env: stage`). A key says it where a key of
//! another environment stands at the same level. What nobody says stays unknown.

mod products;
mod regions;
mod statements;

use crate::formats::{EntryId, Key, Value};
use crate::policy::Policy;
use crate::settings::{Address, On, Read};
use crate::source::TextRange;
use crate::vocabulary::{EnvironmentId, Hit, Strength, Vocabulary};
use products::Products;
pub(crate) use regions::Regions;
pub(crate) use statements::is_stating;
use statements::{settle, statements_of, statements_of_policy};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a path says of its environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The environment.
    pub environment: EnvironmentId,
    /// Where in the path the word stands.
    pub word: TextRange,
    /// Whether a sibling has another environment's word in the same place.
    pub corroborated: bool,
}

/// The environments of all sources.
#[derive(Debug, Default)]
pub(crate) struct Assigned {
    pub(crate) claims: Vec<Option<Claim>>,
    pub(crate) environments: Vec<Vec<Option<EnvironmentId>>>,
    pub(crate) groups: Vec<u64>,
}

/// The statements of each address of each group: which sources make them, and what they say.
type StatementIndex = HashMap<(u64, u64), Vec<(usize, EnvironmentId)>>;

/// Works out the environment of every entry of every source.
pub(crate) fn assign(vocabulary: &Vocabulary, policy: &Policy, reads: &[Read], other_paths: &[String]) -> Assigned {
    let slots = Slots::new(vocabulary, reads, other_paths);
    let mut assigned = Assigned::default();
    let mut index = StatementIndex::new();
    let mut stated = Vec::with_capacity(reads.len());
    for (at, read) in reads.iter().enumerate() {
        let of_file = read.source.origin.is_none();
        assigned.claims.push(
            of_file
                .then(|| claim_of_path(&slots, &read.source.path, vocabulary, policy))
                .flatten(),
        );
        assigned
            .groups
            .push(group_of(&assigned, reads, read, &slots, vocabulary));
        let mut statements = statements_of(read, vocabulary);
        statements.extend(statements_of_policy(read, vocabulary, policy));
        for statement in &statements {
            let group = assigned.groups.get(at).copied().unwrap_or(0);
            let key = (group, read.document.address(statement.entry));
            index.entry(key).or_default().push((at, statement.environment));
        }
        stated.push(statements);
    }
    // Embedded documents stand behind their holders and inherit what is settled there.
    for (at, (read, statements)) in reads.iter().zip(stated).enumerate() {
        if let Some(origin) = &read.source.origin {
            let claim = inherited(&assigned, origin.source.0 as usize, origin.entry);
            if let Some(slot) = assigned.claims.get_mut(at) {
                *slot = claim;
            }
        }
        let base = assigned
            .claims
            .get(at)
            .copied()
            .flatten()
            .map(|claim| claim.environment);
        assigned.environments.push(by_keys(read, base, vocabulary, policy));
        let group = assigned.groups.get(at).copied().unwrap_or(0);
        for statement in statements {
            let others = index.get(&(group, read.document.address(statement.entry)));
            settle(&mut assigned, at, read, &statement, others.map_or(&[], Vec::as_slice));
        }
    }
    assigned
}

fn claim_of_path(slots: &Slots, path: &str, vocabulary: &Vocabulary, policy: &Policy) -> Option<Claim> {
    let of_policy = policy
        .environments_of_path(path)
        .next()
        .and_then(|(environment, _)| vocabulary.exact(&environment.name));
    let of_policy = of_policy.map(|(environment, _)| Claim {
        environment,
        word: TextRange::default(),
        corroborated: true,
    });
    of_policy.or_else(|| slots.claim(path, vocabulary))
}

/// The hash that siblings share: of the folded path, and for an embedded document of its holder's setting.
fn group_of(assigned: &Assigned, reads: &[Read], read: &Read, slots: &Slots, vocabulary: &Vocabulary) -> u64 {
    let Some(origin) = &read.source.origin else {
        let path = read.source.path.as_str();
        return fold_path(path, &slots.words_of(path, vocabulary)).value();
    };
    let holder = origin.source.0 as usize;
    let address = reads
        .get(holder)
        .map_or(0, |read| read.document.address(EntryId(origin.entry)));
    Address::START
        .number(assigned.groups.get(holder).copied().unwrap_or(0))
        .number(address)
        .value()
}

/// What the holder's entry says of an embedded document's environment.
fn inherited(assigned: &Assigned, holder: usize, entry: u32) -> Option<Claim> {
    let environment = *assigned.environments.get(holder)?.get(entry as usize)?;
    let claim = assigned.claims.get(holder).copied().flatten();
    let word = claim.map_or(TextRange::default(), |claim| claim.word);
    environment.map(|environment| Claim {
        environment,
        word,
        corroborated: claim.is_none_or(|claim| claim.corroborated),
    })
}

/// Every place in a path where a sibling could differ, with the environments found there.
struct Slots {
    environments: HashMap<u64, Slot>,
    products: Products,
    regions: Regions,
}

#[derive(Default)]
struct Slot {
    environments: HashSet<EnvironmentId>,
    strong: bool,
}

impl Slots {
    fn new(vocabulary: &Vocabulary, reads: &[Read], other_paths: &[String]) -> Self {
        let mut slots: HashMap<u64, Slot> = HashMap::new();
        let files = || reads.iter().filter(|read| read.source.origin.is_none());
        let paths = || {
            files()
                .map(|read| read.source.path.as_str())
                .chain(other_paths.iter().map(String::as_str))
        };
        let mut all = Self {
            environments: HashMap::new(),
            products: Products::new(vocabulary, paths()),
            regions: Regions::new(vocabulary, paths()),
        };
        for path in paths() {
            for segment in segments(path, &all.words_of(path, vocabulary), vocabulary) {
                let slot = slots.entry(segment.slot).or_default();
                slot.environments.insert(segment.hit.environment);
                slot.strong |= segment.hit.strength == Strength::Strong;
            }
        }
        all.environments = slots;
        all
    }

    /// The words of a path that name environments.
    fn words_of(&self, path: &str, vocabulary: &Vocabulary) -> Vec<Hit> {
        let hits = self.products.words_of(path, vocabulary);
        if hits.is_empty() {
            return self.regions.word_of(path).into_iter().collect();
        }
        hits
    }

    /// The right-most corroborated segment decides, else the right-most strong word, which stays uncorroborated.
    fn claim(&self, path: &str, vocabulary: &Vocabulary) -> Option<Claim> {
        let segments = segments(path, &self.words_of(path, vocabulary), vocabulary);
        let corroborated = |segment: &&Segment| {
            self.environments
                .get(&segment.slot)
                .is_some_and(|slot| slot.strong && slot.environments.len() >= 2)
        };
        let claim = |segment: &Segment, corroborated| Claim {
            environment: segment.hit.environment,
            word: segment.hit.range,
            corroborated,
        };
        let best = segments
            .iter()
            .rev()
            .find(corroborated)
            .map(|segment| claim(segment, true));
        best.or_else(|| {
            segments
                .iter()
                .rev()
                .find(|segment| segment.hit.strength == Strength::Strong)
                .map(|segment| claim(segment, false))
        })
    }
}

/// A segment of a path with the word that decides in it.
struct Segment {
    hit: Hit,
    /// The hash of the path up to here with environment words folded.
    slot: u64,
}

/// The segments of a path that hold an environment's word, from the left.
fn segments(path: &str, hits: &[Hit], vocabulary: &Vocabulary) -> Vec<Segment> {
    if hits.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut hash = Address::START;
    let mut start = 0;
    for (number, segment) in path.split('/').enumerate() {
        let end = start + segment.len();
        let is_file = end == path.len();
        let within: Vec<Hit> = hits
            .iter()
            .copied()
            .filter(|hit| hit.range.start as usize >= start && (hit.range.end as usize) <= end)
            .collect();
        if number > 0 {
            hash = hash.mark(4);
        }
        hash = fold_segment(hash, segment, start, &within, is_file);
        let decides = within
            .iter()
            .find(|hit| !vocabulary.is_production(hit.environment))
            .or(within.first());
        if let Some(hit) = decides.filter(|_| is_file || !is_host_like(segment)) {
            found.push(Segment {
                hit: *hit,
                slot: hash.value(),
            });
        }
        start = end + 1;
    }
    found
}

/// A directory that is named after a host (`manage.dev.example.com`) says nothing of environments.
fn is_host_like(segment: &str) -> bool {
    segment.matches('.').count() >= 2
}

/// The hash of a whole path with environment words folded, and digits beside them: `cluster-prod-p02` is
/// `cluster-stage-p01`.
fn fold_path(path: &str, hits: &[Hit]) -> Address {
    let mut hash = Address::START;
    let mut start = 0;
    for (number, segment) in path.split('/').enumerate() {
        let end = start + segment.len();
        let within: Vec<Hit> = hits
            .iter()
            .copied()
            .filter(|hit| hit.range.start as usize >= start && (hit.range.end as usize) <= end)
            .collect();
        if number > 0 {
            hash = hash.mark(4);
        }
        hash = fold_segment(hash, segment, start, &within, end == path.len());
        start = end + 1;
    }
    hash
}

fn fold_segment(hash: Address, segment: &str, offset: usize, hits: &[Hit], is_file: bool) -> Address {
    if hits.is_empty() {
        return hash.text(segment.as_bytes());
    }
    // `application-dev.yml` and `application-prod.properties` are siblings: the extension does not count.
    let cut = if is_file {
        segment
            .rfind('.')
            .filter(|dot| *dot > 0 && !hits.iter().any(|hit| hit.range.end as usize > offset + dot))
    } else {
        None
    };
    let stem = cut.and_then(|dot| segment.get(..dot)).unwrap_or(segment);
    let mut hash = hash;
    let mut at = 0;
    let mut pieces = Vec::new();
    for hit in hits {
        let start = (hit.range.start as usize).saturating_sub(offset);
        pieces.push((stem.get(at..start).unwrap_or(""), true));
        at = (hit.range.end as usize).saturating_sub(offset);
    }
    pieces.push((stem.get(at..).unwrap_or(""), false));
    for (piece, word) in pieces {
        let mut in_digits = false;
        for byte in piece.bytes() {
            if byte.is_ascii_digit() {
                if !in_digits {
                    hash = hash.mark(5);
                }
                in_digits = true;
            } else {
                in_digits = false;
                hash = hash.text(&[byte]);
            }
        }
        if word {
            hash = hash.mark(1);
        }
    }
    hash
}

/// The environment of each entry from its source's and from the keys above it.
fn by_keys(
    read: &Read,
    base: Option<EnvironmentId>,
    vocabulary: &Vocabulary,
    policy: &Policy,
) -> Vec<Option<EnvironmentId>> {
    let own = key_claims(read, vocabulary);
    let mut own = own.into_iter().peekable();
    let entries = &read.document.parsed.entries;
    let mut environments: Vec<Option<EnvironmentId>> = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let above = entry
            .parent
            .and_then(|parent| environments.get(parent.0 as usize).copied())
            .unwrap_or(base);
        let id = EntryId(TextRange::new(index, index).start);
        let claim = own
            .next_if(|(entry, _)| *entry == id)
            .map(|(_, environment)| environment);
        environments.push(claim.or(above));
    }
    if policy
        .environments
        .iter()
        .any(|environment| !environment.keys.is_empty())
    {
        keys_of_policy(read, vocabulary, policy, &mut environments);
    }
    environments
}

/// The environments that the policy gives to key paths; deeper ones win.
fn keys_of_policy(read: &Read, vocabulary: &Vocabulary, policy: &Policy, environments: &mut [Option<EnvironmentId>]) {
    for (index, entry) in read.document.parsed.entries.iter().enumerate() {
        if !matches!(entry.key, Key::Name(_)) {
            continue;
        }
        let path = read
            .document
            .parsed
            .key_path(&read.source.text, EntryId(TextRange::new(index, index).start));
        let claim = policy
            .environments_of_key(&path)
            .next()
            .and_then(|(environment, _)| vocabulary.exact(&environment.name));
        if let (Some((environment, _)), Some(slot)) = (claim, environments.get_mut(index)) {
            *slot = Some(environment);
        }
    }
}

/// Entries whose name is an environment's, where an entry of another environment stands at the same level; each once,
/// in their order.
fn key_claims(read: &Read, vocabulary: &Vocabulary) -> BTreeMap<EntryId, EnvironmentId> {
    let document = &read.document;
    let mut levels: HashMap<u64, Vec<(EntryId, Hit)>> = HashMap::new();
    let mut last = None;
    for word in document.words.iter().filter(|word| word.on == On::Name) {
        if last == Some(word.entry) {
            // Several words in one name: nonproduction beats production, as in a path.
            let level = levels.get_mut(&level_of(read, word.entry));
            if let Some((_, hit)) = level.and_then(|level| level.last_mut())
                && vocabulary.is_production(hit.environment)
            {
                *hit = word.hit;
            }
            continue;
        }
        last = Some(word.entry);
        levels
            .entry(level_of(read, word.entry))
            .or_default()
            .push((word.entry, word.hit));
    }
    for (item, hit) in named_items(read, vocabulary) {
        levels.entry(level_of(read, item)).or_default().push((item, hit));
    }
    for (block, hit) in named_twins(read, vocabulary) {
        let above = document.entry(block).and_then(|entry| entry.parent);
        let level = Address::START
            .number(level_of(read, block))
            .number(above.map_or(0, |above| u64::from(above.0) + 1));
        levels.entry(level.value()).or_default().push((block, hit));
    }
    let mut claims = BTreeMap::new();
    for level in levels.into_values() {
        let environments: HashSet<_> = level.iter().map(|(_, hit)| hit.environment).collect();
        if environments.len() >= 2 && level.iter().any(|(_, hit)| hit.strength == Strength::Strong) {
            claims.extend(level.into_iter().map(|(entry, hit)| (entry, hit.environment)));
        }
    }
    claims
}

/// Two entries stand at the same level when their addresses are equal: same parent's address, same folded name.
fn level_of(read: &Read, entry: EntryId) -> u64 {
    read.document.address(entry)
}

/// Blocks of one kind that stand beside each other and are told apart by a `name`, as in HCL: `stage { name = "Staging" }`.
fn named_twins(read: &Read, vocabulary: &Vocabulary) -> Vec<(EntryId, Hit)> {
    let document = &read.document;
    let text = read.source.text.as_str();
    let names = document.words.iter().filter(|word| {
        word.on == On::Value && word.hit.strength > Strength::Glued && document.name(text, word.entry) == "name"
    });
    let blocks = names.filter_map(|word| {
        let value = document.scalar(word.entry)?.range.slice(text);
        let block = document.entry(word.entry)?.parent?;
        let is_named = matches!(document.entry(block)?.key, Key::Name(_));
        (is_named && vocabulary.exact(value).is_some()).then_some((block, word.hit))
    });
    blocks.collect()
}

/// Lists whose items are the steps of a pipeline on the way to their environments.
const PIPELINES: &[&str] = &["jobs", "stages", "workflows", "pipelines"];

/// List items whose `name:` is an environment's word and nothing else; of a pipeline's jobs also those whose name holds one
/// (`name: deploy-production`), where the job stands right in the list or below its own key.
fn named_items(read: &Read, vocabulary: &Vocabulary) -> Vec<(EntryId, Hit)> {
    let document = &read.document;
    let mut items = Vec::new();
    for word in document
        .words
        .iter()
        .filter(|word| word.on == On::Value && word.hit.strength > Strength::Glued)
    {
        let Some(entry) = document.entry(word.entry) else {
            continue;
        };
        let (Some(parent), Value::Scalar(scalar)) = (entry.parent, entry.value) else {
            continue;
        };
        if !matches!(document.name(&read.source.text, word.entry), "name" | "Name") {
            continue;
        }
        let list_of = |item: EntryId| {
            document
                .entry(item)
                .filter(|item| matches!(item.key, Key::Item(_)))
                .and_then(|item| item.parent)
        };
        let list = list_of(parent);
        let value = scalar.range.slice(&read.source.text);
        if vocabulary.exact(value).is_some() {
            items.extend(list.map(|_| (parent, word.hit)));
            continue;
        }
        let above = document.entry(parent).and_then(|parent| parent.parent);
        let list = list.or_else(|| above.and_then(list_of));
        let is_job = list.is_some_and(|list| PIPELINES.contains(&document.name(&read.source.text, list)));
        let alone = document.words_on(word.entry, On::Value).count() == 1;
        if is_job && alone && word.hit.strength == Strength::Strong && !value.contains(' ') {
            items.push((parent, word.hit));
        }
    }
    items
}
