//! Help, rules, schema, completions, examples.

use super::*;

#[test]
fn help_is_what_it_was() {
    let tree = Tree::new();
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("lint-help", &["lint", "--help"]),
        ("rules", &["rules"]),
    ] {
        let run = tree.run_with(arguments, &[("COLUMNS", "100")]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(
            run.stdout.lines().all(|line| line.chars().count() <= 140),
            "{name}: a long line"
        );
        support::compare(&format!("tests/golden/{name}.txt"), &run.stdout);
    }
}

#[test]
fn every_rule_is_explained() {
    let tree = Tree::new();
    let listed = tree.run(&["rules"]).stdout;
    assert_eq!(listed.lines().count(), envfence::rules::RULES.len());
    let runs = support::in_parallel(envfence::rules::RULES, |rule| tree.run(&["explain", rule.id]));
    for (rule, run) in envfence::rules::RULES.iter().zip(runs) {
        assert!(listed.contains(rule.id));
        assert!(
            run.stdout.contains(rule.id) && run.stdout.contains(rule.summary),
            "{}",
            run.all()
        );
        assert_eq!(
            run.stdout.contains(&format!("envfence: allow({})", rule.id)),
            // What is said of acknowledgements and patterns is not acknowledged.
            rule.judges_settings(),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn the_examples_show_the_incident() {
    let mut command = Tree::new().command(&["lint", "examples"]);
    let run = support::finish(command.current_dir(support::repository("")));
    assert_eq!(run.code, 1, "{}", run.all());
    assert!(
        run.stdout.contains("temporary-datastore") && run.stdout.contains("orders_migration_tmp"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_schema_is_the_file_of_the_repository() {
    let run = Tree::new().run(&["schema"]);
    support::compare("schema.json", &run.stdout);
}

/// Completions for each shell know the commands, the flags, and the words of tables.
#[test]
fn completions_know_every_word() {
    let tree = Tree::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = tree.run(&["completions", shell]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let mut words = vec![
            "envfence",
            "lint",
            "explain",
            "completions",
            "changed-since",
            "min-level",
        ];
        // Not all of them complete the values of flags, or those of positions.
        if ["bash", "fish", "zsh"].contains(&shell) {
            words.extend(["never", "json"]);
        }
        if ["bash", "zsh"].contains(&shell) {
            words.extend(["temporary-datastore"]);
        }
        for word in words {
            assert!(run.stdout.contains(word), "{shell}: {word}");
        }
    }
}
