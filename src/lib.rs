//! envfence keeps every environment on its own databases.
//!
//! The modules in reading order; each imports only those above it. Only this file, [`action`] and `main.rs` import [`edges`].

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

pub mod sketch;

pub mod model;

pub mod layers;

pub mod pointers;

pub mod shown;

pub mod crossings;

pub mod endpoints;

pub mod contrasts;

pub mod evidence;

pub mod rules;

pub mod map;

pub mod excerpt;
pub mod report;
pub mod suppressions;

pub mod reporting;

pub mod reporters;

pub mod github;

pub mod cli;
pub mod reference;

pub mod edges;

pub mod action;

use change::{Change, ChangedFile};
use edges::progress::Counts;
use error::{Error, Result};
use evidence::Evidence;
use finding::Level;
use model::Model;
use policy::Policy;
use report::{PolicyUsed, Report, Scope};
use reporting::Proposal;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
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
    /// What changed, where only that is judged or where it is known.
    pub change: ChangeFrom,
    /// Whether the whole tree is judged, although the change is known.
    pub judges_all: bool,
    /// Whether the change is proposed and not yet accepted: comments do not acknowledge what it brings or alters.
    pub is_proposal: bool,
    /// The level from which on a finding fails the run; `None` never.
    pub fail_on: Option<Level>,
    /// The day in UTC, by which acknowledgements end.
    pub today: dates::Date,
}

/// Where it is told what changed.
#[derive(Debug, Clone, Default)]
pub enum ChangeFrom {
    /// Nowhere: the whole tree is judged.
    #[default]
    Nowhere,
    /// Git knows what changed since this revision.
    Revision(String),
    /// These files changed.
    Files(Vec<ChangedFile>),
}

/// Reads a tree and judges it.
///
/// # Errors
/// When the policy is wrong, a path does not exist, or the history cannot be read; every fault of the policy is one.
pub fn lint(options: &LintOptions) -> std::result::Result<Report, Vec<Error>> {
    lint_counting(options, &Counts::default())
}

/// Reads a tree and judges it, and counts while it does.
///
/// # Errors
/// As [`lint`].
pub fn lint_counting(options: &LintOptions, counts: &Counts) -> std::result::Result<Report, Vec<Error>> {
    let policy = policy_of(options)?;
    let vocabulary = vocabulary_of(&policy);
    let change = change_of(options, &vocabulary).map_err(|error| vec![error])?;
    let tree =
        edges::tree::read(&options.root, &options.paths, &policy, &vocabulary, counts).map_err(|error| vec![error])?;
    counts.judging();
    let model = Model::new(vocabulary, &policy, tree.reads, &tree.other_paths);
    let evidence = Evidence::new(&model, change.as_ref());
    let mut findings = rules::judge(&evidence);
    let judges_all = options.judges_all || change.is_none();
    findings.retain(|finding| judges_all || finding.changed);
    let proposal = match &change {
        _ if !options.is_proposal => Proposal::No,
        Some(change) => Proposal::Of(change),
        None => Proposal::Unknown,
    };
    let whole_tree = judges_all && paths_of(options).is_empty();
    let acknowledged = acknowledge(&model, &findings, options.today, whole_tree, proposal);
    let problems = reporting::problems(&model, tree.problems);
    let mut coverage = reporting::coverage(&model);
    coverage.skipped = tree.skipped;
    coverage.unreadable = tree.unreadable;
    coverage.files += tree.without_environment;
    coverage.files_without_environment = tree.without_environment;
    coverage.minimum = usize::try_from(policy.minimum_settings.unwrap_or(1)).unwrap_or(usize::MAX);
    reporting::count_partly_read(&mut coverage, &problems);
    let verdict = reporting::verdict(&acknowledged.kept, &problems, &coverage, options.fail_on);
    let map = drawn(&evidence, &findings, &acknowledged);
    let report = reporting::report(acknowledged, problems, coverage, verdict);
    Ok(Report {
        map,
        scope: scope_of(options, judges_all),
        policy: options.policy.as_ref().map(|(path, _)| PolicyUsed {
            path: path.clone(),
            revision: None,
        }),
        ..report
    })
}

/// What findings are reported of.
fn scope_of(options: &LintOptions, judges_all: bool) -> Scope {
    let changed_since = match &options.change {
        ChangeFrom::Revision(revision) if !judges_all => Some(revision.clone()),
        _ => None,
    };
    Scope {
        changes_only: !judges_all,
        changed_since,
        paths: paths_of(options),
    }
}

/// The files and directories that are read; none where it is the whole tree.
fn paths_of(options: &LintOptions) -> Vec<String> {
    if options
        .paths
        .iter()
        .any(|path| path.components().eq(Path::new(".").components()))
    {
        return Vec::new();
    }
    let paths = options.paths.iter();
    paths.map(|path| path.to_string_lossy().replace('\\', "/")).collect()
}

/// Which environment points where; what is acknowledged is not wrong there.
fn drawn(evidence: &Evidence<'_>, findings: &[finding::Finding], sorted: &reporting::Acknowledged) -> Vec<map::Arrow> {
    let suppressed: HashSet<&str> = sorted
        .suppressed
        .iter()
        .map(|one| one.finding.fingerprint.as_str())
        .collect();
    let standing: Vec<_> = findings
        .iter()
        .filter(|finding| !suppressed.contains(finding.fingerprint.as_str()))
        .collect();
    map::arrows(evidence, &standing)
}

fn policy_of(options: &LintOptions) -> std::result::Result<Policy, Vec<Error>> {
    match &options.policy {
        Some((path, text)) => policy::read(path, text, &rules::ids()),
        None => Ok(Policy::default()),
    }
}

/// Sorts findings into those that stand and those that are acknowledged, and adds what is to be said of the
/// acknowledgements themselves and of the policy's patterns.
fn acknowledge(
    model: &Model<'_>,
    findings: &[finding::Finding],
    today: dates::Date,
    whole_tree: bool,
    proposal: Proposal<'_>,
) -> reporting::Acknowledged {
    let scope = if whole_tree {
        suppressions::Scope::Everything
    } else {
        suppressions::Scope::Part
    };
    let mut acknowledged = reporting::acknowledge(model, findings, today, scope, proposal);
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

fn change_of(options: &LintOptions, vocabulary: &Vocabulary) -> Result<Option<Change>> {
    match &options.change {
        ChangeFrom::Nowhere => Ok(None),
        ChangeFrom::Revision(revision) => edges::changes::read(&options.root, revision, vocabulary).map(Some),
        ChangeFrom::Files(files) => {
            let mut change = Change::default();
            for file in files {
                change.add(file.clone(), vocabulary);
            }
            Ok(Some(change))
        }
    }
}
