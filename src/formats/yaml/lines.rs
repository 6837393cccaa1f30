//! YAML as most of it is written: a key or an item on each line, with a value that ends there, and block scalars.
//!
//! All or nothing: text that is of another kind anywhere, or at fault, is left to the parser. What is read here gives
//! exactly what the parser would give, for a small part of its cost.

mod values;

use super::{
    scalars::{Texts, inner, scalar},
    tree::{Next, Tree},
};
use crate::{
    formats::{ENTRY_CAP, Parsed, Value},
    source::TextRange,
};
use granit_parser::ScalarStyle;
use values::{Token, token};

/// The parser takes longer keys for values, and deeper nesting for a fault.
const LONGEST_KEY: usize = 1000;
const DEEPEST: usize = 200;

/// Reads a text of this kind; `masked` is the text without its template code, `blanked` the lines that held nothing else.
pub(super) fn read(text: &str, masked: &str, blanked: &[usize]) -> Option<Parsed> {
    if !values::is_harmless(masked) {
        return None;
    }
    let mut reader = Reader {
        masked,
        texts: Texts { original: text, masked },
        tree: Tree::new(text, blanked),
        at: 0,
    };
    while reader.at < masked.len() {
        reader.line()?;
    }
    reader.end_document();
    Some(reader.tree.finish())
}

struct Reader<'a> {
    masked: &'a str,
    texts: Texts<'a>,
    tree: Tree<'a>,
    /// The start of the next line.
    at: usize,
}

/// A line from its first character on, in the bytes of the text.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
}

