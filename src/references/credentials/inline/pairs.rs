//! Values of names that say to be secret: `password=x`, `"token": "x"`.

use super::Finder;
use crate::references::credentials::{is_secret_name, tokens};

impl Finder<'_, '_> {
    /// `password=x`, `"token": "x"`, `AccountKey = x`.
    pub(super) fn pairs(&mut self) {
        let text = self.text;
        let lists = memchr::memchr(b';', text.as_bytes()).is_some();
        let mut done = 0;
        let mut quoted = false;
        let mut seen = 0;
        for at in memchr::memchr2_iter(b'=', b':', text.as_bytes()) {
            if at < done {
                continue;
            }
            let quotes = text.as_bytes().get(seen..at).unwrap_or(&[]);
            quoted ^= memchr::memchr_iter(b'"', quotes).count() % 2 == 1;
            seen = at;
            let Some(name) = self.name_before(at) else { continue };
            let secret = is_secret_name(name);
            let last = name
                .rsplit(|byte: char| !byte.is_ascii_alphanumeric())
                .next()
                .unwrap_or("");
            let keylike = ["key", "code", "signature"]
                .iter()
                .any(|word| word.eq_ignore_ascii_case(last));
            if !(secret || keylike) {
                continue;
            }
            if secret {
                let header = last.eq_ignore_ascii_case("authorization");
                let (start, end) = self.value_after(at, lists, quoted, header);
                self.hide(start, end);
                done = end;
            } else {
                self.random_value(at + 1);
            }
        }
    }

