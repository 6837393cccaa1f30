//! The tokens of JSON, JSON5 and JSON with comments and template expressions, each with its place.

use super::Encoding;
use crate::source::TextRange;

/// The smallest piece of JSON that means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// `{`
    OpenObject,
    /// `}`
    CloseObject,
    /// `[`
    OpenArray,
    /// `]`
    CloseArray,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// A string without its quotes.
    String(TextRange, Encoding),
    /// A string without its quotes whose end is missing; it goes up to the end of its line.
    OpenString(TextRange),
    /// A number, `true`, `null`, a name without quotes, a template expression, or several of these glued together.
    Bare(TextRange),
    /// A comment that does not end.
    OpenComment(TextRange),
}

/// Reads tokens in one pass. Comments and template statements (`{% if %}`) are left out.
///
/// A string ends at its quote; where its line holds none, it may end on a later line, as strings of some templates
/// do, unless what follows looks like JSON again.
pub(super) struct Tokens<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Where the last template statement stands.
    statement: Option<usize>,
    /// How many bytes may still be searched in vain; keeps hostile text linear.
    patience: usize,
}

/// What opens and closes a template expression. `${` and `%{` hold pairs of braces.
const TEMPLATES: &[(&str, &str)] = &[
    ("{{", "}}"),
    ("{%", "%}"),
    ("{#", "#}"),
    ("<%", "%>"),
    ("${", "}"),
    ("%{", "}"),
];

/// The first words of a template expression that puts out nothing.
const STATEMENTS: &[&str] = &[
    "if", "else", "elsif", "elif", "end", "endif", "for", "endfor", "range", "with", "define", "block", "unless",
    "each", "set", "endset",
];

