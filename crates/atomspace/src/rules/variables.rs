//! Which variables the parts of a rule mention, and the parts with values in their place.

use super::form::{Aggregate, Expr, Form, Guard, Premise};
use crate::pattern::{Arg, Pattern, Variable};

/// What is known of the variables.
type Known<'k> = &'k dyn Fn(&Variable) -> Option<Arg>;

impl Expr {
    pub(crate) fn variables(&self) -> Vec<&Variable> {
        match self {
            Self::Arg(Arg::Variable(variable)) => vec![variable],
            Self::Arg(_) => Vec::new(),
            Self::Call(_, args) => args.iter().flat_map(Self::variables).collect(),
        }
    }

    fn filled(&self, known: Known<'_>) -> Self {
        match self {
            Self::Arg(arg) => Self::Arg(filled(arg, known)),
            Self::Call(function, args) => Self::Call(*function, args.iter().map(|arg| arg.filled(known)).collect()),
        }
    }
}

impl Guard {
    pub(crate) fn variables(&self) -> Vec<&Variable> {
        match self {
            Self::Compare(_, left, right) => left.variables().into_iter().chain(right.variables()).collect(),
            Self::Search(_, value, others) | Self::OneOf(value, others) => {
                value.variables().into_iter().chain(others.iter().flat_map(Expr::variables)).collect()
            }
            Self::Any(guards) | Self::All(guards) => guards.iter().flat_map(Self::variables).collect(),
        }
    }

    fn filled(&self, known: Known<'_>) -> Self {
        let all = |values: &[Expr]| values.iter().map(|value| value.filled(known)).collect();
        let guards = |guards: &[Self]| guards.iter().map(|guard| guard.filled(known)).collect();
        match self {
            Self::Compare(comparison, left, right) => {
                Self::Compare(*comparison, left.filled(known), right.filled(known))
            }
            Self::Search(search, value, others) => Self::Search(*search, value.filled(known), all(others)),
            Self::OneOf(value, others) => Self::OneOf(value.filled(known), all(others)),
            Self::Any(inner) => Self::Any(guards(inner)),
            Self::All(inner) => Self::All(guards(inner)),
        }
    }
}

impl Pattern {
    /// The pattern with values in the place of what is known.
    pub(crate) fn filled(&self, known: Known<'_>) -> Self {
        let args = self.args.iter().map(|arg| filled(arg, known)).collect();
        Self { predicate: self.predicate.clone(), args, at: self.at }
    }
}

impl Premise {
    /// Every variable that is mentioned, inside and out.
    pub(crate) fn variables(&self) -> Vec<&Variable> {
        match &self.form {
            Form::Match(pattern) => pattern.variables().collect(),
            Form::Not(body) => body.iter().flat_map(Self::variables).collect(),
            Form::Guard(guard) => guard.variables(),
            Form::Bind(variable, value) => std::iter::once(variable).chain(value.variables()).collect(),
            Form::Aggregate(Aggregate { result, over, body, .. }) => {
                std::iter::once(result).chain(over).chain(body.iter().flat_map(Self::variables)).collect()
            }
        }
    }

    /// The premise with values in the place of what is known; a bound or counted variable shows its value as
    /// `(= value …)`.
    pub(crate) fn filled(&self, known: Known<'_>) -> Self {
        let all = |body: &[Self]| body.iter().map(|premise| premise.filled(known)).collect();
        let form = match &self.form {
            Form::Match(pattern) => Form::Match(pattern.filled(known)),
            Form::Not(body) => Form::Not(all(body)),
            Form::Guard(guard) => Form::Guard(guard.filled(known)),
            Form::Bind(variable, value) => match known(variable) {
                Some(arg) => {
                    Form::Guard(Guard::Compare(super::form::Comparison::Equal, Expr::Arg(arg), value.filled(known)))
                }
                None => Form::Bind(variable.clone(), value.filled(known)),
            },
            Form::Aggregate(aggregate) => {
                let mut result = aggregate.result.clone();
                // The number is printed beside the variable: `(count ?n=3 (part-of ?p service/a))`.
                if let Some(Arg::Number(number)) = known(&result) {
                    result.name = format!("{}={number}", result.name).into();
                }
                Form::Aggregate(Aggregate { result, body: all(&aggregate.body), ..aggregate.clone() })
            }
        };
        Self { form, at: self.at }
    }
}

fn filled(arg: &Arg, known: Known<'_>) -> Arg {
    match arg {
        Arg::Variable(variable) => known(variable).unwrap_or_else(|| arg.clone()),
        constant => constant.clone(),
    }
}
