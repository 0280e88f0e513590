//! What sources say, where both bases know the same source: the newer observation is taken over, by itself.

use oriel_atomspace::space::{AtomType, Handle, Space, SpaceError, Value};

use crate::observed::{Observation, keys, observations, source, surest};

/// Makes two spaces say the same of each observation that both have, of one source and one atom: what was observed later, or
/// what the second says where none is later. So are the truth values, where both spaces have them of their sources. `shared` are
/// the atoms that both have. Gives how much the second space says otherwise by it.
pub(super) fn settle(news: &mut Space, into: &mut Space, shared: &[(Handle, Handle)]) -> Result<usize, SpaceError> {
    let both: Vec<(Handle, Handle)> =
        keys(news).filter_map(|key| Some((key, into.find_node(AtomType::PREDICATE, news.name(key)?)?))).collect();
    let mut settled = 0;
    for (here, there) in shared.iter().copied() {
        let told = is_told(news, here) && is_told(into, there);
        for (key, key_there) in both.iter().copied() {
            let (Some(one), Some(other)) = (news.value(here, key), into.value(there, key_there)) else { continue };
            if one == other {
                continue;
            }
            if is_newer(source(news, key).unwrap_or_default(), one, other) {
                into.set_value(there, key_there, one.clone())?;
                settled += 1;
            } else {
                let other = other.clone();
                news.set_value(here, key, other)?;
            }
        }
        let all = [observations(news, here), observations(into, there)].concat();
        if let Some(truth) = surest(&all).filter(|_| told) {
            settled += usize::from(into.truth(there) != truth);
            into.set_truth(there, truth)?;
            news.set_truth(here, truth)?;
        }
    }
    Ok(settled)
}

/// Whether an atom has the truth value that its sources give it.
fn is_told(space: &Space, atom: Handle) -> bool {
    surest(&observations(space, atom)).is_some_and(|truth| truth == space.truth(atom))
}

/// Whether one value says something that was observed later than the other did.
fn is_newer(source: &str, one: &Value, other: &Value) -> bool {
    let moment = |value| Observation::of(source, value).and_then(|said| said.moment());
    moment(one) > moment(other)
}
