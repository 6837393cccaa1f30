//! Configuration with blocks in braces, as nginx, HOCON, logstash and many daemons have it, read tolerantly:
//! `name value;` or `name = value` statements, and `name { ... }` for a map.

use super::ini::{word, word_length};
use super::lines::{Piece, closing_quote, is_template_statement, lines, unread_line};
use super::{Encoding, EntryId, Key, Parsed};
use crate::source::TextRange;

/// Whether a text has blocks in braces: a line that ends with one that opens, before any INI section.
pub(super) fn has_blocks(text: &str) -> bool {
    for line in lines(text, 0) {
        let line = line.text.trim();
        if line.starts_with('[') && line.ends_with(']') {
            return false;
        }
        if line.starts_with(['#', ';']) || is_template_statement(line) {
            continue;
        }
        let opens = |before: &str| before.is_empty() || before.ends_with([' ', '\t', ')', '=', ':']);
        if line.strip_suffix('{').is_some_and(opens) || (line.contains(" { ") && line.ends_with('}')) {
            return true;
        }
    }
    false
}

/// Reads statements and blocks. Where lines end with semicolons, a statement goes on up to the next one.
pub(super) fn parse(text: &str) -> Parsed {
    let ended = lines(text, 0)
        .filter(|line| line.text.trim_end().ends_with(';'))
        .count();
    let mut reader = Reader {
        text,
        parsed: Parsed::default(),
        parents: Vec::new(),
        semicolons: ended > 1,
        start: None,
        brackets: 0,
        fresh: true,
    };
    let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
    while at < text.len() {
        at = reader.step(at);
    }
    reader.statement(text.len());
    if !reader.parents.is_empty() {
        reader
            .parsed
            .problem(TextRange::new(text.len(), text.len()), "a block is not closed");
    }
    reader.parsed
}

struct Reader<'a> {
    text: &'a str,
    parsed: Parsed,
    parents: Vec<Option<EntryId>>,
    semicolons: bool,
    /// Where the statement at hand began.
    start: Option<usize>,
    /// How many brackets are open in it.
    brackets: usize,
    /// Whether nothing but blanks has been read of the line.
    fresh: bool,
}

impl<'a> Reader<'a> {
    /// Reads what stands at `at`, and says where to go on.
    fn step(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let byte = bytes.get(at).copied().unwrap_or(b' ');
        let free = at == 0 || bytes.get(at - 1).is_none_or(|before| b" \t\r\n;{})".contains(before));
        let fresh = self.fresh;
        self.fresh = byte == b'\n' || (fresh && byte.is_ascii_whitespace());
        match byte {
            b'\n' => {
                if !self.semicolons && (self.brackets == 0 || self.length(at) > STATEMENT_CAP) {
                    self.statement(at);
                }
            }
            b' ' | b'\t' | b'\r' => {}
            b'#' if free => return self.line_comment(at),
            b'/' if free && bytes.get(at + 1) == Some(&b'/') => return self.line_comment(at),
            b'/' if free && bytes.get(at + 1) == Some(&b'*') => return self.comment_end(at),
            b'<' | b'{' if fresh && self.start.is_none() && self.template_line(at) => return self.line_end(at),
            b'"' | b'\'' => {
                self.start.get_or_insert(at);
                return self.string_end(at);
            }
            b'\\' => {
                self.start.get_or_insert(at);
                return self.after(at + 1);
            }
            b';' => self.statement(at),
            b'{' if free || matches!(bytes.get(at.wrapping_sub(1)), Some(b'=' | b':')) => self.open(at),
            b'}' if free || self.start.is_none() => self.close(at),
            _ => {
                match byte {
                    b'[' | b'(' => self.brackets += 1,
                    b']' | b')' => self.brackets = self.brackets.saturating_sub(1),
                    _ => {}
                }
                self.start.get_or_insert(at);
            }
        }
        self.after(at)
    }

    /// The offset after the character at `at`.
    fn after(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or("");
        at + rest.chars().next().map_or(1, char::len_utf8)
    }

    /// How long the statement at hand is so far.
    fn length(&self, at: usize) -> usize {
        self.start.map_or(0, |start| at - start)
    }

