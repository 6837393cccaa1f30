//! Source code of several languages as tokens, in one pass, without knowing which language it is.

use crate::formats::Encoding;
use crate::source::TextRange;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name with what is chained to it: `config.x.y`, `process.env.X`, `$this->x`, `Foo::BAR`.
    Name,
    /// A string; `Token::text` is what stands between its quotes.
    String,
    /// `:name` of Ruby and Elixir; `Token::text` is the name.
    Symbol,
    /// A number.
    Number,
    /// Line ends, with the blanks around them.
    Line,
    /// `{`, `[` or `(`.
    Open(u8),
    /// `}`, `]` or `)`.
    Close(u8),
    /// `,`.
    Comma,
    /// `;`.
    Semicolon,
    /// A `:` that is no part of a name.
    Colon,
    /// `=`, and what assigns like it: `||=`, `+=`, `<<`.
    Assign,
    /// `=>`.
    Arrow,
    /// The `?` of a choice.
    Question,
    /// Anything else.
    Operator,
}

/// A token and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// The first byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// The token without quotes or colon.
    pub(super) text: TextRange,
    /// How a string is written.
    pub(super) encoding: Encoding,
}

/// Reads tokens one after another.
#[derive(Clone, Copy)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// Where the token before ended, if it can be a key.
    key_end: usize,
    /// Up to here no string of a kind (`'`, `"`) closes on its line; keeps the time linear.
    unclosed: [usize; 2],
    /// Up to here no `#{` of a string closes.
    uninterpolated: usize,
    /// Whether a template, a tripled quote (`'`, `"`) or a comment is known never to close from here on.
    endless: [bool; 4],
}

