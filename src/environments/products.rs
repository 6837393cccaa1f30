//! Products that are called `pre`: `pre-prod` beside `pre-stg` is production of such a product, not preproduction.

use crate::settings::Address;
use crate::source::TextRange;
use crate::vocabulary::{Hit, Strength, Vocabulary};
use std::collections::HashSet;

/// Where in the tree a product `pre` is told by one of its other environments.
#[derive(Debug, Default)]
pub(super) struct Products {
    /// The hashes of paths up to the word behind `pre-`.
    starts: HashSet<u64>,
}

impl Products {
    /// Looks for `pre-stg`, `pre_dev` and the like among the paths of a tree.
    pub(super) fn new<'p>(vocabulary: &Vocabulary, paths: impl Iterator<Item = &'p str>) -> Self {
        let mut starts = HashSet::new();
        for path in paths.filter(|path| path.contains("pre")) {
            for hit in vocabulary.find(path) {
                let before = path.get(..hit.range.start as usize).unwrap_or("");
                let other = hit.strength == Strength::Strong && !vocabulary.is_production(hit.environment);
                if other && ends_with_product(before) {
                    starts.insert(hash(before));
                }
            }
        }
        Self { starts }
    }

    /// The words of a path that name environments.
    pub(super) fn words_of(&self, path: &str, vocabulary: &Vocabulary) -> Vec<Hit> {
        let mut hits = vocabulary.find(path);
        if self.starts.is_empty() {
            return hits;
        }
        for hit in &mut hits {
            let behind = hit.range.start as usize + "pre-".len();
            let before = path.get(..behind).unwrap_or("");
            let word = path.get(behind..hit.range.end as usize).unwrap_or("");
            let production = vocabulary.exact(word).filter(|(id, _)| vocabulary.is_production(*id));
            if let Some((environment, strength)) = production
                && ends_with_product(before)
                && self.starts.contains(&hash(before))
            {
                *hit = Hit {
                    range: TextRange::new(behind, hit.range.end as usize),
                    environment,
                    strength,
                };
            }
        }
        hits
    }
}

/// Whether a text ends with `pre-` or `pre_`, a word of its own.
fn ends_with_product(text: &str) -> bool {
    text.strip_suffix(['-', '_'])
        .and_then(|text| text.strip_suffix("pre"))
        .is_some_and(|before| !before.ends_with(|last: char| last.is_alphanumeric()))
}

fn hash(text: &str) -> u64 {
    Address::START.text(text.as_bytes()).value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_of_a_product_called_pre() {
        let vocabulary = Vocabulary::default();
        let cases = [
            (&["deploy/pre-prod/app.env", "deploy/pre-stg/app.env"][..], "production"),
            (&["values-pre-prod.yaml", "values-pre-dev.yaml"], "production"),
            (&["deploy/pre-prod/app.env", "deploy/stg/app.env"], "preprod"),
            (&["deploy/pre-prod/app.env", "other/pre-stg/app.env"], "preprod"),
            (&["deploy/pre-prod/app.env", "deploy/spre-stg/app.env"], "preprod"),
            (&["deploy/preprod/app.env", "deploy/pre-stg/app.env"], "preprod"),
        ];
        for (paths, expected) in cases {
            let products = Products::new(&vocabulary, paths.iter().copied());
            let hits = products.words_of(paths[0], &vocabulary);
            let names: Vec<_> = hits.iter().map(|hit| vocabulary.name(hit.environment)).collect();
            assert_eq!(names, [expected], "{paths:?}");
        }
    }
}
