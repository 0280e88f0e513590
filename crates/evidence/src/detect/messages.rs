//! Finds messages that are new, gone or more frequent, by service and template, where logs have no request ids.
//!
//! Counts before and after the onset are compared as Poisson rates: the evidence is the log likelihood ratio against the
//! upper bound of the rate before. Buckets of ten seconds bound what the time of the onset can blur.

use rustc_hash::FxHashMap;

use crate::logs::store::BUCKET;
use crate::logs::{Level, Logs};
use crate::time::Seconds;

/// A change of how often a service logs a template.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Message {
    /// Number of the entity in [`Logs::entities`].
    pub entity: u32,
    /// The template.
    pub template: u32,
    /// Level of the template.
    pub level: Level,
    /// Whether the service never logged it before.
    pub novel: bool,
    /// More or less often.
    pub up: bool,
    /// Evidence in nats.
    pub score: f64,
}

/// Changes below this are not reported.
const NOTICEABLE: f64 = 3.0;

/// The changes, in order of entity and template; nothing where one of the two periods has no logs.
pub fn changes(logs: &Logs, onset: Seconds) -> Vec<Message> {
    let split = (onset / BUCKET).floor() as i64;
    let mut buckets: Vec<i64> = logs.counts.keys().map(|(_, _, bucket)| *bucket).collect();
    buckets.sort_unstable();
    buckets.dedup();
    let before = buckets.partition_point(|b| *b < split) as f64;
    let after = buckets.len() as f64 - before;
    if before < 2.0 || after < 1.0 {
        return Vec::new();
    }
    let mut counts: FxHashMap<(u32, u32), (f64, f64)> = FxHashMap::default();
    for ((entity, template, bucket), count) in &logs.counts {
        let slot = counts.entry((*entity, *template)).or_default();
        if *bucket < split { slot.0 += f64::from(*count) } else { slot.1 += f64::from(*count) }
    }
    let mut found: Vec<Message> = counts
        .into_iter()
        .filter_map(|((entity, template), (old, new))| {
            let level = logs.templates.get(template as usize).map_or(Level::Unknown, |info| info.level);
            let grown = excess(new, after, old, before);
            let shrunk = deficit(new, after, old, before);
            let up = grown >= shrunk;
            let score = grown.max(shrunk);
            (score >= NOTICEABLE).then_some(Message { entity, template, level, novel: old == 0.0, up, score })
        })
        .collect();
    found.sort_unstable_by_key(|m| (m.entity, m.template));
    found
}

/// Evidence that the rate grew: Poisson log likelihood ratio against an upper bound of the old rate.
fn excess(new: f64, after: f64, old: f64, before: f64) -> f64 {
    let bound = (old + 1.0 + 1.645 * (old + 1.0).sqrt()) / before * after;
    if new <= bound { 0.0 } else { new * (new / bound).ln() - (new - bound) }
}

/// Evidence that the rate fell, against a lower bound of the old rate.
fn deficit(new: f64, after: f64, old: f64, before: f64) -> f64 {
    let bound = (old - 1.645 * old.sqrt()).max(0.0) / before * after;
    if new >= bound {
        return 0.0;
    }
    let ratio = if new > 0.0 { new * (new / bound).ln() } else { 0.0 };
    ratio + bound - new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Limits;
    use crate::logs::store::Record;

    #[test]
    fn new_and_missing_messages_are_found_and_steady_ones_are_not() {
        let mut logs = Logs::new(&Limits::default());
        for at in 0..100 {
            let time = 1e9 + f64::from(at) * 6.0;
            let mut log = |message: &str| logs.push(&Record { time, entity: "a", message, ..Record::default() }, "l");
            log("INFO steady work done");
            if at < 50 { log("INFO cache refreshed ok today") } else { log("ERROR cannot reach store now") }
        }
        let found = changes(&logs, 1e9 + 300.0);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(!found[0].up && found[1].novel && found[1].level == Level::Error && found[1].score > 30.0);
        assert!(changes(&logs, 0.0).is_empty());
    }
}
