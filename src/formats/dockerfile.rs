//! Dockerfiles: `ENV` and `ARG`, in a map per named stage (`FROM base AS production`).

use super::{Encoding, EntryId, Format, Key, Parsed, names};
use crate::source::TextRange;
use memchr::memchr;

/// Dockerfile.
pub const DOCKERFILE: Format = Format {
    name: "dockerfile",
    summary: "Dockerfile and Containerfile: `ENV` and the defaults of `ARG`, by stage",
    comments: &["#"],
    claims,
    parse,
};

fn claims(path: &str, head: &str) -> bool {
    let name = names::file_name(path).to_ascii_lowercase();
    if name.ends_with(".dockerignore") {
        return false;
    }
    let rest = ["dockerfile", "containerfile"]
        .iter()
        .find_map(|stem| name.strip_prefix(stem));
    match rest {
        Some(rest) if rest.is_empty() || rest.starts_with('.') => true,
        Some(rest) if rest.starts_with(['-', '_']) => head.lines().any(|line| line.starts_with("FROM ")),
        _ => name.ends_with(".dockerfile") || name.ends_with(".containerfile"),
    }
}

fn parse(text: &str) -> Parsed {
    let mut instructions = Instructions {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        escape: escape_directive(text),
        parsed: Parsed::default(),
        stage: None,
        reads_heredocs: true,
    };
    while instructions.next() {}
    instructions.parsed
}

/// The character that continues a line: a backtick after `# escape=` in the first comments, else a backslash.
fn escape_directive(text: &str) -> u8 {
    let head = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map_while(|line| line.trim_start().strip_prefix('#'));
    for (name, value) in head.filter_map(|line| line.split_once('=')) {
        if name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`" {
            return b'`';
        }
    }
    b'\\'
}

/// What separates words: every white space that ends a word, or reading would stand still at it.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() && byte != b'\n'
}

struct Instructions<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    escape: u8,
    parsed: Parsed,
    /// The map of the current stage, if it has a name.
    stage: Option<EntryId>,
    reads_heredocs: bool,
}

impl<'a> Instructions<'a> {
    /// Reads one instruction or comment; says whether there was one.
    fn next(&mut self) -> bool {
        self.skip(|byte| byte.is_ascii_whitespace());
        if self.byte(self.at).is_none() {
            return false;
        }
        if self.byte(self.at) == Some(b'#') {
            self.at = self.line_end(self.at);
            return true;
        }
        let word = self.word();
        let instruction = word.slice(self.text);
        if instruction.eq_ignore_ascii_case("FROM") {
            self.from();
        } else if instruction.eq_ignore_ascii_case("ENV") {
            self.variables(true);
        } else if instruction.eq_ignore_ascii_case("ARG") {
            self.variables(false);
        } else {
            let heredocs = ["RUN", "COPY", "ADD"]
                .iter()
                .any(|name| instruction.eq_ignore_ascii_case(name));
            let start = self.at;
            self.skip_instruction();
            if heredocs && self.reads_heredocs {
                self.skip_heredocs(start);
            }
        }
        true
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn skip(&mut self, kind: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| !kind(byte)).unwrap_or(rest.len());
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + memchr(b'\n', rest).unwrap_or(rest.len())
    }

    /// Where the next line starts, if the escape character at `at` continues the line.
    fn continued(&self, at: usize) -> Option<usize> {
        if self.byte(at) != Some(self.escape) {
            return None;
        }
        let rest = self.bytes.get(at + 1..).unwrap_or_default();
        let blanks = rest.iter().position(|&byte| !is_blank(byte))?;
        (rest.get(blanks) == Some(&b'\n')).then_some(at + 1 + blanks + 1)
    }

    /// Goes past blanks within an instruction: also past continued line ends, and comments and empty lines after them.
    fn skip_blanks(&mut self) {
        loop {
            self.skip(is_blank);
            let Some(mut line) = self.continued(self.at) else {
                return;
            };
            loop {
                self.at = line;
                self.skip(is_blank);
                match self.byte(self.at) {
                    Some(b'#') => line = (self.line_end(self.at) + 1).min(self.bytes.len()),
                    Some(b'\n') => line = self.at + 1,
                    _ => break,
                }
            }
        }
    }

    /// A word up to a blank, without regard to quotes.
    fn word(&mut self) -> TextRange {
        let start = self.at;
        while let Some(byte) = self.byte(self.at) {
            if byte.is_ascii_whitespace() || self.continued(self.at).is_some() {
                break;
            }
            self.at += 1;
        }
        TextRange::new(start, self.at)
    }

    fn at_end(&self) -> bool {
        matches!(self.byte(self.at), None | Some(b'\n'))
    }

    fn skip_instruction(&mut self) {
        loop {
            self.skip_blanks();
            if self.at_end() {
                return;
            }
            self.word();
        }
    }

    /// `FROM [--platform=x] image [AS name]`
    fn from(&mut self) {
        let (mut last, mut before) = (TextRange::default(), TextRange::default());
        loop {
            self.skip_blanks();
            if self.at_end() {
                break;
            }
            (before, last) = (last, self.word());
        }
        let named = before.slice(self.text).eq_ignore_ascii_case("as");
        self.stage = named.then(|| self.parsed.map(None, Key::Name(last)));
    }

