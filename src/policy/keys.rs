//! The keys of a policy: what may stand at each, and what it means.
//!
//! The reader knows no others, and the JSON Schema and the guide's tables are made of these.

/// A key.
pub(super) struct Key {
    pub(super) name: &'static str,
    /// What stands there, in Markdown.
    pub(super) meaning: &'static str,
    pub(super) shape: Shape,
    /// Whether it may be left out.
    pub(super) presence: Presence,
}

/// Whether a key may be left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Optional,
    Required,
}

/// What may stand at a key.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// The version of the policy's shape.
    Version,
    /// A text that is not blank.
    Text,
    /// One of a few words.
    OneOf(&'static [&'static str]),
    /// `true` or `false`.
    Truth,
    /// A whole number that is not negative.
    Count,
    /// The id of a rule.
    Rule,
    /// The beginning of a value's hash, with so many digits at least.
    Hash(usize),
    /// A day.
    Day,
    /// A list of plain words.
    Words,
    /// A list of patterns.
    Patterns,
    /// A list of `key=value`.
    Statements,
    /// Keys below.
    Map(&'static [Key]),
    /// A map from plain words, each with keys below.
    Named(&'static [Key]),
    /// A list of maps with these keys.
    List(&'static [Key]),
    /// A map from rules to levels.
    PerRule,
}

const fn key(name: &'static str, shape: Shape, meaning: &'static str) -> Key {
    Key {
        name,
        meaning,
        shape,
        presence: Presence::Optional,
    }
}

const fn required(name: &'static str, shape: Shape, meaning: &'static str) -> Key {
    Key {
        presence: Presence::Required,
        ..key(name, shape, meaning)
    }
}

/// The tiers that an environment can have.
pub(super) const TIERS: &[&str] = &["production", "nonproduction"];
/// The levels that a rule can be given.
pub(super) const LEVELS: &[&str] = &["off", "note", "warning", "error"];
/// The fewest hex digits that name a value.
pub(super) const DIGITS: usize = 8;

/// At the top.
pub(super) const POLICY: &[Key] = &[
    key("version", Shape::Version, "`1`; may be left out"),
    key(
        "environments",
        Shape::Named(ENVIRONMENT),
        "a map from names to environments",
    ),
    key(
        "rules",
        Shape::PerRule,
        "a map from rules to levels: `off`, `note`, `warning`, `error`. All findings of the rule get that level",
    ),
    key("words", Shape::Map(WORDS), "how words are to be read"),
    key("exclude", Shape::Patterns, "patterns of paths that are not read"),
    key(
        "acknowledge",
        Shape::List(ACKNOWLEDGEMENT),
        "a list of findings that are known and accepted",
    ),
    key("minimum", Shape::Map(MINIMUM), "what a run has to judge at least"),
];

/// Below `words`.
pub(super) const WORDS: &[Key] = &[key(
    "ignore",
    Shape::Words,
    "words that name no environment here, such as parts of a service's name. Plain words, no patterns",
)];

/// Below `minimum`.
pub(super) const MINIMUM: &[Key] = &[key(
    "settings",
    Shape::Count,
    "fewer settings of known environments than this in the whole run give exit code 3, unless a finding fails the run already. Without it the minimum is 1",
)];

/// In an environment.
pub(super) const ENVIRONMENT: &[Key] = &[
    key(
        "tier",
        Shape::OneOf(TIERS),
        "`production` or `nonproduction`. Without it the name decides; a name that says nothing is `nonproduction`",
    ),
    key(
        "aliases",
        Shape::Words,
        "words that mean this environment in paths, keys and values. Plain words, no patterns; case does not matter",
    ),
    key(
        "paths",
        Shape::Patterns,
        "patterns of files that speak for it. They win over words in the path; of two environments the first wins",
    ),
    key(
        "documents",
        Shape::Statements,
        "statements `key=value`, both may be patterns, that make a document speak for it; of a file with several \
         documents the one that they stand in",
    ),
    key("keys", Shape::Patterns, "patterns of key paths that speak for it"),
    key(
        "owns",
        Shape::Map(OWNS),
        "what belongs to it and to nobody else. What is shared stays out",
    ),
    key(
        "exclusive",
        Shape::Truth,
        "`true`: no other environment may use a datastore that this one uses",
    ),
    key(
        "datastores",
        Shape::Patterns,
        "all datastores that it may use: a pattern of hosts, or of hosts and databases as `host/database`. Any other is an \
         error. Without the list all are allowed that nothing else forbids",
    ),
];

/// Below `owns`.
pub(super) const OWNS: &[Key] = &[
    key("hosts", Shape::Patterns, "patterns of host names and addresses"),
    key("databases", Shape::Patterns, "patterns of the names of databases"),
    key(
        "resources",
        Shape::Patterns,
        "patterns of the names of buckets, queues, accounts and all else",
    ),
];

/// In an acknowledgement.
pub(super) const ACKNOWLEDGEMENT: &[Key] = &[
    required("rule", Shape::Rule, "the rule"),
    required(
        "environment",
        Shape::Text,
        "the environment that the setting speaks for",
    ),
    key("path", Shape::Text, "a pattern of files; without it all files"),
    required("setting", Shape::Text, "the key path as the finding prints it"),
    required(
        "value",
        Shape::Hash(DIGITS),
        "eight or more digits of the finding's `value_hash`",
    ),
    key(
        "until",
        Shape::Day,
        "the last day, like `2027-06-30`; without it no end",
    ),
    required("reason", Shape::Text, "why"),
];

/// The names of keys, for messages.
pub(super) fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// Keys that stand together, for people.
pub struct Section {
    /// Where they stand: `in an environment`.
    pub place: &'static str,
    /// Their key paths from there, with what each means, in Markdown.
    pub keys: Vec<(String, &'static str)>,
}

/// All keys of a policy, for people.
pub fn sections() -> Vec<Section> {
    let places = [
        ("at the top", POLICY),
        ("in an environment", ENVIRONMENT),
        ("in an acknowledgement", ACKNOWLEDGEMENT),
    ];
    let section = |(place, keys): (&'static str, &'static [Key])| {
        let mut rows = Vec::new();
        for key in keys {
            rows.push((key.name.to_owned(), key.meaning));
            if let Shape::Map(below) = key.shape {
                let path = |below: &Key| (format!("{}.{}", key.name, below.name), below.meaning);
                rows.extend(below.iter().map(path));
            }
        }
        Section { place, keys: rows }
    };
    places.into_iter().map(section).collect()
}
