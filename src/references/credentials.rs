//! What must never be shown: passwords, tokens and keys, found by the key and in the value. When in doubt it is hidden.

mod inline;
mod names;
mod tokens;

use super::expressions::{Expression, code_expression, expressions};
use crate::source::{Offsets, TextRange};
use std::borrow::Cow;

pub(super) use names::is_secret_name;

/// How often a value may be encoded on top of itself: `%2540`.
const ENCODINGS: usize = 3;

/// Whether the key (outermost name first) is that of a credential: `db_password`, `api.token`, but not `token_url`.
pub fn is_secret_key(path: &[&str]) -> bool {
    names::is_secret_path(path)
}

/// Everything in the value at `path` that must never be shown, in order, without overlaps.
pub fn credential_ranges(path: &[&str], value: &str) -> Vec<TextRange> {
    let mut ranges = Vec::new();
    if is_secret_key(path) {
        whole(value, &mut ranges);
    } else if names::is_key(path) && tokens::is_random(value.trim(), 16) {
        ranges.push(trimmed(value));
    }
    if !is_whole(&ranges, value) {
        let find: fn(&str, &mut Vec<TextRange>) = if names::is_public_key(path) { find_named } else { find };
        find(value, &mut ranges);
        decoded(value, find, &mut ranges);
    }
    merged(ranges)
}

/// The value with each credential replaced by `***`.
pub fn masked(path: &[&str], value: &str) -> String {
    let ranges = credential_ranges(path, value);
    let mut out = String::with_capacity(value.len());
    let mut from = 0;
    for range in ranges {
        out.push_str(TextRange::new(from, range.start as usize).slice(value));
        out.push_str("***");
        from = range.end as usize;
    }
    out.push_str(TextRange::new(from, value.len()).slice(value));
    out
}

/// The credentials in any text, as it is written.
fn find(text: &str, ranges: &mut Vec<TextRange>) {
    find_named(text, ranges);
    tokens::find_random(text, ranges);
}

/// Those that something says to be credentials, not those that merely look random.
fn find_named(text: &str, ranges: &mut Vec<TextRange>) {
    inline::find(text, ranges);
    tokens::find_prefixed(text, ranges);
}

/// The credentials that percent-encoding and backslashes hide.
fn decoded(value: &str, find: fn(&str, &mut Vec<TextRange>), ranges: &mut Vec<TextRange>) {
    let mut ways_back: Vec<Offsets> = Vec::new();
    let mut text = Cow::Borrowed(value);
    while ways_back.len() < ENCODINGS {
        let Some((plain, offsets)) = undo(&text) else { return };
        ways_back.push(offsets);
        let mut found = Vec::new();
        find(&plain, &mut found);
        for range in found {
            let outer = ways_back
                .iter()
                .rev()
                .fold(range, |range, way| way.range_to_outer(range));
            ranges.push(outer);
        }
        text = Cow::Owned(plain);
    }
}

/// Undoes one layer of `%40`, `\"`, `\u0040`; `None` where there is nothing to undo.
fn undo(text: &str) -> Option<(String, Offsets)> {
    let bytes = text.as_bytes();
    memchr::memchr2(b'%', b'\\', bytes)?;
    let mut plain = String::with_capacity(text.len());
    let mut offsets = Offsets::default();
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'%', b'\\', rest)) {
        at += found;
        let Some((character, length)) = escape(bytes.get(at..)?) else {
            at += 1;
            continue;
        };
        if at > from {
            offsets.push(plain.len(), from);
            plain.push_str(text.get(from..at)?);
        }
        offsets.push(plain.len(), at);
        plain.push(character);
        at += length;
        from = at;
    }
    if from == 0 {
        return None;
    }
    offsets.push(plain.len(), from);
    plain.push_str(text.get(from..)?);
    Some((plain, offsets))
}

/// The ASCII character that an escape stands for, and the escape's length.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let hex = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok()?;
        let code = u8::from_str_radix(digits, 16).ok()?;
        (code.is_ascii() && digits.len() == 2).then(|| char::from(code))
    };
    match bytes {
        [b'%', rest @ ..] => Some((hex(rest.get(..2)?)?, 3)),
        [b'\\', b'u', b'0', b'0', rest @ ..] => Some((hex(rest.get(..2)?)?, 6)),
        [b'\\', b'n', ..] => Some(('\n', 2)),
        [b'\\', b't', ..] => Some(('\t', 2)),
        [b'\\', b'r', ..] => Some(('\r', 2)),
        [b'\\', next, ..] if next.is_ascii_punctuation() => Some((char::from(*next), 2)),
        _ => None,
    }
}

