//! What the sections of a policy have in common: keys that are known, texts, words, lists and patterns.

use super::keys::{Key, names};
use super::tree::{Node, Placed};
use super::{Word, advice, shown};
use crate::error::Error;
use crate::patterns::{Kind, Pattern, Patterns};
use crate::references::credentials;
use crate::source::Position;

/// The largest number of patterns.
const PATTERN_CAP: usize = 5_000;
/// The largest number of regular expressions, which take more memory than globs do.
const EXPRESSION_CAP: usize = 200;

/// Collects what is wrong while it reads.
pub(super) struct Reader<'a> {
    pub(super) path: &'a str,
    rules: &'a [&'a str],
    errors: Vec<Placed>,
    patterns: usize,
    expressions: usize,
}

/// The known keys of a map, without those at which nothing stands.
pub(super) struct Fields<'t> {
    name: String,
    list: Vec<(&'t str, Node<'t>)>,
}

impl<'t> Fields<'t> {
    /// What stands at a key.
    pub(super) fn get(&self, key: &str) -> Option<Node<'t>> {
        self.list.iter().find(|(name, _)| *name == key).map(|(_, node)| *node)
    }

    /// The key path of a key, for messages.
    pub(super) fn path(&self, key: &str) -> String {
        match self.name.as_str() {
            "" => key.to_owned(),
            name => format!("{name}.{key}"),
        }
    }
}

