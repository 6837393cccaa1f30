//! What stands below the findings: problems, acknowledged findings, what was looked at, the verdict.

use super::coverage::{
    NO_PRODUCTION, counted, counts, coverage_line, grouped, of_change, partly_read_files, policy_used, too_little,
};
use super::{Page, name_of};
use crate::finding::Level;
use crate::report::{Coverage, Gravity, Report, ReportedProblem, Suppressed, Verdict};
use crate::reporters::visible::visible;
use crate::reporters::{Detail, Options, folded_problems, ranked_problems};

/// Problems that are shown unless all are asked for.
const PROBLEMS: usize = 20;

/// Writes all of it. When it is to be quiet and all is well, there is nothing to say.
pub(super) fn write(page: &mut Page, report: &Report, options: &Options) {
    problems(page, &report.problems, options.detail);
    if options.detail != Detail::Quiet {
        suppressed(page, &report.suppressed, options.detail);
    }
    if options.shows_skipped {
        skipped(page, &report.coverage);
    }
    if options.detail == Detail::Quiet && report.verdict == Verdict::Good {
        // Where production was not wholly read, all is not well.
        if report.coverage.partly_read_production > 0 {
            partly_read(page, &report.coverage);
        }
        return;
    }
    coverage(page, &report.coverage);
    partly_read(page, &report.coverage);
    unknown_production(page, report);
    if report.verdict != Verdict::Nothing && report.coverage.rules > 0 && report.coverage.is_too_little() {
        let (name, why) = too_little(&report.coverage);
        page.line(&[&page.level(Level::Error, name), ": ", &why]);
    }
    if let Some(policy) = policy_used(report).filter(|_| options.detail == Detail::Verbose) {
        page.line(&[&visible(&policy)]);
    }
    verdict(page, report);
}

/// `no setting speaks for production: name it ...`
fn unknown_production(page: &mut Page, report: &Report) {
    if report.lacks_production() {
        let (what, help) = NO_PRODUCTION;
        page.line(&[&page.level(Level::Warning, what), ": ", help]);
    }
}

/// `not fully read: 3 files, of them 1 of production`
fn partly_read(page: &mut Page, coverage: &Coverage) {
    let Some(files) = partly_read_files(coverage) else {
        return;
    };
    let level = if coverage.partly_read_production > 0 {
        Level::Warning
    } else {
        Level::Note
    };
    let name = page.level(level, "not fully read");
    page.line(&[&name, ": ", &files]);
}

fn problems(page: &mut Page, all: &[ReportedProblem], detail: Detail) {
    let mut shown = ranked_problems(all);
    shown.retain(|problem| detail != Detail::Quiet || problem.gravity() < Gravity::Other);
    if shown.is_empty() {
        return;
    }
    let count = shown.len();
    let folded: Vec<_> = match detail {
        Detail::Verbose => shown.into_iter().map(|problem| (problem, 1)).collect(),
        Detail::Quiet | Detail::Normal => folded_problems(&shown).into_iter().take(PROBLEMS).collect(),
    };
    page.line(&[&page.bold(&format!("{} in what was read:", counted(count, "problem")))]);
    for (problem, alike) in &folded {
        let level = page.level(problem.level, name_of(problem.level));
        let place = match (problem.line, problem.column) {
            (0, _) if problem.path.is_empty() => String::new(),
            (0, _) => format!("{}: ", problem.path),
            (line, 0) => format!("{}:{line}: ", problem.path),
            (line, column) => format!("{}:{line}:{column}: ", problem.path),
        };
        let of_production = if problem.gravity() == Gravity::Production {
            " (of production)"
        } else {
            ""
        };
        page.line(&[
            "  ",
            &level,
            ": ",
            &visible(&place),
            &visible(&problem.message),
            of_production,
            &more_alike(*alike),
        ]);
    }
    let told: usize = folded.iter().map(|(_, alike)| alike).sum();
    if told < count {
        let more = grouped(count - told);
        page.line(&["  ... and ", &more, " more; --verbose shows all"]);
    }
    page.line(&[]);
}

/// `, and 19 more like it in this file`
fn more_alike(alike: usize) -> String {
    match alike.saturating_sub(1) {
        0 => String::new(),
        more => format!(", and {} more like it in this file", grouped(more)),
    }
}

fn suppressed(page: &mut Page, all: &[Suppressed], detail: Detail) {
    if all.is_empty() {
        return;
    }
    let is = if all.len() == 1 { "is" } else { "are" };
    let heading = format!("{} {is} acknowledged", counted(all.len(), "finding"));
    if detail != Detail::Verbose {
        page.line(&[&heading]);
        return;
    }
    page.line(&[&page.bold(&format!("{heading}:"))]);
    for one in all {
        let finding = &one.finding;
        let place = format!("{}:{}:{}", finding.path, finding.line, finding.column);
        let until = one
            .until
            .as_deref()
            .map(|day| format!(", until {day}"))
            .unwrap_or_default();
        let by = format!("{}{until}", one.acknowledged_at);
        page.line(&[
            "  ",
            &visible(&place),
            ": ",
            finding.rule,
            ": ",
            &visible(&one.reason),
            " (",
            &visible(&by),
            ")",
        ]);
    }
    page.line(&[]);
}

fn skipped(page: &mut Page, coverage: &Coverage) {
    for group in &coverage.skipped {
        let reason = match group.reason.strip_prefix("left out ") {
            Some(by) => format!(" {by}"),
            None => format!(", {}", group.reason),
        };
        let heading = format!("left out{reason} ({}):", grouped(group.paths.len()));
        page.line(&[&page.bold(&visible(&heading))]);
        for path in &group.paths {
            page.line(&["  ", &visible(path)]);
        }
        page.line(&[]);
    }
}

fn coverage(page: &mut Page, coverage: &Coverage) {
    page.line(&[&visible(&coverage_line(coverage))]);
}

fn verdict(page: &mut Page, report: &Report) {
    let nothing = || match &of_change(&report.scope) {
        Some(change) if report.coverage.partly_read > 0 => {
            format!("nothing found {change}, as far as it could be read")
        }
        Some(change) => format!("nothing found {change}"),
        None if report.coverage.partly_read > 0 => "nothing found in what could be read".to_owned(),
        None => "nothing found".to_owned(),
    };
    let counts = match (
        counts(report.findings.iter().map(|finding| finding.level)),
        of_change(&report.scope),
    ) {
        (none, _) if none.is_empty() => nothing(),
        (counts, Some(change)) => format!("{counts} {change}"),
        (counts, None) => counts,
    };
    let (level, name, rest) = match report.verdict {
        Verdict::Good if report.findings.is_empty() => (Level::Note, "good", counts),
        Verdict::Good => (Level::Note, "good", format!("{counts}, none of which fails the run")),
        Verdict::Violated => (Level::Error, "violated", counts),
        Verdict::Error => {
            let failing = |problem: &&ReportedProblem| problem.level == Level::Error;
            let problems = report.problems.iter().filter(failing).count();
            let rest = format!("{} in what was read; {counts}", counted(problems, "problem"));
            (Level::Error, "could not judge", rest)
        }
        Verdict::Nothing => {
            let (name, why) = too_little(&report.coverage);
            let passes = report.exit_code == 0;
            (if passes { Level::Note } else { Level::Error }, name, why)
        }
        Verdict::Unknown => (Level::Error, "undetermined", counts),
    };
    let name = if report.verdict == Verdict::Good {
        page.painted("1;32", name)
    } else {
        page.level(level, name)
    };
    page.line(&[&name, ": ", &visible(&rest)]);
}
