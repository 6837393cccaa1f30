//! Templates: puts filler of equal length in the place of template code, so that a format can read the rest.
//!
//! Places in the masked text are places in the original: later stages see the real expression there.

mod code;
mod lines;

use std::borrow::Cow;

/// What stands in for an expression: a digit can be no syntax of YAML, TOML or properties, and is a number of JSON.
const FILLER: u8 = b'1';

/// A text whose template code is masked.
#[derive(Debug)]
pub(super) struct Masked<'a> {
    /// The text, as long as the original, with its line ends.
    pub(super) text: Cow<'a, str>,
    /// Where lines that hold nothing but template code start, in rising order: what stands around them may be
    /// alternatives or repeated.
    pub(super) blanked: Vec<usize>,
}

/// Masks the template code of Go and Helm, Jinja and ERB, with equal byte length and line ends kept.
///
/// A line that holds nothing but template code becomes blank, or `---` where a `{{ define }}` starts or ends; other
/// expressions become digits, so that they read as a part of a plain value, also inside quotes; comments become spaces.
/// Placeholders that cannot start a YAML value (`@VAR@`, `%{var}`) start with a digit. Text inside YAML block scalars
/// stays, as nothing has a meaning there.
pub fn mask(text: &str) -> Cow<'_, str> {
    masked(text).text
}

/// As [`mask`], and says where lines were blanked.
pub(super) fn masked(text: &str) -> Masked<'_> {
    let codes = code::find(text);
    let mut bytes = None;
    let mut blanked = Vec::new();
    if !codes.is_empty() {
        let (masked, lines) = lines::mask(text, &codes);
        bytes = Some(masked);
        blanked = lines;
    }
    mask_reserved(text, &mut bytes);
    let text = bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map_or(Cow::Borrowed(text), Cow::Owned);
    Masked { text, blanked }
}

/// Whether template code steers (`{{ if }}`, `{% set %}`, `<% end %>`) or comments, and so gives no text of its own.
pub(super) fn is_silent(code: &str) -> bool {
    code::kind(code) != code::Kind::Output
}

/// Masks what starts a value but must not in YAML: `@VAR@`, `%{var}` and backticks.
fn mask_reserved(text: &str, bytes: &mut Option<Vec<u8>>) {
    for at in memchr::memchr3_iter(b'@', b'%', b'`', text.as_bytes()) {
        let so_far = bytes.as_deref().unwrap_or(text.as_bytes());
        let (before, tail) = so_far.split_at(at.min(so_far.len()));
        if tail.first() != text.as_bytes().get(at) || !starts_value(before) {
            continue;
        }
        let length = match tail {
            [b'%', b'{', body @ ..] => memchr::memchr3(b'}', b'{', b'\n', body)
                .filter(|&end| body.get(end) == Some(&b'}'))
                .map_or(1, |end| end + 3),
            // A directive, or template code of one kind or another.
            [b'%', ..] if !matches!(before.last(), Some(b' ' | b'\t')) => continue,
            _ => 1,
        };
        let bytes = bytes.get_or_insert_with(|| text.as_bytes().to_vec());
        fill(bytes, at, at + length, FILLER);
    }
}

/// Whether a YAML value can start after `before`.
fn starts_value(before: &[u8]) -> bool {
    let blanks = before
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    match before.len().checked_sub(blanks + 1).and_then(|last| before.get(last)) {
        None | Some(b'\n' | b'\r' | b'[' | b'{' | b',') => true,
        Some(b':' | b'-' | b'?') => blanks > 0,
        _ => false,
    }
}

