//! Guards over what is bound so far: true, false, or not yet known.
//!
//! The rules' own engine asks guards when everything is bound. An inquiry meets rules that hold in part; there a guard
//! with an unbound variable is open. The meaning is that of `docs/rule-format.md`; searches do not look into names.

use oriel_atomspace::rules::{Comparison, Expr, Function, Guard, Search};
use oriel_atomspace::{Arg, AtomId, Frame, Term, entity_kind, entity_name};
use std::borrow::Cow;
use std::sync::Arc;

/// What a variable stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bound {
    Atom(AtomId),
    Number(f64),
}

/// The variables bound so far, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Bindings(Vec<(Arc<str>, Bound)>);

impl Bindings {
    pub(super) fn get(&self, name: &str) -> Option<Bound> {
        self.0.iter().find(|(known, _)| **known == *name).map(|(_, bound)| *bound)
    }

    pub(super) fn atom(&self, name: &str) -> Option<AtomId> {
        if let Some(Bound::Atom(atom)) = self.get(name) { Some(atom) } else { None }
    }

    pub(super) fn bind(&mut self, name: &Arc<str>, bound: Bound) {
        self.0.push((Arc::clone(name), bound));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

#[derive(Debug, Clone)]
enum Value<'a> {
    Entity(Cow<'a, str>),
    Text(Cow<'a, str>),
    Number(f64),
}

impl Value<'_> {
    fn characters(&self) -> Option<&str> {
        match self {
            Self::Entity(text) | Self::Text(text) => Some(text),
            Self::Number(_) => None,
        }
    }

    fn searchable(&self) -> Option<&str> {
        match self {
            Self::Entity(word) if entity_kind(word).is_some() => None,
            other => other.characters(),
        }
    }
}

fn of_term(term: Term<'_>) -> Value<'_> {
    match term {
        Term::Entity(name) => Value::Entity(Cow::Borrowed(name)),
        Term::Text(text) => Value::Text(Cow::Borrowed(text)),
        Term::Number(number) => Value::Number(number),
    }
}

fn value<'a>(expression: &'a Expr, bound: &Bindings, frame: &'a Frame) -> Option<Value<'a>> {
    match expression {
        Expr::Arg(Arg::Variable(variable)) => match bound.get(&variable.name)? {
            Bound::Atom(atom) => frame.term(atom).map(of_term),
            Bound::Number(number) => Some(Value::Number(number)),
        },
        Expr::Arg(constant) => constant.term().map(of_term),
        Expr::Call(Function::Name | Function::Kind, args) => {
            let Value::Entity(entity) = value(args.first()?, bound, frame)? else { return None };
            let part = if matches!(expression, Expr::Call(Function::Name, _)) {
                entity_name(&entity).to_owned()
            } else {
                entity_kind(&entity)?.to_owned()
            };
            Some(Value::Text(Cow::Owned(part)))
        }
        Expr::Call(function, args) => {
            let numbers = args.iter().map(|arg| match value(arg, bound, frame)? {
                Value::Number(number) => Some(number),
                _ => None,
            });
            let numbers: Vec<f64> = numbers.collect::<Option<_>>()?;
            let folded = function.of_numbers(&numbers)?;
            folded.is_finite().then_some(Value::Number(folded))
        }
    }
}

/// The number that an expression has.
pub(super) fn number(expression: &Expr, bound: &Bindings, frame: &Frame) -> Option<f64> {
    if let Value::Number(number) = value(expression, bound, frame)? { Some(number) } else { None }
}

/// Whether a guard holds; none where it cannot be told yet.
pub(super) fn holds(guard: &Guard, bound: &Bindings, frame: &Frame) -> Option<bool> {
    match guard {
        Guard::Compare(comparison, left, right) => {
            let (left, right) = (value(left, bound, frame)?, value(right, bound, frame)?);
            Some(compare(*comparison, &left, &right))
        }
        Guard::Search(search, text, needles) => {
            let text = value(text, bound, frame)?;
            let Some(text) = text.searchable() else { return Some(false) };
            for needle in needles {
                let needle = value(needle, bound, frame)?;
                if needle.characters().is_some_and(|needle| finds(*search, text, needle)) {
                    return Some(true);
                }
            }
            Some(false)
        }
        Guard::OneOf(first, options) => {
            let first = value(first, bound, frame)?;
            for option in options {
                if compare(Comparison::Equal, &first, &value(option, bound, frame)?) {
                    return Some(true);
                }
            }
            Some(false)
        }
        Guard::Any(guards) => {
            let told: Vec<Option<bool>> = guards.iter().map(|guard| holds(guard, bound, frame)).collect();
            if told.contains(&Some(true)) {
                Some(true)
            } else {
                told.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
            }
        }
        Guard::All(guards) => {
            let told: Vec<Option<bool>> = guards.iter().map(|guard| holds(guard, bound, frame)).collect();
            if told.contains(&Some(false)) {
                Some(false)
            } else {
                told.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
            }
        }
    }
}

fn compare(comparison: Comparison, left: &Value<'_>, right: &Value<'_>) -> bool {
    let ordering = match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        _ => left.characters().zip(right.characters()).map(|(left, right)| left.cmp(right)),
    };
    match comparison {
        Comparison::Equal => ordering.is_some_and(std::cmp::Ordering::is_eq),
        Comparison::Unequal => !ordering.is_some_and(std::cmp::Ordering::is_eq),
        Comparison::Less => ordering.is_some_and(std::cmp::Ordering::is_lt),
        Comparison::AtMost => ordering.is_some_and(std::cmp::Ordering::is_le),
        Comparison::Greater => ordering.is_some_and(std::cmp::Ordering::is_gt),
        Comparison::AtLeast => ordering.is_some_and(std::cmp::Ordering::is_ge),
    }
}

fn finds(search: Search, text: &str, needle: &str) -> bool {
    match search {
        Search::Contains => text.contains(needle),
        Search::StartsWith => text.starts_with(needle),
        Search::EndsWith => text.ends_with(needle),
        Search::Mentions => text.to_lowercase().contains(&needle.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oriel_atomspace::rules::{Form, RuleSet};

    #[test]
    fn a_guard_is_true_false_or_open() {
        let mut frame = Frame::new();
        frame.load("(restarts pod/a 3)").unwrap();
        let three = frame.find_term(Term::Number(3.0)).unwrap();
        let rules = RuleSet::parse(
            r#"(rule r "R." (source "s") (tv 1 1) (if (restarts ?p ?n) (>= ?n 3) (< ?n 3) (or (< ?n 1) (one-of ?m a b)) (> (* 2 ?n) 5)) (then (x ?p)))"#,
            "r",
        )
        .unwrap();
        let guards: Vec<&Guard> = rules.rules()[0]
            .premises
            .iter()
            .filter_map(|p| if let Form::Guard(guard) = &p.form { Some(guard) } else { None })
            .collect();
        let mut bound = Bindings::default();
        assert_eq!(holds(guards[0], &bound, &frame), None);
        bound.bind(&Arc::from("n"), Bound::Atom(three));
        let told: Vec<Option<bool>> = guards.iter().map(|guard| holds(guard, &bound, &frame)).collect();
        assert_eq!(told, [Some(true), Some(false), None, Some(true)]);
    }
}
