//! Globs: how `*`, `**`, `?`, `[ab]` and `{a,b}` become a regular expression.

use super::{Kind, Matcher, compile};
use crate::error::{Error, Result};

/// The largest number of globs that the braces of one pattern may stand for.
const ALTERNATIVES_CAP: usize = 256;
/// The largest number of steps in which they are found; braces around one alternative take steps as well.
const STEPS_CAP: usize = 1_000;

/// What matches a glob.
pub(super) fn matcher(kind: Kind, text: &str) -> Result<Matcher> {
    check(kind, text)?;
    let alternatives = expand(text)?;
    let mut expression = String::from(r"\A(?:");
    let mut literal = alternatives.len() == 1;
    for (index, alternative) in alternatives.iter().enumerate() {
        if index > 0 {
            expression.push('|');
        }
        literal &= translate(kind, normal(kind, alternative), &mut expression)?;
    }
    // Without wildcards and escapes the pattern is its own text; beyond ASCII only a Regex ignores case.
    if let ([only], true) = (
        alternatives.as_slice(),
        literal && (text.is_ascii() || kind == Kind::Path),
    ) {
        return Ok(Matcher::Literal(normal(kind, only).to_owned()));
    }
    expression.push_str(r")\z");
    compile(kind, &expression, true).map(Matcher::Regex)
}

/// Refuses what can never match because it is something else.
fn check(kind: Kind, text: &str) -> Result<()> {
    if text.chars().any(char::is_control) || text.trim() != text {
        return Err(Error::new(
            "a pattern begins or ends with a space, or holds a control character",
        ));
    }
    match kind {
        Kind::Path if text.contains('\\') => {
            let hint = format!("write `{}`", text.replace('\\', "/"));
            Err(Error::new(format!("`{text}` holds a backslash; paths have / between segments")).hint(hint))
        }
        Kind::Path if text.split('/').any(|segment| segment == "..") => {
            Err(Error::new(format!("`{text}` leaves the root; paths are below it")))
        }
        Kind::Host => check_host(text),
        _ => Ok(()),
    }
}

fn check_host(text: &str) -> Result<()> {
    let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = after_scheme.split('/').next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    let port = host.rsplit_once(':').filter(|(before, after)| {
        !before.contains(':') && (after.bytes().all(|byte| byte.is_ascii_digit()) || *after == "*")
    });
    let host = port.map_or(host, |(before, _)| before);
    if host == text {
        return Ok(());
    }
    let (what, hint) = match text.rsplit_once('/') {
        Some((network, bits)) if bits.bytes().all(|byte| byte.is_ascii_digit()) && !text.contains("://") => {
            let first: Vec<&str> = network.split('.').take(2).collect();
            (
                "a network",
                format!("write a pattern of addresses, like `{}.*`", first.join(".")),
            )
        }
        _ if host.is_empty() => ("no host", "write the host alone".to_owned()),
        _ => ("more than a host", format!("write the host alone: `{host}`")),
    };
    Err(Error::new(format!("`{text}` is {what}")).hint(hint))
}

/// The glob without what says the same with and without: `./`, a leading or trailing `/` of a path, the root dot of a host.
fn normal(kind: Kind, glob: &str) -> &str {
    match kind {
        Kind::Path => {
            let glob = glob.strip_prefix("./").unwrap_or(glob);
            glob.trim_matches('/')
        }
        Kind::Host => glob.strip_suffix('.').unwrap_or(glob),
        Kind::Name | Kind::Key => glob,
    }
}

/// The globs that a glob with braces stands for.
fn expand(glob: &str) -> Result<Vec<String>> {
    let mut waiting = vec![glob.to_owned()];
    let mut done = Vec::new();
    let mut steps = 0;
    while let Some(glob) = waiting.pop() {
        let Some(brace) = first_brace(&glob)? else {
            done.push(glob);
            continue;
        };
        // Pushed in reverse, so that the first alternative is taken up first.
        for alternative in brace.alternatives.iter().rev() {
            waiting.push(format!("{}{alternative}{}", brace.before, brace.after));
        }
        steps += 1;
        if waiting.len() + done.len() > ALTERNATIVES_CAP || steps > STEPS_CAP {
            return Err(
                Error::new(format!("its braces stand for more than {ALTERNATIVES_CAP} patterns"))
                    .hint("write several patterns"),
            );
        }
    }
    Ok(done)
}