    fn line_comment(&mut self, at: usize) -> usize {
        if !self.semicolons && self.brackets == 0 {
            self.statement(at);
        }
        self.line_end(at)
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or(b"");
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |end| at + end)
    }

    fn comment_end(&mut self, at: usize) -> usize {
        match self.text.get(at + 2..).and_then(|rest| rest.find("*/")) {
            Some(end) => at + end + 4,
            None => {
                self.parsed
                    .problem(TextRange::new(at, at + 2), "this comment is not closed");
                self.text.len()
            }
        }
    }

    fn template_line(&self, at: usize) -> bool {
        is_template_statement(self.text.get(at..self.line_end(at)).unwrap_or(""))
    }

    /// The offset after a string; one that does not end on its line is no string but an apostrophe.
    fn string_end(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let quote = bytes.get(at).copied().unwrap_or(b'"');
        let mut end = at + 1;
        while let Some(&byte) = bytes.get(end) {
            match byte {
                b'\\' => end += 1,
                b'\n' => return at + 1,
                _ if byte == quote => return end + 1,
                _ => {}
            }
            end += 1;
        }
        at + 1
    }

    fn parent(&self) -> Option<EntryId> {
        self.parents.last().copied().flatten()
    }

    /// The text of the statement that ends before `end`; the next one begins after it.
    fn take(&mut self, end: usize) -> Piece<'a> {
        let start = self.start.take().unwrap_or(end);
        self.brackets = 0;
        let text = self.text.get(start..end).unwrap_or("");
        Piece { text, at: start }.trim()
    }

    fn open(&mut self, at: usize) {
        let name = self.take(at);
        let name = name.first(name.text.trim_end_matches(['=', ':', '[', '>', ' ', '\t', ',']).len());
        let name = name.after(name.text.len() - name.text.trim_start_matches([',', ' ', '\t', '\n', ']']).len());
        let parent = match name.text.is_empty() {
            true => self.parent(),
            false => Some(self.parsed.map(self.parent(), Key::Name(unquote(name).0.range()))),
        };
        self.parents.push(parent);
    }

    fn close(&mut self, at: usize) {
        self.statement(at);
        if self.parents.pop().is_none() {
            let brace = Piece { text: "}", at };
            unread_line(&mut self.parsed, brace, "this closes a block that is not open");
        }
    }

    /// Adds the statement that ends before `end`.
    fn statement(&mut self, end: usize) {
        let statement = self.take(end);
        if statement
            .text
            .trim_matches([',', '[', ']', ')', ' ', '\t', '\r', '\n'])
            .is_empty()
        {
            return;
        }
        if let Some((name, arguments)) = call(statement) {
            return self.call(name, arguments);
        }
        let Some((key, value)) = key_and_value(statement) else {
            return unread_line(
                &mut self.parsed,
                statement,
                "this sets nothing; expected a name and a value",
            );
        };
        let key = unquote(key).0;
        let value = value.first(value.text.trim_end_matches([',', ' ', '\t', '\r', '\n']).len());
        match list_body(value) {
            Some(body) => self.list(key, body),
            None => self.value(key, value),
        }
    }

    fn value(&mut self, key: Piece<'_>, value: Piece<'_>) {
        let parent = self.parent();
        let first = value.first(value.text.find('\n').unwrap_or(value.text.len()));
        let several = self.semicolons && first.text.len() < value.text.len();
        let settings = |line: Piece<'a>| key_and_value(line).filter(|(key, rest)| is_assignment(line, *key, *rest));
        let text = self.text.get(..value.end()).unwrap_or(self.text);
        let more = |from: usize| lines(text, from).map(Piece::trim);
        if several && more(first.end() + 1).any(|line| settings(line).is_some()) {
            // `module required` and `option="value"` on lines of their own.
            self.add(parent, key, first.trim());
            for (key, value) in more(first.end() + 1).filter_map(settings) {
                self.add(parent, key, value);
            }
            return;
        }
        self.add(parent, key, value);
    }

    /// rsyslog's `action(type="omfwd" target="host")`: a map of its arguments.
    fn call(&mut self, name: Piece<'_>, arguments: Piece<'_>) {
        let map = self.parsed.map(self.parent(), Key::Name(name.range()));
        let mut rest = arguments;
        while !rest.text.is_empty() {
            let word = rest.first(word_length(rest.text));
            rest = rest.after(word.text.len() + 1);
            match key_and_value(word) {
                Some((key, value)) => self.add(Some(map), key, value),
                None if word.text.is_empty() => {}
                None => unread_line(&mut self.parsed, word, "this is no argument; expected name=value"),
            }
        }
    }

    fn list(&mut self, key: Piece<'_>, body: Piece<'_>) {
        let list = self.parsed.list(self.parent(), Key::Name(key.range()));
        let mut rest = body;
        let mut number = 0;
        while !rest.text.is_empty() {
            let item = rest.first(item_length(rest.text));
            rest = rest.after(item.text.len() + 1);
            let item = item.trim();
            if item.text.is_empty() || item.text.starts_with('#') {
                continue;
            }
            let (inner, encoding) = unquote(item);
            self.parsed
                .scalar(Some(list), Key::Item(number), inner.range(), encoding);
            number += 1;
        }
    }

    fn add(&mut self, parent: Option<EntryId>, key: Piece<'_>, value: Piece<'_>) {
        let (inner, encoding) = unquote(value);
        self.parsed
            .scalar(parent, Key::Name(key.range()), inner.range(), encoding);
    }
}

