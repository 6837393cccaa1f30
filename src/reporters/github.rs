//! GitHub's workflow commands: annotations at the lines of a pull request and of a commit.

use super::text::coverage::{counts, grouped, too_little};
use super::text::name_of;
use super::visible::visible;
use super::{Options, Reporter, ranked, ranked_problems, shortened};
use crate::error::Error;
use crate::finding::Level;
use crate::report::{Report, ReportedFinding, ReportedProblem, Verdict};

/// Shows a report as workflow commands.
pub const REPORTER: Reporter = Reporter {
    name: "github",
    summary: "annotations of GitHub Actions, as workflow commands",
    doc: "GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest in silence: the worst findings \
come first, then what could not be read, and one last notice counts what has no room.",
    render,
};

/// Annotations of one kind that GitHub shows of a step.
const SHOWN: usize = 10;

/// Characters of a title; GitHub takes 255.
const TITLE: usize = 200;

/// Characters of a message; GitHub takes 64 KB.
const MESSAGE: usize = 4_000;

/// An annotation.
struct Annotation {
    level: Level,
    /// The properties but for the title, each with its value.
    place: Vec<(&'static str, String)>,
    title: String,
    message: String,
}

/// The report as workflow commands, one a line; nothing where nothing is to be said.
pub fn render(report: &Report, _: &Options) -> String {
    let mut all: Vec<Annotation> = ranked(&report.findings).map(of_finding).collect();
    all.extend(ranked_problems(&report.problems).into_iter().map(of_problem));
    if report.verdict == Verdict::Nothing && report.exit_code != 0 {
        let (name, message) = too_little(&report.coverage);
        all.push(Annotation {
            level: Level::Error,
            place: Vec::new(),
            title: format!("envfence: {name}"),
            message,
        });
    }
    all.sort_by_key(|annotation| std::cmp::Reverse(annotation.level));
    let fits = |level: Level, most: usize| all.iter().filter(|one| one.level == level).count() <= most;
    let all_fit = [Level::Error, Level::Warning, Level::Note]
        .iter()
        .all(|level| fits(*level, SHOWN));
    let mut text = String::new();
    let mut left_out = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Note] {
        // The last notice needs room as well.
        let most = if level == Level::Note && !all_fit {
            SHOWN - 1
        } else {
            SHOWN
        };
        for (number, annotation) in all.iter().filter(|one| one.level == level).enumerate() {
            if number < most {
                write(&mut text, annotation);
            } else {
                left_out.push(level);
            }
        }
    }
    if !left_out.is_empty() {
        write(&mut text, &rest(&left_out));
    }
    text
}

/// What stops a run, as one annotation.
pub fn error_line(error: &Error) -> String {
    let (path, line, column) = error.position();
    let place = place_of(path, line, column);
    let hint = error
        .hint
        .as_ref()
        .map(|hint| format!("\nhelp: {hint}"))
        .unwrap_or_default();
    let mut text = String::new();
    let annotation = Annotation {
        level: Level::Error,
        place,
        title: "envfence could not run".into(),
        message: format!("{}{hint}", error.message),
    };
    write(&mut text, &annotation);
    text
}

/// Sentences for the log alone, a line each.
pub fn note_lines<'a>(notes: impl Iterator<Item = &'a str>) -> String {
    notes.map(|note| format!("envfence: {}\n", visible(note))).collect()
}

fn rest(left_out: &[Level]) -> Annotation {
    let counts = counts(left_out.iter().copied());
    let have = if left_out.len() == 1 { "has" } else { "have" };
    Annotation {
        level: Level::Note,
        place: Vec::new(),
        title: format!("envfence: {} more", grouped(left_out.len())),
        message: format!(
            "{counts} {have} no annotation: GitHub shows ten of a kind; the log, the summary and the other reports have all"
        ),
    }
}

fn of_finding(finding: &ReportedFinding) -> Annotation {
    let mut place = vec![
        ("file", finding.path.clone()),
        ("line", finding.line.max(1).to_string()),
    ];
    if finding.end_line > finding.line {
        place.push(("endLine", finding.end_line.to_string()));
    } else {
        // GitHub refuses columns of an annotation that goes over several lines.
        place.push(("col", finding.column.max(1).to_string()));
        if finding.end_column > finding.column {
            place.push(("endColumn", finding.end_column.to_string()));
        }
    }
    let mut message = finding.message.clone();
    for related in finding.related.iter().take(SHOWN) {
        message.push_str(&format!("\nsee {}:{}: {}", related.path, related.line, related.message));
    }
    if !finding.help.is_empty() {
        message.push_str(&format!("\nhelp: {}", finding.help));
    }
    Annotation {
        level: finding.level,
        place,
        title: format!("envfence: {}", finding.rule),
        message,
    }
}

fn of_problem(problem: &ReportedProblem) -> Annotation {
    Annotation {
        level: problem.level,
        place: place_of(&problem.path, problem.line, problem.column),
        title: "envfence: could not be read".into(),
        message: problem.message.clone(),
    }
}

