//! The seeds of the fuzz targets, and some thousands of mutations of them, through the same checks without a fuzzer.
#![allow(
    clippy::disallowed_methods,
    reason = "a test reads the seeds and the fuzz package's manifest"
)]

#[allow(
    unreachable_pub,
    reason = "the fuzz package shares these files, and there they are public"
)]
#[path = "../fuzz/src/checks/mod.rs"]
mod checks;

use checks::{TARGETS, Target};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Mutations of each target's seeds.
const MUTATIONS: usize = 150;

/// A mutation of a long seed takes part of it, to keep the run short.
const LENGTH: usize = 600;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The seeds of a target, by name.
fn seeds(target: &Target) -> Vec<(String, Vec<u8>)> {
    let folder = fuzz().join("seeds").join(target.name);
    let mut seeds: Vec<(String, Vec<u8>)> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| {
            let name = format!("{}/{}", target.name, file.file_name().display());
            (name, std::fs::read(file.path()).unwrap_or_default())
        })
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "no seeds in {}", folder.display());
    seeds
}

/// Runs a check and says which input it was that failed.
fn run(target: &Target, name: &str, data: &[u8]) {
    let outcome = std::panic::catch_unwind(|| target.run(data));
    assert!(outcome.is_ok(), "{name} fails: {:?}", String::from_utf8_lossy(data));
}

#[test]
fn seeds_pass() {
    for target in TARGETS {
        for (name, data) in seeds(target) {
            run(target, &name, &data);
        }
    }
}

#[test]
fn mutations_of_the_seeds_pass() {
    for target in TARGETS {
        let seeds = seeds(target);
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for _ in 0..MUTATIONS {
            let (name, seed) = random.of(&seeds);
            let (_, other) = random.of(&seeds);
            run(target, name, &mutated(seed, other, &mut random));
        }
    }
}

#[test]
fn every_target_is_built_and_every_format_is_a_target() {
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap_or_default();
    let names: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
    for name in &names {
        assert!(
            manifest.contains(&format!("path = \"targets/{name}.rs\"")),
            "{name} is no [[bin]]"
        );
        let target = std::fs::read_to_string(fuzz().join(format!("targets/{name}.rs"))).unwrap_or_default();
        assert!(
            target.contains(&format!("\"{name}\"")),
            "targets/{name}.rs runs another"
        );
    }
    assert_eq!(manifest.matches("path = \"targets/").count(), names.len());
    for format in envfence::formats::FORMATS {
        assert!(names.contains(format.name), "{} is not fuzzed", format.name);
    }
}

/// Signs that mean something to one format or another.
const SIGNS: &[&str] = &[
    "\"",
    "'",
    "`",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    ":",
    ";",
    ",",
    "=",
    "#",
    "\\",
    "/",
    "|",
    "&",
    "*",
    "!",
    "%",
    "@",
    "$",
    "-",
    "?",
    "~",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\0",
    "é",
    "\u{2028}",
    "\u{feff}",
    "😀",
    "${",
    "{{",
    "}}",
    "$(",
    "<<",
    "---",
    "://",
    "\\u00",
    "&#",
    "\"\"\"",
    "/*",
    "*/",
    "<!--",
    "<![CDATA[",
    "EOF",
    "\n=== a\n",
    "1",
    "a",
];

fn mutated(seed: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let from = if seed.len() > LENGTH {
        random.below(seed.len() - LENGTH)
    } else {
        0
    };
    let mut data: Vec<u8> = seed.iter().skip(from).take(LENGTH).copied().collect();
    for _ in 0..=random.below(5) {
        let at = random.below(data.len() + 1);
        let end = (at + random.below(12)).min(data.len());
        match random.below(6) {
            0 => data.truncate(at),
            1 => drop(data.drain(at..end)),
            2 => drop(data.splice(at..at, random.of(SIGNS).bytes())),
            3 => drop(data.splice(at..end, random.of(SIGNS).bytes())),
            4 => {
                let part = other.iter().skip(random.below(other.len() + 1)).take(40).copied();
                drop(data.splice(at..end, part));
            }
            _ => {
                let again: Vec<u8> = data.iter().skip(at).take(end - at).copied().collect();
                let times = random.below(20);
                drop(data.splice(at..at, again.iter().copied().cycle().take(again.len() * times)));
            }
        }
    }
    data
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `limit`, 0 where that is 0.
    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    #[allow(clippy::indexing_slicing, reason = "a number below the length")]
    fn of<'s, T>(&mut self, some: &'s [T]) -> &'s T {
        &some[self.below(some.len())]
    }
}
