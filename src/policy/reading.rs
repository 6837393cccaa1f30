//! Reads a policy and says everything that is wrong with it at once, each with its place.

use super::acknowledging::Acknowledging;
use super::fields::{Fields, Reader};
use super::keys::{ENVIRONMENT, LEVELS, MINIMUM, OWNS, POLICY, TIERS, WORDS};
use super::tree::{Node, Placed, Tree};
use super::{
    DatastorePattern, DocumentPattern, EnvironmentPolicy, Owns, Policy, RuleLevel, Tier, advice, shown, tier_of_name,
};
use crate::error::Error;
use crate::finding::Level;
use crate::patterns::Kind;
use crate::source::Position;
use crate::vocabulary::{Strength, Vocabulary};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The largest policy, in bytes.
pub const SIZE_CAP: usize = 1 << 20;
/// The version of the policy's shape that this envfence reads.
pub const VERSION: u64 = 1;
/// The largest number of errors that are told one by one.
const ERROR_CAP: usize = 100;

/// Reads the policy at `path`; `known_rules` are the ids that it may name.
///
/// # Errors
/// Everything that is wrong with the policy, in the order of the text.
pub fn read(path: &str, text: &str, known_rules: &[&str]) -> Result<Policy, Vec<Error>> {
    if text.len() > SIZE_CAP {
        let message = format!("a policy of {} bytes; the largest is {SIZE_CAP}", text.len());
        return Err(vec![Error::new(message).at(path)]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tree = Tree::read(text).map_err(|errors| located(path, errors))?;
    let mut reader = Reader::new(path, known_rules);
    let policy = reader.policy(tree.root());
    match reader.into_errors() {
        errors if errors.is_empty() => Ok(policy),
        errors => Err(located(path, errors)),
    }
}

/// The errors in the order of the text, with their places written out.
fn located(path: &str, mut errors: Vec<Placed>) -> Vec<Error> {
    errors.sort_by_key(|(at, _)| *at);
    let more = errors.len().saturating_sub(ERROR_CAP);
    let mut located: Vec<Error> = errors
        .into_iter()
        .take(ERROR_CAP)
        .map(|(at, error)| error.at(format!("{path}:{}:{}", at.line, at.column)))
        .collect();
    if more > 0 {
        located.push(Error::new(format!("{more} more errors")).at(path));
    }
    located
}

impl Reader<'_> {
    fn policy(&mut self, root: Node<'_>) -> Policy {
        let fields = self.fields(root, "", POLICY);
        self.version(&fields);
        let mut policy = Policy {
            path: self.path.to_owned(),
            environments: self.environments(&fields),
            exclude: self.paths(&fields, "exclude"),
            ..Policy::default()
        };
        self.levels(&fields, &mut policy);
        if let Some(words) = fields.get("words") {
            let words = self.fields(words, "words", WORDS);
            policy.ignored_words = self.words(&words, "ignore");
        }
        if let Some(minimum) = fields.get("minimum") {
            let minimum = self.fields(minimum, "minimum", MINIMUM);
            policy.minimum_settings = minimum.get("settings").and_then(|node| {
                let number = node.number();
                if number.is_none() {
                    self.wrong(node, "minimum.settings", "a whole number that is 0 or more");
                }
                number
            });
        }
        policy.acknowledgements = Acknowledging::read(self, &fields, &policy);
        policy
    }

    fn version(&mut self, fields: &Fields<'_>) {
        let Some(node) = fields.get("version") else { return };
        match node.number() {
            Some(VERSION) => {}
            Some(other) => {
                let error = Error::new(format!("version {other} of the policy is not known"));
                self.error(node.at(), error.hint(format!("this envfence reads version {VERSION}")));
            }
            None => self.wrong(node, "version", "a whole number"),
        }
    }

    fn environments(&mut self, fields: &Fields<'_>) -> Vec<EnvironmentPolicy> {
        let Some(node) = fields.get("environments") else {
            return Vec::new();
        };
        let Some(entries) = node.entries() else {
            self.wrong(node, "environments", "a map from names to environments");
            return Vec::new();
        };
        let mut environments = Vec::new();
        for (key, node) in entries {
            if self.is_word(key.text, key.at, "an environment's name") {
                environments.push(self.environment(key.text, key.at, node));
            }
        }
        self.check_words(&environments);
        self.check_owners(&environments);
        environments
    }

    fn environment(&mut self, name: &str, at: Position, node: Node<'_>) -> EnvironmentPolicy {
        let fields = self.fields(node, &format!("environments.{name}"), ENVIRONMENT);
        let owns = match fields.get("owns") {
            Some(owns) => {
                let fields = self.fields(owns, &fields.path("owns"), OWNS);
                Owns {
                    hosts: self.patterns(&fields, "hosts", Kind::Host),
                    databases: self.patterns(&fields, "databases", Kind::Name),
                    resources: self.patterns(&fields, "resources", Kind::Name),
                }
            }
            None => Owns::default(),
        };
        let tier = match self.choice(&fields, "tier", TIERS) {
            Some("production") => Tier::Production,
            Some(_) => Tier::Nonproduction,
            None => self.tier_of_name(name, at),
        };
        if tier == Tier::Nonproduction && means(name) == Some(Tier::Production) {
            let error = Error::new(format!("`{}` cannot be {}", shown(name), tier.as_str()));
            self.error(
                at,
                error.hint("nothing of production would be judged; give the environment another name"),
            );
        }
        let exclusive = fields.get("exclusive").is_some_and(|node| {
            node.bool().unwrap_or_else(|| {
                self.wrong(node, &fields.path("exclusive"), "true or false");
                false
            })
        });
        let aliases = self.words(&fields, "aliases");
        for alias in &aliases {
            if let Some(usual) = means(&alias.text).filter(|usual| *usual != tier) {
                let error = Error::new(format!(
                    "`{}` means {}, and {} is {}",
                    shown(&alias.text),
                    usual.as_str(),
                    shown(name),
                    tier.as_str()
                ));
                self.error(
                    alias.at,
                    error.hint("name files of this environment under `paths`, documents under `documents`"),
                );
            }
        }
        EnvironmentPolicy {
            name: name.to_owned(),
            at,
            tier,
            aliases,
            paths: self.paths(&fields, "paths"),
            documents: self.documents(&fields),
            keys: self.patterns(&fields, "keys", Kind::Key),
            owns,
            exclusive,
            datastores: fields.get("datastores").map(|_| self.datastores(&fields)),
        }
    }

    /// The tier of an environment that does not say it. A misspelt name would quietly be one more environment.
    fn tier_of_name(&mut self, name: &str, at: Position) -> Tier {
        let usual = [
            "production",
            "preproduction",
            "staging",
            "development",
            "sandbox",
            "integration",
        ];
        if name.len() >= 6
            && BUILT_IN.find(name).is_empty()
            && let Some(meant) = usual.iter().find(|usual| strsim::damerau_levenshtein(name, usual) <= 2)
        {
            let error = Error::new(format!("`{}` is no known environment", shown(name)));
            self.error(
                at,
                error.hint(format!(
                    "did you mean `{meant}`? If not, say its tier: {}",
                    TIERS.join(" or ")
                )),
            );
        }
        tier_of_name(name)
    }

    fn datastores(&mut self, fields: &Fields<'_>) -> Vec<DatastorePattern> {
        let mut datastores = Vec::new();
        for (text, at) in self.texts(fields, "datastores") {
            // A regular expression for the host stands between slashes itself.
            let split = match text.strip_prefix('/') {
                Some(rest) => rest
                    .split_once("//")
                    .and_then(|(host, database)| Some((text.get(..host.len() + 2)?, database))),
                None => text.split_once('/'),
            };
            let (host, database) = split.map_or((text, None), |(host, database)| (host, Some(database)));
            let database = database.map(|database| self.pattern(Kind::Name, database.trim(), at));
            if let (Some(host), Some(database)) = (
                self.pattern(Kind::Host, host.trim(), at),
                // A wrong pattern is said, and the whole entry left out.
                database.map_or(Some(None), |pattern| pattern.map(Some)),
            ) {
                datastores.push(DatastorePattern { host, database });
            }
        }
        datastores
    }

    fn documents(&mut self, fields: &Fields<'_>) -> Vec<DocumentPattern> {
        let mut documents = Vec::new();
        for (text, at) in self.texts(fields, "documents") {
            // A regular expression for the key may hold `=`.
            let split = match text.strip_prefix('/') {
                Some(_) => text
                    .split_once("/=")
                    .map(|(key, value)| (text.get(..=key.len()).unwrap_or(key), value)),
                None => text.split_once('='),
            };
            let Some((key, value)) = split else {
                let error = Error::new(format!("`{}` states nothing", shown(text)));
                self.error(
                    at,
                    error.hint("write a key and a value, like namespace=shop-prod; both may be patterns"),
                );
                continue;
            };
            let key = self.pattern(Kind::Key, key.trim(), at);
            let value = self.pattern(Kind::Name, value.trim(), at);
            if let (Some(key), Some(value)) = (key, value) {
                documents.push(DocumentPattern { key, value });
            }
        }
        documents
    }

    fn levels(&mut self, fields: &Fields<'_>, policy: &mut Policy) {
        let Some(node) = fields.get("rules") else { return };
        let Some(entries) = node.entries() else {
            self.wrong(node, "rules", "a map from rules to levels");
            return;
        };
        for (key, node) in entries {
            if !self.is_rule(key.text, key.at) {
                continue;
            }
            let level = match node.text() {
                Some("off") => None,
                Some("note") => Some(Level::Note),
                Some("warning") => Some(Level::Warning),
                Some("error") => Some(Level::Error),
                Some(text) => {
                    let error = Error::new(format!("`{}` is no level", shown(text)));
                    self.error(node.at(), error.hint(advice(text, LEVELS, "levels")));
                    continue;
                }
                None => {
                    self.wrong(node, &format!("rules.{}", key.text), "a level");
                    continue;
                }
            };
            policy
                .levels
                .insert(key.text.to_owned(), RuleLevel { level, at: node.at() });
        }
    }

    /// Says where one word means two environments, or one twice.
    fn check_words(&mut self, environments: &[EnvironmentPolicy]) {
        let mut owners: HashMap<String, (&str, Position)> = HashMap::new();
        let names = environments
            .iter()
            .map(|environment| (environment, environment.name.as_str(), environment.at));
        let aliases = environments.iter().flat_map(|environment| {
            environment
                .aliases
                .iter()
                .map(move |alias| (environment, alias.text.as_str(), alias.at))
        });
        for (environment, word, at) in names.chain(aliases) {
            match owners.get(&word.to_lowercase()) {
                Some((owner, first)) => {
                    let message = format!(
                        "`{}` means {} already, on line {}",
                        shown(word),
                        shown(owner),
                        first.line
                    );
                    self.error(
                        at,
                        Error::new(message).hint("a word means one environment, whatever its case"),
                    );
                }
                None => {
                    owners.insert(word.to_lowercase(), (&environment.name, at));
                }
            }
        }
    }

    /// Says where one thing belongs to two environments, or to one twice.
    fn check_owners(&mut self, environments: &[EnvironmentPolicy]) {
        let mut owners: HashMap<(usize, String), (&str, Position)> = HashMap::new();
        for environment in environments {
            let owns = &environment.owns;
            for (index, list) in [&owns.hosts, &owns.databases, &owns.resources].into_iter().enumerate() {
                for pattern in list.iter() {
                    let key = (index, pattern.text().to_lowercase());
                    match owners.get(&key) {
                        Some((owner, first)) => {
                            let (text, owner) = (shown(pattern.text()), shown(owner));
                            let message = format!("`{text}` belongs to {owner} already, on line {}", first.line);
                            let hint = "what an environment owns belongs to nobody else; leave out what is shared";
                            self.error(pattern.at(), Error::new(message).hint(hint));
                        }
                        None => {
                            owners.insert(key, (&environment.name, pattern.at()));
                        }
                    }
                }
            }
        }
    }
}

/// The words that no policy has to name.
static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::default);

/// What a word means to everybody, where it means one thing.
fn means(word: &str) -> Option<Tier> {
    let hits = BUILT_IN.find(word);
    let [hit] = hits.as_slice() else { return None };
    let is_whole = hit.range.len() == word.len() && hit.strength == Strength::Strong;
    is_whole.then(|| match BUILT_IN.is_production(hit.environment) {
        true => Tier::Production,
        false => Tier::Nonproduction,
    })
}
