//! From perspectives to beliefs: each perspective as a distribution, pooled, with what lets two causes stand together.
//!
//! A perspective weighs by its applicability, by how much it says (one minus its normalised entropy), and by the log-odds
//! of its mode's measured reliability in the domain against guessing (Nitzan and Paroush, *International Economic Review*
//! 1982: the optimal weight of an independent judge). Complaints and firing alerts count against "none". The pool itself is logarithmic ([`crate::distribution::pool`]). Hypotheses compete only where they could
//! explain the same trouble: about the same entity, about entities of which one depends on the other (unless both are proven where
//! they are), resting on the same observation, or on shares of the same belief about the origin. Rivals share one probability; causes that do not compete are judged apart, so two can both be probable.
//!
//! Telemetry tells what a trouble does, not what it is: a loop that takes the processor is also slow. There the causes at one
//! place are names of one trouble, so the foremost of a place is believed with all that speaks for the place.

use crate::case::{Case, Domain, Hypothesis};
use crate::distribution::{Distribution, agreement, pool};
use crate::learning::Learning;
use crate::mode::{Perspective, Reading};
use crate::proof;
use crate::topology::Topology;
use oriel_atomspace::AtomId;
use rustc_hash::FxHashMap;

/// What the modes together believe.
#[derive(Debug, Clone, PartialEq)]
pub struct Beliefs {
    /// The pooled distribution, hypotheses taken as exclusive.
    pub pooled: Distribution,
    /// By hypothesis: the probability that it is a true cause, before calibration.
    pub marginals: Vec<f64>,
    /// By hypothesis: the same, but that the foremost at a place in telemetry has that of the place. What is calibrated.
    pub believed: Vec<f64>,
    /// By hypothesis: the same, calibrated.
    pub probabilities: Vec<f64>,
    /// Probability that none is.
    pub none: f64,
    /// Hypotheses, most probable first.
    pub order: Vec<usize>,
    /// By perspective: its share in the pool; they sum to 1.
    pub weights: Vec<f64>,
    /// How far the perspectives agree.
    pub agreement: f64,
    /// By hypothesis: the 90 % credible interval of its calibrated probability.
    pub intervals: Vec<(f64, f64)>,
}

/// The prior share of "nothing known" that fills what a perspective leaves open: even odds that something is wrong.
fn prior(count: usize) -> f64 {
    1.0 / (2.0 * count.max(1) as f64)
}

/// A perspective as a distribution over `count` hypotheses. What it did not judge keeps its prior odds.
pub fn distribution(perspective: &Perspective, count: usize) -> Distribution {
    let prior = prior(count);
    match perspective.reading {
        Reading::Independent => {
            let mut odds = vec![prior / (1.0 - prior).max(0.5); count];
            for conclusion in &perspective.conclusions {
                let p = conclusion.tv.expectation(prior).clamp(1e-6, 1.0 - 1e-6);
                if let Some(cell) = odds.get_mut(conclusion.hypothesis) {
                    *cell = p / (1.0 - p);
                }
            }
            Distribution::from_odds(odds)
        }
        Reading::Exclusive => {
            let said = perspective.conclusions.iter();
            let confidence = said.clone().map(|c| c.tv.confidence).fold(0.0_f64, f64::max).min(0.99);
            let mut shares = vec![(1.0 - confidence) * prior; count];
            let mut left = 1.0_f64;
            for conclusion in said {
                left -= conclusion.tv.strength;
                if let Some(cell) = shares.get_mut(conclusion.hypothesis) {
                    *cell += confidence * conclusion.tv.strength;
                }
            }
            let none = confidence.mul_add(left.max(0.0), (1.0 - confidence) * 0.5).max(1e-6);
            Distribution::from_odds(shares.into_iter().map(|share| share / none).collect())
        }
    }
}

/// A mode that is right this seldom is not heard beside others: its reliability is that of a guess among a few suspects.
const GUESSING: f64 = 0.4;

/// The weight of a mode of this reliability: 0 for guessing and below, 1 for 0.99.
pub fn judge_weight(reliability: f64) -> f64 {
    let logit = |p: f64| (p / (1.0 - p)).ln();
    let full = logit(0.99) - logit(GUESSING);
    ((logit(reliability.clamp(0.01, 0.99)) - logit(GUESSING)) / full).max(0.0)
}

