//! Credentials inside of a text, by what stands before them: `user:password@`, `password=`, `--token`, `Bearer`.

use super::{is_secret_name, tokens, unless_expression};
use crate::references::expressions::{Expression, expressions};
use crate::source::TextRange;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Finds them all.
pub(super) fn find(text: &str, ranges: &mut Vec<TextRange>) {
    let mut finder = Finder {
        text,
        expressions: None,
        ranges,
        word_end: 0,
        last_at: None,
    };
    finder.urls();
    finder.database_names();
    finder.pairs();
    finder.options();
    finder.schemes();
}

struct Finder<'a, 'r> {
    text: &'a str,
    /// Worked out when first needed.
    expressions: Option<Vec<Expression>>,
    ranges: &'r mut Vec<TextRange>,
    /// The end of the word (up to a blank) that was last looked at, and the last `@` in it.
    word_end: usize,
    last_at: Option<usize>,
}

impl Finder<'_, '_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The first byte from `from` on that stops, not counting those inside of expressions.
    fn until(&mut self, from: usize, stops: impl Fn(u8) -> bool) -> usize {
        let text = self.text;
        let expressions = self.expressions.get_or_insert_with(|| expressions(text));
        let mut next = expressions.partition_point(|expression| (expression.range.start as usize) < from);
        let mut at = from;
        while let Some(&byte) = text.as_bytes().get(at) {
            match expressions.get(next) {
                Some(expression) if expression.range.start as usize == at => {
                    at = expression.range.end as usize;
                    next += 1;
                    continue;
                }
                _ => {}
            }
            if stops(byte) {
                break;
            }
            at += 1;
        }
        at
    }

    fn hide(&mut self, start: usize, end: usize) {
        let range = TextRange::new(start, end);
        let covered = self
            .ranges
            .last()
            .is_some_and(|last| last.start <= range.start && last.end >= range.end);
        if !range.is_empty() && !covered {
            unless_expression(self.text, range, self.ranges);
        }
    }

    /// `scheme://user:password@host`.
    fn urls(&mut self) {
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
    fn database_names(&mut self) {
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

    /// `password=x`, `"token": "x"`, `AccountKey = x`.
    fn pairs(&mut self) {
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
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
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
            Some(b':') => closes || next.is_none_or(u8::is_ascii_whitespace) || is_password(name),
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
            let empty = quoted && quote == b'"';
            return (
                start + 1,
                if empty {
                    start + 1
                } else {
                    self.closing(start + 1, quote)
                },
            );
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
    fn closing(&self, from: usize, quote: u8) -> usize {
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

    /// `--password x`, `-p x`, `-u user:x`.
    fn options(&mut self) {
        let text = self.text;
        let mut done = 0;
        for at in memchr::memchr_iter(b'-', text.as_bytes()) {
            let starts = at == 0
                || self
                    .byte(at - 1)
                    .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''));
            if at < done || !starts {
                continue;
            }
            let end = text
                .get(at..)
                .and_then(|rest| rest.find([' ', '\t', '=', '\n', '"', '\'']));
            let end = end.map_or(text.len(), |length| at + length);
            done = end;
            let name = text.get(at..end).unwrap_or("");
            if self.byte(end) == Some(b'=') {
                // That is found as any other `name=`.
                continue;
            }
            let mut start = end;
            while matches!(self.byte(start), Some(b' ' | b'\t' | b'\\')) {
                start += 1;
            }
            let quote = self
                .byte(start)
                .filter(|byte| matches!(byte, b'"' | b'\''))
                .filter(|_| start > end);
            let (start, stop) = match quote {
                Some(quote) => (start + 1, self.closing(start + 1, quote)),
                None => (
                    start,
                    self.until(start, |byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'')),
                ),
            };
            let argument = text.get(start..stop).unwrap_or("");
            if let Some(from) = secret_argument(text, at, name, argument) {
                self.hide(start + from, stop);
            }
            if name.len() > 2 && name.starts_with("-p") && runs(text, at, PASSWORD_COMMANDS) {
                // `mysql -psecret`.
                self.hide(at + 2, end);
            }
        }
    }

    /// `Bearer x`, `Basic x`.
    fn schemes(&mut self) {
        let text = self.text;
        let Some(search) = SCHEMES.as_ref() else { return };
        for found in search.find_iter(text) {
            let start = found.end();
            let end = self.until(start, |byte| {
                byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b',')
            });
            let credential = text.get(start..end).unwrap_or("");
            let has = |is: fn(u8) -> bool| credential.bytes().any(is);
            let is_token = if found.pattern().as_usize() == 0 {
                credential.len() >= 20 || has(|byte| byte.is_ascii_digit() || matches!(byte, b'=' | b'_' | b'.'))
            } else {
                // Base64; `basic authentication` is none.
                let plain = !has(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'=' | b'+' | b'/'));
                let mixed = has(|byte| byte.is_ascii_lowercase()) && has(|byte| byte.is_ascii_uppercase());
                plain && (mixed || has(|byte| byte.is_ascii_digit() || byte == b'='))
            };
            if is_token && credential.len() >= 8 {
                self.hide(start, end);
            }
        }
    }
}

static SCHEMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).build(["bearer ", "basic "]).ok()
});

/// Programs that read a password after `-p`, `-P`, `-a` or `-w`.
const PASSWORD_COMMANDS: &[&str] = &[
    "mysql",
    "mysqldump",
    "mysqladmin",
    "mariadb",
    "sshpass",
    "login",
    "mongo",
    "mongosh",
    "mongodump",
    "mongorestore",
    "mongoimport",
    "sqlcmd",
    "bcp",
    "redis-cli",
    "ldapsearch",
    "htpasswd",
    "az",
    "cf",
];

/// Programs whose `-p` is no password.
const OTHER_COMMANDS: &[&str] = &[
    "mkdir",
    "run",
    "compose",
    "ssh",
    "scp",
    "cp",
    "rsync",
    "tar",
    "ps",
    "patch",
    "install",
    "test",
    "pytest",
    "publish",
    "build",
    "make",
    "nmap",
    "nc",
    "unzip",
    "read",
    "aws",
    "gcloud",
    "git",
    "tsc",
    "npx",
    "helm",
    "terraform",
];

/// From which byte on the argument of the option `name` at `at` is a credential.
fn secret_argument(text: &str, at: usize, name: &str, argument: &str) -> Option<usize> {
    if argument.is_empty() || argument.starts_with('-') {
        return None;
    }
    match name {
        "-u" | "--user" => argument
            .find(':')
            .map(|colon| colon + 1)
            .filter(|_| !runs(text, at, &["docker", "run"])),
        "-p" => {
            let ports = argument
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'/'));
            let path = argument.starts_with(['/', '.', '~']);
            let known = runs(text, at, PASSWORD_COMMANDS);
            (known || !(ports || path || runs(text, at, OTHER_COMMANDS))).then_some(0)
        }
        "-P" | "-a" | "-w" => runs(text, at, PASSWORD_COMMANDS).then_some(0),
        _ => (name.starts_with('-') && name.len() > 2 && is_secret_name(name)).then_some(0),
    }
}

/// Whether one of the programs is named before `at`, in the same line.
fn runs(text: &str, at: usize, programs: &[&str]) -> bool {
    const LINE: usize = 128;
    let mut from = at.saturating_sub(LINE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let line = text.get(from..at).unwrap_or("");
    let line = line.rsplit(['\n', ';', '|', '&']).next().unwrap_or("");
    line.split([' ', '\t', '/', '"']).any(|word| programs.contains(&word))
}

fn is_password(name: &str) -> bool {
    let name = name.rsplit(['_', '-', '.']).next().unwrap_or(name);
    ["password", "passwd", "pwd", "passphrase"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(name))
}
