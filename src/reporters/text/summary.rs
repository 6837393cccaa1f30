//! What stands below the findings: problems, acknowledged findings, what was looked at, the verdict.

use super::{Page, name_of};
use crate::finding::Level;
use crate::report::{Coverage, Gravity, Report, ReportedProblem, Suppressed, Verdict};
use crate::reporters::visible::visible;
use crate::reporters::{Detail, Options, ranked_problems};

/// Problems that are shown unless all are asked for.
const PROBLEMS: usize = 20;

/// Environments that are named.
const ENVIRONMENTS: usize = 8;

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
    verdict(page, report);
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

/// `3 files, of them 1 of production`, where a file was not read to its end.
pub(in crate::reporters) fn partly_read_files(coverage: &Coverage) -> Option<String> {
    if coverage.partly_read == 0 {
        return None;
    }
    let production = match coverage.partly_read_production {
        0 => String::new(),
        count => format!(", of them {} of production", grouped(count)),
    };
    Some(counted(coverage.partly_read, "file") + &production)
}

/// What the verdict is called when too little was there, and why.
pub(in crate::reporters) fn too_little(coverage: &Coverage) -> (&'static str, String) {
    match coverage.judged() {
        0 => (
            "nothing was checked",
            "no file that was read holds a setting of a known environment".to_owned(),
        ),
        judged => (
            "too little was checked",
            format!(
                "{} of known environments; minimum.settings of the policy asks for {} or more",
                counted(judged, "setting"),
                grouped(coverage.minimum)
            ),
        ),
    }
}

fn problems(page: &mut Page, all: &[ReportedProblem], detail: Detail) {
    let mut shown = ranked_problems(all);
    shown.retain(|problem| detail != Detail::Quiet || problem.gravity() < Gravity::Other);
    if shown.is_empty() {
        return;
    }
    let count = shown.len();
    if detail != Detail::Verbose {
        shown.truncate(PROBLEMS);
    }
    page.line(&[&page.bold(&format!("{} in what was read:", counted(count, "problem")))]);
    for problem in &shown {
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
        ]);
    }
    if shown.len() < count {
        let more = grouped(count - shown.len());
        page.line(&["  ... and ", &more, " more; --verbose shows all"]);
    }
    page.line(&[]);
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

/// `checked 4,214 settings in 120 files of 3 environments (production 1,200, ...) with 14 rules; 9 files skipped`
pub(in crate::reporters) fn coverage_line(coverage: &Coverage) -> String {
    let mut environments: Vec<_> = coverage.environments.iter().collect();
    environments.sort_by_key(|environment| std::cmp::Reverse(environment.settings));
    let mut named: Vec<String> = environments
        .iter()
        .take(ENVIRONMENTS)
        .map(|environment| format!("{} {}", environment.name, grouped(environment.settings)))
        .collect();
    if let Some(more) = environments.len().checked_sub(ENVIRONMENTS).filter(|&more| more > 0) {
        named.push(format!("{more} more"));
    }
    let named = match named.as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    };
    let mut line = format!(
        "checked {} in {} of {}{named} with {}",
        counted(coverage.settings, "setting"),
        counted(coverage.files, "file"),
        counted(environments.len(), "environment"),
        counted(coverage.rules, "rule"),
    );
    let skipped = coverage.skipped.iter().map(|group| group.paths.len()).sum();
    let mut rest = Vec::new();
    if skipped > 0 {
        rest.push(format!("{} skipped", counted(skipped, "file")));
    }
    if coverage.unreadable > 0 {
        rest.push(format!("{} unreadable", grouped(coverage.unreadable)));
    }
    if !rest.is_empty() {
        line.push_str("; ");
        line.push_str(&rest.join(", "));
    }
    line
}

fn verdict(page: &mut Page, report: &Report) {
    let counts = match counts(report.findings.iter().map(|finding| finding.level)) {
        none if none.is_empty() && report.coverage.partly_read_production > 0 => {
            "nothing found in what could be read".to_owned()
        }
        none if none.is_empty() => "nothing found".to_owned(),
        counts => counts,
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
    page.line(&[&name, ": ", &rest]);
}

/// `1 error, 2 warnings`; empty where there is none.
pub(in crate::reporters) fn counts(levels: impl Iterator<Item = Level> + Clone) -> String {
    let found = |level| levels.clone().filter(|one| *one == level).count();
    let counts: Vec<String> = [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .map(|level| (found(level), name_of(level)))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| counted(count, name))
        .collect();
    counts.join(", ")
}

/// `1 file`, `1,200 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A number with its thousands apart.
pub(in crate::reporters) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(counted(1, "file"), "1 file");
        assert_eq!(counted(0, "file"), "0 files");
    }
}
