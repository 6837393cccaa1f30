//! The names and the fallback in a piece of code, whatever the language: one pass over its tokens.

use super::delimiters::Style;
use super::{Expression, Fallback};
use crate::source::TextRange;

/// What a piece of code reads.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) names: Vec<TextRange>,
    pub(super) fallback: Option<Fallback>,
}

/// What reads the variable that the next string names: functions and objects, by their last name.
const ACCESSORS: &[&str] = &[
    "ENV",
    "_ENV",
    "_SERVER",
    "environ",
    "env",
    "getenv",
    "get_env",
    "getenvironmentvariable",
    "requiredenv",
    "expandenv",
    "env_var",
    "envvar",
    "config",
    "var_os",
    "lookup_env",
    "lookupenv",
    "var",
];

/// Objects whose members are variables: `secrets.X`, `.Values.x`, `var.x`.
const OBJECTS: &[&str] = &[
    "Values",
    "secrets",
    "vars",
    "env",
    "inputs",
    "matrix",
    "var",
    "local",
    "each",
    "self",
    "ENV",
    "environ",
    "params",
    "parameters",
];

/// Objects whose members are variables at any depth: `module.staging_db.endpoint`.
const DEEP_OBJECTS: &[&str] = &["module", "data", "needs", "steps"];

/// What Helm itself fills in.
const BUILT_IN: &[&str] = &[
    ".Release",
    ".Chart",
    ".Capabilities",
    ".Template",
    "$.Release",
    "$.Chart",
];

/// Words that are no variables in templates.
const KEYWORDS: &[&str] = &[
    "if", "else", "end", "range", "with", "define", "include", "template", "block", "not", "and", "or", "eq", "ne",
    "true", "false", "none", "null", "nil", "index", "get", "dig", "default", "quote", "lookup", "toYaml", "tpl",
    "printf", "print", "required", "for", "in", "is", "defined", "item", "raw",
];

impl Body {
    /// Reads the code at `range`.
    pub(super) fn read(value: &str, range: TextRange, style: Style) -> Self {
        let mut reader = Reader {
            value,
            style,
            body: Self::default(),
            accessor: false,
            object: false,
            lists_default: false,
            defaults: false,
            first: true,
        };
        let mut at = range.start as usize;
        let end = range.end as usize;
        while at < end {
            at = reader.token(at, end).max(at + 1);
        }
        reader.body
    }

    /// The expression that stands at `range` with its delimiters.
    pub(super) fn into_expression(self, range: TextRange) -> Expression {
        Expression {
            range,
            names: self.names,
            fallback: self.fallback,
        }
    }
}

struct Reader<'a> {
    value: &'a str,
    style: Style,
    body: Body,
    /// The last word was an accessor: the next string is a name.
    accessor: bool,
    /// The last word was an object whose members are variables.
    object: bool,
    /// A name was read by a function whose next argument is the default.
    lists_default: bool,
    /// The last token leads to a default.
    defaults: bool,
    /// No word came yet.
    first: bool,
}

