//! Writing a snapshot.

use std::io::Write;

use oriel_atomspace::space::{AtomType, Handle, Space, Truth, Value};
use rustc_hash::FxHashMap;

use super::wire::{put, put_text};
use super::{DEPTH, HEADER, SnapshotError};

/// Fast; higher levels cost more than they save.
const LEVEL: i32 = 3;

/// The content of a space at a version, whose log ends with this hash.
pub(crate) fn encode(space: &Space, version: u64, hash: &str) -> Result<Vec<u8>, SnapshotError> {
    let mut out = zstd::Encoder::new(Vec::new(), LEVEL)?;
    // What was damaged and still decompresses is noticed.
    out.include_checksum(true)?;
    out.write_all(HEADER)?;
    put(&mut out, version)?;
    put_text(&mut out, hash)?;
    let mut writer = Writer { space, out, places: FxHashMap::default() };
    writer.types()?;
    writer.atoms()?;
    writer.carried()?;
    Ok(writer.out.finish()?)
}

struct Writer<'a, W: Write> {
    space: &'a Space,
    out: W,
    /// Where each atom stands among those that are written.
    places: FxHashMap<Handle, u64>,
}

impl<W: Write> Writer<'_, W> {
    fn types(&mut self) -> Result<(), SnapshotError> {
        let types = self.space.types();
        put(&mut self.out, types.declared().count() as u64)?;
        for of in types.declared() {
            put_text(&mut self.out, &types.full_name(of))?;
            put(&mut self.out, types.parents(of).len() as u64)?;
            for parent in types.parents(of) {
                put_text(&mut self.out, &types.full_name(*parent))?;
            }
        }
        Ok(())
    }

    fn atoms(&mut self) -> Result<(), SnapshotError> {
        let space = self.space;
        let used: Vec<AtomType> = space.types().iter().filter(|of| space.count_by_type(*of) > 0).collect();
        put(&mut self.out, used.len() as u64)?;
        for of in &used {
            put_text(&mut self.out, &space.types().full_name(*of))?;
        }
        let numbers: FxHashMap<AtomType, u64> = used.into_iter().zip(0..).collect();
        put(&mut self.out, space.len() as u64)?;
        for (atom, place) in space.handles().zip(0_u64..) {
            let of = space.type_of(atom).unwrap_or_default();
            put(&mut self.out, numbers.get(&of).copied().unwrap_or_default())?;
            if let Some(name) = space.name(atom) {
                put_text(&mut self.out, name)?;
            } else {
                let outgoing = space.outgoing(atom);
                put(&mut self.out, outgoing.len() as u64)?;
                for part in outgoing {
                    let before = self.places.get(part).copied();
                    let before = before.ok_or(SnapshotError::Unkeepable("a link that is older than what it joins"))?;
                    put(&mut self.out, place - before)?;
                }
            }
            self.places.insert(atom, place);
        }
        Ok(())
    }

    fn carried(&mut self) -> Result<(), SnapshotError> {
        let space = self.space;
        let truths = space.handles().filter(|atom| space.truth(*atom) != Truth::DEFAULT);
        self.each(truths.collect(), |writer, atom| writer.truth(space.truth(atom)))?;
        let attended: Vec<Handle> = space.attended().map(|(atom, _)| atom).collect();
        self.each(attended, |writer, atom| {
            let attention = space.attention(atom).unwrap_or_default();
            writer.out.write_all(&attention.sti.to_le_bytes())?;
            writer.out.write_all(&attention.lti.to_le_bytes())?;
            Ok(put(&mut writer.out, attention.vlti.into())?)
        })?;
        let valued = space.handles().filter(|atom| space.values(*atom).next().is_some());
        self.each(valued.collect(), |writer, atom| {
            put(&mut writer.out, space.values(atom).count() as u64)?;
            for (key, value) in space.values(atom) {
                let place = writer.places.get(&key).copied();
                put(&mut writer.out, place.ok_or(SnapshotError::Unkeepable("a value whose key is gone"))?)?;
                writer.value(value, 0)?;
            }
            Ok(())
        })
    }

    /// Writes something of each of some atoms, which ascend.
    fn each(
        &mut self,
        atoms: Vec<Handle>,
        mut write: impl FnMut(&mut Self, Handle) -> Result<(), SnapshotError>,
    ) -> Result<(), SnapshotError> {
        put(&mut self.out, atoms.len() as u64)?;
        let mut before = 0;
        for atom in atoms {
            let place = self.places.get(&atom).copied().unwrap_or_default();
            put(&mut self.out, place - before)?;
            before = place;
            write(self, atom)?;
        }
        Ok(())
    }

    fn truth(&mut self, truth: Truth) -> Result<(), SnapshotError> {
        let (tag, parts) = match truth {
            Truth::Simple { strength, confidence } => (0, vec![strength, confidence]),
            Truth::Count { strength, confidence, count } => (1, vec![strength, confidence, count]),
            Truth::Indefinite { low, high, credibility, lookahead } => (2, vec![low, high, credibility, lookahead]),
            _ => return Err(SnapshotError::Unkeepable("a truth value of this kind")),
        };
        put(&mut self.out, tag)?;
        for part in parts {
            self.out.write_all(&part.to_le_bytes())?;
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), SnapshotError> {
        if depth > DEPTH {
            return Err(SnapshotError::Unkeepable("values within values as deep as these"));
        }
        let out = &mut self.out;
        match value {
            Value::Bool(value) => put(out, u64::from(*value))?,
            Value::Int(number) => {
                put(out, 2)?;
                out.write_all(&number.to_le_bytes())?;
            }
            Value::Float(number) => {
                put(out, 3)?;
                out.write_all(&number.to_le_bytes())?;
            }
            Value::String(text) => {
                put(out, 4)?;
                put_text(out, text)?;
            }
            Value::Bools(values) => {
                put(out, 5)?;
                put(out, values.len() as u64)?;
                values.iter().try_for_each(|value| out.write_all(&[u8::from(*value)]))?;
            }
            Value::Floats(values) => {
                put(out, 6)?;
                put(out, values.len() as u64)?;
                values.iter().try_for_each(|value| out.write_all(&value.to_le_bytes()))?;
            }
            Value::Strings(texts) => {
                put(out, 7)?;
                put(out, texts.len() as u64)?;
                texts.iter().try_for_each(|text| put_text(out, text))?;
            }
            Value::Link(values) => {
                put(out, 8)?;
                put(out, values.len() as u64)?;
                values.iter().try_for_each(|value| self.value(value, depth + 1))?;
            }
            Value::Stream(stream) => {
                put(out, 9)?;
                put(out, stream.capacity().into())?;
                put(out, stream.dropped())?;
                put(out, stream.iter().len() as u64)?;
                stream.iter().try_for_each(|value| self.value(value, depth + 1))?;
            }
            _ => return Err(SnapshotError::Unkeepable("a value of this kind")),
        }
        Ok(())
    }
}
