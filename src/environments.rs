//! Which environment a file, a block and a key speak for.
//!
//! A path says it by its right-most segment with an environment's word, corroborated by a sibling that has another
//! environment's word in the same place. A document says it itself (`env: stage`). A key says it where a key of
//! another environment stands at the same level. What nobody says stays unknown.

use crate::formats::{EntryId, Key, Value};
use crate::policy::Policy;
use crate::settings::{Address, On, Read, Word};
use crate::source::TextRange;
use crate::vocabulary::{EnvironmentId, Hit, Strength, Vocabulary};
use std::collections::{HashMap, HashSet};

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
    let paths: Vec<PathWords<'_>> = reads.iter().map(|read| PathWords::of(read, vocabulary)).collect();
    let slots = Slots::new(vocabulary, &paths, other_paths);
    let mut assigned = Assigned::default();
    let mut index = StatementIndex::new();
    let mut stated = Vec::with_capacity(reads.len());
    for (at, (read, path)) in reads.iter().zip(&paths).enumerate() {
        let of_file = read.source.origin.is_none();
        assigned.claims.push(
            of_file
                .then(|| claim_of_path(&slots, path, vocabulary, policy))
                .flatten(),
        );
        assigned.groups.push(group_of(&assigned, reads, read, path));
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

/// A path with the words in it; empty for an embedded document.
struct PathWords<'a> {
    path: &'a str,
    hits: Vec<Hit>,
}

impl<'a> PathWords<'a> {
    fn of(read: &'a Read, vocabulary: &Vocabulary) -> Self {
        match read.source.origin {
            None => Self::new(&read.source.path, vocabulary),
            Some(_) => Self {
                path: "",
                hits: Vec::new(),
            },
        }
    }

    fn new(path: &'a str, vocabulary: &Vocabulary) -> Self {
        let hits = vocabulary.find(path);
        Self { path, hits }
    }
}

