//! JUnit XML: a test case per finding, and a passing one per rule that found nothing.

use super::text::coverage::{NO_PRODUCTION, coverage_line, of_change, partly_read_files, too_little};
use super::text::name_of;
use super::visible::visible;
use super::{Options, Reporter, shortened};
use crate::finding::Level;
use crate::report::{Report, ReportedFinding, ReportedProblem, Suppressed, Verdict};
use crate::rules::RULES;
use std::collections::HashSet;
use std::fmt::Write as _;

/// Shows a report as JUnit XML.
pub const REPORTER: Reporter = Reporter {
    name: "junit",
    summary: "JUnit XML for CI systems that show tests",
    doc: "A test case per finding, one that passes per rule that found nothing, one per problem, and one that fails where \
nothing was checked. Where the run is good its findings pass with their text as output; else errors and warnings fail, \
and notes where there is nothing worse. Acknowledged findings are skipped, with their reason.",
    render,
};

/// Characters of one text.
const TEXT: usize = 4_000;

/// How a test case ended.
enum Outcome {
    Passed(String),
    /// With the kind, the message, and the text.
    Failed(&'static str, String, String),
    Errored(String),
    Skipped(String),
}

/// A test case.
struct Case {
    class: String,
    name: String,
    /// The file and line, where it has one.
    place: Option<(String, u32)>,
    outcome: Outcome,
}

/// The report as XML, with a line end.
pub fn render(report: &Report, _: &Options) -> String {
    let cases = cases(report);
    let count = |is: fn(&Outcome) -> bool| cases.iter().filter(|case| is(&case.outcome)).count();
    let failures = count(|outcome| matches!(outcome, Outcome::Failed(..)));
    let errors = count(|outcome| matches!(outcome, Outcome::Errored(_)));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", cases.len());
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"envfence\" {counts} time=\"0\">\n  \
         <testsuite name=\"envfence\" {counts} skipped=\"{skipped}\" time=\"0\">\n"
    );
    for case in &cases {
        write(&mut xml, case);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn cases(report: &Report) -> Vec<Case> {
    let mut cases = vec![checked(report)];
    let found: HashSet<&str> = report.findings.iter().map(|finding| finding.rule).collect();
    for rule in RULES.iter().filter(|rule| !found.contains(rule.id)) {
        cases.push(Case {
            class: rule.id.into(),
            name: rule.summary.into(),
            place: None,
            outcome: Outcome::Passed(String::new()),
        });
    }
    let fails = failing(report);
    let does_fail = |level| fails.is_some_and(|fails| level >= fails);
    cases.extend(
        report
            .findings
            .iter()
            .map(|finding| of_finding(finding, does_fail(finding.level))),
    );
    cases.extend(report.suppressed.iter().map(of_suppressed));
    cases.extend(report.problems.iter().map(of_problem));
    cases
}

/// The level from which on findings fail, `None` where none does. The report does not say what it was asked for, so that
/// a good run fails none, and a bad one all that may have made it bad.
fn failing(report: &Report) -> Option<Level> {
    let worst = report.findings.iter().map(|finding| finding.level).max()?;
    (report.verdict != Verdict::Good).then_some(worst.min(Level::Warning))
}

/// Whether there was anything to judge: a run that checked nothing must not look like one in which all is well.
fn checked(report: &Report) -> Case {
    let mut line = coverage_line(&report.coverage);
    if let Some(files) = partly_read_files(&report.coverage) {
        let _ = write!(line, "\nnot fully read: {files}");
    }
    if report.lacks_production() {
        let (what, help) = NO_PRODUCTION;
        let _ = write!(line, "\n{what}: {help}");
    }
    if let Some(change) = of_change(&report.scope) {
        let _ = write!(line, "\nfindings are those {change}");
    }
    let outcome = if report.verdict == Verdict::Nothing && report.exit_code != 0 {
        let (name, why) = too_little(&report.coverage);
        Outcome::Failed("error", format!("{name}: {why}"), line)
    } else {
        Outcome::Passed(line)
    };
    Case {
        class: "envfence".into(),
        name: "settings are checked".into(),
        place: None,
        outcome,
    }
}

fn of_finding(finding: &ReportedFinding, fails: bool) -> Case {
    let mut text = format!(
        "{}:{}:{}: {}[{}]: {}\n",
        finding.path,
        finding.line,
        finding.column,
        name_of(finding.level),
        finding.rule,
        finding.message
    );
    for related in &finding.related {
        let _ = writeln!(text, "related: {}:{}: {}", related.path, related.line, related.message);
    }
    let _ = write!(text, "help: {}", finding.help);
    let outcome = if fails {
        Outcome::Failed(name_of(finding.level), finding.message.clone(), text)
    } else {
        Outcome::Passed(text)
    };
    case(finding, outcome)
}

fn of_suppressed(suppressed: &Suppressed) -> Case {
    let until = suppressed.until.as_deref().map(|day| format!(", until {day}"));
    let reason = format!(
        "acknowledged at {}{}: {}",
        suppressed.acknowledged_at,
        until.unwrap_or_default(),
        suppressed.reason
    );
    case(&suppressed.finding, Outcome::Skipped(reason))
}

fn case(finding: &ReportedFinding, outcome: Outcome) -> Case {
    let place = format!("{}:{}:{}", finding.path, finding.line, finding.column);
    let about: Vec<&str> = [finding.environment.as_str(), finding.key.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let name = if about.is_empty() {
        place
    } else {
        format!("{place} {}", about.join(" "))
    };
    Case {
        class: finding.rule.into(),
        name,
        place: Some((finding.path.clone(), finding.line)),
        outcome,
    }
}

fn of_problem(problem: &ReportedProblem) -> Case {
    let name = match problem.line {
        0 if problem.path.is_empty() => "the tree".to_owned(),
        0 => problem.path.clone(),
        line => format!("{}:{line}:{}", problem.path, problem.column),
    };
    let outcome = match problem.level {
        Level::Error => Outcome::Errored(problem.message.clone()),
        _ => Outcome::Passed(problem.message.clone()),
    };
    Case {
        class: "reading".into(),
        name,
        place: Some((problem.path.clone(), problem.line)).filter(|(path, _)| !path.is_empty()),
        outcome,
    }
}

fn write(xml: &mut String, case: &Case) {
    let _ = write!(
        xml,
        "    <testcase classname=\"{}\" name=\"{}\"",
        escaped(&case.class),
        escaped(&case.name)
    );
    if let Some((path, line)) = &case.place {
        let _ = write!(xml, " file=\"{}\"", escaped(path));
        if *line > 0 {
            let _ = write!(xml, " line=\"{line}\"");
        }
    }
    let _ = match &case.outcome {
        Outcome::Passed(output) if output.is_empty() => writeln!(xml, " time=\"0\"/>"),
        Outcome::Passed(output) => writeln!(
            xml,
            " time=\"0\">\n      <system-out>{}</system-out>\n    </testcase>",
            lines(output)
        ),
        Outcome::Failed(kind, message, text) => writeln!(
            xml,
            " time=\"0\">\n      <failure type=\"{kind}\" message=\"{}\">{}</failure>\n    </testcase>",
            escaped(message),
            lines(text)
        ),
        Outcome::Errored(message) => writeln!(
            xml,
            " time=\"0\">\n      <error type=\"problem\" message=\"{}\"/>\n    </testcase>",
            escaped(message)
        ),
        Outcome::Skipped(reason) => writeln!(
            xml,
            " time=\"0\">\n      <skipped message=\"{}\"/>\n    </testcase>",
            escaped(reason)
        ),
    };
}

/// A text on one line as XML: what XML cannot hold at all becomes an escape that shows.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for character in visible(&shortened(text, TEXT)).chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(xml, "\\u{{{:x}}}", u32::from(character));
            }
            plain => xml.push(plain),
        }
    }
    xml
}

