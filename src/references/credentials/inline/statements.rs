//! Passwords that a word and a blank announce: `bindpw x`, `WITH PASSWORD 'x'`, `IDENTIFIED BY 'x'`.

use super::Finder;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What announces a password, and whether that is certain of a word without quotes: prose speaks of passwords, too.
const ANNOUNCED: &[(&str, bool)] = &[
    ("password ", false),
    ("passphrase ", false),
    ("passwd ", false),
    ("pwd ", false),
    ("pw ", false),
    ("secret ", false),
    ("token ", false),
    ("identified by ", true),
    ("bindpw ", true),
    ("rootpw ", true),
    ("requirepass ", true),
    ("masterauth ", true),
];

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    let builder = builder.ascii_case_insensitive(true);
    builder.build(ANNOUNCED.iter().map(|row| row.0)).ok()
});

impl Finder<'_, '_> {
    /// `bindpw x`, `WITH PASSWORD 'x'`.
    pub(super) fn statements(&mut self) {
        let text = self.text;
        let Some(search) = SEARCH.as_ref() else { return };
        let mut done = 0;
        for found in search.find_iter(text) {
            let before = found.start().checked_sub(1).and_then(|at| self.byte(at));
            let inside = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-$/".contains(&byte));
            if found.start() < done || inside {
                continue;
            }
            let is_sure = ANNOUNCED.get(found.pattern().as_usize()).is_some_and(|row| row.1);
            let mut start = found.end();
            while matches!(self.byte(start), Some(b' ' | b'\t' | b'\\')) {
                start += 1;
            }
            let mut verb = ["is ", "was ", "= ", "to "].into_iter();
            let rest = text.get(start..).unwrap_or("");
            start += verb.find(|verb| rest.starts_with(verb)).map_or(0, str::len);
            if let Some(quote @ (b'"' | b'\'' | b'`')) = self.byte(start) {
                let end = self.closing(start + 1, quote);
                self.hide(start + 1, end);
                done = end;
                continue;
            }
            let end = self.until(start, |byte| {
                byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b';' | b',' | b')' | b'\\')
            });
            let word = text.get(start..end).unwrap_or("");
            let is_prose = word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || (byte.is_ascii_punctuation() && !b"!@#$%^&*".contains(&byte)));
            let is_name = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            if is_sure || !(is_prose || is_name) {
                self.hide(start, end);
            }
        }
    }
}
