//! envfence and GitHub: the flows of the action against a fake of GitHub, and the fake itself.
#![recursion_limit = "256"] // JSON as large as GitHub's
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests work on real files"
)]

#[path = "../support/mod.rs"]
mod support;

mod emulator;
mod fake;
mod flows;
mod the_fake;
