//! From a file's text to its settings: the file itself, and the documents that hide in its values.

use crate::embedded::{self, Holder};
use crate::formats::{EntryId, Format, Value, format_of};
use crate::settings::{Document, Read};
use crate::source::{Offsets, Origin, Source, SourceId, TextRange};
use crate::vocabulary::Vocabulary;

/// How deep documents may hide in one another.
const DEPTH: usize = 3;

/// How much text the embedded documents of one file may have together, as a multiple of the file's own.
const EMBEDDED_SHARE: usize = 4;

/// Reads a file and the documents embedded in it. The file comes first; the origin of an embedded document counts
/// sources from there. `None` where no format claims the file.
pub fn read(path: &str, text: String, vocabulary: &Vocabulary) -> Option<Vec<Read>> {
    let format = format_of(path, head(&text))?;
    let mut reads = vec![parse(Source::file(path, text), format, vocabulary)];
    let mut budget = reads.first().map_or(0, |read| read.source.text.len()).saturating_mul(EMBEDDED_SHARE);
    let mut from = 0;
    for _ in 0..DEPTH {
        let until = reads.len();
        for holder in from..until {
            let Some(read) = reads.get(holder) else { break };
            let found = embedded_in(read, holder, &mut budget);
            let parsed: Vec<_> = found.into_iter().map(|(source, format)| parse(source, format, vocabulary)).collect();
            reads.extend(parsed);
        }
        from = until;
    }
    Some(reads)
}

/// The first kilobyte of a text, by which formats know their files.
pub fn head(text: &str) -> &str {
    let mut end = text.len().min(1024);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

fn parse(source: Source, format: &'static Format, vocabulary: &Vocabulary) -> Read {
    let parsed = (format.parse)(&source.text);
    let document = Document::new(format, &source.text, parsed, vocabulary);
    Read { source, document }
}

fn embedded_in(read: &Read, holder: usize, budget: &mut usize) -> Vec<(Source, &'static Format)> {
    let (document, text) = (&read.document, read.source.text.as_str());
    let mut found = Vec::new();
    for (index, entry) in document.parsed.entries.iter().enumerate() {
        let Value::Scalar(scalar) = entry.value else { continue };
        if !embedded::may_hold(scalar, text, document.name(text, id(index))) {
            continue;
        }
        let _ = (&holder, &budget);
        found.extend(embed(read, id(index), holder, budget));
    }
    found
}

fn id(index: usize) -> EntryId {
    EntryId(TextRange::new(index, index).start)
}

fn embed(read: &Read, entry: EntryId, holder: usize, budget: &mut usize) -> Option<(Source, &'static Format)> {
    let (document, text) = (&read.document, read.source.text.as_str());
    let decoded = document.value(text, entry)?;
    let names = document.names(text, entry);
    let found = embedded::embedded(&Holder { path: &read.source.path, names: &names, secret: document.is_secret(text, entry) }, &decoded)?;
    *budget = budget.checked_sub(found.text.len())?;
    let offsets: Offsets = found.offsets;
    let origin = Origin { source: SourceId(TextRange::new(holder, holder).start), entry: entry.0, offsets };
    Some((Source { path: read.source.path.clone(), text: found.text, origin: Some(origin) }, found.format))
}
