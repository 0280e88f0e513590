//! Reads a bundle into [`Evidence`]: each file goes to the importer that its directory names.

use std::io::{self, Read};

use crate::alerts::{self, Alert};
use crate::bundle::{self, BundleFile, Limits, ReadError, Source};
use crate::incident::{self, IncidentMeta};
use crate::kubernetes::{Cluster, Importer};
use crate::logs::{self, Logs};
use crate::metrics::{self, Metrics};
use crate::skipped::{Skipped, Skips};
use crate::topology::{self, Topology};
use crate::traces::{self, Traces};

/// How far the reading is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Files read.
    pub files: usize,
    /// The file being read.
    pub file: String,
}

/// How much of each kind was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Files read.
    pub files: usize,
    /// Bytes read, decompressed.
    pub bytes: u64,
    /// Metric series.
    pub series: usize,
    /// Metric samples.
    pub samples: usize,
    /// Log lines.
    pub log_lines: u64,
    /// Log templates.
    pub log_templates: usize,
    /// Spans.
    pub spans: usize,
    /// Alerts.
    pub alerts: usize,
    /// Calls in `topology.csv`.
    pub calls: usize,
}

/// Everything read from a bundle, ready for the detectors.
#[derive(Debug)]
pub struct Evidence {
    /// `incident.toml`.
    pub incident: IncidentMeta,
    /// `kubernetes/`.
    pub cluster: Cluster,
    /// `metrics/`.
    pub metrics: Metrics,
    /// `logs/`.
    pub logs: Logs,
    /// `traces/`.
    pub traces: Traces,
    /// `alerts.json`.
    pub alerts: Vec<Alert>,
    /// `topology.csv`.
    pub topology: Topology,
    /// What was not used, and why.
    pub skipped: Vec<Skipped>,
    /// How much was read.
    pub counts: Counts,
}

impl Evidence {
    /// Reads `source` within `limits`, telling `progress` of each file. Who may be named in logs should be known before they are read.
    /// So in a directory they are read last, in a walk of their own. An archive would have to be decompressed twice for that: there they
    /// are read as they come, and once more only where a name that came behind them would have made a difference.
    pub fn read(source: &Source, limits: &Limits, progress: &mut dyn FnMut(Progress)) -> Result<Self, ReadError> {
        let (mut skips, mut of_logs) = (Skips::default(), Skips::default());
        let mut importers = Importers::new(limits);
        let is_archive = matches!(source, Source::Archive(_) | Source::ArchiveBytes(_));
        let (mut files, mut has_logs) = (0, false);
        let mut tell = |file: &BundleFile<'_>| {
            files += 1;
            progress(Progress { files, file: file.path.to_owned() });
        };
        let walked = bundle::walk(source, limits, &mut skips, &mut |file, skips| {
            if !is_log(file.path) {
                tell(&file);
                return importers.file(file, skips);
            }
            if is_archive {
                if !has_logs {
                    importers.begin_logs();
                }
                tell(&file);
                importers.file(file, &mut of_logs);
            }
            has_logs = true;
        })?;
        if has_logs && !(is_archive && importers.end_logs()) {
            importers.logs = Logs::new(limits);
            importers.know();
            of_logs = Skips::default();
            // What the walk itself has to say was said.
            bundle::walk(source, limits, &mut Skips::default(), &mut |file, _| {
                if is_log(file.path) {
                    if !is_archive {
                        tell(&file);
                    }
                    importers.file(file, &mut of_logs);
                }
            })?;
        }
        skips.append(of_logs);
        if let Some(error) = importers.failed {
            return Err(error);
        }
        if importers.used == 0 {
            return Err(ReadError::NoEvidence { path: "the bundle".to_owned(), files: walked.files });
        }
        importers.metrics.finish(&mut skips);
        importers.logs.finish();
        if importers.logs.one_of > 1 {
            let reason = format!(
                "too many lines carry ids of requests to follow all: one in {} was followed, each whole; all lines are counted",
                importers.logs.one_of
            );
            skips.file("logs/", reason);
        }
        let mut evidence = Self {
            incident: importers.incident,
            cluster: importers.kubernetes.finish(),
            metrics: importers.metrics,
            logs: importers.logs,
            traces: importers.traces,
            alerts: importers.alerts,
            topology: importers.topology,
            skipped: Vec::new(),
            counts: Counts { files: walked.files, bytes: walked.bytes, ..Counts::default() },
        };
        evidence.count();
        evidence.check_clocks(&mut skips);
        evidence.skipped = skips.finish();
        Ok(evidence)
    }

    fn count(&mut self) {
        self.counts.series = self.metrics.series.len();
        self.counts.samples = self.metrics.samples;
        self.counts.log_lines = self.logs.lines;
        self.counts.log_templates = self.logs.templates.len();
        self.counts.spans = self.traces.spans.len();
        self.counts.alerts = self.alerts.len();
        self.counts.calls = self.topology.calls.len();
    }

    /// States telemetry whose times lie wholly outside the incident: a clock or a time zone is wrong.
    fn check_clocks(&self, skips: &mut Skips) {
        let Some(start) = self.incident.start else { return };
        let end = self.incident.end.unwrap_or(start);
        let span_times = self.traces.spans.iter().map(|span| span.start);
        let kinds = [("metrics/", self.metrics.span()), ("logs/", self.logs.span), ("traces/", range(span_times))];
        for (directory, times) in kinds {
            let Some((first, last)) = times else { continue };
            let hours = if last < start { (start - last) / 3600.0 } else { (end - first) / 3600.0 };
            if last + CLOCK_ERROR < start {
                skips.file(directory, format!("all times are at least {hours:.1} hours before the incident's start: is a clock or a time zone wrong?"));
            } else if first > end + CLOCK_ERROR {
                skips.file(
                    directory,
                    format!(
                        "all times are at least {:.1} hours after the incident's end: is a clock or a time zone wrong?",
                        -hours
                    ),
                );
            }
        }
    }
}

