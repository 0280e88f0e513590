//! Values of expressions and guards.
//!
//! A value that does not exist (an unbound variable, a sum of texts, a division by zero) makes its guard false; nothing
//! here fails. Words and texts compare by their characters. Searches do not look into the names of entities
//! (`pod/cart-1`): what a thing is called is no evidence, and renaming a system must not change its diagnosis.

use super::form::{Comparison, Expr, Function, Guard, Search};
use super::quantity;
use crate::Frame;
use crate::atom::{AtomId, Term, entity_kind, entity_name};
use crate::pattern::Arg;
use std::borrow::Cow;
use std::cmp::Ordering;

/// What a variable stands for while a rule is matched.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub(crate) enum Bound {
    /// Nothing yet.
    #[default]
    Empty,
    /// An atom.
    Atom(AtomId),
    /// A computed number that may not be an atom.
    Number(f64),
}

impl Bound {
    pub(crate) fn atom(self) -> Option<AtomId> {
        if let Self::Atom(id) = self { Some(id) } else { None }
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Entity(Cow<'a, str>),
    Text(Cow<'a, str>),
    Number(f64),
}

impl<'a> Value<'a> {
    fn from_term(term: Term<'a>) -> Self {
        match term {
            Term::Entity(name) => Self::Entity(Cow::Borrowed(name)),
            Term::Text(text) => Self::Text(Cow::Borrowed(text)),
            Term::Number(number) => Self::Number(number),
        }
    }

    fn characters(&self) -> Option<&str> {
        match self {
            Self::Entity(text) | Self::Text(text) => Some(text),
            Self::Number(_) => None,
        }
    }

    fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The characters that a search may look into: not those of an entity.
    fn searchable(&self) -> Option<&str> {
        match self {
            Self::Entity(word) if entity_kind(word).is_some() => None,
            other => other.characters(),
        }
    }
}

/// Evaluates expressions over bound variables.
#[derive(Clone, Copy)]
pub(crate) struct Evaluator<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) bound: &'a [Bound],
}

impl<'a> Evaluator<'a> {
    pub(crate) fn value(&self, expression: &'a Expr) -> Option<Value<'a>> {
        match expression {
            Expr::Arg(Arg::Variable(variable)) => match self.bound.get(variable.index())? {
                Bound::Empty => None,
                Bound::Atom(id) => self.frame.term(*id).map(Value::from_term),
                Bound::Number(number) => Some(Value::Number(*number)),
            },
            Expr::Arg(constant) => constant.term().map(Value::from_term),
            Expr::Call(Function::Name, args) => self.part(args, |text| Some(entity_name(text))),
            Expr::Call(Function::Kind, args) => self.part(args, entity_kind),
            Expr::Call(Function::Bytes, args) => self.quantity(args, quantity::bytes),
            Expr::Call(Function::Cores, args) => self.quantity(args, quantity::cores),
            Expr::Call(function, args) => {
                let numbers = args.iter().map(|arg| self.value(arg)?.number());
                let numbers: Option<smallvec::SmallVec<[f64; 4]>> = numbers.collect();
                let number = function.of_numbers(&numbers?)?;
                (!number.is_nan()).then_some(Value::Number(number))
            }
        }
    }

    fn part(&self, args: &'a [Expr], part: fn(&str) -> Option<&str>) -> Option<Value<'a>> {
        let value = self.value(args.first()?)?;
        Some(Value::Text(Cow::Owned(part(value.characters()?)?.to_owned())))
    }

    fn quantity(&self, args: &'a [Expr], write: fn(f64) -> Option<String>) -> Option<Value<'a>> {
        let amount = self.value(args.first()?)?.number()?;
        Some(Value::Text(Cow::Owned(write(amount)?)))
    }

    pub(crate) fn holds(&self, guard: &'a Guard) -> bool {
        match guard {
            Guard::Compare(comparison, left, right) => {
                self.value(left).zip(self.value(right)).is_some_and(|(left, right)| compare(*comparison, &left, &right))
            }
            Guard::Search(search, text, needles) => self.value(text).is_some_and(|text| {
                let hit =
                    |needle: &'a Expr| Some(found(*search, text.searchable()?, self.value(needle)?.characters()?));
                needles.iter().any(|needle| hit(needle).unwrap_or(false))
            }),
            Guard::OneOf(value, options) => self.value(value).is_some_and(|value| {
                let same = |option: &Value<'_>| compare(Comparison::Equal, &value, option);
                options.iter().filter_map(|option| self.value(option)).any(|option| same(&option))
            }),
            Guard::Any(guards) => guards.iter().any(|guard| self.holds(guard)),
            Guard::All(guards) => guards.iter().all(|guard| self.holds(guard)),
        }
    }
}

impl Function {
    /// What a function of numbers gives; none for one of entities or texts, for no number, and for a division by zero.
    pub fn of_numbers(self, numbers: &[f64]) -> Option<f64> {
        let (&first, rest) = numbers.split_first()?;
        Some(match self {
            Self::Add => numbers.iter().sum(),
            Self::Subtract if rest.is_empty() => -first,
            Self::Subtract => rest.iter().fold(first, |value, next| value - next),
            Self::Multiply => numbers.iter().product(),
            Self::Divide if rest.contains(&0.0) => return None,
            Self::Divide => rest.iter().fold(first, |value, next| value / next),
            Self::Max => rest.iter().copied().fold(first, f64::max),
            Self::Min => rest.iter().copied().fold(first, f64::min),
            Self::Abs => first.abs(),
            Self::RoundUp => quantity::round_up(first, *rest.first()?)?,
            Self::Usual => quantity::usual(first)?,
            Self::Name | Self::Kind | Self::Bytes | Self::Cores => return None,
        })
    }
}

fn compare(comparison: Comparison, left: &Value<'_>, right: &Value<'_>) -> bool {
    let order = match (left.number(), right.number()) {
        (Some(left), Some(right)) => left.partial_cmp(&right),
        _ => left.characters().zip(right.characters()).map(|(left, right)| left.cmp(right)),
    };
    match (comparison, order) {
        (Comparison::Unequal, order) => order != Some(Ordering::Equal),
        (_, None) => false,
        (Comparison::Equal, Some(order)) => order.is_eq(),
        (Comparison::Less, Some(order)) => order.is_lt(),
        (Comparison::AtMost, Some(order)) => order.is_le(),
        (Comparison::Greater, Some(order)) => order.is_gt(),
        (Comparison::AtLeast, Some(order)) => order.is_ge(),
    }
}

fn found(search: Search, text: &str, needle: &str) -> bool {
    match search {
        Search::Contains => text.contains(needle),
        Search::StartsWith => text.starts_with(needle),
        Search::EndsWith => text.ends_with(needle),
        Search::Mentions => text.to_lowercase().contains(&needle.to_lowercase()),
    }
}
