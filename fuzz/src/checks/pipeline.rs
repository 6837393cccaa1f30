//! All stages that do no I/O: several files of one input, from their texts to the reports.

use super::places;
use super::text_of;
use super::values::PLANTED;
use envfence::change::Change;
use envfence::dates::Date;
use envfence::evidence::Evidence;
use envfence::finding::{Finding, Level};
use envfence::model::Model;
use envfence::policy::{self, Policy};
use envfence::reading;
use envfence::report::Report;
use envfence::reporters::{Options, REPORTERS};
use envfence::reporting;
use envfence::rules;
use envfence::settings::Read;
use envfence::source::SourceId;
use envfence::suppressions::Scope;
use envfence::vocabulary::{AddedEnvironment, Vocabulary};
use std::collections::BTreeMap;

/// What begins a file of the input; its path follows on the same line.
const FILE: &str = "=== ";

/// The most files that an input holds.
const FILES: usize = 24;

/// Production's file with a credential, beside whatever the input holds: no report may show it.
fn planted() -> [(String, String); 2] {
    let file = |environment: &str, host: &str| {
        let text = format!("DATABASE_URL=postgres://app:{PLANTED}@{host}:5432/shop\nDB_PASSWORD={PLANTED}\n");
        (format!("planted/{environment}.env"), text)
    };
    [
        file("production", "db.staging.example.com"),
        file("staging", "db.staging.example.com"),
    ]
}

/// Each file begins with a line `=== path`; `envfence.yml` is the policy.
pub(super) fn pipeline(_: &str, data: &[u8]) {
    let text = text_of(data);
    let mut files = split(&text);
    files.extend(planted());
    let policy = files.remove("envfence.yml").unwrap_or_default();
    let first = run(&files, &policy);
    for (one, other) in first.iter().zip(run(&files, &policy)) {
        assert_eq!(*one, other, "twice is not the same");
        assert!(
            text.contains(PLANTED) || !one.contains(PLANTED),
            "a credential is shown"
        );
    }
}

fn split(text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut path = "production.yaml".to_owned();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix(FILE) {
            Some(name) if files.len() < FILES => name.trim_end().clone_into(&mut path),
            _ => files.entry(path.clone()).or_default().push_str(line),
        }
    }
    files
}

/// Judges the tree at rest and as a change that adds it, and gives every report.
fn run(files: &BTreeMap<String, String>, policy: &str) -> Vec<String> {
    let policy = policy::read("envfence.yml", policy, &rules::ids()).unwrap_or_default();
    let vocabulary = vocabulary(&policy);
    let (reads, others) = read(files, &policy, &vocabulary);
    let model = Model::new(vocabulary, &policy, reads, &others);
    let change = Change {
        files: files.keys().map(|path| (path.clone(), vec![(1, u32::MAX)])).collect(),
        ..Change::default()
    };
    let mut shown = Vec::new();
    for change in [None, Some(&change)] {
        let evidence = Evidence::new(&model, change);
        let findings = rules::judge(&evidence);
        let report = report(&model, &findings);
        check(&model, &findings, &report);
        shown.extend(
            REPORTERS
                .iter()
                .map(|reporter| (reporter.render)(&report, &Options::default())),
        );
    }
    shown
}

fn vocabulary(policy: &Policy) -> Vocabulary {
    let added: Vec<AddedEnvironment> = policy
        .environments
        .iter()
        .map(|environment| AddedEnvironment {
            name: environment.name.clone(),
            tier: Some(environment.tier),
            aliases: environment.aliases.iter().map(|alias| alias.text.clone()).collect(),
        })
        .collect();
    let ignored: Vec<String> = policy.ignored_words.iter().map(|word| word.text.clone()).collect();
    Vocabulary::new(&added, &ignored)
}

/// Every file that some format claims, and the paths of the others.
fn read(files: &BTreeMap<String, String>, policy: &Policy, vocabulary: &Vocabulary) -> (Vec<Read>, Vec<String>) {
    let (mut reads, mut others) = (Vec::new(), Vec::new());
    for (path, text) in files.iter().filter(|(path, _)| !policy.exclude.matches(path)) {
        match reading::read(path, text.clone(), vocabulary) {
            Some(found) => {
                let base = u32::try_from(reads.len()).unwrap_or(u32::MAX);
                reads.extend(found.into_iter().map(|mut read| {
                    if let Some(origin) = &mut read.source.origin {
                        origin.source = SourceId(origin.source.0 + base);
                    }
                    read
                }));
            }
            None => others.push(path.clone()),
        }
    }
    (reads, others)
}

fn report(model: &Model<'_>, findings: &[Finding]) -> Report {
    let today = Date::from_unix_seconds(1_800_000_000);
    let mut acknowledged = reporting::acknowledge(model, findings, today, Scope::Everything, reporting::Proposal::No);
    acknowledged.kept.extend(reporting::unmatched_patterns(model.policy));
    let problems = reporting::problems(model, Vec::new());
    let mut coverage = reporting::coverage(model);
    reporting::count_partly_read(&mut coverage, &problems);
    let verdict = reporting::verdict(&acknowledged.kept, &problems, &coverage, Some(Level::Warning));
    reporting::report(acknowledged, problems, coverage, verdict)
}

fn check(model: &Model<'_>, findings: &[Finding], report: &Report) {
    for finding in findings {
        for at in finding.related.iter().map(|related| related.at).chain([finding.at]) {
            places::slice(model.text(at.source), at.range, "finding");
            let holder = model.read(at.source).map(|read| read.source.origin.is_none());
            assert_eq!(holder, Some(true), "a place that is in no file");
        }
        places::slice(model.text(finding.setting.source), finding.in_value, "finding");
        assert!(!finding.message.is_empty(), "a finding that says nothing");
    }
    for excerpt in report.findings.iter().map(|finding| &finding.excerpt) {
        let length = excerpt.text.chars().count();
        assert!(
            excerpt.start <= excerpt.end && excerpt.end <= length.max(1),
            "underlined {}..{} of {length}",
            excerpt.start,
            excerpt.end
        );
        assert!(!excerpt.text.contains(char::is_control), "a control character is shown");
    }
}
