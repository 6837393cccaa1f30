//! TOML, from the events of a parser that goes on after errors.

use super::{ENTRY_CAP, Encoding, EntryId, Format, Key, Parsed, names};
use crate::source::TextRange;
use std::collections::HashMap;
use toml_parser::decoder::Encoding as Quotes;
use toml_parser::parser::{EventReceiver, parse_document};
use toml_parser::{ErrorSink, ParseError, Source, Span};

/// TOML 1.1. An array of tables is a list of maps; a dotted key is a path of maps.
pub const TOML: Format = Format {
    name: "toml",
    summary: "TOML files (`*.toml`): tables, arrays of tables, dotted keys, inline tables, strings over several lines",
    comments: &["#"],
    claims: |path, _| names::has_extension(path, &[".toml"]),
    parse,
};

/// How deep arrays and inline tables may nest; the parser underneath recurses into them.
const DEPTH_CAP: usize = 100;

/// How many tokens are held at once, of at least six that a setting has.
const TOKEN_CAP: usize = 8 * ENTRY_CAP;

fn parse(text: &str) -> Parsed {
    let source = Source::new(text);
    let tokens: Vec<_> = source.lex().take(TOKEN_CAP).collect();
    let mut builder = Builder {
        text,
        parsed: Parsed::default(),
        maps: HashMap::new(),
        tables: HashMap::new(),
        table: None,
        header: None,
        nameless: None,
        keys: Vec::new(),
        stack: Vec::new(),
    };
    let mut problems = Vec::new();
    let mut on_error = |error: ParseError| {
        let at = error.unexpected().or(error.context()).map(range).unwrap_or_default();
        problems.push((at, error.description().to_owned()));
    };
    parse_document(&tokens, &mut builder, &mut on_error);
    builder.enter_table();
    // The parser underneath is silent about these, unless something else is wrong as well.
    if problems.is_empty()
        && let Some(at) = builder.nameless
    {
        problems.push((at, "this table has no name".to_owned()));
    }
    let mut parsed = builder.parsed;
    for (at, message) in problems {
        parsed.problem(at, message);
    }
    if let Some(last) = tokens.get(TOKEN_CAP - 1) {
        let at = TextRange::new(last.span().end(), last.span().end());
        parsed.problem(at, "this file is too large; the rest of it was not read");
    }
    parsed.problems.sort_by_key(|problem| problem.at);
    parsed
}

fn range(span: Span) -> TextRange {
    TextRange::new(span.start(), span.end())
}

/// An array or inline table that has been opened and not closed.
struct Frame {
    id: EntryId,
    /// For an array, how many items it has so far.
    items: Option<u32>,
}

/// What the last header or key line opened.
enum Header {
    Table,
    ArrayOfTables,
}

struct Builder<'a> {
    text: &'a str,
    parsed: Parsed,
    /// The maps and lists that headers and dotted keys can come back to.
    maps: HashMap<(Option<EntryId>, &'a str), EntryId>,
    /// The newest item of each array of tables, and its number.
    tables: HashMap<EntryId, (EntryId, u32)>,
    /// The table that key lines belong to.
    table: Option<EntryId>,
    /// A header that has been opened and not closed.
    header: Option<(Header, Span)>,
    /// The first header without a name.
    nameless: Option<TextRange>,
    /// The key so far.
    keys: Vec<TextRange>,
    stack: Vec<Frame>,
}

