//! From the event to a report.

use super::change::{self, Changed};
use super::tree::{self, Tree};
use super::{Step, policy};
use crate::LintOptions;
use crate::error::Error;
use crate::finding::Level;
use crate::github::event::Event;
use crate::report::{Coverage, Report, ReportedProblem, Verdict};
use crate::reporting::{self, Acknowledged};
use std::path::Path;

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

/// Judges. Whatever makes that impossible is a report too, so that it is said in the same places.
pub(super) fn judge(step: &Step) -> Judged {
    let may_do_nothing = tree::has_nothing(step) && !step.inputs.judges_all;
    if may_do_nothing && change::is_beside(step) && policy::is_content_with_nothing(step) {
        let mut nothing = empty(Vec::new(), Verdict::Nothing);
        nothing.exit_code = Verdict::Good.exit_code();
        return Judged {
            report: nothing,
            previews: Vec::new(),
            notes: vec!["the change touches no configuration".to_owned()],
            tree: None,
        };
    }
    let tree = match tree::find(step) {
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
    let in_force = policy::in_force(step, tree).map_err(|error| vec![error])?;
    let Changed {
        from,
        is_unknown,
        notes: of_change,
    } = change::find(step, tree);
    let mut notes = tree.notes.clone();
    notes.extend(of_change);
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
    if report.scope.changes_only {
        // The branch says more than the commit that it was compared with.
        report.scope.changed_since = policy::target(step).map(str::to_owned).or(report.scope.changed_since);
    }
    if let Some(policy) = &mut report.policy {
        policy.revision = policy::target(step).map(str::to_owned);
    }
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
    in_repository(tree, &mut report);
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

fn impossible(errors: &[Error], tree: Option<Tree>) -> Judged {
    let mut report = empty(errors.iter().map(problem).collect(), Verdict::Error);
    if let Some(tree) = &tree {
        in_repository(tree, &mut report);
    }
    Judged {
        report,
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
fn in_repository(tree: &Tree, report: &mut Report) {
    let prefix = |path: &mut String| {
        if !path.is_empty() && !Path::new(path.as_str()).is_absolute() {
            *path = tree.in_repository(path);
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
    report.policy.iter_mut().for_each(|policy| prefix(&mut policy.path));
    report.scope.paths.iter_mut().for_each(prefix);
    report.pending_acknowledgements.iter_mut().for_each(prefix);
    for skipped in &mut report.coverage.skipped {
        skipped.paths.iter_mut().for_each(prefix);
    }
}
