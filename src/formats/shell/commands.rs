//! What one simple command says: its variables, options, words and the lines it writes.

use super::lines::{self, Pair, is_key_byte, line_setting, pairs};
use super::words::{End, Word};
use super::{Case, Script};
use crate::formats::{EntryId, Key};
use crate::source::TextRange;

/// Words before a command that do not change which command it is.
const PREFIXES: &[&str] = &[
    "if", "then", "elif", "else", "fi", "do", "done", "while", "until", "!", "{", "}", "time", "sudo", "env", "exec",
    "nohup", "command", "builtin", "eval", "function",
];

/// Commands whose words are conditions, messages or patterns, not settings.
const SPEECHLESS: &[&str] = &[
    "[", "[[", "test", "grep", "egrep", "fgrep", "rg", "sed", "awk", "gawk", "tr", "cut", "exit", "return", "shift",
    "trap", "read", "sleep", "log", "die", "break", "continue", "jq", "true", "false", "set", "unset",
];

/// Options that take no value, besides those that begin with `--no-`.
const FLAGS: &[&str] = &[
    "--",
    "--quiet",
    "--verbose",
    "--force",
    "--yes",
    "--rm",
    "--detach",
    "--dry-run",
    "--wait",
    "--atomic",
    "--debug",
    "--install",
    "--recursive",
    "--all",
    "-y",
    "-q",
    "-T",
    "-it",
    "-ti",
    "-i",
    "-t",
    "-s",
    "-S",
    "-sS",
    "-v",
    "-vv",
];

/// Options whose value is `NAME=VALUE`, without their dashes.
const SETTING_OPTIONS: &[&str] = &[
    "e",
    "env",
    "build-arg",
    "var",
    "v",
    "variable",
    "D",
    "define",
    "P",
    "p",
    "param",
    "c",
    "config",
    "conf",
    "o",
    "from-literal",
    "backend-config",
    "add",
];

/// Options whose value is a list of `NAME=VALUE`, without their dashes.
const SETTINGS_OPTIONS: &[&str] = &[
    "set",
    "set-string",
    "set-literal",
    "set-file",
    "set-json",
    "set-env-vars",
    "update-env-vars",
    "env-vars",
    "substitutions",
    "parameters",
    "parameter-overrides",
    "settings",
    "extra-vars",
    "environment-variables",
    "set-secrets",
    "update-secrets",
    "overrides",
    "variables",
    "state-values-set",
    "environment-overrides",
];

/// What a connection string of PostgreSQL's programs starts with.
const CONNECTION: &[&str] = &["host", "hostaddr", "port", "dbname", "user", "service", "sslmode"];

