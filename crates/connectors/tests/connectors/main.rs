//! The connectors against real servers (Prometheus, Alertmanager) and, where Debian has none, against servers that follow
//! the documented interface.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

mod catalog;
mod http;
mod kubernetes;
mod loki;
mod native;
mod prometheus;
