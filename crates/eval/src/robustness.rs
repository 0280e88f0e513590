//! What happens to a diagnosis when the incident is told otherwise than it was recorded.
//!
//! Must not change a ranking: other names, another order, other units. May cost accuracy, and then ought to cost confidence: a
//! start stated wrongly, a kind of telemetry missing. And one made-up question: two faults at once.

mod tables;

pub use tables::tables;

use crate::adapters::{Adapter, EvalCase};
use crate::compare::places;
use crate::harness::{Found, FoundSet, each, parallel, run, scored};
use crate::score::recall;
use crate::variants::onset::{self, ERRORS};
use crate::variants::without::{self, KINDS};
use crate::variants::{again, compare, rename, shuffle, two_faults, units};
use anyhow::Context as _;
use oriel_diagnosis::{Knowledge, Options, Verdict};
use serde::Serialize;

/// What was said of one telling of a case.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Said {
    /// Whether the first choice is right.
    pub right: bool,
    /// The probability stated of it; 0 where there is none.
    pub stated: f64,
}

/// A ranking that must stay, and whether it did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kept {
    /// Where it first differs; none where it does not.
    pub broken: Option<String>,
    /// Whether the first place differs.
    pub first: bool,
    /// The greatest change of a probability.
    pub moved: f64,
}

/// All tellings of one case.
#[derive(Debug, Clone, Serialize)]
pub struct Tellings {
    /// The case.
    pub case: String,
    /// As recorded.
    pub full: Said,
    /// With the start wrong by each of [`ERRORS`]; none where no start is stated.
    pub onset: Vec<Option<Said>>,
    /// Without each of [`KINDS`]; none where the case has none of it.
    pub without: Vec<Option<Said>>,
    /// Under other names.
    pub names: Kept,
    /// In another order.
    pub order: Kept,
    /// In other units; none without metrics.
    pub units: Option<Kept>,
}

/// Two faults in one incident.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    /// The two cases.
    pub case: String,
    /// The rank of each labelled place among the places named, from 1.
    pub ranks: Vec<Option<usize>>,
}

impl Pair {
    /// Whether both are among the first `k` places.
    pub fn both_in(&self, k: usize) -> bool {
        recall(&self.ranks, k) >= 1.0
    }
}

/// One set.
#[derive(Debug, Clone, Serialize)]
pub struct SetRobustness {
    /// The set.
    pub set: String,
    /// Its cases.
    pub cases: Vec<Tellings>,
    /// Its pairs.
    pub pairs: Vec<Pair>,
}

impl SetRobustness {
    /// Cases whose ranking changed though it must not have: what, which, how.
    pub fn broken(&self) -> Vec<String> {
        let of = |case: &Tellings, what: &str, kept: &Kept| {
            kept.broken.as_ref().map(|how| format!("{} {}: {what}: {how}", self.set, case.case))
        };
        let all = self.cases.iter().flat_map(|case| {
            let units = case.units.as_ref().and_then(|kept| of(case, "other units", kept));
            [of(case, "other names", &case.names), of(case, "another order", &case.order), units]
        });
        all.flatten().collect()
    }
}

/// Tells every case in every way.
pub fn tested(found: &Found, knowledge: &Knowledge) -> anyhow::Result<Vec<SetRobustness>> {
    let cases = each(found, "robustness", |set, case| told(set.adapter.as_ref(), case, knowledge))?;
    let mut sets = Vec::new();
    for ((name, cases), set) in cases.into_iter().zip(&found.sets) {
        sets.push(SetRobustness { set: name, cases, pairs: pairs(set, knowledge)? });
    }
    Ok(sets)
}

fn told(adapter: &dyn Adapter, case: EvalCase, knowledge: &Knowledge) -> anyhow::Result<Tellings> {
    let verdict = |case: EvalCase| -> anyhow::Result<Verdict> {
        Ok(run(case, knowledge, &Options::default())?.diagnosis.verdict)
    };
    let said = |case: EvalCase| -> anyhow::Result<Said> {
        let truth = case.truth.clone();
        Ok(said_of(adapter, &truth, &verdict(case)?))
    };
    let full = run(again(&case)?, knowledge, &Options::default())?;
    let (other, renaming) = rename::renamed(&case, &full.diagnosis.frame)?;
    let as_recorded = full.diagnosis.verdict;
    let as_it_is = |entity: &str| entity.to_owned();
    let names = kept(&as_recorded, &verdict(other)?, &|entity| renaming.text(entity));
    let order = kept(&as_recorded, &verdict(shuffle::shuffled(&case)?)?, &as_it_is);
    let units = match units::rescaled(&case)? {
        Some((plain, scaled)) => Some(kept(&verdict(plain)?, &verdict(scaled)?, &as_it_is)),
        None => None,
    };
    let onset = ERRORS.iter().map(|error| onset::moved(&case, *error)?.map(said).transpose());
    let without = KINDS.iter().map(|(_, place)| without::without(&case, place)?.map(said).transpose());
    Ok(Tellings {
        full: said_of(adapter, &case.truth, &as_recorded),
        onset: onset.collect::<anyhow::Result<_>>()?,
        without: without.collect::<anyhow::Result<_>>()?,
        names,
        order,
        units,
        case: case.id,
    })
}

