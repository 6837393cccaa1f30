//! Markdown: the comment on a pull request and the summary of a job. The verdict comes first, in words.

mod escaping;
mod findings;
mod links;
mod verdict;

use super::text::coverage::{
    NO_PRODUCTION, counted, counts, coverage_line, grouped, of_change, partly_read_files, policy_used, too_little,
};
use super::text::name_of;
use super::{Options, Reporter, mermaid, ranked_problems};
use crate::finding::Level;
use crate::report::{Report, ReportedFinding, Suppressed, Verdict};
use escaping::{code, prose};
pub use links::LinkBase;
use std::fmt::Write as _;

/// Shows a report as Markdown.
pub const REPORTER: Reporter = Reporter {
    name: "markdown",
    summary: "a page for a pull request's comment or a job's summary",
    doc: "The verdict in one line, a table of the findings, worst first, a map of where the environments point when \
something is wrong, then for each finding, folded, its line with credentials masked, what to do, and the places that \
explain it; at the end what was checked, what is acknowledged and what could not be read. What comes from files shows as \
it is written and does nothing: no links, no mentions, no HTML. A page has at most 1 MiB, as GitHub's summaries do; it \
says how many findings have no room.",
    render,
};

/// What a job's summary may take on GitHub.
const SUMMARY: usize = 1024 * 1024;

/// Arrows of the map.
const ARROWS: usize = 12;

/// Findings whose details stand below each other without another fold around them.
const UNFOLDED: usize = 5;

/// Bytes for headings, folds and the words about what has no room.
const FRAME: usize = 1_500;

/// How a report becomes a page.
#[derive(Debug, Clone)]
pub struct MarkdownOptions {
    /// Where files can be looked at; without it places are no links.
    pub link: Option<LinkBase>,
    /// Bytes that the page may take, its line end included. GitHub counts characters of a comment and bytes of a summary;
    /// there are never more characters than bytes.
    pub limit_bytes: usize,
    /// What stands before the verdict, to tell several pages apart; may be empty.
    pub title: String,
    /// The run that made the report, which has all of it.
    pub run_url: Option<String>,
    /// Whether a map is drawn when something is wrong; old servers do not know Mermaid.
    pub shows_map: bool,
    /// Sentences that stand below the verdict, as plain text: what is to come, such as what another policy would say.
    pub previews: Vec<String>,
}

impl Default for MarkdownOptions {
    fn default() -> Self {
        Self {
            link: None,
            limit_bytes: SUMMARY,
            title: "envfence".into(),
            run_url: None,
            shows_map: true,
            previews: Vec::new(),
        }
    }
}

/// The report as a page without links.
pub fn render(report: &Report, _: &Options) -> String {
    body(report, &MarkdownOptions::default())
}

/// The verdict in one line, as plain text.
pub fn headline(report: &Report) -> String {
    verdict::headline(report).text.replace(['`', '\\'], "")
}

/// A finding as a comment on its own line: what is wrong, what to do, and what explains it.
pub fn line_comment(finding: &ReportedFinding, link: Option<&LinkBase>) -> String {
    findings::comment(finding, link)
}

/// The report as a page that never takes more bytes than it may. What has no room is left out whole and counted: first
/// the map, then problems and acknowledged findings, then the findings that are least bad.
pub fn body(report: &Report, options: &MarkdownOptions) -> String {
    let heading = heading(report, options);
    let foot = foot(report, options);
    let mut room = options.limit_bytes.saturating_sub(heading.len() + foot.len() + FRAME);
    let previews = list(
        options.previews.iter().map(|text| format!("- ℹ️ {}\n", prose(text))),
        room / 4,
    );
    room = room.saturating_sub(previews.text.len());
    let map = map(report, options)
        .filter(|map| map.len() < room / 3)
        .unwrap_or_default();
    room = room.saturating_sub(map.len());
    let findings = findings::Chosen::new(report, options.link.as_ref(), room);
    room = room.saturating_sub(findings.length);
    let mut page = heading;
    previews.write(&mut page, "sentence");
    page.push_str(&findings.table());
    left_out(&mut page, report, findings.count, options);
    page.push_str(&findings.folded(UNFOLDED));
    let problems = problems(report, options, room);
    room = room.saturating_sub(problems.len());
    page.push_str(&problems);
    page.push_str(&map);
    page.push_str(&suppressed(report, options, room));
    page.push_str(&foot);
    if page.len() > options.limit_bytes {
        page = shortest(report, options);
    }
    page
}

/// `### ❌ envfence: production would use staging's database (1 error, 2 warnings)`
fn heading(report: &Report, options: &MarkdownOptions) -> String {
    let headline = verdict::headline(report);
    let title = if options.title.is_empty() {
        String::new()
    } else {
        format!("{}: ", prose(&super::shortened(&options.title, 100)))
    };
    format!("### {} {title}{}\n", headline.icon, headline.text)
}

/// Where there is no room for anything else.
fn shortest(report: &Report, options: &MarkdownOptions) -> String {
    let mut page = heading(report, options);
    let mut end = options.limit_bytes.min(page.len());
    while !page.is_char_boundary(end) {
        end -= 1;
    }
    page.truncate(end);
    page
}

