//! Induction: candidate rules from what comes together.

use super::bounds::{Bounds, Effort, Met};
use super::error::LearningError;
use super::features::{CASE, Cases, OTHER, renamed};
use super::mine::{Mined, Pattern};
use crate::TruthValue;
use crate::query::{Term, link, var};
use crate::space::{AtomType, Handle, Space, Truth};

/// The name of the `Predicate` under which a proposed rule has its counts: cases in which it held, cases in which it could have,
/// and the chance of as many. A rule that has them was learned from what was known of its cases: chaining lets it add nothing
/// to that.
pub const SUPPORT: &str = "support";

/// Which candidates are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Induction {
    /// How likely chance may be to give any of the candidates that are kept, in (0, 1].
    pub significance: f64,
    /// How often a rule must hold where it could, in [0, 1].
    pub strength: f64,
    /// Observations that give a confidence of ½.
    pub lookahead: f64,
}

impl Default for Induction {
    /// One in twenty that chance gives any, a strength of at least ½, and ten observations for half of the confidence.
    fn default() -> Self {
        Self { significance: 0.05, strength: 0.5, lookahead: 10.0 }
    }
}

/// What induction found.
#[derive(Clone, Debug, PartialEq)]
pub struct Induced {
    /// The candidates that are kept, those that chance would least give first.
    pub candidates: Vec<Candidate>,
    /// The bound that was met before all patterns were looked at, if one was.
    pub met: Option<Met>,
}

/// A rule that the cases suggest. Nothing follows from it before it is accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What is asked of a case.
    pub premises: Vec<Term>,
    /// What is then said of it.
    pub conclusion: Term,
    /// Cases in which premises and conclusion hold.
    pub held: usize,
    /// Cases in which the premises hold.
    pub applied: usize,
    /// How much more often the conclusion holds with the premises than over all cases.
    pub lift: f64,
    /// How likely as many cases or more are by chance, were premises and conclusion independent (Fisher's exact test).
    pub chance: f64,
    /// Strength and confidence by the counts.
    pub truth: TruthValue,
}

impl Cases {
    /// Makes candidates of mined patterns: each feature of one clause without another variable may be the conclusion of the
    /// others. Those are kept that chance would hardly give, the least likely first: of as many as were looked at with as many
    /// features, whether or not enough cases had them (Bonferroni's correction, with an equal share for each number of features,
    /// after Webb, *Layered critical values*, 2008). Of a candidate whose premises say no more than some of them do, those are
    /// kept. The mined patterns must be all there are: [`Mining::most`](super::Mining::most) cuts off what might be rules.
    pub fn induce(&self, mined: &Mined, induction: Induction, bounds: &Bounds) -> Result<Induced, LearningError> {
        let Induction { significance, strength, lookahead } = induction;
        for (field, given, fine, wanted) in [
            ("significance", significance, significance > 0.0 && significance <= 1.0, "above 0, at most 1"),
            ("strength", strength, (0.0..=1.0).contains(&strength), "from 0 to 1"),
            ("lookahead", lookahead, lookahead > 0.0 && lookahead.is_finite(), "above 0, and finite"),
        ] {
            if !fine {
                return Err(LearningError::Setting { field, given, wanted });
            }
        }
        let inducing = Inducing { cases: self, factorials: Factorials::up_to(self.all.len()), induction };
        let mut effort = Effort::of(bounds);
        let mut candidates = Vec::new();
        let levels = mined.tried.values().filter(|tried| **tried > 0).count() as f64;
        let mut met = None;
        for pattern in &mined.patterns {
            met = effort.steps(pattern.places.len() as u64).err();
            if met.is_some() {
                break;
            }
            let tried = mined.tried.get(&pattern.places.len()).copied().unwrap_or_default() as f64 * levels;
            candidates.extend(inducing.of(pattern, tried));
        }
        candidates.sort_by(|one, two| {
            one.chance
                .total_cmp(&two.chance)
                .then(one.premises.len().cmp(&two.premises.len()))
                .then(two.held.cmp(&one.held))
        });
        Ok(Induced { candidates, met })
    }
}

struct Inducing<'a> {
    cases: &'a Cases,
    factorials: Factorials,
    induction: Induction,
}

