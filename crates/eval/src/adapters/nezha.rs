//! Nezha: metrics of pods a minute, and where they were recorded, logs and traces by minute, around injected faults.
//!
//! Layout: `rca_data/DATE/{metric,log,trace}/` with `DATE-fault_list.json`, and `construct_data/DATE/…`, a minute without a
//! fault. Files of logs and traces are named `HH_MM`. A case takes the three minutes from the injection's, the normal
//! minute, and the metrics before it without the minutes of the day's other faults, which are no normal period: an hour, and
//! the fault-free hours that follow the day's last fault, moved back by a day. The injection's time is its `inject_time`
//! read as UTC; the other one is hours off for some days. Days that have no traces are a set of their own,
//! `nezha-online-boutique`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use oriel_evidence::{Source, names, time};
use serde_json::Value;

mod hours;
mod normal;

use super::{Adapter, CaseRef, EvalCase, Label, Truth};

/// Seconds of metrics before and after the injection.
const BEFORE: f64 = 3_600.0;
const AFTER: f64 = 180.0;
/// Seconds around an injection that its fault may show.
const EARLY: f64 = 60.0;
const SHOWS: f64 = 360.0;
/// The fault-free hours begin this many seconds after the day's last fault, and this many seconds of them are taken.
const OVER: f64 = 1_800.0;
const FAULT_FREE: f64 = 14_400.0;
const DAY: f64 = 86_400.0;
/// Minutes of logs and traces from the injection's minute on.
const MINUTES: i64 = 3;

/// Where the normal minute is split into before and in question, in shares of it.
const SPLITS: [f64; 3] = [0.4, 0.5, 0.6];

/// The adapter: of the days with traces, or of those with metrics alone.
pub struct Nezha {
    /// Whether it takes the days with logs and traces.
    pub traced: bool,
}

impl Nezha {
    fn set(&self) -> &'static str {
        if self.traced { "nezha" } else { "nezha-online-boutique" }
    }
}

impl Adapter for Nezha {
    fn name(&self) -> &'static str {
        self.set()
    }

    fn directory(&self) -> &'static str {
        "nezha"
    }

    fn discover(&self, dir: &Path) -> anyhow::Result<Vec<CaseRef>> {
        let mut found = Vec::new();
        for Recorded { date, day, faults } in self.days(dir)? {
            let shared = Arc::new(day);
            for fault in &faults {
                found.push(self.case_ref(&date, &shared, fault)?);
            }
        }
        Ok(found)
    }

    fn judge(&self, label: &Label, entity: &str, _cause: &str) -> bool {
        names::entity(&label.entity) == entity
    }

    fn fault_free(&self, dir: &Path) -> anyhow::Result<Vec<CaseRef>> {
        let mut found = Vec::new();
        for Recorded { date, day, .. } in self.days(dir)? {
            let day = Arc::new(day);
            found.extend(hours::incidents(self.set(), &date, &day)?);
            for share in SPLITS.into_iter().filter(|_| self.traced) {
                let id = format!("{date}/normal minute, split at {:.0} %", share * 100.0);
                let (set, name, day) = (self.set(), id.clone(), Arc::clone(&day));
                let loader = Box::new(move || {
                    let files = normal::incident(&day, share).with_context(|| name.clone())?;
                    Ok(EvalCase { set, id: name.clone(), source: Source::Memory(files), truth: Truth::Healthy })
                });
                found.push(CaseRef { set, id, loader });
            }
        }
        Ok(found)
    }

    /// None: the time before a fault follows upon other faults.
    fn cuts(&self) -> &'static [f64] {
        &[]
    }

    fn recording(&self, id: &str) -> String {
        id.split('/').next().unwrap_or(id).to_owned()
    }

    fn judge_kind(&self, label: &Label, cause: &str) -> Option<bool> {
        Some(match label.cause.as_deref()? {
            "cpu_contention" | "cpu_consumed" => matches!(cause, "cpu-overload" | "cpu-throttled"),
            "network_delay" => cause == "network-delay",
            "exception" => cause == "code-exception",
            "return" => cause == "wrong-reply",
            _ => return None,
        })
    }
}

