//! The search: what is still to be matched, and where it can be gone back to.

use super::{Found, Matcher, State, first_bound};
use crate::query::limits::{Budget, Halt};
use crate::query::pattern::Pattern;
use crate::space::Handle;
use std::sync::Arc;

/// What is still to be matched, the next first. What several ways have in common is shared.
type Agenda<'a> = Option<Arc<Pending<'a>>>;

#[derive(Debug)]
struct Pending<'a> {
    task: Task<'a>,
    scope: usize,
    then: Agenda<'a>,
}

#[derive(Clone, Debug)]
enum Task<'a> {
    /// A pattern and an atom.
    One(&'a Pattern, Handle),
    /// Parts and atoms in their order.
    Sequence(&'a [Pattern], &'a [Handle]),
    /// Parts and atoms in any order.
    Unordered(Sharing<'a>),
    /// A scope ends: its variables, from this number on, are no longer paired.
    Leave(usize),
}

/// How far the parts of an unordered link were given atoms.
#[derive(Clone, Debug)]
struct Sharing<'a> {
    /// The parts that take one atom each; what is hardest to please comes first.
    parts: Arc<[&'a Pattern]>,
    next: usize,
    /// The part that takes what is left.
    glob: Option<usize>,
    atoms: &'a [Handle],
    taken: Arc<[bool]>,
}

impl<'a> Sharing<'a> {
    fn new(matcher: &Matcher<'_>, parts: &'a [Pattern], atoms: &'a [Handle]) -> Option<Self> {
        let mut globs = parts.iter().filter_map(|part| matcher.glob(part));
        let glob = globs.next();
        let mut ones: Vec<&Pattern> = parts.iter().filter(|part| matcher.glob(part).is_none()).collect();
        let too_few = ones.len() > atoms.len() || (glob.is_none() && ones.len() < atoms.len());
        // Several globs would share the atoms out in every possible way; queries with that are refused.
        if too_few || globs.next().is_some() {
            return None;
        }
        ones.sort_by_key(|part| match part {
            _ if part.is_ground() => 0,
            Pattern::Link(..) | Pattern::Quoted(..) => 1,
            Pattern::Choice(_) => 2,
            _ => 3,
        });
        Some(Self { parts: ones.into(), next: 0, glob, atoms, taken: vec![false; atoms.len()].into() })
    }

    /// The next position that may be taken. Of equal atoms only the first that is free is: the others would be the same.
    fn free(&self, from: usize) -> Option<usize> {
        let taken = |at: usize| self.taken.get(at).copied().unwrap_or(true);
        let same_before = |at: usize| {
            let before = at.checked_sub(1)?;
            (self.atoms.get(before) == self.atoms.get(at) && !taken(before)).then_some(())
        };
        (from..self.atoms.len()).find(|at| !taken(*at) && same_before(*at).is_none())
    }

    fn with(&self, at: usize) -> Self {
        let mut taken = self.taken.to_vec();
        taken.get_mut(at).into_iter().for_each(|mark| *mark = true);
        Self { next: self.next + 1, taken: taken.into(), ..self.clone() }
    }

    fn left(&self) -> Arc<[Handle]> {
        self.atoms.iter().zip(self.taken.iter()).filter(|(_, taken)| !**taken).map(|(atom, _)| *atom).collect()
    }
}

/// A place where it could be gone on otherwise.
#[derive(Debug)]
struct Turn<'a> {
    state: State,
    scope: usize,
    then: Agenda<'a>,
    other: Other<'a>,
}

