//! What GitHub tells of a workflow run, and what is said back to it: pure, without the network.

pub mod event;
pub mod inputs;
pub mod patch;
pub mod preview;
pub mod review;
pub mod run;
pub mod sticky;
