//! A name-free description of the evidence around one entity, and how alike two of them are.
//!
//! Features are words of the vocabulary (predicates and bare words) with the entity's role towards what they are about;
//! never an entity's name, nor free text. Similarity: weighted Jaccard (Ruzicka), Σ min / Σ max.

use serde::{Deserialize, Serialize};

/// One feature, e.g. `callee metric-shift latency up`, and how strongly it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// The words.
    pub name: String,
    /// 0 to 1.
    pub weight: f64,
}

/// Features in the order of their words, each once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signature(Vec<Feature>);

impl Signature {
    /// From features in any order; of the same feature twice the stronger stays.
    pub fn new(mut features: Vec<Feature>) -> Self {
        features.retain(|feature| feature.weight > 0.0);
        features.sort_by(|a, b| a.name.cmp(&b.name).then(b.weight.total_cmp(&a.weight)));
        features.dedup_by(|later, earlier| later.name == earlier.name);
        Self(features)
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The features.
    pub fn features(&self) -> &[Feature] {
        &self.0
    }

    /// How alike two signatures are, 0 to 1; 0 when both are empty.
    pub fn similarity(&self, other: &Self) -> f64 {
        let (mut both, mut either) = (0.0, 0.0);
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(a), Some(b)) => a.name.cmp(&b.name),
            };
            let a = if order.is_le() { left.next().map_or(0.0, |f| f.weight) } else { 0.0 };
            let b = if order.is_ge() { right.next().map_or(0.0, |f| f.weight) } else { 0.0 };
            both += a.min(b);
            either += a.max(b);
        }
        if either > 0.0 { both / either } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(features: &[(&str, f64)]) -> Signature {
        Signature::new(features.iter().map(|(n, w)| Feature { name: (*n).to_owned(), weight: *w }).collect())
    }

    #[test]
    fn similarity_is_the_shared_part_of_the_whole() {
        let a = signature(&[("x", 1.0), ("y", 0.5)]);
        let b = signature(&[("z", 0.5), ("y", 1.0)]);
        // Shared: min(0.5, 1) = 0.5. Whole: 1 + 1 + 0.5.
        assert!((a.similarity(&b) - 0.2).abs() < 1e-12);
        assert!((a.similarity(&a) - 1.0).abs() < 1e-12);
        assert!(signature(&[]).similarity(&signature(&[])) == 0.0);
    }

    #[test]
    fn the_order_given_does_not_matter_and_the_stronger_stays() {
        assert_eq!(signature(&[("b", 0.2), ("a", 1.0), ("b", 0.7)]), signature(&[("a", 1.0), ("b", 0.7), ("b", 0.1)]));
    }
}
