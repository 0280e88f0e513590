//! The names that bound variables have in what is written: the written ones, but where something is put into a scope in
//! which a variable of the same name is free, and would be caught.

use super::Computing;
use crate::query::computed::Computed;
use crate::query::define::fresh;
use crate::query::limits::Halt;
use crate::query::pattern::{Bound, Pattern, declares, own_bounds};
use crate::space::AtomType;
use std::sync::Arc;

/// How a name begins that stands for a bound variable until its name is chosen; the number of the variable follows, and
/// after a space the written name.
const MARK: char = '\u{0}';

impl Computing<'_, '_, '_> {
    /// A bound variable that nothing was put into.
    pub(super) fn named(&self, bound: &Bound) -> Computed {
        let chosen = self.names.iter().rev().find(|named| named.0 == bound.number);
        let name = chosen.map_or(&bound.name, |named| &named.1);
        Computed::Node(if bound.glob { AtomType::GLOB } else { AtomType::VARIABLE }, Arc::clone(name))
    }

    /// A link that binds variables, as it is written.
    pub(super) fn scoped(&mut self, of: AtomType, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let space = self.holding.context.space;
        let types = space.types();
        let mut own = own_bounds(types, of, parts);
        own.retain(|bound| self.applied(bound.number).is_none());
        let before = self.names.len();
        let marked = |bound: &Bound| (bound.number, format!("{MARK}{} {}", bound.number, bound.name).into());
        self.names.extend(own.iter().map(marked));
        let marks: Vec<Arc<str>> = self.names.iter().skip(before).map(|named| Arc::clone(&named.1)).collect();
        let all = self.plain_all(parts)?;
        self.names.truncate(before);
        let Some(mut all) = all else { return Ok(None) };

        let mut free = Vec::new();
        for part in &all {
            part.free_names(space, &mut Vec::new(), &mut free);
        }
        free.retain(|name| !marks.contains(name));
        let mut taken = free.clone();
        for part in &all {
            part.names(&mut taken);
        }
        for name in &mut taken {
            *name = written(name).into();
        }
        let mut chosen: Vec<(Arc<str>, Arc<str>)> = Vec::new();
        for (bound, mark) in own.iter().zip(&marks) {
            let caught = free.iter().any(|name| written(name) == bound.name.as_ref());
            let name = if caught { fresh(&bound.name, &taken) } else { Arc::clone(&bound.name) };
            taken.push(Arc::clone(&name));
            chosen.push((Arc::clone(mark), name));
        }
        for part in &mut all {
            part.rename(&chosen);
        }
        if of != AtomType::PUT && !free.is_empty() && !parts.first().is_some_and(|first| is_declared(types, first)) {
            // Without a declaration, the scope would bind what was put into it.
            let node = |(bound, named): (&Bound, &(Arc<str>, Arc<str>))| {
                let of = if bound.glob { AtomType::GLOB } else { AtomType::VARIABLE };
                Computed::Node(of, Arc::clone(&named.1))
            };
            let names = own.iter().zip(&chosen).map(node).collect();
            all.insert(0, Computed::Link(AtomType::VARIABLE_LIST, names));
        }
        Ok(Some(Computed::Link(of, all)))
    }
}

/// Whether a scope says what it binds, be it by something that is put in.
fn is_declared(types: &crate::space::Types, first: &Pattern) -> bool {
    let declaration = |of: AtomType| {
        [AtomType::VARIABLE, AtomType::TYPED_VARIABLE, AtomType::VARIABLE_LIST, AtomType::VARIABLE_SET]
            .iter()
            .any(|declaration| types.is_a(of, *declaration))
    };
    match first {
        Pattern::Node(of, _) | Pattern::Quoted(of, _) => declaration(*of),
        other => declares(types, other),
    }
}

/// The name that a mark stands for, or any other name as it is.
fn written(name: &str) -> &str {
    match name.strip_prefix(MARK) {
        Some(marked) => marked.split_once(' ').map_or(marked, |parts| parts.1),
        None => name,
    }
}
