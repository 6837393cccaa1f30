//! Expressions inside of values: variables and templates that are filled in later, their names and their fallbacks.

mod code;
mod delimiters;

use crate::source::TextRange;
use code::Body;
use delimiters::{Found, Pairs, Style};

/// A place in a value that something else fills in later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// All of it, with its delimiters.
    pub range: TextRange,
    /// The names of the variables that it reads: `DB_HOST` of `${DB_HOST:-db}`, `x` of `{{ .Values.x }}`.
    pub names: Vec<TextRange>,
    /// The value that stands in where the variable has none.
    pub fallback: Option<Fallback>,
}

/// The value that stands in where a variable has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback {
    /// The text, without quotes. It may hold expressions in turn.
    pub range: TextRange,
    /// Whether it was written in quotes.
    pub quoted: bool,
}

/// The expressions of a value, in order, none inside of another: of nested defaults (`${A:${B:x}}`) the outer one names
/// all variables and has the innermost fallback.
pub fn expressions(value: &str) -> Vec<Expression> {
    let bytes = value.as_bytes();
    let mut found = Vec::new();
    if let Some(range) = terraform_name(value) {
        found.push(Body::read(value, range, Style::Code).into_expression(range));
        return found;
    }
    if memchr::memchr3(b'$', b'%', b'{', bytes).is_none() && memchr::memmem::find(bytes, b"((").is_none() {
        return found;
    }
    let mut pairs = Pairs::default();
    let mut at = 0;
    while let Some(next) = delimiters::next(value, at, &mut pairs) {
        at = next.range.end as usize;
        if let Some(expression) = read(value, next, &mut pairs) {
            found.push(expression);
        }
    }
    found
}

/// A value that is code as a whole and reads a variable: `os.environ.get("DB_HOST", "localhost")`,
/// `process.env.DB_HOST || 'localhost'`. Meant for values of code alone.
pub fn code_expression(value: &str) -> Option<Expression> {
    let start = value.len() - value.trim_start().len();
    let range = TextRange::new(start, value.trim_end().len());
    if range.slice(value).starts_with(['"', '\'', '`']) {
        return None;
    }
    let body = Body::read(value, range, Style::Code);
    (!body.names.is_empty()).then(|| body.into_expression(range))
}

/// The text around the expressions of a value, without the empty parts.
pub fn literal_parts(value: &str, expressions: &[Expression]) -> Vec<TextRange> {
    let mut parts = Vec::new();
    let mut from = 0;
    for expression in expressions {
        let (start, end) = (expression.range.start as usize, expression.range.end as usize);
        if start > from {
            parts.push(TextRange::new(from, start));
        }
        from = end;
    }
    if value.len() > from {
        parts.push(TextRange::new(from, value.len()));
    }
    parts
}

fn read(value: &str, found: Found, pairs: &mut Pairs) -> Option<Expression> {
    let whole = found.range;
    let body = found.body;
    let names = |names| Expression {
        range: whole,
        names,
        fallback: None,
    };
    match found.style {
        Style::Escape => None,
        Style::Comment => Some(names(Vec::new())),
        Style::Name => Some(names(vec![body])),
        Style::Code | Style::Template => Some(Body::read(value, body, found.style).into_expression(whole)),
        Style::Shell => Some(shell(value, whole, body, pairs)),
    }
}

/// `${NAME}` with the defaults of shells, Compose and Spring, or HCL code in `${ }`.
fn shell(value: &str, whole: TextRange, body: TextRange, pairs: &mut Pairs) -> Expression {
    let mut names = Vec::new();
    let mut fallback = None;
    let mut inner = body;
    // Each round takes one default apart; it is shorter than the one before.
    loop {
        let text = inner.slice(value);
        let start = inner.start as usize;
        let Some((name, operator)) = split_name(text) else {
            let code = Body::read(value, inner, Style::Code);
            names.extend(code.names);
            fallback = code.fallback;
            break;
        };
        let name_start = start + text.len() - text.trim_start_matches(['!', '#', ' ']).len();
        names.push(TextRange::new(name_start, name_start + name.len()));
        let Some(skip) = operator else { break };
        if SCHEMES.contains(&name) && text.as_bytes().get(name_start - start + name.len()) == Some(&b':') {
            names.pop();
            let from = name_start + name.len() + 1;
            fallback = scheme(value, TextRange::new(from, inner.end as usize), &mut names);
            break;
        }
        let rest = TextRange::new(name_start + name.len() + skip, inner.end as usize);
        match delimiters::braced(value, rest, pairs) {
            Some(next) => inner = next,
            None => {
                fallback = Some(unquoted(value, rest));
                break;
            }
        }
    }
    Expression {
        range: whole,
        names,
        fallback,
    }
}

