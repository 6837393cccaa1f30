//! YAML, with templates in it: several documents, anchors, merge keys, block scalars.
//!
//! A file with a fault still gives most of its settings: the faulty place is masked and the document read again.

mod claims;
mod repair;
mod tree;

use super::{ENTRY_CAP, Format, Parsed, template};
use tree::Tree;

/// YAML.
pub const YAML: Format = Format {
    name: "yaml",
    summary: "YAML: all documents, anchors, aliases and merge keys, block scalars, Helm, Jinja and ERB templates of it",
    comments: &["#"],
    claims: claims::claims,
    parse,
};

/// How many faults of a source are masked, so that their document is read again.
const REPAIRS: usize = 16;
/// How many times reading goes on below a fault.
const RESUMES: usize = 1000;

fn parse(text: &str) -> Parsed {
    let mut masked = template::masked(text);
    let mut tree = Tree::new(text, std::mem::take(&mut masked.blanked));
    let mut repairs = 0;
    let mut resumes = 0;
    // Reading again costs no more than a few times what reading costs.
    let mut budget = text.len().saturating_mul(4).saturating_add(1 << 20);
    let mut from = 0;
    while let Some(fault) = tree.read(&masked.text, from) {
        if tree.parsed.entries.len() >= ENTRY_CAP {
            break;
        }
        let mut line = repair::line_at(&masked.text, fault.at);
        if resumes < RESUMES && line.start > from && fault.is_indentation(&masked.text, &line) {
            resumes += 1;
            tree.resume(&masked.text, line.clone(), &fault);
            from = line.start;
            continue;
        }
        let cost = fault.at.saturating_sub(fault.document);
        let repair = (repairs < REPAIRS && cost <= budget)
            .then(|| repair::repair(&masked.text, &fault))
            .flatten();
        if let Some(repair) = repair {
            repairs += 1;
            budget -= cost;
            from = fault.document;
            let lost = repair.apply(&mut masked.text);
            tree.reread(lost, &fault);
            continue;
        }
        line = repair::line_at(&masked.text, line.end + 1);
        if resumes < RESUMES && fault.flow.is_none() && line.start > from && line.start < text.len() {
            resumes += 1;
            tree.resume(&masked.text, line.clone(), &fault);
            from = line.start;
            continue;
        }
        tree.give_up(&fault);
        match next_document(&masked.text, fault.at.max(from)) {
            Some(next) => from = next,
            None => break,
        }
    }
    tree.finish()
}

/// Where the next document starts after byte `from`.
fn next_document(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    memchr::memmem::find_iter(rest, b"\n---")
        .find(|at| rest.get(at + 4).is_none_or(u8::is_ascii_whitespace))
        .map(|at| from + at + 1)
}
