//! The documentation says what is true: its policies are read, its commands are understood, its output is what envfence
//! prints, and its rules exist. `ENVFENCE_BLESS=1 cargo test --test docs` rewrites what is generated.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::string_slice,
    reason = "a test reads the project's own files and stops where they are wrong"
)]

use clap::Parser as _;
use envfence::cli::Cli;
use envfence::formats::FORMATS;
use envfence::reporters::{Options, text};
use envfence::rules::{RULES, ids};
use envfence::vocabulary::{Strength, Vocabulary};
use envfence::{LintOptions, policy, reference, suppressions};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Pages below the root, besides those in `docs`.
const PAGES: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
];

/// Words in code that are written like a rule's id and are none.
const NO_RULES: &[&str] = &[
    "actions-sync",
    "db-uat",
    "envfence-tree",
    "fetch-depth",
    "granit-parser",
    "non-production",
    "pre-prod",
    "quick-xml",
];

/// A page of the documentation.
struct Page {
    path: PathBuf,
    name: String,
    text: String,
}

/// A fenced block: the language behind its fence, the line that its text begins on, and the text.
struct Block<'a> {
    language: &'a str,
    line: usize,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

fn pages() -> Vec<Page> {
    let mut paths: Vec<PathBuf> = PAGES.iter().map(|name| root().join(name)).collect();
    let in_docs = std::fs::read_dir(root().join("docs")).expect("docs");
    paths.extend(in_docs.map(|entry| entry.unwrap().path()));
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let page = |path: PathBuf| Page {
        name: path.strip_prefix(root()).unwrap().display().to_string(),
        text: read(&path),
        path,
    };
    paths.into_iter().map(page).collect()
}

impl Page {
    fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks: Vec<Block<'_>> = Vec::new();
        let mut open = false;
        let mut indentation = 0;
        for (number, line) in self.text.lines().enumerate() {
            match (line.trim_start().strip_prefix("```"), open) {
                (Some(language), false) => {
                    open = true;
                    indentation = line.len() - line.trim_start().len();
                    blocks.push(Block {
                        language: language.trim(),
                        line: number + 2,
                        text: String::new(),
                    });
                }
                (Some(_), true) => open = false,
                (None, true) => {
                    let text = &mut blocks.last_mut().unwrap().text;
                    text.push_str(line.get(indentation..).unwrap_or(""));
                    text.push('\n');
                }
                (None, false) => {}
            }
        }
        assert!(!open, "{}: a block is never closed", self.name);
        blocks
    }

    /// The text outside of fenced blocks.
    fn prose(&self) -> String {
        let parts = self.text.split("```");
        parts.step_by(2).collect()
    }

    /// What stands between single backticks.
    fn spans(&self) -> Vec<String> {
        let prose = self.prose();
        let lines = prose.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
        lines.map(str::to_owned).collect()
    }
}

/// Puts `wanted` in the place of `old` when blessed, else says that it is not what the page has.
fn compare(page: &Page, old: &str, wanted: &str) {
    static WRITING: Mutex<()> = Mutex::new(());
    if old == wanted {
        return;
    }
    assert!(
        std::env::var_os("ENVFENCE_BLESS").is_some(),
        "{}: not what envfence says; run ENVFENCE_BLESS=1 cargo test --test docs\n--- the page\n{old}\n--- envfence\n{wanted}",
        page.name
    );
    // Another test may rewrite another part of the page at the same time.
    let _guard = WRITING.lock();
    std::fs::write(&page.path, read(&page.path).replacen(old, wanted, 1)).unwrap();
}

fn page(name: &str) -> Page {
    pages()
        .into_iter()
        .find(|page| page.name.replace('\\', "/") == name)
        .unwrap()
}

#[test]
fn policies_are_read() {
    let mut count = 0;
    for page in pages() {
        for block in page.blocks() {
            if block.language != "yaml" || !block.text.starts_with("# envfence.yml\n") {
                continue;
            }
            count += 1;
            if let Err(errors) = policy::read(&page.name, &block.text, &ids()) {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                panic!(
                    "{}, the policy in line {}:\n{}",
                    page.name,
                    block.line,
                    errors.join("\n")
                );
            }
        }
    }
    assert!(count >= 7, "only {count} policies were found");
}

