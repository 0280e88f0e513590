//! Cloud-OpsBench: Kubernetes fault snapshots, as the outputs of the commands that an investigator could have run.
//!
//! Layout: `APPLICATION/CATEGORY/NUMBER/` with `tool_cache.json` (outputs by call), `metadata.json` (question and label),
//! and for some cases `metrics.csv`. A case becomes an incident in Oriel's format: transcripts of the commands that the
//! calls stand for, logs, a topology, alerts, metrics. The label, the paths and the category stay outside.

mod convert;
pub mod replay;
mod vocabulary;

use std::path::{Path, PathBuf};

use anyhow::Context;
use oriel_evidence::Source;

use super::{Adapter, CaseRef, EvalCase, Label, Truth};

const SET: &str = "cloud-opsbench";

/// The adapter.
pub struct CloudOpsBench;

impl Adapter for CloudOpsBench {
    fn name(&self) -> &'static str {
        SET
    }

    fn discover(&self, dir: &Path) -> anyhow::Result<Vec<CaseRef>> {
        let mut found = Vec::new();
        for application in directories(dir)? {
            for category in directories(&application)? {
                for case in directories(&category)? {
                    if case.join("metadata.json").is_file() && case.join("tool_cache.json").is_file() {
                        found.push(case_ref(dir, case));
                    }
                }
            }
        }
        Ok(found)
    }

    fn judge(&self, label: &Label, entity: &str, cause: &str) -> bool {
        vocabulary::same_object(&label.entity, entity) && self.judge_kind(label, cause) == Some(true)
    }

    fn judge_place(&self, label: &Label, entity: &str) -> bool {
        vocabulary::same_object(&label.entity, entity)
    }

    fn judge_kind(&self, label: &Label, cause: &str) -> Option<bool> {
        label.cause.as_deref().map(|own| vocabulary::label_of(cause) == Some(own))
    }
}

fn case_ref(dir: &Path, case: PathBuf) -> CaseRef {
    let id = case.strip_prefix(dir).unwrap_or(&case).to_string_lossy().into_owned();
    CaseRef { set: SET, id: id.clone(), loader: Box::new(move || load(&id, &case)) }
}

/// Subdirectories: by number where their names are numbers, else by name.
fn directories(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    let mut found: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.is_dir()).collect();
    found.sort_by_cached_key(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name.parse::<u64>().unwrap_or(u64::MAX), name)
    });
    Ok(found)
}

/// What a case's files hold.
struct Recorded {
    query: String,
    namespace: String,
    calls: convert::Calls,
    label: Label,
}

fn recorded(id: &str, case: &Path) -> anyhow::Result<Recorded> {
    let read =
        |name: &str| std::fs::read_to_string(case.join(name)).with_context(|| format!("{id}: cannot read {name}"));
    let metadata: serde_json::Value =
        serde_json::from_str(&read("metadata.json")?).with_context(|| format!("{id}: metadata.json"))?;
    let field = |pointer: &str| metadata.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or("").to_owned();
    let calls = serde_json::from_str(&read("tool_cache.json")?).with_context(|| format!("{id}: tool_cache.json"))?;
    let label = Label { entity: field("/result/fault_object"), cause: Some(field("/result/root_cause")) };
    Ok(Recorded { query: field("/query"), namespace: field("/namespace"), calls, label })
}

fn load(id: &str, case: &Path) -> anyhow::Result<EvalCase> {
    let Recorded { query, namespace, calls, label } = recorded(id, case)?;
    let metrics = case.join("metrics.csv");
    let metrics = metrics
        .is_file()
        .then(|| std::fs::read_to_string(&metrics).with_context(|| format!("{id}: cannot read metrics.csv")))
        .transpose()?;
    let files = convert::incident(&calls, &query, &namespace, metrics.as_deref());
    Ok(EvalCase { set: SET, id: id.to_owned(), source: Source::Memory(files), truth: Truth::Faults(vec![label]) })
}

/// The cases under the set's own directory, for inquiries that start from the question alone.
pub fn recordings(dir: &Path) -> anyhow::Result<Vec<replay::RecordedCase>> {
    let mut found = Vec::new();
    for application in directories(dir)? {
        for category in directories(&application)? {
            for case in directories(&category)? {
                if case.join("metadata.json").is_file() && case.join("tool_cache.json").is_file() {
                    let id = case.strip_prefix(dir).unwrap_or(&case).to_string_lossy().into_owned();
                    let Recorded { query, namespace, calls, label } = recorded(&id, &case)?;
                    found.push(replay::RecordedCase::new(id, &query, &namespace, calls, label));
                }
            }
        }
    }
    Ok(found)
}
