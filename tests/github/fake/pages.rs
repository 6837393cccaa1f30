//! Lists in pages, with the links between them.

use super::exchange::{Reply, Request};
use super::state::State;
use serde_json::Value;

/// One page of a list: where it begins and how many it holds at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) number: usize,
    pub(crate) size: usize,
}

impl Page {
    /// What a request asks for. GitHub takes 30 unless told, and 100 at most.
    pub(crate) fn of(request: &Request) -> Self {
        let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
        Self {
            number: number("page").unwrap_or(1).max(1),
            size: number("per_page").unwrap_or(30).clamp(1, 100),
        }
    }

    /// The items of this page.
    pub(crate) fn of_items<T>(self, items: &[T]) -> &[T] {
        let start = (self.number - 1).saturating_mul(self.size).min(items.len());
        &items[start..(start + self.size).min(items.len())]
    }
}

/// A page of a list as a reply, made of the items that are on it alone.
pub(crate) fn reply<T>(state: &State, request: &Request, items: &[T], shape: impl Fn(&T) -> Value) -> Reply {
    let page = Page::of(request);
    let shown: Vec<Value> = page.of_items(items).iter().map(shape).collect();
    linked(state, request, Reply::json(200, &Value::Array(shown)), items.len())
}

/// Adds the links to other pages.
pub(crate) fn linked(state: &State, request: &Request, reply: Reply, count: usize) -> Reply {
    let page = Page::of(request);
    let last = count.div_ceil(page.size).max(1);
    let mut links = Vec::new();
    let mut link = |number: usize, relation: &str| {
        links.push(format!("<{}>; rel=\"{relation}\"", address(state, request, number)));
    };
    if page.number > 1 {
        link((page.number - 1).min(last), "prev");
    }
    if page.number < last {
        link(page.number + 1, "next");
        link(last, "last");
    }
    if page.number > 1 {
        link(1, "first");
    }
    if links.is_empty() {
        reply
    } else {
        reply.with("link", links.join(", "))
    }
}

/// GitHub's links name the repository by its number, not by the name that was asked for.
fn address(state: &State, request: &Request, number: usize) -> String {
    let root = format!("{}/repositories/{}", state.api, state.repository_id);
    let others = request.query.iter().filter(|(name, _)| name != "page");
    let mut query: Vec<String> = others
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    query.push(format!("page={number}"));
    format!("{root}{}?{}", request.canonical, query.join("&"))
}

fn encoded(text: &str) -> String {
    super::urls::percent_encoded(text).replace('/', "%2F")
}
