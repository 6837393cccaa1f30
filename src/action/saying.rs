//! What is said without GitHub's API: the job summary first, the log with its annotations, report files, the step's outputs.

use super::Step;
use super::judging::Judged;
use crate::edges::{output, runner};
use crate::finding::Level;
use crate::report::{Report, Verdict};
use crate::reporters::markdown::{self, LinkBase, MarkdownOptions};
use crate::reporters::{self, Options, github as annotations};
use std::path::PathBuf;

/// A summary may have 1 MiB; what is larger is dropped as a whole.
const SUMMARY_LIMIT: usize = 1_000_000;

/// What came of saying it.
#[derive(Default)]
pub(super) struct Said {
    /// What could not be said.
    pub(super) failed: Vec<String>,
    /// The reports that were written: the reporter's name and the file.
    written: Vec<(&'static str, PathBuf)>,
}

/// Says it.
pub(super) fn say(step: &Step, judged: &Judged) -> Said {
    let mut said = Said::default();
    let mut keep = |result: crate::error::Result<()>| {
        if let Err(error) = &result {
            said.failed.push(error.to_string().replace('\n', " "));
        }
        result.is_ok()
    };
    if step.inputs.summarises
        && let Some(file) = &step.run.summary
    {
        keep(runner::append(file, &body(step, judged, SUMMARY_LIMIT)));
    }
    let report = &judged.report;
    let options = Options::default();
    keep(output::print(&(reporters::text::REPORTER.render)(report, &options)));
    if step.inputs.annotates {
        keep(output::print(&(annotations::REPORTER.render)(report, &options)));
    }
    for (name, file) in &step.inputs.files {
        if let Some(reporter) = reporters::reporter(name) {
            // It is relative to the workspace, like everything that other steps are told.
            let text = (reporter.render)(report, &options);
            if keep(runner::write(&step.run.workspace, file, &text)) {
                said.written.push((name, file.clone()));
            }
        }
    }
    said
}

/// The Markdown that people read, with links to what was judged.
pub(super) fn body(step: &Step, judged: &Judged, limit: usize) -> String {
    let previews = judged.previews.iter().map(|what| format!("this pull request {what}"));
    markdown::body(
        &judged.report,
        &MarkdownOptions {
            link: Some(link(step, judged)),
            limit_bytes: limit,
            title: title(&step.inputs.comment_id),
            run_url: Some(step.run.url()).filter(|url| !url.is_empty()),
            shows_map: true,
            previews: previews.chain(judged.notes.iter().cloned()).collect(),
        },
    )
}

/// Where the judged files can be looked at: the lines of a merge with a target branch that moved on are not those of the
/// pull request's own commit.
pub(super) fn link(step: &Step, judged: &Judged) -> LinkBase {
    let sha = judged.tree.as_ref().map_or(&step.run.sha, |tree| &tree.commit);
    LinkBase {
        server_url: step.run.server_url.clone(),
        repository: format!("{}/{}", step.run.repository.owner, step.run.repository.name),
        sha: sha.clone(),
    }
}

/// The use, where there may be several.
fn title(id: &str) -> String {
    match id {
        "envfence" => "envfence".to_owned(),
        id => format!("envfence: {id}"),
    }
}

/// The last words: notes in the log, the outputs of the step.
pub(super) fn finish(step: &Step, judged: &Judged, comment_url: Option<&str>, said: &Said) {
    let report = &judged.report;
    let _ = output::print(&annotations::note_lines(
        judged.notes.iter().chain(&said.failed).map(String::as_str),
    ));
    let Some(file) = &step.run.output else {
        return;
    };
    let file_of = |name: &str| {
        let written = said.written.iter().find(|(reporter, _)| *reporter == name);
        written
            .map(|(_, path)| path.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    let outputs = [
        ("verdict", verdict(report).to_owned()),
        ("exit-code", report.exit_code.to_string()),
        ("findings", report.findings.len().to_string()),
        ("errors", count(report, Level::Error)),
        ("warnings", count(report, Level::Warning)),
        ("suppressed", report.suppressed.len().to_string()),
        ("checked", report.coverage.judged().to_string()),
        ("sarif-file", file_of("sarif")),
        ("json-file", file_of("json")),
        ("comment-url", comment_url.unwrap_or_default().to_owned()),
        ("version", report.version.to_owned()),
    ];
    let is_line = |value: &str| !value.contains(char::is_control);
    let lines = outputs.iter().filter(|(_, value)| is_line(value));
    let text: String = lines.map(|(name, value)| format!("{name}={value}\n")).collect();
    if let Err(error) = runner::append(file, &text) {
        output::complain(&error.to_string());
    }
}

fn count(report: &Report, level: Level) -> String {
    let of_level = report.findings.iter().filter(|finding| finding.level == level);
    of_level.count().to_string()
}

fn verdict(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Good => "good",
        Verdict::Violated => "violated",
        Verdict::Error => "error",
        Verdict::Nothing => "nothing",
        Verdict::Unknown => "unknown",
    }
}
