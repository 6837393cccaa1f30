//! What SARIF says of the tool: its rules with their documentation.

use crate::reporters::text::name_of;
use crate::rules::{RULES, Rule, Sample};
use serde_json::{Map, Value, json};

/// Where the project lives; empty until it has such a place, and then there are no links.
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// envfence and its rules.
pub(super) fn driver(version: &str) -> Value {
    let mut driver = json!({
        "name": "envfence",
        "version": version,
        "semanticVersion": version,
        "shortDescription": { "text": env!("CARGO_PKG_DESCRIPTION") },
        "rules": RULES.iter().map(|rule| described(rule, version)).collect::<Vec<_>>(),
    });
    link(driver.as_object_mut(), "informationUri", |home| home.to_owned());
    driver
}

fn described(rule: &Rule, version: &str) -> Value {
    let acknowledge = format!("envfence: allow({}) until YYYY-MM-DD: reason", rule.id);
    let mut markdown = format!("{}\n", rule.doc);
    for sample in rule.samples.iter().filter(|sample| !sample.finds.is_empty()).take(1) {
        markdown.push_str("\nFound:\n");
        for (path, text) in sample.files {
            markdown.push_str(&format!("\n`{path}`\n\n```text\n{}```\n", marked(sample, path, text)));
        }
    }
    let mut text = rule.doc.replace('`', "");
    if rule.judges_settings() {
        text.push_str(&format!(
            "\n\nTo acknowledge it, in a comment at or above the line: {acknowledge}"
        ));
        markdown.push_str(&format!(
            "\nTo acknowledge it, in a comment at or above the line:\n\n```text\n{acknowledge}\n```\n"
        ));
    }
    let mut described = json!({
        "id": rule.id,
        "name": pascal_case(rule.id),
        "shortDescription": { "text": sentence(rule.summary) },
        "fullDescription": { "text": rule.doc.replace('`', "") },
        "help": { "text": text, "markdown": markdown },
        "defaultConfiguration": { "level": name_of(rule.level) },
        "properties": {
            "tags": ["configuration", "reliability"],
            "problem.severity": if name_of(rule.level) == "note" { "recommendation" } else { name_of(rule.level) },
        },
    });
    link(described.as_object_mut(), "helpUri", |home| {
        format!("{home}/blob/v{version}/docs/reference.md#{}", rule.id)
    });
    described
}

fn link(fields: Option<&mut Map<String, Value>>, name: &str, uri: impl Fn(&str) -> String) {
    if let Some(fields) = fields.filter(|_| !HOME.is_empty()) {
        fields.insert(name.into(), uri(HOME.trim_end_matches('/')).into());
    }
}

fn marked(sample: &Sample, path: &str, text: &str) -> String {
    let mut shown = String::new();
    for (number, line) in text.lines().enumerate() {
        let is_found = sample.finds.contains(&format!("{path}:{}", number + 1).as_str());
        shown.push_str(line);
        shown.push_str(if is_found { "  <-- found\n" } else { "\n" });
    }
    shown
}

/// `other-environment-host` as `OtherEnvironmentHost`.
fn pascal_case(id: &str) -> String {
    id.split('-').map(capital).collect()
}

fn sentence(text: &str) -> String {
    format!("{}.", capital(text))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
