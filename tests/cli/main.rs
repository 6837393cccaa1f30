//! The command as people and workflows use it: flags, exit codes, streams, colours, help, and the JSON contract.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests work on real files"
)]

#[path = "../support/mod.rs"]
mod support;

mod contract;
mod coverage;
mod errors;
mod exits;
mod explaining;
mod output;

use serde_json::Value;
use std::io::Read as _;
use std::process::Stdio;
use support::{Run, Tree};

const GOOD: (&str, &str) = ("deploy/production/good.env", "DB_HOST=orders.prod.shop.example\n");

const BAD: (&str, &str) = ("deploy/production/bad.env", "DB_HOST=orders.staging.shop.example\n");

const WARNING: (&str, &str) = (
    "deploy/production/warning.env",
    "REDIS_URL=${REDIS_URL:-redis://localhost}\n",
);

/// A file of production that ends in the middle.
const BROKEN: (&str, &str) = ("deploy/production/broken.json", "{\"a\": \"b\", \"c\": [1,\n");

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.all()))
}
