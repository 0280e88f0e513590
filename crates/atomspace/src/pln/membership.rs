//! Members of concepts: between membership, inheritance and evaluation.

use super::consistency::Inconsistent;
use super::term::deduction;
use crate::TruthValue;

/// What is left of the confidence where a member stands for a concept, or a concept for a member. Source: classic Scheme.
const MEMBER_DISCOUNT: f64 = 0.9;

/// From "x is a member of C", {x}→C: the degree of membership is the share of {x} that lies in C. Less confident, because a
/// term made of one member says little of terms. The book, section 2.3; the discount from classic Scheme.
#[must_use]
pub fn member_to_inheritance(member: TruthValue) -> TruthValue {
    TruthValue::new(member.strength, MEMBER_DISCOUNT * member.confidence)
}

/// From x→C, "x is a member of C". Classic Scheme.
#[must_use]
pub fn inheritance_to_member(inheritance: TruthValue) -> TruthValue {
    TruthValue::new(inheritance.strength, MEMBER_DISCOUNT * inheritance.confidence)
}

/// From "x is a member of B" and B→C and the terms, "x is a member of C": deduction from {x}. MeTTa-PLN. Classic Scheme
/// multiplies the strengths, which takes C for impossible outside of B.
pub fn member_deduction(
    x: TruthValue,
    b: TruthValue,
    c: TruthValue,
    member: TruthValue,
    bc: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    deduction(x, b, c, member, bc)
}

/// From "predicate A holds of B" and A→C and the terms, "predicate C holds of B": deduction from B over A. The strength is
/// MeTTa-PLN's and classic Scheme's; the confidence is deduction's, where MeTTa-PLN's leaves out that of the evaluation.
pub fn evaluation_implication(
    a: TruthValue,
    b: TruthValue,
    c: TruthValue,
    evaluation: TruthValue,
    ac: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    deduction(b, a, c, evaluation, ac)
}