/// The right form of a key at which something else stands.
fn form(name: &str) -> Option<&'static str> {
    let last = name.rsplit('.').next().unwrap_or(name);
    match (name, last) {
        ("environments", _) => Some("environments: {production: {}, staging: {}}"),
        ("rules", _) => Some("rules: {empty-value: off}"),
        ("words", _) => Some("words: {ignore: [qa-bot]}"),
        ("minimum", _) => Some("minimum: {settings: 100}"),
        ("acknowledge", _) => Some("a dash before the first key of each: `- rule: ...`"),
        (_, "owns") => Some("owns: {hosts: ['*.prod.shop.example']}"),
        (_, "exclusive") => Some("true or false"),
        _ => None,
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(path: &'a str, rules: &'a [&'a str]) -> Self {
        Self {
            path,
            rules,
            errors: Vec::new(),
            patterns: 0,
            expressions: 0,
        }
    }

    /// What was wrong.
    pub(super) fn into_errors(self) -> Vec<Placed> {
        self.errors
    }

    pub(super) fn error(&mut self, at: Position, error: Error) {
        self.errors.push((at, error));
    }

    /// Says that another kind of value is expected.
    pub(super) fn wrong(&mut self, node: Node<'_>, name: &str, expected: &str) {
        let error = Error::new(format!("`{}` must be {expected}, not {}", shown(name), node.kind()));
        self.error(
            node.at(),
            match form(name) {
                Some(form) => error.hint(format!("write {form}")),
                None => error,
            },
        );
    }

    /// The known keys of a map; the others are errors. `name` is "" for the whole policy.
    pub(super) fn fields<'t>(&mut self, node: Node<'t>, name: &str, keys: &[Key]) -> Fields<'t> {
        let allowed = &names(keys);
        let mut list = Vec::new();
        match node.entries() {
            Some(entries) => {
                for (key, node) in entries {
                    if key.text.is_empty() {
                        self.error(key.at, Error::new("a key that is empty or no text"));
                    } else if !allowed.contains(&key.text) {
                        let whose = if name.is_empty() {
                            "the policy".to_owned()
                        } else {
                            format!("`{}`", shown(name))
                        };
                        let message = format!("{whose} has no key `{}`", shown(key.text));
                        self.error(key.at, Error::new(message).hint(advice(key.text, allowed, "its keys")));
                    } else if !node.is_null() {
                        list.push((key.text, node));
                    }
                }
            }
            None if node.is_null() => {}
            None if name.is_empty() => {
                let message = format!("a policy must be a map, not {}", node.kind());
                self.error(
                    node.at(),
                    Error::new(message).hint(format!("its keys: {}", allowed.join(", "))),
                );
            }
            None => self.wrong(node, name, "a map"),
        }
        Fields {
            name: name.to_owned(),
            list,
        }
    }

    /// A text that is not blank.
    pub(super) fn text<'t>(&mut self, node: Node<'t>, name: &str) -> Option<&'t str> {
        match node.text() {
            Some(text) if text.trim().is_empty() => {
                self.error(node.at(), Error::new(format!("`{}` is empty", shown(name))));
                None
            }
            Some(text) => Some(text.trim()),
            None => {
                self.wrong(node, name, "a text");
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn choice<'t>(&mut self, fields: &Fields<'t>, key: &str, allowed: &[&str]) -> Option<&'t str> {
        let node = fields.get(key)?;
        let text = self.text(node, &fields.path(key))?;
        if allowed.contains(&text) {
            return Some(text);
        }
        let error = Error::new(format!("`{}` is no {key}", shown(text)));
        self.error(node.at(), error.hint(advice(text, allowed, "allowed")));
        None
    }

    /// The texts of a list, each with its place.
    pub(super) fn texts<'t>(&mut self, fields: &Fields<'t>, key: &str) -> Vec<(&'t str, Position)> {
        let Some(node) = fields.get(key) else { return Vec::new() };
        let Some(items) = node.items() else {
            let message = format!("`{}` must be a list, not {}", shown(&fields.path(key)), node.kind());
            let error = Error::new(message);
            let hint = |text| format!("write ['{}']", shown(text));
            self.error(
                node.at(),
                node.text().map_or(error.clone(), |text| error.hint(hint(text))),
            );
            return Vec::new();
        };
        let name = format!("{}[]", fields.path(key));
        let text = |item: Node<'t>| Some((self.text(item, &name)?, item.at()));
        items.into_iter().filter_map(text).collect()
    }

    pub(super) fn words(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Word> {
        let mut words = Vec::new();
        for (text, at) in self.texts(fields, key) {
            if self.is_word(text, at, "a word") {
                words.push(Word {
                    text: text.to_owned(),
                    at,
                });
            }
        }
        words
    }

    /// Whether a text is a word; says so where it is not.
    pub(super) fn is_word(&mut self, text: &str, at: Position, what: &str) -> bool {
        let good = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.');
        if text.chars().all(good) && text.chars().any(char::is_alphanumeric) {
            return true;
        }
        let error = Error::new(format!("`{}` is not {what}", shown(text)));
        self.error(at, error.hint("write letters, digits, - _ and . alone, no pattern"));
        false
    }

    /// Whether a rule is known; says so where it is not.
    pub(super) fn is_rule(&mut self, rule: &str, at: Position) -> bool {
        if self.rules.contains(&rule) {
            return true;
        }
        let error = Error::new(format!("there is no rule `{}`", shown(rule)));
        self.error(at, error.hint(advice(rule, self.rules, "rules")));
        false
    }

    /// The patterns of files at a key. A number there is a slip, or a name that needs quotes.
    pub(super) fn paths(&mut self, fields: &Fields<'_>, key: &str) -> Patterns {
        let items = fields.get(key).and_then(Node::items).unwrap_or_default();
        let name = format!("{}[]", fields.path(key));
        for item in items
            .into_iter()
            .filter(|item| item.text().is_some() && !item.is_string())
        {
            let text = item.text().unwrap_or_default();
            let message = format!("`{}` must be a text, not {}", shown(&name), item.kind());
            let hint = format!("a file or directory of that name needs quotes: '{}'", shown(text));
            self.error(item.at(), Error::new(message).hint(hint));
        }
        self.patterns(fields, key, Kind::Path)
    }

    pub(super) fn patterns(&mut self, fields: &Fields<'_>, key: &str, kind: Kind) -> Patterns {
        let mut patterns = Patterns::default();
        for (text, at) in self.texts(fields, key) {
            if let Some(pattern) = self.pattern(kind, text, at) {
                patterns.push(pattern);
            }
        }
        patterns
    }

    pub(super) fn pattern(&mut self, kind: Kind, text: &str, at: Position) -> Option<Pattern> {
        self.patterns += 1;
        if self.patterns > PATTERN_CAP {
            if self.patterns == PATTERN_CAP + 1 {
                self.error(at, Error::new(format!("more than {PATTERN_CAP} patterns")));
            }
            return None;
        }
        let pattern = Pattern::new(kind, text, at)
            .map_err(|error| {
                let message = credentials::masked(&[], &error.message);
                self.error(at, Error { message, ..error });
            })
            .ok()?;
        self.expressions += usize::from(pattern.is_expression());
        if self.expressions > EXPRESSION_CAP {
            if self.expressions == EXPRESSION_CAP + 1 {
                let error = Error::new(format!("more than {EXPRESSION_CAP} regular expressions"));
                self.error(at, error.hint("write globs"));
            }
            // Nothing after this can be judged anyway; compiling on would only cost time.
            self.patterns = self.patterns.max(PATTERN_CAP + 1);
            return None;
        }
        Some(pattern)
    }
}
