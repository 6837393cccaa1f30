//! What holds for the project as a whole: layers, names, registrations, generated files, the same bytes for the same input.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests work on real files"
)]

mod support;

use envfence::dates::Date;
use envfence::formats::FORMATS;
use envfence::references::SHAPES;
use envfence::reporters::{Options, REPORTERS};
use envfence::rules::RULES;
use envfence::{LintOptions, reference};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use support::{Tree, repository};

/// Files with more code than about 600 lines need a reason.
const LARGE: usize = 640;

/// Files that may be larger, each with its reason.
const MAY_BE_LARGE: &[(&str, &str)] = &[("src/references/keys/names.rs", "a table, one row per name")];

/// Every source file below `src`, by its path in the repository.
fn sources() -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    let mut directories = vec![repository("src")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path
                    .strip_prefix(repository(""))
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                sources.insert(name, std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n"));
            }
        }
    }
    sources
}

/// A file's code without its tests.
fn code(text: &str) -> &str {
    let tests = ["\n#[cfg(test)]\nmod tests", "\n#[cfg(test)]\npub(crate) mod sample"];
    let end = tests.iter().filter_map(|start| text.find(start)).min();
    &text[..end.unwrap_or(text.len())]
}

/// Lines of code without comments, for what must not stand in code.
fn without_comments(text: &str) -> String {
    let line = |line: &str| {
        let trimmed = line.trim_start();
        if trimmed.starts_with("//") {
            String::new()
        } else {
            format!("{line}\n")
        }
    };
    text.lines().map(line).collect()
}

/// The module that a file belongs to: `src/rules/fallback.rs` is of `rules`.
fn module(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap();
    below.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The modules of lib.rs, in its order.
fn order(sources: &BTreeMap<String, String>) -> Vec<&str> {
    let lines = sources["src/lib.rs"].lines();
    lines
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect()
}

/// The modules that a text imports, by `crate::x`.
fn imports(text: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|character| character.is_alphanumeric() || character == '_' || character == '$') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = 0;
            for (index, character) in list.char_indices() {
                let ends = depth == 0 && matches!(character, ',' | '}' | ':');
                if ends && let Some(name) = list.get(name..index) {
                    found.insert(name.trim());
                }
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => name = index + 1,
                    _ => {}
                }
                if depth == 0 && character == ':' {
                    name = list.len();
                }
            }
        } else {
            let end = rest.find(|character: char| !(character.is_alphanumeric() || character == '_'));
            found.insert(&rest[..end.unwrap_or(rest.len())]);
        }
    }
    found
}

#[test]
fn imports_are_understood() {
    let text = "use crate::a::B;\nuse crate::{b, c::D, e::{F, g}};\ncrate::h::i();\nuse dollar$crate::x;\n";
    assert_eq!(
        imports(text)
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>(),
        ["a", "b", "c", "e", "h"]
    );
}

