//! HCL tokens as entries: an explicit stack of open brackets, each with the expression that is being read in it.

use super::tokens::{Bracket, Token, Tokens};
use crate::formats::{Encoding, EntryId, Key, Parsed, Scalar, Value};
use crate::source::TextRange;

/// More open brackets than any configuration has; beyond, memory would grow with hostile input.
const DEPTH_CAP: usize = 100_000;

/// Reads HCL.
pub(super) fn read(text: &str) -> Parsed {
    let mut reader = Reader {
        text,
        tokens: Tokens::new(text),
        parsed: Parsed::default(),
        stack: Vec::new(),
        top: Frame::new(Kind::Body, TextRange::default()),
        quiet: false,
        line_ended: false,
        full: false,
        labels: Vec::new(),
    };
    reader.run();
    reader.parsed.problems.sort_by_key(|problem| problem.at);
    reader.parsed
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A file or block.
    Body,
    Object,
    Tuple,
    /// Parentheses, also of a call.
    Group,
    Index,
}

/// What comes next in a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A setting's name, or the bracket's end.
    Name,
    Value,
    /// `k, v in` of a `for`.
    ForNames,
    ForCollection,
    /// A key that is an expression: `(var.x) = 1`, `format(..) = 1`, or, in a `for`, any.
    Key,
    ForValue,
    ForCondition,
}

/// What becomes of the literals of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It is the whole value of a name or item.
    Owns,
    /// Its values belong to what stands around it.
    Flows,
    /// It has no values: a condition, an index.
    Silent,
}

/// An open bracket, or the file.
struct Frame {
    kind: Kind,
    opened: TextRange,
    expect: Expect,
    /// The map or list that it fills.
    into: Option<EntryId>,
    /// How many items that has.
    items: u32,
    /// The name whose value is next.
    name: TextRange,
    silent: bool,
    is_for: bool,
    /// Whether it holds nothing yet.
    fresh: bool,
    expression: Expression,
}

/// The expression so far.
#[derive(Clone, Copy)]
struct Expression {
    shape: Shape,
    /// Where its values go.
    slot: Option<EntryId>,
    items: u32,
    range: TextRange,
    /// Whether its last token was an operand, so that an operator or the end must follow.
    operand: bool,
    silent: bool,
    /// Conditionals that wait for their `:`.
    questions: u32,
    /// How many entries and items there were before the current part: what a `?` or `==` takes back.
    mark: usize,
    mark_items: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Empty,
    /// One reference or number.
    Bare,
    /// One string.
    Literal(Scalar),
    Compound,
}

impl Frame {
    fn new(kind: Kind, opened: TextRange) -> Self {
        let expect = match kind {
            Kind::Body | Kind::Object => Expect::Name,
            _ => Expect::Value,
        };
        Self {
            kind,
            opened,
            expect,
            into: None,
            items: 0,
            name: TextRange::default(),
            silent: false,
            is_for: false,
            fresh: true,
            expression: Expression::new(),
        }
    }

    fn role(&self) -> Role {
        match (self.expect, self.kind) {
            (Expect::Key | Expect::ForCondition, _) | (_, Kind::Index) => Role::Silent,
            (Expect::ForCollection, _) | (_, Kind::Group) => Role::Flows,
            _ => Role::Owns,
        }
    }

    /// Whether a line end ends the expression.
    fn ends_with_line(&self) -> bool {
        matches!(self.kind, Kind::Body | Kind::Object) && self.expect == Expect::Value
    }

    fn bracket(&self) -> Bracket {
        match self.kind {
            Kind::Body | Kind::Object => Bracket::Brace,
            Kind::Tuple | Kind::Index => Bracket::Square,
            Kind::Group => Bracket::Paren,
        }
    }
}

