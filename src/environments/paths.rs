//! What a path says of its environment, in the light of all other paths.

use super::Claim;
use super::products::Products;
use super::regions::Regions;
use crate::settings::{Address, Read};
use crate::vocabulary::{EnvironmentId, Hit, Strength, Vocabulary};
use std::collections::{HashMap, HashSet};

/// Every place in a path where a sibling could differ, with the environments found there.
pub(super) struct Slots {
    environments: HashMap<u64, Slot>,
    products: Products,
    regions: Regions,
}

#[derive(Default)]
struct Slot {
    environments: HashSet<EnvironmentId>,
    strong: bool,
}

impl Slots {
    pub(super) fn new(vocabulary: &Vocabulary, reads: &[Read], other_paths: &[String]) -> Self {
        let mut slots: HashMap<u64, Slot> = HashMap::new();
        let files = || reads.iter().filter(|read| read.source.origin.is_none());
        let paths = || {
            files()
                .map(|read| read.source.path.as_str())
                .chain(other_paths.iter().map(String::as_str))
        };
        let mut all = Self {
            environments: HashMap::new(),
            products: Products::new(vocabulary, paths()),
            regions: Regions::new(vocabulary, paths()),
        };
        for path in paths() {
            for segment in segments(path, &all.words_of(path, vocabulary), vocabulary) {
                let slot = slots.entry(segment.slot).or_default();
                slot.environments.insert(segment.hit.environment);
                slot.strong |= segment.hit.strength == Strength::Strong;
            }
        }
        all.environments = slots;
        all
    }

    /// The words of a path that name environments.
    pub(super) fn words_of(&self, path: &str, vocabulary: &Vocabulary) -> Vec<Hit> {
        let hits = self.products.words_of(path, vocabulary);
        if hits.is_empty() {
            return self.regions.word_of(path).into_iter().collect();
        }
        hits
    }

    /// The right-most corroborated segment decides, else the right-most strong word, which stays uncorroborated.
    pub(super) fn claim(&self, path: &str, vocabulary: &Vocabulary) -> Option<Claim> {
        let segments = segments(path, &self.words_of(path, vocabulary), vocabulary);
        let corroborated = |segment: &&Segment| {
            self.environments
                .get(&segment.slot)
                .is_some_and(|slot| slot.strong && slot.environments.len() >= 2)
        };
        let claim = |segment: &Segment, corroborated| Claim {
            environment: segment.hit.environment,
            word: segment.hit.range,
            corroborated,
        };
        let best = segments
            .iter()
            .rev()
            .find(corroborated)
            .map(|segment| claim(segment, true));
        best.or_else(|| {
            segments
                .iter()
                .rev()
                .find(|segment| segment.hit.strength == Strength::Strong)
                .map(|segment| claim(segment, false))
        })
    }
}

/// A segment of a path with the word that decides in it.
struct Segment {
    hit: Hit,
    /// The hash of the path up to here with environment words folded.
    slot: u64,
}

/// The segments of a path that hold an environment's word, from the left.
fn segments(path: &str, hits: &[Hit], vocabulary: &Vocabulary) -> Vec<Segment> {
    if hits.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut hash = Address::START;
    let mut start = 0;
    for (number, segment) in path.split('/').enumerate() {
        let end = start + segment.len();
        let is_file = end == path.len();
        let within: Vec<Hit> = hits
            .iter()
            .copied()
            .filter(|hit| hit.range.start as usize >= start && (hit.range.end as usize) <= end)
            .collect();
        if number > 0 {
            hash = hash.mark(4);
        }
        hash = fold_segment(hash, segment, start, &within, is_file);
        let decides = within
            .iter()
            .find(|hit| !vocabulary.is_production(hit.environment))
            .or(within.first());
        if let Some(hit) = decides.filter(|_| is_file || !is_host_like(segment)) {
            found.push(Segment {
                hit: *hit,
                slot: hash.value(),
            });
        }
        start = end + 1;
    }
    found
}

/// A directory that is named after a host (`manage.dev.example.com`) says nothing of environments.
fn is_host_like(segment: &str) -> bool {
    segment.matches('.').count() >= 2
}

/// The hash of a whole path with environment words folded, and digits beside them: `cluster-prod-p02` is
/// `cluster-stage-p01`.
pub(super) fn fold_path(path: &str, hits: &[Hit]) -> Address {
    let mut hash = Address::START;
    let mut start = 0;
    for (number, segment) in path.split('/').enumerate() {
        let end = start + segment.len();
        let within: Vec<Hit> = hits
            .iter()
            .copied()
            .filter(|hit| hit.range.start as usize >= start && (hit.range.end as usize) <= end)
            .collect();
        if number > 0 {
            hash = hash.mark(4);
        }
        hash = fold_segment(hash, segment, start, &within, end == path.len());
        start = end + 1;
    }
    hash
}

fn fold_segment(hash: Address, segment: &str, offset: usize, hits: &[Hit], is_file: bool) -> Address {
    if hits.is_empty() {
        return hash.text(segment.as_bytes());
    }
    // `application-dev.yml` and `application-prod.properties` are siblings: the extension does not count.
    let cut = if is_file {
        segment
            .rfind('.')
            .filter(|dot| *dot > 0 && !hits.iter().any(|hit| hit.range.end as usize > offset + dot))
    } else {
        None
    };
    let stem = cut.and_then(|dot| segment.get(..dot)).unwrap_or(segment);
    let mut hash = hash;
    let mut at = 0;
    let mut pieces = Vec::new();
    for hit in hits {
        let start = (hit.range.start as usize).saturating_sub(offset);
        pieces.push((stem.get(at..start).unwrap_or(""), true));
        at = (hit.range.end as usize).saturating_sub(offset);
    }
    pieces.push((stem.get(at..).unwrap_or(""), false));
    for (piece, word) in pieces {
        let mut in_digits = false;
        for byte in piece.bytes() {
            if byte.is_ascii_digit() {
                if !in_digits {
                    hash = hash.mark(5);
                }
                in_digits = true;
            } else {
                in_digits = false;
                hash = hash.text(&[byte]);
            }
        }
        if word {
            hash = hash.mark(1);
        }
    }
    hash
}