#[test]
fn modules_import_only_what_stands_above_them() {
    let sources = sources();
    let order = order(&sources);
    let rank = |name: &str| order.iter().position(|known| *known == name);
    let mut wrong = Vec::new();
    for (path, text) in sources
        .iter()
        .filter(|(path, _)| !["src/lib.rs", "src/main.rs"].contains(&path.as_str()))
    {
        let own = module(path);
        if path.starts_with("src/bin/") {
            continue;
        }
        let Some(own_rank) = rank(own) else {
            wrong.push(format!("{path}: lib.rs has no module {own}"));
            continue;
        };
        let code = without_comments(code(text));
        for import in imports(&code) {
            // What is no module is an item of lib.rs itself.
            let Some(import_rank) = rank(import).filter(|_| import != own) else {
                continue;
            };
            // The outermost room, where what is judged meets the world.
            if own == "action" && import == "edges" {
                continue;
            }
            if import == "edges" || (import_rank > own_rank && own != "edges") {
                wrong.push(format!(
                    "{path}: {own} imports {import}, which stands below it in lib.rs"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What rules quote of a value goes through `Shown`, which masks credentials: text of a pointer, an endpoint or a value is never
/// formatted as it is.
#[test]
fn rules_quote_values_through_shown() {
    let mut quotes = 0;
    for (path, text) in sources().iter().filter(|(path, _)| path.starts_with("src/rules/")) {
        let text = without_comments(code(text));
        for (at, _) in text.match_indices("`{") {
            quotes += 1;
            // The statement that the quotation stands in.
            let rest = &text[at..];
            let statement = &rest[..rest.find(";\n").unwrap_or(rest.len()).min(400)];
            let named = rest[2..].split('}').next().unwrap();
            let shown = match named {
                "" => ["Shown::", ".shown", "shown_host", "crossing.text", "key_path("]
                    .iter()
                    .any(|way| statement.contains(way)),
                name => ["expected", "theirs", "ours", "datastore"].contains(&name),
            };
            assert!(
                shown,
                "{path} quotes without Shown: {}",
                statement.lines().next().unwrap()
            );
        }
        for raw in [
            "pointer.text(",
            ".value(",
            "endpoint.host",
            "endpoint.database",
            "fallback.text",
        ] {
            for (at, _) in text.match_indices(raw) {
                let line = text[..at].rfind('\n').map_or("", |start| &text[start..at]);
                assert!(!line.contains("format!"), "{path} formats {raw}");
            }
        }
    }
    assert!(quotes >= 8, "the test looks in the wrong place: {quotes}");
}

#[test]
fn only_lib_and_main_touch_the_world() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if path == "src/lib.rs"
            || path == "src/main.rs"
            || path.starts_with("src/edges/")
            || path.starts_with("src/bin/")
            || path.ends_with("/tests.rs")
            || path.contains("/tests/")
        {
            continue;
        }
        let code = without_comments(code(&text));
        if code.contains("edges::") && module(&path) != "action" {
            wrong.push(format!("{path}: edges::"));
        }
        for word in [
            "std::fs",
            "std::env::",
            "std::process",
            "std::net::Tcp",
            "std::thread",
            "SystemTime::now",
            "println!",
        ] {
            if code.contains(word) && !code.contains(&format!("env!(\"{word}")) {
                wrong.push(format!("{path}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_are_unique_and_of_one_shape() {
    let kebab = |name: &str| {
        let letters =
            |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
        !name.is_empty()
            && name.chars().all(letters)
            && !name.starts_with('-')
            && !name.ends_with('-')
            && !name.contains("--")
    };
    let dotted = |name: &str| kebab(&name.replace('.', ""));
    let tables: [(&str, Vec<&str>); 4] = [
        ("rules", RULES.iter().map(|rule| rule.id).collect()),
        ("formats", FORMATS.iter().map(|format| format.name).collect()),
        ("shapes", SHAPES.iter().map(|shape| shape.name).collect()),
        ("reporters", REPORTERS.iter().map(|reporter| reporter.name).collect()),
    ];
    for (table, names) in tables {
        let mut seen = HashSet::new();
        for name in names {
            assert!(seen.insert(name), "{table}: {name} stands twice");
            assert!(
                if table == "shapes" { dotted(name) } else { kebab(name) },
                "{table}: {name}"
            );
        }
    }
}

#[test]
fn everything_is_documented() {
    for rule in RULES {
        assert!(rule.summary.len() > 10 && !rule.summary.ends_with('.'), "{}", rule.id);
        assert!(
            rule.summary.starts_with(|first: char| first.is_lowercase()),
            "{}",
            rule.id
        );
        assert!(
            rule.doc.len() > 60 && rule.doc.ends_with('.'),
            "{}: {}",
            rule.id,
            rule.doc
        );
        assert!(reference::rule_page(rule).contains(rule.summary));
    }
    let summaries = FORMATS.iter().map(|format| (format.name, format.summary));
    let shapes = SHAPES.iter().map(|shape| (shape.name, shape.summary));
    let reporters = REPORTERS.iter().map(|reporter| (reporter.name, reporter.summary));
    for (name, summary) in summaries.chain(shapes).chain(reporters) {
        assert!(summary.len() > 5 && !summary.ends_with('.'), "{name}: {summary}");
    }
}

#[test]
fn every_rule_and_format_file_is_registered() {
    let sources = sources();
    for (table, list) in [("rules", "RULES"), ("formats", "FORMATS"), ("reporters", "REPORTERS")] {
        let index = &sources[&format!("src/{table}/mod.rs")];
        let start = index.find(&format!("pub const {list}")).unwrap();
        let rows = &index[start..start + index[start..].find("\n];").or(index[start..].find("];")).unwrap()];
        for path in sources.keys().filter(|path| path.starts_with(&format!("src/{table}/"))) {
            let name = path.rsplit('/').next().unwrap().trim_end_matches(".rs");
            if name == "mod" || name == "tests" || path.matches('/').count() > 2 {
                continue;
            }
            assert!(index.contains(&format!("mod {name};")), "{path} is no module");
            let text = code(&sources[path]);
            let has_record =
                text.contains(": Rule = ") || text.contains(": Format = ") || text.contains(": Reporter = ");
            if has_record {
                let needed = [format!("{name}::")];
                assert!(
                    needed.iter().any(|row| rows.contains(row.as_str())),
                    "{path} has no row in {list}"
                );
                // As many records as rows: half a registration fails.
                let records = [": Rule = ", ": Format = ", ": Reporter = "]
                    .iter()
                    .map(|record| text.matches(record).count())
                    .sum::<usize>();
                let internal = text
                    .lines()
                    .filter(|line| line.contains(": Format = ") && !line.starts_with("pub const"))
                    .count();
                let registered = rows.matches(&format!("{name}::")).count();
                assert!(
                    registered >= records.saturating_sub(internal).min(records).max(1),
                    "{path}: {records} records, {registered} rows"
                );
            }
        }
    }
}

#[test]
fn files_are_small_and_finished() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let lines = if path.ends_with("tests.rs") {
            0
        } else {
            code(&text).lines().count()
        };
        let excused = MAY_BE_LARGE
            .iter()
            .any(|(known, reason)| *known == path && !reason.is_empty());
        if lines > LARGE && !excused {
            wrong.push(format!("{path}: {lines} lines of code"));
        }
        for word in ["todo!(", "unimplemented!(", "dbg!(", "XXX:", "FIXME"] {
            if code(&text).contains(word) {
                wrong.push(format!("{path}: {word}"));
            }
        }
        let name = path.rsplit('/').next().unwrap();
        if ["utils.rs", "util.rs", "helpers.rs", "common.rs", "misc.rs"].contains(&name) {
            wrong.push(format!("{path}: a name that says nothing"));
        }
        if !text.starts_with("//!") && !name.starts_with("tests") {
            wrong.push(format!("{path}: no first line that says what it is"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reference_is_fresh() {
    support::compare("docs/reference.md", &reference::reference());
    support::compare("schema.json", &reference::schema());
}

/// The exit codes are a contract: they follow from the verdict alone.
#[test]
fn exit_codes() {
    use envfence::report::Verdict;
    let table = [
        (Verdict::Good, 0),
        (Verdict::Violated, 1),
        (Verdict::Error, 2),
        (Verdict::Nothing, 3),
        (Verdict::Unknown, 4),
    ];
    for (verdict, code) in table {
        assert_eq!(verdict.exit_code(), code, "{verdict:?}");
    }
}

/// Every file of the examples with its path.
fn examples() -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut directories = vec![repository("examples")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let content = std::fs::read(&path).unwrap();
                files.push((path.strip_prefix(repository("")).unwrap().to_path_buf(), content));
            }
        }
    }
    files
}

/// The same input gives the same bytes, whatever the order in which the files came to be and the threads ran.
#[test]
fn the_same_input_gives_the_same_bytes() {
    let mut files = examples();
    // Enough files that threads get in each other's way.
    for copy in 0..20 {
        for (path, content) in examples() {
            files.push((Path::new(&format!("copy{copy}")).join(path), content));
        }
    }
    files.sort();
    let orders: [fn(usize, usize) -> usize; 3] =
        [|at, _| at, |at, count| count - 1 - at, |at, count| (at * 7919) % count];
    let mut shown = BTreeSet::new();
    for order in orders {
        let tree = Tree::new();
        // 7919 is a prime: every file is written, or the check below fails.
        for at in 0..files.len() {
            let (path, content) = &files[order(at, files.len())];
            tree.write(path, content);
        }
        for _ in 0..3 {
            let options = LintOptions {
                root: tree.path().to_path_buf(),
                paths: Vec::new(),
                policy: None,
                change: envfence::ChangeFrom::Nowhere,
                judges_all: false,
                is_proposal: false,
                fail_on: None,
                today: "2026-06-01".parse::<Date>().unwrap(),
            };
            let report = envfence::lint(&options).unwrap();
            assert!(report.findings.len() > 40, "{}", report.findings.len());
            let all: Vec<String> = REPORTERS
                .iter()
                .map(|reporter| (reporter.render)(&report, &Options::default()))
                .collect();
            shown.insert(all);
        }
    }
    assert_eq!(shown.len(), 1);
}
