//! What goes through all of a base gives the same of a snapshot with the changes after it as of the whole base.

use std::sync::Arc;

use super::super::ranks::Ranks;
use super::*;
use crate::bases::listed;
use crate::formats::{self, Format};
use crate::snapshot::encode_piecewise;

fn stored(before: &Space, steps: &[Step]) -> Grown {
    let (bytes, mut file) = (bytes(before), NamedTempFile::new().unwrap());
    file.write_all(&bytes).unwrap();
    Grown::of(Stored::open(file.path(), bytes.len() as u64).unwrap(), steps, "base", &Cancel::new()).unwrap()
}

fn written(format: Format, atoms: &mut dyn Atoms) -> String {
    let mut out = Vec::new();
    let prepared = formats::prepared(format, atoms, &Cancel::new()).unwrap();
    let done = formats::write_piecewise(&prepared, atoms, &mut out, &Cancel::new()).unwrap();
    assert_eq!(done.atoms as u64, atoms.all().len());
    String::from_utf8(out).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn all_is_written_as_of_the_whole(operations in prop::collection::vec(operation(), 0..60), first in 0..60_usize) {
        let (before, steps, whole) = grown(operations, first);
        let mut grown = stored(&before, &steps);
        for format in [Format::Atomese, Format::Json] {
            let mut expected = Vec::new();
            formats::write(format, &whole, &mut expected).unwrap();
            let expected = String::from_utf8(expected).unwrap();
            prop_assert_eq!(written(format, &mut grown), expected.clone());
            prop_assert_eq!(written(format, &mut Held(&whole)), expected);
        }
    }

    /// With memory for all that joins which, and for hardly any.
    #[test]
    fn a_snapshot_is_that_of_the_whole(
        operations in prop::collection::vec(operation(), 0..60), first in 0..60_usize, memory in prop::sample::select(vec![0, 40, 200, 1 << 20])
    ) {
        let (before, steps, whole) = grown(operations, first);
        let mut grown = stored(&before, &steps);
        let mut found = Vec::new();
        let count = encode_piecewise(&mut grown, (0, &"ab".repeat(32)), memory, &mut found, &Cancel::new()).unwrap();
        prop_assert_eq!(count, whole.len() as u64);
        prop_assert!(found == bytes(&whole), "other bytes");
    }

    #[test]
    fn what_differs_is_among_what_changes_touch(
        operations in prop::collection::vec(operation(), 0..60), first in 0..60_usize, half in 0..60_usize
    ) {
        let (before, mut steps, _) = grown(operations, first);
        let after = steps.split_off(half.min(steps.len()));
        let carried_out = |space: &Space, steps: &[Step]| {
            let mut space = space.clone();
            for step in steps {
                apply(&mut space, &step.change, Limits::default()).unwrap();
            }
            space
        };
        let older = carried_out(&before, &steps);
        let newer = carried_out(&older, &after);
        for mut atoms in [Box::new(stored(&before, &steps)) as Box<dyn Atoms>, Box::new(Held(&older))] {
            let (some, then) = before_and_after(&mut *atoms, &after, ("base", u64::MAX), &Cancel::new()).unwrap().unwrap();
            for backwards in [false, true] {
                let found = listed(&Arc::new(some.clone()), &then, usize::MAX, backwards);
                let expected = listed(&Arc::new(older.clone()), &newer, usize::MAX, backwards);
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn ranks_are_places_among_what_is_left(operations in prop::collection::vec(operation(), 0..60), first in 0..60_usize) {
        let (before, steps, whole) = grown(operations, first);
        let mut grown = stored(&before, &steps);
        let all = grown.all();
        let ranks = Ranks::of(&all);
        prop_assert_eq!(all.len(), whole.len() as u64);
        for (place, atom) in all.iter().zip(whole.handles()) {
            prop_assert_eq!(grown.record(place).unwrap().of, whole.type_of(atom).unwrap());
            let rank = whole.handles().position(|other| other == atom);
            prop_assert_eq!(ranks.get(place).map(|rank| rank as usize), rank);
        }
    }
}

/// What changes between two versions is read of a few blocks, whatever the size of the rest.
#[test]
fn what_changes_touch_is_read_alone() {
    let mut space = Space::new();
    for number in 0..4_000 {
        space.load(&format!("(Member (Concept \"n{number}\") (Concept \"g{}\"))", number / 20)).unwrap();
    }
    let mut grown = stored(&space, &[]);
    let change = Change::add("(Member (Concept \"n7\") (Concept \"g9\"))");
    let steps = [Step { version: 1, change, atoms: None }];
    let (older, newer) = before_and_after(&mut grown, &steps, ("base", u64::MAX), &Cancel::new()).unwrap().unwrap();
    assert_eq!((older.len(), newer.len()), (2, 3));
    let few = grown.bytes_read();
    written(Format::Atomese, &mut grown);
    assert!(few * 50 < grown.bytes_read() - few, "{few} of {} bytes", grown.bytes_read());
    let most = older.len() as u64;
    assert!(before_and_after(&mut grown, &steps, ("base", most), &Cancel::new()).unwrap().is_ok());
    let more = before_and_after(&mut grown, &steps, ("base", most - 1), &Cancel::new()).unwrap();
    assert_eq!(more.unwrap_err(), most);
}