/// The column of epoch seconds, where a table is of pods.
fn column_of_time(names: &[&str]) -> Option<usize> {
    let is_of_pods = names.iter().any(|name| name.eq_ignore_ascii_case("podname"));
    names.iter().position(|name| is_of_pods && name.eq_ignore_ascii_case("timestamp"))
}

/// A recorded day with its list of faults.
struct Recorded {
    date: String,
    day: Day,
    faults: Vec<Value>,
}

struct Day {
    recorded: PathBuf,
    normal: PathBuf,
    faults: Vec<f64>,
}

impl Day {
    /// Whether a metric of time `t` belongs to the incident at `at`: around it, and not of another fault before it.
    fn takes(&self, t: f64, at: f64) -> bool {
        let faulty = |fault: &&f64| **fault < at && (**fault - EARLY..**fault + SHOWS).contains(&t);
        (at - BEFORE..=at + AFTER).contains(&t) && (t >= at || !self.faults.iter().any(|fault| faulty(&fault)))
    }
}

impl Day {
    /// Whether a metric of time `t` is of the fault-free hours after the day's last fault, and not around the incident.
    fn is_fault_free(&self, t: f64, at: f64) -> bool {
        let last = self.faults.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (last + OVER..last + OVER + FAULT_FREE).contains(&t) && (t - at).abs() > hours::BEFORE
    }
}

impl Nezha {
    /// The recorded days of this set by date, each with its list of faults.
    fn days(&self, dir: &Path) -> anyhow::Result<Vec<Recorded>> {
        let mut days = Vec::new();
        for recorded in super::directories(&dir.join("rca_data"))? {
            let date = recorded.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let list = recorded.join(format!("{date}-fault_list.json"));
            if !list.is_file() || self.traced != has_files(&recorded.join("trace")) {
                continue;
            }
            let text = std::fs::read_to_string(&list).with_context(|| format!("reading {}", list.display()))?;
            let faults: Value = serde_json::from_str(&text).with_context(|| format!("reading {}", list.display()))?;
            let hours = faults.as_object().into_iter().flat_map(|hours| hours.values());
            let faults: Vec<Value> = hours.filter_map(Value::as_array).flatten().cloned().collect();
            let times = faults.iter().filter_map(|fault| fault.get("inject_time")?.as_str().and_then(time::parse));
            let day = Day { recorded, normal: dir.join("construct_data").join(&date), faults: times.collect() };
            days.push(Recorded { date, day, faults });
        }
        Ok(days)
    }

    fn case_ref(&self, date: &str, day: &Arc<Day>, fault: &Value) -> anyhow::Result<CaseRef> {
        let field = |name: &str| {
            fault.get(name).and_then(Value::as_str).with_context(|| format!("a fault of {date} has no {name}"))
        };
        let at =
            time::parse(field("inject_time")?).with_context(|| format!("a fault of {date} has no readable time"))?;
        let truth = Label {
            entity: names::service_of(field("inject_pod")?).to_owned(),
            cause: Some(field("inject_type")?.to_owned()),
        };
        let set = self.set();
        let id = format!("{date}/{}", clock(at, ':'));
        let (name, day) = (id.clone(), Arc::clone(day));
        let loader = Box::new(move || {
            let files = incident(&day, at).with_context(|| name.clone())?;
            let truth = Truth::Faults(vec![truth.clone()]);
            Ok(EvalCase { set, id: name.clone(), source: Source::Memory(files), truth })
        });
        Ok(CaseRef { set, id, loader })
    }
}

/// Minutes that a file's name may be ahead of its times.
const LATE: i64 = 5;

type Files = Vec<(String, Vec<u8>)>;