fn claim_of_path(slots: &Slots, path: &PathWords<'_>, vocabulary: &Vocabulary, policy: &Policy) -> Option<Claim> {
    let of_policy = policy
        .environments_of_path(path.path)
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
fn group_of(assigned: &Assigned, reads: &[Read], read: &Read, path: &PathWords<'_>) -> u64 {
    let Some(origin) = &read.source.origin else {
        return fold_path(path).value();
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
}

#[derive(Default)]
struct Slot {
    environments: HashSet<EnvironmentId>,
    strong: bool,
}

impl Slots {
    fn new(vocabulary: &Vocabulary, paths: &[PathWords<'_>], other_paths: &[String]) -> Self {
        let mut slots: HashMap<u64, Slot> = HashMap::new();
        let mut add = |path: &PathWords<'_>| {
            for segment in segments(path, vocabulary) {
                let slot = slots.entry(segment.slot).or_default();
                slot.environments.insert(segment.hit.environment);
                slot.strong |= segment.hit.strength == Strength::Strong;
            }
        };
        paths.iter().for_each(&mut add);
        for path in other_paths {
            add(&PathWords::new(path, vocabulary));
        }
        Self { environments: slots }
    }

    /// The right-most corroborated segment decides, else the right-most strong word, which stays uncorroborated.
    fn claim(&self, path: &PathWords<'_>, vocabulary: &Vocabulary) -> Option<Claim> {
        let segments = segments(path, vocabulary);
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
fn segments(path: &PathWords<'_>, vocabulary: &Vocabulary) -> Vec<Segment> {
    let PathWords { path, hits } = path;
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
fn fold_path(path: &PathWords<'_>) -> Address {
    let PathWords { path, hits } = path;
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
    let entries = &read.document.parsed.entries;
    let mut environments: Vec<Option<EnvironmentId>> = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let above = entry
            .parent
            .and_then(|parent| environments.get(parent.0 as usize).copied())
            .unwrap_or(base);
        let id = TextRange::new(index, index).start;
        environments.push(own.get(&id).copied().or(above));
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

/// Entries whose name is an environment's, where an entry of another environment stands at the same level.
fn key_claims(read: &Read, vocabulary: &Vocabulary) -> HashMap<u32, EnvironmentId> {
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
    let mut claims = HashMap::new();
    for level in levels.into_values() {
        let environments: HashSet<_> = level.iter().map(|(_, hit)| hit.environment).collect();
        if environments.len() >= 2 && level.iter().any(|(_, hit)| hit.strength == Strength::Strong) {
            claims.extend(level.into_iter().map(|(entry, hit)| (entry.0, hit.environment)));
        }
    }
    claims
}

/// Two entries stand at the same level when their addresses are equal: same parent's address, same folded name.
fn level_of(read: &Read, entry: EntryId) -> u64 {
    read.document.address(entry)
}

/// List items whose `name:` is an environment's word and nothing else.
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
        let is_item = document
            .entry(parent)
            .is_some_and(|parent| matches!(parent.key, Key::Item(_)));
        if is_item && vocabulary.exact(scalar.range.slice(&read.source.text)).is_some() {
            items.push((parent, word.hit));
        }
    }
    items
}

/// A document's own statement of its environment.
struct Statement {
    /// The scalar that says it.
    entry: EntryId,
    /// The block that it speaks for; `None` for the whole source.
    block: Option<EntryId>,
    environment: EnvironmentId,
    /// Whether the key can mean nothing else: a namespace, a profile, a policy's pattern.
    is_plain: bool,
}

/// Keys that state an environment, in lower case without separators. Framework modes (RAILS_ENV, NODE_ENV,
/// ASPNETCORE_ENVIRONMENT) are not among them: staging commonly runs in production mode.
const STATING: &[&str] = &[
    "env",
    "environment",
    "environmentname",
    "envname",
    "deployenv",
    "deployenvironment",
    "deploymentenvironment",
    "targetenv",
    "targetenvironment",
    "onprofile",
    "namespace",
    "deployment",
    "stage",
    "springconfigactivateonprofile",
    "springprofiles",
];

fn statements_of(read: &Read, vocabulary: &Vocabulary) -> Vec<Statement> {
    let (document, text) = (&read.document, read.source.text.as_str());
    let mut statements = Vec::new();
    for word in document
        .words
        .iter()
        .filter(|word| word.on == On::Value && word.hit.strength > Strength::Glued)
    {
        let Some(scalar) = document.scalar(word.entry) else {
            continue;
        };
        let name = squeezed(document.name(text, word.entry));
        let parent = document.entry(word.entry).and_then(|entry| entry.parent);
        let of_spring = name == "profiles" && parent.is_some_and(|parent| document.name(text, parent) == "spring");
        let of_environment = name == "name"
            && parent.is_some_and(|parent| document.name(text, parent).eq_ignore_ascii_case("environment"));
        // An option of a command line selects an environment; it does not say which one the script speaks for.
        if (!of_environment && !of_spring && !STATING.contains(&name.as_str()))
            || document.name(text, word.entry).starts_with('-')
        {
            continue;
        }
        let value = scalar.range.slice(text);
        let environment = match vocabulary.exact(value) {
            Some((environment, Strength::Strong)) => environment,
            Some(_) => continue,
            // A namespace carries its service's name as well: `shop-staging`.
            None if name == "namespace"
                && word.hit.strength == Strength::Strong
                && !value.contains([' ', '$', '{']) =>
            {
                word.hit.environment
            }
            None => continue,
        };
        let above = |id: Option<EntryId>| id.and_then(|id| document.entry(id)).and_then(|entry| entry.parent);
        let profile = matches!(
            name.as_str(),
            "onprofile" | "springconfigactivateonprofile" | "springprofiles" | "profiles"
        );
        let block = match (of_environment, profile) {
            // A profile speaks for the whole document that it stands in.
            (_, true) => document.top_of(word.entry),
            (true, _) => above(parent),
            _ => parent,
        };
        let block_name = block.map_or("", |block| document.name(text, block));
        // `metadata.namespace` and Helm's `global.env` speak for all that stands beside them.
        let block = if matches!(block_name, "metadata" | "global" | "globals") {
            above(block)
        } else {
            block
        };
        statements.push(Statement {
            entry: word.entry,
            block,
            environment,
            is_plain: of_environment || of_spring || PLAIN.contains(&name.as_str()),
        });
        // A bound for hostile files: real ones have a handful.
        if statements.len() >= 1000 {
            break;
        }
    }
    statements
}

/// A key in lower case without separators.
fn squeezed(key: &str) -> String {
    key.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// Whether a key can state the environment of what it stands in, whatever else that depends on.
pub(crate) fn is_stating(key: &str) -> bool {
    let letters = || {
        key.bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| byte.to_ascii_lowercase())
    };
    letters().eq("profiles".bytes()) || STATING.iter().any(|stating| letters().eq(stating.bytes()))
}

/// Stating keys that can mean nothing else.
const PLAIN: &[&str] = &[
    "namespace",
    "onprofile",
    "springconfigactivateonprofile",
    "springprofiles",
    "deployment",
];

/// What the policy takes as a document's statement: `key=value` patterns, for the whole document.
fn statements_of_policy(read: &Read, vocabulary: &Vocabulary, policy: &Policy) -> Vec<Statement> {
    if !policy.has_document_patterns() {
        return Vec::new();
    }
    let (document, text) = (&read.document, read.source.text.as_str());
    let mut statements = Vec::new();
    for (entry, _) in document.scalars() {
        let Some(value) = document.value(text, entry) else {
            continue;
        };
        let key = document.parsed.key_path(text, entry);
        let stated = policy.environments_of_document(&key, value.text.trim()).next();
        let Some((environment, _)) = stated.and_then(|(environment, _)| vocabulary.exact(&environment.name)) else {
            continue;
        };
        statements.push(Statement {
            entry,
            block: document.top_of(entry),
            environment,
            is_plain: true,
        });
    }
    statements
}

/// A statement wins over the path, except where the path is corroborated and the sibling makes the same statement:
/// then it was copied.
fn settle(
    assigned: &mut Assigned,
    index: usize,
    read: &Read,
    statement: &Statement,
    others: &[(usize, EnvironmentId)],
) {
    let claim = assigned.claims.get(index).copied().flatten();
    let of_path = claim.map(|claim| claim.environment);
    let contradicts = claim.is_some_and(|claim| claim.corroborated && claim.environment != statement.environment);
    if contradicts && (is_copied(assigned, index, statement, others) || !is_borne_out(read, statement, of_path)) {
        return;
    }
    let Some(environments) = assigned.environments.get_mut(index) else {
        return;
    };
    let first = statement.block.map_or(0, |block| block.0 as usize);
    // Keys and statements further out say it more plainly than a variable among others, which may be the very fault.
    let base = match statement.block {
        Some(_) => environments.get(first).copied().flatten(),
        None => of_path,
    };
    if base != of_path {
        return;
    }
    let entries = read.document.parsed.entries.iter().enumerate().skip(first);
    for (at, _) in entries.take_while(|(at, entry)| match statement.block {
        None => true,
        // Entries stand in the order of the text, so that a block is one run of them.
        Some(block) => *at == first || entry.parent.is_some_and(|parent| parent >= block),
    }) {
        if let Some(environment) = environments.get_mut(at)
            && *environment == base
        {
            *environment = Some(statement.environment);
        }
    }
}

/// Whether the sibling of the stated environment makes the same statement: then it came with a copied file.
fn is_copied(assigned: &Assigned, index: usize, statement: &Statement, others: &[(usize, EnvironmentId)]) -> bool {
    others.iter().take(1024).any(|(other, environment)| {
        let of_other = assigned
            .claims
            .get(*other)
            .copied()
            .flatten()
            .map(|claim| claim.environment);
        *other != index && *environment == statement.environment && of_other == Some(statement.environment)
    })
}

/// Whether the rest of the block speaks for the stated environment rather than for the path's. Where nothing else
/// speaks, a namespace or profile is believed, and a mere variable is not.
fn is_borne_out(read: &Read, statement: &Statement, of_path: Option<EnvironmentId>) -> bool {
    let document = &read.document;
    let inside = |word: &&Word| {
        let within = statement
            .block
            .is_none_or(|block| document.is_within(word.entry, block));
        within && word.on == On::Value && word.entry != statement.entry && word.hit.strength > Strength::Glued
    };
    let (mut stated, mut path) = (0, 0);
    for word in document.words.iter().filter(inside).take(2048) {
        stated += usize::from(word.hit.environment == statement.environment);
        path += usize::from(Some(word.hit.environment) == of_path);
    }
    stated > path || (stated == path && statement.is_plain)
}
