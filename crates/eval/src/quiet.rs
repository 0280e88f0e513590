//! Fault-free incidents out of the recordings: the normal period before a fault, with its end in question.
//!
//! Every row at or after the recorded start is dropped, and the start is moved back into what is left, by the length of
//! the window or a third of the normal period, whichever is shorter; nobody complains. A verdict that names a cause there is a false alarm.
//! Limits: only for incidents that consist of metrics in tables; logs and traces are rarely recorded long enough before.

use crate::adapters::{EvalCase, Truth};
use oriel_evidence::Source;

/// Times of this range are taken for times: 2014 to 2039.
const EPOCH: std::ops::Range<f64> = 1.4e9..2.2e9;
/// Fewer different times than this are no normal period.
const MIN_TIMES: usize = 8;

/// The fault-free incident before a case's fault, where there is one.
pub fn quiet(case: &EvalCase) -> Option<EvalCase> {
    let Source::Memory(files) = &case.source else { return None };
    // Where the fault follows upon others, the time before it is not fault-free.
    if case.truth == Truth::Healthy || case.set.starts_with("nezha") {
        return None;
    }
    if files.iter().any(|(path, _)| ["logs/", "traces/", "kubernetes/"].iter().any(|kind| path.starts_with(kind))) {
        return None;
    }
    let incident = files.iter().find(|(path, _)| path == "incident.toml")?;
    let incident = String::from_utf8_lossy(&incident.1).into_owned();
    let start = setting(&incident, "start")?;
    let stated_end = setting(&incident, "end");
    let mut last_row = start;
    let mut times: Vec<f64> = Vec::new();
    let mut kept: Vec<(String, Vec<u8>)> = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("metrics/")) {
        let text = String::from_utf8_lossy(bytes);
        let mut rows = text.lines();
        let mut table = String::from(rows.next()?);
        let mut filled = false;
        for row in rows {
            let Some(time) = time_of(row) else { continue };
            last_row = last_row.max(time);
            if time >= start {
                continue;
            }
            times.push(time);
            filled = true;
            table.push('\n');
            table.push_str(row);
        }
        if filled {
            kept.push((path.clone(), table.into_bytes()));
        }
    }
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (first, last) = (times.first()?, times.last()?);
    if times.len() < MIN_TIMES {
        return None;
    }
    let end = stated_end.unwrap_or(last_row);
    let from = last - (end - start).min((last - first) / 3.0);
    let dropped = ["start", "end", "services", "symptoms"];
    let moved = incident.lines().filter(|line| !dropped.iter().any(|name| is_setting(line, name)));
    let moved = format!("start = {from:.3}\nend = {:.3}\n{}\n", last + 1.0, moved.collect::<Vec<_>>().join("\n"));
    let others = files.iter().filter(|(path, _)| path != "incident.toml" && !path.starts_with("metrics/"));
    kept.extend(others.cloned());
    kept.push(("incident.toml".to_owned(), moved.into_bytes()));
    let id = format!("{} before the fault", case.id);
    Some(EvalCase { set: case.set, id, source: Source::Memory(kept), truth: Truth::Healthy })
}

fn is_setting(line: &str, name: &str) -> bool {
    line.split_once('=').is_some_and(|(key, _)| key.trim() == name)
}

fn setting(incident: &str, name: &str) -> Option<f64> {
    let line = incident.lines().find(|line| is_setting(line, name))?;
    line.split_once('=')?.1.trim().parse().ok()
}

/// The first field of a row that is a time in seconds.
fn time_of(row: &str) -> Option<f64> {
    row.split(',').take(3).find_map(|field| field.trim().parse().ok().filter(|time| EPOCH.contains(time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    fn case(rows: usize, more: &[&str]) -> EvalCase {
        let mut table = "time,a_cpu".to_owned();
        for at in 0..rows {
            let _ = write!(table, "\n{},{at}", 1_600_000_000 + at * 60);
        }
        let mut files = vec![
            ("metrics/m.csv".to_owned(), table.into_bytes()),
            ("incident.toml".to_owned(), b"title = \"t\"\nstart = 1600001800\nend = 1600002100\n".to_vec()),
        ];
        files.extend(more.iter().map(|path| ((*path).to_owned(), Vec::new())));
        EvalCase { set: "s", id: "c".to_owned(), source: Source::Memory(files), truth: Truth::Faults(Vec::new()) }
    }

    #[test]
    fn the_fault_is_cut_off_and_the_start_moved_before_it() {
        let quiet = quiet(&case(60, &[])).unwrap();
        assert_eq!(quiet.truth, Truth::Healthy);
        let Source::Memory(files) = quiet.source else { panic!("not in memory") };
        let text = |path: &str| String::from_utf8(files.iter().find(|(p, _)| p == path).unwrap().1.clone()).unwrap();
        // Thirty rows lie before the start, the last at 1600001740; the window is 300 s.
        assert_eq!(text("metrics/m.csv").lines().count(), 31);
        assert_eq!(setting(&text("incident.toml"), "start"), Some(1_600_001_440.0));
        assert!(text("incident.toml").contains("title = \"t\""));
    }

    #[test]
    fn no_normal_period_or_other_evidence_gives_none() {
        assert!(quiet(&case(3, &[])).is_none());
        assert!(quiet(&case(60, &["logs/a.log"])).is_none());
    }
}