/// The reader of policies tells the keys that it knows; the guide explains each.
#[test]
fn the_guide_explains_every_key() {
    let guide = page("docs/guide.md");
    let spans: BTreeSet<String> = guide.spans().into_iter().collect();
    for (prefix, text) in [
        ("", "'?': 1"),
        ("", "environments: {a: {'?': 1}}"),
        ("owns.", "environments: {a: {owns: {'?': 1}}}"),
        ("words.", "words: {'?': 1}"),
        ("minimum.", "minimum: {'?': 1}"),
        ("", "acknowledge: [{'?': 1}]"),
    ] {
        let errors = policy::read("p.yml", text, &ids()).expect_err(text);
        let hint = errors
            .iter()
            .find_map(|error| error.hint.as_deref()?.split_once("its keys: "));
        let (_, keys) = hint.expect(text);
        for key in keys.split(", ").map(|key| format!("{prefix}{key}")) {
            assert!(spans.contains(&key), "docs/guide.md does not explain `{key}`");
        }
    }
}

/// The guide's tables of keys are made of what the reader knows.
#[test]
fn the_guide_has_the_tables_of_keys() {
    let guide = page("docs/guide.md");
    for (place, wanted) in reference::policy_tables() {
        let place = format!("{}{}:\n\n", place[..1].to_uppercase(), &place[1..]);
        let (_, rest) = guide.text.split_once(&place).expect(&place);
        let table = rest.lines().take_while(|line| line.starts_with('|'));
        let old: String = table.map(|line| format!("{line}\n")).collect();
        assert!(!old.is_empty(), "docs/guide.md: no table below {place}");
        compare(&guide, &old, &wanted);
    }
}

/// Every policy that is written down anywhere fits the schema; those of the scenarios too.
#[test]
fn policies_fit_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(&read(&root().join("schema.json"))).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut policies: Vec<(String, String)> = Vec::new();
    for page in pages() {
        let blocks = page.blocks();
        let blocks = blocks
            .iter()
            .filter(|block| block.language == "yaml" && block.text.starts_with("# envfence.yml\n"));
        policies.extend(blocks.map(|block| (format!("{}:{}", page.name, block.line), block.text.clone())));
    }
    for entry in std::fs::read_dir(root().join("tests/cases")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = read(&path);
        for block in text.split("```yaml envfence.yml\n").skip(1) {
            let block = block.split("\n```").next().unwrap_or("");
            policies.push((path.display().to_string(), block.to_owned()));
        }
    }
    let mut good = 0;
    for (place, text) in policies {
        let mut value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        value.apply_merge().unwrap();
        // Every key of these is a text.
        let value = serde_json::to_value(&value).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        // What the reader refuses the schema may take: it does not know all.
        if policy::read(&place, &text, &ids()).is_ok() {
            assert!(errors.is_empty(), "{place}:\n{}", errors.join("\n"));
            good += 1;
        }
    }
    assert!(good >= 18, "only {good} good policies were found");
    let unknown = serde_json::json!({ "environment": {} });
    assert!(!validator.is_valid(&unknown) && policy::read("p.yml", "environment: {}", &ids()).is_err());
}

#[test]
fn commands_are_understood() {
    let mut count = 0;
    for page in pages() {
        for block in page.blocks() {
            for line in block.text.lines().map(str::trim) {
                let line = line.strip_prefix("run: ").unwrap_or(line);
                let Some(arguments) = line.strip_prefix("envfence ").filter(|_| block.language != "text") else {
                    continue;
                };
                count += 1;
                let words = arguments
                    .split_whitespace()
                    .take_while(|word| !["#", ">"].contains(word));
                let typed = std::iter::once("envfence").chain(words.map(|word| word.trim_matches(['"', '\''])));
                if let Err(error) = Cli::try_parse_from(typed) {
                    panic!("{}, the block in line {}: {line}\n{error}", page.name, block.line);
                }
            }
        }
    }
    assert!(count >= 10, "only {count} commands were found");
}

#[test]
fn acknowledgements_are_read() {
    let starters: BTreeSet<&str> = FORMATS.iter().flat_map(|format| format.comments).copied().collect();
    let mut shown = BTreeSet::new();
    for page in pages() {
        for block in page.blocks().iter().filter(|block| block.language != "text") {
            for format in FORMATS {
                for found in suppressions::inline(&block.text, format.comments, &ids()) {
                    let starter = starters.iter().filter(|starter| {
                        let line = block.text.lines().nth(found.line as usize - 1).unwrap();
                        line.contains(&format!("{starter} envfence:"))
                    });
                    shown.extend(starter.copied());
                    if let Some(wrong) = found.malformed {
                        panic!("{}, the block in line {}: {}", page.name, block.line, wrong.message);
                    }
                }
            }
        }
    }
    assert_eq!(
        shown, starters,
        "the guide shows an acknowledgement in every kind of comment"
    );
}

