//! Adapters: one a recorded set, from its own layout to incidents with a known truth.
//!
//! An adapter is the only place that knows a set's layout and label words. What it hands to the engine
//! ([`EvalCase::source`]) is an incident in Oriel's own format and must not hold the label, nor a path that does.

pub mod cloud_opsbench;
pub mod nezha;
pub mod petshop;
pub mod sock_shop;

use anyhow::Context as _;
use oriel_evidence::Source;
use std::path::{Path, PathBuf};

/// A labelled cause in the set's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What was at fault, e.g. `app/cart`.
    pub entity: String,
    /// What was wrong with it; none where the set labels the place only.
    pub cause: Option<String>,
}

impl Label {
    /// The label as one string, for reports.
    pub fn show(&self) -> String {
        match &self.cause {
            Some(cause) => format!("{}: {cause}", self.entity),
            None => self.entity.clone(),
        }
    }
}

/// What is known to be true of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// Nothing was wrong: a verdict that names a cause is a false alarm.
    Healthy,
    /// These were wrong; naming any one of them is right.
    Faults(Vec<Label>),
}

/// A case, loaded.
pub struct EvalCase {
    /// The set's directory name.
    pub set: &'static str,
    /// The case's name within the set, e.g. `runtime/17`.
    pub id: String,
    /// The incident: `Source::Memory`, without its label.
    pub source: Source,
    /// The label.
    pub truth: Truth,
}

/// Loads one case when it is its turn.
pub type Loader = Box<dyn Fn() -> anyhow::Result<EvalCase> + Send + Sync>;

/// A case found, not yet loaded.
pub struct CaseRef {
    /// The set's directory name.
    pub set: &'static str,
    /// The case's name within the set.
    pub id: String,
    /// Reads and converts it.
    pub loader: Loader,
}

impl CaseRef {
    /// Reads and converts the case.
    pub fn load(&self) -> anyhow::Result<EvalCase> {
        (self.loader)()
    }
}

/// One recorded set.
pub trait Adapter: Sync {
    /// The set's directory name under the data directory.
    fn name(&self) -> &'static str;

    /// Its directory under the data directory: the name, unless two sets share one recording.
    fn directory(&self) -> &'static str {
        self.name()
    }

    /// The cases under `dir` (the set's own directory), in a stable order. Cheap: contents are read by the loaders.
    fn discover(&self, dir: &Path) -> anyhow::Result<Vec<CaseRef>>;

    /// Whether Oriel's hypothesis names the labelled fault, at the level at which the set is scored.
    fn judge(&self, label: &Label, entity: &str, cause: &str) -> bool;

    /// Whether an entity is the labelled place, whatever the cause: what methods that rank places are judged by.
    fn judge_place(&self, label: &Label, entity: &str) -> bool {
        oriel_evidence::names::entity(&label.entity) == entity
    }

    /// Fault-free incidents out of recordings of their own, under `dir`; none by default.
    fn fault_free(&self, _dir: &Path) -> anyhow::Result<Vec<CaseRef>> {
        Ok(Vec::new())
    }

    /// Where the normal period before a fault is cut for fault-free incidents, in shares of it; only incidents that
    /// consist of metrics have such a period.
    fn cuts(&self) -> &'static [f64] {
        &[1.0]
    }

    /// The recording that a case is cut from: cases of one recording saw the same system at the same time.
    fn recording(&self, id: &str) -> String {
        id.split(" before the fault").next().unwrap_or(id).to_owned()
    }

    /// Whether Oriel's cause word names the labelled kind of fault, where the set labels one and [`Adapter::judge`]
    /// looks at the place only.
    fn judge_kind(&self, _label: &Label, _cause: &str) -> Option<bool> {
        None
    }
}

/// Every known set, in the order of reports.
pub fn all() -> Vec<Box<dyn Adapter>> {
    vec![
        Box::new(cloud_opsbench::CloudOpsBench),
        Box::new(sock_shop::SockShop),
        Box::new(petshop::PetShop),
        Box::new(nezha::Nezha { traced: true }),
        Box::new(nezha::Nezha { traced: false }),
    ]
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
