//! Carrying a change out.

use oriel_atomspace::space::{Handle, Limits, Space, SpaceError, TextError};
use rustc_hash::FxHashMap;

use super::{Change, Operation};

/// Why a change cannot be carried out. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// A text cannot be read.
    #[error("{}{source}", told(*.operation, .word))]
    Text {
        /// Which operation, from 1.
        operation: usize,
        /// What it is called.
        word: &'static str,
        /// Where in its text, and why.
        source: TextError,
    },
    /// An operation on one atom has a text of none or several.
    #[error("{}write one atom here, not {given}", told(*.operation, .word))]
    OneAtom {
        /// Which operation, from 1.
        operation: usize,
        /// What it is called.
        word: &'static str,
        /// How many there are.
        given: u64,
    },
    /// The atom is not in the base.
    #[error("{}there is no {atom} in the base", told(*.operation, .word))]
    NotThere {
        /// Which operation, from 1.
        operation: usize,
        /// What it is called.
        word: &'static str,
        /// The atom.
        atom: String,
    },
    /// The atom is joined by links.
    #[error(
        "{}{atom}: {links} link(s) join it, such as {link}: remove those first, or remove it recursively",
        told(*.operation, .word)
    )]
    Joined {
        /// Which operation, from 1.
        operation: usize,
        /// What it is called.
        word: &'static str,
        /// The atom.
        atom: String,
        /// The first link that joins it.
        link: String,
        /// How many there are.
        links: usize,
    },
    /// The space refuses it.
    #[error("{}{atom}: {source}", told(*.operation, .word))]
    Space {
        /// Which operation, from 1.
        operation: usize,
        /// What it is called.
        word: &'static str,
        /// The atom.
        atom: String,
        /// Why.
        source: SpaceError,
    },
}

/// Which operation is meant; nothing to say of the first, where a text is added.
fn told(operation: usize, word: &str) -> String {
    if operation == 1 && word == "add" { String::new() } else { format!("operation {operation} ({word}): ") }
}

/// Limits that bound nothing that was once within limits.
pub(crate) fn unbounded() -> Limits {
    Limits { bytes: u64::MAX, token: usize::MAX, depth: usize::MAX, atoms: usize::MAX, endless_definitions: true }
}

/// Carries a change out; whether there was anything in it. Where it fails, the space is left half changed: work on a clone.
pub(crate) fn apply(space: &mut Space, change: &Change, limits: Limits) -> Result<bool, ChangeError> {
    let types = space.types().declared().count();
    let mut carrying = Carrying { space, apart: None, limits };
    let mut any = false;
    for (at, operation) in change.operations.iter().enumerate() {
        any |= carrying.carry(at + 1, operation)?;
    }
    Ok(any || space.types().declared().count() > types)
}

struct Carrying<'a> {
    space: &'a mut Space,
    /// Where atoms that are only named are read, with the types of the space.
    apart: Option<Space>,
    limits: Limits,
}

impl Carrying<'_> {
    /// Whether an atom was named.
    fn carry(&mut self, number: usize, operation: &Operation) -> Result<bool, ChangeError> {
        let word = operation.word();
        let refused = |atom: &str| {
            let atom = atom.to_owned();
            move |source| ChangeError::Space { operation: number, word, atom, source }
        };
        match operation {
            Operation::Add(text) => {
                self.apart = None;
                let read = self.space.read_text(text.as_bytes(), self.limits);
                let read = read.map_err(|source| ChangeError::Text { operation: number, word, source })?;
                Ok(read.forms > 0)
            }
            Operation::Remove { atom, recursive } => {
                let found = self.find(number, word, atom)?;
                if *recursive {
                    self.space.remove_recursive(found).map_err(refused(atom))?;
                } else {
                    self.space.remove(found).map_err(|source| self.kept(number, word, (atom, source)))?;
                }
                Ok(true)
            }
            Operation::UnsetValue { atom, key } => {
                let (found, under) = (self.find(number, word, atom)?, self.find(number, word, key)?);
                if self.space.remove_value(found, under).is_some() {
                    return Ok(true);
                }
                let atom = format!("value of {atom} under {key}");
                Err(ChangeError::NotThere { operation: number, word, atom })
            }
            Operation::UnsetAttention { atom } => {
                let found = self.find(number, word, atom)?;
                self.space.set_attention(found, None).map(|()| true).map_err(refused(atom))
            }
        }
    }

    /// Why an atom was not removed, with a link that joins it as text.
    fn kept(&self, operation: usize, word: &'static str, (atom, source): (&str, SpaceError)) -> ChangeError {
        let atom = atom.to_owned();
        match source {
            SpaceError::InUse { first, by, .. } => {
                ChangeError::Joined { operation, word, atom, link: self.space.show_bare(first), links: by }
            }
            source => ChangeError::Space { operation, word, atom, source },
        }
    }

    /// The one atom that a text names.
    fn find(&mut self, operation: usize, word: &'static str, text: &str) -> Result<Handle, ChangeError> {
        let limits = self.limits;
        let apart = self.apart.get_or_insert_with(|| Space::with_types(self.space.types()));
        let read = apart.read_text(text.as_bytes(), limits);
        let read = read.map_err(|source| ChangeError::Text { operation, word, source })?;
        let (1, Some(named)) = (read.forms, read.last) else {
            return Err(ChangeError::OneAtom { operation, word, given: read.forms });
        };
        let not_there = || ChangeError::NotThere { operation, word, atom: text.trim().to_owned() };
        counterpart(apart, named, self.space).ok_or_else(not_there)
    }
}

