//! The real binary: started, killed, started again, asked by command line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

mod alerting;
mod asking;
mod collect;
mod commands;
mod exporting;
mod ingest;
mod killed;
mod knowledge;
mod learning;
mod program;
mod proxy;
mod shutdown;
mod target;
