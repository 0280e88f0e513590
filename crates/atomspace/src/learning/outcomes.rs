//! Truth values from outcomes: what was said came true, or it did not.

use super::error::LearningError;
use crate::pln::Counts;
use crate::space::{Handle, Space, Truth};

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
    let before = match space.truth(atom) {
        Truth::Count { strength, count, .. } => Counts::new(f64::from(strength) * f64::from(count), count.into()),
        other => Some(Counts::of(other.into(), lookahead)),
    };
    let new = Counts::new(held * weight, weight).unwrap_or_default();
    let all = before.unwrap_or_default() + new;
    let tv = all.truth(lookahead);
    let truth =
        Truth::Count { strength: tv.strength as f32, confidence: tv.confidence as f32, count: all.total() as f32 };
    space.set_truth(atom, truth)?;
    Ok(truth)
}
