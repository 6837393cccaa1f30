//! The client against small servers on loopback that follow a script.

mod errors;
mod lists;
mod server;
mod tarballs;
mod world;

use super::{Clock, GitHub, GitHubOptions, Token};
use crate::edges::runtime::Runtime;
use server::Server;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// A clock that stands still except when it is told to pass, and notes how long was slept.
pub(super) struct TestClock {
    now: Cell<Duration>,
    slept: Cell<Duration>,
}

/// The time of day when a test begins.
const START: u64 = 1_800_000_000;

impl TestClock {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self {
            now: Cell::new(Duration::from_secs(100)),
            slept: Cell::new(Duration::ZERO),
        })
    }

    pub(super) fn pass(&self, time: Duration) {
        self.now.set(self.now.get() + time);
    }

    /// All sleeping so far.
    pub(super) fn slept(&self) -> Duration {
        self.slept.get()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        self.now.get()
    }

    fn unix(&self) -> u64 {
        START + self.now.get().as_secs() - 100
    }

    fn sleep(&self, time: Duration) {
        self.pass(time);
        self.slept.set(self.slept.get() + time);
    }
}

const TOKEN: &str = "ghs_0123456789secret";

/// A client of a server whose API has a path, as an enterprise's has, with a budget of 100 s.
struct Client {
    github: GitHub,
    clock: Rc<TestClock>,
}

impl Client {
    fn of(server: &Server) -> Self {
        Self::at(&server.address, |_| {})
    }

    fn at(address: &str, adjust: impl FnOnce(&mut GitHubOptions)) -> Self {
        let clock = TestClock::new();
        let mut options = GitHubOptions::new("octo/shop");
        options.api_url = format!("{address}/api/v3");
        options.graphql_url = format!("{address}/api/graphql");
        options.token = Some(Token::new(TOKEN).unwrap());
        options.budget = Duration::from_secs(100);
        options.clock = clock.clone();
        adjust(&mut options);
        let github = GitHub::new(&Runtime::new().unwrap(), options).unwrap();
        Self { github, clock }
    }

    /// The seconds that it slept.
    fn slept(&self) -> u64 {
        self.clock.slept().as_secs()
    }
}
