//! Sock Shop (as recorded for RCD): metrics a second of a normal and an anomalous period.
//!
//! Layout: `SERVICE-RESOURCE/NUMBER/{normal,anomalous}.csv`, wide tables with `time` and `SERVICE_METRIC` columns. Any
//! directory that holds the two files is a case; its label is the directory above, split at the last dash. The tables
//! already are in the incident format: they are handed on as they are, under names that say nothing.

use std::path::{Path, PathBuf};

use anyhow::Context;
use oriel_evidence::{Source, names, time};

use super::{Adapter, CaseRef, EvalCase, Label, Truth};

const SET: &str = "sock-shop";

/// The adapter.
pub struct SockShop;

impl Adapter for SockShop {
    fn name(&self) -> &'static str {
        SET
    }

    fn discover(&self, dir: &Path) -> anyhow::Result<Vec<CaseRef>> {
        let mut found = Vec::new();
        for fault in super::directories(dir)? {
            let label = fault.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some((service, resource)) = label.rsplit_once('-') else { continue };
            for case in super::directories(&fault)? {
                if case.join("normal.csv").is_file() && case.join("anomalous.csv").is_file() {
                    let truth = Label { entity: service.to_owned(), cause: Some(resource.to_owned()) };
                    found.push(case_ref(dir, case, truth));
                }
            }
        }
        Ok(found)
    }

    fn judge(&self, label: &Label, entity: &str, _cause: &str) -> bool {
        names::entity(&label.entity) == entity
    }

    fn cuts(&self) -> &'static [f64] {
        &[0.6, 0.8, 1.0]
    }

    fn judge_kind(&self, label: &Label, cause: &str) -> Option<bool> {
        Some(match label.cause.as_deref()? {
            "cpu" => matches!(cause, "cpu-overload" | "cpu-throttled"),
            "mem" | "memory" => cause == "memory-pressure",
            "disk" => cause == "disk-pressure",
            "delay" => cause == "network-delay",
            "loss" => cause == "packet-loss",
            _ => return None,
        })
    }
}

fn case_ref(dir: &Path, case: PathBuf, truth: Label) -> CaseRef {
    let id = case.strip_prefix(dir).unwrap_or(&case).to_string_lossy().into_owned();
    CaseRef { set: SET, id: id.clone(), loader: Box::new(move || load(&id, &case, &truth)) }
}

fn load(id: &str, case: &Path, truth: &Label) -> anyhow::Result<EvalCase> {
    let read = |name: &str| std::fs::read(case.join(name)).with_context(|| format!("{id}: cannot read {name}"));
    let (before, window) = (read("normal.csv")?, read("anomalous.csv")?);
    let text = String::from_utf8_lossy(&window);
    let first = text.lines().nth(1).and_then(|line| line.split(',').next()).and_then(time::parse);
    let start = first.with_context(|| format!("{id}: anomalous.csv has no time in its first line"))?;
    let files = vec![
        ("incident.toml".to_owned(), format!("title = \"Shop degraded\"\nstart = {start:.3}\n").into_bytes()),
        ("metrics/before.csv".to_owned(), before),
        ("metrics/window.csv".to_owned(), window),
    ];
    Ok(EvalCase {
        set: SET,
        id: id.to_owned(),
        source: Source::Memory(files),
        truth: Truth::Faults(vec![truth.clone()]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_application_in_the_same_layout_is_found_and_its_label_stays_out() {
        let root = tempfile::tempdir().unwrap();
        let case = root.path().join("till-service-mem/7");
        std::fs::create_dir_all(&case).unwrap();
        std::fs::write(case.join("normal.csv"), "time,till-service_mem,shelf_cpu\n1700000000,1,2\n").unwrap();
        std::fs::write(case.join("anomalous.csv"), "time,till-service_mem,shelf_cpu\n1700009000,5,2\n").unwrap();
        std::fs::create_dir_all(root.path().join("notes/1")).unwrap();
        let found = SockShop.discover(root.path()).unwrap();
        assert_eq!(found.len(), 1);
        let loaded = found[0].load().unwrap();
        let Source::Memory(files) = &loaded.source else { panic!("not in memory") };
        assert!(
            files
                .iter()
                .all(|(path, _)| !path.contains("mem") && !path.contains("normal") && !path.contains("anomalous"))
        );
        let incident = String::from_utf8_lossy(&files[0].1).into_owned();
        assert!(incident.contains("1700009000") && !incident.contains("till"));
        let Truth::Faults(labels) = &loaded.truth else { panic!("no label") };
        assert!(SockShop.judge(&labels[0], "service/till-service", "memory-pressure"));
        assert_eq!(SockShop.judge_kind(&labels[0], "cpu-overload"), Some(false));
    }
}
