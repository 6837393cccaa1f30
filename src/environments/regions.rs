//! Production that is called by its regions: `clusters/eu-west-1` beside `clusters/staging`, with the same files in both.

use crate::settings::Address;
use crate::source::TextRange;
use crate::vocabulary::{EnvironmentId, Hit, Strength, Vocabulary};
use std::collections::{HashMap, HashSet};

/// Directories that are named after a region and serve production.
#[derive(Debug, Default)]
pub(crate) struct Regions {
    /// The hashes of their paths.
    production: HashSet<u64>,
    environment: Option<EnvironmentId>,
}

/// What is known of one directory that holds regions.
#[derive(Default)]
struct Holder {
    /// The hash of each region's path, with those of the paths of the files below it.
    regions: HashMap<u64, HashSet<u64>>,
    /// The paths of the files below nonproduction environments beside them.
    nonproduction: HashSet<u64>,
    /// Whether production has a directory of its own.
    has_production: bool,
}

impl Regions {
    /// A region beside nonproduction environments, and no production, that holds a file of theirs at the same place.
    pub(crate) fn new<'p>(vocabulary: &Vocabulary, paths: impl Iterator<Item = &'p str> + Clone) -> Self {
        let mut holders: HashMap<u64, Holder> = HashMap::new();
        for path in paths.clone() {
            if let Some(region) = region_in(path).filter(|_| vocabulary.find(path).is_empty()) {
                let (before, rest) = around(path, region);
                let whole = path.get(..region.end as usize).unwrap_or("");
                let holder = holders.entry(hash(before)).or_default();
                holder.regions.entry(hash(whole)).or_default().insert(hash(rest));
            }
        }
        if holders.is_empty() {
            return Self::default();
        }
        for path in paths {
            for hit in vocabulary.find(path) {
                let (before, rest) = around(path, hit.range);
                let is_directory = (before.is_empty() || before.ends_with('/')) && rest.starts_with('/');
                let Some(holder) = holders.get_mut(&hash(before)) else {
                    continue;
                };
                if vocabulary.is_production(hit.environment) {
                    holder.has_production = true;
                } else if is_directory && hit.strength == Strength::Strong {
                    holder.nonproduction.insert(hash(rest));
                }
            }
        }
        let production = holders
            .into_values()
            .filter(|holder| !holder.has_production)
            .flat_map(|holder| {
                let Holder {
                    regions, nonproduction, ..
                } = holder;
                let mirrors = move |files: &HashSet<u64>| !files.is_disjoint(&nonproduction);
                regions
                    .into_iter()
                    .filter(move |(_, files)| mirrors(files))
                    .map(|(region, _)| region)
            })
            .collect();
        let environment = ["production", "prod"]
            .iter()
            .filter_map(|word| vocabulary.exact(word))
            .find(|(id, _)| vocabulary.is_production(*id))
            .map(|(id, _)| id);
        Self {
            production,
            environment,
        }
    }

    /// The region in a path, where it stands for production.
    pub(crate) fn word_of(&self, path: &str) -> Option<Hit> {
        if self.production.is_empty() {
            return None;
        }
        let range = region_in(path)?;
        let whole = path.get(..range.end as usize).unwrap_or("");
        self.production.contains(&hash(whole)).then_some(Hit {
            range,
            environment: self.environment?,
            strength: Strength::Strong,
        })
    }
}

/// The first directory of a path that is named after a region.
fn region_in(path: &str) -> Option<TextRange> {
    let mut start = 0;
    for end in memchr::memchr_iter(b'/', path.as_bytes()) {
        if path.get(start..end).is_some_and(is_region) {
            return Some(TextRange::new(start, end));
        }
        start = end + 1;
    }
    None
}

fn around(path: &str, range: TextRange) -> (&str, &str) {
    let before = path.get(..range.start as usize).unwrap_or("");
    let rest = path.get(range.end as usize..).unwrap_or("");
    (before, rest)
}

fn hash(text: &str) -> u64 {
    Address::START.text(text.as_bytes()).value()
}

