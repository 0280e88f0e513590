//! An incident's metrics written anew as one long table, from the series as they were parsed.
//!
//! Variants that change values or lay recordings over each other need not know every layout of a table. Counters have
//! become rates in parsing, so names lose what marks a counter; calls, pods and nodes keep their entity.

use super::{Files, files, with_files};
use crate::adapters::EvalCase;
use oriel_evidence::metrics::{Metrics, Series};
use oriel_evidence::time::Seconds;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

/// A long table of series: `entity`, `metric` and samples each.
#[derive(Debug, Default)]
pub struct Table {
    text: String,
}

impl Table {
    /// Adds the samples of one metric of one entity.
    pub fn add(&mut self, entity: &str, metric: &str, samples: impl IntoIterator<Item = (Seconds, f64)>) {
        if self.text.is_empty() {
            self.text.push_str("time,entity,metric,value\n");
        }
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let (entity, metric) = (quoted(entity), quoted(metric));
        for (time, value) in samples {
            let _ = writeln!(self.text, "{time:.6},{entity},{metric},{value}");
        }
    }

    /// The case with this table for all its metrics.
    pub fn instead(self, case: &EvalCase) -> anyhow::Result<EvalCase> {
        let mut kept: Files = Vec::new();
        let mut table = Some(self.text.into_bytes());
        for (path, bytes) in files(case)? {
            if !path.starts_with("metrics/") {
                kept.push((path.clone(), bytes.clone()));
            } else if let Some(table) = table.take() {
                kept.push(("metrics/all.csv".to_owned(), table));
            }
        }
        Ok(with_files(case, kept))
    }
}

/// Words that tell a unit or a counter.
const UNITS: [&str; 24] = [
    "ms",
    "msec",
    "millis",
    "milliseconds",
    "us",
    "microseconds",
    "ns",
    "s",
    "sec",
    "secs",
    "seconds",
    "m",
    "millicores",
    "cores",
    "bytes",
    "byte",
    "kb",
    "kib",
    "mb",
    "mib",
    "mi",
    "gb",
    "gib",
    "total",
];

/// The metrics' names without units, by series: two metrics of an entity never get one name.
pub fn neutral(metrics: &Metrics) -> Vec<String> {
    let plain: Vec<String> = metrics.series.iter().map(|series| stripped(metrics.names.name(series.metric))).collect();
    let mut taken: HashMap<(u32, &str), u32> = HashMap::new();
    for (series, name) in metrics.series.iter().zip(&plain) {
        *taken.entry((series.entity, name)).or_default() += 1;
    }
    let clashes: HashSet<&str> = taken.iter().filter(|(_, count)| **count > 1).map(|((_, name), _)| *name).collect();
    let own = |series: &Series| metrics.names.name(series.metric).trim_end_matches("_total").to_owned();
    let named = metrics.series.iter().zip(&plain);
    named.map(|(series, name)| if clashes.contains(name.as_str()) { own(series) } else { name.clone() }).collect()
}

/// The name without its words of units: `latency_p50_ms` is `latency_p50`, `CpuUsage(m)` is `CpuUsage`.
fn stripped(name: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for word in name.split(['_', ' ', '(', ')', '%', '.', '-']).filter(|word| !word.is_empty()) {
        if kept.is_empty() || !UNITS.contains(&word.to_lowercase().as_str()) {
            kept.push(word);
        }
    }
    kept.join("_")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{shop, text};
    use super::*;
    use oriel_evidence::{Evidence, Limits};

    #[test]
    fn names_lose_their_units_and_keep_their_meaning() {
        for (name, plain) in [
            ("latency_p50_ms", "latency_p50"),
            ("CpuUsage(m)", "CpuUsage"),
            ("requests_total", "requests"),
            ("mem", "mem"),
        ] {
            assert_eq!(stripped(name), plain);
        }
    }

    #[test]
    fn a_table_written_anew_holds_the_same_series() {
        let case = shop("till");
        let read = |case: &EvalCase| Evidence::read(&case.source, &Limits::default(), &mut |_| {}).unwrap();
        let before = read(&case);
        let mut table = Table::default();
        for (series, name) in before.metrics.series.iter().zip(neutral(&before.metrics)) {
            table.add(before.metrics.entities.name(series.entity), &name, series.samples.iter().copied());
        }
        let retold = table.instead(&case).unwrap();
        assert!(text(&retold, "metrics/all.csv").contains("\"service/till\",\"latency\""));
        let after = read(&retold);
        assert_eq!(before.metrics.series.len(), after.metrics.series.len());
        for (old, new) in before.metrics.series.iter().zip(&after.metrics.series) {
            assert_eq!((old.kind, &old.samples), (new.kind, &new.samples));
        }
    }
}