/// What stands before a name in the expressions of Serverless and Log4j: `${env:DB_HOST, 'db'}`.
const SCHEMES: [&str; 10] = ["env", "opt", "self", "sys", "ssm", "cf", "param", "s3", "aws", "vault"];

/// The name after a scheme and the fallback after a comma or `:-`.
fn scheme(value: &str, range: TextRange, names: &mut Vec<TextRange>) -> Option<Fallback> {
    let text = range.slice(value);
    let start = range.start as usize;
    if text.contains("${") {
        names.push(range);
        return None;
    }
    let length = text.find([',', ' ']).unwrap_or(text.len());
    let (length, skip) = match text.find(":-") {
        Some(at) if at < length => (at, 2),
        _ => (length, 1),
    };
    if length > 0 {
        names.push(TextRange::new(start, start + length));
    }
    let rest = TextRange::new((start + length + skip).min(range.end as usize), range.end as usize);
    (!rest.slice(value).trim().is_empty()).then(|| unquoted(value, rest))
}

/// The name that a `${ }` body starts with, and how long the operator before its default is. `None` for code.
fn split_name(text: &str) -> Option<(&str, Option<usize>)> {
    const TERRAFORM: [&str; 7] = ["var.", "local.", "module.", "data.", "each.", "self.", "path."];
    let text = text.trim_start_matches(['!', '#', ' ']);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/') || byte >= 0x80;
    let length = text.bytes().take_while(|&byte| is_name(byte)).count();
    let mut name = text.get(..length)?;
    let upper = |part: &str| {
        part.bytes()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
    };
    // `${DB_HOST-db}` has a default; `${db-host}` is a name of Spring.
    if let Some((before, _)) = name
        .split_once('-')
        .filter(|(before, _)| !before.is_empty() && upper(before))
    {
        name = before;
    }
    if name.is_empty() || TERRAFORM.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    let rest = text.get(name.len()..)?;
    let operator = match rest.as_bytes() {
        [b':', b'-' | b'=', ..] => Some(2),
        [b'-' | b'=', ..] => Some(1),
        // What replaces a variable that is set, and what is said of one that is not, are no defaults.
        [b':', b'+' | b'?', ..] | [b'+' | b'?', ..] => None,
        [b':', ..] => Some(1),
        [] | [b'%' | b'#' | b'/' | b'^' | b',' | b'@' | b'[' | b'|' | b'}', ..] => None,
        _ if rest.trim().is_empty() => None,
        _ => return None,
    };
    Some((name, operator))
}

/// A fallback without the blanks and the quotes around it.
fn unquoted(value: &str, range: TextRange) -> Fallback {
    let text = range.slice(value);
    let start = range.start as usize + text.len() - text.trim_start().len();
    let trimmed = text.trim();
    let inner = ['"', '\'']
        .iter()
        .find_map(|&quote| trimmed.strip_prefix(quote)?.strip_suffix(quote));
    match inner {
        Some(inner) => Fallback {
            range: TextRange::new(start + 1, start + 1 + inner.len()),
            quoted: true,
        },
        None => Fallback {
            range: TextRange::new(start, start + trimmed.len()),
            quoted: false,
        },
    }
}

/// A whole value that is a reference of Terraform without `${ }`: `var.x`, `module.db.endpoint`.
fn terraform_name(value: &str) -> Option<TextRange> {
    let text = value.trim();
    let (object, rest) = text.split_once('.')?;
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b'"' | b'*');
    let plain = match object {
        "var" | "each" | "module" => true,
        // `local.example.com` and `data.example.com` are hosts.
        "local" | "self" => !rest.contains('.') || rest.contains(['_', '[']),
        "data" => rest.split('.').next().is_some_and(|kind| kind.contains('_')) && rest.contains('.'),
        _ => false,
    };
    let start = value.len() - value.trim_start().len();
    (plain && !rest.is_empty() && rest.bytes().all(is_part)).then(|| TextRange::new(start, start + text.len()))
}

#[cfg(test)]
mod tests;
