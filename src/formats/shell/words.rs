//! Shell text as words, separators and redirections, in one pass.

use crate::formats::Encoding;
use crate::source::TextRange;

/// A piece of shell text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A word with its quotes.
    Word(Word),
    /// What ends a simple command.
    End(End),
    /// What a redirection starts with; its target is the next word.
    Redirect(Redirect),
}

/// What ends a simple command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A line end.
    Line,
    /// `;`, `&`, `&&` or `||`.
    Next,
    /// `|`.
    Pipe,
    /// `;;`.
    Case,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// The end of the text.
    Text,
}

/// The kinds of redirection that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Redirect {
    /// Writes to a file.
    Output,
    /// Reads from a file or string, or copies a descriptor.
    Input,
    /// Reads the lines that follow, up to the delimiter.
    Heredoc,
}

/// A word: its place with quotes, and its last quoted piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the last outermost quote opens and closes.
    quoted: Option<(usize, usize)>,
}

impl Word {
    /// The word as it is written, quotes included.
    pub(super) fn raw<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// The word without the quotes that surround all of it.
    pub(super) fn content(&self, text: &str) -> (TextRange, Encoding) {
        self.value_from(text, self.start)
    }

    /// What stands from byte `from` of the text to the end of the word, without the quotes that surround it.
    pub(super) fn value_from(&self, text: &str, from: usize) -> (TextRange, Encoding) {
        let mut range = TextRange::new(from, self.end);
        if let Some((open, close)) = self.quoted
            && close + 1 == self.end
        {
            let dollar = usize::from(text.as_bytes().get(from) == Some(&b'$'));
            if open == from || (dollar == 1 && open == from + 1) {
                range = TextRange::new(open + 1, close);
            } else if open < from && from <= close && open == self.start {
                range = TextRange::new(from, close);
            }
            if text.as_bytes().get(open) == Some(&b'\'') && dollar == 0 {
                return (range, Encoding::Plain);
            }
        }
        let escapes = range.slice(text).contains('\\');
        (range, if escapes { Encoding::Backslash } else { Encoding::Plain })
    }
}

/// What an open quote or bracket inside a word waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Single,
    Double,
    Paren,
    Brace,
    Backtick,
    /// `{{ }}` of templates and GitHub expressions.
    Template,
    /// `<% %>`.
    Erb,
}