fn incident(day: &Day, at: f64) -> anyhow::Result<Files> {
    let header = format!("title = \"Application degraded\"\nstart = {at:.0}\nend = {:.0}\n", at + AFTER);
    let mut files: Files = vec![("incident.toml".to_owned(), header.into_bytes())];
    for (place, path) in entries(&day.recorded.join("metric"))?.into_iter().enumerate() {
        if let Some(table) = around(&path, day, at, at + AFTER)? {
            files.push((format!("metrics/{place}.csv"), table));
        }
    }
    for end in ["source", "destination"] {
        for path in entries(&day.recorded.join("metric"))? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let quantile = name.strip_prefix(end).map(|rest| rest.trim_start_matches('_'));
            if let Some(quantile) = quantile {
                files.push((format!("metrics/{end}-{quantile}.csv"), calls(&path, end, quantile, day, at)?));
            }
        }
    }
    let dependencies = day.recorded.join("metric/dependency.csv");
    if dependencies.is_file() {
        files.push(("topology.csv".to_owned(), std::fs::read(dependencies)?));
    }
    for kind in ["log", "trace"] {
        for (place, path) in entries(&day.normal.join(kind))?.into_iter().enumerate() {
            files.push((format!("{kind}s/before-{place}.csv"), before(&path, at)?));
        }
        for minute in 0..MINUTES {
            let name = format!("{}_{kind}.csv", clock(at + minute as f64 * 60.0, '_'));
            let path = day.recorded.join(kind).join(name);
            if path.is_file() {
                files.push((format!("{kind}s/window-{minute}.csv"), std::fs::read(path)?));
            }
        }
    }
    Ok(files)
}

/// A table of the normal minute; where it was recorded after the injection, with its times moved back by whole hours.
fn before(path: &Path, at: f64) -> anyhow::Result<Vec<u8>> {
    let named = || format!("reading {}", path.display());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut parts = stem.split('_').map_while(|part| part.parse::<i64>().ok());
    let (Some(hour), Some(minute)) = (parts.next(), parts.next()) else {
        return std::fs::read(path).with_context(named);
    };
    let of_day = (at / 60.0).floor() as i64 % (24 * 60);
    let late = hour * 60 + minute + LATE - of_day;
    if late <= 0 {
        return std::fs::read(path).with_context(named);
    }
    let hours = i128::from(late / 60 + 1);
    let mut reader = csv::Reader::from_path(path).with_context(named)?;
    let header = reader.headers()?.clone();
    let is_nano: Vec<bool> = header.iter().map(|name| name.to_lowercase().ends_with("unixnano")).collect();
    let is_text: Vec<bool> = header.iter().map(|name| name.eq_ignore_ascii_case("timestamp")).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header)?;
    for record in reader.records() {
        let record = record?;
        let moved =
            record.iter().zip(is_nano.iter().zip(&is_text)).map(|(field, (nano, text))| match field.parse::<i128>() {
                Ok(at) if *nano => (at - hours * 3_600_000_000_000).to_string(),
                _ if *text => String::new(),
                _ => field.to_owned(),
            });
        writer.write_record(moved)?;
    }
    Ok(writer.into_inner()?)
}

/// A table of latencies by call, as one end measures them: columns are `CALLER_CALLEE`.
fn calls(path: &Path, end: &str, quantile: &str, day: &Day, at: f64) -> anyhow::Result<Vec<u8>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let mut lines = text.lines();
    let columns = lines.next().unwrap_or_default().split(',').skip(2);
    let mut table = String::from("time");
    for (caller, callee) in columns.filter_map(|column| column.split_once('_')) {
        write!(table, ",{caller}->{callee}|latency_{end}_p{quantile}")?;
    }
    for line in lines {
        let mut fields = line.splitn(3, ',').skip(1);
        let (Some(time), Some(values)) = (fields.next(), fields.next()) else { continue };
        let Ok(time) = time.parse::<f64>() else { continue };
        if day.takes(time, at) {
            write!(table, "\n{time},{values}")?;
        } else if day.is_fault_free(time, at) {
            write!(table, "\n{},{values}", time - DAY)?;
        }
    }
    table.push('\n');
    Ok(table.into_bytes())
}

