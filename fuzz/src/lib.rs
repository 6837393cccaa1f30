//! Any bytes into every part of envfence that reads what others wrote. The targets are in [`checks::TARGETS`]; the plain
//! test `tests/seeds.rs` runs the same checks on the seeds, without a fuzzer.

pub mod checks;

/// Runs the checks of one target.
///
/// # Panics
/// When a check fails, or the code under test panics.
pub fn run(target: &str, data: &[u8]) {
    let target = checks::TARGETS.iter().find(|known| known.name == target);
    target.expect("a target of checks::TARGETS").run(data);
}
