//! A picture of which environment points where, as a Mermaid flowchart.

use super::shortened;
use super::text::coverage::grouped;
use super::visible::visible;
use crate::map::Arrow;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

/// Characters of a label.
const LABEL: usize = 60;

/// Close together, and a label on one line: a page has room for little.
const LAYOUT: &str = "\
%%{init: {\"flowchart\": {\"nodeSpacing\": 14, \"rankSpacing\": 110, \"padding\": 6, \"wrappingWidth\": 560}}}%%
flowchart LR
";

/// Arrows that Mermaid draws where it is not told otherwise, which a picture cannot do itself.
const DRAWN: usize = 500;

/// The arrows as a flowchart, wrong ones red and thick, with at most so many arrows. The wrong ones come first, then those
/// that point at the same targets, then those of the same environments; a comment counts the rest.
pub fn flowchart(arrows: &[Arrow], most: usize) -> String {
    let chosen = chosen(arrows, most);
    let mut text = String::from(LAYOUT);
    let mut environments: HashMap<&str, usize> = HashMap::new();
    let mut targets: HashMap<(&str, &str), usize> = HashMap::new();
    let (mut edges, mut wrong) = (String::new(), Vec::new());
    for (number, arrow) in chosen.iter().enumerate() {
        let next = environments.len();
        let from = *environments.entry(&arrow.environment).or_insert_with(|| {
            let _ = writeln!(text, "  e{next}([\"{}\"])", label(&arrow.environment));
            next
        });
        let next = targets.len();
        let to = *targets.entry((&arrow.target, arrow.kind)).or_insert_with(|| {
            let (open, close) = if arrow.kind == "datastore" {
                ("(", ")")
            } else {
                ("[", "]")
            };
            let _ = writeln!(text, "  t{next}{open}\"{}\"{close}", label(&arrow.target));
            next
        });
        let line = if arrow.wrong { "==>|\"wrong\"|" } else { "-->" };
        let _ = writeln!(edges, "  e{from} {line} t{to}");
        if arrow.wrong {
            wrong.push(number.to_string());
        }
    }
    text.push_str(&edges);
    if !wrong.is_empty() {
        let _ = writeln!(text, "  linkStyle {} stroke:#cf222e,stroke-width:3px", wrong.join(","));
    }
    if let Some(more) = arrows.len().checked_sub(chosen.len()).filter(|more| *more > 0) {
        let _ = writeln!(text, "  %% {} more arrows are not drawn", grouped(more));
    }
    if chosen.len() > DRAWN {
        let _ = writeln!(text, "  %% Mermaid draws {DRAWN} arrows unless its maxEdges is raised");
    }
    text
}

/// The arrows that matter most, in their order within each rank.
fn chosen(arrows: &[Arrow], most: usize) -> Vec<&Arrow> {
    let wrong = || arrows.iter().filter(|arrow| arrow.wrong);
    let targets: BTreeSet<(&str, &str)> = wrong().map(|arrow| (arrow.target.as_str(), arrow.kind)).collect();
    let environments: BTreeSet<&str> = wrong().map(|arrow| arrow.environment.as_str()).collect();
    let mut chosen: Vec<&Arrow> = arrows.iter().collect();
    chosen.sort_by_key(|arrow| {
        if arrow.wrong {
            0
        } else if targets.contains(&(arrow.target.as_str(), arrow.kind)) {
            1
        } else if environments.contains(arrow.environment.as_str()) {
            2
        } else {
            3
        }
    });
    chosen.truncate(most);
    chosen
}

/// A text within quotes, in which only letters, digits and a few marks stand as they are: nothing of it can end the quotes,
/// begin a directive or be read as Markdown.
fn label(text: &str) -> String {
    let mut label = String::new();
    for character in visible(&shortened(text, LABEL)).chars() {
        match character {
            '.' | '-' | '_' | '/' | ' ' | '…' => label.push(character),
            plain if plain.is_alphanumeric() => label.push(plain),
            other => {
                let _ = write!(label, "#{};", u32::from(other));
            }
        }
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporters::sample::arrow;

    #[test]
    fn a_flowchart() {
        let arrows = [
            arrow("production", "db.shop.example/shop", None, false),
            arrow("production", "db.staging.example.com/shop", Some("staging"), true),
            arrow("staging", "db.staging.example.com/shop", None, false),
        ];
        let expected = "\
%%{init: {\"flowchart\": {\"nodeSpacing\": 14, \"rankSpacing\": 110, \"padding\": 6, \"wrappingWidth\": 560}}}%%
flowchart LR
  e0([\"production\"])
  t0(\"db.staging.example.com/shop\")
  e1([\"staging\"])
  t1(\"db.shop.example/shop\")
  e0 ==>|\"wrong\"| t0
  e1 --> t0
  e0 --> t1
  linkStyle 0 stroke:#cf222e,stroke-width:3px
";
        assert_eq!(flowchart(&arrows, 20), expected);
        assert_eq!(flowchart(&[], 20), LAYOUT);
    }

    #[test]
    fn the_wrong_ones_are_kept() {
        let mut arrows: Vec<Arrow> = (0..30)
            .map(|number| arrow("dev", &format!("db-{number}"), None, false))
            .collect();
        arrows.push(arrow("production", "db-29", None, true));
        arrows.push(arrow("production", "db-99", None, false));
        let text = flowchart(&arrows, 3);
        for line in [
            "e0 ==>|\"wrong\"| t0",
            "e1 --> t0",
            "e0 --> t1",
            "linkStyle 0 ",
            "%% 29 more arrows are not drawn",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(
            !text.contains("maxEdges") && flowchart(&vec![arrow("a", "b", None, false); 501], 999).contains("maxEdges")
        );
    }

    #[test]
    fn no_text_leaves_its_label() {
        let hostile = [
            "\"] --> x[\"",
            "%%{init: {\"securityLevel\":\"loose\"}}%%",
            "`**a**`",
            "a\nb\\nc",
            "end",
            "#quot;",
            "```",
            "<script>alert(1)</script>",
            "click a \"https://evil.example\"",
            "style:#34;x;",
            "\u{202e}a",
            "a;b:::c",
            "@{shape: x}",
        ];
        for text in hostile {
            let drawn = flowchart(&[arrow(text, text, None, true)], 20);
            let lines: Vec<&str> = drawn.lines().collect();
            assert_eq!(lines.len(), 6, "{drawn}");
            for (line, start, end) in [(lines[2], "  e0([\"", "\"])"), (lines[3], "  t0(\"", "\")")] {
                let label = line
                    .strip_prefix(start)
                    .and_then(|rest| rest.strip_suffix(end))
                    .unwrap();
                let plain = |c: char| c.is_alphanumeric() || " .-_/#;…".contains(c);
                assert!(label.chars().all(plain), "{label}");
            }
        }
        assert_eq!(label("a#b"), "a#35;b");
        assert_eq!(label(&"é".repeat(99)), format!("{}…", "é".repeat(59)));
    }
}
