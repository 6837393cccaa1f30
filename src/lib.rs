//! envfence keeps every environment on its own databases.
//!
//! The modules in reading order; each imports only those above it.

pub mod error;
pub mod source;

pub mod discover;

pub mod formats;
pub mod references;

pub mod finding;
pub mod report;
pub mod reporters;

pub mod cli;
pub mod edges;
