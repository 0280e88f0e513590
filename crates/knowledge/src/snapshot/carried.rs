//! What atoms carry, as bytes.

use std::io::{Read, Write};
use std::sync::Arc;

use oriel_atomspace::space::{Attention, Stream, Truth, Value};

use super::wire::{double, number, put, put_text, single, take, text};
use super::{DEPTH, SnapshotError};

pub(super) fn put_truth(out: &mut impl Write, truth: Truth) -> Result<(), SnapshotError> {
    let (tag, parts) = match truth {
        Truth::Simple { strength, confidence } => (0, vec![strength, confidence]),
        Truth::Count { strength, confidence, count } => (1, vec![strength, confidence, count]),
        Truth::Indefinite { low, high, credibility, lookahead } => (2, vec![low, high, credibility, lookahead]),
        _ => return Err(SnapshotError::Unkeepable("a truth value of this kind")),
    };
    put(out, tag)?;
    for part in parts {
        out.write_all(&part.to_le_bytes())?;
    }
    Ok(())
}

pub(super) fn truth(from: &mut impl Read) -> Result<Truth, SnapshotError> {
    Ok(match number(from)? {
        0 => Truth::Simple { strength: single(from)?, confidence: single(from)? },
        1 => Truth::Count { strength: single(from)?, confidence: single(from)?, count: single(from)? },
        2 => Truth::Indefinite {
            low: single(from)?,
            high: single(from)?,
            credibility: single(from)?,
            lookahead: single(from)?,
        },
        _ => return Err(SnapshotError::Damaged("a truth value is of no kind")),
    })
}

pub(super) fn put_attention(out: &mut impl Write, attention: Attention) -> Result<(), SnapshotError> {
    out.write_all(&attention.sti.to_le_bytes())?;
    out.write_all(&attention.lti.to_le_bytes())?;
    Ok(put(out, attention.vlti.into())?)
}

pub(super) fn attention(from: &mut impl Read) -> Result<Attention, SnapshotError> {
    let (sti, lti, vlti) = (single(from)?, single(from)?, number(from)?);
    let vlti = u16::try_from(vlti).map_err(|_| SnapshotError::Damaged("an attention value is out of range"))?;
    Ok(Attention { sti, lti, vlti })
}

pub(super) fn put_value(out: &mut impl Write, value: &Value, depth: usize) -> Result<(), SnapshotError> {
    if depth > DEPTH {
        return Err(SnapshotError::Unkeepable("values within values as deep as these"));
    }
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
            values.iter().try_for_each(|value| put_value(out, value, depth + 1))?;
        }
        Value::Stream(stream) => {
            put(out, 9)?;
            put(out, stream.capacity().into())?;
            put(out, stream.dropped())?;
            put(out, stream.iter().len() as u64)?;
            stream.iter().try_for_each(|value| put_value(out, value, depth + 1))?;
        }
        Value::Truth(truth) => {
            put(out, 10)?;
            put_truth(out, *truth)?;
        }
        Value::Attention(attention) => {
            put(out, 11)?;
            put_attention(out, *attention)?;
        }
        _ => return Err(SnapshotError::Unkeepable("a value of this kind")),
    }
    Ok(())
}

/// Grows with what is there, not with what is claimed.
fn several<R: Read, T>(
    from: &mut R,
    mut one: impl FnMut(&mut R) -> Result<T, SnapshotError>,
) -> Result<Vec<T>, SnapshotError> {
    let mut all = Vec::new();
    for _ in 0..number(from)? {
        all.push(one(from)?);
    }
    Ok(all)
}

pub(super) fn value(from: &mut impl Read, depth: usize) -> Result<Value, SnapshotError> {
    if depth > DEPTH {
        return Err(SnapshotError::Damaged("a value is too deep"));
    }
    Ok(match number(from)? {
        0 => Value::Bool(false),
        1 => Value::Bool(true),
        2 => Value::Int(take(from).map(i64::from_le_bytes)?),
        3 => Value::Float(double(from)?),
        4 => Value::from(text(from)?),
        5 => Value::from(several(from, |from| take(from).map(|[byte]| byte == 1))?),
        6 => Value::from(several(from, double)?),
        7 => Value::from(several(from, |from| text(from).map(Arc::from))?),
        8 => Value::from(several(from, |from| value(from, depth + 1))?),
        9 => {
            let capacity = u32::try_from(number(from)?);
            let capacity = capacity.map_err(|_| SnapshotError::Damaged("a stream is too large"))?;
            let mut stream = Stream::resumed(capacity, number(from)?);
            let values = several(from, |from| value(from, depth + 1))?;
            if values.len() > capacity as usize {
                return Err(SnapshotError::Damaged("a stream holds too much"));
            }
            for value in values {
                stream.push(value);
            }
            Value::from(stream)
        }
        10 => Value::from(truth(from)?),
        11 => Value::from(attention(from)?),
        _ => return Err(SnapshotError::Damaged("a value is of no kind")),
    })
}