const TEMPLATE: usize = 0;
const COMMENT: usize = 3;

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            key_end: usize::MAX,
            unclosed: [0; 2],
            uninterpolated: 0,
            endless: [false; 4],
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn tail(&self, at: usize) -> &'t [u8] {
        self.text.as_bytes().get(at..).unwrap_or(&[])
    }

    fn has(&self, at: usize, what: &[u8]) -> bool {
        self.tail(at).starts_with(what)
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', self.tail(from)).map_or(self.text.len(), |found| from + found)
    }

    fn token(&mut self, kind: Kind, length: usize) -> Token {
        let start = self.at;
        self.string_token(kind, start, start + length, (start, start + length))
    }

    fn string_token(&mut self, kind: Kind, start: usize, end: usize, inner: (usize, usize)) -> Token {
        let text = TextRange::new(inner.0, inner.1);
        let escapes = kind == Kind::String && text.slice(self.text).contains('\\');
        self.at = end;
        self.key_end = match kind {
            Kind::Name | Kind::String | Kind::Number => end,
            _ => usize::MAX,
        };
        Token {
            kind,
            start,
            end,
            text,
            encoding: if escapes { Encoding::Backslash } else { Encoding::Plain },
        }
    }

    /// The next token, if any.
    pub(super) fn next(&mut self) -> Option<Token> {
        loop {
            let byte = self.byte(self.at)?;
            match byte {
                b' ' | b'\t' | b'\r' | b'\x0c' => self.at += 1,
                b'\\' if matches!(self.byte(self.at + 1), Some(b'\n' | b'\r')) => self.at += 2,
                b'#' if self.starts_comment() => self.at = self.line_end(self.at),
                b'/' if self.has(self.at, b"//") => self.at = self.line_end(self.at),
                b'/' if self.has(self.at, b"/*") && !self.endless[COMMENT] => {
                    match memchr::memmem::find(self.tail(self.at + 2), b"*/") {
                        Some(found) => self.at += found + 4,
                        None => self.endless[COMMENT] = true,
                    }
                }
                _ => return Some(self.significant(byte)),
            }
        }
    }

    /// Whether the `#` here starts a comment, not a private field of JavaScript.
    fn starts_comment(&self) -> bool {
        match self.at.checked_sub(1).and_then(|before| self.byte(before)) {
            None => true,
            Some(before) => before.is_ascii_whitespace() || b",;{}[]()".contains(&before),
        }
    }

    fn significant(&mut self, byte: u8) -> Token {
        match byte {
            b'\n' => {
                let blank = self
                    .tail(self.at)
                    .iter()
                    .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
                let length = blank.count();
                self.token(Kind::Line, length)
            }
            b'"' | b'\'' => self.string(self.at),
            b'`' => self.template(),
            b'{' | b'[' | b'(' => self.token(Kind::Open(byte), 1),
            b'}' | b']' | b')' => self.token(Kind::Close(byte), 1),
            b',' => self.token(Kind::Comma, 1),
            b';' => self.token(Kind::Semicolon, 1),
            b':' => self.colon(),
            b'0'..=b'9' => {
                let digits = self.tail(self.at).iter();
                let length = digits
                    .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
                    .count();
                self.token(Kind::Number, length)
            }
            _ if is_name_start(byte) => self.name(),
            _ => self.operator(byte),
        }
    }

    fn colon(&mut self) -> Token {
        if self.has(self.at, b"::") {
            return self.token(Kind::Operator, 2);
        }
        let next = self.byte(self.at + 1);
        if self.key_end == self.at || !next.is_some_and(is_name_start) {
            return self.token(Kind::Colon, 1);
        }
        let start = self.at;
        let length = self.name_length(start + 1);
        self.string_token(Kind::Symbol, start, start + 1 + length, (start + 1, start + 1 + length))
    }

    fn name_length(&self, from: usize) -> usize {
        self.tail(from).iter().take_while(|&&byte| is_name_byte(byte)).count()
    }

    fn name(&mut self) -> Token {
        let start = self.at;
        let mut end = start + self.name_length(start).max(1);
        let is_prefix = end - start <= 2
            && self
                .tail(start)
                .iter()
                .take(end - start)
                .all(|b| b"rbfuRBFU".contains(b));
        if is_prefix && matches!(self.byte(end), Some(b'"' | b'\'')) {
            // A string of Python with its prefix.
            let is_raw = self.tail(start).iter().take(end - start).any(|b| b"rR".contains(b));
            let mut token = self.string(end);
            token.start = start;
            if is_raw {
                token.encoding = Encoding::Plain;
            }
            return token;
        }
        loop {
            let link = [&b"."[..], b"?.", b"&.", b"::", b"->"]
                .into_iter()
                .find(|link| self.has(end, link))
                .map_or(0, <[u8]>::len);
            if link == 0 || !self.byte(end + link).is_some_and(is_name_start) {
                break;
            }
            end += link + self.name_length(end + link);
        }
        self.token(Kind::Name, end - start)
    }

    fn operator(&mut self, byte: u8) -> Token {
        let assigning: [&[u8]; 6] = [b"||=", b"??=", b"&&=", b"+=", b".=", b"-="];
        let others: [&[u8]; 12] = [
            b"===", b"!==", b"==", b"=~", b"!=", b"<=", b">=", b"??", b"?:", b"?.", b"||", b"&&",
        ];
        if self.has(self.at, b"=>") {
            return self.token(Kind::Arrow, 2);
        }
        if self.has(self.at, b"<< \"") || self.has(self.at, b"<< '") {
            return self.token(Kind::Assign, 2);
        }
        if let Some(form) = assigning.iter().find(|form| self.has(self.at, form)) {
            return self.token(Kind::Assign, form.len());
        }
        if let Some(form) = others.iter().find(|form| self.has(self.at, form)) {
            return self.token(Kind::Operator, form.len());
        }
        match byte {
            b'=' => self.token(Kind::Assign, 1),
            b'?' => self.token(Kind::Question, 1),
            _ => self.token(Kind::Operator, 1),
        }
    }

    /// A string of which the quote stands at `open`; a quote that does not close on its line is an operator.
    fn string(&mut self, open: usize) -> Token {
        let start = self.at;
        let quote = self.byte(open).unwrap_or(b'"');
        let which = usize::from(quote == b'"');
        if self.has(open, &[quote; 3]) && !self.endless.get(1 + which).copied().unwrap_or(true) {
            match memchr::memmem::find(self.tail(open + 3), &[quote; 3]) {
                Some(found) => {
                    let inner = (open + 3, open + 3 + found);
                    return self.string_token(Kind::String, start, inner.1 + 3, inner);
                }
                None => {
                    if let Some(endless) = self.endless.get_mut(1 + which) {
                        *endless = true;
                    }
                }
            }
        }
        if open >= self.unclosed.get(which).copied().unwrap_or(0) {
            match self.closing_quote(open, quote) {
                Ok(close) => return self.string_token(Kind::String, start, close + 1, (open + 1, close)),
                Err(end) => {
                    if let Some(unclosed) = self.unclosed.get_mut(which) {
                        *unclosed = end;
                    }
                }
            }
        }
        self.token(Kind::Operator, open + 1 - start)
    }

    /// Where the string from `open` closes, or where its line ends without that.
    fn closing_quote(&mut self, open: usize, quote: u8) -> Result<usize, usize> {
        let mut at = open + 1;
        // How deep in `#{...}` of a double-quoted string: quotes in there do not close it.
        let mut interpolation = 0_usize;
        let mut fallback = None;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\n' => break,
                b'\\' => {
                    at += 2;
                    continue;
                }
                b'#' if quote == b'"' && interpolation == 0 && at >= self.uninterpolated && self.has(at, b"#{") => {
                    interpolation = 1;
                    at += 1;
                }
                b'{' if interpolation > 0 => interpolation += 1,
                b'}' if interpolation > 0 => interpolation -= 1,
                _ if byte == quote && interpolation == 0 => return Ok(at),
                _ if byte == quote => fallback = fallback.or(Some(at)),
                _ => {}
            }
            at += 1;
        }
        let end = at.min(self.text.len());
        if interpolation > 0 {
            self.uninterpolated = end;
        }
        fallback.ok_or(end)
    }

    fn template(&mut self) -> Token {
        let start = self.at;
        if self.endless[TEMPLATE] {
            return self.token(Kind::Operator, 1);
        }
        let mut at = start + 1;
        let mut depth = 0_usize;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\\' => at += 1,
                b'$' if depth == 0 && self.has(at, b"${") => {
                    depth = 1;
                    at += 1;
                }
                b'{' if depth > 0 => depth += 1,
                b'}' if depth > 0 => depth -= 1,
                b'`' if depth == 0 => {
                    return self.string_token(Kind::String, start, at + 1, (start + 1, at));
                }
                _ => {}
            }
            at += 1;
        }
        self.endless[TEMPLATE] = true;
        self.token(Kind::Operator, 1)
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'@') || byte >= 0x80
}

fn is_name_byte(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests;