/// Where regions of Amazon and Google lie.
const AREAS: &[&str] = &[
    "us",
    "eu",
    "ap",
    "sa",
    "ca",
    "me",
    "af",
    "il",
    "mx",
    "cn",
    "europe",
    "asia",
    "northamerica",
    "southamerica",
    "australia",
    "africa",
];

/// What part of an area a region is.
const DIRECTIONS: &[&str] = &[
    "gov",
    "north",
    "south",
    "east",
    "west",
    "central",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
];

/// Whether this is a region of Azure, without its number.
fn is_of_azure(bare: &str) -> bool {
    matches!(
        bare,
        "australiaeast"
            | "australiasoutheast"
            | "brazilsouth"
            | "canadacentral"
            | "canadaeast"
            | "centralindia"
            | "centralus"
            | "eastasia"
            | "eastus"
            | "francecentral"
            | "germanywestcentral"
            | "italynorth"
            | "japaneast"
            | "japanwest"
            | "koreacentral"
            | "northcentralus"
            | "northeurope"
            | "norwayeast"
            | "polandcentral"
            | "southafricanorth"
            | "southcentralus"
            | "southeastasia"
            | "southindia"
            | "spaincentral"
            | "swedencentral"
            | "switzerlandnorth"
            | "uaenorth"
            | "uksouth"
            | "ukwest"
            | "westcentralus"
            | "westeurope"
            | "westus"
    )
}

/// Whether a name is that of a cloud's region: `eu-west-1`, `europe-west4`, `westeurope`.
fn is_region(name: &str) -> bool {
    let bare = name.trim_end_matches(|last: char| last.is_ascii_digit());
    // Most directories: neither a region of Azure, nor one with a number.
    if is_of_azure(bare) {
        return true;
    }
    if bare.len() == name.len() {
        return false;
    }
    let mut parts = bare.trim_end_matches('-').split('-');
    let starts = parts.next().is_some_and(|area| AREAS.contains(&area));
    let mut directions = 0;
    let all = parts.all(|part| {
        directions += 1;
        DIRECTIONS.contains(&part)
    });
    starts && all && (1..=2).contains(&directions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_regions() {
        for name in [
            "eu-west-1",
            "us-gov-east-1",
            "europe-west4",
            "us-central1",
            "westeurope",
            "eastus2",
        ] {
            assert!(is_region(name), "{name}");
        }
        for name in [
            "eu",
            "eu-1",
            "us-shop-1",
            "west-1",
            "staging",
            "eu-west",
            "",
            "1",
            "e-west-1",
        ] {
            assert!(!is_region(name), "{name}");
        }
    }

    #[test]
    fn regions_that_are_production() {
        let vocabulary = Vocabulary::default();
        let cases: &[(&[&str], bool)] = &[
            (&["c/eu-west-1/app/a.yaml", "c/staging/app/a.yaml"], true),
            (&["eu-west-1/a.yaml", "staging/a.yaml"], true),
            // Another file, production of its own, environments inside or above, nothing beside.
            (&["c/eu-west-1/app/a.yaml", "c/staging/app/b.yaml"], false),
            (&["c/eu-west-1/a.yaml", "c/staging/a.yaml", "c/prod/a.yaml"], false),
            (&["c/eu-west-1/a.yaml", "c/staging/a.yaml", "c/prod-eu/b.yaml"], false),
            (&["c/eu-west-1/dev/a.yaml", "c/staging/dev/a.yaml"], false),
            (&["nonprod/eu-west-1/a.yaml", "nonprod/staging/a.yaml"], false),
            (&["c/eu-west-1/a.yaml", "d/staging/a.yaml"], false),
            (&["c/eu-west-1/a.yaml", "c/us-east-1/a.yaml"], false),
            (&["c/eu-west-1.yaml", "c/staging.yaml"], false),
        ];
        for (paths, expected) in cases {
            let regions = Regions::new(&vocabulary, paths.iter().copied());
            let word = regions.word_of(paths[0]);
            assert_eq!(word.is_some(), *expected, "{paths:?}");
            assert!(word.is_none_or(|word| vocabulary.is_production(word.environment)));
        }
    }
}
