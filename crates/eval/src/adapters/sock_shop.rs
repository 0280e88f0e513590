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
