//! Everything that touches the world: files, git, GitHub, the clock, the terminal. Nothing else imports it but `lib.rs`,
//! `action` and `main.rs`.
#![allow(clippy::disallowed_methods, reason = "this is the place for them")]

pub mod changes;
pub mod clock;
pub mod files;
pub mod git;
pub mod github;
pub mod output;
pub mod paths;
pub mod progress;
pub mod runner;
pub mod runtime;
pub mod terminal;
pub mod tree;
