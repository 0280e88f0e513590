//! Writes a case out as an incident directory, so that `oriel diagnose` can be tried on it.

use crate::adapters::EvalCase;
use anyhow::Context as _;
use oriel_evidence::Source;
use std::path::Path;

/// Writes the case's files under `out`, which must not exist yet or be empty. Returns how many there were.
pub fn export(case: &EvalCase, out: &Path) -> anyhow::Result<usize> {
    let Source::Memory(files) = &case.source else {
        anyhow::bail!("{} {} is not held in memory and cannot be exported", case.set, case.id);
    };
    if out.is_dir() && std::fs::read_dir(out)?.next().is_some() {
        anyhow::bail!("{} is not empty; name a new directory", out.display());
    }
    for (path, bytes) in files {
        let target = out.join(path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("creating {}", parent.display()))?;
        }
        std::fs::write(&target, bytes).with_context(|| format!("writing {}", target.display()))?;
    }
    Ok(files.len())
}
