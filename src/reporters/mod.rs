//! Ways to show a report: one file per way, each a pure function from the report to text.
//!
//! A report holds names, keys and excerpts that come from files which anybody may have written. No reporter lets them
//! speak to the terminal or to the runner of a workflow.

pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod mermaid;
pub mod sarif;
pub mod text;
pub mod visible;

use crate::report::{Gravity, Report, ReportedFinding, ReportedProblem};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

/// A way to show a report.
#[derive(Clone, Copy)]
pub struct Reporter {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// What it holds and where it ends, in Markdown, for docs/reference.md.
    pub doc: &'static str,
    /// Shows a report, with a line end after its last line.
    pub render: fn(&Report, &Options) -> String,
}

impl std::fmt::Debug for Reporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What the reader asks for. Reports for machines always hold everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Whether text is coloured.
    pub style: Style,
    /// How much is shown.
    pub detail: Detail,
    /// Whether the files that were left out are named.
    pub shows_skipped: bool,
}

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Text alone.
    #[default]
    Plain,
    /// With the colours of a terminal.
    Coloured,
}

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// A line per finding.
    Quiet,
    /// Findings with their place, problems in short.
    #[default]
    Normal,
    /// All that the report holds.
    Verbose,
}

/// Every reporter; the first is for people.
pub const REPORTERS: &[Reporter] = &[
    text::REPORTER,
    json::REPORTER,
    sarif::REPORTER,
    junit::REPORTER,
    gitlab::REPORTER,
    github::REPORTER,
    markdown::REPORTER,
];

/// The reporter of a name.
pub fn reporter(name: &str) -> Option<&'static Reporter> {
    REPORTERS.iter().find(|reporter| reporter.name == name)
}

/// The findings, worst first, else in their order.
fn ranked(findings: &[ReportedFinding]) -> impl Iterator<Item = &ReportedFinding> {
    let mut ranked: Vec<&ReportedFinding> = findings.iter().collect();
    ranked.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    ranked.into_iter()
}

/// The problems, gravest first, else in their order.
fn ranked_problems(problems: &[ReportedProblem]) -> Vec<&ReportedProblem> {
    let mut ranked: Vec<&ReportedProblem> = problems.iter().collect();
    ranked.sort_by_key(|problem| problem.gravity());
    ranked
}

/// Problems in their order, those that say the same of the same file joined in the first, each with how many there are.
fn folded_problems<'a>(problems: &[&'a ReportedProblem]) -> Vec<(&'a ReportedProblem, usize)> {
    let mut folded: Vec<(&ReportedProblem, usize)> = Vec::new();
    let mut known: HashMap<(&str, &str, Gravity), usize> = HashMap::new();
    for problem in problems {
        let key = (problem.path.as_str(), problem.message.as_str(), problem.gravity());
        match known.get(&key).and_then(|at| folded.get_mut(*at)) {
            Some((_, count)) => *count += 1,
            None => {
                known.insert(key, folded.len());
                folded.push((problem, 1));
            }
        }
    }
    folded
}

/// A text with at most so many characters, the last one an ellipsis where more were there.
fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let kept = text.char_indices().nth(most.saturating_sub(1)).map_or(0, |(at, _)| at);
            Cow::Owned(format!("{}…", text.get(..kept).unwrap_or("")))
        }
    }
}

