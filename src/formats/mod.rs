//! How sources are read: one file per format, each turning text into entries with exact places.
//!
//! Parsing cannot fail. A format returns what it understood and, as [`Problem`]s, what it did not. It reads the text
//! in one pass without recursion, so that neither depth nor size can hurt it.

mod blocks;
pub mod code;
pub mod dockerfile;
pub mod dotenv;
mod duplicates;
pub mod encoding;
pub mod hcl;
pub mod ini;
pub mod json;
mod json_tokens;
mod lines;
pub mod makefile;
mod names;
pub mod ocl;
pub mod properties;
pub mod shell;
pub mod template;
pub mod toml;
pub mod xml;
pub mod yaml;

use crate::source::TextRange;
pub use encoding::{Encoding, decode};

/// The largest number of entries that one source may give; the rest is a problem, said with its place.
pub const ENTRY_CAP: usize = 1_000_000;

/// The largest number of problems that are listed of one source.
pub const PROBLEM_CAP: usize = 1_000;

/// A way of writing configuration.
#[derive(Clone, Copy)]
pub struct Format {
    /// The name in reports: `yaml`, `json`, ...
    pub name: &'static str,
    /// What it covers, for docs/reference.md.
    pub summary: &'static str,
    /// What starts a comment; empty where the format has none.
    pub comments: &'static [&'static str],
    /// Whether a file is written in this format, from its path (`/` between segments) and first kilobyte.
    pub claims: fn(path: &str, head: &str) -> bool,
    /// Reads the text.
    pub parse: fn(text: &str) -> Parsed,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What was understood of a source, and what was not.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// Every map, list and scalar, parents before their children, in the order of the text.
    pub entries: Vec<Entry>,
    /// What could not be read, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Names an entry of one source: an index into [`Parsed::entries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub u32);

/// A key with what stands at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The map or list that holds it; `None` at the top of the source.
    pub parent: Option<EntryId>,
    /// The last element of its key path.
    pub key: Key,
    /// What stands there.
    pub value: Value,
}

/// One element of a key path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The n-th document of a source that holds several, from 0.
    Document(u32),
    /// A name, without its quotes.
    Name(TextRange),
    /// The n-th item of a list, from 0.
    Item(u32),
}

/// What stands at a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Keys below; its entries follow and name it as their parent.
    Map,
    /// Items below.
    List,
    /// A value.
    Scalar(Scalar),
    /// Everything that stands at another, earlier entry (a YAML alias; under the key `<<`, a merge).
    Alias(EntryId),
}

/// A value as it is written: without its quotes, with its escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scalar {
    /// Where it stands.
    pub range: TextRange,
    /// How to read the text that stands there.
    pub encoding: Encoding,
}

/// Something in a source that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where; an empty range points at an offset.
    pub at: TextRange,
    /// What is wrong, without a trailing full stop and without any text of the source.
    pub message: String,
    /// Whether something may have been left unread because of it.
    pub unread: bool,
}

impl Parsed {
    /// Adds an entry and names it. Past [`ENTRY_CAP`] it adds nothing more, says so once, and names the last entry.
    pub fn add(&mut self, parent: Option<EntryId>, key: Key, value: Value) -> EntryId {
        if self.entries.len() >= ENTRY_CAP {
            let at = match (key, value) {
                (Key::Name(at), _) | (_, Value::Scalar(Scalar { range: at, .. })) => at,
                _ => TextRange::default(),
            };
            let message = format!("more than {ENTRY_CAP} entries; the rest of this file was not read");
            if self.problems.last().is_none_or(|last| last.message != message) {
                self.problems.push(Problem {
                    at: TextRange { end: at.start, ..at },
                    message,
                    unread: true,
                });
            }
            return EntryId(TextRange::new(self.entries.len() - 1, 0).start);
        }
        self.entries.push(Entry { parent, key, value });
        EntryId(TextRange::new(self.entries.len() - 1, 0).start)
    }

    /// Adds a map.
    pub fn map(&mut self, parent: Option<EntryId>, key: Key) -> EntryId {
        self.add(parent, key, Value::Map)
    }

    /// Adds a list.
    pub fn list(&mut self, parent: Option<EntryId>, key: Key) -> EntryId {
        self.add(parent, key, Value::List)
    }

    /// Adds a scalar.
    pub fn scalar(&mut self, parent: Option<EntryId>, key: Key, range: TextRange, encoding: Encoding) -> EntryId {
        self.add(parent, key, Value::Scalar(Scalar { range, encoding }))
    }

    /// Adds a problem. Past [`PROBLEM_CAP`] it says once that there are more.
    pub fn problem(&mut self, at: TextRange, message: impl Into<String>) {
        self.push(at, message.into(), true);
    }

