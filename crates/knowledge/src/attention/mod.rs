//! What matters in a base: `oriel_atomspace::attention` over what a base holds, with the same funds from version to version.
//!
//! [`attention`] tells what is important at a version, [`attend`] changes it, as a change. The funds stand in the base, under
//! [`FUNDS_KEY`]; what no atom holds of them is the reserve. So whoever removes atoms, or gives them importance by hand, takes
//! from the reserve or puts back into it, and the funds stay what they are.

mod attend;
mod show;

pub use attend::{Attended, Attending, Stimulus, attend};
pub use show::{Attention, Important, attention};

use oriel_atomspace::attention::{Funds, MOST};
use oriel_atomspace::space::{AtomType, Handle, Space, Value};

/// The name of the `Predicate` that has the funds, as a value under itself: units of short-term and of long-term importance.
pub const FUNDS_KEY: &str = "oriel:funds";

/// Units of each importance that a base has, where nobody says otherwise and its atoms do not hold more.
pub const FUNDS: i64 = 1_000_000;

/// The funds of a base, and what its atoms hold: each as many units as a bank counts for it.
fn funds(space: &Space) -> (Funds, Funds) {
    let units = |part: f32| part.round().clamp(0.0, MOST as f32) as i64;
    let held = space.attended().fold(Funds::default(), |sum, (_, attention)| Funds {
        sti: sum.sti.saturating_add(units(attention.sti)),
        lti: sum.lti.saturating_add(units(attention.lti)),
    });
    let key = space.find_node(AtomType::PREDICATE, FUNDS_KEY);
    let funds = key.and_then(|key| stated(space, key));
    (funds.unwrap_or(Funds { sti: FUNDS.max(held.sti), lti: FUNDS.max(held.lti) }), held)
}

fn stated(space: &Space, key: Handle) -> Option<Funds> {
    let Some(Value::Floats(units)) = space.value(key, key) else { return None };
    let [sti, lti] = units.as_ref() else { return None };
    Some(Funds { sti: *sti as i64, lti: *lti as i64 })
}
