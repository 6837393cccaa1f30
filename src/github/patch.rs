//! The patch of one file, as GitHub shows it: which lines are in the diff, and what the file was before.

use std::collections::{HashMap, HashSet};

/// The patch of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    kind: Kind,
    /// The line's number on the old side, or that of the next line there.
    old: u32,
    /// The line's number on the new side, or that of the next line there.
    new: u32,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Context,
    Added,
    Removed,
}

impl Patch {
    /// Reads a patch; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut patch = Self::default();
        // The next lines of both sides, and how many of each the hunk still has.
        let mut at = (0, 0);
        let mut left = (0, 0);
        for line in text.split_terminator('\n') {
            if left == (0, 0)
                && let Some((old, new)) = hunk_header(line)
            {
                // Where a side has no lines, its number is that of the line before.
                at = (old.0 + u32::from(old.1 == 0), new.0 + u32::from(new.1 == 0));
                left = (old.1, new.1);
                continue;
            }
            if line.starts_with('\\') {
                continue;
            }
            let kind = match line.chars().next() {
                Some('+') => Kind::Added,
                Some('-') => Kind::Removed,
                Some(' ') | None => Kind::Context,
                Some(_) => return None,
            };
            patch.lines.push(Line {
                kind,
                old: at.0,
                new: at.1,
                text: line.get(1..).unwrap_or("").to_owned(),
            });
            if kind != Kind::Added {
                at.0 = at.0.checked_add(1)?;
                left.0 = u32::checked_sub(left.0, 1)?;
            }
            if kind != Kind::Removed {
                at.1 = at.1.checked_add(1)?;
                left.1 = u32::checked_sub(left.1, 1)?;
            }
        }
        (left == (0, 0)).then_some(patch)
    }

    /// The 1-based ranges of lines that are new or altered, both ends included.
    pub fn added(&self) -> Vec<(u32, u32)> {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for line in self.lines.iter().filter(|line| line.kind == Kind::Added) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == line.new => *last = line.new,
                _ => ranges.push((line.new, line.new)),
            }
        }
        ranges
    }

    /// As [`added`](Self::added), in a text that the patch may not be of: then lines that read like added ones count.
    pub fn added_in(&self, text: &str) -> Vec<(u32, u32)> {
        if self.undone(text).is_some() {
            return self.added();
        }
        let added: HashSet<&str> = self
            .lines
            .iter()
            .filter(|line| line.kind == Kind::Added)
            .map(|line| line.text.trim_end_matches('\r'))
            .collect();
        let numbered = (1..).zip(text.lines());
        let alike = numbered.filter(|(_, line)| added.contains(line.trim_end_matches('\r')));
        alike.map(|(number, _)| (number, number)).collect()
    }

    /// The line of the new side that can take a comment about a line with this number and text. The numbers differ where
    /// the judged file is the pull request merged into a branch that moved on.
    pub fn place(&self, number: u32, text: &str) -> Option<u32> {
        let text = text.trim_end_matches('\r');
        let is = |line: &&Line| line.kind != Kind::Removed && line.text.trim_end_matches('\r') == text;
        let mut same = self.lines.iter().filter(is);
        if same.clone().any(|line| line.new == number) {
            return Some(number);
        }
        let only = same.next()?;
        same.next().is_none().then_some(only.new)
    }

    /// What the file was before, from what it is now; `None` where the patch is not of this text.
    pub fn undone(&self, text: &str) -> Option<String> {
        let by_number: HashMap<u32, &Line> = self
            .lines
            .iter()
            .filter(|line| line.kind != Kind::Removed)
            .map(|line| (line.new, line))
            .collect();
        let mut removed = self.lines.iter().filter(|line| line.kind == Kind::Removed).peekable();
        let mut before = String::with_capacity(text.len());
        let mut number = 0;
        for whole in text.split_inclusive('\n') {
            number += 1;
            while let Some(line) = removed.next_if(|line| line.new <= number) {
                before.push_str(&line.text);
                before.push('\n');
            }
            let line = by_number.get(&number);
            if line.is_some_and(|line| line.text != whole.strip_suffix('\n').unwrap_or(whole)) {
                return None;
            }
            if line.is_none_or(|line| line.kind == Kind::Context) {
                before.push_str(whole);
            }
        }
        if by_number.keys().any(|line| *line > number) {
            return None;
        }
        for line in removed {
            before.push_str(&line.text);
            before.push('\n');
        }
        Some(before)
    }
}