/// The properties of a place, as far as it is known.
fn place_of(path: &str, line: u32, column: u32) -> Vec<(&'static str, String)> {
    let mut place = Vec::new();
    if !path.is_empty() {
        place.push(("file", path.to_owned()));
    }
    if line > 0 {
        place.push(("line", line.to_string()));
    }
    if line > 0 && column > 0 {
        place.push(("col", column.to_string()));
    }
    place
}

fn write(text: &mut String, annotation: &Annotation) {
    let command = match annotation.level {
        Level::Note => "notice",
        other => name_of(other),
    };
    text.push_str("::");
    text.push_str(command);
    text.push(' ');
    for (name, value) in &annotation.place {
        text.push_str(&format!("{name}={},", property(value)));
    }
    let title = property(&shortened(&annotation.title, TITLE));
    text.push_str(&format!(
        "title={title}::{}\n",
        data(&shortened(&annotation.message, MESSAGE))
    ));
}

/// A message: its line ends are kept, and whatever else could speak to the runner becomes visible.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| visible(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    visible(text)
        .replace('%', "%25")
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporters::sample;

    fn shown(report: &Report) -> String {
        render(report, &Options::default())
    }

    #[test]
    fn a_whole_report() {
        let expected = "\
::error file=deploy/production/values.yaml,line=12,col=24,endColumn=46,title=envfence%3A other-environments-datastore::\
production points at the database host of staging%0Asee deploy/staging/values.yaml:9: staging has the same value%0A\
help: put production's own host here
::error file=deploy/production/a.yaml,line=3,col=3,title=envfence%3A could not be read::the list has no end
::warning file=deploy/production/values.yaml,line=12,col=24,endColumn=46,title=envfence%3A other-environments-datastore::\
production points at the database host of staging%0Asee deploy/staging/values.yaml:9: staging has the same value%0A\
help: put production's own host here
::warning file=deploy/base.yaml,title=envfence%3A could not be read::the list has no end
";
        assert_eq!(shown(&sample::report()), expected);
    }

    #[test]
    fn values_are_escaped() {
        let mut report = sample::report();
        report.findings.truncate(1);
        (report.problems, report.suppressed) = Default::default();
        let finding = &mut report.findings[0];
        (finding.path, finding.message) = (
            "a,b:c%d\r\n::error::e".into(),
            "50% of ::error::f\r\n::stop-commands::g".into(),
        );
        (finding.end_line, finding.related, finding.help) = (14, Vec::new(), String::new());
        assert_eq!(
            shown(&report),
            "::error file=a%2Cb%3Ac%25d\\r\\n%3A%3Aerror%3A%3Ae,line=12,endLine=14,title=envfence%3A other-environments-datastore::\
             50%25 of ::error::f\\r%0A\\u{3a}:stop-commands::g\n"
        );
    }

    #[test]
    fn ten_of_each_and_the_rest_is_counted() {
        use Level::{Error, Note, Warning};
        // Errors, warnings and notes that there are, and errors, warnings and notices that are written.
        let cases = [
            ((1, 0, 0), (1, 0, 0)),
            ((10, 10, 10), (10, 10, 10)),
            ((11, 10, 10), (10, 10, 10)),
            ((11, 10, 5), (10, 10, 6)),
            ((0, 0, 11), (0, 0, 10)),
            ((0, 0, 10), (0, 0, 10)),
            ((500, 0, 0), (10, 0, 1)),
        ];
        for ((errors, warnings, notes), expected) in cases {
            let mut report = sample::report();
            (report.problems, report.suppressed) = Default::default();
            report.findings = [(Note, notes), (Warning, warnings), (Error, errors)]
                .into_iter()
                .flat_map(|(level, count)| vec![sample::finding(level); count])
                .collect();
            let text = shown(&report);
            let count = |command: &str| {
                text.lines()
                    .filter(|line| line.starts_with(&format!("::{command} ")))
                    .count()
            };
            assert_eq!(
                (count("error"), count("warning"), count("notice")),
                expected,
                "{errors} {warnings} {notes}"
            );
            let all = errors + warnings + notes;
            assert_eq!(
                text.contains("no annotation"),
                all > text.lines().count() || expected.2 > notes
            );
        }
        let mut report = sample::report();
        (report.problems, report.suppressed) = Default::default();
        report.findings = vec![sample::finding(Error); 12];
        assert!(shown(&report).ends_with("title=envfence%3A 2 more::2 errors have no annotation: GitHub shows ten of a kind; the log, the summary and the other reports have all\n"));
    }

    #[test]
    fn a_run_that_checked_nothing_says_so() {
        let mut report = sample::report();
        (report.findings, report.problems, report.suppressed) = Default::default();
        report.verdict = Verdict::Nothing;
        report.coverage.environments.clear();
        assert_eq!(
            shown(&report),
            "::error title=envfence%3A nothing was checked::no file that was read holds a setting of a known environment\n"
        );
        report.verdict = Verdict::Good;
        assert_eq!(shown(&report), "");
    }
}