/// What was checked, by which version, in which run.
fn foot(report: &Report, options: &MarkdownOptions) -> String {
    let line = coverage_line(&report.coverage);
    let mut foot = format!("\n{}\n", verdict::sentence(&prose(&line)));
    if let Some(files) = partly_read_files(&report.coverage) {
        let _ = writeln!(foot, "\nNot fully read: {files}.");
    }
    if report.lacks_production() {
        let (what, help) = NO_PRODUCTION;
        let _ = writeln!(foot, "\n⚠️ {}: {help}.", verdict::capital(what));
    }
    if report.verdict != Verdict::Nothing && report.coverage.rules > 0 && report.coverage.is_too_little() {
        let (name, why) = too_little(&report.coverage);
        let _ = writeln!(foot, "\n{}", verdict::sentence(&format!("{name}: {why}")));
    }
    if let Some(change) = of_change(&report.scope) {
        let _ = writeln!(foot, "\nFindings are those {}.", prose(&change));
    }
    let policy = policy_used(report).map(|policy| format!(" · {}", prose(&policy)));
    let policy = policy.unwrap_or_default();
    let run = options.run_url.as_deref().filter(|url| links::is_plain(url));
    let run = run.map(|url| format!(" · [whole report]({url})")).unwrap_or_default();
    let _ = writeln!(foot, "\n<sub>envfence {}{policy}{run}</sub>", prose(report.version));
    foot
}

/// Says which findings are left out, and where they are.
fn left_out(page: &mut String, report: &Report, shown: usize, options: &MarkdownOptions) {
    let levels: Vec<Level> = verdict::ranked(report)
        .into_iter()
        .skip(shown)
        .map(|finding| finding.level)
        .collect();
    if levels.is_empty() {
        return;
    }
    let counts = counts(levels.iter().copied());
    let these = verdict::more(
        levels.len(),
        "finding",
        &format!("({counts}) is"),
        &format!("({counts}) are"),
    );
    let run = options.run_url.as_deref().filter(|url| links::is_plain(url));
    let place = match run {
        Some(url) => format!("in [the run]({url}), which has the whole report"),
        None => "in the other reports of this run".to_owned(),
    };
    let _ = writeln!(page, "\n**{these} not shown here for lack of room; all are {place}.**");
}

/// Which environments point where, when one points at something wrong.
fn map(report: &Report, options: &MarkdownOptions) -> Option<String> {
    let wrong = report.map.iter().any(|arrow| arrow.wrong);
    if !options.shows_map || !wrong {
        return None;
    }
    let mut map = format!("\n```mermaid\n{}```\n", mermaid::flowchart(&report.map, ARROWS));
    if let Some(more) = report.map.len().checked_sub(ARROWS).filter(|more| *more > 0) {
        let _ = writeln!(map, "\n{} not drawn.", verdict::more(more, "arrow", "is", "are"));
    }
    Some(map)
}

/// What could not be read: what makes the run fail is there to be seen, the rest is folded.
fn problems(report: &Report, options: &MarkdownOptions, room: usize) -> String {
    let all = ranked_problems(&report.problems);
    let fails = all.first().is_some_and(|problem| problem.level == Level::Error);
    let title = format!("{} in what was read", counted(all.len(), "problem"));
    let folded = super::folded_problems(&all);
    let items = folded.into_iter().map(|(problem, alike)| {
        let place = match problem.path.as_str() {
            "" => String::new(),
            path => links::place(options.link.as_ref(), path, problem.line, problem.line) + ": ",
        };
        let level = name_of(problem.level);
        format!(
            "- {} {level}: {place}{}{}\n",
            verdict::icon(problem.level),
            prose(&problem.message),
            match alike {
                1 => String::new(),
                alike => format!(" ({} like it in this file)", grouped(alike)),
            }
        )
    });
    list(items, room).folded(&title, fails)
}

/// What is acknowledged, with the reason.
fn suppressed(report: &Report, options: &MarkdownOptions, room: usize) -> String {
    let title = counted(report.suppressed.len(), "acknowledged finding");
    let link = options.link.as_ref();
    let item = |one: &Suppressed| {
        let finding = &one.finding;
        let place = links::place(link, &finding.path, finding.line, finding.end_line);
        let until = one.until.as_deref().map(|day| format!(", until {}", prose(day)));
        let by = match one.acknowledged_at.rsplit_once(':') {
            Some((path, line)) => links::place(link, path, line.parse().unwrap_or(0), 0),
            None => code(&one.acknowledged_at),
        };
        format!(
            "- {place}: {}: {} ({by}{})\n",
            code(finding.rule),
            prose(&one.reason),
            until.unwrap_or_default()
        )
    };
    list(report.suppressed.iter().map(item), room).folded(&title, false)
}

/// Items of a list that there is room for, and how many there is none for.
struct List {
    text: String,
    more: usize,
}

/// The first items that fit.
fn list(items: impl Iterator<Item = String>, room: usize) -> List {
    let mut list = List {
        text: String::new(),
        more: 0,
    };
    for item in items {
        if list.more == 0 && list.text.len() + item.len() <= room {
            list.text.push_str(&item);
        } else {
            list.more += 1;
        }
    }
    list
}

impl List {
    fn write(&self, page: &mut String, noun: &str) {
        if self.text.is_empty() && self.more == 0 {
            return;
        }
        let _ = write!(page, "\n{}{}", self.text, self.rest(noun));
    }

    fn rest(&self, noun: &str) -> String {
        match self.more {
            0 => String::new(),
            more => format!(
                "- {} not shown for lack of room\n",
                verdict::more(more, noun, "is", "are")
            ),
        }
    }

    /// The list behind a title that unfolds it; nothing where nothing is in it.
    fn folded(&self, title: &str, open: bool) -> String {
        if self.text.is_empty() && self.more == 0 {
            return String::new();
        }
        let open = if open { " open" } else { "" };
        format!(
            "\n<details{open}>\n<summary>{title}</summary>\n\n{}{}\n</details>\n",
            self.text,
            self.rest("entry")
        )
    }
}

#[cfg(test)]
mod tests;
