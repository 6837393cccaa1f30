//! Passwords in addresses: `scheme://user:password@host`, and the names of databases that drivers know.

use super::Finder;

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
            let Some(colon) = authority.find(':') else { continue };
            let is_port = authority.as_bytes().get(colon + 1).is_none_or(u8::is_ascii_digit);
            if end > self.word_end || self.word_end == 0 {
                self.word_end = self.until(end, |byte| byte.is_ascii_whitespace());
                let word = text.get(start..self.word_end).unwrap_or("");
                self.last_at = word.rfind('@').map(|at| start + at);
            }
            let within = authority.rfind('@').filter(|&at| at > colon).map(|at| start + at);
            // An `@` later on, not that of a path like `/@scope`, may still end a password with a slash in it.
            let later = self
                .last_at
                .filter(|&at| at > end && (within.is_some() || !is_port))
                .filter(|&at| self.byte(at - 1) != Some(b'/'));
            if let Some(at) = later.or(within) {
                self.hide(start + colon + 1, at);
            }
        }
    }

    /// `user:password@tcp(host)` of Go, `oracle:thin:user/password@host`.
    pub(super) fn database_names(&mut self) {
        const LONGEST: usize = 256;
        let text = self.text;
        for network in ["@tcp(", "@unix(", "@tcp6("] {
            for at in memchr::memmem::find_iter(text.as_bytes(), network) {
                let from = at.saturating_sub(LONGEST);
                let before = text.as_bytes().get(from..at).unwrap_or(&[]);
                let blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'=');
                let begin = before.iter().rposition(blank).map_or(0, |blank| blank + 1);
                let colon = before.iter().skip(begin).position(|&byte| byte == b':');
                if let Some(colon) = colon {
                    self.hide(from + begin + colon + 1, at);
                }
            }
        }
        for at in memchr::memmem::find_iter(text.as_bytes(), "oracle:thin:") {
            let rest = text.as_bytes().get(at..).unwrap_or(&[]);
            let length = rest.iter().take(LONGEST).take_while(|byte| !byte.is_ascii_whitespace());
            let word = rest.get(..length.count()).unwrap_or(&[]);
            let slash = word.iter().position(|&byte| byte == b'/');
            // The last one: a password may hold an `@`.
            let last = word.iter().rposition(|&byte| byte == b'@');
            if let (Some(slash), Some(end)) = (slash, last)
                && slash < end
            {
                self.hide(at + slash + 1, at + end);
            }
        }
    }
}