/// The value of a credential's key: all of it, unless it only says where the credential comes from.
fn whole(value: &str, ranges: &mut Vec<TextRange>) {
    /// Where the credential is to be fetched from.
    const ELSEWHERE: [&str; 14] = [
        "arn:",
        "vault:",
        "op://",
        "ref+",
        "awskms://",
        "gcpkms://",
        "azurekms://",
        "keyvault://",
        "secretref:",
        "ssm:",
        "sm://",
        "ENC[",
        "@Microsoft.KeyVault(",
        "file://",
    ];
    let all = trimmed(value);
    let text = all.slice(value);
    let harmless = is_harmless(text)
        || (ELSEWHERE.iter().any(|prefix| text.starts_with(prefix)) && !text.contains(char::is_whitespace));
    if !harmless {
        unless_expression(value, all, In::Value, ranges);
    }
}

/// Whether what stands in a credential's place says nothing.
fn is_harmless(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "true", "false", "yes", "no", "on", "off", "null", "nil", "none", "inherit", "required", "optional",
    ];
    text.is_empty() || WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Where a credential was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum In {
    /// It is the whole value of a key, which may be code: `var.password`.
    Value,
    /// It stands in a text, where only delimiters make code: a password may well begin with `env.`.
    Text,
}

/// Hides `range` of the text; where that is nothing but expressions, only their fallbacks.
fn unless_expression(text: &str, range: TextRange, within: In, ranges: &mut Vec<TextRange>) {
    let part = range.slice(text);
    if is_harmless(part) {
        return;
    }
    let shift = |inner: TextRange| {
        let start = range.start as usize;
        TextRange::new(start + inner.start as usize, start + inner.end as usize)
    };
    let mut found = expressions(part);
    if within == In::Text {
        // `var.x`.
        found.retain(|expression| {
            !expression
                .range
                .slice(part)
                .starts_with(|one: char| one.is_alphanumeric())
        });
    }
    // Settings that follow in the same text are no code.
    if found.is_empty() && within == In::Value && !part.contains(['=', ';', '@']) && !part.contains(": ") {
        found.extend(code_expression(part));
    }
    if found.is_empty() || !covers(part, &found) || !found.iter().all(|expression| is_only_a_name(part, expression)) {
        ranges.push(range);
        return;
    }
    let fallbacks = found.iter().filter_map(|expression| expression.fallback);
    ranges.extend(
        fallbacks
            .filter(|fallback| !fallback.range.is_empty())
            .map(|fallback| shift(fallback.range)),
    );
}

/// Whether nothing but quotes and blanks stands around the expressions.
fn covers(text: &str, found: &[Expression]) -> bool {
    let mut from = 0;
    let blank = |start: usize, end: usize| {
        let between = TextRange::new(start, end).slice(text);
        between
            .trim_matches([' ', '\t', '\r', '\n', '"', '\'', ',', ';'])
            .is_empty()
    };
    for expression in found {
        if !blank(from, expression.range.start as usize) {
            return false;
        }
        from = expression.range.end as usize;
    }
    blank(from, text.len())
}

/// Whether an expression holds no text of its own beside its names and its fallback.
fn is_only_a_name(text: &str, expression: &Expression) -> bool {
    let whole = expression.range.slice(text);
    // `$ecret` may well be a password; `$DB_PASSWORD` is none.
    if !whole.starts_with("${") && whole.starts_with(['$', '%']) && !whole.starts_with("$(") {
        let name = whole.trim_matches(['$', '%', '{', '}']);
        return name
            .bytes()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
            && name.len() > 1;
    }
    if whole.starts_with("${") && has_word(text, expression) {
        return false;
    }
    let quoted_names = expression
        .names
        .iter()
        .filter(|name| {
            let before = (name.start as usize)
                .checked_sub(1)
                .and_then(|at| text.as_bytes().get(at));
            matches!(before, Some(b'"' | b'\''))
        })
        .count();
    let own = quoted_names + usize::from(expression.fallback.is_some_and(|fallback| fallback.quoted));
    let fallback = expression.fallback.map_or("", |fallback| fallback.range.slice(text));
    let count = |text: &str| text.matches(['"', '\'']).count();
    !expression.names.is_empty() && count(whole) <= 2 * own + count(fallback)
}

/// Whether a shell would put a word of the expression's own in: `${NAME+word}`, `${NAME:?word}`.
fn has_word(text: &str, expression: &Expression) -> bool {
    let Some(name) = expression.names.first() else {
        return false;
    };
    let rest = TextRange::new(name.end as usize, expression.range.end as usize).slice(text);
    rest.strip_prefix(':').unwrap_or(rest).starts_with(['+', '?'])
}

fn trimmed(value: &str) -> TextRange {
    let start = value.len() - value.trim_start().len();
    TextRange::new(start, start + value.trim().len())
}

fn is_whole(ranges: &[TextRange], value: &str) -> bool {
    let all = trimmed(value);
    ranges
        .iter()
        .any(|range| range.start <= all.start && range.end >= all.end)
}

/// Sorted, joined where they touch, without empty ones.
fn merged(mut ranges: Vec<TextRange>) -> Vec<TextRange> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable();
    ranges.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        if touches {
            last.end = last.end.max(next.end);
        }
        touches
    });
    ranges
}

#[cfg(test)]
mod tests;
