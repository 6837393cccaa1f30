//! What keys say of the environment of what stands below them, in the light of the keys at the same level.

use crate::formats::{EntryId, Key, Value};
use crate::policy::Policy;
use crate::settings::{Address, On, Read};
use crate::source::TextRange;
use crate::vocabulary::{EnvironmentId, Hit, Strength, Vocabulary};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The environment of each entry from its source's and from the keys above it.
pub(super) fn by_keys(
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
