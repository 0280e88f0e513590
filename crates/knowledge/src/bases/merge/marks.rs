//! The marks that say from which bases an atom came: a value of texts, the name of a base and its version in turn.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use oriel_atomspace::space::{AtomType, Frame, Handle, Space, SpaceError, Value};

use super::SOURCE_KEY;

/// The marks of a space that is merged, apart from it: where both bases mark an atom, that is no conflict.
#[derive(Debug, Default)]
pub(super) struct Marks(HashMap<Handle, Vec<Arc<str>>>);

impl Marks {
    /// Takes the marks out of a space.
    pub(super) fn taken(news: &mut Space) -> Self {
        let Some(key) = news.find_node(AtomType::PREDICATE, SOURCE_KEY) else { return Self::default() };
        let marked: Vec<(Handle, Vec<Arc<str>>)> =
            news.handles().filter_map(|atom| Some((atom, texts(news.value(atom, key)?)))).collect();
        for (atom, _) in &marked {
            news.remove_value(*atom, key);
        }
        Self(marked.into_iter().collect())
    }

    /// Marks the atoms of a frame that came from a base, which both bases say, or which carry something else by it. What the
    /// target said by itself, and says on, stays unmarked. Where an atom was from before it came to that base, it goes on to say.
    pub(super) fn set(
        &self,
        frame: &mut Frame,
        both: &[(Handle, Handle)],
        touched: &BTreeSet<Handle>,
        base: &[Arc<str>; 2],
    ) -> Result<(), SpaceError> {
        let of = |atom: &Handle| self.0.get(atom).cloned().unwrap_or_else(|| base.to_vec());
        let known = frame.find_node(AtomType::PREDICATE, SOURCE_KEY);
        let mut marks = Vec::new();
        for (here, there) in both {
            let before = known.and_then(|key| frame.value(*there, key)).map(texts);
            let is_touched = touched.contains(there);
            if Some(*there) == known || (before.is_none() && !is_touched) {
                continue;
            }
            let after = joined(before.clone().unwrap_or_default(), &of(here), is_touched);
            if before.as_ref() != Some(&after) {
                marks.push((*there, after));
            }
        }
        if marks.is_empty() {
            return Ok(());
        }
        let key = frame.node(AtomType::PREDICATE, SOURCE_KEY)?;
        marks.into_iter().try_for_each(|(atom, mark)| frame.set_value(atom, key, Value::from(mark)))
    }
}

/// The bases of two marks, each once. Where both name one, the version is that of the second if it says something `new`.
fn joined(mut before: Vec<Arc<str>>, more: &[Arc<str>], new: bool) -> Vec<Arc<str>> {
    for pair in more.chunks_exact(2) {
        let [name, version] = pair else { continue };
        let at = before.chunks(2).position(|known| known.first() == Some(name));
        match at.and_then(|at| before.get_mut(2 * at + 1)) {
            Some(known) if new => *known = Arc::clone(version),
            Some(_) => {}
            None => before.extend_from_slice(pair),
        }
    }
    before
}

fn texts(value: &Value) -> Vec<Arc<str>> {
    if let Value::Strings(texts) = value { texts.to_vec() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_base_is_named_once() {
        let texts = |all: &[&str]| all.iter().map(|text| Arc::from(*text)).collect::<Vec<Arc<str>>>();
        let before = texts(&["one", "2", "two", "7"]);
        assert_eq!(
            joined(before.clone(), &texts(&["two", "8", "three", "1"]), false),
            texts(&["one", "2", "two", "7", "three", "1"])
        );
        assert_eq!(joined(before, &texts(&["two", "8"]), true), texts(&["one", "2", "two", "8"]));
        assert_eq!(joined(Vec::new(), &texts(&["one", "1"]), true), texts(&["one", "1"]));
    }
}
