//! Masks code line by line, with an eye on what YAML makes of the lines around it.

use super::{
    FILLER,
    code::{self, Code, Kind},
    fill,
};
use std::ops::Range;

/// The masked bytes, and where the lines that held nothing but code start.
pub(super) fn mask(text: &str, codes: &[Code]) -> (Vec<u8>, Vec<usize>) {
    let mut masker = Masker {
        text,
        out: text.as_bytes().to_vec(),
        blanked: Vec::new(),
        block: None,
        insertion: None,
        nesting: Vec::new(),
    };
    let mut first = 0;
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let codes = codes.get(first..).unwrap_or_default();
        let count = codes.iter().take_while(|code| code.start < end).count();
        let here = codes.get(..count).unwrap_or_default();
        masker.line(start..end, here);
        // Code that goes on in the next line counts there again.
        first += here.iter().take_while(|code| code.end <= end).count();
        start = end + 1;
    }
    masker.end_block();
    (masker.out, masker.blanked)
}

struct Masker<'a> {
    text: &'a str,
    out: Vec<u8>,
    blanked: Vec<usize>,
    block: Option<Block>,
    insertion: Option<Insertion>,
    /// For each open `{{ if }}`, `{{ range }}`, ..., whether it is a `{{ define }}`.
    nesting: Vec<bool>,
}

/// A YAML block scalar.
struct Block {
    /// The least indentation of its text.
    least: usize,
    /// The indentation of its first line of text.
    indentation: Option<usize>,
    /// The lines of code alone before its first line of text.
    leading: Vec<Lone>,
}

/// A line of code alone.
struct Lone {
    line: Range<usize>,
    indentation: usize,
    gives_text: bool,
}

/// A value of code alone. Where keys or items follow below, it inserts some more of them.
struct Insertion {
    code: Range<usize>,
    /// The column of its key.
    column: usize,
}

impl Masker<'_> {
    fn line(&mut self, line: Range<usize>, codes: &[Code]) {
        let text = self.text.get(line.clone()).unwrap_or("");
        // Most lines: no code in it, none above that is still of concern, and no header of a block scalar.
        let is_free = codes.is_empty() && self.block.is_none() && self.insertion.is_none();
        if is_free && memchr::memchr2(b'|', b'>', text.as_bytes()).is_none() {
            return;
        }
        let indentation = text.len() - text.trim_start_matches(' ').len();
        if text.trim().is_empty() {
            return;
        }
        let lone = !codes.is_empty() && self.is_lone(&line, codes);
        let parts = self.parts(&line, codes);
        if lone && parts && self.block.as_ref().is_none_or(|block| indentation < block.least) {
            self.part(&line);
            return;
        }
        if self.block.is_some() && self.block_line(&line, indentation, codes, lone) {
            return;
        }
        if lone {
            self.blank(&line);
            return;
        }
        self.replace(&line, codes);
        self.inline_block(&line, codes);
        let masked = self.out.get(line.clone()).unwrap_or_default();
        let shape = Shape::of(masked);
        if let Some(insertion) = self.insertion.take()
            && shape.is_entry
            && (indentation > insertion.column || (indentation == insertion.column && shape.is_item))
        {
            fill(&mut self.out, insertion.code.start, insertion.code.end, b' ');
        }
        if let Some(least) = shape.block {
            self.block = Some(Block {
                least,
                indentation: None,
                leading: Vec::new(),
            });
        }
        self.insertion = codes
            .last()
            .and_then(|_| insertion(self.text, &line, codes, shape.column));
    }

    /// Whether code covers all of a line.
    fn is_lone(&self, line: &Range<usize>, codes: &[Code]) -> bool {
        let mut at = line.start;
        let blank = |range: Range<usize>| self.text.get(range).unwrap_or("").trim().is_empty();
        for code in codes {
            if !blank(at..code.start.max(at)) {
                return false;
            }
            at = code.end.min(line.end).max(at);
        }
        blank(at..line.end) || self.text.get(at..line.end).unwrap_or("").trim_start().starts_with('#')
    }

    /// Whether a line starts or ends a `{{ define }}`.
    fn parts(&mut self, line: &Range<usize>, codes: &[Code]) -> bool {
        let mut parts = false;
        for code in codes
            .iter()
            .filter(|code| code.kind == Kind::Control && code.start >= line.start)
        {
            match code::control_word(self.text.get(code.start..code.end).unwrap_or("")) {
                "define" => {
                    self.nesting.push(true);
                    parts = true;
                }
                "if" | "range" | "with" | "block" => self.nesting.push(false),
                "end" => parts |= self.nesting.pop().unwrap_or(false),
                _ => {}
            }
        }
        parts
    }

    /// Makes a line the start of a document: what is defined is none of what stands around it.
    fn part(&mut self, line: &Range<usize>) {
        self.end_block();
        self.insertion = None;
        self.blank(line);
        let start = self.out.get_mut(line.clone()).and_then(|line| line.get_mut(..3));
        if let Some(start) = start.filter(|start| !start.contains(&b'\r')) {
            start.copy_from_slice(b"---");
        }
    }

    /// A line after the header of a block scalar; says whether it belongs to it.
    fn block_line(&mut self, line: &Range<usize>, indentation: usize, codes: &[Code], lone: bool) -> bool {
        let Some(block) = &mut self.block else { return false };
        if lone {
            match block.indentation {
                None => block.leading.push(Lone {
                    line: line.clone(),
                    indentation,
                    gives_text: codes.iter().any(|code| code.kind == Kind::Output),
                }),
                Some(least) if indentation >= least => {}
                Some(_) => self.blank(line),
            }
            return true;
        }
        if indentation < block.least {
            self.end_block();
            return false;
        }
        if block.indentation.is_none() {
            block.indentation = Some(indentation);
            for lone in std::mem::take(&mut block.leading) {
                if lone.indentation != indentation {
                    self.text_line(&lone.line, indentation);
                }
            }
        }
        true
    }

    /// Ends a block scalar that has no text but code.
    fn end_block(&mut self) {
        let Some(block) = self.block.take() else { return };
        let text_lines = block
            .leading
            .iter()
            .rposition(|lone| lone.gives_text || lone.indentation >= block.least)
            .map_or(0, |last| last + 1);
        let text_lines = block.leading.get(..text_lines).unwrap_or_default();
        let deep = text_lines.iter().map(|lone| lone.indentation);
        let margin = deep.filter(|&deep| deep >= block.least).min().unwrap_or(block.least);
        for lone in text_lines.iter().filter(|lone| lone.indentation != margin) {
            self.text_line(&lone.line, margin);
        }
        for lone in block.leading.get(text_lines.len()..).unwrap_or_default() {
            self.blank(&lone.line);
        }
    }

    /// Makes a line of code the text of a block scalar.
    fn text_line(&mut self, line: &Range<usize>, indentation: usize) {
        fill(&mut self.out, line.start, line.end, FILLER);
        let margin = line.end.min(line.start + indentation);
        fill(&mut self.out, line.start, margin, b' ');
    }

    fn blank(&mut self, line: &Range<usize>) {
        fill(&mut self.out, line.start, line.end, b' ');
        self.blanked.push(line.start);
    }

    fn replace(&mut self, line: &Range<usize>, codes: &[Code]) {
        for code in codes {
            let with = if code.kind == Kind::Comment { b' ' } else { FILLER };
            fill(&mut self.out, code.start.max(line.start), code.end.min(line.end), with);
        }
    }

    /// Takes the header off a block scalar whose text starts on its own line: `a: |- {{ b | nindent 4 }}`.
    fn inline_block(&mut self, line: &Range<usize>, codes: &[Code]) {
        for code in codes.iter().filter(|code| code.start > line.start) {
            let head = self.text.get(line.start..code.start).unwrap_or("").trim_end();
            if is_block_header(head)
                && let Some(header) = head.rfind(['|', '>'])
            {
                fill(&mut self.out, line.start + header, code.start, b' ');
            }
        }
    }
}

