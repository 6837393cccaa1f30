//! What people write for envfence, and what decides whether a file is read.

use super::places::{in_order, slice};
use super::{first_line, text_of};
use envfence::discover;
use envfence::formats::{FORMATS, format_of};
use envfence::patterns::{Kind, Pattern};
use envfence::source::{Position, position};
use envfence::vocabulary::{AddedEnvironment, Tier, Vocabulary};
use envfence::{policy, reading, rules, suppressions};
use std::sync::LazyLock;

/// All of the input is a policy.
pub(super) fn policy(_: &str, data: &[u8]) {
    let text = text_of(data);
    let read = || policy::read("envfence.yml", &text, &rules::ids());
    match (read(), read()) {
        (Ok(policy), Ok(_)) => {
            for candidate in ["deploy/production/values.yaml", "db.example.com", "a.b[2].c", ""] {
                for (_, pattern) in policy.patterns() {
                    pattern.matches(candidate);
                }
            }
            policy.unmatched_patterns();
        }
        (Err(errors), Err(again)) => {
            assert!(!errors.is_empty(), "an error that says nothing");
            assert_eq!(errors, again);
        }
        _ => assert!(read().is_ok() && read().is_err(), "twice is not the same"),
    }
}

/// The first line is a pattern; each line of the rest is compared with it.
pub(super) fn patterns(_: &str, data: &[u8]) {
    let text = text_of(data);
    let (pattern, candidates) = first_line(&text);
    let at = Position { line: 1, column: 1 };
    for kind in [Kind::Path, Kind::Host, Kind::Name, Kind::Key] {
        let Ok(pattern) = Pattern::new(kind, pattern, at) else {
            continue;
        };
        for candidate in candidates.lines().take(64) {
            let matches = pattern.matches(candidate);
            assert!(!matches || pattern.matched(), "a match that is not remembered");
        }
    }
}

/// All of the input is a file with acknowledgements in its comments, whatever the format.
pub(super) fn acknowledgements(_: &str, data: &[u8]) {
    let text = text_of(data);
    let ids = rules::ids();
    for comments in FORMATS.iter().map(|format| format.comments) {
        let found = suppressions::inline(&text, comments, &ids);
        for one in &found {
            slice(&text, one.at, "acknowledgement");
            let at = position(&text, one.at.start);
            assert_eq!((at.line, at.column), (one.line, one.column));
            assert!(one.target >= 1, "line 0");
        }
        assert_eq!(found, suppressions::inline(&text, comments, &ids));
    }
}

/// The first line is words of a policy's own environment, the second ignored words; the rest is searched.
pub(super) fn vocabulary(_: &str, data: &[u8]) {
    let text = text_of(data);
    let (first, rest) = first_line(&text);
    let (ignored, rest) = first_line(rest);
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
    let added = AddedEnvironment {
        name: "canary".to_owned(),
        tier: Some(Tier::Production),
        aliases: words(first),
    };
    // To build one takes far longer than to search a short text.
    static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::default);
    let own = (!first.is_empty() || !ignored.is_empty()).then(|| Vocabulary::new(&[added], &words(ignored)));
    for vocabulary in own.iter().chain([&*BUILT_IN]) {
        let hits = vocabulary.find(rest);
        in_order(rest, hits.iter().map(|hit| hit.range), "word");
        assert!(hits.iter().all(|hit| vocabulary.environment(hit.environment).is_some()));
        in_order(rest, vocabulary.signs(rest).into_iter().map(|sign| sign.0), "sign");
        vocabulary.scan(
            rest,
            |hit| assert!(!slice(rest, hit.range, "glued word").is_empty()),
            |range, _| assert!(!slice(rest, range, "sign").is_empty()),
        );
        assert_eq!(hits, vocabulary.find(rest));
        vocabulary.exact(rest);
        for word in rest.split(' ').take(64) {
            vocabulary.exact(word);
        }
    }
}

/// The first line is `given|path`; the rest is the bytes of the file.
pub(super) fn discover(_: &str, data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (first, bytes) = data.split_at(end);
    let bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
    let first = text_of(first);
    let (given, path) = first.split_once('|').unwrap_or(("", &first));
    discover::judge_path(path);
    discover::judge_path_below(given, path);
    discover::prune(given, path);
    discover::head_may_tell(path);
    discover::judge_text(path, bytes);
    let decoded = discover::decode(bytes.to_vec());
    if let Some((range, count)) = decoded.invalid {
        slice(&decoded.text, range, "no text");
        assert!(count > 0, "nothing invalid");
    } else if std::str::from_utf8(bytes).is_ok() {
        assert_eq!(decoded.text.as_bytes(), bytes);
    }
    format_of(path, reading::head(&decoded.text));
    position(&decoded.text, u32::MAX);
}
