//! Scenarios, one Markdown file each: files, a policy, and the report that they must give. See `tests/cases/README.md`.
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
use envfence::finding::Level;
use envfence::report::{Report, ReportedFinding};
use envfence::{ChangeFrom, LintOptions};
use std::path::{Path, PathBuf};
use support::Tree;

/// The day on which every scenario plays.
const TODAY: &str = "2026-06-01";

#[test]
fn cases() {
    run("tests/cases", 70);
}

/// What is known to be wrong: today's report is asserted, so that it shows when that changes.
#[test]
fn known_to_be_wrong() {
    // Git keeps no empty directory.
    if support::repository("tests/cases/wrong").is_dir() {
        run("tests/cases/wrong", 0);
    }
}

fn run(directory: &str, fewest: usize) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(support::repository(directory))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .collect();
    files.sort();
    assert!(
        support::blesses() || files.len() >= fewest,
        "only {} scenarios in {directory}",
        files.len()
    );
    let failed: Vec<String> = support::in_parallel(&files, |path| judge(path))
        .into_iter()
        .flatten()
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} scenarios differ; ENVFENCE_BLESS=1 cargo test rewrites them\n\n{}",
        failed.len(),
        files.len(),
        failed.join("\n")
    );
}

/// What differs from a scenario's expectation.
fn judge(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let case = Case::read(path, &text);
    let actual = case.play();
    let (asserted, is_wrong) = match (case.block("today"), case.block("expected")) {
        (Some(today), Some(_)) => (today, true),
        (None, Some(expected)) => (expected, false),
        _ => panic!("{}: no expected block", path.display()),
    };
    if is_wrong && Some(actual.as_str()) == case.block("expected").map(|block| block.body) {
        return Some(format!(
            "{}: right at last: move it to tests/cases, without `today`",
            path.display()
        ));
    }
    if actual == asserted.body {
        return None;
    }
    if support::blesses() {
        let at = asserted.body.as_ptr() as usize - text.as_ptr() as usize;
        let blessed = format!("{}{actual}{}", &text[..at], &text[at + asserted.body.len()..]);
        std::fs::write(path, blessed).unwrap();
        return None;
    }
    let difference = support::difference(asserted.body, &actual);
    Some(format!("{}\n{difference}", path.display()))
}

/// A scenario.
struct Case<'t> {
    blocks: Vec<Block<'t>>,
}

/// A fenced block: the words behind its fence, and its lines.
struct Block<'t> {
    words: Vec<&'t str>,
    body: &'t str,
}

impl<'t> Case<'t> {
    fn read(path: &Path, text: &'t str) -> Self {
        assert!(text.starts_with("# "), "{}: no title", path.display());
        let mut blocks = Vec::new();
        let mut from = 0;
        while let Some(fence) = find_line(text, from, "```") {
            let inside = fence + text[fence..].find('\n').unwrap() + 1;
            let ticks = text[fence..].bytes().take_while(|byte| *byte == b'`').count();
            let end = find_line(text, inside, &"`".repeat(ticks))
                .unwrap_or_else(|| panic!("{}: an open fence", path.display()));
            blocks.push(Block {
                words: text[fence + ticks..inside].split_whitespace().collect(),
                body: &text[inside..end],
            });
            from = end + ticks;
        }
        Self { blocks }
    }

    fn block(&self, name: &str) -> Option<&Block<'t>> {
        self.blocks.iter().find(|block| block.words.first() == Some(&name))
    }

    /// Writes the files, lints them, and says what came of it.
    fn play(&self) -> String {
        let tree = Tree::new();
        let is_change = self.files().any(|(path, _)| path.starts_with("before/"));
        if is_change {
            for (path, content) in self
                .files()
                .filter_map(|(path, content)| Some((path.strip_prefix("before/")?, content)))
            {
                tree.write(path, content);
            }
            tree.commit();
            for path in self.block("removed").map_or("", |block| block.body).lines() {
                tree.remove(path);
            }
        }
        for (path, content) in self.files().filter(|(path, _)| !path.starts_with("before/")) {
            tree.write(path, content);
        }
        if is_change {
            tree.commit();
        }
        let policy = std::fs::read_to_string(tree.at("envfence.yml")).ok();
        let is_proposal = self.block("proposal").is_some();
        let options = LintOptions {
            root: tree.path().to_path_buf(),
            paths: Vec::new(),
            policy: policy.map(|text| ("envfence.yml".to_owned(), text)),
            change: match is_change {
                true => ChangeFrom::Revision("HEAD~1".to_owned()),
                false => ChangeFrom::Nowhere,
            },
            judges_all: false,
            is_proposal,
            fail_on: Some(Level::Error),
            today: TODAY.parse::<Date>().unwrap(),
        };
        match envfence::lint(&options) {
            Ok(report) => shown(&report),
            Err(errors) => errors
                .iter()
                .map(|error| format!("refused {} {}\n", error.place.as_deref().unwrap_or("-"), error.message))
                .collect(),
        }
    }

    /// The blocks that are files, as `lang path` with `bom` and `crlf` behind, where they are wanted.
    fn files(&self) -> impl Iterator<Item = (&str, Vec<u8>)> {
        let named = self.blocks.iter().filter(|block| block.words.len() >= 2);
        named.map(|block| {
            let mut content = block.body.to_owned();
            if block.words[2..].contains(&"crlf") {
                content = content.replace('\n', "\r\n");
            }
            if block.words[2..].contains(&"bom") {
                content.insert(0, '\u{feff}');
            }
            (block.words[1], content.into_bytes())
        })
    }
}

/// The start of the next line that begins so.
fn find_line(text: &str, from: usize, start: &str) -> Option<usize> {
    if text[from..].starts_with(start) && (from == 0 || text[..from].ends_with('\n')) {
        return Some(from);
    }
    text[from..].find(&format!("\n{start}")).map(|at| from + at + 1)
}

/// A report on one line each: findings, what is acknowledged, problems, what was left out, the outcome.
fn shown(report: &Report) -> String {
    let mut lines = Vec::new();
    lines.extend(report.findings.iter().map(finding));
    for one in &report.suppressed {
        let until = one
            .until
            .as_deref()
            .map(|day| format!(" until {day}"))
            .unwrap_or_default();
        lines.push(format!(
            "suppressed {} by {}{until}: {}",
            finding(&one.finding),
            one.acknowledged_at,
            one.reason
        ));
    }
    lines.extend(
        report
            .pending_acknowledgements
            .iter()
            .map(|place| format!("pending {place}")),
    );
    for problem in &report.problems {
        lines.push(format!(
            "problem {}:{}:{} {}",
            problem.path, problem.line, problem.column, problem.message
        ));
    }
    for group in &report.coverage.skipped {
        lines.extend(
            group
                .paths
                .iter()
                .map(|path| format!("left out {path} ({})", group.reason)),
        );
    }
    let environments: Vec<&str> = report
        .coverage
        .environments
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    lines.push(format!("environments {}", environments.join(" ")).trim_end().to_owned());
    lines.push(format!("exit {}", report.exit_code));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// `level rule path:line:column key`
fn finding(finding: &ReportedFinding) -> String {
    let level = format!("{:?}", finding.level).to_lowercase();
    let (rule, path) = (finding.rule, finding.path.as_str());
    let place = format!("{path}:{}:{}", finding.line, finding.column);
    format!("{level} {rule} {place} {}", finding.key).trim_end().to_owned()
}