impl Expression {
    const fn new() -> Self {
        Self {
            shape: Shape::Empty,
            slot: None,
            items: 0,
            range: TextRange { start: 0, end: 0 },
            operand: false,
            silent: false,
            questions: 0,
            mark: 0,
            mark_items: 0,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    parsed: Parsed,
    /// The open brackets around `top`, outermost first.
    stack: Vec<Frame>,
    top: Frame,
    /// Whether this line had its problem: one a line is enough.
    quiet: bool,
    /// Whether the last token ended its line.
    line_ended: bool,
    /// Whether a cap was reached.
    full: bool,
    labels: Vec<TextRange>,
}

impl Reader<'_> {
    fn run(&mut self) {
        while !self.full {
            let (token, at) = self.next();
            match (token, self.top.expect) {
                (Token::End, _) => break,
                (_, Expect::Name) => self.name(token, at),
                (_, Expect::ForNames) => self.for_names(token, at),
                _ => self.value(token, at),
            }
        }
        if !self.stack.is_empty() && !self.full {
            self.quiet = false;
            self.problem(self.top.opened, "this bracket is never closed");
        }
        while !self.stack.is_empty() {
            self.pop(self.top.expression.range);
        }
        self.finish();
    }

    fn next(&mut self) -> (Token, TextRange) {
        if std::mem::take(&mut self.line_ended) {
            self.quiet = false;
        }
        let (token, at) = self.tokens.next();
        if let Some(fault) = self.tokens.take_fault() {
            self.problem(fault.at, fault.message);
        }
        self.line_ended = token == Token::Newline;
        (token, at)
    }

    /// Goes back to a token.
    fn rewind(&mut self, at: TextRange) {
        self.tokens.rewind(at);
        self.line_ended = false;
    }

    fn problem(&mut self, at: TextRange, message: &str) {
        if !self.quiet {
            self.quiet = true;
            self.parsed.problem(at, message);
        }
    }

    /// Adds an entry, unless the file has too many.
    fn add(&mut self, parent: Option<EntryId>, key: Key, value: Value) -> Option<EntryId> {
        let before = self.parsed.entries.len();
        let id = self.parsed.add(parent, key, value);
        self.full |= self.parsed.entries.len() == before;
        (!self.full).then_some(id)
    }

    fn set(&mut self, id: Option<EntryId>, value: Value) {
        if let Some(entry) = id.and_then(|id| self.parsed.entries.get_mut(id.0 as usize)) {
            entry.value = value;
        }
    }

    fn push(&mut self, frame: Frame) {
        if self.stack.len() >= DEPTH_CAP {
            self.quiet = false;
            self.problem(frame.opened, "nested too deeply; the rest of this file was not read");
            self.full = true;
            return;
        }
        self.stack.push(std::mem::replace(&mut self.top, frame));
    }

    /// Opens a bracket of the current expression.
    fn open(&mut self, kind: Kind, at: TextRange) {
        let outer = &self.top.expression;
        let frame = Frame {
            into: outer.slot,
            items: outer.items,
            silent: outer.silent || kind == Kind::Index,
            ..Frame::new(kind, at)
        };
        if kind == Kind::Object && !frame.silent {
            self.set(frame.into, Value::Map);
        }
        self.push(frame);
    }

    /// Closes the top bracket, at `end`.
    fn pop(&mut self, end: TextRange) {
        let plain = self.top.expression.shape == Shape::Bare;
        self.finish();
        let Some(outer) = self.stack.pop() else { return };
        let inner = std::mem::replace(&mut self.top, outer);
        let expression = &mut self.top.expression;
        if expression.shape == Shape::Empty {
            return;
        }
        expression.range = expression.range.cover(end);
        expression.operand = true;
        if inner.kind != Kind::Index {
            expression.items = inner.items;
        } else if !plain {
            self.promote();
        }
    }

    fn close(&mut self, bracket: Bracket, at: TextRange) {
        if !self.stack.is_empty() && self.top.bracket() != bracket && self.encloses(bracket) {
            self.problem(self.top.opened, "this bracket is never closed");
            while self.top.bracket() != bracket {
                self.pop(at);
            }
        }
        if self.stack.is_empty() || self.top.bracket() != bracket {
            self.problem(at, "this bracket closes nothing");
            return;
        }
        if self.top.ends_with_line() {
            self.end_setting(at);
        }
        self.pop(at);
    }

    /// Whether an open bracket of this kind is near: the search is bounded to keep the time linear.
    fn encloses(&self, bracket: Bracket) -> bool {
        // The first frame is the file, which nothing closes.
        let nearest = self.stack.iter().skip(1).rev().take(64);
        nearest.into_iter().any(|frame| frame.bracket() == bracket)
    }

    /// Ends the current expression.
    fn finish(&mut self) {
        let expression = std::mem::replace(&mut self.top.expression, Expression::new());
        if expression.shape == Shape::Empty {
            return;
        }
        let scalar = match expression.shape {
            Shape::Literal(scalar) => Some(scalar),
            Shape::Bare => Some(Scalar {
                range: expression.range,
                encoding: Encoding::Plain,
            }),
            Shape::Empty | Shape::Compound => None,
        };
        match (self.top.role(), scalar) {
            (Role::Owns, Some(scalar)) => self.set(expression.slot, Value::Scalar(scalar)),
            (Role::Flows, _) => {
                self.top.items = expression.items;
                if let (Shape::Literal(scalar), false) = (expression.shape, expression.silent) {
                    self.add(expression.slot, Key::Item(expression.items), Value::Scalar(scalar));
                    self.top.items += 1;
                }
            }
            _ => {}
        }
    }
}

/// Names, blocks and the heads of `for`.
impl Reader<'_> {
    fn name(&mut self, token: Token, at: TextRange) {
        match token {
            Token::Newline => {}
            Token::Comma if self.top.kind == Kind::Object => {}
            Token::Close(bracket) => self.close(bracket, at),
            Token::Open(Bracket::Paren) if self.top.kind == Kind::Object => self.key_expression(at),
            Token::Name | Token::Template => self.key(at, at, token),
            Token::Literal(scalar) => self.key(scalar.range, at, token),
            _ => {
                self.problem(at, "a name is expected");
                self.rewind(at);
                self.skip_line();
            }
        }
    }

