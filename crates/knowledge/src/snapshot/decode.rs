//! Reading a snapshot. Takes memory for what is there, never for what a number claims.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use oriel_atomspace::space::{AtomType, Attention, Handle, Space, SpaceError, Stream, Truth, Value};

use super::wire::{double, number, single, size, take, text};
use super::{DEPTH, HEADER, SnapshotError};

/// What a snapshot holds.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// At which version.
    pub(crate) version: u64,
    /// The hash of the log up to there.
    pub(crate) hash: String,
    /// The content.
    pub(crate) space: Space,
}

/// Reads a snapshot from its bytes.
pub(crate) fn decode(bytes: impl Read) -> Result<Snapshot, SnapshotError> {
    let mut from = BufReader::new(zstd::Decoder::new(bytes)?);
    let mut header = [0; HEADER.len()];
    from.read_exact(&mut header)?;
    if header != HEADER {
        return Err(SnapshotError::Damaged("it begins otherwise"));
    }
    let version = number(&mut from)?;
    let hash = text(&mut from)?;
    let mut reader = Reader { from, space: Space::new(), atoms: Vec::new() };
    reader.types()?;
    reader.atoms()?;
    reader.truths()?;
    reader.attention()?;
    reader.values()?;
    // Reading the end checks the sum of all bytes.
    if !reader.from.fill_buf()?.is_empty() {
        return Err(SnapshotError::Damaged("it goes on after its end"));
    }
    Ok(Snapshot { version, hash, space: reader.space })
}

struct Reader<R> {
    from: R,
    space: Space,
    atoms: Vec<Handle>,
}

impl<R: BufRead> Reader<R> {
    fn named(&mut self) -> Result<AtomType, SnapshotError> {
        let name = text(&mut self.from)?;
        self.space.types().named(&name).map_err(|error| SpaceError::from(error).into())
    }

    fn types(&mut self) -> Result<(), SnapshotError> {
        for _ in 0..number(&mut self.from)? {
            let name = text(&mut self.from)?;
            let mut parents = Vec::new();
            for _ in 0..number(&mut self.from)? {
                parents.push(self.named()?);
            }
            self.space.declare_type(&name, &parents)?;
        }
        Ok(())
    }

    fn atoms(&mut self) -> Result<(), SnapshotError> {
        let mut used = Vec::new();
        for _ in 0..number(&mut self.from)? {
            used.push(self.named()?);
        }
        let mut outgoing = Vec::new();
        for _ in 0..number(&mut self.from)? {
            let of = used.get(size(&mut self.from)?).copied();
            let of = of.ok_or(SnapshotError::Damaged("an atom has no type"))?;
            let atom = if of.is_node() {
                let name = text(&mut self.from)?;
                self.space.node(of, &name)?
            } else {
                outgoing.clear();
                for _ in 0..number(&mut self.from)? {
                    let back = size(&mut self.from)?;
                    let place = self.atoms.len().checked_sub(back);
                    let part = place.and_then(|place| self.atoms.get(place)).copied();
                    outgoing.push(part.ok_or(SnapshotError::Damaged("a link joins what is not there"))?);
                }
                self.space.link(of, &outgoing)?
            };
            self.atoms.push(atom);
        }
        if self.space.len() != self.atoms.len() {
            return Err(SnapshotError::Damaged("an atom is in it twice"));
        }
        Ok(())
    }

    /// The atoms of the next part, each with what `read` makes of what stands there.
    fn each(
        &mut self,
        mut read: impl FnMut(&mut Self, Handle) -> Result<(), SnapshotError>,
    ) -> Result<(), SnapshotError> {
        let mut place = 0_usize;
        for _ in 0..number(&mut self.from)? {
            let on = size(&mut self.from)?;
            place = place.checked_add(on).ok_or(SnapshotError::Damaged("an atom is too far"))?;
            let atom = self.atom(place)?;
            read(self, atom)?;
        }
        Ok(())
    }

    fn atom(&self, place: usize) -> Result<Handle, SnapshotError> {
        self.atoms.get(place).copied().ok_or(SnapshotError::Damaged("an atom that carries something is not there"))
    }

    fn truths(&mut self) -> Result<(), SnapshotError> {
        self.each(|reader, atom| {
            let from = &mut reader.from;
            let truth = match number(from)? {
                0 => Truth::Simple { strength: single(from)?, confidence: single(from)? },
                1 => Truth::Count { strength: single(from)?, confidence: single(from)?, count: single(from)? },
                2 => Truth::Indefinite {
                    low: single(from)?,
                    high: single(from)?,
                    credibility: single(from)?,
                    lookahead: single(from)?,
                },
                _ => return Err(SnapshotError::Damaged("a truth value is of no kind")),
            };
            Ok(reader.space.set_truth(atom, truth)?)
        })
    }

    fn attention(&mut self) -> Result<(), SnapshotError> {
        self.each(|reader, atom| {
            let from = &mut reader.from;
            let (sti, lti, vlti) = (single(from)?, single(from)?, number(from)?);
            let vlti = u16::try_from(vlti).map_err(|_| SnapshotError::Damaged("an attention value is out of range"))?;
            Ok(reader.space.set_attention(atom, Some(Attention { sti, lti, vlti }))?)
        })
    }

    fn values(&mut self) -> Result<(), SnapshotError> {
        self.each(|reader, atom| {
            for _ in 0..number(&mut reader.from)? {
                let place = size(&mut reader.from)?;
                let key = reader.atom(place)?;
                let value = reader.value(0)?;
                reader.space.set_value(atom, key, value)?;
            }
            Ok(())
        })
    }

    fn several<T>(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Result<T, SnapshotError>,
    ) -> Result<Vec<T>, SnapshotError> {
        let mut all = Vec::new();
        for _ in 0..number(&mut self.from)? {
            all.push(one(self)?);
        }
        Ok(all)
    }

    fn value(&mut self, depth: usize) -> Result<Value, SnapshotError> {
        if depth > DEPTH {
            return Err(SnapshotError::Damaged("a value is too deep"));
        }
        Ok(match number(&mut self.from)? {
            0 => Value::Bool(false),
            1 => Value::Bool(true),
            2 => Value::Int(take(&mut self.from).map(i64::from_le_bytes)?),
            3 => Value::Float(double(&mut self.from)?),
            4 => Value::from(text(&mut self.from)?),
            5 => Value::from(self.several(|reader| take(&mut reader.from).map(|[byte]| byte == 1))?),
            6 => Value::from(self.several(|reader| double(&mut reader.from))?),
            7 => Value::from(self.several(|reader| text(&mut reader.from).map(Arc::from))?),
            8 => Value::from(self.several(|reader| reader.value(depth + 1))?),
            9 => {
                let capacity = u32::try_from(number(&mut self.from)?);
                let capacity = capacity.map_err(|_| SnapshotError::Damaged("a stream is too large"))?;
                let mut stream = Stream::resumed(capacity, number(&mut self.from)?);
                let values = self.several(|reader| reader.value(depth + 1))?;
                if values.len() > capacity as usize {
                    return Err(SnapshotError::Damaged("a stream holds too much"));
                }
                for value in values {
                    stream.push(value);
                }
                Value::from(stream)
            }
            _ => return Err(SnapshotError::Damaged("a value is of no kind")),
        })
    }
}
