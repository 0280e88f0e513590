//! What the names of a text stand for.

use crate::space::{Handle, Value};
use std::collections::HashMap;

/// What a name of a text stands for.
#[derive(Clone)]
pub(super) enum Named {
    Atom(Handle),
    Value(Value),
}

/// Bytes that the values may have which the names of one text are put in for. Without a bound, a short text would say
/// values within values that take more than there is.
const MOST: usize = 64 * 1024 * 1024;
/// Values that may stand within one another where one is put in for a name.
const DEEPEST: usize = 1_000;

/// The names of a text.
pub(super) struct Names {
    of: HashMap<Box<str>, Named, rustc_hash::FxBuildHasher>,
    left: usize,
}

impl Default for Names {
    fn default() -> Self {
        Self { of: HashMap::default(), left: MOST }
    }
}

impl Names {
    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Named> {
        self.of.get(name)
    }

    pub(super) fn give(&mut self, name: Box<str>, named: Named) {
        self.of.insert(name, named);
    }

    /// The value that a name stands for, `depth` values down; `None` where it stands for none.
    pub(super) fn value(&mut self, name: &str, depth: usize) -> Option<Result<Value, String>> {
        let value = match self.of.get(name)? {
            Named::Value(value) => value,
            Named::Atom(_) => return Some(Err(format!("`{name}` is an atom, and an atom is no value"))),
        };
        let Some(bytes) = weight(value, depth, self.left) else {
            let message = format!(
                "the names of this text stand for values of more than {MOST} bytes, or {DEEPEST} deep: write them out"
            );
            return Some(Err(message));
        };
        self.left -= bytes;
        Some(Ok(value.clone()))
    }
}

/// The bytes that a value has, within bounds.
fn weight(value: &Value, depth: usize, most: usize) -> Option<usize> {
    let (mut bytes, mut open) = (0_usize, vec![(value, depth)]);
    while let Some((value, depth)) = open.pop() {
        bytes += 8 + match value {
            Value::String(text) => text.len(),
            Value::Bools(all) => all.len(),
            Value::Floats(all) => all.len() * 8,
            Value::Strings(all) => all.iter().map(|text| text.len() + 8).sum(),
            Value::Link(all) => {
                open.extend(all.iter().map(|value| (value, depth + 1)));
                0
            }
            Value::Stream(all) => {
                open.extend(all.iter().map(|value| (value, depth + 1)));
                0
            }
            _ => 8,
        };
        if bytes > most || depth >= DEEPEST {
            return None;
        }
    }
    Some(bytes)
}
