//! envfence keeps every environment on its own databases.
//!
//! The modules in reading order; each imports only those above it. Only this file and `main.rs` import [`edges`].

pub mod dates;
pub mod error;
pub mod source;

pub mod discover;
pub mod formats;
pub mod patterns;

pub mod embedded;
pub mod references;
pub mod vocabulary;

pub mod settings;

pub mod reading;

pub mod change;
pub mod finding;
pub mod policy;

pub mod environments;

pub mod model;

pub mod layers;

pub mod pointers;

pub mod crossings;

pub mod endpoints;

pub mod contrasts;

pub mod evidence;

pub mod rules;

pub mod excerpt;
pub mod report;
pub mod suppressions;

pub mod reporting;

pub mod reporters;

pub mod cli;
pub mod reference;

pub mod edges;

use change::Change;
use error::{Error, Result};
use evidence::Evidence;
use finding::Level;
use model::Model;
use policy::Policy;
use report::{Report, ReportedProblem, SkippedFiles};
use settings::Read;
use source::SourceId;
use std::collections::BTreeMap;
use std::path::PathBuf;
use vocabulary::{AddedEnvironment, Vocabulary};

/// What to lint, and how.
#[derive(Debug, Clone)]
pub struct LintOptions {
    /// The directory that paths are shown relative to.
    pub root: PathBuf,
    /// Files and directories to read, relative to the root; none means all of it.
    pub paths: Vec<PathBuf>,
    /// The project's policy: its path as shown, and its text.
    pub policy: Option<(String, String)>,
    /// Judge what changed since this revision instead of the whole tree.
    pub changed_since: Option<String>,
    /// The level from which on a finding fails the run; `None` never.
    pub fail_on: Option<Level>,
    /// The day in UTC, by which acknowledgements end.
    pub today: dates::Date,
}

/// Reads a tree and judges it.
///
/// # Errors
/// When the policy is wrong, a path does not exist, or the history cannot be read; every fault of the policy is one.
pub fn lint(options: &LintOptions) -> std::result::Result<Report, Vec<Error>> {
    let policy = policy_of(options)?;
    let vocabulary = vocabulary_of(&policy);
    let change = change_of(options, &vocabulary).map_err(|error| vec![error])?;
    let tree = read_tree(options, &policy, &vocabulary).map_err(|error| vec![error])?;
    let model = Model::new(vocabulary, &policy, tree.reads, &tree.skipped_paths);
    let evidence = Evidence::new(&model, change.as_ref());
    let mut findings = rules::judge(&evidence);
    findings.retain(|finding| change.is_none() || finding.changed);
    let acknowledged = acknowledge(options, &model, &findings);
    let mut problems = reporting::problems(&model);
    problems.extend(tree.problems);
    let mut coverage = reporting::coverage(&model);
    coverage.skipped = tree.skipped;
    coverage.unreadable = tree.unreadable;
    let minimum = usize::try_from(policy.minimum_settings.unwrap_or(1)).unwrap_or(usize::MAX);
    let verdict = reporting::verdict(&acknowledged.kept, &problems, &coverage, options.fail_on, minimum);
    Ok(reporting::report(
        acknowledged.kept,
        acknowledged.suppressed,
        problems,
        coverage,
        verdict,
    ))
}

fn policy_of(options: &LintOptions) -> std::result::Result<Policy, Vec<Error>> {
    match &options.policy {
        Some((path, text)) => policy::read(path, text, &rules::ids()),
        None => Ok(Policy::default()),
    }
}

/// Sorts findings into those that stand and those that are acknowledged, and adds what is to be said of the
/// acknowledgements themselves and of the policy's patterns.
fn acknowledge(options: &LintOptions, model: &Model<'_>, findings: &[finding::Finding]) -> reporting::Acknowledged {
    let whole_tree = options.changed_since.is_none() && options.paths.is_empty();
    let scope = if whole_tree {
        suppressions::Scope::Everything
    } else {
        suppressions::Scope::Part
    };
    let mut acknowledged = reporting::acknowledge(model, findings, options.today, scope);
    if whole_tree {
        acknowledged.kept.extend(reporting::unmatched_patterns(model.policy));
    }
    acknowledged
}

fn vocabulary_of(policy: &Policy) -> Vocabulary {
    let added: Vec<AddedEnvironment> = policy
        .environments
        .iter()
        .map(|environment| AddedEnvironment {
            name: environment.name.clone(),
            tier: Some(environment.tier),
            aliases: environment.aliases.iter().map(|alias| alias.text.clone()).collect(),
        })
        .collect();
    let ignored: Vec<String> = policy.ignored_words.iter().map(|word| word.text.clone()).collect();
    Vocabulary::new(&added, &ignored)
}

