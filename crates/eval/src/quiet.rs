//! Fault-free incidents out of the recordings: a normal period with its end in question, where nobody complains.
//!
//! Two sources. Of an incident that consists of metrics, the normal period before its fault, cut at one or several places:
//! every row at or after the cut is dropped, and the start is moved back into what is left, by the length of the window
//! or a third of the period, whichever is shorter. Of a recording of its own (`Adapter::fault_free`), what the adapter makes
//! of it. A verdict that names a cause there is a false diagnosis. Several cuts of one recording see the same system on the same day: they
//! count as independent only where the periods in question do not overlap.

use crate::adapters::{Adapter, CaseRef, EvalCase, Truth};
use crate::variants::onset::stated;
use oriel_evidence::Source;

/// Times of this range are taken for times: 2014 to 2039.
const EPOCH: std::ops::Range<f64> = 1.4e9..2.2e9;
/// Fewer different times than this are no normal period.
const MIN_TIMES: usize = 8;

/// A fault-free incident.
pub struct Quiet {
    /// The incident.
    pub case: EvalCase,
    /// The recording it is cut from.
    pub recording: String,
    /// The period in question, in seconds since 1970.
    pub window: (f64, f64),
}

/// The fault-free incidents before a case's fault, one a cut; none where it does not consist of metrics.
pub fn before_fault(adapter: &dyn Adapter, case: &EvalCase) -> Vec<Quiet> {
    let cuts = adapter.cuts().iter();
    let made = cuts.filter_map(|share| cut(case, *share).map(|case| of(adapter, case)));
    made.collect()
}

/// The fault-free incidents of recordings of their own.
pub fn recorded(adapter: &dyn Adapter, found: &[CaseRef]) -> anyhow::Result<Vec<Quiet>> {
    found.iter().map(|case| Ok(of(adapter, case.load()?))).collect()
}

fn of(adapter: &dyn Adapter, case: EvalCase) -> Quiet {
    let window = match &case.source {
        Source::Memory(files) => {
            let incident = files.iter().find(|(path, _)| path == "incident.toml");
            let text = incident.map_or_else(String::new, |(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
            let start = stated(&text, "start").unwrap_or(0.0);
            (start, stated(&text, "end").unwrap_or(start))
        }
        _ => (0.0, 0.0),
    };
    Quiet { recording: adapter.recording(&case.id), case, window }
}

/// Which of some periods in question overlap no earlier chosen one of the same recording: as many as possible, by the
/// earliest end first.
pub fn independent(periods: &[(String, (f64, f64))]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..periods.len()).collect();
    let end = |at: &usize| periods.get(*at).map_or(0.0, |(_, window)| window.1);
    order.sort_by(|a, b| end(a).total_cmp(&end(b)));
    let mut last: std::collections::HashMap<&str, f64> = std::collections::HashMap::new();
    let mut chosen = vec![false; periods.len()];
    for at in order {
        let (Some((recording, (from, to))), Some(cell)) = (periods.get(at), chosen.get_mut(at)) else { continue };
        if last.get(recording.as_str()).is_none_or(|end| from >= end) {
            last.insert(recording, *to);
            *cell = true;
        }
    }
    chosen
}

/// The normal period before a fault up to `share` of its times, its end in question.
fn cut(case: &EvalCase, share: f64) -> Option<EvalCase> {
    let Source::Memory(files) = &case.source else { return None };
    if files.iter().any(|(path, _)| ["logs/", "traces/", "kubernetes/"].iter().any(|kind| path.starts_with(kind))) {
        return None;
    }
    let incident = files.iter().find(|(path, _)| path == "incident.toml")?;
    let incident = String::from_utf8_lossy(&incident.1).into_owned();
    let start = stated(&incident, "start")?;
    let rows = || {
        let tables = files.iter().filter(|(path, _)| path.starts_with("metrics/"));
        tables.flat_map(|(_, bytes)| bytes.split(|byte| *byte == b'\n').skip(1)).filter_map(time_of)
    };
    let mut times: Vec<f64> = rows().filter(|time| *time < start).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times.truncate((times.len() as f64 * share).round() as usize);
    let (first, last) = (*times.first()?, *times.last()?);
    if times.len() < MIN_TIMES {
        return None;
    }
    let end = stated(&incident, "end").unwrap_or_else(|| rows().fold(start, f64::max));
    let from = last - (end - start).min((last - first) / 3.0);
    let mut kept = tables(files, last);
    let dropped = ["start", "end", "services", "symptoms"];
    let moved = incident.lines().filter(|line| !dropped.iter().any(|name| is_setting(line, name)));
    let moved = format!("start = {from:.3}\nend = {:.3}\n{}\n", last + 1.0, moved.collect::<Vec<_>>().join("\n"));
    let others = files.iter().filter(|(path, _)| path != "incident.toml" && !path.starts_with("metrics/"));
    kept.extend(others.cloned());
    kept.push(("incident.toml".to_owned(), moved.into_bytes()));
    let id = format!("{} before the fault, {:.0} %", case.id, share * 100.0);
    Some(EvalCase { set: case.set, id, source: Source::Memory(kept), truth: Truth::Healthy })
}

/// The tables of metrics with their rows up to a time; those that have none are left out.
fn tables(files: &[(String, Vec<u8>)], last: f64) -> Vec<(String, Vec<u8>)> {
    let mut kept = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("metrics/")) {
        let mut rows = bytes.split(|byte| *byte == b'\n');
        let mut table = rows.next().unwrap_or_default().to_vec();
        let length = table.len();
        for row in rows.filter(|row| time_of(row).is_some_and(|time| time <= last)) {
            table.push(b'\n');
            table.extend_from_slice(row);
        }
        if table.len() > length {
            kept.push((path.clone(), table));
        }
    }
    kept
}

