//! Formulas: what a rule's conclusion is worth, given what its arguments are worth.

use crate::TruthValue;
use crate::pln::{self, Evidenced, Inconsistent};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

type Apply = dyn Fn(&[Evidenced]) -> Result<TruthValue, String> + Send + Sync;

/// What a formula takes its premises for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Premises {
    /// Independent: a rule with this formula is applied only to premises that share no evidence.
    Independent,
    /// Anything: the premises may rest on the same evidence.
    Dependent,
}

/// A formula.
#[derive(Clone)]
pub(super) struct Formula {
    pub(super) premises: Premises,
    pub(super) arity: Option<usize>,
    /// Whether it gives the same in whatever order its arguments are.
    pub(super) commutes: bool,
    /// Whether it tells what the conclusion is at least.
    pub(super) bounds: bool,
    apply: Arc<Apply>,
}

impl Formula {
    pub(super) fn apply(&self, arguments: &[Evidenced]) -> Result<TruthValue, String> {
        (self.apply)(arguments)
    }
}

impl fmt::Debug for Formula {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Formula")
            .field("premises", &self.premises)
            .field("arity", &self.arity)
            .finish_non_exhaustive()
    }
}

/// The formulas that rules may name, by the names of their `GroundedSchema`.
///
/// ```
/// use oriel_atomspace::TruthValue;
/// use oriel_atomspace::chain::{Formulas, Premises};
/// let mut formulas = Formulas::pln();
/// formulas.register("house:cautious", Some(1), Premises::Dependent, |arguments| match arguments {
///     [one] => Ok(TruthValue::new(one.tv.strength, one.tv.confidence / 2.0)),
///     _ => Err("it takes one argument".to_owned()),
/// });
/// assert!(formulas.names().any(|name| name == "pln:deduction"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Formulas(BTreeMap<Arc<str>, Formula>);

impl Formulas {
    /// No formulas.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a formula that takes `arity` arguments, or any number of them. It is given the truth value of each argument
    /// with the evidence for it, which is none for what the rule reads without asking for it, and must give the same for
    /// the same. An error means that nothing follows. Whatever it gives, a conclusion is never more confident than its
    /// evidence.
    pub fn register(
        &mut self,
        name: &str,
        arity: Option<usize>,
        premises: Premises,
        apply: impl Fn(&[Evidenced]) -> Result<TruthValue, String> + Send + Sync + 'static,
    ) {
        self.0.insert(name.into(), Formula { premises, arity, commutes: false, bounds: false, apply: Arc::new(apply) });
    }