impl Script<'_> {
    /// A command that `end` ends.
    pub(super) fn simple(&mut self, words: &[Word], end: End) {
        let mut words = words;
        while let Some(first) = words.first() {
            let raw = first.raw(self.text);
            if let Some(assigned) = self.assignment(first) {
                self.add(None, assigned);
            } else if !PREFIXES.contains(&raw) {
                break;
            } else if matches!(raw, "sudo" | "env" | "exec" | "command" | "time" | "nohup") {
                words = without_options(self.text, words);
            }
            let skipped = if raw == "function" { 2 } else { 1 };
            words = words.get(skipped..).unwrap_or(&[]);
        }
        let Some(first) = words.first() else { return };
        let rest = words.get(1..).unwrap_or(&[]);
        match first.raw(self.text) {
            "export" | "readonly" | "declare" | "local" | "typeset" => {
                for word in rest {
                    if let Some(assigned) = self.assignment(word) {
                        self.add(None, assigned);
                    }
                }
            }
            "for" | "select" => self.loop_words(rest),
            "case" => {
                if rest.iter().any(|word| word.raw(self.text) == "in") {
                    // `case x in pattern)` on one line has its first pattern in this very command.
                    let next = if end == End::Close {
                        Case::Command
                    } else {
                        Case::Pattern
                    };
                    self.cases.push(next);
                }
            }
            "esac" => {
                self.cases.pop();
            }
            "cd" | "pushd" => self.directory(first, rest),
            "echo" | "printf" if end == End::Pipe => self.piped = words.to_vec(),
            "echo" | "printf" => {
                if self.writes {
                    self.written(words);
                }
            }
            "tee" => {
                let piped = std::mem::take(&mut self.piped);
                self.written(&piped);
            }
            name if SPEECHLESS.contains(&name) => {}
            _ => self.arguments(Some(*first), rest),
        }
        if end != End::Pipe {
            self.piped.clear();
        }
    }

    /// `NAME=value`, `NAME+=value`, `NAME[1]=value`.
    fn assignment(&self, word: &Word) -> Option<Pair> {
        let raw = word.raw(self.text);
        let length = name_length(raw);
        let mut after = raw.get(length..)?;
        if after.starts_with('[') {
            after = after.split_once(']')?.1;
        }
        after = after.strip_prefix('+').unwrap_or(after);
        let value = after.strip_prefix('=')?;
        if length == 0 {
            return None;
        }
        let (value, encoding) = word.value_from(self.text, word.end - value.len());
        let key = TextRange::new(word.start, word.start + length);
        Some(Pair { key, value, encoding })
    }

    pub(super) fn add(&mut self, parent: Option<EntryId>, pair: Pair) {
        if !pair.value.is_empty() && !pair.key.is_empty() {
            self.parsed
                .scalar(parent, Key::Name(pair.key), pair.value, pair.encoding);
        }
    }

    /// `for NAME in words`.
    fn loop_words(&mut self, words: &[Word]) {
        let [name, keyword, values @ ..] = words else { return };
        if keyword.raw(self.text) != "in" || values.is_empty() {
            return;
        }
        let list = self.parsed.list(None, Key::Name(name.content(self.text).0));
        for (number, word) in (0..).zip(values) {
            let (range, encoding) = word.content(self.text);
            self.parsed.scalar(Some(list), Key::Item(number), range, encoding);
        }
    }

    fn directory(&mut self, command: &Word, words: &[Word]) {
        let directory = words.iter().find(|word| !word.raw(self.text).starts_with('-'));
        if let Some(word) = directory {
            let (range, encoding) = word.content(self.text);
            self.parsed
                .scalar(None, Key::Name(command.content(self.text).0), range, encoding);
        }
    }

    /// What `echo` or `printf` writes to a file.
    fn written(&mut self, words: &[Word]) {
        let Some((command, words)) = words.split_first() else {
            return;
        };
        let mut escapes = command.raw(self.text) == "printf";
        let is_option = |word: &&Word| matches!(word.raw(self.text), "-e" | "-n" | "-E" | "-ne" | "-en" | "--");
        let options = words.iter().take_while(is_option);
        escapes |= options.clone().any(|word| word.raw(self.text).contains('e'));
        let mut arguments = words.iter().skip(options.count());
        while let Some(word) = arguments.next() {
            for line in lines::lines(self.text, word.content(self.text).0, escapes) {
                let Some(mut pair) = line_setting(self.text, line) else {
                    continue;
                };
                if pair.value.slice(self.text) == "%s" {
                    let Some(value) = arguments.next() else { return };
                    (pair.value, pair.encoding) = value.content(self.text);
                }
                self.add(None, pair);
            }
        }
    }

    /// The options and words of a command.
    pub(super) fn arguments(&mut self, command: Option<Word>, words: &[Word]) {
        if words.is_empty() {
            return;
        }
        let parent = command.map(|command| {
            let name = base_name(self.text, command.content(self.text).0);
            self.parsed.map(None, Key::Name(name))
        });
        let mut items = 0;
        let mut at = 0;
        while let Some(word) = words.get(at) {
            at += 1;
            let (range, encoding) = word.content(self.text);
            let content = range.slice(self.text);
            if content.len() > 1 && content.starts_with('-') {
                let next = words.get(at);
                at += usize::from(self.option(parent, word, range, next));
            } else if let Some(pair) = self.assignment(word).or_else(|| self.quoted_assignment(range)) {
                self.add(parent, pair);
            } else if !range.is_empty() {
                self.parsed.scalar(parent, Key::Item(items), range, encoding);
                items += 1;
            }
        }
    }

    /// `"NAME=value"`: a word of which all is quoted.
    fn quoted_assignment(&self, content: TextRange) -> Option<Pair> {
        let raw = content.slice(self.text);
        let length = name_length(raw);
        let value = raw.get(length..)?.strip_prefix('=').filter(|_| length > 0)?;
        // A connection string of PostgreSQL's programs, of several settings: it is read whole.
        if CONNECTION.contains(&raw.get(..length)?) && value.split(' ').skip(1).any(|more| more.contains('=')) {
            return None;
        }
        line_setting(self.text, content)
    }

    /// An option, with its value after `=` or in the next word. Says whether it took that word.
    fn option(&mut self, parent: Option<EntryId>, word: &Word, content: TextRange, next: Option<&Word>) -> bool {
        let raw = content.slice(self.text);
        let length = raw
            .bytes()
            .take_while(|&byte| is_key_byte(byte) || byte == b':')
            .count();
        let start = content.start as usize;
        if let Some(name) = ["-D", "-P"].iter().find(|name| raw.starts_with(*name) && raw.len() > 2) {
            // A property: -Dspring.datasource.url=...
            let key = TextRange::new(start + name.len(), start + length);
            if raw.as_bytes().get(length) == Some(&b'=') {
                let (value, encoding) = word.value_from(self.text, start + length + 1);
                self.add(parent, Pair { key, value, encoding });
            }
            return false;
        }
        let key = TextRange::new(start, start + length);
        if raw.as_bytes().get(length) == Some(&b'=') {
            let (value, encoding) = word.value_from(self.text, start + length + 1);
            self.option_value(parent, Pair { key, value, encoding });
            return false;
        }
        let is_flag = FLAGS.contains(&raw) || raw.starts_with("--no-") || length < raw.len();
        let Some(next) = next.filter(|next| !is_flag && !next.raw(self.text).starts_with('-')) else {
            return false;
        };
        let (value, encoding) = next.content(self.text);
        self.option_value(parent, Pair { key, value, encoding });
        true
    }

    /// Adds an option; where its value is a setting of its own (`-e NAME=value`), adds that instead.
    fn option_value(&mut self, parent: Option<EntryId>, pair: Pair) {
        let name = pair.key.slice(self.text).trim_start_matches('-');
        let separators: &[u8] = if SETTINGS_OPTIONS.contains(&name) {
            // What --extra-vars takes is separated by blanks.
            if name == "extra-vars" { b" " } else { b"," }
        } else if SETTING_OPTIONS.contains(&name) {
            b""
        } else {
            return self.add(parent, pair);
        };
        let Some(found) = pairs(self.text, pair.value, separators) else {
            return self.add(parent, pair);
        };
        for (key, value) in found {
            let value = unquoted(self.text, value);
            self.add(parent, Pair { key, value, ..pair });
        }
    }
}

