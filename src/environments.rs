//! Which environment a file, a block and a key speak for.
//!
//! A path says it by its right-most segment with an environment's word, corroborated by a sibling that has another
//! environment's word in the same place. A document says it itself (`env: stage`). A key says it where a key of
//! another environment stands at the same level. What nobody says stays unknown.

mod keys;
mod paths;
mod products;
mod regions;
mod statements;

use crate::formats::EntryId;
use crate::policy::Policy;
use crate::settings::{Address, Read};
use crate::source::TextRange;
use crate::vocabulary::{EnvironmentId, Vocabulary};
use keys::by_keys;
use paths::{Slots, fold_path};
pub(crate) use regions::Regions;
pub(crate) use statements::is_stating;
use statements::{settle, statements_of, statements_of_policy};
use std::collections::HashMap;

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
