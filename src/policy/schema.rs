//! The JSON Schema of a policy, for editors: from the same keys that the reader knows. What it refuses the reader
//! refuses too; what only the whole policy tells (a word that means two environments, an unknown name) is the reader's.

use super::keys::{Key, LEVELS, POLICY, Presence, Shape};
use super::reading::VERSION;
use serde_json::{Map, Value, json};

/// The schema, where these rules exist, each with its summary.
pub fn schema(rules: &[(&str, &str)]) -> Value {
    let mut root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "envfence.yml",
        "description": "The policy of envfence: a project's environments, and what belongs to each.",
    });
    merge(&mut root, map(POLICY));
    let ids: Vec<&str> = rules.iter().map(|(id, _)| *id).collect();
    let levels = |(id, summary): &(&str, &str)| {
        let level = json!({ "$ref": "#/$defs/level", "description": sentence(summary) });
        ((*id).to_owned(), level)
    };
    let per_rule: Map<String, Value> = rules.iter().map(levels).collect();
    let definitions = json!({
        "text": { "type": ["string", "number", "boolean"], "pattern": r"\S" },
        "word": {
            "type": ["string", "number", "boolean"],
            "pattern": r"^\s*[\p{Alphabetic}\p{N}._-]*[\p{Alphabetic}\p{N}][\p{Alphabetic}\p{N}._-]*\s*$",
        },
        "words": { "type": ["array", "null"], "items": { "$ref": "#/$defs/word" } },
        "patterns": { "type": ["array", "null"], "items": { "$ref": "#/$defs/text" } },
        "statements": { "type": ["array", "null"], "items": { "type": "string", "pattern": "=" } },
        "rule": { "enum": ids },
        "level": { "enum": LEVELS },
        "levels": { "type": ["object", "null"], "additionalProperties": false, "properties": per_rule },
    });
    merge(&mut root, json!({ "$defs": definitions }));
    root
}

/// A map with these keys and no others.
fn map(keys: &[Key]) -> Value {
    let property = |key: &Key| {
        let mut property = json!({ "description": sentence(key.meaning) });
        merge(&mut property, shape(key));
        (key.name.to_owned(), property)
    };
    let properties: Map<String, Value> = keys.iter().map(property).collect();
    let required: Vec<&str> = keys
        .iter()
        .filter(|key| key.presence == Presence::Required)
        .map(|key| key.name)
        .collect();
    // Nothing at all may stand where nothing has to.
    let kind = if required.is_empty() {
        json!(["object", "null"])
    } else {
        json!("object")
    };
    let mut map = json!({ "type": kind, "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        merge(&mut map, json!({ "required": required }));
    }
    map
}

/// What may stand at a key. At one that may be left out, nothing may stand as well.
fn shape(key: &Key) -> Value {
    let optional = key.presence == Presence::Optional;
    let kinds = |kinds: &[&str]| {
        let nothing = optional.then_some("null");
        json!(kinds.iter().copied().chain(nothing).collect::<Vec<_>>())
    };
    let texts = ["string", "number", "boolean"];
    match key.shape {
        Shape::Version => json!({ "enum": [VERSION, null] }),
        Shape::Text => json!({ "type": kinds(&texts), "pattern": r"\S" }),
        Shape::OneOf(words) => {
            let words = words.iter().map(|word| json!(word));
            json!({ "enum": words.chain(optional.then_some(Value::Null)).collect::<Vec<_>>() })
        }
        Shape::Truth => json!({ "type": kinds(&["boolean"]) }),
        Shape::Count => json!({ "type": kinds(&["integer"]), "minimum": 0 }),
        Shape::Rule => json!({ "$ref": "#/$defs/rule" }),
        Shape::Hash(digits) => {
            json!({ "type": kinds(&["string", "number"]), "pattern": format!(r"^\s*[0-9A-Fa-f]{{{digits},}}\s*$") })
        }
        Shape::Day => json!({ "type": kinds(&["string"]), "pattern": r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$" }),
        Shape::Words => json!({ "$ref": "#/$defs/words" }),
        Shape::Patterns => json!({ "$ref": "#/$defs/patterns" }),
        Shape::Statements => json!({ "$ref": "#/$defs/statements" }),
        Shape::PerRule => json!({ "$ref": "#/$defs/levels" }),
        Shape::Map(keys) => map(keys),
        Shape::Named(keys) => json!({
            "type": kinds(&["object"]),
            "propertyNames": { "$ref": "#/$defs/word" },
            "additionalProperties": map(keys),
        }),
        Shape::List(keys) => json!({ "type": kinds(&["array"]), "items": map(keys) }),
    }
}

fn merge(into: &mut Value, from: Value) {
    if let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) {
        into.extend(from);
    }
}

/// A meaning as a sentence.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(characters).collect();
    sentence.push('.');
    sentence
}