impl Inducing<'_> {
    /// The candidates that a pattern makes and that are kept, where so many were tried.
    fn of(&self, pattern: &Pattern, tried: f64) -> Vec<Candidate> {
        let mut found = Vec::new();
        for last in &pattern.places {
            let rest: Vec<usize> = pattern.places.iter().copied().filter(|at| at != last).collect();
            let candidate = self.candidate(&rest, *last, pattern.support);
            found.extend(candidate.filter(|one| {
                one.chance * tried <= self.induction.significance && self.all_tell(&rest, *last, one.chance)
            }));
        }
        found
    }

    /// Whether each premise makes it less likely that chance gives as much.
    fn all_tell(&self, rest: &[usize], last: usize, chance: f64) -> bool {
        let (cases, conclusion) = (self.cases.all.len(), self.cases.has(last));
        rest.len() < 2
            || rest.iter().all(|out| {
                let others: Vec<usize> = rest.iter().copied().filter(|at| at != out).collect();
                let has = self.cases.have(&others);
                self.factorials.at_least(has.and(conclusion).len(), cases, conclusion.len(), has.len()) > chance
            })
    }

    /// The rule from some features to another, where it holds often enough and more often than without them.
    fn candidate(&self, rest: &[usize], last: usize, held: usize) -> Option<Candidate> {
        let Self { cases, factorials, induction } = self;
        let feature = cases.features.get(last).filter(|_| cases.is_conclusion(last) && !rest.is_empty())?;
        let [conclusion] = feature.clauses.as_slice() else { return None };
        let applied = cases.have(rest).len();
        let (all, with) = (cases.all.len(), cases.has(last).len());
        let share = held as f64 / applied as f64;
        let lift = share / (with as f64 / all as f64);
        let truth = TruthValue::from_counts(held as f64, applied as f64, induction.lookahead);
        if truth.strength < induction.strength || lift <= 1.0 {
            return None;
        }
        Some(Candidate {
            premises: self.premises(rest),
            conclusion: conclusion.clone(),
            held,
            applied,
            lift,
            chance: factorials.at_least(held, all, with, applied),
            truth,
        })
    }

    /// What is asked of a case that has some features. The other atom of each feature is its own.
    fn premises(&self, features: &[usize]) -> Vec<Term> {
        let mut premises: Vec<Term> = Vec::new();
        for (at, feature) in features.iter().filter_map(|at| self.cases.features.get(*at)).enumerate() {
            let name = format!("{OTHER}{at}");
            for clause in &feature.clauses {
                let clause = renamed(clause, OTHER, &name);
                if !premises.contains(&clause) {
                    premises.push(clause);
                }
            }
        }
        premises
    }
}

impl Candidate {
    /// The rule as a term: an implication for every case, which is no fact as long as it has no truth value.
    #[must_use]
    pub fn rule(&self) -> Term {
        let mut names = vec![CASE.to_owned()];
        for premise in &self.premises {
            variables(premise, &mut names);
        }
        let declared = Term::Link(AtomType::VARIABLE_LIST, names.iter().map(|name| var(name)).collect());
        let body = match self.premises.as_slice() {
            [one] => one.clone(),
            several => Term::Link(AtomType::AND, several.to_vec()),
        };
        let lambda = |body: Term| link(AtomType::LAMBDA, [declared.clone(), body]);
        link(AtomType::IMPLICATION, [lambda(body), lambda(self.conclusion.clone())])
    }

    /// Writes the rule with its counts, and without a truth value where it has none: nothing follows from it.
    pub fn propose(&self, space: &mut Space) -> Result<Handle, LearningError> {
        let rule = self.rule().write(space)?;
        let key = space.node(AtomType::PREDICATE, SUPPORT)?;
        space.set_value(rule, key, [self.held as f64, self.applied as f64, self.chance].as_slice())?;
        Ok(rule)
    }

    /// Writes the rule with the truth value that its counts give. Chaining uses it from then on.
    pub fn accept(&self, space: &mut Space) -> Result<Handle, LearningError> {
        let rule = self.propose(space)?;
        let (strength, confidence) = (self.truth.strength as f32, self.truth.confidence as f32);
        space.set_truth(rule, Truth::Count { strength, confidence, count: self.applied as f32 })?;
        Ok(rule)
    }
}

fn variables(term: &Term, found: &mut Vec<String>) {
    match term {
        Term::Variable(name) if found.iter().all(|known| **known != **name) => found.push(name.to_string()),
        other => other.parts().iter().for_each(|part| variables(part, found)),
    }
}

/// Logarithms of factorials.
struct Factorials(Vec<f64>);

impl Factorials {
    fn up_to(most: usize) -> Self {
        let mut sum = 0.0;
        let logs = (1..=most).map(|number| {
            sum += (number as f64).ln();
            sum
        });
        Self([0.0].into_iter().chain(logs).collect())
    }

    fn log(&self, of: usize) -> f64 {
        self.0.get(of).copied().unwrap_or(f64::NAN)
    }

    fn log_choose(&self, all: usize, some: usize) -> f64 {
        if some > all { f64::NEG_INFINITY } else { self.log(all) - self.log(some) - self.log(all - some) }
    }

    /// The probability that of `drawn` out of `all`, of which `marked` are marked, `least` or more are: the upper tail of the
    /// hypergeometric distribution (Fisher, 1922).
    fn at_least(&self, least: usize, all: usize, marked: usize, drawn: usize) -> f64 {
        let ways = self.log_choose(all, drawn);
        let unmarked = all.saturating_sub(marked);
        let of = |hits: usize| {
            let misses = self.log_choose(unmarked, drawn.saturating_sub(hits));
            (self.log_choose(marked, hits) + misses - ways).exp()
        };
        (least..=drawn.min(marked)).map(of).sum::<f64>().min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Factorials;

    #[test]
    fn chances_are_those_of_counting() {
        let factorials = Factorials::up_to(10);
        // Of 5 out of 10, 4 of which are marked: all four in 6 of 252 draws.
        assert!((factorials.at_least(4, 10, 4, 5) - 6.0 / 252.0).abs() < 1e-12);
        assert!((factorials.at_least(0, 10, 4, 5) - 1.0).abs() < 1e-12);
        assert_eq!(factorials.at_least(5, 10, 4, 5), 0.0);
        // Fisher's lady tasting tea: all of four cups out of eight.
        assert!((factorials.at_least(4, 8, 4, 4) - 1.0 / 70.0).abs() < 1e-12);
    }
}