/// Pools the perspectives on a case. None when no perspective has any weight.
pub fn consensus(case: &Case<'_>, perspectives: &[Perspective]) -> Option<Beliefs> {
    let count = case.hypotheses.len();
    let opinions: Vec<Distribution> = perspectives.iter().map(|p| distribution(p, count)).collect();
    let weights = weights(case.learning, case.domain.name(), perspectives, &opinions);
    let weighted: Vec<(f64, &Distribution)> = weights.iter().copied().zip(&opinions).collect();
    let pooled = pool(&weighted)?;
    let rivals = rivals(case);
    let mut marginals = marginals(&pooled, &rivals);
    let mut believed = believed(case, &marginals);
    let mut order: Vec<usize> = (0..count).collect();
    let at = |list: &[f64], index: usize| list.get(index).copied().unwrap_or(0.0);
    order.sort_by(|a, b| {
        at(&believed, *b)
            .total_cmp(&at(&believed, *a))
            .then(at(&pooled.hypotheses, *b).total_cmp(&at(&pooled.hypotheses, *a)))
    });
    let agreement = agreement(&weighted);
    // The best explanation explains the alarm; the others gain nothing from it.
    let doubt = doubt(case);
    let pooled = pooled.doubting_none(doubt);
    for list in [&mut marginals, &mut believed] {
        if let Some(best) = order.first().and_then(|at| list.get_mut(*at)) {
            *best /= (1.0 - *best).mul_add(doubt, *best).max(f64::MIN_POSITIVE);
        }
    }
    let most = marginals.iter().copied().fold(0.0_f64, f64::max);
    let none = pooled.none.min(1.0 - most);
    let (probabilities, intervals) = calibrated(case, &believed, &order, &rivals);
    Some(Beliefs { pooled, marginals, believed, probabilities, none, order, weights, agreement, intervals })
}

/// What is believed of each hypothesis, before calibration: its own probability; in telemetry, of the foremost at a place that of
/// all at the place together.
fn believed(case: &Case<'_>, marginals: &[f64]) -> Vec<f64> {
    if case.domain == Domain::Cluster {
        return marginals.to_vec();
    }
    // By place: the foremost, its own probability, and that of all there. Causes at one place compete, so theirs add up.
    let mut places: FxHashMap<AtomId, (usize, f64, f64)> = FxHashMap::default();
    for (at, (hypothesis, own)) in case.hypotheses.iter().zip(marginals).enumerate() {
        let (foremost, most, all) = places.entry(hypothesis.entity).or_insert((at, *own, 0.0));
        *all += own;
        if own > most {
            (*foremost, *most) = (at, *own);
        }
    }
    let mut believed = marginals.to_vec();
    for (foremost, _, all) in places.into_values() {
        if let Some(cell) = believed.get_mut(foremost) {
            *cell = all.min(1.0);
        }
    }
    believed
}

/// What an opinion that tells nothing apart still counts, beside others that do.
const LEAST_INFORMED: f64 = 0.05;

/// Each perspective's share in the pool.
fn weights(learning: &Learning, domain: &str, perspectives: &[Perspective], opinions: &[Distribution]) -> Vec<f64> {
    let weight = |p: &Perspective| p.applicability.clamp(0.0, 1.0) * judge_weight(learning.reliability(domain, p.mode));
    let informed = perspectives.iter().zip(opinions);
    let raw: Vec<f64> = informed.map(|(p, opinion)| weight(p) * opinion.information().max(LEAST_INFORMED)).collect();
    let total: f64 = raw.iter().sum();
    raw.into_iter().map(|w| if total > 0.0 { w / total } else { 0.0 }).collect()
}

/// How much likelier a complaint or a firing alert is when something is wrong than when nothing is.
const ALARMED: f64 = 4.0;

/// What complaints and firing alerts leave of the odds that nothing is wrong.
pub fn doubt(case: &Case<'_>) -> f64 {
    let raised = ["complaint", "alert"].iter().filter(|predicate| case.frame.facts(predicate).next().is_some());
    raised.map(|_| 1.0 / ALARMED).product()
}

