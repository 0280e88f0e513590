//! Traces: importers for OTLP JSON and tables of spans, and detectors over the requests that they show.
//!
//! Accepted under `traces/`: OTLP JSON (`.json`, `.ndjson`), tables of spans (`.csv`, `.tsv`). Bounded by
//! `Limits::max_spans`; a span that occurs twice counts once.

pub(crate) mod read;
pub mod store;

pub use store::{Span, Traces, id_of};
