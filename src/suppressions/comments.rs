//! Finds comments on single lines, as far as one line can tell, without knowing a format's grammar.

use memchr::memmem;

/// A comment that holds something that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Comment {
    /// The first byte behind what starts the comment.
    pub(super) start: usize,
    /// One past the last byte before what ends it, or the end of the line.
    pub(super) end: usize,
    /// Whether nothing but the comment stands on its lines.
    pub(super) alone: bool,
}

/// How far back the start of a comment of several lines is looked for, in bytes.
const LOOK_BACK: usize = 2_048;

/// How far down the end of a comment of several lines is looked for, in bytes.
const LOOK_AHEAD: usize = 2_048;

/// The comment of the line `start..end` that `mark` stands in; it may go on below. `comments` is what starts one.
pub(super) fn comment_with(text: &str, (start, end): (usize, usize), mark: &str, comments: &[&str]) -> Option<Comment> {
    let mut scanner = Scanner::new(text, (start, end), comments);
    loop {
        let (at, starter) = scanner.next_comment()?;
        let inside = at + starter.len();
        let closer = closer(starter);
        let close = closer.and_then(|closer| Some((find(text, inside, end, closer)?, closer)));
        if find(text, inside, close.map_or(end, |(at, _)| at), mark).is_some() {
            let before = text.get(start..at).unwrap_or("").trim_start_matches('\u{feff}');
            let nothing_before = before.trim().trim_end_matches(['{', '-']).is_empty();
            // In properties files a comment stands on its own line: behind a value it is a part of the value.
            if comments.contains(&"!") && !nothing_before {
                return None;
            }
            let below = || closer.and_then(|closer| Some((find_below(text, end, closer)?, closer)));
            let (inside_end, after) = close
                .or_else(below)
                .map_or((end, end), |(at, closer)| (at, at + closer.len()));
            return Some(Comment {
                start: inside,
                end: inside_end,
                alone: nothing_before && blank_after(text, after),
            });
        }
        scanner.at = close.map(|(at, closer)| at + closer.len())?;
    }
}

/// The comment of several lines that began above the line that starts at `start`.
pub(super) fn enclosing_comment(text: &str, start: usize, comments: &[&str]) -> Option<Comment> {
    let mut from = start.saturating_sub(LOOK_BACK);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let above = text.get(from..start)?;
    let blocks = comments.iter().filter_map(|starter| Some((*starter, closer(starter)?)));
    let opened = blocks.filter_map(|(starter, closer)| Some((above.rfind(starter)?, closer)));
    let (at, closer) = opened.max_by_key(|(at, _)| *at)?;
    if above.get(at..)?.contains(closer) {
        return None;
    }
    let close = find_below(text, start, closer)?;
    Some(Comment {
        start,
        end: close,
        alone: blank_after(text, close + closer.len()),
    })
}

/// Whether a line holds a comment and nothing else.
pub(super) fn is_comment_line(line: &str, comments: &[&str]) -> bool {
    let line = line.trim();
    comments.iter().any(|starter| {
        let Some(inside) = strip_starter(line, starter) else {
            return false;
        };
        match closer(starter).and_then(|closer| inside.split_once(closer)) {
            Some((_, after)) => is_blank(after),
            None => true,
        }
    })
}

/// What ends a comment that does not end with its line.
fn closer(starter: &str) -> Option<&'static str> {
    match starter {
        _ if starter.ends_with("/*") => Some("*/"),
        _ if starter.starts_with("<!--") => Some("-->"),
        _ if starter.starts_with("<%") => Some("%>"),
        _ if starter.starts_with("{#") => Some("#}"),
        _ => None,
    }
}

/// Walks the comments of a line, outside of quotes.
struct Scanner<'t> {
    text: &'t str,
    comments: &'t [&'t str],
    /// Where to go on.
    at: usize,
    end: usize,
    previous: Option<char>,
    /// Quotes that never closed: apostrophes. Each kind is tried once, so that the walk stays linear.
    lone: [bool; 2],
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, (at, end): (usize, usize), comments: &'t [&'t str]) -> Self {
        Self {
            text,
            comments,
            at,
            end,
            previous: None,
            lone: [false; 2],
        }
    }

    /// Where the next comment starts, with what starts it.
    fn next_comment(&mut self) -> Option<(usize, &'t str)> {
        while let Some(left) = self.text.get(self.at..self.end) {
            let char = left.chars().next()?;
            if let Some(starter) = self.comments.iter().find_map(|starter| self.started_by(left, starter)) {
                self.previous = starter.chars().next_back();
                return Some((self.at, starter));
            }
            self.at += self.quoted(left, char).unwrap_or(char.len_utf8());
            self.previous = Some(char);
        }
        None
    }

    /// The text that starts a comment here.
    fn started_by(&self, left: &'t str, starter: &str) -> Option<&'t str> {
        let inside = strip_starter(left, starter).filter(|_| may_start(self.previous, starter))?;
        left.get(..left.len() - inside.len())
    }

    /// The length of the quoted text that begins here.
    fn quoted(&mut self, left: &str, quote: char) -> Option<usize> {
        let kind = match quote {
            '"' => 0,
            '\'' => 1,
            _ => return None,
        };
        let lone = self.lone.get_mut(kind)?;
        if *lone || self.previous.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let length = closing_quote(left, quote);
        *lone = length.is_none();
        length
    }
}

