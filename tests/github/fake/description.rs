//! GitHub's published description of its REST API, and what a request or a reply violates of it.

use super::operation::{Operation, escaped};
use super::urls::percent_encoded;
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

const PLACE: &str = "https://description.example/";

/// Fields that GitHub sends as null although the description does not say so: comments that are outdated have no line.
const NULL_ALL_THE_SAME: &[(&str, &str)] = &[
    ("pulls/list-review-comments", "line"),
    ("pulls/list-review-comments", "position"),
    ("pulls/get-review-comment", "line"),
    ("pulls/get-review-comment", "position"),
    ("pulls/update-review-comment", "line"),
    ("pulls/update-review-comment", "position"),
];

/// The description, with its schemas compiled when they are first needed.
pub(crate) struct Description {
    document: &'static Value,
    operations: Vec<Operation>,
    registry: Registry<'static>,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The description that is committed beside the tests.
pub(crate) fn description() -> &'static Description {
    static DESCRIPTION: OnceLock<Description> = OnceLock::new();
    DESCRIPTION.get_or_init(|| {
        let document: &'static Value = Box::leak(Box::new(
            serde_json::from_str(include_str!("../openapi/description.json")).unwrap(),
        ));
        Description::new(document)
    })
}

impl Description {
    fn new(document: &'static Value) -> Self {
        let mut operations = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                operations.push(Operation::new(document, path, method, operation));
            }
        }
        // `pulls/comments/{id}` is meant before `pulls/{number}/...`.
        operations.sort_by_key(Operation::openness);
        let registry = Registry::new().draft(Draft::Draft202012).add(PLACE, document).unwrap();
        Self {
            document,
            operations,
            registry: registry.prepare().unwrap(),
            compiled: Mutex::default(),
        }
    }

    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation that a request asks for, with what its path says, percent signs decoded.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<(&Operation, BTreeMap<String, String>)> {
        let fits = |operation: &&Operation| operation.method == method;
        self.operations
            .iter()
            .filter(fits)
            .find_map(|operation| Some((operation, operation.matches(path)?)))
    }

    /// What of the description a request violates.
    pub(crate) fn faults_of_request(
        &self,
        operation: &Operation,
        in_path: &BTreeMap<String, String>,
        query: &[(String, String)],
        body: &[u8],
    ) -> Vec<String> {
        let mut faults = Vec::new();
        for parameter in &operation.parameters {
            let given = match parameter.place {
                "path" => in_path.get(parameter.name),
                "query" => query
                    .iter()
                    .find(|(name, _)| name == parameter.name)
                    .map(|(_, value)| value),
                _ => continue,
            };
            match given {
                Some(text) => self.check_text(&parameter.pointer, parameter.name, text, &mut faults),
                None if parameter.required => faults.push(format!("parameter {} is missing", parameter.name)),
                None => {}
            }
        }
        for (name, _) in query {
            if !operation
                .parameters
                .iter()
                .any(|one| one.place == "query" && one.name == name)
            {
                faults.push(format!("query parameter {name} is not described"));
            }
        }
        self.check_body(operation, body, &mut faults);
        faults
    }

    fn check_body(&self, operation: &Operation, body: &[u8], faults: &mut Vec<String>) {
        let described = self.at(&format!("{}/requestBody", operation.pointer));
        let Some(described) = described else {
            if !body.is_empty() {
                faults.push("a body is not described".into());
            }
            return;
        };
        if body.is_empty() {
            if described["required"] == true {
                faults.push("the body is missing".into());
            }
            return;
        }
        let value: Value = match serde_json::from_slice(body) {
            Ok(value) => value,
            Err(error) => return faults.push(format!("the body is not JSON: {error}")),
        };
        let pointer = format!("{}/requestBody/content/application~1json/schema", operation.pointer);
        let found = self.faults_of(&pointer, &value);
        faults.extend(found.into_iter().map(|fault| format!("body {fault}")));
        self.check_names(
            &described["content"]["application/json"]["schema"],
            &value,
            "body",
            faults,
        );
    }

    /// GitHub ignores fields that it does not know; here they are a typing error.
    fn check_names(&self, schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                let Some(known) = schema["properties"].as_object() else {
                    return;
                };
                for (name, value) in fields {
                    match known.get(name) {
                        Some(schema) => self.check_names(schema, value, &format!("{place}/{name}"), faults),
                        None => faults.push(format!("{place}/{name} is not described")),
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.check_names(&schema["items"], item, &format!("{place}/{index}"), faults);
                }
            }
            _ => {}
        }
    }

    /// Checks the text of a path or a query as the type that the description gives it.
    fn check_text(&self, pointer: &str, name: &str, text: &str, faults: &mut Vec<String>) {
        let schema = self.at(pointer).unwrap_or(&Value::Null);
        let value = match schema["type"].as_str() {
            Some("integer") => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
            Some("boolean") => text.parse::<bool>().map_or_else(|_| json!(text), |flag| json!(flag)),
            _ => json!(text),
        };
        let found = self.faults_of(pointer, &value);
        faults.extend(found.into_iter().map(|fault| format!("parameter {name}: {fault}")));
    }

    /// What of the description a reply violates.
    pub(crate) fn faults_of_reply(&self, operation: &Operation, status: u16, kind: &str, body: &[u8]) -> Vec<String> {
        let mut pointer = format!("{}/responses/{status}", operation.pointer);
        if self.at(&pointer).is_none() {
            // Whatever the operation, GitHub can refuse it in these ways.
            let general = matches!(status, 401 | 403 | 404 | 410 | 422 | 429 | 500..);
            return if general {
                Vec::new()
            } else {
                vec![format!("the status {status} is not described")]
            };
        }
        if let Some(reference) = self.at(&pointer).and_then(|reply| reply["$ref"].as_str()) {
            pointer = reference.trim_start_matches('#').to_owned();
        }
        let media = ["application/json", "application/vnd.github.object"];
        let schemas = media.map(|media| format!("{pointer}/content/{}/schema", escaped(media)));
        let schemas: Vec<&String> = schemas.iter().filter(|pointer| self.at(pointer).is_some()).collect();
        if schemas.is_empty() {
            let empty = body.is_empty();
            return if empty {
                Vec::new()
            } else {
                vec!["no body is described".into()]
            };
        }
        if kind.contains(".raw") {
            return Vec::new();
        }
        let mut value = match serde_json::from_slice(body) {
            Ok(value) => value,
            Err(error) => return vec![format!("not JSON: {error}")],
        };
        thin_out(&mut value);
        fill_nulls(operation.id, &mut value);
        let mut faults = schemas.iter().map(|pointer| self.faults_of(pointer, &value));
        let first = faults.next().unwrap_or_default();
        if first.is_empty() || faults.any(|others| others.is_empty()) {
            Vec::new()
        } else {
            first
        }
    }

    /// What of the description the payload of an event violates; nothing, where the event is not described.
    pub(crate) fn faults_of_event(&self, name: &str, payload: &Value) -> Vec<String> {
        let action = payload["action"].as_str().unwrap_or_default();
        let name = format!("{name}-{action}").replace('_', "-");
        let pointer = format!("/x-events/{}", name.trim_end_matches('-'));
        match self.at(&pointer) {
            Some(_) => self.faults_of(&pointer, payload),
            None => Vec::new(),
        }
    }

    fn at(&self, pointer: &str) -> Option<&'static Value> {
        self.document.pointer(pointer)
    }

    fn faults_of(&self, pointer: &str, value: &Value) -> Vec<String> {
        let validator = self.validator(pointer);
        let describe = |error: jsonschema::ValidationError| {
            let place = error.instance_path().to_string();
            let text: String = error.masked().to_string().chars().take(500).collect();
            format!("{place}: {text}")
        };
        validator.iter_errors(value).take(5).map(describe).collect()
    }

    fn validator(&self, pointer: &str) -> Arc<Validator> {
        let mut compiled = self.compiled.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let compile = || {
            let schema = json!({ "$ref": format!("{PLACE}#{}", percent_encoded(pointer)) });
            let options = jsonschema::options().with_draft(Draft::Draft202012);
            let options = options.with_registry(&self.registry).should_validate_formats(true);
            Arc::new(
                options
                    .build(&schema)
                    .unwrap_or_else(|error| panic!("{pointer}: {error}")),
            )
        };
        Arc::clone(compiled.entry(pointer.to_owned()).or_insert_with(compile))
    }
}

/// Leaves the first and the last items of a long list: all of them are made by the same function.
fn thin_out(reply: &mut Value) {
    if let Value::Array(items) = reply
        && items.len() > 10
    {
        items.drain(5..items.len() - 5);
    }
}

/// Gives a value to the nulls that are known not to be described.
fn fill_nulls(operation: &str, reply: &mut Value) {
    let known = NULL_ALL_THE_SAME.iter().filter(|(one, _)| *one == operation);
    for (_, field) in known {
        let objects = match &mut *reply {
            Value::Array(items) => items.as_mut_slice(),
            other => std::slice::from_mut(other),
        };
        for object in objects.iter_mut().filter(|object| object[*field].is_null()) {
            object[*field] = json!(1);
        }
    }
}