/// A text of several lines as XML.
fn lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporters::sample;
    use quick_xml::events::Event;

    /// The cases of a report as `class | name | outcome`, read by a real parser.
    fn read(report: &Report) -> Vec<String> {
        let xml = render(report, &Options::default());
        let mut reader = quick_xml::Reader::from_str(&xml);
        reader.config_mut().check_end_names = true;
        let mut cases: Vec<String> = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => {
                    let attributes: Vec<String> = tag
                        .attributes()
                        .map(|attribute| {
                            let attribute = attribute.unwrap();
                            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap();
                            format!("{}={value}", attribute.key.as_ref())
                        })
                        .collect();
                    match tag.name().as_ref() {
                        "testcase" => cases.push(attributes.join(" | ")),
                        "testsuites" | "testsuite" => {}
                        other => {
                            let last = cases.last_mut().unwrap();
                            last.push_str(&format!(" -> {other} {}", attributes.join(" | ")));
                        }
                    }
                }
                Event::Eof => return cases,
                _ => {}
            }
        }
    }

    #[test]
    fn a_whole_report() {
        let cases = read(&sample::report());
        assert_eq!(cases.len(), 1 + RULES.len() + 2 + 1 + 2);
        assert_eq!(
            cases[0],
            "classname=envfence | name=settings are checked | time=0 -> system-out "
        );
        let place = "deploy/production/values.yaml:12:24 production database.url | file=deploy/production/values.yaml | line=12 | time=0";
        let rule = "classname=other-environments-datastore | name=";
        let message = "message=production points at the database host of staging";
        assert_eq!(
            cases[1 + RULES.len()..],
            [
                format!("{rule}{place} -> failure type=error | {message}"),
                format!("{rule}{place} -> failure type=warning | {message}"),
                format!(
                    "{rule}{place} -> skipped message=acknowledged at envfence.yml:30, until 2031-01-31: shared until the move is done"
                ),
                "classname=reading | name=deploy/base.yaml | file=deploy/base.yaml | time=0 -> system-out ".to_owned(),
                "classname=reading | name=deploy/production/a.yaml:3:3 | file=deploy/production/a.yaml | line=3 | time=0 \
                 -> error type=problem | message=the list has no end"
                    .to_owned(),
            ]
        );
    }

    #[test]
    fn what_fails_depends_on_the_verdict() {
        use Level::{Error, Note, Warning};
        let cases = [
            (Verdict::Good, &[Error, Warning][..], 0),
            (Verdict::Violated, &[Error, Warning, Note], 2),
            (Verdict::Violated, &[Warning, Note], 1),
            (Verdict::Violated, &[Note], 1),
            (Verdict::Error, &[Error, Note], 1),
            (Verdict::Good, &[], 0),
            (Verdict::Nothing, &[], 1),
        ];
        for (verdict, levels, expected) in cases {
            let mut report = sample::report();
            report.findings = levels.iter().map(|level| sample::finding(*level)).collect();
            report.verdict = verdict;
            report.exit_code = verdict.exit_code();
            let failed = read(&report).iter().filter(|case| case.contains("-> failure")).count();
            assert_eq!(failed, expected, "{verdict:?} {levels:?}");
            let counted = render(&report, &Options::default());
            assert!(counted.contains(&format!("failures=\"{expected}\"")), "{counted}");
        }
        let report = Report {
            verdict: Verdict::Nothing,
            exit_code: 0,
            ..sample::report()
        };
        let failed = read(&report)
            .iter()
            .any(|case| case.contains("settings are checked -> "));
        assert!(!failed, "nothing may pass");
    }

    #[test]
    fn a_clean_run_passes() {
        let mut report = sample::report();
        (report.findings, report.suppressed, report.problems) = Default::default();
        report.verdict = Verdict::Good;
        let cases = read(&report);
        assert_eq!(cases.len(), 1 + RULES.len());
        assert!(cases.iter().all(|case| !case.contains("failure")), "{cases:?}");
    }

    #[test]
    fn every_character_is_well_formed() {
        let hostile = "\u{0}\u{1b}\u{fffe}\u{ffff}]]><a b=\"c'\">&amp;\u{202e}\r\n東\u{1f600}";
        let mut report = sample::report();
        report.findings[0].message = hostile.into();
        report.findings[0].path = hostile.into();
        let cases = read(&report);
        let shown = "\\u{0}\\u{1b}\\u{fffe}\\u{ffff}]]><a b=\"c'\">&amp;\\u{202e}\\r\\n東\u{1f600}";
        assert!(
            cases.iter().any(|case| case.contains(&format!("message={shown}"))),
            "{cases:?}"
        );
    }
}
