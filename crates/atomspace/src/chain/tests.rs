//! Chaining, held against published points, against a chainer that only tries everything, and by its laws.

mod connectives;
mod guide;
mod laws;
mod matching;
mod paraconsistent;
mod points;
mod running;
mod settled;
mod writing;

use super::{Answer, Chainer, Conclusions, Formulas, Rules, target};
use crate::TruthValue;
use crate::query::Term;
use crate::space::Space;

/// A space that holds what texts say.
fn space(texts: &[&str]) -> Space {
    let mut space = Space::new();
    for text in texts {
        space.load(text).expect("well-formed");
    }
    space
}

fn rules(space: &Space, bases: &[&str]) -> Rules {
    Rules::read(space, bases, &Formulas::pln()).expect("well-formed rules")
}

fn term(space: &Space, text: &str) -> Term {
    target(space.types(), text).expect("a term")
}

/// All answers of a target, each as it was given last.
fn answers(space: &Space, rules: &Rules, text: &str) -> Vec<(String, TruthValue)> {
    let found = Chainer::new(space, rules).backward(&term(space, text)).expect("a target");
    let mut all: Vec<(String, TruthValue)> = Vec::new();
    for Answer { conclusion, .. } in found {
        let text = conclusion.statement.show(space.types());
        all.retain(|known| known.0 != text);
        all.push((text, conclusion.truth));
    }
    all
}

/// What forward chaining knows of a statement in the end.
fn forward(space: &Space, rules: &Rules, text: &str) -> Option<TruthValue> {
    let mut all: Conclusions<'_> = Chainer::new(space, rules).forward().expect("it runs");
    all.get(&term(space, text)).map(|known| known.truth)
}

#[track_caller]
fn close(found: TruthValue, strength: f64, confidence: f64) {
    let near = |one: f64, two: f64| (one - two).abs() < 1e-9;
    assert!(near(found.strength, strength) && near(found.confidence, confidence), "{found}");
}
