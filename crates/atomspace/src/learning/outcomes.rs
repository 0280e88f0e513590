//! Truth values from outcomes: what was said came true, or it did not.

use super::error::LearningError;
use crate::TruthValue;
use crate::pln::Counts;
use crate::space::{Handle, Space, Truth};

/// Observations that give half of the confidence, where nothing else is said.
pub const LOOKAHEAD: f64 = 10.0;

/// Counts outcomes into an atom's truth value: `weight` observations, of which the share `held` (from 0 to 1) was as the atom
/// says. The confidence is `n / (n + lookahead)` after `n` observations. What the atom was worth before counts as the number of
/// observations that its confidence stands for; one that nobody gave a truth value starts from none.
///
/// Source: Goertzel, Iklé, Goertzel, Heljakka, *Probabilistic Logic Networks* (2008), section 4.5; revision adds counts.
///
/// ```
/// use oriel_atomspace::learning::observe;
/// use oriel_atomspace::space::{AtomType, Space};
/// let mut space = Space::new();
/// let rule = space.node(AtomType::PREDICATE, "restarting helps")?;
/// for held in [1.0, 1.0, 0.0, 1.0] {
///     observe(&mut space, rule, held, 1.0, 4.0)?;
/// }
/// let truth = space.truth(rule);
/// assert_eq!((truth.strength(), truth.confidence()), (0.75, 0.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn observe(
    space: &mut Space,
    atom: Handle,
    held: f64,
    weight: f64,
    lookahead: f64,
) -> Result<Truth, LearningError> {
    for (field, given, fine, wanted) in [
        ("held", held, (0.0..=1.0).contains(&held), "from 0 to 1"),
        ("weight", weight, weight > 0.0 && weight.is_finite(), "above 0, and finite"),
        ("lookahead", lookahead, lookahead > 0.0 && lookahead.is_finite(), "above 0, and finite"),
    ] {
        if !fine {
            return Err(LearningError::Setting { field, given, wanted });
        }
    }
    if !space.contains(atom) {
        return Err(LearningError::NoAtom(atom));
    }
    let new = Counts::new(held * weight, weight).unwrap_or_default();
    let truth = revised(space.truth(atom), new, lookahead);
    space.set_truth(atom, truth)?;
    Ok(truth)
}

/// A truth value with more observations, for a `lookahead` above 0: what it was worth before counts as the observations that its
/// confidence stands for.
///
/// Nothing can be taken from a truth value again, for nobody knows what is in it: who replaces observations keeps what there was
/// without them.
///
/// ```
/// use oriel_atomspace::learning::{LOOKAHEAD, revised};
/// use oriel_atomspace::pln::Counts;
/// use oriel_atomspace::space::Truth;
/// let truth = revised(Truth::simple(0.5, 0.5), Counts::new(10.0, 10.0).unwrap(), LOOKAHEAD);
/// assert_eq!((truth.strength(), truth.confidence()), (0.75, 20.0 / 30.0));
/// ```
#[must_use]
pub fn revised(truth: Truth, new: Counts, lookahead: f64) -> Truth {
    let all = counted(truth, lookahead) + new;
    let tv = all.truth(lookahead);
    Truth::Count { strength: tv.strength as f32, confidence: tv.confidence as f32, count: all.total() as f32 }
}

/// What a truth value counts. A store keeps it in few digits: whole observations are counted whole again.
fn counted(truth: Truth, lookahead: f64) -> Counts {
    let counts = match truth {
        Truth::Count { strength, count, .. } => {
            let (total, positive) = (f64::from(count), f64::from(strength) * f64::from(count));
            let whole = positive.round();
            let is_whole = (positive - whole).abs() <= total * f64::from(f32::EPSILON);
            Counts::new(if is_whole { whole } else { positive }, total)
        }
        Truth::Simple { strength, confidence } => {
            let [strength, confidence] = [strength, confidence].map(written);
            Some(Counts::of(TruthValue::new(strength, confidence), lookahead))
        }
        other => Some(Counts::of(other.into(), lookahead)),
    };
    counts.unwrap_or_default()
}

/// A number as it was written: the nearest `f64` to the fewest digits that name it.
fn written(stored: f32) -> f64 {
    stored.to_string().parse().unwrap_or_else(|_| stored.into())
}
