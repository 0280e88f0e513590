//! What telemetry found about each entity, gathered from the detectors' facts.
//!
//! Reads the shared telemetry facts (`metric-shift`, `log-novel`, `log-rate`, `span-self-time`, `span-errors`,
//! `span-pattern`, `alert`) and nothing else. A finding is *internal* when it is about what the entity itself uses or
//! says, and *external* when it is about how others see it: trouble of others shows as external findings only.

use oriel_atomspace::{AtomId, FactRef, Frame};

/// Whose trouble a finding shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The entity's own resources, code or messages.
    Internal,
    /// What its callers see: it may be passed on from what it depends on.
    External,
}

/// One finding about one entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The entity's atom.
    pub entity: AtomId,
    /// The fact.
    pub atom: AtomId,
    /// What it is about, e.g. `cpu`, `latency`, `log-novel`.
    pub kind: String,
    /// `up`, `down`, `appeared`, `vanished`, or empty.
    pub direction: String,
    /// Robust magnitude: 0 none, about 3 noticeable, 10 and more extreme.
    pub score: f64,
    /// Probability that the change is real, weighed down by the fact's confidence.
    pub belief: f64,
    /// Whose trouble it shows.
    pub side: Side,
}

const PREDICATES: [&str; 6] =
    ["metric-shift", "log-novel", "log-rate", "span-self-time", "span-errors", "span-pattern"];

/// All findings of a frame, in fact order within each predicate.
pub fn findings(frame: &Frame) -> Vec<Finding> {
    let facts = PREDICATES.iter().flat_map(|predicate| frame.facts(predicate));
    facts.filter_map(|fact| finding(&fact)).filter(|finding| finding.score > 0.0).collect()
}

fn finding(fact: &FactRef<'_>) -> Option<Finding> {
    let entity = *fact.arg_ids.first()?;
    let word = |position: usize| fact.text(position).unwrap_or_default().to_owned();
    let (kind, direction, score) = match fact.predicate {
        "metric-shift" => (word(1), word(2), fact.number(3)?),
        "log-novel" => ("log-novel".to_owned(), String::new(), fact.number(2)?),
        "log-rate" => (format!("log-{}", word(1)), word(2), fact.number(3)?),
        "span-self-time" => ("self-time".to_owned(), "up".to_owned(), fact.number(1)?),
        "span-errors" => ("span-errors".to_owned(), "up".to_owned(), fact.number(1)?),
        "span-pattern" => ("span-pattern".to_owned(), word(1), fact.number(3)?),
        _ => return None,
    };
    let side = match kind.as_str() {
        "latency" | "errors" | "availability" | "traffic" | "span-errors" | "network" => Side::External,
        _ => Side::Internal,
    };
    let belief = fact.tv.strength * fact.tv.confidence;
    Some(Finding { entity, atom: fact.id, kind, direction, score: score.max(0.0), belief, side })
}

#[cfg(test)]
mod tests {
    use super::*;
    use oriel_atomspace::{Term, TruthValue};

    #[test]
    fn findings_carry_kind_direction_score_and_side() {
        let mut frame = Frame::new();
        let a = Term::Entity("service/a");
        let tv = TruthValue::new(0.9, 0.5);
        frame.fact("metric-shift", &[a, Term::Entity("latency"), Term::Entity("up"), Term::Number(7.0)], tv, None);
        frame.fact("span-self-time", &[a, Term::Number(4.0)], tv, None);
        frame.fact("log-novel", &[a, Term::Text("boom <*>"), Term::Number(0.0)], tv, None);
        let found = findings(&frame);
        assert_eq!(found.len(), 2, "a score of nothing is no finding");
        assert_eq!((found[0].kind.as_str(), found[0].direction.as_str()), ("latency", "up"));
        assert_eq!((found[0].side, found[1].side), (Side::External, Side::Internal));
        assert!((found[0].belief - 0.45).abs() < 1e-12);
    }
}
