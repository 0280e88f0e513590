//! Laid faults: every component of a recording without a fault gets some, and is looked for.
//!
//! These cases are made, not recorded: they stand in a table of their own and teach nothing. They tell how well places
//! other than the few that a set has labelled would be found. Two ways ([`crate::variants::laid`]): along a call graph, into
//! every fault-free incident that has one, of each component and kind of fault a part drawn by its name; and a recorded
//! fault of resources onto another service of the same set.

use crate::adapters::Truth;
use crate::grid::{Grid, share};
use crate::harness::{self, Found, FoundSet, judge, parallel};
use crate::quiet;
use crate::score::{Scored, SetFigures, figures};
use crate::variants::laid::calls::Calm;
use crate::variants::laid::dice::Dice;
use crate::variants::laid::{Fault, Laid, resource};
use oriel_diagnosis::{Knowledge, Options};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Of the places, faults and times that there are, this part is run.
const TAKEN: f64 = 0.06;
/// Services that each recorded fault is laid onto.
const OTHERS: usize = 2;

/// One case, run.
#[derive(Debug, Clone, Serialize)]
pub struct LaidCase {
    /// Its name.
    pub case: String,
    /// What was laid.
    pub fault: Fault,
    /// Where.
    pub place: String,
    /// Calls between the complaint and the place.
    pub hops: Option<usize>,
    /// The rank of the place, from 1.
    pub rank: Option<usize>,
    /// The first choice, with its probability.
    pub said: String,
    #[serde(skip)]
    scored: Option<Scored>,
}

/// The laid faults of one set.
#[derive(Debug, Clone, Serialize)]
pub struct SetLaid {
    /// The set.
    pub set: String,
    /// Its cases.
    pub cases: Vec<LaidCase>,
}

/// Lays faults into the sets found, and looks for them.
pub fn laid(found: &Found, knowledge: &Knowledge) -> anyhow::Result<Vec<SetLaid>> {
    let mut sets = Vec::new();
    for set in &found.sets {
        let mut cases = along_calls(set, knowledge)?;
        cases.extend(onto_others(set, knowledge)?);
        if !cases.is_empty() {
            sets.push(SetLaid { set: set.adapter.name().to_owned(), cases });
        }
    }
    Ok(sets)
}

fn along_calls(set: &FoundSet, knowledge: &Knowledge) -> anyhow::Result<Vec<LaidCase>> {
    let bar = harness::bar(set.fault_free.len(), &format!("laid faults: {}", set.adapter.name()));
    let done = parallel(&set.fault_free, |_, case| {
        bar.inc(1);
        let Some(calm) = Calm::read(case.load()?)? else { return Ok(Vec::new()) };
        let mut cases = Vec::new();
        for place in calm.places() {
            for fault in [Fault::Delay, Fault::Failures, Fault::Overload] {
                let mut dice = Dice::of(&format!("{} {place} {}", case.id, fault.name()));
                if dice.happens(TAKEN)
                    && let Some(laid) = calm.lay(&place, fault)?
                {
                    cases.push(run(set, laid, knowledge)?);
                }
            }
        }
        Ok(cases)
    })?;
    bar.finish_and_clear();
    Ok(done.into_iter().flatten().collect())
}

fn onto_others(set: &FoundSet, knowledge: &Knowledge) -> anyhow::Result<Vec<LaidCase>> {
    let adapter = set.adapter.as_ref();
    let done = parallel(&set.cases, |_, case| {
        let case = case.load()?;
        let calm = match quiet::before_fault(adapter, &case).pop() {
            Some(quiet) => quiet.case,
            None => match set.fault_free.get(Dice::of(&case.id).pick(set.fault_free.len())) {
                Some(calm) => calm.load()?,
                None => return Ok(Vec::new()),
            },
        };
        let mut cases: Vec<LaidCase> = Vec::new();
        for nth in 0..OTHERS {
            if let Some(laid) = resource::onto(&case, &calm, nth)?
                && cases.iter().all(|known| known.case != laid.case.id)
            {
                cases.push(run(set, laid, knowledge)?);
            }
        }
        Ok(cases)
    })?;
    Ok(done.into_iter().flatten().collect())
}

