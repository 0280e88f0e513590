//! What modes are worth to a program that was told how other cases ended.
//!
//! Some modes know only what outcomes taught them, and are silent in a program that was just installed. So each fault case is
//! judged by the shipped program after the cases of the other folds, one after the other: each is judged with what was
//! learned until then, and a person tells how it ended ([`Learning::learn`]): the first hypothesis that names the labelled cause.
//! Where none does, nothing is told. Rules are not run again, so what outcomes teach of their strengths shows in no row.

use super::{MODES, Mode, thought_again, without};
use crate::adapters::{Adapter, Truth};
use crate::harness::{Found, Ran, parallel, scored};
use crate::score::Scored;
use oriel_atomspace::Frame;
use oriel_atomspace::rules::Derivations;
use oriel_diagnosis::{Diagnosis, Knowledge, Learning};
use oriel_reasoning::learning::Outcome;

/// The number of folds: the cases of a set are dealt out in turn.
const FOLDS: usize = 5;

/// A fault case that was diagnosed, and how it ended.
pub(super) struct Past {
    truth: Truth,
    frame: Frame,
    derived: Derivations,
    outcome: Option<Outcome>,
}

impl Past {
    /// A case with the hypothesis that was true.
    pub(super) fn of(adapter: &dyn Adapter, ran: Ran) -> Self {
        let ended = |entity: &str, cause: &str| match &ran.case.truth {
            Truth::Healthy => false,
            Truth::Faults(labels) => labels
                .iter()
                .any(|label| adapter.judge(label, entity, cause) && adapter.judge_kind(label, cause) != Some(false)),
        };
        let hypotheses = &ran.diagnosis.verdict.hypotheses;
        let outcome = hypotheses.iter().find(|h| ended(&h.entity, &h.cause));
        let outcome = outcome.map(|h| Outcome { entity: h.entity.clone(), cause: h.cause.clone() });
        let (truth, Diagnosis { frame, derivations: derived, .. }) = (ran.case.truth, ran.diagnosis);
        Self { truth, frame, derived, outcome }
    }
}

/// By set and case: judged after the outcomes of the other folds by all modes, and with each of them left out. The places of
/// detectors in the list repeat the first, so that it is in the order of [`super::parts`].
pub(super) fn experienced(
    found: &Found,
    knowledge: &Knowledge,
    past: &[Vec<Past>],
) -> anyhow::Result<Vec<Vec<Vec<Scored>>>> {
    let folds: Vec<usize> = (0..FOLDS).collect();
    let taught = parallel(&folds, |_, fold| Ok(taught(knowledge, past, *fold)))?;
    let judged = past.iter().zip(&found.sets).map(|(cases, set)| {
        let bar = crate::harness::bar(cases.len(), &format!("ablation: {}, after outcomes", set.adapter.name()));
        let done = parallel(cases, |at, case| {
            bar.inc(1);
            let learning = taught.get(at % FOLDS).unwrap_or(knowledge.learning());
            Ok(one(set.adapter.as_ref(), case, knowledge, learning))
        });
        bar.finish_and_clear();
        done
    });
    judged.collect()
}

/// The shipped program after the cases of all folds but one.
fn taught(knowledge: &Knowledge, past: &[Vec<Past>], fold: usize) -> Learning {
    let mut learning = knowledge.learning().clone();
    for cases in past {
        for (_, case) in cases.iter().enumerate().filter(|(at, _)| at % FOLDS != fold) {
            if let Some(outcome) = &case.outcome {
                let record = thought_again((&case.frame, &case.derived), knowledge, &learning, &MODES).record;
                learning.learn(&record, outcome);
            }
        }
    }
    learning
}

fn one(adapter: &dyn Adapter, case: &Past, knowledge: &Knowledge, learning: &Learning) -> Vec<Scored> {
    let judged = |modes: &[Mode]| {
        let verdict = thought_again((&case.frame, &case.derived), knowledge, learning, modes).verdict;
        scored(adapter, &case.truth, &verdict, 0.0)
    };
    let all = judged(&MODES);
    let detectors = super::Detector::ALL.iter().map(|_| all.clone());
    let modes = MODES.into_iter().map(|mode| judged(&without(mode)));
    std::iter::once(all.clone()).chain(detectors).chain(modes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sock_shop::SockShop;
    use crate::harness::run;
    use crate::prepared::tests::found;
    use crate::variants::tests::shop;
    use oriel_diagnosis::Options;

    #[test]
    fn a_case_is_judged_by_what_others_taught_and_not_by_its_own_end() {
        let knowledge = Knowledge::shipped().unwrap();
        let past = |hot: &str| Past::of(&SockShop, run(shop(hot), &knowledge, &Options::default()).unwrap());
        let cases = vec![["till", "depot", "shelf", "badge", "till", "depot"].map(past).into_iter().collect()];
        let first = taught(&knowledge, &cases, 0);
        // Of six cases dealt to five folds two are in the first.
        assert_eq!(first.cases.len(), 4);
        let judged = experienced(&found(), &knowledge, &cases).unwrap();
        assert_eq!((judged.len(), judged[0].len(), judged[0][0].len()), (1, 6, super::super::parts().len()));
        assert!(judged[0].iter().all(|case| case[0].hits.first() == Some(&true)));
    }
}
