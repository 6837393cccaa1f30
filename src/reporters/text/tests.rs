use super::*;
use crate::report::{Coverage, Scope, Verdict};
use crate::reporters::sample;

fn shown(report: &Report, detail: Detail) -> String {
    let options = Options {
        detail,
        ..Options::default()
    };
    render(report, &options)
}

#[test]
fn a_whole_report() {
    let expected = "\
error[other-environments-datastore]: production points at the database host of staging
  --> deploy/production/values.yaml:12:24
   |
12 |   url: postgres://app:***@db.staging.example.com/shop
   |                          ^^^^^^^^^^^^^^^^^^^^^^
   = environment: production
   = key: database.url
   = related: deploy/staging/values.yaml:9: staging has the same value
   = help: put production's own host here

warning[other-environments-datastore]: production points at the database host of staging
  --> deploy/production/values.yaml:12:24
   |
12 |   url: postgres://app:***@db.staging.example.com/shop
   |                          ^^^^^^^^^^^^^^^^^^^^^^
   = environment: production
   = key: database.url
   = related: deploy/staging/values.yaml:9: staging has the same value
   = help: put production's own host here

2 problems in what was read:
  error: deploy/production/a.yaml:3:3: the list has no end
  warning: deploy/base.yaml: the list has no end

1 finding is acknowledged
judged 2,101 of 4,214 settings (production 1,200, staging 900, dev 1) in 120 files, of which 20 name no environment, with 14 rules; 3 files skipped, 1 unreadable
violated: 1 error, 1 warning
";
    assert_eq!(shown(&sample::report(), Detail::Normal), expected);
}

#[test]
fn quiet_and_verbose() {
    let expected = "\
deploy/production/values.yaml:12:24: error[other-environments-datastore]: production points at the database host of staging
deploy/production/values.yaml:12:24: warning[other-environments-datastore]: production points at the database host of staging
1 problem in what was read:
  error: deploy/production/a.yaml:3:3: the list has no end

judged 2,101 of 4,214 settings (production 1,200, staging 900, dev 1) in 120 files, of which 20 name no environment, with 14 rules; 3 files skipped, 1 unreadable
violated: 1 error, 1 warning
";
    assert_eq!(shown(&sample::report(), Detail::Quiet), expected);
    let verbose = shown(&sample::report(), Detail::Verbose);
    for line in [
        "   = confidence: high",
        "   = value hash: fedcba9876543210 (for an acknowledgement in the policy)",
        "1 finding is acknowledged:",
        "  deploy/production/values.yaml:12:24: other-environments-datastore: shared until the move is done \
         (envfence.yml:30, until 2031-01-31)",
    ] {
        assert!(verbose.lines().any(|shown| shown == line), "{line}\n{verbose}");
    }
}

#[test]
fn many_problems_are_counted() {
    let mut report = sample::report();
    report.problems = (1..=30)
        .map(|number| sample::problem(Level::Warning, &format!("{number:02}.yaml"), 7))
        .collect();
    report.problems.push(sample::problem(Level::Error, "z.yaml", 1));
    let normal = shown(&report, Detail::Normal);
    assert!(
        normal.contains(
            "31 problems in what was read:\n  error: z.yaml:1:3: the list has no end\n  warning: 01.yaml:7:3"
        )
    );
    assert!(normal.contains("  ... and 11 more; --verbose shows all\n"));
    assert_eq!(normal.matches("the list has no end").count(), 20);
    assert_eq!(
        shown(&report, Detail::Verbose).matches("the list has no end").count(),
        31
    );
}

#[test]
fn problems_alike_in_one_file_are_folded() {
    let mut report = sample::report();
    report.problems = (1..=20)
        .map(|line| sample::problem(Level::Warning, "a.yaml", line))
        .collect();
    report.problems.push(sample::problem(Level::Warning, "b.yaml", 1));
    let expected = "21 problems in what was read:\n  \
                    warning: a.yaml:1:3: the list has no end, and 19 more like it in this file\n  \
                    warning: b.yaml:1:3: the list has no end\n\n";
    let normal = shown(&report, Detail::Normal);
    assert!(normal.contains(expected), "{normal}");
    assert_eq!(
        shown(&report, Detail::Verbose).matches("the list has no end").count(),
        21
    );
}

