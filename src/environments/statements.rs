//! What documents say of their environments themselves: `env: stage`, `namespace:`, a profile, a policy's pattern.

use super::Assigned;
use crate::formats::EntryId;
use crate::policy::Policy;
use crate::settings::{Document, On, Read, Word};
use crate::vocabulary::{EnvironmentId, Strength, Vocabulary};
use std::collections::HashMap;

/// A document's own statement of its environment.
pub(super) struct Statement {
    /// The scalar that says it.
    pub(super) entry: EntryId,
    /// The block that it speaks for; `None` for the whole source.
    block: Option<EntryId>,
    pub(super) environment: EnvironmentId,
    /// Whether the key can mean nothing else: a namespace, a profile, a policy's pattern.
    is_plain: bool,
    /// How much the word says on its own.
    strength: Strength,
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

pub(super) fn statements_of(read: &Read, vocabulary: &Vocabulary) -> Vec<Statement> {
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
        // A list of one states as plainly as a scalar: `environment = ["production"]`.
        let stating = document.lone_item_of(word.entry).unwrap_or(word.entry);
        let name = squeezed(document.name(text, stating));
        let parent = document.entry(stating).and_then(|entry| entry.parent);
        let of_spring = name == "profiles" && parent.is_some_and(|parent| document.name(text, parent) == "spring");
        let of_environment = name == "name"
            && parent.is_some_and(|parent| document.name(text, parent).eq_ignore_ascii_case("environment"));
        // An option of a command line selects an environment; it does not say which one the script speaks for.
        if (!of_environment && !of_spring && !STATING.contains(&name.as_str()))
            || document.name(text, stating).starts_with('-')
        {
            continue;
        }
        let value = scalar.range.slice(text);
        let mut strength = Strength::Strong;
        let environment = match vocabulary.exact(value) {
            Some((environment, exact)) => {
                strength = exact;
                environment
            }
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
        // `metadata.namespace`, Helm's `global.env` and the scope of Octopus' variables speak for all that stands beside them.
        let block = if matches!(block_name, "metadata" | "global" | "globals" | "Scope" | "scope") {
            above(block)
        } else {
            block
        };
        statements.push(Statement {
            entry: word.entry,
            block,
            environment,
            is_plain: of_environment || of_spring || PLAIN.contains(&name.as_str()),
            strength,
        });
        // A bound for hostile files: real ones have a handful.
        if statements.len() >= 1000 {
            break;
        }
    }
    corroborated(document, statements)
}

/// Statements without those by a weak word, unless a strong one states another environment in the same place.
fn corroborated(document: &Document, mut statements: Vec<Statement>) -> Vec<Statement> {
    if statements.iter().any(|statement| statement.strength == Strength::Weak) {
        let strong: HashMap<u64, EnvironmentId> = statements
            .iter()
            .filter(|statement| statement.strength == Strength::Strong)
            .map(|statement| (document.address(statement.entry), statement.environment))
            .collect();
        statements.retain(|statement| {
            statement.strength == Strength::Strong
                || strong
                    .get(&document.address(statement.entry))
                    .is_some_and(|other| *other != statement.environment)
        });
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
pub(super) fn statements_of_policy(read: &Read, vocabulary: &Vocabulary, policy: &Policy) -> Vec<Statement> {
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
            strength: Strength::Strong,
        });
    }
    statements
}

/// A statement wins over the path, except where the path is corroborated and the sibling makes the same statement:
/// then it was copied.
pub(super) fn settle(
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
