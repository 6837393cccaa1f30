//! Passwords in URLs: `scheme://user:password@host`, `scheme://token@host`, `scheme://host?key=x`.

use super::Finder;
use crate::source::TextRange;

/// How far a password with blanks in it may reach.
const LONGEST: usize = 256;

/// What stands in a URL's place of a password where the user is the token.
const NO_PASSWORDS: &[&str] = &["", "x-oauth-basic", "x-oauth", "x", "X"];

impl Finder<'_, '_> {
    /// `scheme://user:password@host`.
    pub(super) fn urls(&mut self) {
        let text = self.text;
        for found in memchr::memmem::find_iter(text.as_bytes(), b"://") {
            let start = found + 3;
            let end = self.until(start, |byte| {
                byte.is_ascii_whitespace() || matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'`' | b'<' | b'>')
            });
            let authority = text.get(start..end).unwrap_or("");
            let at_sign = authority.rfind('@').map(|at| start + at);
            let Some(colon) = authority.find(':').map(|colon| start + colon) else {
                if let Some(at) = at_sign {
                    self.lone_user(found, start, at);
                }
                continue;
            };
            if at_sign.is_some_and(|at| at < colon) {
                let at = at_sign.unwrap_or(start);
                self.lone_user(found, start, at);
                continue;
            }
            if end > self.word_end || self.word_end == 0 {
                self.word_end = self.until(end, |byte| byte.is_ascii_whitespace());
                let word = text.get(start..self.word_end).unwrap_or("");
                self.last_at = word.rfind('@').map(|at| start + at);
            }
            let later = self
                .last_at
                .filter(|&at| at > end)
                .filter(|&at| !self.is_port(start, colon, at))
                // That of a path like `/@scope`.
                .filter(|&at| at_sign.is_none() || self.byte(at - 1) != Some(b'/'));
            if let Some(at) = later.or(at_sign) {
                self.hide(colon + 1, at);
                if NO_PASSWORDS.contains(&text.get(colon + 1..at).unwrap_or("x")) {
                    self.hide(start, colon);
                }
            } else if let Some(at) = self.after_blanks(found, colon, end) {
                self.hide(colon + 1, at);
            } else if is_web(text.as_bytes().get(..found).unwrap_or(&[]))
                && !is_port_like(text.as_bytes().get(colon + 1..end).unwrap_or(&[]))
            {
                self.hide(colon + 1, end);
            }
        }
    }

    /// Whether what follows the colon at `colon` is a port and a path, although an `@` follows at `at`: digits, after the
    /// name of a host or before the start of another URL.
    fn is_port(&self, start: usize, colon: usize, at: usize) -> bool {
        let rest = self.text.as_bytes().get(colon + 1..at).unwrap_or(&[]);
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=5).contains(&digits) || rest.get(digits).is_none_or(u8::is_ascii_alphanumeric) {
            return false;
        }
        let host = self.text.get(start..colon).unwrap_or("");
        let is_host = host.contains('.') || host.eq_ignore_ascii_case("localhost") || host.starts_with('[');
        is_host || rest.get(digits + 1..) == Some(b"") || memchr::memmem::find(rest, b"://").is_some()
    }

    /// The `@` behind a password that holds blanks, in the address of a datastore: `postgres://app:two words@host`.
    fn after_blanks(&self, scheme: usize, colon: usize, end: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let digits = bytes.get(colon + 1..end)?.iter().all(u8::is_ascii_digit);
        if is_web(bytes.get(..scheme)?) || digits || !matches!(bytes.get(end), Some(b' ' | b'\t')) {
            return None;
        }
        let rest = bytes.get(end..)?;
        let rest = rest.get(..rest.len().min(LONGEST))?;
        let line = memchr::memchr2(b'\n', b'"', rest).map_or(rest, |line| rest.get(..line).unwrap_or(rest));
        let at = memchr::memchr(b'@', line)?;
        let is_free = memchr::memmem::find(line.get(..at)?, b"://").is_none();
        is_free.then_some(end + at)
    }

    /// `https://token@host`: who stands alone there is a token, unless the name is made of plain words. Redis knows no users
    /// alone.
    fn lone_user(&mut self, scheme: usize, start: usize, at: usize) {
        let user = TextRange::new(start, at).slice(self.text);
        let before = self.text.get(..scheme).unwrap_or("");
        let ends = |names: &[&str]| names.iter().any(|name| ends_with(before, name));
        let is_token = ends(&["redis", "rediss", "valkey", "valkeys"])
            || ends(&["http", "https"])
                && user
                    .bytes()
                    .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || !byte.is_ascii_graphic());
        if is_token {
            self.hide(start, at);
        }
    }

    /// `?key=x`, `&code=x`: short names that are no credentials elsewhere.
    pub(super) fn query(&mut self) {
        const NAMES: &[&str] = &["key", "code", "sid", "tok", "pw", "sig", "signature", "x-amz-signature"];
        let text = self.text;
        let bytes = text.as_bytes();
        let mut in_query = false;
        let mut from = 0;
        // Separators decide what the `=` after them is about.
        for at in memchr::memchr3_iter(b'?', b'&', b'#', bytes) {
            if at < from {
                continue;
            }
            in_query |= bytes.get(at) != Some(&b'&') && at > 0;
            if !in_query {
                continue;
            }
            let rest = text.get(at + 1..).unwrap_or("");
            let rest = rest.strip_prefix("amp;").unwrap_or(rest);
            let start = text.len() - rest.len();
            let length = rest.bytes().take(24).take_while(|byte| *byte != b'=').count();
            let name = rest.get(..length).unwrap_or("");
            if self.byte(start + length) != Some(b'=') || !NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                continue;
            }
            let value = start + length + 1;
            let end = self.until(value, |byte| {
                byte.is_ascii_whitespace() || matches!(byte, b'&' | b'#' | b'"' | b'\'' | b'`' | b'<' | b'>')
            });
            self.hide(value, end);
            from = end;
        }
    }
}

fn is_web(before: &[u8]) -> bool {
    before.ends_with(b"http") || before.ends_with(b"https")
}

/// Whether a text is a port, or a word that stands for one: letters or digits, not both.
fn is_port_like(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.get(digits..).unwrap_or(&[]);
    !rest.iter().any(u8::is_ascii_alphanumeric) || !text.iter().any(u8::is_ascii_digit)
}

fn ends_with(text: &str, name: &str) -> bool {
    text.len()
        .checked_sub(name.len())
        .and_then(|at| text.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(name))
}