/// What of production was not read is said whatever else is asked for.
#[test]
fn production_that_was_not_fully_read() {
    let mut report = sample::report();
    report.findings.clear();
    report.suppressed.clear();
    report.verdict = Verdict::Good;
    report.problems = vec![
        sample::problem(Level::Warning, "a.yaml", 1),
        sample::problem(Level::Warning, "deploy/production/b.yaml", 2),
    ];
    report.coverage.partly_read = 2;
    report.coverage.partly_read_production = 1;
    report.coverage.unreadable = 0;
    let expected = "\
2 problems in what was read:
  warning: deploy/production/b.yaml:2:3: the list has no end (of production)
  warning: a.yaml:1:3: the list has no end

judged 2,101 of 4,214 settings (production 1,200, staging 900, dev 1) in 120 files, of which 20 name no environment, with 14 rules; 3 files skipped
not fully read: 2 files, of them 1 of production
good: nothing found in what could be read
";
    assert_eq!(shown(&report, Detail::Normal), expected);
    let expected = "\
1 problem in what was read:
  warning: deploy/production/b.yaml:2:3: the list has no end (of production)

not fully read: 2 files, of them 1 of production
";
    assert_eq!(shown(&report, Detail::Quiet), expected);
    // What is against the format's rules and was read all the same says nothing of the kind.
    report.problems[1].unread = false;
    report.coverage.partly_read = 1;
    report.coverage.partly_read_production = 0;
    assert_eq!(shown(&report, Detail::Quiet), "");
    let text = shown(&report, Detail::Normal);
    assert!(
        text.ends_with("\nnot fully read: 1 file\ngood: nothing found in what could be read\n"),
        "{text}"
    );
    let strict = report.strictly();
    assert_eq!((strict.verdict, strict.exit_code), (Verdict::Error, 2));
    let text = shown(&strict, Detail::Quiet);
    assert!(
        text.ends_with("could not judge: 2 problems in what was read; nothing found in what could be read\n"),
        "{text}"
    );
}

#[test]
fn verdicts() {
    let mut report = sample::report();
    report.suppressed.clear();
    let last = |report: &Report| shown(report, Detail::Normal).lines().last().unwrap().to_owned();
    report.verdict = Verdict::Good;
    assert_eq!(last(&report), "good: 1 error, 1 warning, none of which fails the run");
    report.findings.clear();
    assert_eq!(last(&report), "good: nothing found");
    report.verdict = Verdict::Error;
    assert_eq!(
        last(&report),
        "could not judge: 1 problem in what was read; nothing found"
    );
    report.verdict = Verdict::Unknown;
    assert_eq!(last(&report), "undetermined: nothing found");
    report.verdict = Verdict::Nothing;
    report.problems.clear();
    report.coverage = Coverage::default();
    let expected = "judged 0 of 0 settings in 0 files with 0 rules\n\
                    nothing was checked: no file that was read holds a setting of a known environment\n";
    assert_eq!(shown(&report, Detail::Normal), expected);
    assert_eq!(shown(&report, Detail::Quiet), expected);
    report.verdict = Verdict::Good;
    assert_eq!(shown(&report, Detail::Quiet), "");
    let mut few = sample::report();
    few.verdict = Verdict::Nothing;
    few.coverage.minimum = 5_000;
    assert_eq!(
        last(&few),
        "too little was checked: 2,101 settings of known environments; minimum.settings of the policy asks for 5,000 or more"
    );
    assert_eq!(few.clone().strictly().exit_code, 2);
    few.problems.clear();
    assert_eq!(
        few.strictly().verdict,
        Verdict::Nothing,
        "without problems nothing changes"
    );
}

