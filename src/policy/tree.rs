//! The YAML of a policy: its values as serde_yaml reads them, each with its place.
//!
//! serde_yaml says where a text is no YAML, but not where a value stands. A first pass over the events of the text
//! writes the places down; the values and the places have the same shape and are walked side by side.

use crate::error::Error;
use crate::source::Position;
use granit_parser::{Event, Parser, Span};
use serde_yaml::Value;
use std::collections::HashMap;

/// The largest number of values in a policy, those behind aliases counted every time.
const VALUE_CAP: usize = 300_000;
/// The deepest nesting; a policy needs six.
const DEPTH_CAP: usize = 32;

/// A policy's values and places.
pub(super) struct Tree {
    places: Vec<Place>,
    value: Value,
}

/// An error with the place that it is sorted by.
pub(super) type Placed = (Position, Error);

/// Where one value stands.
struct Place {
    at: Position,
    /// The text of a scalar, before anything reads it as a number.
    text: Option<String>,
    /// Of a list its items, of a map its keys and values by turns.
    children: Vec<usize>,
    /// For an alias, what it stands for.
    target: Option<usize>,
    /// How many values it stands for, itself included.
    weight: usize,
    is_map: bool,
}

/// A value with its place.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    tree: &'a Tree,
    place: usize,
    value: &'a Value,
}

/// A key of a map with its place.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) text: &'a str,
    pub(super) at: Position,
}

impl Tree {
    /// Reads a text; says everything that is wrong with its YAML.
    pub(super) fn read(text: &str) -> Result<Self, Vec<Placed>> {
        let mut builder = Builder::default();
        builder.read(text);
        if builder.errors.is_empty() {
            builder.find_duplicates();
        }
        if !builder.errors.is_empty() {
            return Err(builder.errors);
        }
        let value = match builder.places.is_empty() {
            true => Value::Null,
            false => serde_yaml::from_str(text).map_err(|error| vec![yaml_error(&error)])?,
        };
        Ok(Self {
            places: builder.places,
            value,
        })
    }

    /// The value of the whole policy.
    pub(super) fn root(&self) -> Node<'_> {
        Node {
            tree: self,
            place: 0,
            value: &self.value,
        }
    }
}

impl<'a> Node<'a> {
    /// Where it stands.
    pub(super) fn at(self) -> Position {
        let first = Position { line: 1, column: 1 };
        self.tree.places.get(self.place).map_or(first, |place| place.at)
    }

    /// The text of a scalar as it is written, numbers and truth values included.
    pub(super) fn text(self) -> Option<&'a str> {
        match self.value {
            Value::String(text) => Some(text),
            Value::Number(_) | Value::Bool(_) => self.target().text.as_deref(),
            _ => None,
        }
    }

    /// Whether it is a text, and not a number or a truth value.
    pub(super) fn is_string(self) -> bool {
        self.value.is_string()
    }

    /// A truth value.
    pub(super) fn bool(self) -> Option<bool> {
        self.value.as_bool()
    }

    /// A whole number that is not negative.
    pub(super) fn number(self) -> Option<u64> {
        self.value.as_u64()
    }

    /// Whether nothing stands here.
    pub(super) fn is_null(self) -> bool {
        self.value.is_null()
    }

    /// The items of a list.
    pub(super) fn items(self) -> Option<Vec<Self>> {
        let values = self.value.as_sequence()?;
        Some(
            values
                .iter()
                .enumerate()
                .map(|(index, value)| self.child(index, value))
                .collect(),
        )
    }

    /// The keys and values of a map, with those that `<<` merges into it; a key that is no text is "".
    pub(super) fn entries(self) -> Option<Vec<(Key<'a>, Self)>> {
        self.value.as_mapping()?;
        let mut entries = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut maps = vec![self];
        while let Some(map) = maps.pop() {
            if let Some(items) = map.items() {
                // Of merged maps the first counts.
                maps.extend(items.into_iter().rev());
                continue;
            }
            for (index, (key, value)) in map.value.as_mapping().into_iter().flatten().enumerate() {
                let (key, value) = (map.child(2 * index, key), map.child(2 * index + 1, value));
                let text = key.text().unwrap_or("");
                if text == "<<" && (value.value.is_mapping() || value.value.is_sequence()) {
                    maps.push(value);
                } else if seen.insert(text) {
                    entries.push((Key { text, at: key.at() }, value));
                }
            }
        }
        Some(entries)
    }

    /// What kind of value it is, for messages.
    pub(super) fn kind(self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a truth value",
            Value::Number(number) if number.as_i64().is_some_and(|number| number < 0) => "a negative number",
            Value::Number(number) if number.as_u64().is_none() => "a number with a fraction",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a map",
            Value::Tagged(_) => "a value with a tag",
        }
    }

    fn child(self, index: usize, value: &'a Value) -> Self {
        let place = self.target().children.get(index).copied().unwrap_or(self.place);
        Self {
            tree: self.tree,
            place,
            value,
        }
    }

    fn target(self) -> &'a Place {
        const NOWHERE: &Place = &Place {
            at: Position { line: 1, column: 1 },
            text: None,
            children: Vec::new(),
            target: None,
            weight: 0,
            is_map: false,
        };
        let places = &self.tree.places;
        let place = places.get(self.place).unwrap_or(NOWHERE);
        place.target.and_then(|target| places.get(target)).unwrap_or(place)
    }
}