    /// Adds a problem that leaves nothing unread: what stands there is against the format's rules, and its meaning is
    /// plain all the same.
    pub fn flaw(&mut self, at: TextRange, message: impl Into<String>) {
        self.push(at, message.into(), false);
    }

    fn push(&mut self, at: TextRange, message: String, unread: bool) {
        let message = match self.problems.len() {
            0..PROBLEM_CAP => message,
            PROBLEM_CAP => format!("more than {PROBLEM_CAP} problems; further ones of this file are not listed"),
            _ => return,
        };
        // Nobody knows what those that are not listed leave unread.
        let unread = unread || self.problems.len() == PROBLEM_CAP;
        self.problems.push(Problem { at, message, unread });
    }

    /// The entry of a name.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(id.0 as usize)
    }

    /// The names and numbers from the top of the source down to an entry, for people: `jobs.deploy.steps[2].run`.
    pub fn key_path(&self, text: &str, id: EntryId) -> String {
        let mut elements = Vec::new();
        let mut at = Some(id);
        while let Some(entry) = at.and_then(|id| self.entry(id)) {
            elements.push(entry.key);
            at = entry.parent;
        }
        let mut path = String::new();
        for key in elements.into_iter().rev() {
            match key {
                Key::Document(_) => {}
                Key::Item(number) => path.push_str(&format!("[{number}]")),
                Key::Name(range) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(range.slice(text));
                }
            }
        }
        path
    }
}

/// Every format, in the order in which they are asked; the first that claims a file reads it.
pub const FORMATS: &[Format] = &[
    dockerfile::DOCKERFILE,
    dotenv::DOTENV,
    json::JSON,
    toml::TOML,
    hcl::HCL,
    ocl::OCL,
    makefile::MAKEFILE,
    xml::XML,
    properties::PROPERTIES,
    ini::INI,
    code::CODE,
    shell::SHELL,
    // Last: it claims by a look at the text what no other format claims by name.
    yaml::YAML,
];

/// The format of a file, from its path and the first kilobyte of its text.
pub fn format_of(path: &str, head: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.claims)(path, head))
}

/// Checks the promises that every format makes, for tests and fuzzing: parents come before their children and are
/// maps or lists, aliases point backwards, and every place lies in the text on character boundaries.
///
/// # Errors
/// Says which entry breaks which promise.
pub fn check(text: &str, parsed: &Parsed) -> Result<(), String> {
    let inside = |range: TextRange| text.get(range.start as usize..range.end as usize).is_some();
    for (index, entry) in parsed.entries.iter().enumerate() {
        if let Some(parent) = entry.parent {
            match parsed.entry(parent).map(|parent| parent.value) {
                Some(Value::Map | Value::List) if (parent.0 as usize) < index => {}
                _ => {
                    return Err(format!(
                        "entry {index}: its parent {} is no earlier map or list",
                        parent.0
                    ));
                }
            }
        }
        if let Key::Name(range) = entry.key
            && !inside(range)
        {
            return Err(format!("entry {index}: its key lies outside of the text"));
        }
        match entry.value {
            Value::Scalar(scalar) if !inside(scalar.range) => {
                return Err(format!("entry {index}: its value lies outside of the text"));
            }
            Value::Scalar(scalar) => {
                let decoded = decode(text, scalar);
                let length = TextRange::new(0, decoded.text.len()).end;
                let back = decoded.offsets.range_to_outer(TextRange { start: 0, end: length });
                if back.start < scalar.range.start || back.end > scalar.range.end {
                    return Err(format!("entry {index}: its decoded text maps outside of its value"));
                }
            }
            Value::Alias(target) if target.0 as usize >= index => {
                return Err(format!("entry {index}: its alias points forwards"));
            }
            _ => {}
        }
    }
    if parsed.problems.iter().any(|problem| !inside(problem.at)) {
        return Err("a problem lies outside of the text".to_owned());
    }
    Ok(())
}

/// What a format's tests compare: `path = value` a line, decoded, aliases as `path -> path`.
#[cfg(test)]
#[allow(dead_code, reason = "each format uses it in its own tests")]
pub(crate) fn outline(text: &str, parsed: &Parsed) -> Vec<String> {
    check(text, parsed).unwrap();
    let mut lines = Vec::new();
    for (index, entry) in parsed.entries.iter().enumerate() {
        let path = parsed.key_path(text, EntryId(index as u32));
        match entry.value {
            Value::Scalar(scalar) => lines.push(format!("{path} = {}", decode(text, scalar).text)),
            Value::Alias(target) => lines.push(format!("{path} -> {}", parsed.key_path(text, target))),
            Value::Map | Value::List => {}
        }
    }
    lines
}
