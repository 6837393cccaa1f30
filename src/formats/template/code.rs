//! Where template code stands in a text.

use memchr::memmem;
use std::ops::Range;

/// An expression that is longer is none: its two ends do not belong together.
const LONGEST: usize = 4096;

/// A piece of template code, from its opening to its closing delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// What a piece of code does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Gives text.
    Output,
    /// Steers.
    Control,
    /// Nothing.
    Comment,
}

/// The words that `{{ }}` steers with in Go templates.
const CONTROL_WORDS: &[&str] = &[
    "if", "else", "end", "range", "with", "define", "block", "break", "continue",
];

/// All code of a text, in its order, none inside of another.
pub(super) fn find(text: &str) -> Vec<Code> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    // `{{` nests, as strings in it may hold template code again.
    let mut open: Vec<usize> = Vec::new();
    let mut comments_end = true;
    let mut next = 0;
    for at in memchr::memchr3_iter(b'{', b'}', b'<', bytes) {
        if at < next {
            continue;
        }
        let tail = bytes.get(at..).unwrap_or_default();
        match tail {
            [b'{', b'{', rest @ ..] => {
                next = at + 2;
                let comment = comments_end && is_comment(rest);
                match comment.then(|| comment_end(tail)) {
                    Some(Some(length)) => {
                        push(&mut found, at..at + length);
                        next = at + length;
                    }
                    Some(None) => {
                        comments_end = false;
                        open.push(at);
                    }
                    None => open.push(at),
                }
            }
            [b'}', b'}', ..] => {
                next = at + 2;
                if let Some(start) = open.pop().filter(|start| at - start <= LONGEST) {
                    let triple = bytes.get(start + 2) == Some(&b'{') && tail.get(2) == Some(&b'}');
                    next += usize::from(triple);
                    push(&mut found, start..next);
                }
            }
            [b'{', kind @ (b'%' | b'#'), ..]
                if *kind == b'%' || at.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b'$') =>
            {
                if let Some(length) = closed(tail, b'{', *kind, [*kind, b'}']) {
                    next = at + length;
                    push(&mut found, at..next);
                }
            }
            [b'<', b'%', ..] => {
                if let Some(length) = closed(tail, b'<', b'%', [b'%', b'>']) {
                    next = at + length;
                    push(&mut found, at..next);
                }
            }
            _ => {}
        }
    }
    let code = |range: Range<usize>| Code {
        start: range.start,
        end: range.end,
        kind: kind(text.get(range).unwrap_or("")),
    };
    found.into_iter().map(code).collect()
}

/// Adds code, in place of what it holds.
fn push(found: &mut Vec<Range<usize>>, code: Range<usize>) {
    while found.last().is_some_and(|last| last.start >= code.start) {
        found.pop();
    }
    found.push(code);
}

/// Whether a comment of Go starts after `{{`.
fn is_comment(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b"-").unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    rest.starts_with(b"/*")
}

/// The length of the comment of Go that `tail` starts with.
fn comment_end(tail: &[u8]) -> Option<usize> {
    let end = memmem::find(tail, b"*/")? + 2;
    let rest = tail.get(end..)?;
    [&b"}}"[..], b"-}}", b" -}}", b" }}"]
        .iter()
        .find(|close| rest.starts_with(close))
        .map(|close| end + close.len())
}

/// The length of the code that `tail` starts with, up to `close`, unless the next such code starts before it.
fn closed(tail: &[u8], open: u8, kind: u8, close: [u8; 2]) -> Option<usize> {
    let body = tail.get(2..)?;
    let [first, second] = close;
    for at in memchr::memchr2_iter(open, first, body) {
        match body.get(at..at + 2) {
            Some(&[a, b]) if a == first && b == second => return Some(at + 4),
            Some(&[a, b]) if a == open && b == kind => return None,
            _ => {}
        }
    }
    None
}

/// What a piece of code does.
pub(super) fn kind(code: &str) -> Kind {
    if code.starts_with("{#") {
        return Kind::Comment;
    }
    if code.starts_with("{%") {
        return Kind::Control;
    }
    if let Some(body) = code.strip_prefix("<%") {
        return match body.as_bytes().first() {
            Some(b'=') => Kind::Output,
            Some(b'#') => Kind::Comment,
            _ => Kind::Control,
        };
    }
    let body = body(code);
    if body.starts_with("/*") || body.starts_with('!') {
        Kind::Comment
    } else if body.starts_with(['#', '/', '^']) || CONTROL_WORDS.contains(&control_word(code)) || assigns(body) {
        Kind::Control
    } else {
        Kind::Output
    }
}

/// The first word of `{{ }}`.
pub(super) fn control_word(code: &str) -> &str {
    let body = body(code);
    let end = body.find(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    end.and_then(|end| body.get(..end)).unwrap_or(body)
}

/// What stands in `{{ }}`, without the marks that trim.
fn body(code: &str) -> &str {
    code.strip_prefix("{{")
        .unwrap_or("")
        .trim_start_matches(['-', '~', ' ', '\t', '\r', '\n'])
}

/// Whether Go code sets a variable.
fn assigns(body: &str) -> bool {
    let head = body.split(['"', '|', '(', '`']).next().unwrap_or("");
    body.starts_with('$') && (head.contains(" = ") || head.contains(":="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let cases = [
            ("{{ .x }}", Kind::Output),
            ("{{- include \"x\" . | nindent 4 }}", Kind::Output),
            ("{{- if .x }}", Kind::Control),
            ("{{-   end -}}", Kind::Control),
            ("{{ endpoint }}", Kind::Output),
            ("{{ $x := .y }}", Kind::Control),
            ("{{ $x }}", Kind::Output),
            ("{{#each x}}", Kind::Control),
            ("{{- /* x */ -}}", Kind::Comment),
            ("{# x #}", Kind::Comment),
            ("{%- set x = 1 %}", Kind::Control),
            ("<%= x %>", Kind::Output),
            ("<%# x %>", Kind::Comment),
            ("<% x %>", Kind::Control),
        ];
        for (code, expected) in cases {
            assert_eq!(kind(code), expected, "{code}");
        }
    }

    #[test]
    fn finds_the_outermost() {
        let cases = [
            ("{{ a }} {{ b }}", vec!["{{ a }}", "{{ b }}"]),
            ("{{ tpl \"{{ a }}\" }}", vec!["{{ tpl \"{{ a }}\" }}"]),
            ("{{ a {{ b }}", vec!["{{ b }}"]),
            ("{{/* {{ */}}{{ a }}", vec!["{{/* {{ */}}", "{{ a }}"]),
            ("{{/* {{ a }}", vec!["{{ a }}"]),
            ("{% a {% b %}", vec!["{% b %}"]),
            ("<% a { %><% } %>", vec!["<% a { %>", "<% } %>"]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> = find(text)
                .iter()
                .map(|code| text.get(code.start..code.end).unwrap())
                .collect();
            assert_eq!(found, expected);
        }
    }
}
