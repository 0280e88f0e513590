//! Fetches evidence from the systems that a fleet already has, into the incident format (`docs/incident-format.md`).
//!
//! ```text
//! Prometheus ─┐
//! Alertmanager├─► Collection (files, what was left out) ─► diagnosed, written as a directory, packed as an archive
//! Loki ───────┤
//! kubectl ────┤
//! OTLP ring ──┘
//! ```
//!
//! Every connector reads and never changes anything. Each has limits on time and bytes, and states what it left out. One
//! that fails does not take the others' evidence away. Refuses: judging what it fetched; keeping anything.

pub mod alertmanager;
mod collect;
mod collection;
mod error;
mod hidden;
mod http;
pub mod kubernetes;
mod loki;
pub mod otlp;
mod progress;
mod prometheus;
mod settings;
mod window;

pub use collect::collect;
pub use collection::{About, Collection, File, LeftOut, MAX_BYTES, SourceSummary};
pub use error::ConnectorError;
pub use hidden::Hidden;
pub use progress::{Progress, Step};
pub use settings::{
    AlertmanagerSettings, KubernetesSettings, LokiSettings, OwnQuery, PrometheusSettings, Settings, check_namespace,
    check_url,
};
pub use window::{Window, WindowError};
