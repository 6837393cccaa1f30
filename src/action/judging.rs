//! From the event to a report.

use super::change::{self, Changed};
use super::{Step, policy};
use crate::LintOptions;
use crate::edges::github::Caps;
use crate::edges::runner;
use crate::error::{Error, Result};
use crate::finding::Level;
use crate::github::event::Event;
use crate::report::{Coverage, Report, ReportedProblem, Verdict};
use crate::reporting::{self, Acknowledged};
use std::path::PathBuf;

/// What was found out, and what there is to say beside it.
pub(super) struct Judged {
    /// Its paths are those of the repository.
    pub(super) report: Report,
    /// What the change would do to the policy.
    pub(super) previews: Vec<String>,
    /// What people should know of how it was judged.
    pub(super) notes: Vec<String>,
    /// The judged directory; `None` where nothing was read.
    pub(super) tree: Option<Tree>,
}

/// The files that are judged.
pub(super) struct Tree {
    /// The judged directory.
    pub(super) root: PathBuf,
    /// What was made for this run alone.
    temporary: Option<PathBuf>,
}

impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(directory) = &self.temporary {
            runner::remove_directory(directory);
        }
    }
}

/// Judges. Whatever makes that impossible is a report too, so that it is said in the same places.
pub(super) fn judge(step: &Step) -> Judged {
    if needs_download(step) && !step.inputs.judges_all && change::is_beside(step) && policy::has_no_minimum(step) {
        let mut nothing = empty(Vec::new(), Verdict::Nothing);
        nothing.exit_code = Verdict::Good.exit_code();
        return Judged {
            report: nothing,
            previews: Vec::new(),
            notes: vec!["the change touches no configuration".to_owned()],
            tree: None,
        };
    }
    let tree = match tree(step) {
        Ok(tree) => tree,
        Err(error) => return impossible(&[error], None),
    };
    match judge_tree(step, &tree) {
        Ok(judged) => Judged {
            tree: Some(tree),
            ..judged
        },
        Err(errors) => impossible(&errors, Some(tree)),
    }
}

fn judge_tree(step: &Step, tree: &Tree) -> std::result::Result<Judged, Vec<Error>> {
    let in_force = policy::in_force(step, &tree.root).map_err(|error| vec![error])?;
    let Changed {
        from,
        is_unknown,
        mut notes,
    } = change::find(step, &tree.root);
    notes.extend(in_force.notes);
    let is_proposal = matches!(step.event, Event::PullRequest(_) | Event::MergeGroup { .. });
    let is_merge_group = matches!(step.event, Event::MergeGroup { .. });
    let options = LintOptions {
        root: tree.root.clone(),
        paths: step.inputs.paths.clone(),
        policy: in_force.policy,
        change: from,
        judges_all: step.inputs.judges_all || is_unknown,
        // What is in the queue was accepted.
        is_proposal: is_proposal && !is_merge_group,
        fail_on: step.inputs.fail_on,
        today: step.today,
    };
    let has_minimum = minimum_of(&options)?;
    let mut report = crate::lint(&options)?;
    report.findings.retain(|finding| finding.level >= step.inputs.min_level);
    let mut previews = in_force.previews;
    previews.extend(pending(&report));
    report.problems.extend(in_force.faults.iter().map(problem));
    if !in_force.faults.is_empty() {
        report.verdict = Verdict::Error;
        report.exit_code = report.verdict.exit_code();
    }
    if report.verdict == Verdict::Nothing && !has_minimum {
        report.exit_code = Verdict::Good.exit_code();
        notes.push("no setting in scope speaks for a known environment".to_owned());
    }
    in_repository(step, &mut report);
    Ok(Judged {
        report,
        previews,
        notes,
        tree: None,
    })
}

/// Whether the policy wants something to be judged.
fn minimum_of(options: &LintOptions) -> std::result::Result<bool, Vec<Error>> {
    Ok(crate::policy_of(options)?.minimum_settings.is_some())
}

/// The acknowledgements in comments that wait for the merge.
fn pending(report: &Report) -> Option<String> {
    let places = &report.pending_acknowledgements;
    let shown: Vec<&str> = places.iter().take(5).map(String::as_str).collect();
    let more = places.len().saturating_sub(shown.len());
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let count = match places.len() {
        0 => return None,
        1 => "1 acknowledgement".to_owned(),
        count => format!("{count} acknowledgements"),
    };
    Some(format!(
        "adds {count} in comments ({}{more}), in force after the merge",
        shown.join(", ")
    ))
}

fn needs_download(step: &Step) -> bool {
    let is_for_target = step.event.pull_request().is_some_and(|pull| pull.runs_for_target);
    is_for_target || runner::is_empty(&step.run.workspace)
}

/// The checkout, or the files of the commit where nothing was checked out. A workflow that runs for the target branch never
/// gets the pull request's files into its workspace.
fn tree(step: &Step) -> Result<Tree> {
    let directory = &step.inputs.directory;
    let (top, temporary) = if needs_download(step) {
        let commit = match step.event.pull_request() {
            Some(pull) if pull.runs_for_target => &pull.head,
            _ => &step.run.sha,
        };
        let into = runner::new_directory(&step.run.temporary, step.run.id, step.run.attempt)?;
        step.github
            .tarball(commit, &into, &Caps::default())
            .map_err(|failure| {
                runner::remove_directory(&into);
                let error = Error::new(format!("the workspace is empty, and {failure}"));
                error.hint("add a step with actions/checkout before this one")
            })?;
        (into.clone(), Some(into))
    } else {
        (step.run.workspace.clone(), None)
    };
    let tree = Tree {
        root: top.join(directory),
        temporary,
    };
    if !runner::is_directory(&tree.root) {
        return Err(Error::new("the working directory is not there")
            .at(directory.to_string_lossy())
            .hint("the input working-directory is relative to the workspace"));
    }
    Ok(tree)
}

fn impossible(errors: &[Error], tree: Option<Tree>) -> Judged {
    Judged {
        report: empty(errors.iter().map(problem).collect(), Verdict::Error),
        previews: Vec::new(),
        notes: Vec::new(),
        tree,
    }
}

fn empty(problems: Vec<ReportedProblem>, verdict: Verdict) -> Report {
    reporting::report(Acknowledged::default(), problems, Coverage::default(), verdict)
}

/// An error as a problem, at its place.
fn problem(error: &Error) -> ReportedProblem {
    let (path, line, column) = error.position();
    let hint = error.hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default();
    ReportedProblem {
        level: Level::Error,
        path: path.to_owned(),
        line,
        column,
        message: format!("{}{hint}", error.message),
        unread: false,
        production: false,
    }
}

/// Paths are shown as the repository has them.
fn in_repository(step: &Step, report: &mut Report) {
    let prefix = |path: &mut String| {
        if !path.is_empty() {
            *path = step.inputs.in_repository(path);
        }
    };
    let suppressed = report.suppressed.iter_mut().map(|one| {
        prefix(&mut one.acknowledged_at);
        &mut one.finding
    });
    for finding in report.findings.iter_mut().chain(suppressed) {
        prefix(&mut finding.path);
        finding.related.iter_mut().for_each(|related| prefix(&mut related.path));
    }
    report.problems.iter_mut().for_each(|problem| prefix(&mut problem.path));
    report.pending_acknowledgements.iter_mut().for_each(prefix);
    for skipped in &mut report.coverage.skipped {
        skipped.paths.iter_mut().for_each(prefix);
    }
}
