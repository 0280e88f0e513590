//! Partial evidence: whatever is missing, accuracy falls gently, the stated probability falls with it, and nothing is
//! claimed that was not seen.

use crate::catalogue::{self, Fault};
use crate::faults::{rank, shown};
use crate::print::{Notation, SECTIONS, Section};
use oriel_diagnosis::{Knowledge, Options, diagnose};
use oriel_reasoning::verdict::{Status, Verdict};

/// What one way of leaving things out does.
#[derive(Debug, Default)]
struct Figures {
    first: usize,
    third: usize,
    claimed_wrongly: Vec<String>,
    belief: f64,
}

/// Every other fault: the whole catalogue seven times over would take long and show no more.
fn sample() -> Vec<Fault> {
    catalogue::all().into_iter().step_by(2).collect()
}

fn without(sections: &[Section], knowledge: &Knowledge) -> Figures {
    let mut figures = Figures::default();
    for fault in sample() {
        let source = fault.world(6).source(Notation::Text, sections);
        let verdict: Verdict = diagnose(&source, knowledge, &Options::default(), &mut |_| {}).unwrap().verdict;
        let found = rank(&fault, &verdict);
        figures.first += usize::from(found == Some(1));
        figures.third += usize::from(found.is_some_and(|at| at <= 3));
        figures.belief += found.and_then(|at| verdict.hypotheses.get(at - 1)).map_or(0.0, |h| h.probability);
        let claims =
            verdict.status == Status::Diagnosed && verdict.hypotheses.first().is_some_and(|h| h.probability >= 0.7);
        if claims && found != Some(1) {
            figures.claimed_wrongly.push(format!("{}: said {:?}", fault.name, shown(&verdict)));
        }
    }
    figures
}

#[test]
fn what_is_missing_lowers_accuracy_and_belief_and_adds_no_claims() {
    let knowledge = Knowledge::shipped().unwrap();
    let all = sample().len();
    let full = without(&[], &knowledge);
    let mut report =
        vec![format!("all: first {} third {} of {all}, belief {:.1}", full.first, full.third, full.belief)];
    let mut failed = Vec::new();
    for section in SECTIONS {
        let figures = without(&[section], &knowledge);
        report.push(format!(
            "without {section:?}: first {} third {} of {all}, belief {:.1}, claimed wrongly {}:\n  {}",
            figures.first,
            figures.third,
            figures.belief,
            figures.claimed_wrongly.len(),
            figures.claimed_wrongly.join("\n  ")
        ));
        let gentle = figures.first * 2 >= all;
        let humbler = figures.belief <= full.belief + 0.5;
        let honest = figures.claimed_wrongly.len() * 20 <= all;
        if !(gentle && humbler && honest) {
            failed.push(section);
        }
    }
    assert!(failed.is_empty(), "{failed:?} fail:\n{}", report.join("\n"));
}
