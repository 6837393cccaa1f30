//! GitHub's published description of its REST API, and what a request or a reply violates of it.

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

/// One request that the description knows.
pub(crate) struct Operation {
    /// As GitHub calls it: `issues/create-comment`.
    pub(crate) id: &'static str,
    pub(crate) method: String,
    segments: Vec<Segment>,
    /// Where the operation stands in the document, as a JSON pointer.
    pointer: String,
    parameters: Vec<Parameter>,
}

#[derive(Debug, PartialEq)]
enum Segment {
    Fixed(&'static str),
    Parameter(&'static str),
}

struct Parameter {
    name: &'static str,
    place: &'static str,
    required: bool,
    pointer: String,
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
                let pointer = format!("/paths/{}/{method}", escaped(path));
                operations.push(Operation {
                    id: operation["operationId"].as_str().unwrap(),
                    method: method.to_uppercase(),
                    segments: segments(path),
                    parameters: parameters(document, operation, &pointer),
                    pointer,
                });
            }
        }
        // `pulls/comments/{id}` is meant before `pulls/{number}/...`.
        operations.sort_by_key(|operation| operation.segments.iter().filter(|one| is_parameter(one)).count());
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

    fn at(&self, pointer: &str) -> Option<&'static Value> {
        self.document.pointer(pointer)
    }

    fn faults_of(&self, pointer: &str, value: &Value) -> Vec<String> {
        let validator = self.validator(pointer);
        let describe = |error: jsonschema::ValidationError| {
            let place = error.instance_path().to_string();
            let mut text = error.masked().to_string();
            text.truncate(text.floor_char_boundary(500));
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

impl Operation {
    fn matches(&self, path: &str) -> Option<BTreeMap<String, String>> {
        let mut rest = path.strip_prefix('/')?;
        let mut found = BTreeMap::new();
        for (index, segment) in self.segments.iter().enumerate() {
            let last = index + 1 == self.segments.len();
            // Files, refs and comparisons may hold slashes.
            let greedy = last && matches!(segment, Segment::Parameter("path" | "ref" | "basehead"));
            let end = if greedy {
                rest.len()
            } else {
                rest.find('/').unwrap_or(rest.len())
            };
            let (text, after) = rest.split_at(end);
            match segment {
                Segment::Fixed(name) if *name != text => return None,
                Segment::Fixed(_) => {}
                Segment::Parameter(name) => {
                    found.insert((*name).to_owned(), decoded(text));
                }
            }
            rest = match (after.strip_prefix('/'), last) {
                (Some(after), false) => after,
                (None, true) => return Some(found),
                _ => return None,
            };
        }
        None
    }
}

fn segments(path: &'static str) -> Vec<Segment> {
    let segment = |text: &'static str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        Some(name) => Segment::Parameter(name),
        None => Segment::Fixed(text),
    };
    path.trim_start_matches('/').split('/').map(segment).collect()
}

fn is_parameter(segment: &Segment) -> bool {
    matches!(segment, Segment::Parameter(_))
}

fn parameters(document: &'static Value, operation: &'static Value, pointer: &str) -> Vec<Parameter> {
    let listed = operation["parameters"].as_array().into_iter().flatten().enumerate();
    listed
        .map(|(index, parameter)| {
            let (parameter, pointer) = match parameter["$ref"].as_str() {
                Some(reference) => {
                    let pointer = reference.trim_start_matches('#');
                    (document.pointer(pointer).unwrap(), pointer.to_owned())
                }
                None => (parameter, format!("{pointer}/parameters/{index}")),
            };
            Parameter {
                name: parameter["name"].as_str().unwrap(),
                place: parameter["in"].as_str().unwrap(),
                required: parameter["required"] == true,
                pointer: format!("{pointer}/schema"),
            }
        })
        .collect()
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

/// A name as a part of a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A text as a part of a URL: what is not unreserved becomes a percent sign and two digits.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A part of a URL without percent signs.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
