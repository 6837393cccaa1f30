//! Acknowledgements in comments: `envfence: allow(rule) until YYYY-MM-DD: reason`.

use super::comments::{Comment, comment_with, enclosing_comment, is_comment_line};
use crate::dates::{Date, DateError};
use crate::policy::{advice, shown};
use crate::sketch::{MARKS, mark_at};
use crate::source::TextRange;
use memchr::memmem;

/// The largest number of acknowledgements that are looked at in one source; the rest covers nothing.
const CAP: usize = 10_000;
/// What people write where `allow` belongs.
const VERBS: &[&str] = &[
    "allow",
    "ignore",
    "disable",
    "skip",
    "suppress",
    "accept",
    "acknowledge",
];
/// How often a source is searched backwards for the start of a comment.
const LOOK_BACKS: usize = 1_000;
/// The longest reason that is kept, in characters.
const REASON_CAP: usize = 500;
const SHAPE: &str = "write `envfence: allow(rule): reason` or `envfence: allow(rule) until YYYY-MM-DD: reason`";

/// An acknowledgement in a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The rules whose findings it covers.
    pub rules: Vec<String>,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Why the findings are accepted.
    pub reason: String,
    /// Where it stands.
    pub at: TextRange,
    /// The 1-based line that it stands on.
    pub line: u32,
    /// The 1-based column that it begins at, in characters.
    pub column: u32,
    /// The 1-based line whose findings it covers.
    pub target: u32,
    /// Whether that line is blank, so that the setting it was meant for stands further down.
    pub blank_below: bool,
    /// What is wrong with it; then it covers nothing.
    pub malformed: Option<Malformed>,
}

/// What is wrong with an acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong, without a trailing full stop.
    pub message: String,
    /// How to write it.
    pub help: String,
}

/// The acknowledgements of a text; `comments` is what starts a comment in its format, `rules` are the ids that there are.
pub fn inline(text: &str, comments: &[&str], rules: &[&str]) -> Vec<Acknowledgement> {
    let mut found = Vec::new();
    if comments.is_empty() {
        return found;
    }
    let mut lines = Lines::new(text, comments);
    let mut look_backs = LOOK_BACKS;
    while let Some(line) = lines.next_marked() {
        let in_line = MARKS.iter().find_map(|mark| comment_with(text, line, mark, comments));
        let comment = in_line.or_else(|| {
            look_backs = look_backs.checked_sub(1)?;
            enclosing_comment(text, line.0, comments)
        });
        let Some(comment) = comment else { continue };
        let Some((at, behind)) = mark_in(text, comment.start.max(line.0), comment.end) else {
            continue;
        };
        let before = text.get(comment.start..at).unwrap_or("");
        let body = text.get(behind..comment.end).unwrap_or("");
        let Some(read) = Directive::read(text.get(at..behind).unwrap_or(""), body, begins(before), rules) else {
            continue;
        };
        if found.len() >= CAP {
            let message = format!("more than {CAP} acknowledgements in one file; this one and the rest cover nothing");
            let rest = Directive::malformed(message, "accept the findings of a whole file in the policy");
            found.push(lines.acknowledgement(rest, comment, line, at));
            break;
        }
        found.push(lines.acknowledgement(read, comment, line, at));
    }
    found
}

/// The mark in `from..end`, with the colon behind it where it has one; best one that has.
fn mark_in(text: &str, from: usize, end: usize) -> Option<(usize, usize)> {
    let inside = text.get(from..end)?;
    let mut first = None;
    for mark in MARKS {
        for at in memmem::find_iter(inside.as_bytes(), mark) {
            let behind = at + mark.len();
            let rest = inside.get(behind..).unwrap_or("");
            if let Some(after) = rest.trim_start_matches([' ', '\t']).strip_prefix(':') {
                return Some((from + at, end - after.len()));
            }
            first = first.or(Some((from + at, from + behind)));
        }
    }
    first
}

/// Whether nothing but signs stands between the start of the comment and the mark.
fn begins(before: &str) -> bool {
    !before.chars().any(char::is_alphanumeric)
}