/// Overwrites bytes, except for line ends.
fn fill(bytes: &mut [u8], start: usize, end: usize, with: u8) {
    let end = end.min(bytes.len());
    for byte in bytes.get_mut(start..end).unwrap_or_default() {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = with;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks() {
        let cases = [
            ("host: db-{{ .env }}.example.com", "host: db-1111111111.example.com"),
            ("a: \"{{ .x | default \"y\" }}\"", "a: \"1111111111111111111111\""),
            ("{{ .name }}: v", "11111111111: v"),
            (
                "a: '{{ \"{{\" }} $x {{ \"}}\" }}' # b",
                "a: '111111111111111111111111' # b",
            ),
            ("a: {{ x }}:{{ y }}", "a: 1111111:1111111"),
            ("a: b {{/* c */}} # d", "a: b             # d"),
            ("a: {{{ x }}} b", "a: 111111111 b"),
            (
                "a: <%= x %>\n<% if y -%>\nb: 1\n<% end %>",
                "a: 11111111\n           \nb: 1\n         ",
            ),
            (
                "{% if x %}\na: {{ x }}\n{# b\n c #}\n",
                "          \na: 1111111\n    \n     \n",
            ),
            ("a:\r\n{{- if x }}\r\n  b: c\r\n", "a:\r\n           \r\n  b: c\r\n"),
            // Code over several lines.
            ("a: {{ dict\n  \"b\" 1 }}\nc: d\n", "a: 1111111\n          \nc: d\n"),
            ("a: \"{{ b\n  }}\"\n", "a: \"1111\n1111\"\n"),
            // What is inserted before deeper keys or items is no value.
            (
                "a: {{- b | nindent 4 }}\n    c: d\n",
                "a:                     \n    c: d\n",
            ),
            ("a: {{ b }}\n{{ if c }}\n- d\n", "a:        \n          \n- d\n"),
            ("a: {{ b }}\n  and more\n", "a: 1111111\n  and more\n"),
            (
                "a: |- {{ b }}\n{{ c }}: >{{ d }}\n",
                "a:    1111111\n1111111:  1111111\n",
            ),
            // What is defined is a document of its own.
            (
                "{{ define \"a\" }}\n{{ if b }}\nb: 1\n{{ end }}\n{{ end }}\nc: 2\n",
                "---             \n          \nb: 1\n         \n---      \nc: 2\n",
            ),
            // Every line end stays, also the one that no `---` has room beside.
            ("{{\r define \"a\" }}\n", "  \r              \n"),
            // No template code.
            ("a: {b: {c: d}}", "a: {b: {c: d}}"),
            ("a: {{ b\nc: {{ d }}\n", "a: {{ b\nc: 1111111\n"),
            ("a: ${#b} {% c %d", "a: ${#b} {% c %d"),
            ("a: ${{ b['c: d'] }}", "a: $111111111111111"),
            // Reserved indicators.
            (
                "a: @B@\n- %{c}/d\n- `e`\nf@g: h %i\n%YAML 1.2\n",
                "a: 1B@\n- 1111/d\n- 1e`\nf@g: h %i\n%YAML 1.2\n",
            ),
        ];
        for (text, expected) in cases {
            let masked = mask(text);
            assert_eq!(masked.len(), text.len(), "{text}");
            assert_eq!(masked, expected);
        }
    }

    #[test]
    fn block_scalars_keep_their_text_and_their_indentation() {
        let cases = [
            // Code deeper than the key is text.
            ("a: |\n  {{ b }}\nc: {{ d }}\n", "a: |\n  {{ b }}\nc: 1111111\n"),
            // Code at the left margin does not end the block, nor does it change its indentation.
            (
                "a: |\n  b\n{{ if c }}\n  d\n{{ end }}\ne: f\n",
                "a: |\n  b\n          \n  d\n         \ne: f\n",
            ),
            (
                "a: |-\n{{ if c }}\n  d\n{{ end }}\ne: f\n",
                "a: |-\n  11111111\n  d\n         \ne: f\n",
            ),
            ("a: >\n      {{ if c }}\n  d\n", "a: >\n  11111111111111\n  d\n"),
            // A block that holds code alone is not empty.
            (
                "a:\n- b: |\n{{ c | indent 6 }}\n- d\n",
                "a:\n- b: |\n   111111111111111\n- d\n",
            ),
            (
                "a: |\n{{ if b }}\n{{ end }}\nc: d\n",
                "a: |\n          \n         \nc: d\n",
            ),
            // Not a block.
            ("# a: |\nb: {{ c }}\n", "# a: |\nb: 1111111\n"),
            ("a: b |\n  c: {{ d }}\n", "a: b |\n  c: 1111111\n"),
        ];
        for (text, expected) in cases {
            assert_eq!(mask(text), expected);
        }
    }

    #[test]
    fn text_without_templates_is_borrowed() {
        for text in [
            "",
            "a: b\nc: {d: {e: f}}\n",
            "me@example.com 100%\n",
            "if [[ a ]]; then { b; }; fi < c",
        ] {
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn hostile_text_is_linear() {
        for piece in [
            "{{",
            "{%",
            "{#",
            "<%",
            "}}",
            "{{/*",
            "{{ a",
            "@",
            "%{",
            "{{}}",
            "{{{{ }}",
            "a: {{ b }}\n",
            "a: |\n{{ b }}\n",
        ] {
            let text = piece.repeat(20_000);
            assert_eq!(mask(&text).len(), text.len(), "{piece}");
        }
    }
}