/// The atom of another space that is the same; the spaces have the same types.
pub(crate) fn counterpart(from: &Space, atom: Handle, to: &Space) -> Option<Handle> {
    let mut within = vec![atom];
    let mut at = 0;
    while let Some(next) = within.get(at).copied() {
        within.extend_from_slice(from.outgoing(next));
        at += 1;
    }
    // A link is newer than what it joins.
    within.sort_unstable();
    within.dedup();
    let mut there: FxHashMap<Handle, Handle> = FxHashMap::default();
    for part in within {
        let of = to.types().named(&from.types().full_name(from.type_of(part)?)).ok()?;
        let found = if let Some(name) = from.name(part) {
            to.find_node(of, name)?
        } else {
            let joined: Option<Vec<Handle>> = from.outgoing(part).iter().map(|part| there.get(part).copied()).collect();
            to.find_link(of, &joined?)?
        };
        there.insert(part, found);
    }
    there.get(&atom).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(text: &str) -> Space {
        let mut space = Space::new();
        space.load(text).unwrap();
        space
    }

    fn carried(before: &str, operations: Vec<Operation>) -> Result<String, String> {
        let mut space = space(before);
        let change = Change { operations };
        apply(&mut space, &change, Limits::default()).map_err(|error| error.to_string())?;
        Ok(space.dump())
    }

    #[test]
    fn operations_are_carried_out_in_order() {
        let done = carried(
            "(List (Concept \"a\") (Concept \"b\"))",
            vec![
                Operation::Remove { atom: "(List (Concept \"a\") (Concept \"b\"))".to_owned(), recursive: false },
                Operation::Remove { atom: "(Concept \"b\")".to_owned(), recursive: false },
                Operation::Add("(declare-type Service Concept) (Service \"c\" (av 1 2 0))".to_owned()),
                Operation::UnsetAttention { atom: "(Service \"c\")".to_owned() },
                Operation::Add(
                    "(Concept \"a\" (alist (cons (Predicate \"k\") 1) (cons (Predicate \"l\") 2)))".to_owned(),
                ),
                Operation::UnsetValue { atom: "(Concept \"a\")".to_owned(), key: "(Predicate \"k\")".to_owned() },
                Operation::Remove { atom: "(Predicate \"k\")".to_owned(), recursive: false },
            ],
        );
        let after = "(declare-type ServiceNode ConceptNode)\n(Predicate \"l\")\n\
                     (Concept \"a\" (alist (cons (Predicate \"l\") 2)))\n(Service \"c\")\n";
        assert_eq!(space(&done.unwrap()).dump(), space(after).dump());
    }

    #[test]
    fn links_go_with_what_they_join_where_that_is_wanted() {
        let remove = |recursive| vec![Operation::Remove { atom: "(Concept \"a\")".to_owned(), recursive }];
        let before = "(List (Set (Concept \"b\") (Concept \"a\")) (Number 3))";
        assert_eq!(carried(before, remove(true)).unwrap(), "(Concept \"b\")\n(Number 3)\n");
        let error = carried(before, remove(false)).unwrap_err();
        assert!(
            error.starts_with("operation 1 (remove): (Concept \"a\"): ")
                && error.contains("such as (Set (Concept \"a\") (Concept \"b\"))")
                && error.contains("recursively"),
            "{error}"
        );
    }

    #[test]
    fn an_unordered_link_is_found_in_any_order() {
        let set = Operation::Remove { atom: "(Set (Concept \"a\") (Concept \"b\"))".to_owned(), recursive: false };
        let done = carried("(Set (Concept \"b\") (Concept \"a\"))", vec![set]).unwrap();
        assert_eq!(done, "(Concept \"b\")\n(Concept \"a\")\n");
    }

    #[test]
    fn errors_say_which_operation_and_where() {
        let atom = |text: &str| Operation::Remove { atom: text.to_owned(), recursive: false };
        for (operations, says) in [
            (vec![Operation::Add("(Concept \"a\")\n  (Concpet \"b\")".to_owned())], "2:4: there is no type `Concpet`"),
            (vec![Operation::Add(String::new()), atom("(Concept")], "operation 2 (remove): 1:"),
            (vec![atom("(Concept \"x\")")], "operation 1 (remove): there is no (Concept \"x\") in the base"),
            (vec![atom("(Concept \"a\") (Concept \"a\")")], "one atom here, not 2"),
            (vec![atom("")], "one atom here, not 0"),
            (vec![atom("(List (Concept \"a\") (Number 9))")], "there is no (List"),
            (
                vec![Operation::UnsetValue { atom: "(Concept \"a\")".to_owned(), key: "(Concept \"a\")".to_owned() }],
                "there is no value of (Concept \"a\") under (Concept \"a\")",
            ),
        ] {
            let error = carried("(Concept \"a\")", operations).unwrap_err();
            assert!(error.contains(says), "{error} says not: {says}");
        }
    }
}
