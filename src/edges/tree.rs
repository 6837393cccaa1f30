//! From the files of a walk to sources in their final order.

use super::files::{self, FileRead, Interest, Outcome};
use super::git;
use super::progress::Counts;
use crate::environments::Regions;
use crate::error::Result;
use crate::finding::Level;
use crate::policy::{self, Policy};
use crate::report::{ReportedProblem, SkippedFiles};
use crate::settings::Read;
use crate::source::{self, SourceId};
use crate::vocabulary::Vocabulary;
use crate::{discover, formats, layers, reading, sketch};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything that was read of a tree, and what was not.
#[derive(Debug, Default)]
pub struct Tree {
    /// The files and the documents embedded in them, by path.
    pub reads: Vec<Read>,
    /// How many files were read, but name no environment, so that they were not parsed.
    pub without_environment: usize,
    /// What was left out, and why.
    pub skipped: Vec<SkippedFiles>,
    /// The paths of files that were not parsed or left out: they too are somebody's siblings.
    pub other_paths: Vec<String>,
    /// What could not be read.
    pub problems: Vec<ReportedProblem>,
    /// How many files could not be read at all.
    pub unreadable: usize,
}

impl Tree {
    /// A file that somebody named and that no format claims is said, not passed over.
    fn say_if_lost(&mut self, path: &str) {
        let path = path.strip_prefix("./").unwrap_or(path);
        let known = self.reads.iter().any(|read| read.source.path == path)
            || self.other_paths.iter().any(|other| other == path)
            || self.problems.iter().any(|problem| problem.path == path);
        if !known && !Path::new(path).is_absolute() && !path.starts_with("../") {
            let message = "no format is known for this file: nothing in it was judged".to_owned();
            self.problems
                .push(reported_problem(Level::Error, path, (0, 0), message));
            self.unreadable += 1;
        }
    }
}

/// A file of the walk, read and parsed.
enum Taken {
    Read(Vec<Read>, Vec<ReportedProblem>),
    /// It names no environment: its path, and where it was found.
    Unparsed(String, PathBuf),
    Skipped(String, discover::Reason),
    Failed(ReportedProblem),
}

/// Reads the files below `root`, or the given ones.
///
/// # Errors
/// When a path that somebody asked for does not exist.
pub fn read(root: &Path, paths: &[PathBuf], policy: &Policy, vocabulary: &Vocabulary, counts: &Counts) -> Result<Tree> {
    let wanted = |path: &str, head: Option<&[u8]>| wanted(policy, path, head);
    let also = git::tracked_but_ignored(root);
    let walk = files::Walk {
        root,
        paths,
        also: also.as_deref().unwrap_or_default(),
        // Where git does not tell what it tracks, its lists might hide anything.
        ignores: also.is_ok(),
        wanted: &wanted,
    };
    let of_policy = policy.has_document_patterns()
        || policy
            .environments
            .iter()
            .any(|environment| !environment.keys.is_empty() || !environment.paths.is_empty());
    let take = |file: FileRead| {
        if matches!(file.outcome, Outcome::Read(..)) {
            counts.file();
        }
        take(file, vocabulary, of_policy)
    };
    let taken = files::walk(&walk, &take)?;
    let mut tree = sort(taken, vocabulary);
    if let Err(error) = also {
        let message = format!(
            "git's ignore lists do not count, as it does not tell what it tracks: {}",
            error.message
        );
        tree.problems
            .push(reported_problem(Level::Warning, "", (0, 0), message));
    }
    for path in paths.iter().filter(|path| root.join(path).is_file()) {
        tree.say_if_lost(&path.to_string_lossy().replace('\\', "/"));
    }
    Ok(tree)
}

/// Whether a file is worth opening: some format claims it by its path, or may claim it by its head.
fn wanted(policy: &Policy, path: &str, head: Option<&[u8]>) -> files::Interest {
    // The policy itself is no configuration to be judged.
    let is_policy = policy::FILE_NAMES.contains(&path);
    if is_policy || path == policy.path {
        return Interest::None;
    }
    let excluded = policy.exclude.matches(path);
    let text = head.map(|head| String::from_utf8_lossy(head)).unwrap_or_default();
    let interest = if formats::format_of(path, &text).is_some() {
        Interest::Whole
    } else if head.is_none() && discover::head_may_tell(path) {
        Interest::Head
    } else {
        Interest::None
    };
    match interest {
        // A file that nobody would read is no configuration, and so not left out.
        Interest::Whole | Interest::Head if excluded => Interest::Excluded,
        interest => interest,
    }
}