fn said_of(adapter: &dyn Adapter, truth: &crate::adapters::Truth, verdict: &Verdict) -> Said {
    let right = scored(adapter, truth, verdict, 0.0).hits.first() == Some(&true);
    Said { right, stated: verdict.hypotheses.first().map_or(0.0, |first| first.probability) }
}

fn kept(before: &Verdict, after: &Verdict, name: &dyn Fn(&str) -> String) -> Kept {
    let comparison = compare(before, after, name);
    let first = comparison.ranking.as_ref().is_some_and(|how| how.starts_with("rank 1:"));
    Kept { broken: comparison.ranking, first, moved: comparison.moved }
}

/// Every case of a set of metrics with another that has its fault elsewhere: the one half the set further on, or the next
/// that fits.
fn pairs(set: &FoundSet, knowledge: &Knowledge) -> anyhow::Result<Vec<Pair>> {
    let count = set.cases.len();
    let bar = crate::harness::bar(count, &format!("two faults: {}", set.adapter.name()));
    let numbers: Vec<usize> = (0..count).collect();
    let made = parallel(&numbers, |_, at| {
        bar.inc(1);
        let Some(first) = set.cases.get(*at) else { return Ok(None) };
        let first = first.load()?;
        if crate::variants::files(&first)?.iter().any(|(path, _)| !is_of_metrics(path)) {
            return Ok(None);
        }
        for step in count / 2..count {
            let Some(second) = set.cases.get((at + step) % count) else { continue };
            if let Some(both) = two_faults::both(&first, &second.load()?)? {
                return pair(set.adapter.as_ref(), both, knowledge).map(Some);
            }
        }
        Ok(None)
    })?;
    bar.finish_and_clear();
    Ok(made.into_iter().flatten().collect())
}

fn is_of_metrics(path: &str) -> bool {
    path.starts_with("metrics/") || matches!(path, "incident.toml" | "topology.csv" | "alerts.json")
}

fn pair(adapter: &dyn Adapter, case: EvalCase, knowledge: &Knowledge) -> anyhow::Result<Pair> {
    let crate::adapters::Truth::Faults(labels) = case.truth.clone() else { anyhow::bail!("{}: no fault", case.id) };
    let name = case.id.clone();
    let ran = run(case, knowledge, &Options::default()).with_context(|| name.clone())?;
    let places = places(&ran.diagnosis.verdict);
    let rank = |label| places.iter().position(|place| adapter.judge_place(label, place)).map(|at| at + 1);
    Ok(Pair { case: name, ranks: labels.iter().map(rank).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sock_shop::SockShop;
    use crate::variants::tests::shop;

    #[test]
    fn a_case_is_told_in_every_way() {
        let told = told(&SockShop, shop("depot"), &Knowledge::shipped().unwrap()).unwrap();
        assert!(told.full.right && told.full.stated > 0.3, "{told:?}");
        assert_eq!((told.names.broken, told.order.broken), (None, None));
        assert_eq!(told.units.unwrap().broken, None);
        assert!(told.onset.iter().all(Option::is_some));
        // Of the kinds of telemetry it has metrics only, and nothing is left without them.
        let without: Vec<bool> = told.without.iter().map(Option::is_some).collect();
        assert_eq!(without, [true, false, false, false, false, false]);
        assert_eq!(told.without[0], Some(Said { right: false, stated: 0.0 }));
    }

    #[test]
    fn two_faults_are_ranked_apart() {
        let both = two_faults::both(&shop("till"), &shop("depot")).unwrap().unwrap();
        let pair = pair(&SockShop, both, &Knowledge::shipped().unwrap()).unwrap();
        assert!(pair.both_in(3), "{pair:?}");
        assert!(!Pair { case: String::new(), ranks: vec![Some(1), None] }.both_in(3));
    }

    #[test]
    fn what_must_stay_and_does_not_is_named() {
        let kept = |broken: Option<&str>| Kept { broken: broken.map(str::to_owned), first: false, moved: 0.0 };
        let said = Said { right: true, stated: 0.9 };
        let case = Tellings {
            case: "c".to_owned(),
            full: said,
            onset: Vec::new(),
            without: Vec::new(),
            names: kept(None),
            order: kept(Some("rank 2: a became b")),
            units: Some(kept(None)),
        };
        let set = SetRobustness { set: "s".to_owned(), cases: vec![case], pairs: Vec::new() };
        assert_eq!(set.broken(), ["s c: another order: rank 2: a became b"]);
    }
}
