//! Reads the section `acknowledge` of a policy.

use super::fields::{Fields, Reader};
use super::keys::{ACKNOWLEDGEMENT, DIGITS};
use super::tree::Node;
use super::{Policy, PolicyAcknowledgement, advice, shown};
use crate::dates::{Date, DateError};
use crate::error::Error;
use crate::patterns::Kind;
use crate::source::Position;
use crate::vocabulary::{AddedEnvironment, Vocabulary};
use std::collections::HashMap;

/// Names that an environment may have although the policy does not declare it.
const USUAL_NAMES: &[&str] = &[
    "production",
    "preproduction",
    "staging",
    "development",
    "test",
    "testing",
    "integration",
    "qa",
    "uat",
    "sit",
    "acceptance",
    "sandbox",
    "perf",
    "performance",
    "demo",
    "preview",
    "review",
    "training",
    "ephemeral",
    "nonproduction",
    "local",
];

/// Reads acknowledgements in the light of the environments that are declared.
pub(super) struct Acknowledging<'a, 'r> {
    reader: &'a mut Reader<'r>,
    policy: &'a Policy,
}

impl<'a, 'r> Acknowledging<'a, 'r> {
    /// The acknowledgements of a policy whose environments are read already.
    pub(super) fn read(
        reader: &'a mut Reader<'r>,
        fields: &Fields<'_>,
        policy: &'a Policy,
    ) -> Vec<PolicyAcknowledgement> {
        let Some(node) = fields.get("acknowledge") else {
            return Vec::new();
        };
        let Some(items) = node.items() else {
            reader.wrong(node, "acknowledge", "a list");
            return Vec::new();
        };
        let mut this = Self { reader, policy };
        let list = items.into_iter().filter_map(|item| this.one(item)).collect::<Vec<_>>();
        this.find_duplicates(&list);
        list
    }

    fn one(&mut self, item: Node<'_>) -> Option<PolicyAcknowledgement> {
        if item.is_null() {
            self.reader.wrong(item, "acknowledge[]", "a map");
            return None;
        }
        let fields = self.reader.fields(item, "acknowledge[]", ACKNOWLEDGEMENT);
        item.entries()?;
        // Everything is read before anything is given up, so that all errors are told together.
        let rule = self
            .required(item, &fields, "rule")
            .filter(|(rule, at)| self.reader.is_rule(rule, *at));
        let environment = self
            .required(item, &fields, "environment")
            .and_then(|(name, at)| self.environment(name, at));
        let setting = self.required(item, &fields, "setting");
        let value = self
            .required(item, &fields, "value")
            .and_then(|(value, at)| self.value(value, at));
        let reason = self.required(item, &fields, "reason");
        let path = fields.get("path").and_then(|node| {
            let text = self.reader.text(node, "acknowledge[].path")?;
            self.reader.pattern(Kind::Path, text, node.at())
        });
        let until = fields.get("until").and_then(|node| self.until(node));
        Some(PolicyAcknowledgement {
            at: item.at(),
            rule: rule?.0.to_owned(),
            environment: environment?,
            path,
            setting: setting?.0.to_owned(),
            value: value?,
            until,
            reason: reason?.0.to_owned(),
        })
    }

    fn required<'t>(&mut self, item: Node<'t>, fields: &Fields<'t>, key: &str) -> Option<(&'t str, Position)> {
        let Some(node) = fields.get(key) else {
            let error = Error::new(format!("this acknowledgement has no `{key}`"));
            self.reader.error(
                item.at(),
                error.hint("it needs rule, environment, setting, value and reason"),
            );
            return None;
        };
        self.reader.text(node, &fields.path(key)).map(|text| (text, node.at()))
    }

    /// The declared name of an environment.
    fn environment(&mut self, name: &str, at: Position) -> Option<String> {
        if let Some(environment) = self.policy.environment(name) {
            return Some(environment.name.clone());
        }
        if let Some(name) = self.resolved(name) {
            return Some(name);
        }
        let declared: Vec<&str> = self
            .policy
            .environments
            .iter()
            .map(|environment| environment.name.as_str())
            .collect();
        if declared.is_empty() || USUAL_NAMES.contains(&name) {
            return Some(name.to_owned());
        }
        let error = Error::new(format!("there is no environment `{}`", shown(name)));
        self.reader
            .error(at, error.hint(advice(name, &declared, "environments")));
        None
    }

    /// The name that a word for an environment stands for: `prod` for `production`.
    fn resolved(&self, word: &str) -> Option<String> {
        let declared = self.policy.environments.iter().map(|environment| AddedEnvironment {
            name: environment.name.clone(),
            tier: Some(environment.tier),
            aliases: environment.aliases.iter().map(|alias| alias.text.clone()).collect(),
        });
        let vocabulary = Vocabulary::new(&declared.collect::<Vec<_>>(), &[]);
        let hits = vocabulary.find(word);
        let whole = hits.iter().find(|hit| hit.range.slice(word).len() == word.len())?;
        Some(vocabulary.name(whole.environment).to_owned())
    }

    fn value(&mut self, value: &str, at: Position) -> Option<String> {
        if value.len() >= DIGITS && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Some(value.to_lowercase());
        }
        // It may be the value itself, and that a secret: it is not repeated.
        let error = Error::new("what stands here is not the hash of a value");
        let hint = format!(
            "write {DIGITS} or more of the hex digits that envfence prints with the finding, with `--verbose` and in JSON"
        );
        self.reader.error(at, error.hint(hint));
        None
    }

    fn until(&mut self, node: Node<'_>) -> Option<Date> {
        let text = self.reader.text(node, "acknowledge[].until")?;
        let problem: DateError = match text.parse() {
            Ok(date) => return Some(date),
            Err(problem) => problem,
        };
        self.reader
            .error(node.at(), Error::new(format!("`{}` {problem}", shown(text))));
        None
    }

    /// Says where two acknowledgements cover the same.
    fn find_duplicates(&mut self, list: &[PolicyAcknowledgement]) {
        let mut seen = HashMap::new();
        for one in list {
            let key = (
                &one.rule,
                &one.environment,
                &one.setting,
                one.value.get(..DIGITS),
                one.path.as_ref().map(|path| path.text()),
            );
            match seen.get(&key) {
                Some(first) => {
                    let message = format!("this is acknowledged already, on line {first}");
                    self.reader
                        .error(one.at, Error::new(message).hint("remove one of the two"));
                }
                None => {
                    seen.insert(key, one.at.line);
                }
            }
        }
    }
}
