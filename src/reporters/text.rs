//! The report for people: findings with their line and what to do about them, then what was and was not looked at.

pub(super) mod coverage;
pub(super) mod excerpt;
pub(super) mod summary;

use super::visible::visible;
use super::{Detail, Options, Reporter, Style};
use crate::error::Error;
use crate::finding::Level;
use crate::report::{Report, ReportedFinding};
pub(crate) use coverage::counted;

/// Shows a report as text.
pub const REPORTER: Reporter = Reporter {
    name: "text",
    summary: "for people: each finding with its line, then what was checked",
    doc: "What is written where nothing else is asked for. `--quiet` leaves one line per finding, `--verbose` adds \
confidences, value hashes, all problems, the acknowledged findings and which policy holds, `--show-skipped` names the files that were left \
out.",
    render,
};

/// The report as text.
pub fn render(report: &Report, options: &Options) -> String {
    let mut page = Page {
        text: String::new(),
        style: options.style,
    };
    for finding in &report.findings {
        match options.detail {
            Detail::Quiet => brief(&mut page, finding),
            Detail::Normal | Detail::Verbose => full(&mut page, finding, options.detail),
        }
    }
    summary::write(&mut page, report, options);
    page.text
}

/// An error that makes the run impossible, as text.
pub fn error(error: &Error, style: Style) -> String {
    let mut page = Page {
        text: String::new(),
        style,
    };
    let message = page.bold(&format!(": {}", visible(&error.message)));
    page.line(&[&page.level(Level::Error, "error"), &message]);
    if let Some(place) = &error.place {
        page.line(&["  ", &page.frame("-->"), " ", &visible(place)]);
    }
    if let Some(hint) = &error.hint {
        page.line(&["   ", &page.frame("="), " ", &page.bold("help"), ": ", &visible(hint)]);
    }
    page.text
}

/// A finding on one line.
fn brief(page: &mut Page, finding: &ReportedFinding) {
    let place = format!("{}:{}:{}: ", finding.path, finding.line, finding.column);
    let title = page.title(finding);
    page.line(&[&visible(&place), &title, ": ", &visible(&finding.message)]);
}

/// A finding with its line, its surroundings and its help.
fn full(page: &mut Page, finding: &ReportedFinding, detail: Detail) {
    let number = finding.line.to_string();
    let margin = " ".repeat(number.len());
    let message = page.bold(&format!(": {}", visible(&finding.message)));
    page.line(&[&page.title(finding), &message]);
    let place = format!("{}:{}:{}", finding.path, finding.line, finding.column);
    page.line(&[&margin, &page.frame("-->"), " ", &visible(&place)]);
    if !finding.excerpt.text.is_empty() {
        let shown = excerpt::show(&finding.excerpt);
        let bar = page.frame("|");
        page.line(&[&margin, " ", &bar]);
        page.line(&[&page.frame(&number), " ", &bar, " ", &shown.text]);
        let carets = page.level(finding.level, &"^".repeat(shown.carets));
        page.line(&[&margin, " ", &bar, " ", &" ".repeat(shown.indentation), &carets]);
    }
    let mut note = |name: &str, text: &str| {
        if !text.is_empty() {
            page.line(&[
                &margin,
                " ",
                &page.frame("="),
                " ",
                &page.bold(name),
                ": ",
                &visible(text),
            ]);
        }
    };
    note("environment", &finding.environment);
    note("key", &finding.key);
    if detail == Detail::Verbose {
        note("confidence", &format!("{:?}", finding.confidence).to_lowercase());
        if !finding.value_hash.is_empty() {
            note(
                "value hash",
                &format!("{} (for an acknowledgement in the policy)", finding.value_hash),
            );
        }
    }
    for related in &finding.related {
        note(
            "related",
            &format!("{}:{}: {}", related.path, related.line, related.message),
        );
    }
    note("help", &finding.help);
    page.line(&[]);
}

/// Text as it grows.
struct Page {
    text: String,
    style: Style,
}

impl Page {
    /// Adds a line without blanks at its end.
    fn line(&mut self, parts: &[&str]) {
        for part in parts {
            self.text.push_str(part);
        }
        let length = self.text.trim_end_matches(' ').len();
        self.text.truncate(length);
        self.text.push('\n');
    }

    fn painted(&self, code: &str, text: &str) -> String {
        match self.style {
            Style::Plain => text.to_owned(),
            Style::Coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    fn bold(&self, text: &str) -> String {
        self.painted("1", text)
    }

    fn frame(&self, text: &str) -> String {
        self.painted("1;34", text)
    }

    fn level(&self, level: Level, text: &str) -> String {
        let code = match level {
            Level::Error => "1;31",
            Level::Warning => "1;33",
            Level::Note => "1;36",
        };
        self.painted(code, text)
    }

    /// `error[rule-id]`
    fn title(&self, finding: &ReportedFinding) -> String {
        self.level(finding.level, &format!("{}[{}]", name_of(finding.level), finding.rule))
    }
}

/// The name of a level.
pub(super) fn name_of(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

#[cfg(test)]
mod tests;