impl<'a> Tokens<'a> {
    /// Begins at the start of a text, after its byte order mark.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: text.len() - text.trim_start_matches('\u{feff}').len(),
            statement: None,
            patience: text.len().saturating_mul(2).saturating_add(1 << 16),
        }
    }

    /// The offset after the last token.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// Whether a template statement (`{{ else }}`) stands behind an offset.
    pub(super) fn has_statement_since(&self, offset: usize) -> bool {
        self.statement.is_some_and(|statement| statement >= offset)
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn single(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn skip_line(&mut self) {
        self.at = memchr::memchr2(b'\n', b'\r', self.rest().as_bytes()).map_or(self.bytes.len(), |end| self.at + end);
    }

    /// Skips a comment; gives its place where it does not end.
    fn block_comment(&mut self) -> Option<Token> {
        let start = self.at;
        match self.rest().get(2..).and_then(|rest| rest.find("*/")) {
            Some(end) => {
                self.at += end + 4;
                None
            }
            None => {
                self.at = self.bytes.len();
                Some(Token::OpenComment(TextRange::new(start, start + 2)))
            }
        }
    }

    /// The end of the template expression at `at`, if one begins there.
    fn template_end(&mut self, at: usize, same_line: bool) -> Option<usize> {
        let rest = self.bytes.get(at..)?;
        let (open, close) = TEMPLATES.iter().find(|(open, _)| rest.starts_with(open.as_bytes()))?;
        if self.patience == 0 {
            return None;
        }
        let body = rest.get(open.len()..)?;
        let body = body.get(..MAX_TEMPLATE).unwrap_or(body);
        let found = match *close {
            "}" => balanced_end(body),
            _ => memchr::memmem::find(body, close.as_bytes()),
        };
        self.patience = self.patience.saturating_sub(found.unwrap_or(body.len()));
        let found = found.filter(|&end| !same_line || memchr::memchr(b'\n', body.get(..end).unwrap_or(b"")).is_none());
        found.map(|end| at + open.len() + end + close.len())
    }

    fn string(&mut self, quote: u8) -> Token {
        let start = self.at + 1;
        let mut at = start;
        let mut escapes = false;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => {
                    escapes = true;
                    at += match (self.bytes.get(at + 1), self.bytes.get(at + 2)) {
                        (Some(b'\r'), Some(b'\n')) => 3,
                        _ => 2,
                    };
                    continue;
                }
                b'\n' => match self.later_end(start, at, quote) {
                    Some(end) => return self.end_string(start, end, true),
                    None => return self.unended(start, at),
                },
                b'{' | b'<' | b'$' | b'%' => {
                    if let Some(end) = self.quoting_template(at, quote) {
                        at = end;
                        continue;
                    }
                }
                _ if byte == quote => return self.end_string(start, at, escapes),
                _ => {}
            }
            at += 1;
        }
        self.unended(start, self.bytes.len())
    }

    fn end_string(&mut self, start: usize, end: usize, escapes: bool) -> Token {
        self.at = end + 1;
        let encoding = match escapes {
            true => Encoding::Backslash,
            false => Encoding::Plain,
        };
        Token::String(TextRange::new(start, end), encoding)
    }

    fn unended(&mut self, start: usize, line_end: usize) -> Token {
        self.at = line_end;
        let line = self.text.get(start..line_end).unwrap_or("").trim_end();
        let content = line.trim_end_matches([',', ' ', '\t']);
        Token::OpenString(TextRange::new(start, start + content.len()))
    }

    /// The quote on a later line that ends a string, unless the next line looks like JSON again.
    fn later_end(&mut self, start: usize, line_end: usize, quote: u8) -> Option<usize> {
        let rest = self.text.get(line_end..)?;
        if self.patience == 0 || rest.trim_start().starts_with(['"', '}', ']', '\'']) {
            return None;
        }
        let mut at = line_end;
        while let Some(found) = memchr::memchr2(quote, b'\\', self.bytes.get(at..)?) {
            at += found;
            if self.bytes.get(at) == Some(&quote) {
                if self.is_delimited(at + 1) {
                    return Some(at);
                }
                break;
            }
            at += 2;
        }
        self.patience = self.patience.saturating_sub(at.max(line_end + 1) - start);
        None
    }

    /// Whether a string that ends before `at` is followed by what follows a JSON string.
    fn is_delimited(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or("");
        let next = rest.bytes().find(|byte| !matches!(byte, b' ' | b'\t'));
        matches!(
            next,
            None | Some(b',' | b':' | b'}' | b']' | b'\n' | b'\r' | b'/' | b'#')
        )
    }

    /// The end of a template expression in a string, where it holds the string's quote: `"{{ env "HOST" }}"`.
    fn quoting_template(&mut self, at: usize, quote: u8) -> Option<usize> {
        let end = self.template_end(at, true)?;
        let inside = self.bytes.get(at..end)?;
        let first = at + memchr::memchr(quote, inside)?;
        (!self.is_delimited(first + 1)).then_some(end)
    }

    /// Reads a token that is neither punctuation nor string; `None` for a template statement.
    fn bare(&mut self) -> Option<Token> {
        let start = self.at;
        if let Some(end) = self.template_end(start, false)
            && is_statement(self.text.get(start..end).unwrap_or(""))
        {
            self.at = end;
            self.statement = Some(start);
            return None;
        }
        while let Some(byte) = self.byte(0) {
            match byte {
                b'{' | b'<' | b'$' | b'%' => match self.template_end(self.at, false) {
                    Some(end) => self.at = end,
                    None if byte == b'{' && self.at > start => break,
                    None => self.at += 1,
                },
                b',' | b':' | b'}' | b'[' | b']' | b'"' | b'\'' if self.at > start => break,
                b'/' if self.at > start && matches!(self.byte(1), Some(b'/' | b'*')) => break,
                _ if byte <= b' ' && self.at > start => break,
                _ => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
            }
        }
        Some(Token::Bare(TextRange::new(start, self.at)))
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let byte = self.byte(0)?;
            let token = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c' => {
                    self.at += 1;
                    None
                }
                b'{' if !matches!(self.byte(1), Some(b'{' | b'%' | b'#')) => Some(self.single(Token::OpenObject)),
                b'{' => match self.template_end(self.at, false) {
                    Some(_) => self.bare(),
                    None => Some(self.single(Token::OpenObject)),
                },
                b'}' => Some(self.single(Token::CloseObject)),
                b'[' => Some(self.single(Token::OpenArray)),
                b']' => Some(self.single(Token::CloseArray)),
                b',' => Some(self.single(Token::Comma)),
                b':' => Some(self.single(Token::Colon)),
                b'"' | b'\'' => Some(self.string(byte)),
                b'#' => {
                    self.skip_line();
                    None
                }
                b'/' if self.byte(1) == Some(b'/') => {
                    self.skip_line();
                    None
                }
                b'/' if self.byte(1) == Some(b'*') => self.block_comment(),
                _ => self.bare(),
            };
            if token.is_some() {
                return token;
            }
        }
    }
}