    fn key(&mut self, range: TextRange, at: TextRange, token: Token) {
        let (next, next_at) = self.next();
        let starts_block = self.top.kind == Kind::Body && token == Token::Name;
        match next {
            Token::Assign | Token::Colon => self.assign(range, next, next_at),
            Token::Open(Bracket::Brace) if token != Token::Template => self.block(range, next_at),
            // A line of another template language.
            _ if token == Token::Template => self.rewind(next_at),
            Token::Open(_) if self.top.kind == Kind::Object => self.key_expression(at),
            Token::Name if self.is_for(range) => {
                self.top.expect = Expect::ForNames;
                self.top.is_for = true;
                self.rewind(next_at);
            }
            Token::Name | Token::Literal(_) if starts_block => self.labels(range, next, next_at),
            Token::Name | Token::Literal(_) if self.tokens.in_first_column(at) && !self.stack.is_empty() => {
                self.close_all(0, at);
            }
            _ => {
                self.problem(next_at, "a `=` or `{` is expected");
                self.rewind(next_at);
                self.skip_line();
            }
        }
    }

    /// Whether an object turns out to be a `for` expression.
    fn is_for(&self, name: TextRange) -> bool {
        self.top.kind == Kind::Object && self.top.fresh && name.slice(self.text) == "for"
    }

    /// Reads the key at `at` as an expression.
    fn key_expression(&mut self, at: TextRange) {
        self.top.expect = Expect::Key;
        self.rewind(at);
    }

    fn assign(&mut self, name: TextRange, sign: Token, at: TextRange) {
        if sign == Token::Colon && self.top.kind == Kind::Body {
            self.problem(at, "a `=` is expected");
        }
        self.top.name = name;
        self.top.fresh = false;
        self.top.expect = Expect::Value;
    }

    /// Reads the labels of a block, up to its `{`.
    fn labels(&mut self, kind: TextRange, token: Token, at: TextRange) {
        let (mut token, mut at) = (token, at);
        self.labels.clear();
        loop {
            match token {
                Token::Literal(scalar) => self.labels.push(scalar.range),
                Token::Name | Token::Template => self.labels.push(at),
                Token::Open(Bracket::Brace) => return self.block(kind, at),
                _ => break,
            }
            (token, at) = self.next();
        }
        self.labels.clear();
        self.problem(at, "a `{` is expected after the labels of a block");
        self.rewind(at);
        self.skip_line();
    }