struct Brace<'a> {
    before: &'a str,
    alternatives: Vec<&'a str>,
    after: &'a str,
}

/// The first `{...}` of a glob, split at its own commas.
fn first_brace(glob: &str) -> Result<Option<Brace<'_>>> {
    let unclosed = |what: char| {
        Error::new(format!("`{what}` is never closed")).hint(format!("for a plain `{what}` write `[{what}]`"))
    };
    let (mut depth, mut class, mut escaped) = (0_usize, None::<usize>, false);
    let (mut open, mut from) = (0, 0);
    let mut alternatives = Vec::new();
    for (at, char) in glob.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (char, class) {
            // `]` right after `[` or `[!` is a member of the class.
            (']', Some(start)) if !matches!(glob.get(start..at), Some("[" | "[!" | "[^")) => class = None,
            (_, Some(_)) => {}
            ('\\', None) => escaped = true,
            ('[', None) => class = Some(at),
            ('{', None) => {
                depth += 1;
                if depth == 1 {
                    (open, from) = (at, at + 1);
                }
            }
            (',', None) if depth == 1 => {
                alternatives.push(glob.get(from..at).unwrap_or(""));
                from = at + 1;
            }
            ('}', None) if depth == 1 => {
                alternatives.push(glob.get(from..at).unwrap_or(""));
                return Ok(Some(Brace {
                    before: glob.get(..open).unwrap_or(""),
                    alternatives,
                    after: glob.get(at + 1..).unwrap_or(""),
                }));
            }
            ('}', None) if depth == 0 => {
                return Err(Error::new("`}` closes nothing").hint("for a plain `}` write `[}]`"));
            }
            ('}', None) => depth -= 1,
            _ => {}
        }
    }
    match class {
        Some(_) => Err(unclosed('[')),
        None if escaped => Err(Error::new("a pattern ends with a backslash")),
        None if depth > 0 => Err(unclosed('{')),
        None => Ok(None),
    }
}

/// Writes the expression of a glob without braces; answers whether the glob is a literal.
fn translate(kind: Kind, glob: &str, expression: &mut String) -> Result<bool> {
    let separator = kind.separator();
    let mut literal = true;
    let mut last_segment_literal = true;
    let mut rest = glob;
    let mut at_start = true;
    while let Some(char) = rest.chars().next() {
        let after = rest.get(char.len_utf8()..).unwrap_or("");
        let special = special(kind, rest, at_start, rest.len() == glob.len())?;
        if let Some((piece, left)) = special {
            expression.push_str(&piece);
            literal = false;
            // A piece never ends after a separator, but where it is `**` with the separator behind it.
            at_start = rest
                .get(..rest.len() - left.len())
                .is_some_and(|taken| taken.ends_with(separator));
            last_segment_literal = at_start;
            rest = left;
            continue;
        }
        let (plain, left) = match char {
            '\\' => {
                literal = false;
                let next = after.chars().next().unwrap_or('\\');
                (next, after.get(next.len_utf8()..).unwrap_or(""))
            }
            _ => (char, after),
        };
        at_start = plain == separator;
        last_segment_literal |= at_start;
        expression.push_str(&regex::escape(plain.encode_utf8(&mut [0; 4])));
        rest = left;
    }
    if kind == Kind::Path && last_segment_literal {
        expression.push_str("(?:/.*)?");
    }
    Ok(literal)
}

