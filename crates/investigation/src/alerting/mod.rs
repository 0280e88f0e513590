//! Incidents from alerts: a message of Alertmanager makes or updates one, evidence is collected around when it began, and
//! an investigation is queued.
//!
//! ```text
//! message ─► notice: incident of the alerts alone, group, audit entry (one transaction) ─► answered
//!                                  │ what fires differs from what evidence was collected for
//!                                  ▼
//!            collector: connectors ─► archive ─► incident, group, audit entry, investigation (one transaction)
//! ```
//!
//! What is to be collected stands in the database, so a server that died at it goes on at its next start. A group of
//! alerts is known again by its key: a repeated message changes nothing, one with other alerts is collected for anew, one
//! that is resolved ends the incident, and when it fires again it is another incident. What was over before its evidence was
//! collected is collected for all the same, unless it fired for a moment only (`connectors.least_firing_seconds`).

mod collector;
mod notice;

pub(crate) use collector::work;
pub use notice::{Noticed, Outcome};

use oriel_connectors::alertmanager::Message;
use oriel_connectors::{About, Collection, Settings, Window};
use oriel_model::Timestamp;

use crate::error::{InvestigationError, Result};

/// How the audit log names what comes in this way, and how incidents do.
pub(crate) const SOURCE: &str = "alertmanager";

/// The stretch of time to collect for a message.
fn window(message: &Message, settings: &Settings, now: Timestamp) -> Window {
    let before = chrono::TimeDelta::minutes(i64::from(settings.before_minutes.get()));
    let after = chrono::TimeDelta::minutes(i64::from(settings.after_minutes.get()));
    // An alert from the future is one of a clock that is ahead.
    Window::around(message.began().unwrap_or(now).min(now), before, after, now)
}

/// Adds the alerts and what is said of them, and packs everything.
async fn archive(mut collection: Collection, message: &Message, window: &Window, now: Timestamp) -> Result<Vec<u8>> {
    let mut alerts = message.to_alerts();
    alerts.append(&mut collection.alerts);
    collection.alerts = alerts;
    if message.truncated_alerts > 0 {
        let reason = format!("{} alerts that Alertmanager left out; raise max_alerts there", message.truncated_alerts);
        collection.leave_out(SOURCE, reason);
    }
    let about = About {
        title: message.title(),
        services: Vec::new(),
        namespace: message.namespace().unwrap_or_default().to_owned(),
    };
    collection.describe(&about, window, now);
    let packed = tokio::task::spawn_blocking(move || collection.archive()).await?;
    packed.map_err(InvestigationError::Packing)
}
