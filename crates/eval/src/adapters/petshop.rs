//! PetShop (Amazon): latency, requests and availability of a microservice application in five-minute intervals.
//!
//! Layout: `TRAFFIC/graph.csv` (call graph as a matrix, rows call columns), `TRAFFIC/noissue/metrics.csv` (a normal period,
//! where there is one), `TRAFFIC/*/ISSUE/{metrics.csv,target.json}`. Tables have header lines for component, metric and
//! statistic. A case becomes wide tables of averages and sums, the topology, and the complaint (the target's component,
//! metric and time). Normal periods were recorded on other days: they are moved by whole days to before the issue.

use std::path::{Path, PathBuf};

use anyhow::Context;
use oriel_evidence::{Source, names};

use super::{Adapter, CaseRef, EvalCase, Label, Truth};

const SET: &str = "petshop";
const DAY: f64 = 86_400.0;
/// The normal period ends at least this many seconds before the issue's first interval.
const APART: f64 = 3_600.0;
/// Intervals kept of the normal period: its last day.
const INTERVALS: usize = 288;

/// Intervals in question of a fault-free incident: half an hour, as an issue's table has.
const IN_QUESTION: usize = 6;
/// Fewer intervals before it are no normal period: half a day.
const LEAST_BEFORE: usize = 144;
/// Intervals between fault-free incidents.
const EVERY: usize = 12;

/// The adapter.
pub struct PetShop;

impl Adapter for PetShop {
    fn name(&self) -> &'static str {
        SET
    }

    fn discover(&self, dir: &Path) -> anyhow::Result<Vec<CaseRef>> {
        let mut found = Vec::new();
        for traffic in super::directories(dir)? {
            for split in super::directories(&traffic)? {
                for case in super::directories(&split)? {
                    if case.join("metrics.csv").is_file() && case.join("target.json").is_file() {
                        found.push(case_ref(dir, traffic.clone(), case));
                    }
                }
            }
        }
        Ok(found)
    }

    fn judge(&self, label: &Label, entity: &str, _cause: &str) -> bool {
        names::entity(&label.entity) == entity
    }

    fn fault_free(&self, dir: &Path) -> anyhow::Result<Vec<CaseRef>> {
        let mut found = Vec::new();
        for traffic in super::directories(dir)? {
            let table = traffic.join("noissue/metrics.csv");
            if !table.is_file() {
                continue;
            }
            let rows = Table::read(&table)?.rows.len();
            for end in (LEAST_BEFORE + IN_QUESTION..=rows).step_by(EVERY) {
                found.push(quiet_ref(dir, traffic.clone(), end));
            }
        }
        Ok(found)
    }

    /// Its normal periods are recordings of their own; those moved before an issue are these again.
    fn cuts(&self) -> &'static [f64] {
        &[]
    }

    fn recording(&self, id: &str) -> String {
        id.split('/').next().unwrap_or(id).to_owned()
    }
}

fn case_ref(dir: &Path, traffic: PathBuf, case: PathBuf) -> CaseRef {
    let id = case.strip_prefix(dir).unwrap_or(&case).to_string_lossy().into_owned();
    CaseRef { set: SET, id: id.clone(), loader: Box::new(move || load(&id, &traffic, &case)) }
}

fn load(id: &str, traffic: &Path, case: &Path) -> anyhow::Result<EvalCase> {
    let text = std::fs::read_to_string(case.join("target.json")).with_context(|| format!("{id}: target.json"))?;
    let target: serde_json::Value = serde_json::from_str(&text).with_context(|| format!("{id}: target.json"))?;
    let word = |pointer: &str| target.pointer(pointer).and_then(serde_json::Value::as_str).map(str::to_owned);
    let start = target.pointer("/target/timestamp").and_then(serde_json::Value::as_f64);
    let (Some(node), Some(metric), Some(start)) = (word("/target/node"), word("/target/metric"), start) else {
        anyhow::bail!("{id}: target.json names no node, metric and timestamp");
    };
    let cause = word("/root_cause/node").with_context(|| format!("{id}: target.json names no root cause"))?;
    let issue = Table::read(&case.join("metrics.csv"))?;
    let incident = format!(
        "title = \"{metric} of a component degraded\"\nstart = {start:.0}\nservices = [{node:?}]\nsymptoms = [{metric:?}]\n"
    );
    let mut files = vec![
        ("incident.toml".to_owned(), incident.into_bytes()),
        ("topology.csv".to_owned(), topology(&traffic.join("graph.csv"))?),
    ];
    let normal = traffic.join("noissue/metrics.csv");
    if normal.is_file() {
        let normal = Table::read(&normal)?;
        let (Some(last), Some(first)) = (normal.rows.last(), issue.rows.first()) else {
            anyhow::bail!("{id}: a table without intervals");
        };
        let days = ((first.0 - APART - last.0) / DAY).floor() * DAY;
        files.push(("metrics/before.csv".to_owned(), normal.wide(days)));
    }
    files.push(("metrics/window.csv".to_owned(), issue.wide(0.0)));
    let truth = Truth::Faults(vec![Label { entity: cause, cause: None }]);
    Ok(EvalCase { set: SET, id: id.to_owned(), source: Source::Memory(files), truth })
}

