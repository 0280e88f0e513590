//! Deliberation: the modes think, their perspectives are pooled, and a verdict is given or refused.

mod abstain;
mod explain;

use crate::case::Case;
use crate::consensus::{Beliefs, consensus, distribution, doubt};
use crate::contradiction::contradictions;
use crate::distribution::Distribution;
use crate::learning::{CaseRecord, EntityRecord, RecordedHypothesis, RecordedMode, RecordedRule};
use crate::mode::{Mode, Perspective, Think};
use crate::verdict::{
    Abstention, ConclusionView, EvidenceSummary, PerspectiveView, RankedHypothesis, Recommendation, Status, Verdict,
};

/// Hypotheses in a verdict.
const RANKED: usize = 10;
/// Hypotheses in a record for learning.
const RECORDED: usize = 50;
/// Conclusions shown of each mode.
const SHOWN: usize = 10;

/// A verdict, and what is kept so that its outcome can teach.
#[derive(Debug, Clone)]
pub struct Deliberation {
    /// The verdict.
    pub verdict: Verdict,
    /// The record for [`crate::learning::Learning::learn`].
    pub record: CaseRecord,
}

/// Lets `modes` think about a case and comes to a verdict.
pub fn deliberate(case: &Case<'_>, modes: &[Mode]) -> Deliberation {
    let mut perspectives: Vec<Perspective> = Vec::new();
    for mode in modes {
        if let Think::Causes(think) = mode.think {
            perspectives.extend(think(case).filter(|p| p.applicability > 0.0 && !p.conclusions.is_empty()));
        }
    }
    let opinions: Vec<Distribution> = perspectives.iter().map(|p| distribution(p, case.hypotheses.len())).collect();
    let Some(beliefs) = consensus(case, &perspectives) else {
        return nothing(case);
    };
    let mut recommendations: Vec<Recommendation> = Vec::new();
    let mut views: Vec<PerspectiveView> =
        perspectives.iter().zip(&beliefs.weights).map(|(p, weight)| view(case, p, *weight)).collect();
    for mode in modes {
        if let Think::Actions(think) = mode.think
            && let Some(advice) = think(case, &beliefs)
        {
            views.push(view(case, &advice.perspective, 0.0));
            recommendations.extend(advice.recommendations);
        }
    }
    let hypotheses = ranked(case, &perspectives, &beliefs);
    let healthy_probability = healthy(case, &beliefs, &hypotheses);
    let abstention = abstain::reason(case, &hypotheses, healthy_probability);
    let verdict = Verdict {
        contradictions: contradictions(case, &perspectives, &opinions, &beliefs),
        hypotheses,
        agreement: beliefs.agreement,
        perspectives: views,
        recommendations,
        ..bare(case, abstention, healthy_probability)
    };
    Deliberation { verdict, record: record(case, &beliefs, &perspectives, &opinions) }
}

/// The probability that nothing is wrong: calibrated where fault-free cases taught what the kinds of evidence at hand are
/// worth for that, else its share in what calibration leaves beside the first choice.
fn healthy(case: &Case<'_>, beliefs: &Beliefs, hypotheses: &[RankedHypothesis]) -> f64 {
    let left = 1.0 - hypotheses.first().map_or(0.0, |h| h.probability);
    if let Some(map) = case.learning.health(&case.profile.name(), case.domain.name()) {
        return map.apply(beliefs.none).min(left);
    }
    let first = beliefs.order.first().and_then(|at| beliefs.marginals.get(*at)).copied().unwrap_or(0.0);
    let share = beliefs.none / (1.0 - first).max(beliefs.none).max(f64::MIN_POSITIVE);
    left * share
}

/// As many facts as make it as likely as not that a fault would show in one of them.
const SHOWS: f64 = 20.0;

/// The verdict when no mode had anything to say. Even odds before; a fault would show with some probability, so that nothing
/// shows leaves odds of one to its complement that nothing is wrong; less where someone complains. Of a cluster the probability
/// is that of what was looked at ([`abstain::looked_at`]); of `n` facts of telemetry it is `n / (n + SHOWS)`. Without any
/// fact nothing is known.
fn nothing(case: &Case<'_>) -> Deliberation {
    let seen = abstain::observed(case) as f64;
    let shows = abstain::looked_at(case).unwrap_or(seen / (seen + SHOWS));
    let odds = if seen > 0.0 { doubt(case) / (1.0 - shows) } else { 1.0 };
    let raw = odds / (1.0 + odds);
    let healthy = case.learning.health(&case.profile.name(), case.domain.name()).map_or(raw, |map| map.apply(raw));
    let abstention = abstain::reason(case, &[], healthy);
    let entities = entities(case);
    let (domain, profile) = (case.domain.name().to_owned(), case.profile.name());
    let record = CaseRecord { domain, profile, none: Some(raw), hypotheses: Vec::new(), modes: Vec::new(), entities };
    Deliberation { verdict: bare(case, abstention, healthy), record }
}

