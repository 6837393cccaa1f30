//! The requests that GitHub's description knows, and which of them a path asks for.

use super::urls::decoded;
use serde_json::Value;
use std::collections::BTreeMap;

/// One request that the description knows.
pub(crate) struct Operation {
    /// As GitHub calls it: `issues/create-comment`.
    pub(crate) id: &'static str,
    pub(crate) method: String,
    segments: Vec<Segment>,
    /// Where the operation stands in the document, as a JSON pointer.
    pub(crate) pointer: String,
    pub(crate) parameters: Vec<Parameter>,
}

#[derive(Debug, PartialEq)]
enum Segment {
    Fixed(&'static str),
    Parameter(&'static str),
}

/// A parameter of a path or a query.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    /// `path` or `query`.
    pub(crate) place: &'static str,
    pub(crate) required: bool,
    /// Where its schema stands in the document.
    pub(crate) pointer: String,
}

impl Operation {
    pub(crate) fn new(document: &'static Value, path: &'static str, method: &str, operation: &'static Value) -> Self {
        let pointer = format!("/paths/{}/{method}", escaped(path));
        Self {
            id: operation["operationId"].as_str().unwrap(),
            method: method.to_uppercase(),
            segments: segments(path),
            parameters: parameters(document, operation, &pointer),
            pointer,
        }
    }

    /// How much of its path may be anything.
    pub(crate) fn openness(&self) -> usize {
        self.segments.iter().filter(|segment| is_parameter(segment)).count()
    }

    /// What a path says, percent signs decoded, if it is one of this operation.
    pub(crate) fn matches(&self, path: &str) -> Option<BTreeMap<String, String>> {
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

/// A name as a part of a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
