//! Credentials by their look: known prefixes, private keys, random-looking runs of characters.

use crate::source::TextRange;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// The characters that go on after a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Letters and digits.
    Plain,
    /// Letters, digits, `_` and `-`.
    Word,
    /// As `Word`, and dots.
    Dotted,
    /// As `Dotted`, and slashes and what else stands in the path of a URL. The prefix itself is no secret.
    UrlPath,
    /// Up to the end of a PEM block.
    Pem,
    /// All that follows.
    Rest,
}

/// How a token begins, what follows, and how many characters of that it takes at least.
const PREFIXES: &[(&str, Tail, usize)] = &[
    ("AKIA", Tail::Plain, 12),
    ("ASIA", Tail::Plain, 12),
    ("ghp_", Tail::Plain, 16),
    ("gho_", Tail::Plain, 16),
    ("ghu_", Tail::Plain, 16),
    ("ghs_", Tail::Plain, 16),
    ("ghr_", Tail::Plain, 16),
    ("github_pat_", Tail::Word, 16),
    ("glpat-", Tail::Word, 16),
    ("xoxb-", Tail::Word, 8),
    ("xoxp-", Tail::Word, 8),
    ("xoxa-", Tail::Word, 8),
    ("xoxr-", Tail::Word, 8),
    ("xoxs-", Tail::Word, 8),
    ("xoxe-", Tail::Word, 8),
    ("xapp-", Tail::Word, 8),
    ("sk_live_", Tail::Plain, 8),
    ("sk_test_", Tail::Plain, 8),
    ("rk_live_", Tail::Plain, 8),
    ("rk_test_", Tail::Plain, 8),
    ("whsec_", Tail::Word, 8),
    ("sk-ant-", Tail::Word, 16),
    ("sk-proj-", Tail::Word, 16),
    ("sk-", Tail::Word, 32),
    ("SG.", Tail::Dotted, 16),
    ("AIza", Tail::Word, 24),
    ("ya29.", Tail::Dotted, 16),
    ("npm_", Tail::Plain, 24),
    ("pypi-", Tail::Word, 24),
    ("dop_v1_", Tail::Plain, 24),
    ("dckr_pat_", Tail::Word, 16),
    ("hvs.", Tail::Dotted, 16),
    ("hvb.", Tail::Dotted, 16),
    ("shpat_", Tail::Plain, 16),
    ("NRAK-", Tail::Word, 16),
    ("AGE-SECRET-KEY-", Tail::Word, 16),
    ("eyJ", Tail::Dotted, 20),
    ("hooks.slack.com/services/", Tail::UrlPath, 1),
    ("hooks.slack.com/workflows/", Tail::UrlPath, 1),
    ("hooks.slack.com/triggers/", Tail::UrlPath, 1),
    ("discord.com/api/webhooks/", Tail::UrlPath, 1),
    ("api.telegram.org/bot", Tail::UrlPath, 1),
    ("discordapp.com/api/webhooks/", Tail::UrlPath, 1),
    ("webhook.office.com/webhookb2/", Tail::UrlPath, 1),
    ("outlook.office.com/webhook/", Tail::UrlPath, 1),
    ("-----BEGIN ", Tail::Pem, 0),
    ("---- BEGIN ", Tail::Pem, 0),
    ("Private-Lines:", Tail::Rest, 0),
];

static SEARCH: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(PREFIXES.iter().map(|row| row.0)).ok());

/// The shortest run of characters that may be random without a key that says so.
const RUN: usize = 32;

/// The credentials in a text that their prefix gives away.
pub(super) fn find_prefixed(text: &str, ranges: &mut Vec<TextRange>) {
    if text.len() < 12 {
        return;
    }
    if let Some(search) = SEARCH.as_ref() {
        let mut done = 0;
        for found in search.find_iter(text) {
            let row = PREFIXES.get(found.pattern().as_usize());
            if let Some(range) = row
                .filter(|_| found.start() >= done)
                .and_then(|row| token(text, found.start(), row))
            {
                done = range.end as usize;
                ranges.push(range);
            }
        }
    }
}

fn token(text: &str, start: usize, &(prefix, tail, least): &(&str, Tail, usize)) -> Option<TextRange> {
    let bytes = text.as_bytes();
    let body = start + prefix.len();
    if tail == Tail::Pem {
        return private_key(text, start);
    }
    if tail == Tail::Rest {
        return Some(TextRange::new(body, text.len()));
    }
    let inside_word = start
        .checked_sub(1)
        .and_then(|at| bytes.get(at))
        .is_some_and(u8::is_ascii_alphanumeric);
    if inside_word && tail != Tail::UrlPath {
        return None;
    }
    let goes_on = |byte: u8| match tail {
        Tail::Plain => byte.is_ascii_alphanumeric(),
        Tail::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
        Tail::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'='),
        Tail::UrlPath | Tail::Pem | Tail::Rest => {
            byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b')')
        }
    };
    let length = bytes.get(body..)?.iter().take_while(|&&byte| goes_on(byte)).count();
    let from = if tail == Tail::UrlPath { body } else { start };
    (length >= least).then(|| TextRange::new(from, body + length))
}

/// A PEM block with a private key: to the end of its last line, or of the text.
fn private_key(text: &str, start: usize) -> Option<TextRange> {
    const NAME: usize = 48;
    let rest = text.as_bytes().get(start..)?;
    memchr::memmem::find(rest.get(..NAME.min(rest.len()))?, b"PRIVATE KEY")?;
    let (close, line) = if rest.starts_with(b"-----") {
        ("-----END", "-----")
    } else {
        ("---- END", "----")
    };
    let end = match memchr::memmem::find(rest, close.as_bytes()) {
        Some(at) => {
            let after = start + at + close.len();
            let close = text.get(after..).and_then(|tail| tail.find(line));
            close.map_or(text.len(), |at| after + at + line.len())
        }
        None => text.len(),
    };
    Some(TextRange::new(start, end))
}