/// Everything that was read of a tree, and what was not.
struct Tree {
    reads: Vec<Read>,
    skipped: Vec<SkippedFiles>,
    skipped_paths: Vec<String>,
    problems: Vec<ReportedProblem>,
    unreadable: usize,
}

/// A file of the walk, read and parsed.
enum Taken {
    Read(Vec<Read>, Vec<ReportedProblem>),
    Skipped(String, discover::Reason),
    Failed(ReportedProblem),
}

fn read_tree(options: &LintOptions, policy: &Policy, vocabulary: &Vocabulary) -> Result<Tree> {
    let wanted = |path: &str, head: Option<&[u8]>| wanted(policy, path, head);
    let also = edges::git::tracked_but_ignored(&options.root);
    let walk = edges::files::Walk {
        root: &options.root,
        paths: &options.paths,
        also: &also,
        wanted: &wanted,
    };
    let taken = edges::files::walk(&walk, &|file| take(file, vocabulary))?;
    Ok(sort(taken))
}

/// Whether a file is worth opening: some format claims it by its path, or may claim it by its head.
fn wanted(policy: &Policy, path: &str, head: Option<&[u8]>) -> edges::files::Interest {
    use edges::files::Interest;
    if policy.exclude.matches(path) {
        return Interest::None;
    }
    let text = head.map(|head| String::from_utf8_lossy(head)).unwrap_or_default();
    if formats::format_of(path, &text).is_some() {
        return Interest::Whole;
    }
    if head.is_none() && discover::head_may_tell(path) {
        Interest::Head
    } else {
        Interest::None
    }
}

fn take(file: edges::files::FileRead, vocabulary: &Vocabulary) -> Option<Taken> {
    use edges::files::Outcome;
    match file.outcome {
        Outcome::Read(text, problems) => {
            let problems = problems.into_iter().map(|problem| {
                let at = source::position(&text, problem.at.start);
                reported_problem(Level::Warning, &file.path, (at.line, at.column), problem.message)
            });
            let problems = problems.collect();
            reading::read(&file.path, text, vocabulary).map(|reads| Taken::Read(reads, problems))
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
    }
}

/// Brings what many threads read into one order, by path, and gives every source its final number.
fn sort(taken: Vec<Taken>) -> Tree {
    let mut tree = Tree {
        reads: Vec::new(),
        skipped: Vec::new(),
        skipped_paths: Vec::new(),
        problems: Vec::new(),
        unreadable: 0,
    };
    let mut files: Vec<Vec<Read>> = Vec::new();
    let mut skipped: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for taken in taken {
        match taken {
            Taken::Read(reads, problems) => {
                files.push(reads);
                tree.problems.extend(problems);
            }
            Taken::Skipped(path, reason) => skipped.entry(reason.label()).or_default().push(path),
            Taken::Failed(problem) => {
                tree.unreadable += 1;
                tree.problems.push(problem);
            }
        }
    }
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
        tree.skipped_paths.extend(paths.iter().cloned());
        tree.skipped.push(SkippedFiles {
            reason: reason.to_owned(),
            paths,
        });
    }
    tree
}

fn change_of(options: &LintOptions, vocabulary: &Vocabulary) -> Result<Option<Change>> {
    let Some(revision) = &options.changed_since else {
        return Ok(None);
    };
    let changes = edges::git::changed_since(&options.root, revision)?;
    let mut old_texts = edges::git::OldTexts::open(&options.root)?;
    let mut change = Change::default();
    for file in changes
        .files
        .iter()
        .filter(|file| file.status != edges::git::Status::Deleted)
    {
        change.files.insert(file.path.clone(), lines_of(file));
        // Only where a format claims the file: a change may touch large files that are no configuration.
        if file.has_old_text()
            && formats::format_of(&file.path, "").is_some()
            && let Some(bytes) = old_texts.of(file)?
        {
            let text = discover::decode(bytes).text;
            let reads = reading::read(&file.path, text, vocabulary).unwrap_or_default();
            let documents = reads.iter().take(1).map(|read| &read.document);
            let addresses = documents.flat_map(|document| document.scalars().map(|(entry, _)| document.address(entry)));
            change.before.insert(file.path.clone(), addresses.collect());
        }
    }
    Ok(Some(change))
}

/// The lines of a changed file that are new or altered.
fn lines_of(file: &edges::git::Change) -> Vec<(u32, u32)> {
    use edges::git::{Lines, Status};
    match (&file.status, &file.lines) {
        // What a renamed file speaks for may have changed with its name.
        (Status::Renamed { .. }, _) | (_, Lines::All) => vec![(1, u32::MAX)],
        (_, Lines::Hunks(hunks)) => hunks
            .iter()
            .filter(|hunk| hunk.count > 0)
            .map(|hunk| (hunk.first, hunk.first.saturating_add(hunk.count - 1)))
            .collect(),
    }
}
