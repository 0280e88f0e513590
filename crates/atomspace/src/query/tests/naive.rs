//! A matcher that tries every atom for every variable, and looks whether what a clause then says is there. It shares
//! nothing with the engine but the text of a term.

use crate::query::Term;
use crate::space::{AtomType, Handle, Space};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) type Values = BTreeMap<Arc<str>, Vec<Handle>>;

/// Longest run of atoms that is tried for a glob.
const LONGEST: usize = 3;

pub(super) struct Naive<'a> {
    pub(super) space: &'a Space,
    /// What a variable may be, where not everything.
    pub(super) types: BTreeMap<Arc<str>, AtomType>,
}

impl Naive<'_> {
    fn choices(&self, name: &str, glob: bool) -> Vec<Vec<Handle>> {
        let of = self.types.get(name);
        let fits = |atom: &Handle| of.is_none_or(|of| self.space.type_of(*atom) == Some(*of));
        let atoms: Vec<Handle> = self.space.handles().filter(fits).collect();
        if !glob {
            return atoms.into_iter().map(|atom| vec![atom]).collect();
        }
        let (mut all, mut last) = (Vec::new(), vec![Vec::new()]);
        for _ in 0..LONGEST {
            let longer = |run: &Vec<Handle>| -> Vec<Vec<Handle>> {
                atoms.iter().map(|atom| run.iter().copied().chain([*atom]).collect()).collect()
            };
            last = last.iter().flat_map(longer).collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    /// The atoms that a term is with these values, if they are there.
    fn atoms(&self, term: &Term, values: &Values) -> Option<Vec<Handle>> {
        match term {
            Term::Atom(atom) => Some(vec![*atom]),
            Term::Node(of, name) => self.space.find_node(*of, name).map(|atom| vec![atom]),
            Term::Variable(name) | Term::Glob(name) => values.get(name).cloned(),
            Term::Link(of, parts) => {
                let parts: Option<Vec<Vec<Handle>>> = parts.iter().map(|part| self.atoms(part, values)).collect();
                self.space.find_link(*of, &parts?.concat()).map(|atom| vec![atom])
            }
        }
    }

    fn free(term: &Term, known: &Values, found: &mut BTreeSet<(Arc<str>, bool)>) {
        match term {
            Term::Variable(name) | Term::Glob(name) if !known.contains_key(name) => {
                found.insert((Arc::clone(name), matches!(term, Term::Glob(_))));
            }
            _ => term.parts().iter().for_each(|part| Self::free(part, known, found)),
        }
    }

    /// Whether a clause holds with these values; variables that have none stand for whatever makes it hold.
    fn holds(&self, clause: &Term, values: &Values) -> bool {
        let mut free = BTreeSet::new();
        Self::free(clause, values, &mut free);
        self.any(&free.into_iter().collect::<Vec<_>>(), values, &mut |values| self.holds_closed(clause, values))
    }

    fn any(&self, free: &[(Arc<str>, bool)], values: &Values, hold: &mut dyn FnMut(&Values) -> bool) -> bool {
        let Some(((name, glob), rest)) = free.split_first() else { return hold(values) };
        self.choices(name, *glob).into_iter().any(|choice| {
            let mut values = values.clone();
            values.insert(Arc::clone(name), choice);
            self.any(rest, &values, hold)
        })
    }

    fn holds_closed(&self, clause: &Term, values: &Values) -> bool {
        let Term::Link(of, parts) = clause else { return self.atoms(clause, values).is_some() };
        match *of {
            AtomType::AND => parts.iter().all(|part| self.holds_closed(part, values)),
            AtomType::OR => parts.iter().any(|part| self.holds_closed(part, values)),
            AtomType::NOT | AtomType::ABSENT => parts.iter().all(|part| !self.holds_closed(part, values)),
            AtomType::IDENTICAL => {
                let atoms: Vec<_> = parts.iter().map(|part| self.atoms(part, values)).collect();
                atoms.windows(2).all(|two| two[0].is_some() && two[0] == two[1])
            }
            _ => self.atoms(clause, values).is_some(),
        }
    }

    /// All values of some variables for which all clauses hold. A variable that a negated clause has alone stands for
    /// anything within it.
    pub(super) fn all(&self, wanted: &[(Arc<str>, bool)], clauses: &[Term]) -> BTreeSet<Vec<Vec<Handle>>> {
        let mut found = BTreeSet::new();
        self.any(wanted, &Values::new(), &mut |values| {
            let holds = clauses.iter().all(|clause| match clause {
                Term::Link(AtomType::NOT | AtomType::ABSENT, parts) => {
                    !parts.iter().any(|part| self.holds(part, values))
                }
                clause => self.holds_closed(clause, values),
            });
            if holds {
                found.insert(wanted.iter().filter_map(|(name, _)| values.get(name).cloned()).collect());
            }
            false
        });
        found
    }
}