fn take(file: FileRead<'_>, vocabulary: &Vocabulary, parse_all: bool) -> Option<Taken> {
    match file.outcome {
        Outcome::Read(text, problems) => {
            let problems = problems.into_iter().map(|problem| {
                let at = source::position(&text, problem.at.start);
                reported_problem(Level::Warning, &file.path, (at.line, at.column), problem.message)
            });
            let problems = problems.collect();
            let candidates = vocabulary.candidates(&text);
            if !parse_all && !sketch::may_speak(&file.path, &text, &candidates, vocabulary) {
                return Some(Taken::Unparsed(file.path, file.file.to_path_buf()));
            }
            reading::read_scanned(&file.path, text, &candidates, vocabulary).map(|reads| Taken::Read(reads, problems))
        }
        Outcome::Skipped(reason) => Some(Taken::Skipped(file.path, reason)),
        Outcome::Failed(message) => Some(Taken::Failed(reported_problem(
            Level::Error,
            &file.path,
            (0, 0),
            message,
        ))),
    }
}

fn reported_problem(level: Level, path: &str, at: (u32, u32), message: String) -> ReportedProblem {
    ReportedProblem {
        level,
        path: path.to_owned(),
        line: at.0,
        column: at.1,
        message,
        unread: true,
        // What the file speaks for is known when all are read.
        production: false,
    }
}

/// Brings what many threads read into one order, by path, and gives every source its final number.
fn sort(taken: Vec<Taken>, vocabulary: &Vocabulary) -> Tree {
    let mut tree = Tree::default();
    let mut files: Vec<Vec<Read>> = Vec::new();
    let mut unparsed: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut skipped: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for taken in taken {
        match taken {
            Taken::Read(reads, problems) => {
                files.push(reads);
                tree.problems.extend(problems);
            }
            Taken::Unparsed(path, file) => {
                unparsed.insert(path, file);
            }
            Taken::Skipped(path, reason) => skipped.entry(reason.label()).or_default().push(path),
            Taken::Failed(problem) => {
                tree.unreadable += 1;
                tree.problems.push(problem);
            }
        }
    }
    files.extend(base_layers(&files, &mut unparsed, vocabulary));
    files.extend(regions(&files, &mut unparsed, vocabulary));
    tree.without_environment = unparsed.len();
    tree.other_paths.extend(unparsed.into_keys());
    let path_of = |reads: &Vec<Read>| reads.first().map(|read| read.source.path.clone());
    files.sort_by_cached_key(path_of);
    for reads in files {
        let base = u32::try_from(tree.reads.len()).unwrap_or(u32::MAX);
        tree.reads.extend(reads.into_iter().map(|mut read| {
            if let Some(origin) = &mut read.source.origin {
                origin.source = SourceId(origin.source.0.saturating_add(base));
            }
            read
        }));
    }
    for (reason, mut paths) in skipped {
        paths.sort_unstable();
        // What the policy leaves out is nobody's sibling either.
        if reason != discover::Reason::Policy.label() {
            tree.other_paths.extend(paths.iter().cloned());
        }
        tree.skipped.push(SkippedFiles {
            reason: reason.to_owned(),
            paths,
        });
    }
    tree
}

/// Files of regions that turn out to be production: their own paths name no environment.
fn regions(known: &[Vec<Read>], unparsed: &mut BTreeMap<String, PathBuf>, vocabulary: &Vocabulary) -> Vec<Vec<Read>> {
    let read = known.iter().filter_map(|reads| reads.first());
    let paths = read.map(|read| read.source.path.as_str());
    let regions = Regions::new(vocabulary, paths.chain(unparsed.keys().map(String::as_str)));
    let ours: Vec<String> = unparsed
        .keys()
        .filter(|path| regions.word_of(path).is_some())
        .cloned()
        .collect();
    let read = ours.into_iter().filter_map(|path| {
        let text = files::read_again(unparsed.get(&path)?, &path)?;
        unparsed.remove(&path);
        reading::read(&path, text, vocabulary)
    });
    read.collect()
}

/// The base layers of files that name an environment are parsed as well: what they say is inherited.
fn base_layers(
    known: &[Vec<Read>],
    unparsed: &mut BTreeMap<String, PathBuf>,
    vocabulary: &Vocabulary,
) -> Vec<Vec<Read>> {
    let mut found = Vec::new();
    for read in known.iter().filter_map(|reads| reads.first()) {
        for hit in vocabulary.find(&read.source.path) {
            for base in layers::base_paths(&read.source.path, hit.range) {
                // Their texts were not kept: most files are nobody's base layer.
                let text = unparsed.get(&base).and_then(|file| files::read_again(file, &base));
                if let Some(text) = text {
                    unparsed.remove(&base);
                    found.extend(reading::read(&base, text, vocabulary));
                }
            }
        }
    }
    found
}
