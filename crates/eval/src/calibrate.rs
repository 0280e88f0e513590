//! Fits what the shipped `rules/calibration.json` holds: mode reliability and the calibration map of each domain.
//!
//! The figures printed are cross-validated ([`crate::crossval`]); what is written is fitted on everything. Only counts and three
//! numbers a domain are stored; nothing of a case.

use crate::crossval;
use crate::grid::Grid;
use crate::harness::Found;
use crate::prepared::{Prepared, fitted, prepare};
use anyhow::Context as _;
use oriel_diagnosis::Knowledge;
use std::path::Path;

/// Fits on everything found and writes the result to `out`; returns the cross-validated figures.
pub fn calibrate(found: &Found, knowledge: &Knowledge, out: &Path) -> anyhow::Result<Grid> {
    let prepared = prepare(found, knowledge)?;
    let all: Vec<&Prepared> = prepared.iter().collect();
    let text = serde_json::to_string_pretty(&fitted(found, knowledge, &all))?;
    std::fs::write(out, text + "\n").with_context(|| format!("writing {}", out.display()))?;
    Ok(crossval::table(&crossval::validated(found, knowledge, &prepared)?))
}
