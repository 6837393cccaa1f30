//! The words that name environments, and where they stand in a text.
//!
//! One pass of a multi-pattern search finds every candidate; borders of words (separators, camelCase, digits) decide
//! which of them are words. What a team calls its environments comes from the policy and joins the built-in words.

use crate::source::TextRange;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::HashMap;

/// Names an environment of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnvironmentId(pub u8);

/// Whether an environment serves customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Serves customers.
    Production,
    /// Everything else.
    Nonproduction,
}

impl Tier {
    /// The tier as the policy and the report write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Nonproduction => "nonproduction",
        }
    }
}

/// An environment: production, staging, dev, ...
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The name in reports.
    pub name: String,
    /// Its tier.
    pub tier: Tier,
}

/// How much a word says on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Stuck to other letters, as in `appdbuat`: says nothing unless a sibling's value says the same.
    Glued,
    /// Names an environment only where a sibling has another environment's word in the same place.
    Weak,
    /// Names an environment.
    Strong,
}

/// A word that names an environment, found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Where.
    pub range: TextRange,
    /// The environment that it names.
    pub environment: EnvironmentId,
    /// How much it says on its own.
    pub strength: Strength,
}

/// A word that makes a production datastore suspicious whatever environment it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sign {
    /// This very machine.
    Loopback,
    /// A temporary, restored, copied or old thing.
    Temporary,
    /// A value that somebody was to fill in.
    Placeholder,
}

/// What makes production suspicious. Loopback names need no borders of words, the others do.
const SIGNS: &[(Sign, &[&str])] = &[
    (
        Sign::Loopback,
        &[
            "localhost",
            "127.0.0.1",
            "0.0.0.0",
            "[::1]",
            "host.docker.internal",
            "(local)",
            "(localdb)",
        ],
    ),
    (
        Sign::Temporary,
        &[
            "tmp",
            "temp",
            "temporary",
            "restore",
            "restored",
            "snapshot",
            "clone",
            "cloned",
            "old",
            "bak",
            "backup",
            "migration",
            "copy",
        ],
    ),
    (
        Sign::Placeholder,
        &[
            "changeme",
            "change-me",
            "change_me",
            "replaceme",
            "replace-me",
            "replace_me",
            "todo",
            "fixme",
            "tbd",
            "placeholder",
            "example.com",
            "example.org",
            "xxx",
            "xxxx",
            "xxxxx",
        ],
    ),
];

/// What a word of the scanner means.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Environment(EnvironmentId, Strength),
    Sign(Sign),
}

/// Where the letters of a word stand, whatever stands around them.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    range: TextRange,
    meaning: Meaning,
}

/// An environment with its words, as a policy or the built-in table gives it.
struct Family {
    name: &'static str,
    tier: Tier,
    strong: &'static [&'static str],
    weak: &'static [&'static str],
}

