//! Names, blocks and the heads of `for`.

use super::{Expect, Frame, Kind, Reader};
use crate::formats::hcl::tokens::{Bracket, Token};
use crate::formats::{Key, Value};
use crate::source::TextRange;

impl Reader<'_> {
    pub(super) fn name(&mut self, token: Token, at: TextRange) {
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
    pub(super) fn skip_line(&mut self) {
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

    pub(super) fn for_names(&mut self, token: Token, at: TextRange) {
        match token {
            Token::Name if at.slice(self.text) == "in" => self.top.expect = Expect::ForCollection,
            Token::Name | Token::Comma | Token::Newline => {}
            Token::Close(bracket) => self.close(bracket, at),
            _ => self.problem(at, "an `in` is expected"),
        }
    }

    /// Closes brackets that were never closed, down to a depth, and goes back to `at`, which belongs there.
    pub(super) fn close_all(&mut self, depth: usize, at: TextRange) {
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
