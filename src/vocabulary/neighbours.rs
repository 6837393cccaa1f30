//! What stands beside a word and changes what it says: `non-prod`, `devtest`, the name of a service.

use super::borders::{one_case, starts_ignoring_case, starts_word};
use super::words::ENGLISH;
use super::{Hit, Strength, Vocabulary};
use crate::source::TextRange;

impl Vocabulary {
    /// `non-prod`, `pre-production` and the like name another environment than their last word; `backup-production`
    /// and `production-like` name none.
    pub(super) fn fold(&self, text: &str, hit: Hit) -> Option<Hit> {
        if hit.range.slice(text).eq_ignore_ascii_case("pre") && self.environment_follows(text, hit.range.end as usize) {
            // Told as one word with production's, and a product's name before another environment's.
            return None;
        }
        if !self.is_production(hit.environment) {
            return Some(hit);
        }
        let before = text.get(..hit.range.start as usize).unwrap_or("");
        let after = text.get(hit.range.end as usize..).unwrap_or("");
        if starts_ignoring_case(after.trim_start_matches(['-', '_']), "like") {
            return None;
        }
        let trimmed = before.strip_suffix(['-', '_', ' ', '.', '/']).unwrap_or(before);
        let preceded = |prefix: &str| {
            let at = trimmed.len().checked_sub(prefix.len())?;
            let tail = trimmed.get(at..).filter(|tail| tail.eq_ignore_ascii_case(prefix))?;
            (starts_word(trimmed.as_bytes(), at) && one_case(tail)).then_some(at)
        };
        if before.len() - trimmed.len() <= 1 {
            let folded = [("non", "nonprod"), ("not", "nonprod"), ("pre", "preprod")];
            for (prefix, name) in folded {
                if let Some(at) = preceded(prefix).filter(|_| !before.ends_with(['.', '/', ' '])) {
                    let (environment, strength) = *self.words.get(name)?;
                    return Some(Hit {
                        range: TextRange {
                            start: TextRange::new(at, at).start,
                            ..hit.range
                        },
                        environment,
                        strength,
                    });
                }
            }
            if preceded("backup").is_some() {
                return None;
            }
        }
        Some(hit)
    }

    /// Whether an environment's word stands at `at` or behind one separator there.
    fn environment_follows(&self, text: &str, at: usize) -> bool {
        let after = text.get(at..).unwrap_or("");
        let after = after.strip_prefix(['-', '_']).unwrap_or(after);
        // Up to a border: that of camel case is one, too.
        let bytes = after.as_bytes();
        let end = (0..bytes.len()).find(|&at| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let is_camel = before.is_some_and(u8::is_ascii_lowercase);
            bytes
                .get(at)
                .is_some_and(|byte| !byte.is_ascii_alphabetic() || is_camel && byte.is_ascii_uppercase())
        });
        let word = after.get(..end.unwrap_or(after.len())).unwrap_or("");
        let known = self.words.get(&word.to_ascii_lowercase());
        known.is_some_and(|(environment, strength)| *strength == Strength::Strong || self.is_production(*environment))
    }

    /// Whether the letters that a glued word is stuck to are an environment's word too, as in `devtest`, or make an English
    /// word of it.
    pub(super) fn is_beside_word(&self, text: &str, start: usize, end: usize) -> bool {
        // As many letters as the longest word and one more: a run of letters may be as long as the file.
        const MOST: usize = 17;
        let letter = |byte: &&u8| byte.is_ascii_alphabetic();
        let bytes = text.as_bytes();
        let around = (bytes.get(..start).unwrap_or(&[]), bytes.get(end..).unwrap_or(&[]));
        let before = around.0.iter().rev().take(MOST).take_while(letter).count();
        let after = around.1.iter().take(MOST).take_while(letter).count();
        let before = text.get(start - before..start).unwrap_or("");
        let after = text.get(end..end + after).unwrap_or("");
        let known = |word: &str| (2..=16).contains(&word.len()) && self.words.contains_key(&word.to_ascii_lowercase());
        let run = format!("{before}{}{after}", text.get(start..end).unwrap_or("")).to_ascii_lowercase();
        known(after) || known(before) || ENGLISH.iter().any(|english| run.contains(english))
    }

    pub(super) fn is_ignored(&self, text: &str, start: usize, end: usize) -> bool {
        self.ignored.iter().any(|name| {
            let from = (0..=name.len()).rev().find_map(|back| {
                let from = start.checked_sub(back)?;
                let candidate = text.get(from..from + name.len())?;
                (candidate.eq_ignore_ascii_case(name) && from + name.len() >= end).then_some(from)
            });
            from.is_some()
        })
    }
}
