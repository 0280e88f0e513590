//! What every handler works with: the capabilities, the clock, and how the server is set up.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use axum::http::uri::Authority;
use oriel_connectors::otlp::SpanRing;
use oriel_execution::Execution;
use oriel_identity::{Identity, ServiceToken};
use oriel_investigation::Investigations;
use oriel_knowledge::Knowledge;
use oriel_model::{AuditId, Clock};
use oriel_storage::Database;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::limits;
use crate::queue::Queue;

/// How the edge is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address that people open, when a proxy stands before the server.
    pub public_url: Option<Uri>,
    /// How often the session behind an open stream is looked at: 15 s.
    pub look_at_session_every: Duration,
    /// What Alertmanager's webhook must bring; nothing is taken in without.
    pub alertmanager_token: Option<ServiceToken>,
    /// Where traces are received; none are without.
    pub traces: Option<TraceReceiver>,
}

/// The receiver of traces.
#[derive(Debug, Clone)]
pub struct TraceReceiver {
    /// What an exporter must bring.
    pub token: ServiceToken,
    /// Where spans are kept.
    pub spans: Arc<SpanRing>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: None,
            look_at_session_every: Duration::from_secs(15),
            alertmanager_token: None,
            traces: None,
        }
    }
}

impl Settings {
    /// Whether people reach the server over HTTPS; then cookies are for HTTPS alone.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.as_ref().and_then(Uri::scheme_str) == Some("https")
    }

    /// The host of the public address.
    pub(crate) fn public_authority(&self) -> Option<&Authority> {
        self.public_url.as_ref().and_then(Uri::authority)
    }
}

/// What the edge is made of.
#[derive(Debug)]
pub struct Parts {
    /// How it is set up.
    pub settings: Settings,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// For idempotency keys, names and health; everything else goes through the capabilities.
    pub database: Database,
    /// Accounts, sessions and the audit log.
    pub identity: Identity,
    /// Incidents and investigations.
    pub investigations: Investigations,
    /// Targets and runs.
    pub execution: Execution,
    /// Knowledge bases.
    pub knowledge: Knowledge,
    /// Cancelled when the server begins to end: streams close.
    pub soft: CancellationToken,
    /// Where open streams are counted, so that the end waits for them.
    pub tasks: TaskTracker,
}

/// The state of the router. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Api {
    parts: Arc<Parts>,
    forms: Arc<Queue>,
    exports: Arc<Queue>,
}

impl Api {
    /// The edge over these parts.
    pub fn new(parts: Parts) -> Self {
        let forms = Queue::new(limits::FORMS, limits::FORMS_WAITING, limits::FORM_PATIENCE);
        let exports = Queue::new(limits::EXPORTS, limits::EXPORTS_WAITING, limits::EXPORT_PATIENCE);
        Self { parts: Arc::new(parts), forms: Arc::new(forms), exports: Arc::new(exports) }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.parts.clock
    }

    pub(crate) fn database(&self) -> &Database {
        &self.parts.database
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.parts.identity
    }

    pub(crate) fn investigations(&self) -> &Investigations {
        &self.parts.investigations
    }

    pub(crate) fn execution(&self) -> &Execution {
        &self.parts.execution
    }

    pub(crate) fn knowledge(&self) -> &Knowledge {
        &self.parts.knowledge
    }

    /// Places for forms of files that are read.
    pub(crate) fn forms(&self) -> &Queue {
        &self.forms
    }

    /// Places for exports that are written.
    pub(crate) fn exports(&self) -> &Queue {
        &self.exports
    }

    pub(crate) fn soft(&self) -> &CancellationToken {
        &self.parts.soft
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.parts.tasks
    }

    /// A new id for a request. It is a UUIDv7 like every other, so a log sorts by it.
    pub(crate) fn new_request_id(&self) -> String {
        AuditId::generate(self.clock()).to_string()
    }
}