/// The first line and the number of lines of both sides: `@@ -1,2 +3 @@`.
fn hunk_header(line: &str) -> Option<((u32, u32), (u32, u32))> {
    let (sides, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = sides.split_once(" +")?;
    let side = |text: &str| match text.split_once(',') {
        Some((first, count)) => Some((first.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    };
    Some((side(old)?, side(new)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "one\ntwo\nTHREE\nfour\nfive\nsix\nseven\neight\nnine\nten\nnew\n";
    const BEFORE: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\ngone\neight\nnine\nten\n";
    const PATCH: &str = "@@ -1,6 +1,6 @@\n one\n two\n-three\n+THREE\n four\n five\n six\n@@ -7,5 +7,5 @@ six\n seven\n-gone\n eight\n nine\n ten\n+new\n\\ No newline at end of file";

    #[test]
    fn added_lines_and_the_old_text() {
        let patch = Patch::parse(PATCH).unwrap();
        assert_eq!(patch.added(), [(3, 3), (11, 11)]);
        assert_eq!(patch.undone(NOW).as_deref(), Some(BEFORE));
        assert_eq!(patch.undone("something\nelse\n"), None);
        assert_eq!(patch.added_in(NOW), [(3, 3), (11, 11)]);
        assert_eq!(
            patch.added_in("zero\none\ntwo\nTHREE\r\nnew\n"),
            [(4, 4), (5, 5)],
            "another text"
        );
        let new = Patch::parse("@@ -0,0 +1,2 @@\n+a: 1\n+b: 2").unwrap();
        assert_eq!(
            (new.added(), new.undone("a: 1\nb: 2\n")),
            (vec![(1, 2)], Some(String::new()))
        );
        let emptied = Patch::parse("@@ -1,2 +0,0 @@\n-a: 1\n-b: 2").unwrap();
        assert_eq!(
            (emptied.added(), emptied.undone("")),
            (vec![], Some("a: 1\nb: 2\n".into()))
        );
        let first = Patch::parse("@@ -1,2 +1 @@\n-a: 1\n b: 2").unwrap();
        assert_eq!(first.undone("b: 2\n").as_deref(), Some("a: 1\nb: 2\n"));
    }

    #[test]
    fn comments_go_to_lines_of_the_diff() {
        let patch = Patch::parse(PATCH).unwrap();
        assert_eq!(patch.place(3, "THREE"), Some(3), "added");
        assert_eq!(patch.place(5, "five"), Some(5), "context");
        assert_eq!(patch.place(7, "THREE"), Some(3), "the branch moved on");
        assert_eq!(patch.place(3, "three"), None, "it is gone");
        assert_eq!(patch.place(40, "forty"), None, "not in the diff");
        let twice = Patch::parse("@@ -0,0 +1,2 @@\n+same\n+same").unwrap();
        assert_eq!((twice.place(2, "same\r"), twice.place(9, "same")), (Some(2), None));
    }

    #[test]
    fn what_is_no_patch() {
        for text in [
            "@@ -1,2 +1,2 @@\n a",
            "@@ -1 +1 @@\n a\n b",
            "garbage",
            "@@ -1,1 +1,1 @@\n*a",
            "@@ -1 +4294967295,2 @@\n-a\n+b\n+c",
        ] {
            assert_eq!(Patch::parse(text), None, "{text:?}");
        }
        assert_eq!(Patch::parse(""), Some(Patch::default()));
        let names_a_hunk = Patch::parse("@@ -1 +1 @@\n-@@ -1 +1 @@\n+@@ -2 +2 @@").unwrap();
        assert_eq!(names_a_hunk.undone("@@ -2 +2 @@\n").as_deref(), Some("@@ -1 +1 @@\n"));
    }
}
