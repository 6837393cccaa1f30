//! Shell scripts and the commands of workflows: variables, options and words as settings; lines written to files.

mod commands;
mod lines;
mod words;

use super::{EntryId, Format, Key, Parsed, names};
use crate::source::TextRange;
use commands::name_length;
pub(crate) use lines::{is_key_byte, pairs};
use lines::{line_setting, trimmed};
use words::{End, Redirect, Token, Word, Words};

/// Shell scripts; embedded, the commands of workflows, containers and user data.
pub const SHELL: Format = Format {
    name: "shell",
    summary: "shell scripts and command lines: variables, options, words, lines written to env files",
    comments: &["#"],
    claims,
    parse,
};

/// A simple command keeps this many words; no command that people write has more.
const WORD_CAP: usize = 100_000;

fn claims(path: &str, head: &str) -> bool {
    let name = names::file_name(path);
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => {
            matches!(extension, "sh" | "bash" | "zsh" | "ksh")
        }
        _ => is_shell_script(head),
    }
}

/// Whether a text's first line names a shell as its interpreter.
pub(crate) fn is_shell_script(head: &str) -> bool {
    let Some(interpreter) = head.trim_start_matches('\u{feff}').strip_prefix("#!") else {
        return false;
    };
    let line = interpreter.lines().next().unwrap_or("");
    line.split(['/', ' ', '\t'])
        .any(|word| matches!(word.trim(), "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "busybox"))
}

/// Reads a script.
pub fn parse(text: &str) -> Parsed {
    let mut script = Script::new(text);
    loop {
        match script.words.next() {
            Token::Word(word) => script.word(word),
            Token::Redirect(kind) => script.redirect = Some(kind),
            Token::End(end) => {
                script.end(end);
                if end == End::Text {
                    return script.parsed;
                }
            }
        }
    }
}

/// Reads the options of a command whose name stands elsewhere: `-Dspring.datasource.url=... --db-host=...`.
pub(crate) fn parse_options(text: &str) -> Parsed {
    let mut script = Script::new(text);
    loop {
        match script.words.next() {
            Token::Word(word) => script.word(word),
            Token::End(End::Text) => break,
            Token::End(_) | Token::Redirect(_) => {}
        }
    }
    let words = std::mem::take(&mut script.command);
    script.arguments(None, &words);
    script.parsed
}

/// A heredoc that was announced and has not begun.
struct Heredoc {
    delimiter: TextRange,
}

/// Where a `case` statement stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Command,
    Pattern,
}

/// A script while it is read.
struct Script<'t> {
    text: &'t str,
    words: Words<'t>,
    parsed: Parsed,
    /// The words of the simple command so far.
    command: Vec<Word>,
    /// A redirection that waits for its target.
    redirect: Option<Redirect>,
    /// Whether the command writes to a file that keeps what is written.
    writes: bool,
    /// The words of the command before a pipe, where that was an `echo` or `printf`.
    piped: Vec<Word>,
    heredocs: Vec<Heredoc>,
    cases: Vec<Case>,
    /// Whether `[[` waits for its `]]`.
    condition: bool,
    /// The list that words belong to, up to `)`: `NAMES=(a b c)`.
    array: Option<(EntryId, u32)>,
}

impl<'t> Script<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            words: Words::new(text),
            parsed: Parsed::default(),
            command: Vec::new(),
            redirect: None,
            writes: false,
            piped: Vec::new(),
            heredocs: Vec::new(),
            cases: Vec::new(),
            condition: false,
            array: None,
        }
    }

    fn word(&mut self, word: Word) {
        match self.redirect.take() {
            Some(Redirect::Output) => {
                let target = word.content(self.text).0.slice(self.text);
                self.writes |= !target.starts_with("/dev/") && !target.contains("GITHUB_STEP_SUMMARY");
            }
            Some(Redirect::Input) => {}
            Some(Redirect::Heredoc) => {
                let delimiter = word.content(self.text).0;
                self.heredocs.push(Heredoc { delimiter });
            }
            None => {
                if let Some((list, count)) = &mut self.array {
                    let (range, encoding) = word.content(self.text);
                    self.parsed.scalar(Some(*list), Key::Item(*count), range, encoding);
                    *count += 1;
                } else if self.condition {
                    self.condition = word.raw(self.text) != "]]";
                } else if self.command.len() < WORD_CAP {
                    self.condition = word.raw(self.text) == "[[";
                    self.command.push(word);
                }
            }
        }
    }

    fn end(&mut self, end: End) {
        self.redirect = None;
        if self.condition && !matches!(end, End::Line | End::Text) {
            return;
        }
        self.condition = false;
        if self.array.is_some() {
            if matches!(end, End::Close | End::Text) {
                self.array = None;
            }
            return;
        }
        let words = std::mem::take(&mut self.command);
        if self.cases.last() == Some(&Case::Pattern) {
            self.pattern(&words, end);
        } else if end == End::Open {
            self.opened(&words);
        } else {
            self.simple(&words, end);
            if end == End::Case
                && let Some(case) = self.cases.last_mut()
            {
                *case = Case::Pattern;
            }
        }
        self.command = words;
        self.command.clear();
        self.writes = false;
        if end == End::Line && !self.heredocs.is_empty() {
            self.read_heredocs();
        }
    }

    /// The patterns of a `case`, which are no values.
    fn pattern(&mut self, words: &[Word], end: End) {
        let ends = words.first().is_some_and(|word| word.raw(self.text) == "esac");
        match self.cases.last_mut() {
            Some(_) if ends => {
                self.cases.pop();
            }
            Some(case) if end == End::Close => *case = Case::Command,
            _ => {}
        }
    }

    /// What stands before `(`: an array's name, a function's name, or nothing.
    fn opened(&mut self, words: &[Word]) {
        let Some(word) = words.last() else { return };
        let raw = word.raw(self.text);
        if let Some(name) = raw.strip_suffix('=')
            && name_length(name) == name.len()
            && !name.is_empty()
        {
            let name = name.trim_end_matches('+');
            let list = self
                .parsed
                .list(None, Key::Name(TextRange::new(word.start, word.start + name.len())));
            self.array = Some((list, 0));
        }
    }

    /// The bodies of the heredocs that the line before announced.
    fn read_heredocs(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            let delimiter = heredoc.delimiter.slice(self.text);
            let body = TextRange::new(self.words.at, self.text.len());
            let mut at = self.words.at;
            for line in lines::lines(self.text, body, false) {
                at = (line.end as usize + 1).min(self.text.len());
                if trimmed(self.text, line).slice(self.text) == delimiter {
                    break;
                }
                if let Some(pair) = line_setting(self.text, line) {
                    self.add(None, pair);
                }
            }
            self.words.at = at;
        }
    }
}

#[cfg(test)]
mod tests;
