//! The GitHub Action around the binary: what action.yml promises, what install.sh lets in, and both run for real by act.
//!
//! GitHub is the fake of `tests/github`. `scripts/tools` installs act into `target/tools`; without it the tests that need it say so and pass, except where
//! `ENVFENCE_REQUIRE_ACT=1` demands it, as `scripts/test` does.
#![recursion_limit = "256"] // JSON as large as GitHub's
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "tests work on real files and programs"
)]

mod contract;
#[cfg(unix)]
#[path = "../github/fake/mod.rs"]
mod fake;
#[cfg(unix)]
mod flows;
#[cfg(unix)]
mod installing;
#[cfg(unix)]
mod mirror;
#[cfg(unix)]
mod real;
#[cfg(unix)]
mod release;
#[cfg(target_os = "linux")]
mod releasing;
#[path = "../support/mod.rs"]
mod support;
