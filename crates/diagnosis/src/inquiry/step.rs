//! Choosing: the candidates of one step, valued, and the one to ask next.

use oriel_reasoning::inquiry::{Expected, Glance, Named, Part, Prospect};

use super::probe::{Filled, Probe};

/// Something that could be asked now.
pub(super) struct Candidate<'p> {
    pub(super) probe: &'p Probe,
    pub(super) filled: Filled,
    pub(super) glance: Vec<Part>,
}

/// What is asked next, and what is expected of it.
pub(super) struct Choice {
    /// Its place among the candidates.
    pub(super) at: usize,
    /// What it is expected to tell, alone or with the look it needs beside it.
    pub(super) expected: Expected,
    /// Bits for each unit of cost, less the price of a unit: not above 0 when it is not worth it.
    pub(super) gain: f64,
}

/// The verdict's hypotheses as the prospect takes them.
pub(super) fn named(verdict: &oriel_reasoning::Verdict) -> Vec<Named> {
    let all = verdict.hypotheses.iter();
    all.map(|h| Named { entity: h.entity.clone(), cause: h.cause.clone(), probability: h.probability }).collect()
}

/// The candidate with the most bits for its cost; of equal ones the first. Looks that show nothing alone are valued
/// together with the other look that they need.
pub(super) fn best(
    prospect: &Prospect,
    frame: &oriel_atomspace::Frame,
    candidates: &[Candidate<'_>],
    price: f64,
) -> Option<Choice> {
    let alone: Vec<Expected> = candidates.iter().map(|c| prospect.expected(frame, &[&c.glance])).collect();
    let mut best: Option<Choice> = None;
    let mut offer = |at: usize, expected: Expected, cost: f64| {
        let gain = expected.bits / cost - price;
        if best.as_ref().is_none_or(|known| gain > known.gain + 1e-12) {
            best = Some(Choice { at, expected, gain });
        }
    };
    for (at, (candidate, expected)) in candidates.iter().zip(&alone).enumerate() {
        offer(at, *expected, candidate.probe.cost);
    }
    let glances: Vec<&Glance> = candidates.iter().map(|candidate| candidate.glance.as_slice()).collect();
    for (at, beside) in prospect.pairs(frame, &glances) {
        let (Some(one), Some(other)) = (candidates.get(at), candidates.get(beside)) else { continue };
        let both = prospect.expected(frame, &[&one.glance, &other.glance]);
        let alone_of = |at: usize| alone.get(at).map_or(0.0, |e| e.bits);
        let first = if alone_of(beside) > alone_of(at) { beside } else { at };
        offer(first, both, one.probe.cost + other.probe.cost);
    }
    best
}
