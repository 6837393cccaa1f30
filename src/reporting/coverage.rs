//! What was looked at, and what could not be read.

use crate::embedded;
use crate::finding::Level;
use crate::formats::EntryId;
use crate::model::{Model, SettingId};
use crate::report::{Coverage, EnvironmentCoverage, ReportedProblem};
use crate::rules::RULES;
use crate::settings::Read;
use crate::source::{SourceId, Span, TextRange};
use crate::vocabulary::{EnvironmentId, Strength};
use std::collections::BTreeMap;

/// The problems of every source that was read, and those that reading itself had: `others`.
pub fn problems(model: &Model<'_>, others: Vec<ReportedProblem>) -> Vec<ReportedProblem> {
    let mut problems = others;
    for problem in &mut problems {
        problem.production = match model.source_of(&problem.path) {
            Some(source) => is_of_production(model, source),
            None => names_production(model, &problem.path),
        };
    }
    for (index, read) in model.reads.iter().enumerate() {
        let found = &read.document.parsed.problems;
        if found.is_empty() || !is_meant(model, read) {
            continue;
        }
        let source = SourceId(TextRange::new(index, index).start);
        let to_file = |range| model.to_file(Span { source, range });
        let production = is_of_production(model, to_file(TextRange::default()).source);
        for problem in found {
            let at = to_file(problem.at);
            let position = model.position(at.source, at.range.start);
            problems.push(ReportedProblem {
                level: Level::Warning,
                path: read.source.path.clone(),
                line: position.line,
                column: position.column,
                message: problem.message.clone(),
                unread: problem.unread,
                production,
            });
        }
    }
    problems
}

/// Whether a source is a file, or a document that was meant to be one. Of what was only taken for a document, what
/// cannot be read is no fault.
fn is_meant(model: &Model<'_>, read: &Read) -> bool {
    let Some(origin) = &read.source.origin else { return true };
    let holder = model.read(origin.source);
    holder.is_some_and(|holder| {
        let key = holder.document.name(&holder.source.text, EntryId(origin.entry));
        embedded::names_file(key, read.document.format)
    })
}

/// Whether a file speaks for production: by its path, by a setting of its own or of a document in it. Where its path
/// says nothing, a word for production anywhere in it is enough: the setting that it belongs to may be the one that
/// could not be read.
fn is_of_production(model: &Model<'_>, file: SourceId) -> bool {
    let path = model.path(file);
    let is_production = |id: EnvironmentId| model.vocabulary.is_production(id);
    let from = file.0 as usize;
    // Embedded documents have the path of their file, and stand behind it.
    let reads = model.reads.get(from..).unwrap_or(&[]).iter();
    let count = reads.take_while(|read| read.source.path == path).count();
    let settings = model.environments.get(from..from + count).unwrap_or(&[]);
    let claim = model.claims.get(from).copied().flatten();
    claim.is_some_and(|claim| is_production(claim.environment))
        || settings.iter().flatten().flatten().any(|id| is_production(*id))
        || (claim.is_none() && names_production(model, model.text(file)))
}

/// Whether a text has a strong word for an environment that serves customers.
fn names_production(model: &Model<'_>, text: &str) -> bool {
    let mut hits = model.vocabulary.find(text).into_iter();
    hits.any(|hit| hit.strength == Strength::Strong && model.vocabulary.is_production(hit.environment))
}

/// Adds to the coverage which files were not read to their end.
pub fn count_partly_read(coverage: &mut Coverage, problems: &[ReportedProblem]) {
    let unread = problems
        .iter()
        .filter(|problem| problem.unread && problem.level != Level::Error);
    let files: BTreeMap<&str, bool> = unread
        .map(|problem| (problem.path.as_str(), problem.production))
        .collect();
    coverage.partly_read = files.len();
    coverage.partly_read_production = files.values().filter(|production| **production).count();
}

/// Counts what was looked at.
pub fn coverage(model: &Model<'_>) -> Coverage {
    let mut by_environment = vec![0_usize; usize::from(u8::MAX) + 1];
    let mut coverage = Coverage {
        rules: RULES.len(),
        ..Coverage::default()
    };
    for (index, read) in model.reads.iter().enumerate() {
        let source = SourceId(TextRange::new(index, index).start);
        coverage.files += usize::from(read.source.origin.is_none());
        for (entry, scalar) in read.document.scalars() {
            let setting = SettingId { source, entry };
            if model.is_holder(setting) {
                continue;
            }
            coverage.settings += 1;
            if let Some(environment) = model.environment(setting) {
                coverage.references += usize::from(looks_like_reference(scalar.range.slice(&read.source.text)));
                if let Some(count) = by_environment.get_mut(usize::from(environment.0)) {
                    *count += 1;
                }
            }
        }
    }
    for (id, environment) in model.vocabulary.environments() {
        let settings = by_environment.get(usize::from(id.0)).copied().unwrap_or(0);
        if settings > 0 {
            let tier = if model.vocabulary.is_production(id) {
                "production"
            } else {
                "nonproduction"
            };
            coverage.environments.push(EnvironmentCoverage {
                name: environment.name.clone(),
                tier,
                settings,
            });
        }
    }
    coverage.environments.sort_by(|a, b| a.name.cmp(&b.name));
    coverage
}

/// Whether a value has the look of an address or a resource's name: letters, and a border within.
fn looks_like_reference(value: &str) -> bool {
    let bytes = value.as_bytes();
    (4..=2048).contains(&bytes.len())
        && bytes.iter().any(u8::is_ascii_alphabetic)
        && bytes
            .iter()
            .any(|byte| matches!(byte, b'.' | b'/' | b':' | b'-' | b'_' | b'@'))
        && !bytes.contains(&b' ')
}
