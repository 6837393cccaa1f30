//! Every sample of every rule: what it says is found is found there, and nothing else.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests work on real files"
)]

mod support;

use envfence::LintOptions;
use envfence::dates::Date;
use envfence::rules::{RULES, Rule, Sample};
use support::Tree;

/// Rules about what somebody wrote for envfence: they judge no settings.
const ABOUT_WORDS: &[&str] = &[
    "malformed-acknowledgement",
    "expired-acknowledgement",
    "expiring-acknowledgement",
    "unused-acknowledgement",
    "unmatched-pattern",
];

/// Rules that only a policy or a change makes speak; `tests/cases` has theirs.
const NEED_MORE_THAN_FILES: &[&str] = &["owned-by-another", "production-reference"];

#[test]
fn samples_find_what_they_say() {
    let samples: Vec<(&Rule, &Sample)> = RULES
        .iter()
        .flat_map(|rule| rule.samples.iter().map(move |sample| (*rule, sample)))
        .collect();
    let wrong: Vec<String> = support::in_parallel(&samples, |(rule, sample)| judge(rule, sample))
        .into_iter()
        .flatten()
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn judging_rules_have_a_bad_and_a_good_sample() {
    let mut lacking = Vec::new();
    for rule in RULES.iter().filter(|rule| !ABOUT_WORDS.contains(&rule.id)) {
        let (good, bad): (Vec<_>, Vec<_>) = rule.samples.iter().partition(|sample| sample.finds.is_empty());
        if good.is_empty() && !NEED_MORE_THAN_FILES.contains(&rule.id) {
            lacking.push(format!("{} has no good sample", rule.id));
        }
        if bad.is_empty() && !NEED_MORE_THAN_FILES.contains(&rule.id) {
            lacking.push(format!("{} has no bad sample", rule.id));
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
    for id in ABOUT_WORDS.iter().chain(NEED_MORE_THAN_FILES) {
        assert!(envfence::rules::rule(id).is_some(), "{id} is no rule any more");
    }
}

/// What is wrong with a sample.
fn judge(rule: &Rule, sample: &Sample) -> Option<String> {
    let tree = Tree::of(sample.files);
    let policy = sample.files.iter().find(|(path, _)| *path == "envfence.yml");
    let options = LintOptions {
        root: tree.path().to_path_buf(),
        paths: Vec::new(),
        policy: policy.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())),
        change: envfence::ChangeFrom::Nowhere,
        judges_all: false,
        is_proposal: false,
        fail_on: None,
        today: "2026-06-01".parse::<Date>().unwrap(),
    };
    let report = envfence::lint(&options).unwrap_or_else(|errors| panic!("{}: {errors:?}", rule.id));
    let mut found: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == rule.id)
        .map(|finding| format!("{}:{}", finding.path, finding.line))
        .collect();
    let mut expected: Vec<String> = sample.finds.iter().map(|place| (*place).to_owned()).collect();
    found.sort();
    expected.sort();
    (found != expected).then(|| {
        format!(
            "{}: {:?}\n  expected {expected:?}\n  found    {found:?}",
            rule.id, sample.files
        )
    })
}
