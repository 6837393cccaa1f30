//! SARIF 2.1.0, within the limits of GitHub's code scanning.

mod rules;

use super::text::coverage::{counted, grouped, too_little};
use super::text::name_of;
use super::{Options, Reporter, json, ranked, ranked_problems, shortened};
use crate::report::{Report, ReportedFinding, ReportedRelated, Suppressed, Verdict};
use crate::rules::RULES;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Shows a report as SARIF.
pub const REPORTER: Reporter = Reporter {
    name: "sarif",
    summary: "SARIF 2.1.0 for code scanning and editors",
    doc: "Valid when nothing is found, too. Acknowledged findings are results with `suppressions`: `inSource` for a \
comment, `external` for the policy. What could not be read is a notification of the tool, and `executionSuccessful` is \
`false` where it makes the run fail. Columns count characters (`unicodeCodePoints`), paths are relative to \
`%SRCROOT%`. GitHub keeps 5,000 results and takes 10 MB: errors come first, acknowledged findings last, and a \
notification says how many were cut.",
    render,
};

/// Results that GitHub keeps of one run.
const RESULTS: usize = 5_000;

/// Bytes that the results may take, of GitHub's 10 MB; it allows them compressed, so that this is on the safe side.
const BYTES: usize = 8_000_000;

/// Related places that GitHub keeps of one result.
const RELATED: usize = 100;

/// Notifications that are written.
const NOTIFICATIONS: usize = 1_000;

/// Characters of one message.
const MESSAGE: usize = 4_000;

/// The report as SARIF on one line: indentation would be half of it, and there is a limit.
pub fn render(report: &Report, _: &Options) -> String {
    let (results, cut) = results(report);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": rules::driver(report.version) },
            "invocations": [{
                "executionSuccessful": matches!(report.exit_code, 0 | 1),
                "exitCode": report.exit_code,
                "toolExecutionNotifications": notifications(report, cut),
            }],
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                "%SRCROOT%": { "description": { "text": "The directory that envfence ran in" } },
            },
            "results": results,
        }],
    });
    let mut text = json::escaped(&log.to_string());
    text.push('\n');
    text
}

/// The results that there is room for, worst first, and how many there is none for.
fn results(report: &Report) -> (Vec<Value>, usize) {
    let index: HashMap<&str, usize> = RULES.iter().enumerate().map(|(at, rule)| (rule.id, at)).collect();
    let found = ranked(&report.findings).map(|finding| (finding, None));
    let suppressed = report.suppressed.iter().map(|one| (&one.finding, Some(one)));
    let count = report.findings.len() + report.suppressed.len();
    let mut results = Vec::new();
    let mut bytes = 0;
    for (finding, acknowledged) in found.chain(suppressed).take(RESULTS) {
        let result = result(finding, acknowledged, &index);
        bytes += json::escaped(&result.to_string()).len() + 1;
        if bytes > BYTES {
            break;
        }
        results.push(result);
    }
    let cut = count - results.len();
    (results, cut)
}

fn result(finding: &ReportedFinding, acknowledged: Option<&Suppressed>, index: &HashMap<&str, usize>) -> Value {
    let mut location = location(&finding.path, region(finding));
    if let Some(location) = location.as_object_mut().filter(|_| !finding.key.is_empty()) {
        let name = shortened(&finding.key, MESSAGE);
        location.insert(
            "logicalLocations".into(),
            json!([{ "fullyQualifiedName": name, "kind": "member" }]),
        );
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": name_of(finding.level),
        "message": message(&finding.message),
        "locations": [location],
        "partialFingerprints": { "envfenceFingerprint/v1": finding.fingerprint },
        "properties": { "environment": finding.environment, "confidence": finding.confidence, "help": finding.help },
    });
    let Some(fields) = result.as_object_mut() else {
        return result;
    };
    if let Some(at) = index.get(finding.rule) {
        fields.insert("ruleIndex".into(), json!(at));
    }
    let related: Vec<Value> = finding.related.iter().take(RELATED).enumerate().map(related).collect();
    if !related.is_empty() {
        fields.insert("relatedLocations".into(), json!(related));
    }
    if let Some(acknowledged) = acknowledged {
        fields.insert("suppressions".into(), json!([suppression(acknowledged)]));
    }
    result
}