impl Builder<'_> {
    /// The map of a name in `parent`, made where there is none; in an array of tables, its newest item.
    fn step(&mut self, parent: Option<EntryId>, name: TextRange) -> EntryId {
        let parsed = &mut self.parsed;
        let id = *self
            .maps
            .entry((parent, name.slice(self.text)))
            .or_insert_with(|| parsed.map(parent, Key::Name(name)));
        self.tables.get(&id).map_or(id, |newest| newest.0)
    }

    /// Makes the table of a header the one that key lines belong to.
    fn enter_table(&mut self) {
        let Some((header, span)) = self.header.take() else {
            return;
        };
        let keys = std::mem::take(&mut self.keys);
        let Some((last, path)) = keys.split_last() else {
            self.nameless.get_or_insert(range(span));
            return;
        };
        let mut parent = None;
        for name in path {
            parent = Some(self.step(parent, *name));
        }
        self.table = Some(match header {
            Header::Table => self.step(parent, *last),
            Header::ArrayOfTables => self.add_table(parent, *last),
        });
    }

    fn add_table(&mut self, parent: Option<EntryId>, name: TextRange) -> EntryId {
        let parsed = &mut self.parsed;
        let slot = self.maps.entry((parent, name.slice(self.text)));
        let mut list = *slot.or_insert_with(|| parsed.list(parent, Key::Name(name)));
        let number = self.tables.get(&list).map_or(0, |newest| newest.1 + 1);
        if number == 0 && matches!(parsed.entry(list), Some(entry) if entry.value == super::Value::Map) {
            // `[a]` before `[[a]]` is an error; the tables get a list of their own.
            list = parsed.list(parent, Key::Name(name));
            self.maps.insert((parent, name.slice(self.text)), list);
        }
        let item = self.parsed.map(Some(list), Key::Item(number));
        self.tables.insert(list, (item, number));
        item
    }

    /// Where a value that stands here belongs.
    fn place(&mut self) -> (Option<EntryId>, Key) {
        let mut parent = self.table;
        if let Some(frame) = self.stack.last_mut() {
            parent = Some(frame.id);
            if let Some(items) = &mut frame.items {
                *items += 1;
                return (parent, Key::Item(*items - 1));
            }
        }
        let keys = std::mem::take(&mut self.keys);
        let Some((last, path)) = keys.split_last() else {
            return (parent, Key::Name(TextRange::default()));
        };
        for name in path {
            parent = Some(self.step(parent, *name));
        }
        (parent, Key::Name(*last))
    }

    /// Opens an array or inline table. Past the depth cap it is opened but not read.
    fn open(&mut self, span: Span, list: bool, error: &mut dyn ErrorSink) -> bool {
        let (parent, key) = self.place();
        let id = match list {
            true => self.parsed.list(parent, key),
            false => self.parsed.map(parent, key),
        };
        self.stack.push(Frame {
            id,
            items: list.then_some(0),
        });
        let allowed = self.stack.len() <= DEPTH_CAP;
        if !allowed {
            error.report_error(
                ParseError::new("nested too deeply; what stands in here was not read").with_unexpected(span),
            );
        }
        allowed
    }

    /// What a string, key or bare value holds, without its quotes.
    fn content(&self, span: Span, quotes: Option<Quotes>, error: &mut dyn ErrorSink) -> (TextRange, Encoding) {
        let raw = self.text.get(span.start()..span.end()).unwrap_or("");
        let (quote, escapes) = match quotes {
            None => return (range(span), Encoding::Plain),
            Some(Quotes::LiteralString) => ("'", false),
            Some(Quotes::BasicString) => ("\"", true),
            Some(Quotes::MlLiteralString) => ("'''", false),
            Some(Quotes::MlBasicString) => ("\"\"\"", true),
        };
        if span.is_empty() {
            return (range(span), Encoding::Plain);
        }
        let mut start = span.start() + quote.len();
        let body = raw.get(quote.len()..).unwrap_or("");
        let closed = body.strip_suffix(quote).filter(|body| {
            let backslashes = body.len() - body.trim_end_matches('\\').len();
            !escapes || backslashes % 2 == 0
        });
        let body = closed.unwrap_or_else(|| {
            let opening = Span::new_unchecked(span.start(), start.min(span.end()));
            error.report_error(ParseError::new("this string is not closed").with_unexpected(opening));
            body.trim_end()
        });
        let end = start + body.len();
        if quote.len() == 3 {
            let first_line = body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n'));
            start = end - first_line.unwrap_or(body).len();
        }
        let encoding = match escapes && body.contains('\\') {
            true => Encoding::Backslash,
            false => Encoding::Plain,
        };
        (TextRange::new(start, end), encoding)
    }
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.keys.clear();
        self.header = Some((Header::Table, span));
    }

    fn std_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.enter_table();
    }

    fn array_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.keys.clear();
        self.header = Some((Header::ArrayOfTables, span));
    }

    fn array_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.enter_table();
    }

    fn inline_table_open(&mut self, span: Span, error: &mut dyn ErrorSink) -> bool {
        self.open(span, false, error)
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.stack.pop();
        self.keys.clear();
    }

    fn array_open(&mut self, span: Span, error: &mut dyn ErrorSink) -> bool {
        self.open(span, true, error)
    }

    fn array_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.stack.pop();
        self.keys.clear();
    }

    fn simple_key(&mut self, span: Span, quotes: Option<Quotes>, error: &mut dyn ErrorSink) {
        // What the parser makes up where a header has no name.
        if span.is_empty() && self.header.is_some() {
            return;
        }
        let (range, _) = self.content(span, quotes, error);
        self.keys.push(range);
    }

    fn scalar(&mut self, span: Span, quotes: Option<Quotes>, error: &mut dyn ErrorSink) {
        let (range, encoding) = self.content(span, quotes, error);
        let (parent, key) = self.place();
        self.parsed.scalar(parent, key, range, encoding);
    }

    fn newline(&mut self, _: Span, _: &mut dyn ErrorSink) {
        // A header that is not closed still opens its table; a key without a value is forgotten.
        self.enter_table();
        self.keys.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::outline;

    #[test]
    fn settings() {
        let cases: &[(&str, &[&str])] = &[
            (
                "a = 1\n[b]\nc = 'd\\e'\nf.g = \"h\\u0041\"\r\n[b.i]\nj = true # k\n",
                &["a = 1", "b.c = d\\e", "b.f.g = hA", "b.i.j = true"],
            ),
            (
                "[[s]]\nn = 1\n[s.t]\nu = 2\n[[s]]\nn = 3\n[[s.v]]\nw = 4\n",
                &["s[0].n = 1", "s[0].t.u = 2", "s[1].n = 3", "s[1].v[0].w = 4"],
            ),
            (
                "a = [1, [\"b\", 'c'], {d = 2, e.f = 3, e.g = 4}]\n",
                &[
                    "a[0] = 1",
                    "a[1][0] = b",
                    "a[1][1] = c",
                    "a[2].d = 2",
                    "a[2].e.f = 3",
                    "a[2].e.g = 4",
                ],
            ),
            (
                "a = \"\"\"\nb\\\n   c\"\"\"\nd = '''\r\ne\n'''\n\"f g\".h = ''",
                &["a = bc", "d = e\n", "f g.h = "],
            ),
            (
                "\u{feff}at = 1979-05-27 07:32:00\nč = \"ž\"\n",
                &["at = 1979-05-27 07:32:00"],
            ),
        ];
        for (text, expected) in cases {
            let parsed = parse(text);
            let found = outline(text, &parsed);
            assert_eq!(found.get(..expected.len()).unwrap(), *expected, "{text:?}");
        }
    }

    #[test]
    fn errors_lose_little() {
        let cases: &[(&str, &[&str], &[u32])] = &[
            ("a = \"b\nc = 'd\ne = 1\n", &["a = b", "c = d", "e = 1"], &[4, 11]),
            ("a = \"b\\\"\nc = 1", &["a = b\"", "c = 1"], &[4]),
            ("a = \"\"\"b\nc", &["a = b\nc"], &[4]),
            ("a\nb = 1\n", &["b = 1"], &[1]),
            ("[a\nb = 1\n[c]]\nd = 2\n", &["a.b = 1", "c.d = 2"], &[2, 12]),
            ("a = [1, 2\n", &["a[0] = 1", "a[1] = 2"], &[9]),
            ("[a]\nb = 1\n[[a]]\nb = 2\n", &["a.b = 1", "a[0].b = 2"], &[]),
            ("a = \"1\" b\nc = 2", &["a = 1", "c = 2"], &[8]),
            ("a = 1\n[[[[\nb = 2", &["a = 1", "b = 2"], &[6]),
            ("[[[[", &[], &[0]),
        ];
        for (text, expected, places) in cases {
            let parsed = parse(text);
            assert_eq!(outline(text, &parsed), *expected, "{text:?} {:?}", parsed.problems);
            let found: Vec<_> = parsed.problems.iter().map(|problem| problem.at.start).collect();
            assert_eq!(found, *places, "{text:?} {:?}", parsed.problems);
        }
    }

    #[test]
    fn depth_is_capped_and_said() {
        let depth = 100_000;
        for (open, close) in [("[", "]"), ("{a=", "}")] {
            let text = format!("a = {}1{}\nb = 2\n", open.repeat(depth), close.repeat(depth));
            let parsed = parse(&text);
            assert_eq!(parsed.problems.len(), 1);
            assert_eq!(outline(&text, &parsed), ["b = 2"]);
        }
        let dotted = format!("{}a = 1", "a.".repeat(depth));
        assert_eq!(parse(&dotted).entries.len(), depth + 1);
    }
}
