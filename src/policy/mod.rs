//! The policy: the project's own truth about its environments, from `envfence.yml`.

mod acknowledging;
mod fields;
mod keys;
mod reading;
mod schema;
mod spelling;
mod tree;

use crate::dates::Date;
use crate::finding::Level;
use crate::patterns::{Pattern, Patterns};
use crate::source::Position;
use crate::vocabulary::Vocabulary;
use std::collections::BTreeMap;

pub use crate::vocabulary::Tier;
pub use keys::{Section, sections};
pub use reading::{SIZE_CAP, VERSION, read};
pub use schema::schema;
pub(crate) use spelling::{advice, shown, without_credentials};

/// Where a policy is looked for, below the judged directory; the first that exists counts.
pub const FILE_NAMES: &[&str] = &[
    "envfence.yml",
    "envfence.yaml",
    ".github/envfence.yml",
    ".github/envfence.yaml",
];

/// What a project says of itself. The default is the policy of a project that says nothing.
#[derive(Debug, Default)]
pub struct Policy {
    /// The path of the file, as it is shown; "" where there is none.
    pub path: String,
    /// The environments, in the order of the file.
    pub environments: Vec<EnvironmentPolicy>,
    /// The level of a rule where it is not the rule's own.
    pub levels: BTreeMap<String, RuleLevel>,
    /// Words that name no environment here, such as parts of a service's name.
    pub ignored_words: Vec<Word>,
    /// Files to leave out.
    pub exclude: Patterns,
    /// Findings that are known and accepted.
    pub acknowledgements: Vec<PolicyAcknowledgement>,
    /// Judging fewer settings than this is a failure.
    pub minimum_settings: Option<u64>,
}

/// A word of the policy with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word as it is written.
    pub text: String,
    /// Where.
    pub at: Position,
}

/// The level that the policy gives to a rule; `None` switches it off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleLevel {
    /// How bad its findings are.
    pub level: Option<Level>,
    /// Where the policy says so.
    pub at: Position,
}

/// The tier of an environment of which only the name is known.
pub(crate) fn tier_of_name(name: &str) -> Tier {
    let vocabulary = Vocabulary::default();
    let hits = vocabulary.find(name);
    let production = !hits.is_empty() && hits.iter().all(|hit| vocabulary.is_production(hit.environment));
    let mut words = name.split(|char: char| !char.is_alphabetic());
    match production && !words.any(|word| UNLIKE_PRODUCTION.contains(&word.to_lowercase().as_str())) {
        true => Tier::Production,
        false => Tier::Nonproduction,
    }
}

/// Words beside which `production` means something else.
const UNLIKE_PRODUCTION: &[&str] = &["no", "post", "copy", "mirror", "clone", "shadow", "fake", "like"];

/// What the policy says of one environment.
#[derive(Debug)]
pub struct EnvironmentPolicy {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub at: Position,
    /// Whether it serves customers; from its name where the policy does not say.
    pub tier: Tier,
    /// Words that mean it in paths, keys and values.
    pub aliases: Vec<Word>,
    /// Files that speak for it.
    pub paths: Patterns,
    /// Statements in a document that make it speak for this environment.
    pub documents: Vec<DocumentPattern>,
    /// Key paths that speak for it.
    pub keys: Patterns,
    /// What belongs to it and to nobody else.
    pub owns: Owns,
    /// Whether no other environment may use what it owns or what its datastores point at.
    pub exclusive: bool,
    /// Every datastore that it may use; `None` where any.
    pub datastores: Option<Vec<DatastorePattern>>,
}

/// A datastore: a host, and of its databases all or some.
#[derive(Debug)]
pub struct DatastorePattern {
    /// The host.
    pub host: Pattern,
    /// The database; `None` for all of the host.
    pub database: Option<Pattern>,
}

impl DatastorePattern {
    /// Whether it allows a datastore. One whose database is not known is allowed where its host is.
    fn allows(&self, host: &str, database: Option<&str>) -> bool {
        if !self.host.matches(host) {
            return false;
        }
        match (&self.database, database) {
            (Some(pattern), Some(database)) => pattern.matches(database),
            _ => true,
        }
    }
}

/// A statement `key=value` in a document.
#[derive(Debug)]
pub struct DocumentPattern {
    /// The key path.
    pub key: Pattern,
    /// The value at it.
    pub value: Pattern,
}

/// What belongs to an environment.
#[derive(Debug, Default)]
pub struct Owns {
    /// Hosts.
    pub hosts: Patterns,
    /// Databases.
    pub databases: Patterns,
    /// Buckets, queues, accounts and other resources.
    pub resources: Patterns,
}

/// The kinds of thing that belong to an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owned {
    /// A host name or address.
    Host,
    /// A database name.
    Database,
    /// The name of another resource.
    Resource,
}

/// A finding that the policy accepts.
#[derive(Debug)]
pub struct PolicyAcknowledgement {
    /// Where it stands.
    pub at: Position,
    /// The rule that it is a finding of.
    pub rule: String,
    /// The environment that the setting speaks for.
    pub environment: String,
    /// Files that it is about; all where it has none.
    pub path: Option<Pattern>,
    /// The key path as the finding prints it.
    pub setting: String,
    /// The first hex digits of the value's hash, eight or more, in lower case.
    pub value: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Why the finding is accepted.
    pub reason: String,
}

impl Policy {
    /// The environment of a name or alias, whatever the case.
    pub fn environment(&self, word: &str) -> Option<&EnvironmentPolicy> {
        let is = |known: &str| known.eq_ignore_ascii_case(word) || known.to_lowercase() == word.to_lowercase();
        self.environments
            .iter()
            .find(|environment| is(&environment.name) || environment.aliases.iter().any(|alias| is(&alias.text)))
    }

