//! From findings to a report: places become lines and columns, and the verdict is drawn.

mod coverage;

use crate::change::Change;
use crate::dates::Date;
use crate::excerpt::excerpt;
use crate::finding::{Confidence, Finding, Level};
use crate::formats::Key;
use crate::model::{Model, SettingId};
use crate::policy::Policy;
use crate::report::{
    Coverage, Excerpt, Report, ReportedFinding, ReportedProblem, ReportedRelated, Scope as Judged, Suppressed, Verdict,
};
use crate::rules::{UNMATCHED_PATTERN, digest, ids, rule};
use crate::source::Span;
use crate::suppressions::{self, Acknowledgement, InlineSource, Scope, Subject};
pub use coverage::{count_partly_read, coverage, problems};

/// Shows a finding.
pub fn reported(model: &Model<'_>, finding: &Finding) -> ReportedFinding {
    let start = model.position(finding.at.source, finding.at.range.start);
    let end = model.position(finding.at.source, finding.at.range.end);
    ReportedFinding {
        rule: finding.rule,
        level: finding.level,
        confidence: finding.confidence,
        path: model.path(finding.at.source).to_owned(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        environment: finding.environment.clone(),
        key: finding.key.clone(),
        message: finding.message.clone(),
        help: finding.help.clone(),
        excerpt: match finding.is_absent {
            true => Excerpt::default(),
            false => excerpt(model, finding.setting, finding.in_value),
        },
        related: finding
            .related
            .iter()
            .map(|related| ReportedRelated {
                path: model.path(related.at.source).to_owned(),
                line: model.position(related.at.source, related.at.range.start).line,
                message: related.message.clone(),
            })
            .collect(),
        fingerprint: finding.fingerprint.clone(),
        value_hash: finding.value_hash.clone(),
    }
}

/// Findings after their acknowledgements.
#[derive(Debug, Default)]
pub struct Acknowledged {
    /// What stands, and what there is to say of the acknowledgements themselves.
    pub kept: Vec<ReportedFinding>,
    /// What is acknowledged.
    pub suppressed: Vec<Suppressed>,
    /// `path:line` of acknowledgements that are not in force yet.
    pub pending: Vec<String>,
}

/// Whether what is judged was accepted.
#[derive(Debug, Clone, Copy)]
pub enum Proposal<'a> {
    /// It was, or nobody asks.
    No,
    /// This change was not, yet.
    Of(&'a Change),
    /// Some of it was not, and it is not known what.
    Unknown,
}

impl Proposal<'_> {
    fn is_none(self) -> bool {
        matches!(self, Self::No)
    }
}

/// Applies the acknowledgements of comments and of the policy. A proposed change cannot acknowledge its own findings:
/// comments that it brings wait for its acceptance.
pub fn acknowledge(
    model: &Model<'_>,
    findings: &[Finding],
    today: Date,
    scope: Scope,
    proposal: Proposal<'_>,
) -> Acknowledged {
    let shown: Vec<ReportedFinding> = findings.iter().map(|finding| reported(model, finding)).collect();
    let subjects: Vec<Subject<'_>> = shown
        .iter()
        .zip(findings)
        .map(|(shown, finding)| Subject {
            rule: shown.rule,
            environment: &shown.environment,
            path: &shown.path,
            key: &shown.key,
            value_hash: &shown.value_hash,
            key_line: key_line(model, finding.setting).unwrap_or(shown.line),
            line: shown.line,
            by_comment: proposal.is_none() || !finding.changed,
        })
        .collect();
    let ids = ids();
    let files = model.reads.iter().filter(|read| read.source.origin.is_none());
    let mut inline: Vec<(&str, Vec<Acknowledgement>)> = files
        .map(|read| {
            (
                read.source.path.as_str(),
                suppressions::inline(&read.source.text, read.document.format.comments, &ids),
            )
        })
        .filter(|(_, acknowledgements)| !acknowledgements.is_empty())
        .collect();
    let mut acknowledged = Acknowledged {
        pending: set_apart(&mut inline, proposal),
        ..Acknowledged::default()
    };
    let sources: Vec<InlineSource<'_>> = inline
        .iter()
        .map(|(path, acknowledgements)| InlineSource { path, acknowledgements })
        .collect();
    let applied = suppressions::apply(&subjects, &sources, model.policy, today, scope);
    for suppression in &applied.suppressed {
        acknowledged
            .suppressed
            .extend(shown.get(suppression.finding).map(|finding| Suppressed {
                finding: finding.clone(),
                reason: suppression.reason.clone(),
                until: suppression.until.map(|until| until.to_string()),
                acknowledged_at: suppression.acknowledged_at.clone(),
            }));
    }
    acknowledged
        .kept
        .extend(applied.kept.iter().filter_map(|kept| shown.get(*kept)).cloned());
    let about = applied.about.into_iter();
    acknowledged.kept.extend(about.filter_map(|about| {
        in_words(
            model.policy,
            about.rule,
            &about.path,
            (about.line, about.column),
            about.message,
            about.help,
        )
    }));
    acknowledged
}

