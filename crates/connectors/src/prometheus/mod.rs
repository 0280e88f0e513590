//! Prometheus: which metrics there are, then range queries over the window, into `metrics/*.json`.
//!
//! Only what exists is asked (`/api/v1/label/__name__/values`). A query whose answer would have more points in a series
//! than the server gives at once (11,000) is asked in chunks. Beyond the limits nothing is taken, which is stated. A query
//! that fails is stated and the others go on; when the server is gone, the rest is not tried.

mod alerts;
mod answer;
mod catalog;
mod discover;
mod histogram;

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use futures::{StreamExt as _, stream};

use crate::collection::{Collection, SourceSummary, path_part};
use crate::error::{ConnectorError, Result};
use crate::http::Http;
use crate::progress::Progress;
use crate::settings::PrometheusSettings;
use crate::window::Window;
use answer::Joined;
use catalog::{Filling, Query};

/// What this source is called.
pub(crate) const SOURCE: &str = "prometheus";
/// Queries at once.
const AT_ONCE: usize = 4;
/// The most bytes of one answer: what the importer reads of one document.
const ANSWER_BYTES: u64 = 64 << 20;
/// Points of a series that a server gives at once (`maxPointsPerSeries` in Prometheus: 11,000).
const POINTS: i64 = 11_000;
/// The finest step taken by default, in seconds.
const LEAST_STEP: i64 = 15;
/// After so many failures of the network in a row the server counts as gone.
const GONE_AFTER: u32 = 3;

/// Collects metrics and, when asked to, the alerts that fired.
pub(crate) async fn collect(
    settings: &PrometheusSettings,
    window: &Window,
    with_alerts: bool,
    progress: &Progress<'_>,
) -> Result<Collection> {
    let server = Server { http: Http::new(settings.endpoint())?, window, settings };
    let names = server.metric_names().await?;
    let pace = server.pace(&names).await;
    let mut collection = Collection::default();
    let queries = server.queries(&names, &pace, &mut collection).await;
    let (done, failures) = (AtomicU64::new(0), AtomicU32::new(0));
    let total = queries.len() as u64;
    progress.report(SOURCE, 0, total);
    let mut asked = Vec::with_capacity(queries.len());
    for query in &queries {
        let (server, done, failures, step) = (&server, &done, &failures, pace.step);
        asked.push(async move {
            let answer = server.ask(query, step, failures).await;
            progress.report(SOURCE, done.fetch_add(1, Ordering::Relaxed) + 1, total);
            answer
        });
    }
    let answers: Vec<Result<Joined, Missed>> = stream::iter(asked).buffered(AT_ONCE).collect().await;
    let mut series = 0;
    for (query, answer) in queries.iter().zip(answers) {
        series += keep(&mut collection, settings, query, answer);
    }
    if with_alerts && names.iter().any(|name| name == "ALERTS") {
        match server.ask(&alerts::query(&settings.selector), pace.step, &failures).await {
            Ok(joined) => collection.alerts.extend(alerts::fired(&joined)),
            Err(missed) => collection.leave_out("prometheus: ALERTS", missed.to_string()),
        }
    }
    let files = collection.files().len();
    let summary = format!("{series} series in {files} files, of {} metrics there; step {} s", names.len(), pace.step);
    collection.sources.push(SourceSummary { source: SOURCE.to_owned(), summary, reached: true });
    Ok(collection)
}

/// Writes an answer down, or why there is none; how many series it has.
fn keep(
    collection: &mut Collection,
    settings: &PrometheusSettings,
    query: &Query,
    answer: Result<Joined, Missed>,
) -> usize {
    let source = format!("prometheus: {}", query.name);
    let joined = match answer {
        Ok(joined) => joined,
        Err(missed) => {
            collection.leave_out(source, missed.to_string());
            return 0;
        }
    };
    for warning in &joined.warnings {
        collection.leave_out(source.clone(), format!("the server remarks: {warning}"));
    }
    if let Some(remark) = joined.of_histograms() {
        collection.leave_out(source.clone(), remark);
    }
    if joined.beyond > 0 {
        let reason = format!(
            "{} series beyond the first {}; narrow connectors.prometheus.selector, or raise max_series",
            joined.beyond, settings.max_series
        );
        collection.leave_out(source.clone(), reason);
    }
    if joined.len() == 0 {
        if settings.queries.iter().any(|own| own.name == query.name) {
            collection.leave_out(source, "the query of connectors.prometheus.queries gives no series in this window");
        }
        return 0;
    }
    collection.add(format!("metrics/{}.json", path_part(&query.name)), joined.to_json());
    joined.len()
}

