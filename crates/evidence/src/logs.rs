//! Logs: importers, template mining, and detectors of what is new, gone, or more than before.
//!
//! Accepted under `logs/`: tables with a header (`.csv`, `.tsv`), one JSON object a line, plain lines with a time at the
//! start. Messages are not kept: only their templates, times and request ids. Bounded by `Limits::max_templates`.

pub mod level;
pub(crate) mod read;
pub mod store;
pub mod template;

pub use level::Level;
pub use store::Logs;
