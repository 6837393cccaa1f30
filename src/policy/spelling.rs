//! Words that were probably meant, and user-written text as it is shown in messages.

use crate::references::credentials;

/// The longest word that is looked up.
const WORD_CAP: usize = 64;

/// The known word that is nearest to a misspelt one, when one is near.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.is_empty() || word.len() > WORD_CAP {
        return None;
    }
    let word = word.to_lowercase();
    let length = word.chars().count();
    let (distance, nearest) = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(&word, &known.to_lowercase()), *known))
        .min_by_key(|(distance, _)| *distance)?;
    let near = distance <= length.max(nearest.len()).div_ceil(3) && distance < length;
    // `hosts` for `host.name`: one is the beginning of the other.
    let begins = || {
        known
            .iter()
            .find(|known| length >= 3 && (known.starts_with(&word) || word.starts_with(**known)))
            .copied()
    };
    if near { Some(nearest) } else { begins() }
}

/// The most words that are listed.
const LISTED: usize = 12;

/// How like a word another one has to be where there are too many to list them.
const LIKENESS: f64 = 0.8;

/// `did you mean ...` and what is allowed, for an unknown word. Of many known words only the likest are told.
pub(crate) fn advice(word: &str, known: &[&str], what: &str) -> String {
    if known.len() > LISTED {
        let places = format!("`envfence {what}` lists all");
        return match likest(word, known).as_slice() {
            [] => places,
            [one] => format!("did you mean `{one}`? {places}"),
            [first @ .., last] => {
                let first: Vec<String> = first.iter().map(|one| format!("`{one}`")).collect();
                format!("did you mean {} or `{last}`? {places}", first.join(", "))
            }
        };
    }
    let list = known.join(", ");
    match nearest(word, known) {
        Some(nearest) => format!("did you mean `{nearest}`? {what}: {list}"),
        None => format!("{what}: {list}"),
    }
}

/// Up to three known words that are like an unknown one, the likest first; one alone where it is a mere slip.
fn likest<'a>(word: &str, known: &[&'a str]) -> Vec<&'a str> {
    if word.len() > WORD_CAP {
        return Vec::new();
    }
    let word = word.to_lowercase();
    if let Some(slip) = known
        .iter()
        .find(|known| strsim::damerau_levenshtein(&word, known) <= 2)
    {
        return vec![*slip];
    }
    let mut like: Vec<(f64, &str)> = known
        .iter()
        .map(|known| (strsim::jaro_winkler(&word, known), *known))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .collect();
    like.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    like.into_iter().take(3).map(|(_, known)| known).collect()
}

/// Free text up to its first credential, which is hidden. What follows may be the rest of it: where nothing is parsed,
/// nobody knows where it ends.
pub(crate) fn without_credentials(text: &str) -> String {
    let mut masked = credentials::masked(&[], text);
    if masked != text
        && let Some(at) = masked.find("***")
    {
        masked.truncate(at + 3);
    }
    masked
}

/// A text of the user for a message: without credentials, cut when long, without control characters.
pub(crate) fn shown(text: &str) -> String {
    let text = without_credentials(text);
    let mut shown: String = text
        .chars()
        .take(WORD_CAP)
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near() {
        let known = ["environments", "rules", "words", "exclude", "acknowledge"];
        for (word, expected) in [
            ("environment", Some("environments")),
            ("enviroments", Some("environments")),
            ("Rules", Some("rules")),
            ("rule", Some("rules")),
            ("excludes", Some("exclude")),
            ("acknowledgements", Some("acknowledge")),
            ("env", Some("environments")),
            ("database", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &known), expected, "{word}");
        }
        assert_eq!(nearest(&"a".repeat(1_000), &known), None);
    }

    #[test]
    fn of_many_words_only_the_likest_are_told() {
        let known = crate::rules::ids();
        for (word, expected) in [
            ("empty-valu", "did you mean `empty-value`? `envfence rules` lists all"),
            (
                "other-environment-datbase",
                "did you mean `other-environment-datastore`, `other-environment-host` or `other-environment-selector`? `envfence rules` lists all",
            ),
            ("x", "`envfence rules` lists all"),
        ] {
            assert_eq!(advice(word, &known, "rules"), expected, "{word}");
        }
    }

    #[test]
    fn shown_text_is_short_and_harmless() {
        assert_eq!(shown("a\u{1b}[0m\nb"), "a [0m b");
        assert_eq!(shown(&"č".repeat(100)).chars().count(), 65);
        assert_eq!(shown("postgres://app:x;y@db/orders"), "postgres://app:***");
        assert_eq!(shown("was *** before"), "was *** before");
    }
}
