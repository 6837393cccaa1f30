//! Credentials inside of a text, by what stands before them: `user:password@`, `password=`, `--token`, `Bearer`.

mod addresses;
mod arguments;
mod logins;
mod pairs;
mod statements;

use super::{In, unless_expression};
use crate::references::expressions::{Expression, expressions};
use crate::source::TextRange;

/// Finds them all.
pub(super) fn find(text: &str, ranges: &mut Vec<TextRange>) {
    let mut finder = Finder {
        text,
        expressions: None,
        ranges,
        word_end: 0,
        last_at: None,
    };
    finder.urls();
    finder.query();
    finder.oracle();
    finder.logins();
    finder.pairs();
    finder.options();
    finder.schemes();
    finder.statements();
}

struct Finder<'a, 'r> {
    text: &'a str,
    /// Worked out when first needed.
    expressions: Option<Vec<Expression>>,
    ranges: &'r mut Vec<TextRange>,
    /// The end of the word (up to a blank) that was last looked at, and the last `@` in it.
    word_end: usize,
    last_at: Option<usize>,
}

impl Finder<'_, '_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The first byte from `from` on that stops, not counting those inside of expressions.
    fn until(&mut self, from: usize, stops: impl Fn(u8) -> bool) -> usize {
        let text = self.text;
        let expressions = self.expressions.get_or_insert_with(|| expressions(text));
        let mut next = expressions.partition_point(|expression| (expression.range.start as usize) < from);
        let mut at = from;
        while let Some(&byte) = text.as_bytes().get(at) {
            match expressions.get(next) {
                Some(expression) if expression.range.start as usize == at => {
                    at = expression.range.end as usize;
                    next += 1;
                    continue;
                }
                _ => {}
            }
            if stops(byte) {
                break;
            }
            at += 1;
        }
        at
    }

    fn hide(&mut self, start: usize, end: usize) {
        let range = TextRange::new(start, end);
        let covered = self
            .ranges
            .last()
            .is_some_and(|last| last.start <= range.start && last.end >= range.end);
        if !range.is_empty() && !covered {
            unless_expression(self.text, range, In::Text, self.ranges);
        }
    }
}
