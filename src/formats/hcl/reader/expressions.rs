//! Expressions: which of their literals are values, and where those stand.

use super::{Expect, Expression, Frame, Kind, Reader, Role, Shape};
use crate::formats::hcl::tokens::{Bracket, Token};
use crate::formats::{Key, Scalar, Value};
use crate::source::TextRange;

impl Reader<'_> {
    pub(super) fn value(&mut self, token: Token, at: TextRange) {
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

    pub(super) fn end_setting(&mut self, at: TextRange) {
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
    pub(super) fn promote(&mut self) {
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
            self.problem(at, "something stands behind the value: are quotes missing?");
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