    /// The names of the registered formulas, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Formula> {
        self.0.get(name)
    }

    fn fixed<const N: usize>(
        &mut self,
        name: &str,
        premises: Premises,
        apply: impl Fn([TruthValue; N]) -> Result<TruthValue, Inconsistent> + Send + Sync + 'static,
    ) {
        self.register(name, Some(N), premises, move |given| {
            let given = <&[Evidenced; N]>::try_from(given).map_err(|_| format!("it takes {N} arguments"))?;
            apply(given.each_ref().map(|argument| argument.tv)).map_err(|error| error.to_string())
        });
    }

    fn many(&mut self, name: &str, premises: Premises, apply: fn(&[TruthValue]) -> TruthValue) {
        self.register(name, None, premises, move |given| {
            let given: Vec<TruthValue> = given.iter().map(|argument| argument.tv).collect();
            Ok(apply(&given))
        });
        if let Some(formula) = self.0.get_mut(name) {
            formula.commutes = true;
        }
    }

    /// The formulas of [`crate::pln`] that take truth values alone, each as `pln:` and its name with hyphens, with the arguments in the order of the
    /// function. Those that take premises for independent say so, so that no conclusion rests on one piece of evidence
    /// twice.
    #[must_use]
    pub fn pln() -> Self {
        let mut all = Self::new();
        all.terms();
        all.propositional();
        all.conversions();
        all
    }

    fn terms(&mut self) {
        use Premises::{Dependent, Independent};
        self.fixed("pln:deduction", Independent, |[a, b, c, ab, bc]| pln::deduction(a, b, c, ab, bc));
        self.fixed("pln:deduction-by-geometry", Independent, |[ab, bc]| Ok(pln::deduction_by_geometry(ab, bc)));
        self.fixed("pln:inversion", Dependent, |[a, b, ab]| pln::inversion(a, b, ab));
        self.fixed("pln:induction", Independent, |[a, b, c, ba, bc]| pln::induction(a, b, c, ba, bc));
        self.fixed("pln:abduction", Independent, |[a, b, c, ab, cb]| pln::abduction(a, b, c, ab, cb));
        self.fixed("pln:transitive-similarity", Independent, |[a, b, c, ab, bc]| {
            pln::transitive_similarity(a, b, c, ab, bc)
        });
        self.fixed("pln:member-deduction", Independent, |[x, b, c, xb, bc]| pln::member_deduction(x, b, c, xb, bc));
        self.fixed("pln:evaluation-implication", Independent, |[a, b, c, ab, ac]| {
            pln::evaluation_implication(a, b, c, ab, ac)
        });
    }

    fn propositional(&mut self) {
        use Premises::{Dependent, Independent};
        self.fixed("pln:modus-ponens", Independent, |[a, ab]| Ok(pln::modus_ponens(a, ab, pln::DEFAULT_BACKGROUND)));
        self.fixed("pln:precise-modus-ponens", Independent, |[a, ab, other]| {
            Ok(pln::precise_modus_ponens(a, ab, other))
        });
        self.fixed("pln:modus-tollens", Independent, |[ab, b]| pln::modus_tollens(ab, b, pln::DEFAULT_BACKGROUND));
        self.fixed("pln:symmetric-modus-ponens", Independent, |[a, ab]| {
            Ok(pln::symmetric_modus_ponens(a, ab, pln::DEFAULT_SIMILAR_BACKGROUND))
        });
        self.fixed("pln:contraposition", Dependent, |[a, b, ab]| pln::contraposition(a, b, ab));
        self.fixed("pln:condition-negation", Dependent, |[a, b, ab]| pln::condition_negation(a, b, ab));
        self.fixed("pln:not", Dependent, |[a]| Ok(pln::not(a)));
        self.fixed("pln:and-elimination", Dependent, |[all]| Ok(at_least(all)));
        self.fixed("pln:or-introduction", Dependent, |[one]| Ok(at_least(one)));
        for name in ["pln:and-elimination", "pln:or-introduction"] {
            if let Some(formula) = self.0.get_mut(name) {
                formula.bounds = true;
            }
        }
        self.composed();
        self.many("pln:and", Independent, pln::and);
        self.many("pln:or", Independent, pln::or);
        self.many("pln:fuzzy-and", Dependent, pln::fuzzy_and);
        self.many("pln:fuzzy-or", Dependent, pln::fuzzy_or);
    }

    /// Of implications with the same condition or the same consequence.
    fn composed(&mut self) {
        use Premises::{Dependent, Independent};
        self.fixed("pln:support", Independent, |[a, ab]| Ok(pln::support(a, ab)));
        self.fixed("pln:consequent-and", Independent, |[ab, ac]| Ok(pln::consequent_and(ab, ac)));
        self.fixed("pln:consequent-or", Independent, |[ab, ac]| Ok(pln::consequent_or(ab, ac)));
        self.fixed("pln:antecedent-and", Independent, |[a, b, c, ac, bc]| pln::antecedent_and(a, b, c, ac, bc));
        self.fixed("pln:antecedent-or", Independent, |[a, b, c, ac, bc]| pln::antecedent_or(a, b, c, ac, bc));
        self.fixed("pln:attraction", Independent, |[ab, not_ab]| Ok(pln::attraction(ab, not_ab)));
        self.fixed("pln:attraction-from-terms", Dependent, |[a, b, ab]| pln::attraction_from_terms(a, b, ab));
    }

    fn conversions(&mut self) {
        use Premises::Dependent;
        self.fixed("pln:same", Dependent, |[a]| Ok(a));
        self.fixed("pln:member-to-inheritance", Dependent, |[member]| Ok(pln::member_to_inheritance(member)));
        self.fixed("pln:inheritance-to-member", Dependent, |[one]| Ok(pln::inheritance_to_member(one)));
        self.fixed("pln:inheritance-to-similarity", Dependent, |[ab, ba]| Ok(pln::inheritance_to_similarity(ab, ba)));
        self.fixed("pln:one-inheritance-to-similarity", Dependent, |[a, b, ab]| {
            pln::one_inheritance_to_similarity(a, b, ab)
        });
        self.fixed("pln:similarity-to-inheritance", Dependent, |[a, b, s]| pln::similarity_to_inheritance(a, b, s));
        self.fixed("pln:implication-to-equivalence", Dependent, |[ab, ba]| Ok(pln::implication_to_equivalence(ab, ba)));
        self.fixed("pln:equivalence-to-implication", Dependent, |[a, b, s]| pln::equivalence_to_implication(a, b, s));
    }
}

/// What is at least as likely as something else, as a part of a conjunction is as the whole, and a disjunction as a part: the
/// interval [s, 1], by its middle, with what its width leaves of the confidence.
fn at_least(other: TruthValue) -> TruthValue {
    TruthValue::new(f64::midpoint(other.strength, 1.0), other.confidence * other.strength)
}
