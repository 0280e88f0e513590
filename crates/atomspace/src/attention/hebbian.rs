//! Hebbian links: what is important together becomes joined.
//!
//! Source: ECAN's Hebbian learning, after Hebb, *The Organization of Behavior* (1949). A link is an atom of type [`HEBBIAN`] over
//! two atoms; its strength is a running mean of how equally important the two were when at least one of them was in the
//! focus, and its confidence grows with how often that was looked at.

use super::bank::{Bank, Kind, holds};
use super::settings::AttentionError;
use crate::space::{AtomType, Handle, Space, Truth};

/// The name of the type of Hebbian links, an unordered link that is declared when the first one is made.
pub const HEBBIAN: &str = "HebbianLink";

/// Looks that give a link half of its confidence.
const LOOKAHEAD: f32 = 10.0;
/// The strength from which on two atoms that were not joined become so.
const LEAST: f64 = 0.1;

/// The type of Hebbian links in a space, once it is declared. They say what was thought of together, and nothing of the world: who
/// looks for facts leaves them out.
#[must_use]
pub fn known(space: &Space) -> Option<AtomType> {
    space.types().named(HEBBIAN).ok()
}

/// What an atom is joined with by Hebbian links, with strength times confidence.
pub(super) fn partners(space: &Space, atom: Handle) -> Vec<(Handle, f64)> {
    let Some(of) = known(space) else { return Vec::new() };
    let partner = |link: Handle| {
        let other = space.outgoing(link).iter().find(|other| **other != atom)?;
        let truth = space.truth(link);
        Some((*other, f64::from(truth.strength()) * f64::from(truth.confidence())))
    };
    space.incoming_by_type(atom, of).filter_map(partner).collect()
}

/// How equally important two atoms are: the less by the more.
fn together(one: i64, two: i64) -> f64 {
    let most = one.max(two);
    if most <= 0 { 0.0 } else { one.min(two).max(0) as f64 / most as f64 }
}

impl Bank {
    /// Joins the atoms in the focus that are important together, and moves the links that there are towards what is seen: up
    /// where both atoms are important, down where one is in the focus and the other is not. Returns how many links are new.
    pub fn learn(&mut self, space: &mut Space) -> Result<usize, AttentionError> {
        let focus = self.focus(space);
        let mut seen: Vec<Handle> = Vec::new();
        if let Some(of) = known(space) {
            for (atom, _) in &focus {
                seen.extend(space.incoming_by_type(*atom, of));
            }
            seen.sort_unstable();
            seen.dedup();
        }
        for link in seen {
            let [one, two] = space.outgoing(link) else { continue };
            let seen = together(holds(space, *one, Kind::Short), holds(space, *two, Kind::Short));
            self.observe(space, link, seen)?;
        }
        join(space, &focus)
    }

    fn observe(&self, space: &mut Space, link: Handle, seen: f64) -> Result<(), AttentionError> {
        let truth = space.truth(link);
        let strength = f64::from(truth.strength());
        let count = if let Truth::Count { count, .. } = truth { count } else { 0.0 };
        // The first looks count as much as each other, so that they are a plain mean.
        let step = self.settings.learning.max(1.0 / (f64::from(count) + 1.0));
        space.set_truth(link, counted(strength + step * (seen - strength), count + 1.0))?;
        Ok(())
    }
}

/// Joins atoms in the focus that are important together and not joined yet. Returns how many links are new.
fn join(space: &mut Space, focus: &[(Handle, i64)]) -> Result<usize, AttentionError> {
    let mut new = 0;
    for (at, (one, units)) in focus.iter().enumerate() {
        for (two, others) in focus.iter().skip(at + 1) {
            let seen = together(*units, *others);
            if seen < LEAST {
                continue;
            }
            let of = match known(space) {
                Some(of) => of,
                None => space.declare_type(HEBBIAN, &[AtomType::UNORDERED])?,
            };
            if space.find_link(of, &[*one, *two]).is_none() {
                let link = space.link(of, &[*one, *two])?;
                space.set_truth(link, counted(seen, 1.0))?;
                new += 1;
            }
        }
    }
    Ok(new)
}

fn counted(strength: f64, count: f32) -> Truth {
    Truth::Count { strength: strength.clamp(0.0, 1.0) as f32, confidence: count / (count + LOOKAHEAD), count }
}