/// Builds the places from the events of a text.
#[derive(Default)]
struct Builder {
    places: Vec<Place>,
    open: Vec<usize>,
    anchors: HashMap<usize, usize>,
    documents: usize,
    weight: usize,
    errors: Vec<Placed>,
}

impl Builder {
    fn read(&mut self, text: &str) {
        let options = granit_parser::options! { emit_comments: false, emit_unresolved_aliases: true };
        for next in Parser::new_from_str_with_options(text, options) {
            let (event, span) = match next {
                Ok(next) => next,
                Err(error) => {
                    let at = position(error.marker().line(), error.marker().col());
                    let message = format!("not YAML: {}", error.info().replace(char::is_control, " "));
                    let hint = if error.info().contains("tabs") { TABS } else { QUOTES };
                    return self.errors.push((at, Error::new(message).hint(hint)));
                }
            };
            self.event(event, span);
            let at = position(span.start.line(), span.start.col());
            if self.weight > VALUE_CAP {
                let message = format!("a policy of more than {VALUE_CAP} values");
                return self.errors.push((at, Error::new(message)));
            }
            if self.open.len() > DEPTH_CAP {
                let message = format!("values are nested more than {DEPTH_CAP} deep");
                return self.errors.push((at, Error::new(message)));
            }
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        let at = position(span.start.line(), span.start.col());
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents == 2 {
                    self.errors.push((at, Error::new("a second document; a policy is one")));
                }
            }
            Event::Scalar(text, _, anchor, _) => {
                self.add(at, Some(text.into_owned()), anchor, false);
            }
            Event::SequenceStart(_, anchor, _) | Event::MappingStart(_, anchor, _) => {
                let is_map = matches!(event, Event::MappingStart(..));
                let place = self.add(at, None, anchor, is_map);
                self.open.push(place);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(closed) = self.open.pop() {
                    let weight = self.places.get(closed).map_or(0, |place| place.weight);
                    self.grow(weight);
                }
            }
            Event::Alias(anchor) => self.alias(at, anchor),
            Event::UnresolvedAlias(name) => {
                let message = format!("`*{name}` is read as a YAML alias, and no anchor has that name");
                let hint = format!("a pattern that begins with * needs quotes: '*{name}'");
                self.errors.push((at, Error::new(message).hint(hint)));
                self.add(at, None, 0, false);
            }
            _ => {}
        }
    }

    fn add(&mut self, at: Position, text: Option<String>, anchor: usize, is_map: bool) -> usize {
        let place = self.places.len();
        // Text weighs too: an alias to a long one repeats it.
        let weight = 1 + text.as_ref().map_or(0, |text| text.len() / 16);
        let is_scalar = text.is_some();
        if let Some(parent) = self.open.last().and_then(|parent| self.places.get_mut(*parent)) {
            parent.children.push(place);
        }
        if anchor != 0 {
            self.anchors.insert(anchor, place);
        }
        self.places.push(Place {
            at,
            text,
            children: Vec::new(),
            target: None,
            weight,
            is_map,
        });
        if is_scalar {
            self.grow(weight);
        }
        place
    }

    /// Adds weight to the map or list that is open.
    fn grow(&mut self, weight: usize) {
        match self.open.last().and_then(|parent| self.places.get_mut(*parent)) {
            Some(parent) => {
                parent.weight = parent.weight.saturating_add(weight);
                self.weight = self.weight.max(parent.weight);
            }
            None => self.weight = self.weight.max(weight),
        }
    }

    fn alias(&mut self, at: Position, anchor: usize) {
        let target = self.anchors.get(&anchor).copied();
        let place = self.add(at, None, 0, false);
        if target.is_some_and(|target| self.open.contains(&target)) {
            self.errors.push((at, Error::new("this alias holds itself")));
            return;
        }
        let weight = target
            .and_then(|target| self.places.get(target))
            .map_or(1, |target| target.weight);
        if let Some(place) = self.places.get_mut(place) {
            place.target = target;
            place.weight = weight;
        }
        self.grow(weight);
    }

    /// Says which keys stand twice in one map; serde_yaml would name neither place.
    fn find_duplicates(&mut self) {
        for map in self.places.iter().filter(|place| place.is_map) {
            let mut seen: HashMap<&str, Position> = HashMap::new();
            for key in map.children.iter().step_by(2).filter_map(|key| self.places.get(*key)) {
                let Some(text) = key.text.as_deref() else { continue };
                match seen.get(text) {
                    Some(first) => {
                        let message = format!("`{}` stands twice, first on line {}", super::shown(text), first.line);
                        self.errors
                            .push((key.at, Error::new(message).hint("join the two, or remove one")));
                    }
                    None => {
                        seen.insert(text, key.at);
                    }
                }
            }
        }
    }
}

const TABS: &str = "YAML forbids tabs before a key: indent with spaces";
const QUOTES: &str = "put patterns and reasons with characters like * [ { : # into single quotes";

fn position(line: usize, column: usize) -> Position {
    let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Position {
        line: clamp(line).max(1),
        column: clamp(column).saturating_add(1),
    }
}

/// What serde_yaml says against a text that the first pass could read.
fn yaml_error(error: &serde_yaml::Error) -> Placed {
    let (line, column) = error.location().map_or((1, 0), |location| {
        (location.line(), location.column().saturating_sub(1))
    });
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or("");
    (
        position(line, column),
        Error::new(format!("not YAML: {message}")).hint(QUOTES),
    )
}
