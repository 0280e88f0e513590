//! Where the detectors, next to the raw series, place the start of the trouble: the `(origin ENTITY KIND SCORE)` facts.
//!
//! A detector that sees whole series can tell a culprit from its victims better than any score of a single series; its
//! result arrives as shares of belief that sum to at most 1. This module only reads them.

use oriel_atomspace::{AtomId, Frame};

/// A suspected origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The suspected entity.
    pub entity: AtomId,
    /// The fact.
    pub atom: AtomId,
    /// The kind of trouble, e.g. `cpu`.
    pub kind: String,
    /// The share of belief that the trouble starts here, 0 to 1.
    pub share: f64,
    /// How much data stands behind it, 0 to 1.
    pub confidence: f64,
}

/// All suspected origins, in fact order.
pub fn origins(frame: &Frame) -> Vec<Origin> {
    let facts = frame.facts("origin").filter_map(|fact| {
        Some(Origin {
            entity: *fact.arg_ids.first()?,
            atom: fact.id,
            kind: fact.text(1)?.to_owned(),
            share: fact.tv.strength,
            confidence: fact.tv.confidence,
        })
    });
    facts.filter(|origin| origin.share > 0.0).collect()
}
