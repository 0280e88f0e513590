//! Fault-free incidents of Nezha: moments of the hours after a day's last fault, told by metrics alone.
//!
//! Between and shortly after its faults a day is not fault-free: what was injected outlasts its minutes.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use oriel_evidence::Source;

use super::super::{CaseRef, EvalCase, Loader, Truth};
use super::{AFTER, DAY, Day, OVER, clock, column_of_time, entries, incident};

/// Seconds of fault-free metrics before such an incident.
pub(super) const BEFORE: f64 = 7_200.0;
/// Seconds between two of them.
const APART: f64 = 1_200.0;

/// The incidents of a day.
pub(super) fn incidents(set: &'static str, date: &str, day: &Arc<Day>) -> anyhow::Result<Vec<CaseRef>> {
    let last = day.faults.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let first = last + OVER + BEFORE;
    // A recorded time may be off by years: nothing is taken from beyond the day.
    let midnight = (last / DAY).floor().mul_add(DAY, DAY);
    let end = last_time(&day.recorded.join("metric"))?.unwrap_or(first).min(midnight) - AFTER;
    let moments = (0..).map(|step| first + f64::from(step) * APART).take_while(|at| *at < end);
    let cases = moments.map(|at| {
        let id = format!("{date}/{} fault-free", clock(at, ':'));
        let (name, day) = (id.clone(), Arc::clone(day));
        let loader: Loader = Box::new(move || {
            // No logs or traces are kept of these hours; those of the normal minute alone would pass for them.
            let mut files = incident(&day, at).with_context(|| name.clone())?;
            files.retain(|(path, _)| !path.starts_with("logs/") && !path.starts_with("traces/"));
            Ok(EvalCase { set, id: name.clone(), source: Source::Memory(files), truth: Truth::Healthy })
        });
        CaseRef { set, id, loader }
    });
    Ok(cases.collect())
}

/// The last time of the first table of pods.
fn last_time(directory: &Path) -> anyhow::Result<Option<f64>> {
    for path in entries(directory)? {
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let names: Vec<&str> = text.lines().next().unwrap_or_default().split(',').collect();
        let Some(epoch) = column_of_time(&names) else { continue };
        return Ok(text.lines().last().and_then(|line| line.split(',').nth(epoch)).and_then(|at| at.parse().ok()));
    }
    Ok(None)
}
