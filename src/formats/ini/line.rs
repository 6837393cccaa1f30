//! What one line says: a name and a value in one of many ways of writing.

use crate::formats::Encoding;
use crate::formats::lines::{Piece, before_comment, closing_quote};
use crate::source::TextRange;

/// A line that is a host's name, alone or with variables behind it: `db1.example.com ansible_user=deploy`.
pub(super) fn host_line(content: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let length = content.text.find(char::is_whitespace).unwrap_or(content.text.len());
    let host = content.first(length);
    let mut labels = host.text.split('.');
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let last = host.text.rsplit('.').next().unwrap_or("");
    let is_host = labels.clone().count() >= 2
        && labels.all(is_label)
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_lowercase());
    let rest = content.after(length);
    let is_variable = |word: &str| {
        word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    let variables = rest.text.split('#').next().unwrap_or("").trim();
    let first = variables.split_whitespace().next();
    (is_host && first.is_none_or(is_variable))
        .then(|| (host, rest.first(rest.text.find('#').unwrap_or(rest.text.len()))))
}

/// The length of a word, which quotes hold together, up to a blank or comma.
pub(in crate::formats) fn word_length(text: &str) -> usize {
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            Some('"') if character == '\\' => escaped = true,
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None if matches!(character, ' ' | '\t' | ',' | '\n' | '\r') => return at,
            None => {}
        }
    }
    text.len()
}

/// A key, and what follows its `=` or `:`. A colon counts where no `=` stands before it, or where what does is no key.
pub(super) fn split(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let equals = line.text.find('=');
    if let Some(at) = equals {
        let key = line.first(at).trim_end();
        let plain = !key.text.is_empty()
            && !key
                .text
                .contains(['/', '?', '"', '<', '>', '!', '~', '&', ',', '(', ';']);
        let colon = key.text.find(": ").or_else(|| key.text.find(":\t"));
        let compares = line.after(at + 1).text.starts_with('=');
        let value = line.after(at + 1);
        if plain && !compares && colon.is_none() && !is_list_of_options(key.text, value.text, key.text.len() < at) {
            return Some((key, value));
        }
    }
    let at = line.text.find(':')?;
    let key = line.first(at).trim_end();
    let value = line.after(at + 1);
    let plain = !key.text.is_empty()
        && key
            .text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(&byte));
    let next = value.text.bytes().next();
    (plain && matches!(next, None | Some(b' ' | b'\t')) && !key.text.contains(' ')).then_some((key, value))
}

/// Whether a line is a word with options, `word name a=1 b=2`, rather than one long key with its value.
fn is_list_of_options(key: &str, value: &str, spaced: bool) -> bool {
    !spaced && key.contains(' ') && value.split_whitespace().skip(1).any(|word| word.contains('='))
}

/// Directives whose second word is a name too.
const TWO_WORDS: &[&str] = &[
    "set",
    "setenv",
    "proxy_set_header",
    "add_header",
    "fastcgi_param",
    "uwsgi_param",
    "scgi_param",
    "passenv",
    "requestheader",
];

/// The first word of a line, or the first two where the second is a name too, and the rest.
pub(in crate::formats) fn word(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let length = |text: &str| text.find(char::is_whitespace).unwrap_or(text.len());
    let key = line.first(length(line.text));
    let rest = line.after(key.text.len());
    if TWO_WORDS.iter().any(|name| key.text.eq_ignore_ascii_case(name)) {
        let second = rest.trim();
        let end = second.at - line.at + length(second.text);
        if end < line.text.len() {
            return Some((line.first(end), line.after(end)));
        }
    }
    (!key.text.is_empty()).then_some((key, rest))
}

/// What a value holds: in quotes what they hold, else everything up to a comment.
pub(super) fn content(value: Piece<'_>) -> (TextRange, Encoding) {
    if value.text.starts_with(['"', '\''])
        && let Some(end) = closing_quote(value.text, b"#;")
    {
        let inner = value.first(end).after(1);
        let encoding = if inner.text.contains("\\\"") {
            Encoding::Backslash
        } else if inner.text.contains("\"\"") || inner.text.contains("''") {
            Encoding::DoubledQuote
        } else {
            Encoding::Plain
        };
        return (inner.range(), encoding);
    }
    let value = before_comment(value, b"#;");
    let encoding = match value.text.contains('\n') {
        true => Encoding::Backslash,
        false => Encoding::Plain,
    };
    (value.range(), encoding)
}
