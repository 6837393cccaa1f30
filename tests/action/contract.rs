//! What action.yml promises, held against the documentation, the pre-commit hooks and the rest of the repository.

use crate::support::repository;
use clap::Parser as _;
use envfence::cli::Cli;
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What stands for the address of the action in the documentation. The commit cannot exist, so nobody's code is run by
/// whoever copies it as it is.
const PLACEHOLDER: &str = "example-org/envfence@0123456789abcdef0123456789abcdef01234567";

/// Inputs that the installation alone needs.
const INSTALL_ONLY: &[&str] = &["version", "download-url", "binary-path"];

fn text(path: &str) -> String {
    let text = std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.replace("\r\n", "\n")
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn names(map: &Value) -> BTreeSet<String> {
    let keys = map.as_mapping().unwrap().keys();
    keys.map(|key| key.as_str().unwrap().to_owned()).collect()
}

fn variables(step: &Value) -> BTreeMap<String, String> {
    let pairs = step["env"].as_mapping().unwrap().iter();
    pairs
        .map(|(name, value)| (name.as_str().unwrap().to_owned(), value.as_str().unwrap().to_owned()))
        .collect()
}

/// Composite actions do not get their inputs as variables: one that is not handed over by name is lost without a word.
#[test]
fn every_input_is_handed_over_by_name() {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let [install, run] = steps.as_slice() else {
        panic!("{} steps", steps.len());
    };
    let variable = |input: &String| {
        let name = format!("ENVFENCE_INPUT_{}", input.to_uppercase().replace('-', "_"));
        (name, format!("${{{{ inputs.{input} }}}}"))
    };
    let inputs = names(&action["inputs"]);
    let (at_install, at_run): (BTreeSet<&String>, BTreeSet<&String>) =
        inputs.iter().partition(|input| INSTALL_ONLY.contains(&input.as_str()));
    for (step, expected, more) in [
        (
            install,
            at_install,
            [("ENVFENCE_ACTION_REPOSITORY", "${{ github.action_repository }}")],
        ),
        (
            run,
            at_run,
            [("ENVFENCE_BINARY", "${{ steps.install.outputs.binary }}")],
        ),
    ] {
        let mut expected: BTreeMap<String, String> = expected.into_iter().map(variable).collect();
        let more = more.into_iter().chain([("BASH_ENV", "")]);
        expected.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(variables(step), expected);
    }
}

/// An expression in a script is where a pull request's title becomes a command. Nested actions are code that the
/// user's pin does not hold.
#[test]
fn no_script_has_an_expression_and_no_step_is_another_action() {
    let action = yaml("action.yml");
    assert_eq!(action["runs"]["using"], Value::from("composite"));
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        let run = step["run"].as_str().unwrap();
        assert!(!run.contains("${{"), "{run}");
        assert!(
            !run.contains('\n'),
            "what a step does stands in install.sh or in the binary: {run}"
        );
        assert_eq!(step["shell"], Value::from("bash"));
        assert!(step.get("uses").is_none());
    }
}

#[test]
fn every_output_is_one_of_the_run_step() {
    let action = yaml("action.yml");
    for name in names(&action["outputs"]) {
        let value = action["outputs"][name.as_str()]["value"].as_str().unwrap();
        let plain = format!("${{{{ steps.run.outputs.{name} }}}}");
        let or_else = match name.as_str() {
            "verdict" => plain.replace(" }}", " || 'error' }}"),
            "exit-code" => plain.replace(" }}", " || '2' }}"),
            _ => plain,
        };
        assert_eq!(value, or_else);
    }
}

#[test]
fn names_are_kebab_case_and_described() {
    let action = yaml("action.yml");
    for section in ["inputs", "outputs"] {
        for name in names(&action[section]) {
            assert!(
                name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'),
                "{name}"
            );
            let entry = &action[section][name.as_str()];
            let description = entry["description"].as_str().unwrap();
            assert!(
                description.len() > 10 && !description.ends_with('.'),
                "{name}: {description}"
            );
            assert!(
                section == "outputs" || entry["default"].is_string(),
                "{name} has no default"
            );
        }
    }
}

/// The version is written once. install.sh reads it from Cargo.toml beside it, so this is what it must find there.
#[test]
fn the_version_is_written_once() {
    let version = env!("CARGO_PKG_VERSION");
    let first = text("Cargo.toml")
        .lines()
        .find_map(|line| Some(line.strip_prefix("version = \"")?.split_once('"')?.0.to_owned()));
    assert_eq!(
        first.as_deref(),
        Some(version),
        "install.sh takes the first `version` of Cargo.toml"
    );
    for path in ["action.yml", "install.sh"] {
        assert!(!text(path).contains(version), "{path} repeats the version");
    }
}

