//! The formulas against published points, against counting in whole joint distributions, and by their laws.

mod four;
mod indefinite;
mod joint;
mod laws;
mod points;
mod published;
mod refusals;
mod revision;

use crate::TruthValue;
use proptest::prelude::*;

fn tv(strength: f64, confidence: f64) -> TruthValue {
    TruthValue::new(strength, confidence)
}

fn sure(strength: f64) -> TruthValue {
    tv(strength, 1.0)
}

fn near(one: f64, two: f64) -> bool {
    (one - two).abs() < 1e-6
}

fn close(one: TruthValue, two: TruthValue) -> bool {
    near(one.strength, two.strength) && near(one.confidence, two.confidence)
}

/// Any truth value, the extremes often.
fn truth() -> impl Strategy<Value = TruthValue> {
    let part = || prop_oneof![1 => Just(0.0), 1 => Just(1.0), 4 => 0.0..=1.0];
    (part(), part()).prop_map(|(strength, confidence)| tv(strength, confidence))
}
