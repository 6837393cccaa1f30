//! Collects the parts of one reference while its text is read.

use super::{Class, Engine, Part, Reference, Role, domains};
use crate::source::TextRange;

/// A reference as it grows. Parts are given as slices of the text that it is read from.
pub(super) struct Builder<'a> {
    text: &'a str,
    reference: Reference,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a str, shape: &'static str, class: Class, engine: Option<Engine>) -> Self {
        let reference = Reference {
            shape,
            engine,
            class,
            parts: Vec::new(),
        };
        Self { text, reference }
    }

    /// Adds a part, unless it is empty.
    pub(super) fn part(&mut self, role: Role, part: &str) {
        if let Some(range) = range_in(self.text, part).filter(|range| !range.is_empty()) {
            self.reference.parts.push(Part { role, range });
        }
    }

    /// Adds a host and its port, and lets them say what stands behind them where nothing else has.
    pub(super) fn endpoint(&mut self, host: &str, port: &str) {
        self.part(Role::Host, host);
        self.part(Role::Port, port);
        if let Some((class, engine)) = domains::of_host(host) {
            self.suggest(class, engine);
        }
        if matches!(self.reference.class, Class::Service | Class::Datastore)
            && let Some(engine) = domains::of_port(port, self.reference.engine)
        {
            self.suggest(Class::Datastore, Some(engine));
        }
    }

    /// Takes a kind and an engine that a host, port or key hints at; what is known already stays.
    pub(super) fn suggest(&mut self, class: Class, engine: Option<Engine>) {
        if matches!(self.reference.class, Class::Service) {
            self.reference.class = class;
        }
        if class == self.reference.class
            && engine.is_some()
            && matches!(self.reference.engine, None | Some(Engine::Other | Engine::Http))
        {
            self.reference.engine = engine;
        }
    }

    pub(super) fn set_class(&mut self, class: Class) {
        self.reference.class = class;
    }

    pub(super) fn class(&self) -> Class {
        self.reference.class
    }

    pub(super) fn engine(&self) -> Option<Engine> {
        self.reference.engine
    }

    pub(super) fn has(&self, role: Role) -> bool {
        self.reference.parts.iter().any(|part| part.role == role)
    }

    /// The reference, its parts in the order of the text.
    pub(super) fn done(mut self) -> Reference {
        self.reference
            .parts
            .sort_by_key(|part| (part.range.start, part.range.end));
        self.reference
    }
}

/// Where `part`, a slice of `text`, stands in it; `None` for a slice of another text.
pub(super) fn range_in(text: &str, part: &str) -> Option<TextRange> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    (end <= text.len()).then(|| TextRange::new(start, end))
}

/// The text before the first of `stops`, which are ASCII, and the text from there on.
pub(super) fn cut<'a, const N: usize>(text: &'a str, stops: &[char; N]) -> (&'a str, &'a str) {
    let at = text.bytes().position(|byte| stops.contains(&char::from(byte)));
    let at = at.unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Whether `text` begins with `prefix`, whatever the case of its letters; the rest.
pub(super) fn strip_prefix_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// A name without the differences that drivers ignore: case, spaces, `_`, `-` and `.`.
pub(super) struct PlainName {
    bytes: [u8; 40],
    length: usize,
}

impl PlainName {
    pub(super) fn of(name: &str) -> Self {
        let mut bytes = [0; 40];
        let letters = name.bytes().filter(|byte| !matches!(byte, b' ' | b'_' | b'-' | b'.'));
        let mut length = 0;
        for (slot, byte) in bytes.iter_mut().zip(letters) {
            *slot = byte.to_ascii_lowercase();
            length += 1;
        }
        Self { bytes, length }
    }

    /// Whether this is `known`, which is written in lower case letters and digits.
    pub(super) fn is(&self, known: &str) -> bool {
        self.length == known.len() && self.bytes.get(..self.length) == Some(known.as_bytes())
    }

    /// Whether this is one of `known`.
    pub(super) fn is_in(&self, known: &[&str]) -> bool {
        known.iter().any(|known| self.is(known))
    }
}

/// Whether two names are the same but for what drivers ignore.
pub(super) fn same_name(name: &str, known: &str) -> bool {
    PlainName::of(name).is(known)
}
