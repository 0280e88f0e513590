//! What sources say, where both bases know the same source: the newer observation is taken over, by itself.
//!
//! What somebody stated is no observation: where the bases say it otherwise, that is a conflict.

use chrono::{DateTime, Utc};
use oriel_atomspace::space::{AtomType, Handle, Space, SpaceError, Value};

use crate::ingest::{INGESTED_KEY, STATED};
use crate::observed::{Observation, keys, observations, source, worth};

/// Makes two spaces say the same of each observation that both have, of one source and one atom: what was observed later, or
/// what the second says where none is later. So are the truth values, where both spaces have them of their sources. `shared` are
/// the atoms that both have. Gives how much the second space says otherwise by it.
pub(super) fn settle(news: &mut Space, into: &mut Space, shared: &[(Handle, Handle)]) -> Result<usize, SpaceError> {
    let keys = keys(news).chain(news.find_node(AtomType::PREDICATE, INGESTED_KEY));
    let both: Vec<(Handle, Handle)> =
        keys.filter_map(|key| Some((key, into.find_node(AtomType::PREDICATE, news.name(key)?)?))).collect();
    let mut settled = 0;
    for (here, there) in shared.iter().copied() {
        let told = is_told(news, here) && is_told(into, there);
        for (key, key_there) in both.iter().copied() {
            let (Some(one), Some(other)) = (news.value(here, key), into.value(there, key_there)) else { continue };
            if one == other || is_contested(source(news, key), one, other) {
                continue;
            }
            if moment(source(news, key), one) > moment(source(news, key), other) {
                into.set_value(there, key_there, one.clone())?;
                settled += 1;
            } else {
                let other = other.clone();
                news.set_value(here, key, other)?;
            }
        }
        let all = [observations(news, here), observations(into, there)].concat();
        if let Some(truth) = worth(&all).filter(|_| told) {
            settled += usize::from(into.truth(there) != truth);
            into.set_truth(there, truth)?;
            news.set_truth(here, truth)?;
        }
    }
    Ok(settled)
}

/// Whether two values under this key are what somebody stated, and state different things.
fn is_contested(source: Option<&str>, one: &Value, other: &Value) -> bool {
    let stated = |value: &Value| Some(Observation::of(STATED, value)?.truth());
    source == Some(STATED) && stated(one) != stated(other)
}

/// Whether an atom has the truth value that its sources give it, and nobody stated another.
fn is_told(space: &Space, atom: Handle) -> bool {
    let said = observations(space, atom);
    let is_free = !said.iter().any(|one| one.is_stated() && one.confidence > 0.0);
    is_free && worth(&said).is_some_and(|truth| truth == space.truth(atom))
}

/// When what a source says was observed; or, under the key that is no source's, when a source was ingested.
fn moment(source: Option<&str>, value: &Value) -> Option<DateTime<Utc>> {
    match (source, value) {
        (Some(source), value) => Observation::of(source, value)?.moment(),
        (None, Value::Strings(texts)) => texts.first()?.parse().ok(),
        (None, _) => None,
    }
}
