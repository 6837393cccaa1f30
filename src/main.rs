//! The `envfence` command.
fn main() {}
