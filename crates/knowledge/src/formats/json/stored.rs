//! JSON of atoms that are not held.

use std::io::Write;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{Space, Truth};

use super::{Atom, DEPTH, Under, begin, carried, end, is_deeper, told_attention, told_truth, too_deep};
use crate::error::Result;
use crate::formats::{Format, FormatError};
use crate::part::{Atoms, Ranks, Record, What};
use crate::work::go_on;

/// Writes all atoms, as [`super::write`] does those of a space, after they were [checked](check); how many there are.
pub(in super::super) fn write(atoms: &mut dyn Atoms, out: &mut dyn Write, cancel: &Cancel) -> Result<u64> {
    let (all, empty) = (atoms.all(), atoms.empty());
    let ranks = Ranks::of(&all);
    begin(empty.types(), out)?;
    for (place, rank) in all.iter().zip(0_u64..) {
        go_on(cancel)?;
        let atom = told(&empty, &atoms.record(place)?, &ranks)
            .map_err(|message| FormatError::record(Format::Json, format!("atom {rank}"), &message))?;
        super::atom(&atom, rank == 0, out)?;
    }
    end(out)?;
    Ok(all.len())
}

/// What has no place is told before anything is written.
pub(in super::super) fn check(atoms: &mut dyn Atoms, cancel: &Cancel) -> Result<()> {
    for (place, rank) in atoms.all().iter().zip(0_usize..) {
        go_on(cancel)?;
        let record = atoms.record(place)?;
        if record.values.iter().any(|(_, value)| is_deeper(value, DEPTH)) {
            let shown = match &record.what {
                What::Node(name) => format!("the node `{name}`"),
                What::Link(_) => format!("a `{}`", atoms.empty().types().name(record.of)),
            };
            return Err(too_deep(rank, &shown).into());
        }
    }
    Ok(())
}

fn told(empty: &Space, record: &Record, ranks: &Ranks) -> Result<Atom, &'static str> {
    let rank = |place: &u32| ranks.get(*place).unwrap_or_default() as usize;
    let (name, out) = match &record.what {
        What::Node(name) => (Some(name.clone()), None),
        What::Link(joined) => (None, Some(joined.iter().map(rank).collect())),
    };
    let truth = record.truth.filter(|truth| *truth != Truth::DEFAULT).map(told_truth).transpose()?;
    let values = record.values.iter().map(|(key, value)| Ok(Under { key: rank(key), value: carried(value, 0)? }));
    Ok(Atom {
        of: empty.types().full_name(record.of),
        name,
        out,
        truth,
        attention: record.attention.map(told_attention),
        values: values.collect::<Result<_, &'static str>>()?,
    })
}
