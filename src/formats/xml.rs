//! XML configuration: .NET `*.config` and its transforms, Spring, Maven, Logback, Tomcat, Java properties.
//!
//! An element is a map named by the element, an attribute a scalar in it; an element that holds only text is itself
//! the scalar. Elements that exist to name a setting (`add`, `property`, `setting`, ...) stand under that name:
//! `<add key="K" value="V"/>` in `appSettings` is `appSettings.K`, and `<add name="Db" connectionString="C"/>` is
//! `connectionStrings.Db.connectionString`. Instructions to transforms (`xdt:*`) and namespaces are no settings.

use super::{Encoding, EntryId, Format, Key, Parsed, Scalar, Value, names};
use crate::source::TextRange;
use quick_xml::Reader;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;

/// XML.
pub const XML: Format = Format {
    name: "xml",
    summary: "XML configuration: .NET web.config and app.config with transforms, Spring, Maven, Logback, Java properties",
    comments: &["<!--"],
    claims,
    parse,
};

fn claims(path: &str, head: &str) -> bool {
    let name = names::file_name(path).to_ascii_lowercase();
    let name = [
        ".erb",
        ".j2",
        ".tmpl",
        ".tpl",
        ".template",
        ".example",
        ".sample",
        ".dist",
    ]
    .iter()
    .find_map(|extension| name.strip_suffix(extension))
    .unwrap_or(&name);
    let always = [".xml", ".pubxml", ".cscfg", ".dtsconfig"];
    let with_head = [".config", ".settings"];
    always.iter().any(|extension| name.ends_with(extension))
        || with_head.iter().any(|extension| name.ends_with(extension)) && looks_like_xml(head)
}

fn looks_like_xml(head: &str) -> bool {
    let rest = head.trim_start_matches('\u{feff}').trim_start();
    let next = rest.strip_prefix('<').and_then(|rest| rest.chars().next());
    next.is_some_and(|next| next.is_alphabetic() || matches!(next, '?' | '!' | '_'))
}

/// Elements that exist to name a setting with one of their attributes.
const NAMING_ELEMENTS: &[&str] = &[
    "add",
    "property",
    "setting",
    "entry",
    "param",
    "parameter",
    "variable",
    "environmentvariable",
];

/// How far up an end tag is matched: bounded to keep the time linear.
const MATCHED_ELEMENTS: usize = 256;

fn parse(text: &str) -> Parsed {
    let mut document = Document {
        text,
        parsed: Parsed::default(),
        open: Vec::new(),
        attributes: Vec::new(),
        loose_text: None,
        full: false,
    };
    document.read();
    document.parsed.problems.sort_by_key(|problem| problem.at);
    document.parsed
}

struct Document<'a> {
    text: &'a str,
    parsed: Parsed,
    open: Vec<Element>,
    /// The attributes of the current start tag.
    attributes: Vec<Attribute>,
    /// The text since the last tag or comment.
    loose_text: Option<TextRange>,
    full: bool,
}

/// An open element.
struct Element {
    name: TextRange,
    entry: EntryId,
    /// Its only value so far; a scalar in its place, or in it if more follows.
    only: Option<(Key, Scalar)>,
    /// Whether the entry has entries below it.
    holds_entries: bool,
    texts: u32,
    /// One past its start tag.
    opened: u32,
}

#[derive(Clone, Copy)]
struct Attribute {
    name: TextRange,
    value: Scalar,
}