const fn family(name: &'static str, strong: &'static [&'static str], weak: &'static [&'static str]) -> Family {
    Family {
        name,
        tier: Tier::Nonproduction,
        strong,
        weak,
    }
}

/// The built-in environments. Production is the first: its id is 0.
const FAMILIES: &[Family] = &[
    Family {
        name: "production",
        tier: Tier::Production,
        strong: &["production", "prod", "prd"],
        weak: &["live"],
    },
    family("staging", &["staging", "stage", "stg"], &["stag"]),
    family(
        "preprod",
        &["preprod", "preproduction", "preprd"],
        &["ppd", "pprd", "ppe", "pre"],
    ),
    family("acceptance", &[], &["acc", "acceptance", "acpt"]),
    family("homologation", &[], &["hml", "homolog", "homologation", "recette"]),
    family("uat", &["uat"], &[]),
    family("qa", &["qa"], &["qas", "qat"]),
    family("sit", &["sit"], &[]),
    family("test", &["tst"], &["test", "testing"]),
    family("dev", &["dev", "develop", "development"], &[]),
    family("sandbox", &["sandbox", "sbox", "sandpit"], &["sbx", "playground"]),
    family("nonprod", &["nonprod", "nonproduction", "nonprd", "nonlive"], &["npe"]),
    family("integration", &[], &["integration", "int"]),
    family("perf", &[], &["perf"]),
    family("demo", &[], &["demo"]),
    family("training", &[], &["training"]),
    family("preview", &["ephemeral"], &["preview", "review"]),
    family("local", &[], &["local"]),
];

/// The words of one environment that a policy adds.
#[derive(Debug, Clone)]
pub struct AddedEnvironment {
    /// The environment's name, itself a word of it.
    pub name: String,
    /// Its tier; `None` keeps the built-in one.
    pub tier: Option<Tier>,
    /// More words for it.
    pub aliases: Vec<String>,
}

/// Every word that names an environment in a run.
pub struct Vocabulary {
    environments: Vec<Environment>,
    words: HashMap<String, (EnvironmentId, Strength)>,
    /// Service names that contain a word and name no environment.
    ignored: Vec<String>,
    scanner: Option<AhoCorasick>,
    /// What the scanner's patterns mean.
    meanings: Vec<Meaning>,
}

impl std::fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vocabulary")
            .field("environments", &self.environments)
            .finish_non_exhaustive()
    }
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self::new(&[], &[])
    }
}

