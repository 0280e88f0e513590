//! Asks every source that is set up, at once, and brings together what each gave.

use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::collection::{Collection, SourceSummary};
use crate::error::Result;
use crate::progress::Progress;
use crate::settings::Settings;
use crate::window::Window;
use crate::{alertmanager, kubernetes, loki, prometheus};

/// Collects the evidence of `window` from every source that is set up. A source that fails is stated among what was left
/// out, and its summary says that it was not reached.
pub fn collect<'a>(
    settings: &'a Settings,
    window: &'a Window,
    progress: &'a Progress<'a>,
) -> BoxFuture<'a, Collection> {
    everything(settings, window, progress).boxed()
}

async fn everything(settings: &Settings, window: &Window, progress: &Progress<'_>) -> Collection {
    // What fired in a window that has passed only Prometheus knows; what fires now Alertmanager knows better.
    let with_alerts = !settings.alertmanager.is_set();
    let prometheus = async {
        if !settings.prometheus.is_set() {
            return Collection::default();
        }
        settled(prometheus::SOURCE, prometheus::collect(&settings.prometheus, window, with_alerts, progress).await)
    };
    let alertmanager = async {
        if !settings.alertmanager.is_set() {
            return Collection::default();
        }
        settled(alertmanager::SOURCE, alertmanager::collect(&settings.alertmanager, window, progress).await)
    };
    let loki = async {
        if !settings.loki.is_set() {
            return Collection::default();
        }
        settled(loki::SOURCE, loki::collect(&settings.loki, window, progress).await)
    };
    let kubernetes = async {
        if !settings.kubernetes.enabled {
            return Collection::default();
        }
        settled(kubernetes::SOURCE, kubernetes::collect(&settings.kubernetes, progress).await)
    };
    let (prometheus, alertmanager, loki, kubernetes) = tokio::join!(prometheus, alertmanager, loki, kubernetes);
    let mut collection = Collection::default();
    for part in [prometheus, alertmanager, loki, kubernetes] {
        collection.merge(part);
    }
    collection
}

fn settled(source: &'static str, collected: Result<Collection>) -> Collection {
    collected.unwrap_or_else(|error| {
        tracing::warn!(source, %error, "a source gave no evidence");
        let mut nothing = Collection::default();
        nothing.leave_out(source, error.to_string());
        nothing.sources.push(SourceSummary {
            source: source.to_owned(),
            summary: "not reached".to_owned(),
            reached: false,
        });
        nothing
    })
}
