//! `(Filter rule data)`: each of the data that is like the pattern of the rule, and what the rule says of it.

use super::apply::{Scope, located};
use super::{Computing, failed};
use crate::query::alike::{Found, Matcher, State, Ways};
use crate::query::computed::Computed;
use crate::query::declare::{Admission, has_variables};
use crate::query::limits::Halt;
use crate::query::pattern::Pattern;
use crate::query::term::Term;
use crate::space::{AtomType, Handle, Space, Value};
use rustc_hash::FxHashSet;
use std::borrow::Cow;

impl Computing<'_, '_, '_> {
    /// A `Rule` gives what it writes, once for each way in which it fits; a `Lambda`, or a pattern by itself, what its
    /// variables stand for.
    pub(super) fn filter(&mut self, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let [rule, data] = parts else {
            return Ok(
                self.lacks(|_| "a Filter has a rule and what is held against it: (Filter rule atoms)".to_owned())
            );
        };
        let rule = match rule {
            Pattern::Node(AtomType::DEFINED_SCHEMA, name) => self.named_rule(name)?,
            other => Some(other.clone()),
        };
        let (of, parts) = match rule {
            Some(Pattern::Link(of @ (AtomType::LAMBDA | AtomType::RULE), parts)) => (of, parts),
            Some(other) => (AtomType::LAMBDA, vec![other]),
            None => return Ok(None),
        };
        let scope = self.scope(of, &parts)?;
        let Some(data) = self.data(data)? else { return Ok(None) };
        let mut out = Vec::new();
        let (of, elements) = match self.held_apart(data) {
            Ok(several) => several,
            // Of one atom by itself it is what the rule says of that, and a set where that is not one thing.
            Err(one) => {
                self.filtered(&scope, &one, &mut out)?;
                let only = if out.len() == 1 { out.pop() } else { None };
                return Ok(Some(only.unwrap_or(Computed::Link(AtomType::SET, out))));
            }
        };
        for element in elements {
            self.filtered(&scope, &element, &mut out)?;
        }
        Ok(Some(Computed::Link(of, out)))
    }

    /// What a rule says of one element.
    fn filtered(&mut self, scope: &Scope<'_>, element: &Computed, out: &mut Vec<Computed>) -> Result<(), Halt> {
        let Some((pattern, writes)) = scope.body.split_first() else { return Ok(()) };
        // A glob by itself stands for several, of which this is the only one.
        if let Some(at) = own_glob(scope, pattern)
            && element.type_in(self.holding.context.space).is_some()
        {
            return self.only(scope, at, element, out);
        }
        let several = matches!(pattern, Pattern::Bound(bound) if bound.glob);
        let within = several.then(|| Computed::Link(AtomType::LIST, vec![element.clone()]));
        let (space, atom) = located(self.holding.context.space, within.as_ref().unwrap_or(element))?;
        let Some(pattern) = self.released(&space, pattern, scope) else { return Ok(()) };
        let pattern = if several { Some(Pattern::Link(AtomType::LIST, pattern)) } else { pattern.into_iter().next() };
        let Some(pattern) = pattern else { return Ok(()) };
        let copied = matches!(space, Cow::Owned(_));
        let open = has_variables(&space);
        let admissions = scope.variables.iter().map(|(_, declared)| Admission::new(&space, declared, open));
        let admissions: Result<Vec<Admission>, _> = admissions.collect();
        let admissions = admissions.map_err(|error| failed("Filter", error.to_string()))?;
        let matcher = Matcher { space: &space, admissions: &admissions };
        let mut ways = Ways::new(matcher, &pattern, atom, State::default());
        let mut seen = FxHashSet::default();
        while let Some(state) = ways.next(self.budget)? {
            let values: Vec<Option<Found>> = (0..admissions.len()).map(|at| state.get(at).cloned()).collect();
            self.budget.make(1 + values.len() as u64)?;
            if !seen.insert(values.clone()) {
                continue;
            }
            let values: Vec<Option<Computed>> =
                values.iter().map(|value| value.as_ref().map(|value| self.taken(&space, copied, value))).collect();
            self.give(scope, writes, values, element, out)?;
        }
        Ok(())
    }

    /// What a glob that is a whole pattern gives of one element, which needs no space to be matched in.
    fn only(&mut self, scope: &Scope<'_>, at: usize, element: &Computed, out: &mut Vec<Computed>) -> Result<(), Halt> {
        let Some((_, declared)) = scope.variables.get(at) else { return Ok(()) };
        let space = self.holding.context.space;
        let admission = Admission::new(space, declared, true).map_err(|error| failed("Filter", error.to_string()))?;
        let admitted = (admission.least..=admission.most).contains(&1)
            && (admission.open || !has_free(element, space))
            && self.admitted(declared, element)?;
        if !admitted {
            return Ok(());
        }
        self.budget.make(1 + scope.variables.len() as u64 + element.parts())?;
        let value = |place| (place == at).then(|| Computed::Several(vec![element.clone()]));
        let values = (0..scope.variables.len()).map(value).collect();
        self.give(scope, scope.body.get(1..).unwrap_or_default(), values, element, out)
    }

    /// What a rule gives where its variables stand for these.
    fn give(
        &mut self,
        scope: &Scope<'_>,
        writes: &[Pattern],
        values: Vec<Option<Computed>>,
        element: &Computed,
        out: &mut Vec<Computed>,
    ) -> Result<(), Halt> {
        if writes.is_empty() {
            out.push(row(values, scope, element));
            return Ok(());
        }
        let before = self.applied.len();
        let applied = |(at, value): (&(crate::query::pattern::Bound, _), Option<Computed>)| Some((at.0.number, value?));
        self.applied.extend(scope.variables.iter().zip(values).filter_map(applied));
        let written = self.rewritten(writes)?;
        self.applied.truncate(before);
        out.extend(written.unwrap_or_default());
        Ok(())
    }

    /// What a rule writes; a glob by itself is a list of what it stands for.
    fn rewritten(&mut self, writes: &[Pattern]) -> Result<Option<Vec<Computed>>, Halt> {
        let mut all = Vec::new();
        for write in writes {
            match (self.compute(write)?, write) {
                (Some(Computed::Several(parts)), Pattern::Bound(_)) => all.push(Computed::Link(AtomType::LIST, parts)),
                (Some(Computed::Several(parts)), _) => all.extend(parts),
                (Some(one), _) => all.push(one),
                (None, _) => return Ok(None),
            }
        }
        Ok(Some(all))
    }

    /// What was found, as something that outlives the space that it was found in.
    fn taken(&self, within: &Space, copied: bool, found: &Found) -> Computed {
        let space = self.holding.context.space;
        let one = |atom: &Handle| {
            let known = !copied || space.contains(*atom);
            let term = if known { None } else { Term::of_atom(within, *atom) };
            term.map_or(Computed::Atom(*atom), |term| Computed::of_term(&term))
        };
        match found {
            Found::One(atom) => one(atom),
            Found::Many(atoms) => Computed::Several(atoms.iter().map(one).collect()),
        }
    }

    /// The parts of a list, a set or a value of several, or the one that it is; and what to make of what is found.
    pub(super) fn elements(&self, data: Computed) -> (AtomType, Vec<Computed>) {
        self.held_apart(data).unwrap_or_else(|one| (AtomType::LIST, vec![one]))
    }

    /// The parts of a list, a set or a value of several, and what to make of what is found; or the one that it is.
    fn held_apart(&self, data: Computed) -> Result<(AtomType, Vec<Computed>), Computed> {
        if let Some(opened) = self.opened(&data) {
            return Ok(opened);
        }
        let values: Vec<Value> = match &data {
            Computed::Value(Value::Floats(all)) => all.iter().map(|one| Value::Float(*one)).collect(),
            Computed::Value(Value::Bools(all)) => all.iter().map(|one| Value::Bool(*one)).collect(),
            Computed::Value(Value::Strings(all)) => all.iter().map(|one| Value::String(one.clone())).collect(),
            Computed::Value(Value::Link(all)) => all.to_vec(),
            Computed::Value(Value::Stream(all)) => all.iter().cloned().collect(),
            Computed::Several(all) => return Ok((AtomType::LIST, Computed::side_by_side(all))),
            _ => return Err(data),
        };
        Ok((AtomType::LIST, values.into_iter().map(Computed::Value).collect()))
    }

    /// A pattern whose variables of a filter are ones to be found, by their place, and in which all others stand for what
    /// they do; `None` where one of them is not in the space. What a glob stands for goes side by side.
    fn released(&self, space: &Space, pattern: &Pattern, scope: &Scope<'_>) -> Option<Vec<Pattern>> {
        let all = |parts: &[Pattern]| -> Option<Vec<Pattern>> {
            let parts: Option<Vec<Vec<Pattern>>> = parts.iter().map(|part| self.released(space, part, scope)).collect();
            Some(parts?.concat())
        };
        let atoms = |value: &Computed| -> Option<Vec<Pattern>> {
            let parts = Computed::side_by_side(std::slice::from_ref(value));
            parts.iter().map(|part| part.find(space).map(Pattern::Atom)).collect()
        };
        Some(match pattern {
            Pattern::Bound(bound) => match scope.variables.iter().position(|(own, _)| own.number == bound.number) {
                Some(at) => vec![Pattern::Var(at)],
                None => match self.applied(bound.number) {
                    Some(applied) => atoms(applied)?,
                    None => vec![pattern.clone()],
                },
            },
            Pattern::Var(variable) => atoms(&self.value(*variable)?)?,
            Pattern::Link(of, parts) => vec![Pattern::Link(*of, all(parts)?)],
            Pattern::Quoted(of, parts) => vec![Pattern::Quoted(*of, all(parts)?)],
            Pattern::Choice(parts) => vec![Pattern::Choice(all(parts)?)],
            Pattern::Atom(_) | Pattern::Node(..) => vec![pattern.clone()],
        })
    }
}

/// The glob of a scope that a pattern is.
fn own_glob(scope: &Scope<'_>, pattern: &Pattern) -> Option<usize> {
    let Pattern::Bound(bound) = pattern else { return None };
    if bound.glob { scope.variables.iter().position(|(own, _)| own.number == bound.number) } else { None }
}

fn has_free(element: &Computed, space: &Space) -> bool {
    let mut found = Vec::new();
    element.free_names(space, &mut Vec::new(), &mut found);
    !found.is_empty()
}

/// What variables stand for: one value, a List of several, and what is like a pattern without any.
fn row(values: Vec<Option<Computed>>, scope: &Scope<'_>, element: &Computed) -> Computed {
    let value = |(value, (bound, _)): (Option<Computed>, &(crate::query::pattern::Bound, _))| match value {
        Some(Computed::Several(parts)) => Computed::Link(AtomType::LIST, parts),
        Some(value) => value,
        None => Computed::Node(AtomType::VARIABLE, bound.name.clone()),
    };
    let mut all: Vec<Computed> = values.into_iter().zip(&scope.variables).map(value).collect();
    match (all.len(), all.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            all.push(last);
            Computed::Link(AtomType::LIST, all)
        }
        (_, None) => element.clone(),
    }
}
