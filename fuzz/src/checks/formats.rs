//! Formats, documents in values, templates.

use super::places::{self, Written};
use super::{first_line, text_of};
use envfence::embedded::{self, Holder};
use envfence::formats::{self, EntryId, Format, Parsed, Scalar, Value, decode, template};
use envfence::formats::{Encoding, FORMATS};
use envfence::settings::whole;
use envfence::source::TextRange;

/// One format, by its name.
pub fn format(name: &str, data: &[u8]) {
    let text = text_of(data);
    for format in FORMATS.iter().filter(|format| format.name == name) {
        let parsed = parse(format, &text);
        for range in keys(&parsed) {
            places::slice(&text, range, "key");
        }
        let last = parsed.entries.len().saturating_sub(4)..parsed.entries.len();
        for entry in last {
            parsed.key_path(&text, EntryId(TextRange::new(entry, entry).start));
        }
    }
}

fn keys(parsed: &Parsed) -> impl Iterator<Item = TextRange> + '_ {
    parsed.entries.iter().filter_map(|entry| match entry.key {
        formats::Key::Name(range) => Some(range),
        formats::Key::Document(_) | formats::Key::Item(_) => None,
    })
}

/// Parses, and checks what every format promises.
pub fn parse(format: &Format, text: &str) -> Parsed {
    let parsed = (format.parse)(text);
    let checked = formats::check(text, &parsed);
    assert!(checked.is_ok(), "{}: {checked:?}", format.name);
    let again = (format.parse)(text);
    assert!(
        parsed.entries == again.entries && parsed.problems == again.problems,
        "{}: twice is not the same",
        format.name
    );
    assert!(
        parsed.entries.len() <= 4 * text.len() + 16,
        "{}: {} entries of {} bytes",
        format.name,
        parsed.entries.len(),
        text.len()
    );
    for entry in &parsed.entries {
        if let Value::Scalar(scalar) = entry.value {
            let decoded = decode(text, scalar);
            if scalar.encoding == Encoding::Plain {
                assert_eq!(decoded.text, scalar.range.slice(text), "{}", format.name);
            }
            places::way_back(text, scalar.range, &decoded, Written::Escaped);
        }
    }
    parsed
}

const ENCODINGS: [Encoding; 11] = [
    Encoding::Plain,
    Encoding::Backslash,
    Encoding::YamlDouble,
    Encoding::YamlSingle,
    Encoding::YamlPlain,
    Encoding::YamlLiteral,
    Encoding::YamlFolded,
    Encoding::DoubledQuote,
    Encoding::Xml,
    Encoding::Properties,
    Encoding::Heredoc,
];

/// The first line is `path|key.key`; the rest is a value, read in every encoding.
pub fn embedded(_: &str, data: &[u8]) {
    let text = text_of(data);
    let (first, value) = first_line(&text);
    let (path, key) = first.split_once('|').unwrap_or(("x.yaml", first));
    let names: Vec<&str> = key.split('.').collect();
    for encoding in ENCODINGS {
        let scalar = Scalar {
            encoding,
            ..whole(value)
        };
        let decoded = decode(value, scalar);
        places::way_back(value, scalar.range, &decoded, Written::Escaped);
        for holder in [Holder::Plain, Holder::Secret] {
            let found = embedded::embedded(path, holder, &names, &decoded);
            if found.is_some() && encoding == Encoding::Plain {
                assert!(embedded::may_embed(holder, &names, value), "may_embed says no");
            }
            let Some(found) = found else { continue };
            let parsed = (found.format.parse)(&found.document.text);
            let checked = formats::check(&found.document.text, &parsed);
            assert!(checked.is_ok(), "{}: {checked:?}", found.format.name);
            let written = match holder {
                Holder::Plain => Written::Escaped,
                Holder::Secret => Written::Anyhow,
            };
            places::way_back(value, scalar.range, &found.document, written);
        }
    }
}

/// A masked template is as long as the template, and its lines end where the template's do.
pub fn template(_: &str, data: &[u8]) {
    let text = text_of(data);
    let masked = template::mask(&text);
    assert_eq!(masked.len(), text.len());
    for (one, other) in text.bytes().zip(masked.bytes()) {
        let ends = |byte: u8| matches!(byte, b'\n' | b'\r');
        assert!(ends(one) == ends(other), "a line end moved");
    }
    assert_eq!(template::mask(&text), masked);
}