/// Reads tokens one after another.
pub(super) struct Words<'t> {
    text: &'t str,
    /// Where the next token is looked for.
    pub(super) at: usize,
    /// Set once something never closed: from then on no word crosses a line end, which keeps the time linear.
    broken: bool,
    /// The end of the line that is being read, once `broken`.
    line: usize,
    /// Up to here quotes and brackets are characters like any other.
    plain_until: usize,
    stack: Vec<Open>,
}

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            text,
            at,
            broken: false,
            line: 0,
            plain_until: 0,
            stack: Vec::new(),
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn has(&self, at: usize, what: &[u8]) -> bool {
        self.text
            .as_bytes()
            .get(at..)
            .is_some_and(|tail| tail.starts_with(what))
    }

    fn line_end(&self, from: usize) -> usize {
        let tail = self.text.as_bytes().get(from..).unwrap_or(&[]);
        memchr::memchr(b'\n', tail).map_or(self.text.len(), |found| from + found)
    }

    /// The next token; at the end of the text forever `End::Text`.
    pub(super) fn next(&mut self) -> Token {
        loop {
            let Some(byte) = self.byte(self.at) else {
                return Token::End(End::Text);
            };
            let end = match byte {
                b' ' | b'\t' | b'\r' => {
                    self.at += 1;
                    continue;
                }
                b'\\' if self.has(self.at + 1, b"\n") || self.has(self.at + 1, b"\r\n") => {
                    self.at = self.line_end(self.at) + 1;
                    continue;
                }
                b'#' => {
                    self.at = self.line_end(self.at);
                    continue;
                }
                b'\n' => (End::Line, 1),
                b';' if self.has(self.at, b";;") => (End::Case, 2),
                b'&' if self.has(self.at, b"&>") => return self.redirect(),
                b'|' if self.has(self.at, b"||") => (End::Next, 2),
                b'&' if self.has(self.at, b"&&") => (End::Next, 2),
                b'|' if self.has(self.at, b"|&") => (End::Pipe, 2),
                b';' | b'&' => (End::Next, 1),
                b'|' => (End::Pipe, 1),
                b'(' => (End::Open, 1),
                b')' => (End::Close, 1),
                b'<' | b'>' if self.is_redirect(self.at) => return self.redirect(),
                b'0'..=b'9' if matches!(self.byte(self.at + 1), Some(b'<' | b'>')) => {
                    self.at += 1;
                    return self.redirect();
                }
                _ => return Token::Word(self.word()),
            };
            self.at += end.1;
            return Token::End(end.0);
        }
    }

    /// Whether `<` or `>` at a place starts a redirection, not `<(...)` or a template's `<%`.
    fn is_redirect(&self, at: usize) -> bool {
        !matches!(self.byte(at + 1), Some(b'(')) && !self.has(at, b"<%")
    }

    fn redirect(&mut self) -> Token {
        let forms: [(&[u8], Redirect); 12] = [
            (b"<<<", Redirect::Input),
            (b"<<-", Redirect::Heredoc),
            (b"<<", Redirect::Heredoc),
            (b"<&", Redirect::Input),
            (b"<>", Redirect::Input),
            (b"<", Redirect::Input),
            (b"&>>", Redirect::Output),
            (b"&>", Redirect::Output),
            (b">&", Redirect::Input),
            (b">>", Redirect::Output),
            (b">|", Redirect::Output),
            (b">", Redirect::Output),
        ];
        for (form, kind) in forms {
            if self.has(self.at, form) {
                self.at += form.len();
                return Token::Redirect(kind);
            }
        }
        self.at += 1;
        Token::Redirect(Redirect::Input)
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        if self.broken && start >= self.line {
            self.line = self.line_end(start);
        }
        if start >= self.plain_until {
            let limit = if self.broken { self.line } else { self.text.len() };
            if let Some(word) = self.scan(start, limit) {
                self.at = word.end;
                return word;
            }
            // Something never closes. The rest is read line by line, and a line with such a thing word by word.
            if self.broken {
                self.plain_until = limit;
            }
            self.broken = true;
            self.line = self.line_end(start);
        }
        let tail = self.text.as_bytes().get(start..self.line).unwrap_or(&[]);
        let length = tail
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b';' | b'|'))
            .unwrap_or(tail.len());
        self.at = start + length.max(1);
        Word {
            start,
            end: self.at,
            quoted: None,
        }
    }

    /// The word from `start`, or `None` where a quote or bracket is still open at `limit`.
    fn scan(&mut self, start: usize, limit: usize) -> Option<Word> {
        self.stack.clear();
        let mut at = start;
        let mut opened = start;
        let mut quoted = None;
        while at < limit {
            let byte = self.byte(at)?;
            let Some(&top) = self.stack.last() else {
                match byte {
                    b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b')' => break,
                    b'(' if at != start => break,
                    b'<' | b'>' if self.is_redirect(at) => break,
                    b'\\' if self.has(at + 1, b"\n") || self.has(at + 1, b"\r\n") => break,
                    _ => {}
                }
                opened = at;
                at = self.open(at, byte, true);
                continue;
            };
            let closes = match top {
                Open::Single => byte == b'\'',
                Open::Double => byte == b'"',
                Open::Paren => byte == b')',
                Open::Brace => byte == b'}',
                Open::Backtick => byte == b'`',
                Open::Template => self.has(at, b"}}"),
                Open::Erb => self.has(at, b"%>"),
            };
            if closes {
                self.stack.pop();
                if self.stack.is_empty() && matches!(top, Open::Single | Open::Double) {
                    // `opened` is where the outermost piece began, at the `$` of `$'...'`.
                    let quote = opened + usize::from(self.byte(opened) == Some(b'$'));
                    quoted = Some((quote, at));
                }
                at += if matches!(top, Open::Template | Open::Erb) {
                    2
                } else {
                    1
                };
                continue;
            }
            at = match top {
                Open::Single | Open::Template | Open::Erb => at + 1,
                Open::Backtick => at + if byte == b'\\' { 2 } else { 1 },
                Open::Double => match byte {
                    b'\'' | b'"' => at + 1,
                    _ => self.open(at, byte, false),
                },
                Open::Brace if byte == b'\'' => at + 1,
                Open::Brace => self.open(at, byte, false),
                Open::Paren if byte == b'#' && self.byte(at - 1).is_some_and(|b| b.is_ascii_whitespace()) => {
                    self.line_end(at)
                }
                Open::Paren => self.open(at, byte, true),
            };
        }
        if !self.stack.is_empty() {
            return None;
        }
        let mut end = at.min(limit);
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        Some(Word { start, end, quoted })
    }

    /// Steps over the byte at `at`, opening what it opens.
    fn open(&mut self, at: usize, byte: u8, outside_quotes: bool) -> usize {
        let (open, length) = match byte {
            b'\\' => return at + 2,
            b'\'' if outside_quotes => (Open::Single, 1),
            b'"' => (Open::Double, 1),
            b'`' => (Open::Backtick, 1),
            b'$' if self.has(at, b"${{") => (Open::Template, 3),
            b'$' if self.has(at, b"${") => (Open::Brace, 2),
            b'$' if self.has(at, b"$(") => (Open::Paren, 2),
            b'$' if outside_quotes && self.has(at, b"$'") => (Open::Single, 2),
            b'$' if outside_quotes && self.has(at, b"$\"") => (Open::Double, 2),
            b'{' if self.has(at, b"{{") => (Open::Template, 2),
            b'<' if self.has(at, b"<%") => (Open::Erb, 2),
            b'<' | b'>' if outside_quotes && self.byte(at + 1) == Some(b'(') => (Open::Paren, 2),
            b'(' if outside_quotes => (Open::Paren, 1),
            _ => return at + 1,
        };
        self.stack.push(open);
        at + length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut words = Words::new(text);
        let mut found = Vec::new();
        loop {
            match words.next() {
                Token::Word(word) => found.push(word.content(text).0.slice(text)),
                Token::End(End::Text) => return found,
                Token::End(_) => found.push("|"),
                Token::Redirect(_) => found.push(">"),
            }
        }
    }

    #[test]
    fn words_keep_their_expressions_whole() {
        let cases: &[(&str, &[&str])] = &[
            ("a 'b c' \"d e\"f # g", &["a", "b c", "\"d e\"f"]),
            (
                "x \\\n --y=${{ inputs.a || 'b c' }} z",
                &["x", "--y=${{ inputs.a || 'b c' }}", "z"],
            ),
            (
                "K=\"$(jq -r \".a b\" f)\" && y `c d`",
                &["K=\"$(jq -r \".a b\" f)\"", "|", "y", "`c d`"],
            ),
            (
                "a | b; c & d (e) 2>&1 >> f",
                &["a", "|", "b", "|", "c", "|", "d", "|", "e", "|", ">", "1", ">", "f"],
            ),
            (
                "{{ .Values.x }} <%= y %> diff <(a b)",
                &["{{ .Values.x }}", "<%= y %>", "diff", "<(a b)"],
            ),
            ("$'a b' ${x:-it's} \\\"", &["a b", "${x:-it's}", "\\\""]),
            ("a \"b\nc d", &["a", "\"b", "|", "c", "d"]),
            ("$( a\n'x y'\n", &["$(", "a", "|", "x y", "|"]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), *expected, "{text}");
        }
    }

    #[test]
    fn unclosed_text_takes_linear_time() {
        for unit in ["$(", "\"", "'\\\"", "${{", "`", "<(", "\\", "é\""] {
            for end in ["\n", " ", ""] {
                let text = format!("$({}", format!("{unit}{end}").repeat(100_000));
                assert!(words(&text).len() <= text.len() + 1);
            }
        }
    }
}
