//! HCL text as tokens. Strings and heredocs are one token each, comments are none.

use crate::formats::{Encoding, Scalar};
use crate::source::TextRange;
use memchr::{memchr, memmem, memrchr};

/// After this many templates or strings that never end, none is searched beyond its own line: keeps the time linear.
const FRUITLESS_CAP: u32 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    End,
    Newline,
    /// An identifier, a number, or a dotted chain of them: `var.x`, `3.5`, `aws_x.y.*.id`.
    Name,
    /// `.name` after a bracket.
    Access,
    /// A template marker outside of strings, as in `.tf.tmpl`: `${x}`, `%{ if x }`, `{{ .x }}`, `{% x %}`, `<% x %>`.
    Template,
    /// A string or heredoc, by its text.
    Literal(Scalar),
    Open(Bracket),
    Close(Bracket),
    Comma,
    Assign,
    Arrow,
    Colon,
    Question,
    /// An operator that gives a truth value: `== != < > <= >= && ||`.
    Truth,
    /// Any other operator.
    Operator,
    Ellipsis,
    /// A character that HCL does not know.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    Paren,
    Square,
    Brace,
}

/// A string, heredoc or comment without an end.
pub(super) struct Fault {
    pub(super) at: TextRange,
    pub(super) message: &'static str,
}

pub(super) struct Tokens<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    fault: Option<Fault>,
    /// Where the search for the end of each kind of marker has failed up to.
    markers_end: [usize; 3],
    fruitless: u32,
    /// A part of the line that was last asked for, up to its end.
    line: (usize, usize),
    nesting: Vec<Nesting>,
}

