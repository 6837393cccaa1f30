use super::*;
use crate::finding::Level;
use crate::reporters::sample;

fn shown(report: &Report) -> Value {
    serde_json::from_str(&render(report, &Options::default())).unwrap()
}

fn empty() -> Report {
    Report {
        findings: Vec::new(),
        suppressed: Vec::new(),
        problems: Vec::new(),
        verdict: Verdict::Good,
        exit_code: 0,
        ..sample::report()
    }
}

#[test]
fn a_whole_report() {
    let log = shown(&sample::report());
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["exitCode"], 1);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let mut report = sample::report();
    report.findings[0].rule = "shared-datastore";
    let first = shown(&report)["runs"][0]["results"][0].clone();
    assert_eq!(
        first,
        json!({
            "ruleId": "shared-datastore",
            "ruleIndex": RULES.iter().position(|rule| rule.id == "shared-datastore"),
            "level": "error",
            "message": { "text": "production points at the database host of staging" },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": "deploy/production/values.yaml", "uriBaseId": "%SRCROOT%" },
                    "region": { "startLine": 12, "startColumn": 24, "endLine": 12, "endColumn": 46 },
                },
                "logicalLocations": [{ "fullyQualifiedName": "database.url", "kind": "member" }],
            }],
            "relatedLocations": [{
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": { "uri": "deploy/staging/values.yaml", "uriBaseId": "%SRCROOT%" },
                    "region": { "startLine": 9 },
                },
                "message": { "text": "staging has the same value" },
            }],
            "partialFingerprints": { "envfenceFingerprint/v1": "0123456789abcdef" },
            "properties": {
                "environment": "production",
                "confidence": "high",
                "help": "put production's own host here",
            },
        })
    );
    let notifications = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications[0]["level"], "error");
    assert_eq!(
        notifications[0]["locations"][0]["physicalLocation"]["region"]["startColumn"],
        3
    );
    assert_eq!(notifications[1]["level"], "warning");
    assert_eq!(
        notifications[1]["locations"][0]["physicalLocation"]["region"],
        Value::Null
    );
}

#[test]
fn suppressions() {
    let mut report = empty();
    report.suppressed = sample::report().suppressed;
    let suppression = |report: &Report| shown(report)["runs"][0]["results"][0]["suppressions"][0].clone();
    assert_eq!(
        suppression(&report),
        json!({
            "kind": "external",
            "status": "accepted",
            "justification": "shared until the move is done (until 2031-01-31)",
            "location": { "physicalLocation": {
                "artifactLocation": { "uri": "envfence.yml", "uriBaseId": "%SRCROOT%" },
                "region": { "startLine": 30 },
            } },
        })
    );
    report.suppressed[0].acknowledged_at = "deploy/production/values.yaml:11".into();
    report.suppressed[0].until = None;
    assert_eq!(suppression(&report)["kind"], "inSource");
    assert_eq!(suppression(&report)["justification"], "shared until the move is done");
}

#[test]
fn what_is_empty_or_unjudged() {
    let run = |report: &Report| shown(report)["runs"][0].clone();
    assert_eq!(run(&empty())["results"], json!([]));
    assert_eq!(run(&empty())["invocations"][0]["executionSuccessful"], true);
    for verdict in [Verdict::Error, Verdict::Nothing, Verdict::Unknown] {
        let exit_code = verdict.exit_code();
        let report = Report {
            verdict,
            exit_code,
            ..empty()
        };
        let invocation = &run(&report)["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false, "{verdict:?}");
        let count = invocation["toolExecutionNotifications"].as_array().unwrap().len();
        assert_eq!(count, usize::from(verdict == Verdict::Nothing));
    }
    // A run that had nothing to judge may pass, and says it all the same.
    let verdict = Verdict::Nothing;
    let report = Report { verdict, ..empty() };
    let invocation = &run(&report)["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "note");
}

#[test]
fn the_worst_are_kept() {
    let mut report = empty();
    report.findings = (0..6_000)
        .map(|number| sample::finding(if number < 3_000 { Level::Warning } else { Level::Error }))
        .collect();
    report.suppressed = sample::report().suppressed;
    let run = shown(&report)["runs"][0].clone();
    let results = run["results"].as_array().unwrap();
    let errors = results.iter().filter(|result| result["level"] == "error").count();
    assert_eq!((results.len(), errors), (5_000, 3_000));
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "warning");
    assert!(
        notification["message"]["text"]
            .as_str()
            .unwrap()
            .starts_with("1,001 findings are not in this file")
    );
}

#[test]
fn long_texts_fit() {
    let mut report = empty();
    report.findings = vec![sample::finding(Level::Error); 5_000];
    for finding in &mut report.findings {
        finding.message = "\u{202e}ü".repeat(100_000);
        finding.related = vec![finding.related[0].clone(); 300];
    }
    let text = render(&report, &Options::default());
    assert!(text.len() < 10_000_000, "{}", text.len());
    let log: Value = serde_json::from_str(&text).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), RELATED);
    assert_eq!(result["message"]["text"].as_str().unwrap().chars().count(), MESSAGE);
}

#[test]
fn messages_hold_no_links() {
    for (text, expected) in [
        ("a [b](https://c.example)", "a \\[b\\](https://c.example)"),
        ("a [b] c", "a [b] c"),
        ("a \\[b](1)", "a \\\\\\[b\\](1)"),
    ] {
        assert_eq!(message(text)["text"], expected);
    }
}

#[test]
fn rules_are_described() {
    let driver = shown(&empty())["runs"][0]["tool"]["driver"].clone();
    let rules = driver["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    for rule in rules {
        let markdown = rule["help"]["markdown"].as_str().unwrap();
        let judges = RULES
            .iter()
            .any(|known| rule["id"] == known.id && known.judges_settings());
        assert_eq!(markdown.contains("\nTo acknowledge it"), judges, "{markdown}");
        assert!(rule["shortDescription"]["text"].as_str().unwrap().ends_with('.'));
        assert!(!rule["name"].as_str().unwrap().contains('-'));
        // A link that leads nowhere is worse than none.
        assert!(
            rule.get("helpUri")
                .is_none_or(|uri| uri.as_str().unwrap().starts_with("https://"))
        );
    }
}