#[derive(Debug)]
enum Other<'a> {
    /// These patterns for the atom.
    Choice(&'a [Pattern], Handle),
    /// So many atoms for the glob, up to a number; then the rest of the parts.
    Length { glob: usize, next: usize, most: usize, rest: &'a [Pattern], atoms: &'a [Handle] },
    /// The positions from this one on for the next part.
    Position(Sharing<'a>, usize),
}

/// The ways in which an atom is like a pattern, found as they are asked for. Some may come more than once, where a choice
/// or the variables of a scope in it say the same.
#[derive(Debug)]
pub(in crate::query) struct Ways<'a> {
    matcher: Matcher<'a>,
    /// The way that is being gone.
    going: Option<(State, Agenda<'a>)>,
    turns: Vec<Turn<'a>>,
}

impl<'a> Ways<'a> {
    pub(in crate::query) fn new(matcher: Matcher<'a>, pattern: &'a Pattern, atom: Handle, begun: State) -> Self {
        let whole = Pending { task: Task::One(pattern, atom), scope: 0, then: None };
        Self { matcher, going: Some((begun, Some(Arc::new(whole)))), turns: Vec::new() }
    }

    /// The next way.
    pub(in crate::query) fn next(&mut self, budget: &mut Budget) -> Result<Option<State>, Halt> {
        loop {
            match self.going.take() {
                Some((state, None)) => return Ok(Some(state)),
                Some((state, Some(pending))) => {
                    budget.step()?;
                    let then = pending.then.clone();
                    self.going = self.go(&pending.task, state, pending.scope, then);
                }
                None => {
                    let Some(turn) = self.turns.pop() else { return Ok(None) };
                    budget.step()?;
                    self.turn(turn);
                }
            }
        }
    }

    fn go(&mut self, task: &Task<'a>, mut state: State, scope: usize, then: Agenda<'a>) -> Option<(State, Agenda<'a>)> {
        match task {
            Task::One(pattern, atom) => self.one(pattern, *atom, (state, scope, then)),
            Task::Sequence(parts, atoms) => self.sequence(parts, atoms, (state, scope, then)),
            Task::Unordered(sharing) if sharing.next < sharing.parts.len() => {
                self.turn(Turn { state, scope, then, other: Other::Position(sharing.clone(), 0) });
                self.going.take()
            }
            Task::Unordered(sharing) => {
                let left = |glob| self.matcher.variable(glob, Found::Many(sharing.left()), &mut state);
                sharing.glob.is_none_or(left).then_some((state, then))
            }
            Task::Leave(first) => {
                state.renamed.retain(|(number, _)| number < first);
                Some((state, then))
            }
        }
    }

    fn one(
        &mut self,
        pattern: &'a Pattern,
        atom: Handle,
        (mut state, scope, then): (State, usize, Agenda<'a>),
    ) -> Option<(State, Agenda<'a>)> {
        let space = self.matcher.space;
        let (of, outgoing) = space.opened(atom);
        let (wanted, parts) = match pattern {
            Pattern::Atom(wanted) => return (*wanted == atom).then_some((state, then)),
            Pattern::Node(wanted, name) => {
                return (*wanted == of && space.name(atom) == Some(name)).then_some((state, then));
            }
            Pattern::Var(variable) => {
                return self.matcher.variable(*variable, Found::One(atom), &mut state).then_some((state, then));
            }
            Pattern::Bound(bound) => {
                let renamed = self.matcher.renamed(bound.number, bound.glob, atom, &mut state, scope);
                return renamed.then_some((state, then));
            }
            Pattern::Choice(parts) => {
                self.turn(Turn { state, scope, then, other: Other::Choice(parts, atom) });
                return self.going.take();
            }
            Pattern::Link(wanted, parts) | Pattern::Quoted(wanted, parts) => (*wanted, parts),
        };
        if wanted != of {
            return None;
        }
        let own = match pattern {
            Pattern::Link(..) if space.types().is_scope(of) => first_bound(parts),
            _ => None,
        };
        let leave = |first| Arc::new(Pending { task: Task::Leave(first), scope, then: then.clone() });
        let then = own.map_or_else(|| then.clone(), |first| Some(leave(first)));
        let task = if space.types().is_unordered(of) {
            Task::Unordered(Sharing::new(&self.matcher, parts, outgoing)?)
        } else {
            Task::Sequence(parts, outgoing)
        };
        Some((state, Some(Arc::new(Pending { task, scope: own.unwrap_or(scope), then }))))
    }

    fn sequence(
        &mut self,
        parts: &'a [Pattern],
        atoms: &'a [Handle],
        (state, scope, then): (State, usize, Agenda<'a>),
    ) -> Option<(State, Agenda<'a>)> {
        let Some((part, rest)) = parts.split_first() else { return atoms.is_empty().then_some((state, then)) };
        let (left, exactly) = self.matcher.least(rest);
        let room = atoms.len().checked_sub(left)?;
        if let Some(glob) = self.matcher.glob(part) {
            let admission = self.matcher.admissions.get(glob)?;
            let next = if exactly { room } else { admission.least };
            let other = Other::Length { glob, next, most: room.min(admission.most), rest, atoms };
            self.turn(Turn { state, scope, then, other });
            return self.going.take();
        }
        let (atom, left) = atoms.split_first()?;
        let then = Some(Arc::new(Pending { task: Task::Sequence(rest, left), scope, then }));
        self.one(part, *atom, (state, scope, then))
    }

    /// Goes on in the next of the ways that are open at a turn, and notes the turn if more are.
    fn turn(&mut self, turn: Turn<'a>) {
        let Turn { state, scope, then, other } = turn;
        let pending = |task, then| Some(Arc::new(Pending { task, scope, then }));
        let again = |other| Turn { state: state.clone(), scope, then: then.clone(), other };
        match other {
            Other::Choice(parts, atom) => {
                let Some((first, rest)) = parts.split_first() else { return };
                if !rest.is_empty() {
                    self.turns.push(again(Other::Choice(rest, atom)));
                }
                self.going = Some((state, pending(Task::One(first, atom), then)));
            }
            Other::Length { glob, next, most, rest, atoms } => {
                let Some((taken, left)) = atoms.split_at_checked(next).filter(|_| next <= most) else { return };
                if next < most {
                    self.turns.push(again(Other::Length { glob, next: next + 1, most, rest, atoms }));
                }
                let mut state = state;
                if self.matcher.variable(glob, Found::Many(taken.into()), &mut state) {
                    self.going = Some((state, pending(Task::Sequence(rest, left), then)));
                }
            }
            Other::Position(sharing, from) => {
                let Some(at) = sharing.free(from) else { return };
                let (Some(part), Some(atom)) = (sharing.parts.get(sharing.next), sharing.atoms.get(at)) else { return };
                let after = pending(Task::Unordered(sharing.with(at)), then.clone());
                let going = Some((state.clone(), pending(Task::One(part, *atom), after)));
                if sharing.free(at + 1).is_some() {
                    self.turns.push(again(Other::Position(sharing, at + 1)));
                }
                self.going = going;
            }
        }
    }
}
