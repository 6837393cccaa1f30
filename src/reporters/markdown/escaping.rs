//! Text from anywhere as a part of a Markdown page: it shows as it is written and does nothing else.
//!
//! GitHub does more with text than Markdown: it turns names, numbers, commits and addresses into links and notifies
//! people. It does none of that in code, so that a word that could be such a thing is shown as code.

use crate::reporters::shortened;
use crate::reporters::visible::visible;

/// Characters of a piece of code on a line.
const CODE: usize = 200;

/// Characters of a text.
const PROSE: usize = 2_000;

/// A text as code on a line. A bar would end the cell of a table, a comment could be taken for a marker of envfence's own:
/// both become escapes.
pub(super) fn code(text: &str) -> String {
    let shown = without_comments(&visible(&shortened(text, CODE))).replace('|', "\\u{7c}");
    let fence = "`".repeat(longest_run(&shown) + 1);
    let blank = shown.trim().is_empty();
    match shown {
        _ if blank => "`(blank)`".to_owned(),
        text if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) => format!("{fence} {text} {fence}"),
        text => format!("{fence}{text}{fence}"),
    }
}

/// A text as code within HTML.
pub(super) fn html_code(text: &str) -> String {
    format!("<code>{}</code>", html(text))
}

/// A text within HTML.
pub(super) fn html(text: &str) -> String {
    let mut html = String::new();
    for character in visible(&shortened(text, CODE)).chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            plain => html.push(plain),
        }
    }
    html
}

/// A block of code with a fence that nothing in it can close.
pub(super) fn block(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| without_comments(&visible(line))).collect();
    let text = lines.join("\n");
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}text\n{text}\n{fence}\n")
}

/// A text in words, within a line: what stands between backticks in it is code, and so is each word that Markdown or GitHub
/// would make something of.
pub(super) fn prose(text: &str) -> String {
    let shown = visible(&shortened(text, PROSE)).into_owned();
    let pieces: Vec<&str> = shown.split('`').collect();
    let mut line = Line::default();
    // An odd backtick is no border of code.
    if pieces.len().is_multiple_of(2) {
        line.words(&shown);
        return line.text;
    }
    for (number, piece) in pieces.iter().enumerate() {
        if number.is_multiple_of(2) {
            line.words(piece);
        } else if !piece.is_empty() {
            line.code(piece);
        }
    }
    line.text
}

/// A line as it grows.
#[derive(Default)]
struct Line {
    text: String,
    /// Whether code has just ended: its fence must not touch another one.
    after_code: bool,
}

impl Line {
    fn code(&mut self, text: &str) {
        if self.after_code || self.text.ends_with(['$', '`', '\\']) {
            self.text.push(' ');
        }
        self.text.push_str(&code(text));
        self.after_code = true;
    }

    fn words(&mut self, text: &str) {
        for piece in text.split_inclusive(' ') {
            let word = piece.trim_end_matches(' ');
            if speaks(word) {
                self.code(word);
            } else {
                self.plain(word);
            }
            if word.len() < piece.len() {
                self.plain(" ");
            }
        }
    }

    fn plain(&mut self, text: &str) {
        for character in text.chars() {
            self.after_code = false;
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                // Within a table a backslash before a bar is not understood by all.
                '|' => self.text.push_str("&#124;"),
                '\\' => self.text.push_str("&#92;"),
                '`' => self.text.push_str("&#96;"),
                '*' | '_' | '[' | ']' | '~' | '!' | '#' | '{' | '}' => {
                    self.text.push('\\');
                    self.text.push(character);
                }
                plain => self.text.push(plain),
            }
        }
    }
}

/// Whether GitHub would make something of a word: a person, an issue, a commit, an address, an emoji, a formula.
fn speaks(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    word.contains(['@', '#', '$', '^'])
        || word.trim_end_matches(':').contains(':')
        || word.contains("::")
        || lower.contains("://")
        || lower.contains("www.")
        || lower.contains("gh-")
        || is_hexadecimal(word)
}

/// Whether a word holds what may be the name of a commit.
fn is_hexadecimal(word: &str) -> bool {
    word.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| {
        part.len() >= 7 && part.bytes().all(|b| b.is_ascii_hexdigit()) && part.bytes().any(|b| b.is_ascii_digit())
    })
}

/// The text without the start of a comment of HTML.
fn without_comments(text: &str) -> String {
    text.replace("<!--", "<\\u{21}--")
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_on_a_line() {
        let cases = [
            ("a.b", "`a.b`"),
            ("a`b", "``a`b``"),
            ("`a``", "``` `a`` ```"),
            ("a|b", "`a\\u{7c}b`"),
            (" a", "`  a `"),
            ("", "`(blank)`"),
            (" ", "`(blank)`"),
            ("a\nb\u{202e}", "`a\\nb\\u{202e}`"),
            ("<!-- envfence:lint -->", "`<\\u{21}-- envfence:lint -->`"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), expected, "{text:?}");
        }
    }

    #[test]
    fn words() {
        let cases = [
            (
                "production uses `db.a-b_c`, which names staging",
                "production uses `db.a-b_c`, which names staging",
            ),
            ("a *b* _c_ [d](e) ~f~", "a \\*b\\* \\_c\\_ \\[d\\](e) \\~f\\~"),
            ("ask @team/x about #12 or a/b#3", "ask `@team/x` about `#12` or `a/b#3`"),
            (
                "see https://a.example and WWW.b.example",
                "see `https://a.example` and `WWW.b.example`",
            ),
            (
                "<b>&amp;</b> <!-- x -->",
                "&lt;b&gt;&amp;amp;&lt;/b&gt; &lt;\\!-- x --&gt;",
            ),
            ("a | b \\| c", "a &#124; b &#92;&#124; c"),
            (
                "commit 0a1b2c3 and :+1: and $x$",
                "commit `0a1b2c3` and `:+1:` and `$x$`",
            ),
            ("one ` alone", "one &#96; alone"),
            ("a`b``c`d", "a`b` `c`d"),
            ("$`x`$", "`$` `x` `$`"),
            ("deface the facade", "deface the facade"),
            ("a: b", "a: b"),
            (":x and host:5432", "`:x` and `host:5432`"),
        ];
        for (text, expected) in cases {
            assert_eq!(prose(text), expected, "{text:?}");
        }
    }

    #[test]
    fn blocks_cannot_be_closed() {
        assert_eq!(block("a\nb"), "```text\na\nb\n```\n");
        assert_eq!(block("````\n</details>"), "`````text\n````\n</details>\n`````\n");
        assert_eq!(block("\u{202e}<!-- x"), "```text\n\\u{202e}<\\u{21}-- x\n```\n");
    }

    #[test]
    fn html_is_text() {
        assert_eq!(
            html_code("<a href=\"x\">'&"),
            "<code>&lt;a href=&quot;x&quot;&gt;&#39;&amp;</code>"
        );
    }
}