/// Walks the lines that hold something, counting, each line once.
struct Lines<'a> {
    text: &'a str,
    comments: &'a [&'a str],
    /// The start of the next line to be searched.
    from: usize,
    /// An offset and the number of its line.
    counted: (usize, u32),
    /// The first and last line of the last run of comment lines with the line behind it.
    run: (u32, u32),
    /// Whether the line behind that run is blank.
    blank: bool,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, comments: &'a [&'a str]) -> Self {
        Self {
            text,
            comments,
            from: 0,
            counted: (0, 1),
            run: (0, 0),
            blank: false,
        }
    }

    /// The next line that holds the mark.
    fn next_marked(&mut self) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let at = self.from + mark_at(bytes.get(self.from..)?)?;
        let start =
            memchr::memrchr(b'\n', bytes.get(self.from..at)?).map_or(self.from, |before| self.from + before + 1);
        let end = memchr::memchr(b'\n', bytes.get(at..)?).map_or(bytes.len(), |behind| at + behind);
        self.from = (end + 1).min(bytes.len());
        Some((start, end))
    }

    /// The 1-based line of an offset that is not before the last one asked for.
    fn number(&mut self, offset: usize) -> u32 {
        let (counted, number) = self.counted;
        let between = self.text.as_bytes().get(counted..offset).unwrap_or(&[]);
        let lines = memchr::memchr_iter(b'\n', between).count();
        self.counted = (
            counted.max(offset),
            number.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)),
        );
        self.counted.1
    }

    fn acknowledgement(
        &mut self,
        read: Directive,
        comment: Comment,
        line: (usize, usize),
        at: usize,
    ) -> Acknowledgement {
        let number = self.number(at);
        let before = self.text.get(line.0..at).unwrap_or("").trim_start_matches('\u{feff}');
        let column = u32::try_from(before.chars().count())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let inside = self.text.get(at..comment.end).unwrap_or("").trim_end();
        let last = self.number(comment.end.max(at));
        // Behind a comment of several lines the search goes on below it.
        self.from = self.from.max(self.line_end(comment.end));
        let target = match comment.alone {
            true => self.below(comment.end, last),
            false => number,
        };
        Acknowledgement {
            rules: read.rules,
            until: read.until,
            reason: read.reason,
            at: TextRange::new(at, at + inside.len()),
            line: number,
            column,
            target,
            blank_below: comment.alone && self.blank,
            malformed: read.malformed,
        }
    }

    /// The start of the line behind the one that holds an offset.
    fn line_end(&self, offset: usize) -> usize {
        let rest = self.text.as_bytes().get(offset..).unwrap_or(&[]);
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |at| offset + at + 1)
    }

    /// The first line below the line `number` that is no comment line. Runs of comment lines are walked once.
    fn below(&mut self, offset: usize, number: u32) -> u32 {
        let first = number.saturating_add(1);
        if self.run.0 <= first && first <= self.run.1 {
            return self.run.1;
        }
        let mut target = first;
        let mut start = self.line_end(offset);
        self.blank = false;
        while start < self.text.len() {
            let end = self.line_end(start);
            let line = self.text.get(start..end).unwrap_or("");
            if !is_comment_line(line, self.comments) {
                self.blank = line.trim().is_empty();
                break;
            }
            start = end;
            target = target.saturating_add(1);
        }
        self.run = (first, target);
        target
    }
}

/// What stands behind the mark.
#[derive(Default)]
struct Directive {
    rules: Vec<String>,
    until: Option<Date>,
    reason: String,
    malformed: Option<Malformed>,
}

impl Directive {
    /// Reads it; `None` where it is prose that happens to hold the mark.
    fn read(mark: &str, body: &str, begins: bool, rules: &[&str]) -> Option<Self> {
        if !mark.ends_with(':') {
            return (begins && is_near(body, rules)).then(|| {
                let message = format!("an acknowledgement begins with `envfence:`, not with `{}`", shown(mark));
                Self::malformed(message, SHAPE)
            });
        }
        let body = body.trim();
        let verb_end = body
            .find(|char: char| !(char.is_alphanumeric() || char == '-'))
            .unwrap_or(body.len());
        let (verb, rest) = (body.get(..verb_end)?, body.get(verb_end..)?.trim_start());
        if !verb.eq_ignore_ascii_case("allow") {
            // A commented-out key, or a sentence: `envfence: runs before every deploy`.
            let is_call = !verb.is_empty() && body.get(verb_end..)?.starts_with('(');
            let is_meant = is_verb(verb) || is_call || names_rule(body, rules);
            if !is_meant {
                return None;
            }
            let message = format!("`{}` is not what an acknowledgement says", shown(verb));
            return begins.then(|| Self::malformed(message, SHAPE));
        }
        if !begins && !rest.starts_with('(') {
            return None;
        }
        Some(Self::allow(rest, rules).unwrap_or_else(|malformed| Self {
            malformed: Some(malformed),
            ..Self::default()
        }))
    }