    /// The level that the policy gives to a rule; `Some(None)` switches it off, `None` leaves it alone.
    pub fn level(&self, rule: &str) -> Option<Option<Level>> {
        self.levels.get(rule).map(|level| level.level)
    }

    /// The environments that something belongs to, each with the pattern that says so.
    pub fn owners<'a>(
        &'a self,
        what: Owned,
        name: &'a str,
    ) -> impl Iterator<Item = (&'a EnvironmentPolicy, &'a Pattern)> {
        self.environments
            .iter()
            .filter_map(move |environment| environment.owns.find(what, name).map(|pattern| (environment, pattern)))
    }

    /// Whether an environment may use a datastore, as far as its list of them tells.
    pub fn allows(&self, environment: &str, host: &str, database: Option<&str>) -> bool {
        let mut environments = self.environments.iter();
        let list = environments
            .find(|known| known.name == environment)
            .and_then(|known| known.datastores.as_ref());
        let Some(list) = list else { return true };
        // All are asked, so that each remembers its match.
        list.iter().filter(|one| one.allows(host, database)).count() > 0
    }

    /// Whether any environment lists its datastores.
    pub fn lists_datastores(&self) -> bool {
        self.environments
            .iter()
            .any(|environment| environment.datastores.is_some())
    }

    /// The environments that a file speaks for, each with the pattern that says so.
    pub fn environments_of_path<'a>(
        &'a self,
        path: &'a str,
    ) -> impl Iterator<Item = (&'a EnvironmentPolicy, &'a Pattern)> {
        self.environments
            .iter()
            .filter_map(move |environment| environment.paths.find(path).map(|pattern| (environment, pattern)))
    }

    /// The environments that a key path speaks for, each with the pattern that says so.
    pub fn environments_of_key<'a>(
        &'a self,
        key: &'a str,
    ) -> impl Iterator<Item = (&'a EnvironmentPolicy, &'a Pattern)> {
        self.environments
            .iter()
            .filter_map(move |environment| environment.keys.find(key).map(|pattern| (environment, pattern)))
    }

    /// The environments that a document speaks for because of one of its values, each with the statement that says so.
    pub fn environments_of_document<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
    ) -> impl Iterator<Item = (&'a EnvironmentPolicy, &'a DocumentPattern)> {
        self.environments.iter().filter_map(move |environment| {
            let states = |document: &&DocumentPattern| document.key.matches(key) && document.value.matches(value);
            // All are asked, so that each remembers its match.
            let first = environment
                .documents
                .iter()
                .filter(states)
                .fold(None, |first, next| first.or(Some(next)));
            first.map(|document| (environment, document))
        })
    }

    /// A pattern as it stands in the policy: that of a document with its key and its value.
    pub fn text_of(&self, pattern: &Pattern) -> String {
        let mut documents = self.environments.iter().flat_map(|environment| &environment.documents);
        let is = |document: &&DocumentPattern| {
            std::ptr::eq(&raw const document.key, pattern) || std::ptr::eq(&raw const document.value, pattern)
        };
        documents.find(is).map_or_else(
            || pattern.text().to_owned(),
            |document| format!("{}={}", document.key.text(), document.value.text()),
        )
    }

    /// Whether any environment lists documents, so that their values need to be looked at.
    pub fn has_document_patterns(&self) -> bool {
        self.environments
            .iter()
            .any(|environment| !environment.documents.is_empty())
    }

    /// Every pattern that a run can match, with the key path of its list, in the order of the file.
    pub fn patterns(&self) -> Vec<(String, &Pattern)> {
        let mut patterns = Vec::new();
        for environment in &self.environments {
            let owns = &environment.owns;
            for (section, list) in [
                ("paths", &environment.paths),
                ("keys", &environment.keys),
                ("owns.hosts", &owns.hosts),
                ("owns.databases", &owns.databases),
                ("owns.resources", &owns.resources),
            ] {
                let section = format!("environments.{}.{section}", environment.name);
                patterns.extend(list.iter().map(|pattern| (section.clone(), pattern)));
            }
            for datastore in environment.datastores.iter().flatten() {
                let section = format!("environments.{}.datastores", environment.name);
                patterns.push((section, &datastore.host));
            }
            for document in &environment.documents {
                let section = format!("environments.{}.documents", environment.name);
                let unmatched = [&document.key, &document.value]
                    .into_iter()
                    .find(|pattern| !pattern.matched());
                patterns.push((section, unmatched.unwrap_or(&document.value)));
            }
        }
        patterns.extend(self.exclude.iter().map(|pattern| ("exclude".to_owned(), pattern)));
        patterns.sort_by_key(|(_, pattern)| pattern.at());
        patterns
    }

    /// The patterns that nothing in the run matched, each with the key path of its list. Only true of a run over the whole tree.
    pub fn unmatched_patterns(&self) -> Vec<(String, &Pattern)> {
        let mut patterns = self.patterns();
        patterns.retain(|(_, pattern)| !pattern.matched());
        patterns
    }

    /// `path:line:column` of a place in the policy.
    pub fn place(&self, at: Position) -> String {
        format!("{}:{}:{}", self.path, at.line, at.column)
    }
}

impl Owns {
    /// The pattern that says that a thing belongs to the environment.
    pub fn find(&self, what: Owned, name: &str) -> Option<&Pattern> {
        match what {
            Owned::Host => self.hosts.find(name),
            Owned::Database => self.databases.find(name),
            Owned::Resource => self.resources.find(name),
        }
    }

    /// Whether the policy names nothing that belongs to the environment.
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.databases.is_empty() && self.resources.is_empty()
    }
}

#[cfg(test)]
mod tests;