#[test]
fn what_was_left_out_is_named_when_asked_for() {
    let options = Options {
        shows_skipped: true,
        ..Options::default()
    };
    let text = render(&sample::report(), &options);
    assert!(text.contains("left out, encrypted (1):\n  a.enc\n\nleft out, tests and fixtures (2):\n  test/a.yaml\n"));
    assert!(!shown(&sample::report(), Detail::Verbose).contains("a.enc"));
    let mut report = sample::report();
    report.coverage.skipped[0].reason = crate::discover::Reason::Policy.label().into();
    let text = render(&report, &options);
    assert!(text.contains("left out by the policy (1):\n  a.enc\n"), "{text}");
}

#[test]
fn colours_only_when_asked_for() {
    let mut options = Options::default();
    assert!(!render(&sample::report(), &options).contains('\u{1b}'));
    options.style = Style::Coloured;
    let text = render(&sample::report(), &options);
    assert!(text.contains("\u{1b}[1;31merror[other-environments-datastore]\u{1b}[0m"));
    assert!(text.ends_with("\u{1b}[1;31mviolated\u{1b}[0m: 1 error, 1 warning\n"));
}

#[test]
fn errors_are_shown_alike() {
    let shown = error(
        &Error::new("the policy has no\u{1b} environment")
            .at("envfence.yml:3:1")
            .hint("name one"),
        Style::Plain,
    );
    let expected = "error: the policy has no\\u{1b} environment\n  --> envfence.yml:3:1\n   = help: name one\n";
    assert_eq!(shown, expected);
}

/// A run that cannot find anything about production says so, wherever it reads the whole tree.
#[test]
fn production_that_nobody_speaks_for() {
    let mut report = sample::report();
    report.coverage.environments.retain(|one| one.tier != "production");
    let hint = "\nno setting speaks for production: name it under environments in envfence.yml\nviolated: ";
    assert!(shown(&report, Detail::Normal).contains(hint));
    report.scope.changes_only = true;
    assert!(shown(&report, Detail::Normal).contains(hint), "the whole tree is read");
    report.scope.paths = vec!["deploy/staging".into()];
    assert!(!shown(&report, Detail::Normal).contains("speaks for"));
    report.scope = Scope::default();
    report.coverage.environments.clear();
    assert!(
        !shown(&report, Detail::Normal).contains("speaks for"),
        "nothing was checked"
    );
}

#[test]
fn what_was_judged_and_by_which_policy() {
    let mut report = sample::report();
    report.scope.changes_only = true;
    report.scope.changed_since = Some("origin/\u{1b}main".into());
    let last = |report: &Report| shown(report, Detail::Verbose).lines().last().unwrap().to_owned();
    let since = "in what changed since origin/\\u{1b}main";
    assert_eq!(last(&report), format!("violated: 1 error, 1 warning {since}"));
    assert!(shown(&report, Detail::Verbose).contains("\npolicy: envfence.yml\n"));
    report.policy.as_mut().unwrap().revision = Some("main".into());
    assert!(shown(&report, Detail::Verbose).contains("\npolicy: envfence.yml of main\n"));
    assert!(!shown(&report, Detail::Normal).contains("\npolicy: "));
    report.policy = None;
    assert!(shown(&report, Detail::Verbose).contains("\nno policy\n"));
    report.findings.clear();
    report.verdict = Verdict::Good;
    assert_eq!(last(&report), format!("good: nothing found {since}"));
    report.coverage.partly_read = 1;
    assert_eq!(
        last(&report),
        format!("good: nothing found {since}, as far as it could be read")
    );
}

/// An error outweighs that too little was there, and both are said.
#[test]
fn too_little_is_said_beside_findings() {
    let mut report = sample::report();
    report.coverage.minimum = 5_000;
    let text = shown(&report, Detail::Normal);
    let expected = "\ntoo little was checked: 2,101 settings of known environments; minimum.settings of the policy asks for 5,000 or more\n\
                    violated: 1 error, 1 warning\n";
    assert!(text.ends_with(expected), "{text}");
}
