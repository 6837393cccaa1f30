//! Makes text from anywhere safe to print: what would move a cursor, hide characters, reverse their order or command a
//! workflow's runner becomes an escape that shows.

use std::borrow::Cow;

/// The text with control characters, invisible ones and workflow commands as escapes.
pub fn visible(text: &str) -> Cow<'_, str> {
    let commands = text.trim_start().starts_with("::");
    if !commands && !text.contains(is_hidden) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut starts = commands;
    for (at, character) in text.char_indices() {
        if starts && character == ':' {
            // Runners obey a line that starts with `::`, blanks before it or not.
            shown.push_str("\\u{3a}");
            starts = false;
        } else {
            push(&mut shown, character, text.get(at..).unwrap_or(""));
        }
    }
    Cow::Owned(shown)
}

/// Adds a character as it is shown; `rest` is the text from it on.
pub(super) fn push(shown: &mut String, character: char, rest: &str) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        '#' if starts_command(rest) => shown.push_str("\\u{23}"),
        hidden if is_hidden(hidden) => shown.push_str(&format!("\\u{{{:x}}}", u32::from(hidden))),
        plain => shown.push(plain),
    }
}

/// Control characters, and those that take no room or change the order of others.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// `##[command]` and `##vso[command]`, which runners obey anywhere in a line.
pub(super) fn starts_command(rest: &str) -> bool {
    rest.strip_prefix("##").is_some_and(|name| {
        name.trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .starts_with('[')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_show() {
        let cases = [
            ("deploy/prod.yaml", "deploy/prod.yaml"),
            ("žluť 東京 # ## heading", "žluť 東京 # ## heading"),
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{9b}2J\u{7f}\u{0}", "\\u{9b}2J\\u{7f}\\u{0}"),
            ("a\u{202e}b\u{200b}", "a\\u{202e}b\\u{200b}"),
            ("::error::x", "\\u{3a}:error::x"),
            (" \t::error", " \\t\\u{3a}:error"),
            ("a::b", "a::b"),
            ("x ##[group]", "x \\u{23}#[group]"),
            ("####[group]", "##\\u{23}#[group]"),
            ("##vso[task.x]", "\\u{23}#vso[task.x]"),
        ];
        for (text, expected) in cases {
            assert_eq!(visible(text), expected, "{text:?}");
        }
    }
}
