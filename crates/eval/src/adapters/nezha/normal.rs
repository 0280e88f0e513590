//! A fault-free incident of Nezha: the normal minute of a day with logs and traces, split in two.
//!
//! What lies before the split is the normal period, what follows is in question; the metrics are those of the day from an
//! hour before, without the minutes of faults. One minute gives one recording, however often it is split.

use std::path::Path;

use anyhow::Context;

use super::{Day, Files, around, entries};

/// The incident, split at `share` of the minute.
pub(super) fn incident(day: &Day, share: f64) -> anyhow::Result<Files> {
    let mut tables = Vec::new();
    for kind in ["log", "trace"] {
        for path in entries(&day.normal.join(kind))? {
            tables.push((kind, Table::read(&path)?));
        }
    }
    let times = || tables.iter().flat_map(|(_, table)| table.rows.iter().map(|(time, _)| *time));
    let (first, last) = (times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max));
    anyhow::ensure!(first < last, "{} holds no logs and traces with times", day.normal.display());
    let at = first + (last - first) * share;
    let header = format!("title = \"How are things?\"\nstart = {at:.3}\nend = {last:.3}\n");
    let mut files: Files = vec![("incident.toml".to_owned(), header.into_bytes())];
    for (place, path) in entries(&day.recorded.join("metric"))?.into_iter().enumerate() {
        if let Some(table) = around(&path, day, at, last)? {
            files.push((format!("metrics/{place}.csv"), table));
        }
    }
    for (place, (kind, table)) in tables.iter().enumerate() {
        files.push((format!("{kind}s/before-{place}.csv"), table.part(|time| time < at)?));
        files.push((format!("{kind}s/window-{place}.csv"), table.part(|time| time >= at)?));
    }
    Ok(files)
}

/// A table with a column of nanoseconds.
struct Table {
    header: csv::StringRecord,
    rows: Vec<(f64, csv::StringRecord)>,
}

impl Table {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let mut reader = csv::Reader::from_path(path).with_context(|| format!("reading {}", path.display()))?;
        let header = reader.headers()?.clone();
        let nanos = header.iter().position(|name| matches!(name, "TimeUnixNano" | "StartTimeUnixNano"));
        let nanos = nanos.with_context(|| format!("{} has no column of times", path.display()))?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record?;
            if let Some(time) = record.get(nanos).and_then(|text| text.parse::<f64>().ok()) {
                rows.push((time / 1e9, record));
            }
        }
        Ok(Self { header, rows })
    }

    fn part(&self, takes: impl Fn(f64) -> bool) -> anyhow::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header)?;
        for (_, row) in self.rows.iter().filter(|(time, _)| takes(*time)) {
            writer.write_record(row)?;
        }
        Ok(writer.into_inner()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minute_is_split_and_the_metrics_end_with_it() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = root.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        let span = |at: u64| format!("t,s{at},root,p,/x,{at}000000000,{at}000000500,1\n");
        let head = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n";
        write("normal/trace/10_01_trace.csv", &format!("{head}{}{}", span(1_714_559_400), span(1_714_559_460)));
        let rows = [-600_i64, 30, 90].map(|t| format!("x,{},till-5dc8d4f9fd-46997,1", 1_714_559_400 + t));
        write("day/metric/a.csv", &format!("Time,TimeStamp,PodName,CpuUsage(m)\n{}\n", rows.join("\n")));
        let day = Day { recorded: root.path().join("day"), normal: root.path().join("normal"), faults: Vec::new() };
        let files = incident(&day, 0.5).unwrap();
        let text =
            |name: &str| String::from_utf8_lossy(&files.iter().find(|(path, _)| path == name).unwrap().1).into_owned();
        assert!(text("incident.toml").contains("start = 1714559430.000\nend = 1714559460.000"));
        assert!(
            text("traces/before-0.csv").contains("s1714559400") && text("traces/window-0.csv").contains("s1714559460")
        );
        assert_eq!(text("metrics/0.csv").lines().count(), 3, "the last row lies after the minute");
    }
}