/// What the scanner of a string is inside of.
enum Nesting {
    Text,
    /// A template, with its number of open braces.
    Template(u32),
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            fault: None,
            markers_end: [0; 3],
            fruitless: 0,
            line: (1, 0),
            nesting: Vec::new(),
        }
    }

    /// Goes back to an earlier token.
    pub(super) fn rewind(&mut self, at: TextRange) {
        self.at = at.start as usize;
    }

    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    /// Whether nothing but indentation stands before `at` on its line.
    pub(super) fn starts_line(&self, at: TextRange) -> bool {
        let before = self.bytes.get(..at.start as usize).unwrap_or_default();
        !matches!(before.iter().rfind(|byte| !matches!(byte, b' ' | b'\t')), Some(byte) if *byte != b'\n')
    }

    /// Whether `at` is the first character of its line.
    pub(super) fn in_first_column(&self, at: TextRange) -> bool {
        at.start == 0 || self.byte(at.start as usize - 1) == Some(b'\n')
    }

    pub(super) fn next(&mut self) -> (Token, TextRange) {
        self.skip_blanks();
        let start = self.at;
        let Some(byte) = self.byte(start) else {
            return (Token::End, TextRange::new(start, start));
        };
        let token = match byte {
            b'\n' => self.take(1, Token::Newline),
            b'"' => self.string(),
            b'(' => self.take(1, Token::Open(Bracket::Paren)),
            b')' => self.take(1, Token::Close(Bracket::Paren)),
            b'[' => self.take(1, Token::Open(Bracket::Square)),
            b']' => self.take(1, Token::Close(Bracket::Square)),
            b'}' => self.take(1, Token::Close(Bracket::Brace)),
            b',' => self.take(1, Token::Comma),
            b'?' => self.take(1, Token::Question),
            b':' => self.take(1, Token::Colon),
            _ if is_name(byte) => self.name(Token::Name),
            _ => self.symbol(byte),
        };
        (token, TextRange::new(start, self.at))
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn take(&mut self, length: usize, token: Token) -> Token {
        self.at += length;
        token
    }

    /// Goes past all bytes of a kind.
    fn skip(&mut self, kind: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| !kind(byte)).unwrap_or(rest.len());
    }

    /// Goes past blanks and comments, up to a line end or a token.
    fn skip_blanks(&mut self) {
        loop {
            self.skip(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
            let Some(byte) = self.byte(self.at) else { return };
            if byte != b'#' && byte != b'/' {
                return;
            }
            match (byte, self.byte(self.at + 1)) {
                (b'#', _) | (b'/', Some(b'/')) => self.at = self.line_end(self.at),
                (b'/', Some(b'*')) => {
                    let body = self.bytes.get(self.at + 2..).unwrap_or_default();
                    match memmem::find(body, b"*/") {
                        Some(length) => self.at += length + 4,
                        None => {
                            self.fail(self.at, "this comment never ends");
                            self.at = self.bytes.len();
                        }
                    }
                }
                _ => return,
            }
        }
    }

    fn fail(&mut self, at: usize, message: &'static str) {
        self.fault = Some(Fault {
            at: TextRange::new(at, at),
            message,
        });
    }

    /// The offset of the next `\n`, or of the end.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + memchr(b'\n', rest).unwrap_or(rest.len())
    }

    /// The end of the line that is being read, searched once for each line: it may be as long as the file.
    fn own_line_end(&mut self) -> usize {
        let (from, end) = self.line;
        if self.at < from || self.at > end {
            self.line = (self.at, self.line_end(self.at));
        }
        self.line.1
    }

    fn name(&mut self, token: Token) -> Token {
        loop {
            self.skip(|byte| class(byte) & NAME != 0);
            let next = self.byte(self.at + 1);
            match self.byte(self.at) {
                Some(b'.') if next.is_some_and(is_name) => self.at += 1,
                Some(b'.') if next == Some(b'*') => self.at += 2,
                Some(b':') if next == Some(b':') => self.at += 2,
                _ => return token,
            }
        }
    }

    fn symbol(&mut self, byte: u8) -> Token {
        let next = self.byte(self.at + 1);
        match (byte, next) {
            (b'{', Some(b'{')) => self.marker(0, b"}}", Token::Open(Bracket::Brace)),
            (b'{', Some(b'%')) => self.marker(1, b"%}", Token::Open(Bracket::Brace)),
            (b'{', _) => self.take(1, Token::Open(Bracket::Brace)),
            (b'<', Some(b'%')) => self.marker(2, b"%>", Token::Truth),
            (b'<', Some(b'<')) => self.heredoc(),
            (b'$' | b'%', Some(b'{')) => self.template(),
            (b'=', Some(b'=')) | (b'!' | b'<' | b'>', Some(b'=')) | (b'&', Some(b'&')) | (b'|', Some(b'|')) => {
                self.take(2, Token::Truth)
            }
            (b'=', Some(b'>')) => self.take(2, Token::Arrow),
            (b'=', _) => self.take(1, Token::Assign),
            (b'<' | b'>', _) => self.take(1, Token::Truth),
            (b'.', Some(b'.')) if self.byte(self.at + 2) == Some(b'.') => self.take(3, Token::Ellipsis),
            (b'.', Some(next)) if is_name(next) || next == b'*' => self.name(Token::Access),
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'!', _) => self.take(1, Token::Operator),
            _ => self.take(1, Token::Unknown),
        }
    }

    /// A marker of another template language that ends on its line; otherwise one character as `instead`.
    fn marker(&mut self, kind: usize, end: &[u8], instead: Token) -> Token {
        let searched = self.markers_end.get(kind).copied().unwrap_or(0);
        if self.at >= searched {
            let line_end = self.own_line_end();
            let line = self.bytes.get(self.at + 2..line_end).unwrap_or_default();
            if let Some(length) = memmem::find(line, end) {
                self.at += length + 4;
                return self.name(Token::Template);
            }
            if let Some(searched) = self.markers_end.get_mut(kind) {
                *searched = line_end;
            }
        }
        self.take(1, instead)
    }

    fn template(&mut self) -> Token {
        self.nesting.clear();
        self.nesting.push(Nesting::Template(0));
        match self.nested_end(self.at + 2) {
            Some(end) => {
                self.at = end + 1;
                self.name(Token::Template);
            }
            None => {
                self.fail(self.at, "this template never ends");
                self.at = self.line_end(self.at);
            }
        }
        Token::Template
    }

    fn string(&mut self) -> Token {
        let start = self.at + 1;
        self.nesting.clear();
        self.nesting.push(Nesting::Text);
        let end = match self.nested_end(start) {
            Some(end) => {
                self.at = end + 1;
                end
            }
            None => {
                self.fail(self.at, "this string never ends");
                // The last quote of the line, or the whole line.
                let line_end = self.line_end(start);
                let line = self.bytes.get(start..line_end).unwrap_or_default();
                let length = memrchr(b'"', line);
                self.at = length.map_or(line_end, |length| start + length + 1);
                start + length.unwrap_or(line.trim_ascii_end().len())
            }
        };
        let range = TextRange::new(start, end);
        let encoding = match memchr(b'\\', self.bytes.get(start..end).unwrap_or_default()) {
            Some(_) => Encoding::Backslash,
            None => Encoding::Plain,
        };
        Token::Literal(Scalar { range, encoding })
    }

    /// The offset of the quote or brace that ends what `nesting` starts with: strings hold templates that hold strings.
    fn nested_end(&mut self, from: usize) -> Option<usize> {
        let mut at = from;
        let bytes = self.bytes;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(length) = rest.iter().position(|&byte| class(byte) & STRING != 0) else {
                break;
            };
            at += length;
            let Some(&byte) = bytes.get(at) else { break };
            let next = bytes.get(at + 1).copied();
            match (self.nesting.last_mut()?, byte) {
                (Nesting::Text, b'\n') => return None,
                (Nesting::Template(_), b'\n') if self.fruitless >= FRUITLESS_CAP => return None,
                (Nesting::Text, b'\\') if next != Some(b'\n') => at += 1,
                (Nesting::Text, b'$' | b'%') if next == Some(b'{') => {
                    self.nesting.push(Nesting::Template(0));
                    at += 1;
                }
                // `$${` is the text `${`.
                (Nesting::Text, b'$' | b'%') if next == Some(byte) && bytes.get(at + 2) == Some(&b'{') => at += 2,
                (Nesting::Template(_), b'"') => self.nesting.push(Nesting::Text),
                (Nesting::Template(depth), b'{') => *depth += 1,
                (Nesting::Template(depth), b'}') if *depth > 0 => *depth -= 1,
                (Nesting::Text, b'"') | (Nesting::Template(_), b'}') => {
                    self.nesting.pop();
                    if self.nesting.is_empty() {
                        return Some(at);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.fruitless += 1;
        None
    }

    fn heredoc(&mut self) -> Token {
        let indented = self.byte(self.at + 2) == Some(b'-');
        let marker_at = self.at + if indented { 3 } else { 2 };
        let Some((marker, line_end)) = self.heredoc_marker(marker_at) else {
            return self.take(2, Token::Truth);
        };
        let body = (line_end + 1).min(self.bytes.len());
        let mut line = body;
        while line < self.bytes.len() {
            let end = self.line_end(line);
            let found = self.bytes.get(line..end).unwrap_or_default();
            if found.trim_ascii() == marker {
                self.at = line + found.trim_ascii_end().len();
                return self.heredoc_text(body, line, indented);
            }
            line = end + 1;
        }
        self.fail(self.at, "this heredoc never ends");
        self.at = self.bytes.len();
        self.heredoc_text(body, self.bytes.len(), indented)
    }

    /// The marker at `at` and the end of its line, on which nothing follows. Looks no further than it has to: a line may
    /// hold any number of `<<`.
    fn heredoc_marker(&self, at: usize) -> Option<(&'a [u8], usize)> {
        let length = |from: usize, kind: &dyn Fn(u8) -> bool| {
            let rest = self.bytes.get(from..).unwrap_or_default();
            rest.iter().take_while(|&&byte| kind(byte)).count()
        };
        let blank = |byte: u8| byte.is_ascii_whitespace() && byte != b'\n';
        let start = at + length(at, &blank);
        let end = start + length(start, &|byte| is_name(byte) || byte == b'-');
        let line_end = end + length(end, &blank);
        let ends = self.byte(line_end).is_none_or(|byte| byte == b'\n');
        (end > start && ends).then(|| (self.bytes.get(start..end).unwrap_or_default(), line_end))
    }

    fn heredoc_text(&self, start: usize, end: usize, indented: bool) -> Token {
        let encoding = if indented { Encoding::Heredoc } else { Encoding::Plain };
        debug_assert!(self.text.is_char_boundary(start) && self.text.is_char_boundary(end));
        Token::Literal(Scalar {
            range: TextRange::new(start, end),
            encoding,
        })
    }
}

/// Part of a name, though not its start where it is a `-`.
const NAME: u8 = 1;
/// Means something in a string or template.
const STRING: u8 = 2;

#[allow(
    clippy::indexing_slicing,
    reason = "runs at compile time, where a panic is an error of the build"
)]
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let character = byte as u8;
        if character.is_ascii_alphanumeric() || matches!(character, b'_' | b'-') || !character.is_ascii() {
            classes[byte] = NAME;
        } else if matches!(character, b'"' | b'\\' | b'$' | b'%' | b'\n' | b'{' | b'}') {
            classes[byte] = STRING;
        }
        byte += 1;
    }
    classes
};

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
}

fn is_name(byte: u8) -> bool {
    class(byte) == NAME && byte != b'-'
}