impl Reader<'_> {
    /// Reads the token at `at` and returns where it ends.
    fn token(&mut self, at: usize, end: usize) -> usize {
        let bytes = self.value.as_bytes();
        match bytes.get(at).copied().unwrap_or(b' ') {
            quote @ (b'"' | b'\'' | b'`') => self.string(at, end, quote),
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'.' | b'$' | b'0'..=b'9' | 0x80.. => self.word(at, end),
            b',' => {
                self.defaults = self.lists_default;
                at + 1
            }
            b'=' | b'!' | b'{' => self.assignment(at, end),
            b'|' | b'?' => self.operator(at, end),
            b'[' => {
                // `secrets['X']`, `hosts["staging"]`.
                self.accessor |= self.body.names.last().is_some_and(|name| name.end as usize == at) || self.object;
                at + 1
            }
            // A name may stand in parentheses.
            b'(' | b' ' | b'\t' | b'\n' | b'\r' | b'-' => at + 1,
            _ => {
                self.accessor = false;
                self.defaults = false;
                at + 1
            }
        }
    }

    /// `default="d"` and the block of `fetch("X") { "d" }` lead to a default; comparisons do not.
    fn assignment(&mut self, at: usize, end: usize) -> usize {
        let next = self.value.as_bytes().get(at + 1..end).and_then(<[u8]>::first);
        let compares = matches!(next, Some(b'=' | b'~' | b'>'));
        self.accessor = false;
        self.defaults = !compares && self.value.as_bytes().get(at) != Some(&b'!') && !self.body.names.is_empty();
        if compares { at + 2 } else { at + 1 }
    }

    /// `||`, `??` and `?:` lead to a default; a lone `|` pipes, a lone `?` asks.
    fn operator(&mut self, at: usize, end: usize) -> usize {
        let two = self.value.as_bytes().get(at..(at + 2).min(end));
        self.accessor = false;
        self.defaults = matches!(two, Some(b"||" | b"??" | b"?:")) && !self.body.names.is_empty();
        if self.defaults { at + 2 } else { at + 1 }
    }

    fn string(&mut self, at: usize, end: usize, quote: u8) -> usize {
        let bytes = self.value.as_bytes();
        let mut close = at + 1;
        while close < end && bytes.get(close) != Some(&quote) {
            close += if bytes.get(close) == Some(&b'\\') { 2 } else { 1 };
        }
        let close = close.min(end);
        let range = TextRange::new(at + 1, close);
        if self.accessor {
            self.name(range);
            self.accessor = false;
            self.lists_default = true;
        } else if range.slice(self.value).eq_ignore_ascii_case("env") {
            // `lookup('env', 'X')`.
            self.accessor = true;
        } else if self.defaults && self.body.fallback.is_none() {
            self.body.fallback = Some(Fallback { range, quoted: true });
        }
        self.defaults = false;
        self.first = false;
        close + 1
    }

    fn name(&mut self, range: TextRange) {
        let text = range.slice(self.value);
        if !text.is_empty() && !text.contains(char::is_whitespace) {
            self.body.names.push(range);
        }
    }

    /// A word, or words joined by dots: `.Values.db.host`, `os.environ.get`, `5432`.
    fn word(&mut self, at: usize, end: usize) -> usize {
        let bytes = self.value.as_bytes();
        let is_part =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'-') || byte >= 0x80;
        let mut stop = at;
        while stop < end && bytes.get(stop).is_some_and(|&byte| is_part(byte)) {
            stop += 1;
        }
        let text = self.value.get(at..stop).unwrap_or("");
        let called = bytes.get(stop..end).and_then(<[u8]>::first) == Some(&b'(');
        let first = std::mem::replace(&mut self.first, false);
        let number = text.parse::<f64>().is_ok() || matches!(text, "true" | "false");
        if self.defaults && number {
            if self.body.fallback.is_none() {
                let range = TextRange::new(at, stop);
                self.body.fallback = Some(Fallback { range, quoted: false });
            }
            self.defaults = false;
            return stop;
        }
        let last = text.rsplit('.').next().unwrap_or(text);
        self.lists_default |= last == "coalesce";
        self.defaults = matches!(
            last,
            "default" | "d" | "coalesce" | "withDefault" | "orElse" | "or_else" | "unwrap_or"
        ) || (text == "or" && !self.body.names.is_empty());
        if self.defaults {
            return stop;
        }
        self.object = OBJECTS.contains(&last);
        self.accessor = accesses(text) || last == "Values";
        if !self.accessor
            && let Some(range) = self.variable(text, at, first, called)
        {
            self.body.names.push(range);
        }
        stop
    }

    /// The name of the variable that a word stands for.
    fn variable(&self, text: &str, at: usize, first: bool, called: bool) -> Option<TextRange> {
        let mut segments = Segments { text, at: 0 };
        let mut previous_is_object = false;
        let mut last = None;
        while let Some((start, segment)) = segments.next() {
            if previous_is_object {
                if called && segments.at >= text.len() {
                    // `vars.X.lower()`: the method is no name.
                    return last;
                }
                last = Some(TextRange::new(at + start, at + start + segment.len()));
            } else if DEEP_OBJECTS.contains(&segment) && segments.at < text.len() {
                return Some(TextRange::new(at + segments.at, at + text.trim_end_matches('.').len()));
            } else {
                previous_is_object = OBJECTS.contains(&segment);
                let bare = self.style == Style::Template && !called;
                let wanted =
                    (first || text.starts_with(['.', '$'])) && !BUILT_IN.iter().any(|name| text.starts_with(name));
                if bare && wanted && !KEYWORDS.contains(&text) && !segment.starts_with(|c: char| c.is_ascii_digit()) {
                    last = Some(TextRange::new(at + start, at + start + segment.len()));
                }
            }
        }
        last
    }
}

/// Whether the string after these words is the name of a variable.
fn accesses(text: &str) -> bool {
    const NAMESPACES: [&str; 8] = ["", "os", "process", "System", "Environment", "std", "meta", "Deno"];
    let is_accessor = |name: &str| ACCESSORS.iter().any(|accessor| accessor.eq_ignore_ascii_case(name));
    let mut names = text.rsplit(['.', '$']);
    let last = names.next().unwrap_or("");
    let before = names.next().unwrap_or("");
    // `each.value.env` is a variable by itself.
    (is_accessor(last) && NAMESPACES.contains(&before)) || (matches!(last, "fetch" | "get") && is_accessor(before))
}

/// The names between the dots of a word, with their places.
struct Segments<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Segments<'a> {
    fn next(&mut self) -> Option<(usize, &'a str)> {
        loop {
            let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            let length = rest.find(['.', '$']).unwrap_or(rest.len());
            let start = self.at;
            self.at = (start + length + 1).min(self.text.len());
            if length > 0 {
                return rest.get(..length).map(|segment| (start, segment));
            }
        }
    }
}
