//! Findings on a page: a row of the table, and folded details.

use super::escaping::{block, code, html_code, prose};
use super::links::{LinkBase, place, short_place, shortened_in_the_middle};
use super::verdict::{icon, ranked};
use crate::report::{Report, ReportedFinding};
use crate::reporters::shortened;
use crate::reporters::text::summary::grouped;
use crate::reporters::text::{excerpt, name_of};
use std::fmt::Write as _;

const HEAD: &str = "\n| | Where | What is wrong |\n| :-- | :-- | :-- |\n";

/// How a comment that acknowledges begins.
const ALLOW: &str = "envfence: allow(";

/// Related places that are shown of a finding.
const RELATED: usize = 10;

/// The findings that there is room for, worst first.
pub(super) struct Chosen {
    rows: String,
    details: String,
    /// How many there are.
    pub(super) count: usize,
    /// How many of them have details, too.
    detailed: usize,
    /// Bytes of all of it.
    pub(super) length: usize,
}

impl Chosen {
    /// As many findings as fit, each with its row and its details; where rows of all fit well, all rows, and details of the
    /// worst findings.
    pub(super) fn new(report: &Report, link: Option<&LinkBase>, room: usize) -> Self {
        let mut chosen = Self {
            rows: String::new(),
            details: String::new(),
            count: 0,
            detailed: 0,
            length: 0,
        };
        let has_all_rows = chosen.take_all_rows(report, link, room / 4 * 3);
        for finding in ranked(report) {
            let details = details(finding, link);
            let row = if has_all_rows {
                String::new()
            } else {
                row(finding, link)
            };
            if chosen.length + row.len() + details.len() > room {
                break;
            }
            chosen.length += row.len() + details.len();
            chosen.rows.push_str(&row);
            chosen.details.push_str(&details);
            chosen.detailed += 1;
        }
        chosen.count = chosen.count.max(chosen.detailed);
        chosen
    }

    /// Takes the rows of all findings, if they fit.
    fn take_all_rows(&mut self, report: &Report, link: Option<&LinkBase>, room: usize) -> bool {
        let mut rows = String::new();
        let mut count = 0;
        for finding in ranked(report) {
            rows.push_str(&row(finding, link));
            count += 1;
            if rows.len() > room {
                return false;
            }
        }
        self.length = rows.len();
        self.rows = rows;
        self.count = count;
        true
    }

    pub(super) fn table(&self) -> String {
        if self.rows.is_empty() {
            String::new()
        } else {
            format!("{HEAD}{}", self.rows)
        }
    }

    /// The details, each folded; more than some of them in one fold.
    pub(super) fn folded(&self, unfolded: usize) -> String {
        if self.detailed == 0 || self.count <= unfolded {
            return self.details.clone();
        }
        let which = if self.detailed < self.count {
            format!(" of the worst {}", grouped(self.detailed))
        } else {
            String::new()
        };
        format!(
            "\n<details>\n<summary>Details{which}, and what to do about each</summary>\n{}\n</details>\n",
            self.details
        )
    }
}

/// A row: wide tables run off the page, so that a place and its setting share a cell and a path shows its end.
fn row(finding: &ReportedFinding, link: Option<&LinkBase>) -> String {
    let environment = prose(&shortened(&finding.environment, 60));
    let key = if finding.key.is_empty() {
        String::new()
    } else {
        code(&shortened(&finding.key, 80))
    };
    let setting = format!("{environment} {key}");
    let setting = match setting.trim() {
        "" => String::new(),
        setting => format!("<br>{setting}"),
    };
    format!(
        "| {}&nbsp;{} | {}{setting} | {} |\n",
        icon(finding.level),
        name_of(finding.level),
        short_place(link, &finding.path, finding.line, finding.end_line),
        prose(&shortened(&finding.message, 600)),
    )
}

