//! A cheap look at a file that decides whether it is worth parsing: can anything in it speak for an environment?
//!
//! It errs on the side of parsing. What no environment is known of gives no finding.

use crate::environments::is_stating;
use crate::vocabulary::{Candidate, EnvironmentId, Hit, Strength, Vocabulary};
use aho_corasick::AhoCorasick;
use std::cell::LazyCell;
use std::sync::LazyLock;

/// How far a key may stand from its value, and a colon from its key.
const REACH: usize = 96;

/// How people write the name of this program in an acknowledgement.
pub const MARKS: [&str; 4] = ["envfence", "Envfence", "ENVFENCE", "EnvFence"];

static MARK: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(MARKS).ok());

/// Where a text names this program first: only there can an acknowledgement be.
pub fn mark_at(text: &[u8]) -> Option<usize> {
    MARK.as_ref()?.find(text).map(|found| found.start())
}

/// Whether a file can speak for an environment: by its path; by a key that states one; by keys that are named after two.
/// `candidates` are those of the text.
pub fn may_speak(path: &str, text: &str, candidates: &[Candidate], vocabulary: &Vocabulary) -> bool {
    if !vocabulary.find(path).is_empty() || mark_at(text.as_bytes()).is_some() {
        return true;
    }
    // A build's stages are named without any sign: `FROM shop:1 AS production`.
    if path.contains("ockerfile") || path.contains("ontainerfile") {
        return true;
    }
    let spells_out = LazyCell::new(|| memchr::memmem::find(text.as_bytes(), b"nvironment").is_some());
    let mut keys: Option<EnvironmentId> = None;
    let (mut several, mut strong) = (false, false);
    let mut last: Option<Hit> = None;
    for hit in vocabulary.sketch(text, candidates) {
        if last.is_some_and(|last| is_one_address(text, last, hit, vocabulary)) {
            return true;
        }
        last = Some(hit);
        let stands = place(text, hit, &spells_out);
        if stands == Place::Stated && hit.strength == Strength::Strong {
            return true;
        }
        if stands == Place::Key {
            several |= keys.is_some_and(|known| known != hit.environment);
            strong |= hit.strength == Strength::Strong;
            keys = Some(hit.environment);
            if several && strong {
                return true;
            }
        }
    }
    false
}

/// Whether two words stand in one address, and one of them is production's: it may disagree with itself.
fn is_one_address(text: &str, one: Hit, other: Hit, vocabulary: &Vocabulary) -> bool {
    let production = |hit: Hit| vocabulary.is_production(hit.environment);
    let between = text
        .get(one.range.end as usize..other.range.start as usize)
        .unwrap_or("");
    production(one) != production(other)
        && between.len() <= 2 * REACH
        && !between.contains(['\n', ' '])
        && between.contains(['/', ';'])
}

/// What a word can be where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A part of a key's, a block's or an item's name.
    Key,
    /// The value of a key that states the environment.
    Stated,
    /// Anything else.
    Other,
}

fn place(text: &str, hit: Hit, spells_out: &LazyCell<bool, impl FnOnce() -> bool>) -> Place {
    let bytes = text.as_bytes();
    let name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'*' | b'|' | b',');
    let quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'\\' | b' ' | b'\t' | b'`' | b')');
    let after = bytes.get(hit.range.end as usize..).unwrap_or(&[]);
    let after = after.get(..REACH.min(after.len())).unwrap_or(after);
    let end = after.iter().position(|byte| !name(byte)).unwrap_or(after.len());
    let rest = after.get(end..).unwrap_or(&[]);
    let mut behind = rest.iter().skip_while(|byte| quote(byte));
    if let Some(next) = behind.next() {
        let quoted = rest.first().is_some_and(quote);
        let follows = matches!(next, b':' | b'{' | b']' | b'>') || (*next == b'=' && behind.next() != Some(&b'='));
        // Two labels of a block stand behind one another: `module "prod" "x" {`.
        if follows || (quoted && rest.contains(&b'{')) {
            return Place::Key;
        }
    }
    let start = hit.range.start as usize;
    let before = bytes.get(start.saturating_sub(REACH)..start).unwrap_or(&[]);
    let line = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(before, |at| before.get(at + 1..).unwrap_or(&[]));
    let Some(sign) = line.iter().rposition(|byte| matches!(byte, b':' | b'=' | b'>')) else {
        // `FROM x AS production`, `environment production`: a name or a value without any sign.
        return if line.iter().any(u8::is_ascii_alphabetic) && line.len() < 48 {
            Place::Key
        } else {
            Place::Other
        };
    };
    let key = line.get(..sign).unwrap_or(&[]);
    let end = key.iter().rposition(|byte| !quote(byte)).map_or(0, |at| at + 1);
    let key = key.get(..end).unwrap_or(&[]);
    let from = key
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.'))
        .map_or(0, |at| at + 1);
    match std::str::from_utf8(key.get(from..).unwrap_or(&[])).unwrap_or("") {
        // XML writes keys and values as attributes and elements; their order is free.
        "value" | "Value" => Place::Stated,
        "name" | "Name" if **spells_out => Place::Stated,
        "name" | "Name" => Place::Key,
        _ if line.get(sign) == Some(&b'>') => Place::Stated,
        key if is_stating(key) => Place::Stated,
        _ => Place::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks() {
        let vocabulary = Vocabulary::default();
        let cases = [
            ("app.yaml", "environment: production\n", true),
            ("app.yaml", "metadata:\n  namespace: shop-staging\n", true),
            ("app.yaml", "production:\n  a: b\nstaging:\n  a: c\n", true),
            ("main.tf", "module \"prod\" {\n}\nmodule \"staging\" {\n}\n", true),
            ("app.json", "{\"a\":{\"production\":1,\"dev\":2}}", true),
            ("app.json", "{\"a\": \"{\\\"production\\\":1,\\\"dev\\\":2}\"}", true),
            ("app.toml", "[env.production]\na = 1\n[env.staging]\n", true),
            ("app.php", "'production' => ['a'],\n'staging' => ['b'],\n", true),
            ("web.config", "<add key=\"Environment\" value=\"Production\"/>", true),
            ("a.xml", "<environment>production</environment>", true),
            (
                "ci.yml",
                "jobs:\n  a:\n    environment:\n      name: production\n",
                true,
            ),
            ("a.yaml", "# envfence: allow(x): y\n", true),
            ("a.yaml", "# EnvFence allow(x): y\n", true),
            ("prod/a.yaml", "a: b\n", true),
            ("app.yaml", "url: https://x.staging.example.com\n", false),
            (
                "app.yaml",
                "url: jdbc:postgresql://db-prod.example.com/shop_staging\n",
                true,
            ),
            ("app.yaml", "production:\n  a: b\n", false),
            (
                "main.tf",
                "count = local.environment == \"production\" ? 1 : 0\n",
                false,
            ),
            ("app.yaml", "a: b\n", false),
        ];
        for (path, text, expected) in cases {
            assert_eq!(
                may_speak(path, text, &vocabulary.candidates(text), &vocabulary),
                expected,
                "{path}: {text}"
            );
        }
    }
}
