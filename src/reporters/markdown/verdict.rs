//! The verdict in plain words.

use super::escaping::prose;
use crate::finding::Level;
use crate::report::{Report, ReportedFinding, Verdict};
use crate::reporters::shortened;
use crate::reporters::text::coverage::{counted, counts, grouped, of_change, too_little};
use crate::rules;

/// What stands first.
pub(super) struct Headline {
    pub(super) icon: &'static str,
    /// As Markdown.
    pub(super) text: String,
}

/// What a finding of each rule means, the gravest first. `{}` is the environment, `{other}` the one whose thing it uses.
const MEANINGS: &[(&str, &str)] = &[
    ("other-environment-datastore", "{} would use {other} database"),
    ("temporary-datastore", "{} would use a temporary database"),
    ("shared-datastore", "{} shares a database with another environment"),
    ("owned-by-another", "{} would use what belongs to {whom}"),
    ("production-reference", "{} would reach into production"),
    ("local-datastore", "{} would look for a database on its own machine"),
    (
        "mixed-environments",
        "one database's host and name belong to different environments",
    ),
    ("fallback-default", "{} could fall back to a wrong database"),
    ("placeholder-value", "{} has a placeholder for a database"),
    ("empty-value", "{} has an empty value for a database"),
    ("missing-setting", "{} lacks a database setting that others have"),
    ("other-environment-host", "{} would call {other} service"),
    ("other-environment-resource", "{} would use {other} resources"),
    (
        "other-environment-selector",
        "{} would be deployed with {other} files or secrets",
    ),
    ("copied-from-sibling", "{} has a value that was copied from {whom}"),
    ("expired-acknowledgement", "an acknowledgement has ended"),
    ("malformed-acknowledgement", "an acknowledgement cannot be read"),
];

/// The verdict in one line.
pub(super) fn headline(report: &Report) -> Headline {
    let levels = report.findings.iter().map(|finding| finding.level);
    let worst = levels.clone().max();
    let counts = match counts(levels) {
        none if none.is_empty() => String::new(),
        counts => format!(" ({counts})"),
    };
    let meaning = ranked(report)
        .first()
        .map(|finding| meaning(report, finding))
        .unwrap_or_default();
    let unread = report
        .problems
        .iter()
        .filter(|problem| problem.level == Level::Error)
        .count();
    let (icon, text) = match (report.verdict, worst) {
        (Verdict::Nothing, _) if report.exit_code == 0 => {
            ("✅", "nothing to check here: no setting of a known environment".into())
        }
        (Verdict::Nothing, _) => {
            let (name, why) = too_little(&report.coverage);
            ("❌", format!("{name}: {why}"))
        }
        (Verdict::Error, Some(Level::Error)) => ("❌", format!("{meaning}; besides, {}{counts}", unjudged(unread))),
        (Verdict::Error, _) => ("❌", format!("{}{counts}", unjudged(unread))),
        (Verdict::Unknown, _) => ("❓", format!("a question that matters has no answer{counts}")),
        (Verdict::Violated, _) => ("❌", format!("{meaning}{counts}")),
        (Verdict::Good, None) if report.coverage.partly_read_production > 0 => (
            "⚠️",
            format!(
                "nothing wrong in what could be read; {} of production could not be read to the end",
                counted(report.coverage.partly_read_production, "file")
            ),
        ),
        (Verdict::Good, None) => (
            if report.lacks_production() { "⚠️" } else { "✅" },
            nothing_wrong(report),
        ),
        (Verdict::Good, Some(Level::Note)) => ("✅", format!("nothing that fails this run{counts}")),
        (Verdict::Good, Some(_)) => ("⚠️", format!("{meaning}{counts}, which does not fail this run")),
    };
    Headline { icon, text }
}

/// Of what it can be said that nothing is wrong.
fn nothing_wrong(report: &Report) -> String {
    let unknown = if report.lacks_production() {
        ", but no setting speaks for production"
    } else {
        ""
    };
    let place = match of_change(&report.scope) {
        Some(change) => prose(&change).to_string(),
        None if report.coverage.partly_read > 0 => "in what could be read".to_owned(),
        None => format!("in {}", counted(report.coverage.judged(), "setting")),
    };
    format!("nothing wrong {place}{unknown}")
}

fn unjudged(problems: usize) -> String {
    format!(
        "not everything could be judged: {} in what was read",
        counted(problems.max(1), "problem")
    )
}

/// The findings in the order in which they are told: by level, production's first, by the gravity of their rule.
pub(super) fn ranked(report: &Report) -> Vec<&ReportedFinding> {
    let known = &report.coverage.environments;
    let is_production = |name: &str| known.iter().any(|one| one.name == name && one.tier == "production");
    let gravity = |rule: &str| MEANINGS.iter().position(|(known, _)| *known == rule);
    let mut ranked: Vec<&ReportedFinding> = report.findings.iter().collect();
    ranked.sort_by_cached_key(|finding| {
        (
            std::cmp::Reverse(finding.level),
            !is_production(&finding.environment),
            gravity(finding.rule).unwrap_or(MEANINGS.len()),
        )
    });
    ranked
}