impl Document<'_> {
    fn read(&mut self) {
        let text = self.text;
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        while !self.full {
            let before = reader.get_ref().len();
            let event = reader.read_event();
            let after = reader.get_ref().len();
            let at = TextRange::new(text.len() - before, text.len() - after);
            if let Ok(Event::Text(_) | Event::GeneralRef(_)) = event {
                self.loose_text = Some(self.loose_text.map_or(at, |text| text.cover(at)));
                continue;
            }
            self.end_text();
            match event {
                Ok(Event::Eof) => break,
                Ok(Event::Start(tag)) => {
                    self.start(tag.name().as_ref().len(), at);
                }
                Ok(Event::Empty(tag)) => {
                    if self.start(tag.name().as_ref().len(), at) {
                        self.close(None);
                    }
                }
                Ok(Event::End(tag)) => self.end(tag.name().as_ref(), at),
                Ok(Event::CData(_)) => {
                    // Between `<![CDATA[` and `]]>`.
                    let range = TextRange::new(at.start as usize + 9, (at.end as usize).saturating_sub(3));
                    self.add_text(range, Encoding::Plain);
                }
                Ok(_) => {}
                Err(_) => {
                    self.problem(at.start, "this is no valid XML; what follows may be unread");
                    if before == after {
                        break;
                    }
                }
            }
        }
        if let (Some(element), false) = (self.open.last(), self.full) {
            self.problem(element.name.start, "this element is never closed");
        }
        while !self.open.is_empty() {
            self.close(None);
        }
    }

    fn problem(&mut self, at: u32, message: &str) {
        self.parsed.problem(TextRange { start: at, end: at }, message);
    }

    fn add(&mut self, parent: Option<EntryId>, key: Key, value: Value) -> EntryId {
        let before = self.parsed.entries.len();
        let id = self.parsed.add(parent, key, value);
        self.full |= self.parsed.entries.len() == before;
        id
    }

    /// Opens an element; says whether it is one.
    fn start(&mut self, name_length: usize, at: TextRange) -> bool {
        let tag = at.slice(self.text);
        let name = TextRange::new(at.start as usize + 1, at.start as usize + 1 + name_length);
        let word = name.slice(self.text);
        if !word.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | ':')) {
            // ERB and the like are no elements.
            if !word.starts_with(['%', '#', '{']) {
                self.problem(at.start, "a `<` that starts no element");
            }
            return false;
        }
        let mut attributes = std::mem::take(&mut self.attributes);
        self.read_attributes(tag, name_length, &mut attributes);
        let naming = self
            .naming(word, &attributes)
            .map(|naming| attributes.remove(naming).value.range);
        let parent = self.enter();
        let entry = self.add(parent, Key::Name(naming.unwrap_or(name)), Value::Map);
        let mut element = Element {
            name,
            entry,
            only: None,
            holds_entries: false,
            texts: 0,
            opened: at.end,
        };
        match (naming, attributes.as_slice()) {
            (Some(_), [only]) if only.name.slice(self.text).eq_ignore_ascii_case("value") => {
                element.only = Some((Key::Name(only.name), only.value));
            }
            _ => {
                for attribute in &attributes {
                    element.holds_entries = true;
                    self.add(Some(entry), Key::Name(attribute.name), Value::Scalar(attribute.value));
                }
            }
        }
        self.attributes = attributes;
        self.open.push(element);
        true
    }

    /// Reads the attributes of a start tag that are settings.
    fn read_attributes(&mut self, tag: &str, name_length: usize, attributes: &mut Vec<Attribute>) {
        attributes.clear();
        let body = tag.strip_suffix('>').unwrap_or(tag);
        let body = body.strip_suffix('/').unwrap_or(body);
        let mut broken = false;
        for attribute in Attributes::new(body, name_length + 1).with_checks(false) {
            let Ok(attribute) = attribute else {
                broken = true;
                continue;
            };
            let name = attribute.key.as_ref();
            let prefix = name.split(':').next().unwrap_or(name);
            if matches!(prefix, "xmlns" | "xdt" | "xsi" | "xml") && (name.len() > prefix.len() || prefix == "xmlns") {
                continue;
            }
            let range = self.place(&attribute.value);
            let value = Scalar {
                range,
                encoding: encoding(range.slice(self.text)),
            };
            attributes.push(Attribute {
                name: self.place(name),
                value,
            });
        }
        if broken {
            self.problem(
                self.place(tag).start,
                "an attribute of this element is no `name=\"value\"`",
            );
        }
    }

    /// Where a part of the source stands in it.
    fn place(&self, part: &str) -> TextRange {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        TextRange::new(start, start + part.len())
    }

    /// The attribute that names the setting which the element is, if it is one.
    fn naming(&self, element: &str, attributes: &[Attribute]) -> Option<usize> {
        let local = element.rsplit(':').next().unwrap_or(element);
        let find = |name: &str| {
            let is = |attribute: &Attribute| attribute.name.slice(self.text).eq_ignore_ascii_case(name);
            attributes.iter().position(is)
        };
        let index = find("key").or_else(|| find("name"))?;
        let names = NAMING_ELEMENTS.iter().any(|name| local.eq_ignore_ascii_case(name));
        let is_pair = attributes.len() == 2 && find("value").is_some();
        let filled = attributes
            .get(index)
            .is_some_and(|attribute| !attribute.value.range.is_empty());
        (filled && (names || is_pair)).then_some(index)
    }

    /// The entry that the next element goes into; what it holds so far now has a place of its own.
    fn enter(&mut self) -> Option<EntryId> {
        let element = self.open.last_mut()?;
        element.holds_entries = true;
        let entry = element.entry;
        if let Some((key, scalar)) = element.only.take() {
            self.add(Some(entry), key, Value::Scalar(scalar));
        }
        Some(entry)
    }

    /// Ends the text before a tag, comment or section.
    fn end_text(&mut self) {
        let Some(range) = self.loose_text.take() else { return };
        let text = range.slice(self.text);
        if !text.trim().is_empty() {
            let range = self.place(text.trim());
            self.add_text(range, encoding(text));
        }
    }

    fn add_text(&mut self, range: TextRange, encoding: Encoding) {
        if let Some(element) = self.open.last_mut()
            && (element.only.is_some() || element.holds_entries)
        {
            self.enter();
        }
        let Some(element) = self.open.last_mut() else {
            if range.slice(self.text).trim_start_matches('\u{feff}').trim().is_empty() {
                return;
            }
            return self.problem(range.start, "text outside of any element");
        };
        element.only = Some((Key::Item(element.texts), Scalar { range, encoding }));
        element.texts += 1;
    }

    fn end(&mut self, name: &str, at: TextRange) {
        let text = self.text;
        let near = self.open.iter().rev().take(MATCHED_ELEMENTS);
        match near.into_iter().position(|element| element.name.slice(text) == name) {
            None => self.problem(at.start, "this end tag closes no element"),
            Some(0) => self.close(Some(at)),
            Some(unclosed) => {
                if let Some(element) = self.open.last() {
                    self.problem(element.name.start, "this element is never closed");
                }
                for _ in 0..unclosed {
                    self.close(None);
                }
                self.close(Some(at));
            }
        }
    }

    /// Closes the innermost element, with its end tag if it has one of its own.
    fn close(&mut self, end: Option<TextRange>) {
        let Some(element) = self.open.pop() else { return };
        let empty = end.is_some_and(|end| end.start == element.opened);
        let scalar = match element.only {
            Some((key, scalar)) if element.holds_entries => {
                self.add(Some(element.entry), key, Value::Scalar(scalar));
                return;
            }
            Some((_, scalar)) => scalar,
            None if empty && !element.holds_entries => Scalar {
                range: TextRange {
                    start: element.opened,
                    end: element.opened,
                },
                encoding: Encoding::Plain,
            },
            None => return,
        };
        if let Some(entry) = self.parsed.entries.get_mut(element.entry.0 as usize)
            && !self.full
        {
            entry.value = Value::Scalar(scalar);
        }
    }
}

fn encoding(text: &str) -> Encoding {
    if text.contains('&') {
        Encoding::Xml
    } else {
        Encoding::Plain
    }
}

#[cfg(test)]
mod tests;
