//! Metrics as comma-separated tables, in any of three layouts told from the header:
//!
//! - *long*: columns for time, entity, metric and value (and a unit, which is part of the metric's name);
//! - *rows by entity*: columns for time and entity, every other column is a metric;
//! - *wide*: a column for time, every other column is `ENTITY<separator>METRIC`.
//!
//! An empty field, `NaN`, `null` or `-` is a missing sample. A line without a readable time, or with a value that is no
//! number, is passed over and stated.

use std::io::{self, BufRead};

use rustc_hash::FxHashMap;

use super::kind;
use super::store::Metrics;
use crate::bundle::Limits;
use crate::lines::Records;
use crate::skipped::Skips;
use crate::time;

const TIME: [&str; 9] =
    ["time", "timestamp", "ts", "datetime", "date", "@timestamp", "unix_timestamp", "time_unix", "epoch"];
const ENTITY: [&str; 17] = [
    "entity",
    "service",
    "service_name",
    "servicename",
    "microservice",
    "app",
    "application",
    "component",
    "pod",
    "pod_name",
    "podname",
    "workload",
    "deployment",
    "container",
    "container_name",
    "node",
    "host",
];
const METRIC: [&str; 6] = ["metric", "metric_name", "kpi", "kpi_name", "__name__", "series"];
const VALUE: [&str; 3] = ["value", "val", "metric_value"];

enum Layout {
    Long { entity: Option<usize>, metric: usize, value: usize, unit: Option<usize> },
    Rows { entity: usize, metrics: Vec<(usize, String)> },
    Wide { series: Vec<(usize, String, String)> },
}

/// Reads one table into `metrics`.
pub(crate) fn read(
    reader: &mut dyn BufRead,
    file: &str,
    metrics: &mut Metrics,
    limits: &Limits,
    skips: &mut Skips,
) -> io::Result<()> {
    let mut records = Records::new(reader, limits.max_line_bytes);
    let header = records.header()?;
    let find = |names: &[&str]| names.iter().find_map(|n| header.iter().position(|h| h.eq_ignore_ascii_case(n)));
    // Several columns may name a time: the first whose values are times is used.
    let times: Vec<usize> = (0..header.len())
        .filter(|at| header.get(*at).is_some_and(|h| TIME.iter().any(|n| h.eq_ignore_ascii_case(n))))
        .collect();
    let times = if times.is_empty() { vec![0] } else { times };
    let layout = match (find(&METRIC), find(&VALUE), find(&ENTITY)) {
        (Some(metric), Some(value), entity) => Layout::Long { entity, metric, value, unit: find(&["unit"]) },
        (None, _, Some(entity)) => Layout::Rows { entity, metrics: other_columns(&header, &times, entity) },
        _ => Layout::Wide { series: wide_columns(&header, &times) },
    };
    let mut table = Table::new(file, metrics, limits, skips, times);
    while records.next()? {
        table.record(&layout, &records);
    }
    if records.dropped > 0 {
        skips.file(file, format!("{} records were longer than {} bytes", records.dropped, limits.max_line_bytes));
    }
    Ok(())
}

fn other_columns(header: &[String], times: &[usize], entity: usize) -> Vec<(usize, String)> {
    let metrics = header.iter().enumerate().filter(|(at, name)| {
        let words = kind::words(name);
        // What a pod's table says of its node is not about the pod.
        !times.contains(at) && *at != entity && !name.is_empty() && words.first().is_none_or(|w| w != "node")
    });
    metrics.map(|(at, name)| (at, name.clone())).collect()
}

fn wide_columns(header: &[String], times: &[usize]) -> Vec<(usize, String, String)> {
    let columns = header.iter().enumerate().filter(|(at, name)| !times.contains(at) && !name.is_empty());
    columns
        .filter_map(|(at, name)| split_column(name).map(|(entity, metric)| (at, entity.to_owned(), metric.to_owned())))
        .collect()
}

/// Splits `ENTITY<separator>METRIC`. A bar always separates. Else the metric is the longest end of the name that consists of known metric words and
/// begins with one; where none is known, it is what follows the last separator.
pub(crate) fn split_column(name: &str) -> Option<(&str, &str)> {
    if let Some((entity, metric)) = name.rsplit_once('|') {
        return (!entity.is_empty() && !metric.is_empty()).then_some((entity, metric));
    }
    let is_separator = |letter: char| matches!(letter, '_' | '.' | ':' | '/' | ' ' | '-');
    let known = name.char_indices().filter(|(_, letter)| is_separator(*letter)).find_map(|(at, letter)| {
        let (entity, metric) = (name.get(..at)?, name.get(at + letter.len_utf8()..)?);
        let words = kind::words(metric);
        let (first, rest) = words.split_first()?;
        let fits = kind::is_metric_word(first) && rest.iter().all(|word| kind::is_qualifier(word));
        (fits && !entity.is_empty()).then_some((entity, metric))
    });
    known.or_else(|| name.rsplit_once(is_separator)).filter(|(entity, metric)| !entity.is_empty() && !metric.is_empty())
}

