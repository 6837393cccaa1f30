//! HCL tokens as entries: an explicit stack of open brackets, each with the expression that is being read in it.

mod expressions;
mod names;

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