fn bare(case: &Case<'_>, abstention: Option<Abstention>, healthy_probability: f64) -> Verdict {
    Verdict {
        status: if abstention.is_some() { Status::Abstained } else { Status::Diagnosed },
        abstention,
        hypotheses: Vec::new(),
        healthy_probability,
        agreement: 1.0,
        contradictions: Vec::new(),
        perspectives: Vec::new(),
        recommendations: Vec::new(),
        evidence_summary: summary(case),
        skipped: Vec::new(),
        transcript: Vec::new(),
        stopped: None,
        elapsed_ms: 0.0,
    }
}

fn summary(case: &Case<'_>) -> EvidenceSummary {
    let mut summary = EvidenceSummary::default();
    for fact in case.frame.all_facts() {
        if case.frame.is_derived(fact.id) {
            summary.derived += 1;
        } else {
            summary.facts += 1;
            *summary.by_kind.entry(fact.predicate.to_owned()).or_default() += 1;
        }
    }
    summary
}

fn ranked(case: &Case<'_>, perspectives: &[Perspective], beliefs: &Beliefs) -> Vec<RankedHypothesis> {
    let mut ranked = Vec::new();
    // A mode of no weight had no say.
    let heard = perspectives.iter().zip(&beliefs.weights).filter(|(_, weight)| **weight > 0.0);
    let heard: Vec<&Perspective> = heard.map(|(perspective, _)| perspective).collect();
    for at in beliefs.order.iter().take(RANKED) {
        let judged = case.hypotheses.get(*at).zip(beliefs.probabilities.get(*at));
        let Some((hypothesis, &probability)) = judged else { continue };
        let (low, high) = beliefs.intervals.get(*at).copied().unwrap_or((0.0, 1.0));
        ranked.push(RankedHypothesis {
            entity: case.name(hypothesis.entity).to_owned(),
            cause: hypothesis.cause.clone(),
            title: explain::title(case, hypothesis),
            probability,
            low,
            high,
            explanation: explain::explanation(case, *at, &heard),
            evidence: explain::evidence(case, hypothesis),
            proof: hypothesis.fact.map(|fact| crate::proof::tree(case, fact)),
        });
    }
    ranked
}

fn view(case: &Case<'_>, perspective: &Perspective, weight: f64) -> PerspectiveView {
    let mut order = perspective.conclusions.clone();
    order.sort_by(|a, b| b.tv.expectation(0.0).total_cmp(&a.tv.expectation(0.0)));
    let shown = order.iter().take(SHOWN).filter_map(|c| case.hypotheses.get(c.hypothesis).map(|h| (h, c.tv)));
    PerspectiveView {
        mode: perspective.mode.to_owned(),
        applicability: perspective.applicability,
        weight,
        conclusions: shown
            .map(|(h, tv)| ConclusionView {
                entity: case.name(h.entity).to_owned(),
                cause: h.cause.clone(),
                strength: tv.strength,
                confidence: tv.confidence,
            })
            .collect(),
        assumptions: perspective.assumptions.clone(),
        used: perspective.used.iter().take(20).map(|atom| case.frame.show(*atom)).collect(),
        note: perspective.note.clone(),
    }
}

fn record(case: &Case<'_>, beliefs: &Beliefs, perspectives: &[Perspective], opinions: &[Distribution]) -> CaseRecord {
    let hypotheses = beliefs.order.iter().take(RECORDED).filter_map(|at| {
        let hypothesis = case.hypotheses.get(*at)?;
        let firings = hypothesis.fact.into_iter().flat_map(|fact| case.derivations.of(fact)).filter(|f| !f.circular);
        let mut rules: Vec<RecordedRule> = Vec::new();
        for firing in firings {
            if !rules.iter().any(|known| known.name == firing.rule.name) {
                let tv = firing.rule.tv;
                rules.push(RecordedRule {
                    name: firing.rule.name.clone(),
                    strength: tv.strength,
                    confidence: tv.confidence,
                });
            }
        }
        let raw = beliefs.believed.get(*at).copied().unwrap_or(0.0);
        Some(RecordedHypothesis {
            entity: case.name(hypothesis.entity).to_owned(),
            cause: hypothesis.cause.clone(),
            raw,
            rules,
        })
    });
    let modes = perspectives.iter().zip(opinions).filter_map(|(perspective, opinion)| {
        let mut best: Option<(usize, f64)> = None;
        for (at, p) in opinion.hypotheses.iter().enumerate() {
            if best.is_none_or(|(_, known)| *p > known) {
                best = Some((at, *p));
            }
        }
        let hypothesis = case.hypotheses.get(best?.0)?;
        let entity = case.name(hypothesis.entity).to_owned();
        Some(RecordedMode { mode: perspective.mode.to_owned(), entity, cause: hypothesis.cause.clone() })
    });
    CaseRecord {
        domain: case.domain.name().to_owned(),
        profile: case.profile.name(),
        none: Some(beliefs.none),
        hypotheses: hypotheses.collect(),
        modes: modes.collect(),
        entities: entities(case),
    }
}

fn entities(case: &Case<'_>) -> Vec<EntityRecord> {
    let known = case.topology.entities().iter().zip(&case.signatures);
    let known = known.filter(|(_, signature)| !signature.is_empty());
    known.map(|(id, s)| EntityRecord { entity: case.name(*id).to_owned(), signature: s.clone() }).collect()
}

#[cfg(test)]
mod tests;