#[test]
fn install_sh_stays_small() {
    assert!(text("install.sh").lines().count() <= 40);
}

/// What install.sh asks for is what a release makes.
#[test]
fn the_release_makes_what_install_sh_asks_for() {
    let release = text(".github/workflows/release.yml");
    let install = text("install.sh");
    let targets: BTreeSet<&str> = install
        .split("target=")
        .skip(1)
        .filter_map(|rest| rest.split(" ;;").next())
        .collect();
    assert!(targets.len() >= 5, "{targets:?}");
    for target in targets {
        assert!(release.contains(target), "release.yml does not build {target}");
    }
}

/// Lines of checksums.txt that are no comment are a hash, two spaces and a name.
#[test]
fn checksums_are_well_formed() {
    for line in text("checksums.txt").lines().filter(|line| !line.starts_with('#')) {
        let (hash, name) = line.split_once("  ").unwrap();
        assert!(
            hash.len() == 64 && hash.chars().all(|digit| digit.is_ascii_hexdigit()),
            "{line}"
        );
        assert!(name.starts_with("envfence-") && name.ends_with(".tar.gz"), "{line}");
    }
}

/// A row of the guide for each input and output, with the default that action.yml gives it.
#[test]
fn the_guide_lists_every_input_and_output() {
    let action = yaml("action.yml");
    let guide = text("docs/guide.md");
    let rows: Vec<&str> = guide.lines().filter(|line| line.starts_with("| `")).collect();
    let has_row = |start: &str| rows.iter().any(|row| row.starts_with(start));
    for name in names(&action["inputs"]) {
        let default = match action["inputs"][name.as_str()]["default"].as_str().unwrap() {
            "" => String::new(),
            "${{ github.token }}" => "the job's token".to_owned(),
            default => format!("`{default}`"),
        };
        let start = format!("| `{name}` | {default} |").replace("|  |", "| |");
        assert!(has_row(&start), "docs/guide.md has no row that begins with {start}");
    }
    for name in names(&action["outputs"]) {
        assert!(
            has_row(&format!("| `{name}` |")),
            "docs/guide.md has no row for the output {name}"
        );
    }
}

/// The fenced YAML blocks of the documentation that hold a step with this action.
fn examples() -> Vec<(String, Value)> {
    let mut examples = Vec::new();
    for path in ["README.md", "docs/guide.md"] {
        for block in text(path).split("```yaml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            if block.contains("uses: ") && block.contains("/envfence@") {
                let value = serde_yaml::from_str(block).unwrap_or_else(|error| panic!("{path}: {error}\n{block}"));
                examples.push((block.to_owned(), value));
            }
        }
    }
    examples
}

/// All steps of a workflow, or of a list of steps.
fn steps(value: &Value) -> Vec<&Value> {
    match value.get("jobs").and_then(Value::as_mapping) {
        Some(jobs) => jobs.values().flat_map(|job| steps(&job["steps"])).collect(),
        None => value.as_sequence().into_iter().flatten().collect(),
    }
}

#[test]
fn the_examples_use_inputs_and_outputs_that_exist() {
    let action = yaml("action.yml");
    let (inputs, outputs) = (names(&action["inputs"]), names(&action["outputs"]));
    let mut uses = 0;
    for (block, value) in examples() {
        assert_eq!(
            block.matches(PLACEHOLDER).count(),
            block.matches("/envfence@").count(),
            "{block}"
        );
        for step in steps(&value) {
            if step.get("uses").and_then(Value::as_str) != Some(PLACEHOLDER) {
                continue;
            }
            uses += 1;
            for input in step.get("with").map(names).unwrap_or_default() {
                assert!(inputs.contains(&input), "there is no input {input}\n{block}");
            }
        }
        for (_, rest) in block
            .match_indices(".outputs.")
            .map(|(at, sign)| (at, &block[at + sign.len()..]))
        {
            let name: String = rest
                .chars()
                .take_while(|letter| letter.is_ascii_alphabetic() || *letter == '-')
                .collect();
            assert!(outputs.contains(&name), "there is no output {name}\n{block}");
        }
    }
    assert!(uses >= 8, "only {uses} uses of the action were found");
}

/// The hooks for pre-commit are commands that exist.
#[test]
fn the_hooks_are_understood() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_sequence().unwrap();
    assert!(hooks.len() >= 2);
    for hook in hooks {
        let entry = hook["entry"].as_str().unwrap();
        let arguments = hook.get("args").and_then(Value::as_sequence).into_iter().flatten();
        let typed = entry
            .split(' ')
            .chain(arguments.map(|argument| argument.as_str().unwrap()));
        if let Err(error) = Cli::try_parse_from(typed) {
            panic!("{entry}\n{error}");
        }
        assert_eq!(hook["pass_filenames"], Value::from(false), "siblings explain a file");
    }
}
