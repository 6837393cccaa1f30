//! Keys, values and nesting, found in a stream of tokens.

mod values;

use super::tokens::{Kind, Token, Tokens};
use super::values::{Pending, Slot};
use crate::formats::{EntryId, Key, Parsed};
use crate::source::TextRange;

/// Functions that take a key and a value.
const SETTERS: &[&str] = &[
    "define",
    "set",
    "setdefault",
    "set_default",
    "setenv",
    "setEnv",
    "ini_set",
    "role",
];

/// Functions whose first argument, a string without brackets around it, is what their name says: `server "db.example.com"`.
const NAMESAKES: &[&str] = &["server", "host", "domain"];

/// Words that start a statement; at the left margin they end whatever was left open.
const STATEMENTS: &[&str] = &[
    "const", "let", "var", "export", "def", "class", "module", "import", "from", "config",
];

/// How many open brackets a closing bracket may close at once, where some were never closed.
const RECOVERY: usize = 8;

/// An open bracket.
struct Frame {
    /// What closes it; a line end for what stays open up to the next line at the left margin.
    close: u8,
    /// What the keys inside belong to.
    entry: Option<EntryId>,
    /// Whether it is a list that the values inside are items of.
    list: bool,
    items: u32,
}

/// A text while it is scanned.
pub(super) struct Scan<'t> {
    text: &'t str,
    tokens: Tokens<'t>,
    parsed: Parsed,
    frames: Vec<Frame>,
    /// The token before, if it can be a key.
    candidate: Option<Token>,
    /// The names before the candidate: `default` in `$db['default']['host']`.
    bases: Vec<TextRange>,
    /// Whether a setter was called and waits for its key.
    setter: bool,
    /// The value that is being read, its names, and the brackets that are open in it.
    pending: Option<Pending>,
    names: Vec<TextRange>,
    opens: Vec<u8>,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            tokens: Tokens::new(text),
            parsed: Parsed::default(),
            frames: Vec::new(),
            candidate: None,
            bases: Vec::new(),
            setter: false,
            pending: None,
            names: Vec::new(),
            opens: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Parsed {
        while let Some(token) = self.tokens.next() {
            match self.pending.take() {
                Some(pending) => self.value_token(pending, token),
                None => self.key_token(token),
            }
        }
        if let Some(pending) = self.pending.take() {
            self.finish(pending);
        }
        self.parsed
    }

    fn holder(&self) -> Option<EntryId> {
        self.frames.last().and_then(|frame| frame.entry)
    }

    fn push(&mut self, close: u8, entry: Option<EntryId>, list: bool) {
        self.frames.push(Frame {
            close,
            entry,
            list,
            items: 0,
        });
        if list {
            self.begin_item();
        }
    }

    fn begin_item(&mut self) {
        self.pending = Some(Pending::new(Slot::Item, Kind::Comma));
        self.opens.clear();
    }

    /// Looks for a key.
    fn key_token(&mut self, token: Token) {
        match token.kind {
            Kind::Name if token.text.slice(self.text) == "config" && self.elixir_config() => {}
            Kind::Name => {
                let name = token.text.slice(self.text);
                let last = name.rsplit(['.', ':', '>']).next().unwrap_or(name);
                self.setter |= SETTERS.contains(&last);
                self.candidate(token);
            }
            Kind::String if self.candidate.is_some_and(|name| self.is_namesake(name)) => {
                let name = self.candidate.take().map_or(token.text, |name| name.text);
                self.parsed
                    .scalar(self.holder(), Key::Name(name), token.text, token.encoding);
            }
            Kind::String | Kind::Symbol | Kind::Number => self.candidate(token),
            Kind::Colon if self.candidate.is_some() => self.begin(Kind::Colon),
            Kind::Assign
                if self
                    .candidate
                    .is_some_and(|key| key.kind == Kind::Name || !self.bases.is_empty()) =>
            {
                self.begin(Kind::Assign);
            }
            Kind::Arrow if self.candidate.is_some_and(|key| self.is_arrow_key(key)) => self.begin(Kind::Arrow),
            Kind::Comma => self.comma(),
            Kind::Open(open) => self.open(open, token),
            Kind::Close(close) => self.close(close),
            Kind::Line => {
                self.candidate = None;
                self.left_margin(token);
            }
            Kind::Semicolon => {
                self.candidate = None;
                self.setter = false;
            }
            _ => self.candidate = None,
        }
    }

    fn is_namesake(&self, name: Token) -> bool {
        name.kind == Kind::Name && self.bases.is_empty() && NAMESAKES.contains(&name.text.slice(self.text))
    }

    fn candidate(&mut self, token: Token) {
        self.candidate = Some(token);
        self.bases.clear();
    }

    /// Whether a token can be the key of a `=>`, which is also how JavaScript starts the body of a function.
    fn is_arrow_key(&self, key: Token) -> bool {
        key.kind != Kind::Name || key.text.slice(self.text).starts_with(|c: char| c.is_ascii_uppercase())
    }

    fn comma(&mut self) {
        let key = self
            .candidate
            .filter(|key| matches!(key.kind, Kind::String | Kind::Symbol));
        if self.setter && key.is_some() {
            self.begin(Kind::Comma);
            return;
        }
        self.candidate = None;
        if self.frames.last().is_some_and(|frame| frame.list) {
            self.begin_item();
        }
    }

    /// Starts to read the value of the candidate.
    fn begin(&mut self, separator: Kind) {
        let Some(key) = self.candidate.take() else { return };
        self.setter = false;
        self.names.clear();
        let bases = std::mem::take(&mut self.bases);
        for &name in bases.iter().chain(std::iter::once(&key.text)) {
            let name = key_name(self.text, name);
            // The environment itself is no part of a variable's name.
            let is_environment = matches!(
                name.slice(self.text),
                "ENV" | "_ENV" | "_SERVER" | "environ" | "os.environ" | "process.env"
            );
            if !name.is_empty() && (!is_environment || bases.is_empty()) {
                self.names.push(name);
            }
        }
        if bases.is_empty()
            && matches!(
                key.text.slice(self.text),
                "module.exports" | "exports" | "exports.default"
            )
        {
            self.names.clear();
        }
        self.bases = bases;
        self.pending = Some(Pending::new(Slot::Named, separator));
        self.opens.clear();
    }

    /// A bracket where no value is expected: a subscript of the key, or a block.
    fn open(&mut self, open: u8, token: Token) {
        if open == b'['
            && let Some(base) = self.candidate.filter(|base| base.end == token.start)
        {
            let mut ahead = self.tokens;
            let (index, close) = (ahead.next(), ahead.next());
            if let (Some(mut index), Some(close)) = (index, close)
                && matches!(index.kind, Kind::String | Kind::Symbol)
                && close.kind == Kind::Close(b']')
            {
                self.tokens = ahead;
                self.bases.push(base.text);
                index.end = close.end;
                self.candidate = Some(index);
                return;
            }
        }
        self.candidate = None;
        self.push(closing(open), self.holder(), false);
    }

    fn close(&mut self, close: u8) {
        self.candidate = None;
        self.setter = false;
        let matching = |frame: &Frame| frame.close == close;
        if let Some(back) = self.frames.iter().rev().take(RECOVERY).position(matching) {
            self.frames.truncate(self.frames.len() - back - 1);
        }
    }

    /// At a line end: what the next line at the left margin ends.
    fn left_margin(&mut self, line: Token) {
        let bytes = self.text.as_bytes();
        let at_margin = bytes.get(line.end.wrapping_sub(1)) == Some(&b'\n');
        if !at_margin || self.frames.is_empty() {
            return;
        }
        if self.starts_statement(line) {
            self.frames.clear();
        } else if self.frames.last().is_some_and(|frame| frame.close == b'\n') {
            self.frames.pop();
        }
    }

    /// Whether the line after a line end starts a statement at the left margin.
    fn starts_statement(&self, line: Token) -> bool {
        let bytes = self.text.as_bytes();
        let starts = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$');
        if bytes.get(line.end.wrapping_sub(1)) != Some(&b'\n') || !bytes.get(line.end).is_some_and(starts) {
            return false;
        }
        let mut ahead = self.tokens;
        let Some(name) = ahead.next() else { return false };
        STATEMENTS.contains(&name.text.slice(self.text)) || ahead.next().is_some_and(|next| next.kind == Kind::Assign)
    }

    /// `config :app, Some.Module,` of Elixir, whose keys follow up to the next line at the left margin.
    fn elixir_config(&mut self) -> bool {
        let mut ahead = self.tokens;
        let Some(app) = ahead.next().filter(|token| token.kind == Kind::Symbol) else {
            return false;
        };
        let after = significant(&mut ahead);
        if !after.is_some_and(|token| token.kind == Kind::Comma) {
            return false;
        }
        let app = self.parsed.map(self.holder(), Key::Name(app.text));
        self.tokens = ahead;
        self.push(b'\n', Some(app), false);
        let name = significant(&mut ahead);
        let comma = ahead.next();
        let Some(name) = name.filter(|_| comma.is_some_and(|comma| comma.kind == Kind::Comma)) else {
            return true;
        };
        if !matches!(name.kind, Kind::Name | Kind::Symbol) {
            return true;
        }
        self.tokens = ahead;
        let key = significant(&mut ahead);
        let colon = ahead.next();
        let has_keys = key.is_some_and(|key| matches!(key.kind, Kind::Name | Kind::String))
            && colon.is_some_and(|colon| colon.kind == Kind::Colon);
        if has_keys {
            let module = self.parsed.map(Some(app), Key::Name(name.text));
            if let Some(frame) = self.frames.last_mut() {
                frame.entry = Some(module);
            }
        } else {
            self.candidate(name);
            self.begin(Kind::Comma);
        }
        true
    }
}

/// The next token that is no line end.
fn significant(tokens: &mut Tokens<'_>) -> Option<Token> {
    loop {
        let token = tokens.next()?;
        if token.kind != Kind::Line {
            return Some(token);
        }
    }
}

fn closing(open: u8) -> u8 {
    match open {
        b'{' => b'}',
        b'[' => b']',
        _ => b')',
    }
}

/// A key without the marks of variables (`$x`, `@x`) and the environment before it (`process.env.X`).
fn key_name(text: &str, name: TextRange) -> TextRange {
    let raw = name.slice(text);
    let bare = raw.trim_start_matches(['$', '@']);
    let bare = ["process.env.", "import.meta.env."]
        .iter()
        .find_map(|environment| bare.strip_prefix(environment))
        .unwrap_or(bare);
    TextRange::new(name.end as usize - bare.len(), name.end as usize)
}
