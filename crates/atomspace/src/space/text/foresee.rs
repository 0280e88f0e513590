//! Looking names up before they are read.
//!
//! Finding a node takes two misses of the cache, one after the other, and entering a link at it two more. So the text is
//! looked through for the next names in quotes, and each question is asked of all of them before the next: then the misses
//! for one question overlap. What was found is kept by its place in the text.

use super::forms::{Head, Heads};
use crate::space::{AtomType, Handle, Space};
use smallvec::SmallVec;

/// Names that are looked up at a time.
const MOST: usize = 32;
/// Bytes that are looked through for them.
const WINDOW: usize = 4096;

type Few<T> = SmallVec<[T; MOST]>;

/// Nodes that were found ahead.
#[derive(Default)]
pub(super) struct Foreseen {
    /// Where each name begins, counted from the beginning of the text; its type; and the node.
    found: Few<(u64, AtomType, Handle)>,
    /// The first that was not asked for yet.
    next: usize,
    /// How far the text was looked through.
    pub(super) until: u64,
    /// What [`Space::touch`] has seen.
    seen: usize,
}

impl Foreseen {
    /// The node whose name begins here, if it was found.
    #[inline]
    pub(super) fn take(&mut self, place: u64, of: AtomType) -> Option<Handle> {
        while let Some((known, known_type, node)) = self.found.get(self.next).copied() {
            if known > place {
                return None;
            }
            self.next += 1;
            if known == place {
                return (known_type == of).then_some(node);
            }
        }
        None
    }

    /// Forgets all that was found: an atom was removed.
    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.next = 0;
    }

    /// Looks a text through that begins at a place, and the names in it up.
    pub(super) fn look(&mut self, space: &Space, heads: &Heads, place: u64, text: &[u8]) {
        self.clear();
        let text = text.get(..WINDOW).unwrap_or(text);
        let (mut places, mut names) = (Few::<u64>::new(), Few::<(AtomType, &[u8])>::new());
        let (mut at, mut last): (usize, (&[u8], Option<AtomType>)) = (0, (&[], None));
        while names.len() < MOST {
            let Some(open) = memchr::memchr(b'"', text.get(at..).unwrap_or_default()).map(|open| at + open) else {
                at = text.len();
                break;
            };
            let rest = text.get(open + 1..).unwrap_or_default();
            let close = memchr::memchr2(b'"', b'\\', rest).filter(|close| rest.get(*close) == Some(&b'"'));
            // What has an escape, or ends beyond the window, is found as it is read.
            let Some(len) = close else {
                at = open + 1;
                break;
            };
            let word = last_word(text.get(at..open).unwrap_or_default());
            if word != last.0 {
                let node =
                    |head| if let Head::Atom(of) = head { Some(of).filter(|of: &AtomType| of.is_node()) } else { None };
                last = (word, heads.get(word).and_then(node));
            }
            if let (Some(of), Some(name)) = (last.1, rest.get(..len)) {
                places.push(place + open as u64 + 1);
                names.push((of, name));
            }
            at = open + len + 2;
        }
        self.until = place + at.max(1) as u64;
        let nodes: [Option<Handle>; MOST] = space.known_nodes(&names);
        for ((place, (of, _)), node) in places.iter().zip(&names).zip(nodes) {
            if let Some(node) = node {
                self.found.push((*place, *of, node));
            }
        }
        self.seen ^= space.touch(self.found.iter().map(|found| found.2));
    }
}

/// The word at the end of a text, before blanks.
fn last_word(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_end();
    let from = text.iter().rposition(|byte| matches!(byte, b'(' | b')') || byte.is_ascii_whitespace());
    text.get(from.map_or(0, |from| from + 1)..).unwrap_or_default()
}