fn meaning(report: &Report, finding: &ReportedFinding) -> String {
    let Some((rule, meaning)) = MEANINGS.iter().find(|(rule, _)| *rule == finding.rule) else {
        let known = rules::rule(finding.rule).map(|rule| rule.summary);
        return prose(known.unwrap_or(&finding.message));
    };
    let name = |name: &str| prose(&shortened(name, 40));
    let own = if finding.environment.is_empty() {
        "an environment"
    } else {
        &finding.environment
    };
    let other = report.map.iter().find(|arrow| {
        let is_kind = *rule != "other-environment-datastore" || arrow.kind == "datastore";
        arrow.wrong && is_kind && arrow.names.is_some() && arrow.environment == finding.environment
    });
    let other = other.and_then(|arrow| arrow.names.as_deref());
    let whose = other.map_or("another environment's".to_owned(), |other| format!("{}'s", name(other)));
    let whom = other.map_or("another environment".to_owned(), name);
    let filled = meaning
        .replace("{other}", "\u{1}")
        .replace("{whom}", "\u{2}")
        .replace("{}", &name(own));
    filled.replace('\u{1}', &whose).replace('\u{2}', &whom)
}

/// The sign of a level.
pub(super) fn icon(level: Level) -> &'static str {
    match level {
        Level::Error => "❌",
        Level::Warning => "⚠️",
        Level::Note => "ℹ️",
    }
}

/// `1 more arrow is`, `3 more arrows are`.
pub(super) fn more(count: usize, noun: &str, is: &str, are: &str) -> String {
    let plural = match noun {
        "entry" => "entries".to_owned(),
        noun => format!("{noun}s"),
    };
    if count == 1 {
        format!("1 more {noun} {is}")
    } else {
        format!("{} more {plural} {are}", grouped(count))
    }
}

/// A text with a capital and a full stop.
pub(super) fn sentence(text: &str) -> String {
    format!("{}.", capital(text))
}

/// A text with a capital.
pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporters::sample;

    fn with(rule: &'static str, level: Level) -> ReportedFinding {
        ReportedFinding {
            rule,
            ..sample::finding(level)
        }
    }

    fn line(report: &Report) -> String {
        let headline = headline(report);
        format!("{} {}", headline.icon, headline.text)
    }

    #[test]
    fn every_verdict() {
        use Level::{Error, Note, Warning};
        let datastore = "other-environment-datastore";
        let cases: &[(Verdict, &[ReportedFinding], &str)] = &[
            (
                Verdict::Violated,
                &[with(datastore, Error)],
                "❌ production would use staging's database (1 error)",
            ),
            (
                Verdict::Violated,
                &[
                    with("local-datastore", Warning),
                    with("temporary-datastore", Error),
                    with("shared-datastore", Error),
                ],
                "❌ production would use a temporary database (2 errors, 1 warning)",
            ),
            (Verdict::Good, &[], "✅ nothing wrong in 2,101 settings"),
            (
                Verdict::Good,
                &[with("local-datastore", Note)],
                "✅ nothing that fails this run (1 note)",
            ),
            (
                Verdict::Good,
                &[with("fallback-default", Warning)],
                "⚠️ production could fall back to a wrong database (1 warning), which does not fail this run",
            ),
            (
                Verdict::Error,
                &[with(datastore, Error)],
                "❌ production would use staging's database; besides, not everything could be judged: 1 problem in what was read (1 error)",
            ),
            (
                Verdict::Error,
                &[],
                "❌ not everything could be judged: 1 problem in what was read",
            ),
            (
                Verdict::Nothing,
                &[],
                "❌ nothing was checked: no file that was read holds a setting of a known environment",
            ),
            (Verdict::Unknown, &[], "❓ a question that matters has no answer"),
            (
                Verdict::Violated,
                &[with("unmatched-pattern", Warning)],
                "❌ a pattern of the policy matches nothing (1 warning)",
            ),
        ];
        for (verdict, findings, expected) in cases {
            let mut report = sample::report();
            (report.verdict, report.findings) = (*verdict, findings.to_vec());
            if *verdict == Verdict::Nothing {
                report.coverage.environments.clear();
            }
            assert_eq!(line(&report), *expected);
        }
        let mut report = sample::report();
        report.verdict = Verdict::Nothing;
        report.coverage.minimum = 5_000;
        assert!(line(&report).starts_with("❌ too little was checked: 2,101 settings of known environments; "));
        (report.verdict, report.findings) = (Verdict::Good, Vec::new());
        report.coverage.partly_read_production = 2;
        assert_eq!(
            line(&report),
            "⚠️ nothing wrong in what could be read; 2 files of production could not be read to the end"
        );
    }

    #[test]
    fn without_a_map_nobody_is_named() {
        let mut report = sample::report();
        report.findings = vec![
            with("other-environment-datastore", Level::Error),
            with("owned-by-another", Level::Error),
        ];
        report.map.clear();
        assert_eq!(
            line(&report),
            "❌ production would use another environment's database (2 errors)"
        );
        report.findings.remove(0);
        assert_eq!(
            line(&report),
            "❌ production would use what belongs to another environment (1 error)"
        );
    }

    #[test]
    fn production_is_told_first() {
        let mut report = sample::report();
        let dev = ReportedFinding {
            environment: "dev".into(),
            ..with("other-environment-datastore", Level::Error)
        };
        report.findings = vec![dev, with("local-datastore", Level::Error)];
        assert!(line(&report).starts_with("❌ production would look for a database on its own machine (2 errors)"));
    }

    #[test]
    fn meanings_are_of_rules() {
        for (rule, _) in MEANINGS {
            assert!(rules::rule(rule).is_some(), "{rule}");
        }
    }

    #[test]
    fn names_are_text() {
        let mut report = sample::report();
        report.findings = vec![ReportedFinding {
            environment: "<b>@all</b> {other}".into(),
            ..with("other-environment-datastore", Level::Error)
        }];
        assert_eq!(
            line(&report),
            "❌ `<b>@all</b>` \\{other\\} would use another environment's database (1 error)"
        );
    }
}