/// How long a statement in brackets may be before its bracket counts as forgotten.
const STATEMENT_CAP: usize = 16 * 1024;

/// The name at the start of a statement, and its value after a blank, `=`, `:` or `=>`.
fn key_and_value(statement: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let (mut key, mut rest) = match statement.text.starts_with(['"', '\'']) {
        true => {
            let quote = statement.first(1).text;
            let end = statement.after(1).text.find(quote)? + 2;
            (statement.first(end), statement.after(end))
        }
        false => word(statement)?,
    };
    if let Some(end) = name_end(key.text) {
        key = key.first(end);
        rest = statement.after(end);
    }
    let blank = rest.first(0);
    let rest = rest.trim_start();
    for separator in ["=>", "+=", "=", ":"] {
        if let Some(value) = rest.strip_prefix(separator) {
            let at = value.first(0);
            let value = value.trim();
            return Some((key, if value.text.is_empty() { at } else { value }));
        }
    }
    Some((key, if rest.text.is_empty() { blank } else { rest }))
}

/// The name and the arguments of a statement that is written like a call of a function.
fn call(statement: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let open = statement.text.find('(')?;
    let name = statement.first(open);
    let plain = !name.text.is_empty()
        && name
            .text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let inner = statement.first(statement.text.strip_suffix(')')?.len()).after(open + 1);
    (plain && inner.text.contains('=')).then_some((name, inner))
}

/// Where a name ends that its separator follows without a blank: `a=b`, `a: b`.
fn name_end(word: &str) -> Option<usize> {
    match word.find('=').filter(|&at| at > 0) {
        Some(at) => Some(at - usize::from(word.get(..at).is_some_and(|name| name.ends_with('+')))),
        None => word.strip_suffix(':').map(str::len),
    }
}

/// Whether a line has the form `name=value`, with nothing but the `=` between.
fn is_assignment(line: Piece<'_>, key: Piece<'_>, value: Piece<'_>) -> bool {
    let plain = key
        .text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    plain && line.after(key.text.len()).text.starts_with('=') && !value.text.is_empty()
}

/// What a value in brackets holds, unless it holds brackets itself.
fn list_body(value: Piece<'_>) -> Option<Piece<'_>> {
    let body = value.text.strip_prefix('[')?.strip_suffix(']')?;
    (!body.contains('[')).then_some(Piece {
        text: body,
        at: value.at + 1,
    })
}

/// The length of an item of a list, up to a comma or line end that no quotes hold.
fn item_length(text: &str) -> usize {
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match quote {
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None if matches!(character, ',' | '\n') => return at,
            None => {}
        }
    }
    text.len()
}

/// What a value holds: in quotes what they hold.
fn unquote(value: Piece<'_>) -> (Piece<'_>, Encoding) {
    let inner = match value.text.starts_with(['"', '\'']) {
        true => closing_quote(value.text, b"").filter(|end| end + 1 == value.text.len()),
        false => None,
    };
    match inner.map(|end| value.first(end).after(1)) {
        Some(inner) if inner.text.contains('\\') => (inner, Encoding::Backslash),
        Some(inner) => (inner, Encoding::Plain),
        None => (value, Encoding::Plain),
    }
}

#[cfg(test)]
mod tests;
