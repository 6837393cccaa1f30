//! Where reports go, and how they look there.

use super::*;

#[test]
fn several_reports_at_once() {
    let tree = Tree::of(&[BAD]);
    let run = tree.run(&[
        "lint",
        "--output-format",
        "json=r.json",
        "--output-format",
        "text=r.txt",
    ]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("other-environment-datastore"),
        "text goes to standard output as well"
    );
    let file: Value = serde_json::from_slice(&std::fs::read(tree.at("r.json")).unwrap()).unwrap();
    assert_eq!(file["verdict"], "violated");
    assert_eq!(std::fs::read_to_string(tree.at("r.txt")).unwrap(), run.stdout);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let tree = Tree::new();
    let many: String = (0..2_000)
        .map(|number| format!("DB{number}_HOST=orders.staging.shop.example\n"))
        .collect();
    tree.write("deploy/production/a.env", many);
    let mut child = tree
        .command(&["lint"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut few = [0; 16];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut few).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn colours() {
    let tree = Tree::of(&[BAD]);
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], bool);
    let cases: &[Case<'_>] = &[
        (&["lint"], &[], false),
        (&["lint", "--color", "always"], &[], true),
        (&["lint", "--color", "always"], &[("NO_COLOR", "1")], true),
        (&["lint", "--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["lint"], &[("CLICOLOR_FORCE", "1")], true),
        (&["lint"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&["lint", "--color", "always", "--output-format", "json"], &[], false),
        (&["lint", "nonsense"], &[], false),
        (&["lint", "nonsense", "--color", "always"], &[], true),
        (&["--help"], &[], false),
        (&["lint", "--nonsense"], &[], false),
    ];
    for (arguments, variables, expected) in cases {
        let run = tree.run_with(arguments, variables);
        assert_eq!(run.all().contains('\u{1b}'), *expected, "{arguments:?} {variables:?}");
    }
    // A file is no terminal, whatever standard output is.
    tree.run(&["lint", "--color", "always", "--output-format", "text=report.txt"]);
    assert!(
        !std::fs::read_to_string(tree.at("report.txt"))
            .unwrap()
            .contains('\u{1b}')
    );
}
