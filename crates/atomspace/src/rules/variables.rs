//! Which variables the parts of a rule mention.

use super::form::{Aggregate, Expr, Form, Guard, Premise};
use crate::pattern::{Arg, Variable};

impl Expr {
    pub(crate) fn variables(&self) -> Vec<&Variable> {
        match self {
            Self::Arg(Arg::Variable(variable)) => vec![variable],
            Self::Arg(_) => Vec::new(),
            Self::Call(_, args) => args.iter().flat_map(Self::variables).collect(),
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
}
