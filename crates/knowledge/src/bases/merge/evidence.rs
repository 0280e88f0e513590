//! Numbers of evidence that mean something in one base alone.
//!
//! What inference keeps says which evidence it rests on. Earlier versions, and people who state evidence by hand, number it from 0
//! within a base, so that two bases have the same numbers for different evidence; put together, what is independent would count as one.
//! A number of the base that is merged is therefore named anew where the other base means something else by it: by the number and the
//! beginning of the log, which is the same in every copy of a base. Where an atom that both have rests on the same number in both, that is
//! one piece of evidence, and stays so. And a name that a number of the other base got when that was merged is that number again.

use std::collections::BTreeSet;

use oriel_atomspace::chain::EVIDENCE;
use oriel_atomspace::space::{AtomType, Handle, Space, SpaceError, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest as _, Sha256};

/// One more than the greatest number that means something in one base alone, and one more than the greatest of all.
const NAMED: u64 = 1 << 32;
const END: u64 = 1 << 53;

/// Whether anything in a space rests on evidence that is numbered in it alone.
pub(super) fn is_numbered(space: &Space) -> bool {
    let Some(key) = space.find_node(AtomType::PREDICATE, EVIDENCE) else { return false };
    space.handles().filter_map(|atom| space.value(atom, key)).any(|value| ids(value).iter().any(|id| *id < NAMED))
}

/// Names the numbers of `news` anew that mean something else in `into`, and gives the numbers of `into` back what was named anew of them;
/// the origins are the hashes of the first changes of both bases.
pub(super) fn told_apart(
    news: &mut Space,
    into: &Space,
    both: &[(Handle, Handle)],
    (origin, origin_into): (&str, &str),
) -> Result<(), SpaceError> {
    let keys = [&*news, into].map(|space| space.find_node(AtomType::PREDICATE, EVIDENCE));
    let [Some(here), Some(there)] = keys else { return Ok(()) };
    let taken: FxHashSet<u64> = stated(into, there).flat_map(|(_, ids)| ids).collect();
    let alike = alike((news, here), (into, there), both);
    let numbers: BTreeSet<u64> = stated(news, here).flat_map(|(_, ids)| ids).filter(|id| *id < NAMED).collect();
    let mut renamed: FxHashMap<u64, u64> = numbers
        .into_iter()
        .map(|number| (number, name(origin, number)))
        // One that was named anew by an earlier merge is again.
        .filter(|(number, name)| taken.contains(name) || (taken.contains(number) && !alike.contains(number)))
        .collect();
    // What two copies of one base number alike is not what one of them has from a third.
    let own = |number: &u64| *number < NAMED && (origin != origin_into || !alike.contains(number));
    renamed.extend(taken.iter().copied().filter(own).map(|number| (name(origin_into, number), number)));
    let all: Vec<(Handle, Vec<u64>)> = stated(news, here).collect();
    let there_of: FxHashMap<Handle, Handle> = both.iter().copied().collect();
    for (atom, ids) in all {
        if ids.iter().any(|id| renamed.contains_key(id)) {
            let ids = sorted(ids.iter().map(|id| renamed.get(id).copied().unwrap_or(*id)).collect());
            // Where the other base says the same, it is written in the same way.
            let same = there_of.get(&atom).and_then(|other| into.value(*other, there));
            let same = same.filter(|value| sorted(self::ids(value)) == ids).cloned();
            let value = same.unwrap_or_else(|| Value::Floats(ids.iter().map(|id| *id as f64).collect()));
            news.set_value(atom, here, value)?;
        }
    }
    Ok(())
}

fn sorted(mut ids: Vec<u64>) -> Vec<u64> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The numbers that an atom which both have rests on in both.
fn alike((news, here): (&Space, Handle), (into, there): (&Space, Handle), both: &[(Handle, Handle)]) -> FxHashSet<u64> {
    let mut alike = FxHashSet::default();
    for (one, other) in both {
        if let (Some(one), Some(other)) = (news.value(*one, here), into.value(*other, there)) {
            let other = ids(other);
            alike.extend(ids(one).into_iter().filter(|id| other.contains(id)));
        }
    }
    alike
}

/// The atoms of a space that say what they rest on, each with the numbers of that.
fn stated(space: &Space, key: Handle) -> impl Iterator<Item = (Handle, Vec<u64>)> {
    space.handles().filter_map(move |atom| Some((atom, ids(space.value(atom, key)?))))
}

/// The numbers of a value; none where it is no evidence.
fn ids(value: &Value) -> Vec<u64> {
    let id = |number: &f64| (number.fract() == 0.0 && (0.0..END as f64).contains(number)).then_some(*number as u64);
    match value {
        Value::Int(number) => u64::try_from(*number).ok().filter(|id| *id < END).into_iter().collect(),
        Value::Float(number) => id(number).into_iter().collect(),
        Value::Floats(numbers) => numbers.iter().filter_map(id).collect(),
        _ => Vec::new(),
    }
}

/// What a number of a base is named where another base has it, too.
fn name(origin: &str, number: u64) -> u64 {
    let hash = Sha256::digest(format!("evidence {number} of {origin}"));
    let first = hash.iter().take(8).fold(0, |all: u64, byte| all << 8 | u64::from(*byte));
    NAMED + first % (END - NAMED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_name_in_every_copy_of_a_base() {
        let all: BTreeSet<u64> = (0..1_000).flat_map(|number| [name("a", number), name("b", number)]).collect();
        assert!(all.len() == 2_000 && all.iter().all(|name| (NAMED..END).contains(name)));
        assert_eq!(name("a", 7), name("a", 7));
    }

    #[test]
    fn what_is_no_evidence_has_no_numbers() {
        assert_eq!(ids(&Value::Int(7)), [7]);
        assert_eq!(ids(&Value::from(vec![1.0, 2.5, -1.0, 1e16, 3.0])), [1, 3]);
        assert!(ids(&Value::from("7")).is_empty());
    }
}