/// The code that is all of a line's value.
fn insertion(text: &str, line: &Range<usize>, codes: &[Code], column: usize) -> Option<Insertion> {
    let mut start = line.end;
    let mut end = None;
    for code in codes.iter().rev() {
        let gap = text.get(code.end.min(line.end)..start).unwrap_or("").trim_start();
        if !(gap.is_empty() || (end.is_none() && gap.starts_with('#'))) {
            break;
        }
        start = code.start.max(line.start);
        end = end.or(Some(code.end.min(line.end)));
    }
    let end = end?;
    let head = text.get(line.start..start)?.trim_end();
    head.ends_with(':').then_some(Insertion {
        code: start..end,
        column,
    })
}

/// What YAML makes of a line.
struct Shape {
    /// The column of its key, after the dashes of list items.
    column: usize,
    /// It is a key or an item.
    is_entry: bool,
    /// It is an item.
    is_item: bool,
    /// It ends in the header of a block scalar whose text has at least this indentation.
    block: Option<usize>,
}

impl Shape {
    fn of(line: &[u8]) -> Self {
        let text = std::str::from_utf8(line).unwrap_or("").trim_end();
        let mut rest = text.trim_start_matches(' ');
        let mut dash = None;
        while let Some(after) = rest
            .strip_prefix('-')
            .filter(|after| after.is_empty() || after.starts_with(' '))
        {
            dash = Some(text.len() - rest.len());
            rest = after.trim_start_matches(' ');
        }
        let column = text.len() - rest.len();
        let is_comment = rest.starts_with('#');
        let has_key = !is_comment && (rest.contains(": ") || rest.ends_with(':'));
        let margin = if rest.starts_with("---") {
            0
        } else if has_key {
            column + 1
        } else {
            dash.map_or(1, |dash| dash + 1)
        };
        let may_open = !is_comment && memchr::memchr2(b'|', b'>', line).is_some();
        Self {
            column,
            is_entry: dash.is_some() || has_key,
            is_item: dash.is_some(),
            block: (may_open && is_block_header(without_comment(text))).then_some(margin),
        }
    }
}

/// The line without the comment at its end.
fn without_comment(line: &str) -> &str {
    line.find(" #").and_then(|at| line.get(..at)).unwrap_or(line).trim_end()
}

/// Whether a text ends in `|` or `>`, perhaps with indicators, where a value can start. Looks at the end of it alone.
fn is_block_header(text: &str) -> bool {
    let is_indicator = |character: char| matches!(character, '-' | '+') || character.is_ascii_digit();
    let Some(before) = text.trim_end_matches(is_indicator).strip_suffix(['|', '>']) else {
        return false;
    };
    let last = before.trim_end();
    let is_tagged = || {
        last.rsplit(char::is_whitespace)
            .next()
            .is_some_and(|word| word.starts_with(['!', '&']))
    };
    last.len() < before.len() && (last.ends_with([':', '-']) || is_tagged())
}