/// The lines of a table of metrics that lie around a time; nothing for tables that are not of pods.
fn around(path: &Path, day: &Day, at: f64, end: f64) -> anyhow::Result<Option<Vec<u8>>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let names: Vec<&str> = header.split(',').collect();
    let Some(epoch) = column_of_time(&names) else { return Ok(None) };
    let mut kept = header.to_owned();
    for line in lines {
        let seconds = line.split(',').nth(epoch).and_then(|field| field.parse::<f64>().ok());
        if seconds.is_some_and(|t| t <= end && day.takes(t, at)) {
            write!(kept, "\n{line}")?;
        } else if let Some(t) = seconds.filter(|t| day.is_fault_free(*t, at)) {
            // Another column may say the time in words: it stays empty, and the moved number counts.
            let fields = line.split(',').zip(&names).enumerate().map(|(column, (field, name))| match column {
                _ if column == epoch => (t - DAY).to_string(),
                _ if name.eq_ignore_ascii_case("time") => String::new(),
                _ => field.to_owned(),
            });
            write!(kept, "\n{}", fields.collect::<Vec<_>>().join(","))?;
        }
    }
    kept.push('\n');
    Ok(Some(kept.into_bytes()))
}

fn clock(at: f64, separator: char) -> String {
    let minute = (at / 60.0).floor() as i64;
    format!("{:02}{separator}{:02}", minute.div_euclid(60).rem_euclid(24), minute.rem_euclid(60))
}

fn has_files(directory: &Path) -> bool {
    entries(directory).is_ok_and(|files| !files.is_empty())
}

/// The CSV files of a directory by name; none where there is no directory.
fn entries(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let listed = std::fs::read_dir(directory).with_context(|| format!("cannot list {}", directory.display()))?;
    let mut files: Vec<PathBuf> = listed.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_with_traces_gives_its_minutes_and_leaves_out_other_faults() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = root.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        let faults = r#"{"10":[{"inject_time":"2024-05-01 10:00:30","inject_timestamp":"1","inject_pod":"till-5dc8d4f9fd-46997","inject_type":"return"},
            {"inject_time":"2024-05-01 10:20:30","inject_timestamp":"1","inject_pod":"depot-5dc8d4f9fd-46997","inject_type":"exception"}]}"#;
        write("rca_data/2024-05-01/2024-05-01-fault_list.json", faults);
        let span = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n\
                    t,s,root,p,/x,1714559400000000000,1714559400000000500,1\n";
        write("rca_data/2024-05-01/trace/10_20_trace.csv", span);
        write("rca_data/2024-05-01/trace/10_25_trace.csv", span);
        write("construct_data/2024-05-01/trace/10_30_trace.csv", span);
        let at = 1_714_558_830; // 10:20:30
        let rows = [at - 1_300, at - 1_100, at - 300, at + 60].map(|t| format!("x,{t},till-5dc8d4f9fd-46997,1"));
        write(
            "rca_data/2024-05-01/metric/a_metric.csv",
            &format!("Time,TimeStamp,PodName,CpuUsage(m)\n{}\n", rows.join("\n")),
        );
        let found = Nezha { traced: true }.discover(root.path()).unwrap();
        assert_eq!(found.len(), 2);
        assert!(Nezha { traced: false }.discover(root.path()).unwrap().is_empty());
        let loaded = found[1].load().unwrap();
        let Source::Memory(files) = &loaded.source else { panic!("not in memory") };
        let text =
            |name: &str| String::from_utf8_lossy(&files.iter().find(|(path, _)| path == name).unwrap().1).into_owned();
        assert!(text("incident.toml").contains(&format!("start = {at}")));
        assert!(!files.iter().any(|(path, _)| path.contains("window-1")), "10_25 is not of this fault");
        // The row 1100 seconds before lies in the other fault's minutes.
        assert_eq!(text("metrics/0.csv").lines().count(), 4);
        // The normal minute was recorded later: it is moved to an hour before.
        assert!(text("traces/before-0.csv").contains("1714555800000000000"), "{}", text("traces/before-0.csv"));
        let Truth::Faults(labels) = &loaded.truth else { panic!("no label") };
        assert!(Nezha { traced: true }.judge(&labels[0], "service/depot", "code-exception"));
    }
}
