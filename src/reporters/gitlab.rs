//! GitLab's code quality report.

use super::text::name_of;
use super::{Options, Reporter, json, shortened};
use crate::finding::Level;
use crate::report::{Report, ReportedFinding, ReportedProblem};
use crate::rules::digest;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Shows a report as a code quality report.
pub const REPORTER: Reporter = Reporter {
    name: "gitlab",
    summary: "GitLab's code quality report",
    doc: "Findings and problems, each with a fingerprint of its own that stays the same while the fault does: errors are \
`critical`, warnings `minor`, notes `info`. Acknowledged findings are left out.",
    render,
};

/// Characters of one text.
const TEXT: usize = 2_000;

/// The report as JSON, indented, with a line end.
pub fn render(report: &Report, _: &Options) -> String {
    let mut seen: HashMap<String, usize> = HashMap::new();
    // Two parts of one value share a fingerprint; GitLab would show one of them only.
    let mut unique = |fingerprint: String| {
        let count = seen.entry(fingerprint.clone()).or_default();
        *count += 1;
        match count {
            1 => fingerprint,
            more => format!("{fingerprint}-{more}"),
        }
    };
    let mut issues: Vec<Value> = Vec::new();
    for finding in &report.findings {
        issues.push(of_finding(finding, unique(finding.fingerprint.clone())));
    }
    for problem in &report.problems {
        let fingerprint = digest(&["problem", &problem.path, &problem.message]);
        issues.push(of_problem(problem, unique(fingerprint)));
    }
    // Every key is a string, so nothing here can fail.
    let mut text = json::escaped(&serde_json::to_string_pretty(&issues).unwrap_or_default());
    text.push('\n');
    text
}

fn of_finding(finding: &ReportedFinding, fingerprint: String) -> Value {
    let (first, last) = (finding.line.max(1), finding.end_line.max(finding.line).max(1));
    json!({
        "description": shortened(&finding.message, TEXT),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": severity(finding.level),
        "content": { "body": shortened(&finding.help, TEXT) },
        "location": { "path": finding.path, "lines": { "begin": first, "end": last } },
    })
}

fn of_problem(problem: &ReportedProblem, fingerprint: String) -> Value {
    let description = format!("{}: {}", name_of(problem.level), problem.message);
    // The format has no place for what is of no file.
    let path = Some(problem.path.as_str())
        .filter(|path| !path.is_empty())
        .unwrap_or(".");
    json!({
        "description": shortened(&description, TEXT),
        "check_name": "reading",
        "fingerprint": fingerprint,
        "severity": severity(problem.level),
        "location": { "path": path, "lines": { "begin": problem.line.max(1) } },
    })
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "critical",
        Level::Warning => "minor",
        Level::Note => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporters::sample;

    fn shown(report: &Report) -> Vec<Value> {
        serde_json::from_str(&render(report, &Options::default())).unwrap()
    }

    #[test]
    fn a_whole_report() {
        let issues = shown(&sample::report());
        assert_eq!(
            issues[0],
            json!({
                "description": "production points at the database host of staging",
                "check_name": "other-environments-datastore",
                "fingerprint": "0123456789abcdef",
                "severity": "critical",
                "content": { "body": "put production's own host here" },
                "location": { "path": "deploy/production/values.yaml", "lines": { "begin": 12, "end": 12 } },
            })
        );
        let severities: Vec<&str> = issues.iter().map(|issue| issue["severity"].as_str().unwrap()).collect();
        assert_eq!(severities, ["critical", "minor", "minor", "critical"]);
        assert_eq!(
            issues[2]["location"]["lines"]["begin"], 1,
            "a whole file has a first line"
        );
    }

    #[test]
    fn fingerprints_are_unique_and_stay() {
        let mut report = sample::report();
        report.findings = vec![sample::finding(Level::Error); 3];
        report.problems = vec![sample::problem(Level::Warning, "a.yaml", 1); 2];
        let fingerprints = |report: &Report| -> Vec<String> {
            shown(report)
                .iter()
                .map(|issue| issue["fingerprint"].as_str().unwrap().to_owned())
                .collect()
        };
        let first = fingerprints(&report);
        let unique: std::collections::HashSet<&String> = first.iter().collect();
        assert_eq!(unique.len(), 5);
        report.findings[0].line = 99;
        report.problems[0].line = 99;
        assert_eq!(fingerprints(&report), first);
    }

    #[test]
    fn nothing_found_is_a_list() {
        let mut report = sample::report();
        report.findings.clear();
        report.problems.clear();
        assert_eq!(render(&report, &Options::default()), "[]\n");
    }
}