fn details(finding: &ReportedFinding, link: Option<&LinkBase>) -> String {
    let shown = format!("{}:{}", shortened_in_the_middle(&finding.path), finding.line);
    let mut text = format!(
        "\n<details>\n<summary>{} {} {}</summary>\n\n",
        icon(finding.level),
        html_code(&shown),
        finding.rule
    );
    let mut about = vec![place(link, &finding.path, finding.line, finding.end_line)];
    if !finding.environment.is_empty() {
        about.push(format!("environment {}", code(&finding.environment)));
    }
    if !finding.key.is_empty() {
        about.push(format!("setting {}", code(&finding.key)));
    }
    about.push(format!(
        "confidence {}",
        format!("{:?}", finding.confidence).to_lowercase()
    ));
    let _ = writeln!(text, "{}\n", about.join(" · "));
    if !finding.excerpt.text.is_empty() {
        let line = excerpt::show(&finding.excerpt);
        let number = finding.line.to_string();
        let margin = " ".repeat(number.len() + line.indentation);
        let lines = format!("{number} | {}\n{margin}   {}", line.text, "^".repeat(line.carets));
        let _ = writeln!(text, "{}", block(&lines));
    }
    if !finding.related.is_empty() {
        let _ = writeln!(text, "{}", related(finding, link).trim_start());
    }
    if !finding.help.is_empty() {
        let _ = writeln!(text, "**What to do:** {}\n", help(&finding.help));
    }
    text.push_str(&entry(finding));
    text.push_str("</details>\n");
    text
}

/// The policy's entry that would acknowledge a finding, to be copied. A pull request's own comments cannot.
fn entry(finding: &ReportedFinding) -> String {
    let Some(value) = finding.value_hash.get(..16).filter(|_| !finding.key.is_empty()) else {
        return String::new();
    };
    // JSON strings are YAML strings.
    let text = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let lines = [
        format!("  - rule: {}", finding.rule),
        format!("    environment: {}", text(&finding.environment)),
        format!("    setting: {}", text(&finding.key)),
        format!("    value: {}", text(value)),
        "    until: YYYY-MM-DD".to_owned(),
        "    reason: why this is right".to_owned(),
    ];
    let entry = block(&format!("acknowledge:\n{}", lines.join("\n")));
    format!("On purpose? In the policy of the target branch:\n\n{entry}\n")
}

/// A finding without its place, which is where the comment stands.
pub(super) fn comment(finding: &ReportedFinding, link: Option<&LinkBase>) -> String {
    let message = prose(&shortened(&finding.message, 1_000));
    let mut text = format!("{} **{}:** {message}\n", icon(finding.level), name_of(finding.level));
    text.push_str(&related(finding, link));
    if !finding.help.is_empty() {
        let _ = writeln!(text, "\n**What to do:** {}", help(&finding.help));
    }
    if finding.help.contains(ALLOW) {
        text.push_str("\nAn acknowledgement counts from when it is on the target branch.\n");
    }
    let _ = writeln!(text, "\n<sub>envfence · {}</sub>", prose(finding.rule));
    text
}

/// The places that explain a finding, as a list.
fn related(finding: &ReportedFinding, link: Option<&LinkBase>) -> String {
    let mut text = String::new();
    if !finding.related.is_empty() {
        text.push('\n');
    }
    for related in finding.related.iter().take(RELATED) {
        let place = place(link, &related.path, related.line, related.line);
        let _ = writeln!(text, "- {place}: {}", prose(&shortened(&related.message, 300)));
    }
    match finding.related.len().saturating_sub(RELATED) {
        0 => {}
        more => {
            let _ = writeln!(
                text,
                "- {}",
                super::verdict::more(more, "place", "is like these", "are like these")
            );
        }
    }
    text
}

/// The help, with the comment to be copied as code.
fn help(text: &str) -> String {
    match text.find(ALLOW) {
        Some(at) => {
            let (before, comment) = text.split_at(at);
            format!("{} {}", prose(before.trim_end()), code(comment))
        }
        None => prose(&shortened(text, 600)),
    }
}
