//! From a file's text to its settings: the file itself, and the documents that hide in its values.

use crate::embedded;
use crate::formats::{EntryId, Format, format_of};
use crate::settings::{Document, Read};
use crate::source::{Origin, Source, SourceId, TextRange};
use crate::vocabulary::{Candidate, Vocabulary};

/// How deep documents may hide in one another.
const DEPTH: usize = 3;

/// How much text the embedded documents of one file may have together, as a multiple of the file's own.
const EMBEDDED_SHARE: usize = 4;

/// Reads a file and the documents embedded in it. The file comes first; the origin of an embedded document counts
/// sources from there. `None` where no format claims the file.
pub fn read(path: &str, text: String, vocabulary: &Vocabulary) -> Option<Vec<Read>> {
    let candidates = vocabulary.candidates(&text);
    read_scanned(path, text, &candidates, vocabulary)
}

/// As [`read`], of a text whose candidates are known.
pub fn read_scanned(path: &str, text: String, candidates: &[Candidate], vocabulary: &Vocabulary) -> Option<Vec<Read>> {
    let format = format_of(path, head(&text))?;
    let mut reads = vec![parse(Source::file(path, text), format, candidates, vocabulary)];
    let mut budget = reads
        .first()
        .map_or(0, |read| read.source.text.len())
        .saturating_mul(EMBEDDED_SHARE);
    let mut from = 0;
    for _ in 0..DEPTH {
        let until = reads.len();
        for holder in from..until {
            let Some(read) = reads.get(holder) else { break };
            let found = embedded_in(read, holder, &mut budget);
            let parsed: Vec<_> = found
                .into_iter()
                .map(|(source, format)| {
                    let candidates = vocabulary.candidates(&source.text);
                    parse(source, format, &candidates, vocabulary)
                })
                .collect();
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

fn parse(source: Source, format: &'static Format, candidates: &[Candidate], vocabulary: &Vocabulary) -> Read {
    let parsed = (format.parse)(&source.text);
    let document = Document::new(format, &source.text, parsed, candidates, vocabulary);
    Read { source, document }
}

fn embedded_in(read: &Read, holder: usize, budget: &mut usize) -> Vec<(Source, &'static Format)> {
    let (document, text) = (&read.document, read.source.text.as_str());
    let secrets = document.secrets(text);
    let mut found = Vec::new();
    for (entry, scalar) in document.scalars() {
        let parent = document.entry(entry).and_then(|entry| entry.parent);
        let kind = match parent {
            Some(parent) if secrets.contains(&parent) => embedded::Holder::Secret,
            _ => embedded::Holder::Plain,
        };
        if kind == embedded::Holder::Plain && is_ordinary(scalar.range.slice(text)) {
            continue;
        }
        found.extend(embed(read, entry, kind, holder, budget));
    }
    found
}

/// Whether a value is so plain that no document can hide in it, without asking for its key: one word.
fn is_ordinary(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    let first = bytes.first().copied().unwrap_or(b' ');
    !matches!(first, b'{' | b'[' | b'-' | b'#' | b'<' | b' ' | b'\t' | b'\r' | b'\n')
        && memchr::memchr3(b'\n', b'=', b'\\', bytes).is_none()
        && memchr::memchr(b' ', bytes).is_none()
}

fn embed(
    read: &Read,
    entry: EntryId,
    kind: embedded::Holder,
    holder: usize,
    budget: &mut usize,
) -> Option<(Source, &'static Format)> {
    let (document, text) = (&read.document, read.source.text.as_str());
    let names = document.names(text, entry);
    let raw = document.scalar(entry)?.range.slice(text);
    if !embedded::may_embed(kind, &names, raw) {
        return None;
    }
    let decoded = document.value(text, entry)?;
    let found = embedded::embedded(&read.source.path, kind, &names, &decoded)?;
    *budget = budget.checked_sub(found.document.text.len())?;
    let source = SourceId(TextRange::new(holder, holder).start);
    let origin = Origin {
        source,
        entry: entry.0,
        offsets: found.document.offsets,
    };
    let text = found.document.text.into_owned();
    Some((
        Source {
            path: read.source.path.clone(),
            text,
            origin: Some(origin),
        },
        found.format,
    ))
}