/// What decides whether two hypotheses compete.
struct Standing {
    grounds: Vec<AtomId>,
    place: Option<usize>,
    /// Whether it rests on where the detectors placed the origin: those are shares of one belief about one start, and
    /// whatever else explains the trouble explains them away.
    placed: bool,
    /// Whether a strong proof stands behind it: what is seen at its own place says so much that trouble elsewhere would not
    /// bring it about.
    proven: bool,
}

/// From this strength on a proof is strong.
const PROVEN: f64 = 0.8;

impl Standing {
    fn competes(&self, other: &Self, topology: &Topology) -> bool {
        let unfounded = self.grounds.is_empty() || other.grounds.is_empty();
        let shared = self.grounds.iter().any(|atom| other.grounds.contains(atom));
        let apart = self.proven && other.proven;
        let linked =
            matches!((self.place, other.place), (Some(a), Some(b)) if a == b || !apart && topology.linked(a, b));
        unfounded || shared || self.placed || other.placed || linked
    }
}

/// Which hypotheses compete with which, by index.
fn rivals(case: &Case<'_>) -> Vec<Vec<usize>> {
    let standing = |hypothesis: &Hypothesis| {
        let grounds = proof::grounds(case, hypothesis);
        let placed = grounds.iter().any(|atom| case.origins.iter().any(|origin| origin.atom == *atom));
        let best = hypothesis.fact.and_then(|fact| proof::best(case, fact));
        let proven = best.is_some_and(|firing| firing.tv.strength >= PROVEN);
        Standing { grounds, place: case.topology.position(hypothesis.entity), placed, proven }
    };
    let all: Vec<Standing> = case.hypotheses.iter().map(standing).collect();
    let of = |at: usize, own: &Standing| {
        let others =
            all.iter().enumerate().filter(|(other, theirs)| *other != at && own.competes(theirs, &case.topology));
        others.map(|(other, _)| other).collect()
    };
    all.iter().enumerate().map(|(at, own)| of(at, own)).collect()
}

/// The calibrated probability of each hypothesis with its interval, from what is believed of it. The rivals of a better one are brought down together as
/// far as they must be to fit into what it leaves; a hypothesis stays below those before it, and its interval shrinks with
/// it.
fn calibrated(
    case: &Case<'_>,
    believed: &[f64],
    order: &[usize],
    rivals: &[Vec<usize>],
) -> (Vec<f64>, Vec<(f64, f64)>) {
    let calibration = case.learning.calibration(&case.profile.name(), case.domain.name());
    let own: Vec<f64> = believed.iter().map(|raw| calibration.apply(*raw)).collect();
    let alone = |at: usize| own.get(at).copied().unwrap_or(0.0);
    let of = |at: usize| rivals.get(at).map_or(&[][..], Vec::as_slice);
    let mut probabilities = vec![0.0_f64; believed.len()];
    let mut intervals = vec![(0.0_f64, 1.0_f64); believed.len()];
    let mut above = 1.0_f64;
    for (place, at) in order.iter().enumerate() {
        let best = order.iter().take(place).find(|better| of(*at).contains(better));
        let kept = best.map_or(1.0, |best| {
            let claimed: f64 = of(*best).iter().map(|rival| alone(*rival)).sum();
            let left = 1.0 - probabilities.get(*best).copied().unwrap_or(0.0);
            (left / claimed.max(f64::MIN_POSITIVE)).min(1.0)
        });
        above = above.min(alone(*at) * kept);
        let kept = above / alone(*at).max(f64::MIN_POSITIVE);
        let (low, high) = calibration.interval(believed.get(*at).copied().unwrap_or(0.0));
        if let (Some(cell), Some(interval)) = (probabilities.get_mut(*at), intervals.get_mut(*at)) {
            *cell = above;
            *interval = (low * kept, high * kept);
        }
    }
    (probabilities, intervals)
}

/// The probability of each hypothesis beside its rivals.
fn marginals(pooled: &Distribution, rivals: &[Vec<usize>]) -> Vec<f64> {
    let odds = pooled.odds();
    let marginals = odds.iter().zip(rivals).map(|(own, rivals)| {
        let others: f64 = rivals.iter().filter_map(|at| odds.get(*at)).sum();
        own / (1.0 + own + others)
    });
    marginals.collect()
}

#[cfg(test)]
mod tests;