fn related((at, related): (usize, &ReportedRelated)) -> Value {
    let mut location = location(&related.path, Some(json!({ "startLine": related.line.max(1) })));
    if let Some(fields) = location.as_object_mut() {
        fields.insert("id".into(), json!(at + 1));
        fields.insert("message".into(), message(&related.message));
    }
    location
}

fn suppression(acknowledged: &Suppressed) -> Value {
    let (path, line) = acknowledged
        .acknowledged_at
        .rsplit_once(':')
        .unwrap_or((&acknowledged.acknowledged_at, ""));
    let until = acknowledged.until.as_deref().map(|day| format!(" (until {day})"));
    let reason = format!("{}{}", acknowledged.reason, until.unwrap_or_default());
    let region = line.parse::<u32>().ok().map(|line| json!({ "startLine": line.max(1) }));
    json!({
        "kind": if path == acknowledged.finding.path { "inSource" } else { "external" },
        "status": "accepted",
        "justification": shortened(&reason, MESSAGE),
        "location": location(path, region),
    })
}

/// The place of a finding: GitHub and editors want its end behind its start.
fn region(finding: &ReportedFinding) -> Option<Value> {
    let (line, column) = (finding.line.max(1), finding.column.max(1));
    let mut region = json!({ "startLine": line, "startColumn": column });
    if (finding.end_line, finding.end_column) > (line, column)
        && let Some(fields) = region.as_object_mut()
    {
        fields.insert("endLine".into(), json!(finding.end_line));
        fields.insert("endColumn".into(), json!(finding.end_column.max(1)));
    }
    Some(region)
}

fn location(path: &str, region: Option<Value>) -> Value {
    let mut physical = json!({ "artifactLocation": artifact(path) });
    if let (Some(region), Some(fields)) = (region, physical.as_object_mut()) {
        fields.insert("region".into(), region);
    }
    json!({ "physicalLocation": physical })
}

/// A file as a URI: relative to the tree, or absolute where it was named so.
fn artifact(path: &str) -> Value {
    let encoded = super::uri_path(path);
    if encoded.starts_with('/') {
        json!({ "uri": format!("file://{encoded}") })
    } else {
        json!({ "uri": encoded, "uriBaseId": "%SRCROOT%" })
    }
}

/// A text as a message. Brackets before parentheses would be a link.
fn message(text: &str) -> Value {
    let mut text = shortened(text, MESSAGE).into_owned();
    if text.contains("](") {
        text = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    }
    json!({ "text": text })
}

/// What could not be read or shown.
fn notifications(report: &Report, cut: usize) -> Vec<Value> {
    let mut notifications = Vec::new();
    let mut add = |level: &str, text: &str, locations: Vec<Value>| {
        notifications.push(json!({ "level": level, "message": message(text), "locations": locations }));
    };
    if cut > 0 {
        let are = if cut == 1 { "is" } else { "are" };
        let text = format!(
            "{} {are} not in this file, which has no room for more",
            counted(cut, "finding")
        );
        add("warning", &text, Vec::new());
    }
    if report.verdict == Verdict::Nothing {
        let (name, why) = too_little(&report.coverage);
        let level = if report.exit_code == 0 { "note" } else { "error" };
        add(level, &format!("{name}: {why}"), Vec::new());
    }
    let problems = ranked_problems(&report.problems);
    for problem in problems.iter().take(NOTIFICATIONS) {
        let region = (problem.line > 0).then(|| match problem.column {
            0 => json!({ "startLine": problem.line }),
            column => json!({ "startLine": problem.line, "startColumn": column }),
        });
        let place = (!problem.path.is_empty()).then(|| location(&problem.path, region));
        add(name_of(problem.level), &problem.message, place.into_iter().collect());
    }
    if let Some(more) = problems.len().checked_sub(NOTIFICATIONS).filter(|more| *more > 0) {
        add(
            "warning",
            &format!("{} more problems are not in this file", grouped(more)),
            Vec::new(),
        );
    }
    notifications
}

#[cfg(test)]
mod tests;
