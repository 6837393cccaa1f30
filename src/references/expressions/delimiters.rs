//! Where expressions begin and end: their delimiters, found in one pass.

use crate::source::TextRange;

/// How the inside of an expression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A name alone.
    Name,
    /// `NAME`, `NAME:-default`, or HCL.
    Shell,
    /// Code of some language.
    Code,
    /// Go templates and Jinja, where a bare word is a variable.
    Template,
    /// Control flow and comments of templates.
    Comment,
    /// `$$`, `%%`: the character itself.
    Escape,
}

/// An expression and what stands inside of its delimiters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) range: TextRange,
    pub(super) body: TextRange,
    pub(super) style: Style,
}

/// Which closing bracket belongs to which opening one, worked out when first needed.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    braces: Option<Vec<(u32, u32)>>,
    parentheses: Option<Vec<(u32, u32)>>,
    /// Where each closing delimiter was found last, `usize::MAX` where it does not occur any more: no byte is
    /// searched twice.
    found: [usize; 4],
}

impl Pairs {
    fn brace(&mut self, value: &str, open: usize) -> Option<usize> {
        closing(self.braces.get_or_insert_with(|| matched(value, b'{', b'}')), open)
    }

    fn parenthesis(&mut self, value: &str, open: usize) -> Option<usize> {
        closing(self.parentheses.get_or_insert_with(|| matched(value, b'(', b')')), open)
    }

    /// The first `closer` from `from` on.
    fn find(&mut self, value: &str, from: usize, closer: &str) -> Option<usize> {
        let slot = match closer {
            "}}" => 0,
            "%>" => 1,
            "%}" => 2,
            _ => 3,
        };
        let known = self.found.get_mut(slot)?;
        if *known < from || *known == 0 {
            *known = value.get(from..)?.find(closer).map_or(usize::MAX, |at| from + at);
        }
        (*known != usize::MAX).then_some(*known)
    }
}

fn closing(pairs: &[(u32, u32)], open: usize) -> Option<usize> {
    let open = u32::try_from(open).ok()?;
    let at = pairs.binary_search_by_key(&open, |pair| pair.0).ok()?;
    pairs.get(at).map(|pair| pair.1 as usize).filter(|&end| end > 0)
}

/// The pairs of brackets by the place of the opening one; 0 closes what stays open.
fn matched(value: &str, opener: u8, closer: u8) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut open = Vec::new();
    for at in memchr::memchr2_iter(opener, closer, value.as_bytes()) {
        let offset = TextRange::new(at, at).start;
        if value.as_bytes().get(at) == Some(&opener) {
            open.push(pairs.len());
            pairs.push((offset, 0));
        } else if let Some(pair) = open.pop().and_then(|index| pairs.get_mut(index)) {
            pair.1 = offset;
        }
    }
    pairs
}

/// The inside of `${...}` where that is all of `range`, but for blanks.
pub(super) fn braced(value: &str, range: TextRange, pairs: &mut Pairs) -> Option<TextRange> {
    let text = range.slice(value);
    let start = range.start as usize + text.len() - text.trim_start().len();
    let trimmed = text.trim();
    if !trimmed.starts_with("${") || trimmed.starts_with("${{") {
        return None;
    }
    let close = pairs.brace(value, start + 1)?;
    (close + 1 == start + trimmed.len()).then(|| TextRange::new(start + 2, close))
}

/// The first expression from byte `at` on.
pub(super) fn next(value: &str, at: usize, pairs: &mut Pairs) -> Option<Found> {
    let bytes = value.as_bytes();
    let mut at = at;
    while let Some(&byte) = bytes.get(at) {
        if matches!(byte, b'$' | b'%' | b'{' | b'#' | b'(' | b'<')
            && let Some(found) = opens(value, at, pairs)
        {
            return Some(found);
        }
        at += 1;
    }
    None
}

fn opens(value: &str, at: usize, pairs: &mut Pairs) -> Option<Found> {
    let tail = value.as_bytes().get(at..)?;
    let until = |pairs: &mut Pairs, open: usize, closer: &str, style| {
        let close = pairs.find(value, at + open, closer)?;
        Some(Found {
            range: TextRange::new(at, close + closer.len()),
            body: TextRange::new(at + open, close),
            style,
        })
    };
    match tail {
        [b'$', b'{', b'{', ..] => until(pairs, 3, "}}", Style::Code),
        [b'{', b'{', ..] => {
            let mut found = until(pairs, 2, "}}", Style::Template)?;
            // `{{{ x }}}`, and `{{ {"a": {}}}}`.
            while value.as_bytes().get(found.range.end as usize) == Some(&b'}') && tail.get(2) == Some(&b'{') {
                found.range.end += 1;
            }
            Some(found)
        }
        [b'{', b'%', ..] => until(pairs, 2, "%}", Style::Comment),
        [b'<', b'%', b'#', ..] => until(pairs, 3, "%>", Style::Comment),
        [b'<', b'%', ..] => until(pairs, 2, "%>", Style::Code),
        [b'$' | b'%' | b'#', b'{', ..] => {
            let close = pairs.brace(value, at + 1)?;
            let body = TextRange::new(at + 2, close);
            let style = match tail.first() {
                _ if is_name(body.slice(value)) => Style::Name,
                Some(b'$') => Style::Shell,
                _ if is_dotted(body.slice(value)) => Style::Name,
                _ => Style::Code,
            };
            Some(found(at, close + 1, body, style))
        }
        [b'$', b'(', ..] => {
            let close = pairs.parenthesis(value, at + 1)?;
            let body = TextRange::new(at + 2, close);
            let style = if is_name(body.slice(value)) {
                Style::Name
            } else {
                Style::Code
            };
            Some(found(at, close + 1, body, style))
        }
        [b'(', b'(', ..] => {
            let found = until(pairs, 2, "))", Style::Name)?;
            is_dotted(found.body.slice(value)).then_some(found)
        }
        [b'$', b'$', ..] => Some(found(at, at + 2, TextRange::new(at, at), Style::Escape)),
        [b'$', b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] => {
            let length = name_length(tail.get(1..)?);
            let body = TextRange::new(at + 1, at + 1 + length);
            Some(found(at, at + 1 + length, body, Style::Name))
        }
        [b'%', b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] => percent(at, tail),
        _ => None,
    }
}

fn found(start: usize, end: usize, body: TextRange, style: Style) -> Found {
    Found {
        range: TextRange::new(start, end),
        body,
        style,
    }
}

/// `%NAME%`, but no percent-encoded bytes.
fn percent(at: usize, tail: &[u8]) -> Option<Found> {
    let name = tail.get(1..)?;
    let length = name_length(name);
    let hex = |bytes: &[u8], from: usize| {
        bytes
            .get(from..from + 2)
            .is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    };
    let closed = name.get(length) == Some(&b'%');
    let encoded = hex(name, 0) && (length == 2 || hex(name, length + 1));
    (closed && !encoded).then(|| {
        found(
            at,
            at + length + 2,
            TextRange::new(at + 1, at + 1 + length),
            Style::Name,
        )
    })
}

fn name_length(bytes: &[u8]) -> usize {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    bytes.iter().take_while(is_part).count()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && name_length(text.as_bytes()) == text.len()
        && text.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}

fn is_dotted(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':');
    !text.is_empty() && text.bytes().all(is_part)
}
