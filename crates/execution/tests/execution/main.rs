//! Runs on a real sshd and on this machine, from the capability functions down to the process.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]
#![allow(clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod cancelling;
mod connecting;
mod endings;
mod fixture;
mod local;
mod looking;
mod output;
mod recording;
mod recovery;
mod targets;
