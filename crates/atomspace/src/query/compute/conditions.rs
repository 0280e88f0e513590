//! Conditions of a `Cond`.

use super::Computing;
use crate::query::computed::Computed;
use crate::query::goal::What;
use crate::query::limits::Halt;
use crate::query::pattern::Pattern;
use crate::space::AtomType;

impl Computing<'_, '_, '_> {
    /// The branch of a condition.
    pub(super) fn chosen(&mut self, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let mut rest = parts;
        loop {
            let (condition, then, after) = match rest {
                // A condition and what then may stand in a list of their own.
                [Pattern::Link(AtomType::LIST, pair), after @ ..] if pair.first().is_some_and(is_condition) => {
                    match pair.as_slice() {
                        [condition, then] => (condition, then, after),
                        _ => break,
                    }
                }
                [condition, then, after @ ..] => (condition, then, after),
                _ => break,
            };
            match self.condition(condition)? {
                Some(true) => return self.compute(then),
                Some(false) => rest = after,
                None => return Ok(None),
            }
        }
        match rest.first() {
            Some(otherwise) => self.compute(otherwise),
            None => Ok(self.lacks(|_| "no condition of the Cond holds, and it says nothing for that case".to_owned())),
        }
    }

    fn condition(&mut self, pattern: &Pattern) -> Result<Option<bool>, Halt> {
        let unasked = |own: &mut Self| {
            Ok(own.lacks(|_| {
                "the condition of a Cond is a comparison, True, False, an Evaluation of a GroundedPredicate, or And, Or and Not of those"
                    .to_owned()
            }))
        };
        let Pattern::Link(of, parts) = pattern else { return unasked(self) };
        match *of {
            AtomType::TRUE | AtomType::FALSE if parts.is_empty() => Ok(Some(*of == AtomType::TRUE)),
            AtomType::GREATER_THAN => self.held(&What::Greater, parts),
            AtomType::LESS_THAN => self.held(&What::Less, parts),
            AtomType::EQUAL => self.held(&What::Equal, parts),
            AtomType::IDENTICAL => self.held(&What::Identical, parts),
            AtomType::EXCLUSIVE => self.held(&What::Different, parts),
            AtomType::NOT => match parts.as_slice() {
                [part] => Ok(self.condition(part)?.map(|held| !held)),
                _ => unasked(self),
            },
            AtomType::AND | AtomType::OR => {
                // One that decides does so whatever has no answer.
                let (wanted, mut all) = (*of == AtomType::OR, Some(*of == AtomType::AND));
                for part in parts {
                    match self.condition(part)? {
                        Some(held) if held == wanted => return Ok(Some(wanted)),
                        Some(_) => {}
                        None => all = None,
                    }
                }
                Ok(all)
            }
            AtomType::EVALUATION => match parts.as_slice() {
                [Pattern::Node(AtomType::GROUNDED_PREDICATE, name), Pattern::Link(AtomType::LIST, of)] => {
                    self.asked(name, of)
                }
                [Pattern::Node(AtomType::GROUNDED_PREDICATE, name), one] => self.asked(name, std::slice::from_ref(one)),
                _ => unasked(self),
            },
            _ => unasked(self),
        }
    }
}

/// Whether a pattern has the form of a condition: only then is a list of two a condition and what then, and else what there
/// is to give.
fn is_condition(pattern: &Pattern) -> bool {
    const CONDITIONS: [AtomType; 11] = [
        AtomType::TRUE,
        AtomType::FALSE,
        AtomType::GREATER_THAN,
        AtomType::LESS_THAN,
        AtomType::EQUAL,
        AtomType::IDENTICAL,
        AtomType::EXCLUSIVE,
        AtomType::NOT,
        AtomType::AND,
        AtomType::OR,
        AtomType::EVALUATION,
    ];
    matches!(pattern, Pattern::Link(of, _) if CONDITIONS.contains(of))
}
