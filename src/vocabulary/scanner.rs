//! Where the letters of words stand in a text, whatever their case.
//!
//! Every byte of every file passes here. A look at each three bytes that follow each other passes over most of them; the
//! search proper runs only where a word may start.

use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, Input, Match, MatchKind, StartKind};

/// Finds words in texts.
pub(super) struct Scanner {
    words: DFA,
    /// For every three bytes, whether a word may start with them.
    starts: Box<[bool; WINDOWS]>,
}

/// Of each byte five bits count, which are the same for a letter in both cases.
const BITS: u32 = 5;

/// How many ways there are for three bytes.
const WINDOWS: usize = 1 << (3 * BITS);

/// The window that ends with the next byte; older bytes stand in the bits above it.
fn slide(window: u32, byte: u8) -> u32 {
    (window << BITS) | u32::from(byte & 0x1f)
}

impl Scanner {
    /// `None` where there are too many words.
    pub(super) fn new(words: &[String]) -> Option<Self> {
        let mut starts = Box::new([false; WINDOWS]);
        for word in words {
            // Anything may follow a word of one or two letters.
            let known = word.len().min(3);
            let open = BITS as usize * (3 - known);
            let first = (word.bytes().take(known).fold(0, slide) as usize) << open;
            starts
                .iter_mut()
                .skip(first)
                .take(1 << open)
                .for_each(|start| *start = true);
        }
        let words = DFA::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .build(words)
            .ok()?;
        Some(Self { words, starts })
    }

    /// The words in a text, each the longest at its place, none inside of another.
    pub(super) fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Match> + 't {
        let mut at = 0;
        std::iter::from_fn(move || {
            loop {
                let start = self.next_start(text.as_bytes(), at)?;
                let input = Input::new(text).range(start..).anchored(Anchored::Yes);
                let found = self.words.try_find(&input).ok().flatten();
                at = found.map_or(start + 1, |found| found.end().max(start + 1));
                if found.is_some() {
                    return found;
                }
            }
        })
    }

    /// The first byte from `from` on where a word may start.
    fn next_start(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        let (first, others) = rest.split_at_checked(2).unwrap_or((rest, &[]));
        let mut window = first.iter().fold(0, |window, byte| slide(window, *byte));
        for (at, byte) in others.iter().enumerate() {
            window = slide(window, *byte);
            if self.starts.get(window as usize % WINDOWS) == Some(&true) {
                return Some(from + at);
            }
        }
        // A word of one or two letters may end the text.
        let last = from.max(bytes.len().saturating_sub(2));
        (last < bytes.len()).then_some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str], text: &str) -> String {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let scanner = Scanner::new(&words).unwrap();
        let found = scanner
            .find(text)
            .map(|found| format!("{}@{}", text.get(found.range()).unwrap(), found.start()));
        found.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_at_every_place() {
        let words = [
            "qa",
            "prod",
            "production",
            "dev",
            "x",
            "127.0.0.1",
            "größe",
            "local",
            "localhost",
        ];
        for (text, expected) in [
            ("", ""),
            ("q", ""),
            ("qa", "qa@0"),
            ("x", "x@0"),
            ("axQA", "x@1 QA@2"),
            ("a-qa", "qa@2"),
            ("PRODuctions", "PRODuction@0"),
            ("prodprod", "prod@0 prod@4"),
            ("pprodde devdev", "prod@1 dev@8 dev@11"),
            ("to 127.0.0.1:8080", "127.0.0.1@3"),
            ("die größe é", "größe@4"),
            (" localhost local", "localhost@1 local@11"),
            ("pro de", ""),
        ] {
            assert_eq!(found(&words, text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_is_passed_over() {
        let words = ["qa", "dev", "e2", "127.0.0.1", "(local)"];
        let texts = ["QA", "Dev", "E2", "127.0.0.1", "(LOCAL)"];
        for before in 0..=u8::MAX {
            for text in texts {
                let before = char::from(before);
                let whole = format!("{before}{text}");
                let expected = format!("{text}@{}", before.len_utf8());
                assert!(found(&words, &whole).ends_with(&expected), "{whole}");
            }
        }
    }
}