impl Reader<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.masked.as_bytes().get(at).copied()
    }

    /// The next line, without its end.
    fn next_line(&mut self) -> Line {
        let start = self.at;
        let rest = self.masked.as_bytes().get(start..).unwrap_or(&[]);
        let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.at = end + 1;
        Line { start, end }
    }

    /// Where the first character of a line stands that is no space; its end where there is none.
    fn first(&self, line: Line) -> usize {
        let bytes = self.masked.as_bytes().get(line.start..line.end).unwrap_or(&[]);
        let spaces = bytes.iter().position(|byte| *byte != b' ');
        line.start + spaces.unwrap_or(bytes.len())
    }

    fn line(&mut self) -> Option<()> {
        let line = self.next_line();
        let first = self.first(line);
        if first == line.end || self.byte(first) == Some(b'#') {
            return Some(());
        }
        let text = self.masked.get(line.start..line.end)?;
        if text.starts_with("---") {
            return (text.trim_end_matches(' ') == "---").then(|| self.end_document());
        }
        if text.starts_with("...") || text.contains('\t') {
            return None;
        }
        self.content(line, first)
    }

    /// Reads the dashes, the key and the value of a line.
    fn content(&mut self, line: Line, first: usize) -> Option<()> {
        let mut at = first;
        let mut is_item = false;
        while self.byte(at) == Some(b'-') && self.byte(at + 1) == Some(b' ') && at + 1 < line.end {
            self.go_to(at - line.start, true, is_item)?;
            is_item = true;
            at += 1;
            at = self.first(Line {
                start: at,
                end: line.end,
            });
        }
        let token = token(self.masked, at, line.end)?;
        let Token::Scalar { range, style, end } = token else {
            return is_item.then(|| self.value(token))?;
        };
        let is_key = self.byte(end) == Some(b':') && (end + 1 == line.end || self.byte(end + 1) == Some(b' '));
        if !is_key {
            return is_item.then(|| self.value(token))?;
        }
        if range.len() > LONGEST_KEY {
            return None;
        }
        self.go_to(at - line.start, false, is_item)?;
        self.tree.key(inner(range, style));
        let at = self.first(Line {
            start: end + 1,
            end: line.end,
        });
        if at == line.end || self.byte(at) == Some(b'#') {
            return Some(());
        }
        let value = token_of_value(self.masked, at, line.end)?;
        self.value(value)
    }

    /// Adds a value to the map or list that was opened last.
    fn value(&mut self, token: Token) -> Option<()> {
        let value = match token {
            Token::Scalar { range, style, .. } => Value::Scalar(scalar(self.texts, range, style, false)),
            Token::EmptyMap => Value::Map,
            Token::List(items) => {
                self.list(&items);
                return Some(());
            }
            Token::Block(style) => {
                let column = self.tree.open.last()?.column?;
                let range = self.block(column)?;
                let is_empty = range.slice(self.masked).trim().is_empty();
                Value::Scalar(scalar(self.texts, range, style, is_empty))
            }
        };
        self.tree.value(value);
        Some(())
    }

    fn list(&mut self, items: &[(TextRange, ScalarStyle)]) {
        self.tree.begin(Next::Item(0), self.at, None);
        for (range, style) in items {
            let item = scalar(self.texts, *range, *style, false);
            self.tree.value(Value::Scalar(item));
        }
        self.tree.open.pop();
    }

    /// The text of a block scalar below a key or dash at `column`.
    fn block(&mut self, column: usize) -> Option<TextRange> {
        let mut range: Option<(usize, usize)> = None;
        let mut indentation = 0;
        let mut deepest_blank = 0;
        while self.at < self.masked.len() {
            let start = self.at;
            let line = self.next_line();
            let first = self.first(line);
            let own = first - line.start;
            if first == line.end {
                deepest_blank = deepest_blank.max(own);
                continue;
            }
            match &mut range {
                None => {
                    // A text that is empty, or whose first lines are deeper than it, is rare or at fault.
                    if own <= column || deepest_blank > own || self.byte(first) == Some(b'\t') {
                        return None;
                    }
                    indentation = own;
                    range = Some((first, line.end));
                }
                Some(_) if own < indentation => {
                    self.at = start;
                    break;
                }
                Some((_, end)) => *end = line.end,
            }
        }
        range.map(|(start, end)| TextRange::new(start, end))
    }

    /// Closes what ends before a key or dash at `column`, and opens a map or list there, if its place is the next
    /// value; `is_item` says that a dash stands before it on its line.
    fn go_to(&mut self, column: usize, is_list: bool, is_item: bool) -> Option<()> {
        if self.tree.parsed.entries.len() + DEEPEST >= ENTRY_CAP {
            return None;
        }
        while let Some(open) = self.tree.open.last() {
            let own = open.column?;
            let waits = matches!(open.next, Next::ValueOf(_));
            if own == column && open.is_list() == is_list {
                self.tree.leave_out(self.texts);
                return Some(());
            }
            // A list may stand in the column of its key.
            let ends = own > column || (own == column && !is_list);
            if !ends {
                let is_value = if open.is_list() { is_item } else { waits };
                return (is_value && self.tree.open.len() < DEEPEST).then(|| self.begin(is_list, column));
            }
            self.tree.leave_out(self.texts);
            self.tree.open.pop();
        }
        let is_top = !self.tree.has_content();
        is_top.then(|| self.begin(is_list, column))
    }

    fn begin(&mut self, is_list: bool, column: usize) {
        let next = if is_list { Next::Item(0) } else { Next::Key };
        self.tree.begin(next, self.at, Some(column));
    }

    fn end_document(&mut self) {
        while !self.tree.open.is_empty() {
            self.tree.leave_out(self.texts);
            self.tree.open.pop();
        }
        self.tree.next_document(self.at);
    }
}

