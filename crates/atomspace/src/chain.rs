//! Chaining over a [`Space`](crate::space::Space): what follows from its facts by rules, forward and backward, with proofs.
//!
//! The space is only read. Rules are atoms that [`Rules::read`] finds by their rule base; [`PLN`] is a base of the rules of
//! Probabilistic Logic Networks. A [`Chainer`] goes **forward**, to all that follows, or **backward**, to what answers a
//! target. Either way there are [`Conclusions`]: each statement with its truth value, the evidence that it rests on, and its
//! [`Proof`]; [`Conclusions::write`] puts them into a space or frame.
//!
//! - No evidence is counted twice: a statement that has several proofs stands by those on disjoint evidence, revised. The
//!   proofs that are kept are the most confident, sixteen for a statement and sixteen against it.
//! - [`Bounds`] hold steps, proofs, depth, a token and a deadline; the [`Report`] says which was met. Rules in circles end by
//!   themselves.
//! - In the end every conclusion rests on what its premises stand by then, whichever way they were found.
//! - The same run gives the same conclusions in the same order.
//! - A fact is a closed atom with a confidence. Links that bind variables are taken as they are, by the names of their
//!   variables, but for an implication or equivalence between two `Lambda`s of the same variables: that holds for each case.
//!
//! The guide is `docs/chaining.md`.
//!
//! ```
//! use oriel_atomspace::chain::{Chainer, Formulas, PLN, Rules, target};
//! use oriel_atomspace::space::Space;
//! let mut space = Space::new();
//! space.load(PLN)?;
//! space.load(r#"
//!     (Evaluation (stv 1 0.9) (Predicate "smokes") (Concept "Edward"))
//!     (Implication (stv 0.6 0.9)
//!       (Lambda (Variable "$x") (Evaluation (Predicate "smokes") (Variable "$x")))
//!       (Lambda (Variable "$x") (Evaluation (Predicate "cancer") (Variable "$x"))))
//! "#)?;
//! let rules = Rules::read(&space, &["pln"], &Formulas::pln())?;
//! let asked = target(space.types(), r#"(Evaluation (Predicate "cancer") (Variable "$who"))"#)?;
//! let mut answers = Chainer::new(&space, &rules).backward(&asked)?;
//! let answer = answers.next().ok_or("no answer")?;
//! assert!((answer.conclusion.truth.confidence - 0.486).abs() < 1e-9);
//! assert_eq!(answer.values[0].1.show(space.types()), r#"(Concept "Edward")"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod apart;
mod apply;
mod backward;
mod book;
mod circle;
mod conclusions;
mod contradiction;
mod effort;
mod engine;
mod error;
mod evidence;
mod facts;
mod formula;
mod forward;
mod frame;
mod groups;
mod guide;
mod proof;
mod reading;
mod rule;
mod run;
mod settle;
mod terms;
mod unify;

#[cfg(test)]
mod tests;

pub use conclusions::{Conclusion, Conclusions, Sides};
pub use contradiction::{Contradiction, EXCLUSIVE, Opposition};
pub use effort::{Bounds, End, Report};
pub use error::ChainError;
pub use evidence::EVIDENCE;
pub use formula::{Formulas, Premises};
pub use guide::Guide;
pub use proof::{By, Proof, ProofStep};
pub use rule::{PLN, Rules};
pub use run::{Answer, Answers, Chainer, target};
