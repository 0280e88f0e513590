//! Two faults at once: what a second recording's fault did to each series is added to a first one's window.
//!
//! Both recordings must be of the same application and consist of metrics. A series' deviation is its value in the
//! second window less its median in the second normal period, at the same distance from the start; where the second has no
//! such series, the first is left as it is. Complaints of both are kept. Limits: a made-up incident, in which the two faults
//! do not act on each other.

use super::files;
use super::retold::Table;
use crate::adapters::{EvalCase, Truth};
use oriel_evidence::metrics::{Metrics, Series};
use oriel_evidence::time::Seconds;
use oriel_evidence::{Evidence, Limits, stats};

/// The first case with the second's fault added; none where they do not fit each other.
pub fn both(first: &EvalCase, second: &EvalCase) -> anyhow::Result<Option<EvalCase>> {
    let (Truth::Faults(mut labels), Truth::Faults(others)) = (first.truth.clone(), second.truth.clone()) else {
        return Ok(None);
    };
    let read = |case: &EvalCase| Evidence::read(&case.source, &Limits::default(), &mut |_| {});
    let (one, two) = (read(first)?, read(second)?);
    let (Some(start), Some(other_start)) = (one.incident.start, two.incident.start) else { return Ok(None) };
    let only_metrics = |e: &Evidence| e.counts.series > 0 && e.counts.spans == 0 && e.counts.log_lines == 0;
    let same_place = labels.iter().any(|label| others.iter().any(|other| other.entity == label.entity));
    if !only_metrics(&one) || !only_metrics(&two) || same_place {
        return Ok(None);
    }
    let mut table = Table::default();
    for series in &one.metrics.series {
        let (entity, metric) = (one.metrics.entities.name(series.entity), one.metrics.names.name(series.metric));
        let added = find(&two.metrics, entity, metric).map(|other| Added::of(other, other_start));
        let samples = series.samples.iter().map(|(time, value)| {
            let more = added.as_ref().map_or(0.0, |added| added.at(time - start));
            // What cannot be negative does not become so.
            (*time, if *value >= 0.0 { (value + more).max(0.0) } else { value + more })
        });
        // Counters were turned into rates in parsing.
        table.add(entity, metric.trim_end_matches("_total"), samples);
    }
    labels.extend(others);
    let mut made = table.instead(first)?;
    made.truth = Truth::Faults(labels);
    made.id = format!("{} and {}", first.id, second.id);
    complain(&mut made, &one, &two)?;
    Ok(Some(made))
}

fn find<'m>(metrics: &'m Metrics, entity: &str, metric: &str) -> Option<&'m Series> {
    let (entity, metric) = (metrics.entities.find(entity)?, metrics.names.find(metric)?);
    metrics.series.iter().find(|series| series.entity == entity && series.metric == metric)
}

/// What a fault added to a series, by seconds from its start.
struct Added {
    deviations: Vec<(Seconds, f64)>,
}

impl Added {
    fn of(series: &Series, start: Seconds) -> Self {
        let at = series.samples.partition_point(|(time, _)| *time < start);
        let (before, after) = series.samples.split_at(at);
        let mut normal: Vec<f64> = before.iter().map(|(_, value)| *value).collect();
        let deviations = match stats::quantile(&mut normal, 0.5) {
            Some(median) => after.iter().map(|(time, value)| (time - start, value - median)).collect(),
            None => Vec::new(),
        };
        Self { deviations }
    }

    /// The deviation so many seconds after the start; nothing before it or after the recording's end.
    fn at(&self, seconds: f64) -> f64 {
        let next = self.deviations.partition_point(|(time, _)| *time <= seconds);
        let last = next.checked_sub(1).and_then(|at| self.deviations.get(at));
        last.filter(|_| seconds >= 0.0).map_or(0.0, |(_, deviation)| *deviation)
    }
}

/// Both complaints in one incident.
fn complain(made: &mut EvalCase, one: &Evidence, two: &Evidence) -> anyhow::Result<()> {
    let union = |a: &[String], b: &[String]| {
        let mut all = a.to_vec();
        all.extend(b.iter().filter(|name| !a.contains(name)).cloned());
        serde_json::Value::from(all).to_string()
    };
    let services = union(&one.incident.services, &two.incident.services);
    let symptoms = union(&one.incident.symptoms, &two.incident.symptoms);
    let mut changed = files(made)?.clone();
    if let Some((_, bytes)) = changed.iter_mut().find(|(path, _)| path == "incident.toml") {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let kept = text.lines().filter(|line| !line.starts_with("services") && !line.starts_with("symptoms"));
        let kept: Vec<&str> = kept.collect();
        *bytes = format!("{}\nservices = {services}\nsymptoms = {symptoms}\n", kept.join("\n")).into_bytes();
    }
    *made = super::with_files(made, changed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{shop, text, verdict};
    use super::*;

    #[test]
    fn both_faults_show_and_both_are_labelled() {
        let made = both(&shop("till"), &shop("depot")).unwrap().unwrap();
        let Truth::Faults(labels) = &made.truth else { panic!("no label") };
        assert_eq!(labels.len(), 2);
        let mut named: Vec<String> = verdict(&made).hypotheses.iter().map(|h| h.entity.clone()).collect();
        named.dedup();
        assert!(named.contains(&"service/till".to_owned()) && named.contains(&"service/depot".to_owned()), "{named:?}");
    }

    #[test]
    fn nothing_is_added_before_the_start() {
        let (first, made) = (shop("till"), both(&shop("till"), &shop("depot")).unwrap().unwrap());
        let value = |table: &str, needle: &str| table.lines().find(|line| line.contains(needle)).map(str::to_owned);
        let table = text(&made, "metrics/all.csv");
        let line = value(&table, "1700000100.000000,\"service/depot\",\"cpu\"").unwrap();
        let row = value(&text(&first, "metrics/m.csv"), "1700000100,").unwrap();
        assert!(row.contains(line.rsplit(',').next().unwrap()), "{row} {line}");
    }

    #[test]
    fn the_same_place_twice_is_no_second_fault() {
        assert!(both(&shop("till"), &shop("till")).unwrap().is_none());
    }
}
