//! Probabilistic Logic Networks: the formulas, as pure functions over truth values.
//!
//! Owns what a conclusion's truth value is, given those of its premises. Chooses no premises and applies no rules: that is
//! [`crate::rules`]' work. `docs/pln.md` has the table of formulas with their sources.
//!
//! - **Strengths** are probabilities: those of Goertzel, Iklé, Goertzel, Heljakka, *Probabilistic Logic Networks* (Springer,
//!   2008), below "the book". Where the premises allow no joint probability, a formula returns [`Inconsistent`], which names the
//!   bound that was broken and what was given.
//! - **Confidences** follow one rule each for two kinds of formulas. A formula that goes beyond its premises (deduction,
//!   inversion, induction, abduction, the modus family, transitive similarity) discounts as MeTTa-PLN does: by the product
//!   of the confidences, weighed by the strengths. A formula that rewrites what is given (and, or, contraposition,
//!   conversions) takes the least confidence of the premises that it reads.
//! - **Distributions** instead of single numbers: [`Indefinite`], whose conclusions carry the width of their premises.
//!
//! The letters are those of the book: `a`, `b`, `c` are the truth values of terms, `ab` that of A→B, which is P(B|A).

mod beta;
mod confidence;
mod consistency;
mod counts;
mod four;
mod indefinite;
mod intensional;
mod membership;
mod propositional;
mod revision;
mod similarity;
mod stamp;
mod term;

#[cfg(test)]
mod tests;

pub use beta::Beta;
pub use consistency::{Inconsistent, consistent, implication_bounds};
pub use counts::Counts;
pub use four::{FourValue, Threshold, contradiction};
pub use indefinite::{Indefinite, IndefiniteError};
pub use intensional::{
    Attractions, attraction, attraction_from_terms, intensional_inheritance, intensional_similarity,
};
pub use membership::{evaluation_implication, inheritance_to_member, member_deduction, member_to_inheritance};
pub use propositional::{
    DEFAULT_BACKGROUND, DEFAULT_SIMILAR_BACKGROUND, and, antecedent_and, antecedent_or, condition_negation,
    consequent_and, consequent_or, contraposition, fuzzy_and, fuzzy_or, modus_ponens, modus_tollens, not, or,
    precise_modus_ponens, support, symmetric_modus_ponens,
};
pub use revision::{Evidenced, SharedEvidence, revision};
pub use similarity::{
    equivalence_to_implication, implication_to_equivalence, inheritance_to_similarity, one_inheritance_to_similarity,
    similarity_to_inheritance, transitive_similarity,
};
pub use stamp::{MAX_STAMP, Stamp, StampFull};
pub use term::{abduction, deduction, deduction_by_geometry, induction, inversion};
