//! Arguments of commands and headers: `--token x`, `mysql -px`, `Bearer x`.

use super::Finder;
use crate::references::credentials::is_secret_name;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

impl Finder<'_, '_> {
    /// `--password x`, `-p x`, `-u user:x`.
    pub(super) fn options(&mut self) {
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
    pub(super) fn schemes(&mut self) {
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
pub(super) fn runs(text: &str, at: usize, programs: &[&str]) -> bool {
    const LINE: usize = 128;
    let mut from = at.saturating_sub(LINE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let line = text.get(from..at).unwrap_or("");
    let line = line.rsplit(['\n', ';', '|', '&']).next().unwrap_or("");
    line.split([' ', '\t', '/', '"']).any(|word| programs.contains(&word))
}
