//! YAML, with templates in it: several documents, anchors, merge keys, block scalars.
//!
//! A file with a fault still gives most of its settings: the faulty place is masked and the document read again.

mod claims;
mod inventory;
mod lines;
mod repair;
mod scalars;
mod tree;

use super::{ENTRY_CAP, Format, Parsed, template};
pub(super) use claims::is_nested;
use std::{borrow::Cow, ops::Range};
use tree::Tree;

/// YAML.
pub const YAML: Format = Format {
    name: "yaml",
    summary: "YAML: all documents, anchors, aliases and merge keys, block scalars, Helm, Jinja and ERB templates of it; \
              the hosts of Ansible's inventories",
    comments: &["#"],
    claims: claims::claims,
    parse,
};

/// How many faults of a source are masked, so that their document is read again.
const REPAIRS: usize = 16;
/// How many times reading goes on below a fault.
const RESUMES: usize = 1000;

fn parse(text: &str) -> Parsed {
    let template::Masked { text: masked, blanked } = template::masked(text);
    let parsed = lines::read(text, &masked, &blanked).unwrap_or_else(|| parse_events(text, masked, &blanked));
    inventory::with_hosts(text, parsed)
}

/// Reads a text with the parser; `masked` is the text without its template code, `blanked` the lines that held nothing
/// else.
fn parse_events(text: &str, mut masked: Cow<'_, str>, blanked: &[usize]) -> Parsed {
    let mut tree = Tree::new(text, blanked);
    let mut repairs = 0;
    let mut resumes = 0;
    // Reading again, or the same scalar from one line after the other, costs no more than a few times what reading
    // costs; what is read again resumes no more often than before.
    let mut budget = text.len().saturating_mul(4).saturating_add(1 << 20);
    let mut patience = text.len().saturating_mul(16).saturating_add(4 << 20);
    let mut document = (0, 0);
    let mut from = 0;
    while let Some(fault) = tree.read(&masked, from) {
        if tree.parsed.entries.len() >= ENTRY_CAP {
            break;
        }
        if fault.document > document.0 {
            document = (fault.document, resumes);
        }
        let line = repair::line_at(&masked, fault.at);
        let next_line = repair::line_at(&masked, line.end + 1);
        let cost = fault.at.saturating_sub(fault.document);
        let in_vain = match resumes < RESUMES {
            true => repair::read_in_vain(&masked, &fault, patience),
            false => 0,
        };
        let may_resume = resumes < RESUMES && in_vain <= patience;
        // What was looked at is paid for, whether reading goes on there or not.
        patience = patience.saturating_sub(in_vain);
        let can_resume = |line: &Range<usize>| may_resume && line.start > from && line.start < text.len();
        let resumed = if can_resume(&line) && fault.is_indentation(&masked, &line) {
            tree.cut(&fault, line.start);
            line
        } else if may_resume
            && repairs < REPAIRS
            && cost <= budget
            && let Some(repair) = repair::repair(&masked, &fault)
        {
            repairs += 1;
            budget -= cost;
            (from, resumes) = (fault.document, document.1);
            let lost = repair.apply(&mut masked);
            tree.reread(lost, &fault);
            continue;
        } else if can_resume(&next_line) {
            next_line
        } else {
            tree.give_up(&fault);
            match next_document(&masked, fault.at.max(from)) {
                Some(next) => from = next,
                None => break,
            }
            continue;
        };
        resumes += 1;
        from = resumed.start;
        tree.resume(&masked, resumed, &fault);
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

#[cfg(test)]
mod tests;
