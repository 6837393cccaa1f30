use super::*;
use clap::error::ErrorKind;

fn typed(line: &str) -> std::result::Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once("envfence").chain(line.split_whitespace()))
}

fn lint(line: &str) -> Result<Lint> {
    match typed(line).unwrap().command {
        Command::Lint(arguments) => resolve(arguments),
        other => panic!("{other:?}"),
    }
}

fn outputs(lint: &Lint) -> Vec<(&str, Option<&str>)> {
    let place = |output: &Output| match &output.destination {
        Destination::Stdout => None,
        Destination::File(file) => Some(file.to_str().unwrap().to_owned()),
    };
    let shown = lint.outputs.iter().map(|output| (output.reporter.name, place(output)));
    shown
        .map(|(name, place)| (name, place.map(|place| &*place.leak())))
        .collect()
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn defaults() {
    let plan = lint("lint").unwrap();
    assert!(plan.paths.is_empty() && plan.changed_since.is_none());
    assert_eq!(plan.policy, PolicyChoice::Usual);
    assert_eq!((plan.fail_on, plan.min_level), (Some(Level::Error), Level::Note));
    assert_eq!(plan.options, Options::default());
    assert_eq!(outputs(&plan), [("text", None)]);
}

#[test]
fn everything_typed_has_its_meaning() {
    let plan = lint(
        "lint a b/c --changed-since origin/main --policy p.yml --fail-on never --min-level warning -v --show-skipped",
    )
    .unwrap();
    assert_eq!(plan.paths, [PathBuf::from("a"), PathBuf::from("b/c")]);
    assert_eq!(plan.changed_since.as_deref(), Some("origin/main"));
    assert_eq!(plan.policy, PolicyChoice::File("p.yml".into()));
    assert_eq!((plan.fail_on, plan.min_level), (None, Level::Warning));
    assert_eq!(plan.options.detail, Detail::Verbose);
    assert!(plan.options.shows_skipped);
    assert_eq!(lint("lint --no-policy").unwrap().policy, PolicyChoice::None);
    assert_eq!(lint("lint -q").unwrap().options.detail, Detail::Quiet);
    assert_eq!(typed("lint --colour always").unwrap().color, ColourChoice::Always);
    assert_eq!(typed("--color never rules").unwrap().command, Command::Rules);
    let explained = Command::Explain {
        rule: "some-rule".into(),
    };
    assert_eq!(typed("explain some-rule").unwrap().command, explained);
}

#[test]
fn reports_go_where_they_are_sent() {
    type Case<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);
    let cases: &[Case<'_>] = &[
        ("lint --output-format json", &[("json", None)]),
        (
            "lint --output-format json=r.json",
            &[("json", Some("r.json")), ("text", None)],
        ),
        (
            "lint --output-format json=a=b",
            &[("json", Some("a=b")), ("text", None)],
        ),
        (
            "lint --output-format json=- --output-format text=t.txt",
            &[("json", None), ("text", Some("t.txt"))],
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(outputs(&lint(line).unwrap()), *expected, "{line}");
    }
}

#[test]
fn contradictions_are_errors() {
    let cases = [
        (
            "lint --output-format json --output-format text",
            "two reports would go to standard output",
        ),
        (
            "lint --output-format json=a --output-format text=a",
            "two reports would go to a",
        ),
        (
            "lint --fail-on note --min-level error",
            "--fail-on note would fail on findings that --min-level error leaves out",
        ),
    ];
    for (line, message) in cases {
        let error = lint(line).unwrap_err();
        assert_eq!(error.message, message);
        assert!(error.hint.is_some());
    }
    let empty = LintArguments {
        changed_since: Some(String::new()),
        ..LintArguments::default()
    };
    assert!(resolve(empty).is_err());
}

#[test]
fn wrong_usage_names_the_nearest_word() {
    let cases = [
        (
            "lint --output-format jsn",
            ErrorKind::ValueValidation,
            "did you mean `json`?",
        ),
        (
            "lint --output-format nonsense",
            ErrorKind::ValueValidation,
            "[possible formats: text, json, ",
        ),
        (
            "lint --output-format json=",
            ErrorKind::ValueValidation,
            "no file after `json=`",
        ),
        ("lint --fail-on eror", ErrorKind::InvalidValue, "'error'"),
        ("lint --changed-sinc x", ErrorKind::UnknownArgument, "'--changed-since'"),
        ("lnt", ErrorKind::InvalidSubcommand, "'lint'"),
        (
            "lint --policy p --no-policy",
            ErrorKind::ArgumentConflict,
            "--no-policy",
        ),
        ("lint -q -v", ErrorKind::ArgumentConflict, "--verbose"),
        ("", ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, "Exit codes:"),
        ("--help", ErrorKind::DisplayHelp, "Examples:"),
        ("lint --help", ErrorKind::DisplayHelp, "origin/main"),
        ("--version", ErrorKind::DisplayVersion, "envfence 0."),
    ];
    for (line, kind, words) in cases {
        let error = typed(line).unwrap_err();
        assert_eq!(error.kind(), kind, "{line}");
        assert!(error.to_string().contains(words), "{line}: {error}");
    }
}