    /// Opens a block whose labels stand in `self.labels`.
    fn block(&mut self, kind: TextRange, opened: TextRange) {
        let labels = std::mem::take(&mut self.labels);
        let mut into = self.top.into;
        if !self.top.silent {
            for &name in std::iter::once(&kind).chain(&labels) {
                into = self.add(into, Key::Name(name), Value::Map);
            }
        }
        self.labels = labels;
        self.labels.clear();
        let frame = Frame {
            into,
            silent: self.top.silent,
            ..Frame::new(self.top.kind, opened)
        };
        self.push(frame);
    }

    /// Goes on after what could not be read: with the next line, or inside the next braces.
    fn skip_line(&mut self) {
        loop {
            let (token, at) = self.next();
            match token {
                Token::Newline | Token::End => return,
                Token::Comma if self.top.kind == Kind::Object => return,
                Token::Close(Bracket::Brace) => return self.rewind(at),
                Token::Open(Bracket::Brace) => {
                    let frame = Frame {
                        into: self.top.into,
                        silent: self.top.silent,
                        ..Frame::new(self.top.kind, at)
                    };
                    return self.push(frame);
                }
                _ => {}
            }
        }
    }

    fn for_names(&mut self, token: Token, at: TextRange) {
        match token {
            Token::Name if at.slice(self.text) == "in" => self.top.expect = Expect::ForCollection,
            Token::Name | Token::Comma | Token::Newline => {}
            Token::Close(bracket) => self.close(bracket, at),
            _ => self.problem(at, "an `in` is expected"),
        }
    }

    /// Closes brackets that were never closed, down to a depth, and goes back to `at`, which belongs there.
    fn close_all(&mut self, depth: usize, at: TextRange) {
        self.problem(self.top.opened, "this bracket is never closed");
        while self.stack.len() > depth {
            self.pop(at);
        }
        // What the unfinished expressions around it would have gone on with.
        self.finish();
        self.top.expect = Expect::Name;
        self.rewind(at);
    }
}