/// The value of a key; a key in its place is a fault.
fn token_of_value(text: &str, at: usize, line_end: usize) -> Option<Token> {
    let token = token(text, at, line_end)?;
    let is_key = matches!(token, Token::Scalar { end, .. } if text.as_bytes().get(end) == Some(&b':'));
    (!is_key).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::super::{parse_events, template};
    use super::*;

    /// What is read here, and what the parser reads.
    fn both(text: &str) -> (Option<Parsed>, Parsed) {
        let template::Masked { text: masked, blanked } = template::masked(text);
        (read(text, &masked, &blanked), parse_events(text, masked, &blanked))
    }

    fn assert_same(text: &str, ours: &Parsed, parser: &Parsed) {
        assert_eq!(ours.entries, parser.entries, "{text:?}");
        assert_eq!(ours.problems, parser.problems, "{text:?}");
    }

    const READ: &[&str] = &[
        "",
        "# nothing\n---\n# nothing\n",
        "a: b c  # d\ne : f\n\"g h\": 'it''s'\n'i': \"j \\\" k\"\n",
        "a:\nb:   \n# c\n\n  # d\n\"e\":\n",
        "a:\n  b:\n    c: 1\n  d:\n    - e\n    - f: g\n      h: i\nj: k",
        "a:\n- b\n- c: d\n  e:\n  - f\ng: h\n",
        "- - a\n  - b\n- c:\n  d: e\n",
        "  a: b\n  c: d\n",
        "a: |\n  b\n   c: d\n\n  # e\n\nf: >-\n\n  g\n # h\ni:\n- |+\n j\n- k: |\n    l\n",
        "a: []\nb: {} # c\nd: { }\ne: [f, \"g, h\", 'i' , -j]\n",
        "a: http://b:80/#c\nd: -1\ne: -f:g\nh: ${I}\n<<: j\n",
        "---\na: b\n---\na: c\n---\n",
        "a: 1\na: 2\nb:\n  a: 3\n",
        "{{- if .a }}\nb: {{ .c }}-{{ .d }}\n{{- else }}\nb: e\n{{- end }}\nf:\n  {{- toYaml .g | nindent 2 }}\n",
        "č: ř 🚀\nš:\n  - \"ž\"\n",
    ];

    #[test]
    fn gives_what_the_parser_gives() {
        for text in READ {
            let (ours, parser) = both(text);
            assert_same(text, &ours.unwrap_or_else(|| panic!("{text:?}")), &parser);
        }
    }

    #[test]
    fn leaves_the_rest_to_the_parser() {
        for text in [
            "a",
            "- \n- a\n",
            "a: b\n  c\n",
            "a: 'b\n  c'\n",
            "a: \"b\\x41\"\n",
            "a: b: c\n",
            "a: - b\n",
            "a: &b c\n",
            "a: *b\n",
            "a: !b c\n",
            "? a\n: b\n",
            "a: [b: c]\n",
            "a: [b,\n  c]\n",
            "a: {b: c}\n",
            "a: 'b' c\n",
            "a: 'b'# c\n",
            "a: |2\n   b\n",
            "a: |\nb: c\n",
            "a: |\n    \n  b\n",
            "a:\n  b: 1\n c: 2\n",
            "a: 1\n  b: 2\n",
            "  a: 1\nb: 2\n",
            "a: 1\n- b\n",
            "a:\tb\n",
            "a: b\r\n",
            "a: b\0\n",
            "a: b\u{85}\n",
            "\u{feff}a: b\n",
            "--- a\n",
            "...\n",
            "%YAML 1.2\n---\na: b\n",
            "a: @b\n",
            "a: `b\n",
        ] {
            let template::Masked { text: masked, blanked } = template::masked(text);
            // What the mask makes harmless for the parser is harmless here as well.
            let is_masked = masked != text;
            assert!(is_masked || read(text, &masked, &blanked).is_none(), "{text:?}");
        }
        let deep: String = (0..DEEPEST + 1)
            .map(|depth| format!("{}a:\n", " ".repeat(depth)))
            .collect();
        let long = format!("{}: b\n", "a".repeat(LONGEST_KEY + 1));
        assert!(both(&deep).0.is_none() && both(&long).0.is_none());
    }

    #[test]
    fn never_differs_from_the_parser() {
        let pieces = [
            "-", "- ", ":", ": ", " ", "  ", "\n", "#", " #", "'", "\"", "|", ">\n", "[", "]", "{", "}", ",", "&a ",
            "*a", "!", "?", "---\n", "...\n", "%", "\t", "\\", "x", "\nk: v\n", "\n- i\n", "{{ x }}", "é",
        ];
        let mut read = 0;
        for text in READ {
            let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for (number, (before, after)) in places.map(|at| text.split_at(at)).enumerate() {
                // Every third piece comes here, the next ones at the next place; and the character here goes.
                let pieces = pieces.iter().skip(number % 3).step_by(3);
                let mut changed: Vec<String> = pieces.map(|piece| format!("{before}{piece}{after}")).collect();
                let mut rest = after.chars();
                changed.extend(rest.next().map(|_| format!("{before}{}", rest.as_str())));
                for text in changed {
                    if let (Some(ours), parser) = both(&text) {
                        assert_same(&text, &ours, &parser);
                        read += 1;
                    }
                }
            }
        }
        assert!(read > 1000, "{read}");
    }
}
