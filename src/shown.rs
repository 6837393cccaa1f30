//! The one way in which the text of a value reaches a message: short, on one line, with every credential masked.

use crate::model::{Model, SettingId};
use crate::pointers::Pointer;
use crate::references::credentials;
use crate::source::TextRange;
use std::fmt;

/// How many characters of a text messages show.
const WIDTH: usize = 100;

/// What stands for a credential.
const MASK: &str = "***";

/// Text of a value as messages may show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    text: String,
    hides: bool,
}

impl Shown {
    /// A part of what a setting points at.
    pub fn part(pointer: &Pointer<'_>, range: TextRange) -> Self {
        Self::range(&pointer.value, pointer.secrets(), range)
    }

    /// A text that was read in the value of a setting, perhaps in another case. What stands nowhere but inside of the value's
    /// credentials is hidden.
    pub fn of_value(model: &Model<'_>, setting: SettingId, text: &str) -> Self {
        let value = model.value(setting).unwrap_or_default();
        let secrets = credentials::credential_ranges(&model.names(setting), &value);
        if secrets.is_empty() || text.is_empty() {
            return Self::text(text);
        }
        let (plain, wanted) = (value.to_ascii_lowercase(), text.to_ascii_lowercase());
        let mut places = plain
            .match_indices(&wanted)
            .map(|(at, found)| TextRange::new(at, at + found.len()))
            .peekable();
        let first = places.peek().copied();
        let is_free = |place: &TextRange| overlapping(&secrets, *place).next().is_none();
        match first.filter(|_| !places.any(|place| is_free(&place))) {
            Some(place) => Self::range(&value, &secrets, place),
            None => Self::text(text),
        }
    }

    /// A text that stands for itself.
    pub fn text(text: &str) -> Self {
        let masked = credentials::masked(&[], text);
        Self {
            hides: masked != text,
            text: short(&masked),
        }
    }

    /// Whether something of the text is hidden.
    pub fn hides(&self) -> bool {
        self.hides
    }

    fn range(value: &str, secrets: &[TextRange], range: TextRange) -> Self {
        let mut text = String::new();
        let mut from = range.start;
        let mut hides = false;
        for secret in overlapping(secrets, range) {
            let before = TextRange {
                start: from.min(secret.start),
                end: secret.start,
            };
            // What is left of a part need not look like an address any more.
            text.push_str(&credentials::masked(&[], before.slice(value)));
            text.push_str(MASK);
            from = secret.end.min(range.end);
            hides = true;
        }
        let rest = TextRange {
            start: from,
            end: range.end,
        };
        let rest = Self::text(rest.slice(value));
        text.push_str(&rest.text);
        Self {
            text: short(&text),
            hides: hides || rest.hides,
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Those of the ranges, sorted and apart from each other, that overlap another one.
fn overlapping(ranges: &[TextRange], other: TextRange) -> impl Iterator<Item = TextRange> + '_ {
    let first = ranges.partition_point(|range| range.end <= other.start);
    let rest = ranges.get(first..).unwrap_or(&[]).iter().copied();
    rest.take_while(move |range| range.start < other.end)
}

/// The text on one line and not too long.
fn short(text: &str) -> String {
    let mut characters = text.trim().chars();
    let mut shown: String = characters
        .by_ref()
        .take(WIDTH)
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(value: &str, part: &str) -> String {
        let secrets = credentials::credential_ranges(&["x"], value);
        let at = value.find(part).unwrap();
        Shown::range(value, &secrets, TextRange::new(at, at + part.len())).to_string()
    }

    #[test]
    fn parts_hide_what_is_hidden_in_their_value() {
        let cases = [
            ("postgres://app:a/hunter2@db/x", "db", "db"),
            // Read alone, neither half says what it is.
            ("postgres://app:a/hunter2@db/x", "hunter2@db", "***@db"),
            ("postgres://app:a/hunter2@db/x", "app:a", "app:***"),
            ("postgres://app:a/hunter2@db/x", "hunter2", "***"),
            (
                "cache:6379?password=hunter2",
                "cache:6379?password=hunter2",
                "cache:6379?password=***",
            ),
            (
                "h password=a&x password=b",
                "h password=a&x password=b",
                "h password=*** password=***",
            ),
        ];
        for (value, part, expected) in cases {
            assert_eq!(range(value, part), expected, "{part} of {value}");
        }
    }

    #[test]
    fn texts_are_short_and_masked() {
        assert_eq!(Shown::text(" a\u{1b}b\nc ").to_string(), "a b c");
        assert_eq!(
            Shown::text("app:hunter2@db.example.com").to_string(),
            "app:***@db.example.com"
        );
        assert_eq!(Shown::text(&"é".repeat(200)).to_string().chars().count(), WIDTH + 1);
        assert!(Shown::text("?password=a").hides() && !Shown::text("db.example.com").hides());
        // The cut comes after the mask: half of a secret is never left.
        let long = format!("{}?password=hunter2", "x".repeat(WIDTH - 12));
        assert!(!Shown::text(&long).to_string().contains('h'));
    }

    #[test]
    fn many_secrets_stay_linear() {
        let value = "x://u:p@h ".repeat(20_000);
        let secrets = credentials::credential_ranges(&["x"], &value);
        for at in 0..20_000 {
            let part = TextRange::new(at * 10 + 8, at * 10 + 9);
            assert_eq!(Shown::range(&value, &secrets, part).to_string(), "h");
        }
    }
}