fn run(set: &FoundSet, laid: Laid, knowledge: &Knowledge) -> anyhow::Result<LaidCase> {
    let Laid { case, fault, hops } = laid;
    let place = match &case.truth {
        Truth::Faults(labels) => labels.first().map_or_else(String::new, |label| label.entity.clone()),
        Truth::Healthy => String::new(),
    };
    let ran = harness::run(case, knowledge, &Options::default())?;
    let (scored, report) = judge(set.adapter.as_ref(), &ran);
    let said = report.ranked.first();
    let said = said.map_or_else(String::new, |r| format!("{} {} {:.2}", r.entity, r.cause, r.probability));
    Ok(LaidCase { case: report.case, fault, place, hops, rank: report.rank, said, scored: Some(scored) })
}

/// How the laid faults were found: by set, by fault, by the number of calls between.
pub fn table(sets: &[SetLaid]) -> Grid {
    let about = "Made cases, not recorded ones: faults laid into components of fault-free recordings by a seeded generator, their effect passed on along the \
                 calls (delay: 0.02 to 2 s a request; failures: 1 to 50 % of the requests; overload: 1.5 to 4 times the requests, taking longer as in a \
                 queue), and the resources of a recorded fault laid onto another service. Only what the complaint's component feels by 2 spreads of its own is \
                 a case. They teach nothing. Hops: calls between the complaint and the place.";
    let header = ["set", "fault", "hops", "cases", "places", "AC@1", "AC@3", "kind", "Brier", "ECE", "abstained"];
    let mut grid = Grid::new("Laid faults", about, 3, &header);
    for set in sets {
        let mut groups: BTreeMap<(String, String), Vec<&LaidCase>> = BTreeMap::new();
        for case in &set.cases {
            let hops = case.hops.map_or_else(|| "–".to_owned(), |hops| hops.to_string());
            groups.entry((case.fault.name().to_owned(), "all".to_owned())).or_default().push(case);
            if case.hops.is_some() {
                groups.entry(("all".to_owned(), hops)).or_default().push(case);
            }
        }
        groups.entry(("all".to_owned(), "all".to_owned())).or_insert_with(|| set.cases.iter().collect());
        for ((fault, hops), cases) in groups {
            grid.row(row(&set.set, &fault, &hops, &cases));
        }
    }
    grid
}

fn row(set: &str, fault: &str, hops: &str, cases: &[&LaidCase]) -> Vec<String> {
    let scored: Vec<Scored> = cases.iter().filter_map(|case| case.scored.clone()).collect();
    let places: BTreeSet<&str> = cases.iter().map(|case| case.place.as_str()).collect();
    let SetFigures { ac1, ac3, kind_ac1, brier, ece, abstained, .. } = figures(&scored);
    let words = [set.to_owned(), fault.to_owned(), hops.to_owned(), cases.len().to_string(), places.len().to_string()];
    let kind = crate::grid::maybe(kind_ac1);
    let figures = [share(ac1), share(ac3), kind, share(brier), share(ece), abstained.to_string()];
    words.into_iter().chain(figures).collect()
}

/// The cases whose place is not first, a line each.
pub fn wrong(sets: &[SetLaid]) -> Vec<String> {
    let cases = sets.iter().flat_map(|set| set.cases.iter().map(move |case| (&set.set, case)));
    let missed = cases.filter(|(_, case)| case.rank != Some(1));
    missed
        .map(|(set, case)| {
            let rank = case.rank.map_or_else(|| "-".to_owned(), |rank| rank.to_string());
            let hops = case.hops.map_or_else(String::new, |hops| format!(" {hops} hops"));
            format!("{set} {}{hops}: {} at {rank}; said {}", case.case, case.place, case.said)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_faults_and_hops_apart_and_all_together() {
        let case = |fault: Fault, hops: Option<usize>, rank: usize| LaidCase {
            case: "c".to_owned(),
            fault,
            place: format!("p{rank}"),
            hops,
            rank: Some(rank),
            said: String::new(),
            scored: Some(Scored::of_hits((1..=rank).map(|at| at == rank).collect())),
        };
        let cases =
            vec![case(Fault::Delay, Some(1), 1), case(Fault::Failures, Some(2), 2), case(Fault::Resource, None, 1)];
        let sets = [SetLaid { set: "s".to_owned(), cases }];
        let rows: Vec<String> = table(&sets).rows.iter().map(|row| row[1..6].join(" ")).collect();
        let expected = [
            "all 1 1 1 1.000",
            "all 2 1 1 0.000",
            "all all 3 2 0.667",
            "delay all 1 1 1.000",
            "failures all 1 1 0.000",
            "resource all 1 1 1.000",
        ];
        assert_eq!(rows, expected);
        assert_eq!(wrong(&sets).len(), 1);
    }
}