/// A path as the path of a URI: all but letters, digits and `-._~/` percent-encoded.
fn uri_path(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
pub(crate) mod sample {
    //! A report to show in the tests of each reporter.

    use crate::finding::{Confidence, Level};
    use crate::map::Arrow;
    use crate::report::*;

    pub(crate) fn finding(level: Level) -> ReportedFinding {
        ReportedFinding {
            rule: "other-environments-datastore",
            level,
            confidence: Confidence::High,
            path: "deploy/production/values.yaml".into(),
            line: 12,
            column: 24,
            end_line: 12,
            end_column: 46,
            environment: "production".into(),
            key: "database.url".into(),
            message: "production points at the database host of staging".into(),
            help: "put production's own host here".into(),
            excerpt: Excerpt {
                text: "  url: postgres://app:***@db.staging.example.com/shop".into(),
                start: 25,
                end: 47,
            },
            related: vec![ReportedRelated {
                path: "deploy/staging/values.yaml".into(),
                line: 9,
                message: "staging has the same value".into(),
            }],
            fingerprint: "0123456789abcdef".into(),
            value_hash: "fedcba9876543210".into(),
        }
    }

    pub(crate) fn problem(level: Level, path: &str, line: u32) -> ReportedProblem {
        ReportedProblem {
            level,
            path: path.into(),
            line,
            column: line.min(1) * 3,
            message: "the list has no end".into(),
            unread: true,
            production: path.contains("production"),
        }
    }

    pub(crate) fn arrow(environment: &str, target: &str, names: Option<&str>, wrong: bool) -> Arrow {
        Arrow {
            environment: environment.into(),
            tier: if environment == "production" {
                "production"
            } else {
                "nonproduction"
            },
            target: target.into(),
            kind: "datastore",
            names: names.map(Into::into),
            wrong,
        }
    }

    pub(crate) fn report() -> Report {
        let environment = |name: &str, tier, settings| EnvironmentCoverage {
            name: name.into(),
            tier,
            settings,
        };
        Report {
            schema: "envfence/report/v1",
            version: "0.0.0",
            findings: vec![finding(Level::Error), finding(Level::Warning)],
            suppressed: vec![Suppressed {
                finding: finding(Level::Error),
                reason: "shared until the move is done".into(),
                until: Some("2031-01-31".into()),
                acknowledged_at: "envfence.yml:30".into(),
            }],
            pending_acknowledgements: Vec::new(),
            problems: vec![
                problem(Level::Warning, "deploy/base.yaml", 0),
                problem(Level::Error, "deploy/production/a.yaml", 3),
            ],
            coverage: Coverage {
                files: 120,
                files_without_environment: 20,
                settings: 4214,
                references: 310,
                environments: vec![
                    environment("dev", "nonproduction", 1),
                    environment("production", "production", 1200),
                    environment("staging", "nonproduction", 900),
                ],
                minimum: 1,
                partly_read: 0,
                partly_read_production: 0,
                unreadable: 1,
                skipped: vec![
                    SkippedFiles {
                        reason: "encrypted".into(),
                        paths: vec!["a.enc".into()],
                    },
                    SkippedFiles {
                        reason: "tests and fixtures".into(),
                        paths: vec!["test/a.yaml".into(), "test/b.yaml".into()],
                    },
                ],
                rules: 14,
            },
            scope: Scope::default(),
            policy: Some(PolicyUsed {
                path: "envfence.yml".into(),
                revision: None,
            }),
            map: vec![
                arrow("production", "db.shop.example/shop", None, false),
                arrow("production", "db.staging.example.com/shop", Some("staging"), true),
                arrow("staging", "db.staging.example.com/shop", None, false),
            ],
            verdict: Verdict::Violated,
            exit_code: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_output_ends_its_last_line() {
        for reporter in REPORTERS {
            assert_eq!(REPORTERS.iter().filter(|other| other.name == reporter.name).count(), 1);
            assert!(!reporter.summary.is_empty() && reporter.doc.ends_with('.'));
            let shown = (reporter.render)(&sample::report(), &Options::default());
            assert!(shown.ends_with('\n') && !shown.ends_with("\n\n"), "{}", reporter.name);
        }
        assert!(reporter("text").is_some() && reporter("nope").is_none());
    }

    /// Whatever a file, a key or a value is called, no reporter hands it on to a terminal or a runner.
    #[test]
    fn nothing_speaks_to_the_terminal_or_the_runner() {
        let hostile =
            "::add-mask::x\u{1b}[31m\r\n::error::y\u{9b}2J\u{202e}\u{0}##[add-mask]z ##vso[task]\u{7f}\u{2028}";
        let mut report = sample::report();
        for finding in &mut report.findings {
            for text in [
                &mut finding.path,
                &mut finding.environment,
                &mut finding.key,
                &mut finding.message,
                &mut finding.help,
                &mut finding.excerpt.text,
            ] {
                *text = hostile.into();
            }
            finding.related[0].path = hostile.into();
            finding.related[0].message = hostile.into();
        }
        report.suppressed[0].reason = hostile.into();
        report.suppressed[0].acknowledged_at = hostile.into();
        report.suppressed[0].finding.path = hostile.into();
        report.problems[0].path = hostile.into();
        report.problems[0].message = hostile.into();
        report.coverage.skipped[0].paths[0] = hostile.into();
        report.coverage.environments[0].name = hostile.into();
        report.map[1].environment = hostile.into();
        report.map[1].target = hostile.into();
        report.map[1].names = Some(hostile.into());
        for reporter in REPORTERS {
            for detail in [Detail::Quiet, Detail::Normal, Detail::Verbose] {
                let options = Options {
                    detail,
                    shows_skipped: true,
                    style: Style::Plain,
                };
                let shown = (reporter.render)(&report, &options);
                let bad = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{2028}');
                assert!(!shown.contains(bad), "{}: {shown:?}", reporter.name);
                assert!(
                    !shown.contains("##[") && !shown.contains("##vso["),
                    "{}: {shown}",
                    reporter.name
                );
                for line in shown.lines() {
                    let is_command = line.trim_start().starts_with("::");
                    // The commands of this reporter are its own: what begins one holds no text of a file.
                    let own = ["::error file=", "::warning file="]
                        .iter()
                        .any(|start| line.starts_with(start));
                    let own = own && reporter.name == "github";
                    assert!(!is_command || own, "{}: {line}", reporter.name);
                }
            }
        }
    }
}