/// The expression of the wildcard or class that `rest` begins with, and what is left of it.
fn special(kind: Kind, rest: &str, at_start: bool, first: bool) -> Result<Option<(String, &str)>> {
    let separator = kind.separator();
    let ends_segment =
        |left: &str| left.is_empty() || left.starts_with(separator) || (kind == Kind::Key && left.starts_with('['));
    if kind == Kind::Key
        && let Some(found) = key_special(rest, ends_segment)
    {
        return Ok(Some(found));
    }
    if let Some(after) = rest.strip_prefix("**") {
        let left = after.trim_start_matches('*');
        return Ok(Some(match left.strip_prefix(separator) {
            Some(left) if at_start && kind != Kind::Name => (kind.any_segments().to_owned(), left),
            _ if at_start && left.is_empty() => (".+".to_owned(), left),
            _ => (".*".to_owned(), left),
        }));
    }
    let one = kind.one();
    if let Some(left) = rest.strip_prefix('*') {
        let whole = at_start && ends_segment(left);
        let at_edge = kind == Kind::Host && whole && (first || left.is_empty());
        return Ok(Some(match (at_edge, whole) {
            (true, _) => (r"[^.]+(?:\.[^.]+)*".to_owned(), left),
            (false, true) => (format!("{one}+"), left),
            (false, false) => (format!("{one}*"), left),
        }));
    }
    if let Some(left) = rest.strip_prefix('?') {
        return Ok(Some((one.to_owned(), left)));
    }
    match rest.strip_prefix('[') {
        Some(inside) => class(inside).map(Some),
        None => Ok(None),
    }
}

/// What only key patterns have: list positions, and a `.` that belongs to the wildcard behind it.
fn key_special(rest: &str, ends_segment: impl Fn(&str) -> bool) -> Option<(String, &str)> {
    if let Some(left) = rest.strip_prefix(".**").filter(|left| ends_segment(left)) {
        return Some((r"(?:[.\[].*)?".to_owned(), left));
    }
    if let Some(left) = rest.strip_prefix(".*").filter(|left| ends_segment(left)) {
        return Some((r"(?:\.[^.\[]+|\[[0-9]+\])".to_owned(), left));
    }
    let (inside, left) = rest.strip_prefix('[')?.split_once(']')?;
    if inside == "*" {
        return Some((r"\[[0-9]+\]".to_owned(), left));
    }
    let position = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
    position.then(|| (format!(r"\[{inside}\]"), left))
}

/// The expression of a class whose `[` is taken already.
fn class(inside: &str) -> Result<(String, &str)> {
    let (negated, members) = match inside.strip_prefix(['!', '^']) {
        Some(members) => (true, members),
        None => (false, inside),
    };
    // A `]` in the first place is a member.
    let end = members
        .char_indices()
        .skip(1)
        .find(|(_, char)| *char == ']')
        .map(|(at, _)| at);
    let Some((members, left)) = end.and_then(|end| Some((members.get(..end)?, members.get(end + 1..)?))) else {
        return Err(Error::new("`[` is never closed").hint("for a plain `[` write `[[]`"));
    };
    let mut expression = String::from(if negated { "[^" } else { "[" });
    let mut chars = members.chars().peekable();
    let mut ranged = false;
    while let Some(char) = chars.next() {
        expression.push_str(&regex::escape(char.encode_utf8(&mut [0; 4])));
        if !ranged && chars.peek() == Some(&'-') {
            let mut ahead = chars.clone();
            ahead.next();
            let Some(end) = ahead.peek() else { continue };
            if *end < char {
                return Err(Error::new(format!("the range `{char}-{end}` runs backwards")));
            }
            expression.push('-');
            chars = ahead;
            ranged = true;
        } else {
            ranged = false;
        }
    }
    expression.push(']');
    Ok((expression, left))
}

impl Kind {
    /// What stands between two segments, labels or keys.
    fn separator(self) -> char {
        match self {
            Self::Path | Self::Name => '/',
            Self::Host | Self::Key => '.',
        }
    }

    /// The expression of one character that is no separator.
    fn one(self) -> &'static str {
        match self {
            Self::Path | Self::Name => "[^/]",
            Self::Host => "[^.]",
            Self::Key => r"[^.\[]",
        }
    }

    /// The expression of any number of segments, each with the separator behind it.
    fn any_segments(self) -> &'static str {
        match self {
            Self::Path | Self::Name => "(?:[^/]+/)*",
            Self::Host => r"(?:[^.]+\.)*",
            Self::Key => r"(?:.*\.)?",
        }
    }
}
