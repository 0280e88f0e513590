//! Alertmanager: its active alerts by API v2, and the message that its webhook sends.

mod message;

use serde_json::Value;

use crate::collection::{Collection, SourceSummary};
use crate::error::Result;
use crate::http::Http;
use crate::progress::Progress;
use crate::settings::AlertmanagerSettings;
use crate::window::Window;

pub use message::{Alert, Message, MessageError, Status};

/// What this source is called.
pub(crate) const SOURCE: &str = "alertmanager";
/// The most bytes of the answer.
const ANSWER_BYTES: u64 = 16 << 20;
/// The most alerts taken.
const MOST: usize = 5_000;

/// Collects the alerts that are active now and began before the window's end.
pub(crate) async fn collect(
    settings: &AlertmanagerSettings,
    window: &Window,
    progress: &Progress<'_>,
) -> Result<Collection> {
    progress.report(SOURCE, 0, 1);
    let http = Http::new(settings.endpoint())?;
    let path = "/api/v2/alerts";
    let parameters = [("active", "true"), ("silenced", "false"), ("inhibited", "false")];
    let body = http.get(path, &parameters, ANSWER_BYTES).await?;
    let alerts: Vec<Value> = serde_json::from_slice(&body).map_err(|error| http.unexpected(path, error.to_string()))?;
    let there = alerts.len();
    let mut collection = Collection::default();
    collection.alerts = alerts.into_iter().filter(|alert| began_by(alert, window)).take(MOST).collect();
    if there > MOST {
        collection.leave_out(SOURCE, format!("{} alerts beyond the first {MOST}", there - MOST));
    }
    let summary = format!("{} of {there} active alerts", collection.alerts.len());
    collection.sources.push(SourceSummary { source: SOURCE.to_owned(), summary, reached: true });
    progress.report(SOURCE, 1, 1);
    Ok(collection)
}

/// Whether an alert had begun when the window ended. One that does not say when counts.
fn began_by(alert: &Value, window: &Window) -> bool {
    let start = alert.get("startsAt").and_then(Value::as_str);
    start.and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok()).is_none_or(|start| start <= window.to)
}
