//! Logs: importers, templates, exceptions, and what is known of each template.
//!
//! Accepted under `logs/`: tables with a header (`.csv`, `.tsv`), one JSON object a line, plain lines with a time at the
//! start. Messages are not kept: only their templates, times and request ids. Bounded by `Limits::max_templates`.

pub mod exception;
mod fields;
mod ids;
pub mod level;
mod missed;
pub(crate) mod read;
mod requests;
mod shapes;
pub mod store;
pub mod template;
mod words;

pub use level::Level;
pub use store::Logs;
