//! The GraphQL API: queries are checked against GitHub's own schema, and answered with what they select.

mod data;
mod run;
mod schema;

use super::exchange::{Reply, Request};
use super::state::State;
use graphql_parser::query::{Definition, Document, FragmentDefinition, OperationDefinition, Selection, SelectionSet};
use run::Run;
use schema::schema;
use serde_json::{Value, json};
use std::collections::HashMap;

pub(crate) type Text = String;
pub(crate) type Fragments<'a> = HashMap<String, FragmentDefinition<'a, Text>>;

/// What a body asks for, by the names of its outermost fields: `graphql/viewer`.
pub(crate) fn operation(body: &[u8]) -> String {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = asked["query"].as_str().unwrap_or_default();
    let Ok(document) = graphql_parser::parse_query::<Text>(text) else {
        return "graphql".into();
    };
    let Some((_, selection)) = entry(&document) else {
        return "graphql".into();
    };
    let name = |item: &Selection<'_, Text>| match item {
        Selection::Field(field) => field.name.clone(),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => "...".into(),
    };
    let names: Vec<String> = selection.items.iter().map(name).collect();
    format!("graphql/{}", names.join("+"))
}

/// Answers a request, and tells what of the schema it violates.
pub(crate) fn answer(state: &mut State, request: &Request) -> (Reply, Vec<String>) {
    let asked = request.json();
    let Some(text) = asked["query"].as_str() else {
        let reply = Reply::refusal(400, "A query attribute must be specified and must be a string.");
        return (reply, vec!["the body has no query".into()]);
    };
    let document = match graphql_parser::parse_query::<Text>(text) {
        Ok(document) => document,
        Err(error) => return refused(vec![format!("Parse error: {error}")]),
    };
    let Some((root, selection)) = entry(&document) else {
        return refused(vec!["No operation, or several of them".into()]);
    };
    let fragments: Fragments<'_> = document.definitions.iter().filter_map(fragment).collect();
    let mut faults = schema().faults(&document, &fragments, &asked["variables"]);
    faults.extend(schema().faults_of_selection(root, selection, &fragments));
    if !faults.is_empty() {
        return refused(faults);
    }
    let mut run = Run {
        state,
        variables: &asked["variables"],
        fragments: &fragments,
        errors: Vec::new(),
    };
    let root_object = json!({ "__typename": root });
    let data = run.select(root, &root_object, selection, &[]);
    let mut body = json!({ "data": data });
    if !run.errors.is_empty() {
        body["errors"] = Value::Array(run.errors);
    }
    (Reply::json(200, &body), Vec::new())
}

/// GitHub refuses a query as a whole, with status 200.
fn refused(faults: Vec<String>) -> (Reply, Vec<String>) {
    let errors: Vec<Value> = faults.iter().map(|message| json!({ "message": message })).collect();
    (Reply::json(200, &json!({ "errors": errors })), faults)
}

/// The one operation of a document, with the type that it begins at.
fn entry<'d, 'a>(document: &'d Document<'a, Text>) -> Option<(&'static str, &'d SelectionSet<'a, Text>)> {
    let mut found = document.definitions.iter().filter_map(|definition| match definition {
        Definition::Operation(operation) => Some(operation),
        Definition::Fragment(_) => None,
    });
    let entry = match found.next()? {
        OperationDefinition::SelectionSet(selection) => ("Query", selection),
        OperationDefinition::Query(query) => ("Query", &query.selection_set),
        OperationDefinition::Mutation(mutation) => ("Mutation", &mutation.selection_set),
        OperationDefinition::Subscription(_) => return None,
    };
    found.next().is_none().then_some(entry)
}

fn fragment<'a>(definition: &Definition<'a, Text>) -> Option<(String, FragmentDefinition<'a, Text>)> {
    match definition {
        Definition::Fragment(fragment) => Some((fragment.name.clone(), fragment.clone())),
        Definition::Operation(_) => None,
    }
}