/// How far the end of a template expression is looked for.
const MAX_TEMPLATE: usize = 4096;

/// The offset of the brace that closes a `${`, whose body begins here.
fn balanced_end(body: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    body.iter().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return true,
            b'}' => depth -= 1,
            _ => {}
        }
        false
    })
}

/// Whether a template expression steers the template and puts out nothing.
fn is_statement(expression: &str) -> bool {
    if expression.starts_with("{%") || expression.starts_with("{#") {
        return true;
    }
    let steers = |body: &str| {
        let body = body.trim_start_matches(['-', '~']).trim_start();
        let word = body.split(|next: char| !next.is_alphanumeric()).next().unwrap_or("");
        STATEMENTS.contains(&word) || body.starts_with(['/', '#', '^', '!'])
    };
    if let Some(body) = expression.strip_prefix("<%") {
        return !body.starts_with('=') && !body.starts_with("-=");
    }
    ["{{", "%{"]
        .iter()
        .any(|open| expression.strip_prefix(open).is_some_and(steers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> Vec<String> {
        Tokens::new(text)
            .map(|token| match token {
                Token::String(range, _) => format!("\"{}\"", range.slice(text)),
                Token::OpenString(range) => format!("\"{}", range.slice(text)),
                Token::Bare(range) => range.slice(text).to_owned(),
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn tokens() {
        let cases: &[(&str, &[&str])] = &[
            (
                "\u{feff}[1,-2.5e3]",
                &["OpenArray", "1", "Comma", "-2.5e3", "CloseArray"],
            ),
            ("true/*a*/null//b\n# c\nx", &["true", "null", "x"]),
            (r#""a\"b" 'c"d'"#, &[r#""a\"b""#, r#""c"d""#]),
            ("\"a\n\"b\"", &["\"a", "\"b\""]),
            ("\"a\\\nb\"", &["\"a\\\nb\""]),
            ("\"one\n  two\",", &["\"one\n  two\"", "Comma"]),
            ("\"a, \n}", &["\"a", "CloseObject"]),
            ("\"", &["\""]),
            ("\"\\", &["\"\\"]),
        ];
        for (text, expected) in cases {
            assert_eq!(show(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn templates() {
        let cases: &[(&str, &[&str])] = &[
            ("{{ .port }}, x", &["{{ .port }}", "Comma", "x"]),
            ("{{ if .a }} 1 {{- end }}", &["1"]),
            ("<% if a %>1<%= b(\"c\") %>", &["1<%= b(\"c\") %>"]),
            ("${jsonencode({a = {}})}", &["${jsonencode({a = {}})}"]),
            (r#""{{ env "HOST" }}-a""#, &[r#""{{ env "HOST" }}-a""#]),
            (
                r#"{"a{{": "b}}"}"#,
                &["OpenObject", "\"a{{\"", "Colon", "\"b}}\"", "CloseObject"],
            ),
            ("{{", &["OpenObject", "OpenObject"]),
            ("{% for a in b %}{# c #}${d}", &["${d}"]),
        ];
        for (text, expected) in cases {
            assert_eq!(show(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn hostile_text_stays_linear() {
        for piece in [
            "\"\\\"\n",
            "${",
            "{{",
            "\"{{\"a",
            "'\n",
            "\"x\n a\"b",
            "<%",
            "/*/",
            "\"{{\n",
            "é",
        ] {
            let text = piece.repeat(30_000);
            let mut tokens = Tokens::new(&text);
            tokens.by_ref().for_each(drop);
            assert_eq!(tokens.offset(), text.len(), "{piece:?}");
        }
    }
}
