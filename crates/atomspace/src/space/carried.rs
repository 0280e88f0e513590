//! What atoms carry: truth values, attention values, and values under keys.

use super::{AtomType, Attention, Handle, Space, SpaceError, Stored, Stream, Truth, Value};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The name of the `Predicate` under which AtomSpace keeps the truth value of an atom.
const TRUTH_KEY: &str = "*-TruthValueKey-*";

/// The values of an atom with their keys, in the order in which the keys came.
pub(super) type Values = Arc<Vec<(Handle, Value)>>;

impl Space {
    /// How true an atom is; [`Truth::DEFAULT`] where nobody said.
    #[must_use]
    #[inline]
    pub fn truth(&self, handle: Handle) -> Truth {
        let stored = self.truths.get(handle.index());
        if stored.has_more()
            && let Some(more) = self.more_truths.get(handle)
        {
            return *more;
        }
        let (strength, confidence) = stored.simple();
        Truth::Simple { strength, confidence }
    }

    /// Sets how true an atom is.
    #[inline]
    pub fn set_truth(&mut self, handle: Handle, truth: Truth) -> Result<(), SpaceError> {
        let truth = truth.checked()?;
        if !self.contains(handle) {
            return Err(SpaceError::NoAtom(handle));
        }
        let (stored, more) = Stored::of(truth);
        let Some(slot) = self.truths.at_mut(handle.index()) else { return Err(SpaceError::NoAtom(handle)) };
        let before = std::mem::replace(slot, stored);
        if more {
            self.more_truths.set(handle, truth);
        } else if before.has_more() {
            self.more_truths.remove(handle);
        }
        Ok(())
    }

    /// How much an atom matters at present, if anybody said.
    #[must_use]
    pub fn attention(&self, handle: Handle) -> Option<Attention> {
        self.attention.get(handle).copied()
    }

    /// Sets how much an atom matters; `None` takes it away.
    pub fn set_attention(&mut self, handle: Handle, attention: Option<Attention>) -> Result<(), SpaceError> {
        if !self.contains(handle) {
            return Err(SpaceError::NoAtom(handle));
        }
        match attention {
            Some(attention) => self.attention.set(handle, attention.checked()?),
            None => {
                self.attention.remove(handle);
            }
        }
        Ok(())
    }

    /// The atoms with an attention value, in the order of addition.
    pub fn attended(&self) -> impl Iterator<Item = (Handle, Attention)> {
        self.attention.iter().map(|(handle, attention)| (handle, *attention))
    }

    /// The value of an atom under a key.
    #[must_use]
    pub fn value(&self, handle: Handle, key: Handle) -> Option<&Value> {
        self.values.get(handle)?.iter().find(|entry| entry.0 == key).map(|entry| &entry.1)
    }

    /// The values of an atom with their keys, in the order in which the keys came.
    pub fn values(&self, handle: Handle) -> impl Iterator<Item = (Handle, &Value)> {
        self.values.get(handle).into_iter().flat_map(|values| values.iter().map(|(key, value)| (*key, value)))
    }

    /// How many atoms have a value under some key.
    #[must_use]
    pub fn valued_len(&self) -> usize {
        self.values.len()
    }

    /// Whether values of other atoms stand under an atom.
    pub(crate) fn is_key(&self, handle: Handle) -> bool {
        self.key_uses.get(handle).is_some()
    }

    /// Sets the value of an atom under a key, which is any atom of the space. A truth value under AtomSpace's own key,
    /// `*-TruthValueKey-*`, is that of the atom itself.
    ///
    /// ```
    /// use oriel_atomspace::space::{AtomType, Space, Value};
    /// let mut space = Space::new();
    /// let cart = space.node(AtomType::CONCEPT, "cart")?;
    /// let load = space.node(AtomType::PREDICATE, "load")?;
    /// space.set_value(cart, load, [0.2, 0.9].as_slice())?;
    /// assert_eq!(space.value(cart, load), Some(&Value::from(vec![0.2, 0.9])));
    /// # Ok::<(), oriel_atomspace::space::SpaceError>(())
    /// ```
    pub fn set_value(&mut self, handle: Handle, key: Handle, value: impl Into<Value>) -> Result<(), SpaceError> {
        if let Some(missing) = [handle, key].into_iter().find(|handle| !self.contains(*handle)) {
            return Err(SpaceError::NoAtom(missing));
        }
        let value = value.into().checked()?;
        if let Value::Truth(truth) = value
            && self.is_truth_key(key)
        {
            return self.set_truth(handle, truth);
        }
        match self.values.get_mut(handle) {
            Some(values) => {
                let values = Arc::make_mut(values);
                if let Some(entry) = values.iter_mut().find(|entry| entry.0 == key) {
                    entry.1 = value;
                    return Ok(());
                }
                values.push((key, value));
            }
            None => self.values.set(handle, Arc::new(vec![(key, value)])),
        }
        let uses = self.key_uses.get(key).copied().unwrap_or_default();
        self.key_uses.set(key, uses + 1);
        Ok(())
    }

    /// Whether this is the key under which AtomSpace keeps the truth value of an atom itself.
    pub(super) fn is_truth_key(&self, key: Handle) -> bool {
        self.type_of(key) == Some(AtomType::PREDICATE) && self.name(key) == Some(TRUTH_KEY)
    }

    /// Takes the value of an atom under a key away, and returns it.
    pub fn remove_value(&mut self, handle: Handle, key: Handle) -> Option<Value> {
        let at = self.values.get(handle)?.iter().position(|entry| entry.0 == key)?;
        let values = Arc::make_mut(self.values.get_mut(handle)?);
        let (_, value) = values.remove(at);
        if values.is_empty() {
            self.values.remove(handle);
        }
        self.release(key);
        Some(value)
    }

    /// Pushes a value into the [`Stream`] that an atom has under a key.
    pub fn push_value(&mut self, handle: Handle, key: Handle, value: impl Into<Value>) -> Result<(), SpaceError> {
        let values = self.values.get_mut(handle).map(Arc::make_mut);
        let entry = values.into_iter().flatten().find(|entry| entry.0 == key);
        let Some((_, Value::Stream(stream))) = entry else { return Err(SpaceError::NotAStream(handle)) };
        Stream::push(Arc::make_mut(stream), value.into());
        Ok(())
    }

    /// One value less under a key.
    fn release(&mut self, key: Handle) {
        match self.key_uses.get(key).copied() {
            Some(uses) if uses > 1 => self.key_uses.set(key, uses - 1),
            _ => {
                self.key_uses.remove(key);
            }
        }
    }

    /// Takes away the values of all atoms under these keys.
    pub(super) fn remove_values_under(&mut self, keys: &FxHashSet<Handle>) {
        if keys.iter().all(|key| self.key_uses.get(*key).is_none()) {
            return;
        }
        let under = |values: &Values| values.iter().map(|entry| entry.0).filter(|key| keys.contains(key)).collect();
        let found: Vec<(Handle, Vec<Handle>)> =
            self.values.iter().map(|(atom, values)| (atom, under(values))).collect();
        for (atom, keys) in found {
            for key in keys {
                self.remove_value(atom, key);
            }
        }
    }

    /// Takes away all that an atom carries.
    pub(super) fn shed(&mut self, handle: Handle) {
        let stored = self.truths.get(handle.index());
        if stored.bits() != Stored::default().bits() {
            self.truths.set(handle.index(), Stored::default());
            self.more_truths.remove(handle);
        }
        self.attention.remove(handle);
        if let Some(values) = self.values.remove(handle) {
            values.iter().for_each(|(key, _)| self.release(*key));
        }
    }
}
