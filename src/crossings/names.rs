//! Names of products and services that hold an environment's word: a shop called Staging Post.

use crate::formats::EntryId;
use crate::model::{Model, SettingId};
use crate::settings::{On, Read, Word};
use crate::source::{SourceId, TextRange};
use crate::vocabulary::{EnvironmentId, Hit, Strength};
use std::collections::HashSet;

/// How many values with two environments' words are looked at, and how many siblings of each: real repositories have few.
const MANY: usize = 4096;
const SIBLINGS: usize = 8;

/// Names that stand beside an environment's own word, the same in every environment: `stagingpost` of
/// `staging-post-prod` and `staging-post-dev`.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// The names that the settings of production show.
    pub(super) fn new(model: &Model<'_>) -> Self {
        let mut names = HashSet::new();
        let mut looked_at = 0;
        for (index, read) in model.reads.iter().enumerate() {
            let source = SourceId(TextRange::new(index, index).start);
            for words in read.document.words.chunk_by(|one, next| one.entry == next.entry) {
                let Some(entry) = words.first().map(|word| word.entry) else {
                    continue;
                };
                let setting = SettingId { source, entry };
                let production = model
                    .environment(setting)
                    .filter(|id| words.len() >= 2 && model.vocabulary.is_production(*id));
                let Some(own) = production else { continue };
                let Some(found) = beside_own(read, words, own) else {
                    continue;
                };
                looked_at += 1;
                if looked_at > MANY {
                    return Self(names);
                }
                if stays(model, setting, read, entry, &found) {
                    names.insert(found);
                }
            }
        }
        Self(names)
    }

    /// Whether a word is a part of such a name.
    pub(super) fn has(&self, value: &str, hit: Hit) -> bool {
        !self.0.is_empty() && self.0.contains(&name_around(value, hit.range))
    }
}

/// The name around a value's first foreign word that has a word of the setting's own environment in the same run.
fn beside_own(read: &Read, words: &[Word], own: EnvironmentId) -> Option<String> {
    let text = read.source.text.as_str();
    let on_value = || words.iter().filter(|word| word.on == On::Value).map(|word| word.hit);
    let is_own = |hit: &Hit| hit.environment == own && hit.strength == Strength::Strong;
    let foreign = on_value().find(|hit| {
        let run = run_around(text, hit.range);
        let inside = |other: &Hit| run.start <= other.range.start && other.range.end <= run.end;
        hit.environment != own && on_value().any(|other| is_own(&other) && inside(&other))
    })?;
    Some(name_around(text, foreign.range))
}

/// Whether a sibling of another environment has another value, and in it the same name.
fn stays(model: &Model<'_>, setting: SettingId, read: &Read, entry: EntryId, name: &str) -> bool {
    let own = read.document.value(&read.source.text, entry);
    let siblings = model.siblings(setting);
    siblings.others.values().flatten().take(SIBLINGS).any(|sibling| {
        let theirs = model.decoded(*sibling);
        let differs = theirs.as_ref().map(|theirs| &theirs.text) != own.as_ref().map(|own| &own.text);
        differs && theirs.is_some_and(|theirs| letters(&theirs.text).contains(name))
    })
}

/// A word with what makes a name of it, in lower case and without separators: the letters that it is stuck to, else the
/// next word, else the one before.
fn name_around(text: &str, word: TextRange) -> String {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    let piece = around(text, word, |byte| is_part(&byte));
    if piece.len() > word.len() {
        return letters(piece.slice(text));
    }
    let bytes = text.as_bytes();
    let is_separator = |byte: &u8| matches!(byte, b'-' | b'_' | b'.' | b' ');
    let (start, end) = (piece.start as usize, piece.end as usize);
    let after = bytes.get(end).filter(|byte| is_separator(byte)).map_or(0, |_| {
        let rest = bytes.get(end + 1..).unwrap_or(&[]);
        rest.iter().take_while(|byte| is_part(byte)).count()
    });
    if after > 0 {
        return letters(text.get(start..end + 1 + after).unwrap_or(""));
    }
    let before = start
        .checked_sub(1)
        .filter(|at| bytes.get(*at).is_some_and(is_separator));
    let before = before.map_or(start, |at| {
        let head = bytes.get(..at).unwrap_or(&[]);
        at - head.iter().rev().take_while(|byte| is_part(byte)).count()
    });
    letters(text.get(before..end).unwrap_or(""))
}

/// The host, name or segment that a range stands in.
fn run_around(text: &str, range: TextRange) -> TextRange {
    around(text, range, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
    })
}

/// A range with the bytes beside it that belong to it, so many at most: a value may be as long as the file.
fn around(text: &str, range: TextRange, belongs: impl Fn(u8) -> bool) -> TextRange {
    const MOST: usize = 256;
    let bytes = text.as_bytes();
    let (start, end) = (range.start as usize, range.end as usize);
    let before = bytes.get(..start).unwrap_or(&[]);
    let after = bytes.get(end..).unwrap_or(&[]);
    let before = before
        .iter()
        .rev()
        .take(MOST)
        .take_while(|byte| belongs(**byte))
        .count();
    let after = after.iter().take(MOST).take_while(|byte| belongs(**byte)).count();
    TextRange::new(start - before, end + after)
}

fn letters(text: &str) -> String {
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_around_words() {
        for (text, word, expected) in [
            ("staging-post-prod", "staging", "stagingpost"),
            ("db.stagingpost.example", "staging", "stagingpost"),
            ("StagingPostDb", "Staging", "stagingpostdb"),
            ("main_stage", "stage", "mainstage"),
            ("stage", "stage", "stage"),
            ("/stage/", "stage", "stage"),
            ("ž-stage-ž", "stage", "stage"),
        ] {
            let at = text.find(word).unwrap();
            let range = TextRange::new(at, at + word.len());
            assert_eq!(name_around(text, range), expected, "{text}");
        }
    }
}