/// The runs of characters in a text that look random.
pub(super) fn find_random(text: &str, ranges: &mut Vec<TextRange>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or(&[]);
        let length = rest.iter().take_while(|&&byte| is_run(byte)).count();
        if length >= RUN {
            // `=` ends base64 and stands between a name and a value.
            let padding = rest
                .iter()
                .skip(length)
                .take(2)
                .take_while(|&&byte| byte == b'=')
                .count();
            run(text, TextRange::new(at, at + length), padding, ranges);
        }
        at += length.max(1);
    }
}

/// A run of characters, or the parts of a path that it is.
fn run(text: &str, run: TextRange, padding: usize, ranges: &mut Vec<TextRange>) {
    let body = run.slice(text);
    let whole = without_words(body);
    let start = run.start as usize + whole.start as usize;
    let whole = TextRange::new(start, start + whole.len());
    if is_random(whole.slice(text), RUN) {
        if !names_a_thing(text, whole) {
            let padding = if whole.end == run.end { padding } else { 0 };
            ranges.push(TextRange::new(start, whole.end as usize + padding));
        }
        return;
    }
    let mut at = run.start as usize;
    for part in body.split('/') {
        let range = TextRange::new(at, at + part.len());
        if is_random(part, RUN) && !names_a_thing(text, range) {
            ranges.push(range);
        }
        at += part.len() + 1;
    }
}

fn is_uuid(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    text.len() == 36 && text.split('-').map(str::len).eq(groups)
}

/// What remains of a path without the plain words and UUIDs at its ends.
fn without_words(path: &str) -> TextRange {
    let plain = |byte: u8| byte.is_ascii_lowercase() || !byte.is_ascii_alphanumeric();
    let is_word = |part: &str| part.bytes().all(plain) || is_uuid(part.trim_end_matches('/'));
    let mut start = path.len() - path.trim_start_matches(['_', '-', '+']).len();
    let mut end = path.trim_end_matches(['_', '-']).len().max(start);
    for part in path
        .get(start..end)
        .unwrap_or("")
        .split_inclusive('/')
        .take_while(|part| is_word(part))
    {
        start += part.len();
    }
    while let Some((before, last)) = path.get(start..end).and_then(|rest| rest.rsplit_once('/')) {
        if !is_word(last) {
            break;
        }
        end = start + before.len();
    }
    TextRange::new(start, end)
}

fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-')
}

/// Whether a text of at least `least` characters looks drawn by lot, not made of words.
pub(super) fn is_random(text: &str, least: usize) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < least || !bytes.iter().all(|&byte| is_run(byte) || byte == b'=') {
        return false;
    }
    let count = |wanted: Kind| bytes.iter().filter(|&&byte| kind(byte) == wanted).count();
    let (lower, upper, digits, marks) = (
        count(Kind::Lower),
        count(Kind::Upper),
        count(Kind::Digit),
        count(Kind::Mark),
    );
    if digits == 0 || lower + upper == 0 || marks * 10 > bytes.len() {
        return false;
    }
    // `WordsLikeThis` change kind at each capital; only what words do not do counts.
    let changes = bytes
        .windows(2)
        .filter(|pair| match pair {
            [first, second] => {
                !matches!(
                    (kind(*first), kind(*second)),
                    (Kind::Mark, _) | (_, Kind::Mark) | (Kind::Upper, Kind::Lower)
                ) && kind(*first) != kind(*second)
            }
            _ => false,
        })
        .count();
    let percent = changes * 100 / bytes.len();
    // By lot it is about 44 % of three kinds of characters, 40 % of two.
    if lower > 0 && upper > 0 {
        percent >= 38 || (percent >= 26 && digits * 100 >= bytes.len() * 7)
    } else {
        percent >= 26 && digits * 10 >= bytes.len()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Mark,
}

fn kind(byte: u8) -> Kind {
    match byte {
        b'a'..=b'z' => Kind::Lower,
        b'A'..=b'Z' => Kind::Upper,
        b'0'..=b'9' => Kind::Digit,
        _ => Kind::Mark,
    }
}

/// Digests, revisions and cluster ids look random and are no secrets.
fn names_a_thing(text: &str, run: TextRange) -> bool {
    let before = text.get(..run.start as usize).unwrap_or("");
    let after = text.as_bytes().get(run.end as usize..).unwrap_or(&[]);
    let body = run.slice(text);
    let is_hex = body.bytes().all(|byte| byte.is_ascii_hexdigit());
    let begin = before.len().saturating_sub(128);
    let word = before.as_bytes().get(begin..).unwrap_or(&[]);
    let word = word
        .rsplit(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b','))
        .next();
    let in_arn = word.is_some_and(|word| word.starts_with(b"arn:"));
    let pinned = after.starts_with(b"@sha256:");
    let digest = ["sha256:", "sha512:", "sha1:", "md5:", "h1:", "zh:"]
        .iter()
        .any(|name| before.ends_with(name))
        || ["sha256-", "sha384-", "sha512-"]
            .iter()
            .any(|name| body.starts_with(name));
    let revision = is_hex && (before.ends_with('@') || before.ends_with("ref="));
    let label = is_hex && matches!(after, [b'.', next, ..] if next.is_ascii_alphanumeric());
    in_arn || pinned || digest || revision || label || before.ends_with("/id/") || body.contains("/id/")
}