    /// `NAME=value NAME="value"`, and the older `ENV NAME value`.
    fn variables(&mut self, older_form: bool) {
        let mut first = true;
        loop {
            self.skip_blanks();
            if self.at_end() {
                return;
            }
            let start = self.at;
            self.skip(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'\\' | b'`'));
            let name = TextRange::new(start, self.at);
            if self.byte(self.at) == Some(b'=') && !name.is_empty() {
                self.at += 1;
                self.value(name);
            } else if first && older_form && !name.is_empty() {
                self.skip_blanks();
                return self.rest_of_line(name);
            } else if older_form || name.is_empty() {
                self.problem(start, "`NAME=value` is expected");
                return self.skip_instruction();
            }
            first = false;
        }
    }

    fn problem(&mut self, at: usize, message: &str) {
        self.parsed.problem(TextRange::new(at, at), message);
    }

    /// Reads a value up to a blank outside of quotes.
    fn value(&mut self, name: TextRange) {
        let start = self.at;
        let mut quote = None;
        let mut pieces = 0;
        while let Some(byte) = self.byte(self.at) {
            match quote {
                // In single quotes, an escape character is itself.
                _ if self.continued(self.at).is_some() => {
                    if quote.is_none() && self.ends_at_continuation() {
                        break;
                    }
                    self.at = self.continued(self.at).unwrap_or(self.at + 1);
                    continue;
                }
                _ if byte == b'\n' => {
                    if quote.is_some() {
                        self.problem(start, "this value never ends");
                    }
                    break;
                }
                Some(open) if byte == open => quote = None,
                Some(b'\'') => {}
                _ if byte == self.escape
                    && self
                        .byte(self.at + 1)
                        .is_some_and(|next| next.is_ascii_graphic() || next == b' ') =>
                {
                    self.at += 1;
                }
                Some(_) => {}
                None if matches!(byte, b'"' | b'\'') => {
                    quote = Some(byte);
                    pieces += 1;
                }
                None if byte.is_ascii_whitespace() => break,
                None => {}
            }
            self.at += 1;
        }
        let raw = TextRange::new(start, self.at);
        self.add(name, self.unquoted(raw, pieces));
    }

    /// Whether the value ends before a continued line end: the next line does not go on with it, but with a blank.
    fn ends_at_continuation(&self) -> bool {
        let next = self.continued(self.at).and_then(|line| self.byte(line));
        next.is_none_or(|next| next.is_ascii_whitespace() || next == b'#')
    }

    fn rest_of_line(&mut self, name: TextRange) {
        let start = self.at;
        let mut end = start;
        while let Some(byte) = self.byte(self.at) {
            if let Some(line) = self.continued(self.at) {
                self.at = line;
                continue;
            }
            if byte == b'\n' {
                break;
            }
            self.at += 1;
            if !byte.is_ascii_whitespace() {
                end = self.at;
            }
        }
        self.add(name, TextRange::new(start, end));
    }

    /// The range without the quotes, where one pair of them holds it all.
    fn unquoted(&self, range: TextRange, quoted_pieces: u32) -> TextRange {
        let raw = range.slice(self.text);
        let inner = ['"', '\'']
            .iter()
            .find_map(|quote| raw.strip_prefix(*quote)?.strip_suffix(*quote));
        match inner {
            Some(inner) if quoted_pieces == 1 => {
                TextRange::new(range.start as usize + 1, range.start as usize + 1 + inner.len())
            }
            _ => range,
        }
    }

    fn add(&mut self, name: TextRange, value: TextRange) {
        let single = value.start > 0 && self.byte(value.start as usize - 1) == Some(b'\'');
        let encoding = match value.slice(self.text).contains('\\') && self.escape == b'\\' && !single {
            true => Encoding::Backslash,
            false => Encoding::Plain,
        };
        self.parsed.scalar(self.stage, Key::Name(name), value, encoding);
    }

    /// Goes past the bodies of the heredocs that an instruction names: `RUN <<EOF`.
    fn skip_heredocs(&mut self, start: usize) {
        let instruction: &'a str = self.text.get(start..self.at).unwrap_or("");
        for word in instruction.split("<<").skip(1) {
            let word = word.strip_prefix('-').unwrap_or(word);
            let word = word.split(|character: char| character.is_whitespace() || ";|&)<>".contains(character));
            let marker = word.map(|word| word.trim_matches(['"', '\''])).next().unwrap_or("");
            if !marker.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
                continue;
            }
            let opened = self.at;
            loop {
                let line = (self.line_end(self.at) + 1).min(self.bytes.len());
                self.at = self.line_end(line);
                if self.text.get(line..self.at).unwrap_or("").trim() == marker {
                    break;
                }
                if self.at >= self.bytes.len() {
                    // Perhaps it was none: one fruitless search is enough.
                    self.reads_heredocs = false;
                    self.at = opened;
                    return self.problem(opened, "this heredoc never ends");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