struct Table<'a> {
    file: &'a str,
    metrics: &'a mut Metrics,
    limits: &'a Limits,
    skips: &'a mut Skips,
    times: Vec<usize>,
    /// Series by entity, metric and unit, of a long table.
    known: FxHashMap<String, Option<usize>>,
    key: String,
    /// The places of entities in `columns`, of a table by entity.
    entities: FxHashMap<String, usize>,
    /// The series of the columns: of one entity each, or of a wide table.
    columns: Vec<Vec<Option<usize>>>,
}

impl<'a> Table<'a> {
    fn new(
        file: &'a str,
        metrics: &'a mut Metrics,
        limits: &'a Limits,
        skips: &'a mut Skips,
        times: Vec<usize>,
    ) -> Self {
        let (known, entities) = (FxHashMap::default(), FxHashMap::default());
        Self { file, metrics, limits, skips, times, known, key: String::new(), entities, columns: Vec::new() }
    }

    fn record(&mut self, layout: &Layout, records: &Records<'_>) {
        let Some(at) = self.times.iter().find_map(|column| records.get(*column).and_then(time_of)) else {
            return self.skips.line(self.file, records.line, "no readable time");
        };
        match layout {
            Layout::Long { entity, metric, value, unit } => {
                let Some(metric) = records.get(*metric).filter(|m| !m.is_empty()) else {
                    return self.skips.line(self.file, records.line, "no metric name");
                };
                let unit = unit.and_then(|unit| records.get(unit)).unwrap_or_default();
                let (entity, metric) = match entity.and_then(|entity| records.get(entity)) {
                    Some(entity) => (entity, metric),
                    None => split_column(metric).unwrap_or(("unknown", metric)),
                };
                let series = self.series(entity, metric, unit, records.line);
                self.value(series, at, records.get(*value).unwrap_or_default(), records.line);
            }
            Layout::Rows { entity, metrics } => {
                let Some(entity) = records.get(*entity).filter(|e| !e.is_empty()) else {
                    return self.skips.line(self.file, records.line, "no entity");
                };
                let known = self.entities.get(entity).copied();
                let place = known.unwrap_or_else(|| {
                    let names = metrics.iter().map(|(_, metric)| (entity, metric.as_str()));
                    let place = self.add_columns(names, records.line);
                    self.entities.insert(entity.to_owned(), place);
                    place
                });
                self.values(place, at, metrics.iter().map(|(column, _)| *column), records);
            }
            Layout::Wide { series } => {
                if self.columns.is_empty() {
                    self.add_columns(series.iter().map(|(_, entity, metric)| (entity.as_str(), metric.as_str())), 1);
                }
                self.values(0, at, series.iter().map(|(column, ..)| *column), records);
            }
        }
    }

    /// Makes the series of columns; their place in `columns`.
    fn add_columns<'n>(&mut self, names: impl Iterator<Item = (&'n str, &'n str)>, line: u32) -> usize {
        let series = names
            .map(|(entity, metric)| self.metrics.series_of(entity, metric, self.file, line, self.limits, self.skips));
        let series = series.collect();
        self.columns.push(series);
        self.columns.len() - 1
    }

    fn values(&mut self, place: usize, at: time::Seconds, columns: impl Iterator<Item = usize>, records: &Records<'_>) {
        for (nth, column) in columns.enumerate() {
            let series = self.columns.get(place).and_then(|all| all.get(nth)).copied().flatten();
            self.value(series, at, records.get(column).unwrap_or_default(), records.line);
        }
    }

    fn series(&mut self, entity: &str, metric: &str, unit: &str, line: u32) -> Option<usize> {
        self.key.clear();
        for part in [entity, "\u{1}", metric, "\u{1}", unit] {
            self.key.push_str(part);
        }
        if let Some(series) = self.known.get(&self.key) {
            return *series;
        }
        let name = if unit.is_empty() { metric.to_owned() } else { format!("{metric} {unit}") };
        let series = self.metrics.series_of(entity, &name, self.file, line, self.limits, self.skips);
        self.known.insert(self.key.clone(), series);
        series
    }

    fn value(&mut self, series: Option<usize>, at: time::Seconds, text: &str, line: u32) {
        // Most fields have no space about them.
        let is_bare =
            matches!(text.as_bytes(), [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic());
        let text = if is_bare { text } else { text.trim() };
        if text.is_empty() {
            return;
        }
        let Ok(value) = text.parse::<f64>() else {
            if MISSING.iter().any(|missing| text.eq_ignore_ascii_case(missing)) {
                return;
            }
            return self.skips.line(self.file, line, "a value is not a number");
        };
        if let Some(series) = series
            && !self.metrics.push(series, at, value, self.limits)
        {
            self.skips.line(self.file, line, "samples beyond the limit of samples are not read");
        }
    }
}