/// Telemetry may miss the window by this many seconds before it is remarked upon.
const CLOCK_ERROR: f64 = 600.0;

fn range(times: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    times.fold(None, |range: Option<(f64, f64)>, time| {
        Some(range.map_or((time, time), |(a, b)| (a.min(time), b.max(time))))
    })
}

struct Importers<'a> {
    limits: &'a Limits,
    incident: IncidentMeta,
    kubernetes: Importer,
    metrics: Metrics,
    logs: Logs,
    traces: Traces,
    alerts: Vec<Alert>,
    topology: Topology,
    used: usize,
    /// Spans that were read before the first log of an archive.
    spans_before: usize,
    failed: Option<ReadError>,
}

impl<'a> Importers<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            incident: IncidentMeta::default(),
            kubernetes: Importer::default(),
            metrics: Metrics::default(),
            logs: Logs::new(limits),
            traces: Traces::default(),
            alerts: Vec::new(),
            topology: Topology::default(),
            used: 0,
            spans_before: 0,
            failed: None,
        }
    }

    fn file(&mut self, file: BundleFile<'_>, skips: &mut Skips) {
        let path = file.path;
        if !bundle::is_layout(path) {
            skips.file(path, "not part of the incident format".to_owned());
            return;
        }
        // What is said of the collection is no evidence.
        self.used += usize::from(path != "collection.json");
        if let Err(error) = self.import(file, skips) {
            skips.file(path, format!("read only in part: {error}"));
        }
    }

    fn import(&mut self, file: BundleFile<'_>, skips: &mut Skips) -> io::Result<()> {
        let BundleFile { path, reader, .. } = file;
        let limits = self.limits;
        match path.split_once('/').map_or(path, |(top, _)| top) {
            "incident.toml" => {
                if let Some(bytes) = document(reader, path, limits, skips) {
                    match incident::parse(&String::from_utf8_lossy(&bytes), path, skips) {
                        Ok(meta) => self.incident = meta,
                        Err(error) => self.failed = Some(error),
                    }
                }
            }
            "alerts.json" => {
                if let Some(bytes) = document(reader, path, limits, skips) {
                    self.alerts.extend(alerts::parse(&bytes, path, skips));
                }
            }
            "collection.json" => {
                if let Some(bytes) = document(reader, path, limits, skips) {
                    crate::collection::state_gaps(&bytes, path, skips);
                }
            }
            "topology.csv" => self.topology = topology::read(reader, path, limits, skips)?,
            "kubernetes" => {
                if let Some(bytes) = document(reader, path, limits, skips) {
                    self.kubernetes.file(path, &bytes, skips);
                }
            }
            "metrics" => match path.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
                Some("json") => {
                    if let Some(bytes) = document(reader, path, limits, skips) {
                        metrics::prometheus::read(&bytes, path, &mut self.metrics, limits, skips);
                    }
                }
                Some("csv" | "tsv" | "txt") => metrics::table::read(reader, path, &mut self.metrics, limits, skips)?,
                _ => skips.file(path, "metrics are read from .csv, .tsv or .json".to_owned()),
            },
            "logs" => {
                logs::read::read(reader, path, &mut self.logs, limits, skips)?;
            }
            "traces" => traces::read::read(reader, path, &mut self.traces, limits, skips)?,
            _ => {}
        }
        Ok(())
    }
}

impl Importers<'_> {
    /// Atom names of what other files than logs name.
    fn named(&self) -> impl Iterator<Item = &str> {
        let called = self.topology.calls.iter().flat_map(|(caller, callee, _)| [caller.as_str(), callee.as_str()]);
        self.metrics.entities.iter().chain(self.traces.entities.iter()).chain(called)
    }

    /// Begins with logs in the middle of an archive: what comes behind them is not known yet.
    fn begin_logs(&mut self) {
        self.know();
        self.logs.begin_early();
        self.spans_before = self.traces.spans.len();
    }

    /// Whether logs may stay as they were read, now that all the rest is known.
    fn end_logs(&mut self) -> bool {
        let names: Vec<String> = self.named().map(str::to_owned).collect();
        self.logs.know_late(&names, self.traces.spans.len() > self.spans_before)
    }

    /// Tells the logs whom they may name.
    fn know(&mut self) {
        let names: Vec<String> = self.named().map(str::to_owned).collect();
        self.logs.know(names.iter().map(String::as_str));
        self.logs.know_spans(self.traces.spans.iter().map(|span| span.id));
    }
}

/// Whether a file holds logs.
fn is_log(path: &str) -> bool {
    path.starts_with("logs/")
}

/// The whole of a file that must be held in memory, or nothing (stated) when it is too large.
fn document(reader: &mut dyn io::BufRead, path: &str, limits: &Limits, skips: &mut Skips) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Err(error) = reader.take(limits.max_document_bytes + 1).read_to_end(&mut bytes) {
        skips.file(path, format!("read only in part: {error}"));
    }
    if bytes.len() as u64 > limits.max_document_bytes {
        skips.file(path, format!("not read: larger than {} bytes", limits.max_document_bytes));
        return None;
    }
    Some(bytes)
}