impl Vocabulary {
    /// The built-in words, joined by a policy's environments; `ignored` are service names that contain such a word
    /// and name no environment.
    pub fn new(added: &[AddedEnvironment], ignored: &[String]) -> Self {
        let mut environments: Vec<Environment> = Vec::new();
        let mut words = HashMap::new();
        for family in FAMILIES {
            let id = EnvironmentId(u8::try_from(environments.len()).unwrap_or(u8::MAX));
            environments.push(Environment {
                name: family.name.to_owned(),
                tier: family.tier,
            });
            let strong = family.strong.iter().map(|word| (word, Strength::Strong));
            let weak = family.weak.iter().map(|word| (word, Strength::Weak));
            words.extend(
                strong
                    .chain(weak)
                    .map(|(word, strength)| ((*word).to_owned(), (id, strength))),
            );
        }
        for new in added {
            let name = new.name.to_lowercase();
            let known = words.get(&name).map(|(id, _)| *id).filter(|id| {
                // An environment of the policy takes over a built-in one only under that one's own name or word,
                // and only once: two of its environments never share an id.
                !added.iter().take_while(|other| other.name != new.name).any(|other| {
                    words
                        .get(&other.name.to_lowercase())
                        .is_some_and(|(other, _)| other == id)
                })
            });
            let id = known.unwrap_or_else(|| {
                let id = EnvironmentId(u8::try_from(environments.len()).unwrap_or(u8::MAX - 1).min(u8::MAX - 1));
                environments.push(Environment {
                    name: new.name.clone(),
                    tier: Tier::Nonproduction,
                });
                id
            });
            if let Some(environment) = environments.get_mut(id.0 as usize) {
                environment.name.clone_from(&new.name);
                environment.tier = new.tier.unwrap_or(environment.tier);
            }
            let all = std::iter::once(&new.name).chain(&new.aliases);
            words.extend(all.map(|word| (word.to_lowercase(), (id, Strength::Strong))));
        }
        let mut patterns = Vec::new();
        let mut meanings = Vec::new();
        for (sign, texts) in SIGNS {
            for text in texts.iter().filter(|text| !words.contains_key(**text)) {
                patterns.push((*text).to_owned());
                meanings.push(Meaning::Sign(*sign));
            }
        }
        for (word, (environment, strength)) in &words {
            patterns.push(word.clone());
            meanings.push(Meaning::Environment(*environment, *strength));
        }
        let scanner = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns)
            .ok();
        let ignored = ignored.iter().map(|word| word.to_lowercase()).collect();
        Self {
            environments,
            words,
            ignored,
            scanner,
            meanings,
        }
    }

    /// An environment of this vocabulary.
    pub fn environment(&self, id: EnvironmentId) -> Option<&Environment> {
        self.environments.get(id.0 as usize)
    }

    /// An environment's name, for reports.
    pub fn name(&self, id: EnvironmentId) -> &str {
        self.environment(id)
            .map_or("unknown", |environment| environment.name.as_str())
    }

    /// Whether an environment serves customers.
    pub fn is_production(&self, id: EnvironmentId) -> bool {
        self.environment(id)
            .is_some_and(|environment| environment.tier == Tier::Production)
    }

    /// Whether settings of `one` may use what belongs to `other`: the same environment, or `nonprod`, which means any
    /// nonproduction one.
    pub fn compatible(&self, one: EnvironmentId, other: EnvironmentId) -> bool {
        let generic = |id: EnvironmentId| self.name(id) == "nonprod";
        one == other || (!self.is_production(one) && !self.is_production(other) && (generic(one) || generic(other)))
    }

    /// All environments with their ids.
    pub fn environments(&self) -> impl Iterator<Item = (EnvironmentId, &Environment)> {
        (0..u8::MAX).map(EnvironmentId).zip(&self.environments)
    }

    /// The environment that a whole text names, as `staging` or `PROD` do, and how strongly.
    pub fn exact(&self, text: &str) -> Option<(EnvironmentId, Strength)> {
        if text.len() > 32 {
            return None;
        }
        self.words.get(&text.to_lowercase()).copied().or_else(|| {
            let mut hits = self.find(text);
            let only = hits
                .pop()
                .filter(|hit| hits.is_empty() && hit.range.len() == text.len());
            only.map(|hit| (hit.environment, hit.strength))
        })
    }

    /// Every word of a text that names an environment, in its order.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut keep = |hit: Hit| {
            if hit.strength > Strength::Glued {
                hits.push(hit)
            }
        };
        self.scan(text, &mut keep, |_, _| {});
        hits
    }

    /// Every sign in a text, in its order.
    pub fn signs(&self, text: &str) -> Vec<(TextRange, Sign)> {
        let mut signs = Vec::new();
        self.scan(text, |_| {}, |range, sign| signs.push((range, sign)));
        signs
    }

    /// Where words may stand in a text, in its order.
    pub fn candidates(&self, text: &str) -> Vec<Candidate> {
        self.each_candidate(text).collect()
    }

    fn each_candidate<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Candidate> + 't {
        let found = self.scanner.as_ref().map(|scanner| scanner.find_iter(text));
        found.into_iter().flatten().filter_map(|found| {
            Some(Candidate {
                range: TextRange::new(found.start(), found.end()),
                meaning: *self.meanings.get(found.pattern().as_usize())?,
            })
        })
    }

    /// The words of a text by their borders alone, for a look that costs little: no folding, nothing glued.
    pub fn sketch<'t>(&self, text: &'t str, candidates: &'t [Candidate]) -> impl Iterator<Item = Hit> + use<'t> {
        candidates.iter().filter_map(|candidate| {
            let Meaning::Environment(environment, strength) = candidate.meaning else {
                return None;
            };
            let (start, end) = (candidate.range.start as usize, candidate.range.end as usize);
            let whole = starts_word(text.as_bytes(), start) && ends_word(text.as_bytes(), start, end);
            whole.then_some(Hit {
                range: candidate.range,
                environment,
                strength,
            })
        })
    }

    /// Calls `found` for every word of a text that names an environment (glued ones too) and `sign` for every sign, in their order.
    pub fn scan(&self, text: &str, found: impl FnMut(Hit), sign: impl FnMut(TextRange, Sign)) {
        self.judge(text, self.each_candidate(text), found, sign);
    }

    /// As [`Self::scan`], of a text whose candidates are known.
    pub fn judge(
        &self,
        text: &str,
        candidates: impl IntoIterator<Item = Candidate>,
        mut found: impl FnMut(Hit),
        mut sign: impl FnMut(TextRange, Sign),
    ) {
        let bytes = text.as_bytes();
        for Candidate { range, meaning } in candidates {
            let (start, end) = (range.start as usize, range.end as usize);
            let borders = (starts_word(bytes, start), ends_word(bytes, start, end));
            if borders != (true, true) {
                let hit = glued(meaning, bytes, range, borders);
                if let Some(hit) = hit.filter(|_| !self.is_beside_word(text, start, end)) {
                    found(hit);
                }
                continue;
            }
            if text.get(start..end).is_none_or(|word| !one_case(word)) || in_random_run(bytes, start, end) {
                continue;
            }
            match meaning {
                Meaning::Sign(kind) => sign(range, kind),
                Meaning::Environment(environment, strength)
                    if !self.is_ignored(text, start, end) && !is_of_trade(text, start, end) =>
                {
                    let hit = Hit {
                        range,
                        environment,
                        strength,
                    };
                    if let Some(hit) = self.fold(text, hit) {
                        found(hit);
                    }
                }
                Meaning::Environment(..) => {}
            }
        }
    }

    /// `non-prod`, `pre-production` and the like name another environment than their last word; `backup-production`
    /// and `production-like` name none.
    fn fold(&self, text: &str, hit: Hit) -> Option<Hit> {
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
        let word = after
            .get(..after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len()))
            .unwrap_or("");
        let known = self.words.get(&word.to_ascii_lowercase());
        known.is_some_and(|(environment, strength)| *strength == Strength::Strong || self.is_production(*environment))
    }

    /// Whether the letters that a glued word is stuck to are an environment's word too, as in `devtest`, or make an English
    /// word of it.
    fn is_beside_word(&self, text: &str, start: usize, end: usize) -> bool {
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

    fn is_ignored(&self, text: &str, start: usize, end: usize) -> bool {
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

/// `dev-tools`, `dev-portal`, `test-kitchen`: names of the trade that hold a word and name no environment.
fn is_of_trade(text: &str, start: usize, end: usize) -> bool {
    let names: &[&str] = match text.get(start..end).unwrap_or("").to_ascii_lowercase().as_str() {
        "dev" => &[
            "tools",
            "tool",
            "ops",
            "portal",
            "kit",
            "docs",
            "center",
            "hub",
            "rel",
            "containers",
            "container",
        ],
        "test" => &["kitchen", "containers", "rail", "flight"],
        _ => return false,
    };
    let after = text.get(end..).unwrap_or("");
    let after = after.strip_prefix(['-', '_']).unwrap_or("");
    names.iter().any(|name| {
        let rest = after.get(name.len()..).unwrap_or("");
        starts_ignoring_case(after, name) && !rest.starts_with(|next: char| next.is_ascii_alphanumeric())
    })
}

/// English words that start or end with an environment's word.
const ENGLISH: &[&str] = &[
    "devic",
    "devel",
    "devol",
    "devot",
    "devi",
    "produc",
    "backstage",
    "upstage",
    "onstage",
    "prestage",
    "multistage",
];

/// A strong word that is stuck to other letters on one side alone.
fn glued(meaning: Meaning, bytes: &[u8], range: TextRange, borders: (bool, bool)) -> Option<Hit> {
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
        strength: Strength::Glued,
    })
}

