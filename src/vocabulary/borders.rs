//! Where words begin and end: separators, digits, camelCase; and what is chance among letters.

use super::{Hit, Meaning, Strength};
use crate::source::TextRange;

/// A strong word that is stuck to other letters on one side alone.
pub(super) fn glued(meaning: Meaning, bytes: &[u8], range: TextRange, borders: (bool, bool)) -> Option<Hit> {
    let Meaning::Environment(environment, Strength::Strong) = meaning else {
        return None;
    };
    let beside = match borders {
        (true, false) => bytes.get(range.end as usize),
        (false, true) => range.start.checked_sub(1).and_then(|before| bytes.get(before as usize)),
        _ => None,
    };
    let stuck = range.len() >= 3 && beside.is_some_and(u8::is_ascii_alphabetic);
    stuck.then_some(Hit {
        range,
        environment,
        strength: if names_machine(bytes, range) {
            Strength::Strong
        } else {
            Strength::Glued
        },
    })
}

/// What stands for a database's server in the names of machines.
const MACHINES: &[&[u8]] = &[
    b"sql", b"db", b"ora", b"pg", b"mysql", b"mongo", b"redis", b"srv", b"svr",
];

/// Whether all that a word is stuck to says which machine it is, as in `SQLUAT02` and `devdb`: such names are made of
/// abbreviations, not of English.
fn names_machine(bytes: &[u8], range: TextRange) -> bool {
    let letter = |byte: &&u8| byte.is_ascii_alphabetic();
    let (start, end) = (range.start as usize, range.end as usize);
    let before = bytes
        .get(..start)
        .unwrap_or(&[])
        .iter()
        .rev()
        .take(8)
        .take_while(letter)
        .count();
    let after = bytes
        .get(end..)
        .unwrap_or(&[])
        .iter()
        .take(8)
        .take_while(letter)
        .count();
    let stuck = match (before, after) {
        (0, after) => bytes.get(end..end + after),
        (before, 0) => bytes.get(start - before..start),
        _ => None,
    };
    stuck.is_some_and(|stuck| MACHINES.iter().any(|machine| stuck.eq_ignore_ascii_case(machine)))
}

pub(super) fn starts_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// Whether a word may start at `at`: after a separator or digit, or at a camelCase border.
pub(super) fn starts_word(bytes: &[u8], at: usize) -> bool {
    let Some(&before) = at.checked_sub(1).and_then(|index| bytes.get(index)) else {
        return true;
    };
    let Some(&first) = bytes.get(at) else { return false };
    if !before.is_ascii() {
        return false;
    }
    if !before.is_ascii_alphabetic() {
        return before != b'\\' || !matches!(first, b'n' | b't' | b'r');
    }
    if before.is_ascii_lowercase() {
        return first.is_ascii_uppercase();
    }
    // `VPCDev`: the last capital of a run starts the next word.
    first.is_ascii_uppercase() && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)
}

/// Whether a word may end at `end`.
pub(super) fn ends_word(bytes: &[u8], start: usize, end: usize) -> bool {
    let Some(&after) = bytes.get(end) else { return true };
    if !after.is_ascii() {
        return false;
    }
    if !after.is_ascii_alphabetic() {
        return true;
    }
    let lower = bytes.get(end.saturating_sub(1)).is_some_and(u8::is_ascii_lowercase);
    if lower {
        return after.is_ascii_uppercase();
    }
    // `DEVHost`: a run of capitals ends before the capital that starts a lower-case word.
    let upper = bytes.get(start).is_some_and(u8::is_ascii_uppercase);
    upper && after.is_ascii_uppercase() && bytes.get(end + 1).is_some_and(u8::is_ascii_lowercase)
}

/// `dev`, `DEV` and `Dev` are words; `dEv` is chance.
pub(super) fn one_case(word: &str) -> bool {
    // `nonProd` and `preProduction` are two words, each of one case.
    if let Some((head, tail)) = word.split_at_checked(3)
        && (head.eq_ignore_ascii_case("non") || head.eq_ignore_ascii_case("pre"))
        && tail.starts_with(|first: char| first.is_ascii_uppercase())
    {
        return one_case(head) && one_case(tail);
    }
    let bytes = word.as_bytes();
    let rest = bytes.get(1..).unwrap_or(&[]);
    let lower = rest.iter().all(|byte| !byte.is_ascii_uppercase());
    lower || bytes.iter().all(|byte| !byte.is_ascii_lowercase())
}

/// Whether a word stands in a long run of mixed letters and digits, as in keys and hashes, where words are chance.
pub(super) fn in_random_run(bytes: &[u8], start: usize, end: usize) -> bool {
    let run = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'=');
    let before = bytes
        .get(..start)
        .unwrap_or(&[])
        .iter()
        .rev()
        .take(64)
        .take_while(|byte| run(byte))
        .count();
    let after = bytes
        .get(end..)
        .unwrap_or(&[])
        .iter()
        .take(64)
        .take_while(|byte| run(byte))
        .count();
    if before + after < 16 {
        return false;
    }
    let whole = bytes.get(start - before..end + after).unwrap_or(&[]);
    let digits = whole.iter().filter(|byte| byte.is_ascii_digit()).count();
    let upper = whole.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let lower = whole.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    digits >= 3 && (upper >= 3 || lower >= 3) && digits * 12 >= whole.len()
}
