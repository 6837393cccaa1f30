//! Answers a query field by field.

use super::super::state::State;
use super::schema::{named, schema};
use super::{Fragments, Text, data};
use graphql_parser::query::{Field, Number, Selection, SelectionSet, TypeCondition, Value as Literal};
use serde_json::{Map, Value, json};

/// One query while it is answered.
pub(crate) struct Run<'r, 'a> {
    pub(crate) state: &'r mut State,
    pub(crate) variables: &'r Value,
    pub(crate) fragments: &'r Fragments<'a>,
    pub(crate) errors: Vec<Value>,
}

/// Why a field has no value.
pub(crate) struct Refusal {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
}

impl Run<'_, '_> {
    /// What is selected of an object.
    pub(crate) fn select(
        &mut self,
        of: &str,
        object: &Value,
        selection: &SelectionSet<'_, Text>,
        path: &[Value],
    ) -> Value {
        let mut selected = Map::new();
        let concrete = object["__typename"].as_str().unwrap_or(of).to_owned();
        for item in &selection.items {
            match item {
                Selection::Field(field) => {
                    let key = field.alias.as_ref().unwrap_or(&field.name).clone();
                    let path = [path, &[json!(key)]].concat();
                    let value = self.field(&concrete, object, field, &path);
                    selected.insert(key, value);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.fragment_name) {
                        let TypeCondition::On(on) = &fragment.type_condition;
                        self.select_if(&concrete, on, object, &fragment.selection_set, path, &mut selected);
                    }
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.type_condition.as_ref().map(|TypeCondition::On(on)| on.clone());
                    let on = on.unwrap_or_else(|| concrete.clone());
                    self.select_if(&concrete, &on, object, &inline.selection_set, path, &mut selected);
                }
            }
        }
        Value::Object(selected)
    }

    fn select_if(
        &mut self,
        concrete: &str,
        wanted: &str,
        object: &Value,
        selection: &SelectionSet<'_, Text>,
        path: &[Value],
        selected: &mut Map<String, Value>,
    ) {
        if schema().is(concrete, wanted)
            && let Value::Object(more) = self.select(concrete, object, selection, path)
        {
            selected.extend(more);
        }
    }

    fn field(&mut self, of: &str, object: &Value, field: &Field<'_, Text>, path: &[Value]) -> Value {
        if field.name == "__typename" {
            return json!(of);
        }
        let given = field
            .arguments
            .iter()
            .map(|(name, value)| (name.clone(), self.value(value)));
        let arguments = Value::Object(given.collect());
        let gives = schema().field(of, &field.name).map_or("", |known| named(&known.gives));
        let found = match data::resolve(self.state, of, &field.name, &arguments) {
            Some(found) => found,
            None if gives.ends_with("Connection") => page(&object[field.name.as_str()], &field.name, gives, &arguments),
            None => Ok(object[field.name.as_str()].clone()),
        };
        match found {
            Ok(value) => self.complete(gives, &value, field, path),
            Err(refusal) => {
                self.errors.push(json!({
                    "type": refusal.kind,
                    "path": path,
                    "extensions": { "saml_failure": false },
                    "locations": [{ "line": field.position.line, "column": field.position.column }],
                    "message": refusal.message,
                }));
                Value::Null
            }
        }
    }

    fn complete(&mut self, gives: &str, value: &Value, field: &Field<'_, Text>, path: &[Value]) -> Value {
        match value {
            Value::Array(items) => {
                let each = items.iter().enumerate().map(|(index, item)| {
                    let path = [path, &[json!(index)]].concat();
                    self.complete(gives, item, field, &path)
                });
                Value::Array(each.collect())
            }
            Value::Object(_) => self.select(gives, value, &field.selection_set, path),
            other => other.clone(),
        }
    }

    fn value(&self, literal: &Literal<'_, Text>) -> Value {
        match literal {
            Literal::Variable(name) => self.variables[name.as_str()].clone(),
            Literal::Int(number) => integer(number),
            Literal::Float(number) => json!(number),
            Literal::String(text) | Literal::Enum(text) => json!(text),
            Literal::Boolean(flag) => json!(flag),
            Literal::Null => Value::Null,
            Literal::List(items) => items.iter().map(|item| self.value(item)).collect(),
            Literal::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.clone(), self.value(value)));
                Value::Object(fields.collect())
            }
        }
    }
}

fn integer(number: &Number) -> Value {
    number.as_i64().map_or(Value::Null, |number| json!(number))
}

/// A part of a list, with cursors that tell where it ends.
fn page(items: &Value, name: &str, gives: &str, arguments: &Value) -> Result<Value, Refusal> {
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    let (first, last) = (arguments["first"].as_u64(), arguments["last"].as_u64());
    let count = match first.or(last) {
        Some(count @ 1..=100) => usize::try_from(count).unwrap_or(0),
        Some(count) => {
            let message = format!(
                "Requesting {count} records on the `{name}` connection exceeds the `first` limit of 100 records."
            );
            return Err(Refusal {
                kind: "EXCESSIVE_PAGINATION",
                message,
            });
        }
        None => {
            let message =
                format!("You must provide a `first` or `last` value to properly paginate the `{name}` connection.");
            return Err(Refusal {
                kind: "MISSING_PAGINATION_BOUNDARIES",
                message,
            });
        }
    };
    let cursor = |index: usize| format!("cursor:{index}");
    let index = |name: &str| -> Option<usize> { arguments[name].as_str()?.strip_prefix("cursor:")?.parse().ok() };
    let from = index("after").map_or(0, |index| index + 1).min(items.len());
    let to = index("before").unwrap_or(items.len()).clamp(from, items.len());
    let (start, end) = if first.is_some() {
        (from, to.min(from + count))
    } else {
        (from.max(to.saturating_sub(count)), to)
    };
    let shown = &items[start..end];
    let edge = |(at, node): (usize, &Value)| json!({ "cursor": cursor(start + at), "node": node });
    Ok(json!({
        "__typename": gives,
        "nodes": shown,
        "edges": shown.iter().enumerate().map(edge).collect::<Vec<_>>(),
        "totalCount": items.len(),
        "pageInfo": {
            "hasNextPage": end < items.len(),
            "hasPreviousPage": start > 0,
            "startCursor": (!shown.is_empty()).then(|| cursor(start)),
            "endCursor": (!shown.is_empty()).then(|| cursor(end - 1)),
        },
    }))
}
