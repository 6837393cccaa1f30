//! When a call may be sent: the budget of time, GitHub's limits, and the pace of writes.

use super::failure::Reason;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The clock that calls are timed by; tests bring one that does not make them wait.
pub trait Clock {
    /// The time since some moment; it never goes back.
    fn now(&self) -> Duration;
    /// Seconds since 1970 in UTC.
    fn unix(&self) -> u64;
    /// Waits.
    fn sleep(&self, time: Duration);
}

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn unix(&self) -> u64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// What GitHub counts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    Rest,
    Graphql,
}

/// GitHub asks for a second between writes.
const BETWEEN_WRITES: Duration = Duration::from_secs(1);
/// A few writes may go at once; more than these wait.
const WRITES_AT_ONCE: u32 = 5;

/// What is left of the time, and what there is to wait for. All moments are the clock's.
pub(super) struct Pace {
    clock: Rc<dyn Clock>,
    /// What is left of the budget, as of the last call's end. Only time within calls counts.
    left: Duration,
    deadline: Duration,
    /// When writes at an even pace would be due: ahead of now by as much as was written at once.
    due: Duration,
    rest_limited: Duration,
    graphql_limited: Duration,
}

impl Pace {
    pub(super) fn new(clock: Rc<dyn Clock>, budget: Duration) -> Self {
        let now = clock.now();
        Self {
            clock,
            left: budget,
            deadline: now,
            due: now,
            rest_limited: now,
            graphql_limited: now,
        }
    }

    pub(super) fn grant(&mut self, budget: Duration) {
        self.left = budget;
    }

    /// Starts a call's time.
    pub(super) fn start(&mut self) {
        self.deadline = self.clock.now().saturating_add(self.left);
    }

    /// Ends it.
    pub(super) fn stop(&mut self) {
        self.left = self.remaining();
    }

    /// What is left within a call.
    pub(super) fn remaining(&self) -> Duration {
        self.deadline.saturating_sub(self.clock.now())
    }

    pub(super) fn unix(&self) -> u64 {
        self.clock.unix()
    }

    /// Waits, if there is enough time to do something afterwards.
    pub(super) fn wait(&mut self, time: Duration) -> bool {
        if time >= self.remaining() {
            return false;
        }
        if !time.is_zero() {
            self.clock.sleep(time);
        }
        true
    }

    /// Remembers that GitHub wants no calls for a while.
    pub(super) fn limit(&mut self, resource: Resource, time: Duration) {
        let until = self.clock.now().saturating_add(time);
        match resource {
            Resource::Rest => self.rest_limited = until,
            Resource::Graphql => self.graphql_limited = until,
        }
    }

    /// Waits until a call may be sent.
    pub(super) fn ready(&mut self, resource: Resource, writes: bool) -> Result<(), Reason> {
        if self.remaining().is_zero() {
            return Err(Reason::OutOfTime);
        }
        let limited = match resource {
            Resource::Rest => self.rest_limited,
            Resource::Graphql => self.graphql_limited,
        };
        let wait = limited.saturating_sub(self.clock.now());
        if !self.wait(wait) {
            return Err(Reason::Limited { wait });
        }
        if writes {
            let ahead = BETWEEN_WRITES.saturating_mul(WRITES_AT_ONCE - 1);
            let wait = self.due.saturating_sub(ahead).saturating_sub(self.clock.now());
            if !self.wait(wait) {
                return Err(Reason::OutOfTime);
            }
            self.due = self.due.max(self.clock.now()).saturating_add(BETWEEN_WRITES);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::TestClock;
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_few_writes_go_at_once_and_many_go_each_second() {
        let clock = TestClock::new();
        let mut pace = Pace::new(clock.clone(), seconds(100));
        let mut moments = Vec::new();
        for _ in 0..8 {
            pace.start();
            pace.ready(Resource::Rest, true).unwrap();
            pace.ready(Resource::Rest, false).unwrap();
            pace.stop();
            moments.push(clock.slept().as_secs());
        }
        assert_eq!(moments, [0, 0, 0, 0, 0, 1, 2, 3]);
        // A pause refills.
        clock.pass(seconds(60));
        pace.start();
        for _ in 0..5 {
            pace.ready(Resource::Rest, true).unwrap();
        }
        assert_eq!(clock.slept(), seconds(3));
    }

    #[test]
    fn only_time_within_calls_counts() {
        let clock = TestClock::new();
        let mut pace = Pace::new(clock.clone(), seconds(10));
        clock.pass(seconds(1_000));
        pace.start();
        clock.pass(seconds(4));
        assert!(!pace.wait(seconds(6)), "nothing could be done afterwards");
        assert!(pace.wait(seconds(5)));
        pace.stop();
        clock.pass(seconds(1_000));
        pace.start();
        assert_eq!(pace.remaining(), seconds(1));
        clock.pass(seconds(5));
        pace.stop();
        pace.start();
        assert_eq!(pace.ready(Resource::Rest, false), Err(Reason::OutOfTime));
        pace.grant(seconds(3));
        pace.start();
        assert_eq!(pace.ready(Resource::Rest, false), Ok(()));
    }

    #[test]
    fn a_limit_is_remembered_for_what_it_limits() {
        let clock = TestClock::new();
        let mut pace = Pace::new(clock.clone(), seconds(100));
        pace.start();
        pace.limit(Resource::Rest, seconds(300));
        assert_eq!(
            pace.ready(Resource::Rest, false),
            Err(Reason::Limited { wait: seconds(300) })
        );
        assert_eq!(clock.slept(), seconds(0));
        pace.limit(Resource::Graphql, seconds(20));
        assert_eq!(pace.ready(Resource::Graphql, false), Ok(()));
        assert_eq!(clock.slept(), seconds(20));
    }
}
