//! Findings, acknowledgements and what becomes of them.

use super::*;
use crate::rules::UNUSED;

const RULES: &[&str] = &["host", "database"];
const HASH: &str = "3f9a1c2b00000000";

fn today() -> Date {
    "2026-06-15".parse().unwrap()
}

fn policy(acknowledge: &[&str]) -> Policy {
    let text = format!(
        "environments: {{production: {{aliases: [live]}}, staging: }}\nacknowledge:\n{}",
        acknowledge
            .iter()
            .map(|one| format!("  - {{{one}, reason: because}}\n"))
            .collect::<String>()
    );
    let text = if acknowledge.is_empty() { String::new() } else { text };
    crate::policy::read("envfence.yml", &text, RULES).unwrap()
}

fn finding(path: &'static str, line: u32) -> Subject<'static> {
    Subject {
        rule: "host",
        environment: "production",
        path,
        key: "db.host",
        value_hash: HASH,
        key_line: line,
        line,
        by_comment: true,
    }
}

/// What is suppressed, as `number reason until place`, and what is said, as `path:line:column rule: message | help`.
fn told(applied: &Applied) -> (Vec<String>, Vec<String>) {
    let until = |until: Option<Date>| until.map(|until| format!(" until {until}")).unwrap_or_default();
    let suppressed = applied
        .suppressed
        .iter()
        .map(|s| format!("{} {}{} {}", s.finding, s.reason, until(s.until), s.acknowledged_at));
    let about = applied.about.iter().map(|a| {
        format!(
            "{}:{}:{} {}: {} | {}",
            a.path, a.line, a.column, a.rule, a.message, a.help
        )
    });
    (suppressed.collect(), about.collect())
}

#[test]
fn comments_cover_findings_of_their_rule_on_their_line() {
    for (text, suppressed, about) in [
        ("h: x # envfence: allow(host): why", Some("0 why a.yml:1"), None),
        (
            "h: x # envfence: allow(database, host): why",
            Some("0 why a.yml:1"),
            Some(
                "a.yml:1:8 unused-acknowledgement: line 1 has no finding of database to acknowledge | remove database from it",
            ),
        ),
        (
            "h: x # envfence: allow(database): why",
            None,
            Some("a.yml:1:8 unused-acknowledgement: line 1 has no finding of database to acknowledge | remove it"),
        ),
        (
            "# envfence: allow(host): why\nh: x",
            None,
            Some("a.yml:1:3 unused-acknowledgement: line 2 has no finding of host to acknowledge | remove it"),
        ),
        (
            "h: x # envfence: allow(host) until 2026-06-30: why",
            Some("0 why until 2026-06-30 a.yml:1"),
            None,
        ),
        (
            "h: x # envfence: allow(host) until 2026-06-29: why",
            Some("0 why until 2026-06-29 a.yml:1"),
            Some(
                "a.yml:1:8 expiring-acknowledgement: this acknowledgement ends in 14 days, after 2026-06-29 | fix the setting before, or give the acknowledgement a new date",
            ),
        ),
        (
            "h: x # envfence: allow(host) until 2026-06-15: why",
            Some("0 why until 2026-06-15 a.yml:1"),
            Some(
                "a.yml:1:8 expiring-acknowledgement: this acknowledgement ends today, after 2026-06-15 | fix the setting before, or give the acknowledgement a new date",
            ),
        ),
        (
            "h: x # envfence: allow(host) until 2026-06-14: why",
            None,
            Some(
                "a.yml:1:8 expired-acknowledgement: this acknowledgement ended on 2026-06-14 | fix the setting, or give the acknowledgement a new date",
            ),
        ),
        (
            "h: x # envfence: allow(database) until 2026-06-14: why",
            None,
            Some("a.yml:1:8 expired-acknowledgement: this acknowledgement ended on 2026-06-14 | remove it"),
        ),
        (
            "h: x # envfence: allow(database) until 2026-06-16: why",
            None,
            Some("a.yml:1:8 unused-acknowledgement: line 1 has no finding of database to acknowledge | remove it"),
        ),
        (
            "h: x # envfence: allow(host) until 2026-06-31: why",
            None,
            Some(
                "a.yml:1:8 malformed-acknowledgement: `2026-06-31` is not a day of the calendar; an acknowledgement without a good date counts as expired | write `envfence: allow(rule): reason` or `envfence: allow(rule) until YYYY-MM-DD: reason`",
            ),
        ),
        (
            "h: x # envfence: allow(hosts): why",
            None,
            Some(
                "a.yml:1:8 malformed-acknowledgement: there is no rule `hosts` | did you mean `host`? rules: host, database",
            ),
        ),
    ] {
        let found = inline(text, &["#"], RULES);
        let sources = [InlineSource {
            path: "a.yml",
            acknowledgements: &found,
        }];
        let applied = apply(
            &[finding("a.yml", 1), finding("b.yml", 1)],
            &sources,
            &Policy::default(),
            today(),
            Scope::Everything,
        );
        let (got_suppressed, got_about) = told(&applied);
        assert_eq!(got_suppressed, suppressed.into_iter().collect::<Vec<_>>(), "{text}");
        assert_eq!(got_about, about.into_iter().collect::<Vec<_>>(), "{text}");
        assert_eq!(applied.kept.len() + applied.suppressed.len(), 2);
        let part = apply(&[], &sources, &Policy::default(), today(), Scope::Part);
        assert!(part.about.iter().all(|about| about.rule != UNUSED), "{text}");
    }
}

#[test]
fn a_comment_at_the_key_covers_a_value_below_it() {
    let text = "# envfence: allow(host): why\nh:\n  x\n# envfence: allow(host) until 2020-01-01: old\n# envfence: allow(host): new\nh: x\n";
    let found = inline(text, &["#"], RULES);
    let sources = [InlineSource {
        path: "a.yml",
        acknowledgements: &found,
    }];
    let below = Subject {
        key_line: 2,
        ..finding("a.yml", 3)
    };
    let applied = apply(
        &[below, finding("a.yml", 6)],
        &sources,
        &Policy::default(),
        today(),
        Scope::Everything,
    );
    let (suppressed, about) = told(&applied);
    assert_eq!(suppressed, ["0 why a.yml:1", "1 new a.yml:5"]);
    assert_eq!(
        about,
        [
            "a.yml:4:3 expired-acknowledgement: this acknowledgement ended on 2020-01-01 | fix the setting, or give the acknowledgement a new date"
        ]
    );
}

#[test]
fn the_policy_covers_a_value_of_a_setting() {
    let good = "rule: host, environment: production, setting: db.host, value: 3f9a1c2b";
    for (acknowledgement, suppressed, about) in [
        (
            good.to_owned(),
            &["0 because envfence.yml:3", "1 because envfence.yml:3"][..],
            None,
        ),
        (
            good.replace("3f9a1c2b", "3F9A1C2B00"),
            &["0 because envfence.yml:3", "1 because envfence.yml:3"],
            None,
        ),
        (
            good.replace("production", "live"),
            &["0 because envfence.yml:3", "1 because envfence.yml:3"],
            None,
        ),
        (format!("{good}, path: a.yml"), &["0 because envfence.yml:3"], None),
        (format!("{good}, path: 'b[1].yml'"), &["1 because envfence.yml:3"], None),
        (
            format!("{good}, path: c.yml"),
            &[],
            Some(
                "unused-acknowledgement: `db.host` has this finding in a.yml only, where it is not acknowledged | correct its path, or remove it",
            ),
        ),
        (
            good.replace("3f9a1c2b", "3f9a1c2c"),
            &[],
            Some(
                "unused-acknowledgement: the value of `db.host` changed since it was acknowledged | look at the new value; to accept it write value: 3f9a1c2b",
            ),
        ),
        (
            good.replace("production", "staging"),
            &[],
            Some("unused-acknowledgement: `db.host` of staging has no finding of host to acknowledge | remove it"),
        ),
        (
            good.replace("rule: host", "rule: database"),
            &[],
            Some(
                "unused-acknowledgement: `db.host` of production has no finding of database to acknowledge | remove it",
            ),
        ),
        (
            format!("{good}, until: 2026-06-14"),
            &[],
            Some(
                "expired-acknowledgement: this acknowledgement ended on 2026-06-14 | fix the setting, or give the acknowledgement a new date",
            ),
        ),
        (
            format!("{good}, path: a.yml, until: 2026-06-16"),
            &["0 because until 2026-06-16 envfence.yml:3"],
            Some(
                "expiring-acknowledgement: this acknowledgement ends tomorrow, after 2026-06-16 | fix the setting before, or give the acknowledgement a new date",
            ),
        ),
    ] {
        let policy = policy(&[&acknowledgement]);
        let findings = [finding("a.yml", 1), finding("b[1].yml", 1)];
        let (got_suppressed, got_about) = told(&apply(&findings, &[], &policy, today(), Scope::Everything));
        assert_eq!(got_suppressed, suppressed, "{acknowledgement}");
        let about: Vec<String> = about
            .into_iter()
            .map(|about| format!("envfence.yml:3:5 {about}"))
            .collect();
        assert_eq!(got_about, about, "{acknowledgement}");
    }
}

#[test]
fn a_part_of_the_tree_says_nothing_of_what_was_not_judged() {
    let good = "rule: host, environment: production, setting: db.host, value: 00000000";
    let policy = policy(&[good]);
    assert_eq!(apply(&[], &[], &policy, today(), Scope::Part).about, []);
    assert_eq!(apply(&[], &[], &policy, today(), Scope::Everything).about.len(), 1);
    // A changed value is seen in the part that was judged.
    assert_eq!(
        apply(&[finding("a.yml", 1)], &[], &policy, today(), Scope::Part)
            .about
            .len(),
        1
    );
}

#[test]
fn one_value_may_be_kept_while_another_changed() {
    let first = "rule: host, environment: production, setting: db.host, value: 3f9a1c2b";
    let policy = policy(&[first, &first.replace("3f9a1c2b", "11111111")]);
    let other = Subject {
        value_hash: "1111111122222222",
        ..finding("b.yml", 1)
    };
    let applied = apply(&[finding("a.yml", 1), other], &[], &policy, today(), Scope::Everything);
    assert_eq!(
        told(&applied).0,
        ["0 because envfence.yml:3", "1 because envfence.yml:4"]
    );
    assert_eq!(applied.about, []);
}

#[test]
fn what_is_said_is_sorted_and_without_a_policy_nothing_is() {
    let text = "# envfence: allow(host): a\n\n# envfence: ignore\n";
    let found = inline(text, &["#"], RULES);
    let sources = [
        InlineSource {
            path: "b.yml",
            acknowledgements: &found,
        },
        InlineSource {
            path: "a.yml",
            acknowledgements: &found,
        },
    ];
    let applied = apply(&[], &sources, &Policy::default(), today(), Scope::Everything);
    let places: Vec<(&str, u32)> = applied
        .about
        .iter()
        .map(|about| (about.path.as_str(), about.line))
        .collect();
    assert_eq!(places, [("a.yml", 1), ("a.yml", 3), ("b.yml", 1), ("b.yml", 3)]);
    let applied = apply(&[finding("a.yml", 9)], &[], &policy(&[]), today(), Scope::Everything);
    assert_eq!((applied.kept, applied.about.len()), (vec![0], 0));
}

#[test]
fn a_comment_may_be_told_to_wait() {
    let text = "db:\n  # envfence: allow(host): the move\n  host: a\n";
    let acknowledgements = inline(text, &["#"], RULES);
    let sources = [InlineSource {
        path: "a.yml",
        acknowledgements: &acknowledgements,
    }];
    for (by_comment, suppressed) in [(true, 1), (false, 0)] {
        let finding = Subject {
            by_comment,
            ..finding("a.yml", 3)
        };
        let applied = apply(&[finding], &sources, &Policy::default(), today(), Scope::Everything);
        assert_eq!(
            (applied.suppressed.len(), applied.kept.len()),
            (suppressed, 1 - suppressed)
        );
        assert!(applied.about.is_empty(), "it is of use after the merge");
    }
}