fn starts_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// Whether a word may start at `at`: after a separator or digit, or at a camelCase border.
fn starts_word(bytes: &[u8], at: usize) -> bool {
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
fn ends_word(bytes: &[u8], start: usize, end: usize) -> bool {
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
fn one_case(word: &str) -> bool {
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
fn in_random_run(bytes: &[u8], start: usize, end: usize) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        let vocabulary = Vocabulary::default();
        let hits = vocabulary.find(text);
        hits.iter()
            .map(|hit| {
                (
                    hit.range.slice(text).to_owned(),
                    vocabulary.name(hit.environment).to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn words_in_texts() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("db-uat.example.com", &[("uat", "uat")]),
            ("shop_prod", &[("prod", "production")]),
            ("staging1", &[("staging", "staging")]),
            ("orderQueueTest", &[("Test", "test")]),
            ("KeyVaultDevKv", &[("Dev", "dev")]),
            ("DEVHost", &[("DEV", "dev")]),
            ("VPCDev", &[("Dev", "dev")]),
            ("non-prod", &[("non-prod", "nonprod")]),
            ("nonProd", &[("nonProd", "nonprod")]),
            ("pre_production", &[("pre_production", "preprod")]),
            ("db.preprod.internal", &[("preprod", "preprod")]),
            ("backup-production", &[]),
            ("production-like", &[]),
            ("productiondata", &[]),
            ("latest contest devs attestation developer", &[]),
            ("appdbuat", &[]),
            ("product producer stages", &[]),
            ("dEv", &[]),
            ("čdev", &[]),
            ("A9f3kQa81LmZ0x7Rt5Yw2", &[]),
            ("S3_DEV_BUCKET", &[("DEV", "dev")]),
            ("host.pre.prod.example", &[("pre", "preprod"), ("prod", "production")]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> = expected
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect();
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn signs_in_texts() {
        let vocabulary = Vocabulary::default();
        let signs = |text: &str| {
            vocabulary
                .signs(text)
                .into_iter()
                .map(|(_, sign)| sign)
                .collect::<Vec<_>>()
        };
        assert_eq!(signs("postgres://localhost:5432/shop"), [Sign::Loopback]);
        assert_eq!(signs("shop_restore_tmp"), [Sign::Temporary, Sign::Temporary]);
        assert_eq!(signs("shopBak2"), [Sign::Temporary]);
        assert_eq!(signs("CHANGEME"), [Sign::Placeholder]);
        assert_eq!(signs("bold threshold template"), []);
    }

    #[test]
    fn a_policy_adds_words_and_takes_some_back() {
        let added = [
            AddedEnvironment {
                name: "blue".into(),
                tier: Some(Tier::Production),
                aliases: vec!["eu-west".into()],
            },
            AddedEnvironment {
                name: "staging".into(),
                tier: None,
                aliases: vec!["aat".into()],
            },
        ];
        let vocabulary = Vocabulary::new(&added, &["test-kitchen".into()]);
        let names = |text: &str| -> Vec<String> {
            vocabulary
                .find(text)
                .iter()
                .map(|hit| vocabulary.name(hit.environment).to_owned())
                .collect()
        };
        assert_eq!(names("x.aat.example"), ["staging"]);
        assert_eq!(names("db-eu-west"), ["blue"]);
        assert_eq!(names("test-kitchen.dev"), ["dev"]);
        assert_eq!(names("test.dev"), ["test", "dev"]);
        let blue = vocabulary.exact("Blue").map(|(id, _)| id).unwrap();
        assert!(vocabulary.is_production(blue));
    }

    #[test]
    fn exact_and_compatible() {
        let vocabulary = Vocabulary::default();
        let id = |text: &str| vocabulary.exact(text).map(|(id, _)| id).unwrap();
        assert_eq!(vocabulary.name(id("pre-prod")), "preprod");
        assert!(vocabulary.exact("prod-eu").is_none());
        assert!(vocabulary.compatible(id("dev"), id("nonprod")));
        assert!(!vocabulary.compatible(id("prod"), id("nonprod")));
        assert!(!vocabulary.compatible(id("dev"), id("qa")));
        let mut glued = Vec::new();
        vocabulary.scan(
            "appdbuat uat-x",
            |hit| glued.push((hit.environment, hit.strength)),
            |_, _| {},
        );
        assert_eq!(glued, [(id("uat"), Strength::Glued), (id("uat"), Strength::Strong)]);
    }

    #[test]
    fn letters_as_long_as_the_file_cost_linear_time() {
        let vocabulary = Vocabulary::default();
        let mut glued = 0;
        // Each of these words is stuck to the same run of letters.
        vocabulary.scan(&"Devx".repeat(100_000), |_| glued += 1, |_, _| {});
        assert_eq!(glued, 100_000);
        vocabulary.scan("devtest", |_| glued += 1, |_, _| {});
        assert_eq!(glued, 100_000);
    }
}
