//! Metrics: importers for tables and Prometheus answers, and detectors of change.
//!
//! Accepted under `metrics/`: `.csv` and `.tsv` tables ([`table`]), `.json` answers of Prometheus range queries
//! ([`prometheus`]). Missing samples stay missing. Bounded by `Limits::max_series` and `Limits::max_samples`.

pub mod kind;
pub(crate) mod prometheus;
pub mod store;
pub(crate) mod table;

pub use kind::Kind;
pub use store::{Metrics, Series};
