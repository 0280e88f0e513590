//! Finds messages that are new, gone or more frequent, by service and template, whether or not lines have request ids.
//!
//! Counts before and after the onset are compared as rates: the evidence is the Poisson log likelihood ratio against the upper bound of
//! the rate before, divided by how much more the counts before scattered than Poisson's would (quasi-likelihood, McCullagh and
//! Nelder, "Generalized Linear Models", 1989). A service that does more work logs more of everything: the rates expected are
//! those before, times the typical growth of its own messages. Buckets of ten seconds bound what the time of the onset can blur.

use rustc_hash::FxHashMap;

use crate::logs::store::BUCKET;
use crate::logs::{Level, Logs};
use crate::stats;
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
    /// Lines after the onset.
    pub lines: u32,
}

/// Changes below this are not reported.
const NOTICEABLE: f64 = 3.0;
/// Lines before the onset from which on a template tells how much a service does.
const STEADY: f64 = 5.0;
/// Templates that tell it.
const MIN_STEADY: usize = 3;

/// Counts of a template of one service.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    before: f64,
    after: f64,
    /// Sum of the squares of the counts of the buckets before.
    squares: f64,
}

/// The changes, in order of entity and template; nothing where one of the two periods has no logs.
pub fn changes(logs: &Logs, onset: Seconds) -> Vec<Message> {
    let split = (onset / BUCKET).floor() as i32;
    let mut buckets: Vec<i32> = logs.counts.iter().map(|count| count.bucket).collect();
    buckets.sort_unstable();
    buckets.dedup();
    let before = buckets.partition_point(|b| *b < split) as f64;
    let after = buckets.len() as f64 - before;
    if before < 2.0 || after < 1.0 {
        return Vec::new();
    }
    let mut counts: FxHashMap<(u32, u32), Count> = FxHashMap::default();
    for count in &logs.counts {
        let (slot, lines) = (counts.entry((count.entity, count.template)).or_default(), f64::from(count.lines));
        if count.bucket < split {
            slot.before += lines;
            slot.squares += lines * lines;
        } else {
            slot.after += lines;
        }
    }
    let growth = growth(&counts, before, after);
    let mut found: Vec<Message> = counts
        .into_iter()
        .filter_map(|((entity, template), count)| {
            let level = logs.info(template).map_or(Level::Unknown, |info| info.level);
            let grown = growth.get(&entity).copied().unwrap_or(1.0);
            let scatter = count.scatter(before);
            let more = excess(count.after, after * grown.max(1.0), count.before, before) / scatter;
            let less = deficit(count.after, after * grown.min(1.0), count.before, before) / scatter;
            let (up, score, novel) = (more >= less, more.max(less), count.before == 0.0);
            let lines = count.after as u32;
            (score >= NOTICEABLE).then_some(Message { entity, template, level, novel, up, score, lines })
        })
        .collect();
    found.sort_unstable_by_key(|m| (m.entity, m.template));
    found
}

impl Count {
    /// Variance over mean of the counts before, of `buckets` buckets; at least 1, as of a Poisson process.
    fn scatter(self, buckets: f64) -> f64 {
        let mean = self.before / buckets;
        if mean <= 0.0 {
            return 1.0;
        }
        let variance = (self.squares - buckets * mean * mean) / (buckets - 1.0).max(1.0);
        (variance / mean).max(1.0)
    }
}

/// How much more each service logs: the median growth of the rates of what it logged before.
fn growth(counts: &FxHashMap<(u32, u32), Count>, before: f64, after: f64) -> FxHashMap<u32, f64> {
    let mut ratios: FxHashMap<u32, Vec<f64>> = FxHashMap::default();
    for ((entity, _), count) in counts.iter().filter(|(_, count)| count.before >= STEADY) {
        ratios.entry(*entity).or_default().push((count.after / after) / (count.before / before));
    }
    let medians = ratios.into_iter().filter(|(_, ratios)| ratios.len() >= MIN_STEADY);
    medians.filter_map(|(entity, mut ratios)| Some((entity, stats::quantile(&mut ratios, 0.5)?))).collect()
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

    /// What is found in lines that `write` logs at each of 100 moments, six seconds apart; trouble begins at the 50th.
    fn found(write: impl Fn(u32, &mut dyn FnMut(&str))) -> Vec<Message> {
        let mut logs = Logs::new(&Limits::default());
        for at in 0..100 {
            let time = 1e9 + f64::from(at) * 6.0;
            write(at, &mut |message| logs.push(&Record { time, entity: "a", message, ..Record::default() }, "l"));
        }
        logs.finish();
        changes(&logs, 1e9 + 300.0)
    }

    #[test]
    fn new_and_missing_messages_are_found_and_steady_ones_are_not() {
        let found = found(|at, log| {
            log("INFO steady work done");
            if at < 50 { log("INFO cache refreshed ok today") } else { log("ERROR cannot reach store now") }
        });
        assert_eq!(found.len(), 2, "{found:?}");
        let (error, info) =
            (found.iter().find(|m| m.level == Level::Error).unwrap(), found.iter().find(|m| !m.up).unwrap());
        assert!(error.up && error.novel && error.score > 30.0 && error.lines == 50);
        assert_eq!((info.level, info.lines), (Level::Info, 0));
    }

    #[test]
    fn more_work_and_bursts_are_no_change() {
        let busy = found(|at, log| {
            for _ in 0..if at < 50 { 1 } else { 4 } {
                log("INFO order came in");
                log("INFO order was paid today");
                log("INFO stock has been counted");
                log("WARN retry of a call");
            }
        });
        assert!(busy.is_empty(), "{busy:?}");
        let bursts = found(|at, log| {
            for _ in 0..if at % 15 == 5 { 12 } else { 0 } {
                log("WARN queue is long");
            }
            log("INFO steady work done");
        });
        assert!(bursts.is_empty(), "{bursts:?}");
    }

    #[test]
    fn without_a_time_before_nothing_is_said() {
        let mut logs = Logs::new(&Limits::default());
        logs.push(&Record { time: 1e9, entity: "a", message: "x", ..Record::default() }, "l");
        assert!(changes(&logs, 0.0).is_empty());
    }
}
