//! Arithmetic with numbers, and with several side by side: element by element, one number with each of several.

use super::Computing;
use crate::query::computed::{Computed, Numbers};
use crate::query::limits::Halt;
use crate::query::pattern::Pattern;
use crate::space::{AtomType, Value};

/// How many operands an operation takes.
fn operands(of: AtomType) -> Option<std::ops::RangeInclusive<usize>> {
    Some(match of {
        AtomType::PLUS | AtomType::TIMES => 0..=usize::MAX,
        AtomType::MINUS | AtomType::DIVIDE | AtomType::MAX | AtomType::MIN => 1..=usize::MAX,
        AtomType::POW => 2..=2,
        AtomType::ABS
        | AtomType::FLOOR
        | AtomType::HEAVISIDE
        | AtomType::LOG2
        | AtomType::EXP2
        | AtomType::EXP
        | AtomType::SINE
        | AtomType::COSINE
        | AtomType::TAN => 1..=1,
        _ => return None,
    })
}

/// Whether a link is computed from numbers.
pub(super) fn is_arithmetic(of: AtomType) -> bool {
    operands(of).is_some()
}

/// What an operation makes of one number.
fn alone(of: AtomType, number: f64) -> f64 {
    match of {
        AtomType::MINUS => -number,
        AtomType::DIVIDE => 1.0 / number,
        AtomType::ABS => number.abs(),
        AtomType::FLOOR => number.floor(),
        AtomType::LOG2 => number.log2(),
        AtomType::EXP2 => number.exp2(),
        AtomType::SINE => number.sin(),
        AtomType::COSINE => number.cos(),
        AtomType::TAN => number.tan(),
        AtomType::EXP => number.exp(),
        AtomType::HEAVISIDE if number >= 0.0 => 1.0,
        AtomType::HEAVISIDE => 0.0,
        _ => number,
    }
}

/// What an operation makes of what it made so far and the next number.
fn with(of: AtomType, left: f64, right: f64) -> f64 {
    match of {
        AtomType::PLUS => left + right,
        AtomType::TIMES => left * right,
        AtomType::MINUS => left - right,
        AtomType::DIVIDE => left / right,
        AtomType::MAX => left.max(right),
        AtomType::MIN => left.min(right),
        _ => left.powf(right),
    }
}

impl Computing<'_, '_, '_> {
    pub(super) fn arithmetic(&mut self, of: AtomType, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let space = self.holding.context.space;
        let Some(mut parts) = self.operands(parts)? else { return Ok(None) };
        // A value of several values is all of the operands.
        if let [Computed::Value(Value::Link(all))] = parts.as_slice() {
            parts = all.iter().cloned().map(Computed::Value).collect();
        }
        if !operands(of).is_some_and(|operands| operands.contains(&parts.len())) {
            let count = parts.len();
            return Ok(self.lacks(|_| format!("{} cannot be computed of {count} numbers", space.types().name(of))));
        }
        let neutral = if of == AtomType::TIMES { 1.0 } else { 0.0 };
        let mut made: Option<Numbers> = None;
        for part in &parts {
            let Some(mut numbers) = part.numbers(space) else {
                return Ok(self.lacks(|own| format!("{} is no number", own.show(part))));
            };
            self.budget.make(numbers.len() as u64)?;
            made = Some(match made {
                None if parts.len() > 1 => numbers,
                None => {
                    numbers.iter_mut().for_each(|number| *number = alone(of, *number));
                    numbers
                }
                Some(left) => match joined(of, left, &numbers) {
                    Ok(made) => made,
                    Err((one, two)) => {
                        return Ok(self.lacks(|_| {
                            let name = space.types().name(of);
                            format!("{name} cannot be computed of {one} numbers and {two}: only one goes with each of several")
                        }));
                    }
                },
            });
        }
        Ok(Some(Computed::of_numbers(&made.unwrap_or_else(|| Numbers::from_slice(&[neutral])))))
    }
}

/// Two sides, element by element; how many each has where that does not go.
fn joined(of: AtomType, mut left: Numbers, right: &[f64]) -> Result<Numbers, (usize, usize)> {
    match (left.as_slice(), right) {
        (_, [right]) => {
            let right = *right;
            left.iter_mut().for_each(|left| *left = with(of, *left, right));
            Ok(left)
        }
        ([left], _) => Ok(right.iter().map(|right| with(of, *left, *right)).collect()),
        (one, two) if one.len() == two.len() => {
            Ok(one.iter().zip(two).map(|(left, right)| with(of, *left, *right)).collect())
        }
        (one, two) => Err((one.len(), two.len())),
    }
}
