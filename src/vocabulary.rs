//! The words that name environments, and where they stand in a text.
//!
//! One pass of a multi-pattern search finds every candidate; borders of words (separators, camelCase, digits) decide
//! which of them are words. What a team calls its environments comes from the policy and joins the built-in words.

mod borders;
mod neighbours;
mod scanner;
mod words;

use crate::source::TextRange;
use borders::{ends_word, glued, in_random_run, one_case, starts_word};
use scanner::Scanner;
use std::collections::HashMap;
use words::{FAMILIES, SIGNS, is_of_trade};

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
    scanner: Option<Scanner>,
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
        let scanner = Scanner::new(&patterns);
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
        let found = self.scanner.as_ref().map(|scanner| scanner.find(text));
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
                if let Some(hit) =
                    hit.filter(|_| !self.is_beside_word(text, start, end) && !is_of_trade(text, start, end))
                {
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
}

#[cfg(test)]
mod tests;