    /// Hides the value of `key=` from `at` on where it looks random.
    fn random_value(&mut self, at: usize) {
        const LONGEST: usize = 128;
        let rest = self.text.as_bytes().get(at..).unwrap_or(&[]);
        let blanks = rest
            .iter()
            .take(4)
            .take_while(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'\\'))
            .count();
        let is_run = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-');
        let length = rest.iter().skip(blanks).take(LONGEST).take_while(is_run).count();
        let (start, end) = (at + blanks, at + blanks + length);
        if tokens::is_random(self.text.get(start..end).unwrap_or(""), 16) {
            self.hide(start, end);
        }
    }

    /// The name that `=` or `:` at `at` gives a value to.
    fn name_before(&self, at: usize) -> Option<&str> {
        const LONGEST: usize = 64;
        let bytes = self.text.as_bytes();
        let mut end = at;
        while end > 0 && at - end < LONGEST && matches!(bytes.get(end - 1), Some(b' ' | b'\t' | b'\\')) {
            end -= 1;
        }
        let closes = matches!(bytes.get(end.wrapping_sub(1)), Some(b'"' | b'\''));
        if closes {
            end -= 1;
            end -= usize::from(bytes.get(end.wrapping_sub(1)) == Some(&b'\\'));
        }
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | 0x80..);
        let length = bytes
            .get(..end)?
            .iter()
            .rev()
            .take(LONGEST)
            .take_while(|byte| is_name(byte))
            .count();
        let name = self.text.get(end - length..end).filter(|name| !name.is_empty())?;
        let next = bytes.get(at + 1);
        let gives = match bytes.get(at) {
            Some(b':') if next == Some(&b'/') || self.text.get(..end - length)?.ends_with("${") => false,
            Some(b':') => {
                let before = (end - length).checked_sub(1).and_then(|at| bytes.get(at));
                let in_list = matches!(before, Some(b',' | b'{' | b';' | b'&' | b'=' | b'?'));
                // `token:x` is a credential; `secret:x` in a text of its own is mostly the name of one.
                let alone = before.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''));
                let named = alone && !name.to_ascii_lowercase().ends_with("secret");
                closes || next.is_none_or(u8::is_ascii_whitespace) || is_password(name) || in_list || named
            }
            _ => true,
        };
        gives.then_some(name)
    }

    /// Where the value after `=` or `:` at `at` stands, without its quotes.
    fn value_after(&mut self, at: usize, lists: bool, quoted: bool, header: bool) -> (usize, usize) {
        let mut start = at + 1;
        while matches!(self.byte(start), Some(b' ' | b'\t' | b'=' | b'>' | b'\\')) {
            start += 1;
        }
        if let Some(quote @ (b'"' | b'\'' | b'`')) = self.byte(start) {
            if quoted && quote == b'"' && self.byte(start + 1) == Some(b'"') {
                // `""x""` in a text that is quoted itself.
                return (start + 2, self.closing_twice(start + 2));
            }
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b",;:}])&<+.\\".contains(byte);
            let empty = quoted && quote == b'"' && self.byte(start + 1).as_ref().is_none_or(ends);
            let end = if empty {
                start + 1
            } else {
                self.closing(start + 1, quote)
            };
            return (start + 1, end);
        }
        if lists
            && self.byte(start) == Some(b'{')
            && let Some(end) = self.closing_brace(start + 1)
        {
            return (start + 1, end);
        }
        if matches!(self.byte(start), Some(b'|' | b'>')) {
            return (start, self.block_end(at, start));
        }
        let end = match (header, lists) {
            (true, _) => self.until(start, |byte| matches!(byte, b'\n' | b'\r' | b'"' | b'\'')),
            (false, true) => self.list_item(start, quoted),
            (false, false) => self.word(start, quoted),
        };
        let value = self.text.get(start..end).unwrap_or("").trim_end();
        (start, start + value.len())
    }

    /// The end of a quoted text; a doubled or escaped quote does not close it.
    pub(super) fn closing(&self, from: usize, quote: u8) -> usize {
        if from >= 2 && self.byte(from - 2) == Some(b'\\') {
            // Quotes that are escaped themselves: `\"x\"`.
            let rest = self.text.as_bytes().get(from..).unwrap_or(&[]);
            let close = memchr::memmem::find(rest, &[b'\\', quote]);
            return close.map_or(self.text.len(), |at| from + at);
        }
        let mut at = from;
        while let Some(byte) = self.byte(at) {
            let doubled = byte == quote && self.byte(at + 1) == Some(quote);
            if doubled || (byte == b'\\' && self.byte(at + 1) != Some(quote)) {
                at += 2;
            } else if byte == quote && self.byte(at.wrapping_sub(1)) != Some(b'\\') {
                return at;
            } else {
                at += 1;
            }
        }
        self.text.len()
    }

    /// The end of what doubled quotes stand around; without them that of the item.
    fn closing_twice(&mut self, from: usize) -> usize {
        let line = self.text.as_bytes().get(from..).unwrap_or(&[]);
        let line = memchr::memchr(b'\n', line).map_or(line, |end| line.get(..end).unwrap_or(line));
        match memchr::memmem::find(line, b"\"\"") {
            Some(at) => from + at,
            None => self.list_item(from, true),
        }
    }

    /// The end of `{x}` in a list of ODBC, where a doubled brace stands for one; `None` for what is no such thing.
    fn closing_brace(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += memchr::memchr2(b'}', b'\n', self.text.as_bytes().get(at..)?)?;
            match (self.byte(at), self.byte(at + 1)) {
                (Some(b'}'), Some(b'}')) => at += 2,
                (Some(b'}'), None | Some(b';' | b'"' | b'\'' | b'\\' | b' ' | b'\r' | b'\n' | b'&')) => {
                    return Some(at);
                }
                _ => return None,
            }
        }
    }

    /// The end of an item of `a=x;b=y`. The `;` of an entity like `&amp;` does not end it.
    fn list_item(&mut self, from: usize, quoted: bool) -> usize {
        let mut end = from;
        loop {
            end = self.until(end, |byte| matches!(byte, b';' | b'\n') || (quoted && byte == b'"'));
            let before = self.text.get(from..end).unwrap_or("");
            let entity = before
                .bytes()
                .rev()
                .take(6)
                .take_while(u8::is_ascii_alphanumeric)
                .count();
            let is_entity = entity > 1 && before.as_bytes().get(before.len().wrapping_sub(entity + 1)) == Some(&b'&');
            if self.byte(end) == Some(b';') && is_entity {
                end += 1;
                continue;
            }
            return end;
        }
    }

    /// The end of a word; `&name=` and `,name=` end it, other `&` and `,` may be part of a password.
    fn word(&mut self, from: usize, quoted: bool) -> usize {
        let mut end = from;
        loop {
            end = self.until(end, |byte| {
                byte.is_ascii_whitespace() || matches!(byte, b'&' | b',') || (quoted && byte == b'"')
            });
            let goes_on = match self.byte(end) {
                Some(b'&' | b',') => !self.name_follows(end + 1),
                Some(b' ' | b'\t') => end > from && self.byte(end - 1) == Some(b'\\'),
                _ => false,
            };
            if !goes_on {
                return end;
            }
            end += 1;
        }
    }

    /// Whether `name=` or `"name":` stands at `at`.
    fn name_follows(&self, at: usize) -> bool {
        const LONGEST: usize = 64;
        let rest = self.text.as_bytes().get(at..).unwrap_or(&[]);
        let blanks = rest
            .iter()
            .take(4)
            .take_while(|byte| matches!(byte, b' ' | b'"' | b'\''))
            .count();
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'%');
        let name = rest.iter().skip(blanks).take(LONGEST).take_while(is_name).count();
        let after = rest.get(blanks + name);
        (name > 0 && matches!(after, Some(b'=' | b'"' | b':'))) || rest.is_empty() || blanks > 0
    }

    /// The end of a block text of YAML whose key stands before `at`: the lines that are indented deeper.
    fn block_end(&self, at: usize, start: usize) -> usize {
        let line = self
            .text
            .get(..at)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |end| end + 1);
        let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let own = self.text.get(line..).map_or(0, indentation);
        let rest = self.text.get(start..).unwrap_or("");
        let mut end = start;
        for (index, line) in rest.split_inclusive('\n').enumerate() {
            if index > 0 && !line.trim().is_empty() && indentation(line) <= own {
                break;
            }
            end += line.len();
        }
        end
    }
}

fn is_password(name: &str) -> bool {
    let name = name.rsplit(['_', '-', '.']).next().unwrap_or(name);
    ["password", "passwd", "pwd", "passphrase"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(name))
}