/// Takes the acknowledgements that have to wait out of the others: those that a proposal brings, and those of what it
/// alters, which were given to something else. Those that cannot be read stay, to be said.
fn set_apart(inline: &mut [(&str, Vec<Acknowledgement>)], proposal: Proposal<'_>) -> Vec<String> {
    let mut pending = Vec::new();
    for (path, acknowledgements) in inline {
        acknowledgements.retain(|one| {
            let waits = match proposal {
                Proposal::No => false,
                Proposal::Unknown => true,
                // From its first line to what it is for.
                Proposal::Of(change) => change.touches(path, one.line.min(one.target), one.line.max(one.target)),
            };
            let waits = waits && one.malformed.is_none();
            if waits {
                pending.push(format!("{path}:{}", one.line));
            }
            !waits
        });
    }
    pending
}

/// The line that a setting's key stands on in its file.
fn key_line(model: &Model<'_>, setting: SettingId) -> Option<u32> {
    let read = model.read(setting.source)?;
    let Key::Name(range) = read.document.entry(setting.entry)?.key else {
        return None;
    };
    let at = model.to_file(Span {
        source: setting.source,
        range,
    });
    Some(model.position(at.source, at.range.start).line)
}

/// A finding about what somebody wrote for envfence: it has a place and no setting.
fn in_words(
    policy: &Policy,
    id: &'static str,
    path: &str,
    at: (u32, u32),
    message: String,
    help: String,
) -> Option<ReportedFinding> {
    let level = policy.level(id).unwrap_or_else(|| rule(id).map(|rule| rule.level))?;
    Some(ReportedFinding {
        rule: id,
        level,
        confidence: Confidence::High,
        path: path.to_owned(),
        line: at.0,
        column: at.1,
        end_line: at.0,
        end_column: at.1,
        environment: String::new(),
        key: String::new(),
        fingerprint: digest(&[id, path, &message]),
        message,
        help,
        excerpt: Excerpt::default(),
        related: Vec::new(),
        value_hash: String::new(),
    })
}

/// Patterns of the policy that nothing in the tree matched.
pub fn unmatched_patterns(policy: &Policy) -> Vec<ReportedFinding> {
    let unmatched = policy.unmatched_patterns().into_iter();
    unmatched
        .filter_map(|(section, pattern)| {
            let message = format!("the pattern `{}` of {section} matches nothing", policy.text_of(pattern));
            let help = "mend it, or take it out".to_owned();
            in_words(
                policy,
                UNMATCHED_PATTERN,
                &policy.path,
                (pattern.at().line, pattern.at().column),
                message,
                help,
            )
        })
        .collect()
}

/// Draws the verdict: what could not be read outweighs what was found, and that outweighs that nothing was there.
pub fn verdict(
    findings: &[ReportedFinding],
    problems: &[ReportedProblem],
    coverage: &Coverage,
    fail_on: Option<Level>,
) -> Verdict {
    if problems.iter().any(|problem| problem.level == Level::Error) {
        return Verdict::Error;
    }
    if fail_on.is_some_and(|level| findings.iter().any(|finding| finding.level >= level)) {
        return Verdict::Violated;
    }
    if coverage.is_too_little() {
        return Verdict::Nothing;
    }
    Verdict::Good
}

/// Puts a report together, everything sorted.
pub fn report(
    acknowledged: Acknowledged,
    mut problems: Vec<ReportedProblem>,
    coverage: Coverage,
    verdict: Verdict,
) -> Report {
    let Acknowledged {
        kept: mut findings,
        suppressed,
        pending: pending_acknowledgements,
    } = acknowledged;
    findings.sort_by(|a, b| (&a.path, a.line, a.column, a.rule).cmp(&(&b.path, b.line, b.column, b.rule)));
    problems.sort_by(|a, b| (&a.path, a.line, a.column, &a.message).cmp(&(&b.path, b.line, b.column, &b.message)));
    Report {
        schema: "envfence/report/v1",
        version: env!("CARGO_PKG_VERSION"),
        findings,
        suppressed,
        pending_acknowledgements,
        problems,
        coverage,
        scope: Judged::default(),
        policy: None,
        map: Vec::new(),
        verdict,
        exit_code: verdict.exit_code(),
    }
}