fn is_setting(line: &str, name: &str) -> bool {
    line.split_once('=').is_some_and(|(key, _)| key.trim() == name)
}

/// The first field of a row that is a time in seconds.
fn time_of(row: &[u8]) -> Option<f64> {
    let fields = row.split(|byte| *byte == b',').take(3);
    let mut numbers = fields.filter_map(|field| std::str::from_utf8(field).ok()?.trim().parse().ok());
    numbers.find(|time| EPOCH.contains(time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sock_shop::SockShop;
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

    fn text(case: &EvalCase, path: &str) -> String {
        let Source::Memory(files) = &case.source else { panic!("not in memory") };
        String::from_utf8(files.iter().find(|(p, _)| p == path).unwrap().1.clone()).unwrap()
    }

    #[test]
    fn the_fault_is_cut_off_and_the_start_moved_before_it() {
        let quiet = cut(&case(60, &[]), 1.0).unwrap();
        assert_eq!(quiet.truth, Truth::Healthy);
        // Thirty rows lie before the start, the last at 1600001740; the window is 300 s.
        assert_eq!(text(&quiet, "metrics/m.csv").lines().count(), 31);
        assert_eq!(stated(&text(&quiet, "incident.toml"), "start"), Some(1_600_001_440.0));
        assert!(text(&quiet, "incident.toml").contains("title = \"t\""));
    }

    #[test]
    fn several_cuts_of_one_recording_are_told_apart() {
        let all = before_fault(&SockShop, &case(60, &[]));
        assert_eq!(all.len(), SockShop.cuts().len());
        assert!(all.iter().all(|quiet| quiet.recording == all[0].recording && quiet.window.0 < quiet.window.1));
        let rows: Vec<usize> = all.iter().map(|q| text(&q.case, "metrics/m.csv").lines().count() - 1).collect();
        assert!(rows.is_sorted() && rows.last() == Some(&30), "{rows:?}");
    }

    #[test]
    fn no_normal_period_or_other_evidence_gives_none() {
        assert!(cut(&case(3, &[]), 1.0).is_none());
        assert!(cut(&case(60, &["logs/a.log"]), 1.0).is_none());
    }

    #[test]
    fn periods_that_overlap_are_not_independent() {
        let period = |recording: &str, from: f64, to: f64| (recording.to_owned(), (from, to));
        let periods = [period("a", 0.0, 10.0), period("a", 5.0, 12.0), period("a", 10.0, 20.0), period("b", 5.0, 12.0)];
        assert_eq!(independent(&periods), [true, false, true, true]);
    }
}
