//! Free variables of the atoms of a space: which there are, and whether there are any.

use crate::space::{AtomType, Handle, Space};
use rustc_hash::FxHashSet;

/// Whether an atom has a free variable in it: such an atom is a pattern, not something known.
pub(crate) fn is_open(space: &Space, atom: Handle) -> bool {
    let (of, outgoing) = space.opened(atom);
    if of.is_node() {
        return space.types().is_a(of, AtomType::VARIABLE);
    }
    if !space.types().is_scope(of) && outgoing.iter().all(|part| space.opened(*part).0.is_node()) {
        return outgoing.iter().any(|part| is_open(space, *part));
    }
    Search::new(space, atom).next().is_some()
}

/// The variables that stand free in an atom, in the order of their appearance, each once.
pub(super) fn free_variables(space: &Space, atom: Handle) -> Vec<Handle> {
    let mut found = Vec::new();
    for variable in Search::new(space, atom) {
        if !found.contains(&variable) {
            found.push(variable);
        }
    }
    found
}

/// What a scope binds, and the scope around it.
struct Scope {
    bound: Vec<Handle>,
    around: Option<usize>,
}

/// Goes through an atom, each part once for each scope that it stands in, however deep it is.
struct Search<'a> {
    space: &'a Space,
    open: Vec<(Handle, Option<usize>)>,
    scopes: Vec<Scope>,
    seen: FxHashSet<(Handle, Option<usize>)>,
}

impl<'a> Search<'a> {
    fn new(space: &'a Space, atom: Handle) -> Self {
        Self { space, open: vec![(atom, None)], scopes: Vec::new(), seen: FxHashSet::default() }
    }

    fn is_bound(&self, variable: Handle, mut scope: Option<usize>) -> bool {
        while let Some(within) = scope.and_then(|scope| self.scopes.get(scope)) {
            if within.bound.contains(&variable) {
                return true;
            }
            scope = within.around;
        }
        false
    }
}

impl Iterator for Search<'_> {
    type Item = Handle;

    fn next(&mut self) -> Option<Handle> {
        let types = self.space.types();
        while let Some((atom, mut scope)) = self.open.pop() {
            if !self.seen.insert((atom, scope)) {
                continue;
            }
            let (of, outgoing) = self.space.opened(atom);
            if of.is_node() {
                if types.is_a(of, AtomType::VARIABLE) && !self.is_bound(atom, scope) {
                    return Some(atom);
                }
                continue;
            }
            if types.is_scope(of) {
                // Without a declaration, a scope binds every variable in it.
                let Some(declaration) = outgoing.first().filter(|first| declares(self.space, **first)) else {
                    continue;
                };
                self.scopes.push(Scope { bound: variables_in(self.space, *declaration), around: scope });
                scope = Some(self.scopes.len() - 1);
            }
            self.open.extend(outgoing.iter().rev().map(|part| (*part, scope)));
        }
        None
    }
}

/// Whether an atom may stand where a scope declares its variables.
fn declares(space: &Space, atom: Handle) -> bool {
    let of = space.opened(atom).0;
    [AtomType::VARIABLE, AtomType::TYPED_VARIABLE, AtomType::VARIABLE_LIST, AtomType::VARIABLE_SET]
        .iter()
        .any(|declaration| space.types().is_a(of, *declaration))
}

fn variables_in(space: &Space, declaration: Handle) -> Vec<Handle> {
    let (mut found, mut open) = (Vec::new(), vec![declaration]);
    let mut seen = FxHashSet::default();
    while let Some(atom) = open.pop().filter(|atom| seen.insert(*atom)) {
        let (of, outgoing) = space.opened(atom);
        if space.types().is_a(of, AtomType::VARIABLE) {
            found.push(atom);
        }
        open.extend(outgoing);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{free_variables, is_open};
    use crate::space::{AtomType, Space};

    #[test]
    fn a_scope_binds_its_variables_and_no_others() {
        let mut space = Space::new();
        for (text, expected) in [
            (r#"(List (Variable "$a") (Concept "c") (Variable "$b") (Variable "$a"))"#, "$a $b"),
            (r#"(Lambda (Variable "$a") (List (Variable "$a") (Variable "$b")))"#, "$b"),
            (
                r#"(List (Variable "$a") (Lambda (TypedVariable (Variable "$a") (Type "Concept")) (Variable "$a")))"#,
                "$a",
            ),
            (
                r#"(Lambda (VariableList (Variable "$a") (Glob "$b")) (Lambda (Variable "$c") (Set (Variable "$a") (Glob "$b") (Variable "$d"))))"#,
                "$d",
            ),
            (r#"(Get (List (Variable "$a") (Variable "$b")))"#, ""),
        ] {
            let atom = space.load(text).expect("well-formed").last.expect("one");
            let names: Vec<&str> = free_variables(&space, atom).iter().filter_map(|free| space.name(*free)).collect();
            assert_eq!(names.join(" "), expected, "{text}");
            assert_eq!(is_open(&space, atom), !expected.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_deep_or_shares_its_parts_is_gone_through_once() {
        let mut space = Space::new();
        let mut atom = space.node(AtomType::CONCEPT, "c").expect("room");
        for _ in 0..20_000 {
            atom = space.link(AtomType::LIST, &[atom, atom]).expect("room");
        }
        assert!(!is_open(&space, atom));
    }
}