/// The length of the quoted text that `left` begins with, its quotes included.
fn closing_quote(left: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, char) in left.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if char == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Whether a comment may start behind a character. Starters of one sign, and `--`, are parts of plain values otherwise.
fn may_start(previous: Option<char>, starter: &str) -> bool {
    let Some(previous) = previous else { return true };
    let strong = starter.len() >= 2 && starter != "--";
    previous.is_whitespace()
        || previous == '\u{feff}'
        || (strong
            && matches!(
                previous,
                ',' | ';' | '{' | '}' | '[' | ']' | '(' | ')' | '>' | '"' | '\''
            ))
}

/// What is behind a comment's starter; a template's may have a `-` and a space inside.
fn strip_starter<'l>(line: &'l str, starter: &str) -> Option<&'l str> {
    let trimmed = || line.strip_prefix("{{- /*").filter(|_| starter == "{{/*");
    line.strip_prefix(starter).or_else(trimmed)
}

/// Whether the line goes on with nothing behind `at` but the end of a template's comment.
fn blank_after(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or("");
    let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
    is_blank(rest.get(..end).unwrap_or(""))
}

fn is_blank(rest: &str) -> bool {
    let rest = rest.trim();
    matches!(rest, "" | "}}" | "-}}")
}

/// Where `needle` begins in the text from `from` on, not too far down.
fn find_below(text: &str, from: usize, needle: &str) -> Option<usize> {
    find(text, from, from.saturating_add(LOOK_AHEAD).min(text.len()), needle)
}

/// Where `needle` begins in `from..end`.
fn find(text: &str, from: usize, end: usize, needle: &str) -> Option<usize> {
    let range = text.as_bytes().get(from..end)?;
    memmem::find(range, needle.as_bytes()).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_found_outside_of_quotes() {
        // What is in the comment, and whether it stands alone.
        for (line, comments, expected) in [
            ("a: b # X y", &["#"][..], Some((" X y", false))),
            ("  # X", &["#"], Some((" X", true))),
            ("\u{feff}# X", &["#"], Some((" X", true))),
            ("a: b#X", &["#"], None),
            ("a: 'b # X'", &["#"], None),
            ("a: \"b \\\" # X\"", &["#"], None),
            ("a: \"b\" # X", &["#"], Some((" X", false))),
            ("a: it's # X isn't", &["#"], Some((" X isn't", false))),
            ("a: 'tis # X", &["#"], Some((" X", false))),
            ("a: \"# X", &["#"], None),
            ("a: \" # X", &["#"], Some((" X", false))),
            ("a = http://X", &["//", "#"], None),
            ("\"a\": 1,// X", &["//"], Some((" X", false))),
            ("a; X", &[";"], None),
            ("a ; X", &[";"], Some((" X", false))),
            ("a=b # X", &["#", "!"], None),
            ("  ! X", &["#", "!"], Some((" X", true))),
            ("/* X */", &["/*", "//"], Some((" X ", true))),
            ("/* X */ a = 1", &["/*", "//"], Some((" X ", false))),
            ("/* y */ a = 1 // X", &["/*", "//"], Some((" X", false))),
            ("/* y */ a = X", &["/*", "//"], None),
            ("<a>it's</a><!-- X -->", &["<!--"], Some((" X ", false))),
            ("{{/* X */}}", &["{{/*", "#"], Some((" X ", true))),
            ("{{- /* X */ -}}", &["{{/*", "#"], Some((" X ", true))),
            ("a: {{ .b }} {{/* X */}}", &["{{/*", "#"], Some((" X ", false))),
            ("<%# X %>", &["<%#", "#"], Some((" X ", true))),
            ("--flag X", &["--"], Some(("flag X", true))),
            ("a--X", &["--"], None),
        ] {
            let found = comment_with(line, (0, line.len()), "X", comments);
            let found = found.map(|comment| (line.get(comment.start..comment.end).unwrap(), comment.alone));
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn comment_lines_hold_nothing_else() {
        for (line, expected) in [
            ("# a", true),
            ("  /* a */ ", true),
            ("/* a */ b", false),
            ("{{- /* a */ -}}", true),
            ("a # b", false),
            ("", false),
        ] {
            assert_eq!(is_comment_line(line, &["#", "/*", "{{/*"]), expected, "{line}");
        }
    }
}
