//! The clock, which decides whether an acknowledgement still counts.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970 in UTC. A clock before that says 0.
///
/// `SOURCE_DATE_EPOCH` is not honoured: an expired acknowledgement must not live on in a reproducible build.
pub fn today() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_runs() {
        assert!(today() > 1_700_000_000);
    }
}
