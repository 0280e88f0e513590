//! Other names: every service, pod and node of a case gets another name, and the ranking must stay the same.
//!
//! Names are taken from the atoms of a first run and replaced wherever they stand as whole words in the incident's files
//! and paths, the longest first, always by the same new name. New names are pronounceable nonsense in another
//! alphabetical order.

use super::{files, with_files};
use crate::adapters::EvalCase;
use oriel_atomspace::{Frame, entity_kind, entity_name};
use std::collections::{BTreeMap, BTreeSet};

/// Old names and their new ones.
#[derive(Debug, Clone, Default)]
pub struct Renaming {
    names: BTreeMap<Vec<u8>, Vec<u8>>,
    lengths: BTreeSet<usize>,
}

impl Renaming {
    /// New names for all services, pods and nodes of a frame.
    pub fn of(frame: &Frame) -> Self {
        let mut old: BTreeSet<&str> = BTreeSet::new();
        for fact in frame.all_facts() {
            for entity in fact.args.iter().filter_map(|arg| arg.as_entity()) {
                if matches!(entity_kind(entity), Some("service" | "pod" | "node")) {
                    old.insert(entity_name(entity));
                }
            }
        }
        let services: Vec<&str> = old.iter().copied().collect();
        let mut renaming = Self::default();
        for name in old {
            // A pod's name begins with that of what owns it and follows it.
            let owned = services.iter().any(|s| name.strip_prefix(s).is_some_and(|rest| rest.starts_with('-')));
            if !owned && name.len() > 1 {
                renaming.add(name, &nonsense(name));
            }
        }
        for name in services.iter().filter(|name| name.len() > 1) {
            if !renaming.names.contains_key(name.as_bytes()) && !looks_generated(name) {
                renaming.add(name, &nonsense(name));
            }
        }
        renaming
    }

    fn add(&mut self, old: &str, new: &str) {
        self.lengths.insert(old.len());
        self.names.insert(old.as_bytes().to_vec(), new.as_bytes().to_vec());
    }

    /// The text with every whole-word occurrence of an old name replaced.
    pub fn apply(&self, text: &[u8]) -> Vec<u8> {
        let word = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            let begins = !word(at.checked_sub(1).and_then(|before| text.get(before)));
            let found = if begins && !is_role(&out) {
                self.lengths.iter().rev().find_map(|length| {
                    let new = self.names.get(text.get(at..at + length)?)?;
                    (!word(text.get(at + length))).then_some((*length, new))
                })
            } else {
                None
            };
            if let Some((length, new)) = found {
                out.extend_from_slice(new);
                at += length;
            } else {
                out.push(*byte);
                at += 1;
            }
        }
        out
    }

    /// The text under the new names.
    pub fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.apply(text.as_bytes())).into_owned()
    }
}

/// Whether what was written so far introduces the role of a node, which is a word of Kubernetes and not a name.
fn is_role(before: &[u8]) -> bool {
    before.ends_with(b"kubernetes.io/role=") || before.ends_with(b"node-role.kubernetes.io/")
}

/// Whether a name ends as generated pod names do; such a name follows its owner's.
fn looks_generated(name: &str) -> bool {
    name.rsplit('-').next().is_some_and(|last| last.len() >= 5 && last.bytes().any(|b| b.is_ascii_digit()))
}

/// A pronounceable name that depends on the old one only.
fn nonsense(name: &str) -> String {
    let mut state = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut next = |letters: &[u8]| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (state >> 33) as usize % letters.len();
        letters.get(at).copied().map_or('x', char::from)
    };
    (0..4).flat_map(|_| [next(b"bdfgklmnprtvz"), next(b"aeiou")]).collect()
}

/// The case under other names, and the names.
pub fn renamed(case: &EvalCase, frame: &Frame) -> anyhow::Result<(EvalCase, Renaming)> {
    let renaming = Renaming::of(frame);
    let files = files(case)?.iter().map(|(path, bytes)| (renaming.text(path), renaming.apply(bytes))).collect();
    Ok((with_files(case, files), renaming))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_replaced_the_longest_first() {
        let mut renaming = Renaming::default();
        renaming.add("cart", "ALPHA");
        renaming.add("cart-db", "BETA");
        renaming.add("master", "GAMMA");
        let role = b"master kubernetes.io/role=master node-role.kubernetes.io/master:NoSchedule";
        assert_eq!(
            String::from_utf8(renaming.apply(role)).unwrap(),
            "GAMMA kubernetes.io/role=master node-role.kubernetes.io/master:NoSchedule"
        );
        let text = b"cart cart-db cart-5d8f carts cart_cpu \"cart\":cart-db-0";
        assert_eq!(
            String::from_utf8(renaming.apply(text)).unwrap(),
            "ALPHA BETA ALPHA-5d8f carts ALPHA_cpu \"ALPHA\":BETA-0"
        );
    }

    #[test]
    fn new_names_depend_on_the_old_name_only() {
        assert_eq!(nonsense("cart"), nonsense("cart"));
        assert_ne!(nonsense("cart"), nonsense("carts"));
    }
}
