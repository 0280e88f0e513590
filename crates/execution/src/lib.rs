//! Targets, runs and tasks over SSH and local transports.
//!
//! Owns the one way out: whoever asks for it, a command reaches a host only through here, and only with an
//! `Authorized<Run>` from identity's policy check. A run is a command on a set of targets; a task is its part on one.
//!
//! ```text
//! runs::start ─► one transaction: run, tasks, audit entry ─► supervised ─► a task each:
//!     session (transport) ─► running (compare-and-set) ─► process ─► output log ─► final state (compare-and-set)
//! ```
//!
//! Capability functions take the caller's `Context` first and are grouped by what they are about: [`targets`] and
//! [`runs`]. [`Execution`] holds what they share; the binary makes one, calls [`Execution::recover`] before anything
//! else and [`Execution::shutdown`] at the end.
//!
//! Refuses to start what its audit entry cannot be written for, to send a command to a host whose key was not confirmed
//! or has changed, and to call anything a success of which it did not see both the exit and the end of the output.
//! A command that has moved itself out of its session (a daemon) is not ended with its task. Should the server be
//! killed, commands under way go on on their hosts; their tasks are marked `lost` at the next start.

mod changes;
pub mod config;
mod drive;
mod execution;
pub mod output;
pub mod runs;
pub mod targets;
pub mod transport;

pub use changes::Changes;
pub use config::Config;
pub use execution::{Execution, Shutdown};
