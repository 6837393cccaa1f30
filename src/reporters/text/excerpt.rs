//! One line of a file, cut to what fits, with the columns to underline.

use crate::report::Excerpt;
use crate::reporters::visible;
use unicode_width::UnicodeWidthChar as _;

/// Characters that are shown of a line.
const SHOWN: usize = 140;

/// Characters that are shown before the part in question where the line is too long.
const BEFORE: usize = 50;

/// Columns of a tab.
const TAB: usize = 4;

/// A line to show.
pub(in crate::reporters) struct Shown {
    pub(in crate::reporters) text: String,
    /// Columns before the part to underline.
    pub(in crate::reporters) indentation: usize,
    /// Columns to underline.
    pub(in crate::reporters) carets: usize,
}

/// Fits a line and counts its columns: wide characters take two, tabs are spread, what is hidden becomes an escape.
pub(in crate::reporters) fn show(excerpt: &Excerpt) -> Shown {
    let first = if excerpt.start < SHOWN - BEFORE {
        0
    } else {
        excerpt.start - BEFORE
    };
    let mut text = String::new();
    let mut indentation = 0;
    let mut carets = 0;
    if first > 0 {
        text.push('…');
        indentation = 1;
    }
    let line = excerpt.text.trim_end();
    // What is marked may stand behind the blanks at the end: an empty value does.
    let cut = excerpt.text.len() - line.len();
    let last = line.chars().count();
    let mut characters = line.char_indices().enumerate().skip(first);
    for (number, (at, character)) in characters.by_ref().take(SHOWN) {
        let before = text.len();
        match character {
            '\t' => text.push_str(&" ".repeat(TAB)),
            other => visible::push(&mut text, other, line.get(at..).unwrap_or("")),
        }
        let added = text.get(before..).unwrap_or("");
        let width: usize = added.chars().map(|c| c.width().unwrap_or(0)).sum();
        if number < excerpt.start {
            indentation += width;
        } else if number < excerpt.end {
            carets += width;
        }
    }
    if excerpt.start > last {
        indentation += (excerpt.start - last).min(cut);
    }
    if characters.next().is_some() {
        text.push('…');
    }
    Shown {
        text,
        indentation,
        carets: carets.max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, start: usize, end: usize) -> String {
        let shown = show(&Excerpt {
            text: text.into(),
            start,
            end,
        });
        format!(
            "{}\n{}{}",
            shown.text,
            " ".repeat(shown.indentation),
            "^".repeat(shown.carets)
        )
    }

    #[test]
    fn carets_stand_below_their_part() {
        let cases = [
            ("host: db", 6, 8, "host: db\n      ^^"),
            ("\thost: db", 7, 9, "    host: db\n          ^^"),
            ("東京: db", 4, 6, "東京: db\n      ^^"),
            ("a: 東京", 3, 5, "a: 東京\n   ^^^^"),
            ("e\u{301}: db", 4, 6, "e\u{301}: db\n   ^^"),
            ("\u{1b}: db", 3, 5, "\\u{1b}: db\n        ^^"),
            ("db", 2, 2, "db\n  ^"),
            ("db", 9, 99, "db\n  ^"),
            ("", 0, 0, "\n^"),
            ("##[x] db", 6, 8, "\\u{23}#[x] db\n           ^^"),
        ];
        for (text, start, end, expected) in cases {
            assert_eq!(shown(text, start, end), expected, "{text:?}");
        }
    }

    #[test]
    fn long_lines_are_cut() {
        let line = format!("{}HOST{}", "a".repeat(1000), "b".repeat(1_000_000));
        let text = shown(&line, 1000, 1004);
        let expected = format!(
            "…{}HOST{}…\n{}^^^^",
            "a".repeat(BEFORE),
            "b".repeat(SHOWN - BEFORE - 4),
            " ".repeat(BEFORE + 1)
        );
        assert_eq!(text, expected);
        let wide = shown(&"x".repeat(500), 10, 400);
        assert_eq!(wide.matches('^').count(), SHOWN - 10);
    }
}