/// The length of the variable name that a text starts with.
pub(super) fn name_length(raw: &str) -> usize {
    if raw.bytes().next().is_none_or(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    raw.bytes().take_while(|&byte| lines::is_name_byte(byte)).count()
}

/// A range without quotes that surround all of it.
fn unquoted(text: &str, range: TextRange) -> TextRange {
    let raw = range.slice(text);
    for quote in ["\\\"", "\"", "'"] {
        if raw.len() >= 2 * quote.len() && raw.starts_with(quote) && raw.ends_with(quote) {
            return TextRange::new(range.start as usize + quote.len(), range.end as usize - quote.len());
        }
    }
    range
}

/// The last segment of a command's path; all of it where it is an expression.
fn base_name(text: &str, name: TextRange) -> TextRange {
    let raw = name.slice(text);
    if raw.contains(['$', '{', '`']) {
        return name;
    }
    match raw.rfind('/') {
        Some(at) if at + 1 < raw.len() => TextRange::new(name.start as usize + at + 1, name.end as usize),
        _ => name,
    }
}

/// The words after the options of the first one, with one word before them to skip.
fn without_options<'w>(text: &str, words: &'w [Word]) -> &'w [Word] {
    let mut at = 1;
    while let Some(raw) = words
        .get(at)
        .map(|word| word.raw(text))
        .filter(|raw| raw.starts_with('-'))
    {
        at += if matches!(raw, "-u" | "-g") { 2 } else { 1 };
    }
    words.get(at - 1..).unwrap_or(&[])
}