    fn allow(rest: &str, known: &[&str]) -> Result<Self, Malformed> {
        let wrong = |message: &str| Malformed::new(message, SHAPE);
        let inside = rest
            .strip_prefix('(')
            .ok_or_else(|| wrong("an acknowledgement names no rule"))?;
        let (list, rest) = inside
            .split_once(')')
            .ok_or_else(|| wrong("an acknowledgement's list of rules is not closed"))?;
        let rules: Vec<String> = list
            .split(',')
            .map(|rule| rule.trim().to_ascii_lowercase())
            .filter(|rule| !rule.is_empty())
            .collect();
        if rules.is_empty() {
            return Err(wrong("an acknowledgement names no rule"));
        }
        if let Some(unknown) = rules.iter().find(|rule| !known.contains(&rule.as_str())) {
            let message = format!("there is no rule `{}`", shown(unknown));
            return Err(Malformed::new(&message, &advice(unknown, known, "rules")));
        }
        let (between, reason) = rest
            .split_once(':')
            .ok_or_else(|| wrong("an acknowledgement gives no reason"))?;
        let until = match between.trim() {
            "" => None,
            other => match strip_until(other).map(str::trim) {
                Some(date) => Some(date.parse().map_err(|error: DateError| {
                    let message = format!(
                        "`{}` {error}; an acknowledgement without a good date counts as expired",
                        shown(date)
                    );
                    Malformed::new(&message, SHAPE)
                })?),
                None => {
                    let message = format!("`{}` has no place in an acknowledgement", shown(other));
                    return Err(Malformed::new(&message, SHAPE));
                }
            },
        };
        let words: Vec<&str> = reason
            .split(|char: char| char.is_whitespace() || char.is_control())
            .filter(|word| !word.is_empty())
            .collect();
        let reason: String = words.join(" ").chars().take(REASON_CAP).collect();
        if !reason.chars().any(char::is_alphanumeric) {
            return Err(wrong("an acknowledgement gives no reason"));
        }
        Ok(Self {
            rules,
            until,
            reason,
            malformed: None,
        })
    }

    fn malformed(message: String, help: &str) -> Self {
        Self {
            malformed: Some(Malformed::new(&message, help)),
            ..Self::default()
        }
    }
}

/// Whether what stands behind a mark without its colon was meant to be an acknowledgement: a verb with a list, or with a
/// rule that there is.
fn is_near(body: &str, rules: &[&str]) -> bool {
    let body = body.trim_start_matches([' ', '\t', ':', ';', ',', '.', '=', '-', '_', '>']);
    let end = body.find(|char: char| !char.is_alphabetic()).unwrap_or(body.len());
    let (Some(verb), Some(rest)) = (body.get(..end), body.get(end..)) else {
        return false;
    };
    let rest = rest.trim_start();
    let first = rest.split(|char: char| !(char.is_alphanumeric() || char == '-')).next();
    is_verb(verb)
        && (rest.starts_with(['(', '['])
            || first.is_some_and(|word| rules.iter().any(|rule| rule.eq_ignore_ascii_case(word))))
}

/// Whether a word is one that people write where `allow` belongs.
fn is_verb(word: &str) -> bool {
    VERBS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a rule is named anywhere in a text.
fn names_rule(text: &str, rules: &[&str]) -> bool {
    let mut words = text.split(|char: char| !(char.is_alphanumeric() || char == '-'));
    words.any(|word| rules.iter().any(|rule| rule.eq_ignore_ascii_case(word)))
}

/// What is behind `until`.
fn strip_until(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked("until".len())?;
    word.eq_ignore_ascii_case("until").then_some(rest)
}

impl Malformed {
    fn new(message: &str, help: &str) -> Self {
        Self {
            message: message.to_owned(),
            help: help.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
