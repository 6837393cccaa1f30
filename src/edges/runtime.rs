//! The one runtime below everything asynchronous. Callers stay synchronous: it runs on their thread, and only while
//! they wait.

use crate::error::{Error, Result};
use std::rc::Rc;
use std::time::Duration;
use tokio::runtime::{Builder, EnterGuard};

/// A runtime for one thread, to be shared by everything that connects. A clone is the same runtime.
#[derive(Clone, Debug)]
pub struct Runtime(Rc<tokio::runtime::Runtime>);

impl Runtime {
    /// Starts one.
    ///
    /// # Errors
    /// Where the system has no more file descriptors for it.
    pub fn new() -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::new(format!("nothing can be connected to: {error}")))?;
        Ok(Self(Rc::new(runtime)))
    }

    /// Runs a future to its end.
    pub(super) fn wait_for<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    /// Makes this the runtime of what is built while the guard lives.
    pub(super) fn enter(&self) -> EnterGuard<'_> {
        self.0.enter()
    }

    /// Ends it, unless it is still shared, without waiting for what nobody wants to know any more: looking up a name
    /// can take long.
    pub fn end(self) {
        if let Ok(runtime) = Rc::try_unwrap(self.0) {
            runtime.shutdown_timeout(Duration::ZERO);
        }
    }
}