/// How a missing value is written, if not as `NaN`, which is a number that is left out, or as nothing.
const MISSING: [&str; 3] = ["null", "none", "-"];

/// A time in a field; Go prints a monotonic clock and a zone name after it, which are not needed.
fn time_of(text: &str) -> Option<time::Seconds> {
    let text = text.trim();
    let clock = text.split_once(' ').and_then(|(date, rest)| {
        let (clock, more) = rest.split_once(' ')?;
        let known = text.get(..date.len() + 1 + clock.len())?;
        // What may follow a time without a monotonic clock is its zone.
        more.contains("m=").then_some(known)
    });
    clock.and_then(time::parse).or_else(|| time::parse(text)).or_else(|| {
        let (date, rest) = text.split_once(' ')?;
        let clock = rest.split(' ').next()?;
        time::parse(text.get(..date.len() + 1 + clock.len())?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn load(text: &str) -> (Metrics, Vec<crate::Skipped>) {
        let (mut metrics, mut skips) = (Metrics::default(), Skips::default());
        read(&mut text.as_bytes(), "metrics/m.csv", &mut metrics, &Limits::default(), &mut skips).unwrap();
        metrics.finish(&mut skips);
        (metrics, skips.finish())
    }

    fn shape(metrics: &Metrics) -> Vec<(String, String, usize)> {
        let series = metrics.series.iter();
        series
            .map(|s| (metrics.entities.name(s.entity).into(), metrics.names.name(s.metric).into(), s.samples.len()))
            .collect()
    }

    #[test]
    fn the_three_layouts_give_the_same_series() {
        let wide = "time,a-b_cpu,c_lat_90\n1652565600,1,2\n1652565601,,NaN\n";
        let long = "timestamp,service,metric,value\n1652565600,a-b,cpu,1\n1652565600,c,lat_90,2\n";
        let rows = "Time,PodName,cpu\n2022-05-14 22:00:00.5 +0000 UTC m=+0.5,a-b-5dc8d4f9fd-46997,1\n";
        let expected =
            [("service/a-b".to_owned(), "cpu".to_owned(), 1), ("service/c".to_owned(), "lat_90".to_owned(), 1)];
        assert_eq!(shape(&load(wide).0), expected);
        assert_eq!(shape(&load(long).0), expected);
        assert_eq!(shape(&load(rows).0), expected[..1]);
    }

    #[test]
    fn columns_split_at_the_longest_known_metric() {
        for (column, split) in [
            ("front-end_lat_99", ("front-end", "lat_99")),
            ("svc_1_cpu", ("svc_1", "cpu")),
            ("user_service.memory_usage_bytes", ("user_service", "memory_usage_bytes")),
            ("user_cpu", ("user", "cpu")),
            ("a:temperature", ("a", "temperature")),
            ("sqs/Queue|latency_avg", ("sqs/Queue", "latency_avg")),
        ] {
            assert_eq!(split_column(column), Some(split), "{column}");
        }
        assert_eq!(split_column("cpu"), None);
    }

    #[test]
    fn bad_lines_are_stated_and_passed_over() {
        let (metrics, skipped) = load("time,a_cpu\nsoon,1\n1652565600,x\n1652565601,2\n");
        assert_eq!(metrics.samples, 1);
        let lines: Vec<_> = skipped.iter().map(|s| s.line).collect();
        assert_eq!(lines, [2, 3]);
    }

    proptest! {
        #[test]
        fn arbitrary_tables_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let (mut metrics, mut skips) = (Metrics::default(), Skips::default());
            let mut text = b"time,service,metric,value\n".to_vec();
            text.extend(&bytes);
            for source in [&bytes, &text] {
                let _ = read(&mut source.as_slice(), "m.csv", &mut metrics, &Limits::default(), &mut skips);
            }
            metrics.finish(&mut skips);
        }
    }
}