/// The normal period of a traffic up to its interval number `end`, the last ones in question.
fn quiet_ref(dir: &Path, traffic: PathBuf, end: usize) -> CaseRef {
    let name = traffic.strip_prefix(dir).unwrap_or(&traffic).to_string_lossy().into_owned();
    let id = format!("{name}/normal, to interval {end}");
    let own = id.clone();
    let loader = Box::new(move || {
        let mut table = Table::read(&traffic.join("noissue/metrics.csv"))?;
        table.rows.truncate(end);
        let at = |back: usize| table.rows.get(end.saturating_sub(back)).map(|(time, _)| *time);
        let (Some(start), Some(last)) = (at(IN_QUESTION), at(1)) else { anyhow::bail!("{own}: no such interval") };
        let incident = format!("title = \"How are things?\"\nstart = {start:.0}\nend = {:.0}\n", last + 1.0);
        let files = vec![
            ("incident.toml".to_owned(), incident.into_bytes()),
            ("topology.csv".to_owned(), topology(&traffic.join("graph.csv"))?),
            ("metrics/all.csv".to_owned(), table.wide(0.0)),
        ];
        Ok(EvalCase { set: SET, id: own.clone(), source: Source::Memory(files), truth: Truth::Healthy })
    });
    CaseRef { set: SET, id, loader }
}

struct Table {
    columns: Vec<String>,
    rows: Vec<(f64, Vec<String>)>,
}

impl Table {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let named = || format!("reading {}", path.display());
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).with_context(named)?;
        let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().with_context(named)?;
        let heading = |row: usize, column: usize| records.get(row).and_then(|r| r.get(column)).unwrap_or_default();
        let width = records.first().map_or(0, csv::StringRecord::len);
        let kept: Vec<usize> = (1..width).filter(|at| matches!(heading(2, *at), "Average" | "Sum")).collect();
        let columns =
            kept.iter().map(|at| format!("{}|{}_{}", heading(0, *at), heading(1, *at), heading(2, *at).to_lowercase()));
        let rows = records.iter().skip(3).filter_map(|record| {
            let time = record.get(0)?.parse::<f64>().ok()?;
            Some((time, kept.iter().map(|at| record.get(*at).unwrap_or_default().to_owned()).collect()))
        });
        let (columns, rows) = (columns.collect(), rows.collect());
        Ok(Self { columns, rows })
    }

    /// The table in the incident format, its times moved by `offset` seconds.
    fn wide(&self, offset: f64) -> Vec<u8> {
        let mut text = String::from("time");
        for column in &self.columns {
            text.push_str(",\"");
            text.push_str(&column.replace('"', "\"\""));
            text.push('"');
        }
        let from = self.rows.len().saturating_sub(INTERVALS);
        for (time, values) in self.rows.iter().skip(from) {
            let moved = (time + offset).round();
            text.push('\n');
            text.push_str(&moved.to_string());
            for value in values {
                text.push(',');
                text.push_str(value);
            }
        }
        text.push('\n');
        text.into_bytes()
    }
}

/// `caller,callee` from a matrix whose rows call its columns.
fn topology(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("reading {}", path.display()))?;
    let header = reader.headers()?.clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["caller", "callee"])?;
    for record in reader.records() {
        let record = record?;
        let Some(caller) = record.get(0) else { continue };
        for (callee, weight) in header.iter().zip(record.iter()).skip(1) {
            if weight.parse::<f64>().is_ok_and(|weight| weight > 0.0) {
                writer.write_record([caller, callee])?;
            }
        }
    }
    Ok(writer.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_application_becomes_tables_topology_and_complaint_without_its_cause() {
        let root = tempfile::tempdir().unwrap();
        let case = root.path().join("steady/train/issue_0");
        let normal = root.path().join("steady/noissue");
        std::fs::create_dir_all(&case).unwrap();
        std::fs::create_dir_all(&normal).unwrap();
        let table = |first: u32| {
            let head = "microservice,shop,depot\nmetric,latency,latency\nstatistic,Average,p90\nunix_timestamp,,\n";
            format!("{head}{first},,0.1,0.2\n{},,,0.3\n", first + 300).replace(",,0.1", ",0.1").replace(",,,", ",,")
        };
        std::fs::write(case.join("metrics.csv"), table(1_700_000_000)).unwrap();
        std::fs::write(normal.join("metrics.csv"), table(1_710_000_000)).unwrap();
        std::fs::write(root.path().join("steady/graph.csv"), ",shop,depot\nshop,0.0,1.0\ndepot,0.0,0.0\n").unwrap();
        let target =
            r#"{"target":{"node":"shop","metric":"latency","timestamp":1700000300},"root_cause":{"node":"depot"}}"#;
        std::fs::write(case.join("target.json"), target).unwrap();
        let found = PetShop.discover(root.path()).unwrap();
        assert_eq!(found.len(), 1);
        let loaded = found[0].load().unwrap();
        let Source::Memory(files) = &loaded.source else { panic!("not in memory") };
        let text =
            |name: &str| String::from_utf8_lossy(&files.iter().find(|(path, _)| path == name).unwrap().1).into_owned();
        assert!(text("incident.toml").contains("\"shop\"") && !text("incident.toml").contains("depot"));
        assert_eq!(text("topology.csv"), "caller,callee\nshop,depot\n");
        assert!(text("metrics/window.csv").starts_with("time,\"shop|latency_average\"\n1700000000,0.1\n"));
        let moved = text("metrics/before.csv");
        let last = moved.lines().last().and_then(|line| line.split(',').next()).and_then(|t| t.parse::<f64>().ok());
        assert!(last.unwrap() < 1_700_000_000.0 - APART + 1.0, "{moved}");
    }
}