/// Expressions.
impl Reader<'_> {
    fn value(&mut self, token: Token, at: TextRange) {
        match token {
            Token::Newline => {
                if self.top.ends_with_line() {
                    self.end_setting(at);
                } else if self.top.expect == Expect::Key && !self.top.is_for {
                    self.problem(at, "a `=` is expected");
                    self.finish();
                    self.top.expect = Expect::Name;
                }
            }
            Token::Comma => self.comma(at),
            Token::Close(bracket) => self.close(bracket, at),
            Token::Open(bracket) => self.open_value(bracket, at),
            Token::Name => self.name_value(at),
            Token::Template => self.operand(at, Shape::Bare),
            Token::Literal(scalar) => self.operand(at, Shape::Literal(scalar)),
            Token::Access => self.access(at),
            Token::Truth => self.take_back(at, true),
            Token::Question => {
                self.take_back(at, false);
                self.top.expression.questions += 1;
            }
            Token::Colon => self.colon(at),
            Token::Arrow if self.top.expect == Expect::Key => self.end_key(Expect::ForValue),
            Token::Assign if self.top.expect == Expect::Key => self.end_key(Expect::Value),
            Token::Arrow => self.problem(at, "a `=>` has no meaning here"),
            Token::Operator => self.operator(at),
            Token::Ellipsis => {}
            Token::Assign => self.stray_assign(at),
            Token::Unknown => self.problem(at, "this character has no meaning here"),
            Token::End => {}
        }
    }

    fn end_setting(&mut self, at: TextRange) {
        if !self.top.expression.operand {
            self.problem(at, "a value is expected");
        }
        self.finish();
        self.top.expect = Expect::Name;
    }

    fn comma(&mut self, at: TextRange) {
        match (self.top.kind, self.top.expect) {
            (Kind::Body, _) => {
                self.problem(at, "a comma has no meaning here");
                self.end_setting(at);
            }
            (Kind::Object, Expect::Value) => self.end_setting(at),
            (Kind::Tuple | Kind::Group, Expect::Value) => self.finish(),
            _ => self.top.expression.operand = false,
        }
    }

    /// Starts the expression with its first token, if this is it.
    fn begin(&mut self, at: TextRange) {
        if self.top.expression.shape != Shape::Empty {
            return;
        }
        self.top.fresh = false;
        let role = self.top.role();
        let silent = self.top.silent || role == Role::Silent;
        let (slot, items) = match role {
            _ if silent => (None, 0),
            Role::Flows => (self.top.into, self.top.items),
            _ => {
                let key = if self.top.kind == Kind::Tuple {
                    self.top.items += 1;
                    Key::Item(self.top.items - 1)
                } else {
                    Key::Name(self.top.name)
                };
                (self.add(self.top.into, key, Value::List), 0)
            }
        };
        self.top.expression = Expression {
            shape: Shape::Bare,
            slot,
            items,
            range: at,
            silent,
            mark: self.parsed.entries.len(),
            mark_items: items,
            ..Expression::new()
        };
    }

    /// The expression is more than one operand: a literal that came first is one of its values.
    fn promote(&mut self) {
        if let Shape::Literal(scalar) = std::mem::replace(&mut self.top.expression.shape, Shape::Compound) {
            self.emit(scalar);
        }
    }

    fn emit(&mut self, scalar: Scalar) {
        if !self.top.expression.silent {
            let slot = self.top.expression.slot;
            self.add(slot, Key::Item(self.top.expression.items), Value::Scalar(scalar));
            self.top.expression.items += 1;
        }
    }

    /// Adds a name or a string.
    fn operand(&mut self, at: TextRange, shape: Shape) {
        if !self.separates(at) {
            return;
        }
        let first = self.top.expression.shape == Shape::Empty;
        self.begin(at);
        match shape {
            _ if first => self.top.expression.shape = shape,
            Shape::Literal(scalar) => {
                self.promote();
                self.emit(scalar);
            }
            _ => {}
        }
        self.top.expression.operand = true;
        self.top.expression.range = self.top.expression.range.cover(at);
    }

    fn name_value(&mut self, at: TextRange) {
        let name = at.slice(self.text);
        let frame = &mut self.top;
        if frame.kind == Kind::Tuple && frame.fresh && name == "for" {
            frame.is_for = true;
            frame.expect = Expect::ForNames;
        } else if frame.is_for && frame.expression.operand && name == "if" {
            self.finish();
            self.top.expect = Expect::ForCondition;
        } else {
            self.operand(at, Shape::Bare);
        }
    }

    /// Before an operand: handles a missing separator. Says whether the operand is to be read now.
    fn separates(&mut self, at: TextRange) -> bool {
        let expression = self.top.expression;
        if !expression.operand || (expression.shape == Shape::Bare && expression.range.end == at.start) {
            return true;
        }
        if self.top.ends_with_line() {
            self.problem(at, "a line end is expected");
            self.end_setting(at);
            self.rewind(at);
            return false;
        }
        if expression.shape == Shape::Bare && self.tokens.in_first_column(expression.range) {
            self.forget();
            self.close_all(0, expression.range);
            return false;
        }
        if !self.starts_setting(at) {
            self.problem(at, "a comma is expected");
        }
        if self.top.expect == Expect::Value {
            self.finish();
        }
        true
    }

    /// Whether the name just read at `at` starts a line and a `=` follows it.
    fn starts_setting(&mut self, at: TextRange) -> bool {
        let (next, next_at) = self.tokens.next();
        self.rewind(next_at);
        next == Token::Assign && self.tokens.starts_line(at)
    }

    /// Takes the current expression back, with its entries.
    fn forget(&mut self) {
        let expression = std::mem::replace(&mut self.top.expression, Expression::new());
        let owned = usize::from(self.top.role() == Role::Owns && expression.slot.is_some());
        if !expression.silent {
            self.parsed.entries.truncate(expression.mark.saturating_sub(owned));
        }
    }

    /// `name = value` inside of a list or call: its bracket is never closed, or the sign is wrong.
    fn stray_assign(&mut self, at: TextRange) {
        let expression = self.top.expression;
        let name = matches!(expression.shape, Shape::Bare | Shape::Literal(_)) && expression.operand;
        if name && !self.top.ends_with_line() && self.tokens.starts_line(expression.range) {
            // Right below every such bracket, or a few brackets further, stands the map that the name belongs to.
            let depth = self.stack.iter().rposition(Frame::ends_with_line).unwrap_or(0);
            self.forget();
            self.close_all(depth, expression.range);
            return;
        }
        self.problem(at, "a `=` has no meaning here");
        if self.top.ends_with_line() {
            self.end_setting(at);
            self.skip_line();
            return;
        }
        self.promote();
        self.top.expression.operand = false;
    }

    fn open_value(&mut self, bracket: Bracket, at: TextRange) {
        let after_operand = self.top.expression.operand;
        if bracket == Bracket::Square && after_operand {
            if matches!(self.top.expression.shape, Shape::Literal(_)) {
                self.promote();
            }
            return self.open(Kind::Index, at);
        }
        let adjacent = self.top.expression.range.end == at.start;
        let call = bracket == Bracket::Paren && (adjacent || self.top.expression.shape == Shape::Bare);
        if after_operand && !call && !self.separates(at) {
            return;
        }
        self.begin(at);
        self.promote();
        let kind = match bracket {
            Bracket::Paren => Kind::Group,
            Bracket::Square => Kind::Tuple,
            Bracket::Brace => Kind::Object,
        };
        self.open(kind, at);
    }

    fn access(&mut self, at: TextRange) {
        if self.top.expression.operand {
            if matches!(self.top.expression.shape, Shape::Literal(_)) {
                self.promote();
            }
            self.top.expression.range = self.top.expression.range.cover(at);
        } else {
            self.problem(at, "a name is expected before the dot");
        }
    }

    fn operator(&mut self, at: TextRange) {
        let first = self.top.expression.shape == Shape::Empty;
        // `[*]`
        if first && self.top.kind == Kind::Index && at.slice(self.text) == "*" {
            self.begin(at);
            return;
        }
        self.begin(at);
        if self.top.expression.operand {
            self.promote();
        }
        self.top.expression.operand = false;
        self.top.expression.range = self.top.expression.range.cover(at);
    }

    /// What this part of the expression gave so far is a condition, not a value; so is, after a comparison, the rest.
    fn take_back(&mut self, at: TextRange, rest: bool) {
        if !self.top.expression.operand {
            self.problem(at, "a value is expected");
        }
        self.begin(at);
        let expression = &mut self.top.expression;
        if expression.slot.is_some() {
            self.parsed.entries.truncate(expression.mark);
        }
        expression.items = expression.mark_items;
        expression.shape = Shape::Compound;
        expression.operand = false;
        expression.silent = rest || expression.slot.is_none();
    }

    fn colon(&mut self, at: TextRange) {
        if self.top.expression.questions > 0 {
            self.promote();
            let expression = &mut self.top.expression;
            expression.questions -= 1;
            expression.silent = expression.slot.is_none();
            expression.operand = false;
            expression.mark = self.parsed.entries.len();
            expression.mark_items = expression.items;
        } else if self.top.expect == Expect::ForCollection {
            self.finish();
            self.top.expect = match self.top.kind {
                Kind::Object => Expect::Key,
                _ => Expect::Value,
            };
        } else if self.top.expect == Expect::Key {
            self.end_key(Expect::Value);
        } else {
            self.stray_assign(at);
        }
    }

    /// Ends a key that is an expression: its name is the expression without the parentheses and quotes around it.
    fn end_key(&mut self, next: Expect) {
        let range = self.top.expression.range;
        let mut name = range.slice(self.text);
        for (open, close) in [('(', ')'), ('"', '"')] {
            let inner = name.strip_prefix(open).and_then(|name| name.strip_suffix(close));
            name = inner.map_or(name, str::trim);
        }
        let start = name.as_ptr() as usize - self.text.as_ptr() as usize;
        self.top.name = TextRange::new(start, start + name.len());
        self.finish();
        self.top.expect = next;
    }
}
