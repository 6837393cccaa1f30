//! How much CPU time and memory the whole program needs for trees of 1,000 to 100,000 files: `scripts/bench`.
//!
//! It runs the binary as a whole process, as people do, and prints a Markdown table with ripgrep beside it, which
//! looks for twenty words in the same files and understands nothing of them.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program of its own, which runs others and prints"
)]

mod measure;
mod tree;

use measure::{Measured, measure};
use std::path::Path;
use std::process::Command;

/// How many files, where no arguments say otherwise.
const SIZES: &[usize] = &[1_000, 10_000, 100_000];

/// What ripgrep looks for.
const WORDS: &str = "production|prod|prd|staging|stage|stg|preprod|uat|qa|sit|test|develop|dev|sandbox|nonprod|\
                     integration|perf|demo|preview|localhost";

fn main() {
    let given: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if given.is_empty() { SIZES } else { &given };
    println!("| files | MB | envfence CPU | wall | peak memory | per file | ripgrep CPU | ratio |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut rows = Vec::new();
    for &files in sizes {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let written = tree::generate(folder.path(), files).expect("a tree of files");
        let row = Row::measure(folder.path(), files, &written);
        println!("{}", row.markdown());
        rows.push(row);
    }
    println!();
    for pair in rows.windows(2) {
        if let [small, large] = pair {
            println!("{}", growth(small, large));
        }
    }
}

/// One tree.
struct Row {
    files: usize,
    bytes: u64,
    envfence: Measured,
    ripgrep: Option<Measured>,
}

impl Row {
    fn measure(root: &Path, files: usize, written: &tree::Written) -> Self {
        // CPU time is counted in hundredths of a second: short runs are repeated.
        let runs = (50_000 / files.max(1)).clamp(2, 20);
        let mut envfence = Command::new(env!("CARGO_BIN_EXE_envfence"));
        envfence.arg("lint").current_dir(root);
        let envfence = measure(&mut envfence, runs).expect("envfence runs");
        let expected = i32::from(written.faults > 0);
        assert_eq!(envfence.code, expected, "{} faults stand in the tree", written.faults);
        let mut ripgrep = Command::new("rg");
        ripgrep
            .args(["--count", "--ignore-case", "--hidden", WORDS])
            .current_dir(root);
        Self {
            files,
            bytes: written.bytes,
            envfence,
            ripgrep: measure(&mut ripgrep, runs).ok(),
        }
    }

    fn markdown(&self) -> String {
        let ours = &self.envfence;
        let per_file = ours.cpu * 1e6 / self.files.max(1) as f64;
        let (theirs, ratio) = match &self.ripgrep {
            Some(rg) => (
                format!("{:.2} s", rg.cpu),
                format!("{:.1}", ours.cpu / rg.cpu.max(0.001)),
            ),
            None => ("not installed".to_owned(), "–".to_owned()),
        };
        format!(
            "| {} | {:.1} | {:.2} s | {:.2} s | {:.0} MiB | {per_file:.0} µs | {theirs} | {ratio} |",
            self.files,
            self.bytes as f64 / 1e6,
            ours.cpu,
            ours.wall,
            ours.peak_kib as f64 / 1024.0,
        )
    }
}

/// 1.0 is linear.
fn growth(small: &Row, large: &Row) -> String {
    let exponent = |small: f64, large: f64, by: f64| (large / small.max(1e-9)).ln() / by.ln();
    let by = large.files as f64 / small.files.max(1) as f64;
    format!(
        "From {} to {} files CPU time grows with the exponent {:.2}, peak memory with {:.2}.",
        small.files,
        large.files,
        exponent(small.envfence.cpu, large.envfence.cpu, by),
        exponent(small.envfence.peak_kib as f64, large.envfence.peak_kib as f64, by),
    )
}