/// The inputs and outputs of action.yml.
fn action_names() -> BTreeSet<String> {
    let action: serde_yaml::Value = serde_yaml::from_str(&read(&root().join("action.yml"))).unwrap();
    let sections = ["inputs", "outputs"].map(|section| action.get(section).unwrap().as_mapping().unwrap());
    let names = sections.into_iter().flat_map(|section| section.keys());
    names.map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn rules_exist() {
    let ids: BTreeSet<&str> = ids().into_iter().collect();
    let of_the_action = action_names();
    for page in pages() {
        let is_like_an_id = |word: &str| {
            word.contains('-')
                && word.starts_with(|first: char| first.is_ascii_lowercase())
                && word.chars().all(|char| char.is_ascii_lowercase() || char == '-')
        };
        for span in page.spans().iter().filter(|span| is_like_an_id(span)) {
            assert!(
                ids.contains(span.as_str()) || NO_RULES.contains(&span.as_str()) || of_the_action.contains(span),
                "{}: there is no rule `{span}`; what is none stands in NO_RULES",
                page.name
            );
        }
    }
}

#[test]
fn the_readme_lists_every_rule() {
    let readme = page("README.md");
    let head = "| rule | level | what it finds |\n| --- | --- | --- |\n";
    let (_, rest) = readme.text.split_once(head).expect("the table of rules");
    let old: String = rest
        .lines()
        .take_while(|line| line.starts_with('|'))
        .map(|line| format!("{line}\n"))
        .collect();
    let row = |rule: &&envfence::rules::Rule| {
        let level = format!("{:?}", rule.level).to_lowercase();
        format!("| `{}` | {level} | {} |\n", rule.id, rule.summary)
    };
    let wanted: String = RULES.iter().map(row).collect();
    compare(&readme, &format!("{head}{old}"), &format!("{head}{wanted}"));
}

#[test]
fn the_readme_shows_what_lint_prints() {
    let readme = page("README.md");
    let command = "$ envfence lint examples\n";
    let blocks = readme.blocks();
    let block = blocks
        .iter()
        .find(|block| block.text.starts_with(command))
        .expect("the output");
    let report = envfence::lint(&LintOptions {
        root: root(),
        paths: vec![PathBuf::from("examples")],
        policy: None,
        change: envfence::ChangeFrom::Nowhere,
        judges_all: false,
        is_proposal: false,
        fail_on: Some(envfence::finding::Level::Error),
        // Before the acknowledgement in the examples nears its end.
        today: "2026-12-01".parse().unwrap(),
    })
    .unwrap();
    let wanted = format!("{command}{}", text::render(&report, &Options::default()));
    compare(&readme, &block.text, &wanted);
}

/// Each word of the guide's table names the environment of its row, and is as strong as its column says.
#[test]
fn the_guide_knows_the_words() {
    let guide = page("docs/guide.md");
    let head = "| environment | words | weak words |\n| --- | --- | --- |\n";
    let (_, rest) = guide.text.split_once(head).expect("the table of words");
    let vocabulary = Vocabulary::default();
    for row in rest.lines().take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for (column, strength) in [(2, Strength::Strong), (3, Strength::Weak)] {
            let words = cells.get(column).unwrap().split(", ").filter(|word| !word.is_empty());
            for word in words {
                let known = vocabulary
                    .exact(word)
                    .map(|(id, strength)| (vocabulary.name(id), strength));
                assert_eq!(known, Some((*cells.get(1).unwrap(), strength)), "docs/guide.md: {word}");
            }
        }
    }
}

#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let prose = page.prose();
        let targets = prose
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split_once(')'))
            .map(|(target, _)| target);
        for target in targets.filter(|target| !target.contains("://")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = match file {
                "" => page.path.clone(),
                file => page.path.parent().unwrap().join(file),
            };
            assert!(path.exists(), "{}: {target} leads nowhere", page.name);
            let anchors: BTreeSet<String> = match anchor {
                "" => continue,
                _ => read(&path)
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .map(slug)
                    .collect(),
            };
            assert!(
                anchors.contains(anchor),
                "{}: {target} leads nowhere in that file",
                page.name
            );
        }
    }
}

/// The anchor that GitHub gives to a heading.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'));
    kept.map(|char| if char == ' ' { '-' } else { char }).collect()
}