/// The distance of samples, and the stretch of rates.
struct Pace {
    /// Seconds.
    step: i64,
    /// Seconds.
    rate: i64,
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
enum Missed {
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    #[error("{0}")]
    Answer(String),
    #[error("not asked: the server did not answer {GONE_AFTER} times in a row")]
    Gone,
}

struct Server<'a> {
    http: Http,
    window: &'a Window,
    settings: &'a PrometheusSettings,
}

impl Server<'_> {
    async fn metric_names(&self) -> Result<Vec<String>> {
        let (from, to) = self.bounds();
        let path = "/api/v1/label/__name__/values";
        let body = self.http.get(path, &[("start", &from), ("end", &to)], ANSWER_BYTES).await?;
        answer::names(&body).map_err(|detail| self.http.unexpected(path, detail))
    }

    /// The scrape interval tells how fine samples are; four of them make a rate (Prometheus' documentation of `rate`).
    async fn pace(&self, names: &[String]) -> Pace {
        let (_, to) = self.bounds();
        let mut interval = None;
        if names.iter().any(|name| name == "up") {
            // The short stretch first: targets may be younger than the long one.
            for seconds in [120, 600] {
                let promql = format!("max(count_over_time(up[{seconds}s]))");
                let query = [("query", promql.as_str()), ("time", to.as_str())];
                let body = self.http.get("/api/v1/query", &query, ANSWER_BYTES).await;
                let count = body.ok().and_then(|body| answer::number(&body));
                interval = count.filter(|count| *count >= 4.0).map(|count| (f64::from(seconds) / count).ceil() as i64);
                if interval.is_some() {
                    break;
                }
            }
        }
        let configured = i64::from(self.settings.step_seconds);
        let step = if configured > 0 { configured } else { interval.unwrap_or(LEAST_STEP).max(LEAST_STEP) };
        let rate = interval.map_or(120, |interval| (4 * interval).clamp(60, 1_200)).max(step);
        Pace { step, rate }
    }

    async fn queries(&self, names: &[String], pace: &Pace, collection: &mut Collection) -> Vec<Query> {
        let mut queries: Vec<Query> = Vec::new();
        if self.settings.default_queries {
            let exists = |metric: &str| names.iter().any(|name| name == metric);
            let filling = Filling {
                selector: &self.settings.selector,
                window: format!("{}s", pace.rate),
                node_names: exists("node_uname_info"),
            };
            queries.extend(catalog::queries(&exists, &filling));
            let found = discover::find(names);
            if found.beyond > 0 {
                let reason = format!("{} metrics beyond those asked; ask for them with own queries", found.beyond);
                collection.leave_out("prometheus: discovered metrics", reason);
            }
            queries.extend(self.discovered(&found, &filling).await);
        }
        let own = self.settings.queries.iter().map(|own| Query { name: own.name.clone(), promql: own.query.clone() });
        queries.extend(own);
        queries
    }

    async fn discovered(&self, found: &discover::Found, filling: &Filling<'_>) -> Vec<Query> {
        let histograms = found.histograms.iter().map(|base| (format!("{base}_count"), Some(base.as_str())));
        let counters = found.requests.iter().map(|counter| (counter.clone(), None));
        let mut asked = Vec::new();
        for (counter, base) in histograms.chain(counters) {
            asked.push(async move {
                let labels = self.labels_of(&counter).await;
                match base {
                    Some(base) => discover::of_histogram(base, &labels, filling),
                    None => discover::of_requests(&counter, &discover::without_total(&counter), &labels, filling),
                }
            });
        }
        let mut queries: Vec<Query> = stream::iter(asked).buffered(AT_ONCE).concat().await;
        for base in &found.natives {
            if self.is_native(base).await {
                queries.extend(discover::of_native(base, &self.labels_of(base).await, filling));
            }
        }
        queries.extend(found.failures.iter().map(|counter| discover::of_failures(counter, filling)));
        queries.extend(found.gauges.iter().map(|gauge| discover::of_gauge(gauge, filling)));
        queries
    }

    /// Whether a metric holds native histograms, at the end of the window or in its middle. A server that does not know
    /// them has none.
    async fn is_native(&self, metric: &str) -> bool {
        let promql = format!("count(histogram_count({metric}))");
        let (from, to) = (self.window.from.timestamp(), self.window.to.timestamp());
        for time in [to, from + (to - from) / 2] {
            let time = time.to_string();
            let query = [("query", promql.as_str()), ("time", time.as_str())];
            let body = self.http.get("/api/v1/query", &query, ANSWER_BYTES).await;
            if body.ok().and_then(|body| answer::number(&body)).is_some_and(|count| count > 0.0) {
                return true;
            }
        }
        false
    }

    /// The names of a metric's labels; none when the server does not say, and then no share of failures is asked.
    async fn labels_of(&self, metric: &str) -> Vec<String> {
        let (from, to) = self.bounds();
        let parameters = [("match[]", metric), ("start", from.as_str()), ("end", to.as_str())];
        match self.http.get("/api/v1/labels", &parameters, ANSWER_BYTES).await {
            Ok(body) => answer::names(&body).unwrap_or_default(),
            Err(error) => {
                tracing::debug!(%error, metric, "the labels of a metric are not known");
                Vec::new()
            }
        }
    }

    async fn ask(&self, query: &Query, step: i64, failures: &AtomicU32) -> Result<Joined, Missed> {
        let mut joined = Joined::default();
        let limit = self.settings.max_series.get() as usize;
        for (from, to) in chunks(self.window.from.timestamp(), self.window.to.timestamp(), step) {
            if failures.load(Ordering::Relaxed) >= GONE_AFTER {
                return Err(Missed::Gone);
            }
            let (from, to, step) = (from.to_string(), to.to_string(), step.to_string());
            let parameters = [("query", query.promql.as_str()), ("start", &from), ("end", &to), ("step", &step)];
            match self.http.get("/api/v1/query_range", &parameters, ANSWER_BYTES).await {
                Ok(body) => {
                    failures.store(0, Ordering::Relaxed);
                    joined.add(&body, limit).map_err(Missed::Answer)?;
                }
                Err(error) => {
                    if matches!(error, ConnectorError::Unreachable { .. } | ConnectorError::TimedOut { .. }) {
                        failures.fetch_add(1, Ordering::Relaxed);
                    }
                    return Err(error.into());
                }
            }
        }
        Ok(joined)
    }

    fn bounds(&self) -> (String, String) {
        (self.window.from.timestamp().to_string(), self.window.to.timestamp().to_string())
    }
}

/// The window in stretches of as many points as a server gives at once; no time stands in two of them.
fn chunks(from: i64, to: i64, step: i64) -> impl Iterator<Item = (i64, i64)> {
    let step = step.max(1);
    let stride = step * POINTS;
    (0..)
        .map(move |at| from + at * stride)
        .take_while(move |start| *start <= to)
        .map(move |start| (start, (start + stride - step).min(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_window_is_asked_in_chunks_without_gap_or_overlap() {
        let all: Vec<_> = chunks(0, 30_000, 1).collect();
        assert_eq!(all, [(0, 10_999), (11_000, 21_999), (22_000, 30_000)]);
        assert_eq!(chunks(0, 3_600, 15).collect::<Vec<_>>(), [(0, 3_600)]);
        assert!(chunks(0, 40_000_000, 15).all(|(from, to)| (to - from) / 15 < POINTS));
    }
}
