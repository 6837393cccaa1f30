//! What envfence says of itself: rules, formats and ways of writing an address, from the same records that judge.

use crate::formats::FORMATS;
use crate::policy;
use crate::references::SHAPES;
use crate::reporters::REPORTERS;
use crate::rules::{RULES, Rule, Sample};
use std::fmt::Write;

/// A line per rule.
pub fn rules_table() -> String {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    RULES
        .iter()
        .map(|rule| format!("{:width$}  {:7}  {}\n", rule.id, level(rule), rule.summary))
        .collect()
}

/// The rule whose id is most like a word, if any is.
pub fn nearest_rule(word: &str) -> Option<&'static str> {
    let likeness = |id: &str| strsim::jaro_winkler(word, id);
    let near = RULES
        .iter()
        .map(|rule| rule.id)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    near.filter(|id| likeness(id) > 0.7)
}

/// All about one rule.
pub fn rule_page(rule: &Rule) -> String {
    let mut page = format!(
        "{} ({})\n{}\n\n{}\n",
        rule.id,
        level(rule),
        rule.summary,
        wrap(rule.doc, 100)
    );
    for sample in rule.samples {
        page.push_str(if sample.finds.is_empty() {
            "\nLeft alone:\n"
        } else {
            "\nFound:\n"
        });
        for (path, text) in sample.files {
            let _ = writeln!(page, "\n  {path}");
            for (number, line) in text.lines().enumerate() {
                let mark = if is_found(sample, path, number + 1) { '>' } else { ' ' };
                let _ = writeln!(page, "  {mark} {line}");
            }
        }
    }
    if rule.judges_settings() {
        let _ = write!(
            page,
            "\nTo acknowledge it, with a reason and best with an end, in a comment at or above the line:\n\n  \
             # envfence: allow({}) until YYYY-MM-DD: reason\n",
            rule.id
        );
    }
    let _ = write!(
        page,
        "\nTo switch it off or change its level, in envfence.yml:\n\n  \
         rules:\n    {}: off\n",
        rule.id
    );
    page
}

/// docs/reference.md.
pub fn reference() -> String {
    let mut page = String::from(
        "# Reference\n\nGenerated from the code; `cargo test` compares it, `ENVFENCE_BLESS=1 cargo test` rewrites it.\n\n## Rules\n\n\
         The level is the worst that a rule gives; each finding has its own.\n",
    );
    for rule in RULES {
        let _ = write!(
            page,
            "\n### {}\n\n{} ({})\n\n{}\n",
            rule.id,
            capital(rule.summary),
            level(rule),
            rule.doc
        );
        for sample in rule.samples {
            page.push_str(if sample.finds.is_empty() {
                "\nLeft alone:\n"
            } else {
                "\nFound:\n"
            });
            for (path, text) in sample.files {
                let _ = write!(page, "\n`{path}`\n\n```\n");
                for (number, line) in text.lines().enumerate() {
                    let mark = if is_found(sample, path, number + 1) {
                        "  <-- found"
                    } else {
                        ""
                    };
                    let _ = writeln!(page, "{line}{mark}");
                }
                page.push_str("```\n");
            }
        }
    }
    page.push_str("\n## Formats\n\n| format | what it covers | comments |\n| --- | --- | --- |\n");
    for format in FORMATS {
        let comments: Vec<String> = format.comments.iter().map(|starter| format!("`{starter}`")).collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            format.name,
            format.summary,
            comments.join(" ")
        );
    }
    page.push_str("\n## References\n\nThe ways of writing an address that are taken apart.\n\n| shape | what it covers |\n| --- | --- |\n");
    for shape in SHAPES {
        let _ = writeln!(page, "| {} | {} |", shape.name, shape.summary.replace('|', "\\|"));
    }
    page.push_str("\n## Reporters\n\n| reporter | what it is for |\n| --- | --- |\n");
    for reporter in REPORTERS {
        let _ = writeln!(page, "| {} | {} |", reporter.name, reporter.summary);
    }
    for reporter in REPORTERS {
        let _ = write!(page, "\n### {}\n\n{}\n", reporter.name, reporter.doc);
    }
    page
}

/// schema.json: what an editor has to know of envfence.yml.
pub fn schema() -> String {
    let rules: Vec<(&str, &str)> = RULES.iter().map(|rule| (rule.id, rule.summary)).collect();
    let mut text = serde_json::to_string_pretty(&policy::schema(&rules)).unwrap_or_default();
    text.push('\n');
    text
}

/// The tables of the guide: which keys may stand in a policy, by where they stand.
pub fn policy_tables() -> Vec<(&'static str, String)> {
    let row = |(path, meaning): &(String, &str)| format!("| `{path}` | {meaning} |\n");
    let table = |section: policy::Section| {
        let rows: String = section.keys.iter().map(row).collect();
        (
            section.place,
            format!("| key | what stands there |\n| --- | --- |\n{rows}"),
        )
    };
    policy::sections().into_iter().map(table).collect()
}

fn is_found(sample: &Sample, path: &str, line: usize) -> bool {
    sample.finds.contains(&format!("{path}:{line}").as_str())
}

fn level(rule: &Rule) -> String {
    format!("{:?}", rule.level).to_lowercase()
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}

fn wrap(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if lines
            .last()
            .is_some_and(|line| !line.is_empty() && line.len() + 1 + word.len() > width)
        {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}
