//! Intuitive: this looks like something seen before.
//!
//! Nearest past cases by the name-free signature of the evidence around each entity, similarity-weighted (recognition-
//! primed decision, Klein 1993, as a k-nearest-neighbour vote; Cover and Hart 1967). Knows only what outcomes taught;
//! silent while there are no past cases, or none like this one.

use crate::case::Case;
use crate::learning::PastCase;
use crate::mode::{Conclusion, Mode, Perspective, Reading, Think};
use oriel_atomspace::TruthValue;

/// The registry entry.
pub const MODE: Mode = Mode {
    name: "intuitive",
    about: "Nearest past cases by the evidence around an entity, whatever the entity is called.",
    think: Think::Causes(think),
};

/// How many past cases have a vote.
const NEIGHBOURS: usize = 5;
/// Past cases less alike than this are not recalled.
pub const RECALL: f64 = 0.5;

/// A past case recalled for an entity.
struct Recalled<'a> {
    entity: usize,
    past: &'a PastCase,
    similarity: f64,
}

fn think(case: &Case<'_>) -> Option<Perspective> {
    let mut recalled = recall(case);
    recalled.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    recalled.truncate(NEIGHBOURS);
    let nearest = recalled.first()?.similarity;
    let total: f64 = recalled.iter().map(|r| weight(r.similarity)).sum();
    let mut votes = vec![0.0; case.hypotheses.len()];
    for vote in &recalled {
        let entity = case.topology.entities().get(vote.entity);
        let voted = case.hypotheses.iter().position(|h| Some(&h.entity) == entity && h.cause == vote.past.cause);
        if let Some(cell) = voted.and_then(|at| votes.get_mut(at)) {
            *cell += weight(vote.similarity) / total * nearest;
        }
    }
    let seen = recalled.len() as f64;
    let confidence = seen / (seen + 1.0);
    let conclusions = votes.iter().enumerate().filter(|(_, vote)| **vote > 0.0);
    let conclusions: Vec<Conclusion> = conclusions
        .map(|(hypothesis, vote)| Conclusion { hypothesis, tv: TruthValue::new(*vote, confidence) })
        .collect();
    (!conclusions.is_empty()).then(|| Perspective {
        mode: MODE.name,
        applicability: nearest * confidence,
        reading: Reading::Exclusive,
        conclusions,
        used: Vec::new(),
        assumptions: vec!["what looked alike before is alike now".to_owned()],
        note: format!("Recalled {} past cases; the nearest is {:.0} % alike.", recalled.len(), nearest * 100.0),
    })
}

fn recall<'a>(case: &Case<'a>) -> Vec<Recalled<'a>> {
    let mut recalled = Vec::new();
    for (entity, signature) in case.signatures.iter().enumerate().filter(|(_, s)| !s.is_empty()) {
        for past in &case.learning.cases {
            let similarity = signature.similarity(&past.signature);
            if similarity >= RECALL {
                recalled.push(Recalled { entity, past, similarity });
            }
        }
    }
    recalled
}

/// Votes weigh by how far beyond recall they are, squared: the nearest leads.
fn weight(similarity: f64) -> f64 {
    (similarity - RECALL + 0.05).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::{Learning, Outcome};
    use crate::scene::{facts, scene};

    /// What is learned from a case of these facts, when this was its outcome.
    fn taught(text: &str, entity: &str, cause: &str) -> Learning {
        let mut learning = Learning::default();
        let record = facts(text).verdict().record;
        learning.learn(&record, &Outcome { entity: entity.to_owned(), cause: cause.to_owned() });
        learning
    }

    const SEEN: &str = "(metric-shift service/old cpu up 20) (metric-shift service/old latency up 9)
        (metric-shift service/web latency up 9) (calls service/web service/old)";

    #[test]
    fn what_looked_so_before_is_recalled_under_another_name() {
        let now = SEEN.replace("old", "cart").replace("web", "shop");
        let scene = scene(&now, "", taught(SEEN, "service/old", "runaway-loop"));
        assert_eq!(scene.ask(&MODE)[0], "service/cart runaway-loop");
    }

    #[test]
    fn silent_without_a_past_and_when_nothing_looks_like_it() {
        assert!(facts(SEEN).ask(&MODE).is_empty());
        let learning = taught(SEEN, "service/old", "runaway-loop");
        assert!(scene("(metric-shift service/a disk up 9)", "", learning).ask(&MODE).is_empty());
    }
}
