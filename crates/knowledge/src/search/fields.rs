//! What an index holds of a node.
//!
//! | field | | for |
//! |---|---|---|
//! | `words` | the words of its name and of its values that are texts, with places | finding it; phrases |
//! | `length` | how many words those are | the mean, without what was deleted |
//! | `node` | its name and type | showing it; the order of what fits equally well |
//! | `id` | a hash of both | replacing it |
//! | `near` | 64 bits of that hash | telling what lies near a node |
//! | `under` | the ids of the nodes in the keys of its texts | what loses a text when a key is removed |

use oriel_atomspace::space::{AtomType, Handle, Space, Value};
use sha2::{Digest as _, Sha256};
use tantivy::schema::{FAST, INDEXED};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{TantivyDocument, Term};

use super::words::words;

/// The form of what is written here, and of words: an index of another is made anew.
pub(super) const FORMAT: u32 = 1;
/// Words of one node at most; what comes after them is not searched.
const MOST: usize = 100_000;
/// Bytes of a name that an index keeps; of a longer one it keeps the beginning and a hash.
const NAME: usize = 1_024;
/// Between a name and what follows it. The last one counts.
const MARK: char = '\u{1}';

/// Which node: a hash of its type and name.
pub(super) type Id = [u8; 16];

/// The fields of an index.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) words: Field,
    pub(super) length: Field,
    pub(super) node: Field,
    pub(super) id: Field,
    pub(super) near: Field,
    pub(super) under: Field,
}

/// The names of the fields that are read as columns.
pub(super) const LENGTH: &str = "length";
pub(super) const NODE: &str = "node";
pub(super) const NEAR: &str = "near";

impl Fields {
    pub(super) fn new() -> Self {
        let mut builder = Schema::builder();
        // Nodes come with their words, so the tokenizer that is named here is never asked.
        let indexing = TextFieldIndexing::default().set_tokenizer("raw");
        let indexing = indexing.set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = builder.add_text_field("words", TextOptions::default().set_indexing_options(indexing));
        let length = builder.add_u64_field(LENGTH, FAST);
        let node = builder.add_text_field(NODE, TextOptions::default().set_fast("raw"));
        let id = builder.add_bytes_field("id", INDEXED);
        let near = builder.add_u64_field(NEAR, FAST);
        let under = builder.add_bytes_field("under", INDEXED);
        Self { schema: builder.build(), words, length, node, id, near, under }
    }

    /// A word to look for.
    pub(super) fn word(&self, word: &str) -> Term {
        Term::from_field_text(self.words, word)
    }

    /// What an index holds of a node, and about how many bytes were read for it; none of what is no node, or a variable.
    pub(super) fn document(&self, space: &Space, node: Handle) -> Option<(TantivyDocument, usize)> {
        let of = space.type_of(node).filter(|of| of.is_node() && !space.types().is_a(*of, AtomType::VARIABLE))?;
        let name = space.name(node)?;
        let mut texts = Texts::default();
        texts.add(name);
        let mut under = Vec::new();
        for (key, value) in space.values(node) {
            match value {
                Value::String(text) => texts.add(text),
                Value::Strings(all) => all.iter().for_each(|text| texts.add(text)),
                _ => continue,
            }
            under.extend(nodes_in(space, key));
        }
        under.sort_unstable();
        under.dedup();
        let id = id(space, of, name);
        let mut document = TantivyDocument::new();
        document.add_u64(self.length, texts.tokens.len() as u64);
        let tokens = std::mem::take(&mut texts.tokens);
        document.add_pre_tokenized_text(self.words, PreTokenizedString { text: String::new(), tokens });
        document.add_text(self.node, kept(space, of, name));
        document.add_bytes(self.id, &id);
        document.add_u64(self.near, near(&id));
        for key in &under {
            document.add_bytes(self.under, key);
        }
        Some((document, texts.bytes))
    }
}

/// The words of several texts, those of each apart from those of the next.
#[derive(Default)]
struct Texts {
    tokens: Vec<Token>,
    place: usize,
    bytes: usize,
}

impl Texts {
    fn add(&mut self, text: &str) {
        self.bytes += text.len();
        let (tokens, place) = (&mut self.tokens, self.place);
        let places = words(text, &mut |word| {
            if tokens.len() >= MOST {
                return false;
            }
            tokens.push(Token { position: place + word.place, text: word.text, ..Token::default() });
            true
        });
        // A phrase does not reach from one text into the next.
        self.place += places + 1;
    }
}

/// Which node this is.
pub(super) fn id(space: &Space, of: AtomType, name: &str) -> Id {
    let mut hash = Sha256::new();
    hash.update(space.types().full_name(of));
    hash.update([0]);
    hash.update(name);
    first(&hash.finalize())
}

/// A part of an id, for comparing many quickly.
pub(super) fn near(id: &Id) -> u64 {
    u64::from_le_bytes(first(id))
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut found = [0; N];
    found.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    found
}

/// The ids of the nodes in an atom.
pub(super) fn nodes_in(space: &Space, atom: Handle) -> Vec<Id> {
    let (mut found, mut open) = (Vec::new(), vec![atom]);
    let mut seen = rustc_hash::FxHashSet::default();
    while let Some(next) = open.pop() {
        if !seen.insert(next) {
            continue;
        }
        match (space.type_of(next), space.name(next)) {
            (Some(of), Some(name)) => found.push(id(space, of, name)),
            _ => open.extend(space.outgoing(next)),
        }
    }
    found
}

/// A node as an index keeps it.
fn kept(space: &Space, of: AtomType, name: &str) -> String {
    let of = space.types().full_name(of);
    if name.len() <= NAME {
        return format!("{name}{MARK}{of}");
    }
    let begin = name.get(..name.floor_char_boundary(NAME)).unwrap_or_default();
    format!("{begin}{MARK}{}{MARK}{of}", oriel_storage::audit::hexadecimal(&Sha256::digest(name)))
}

/// The name and the type that an index kept of a node; of a long name only a part.
pub(crate) fn kept_parts(kept: &str) -> Option<(&str, &str)> {
    kept.rsplit_once(MARK)
}

/// Whether this is what an index kept of a node.
pub(crate) fn is_kept(space: &Space, (of, name): (AtomType, &str), known: &str) -> bool {
    kept(space, of, name) == known
}

/// The node that an index kept.
pub(super) fn found(space: &Space, kept: &str) -> Option<Handle> {
    let (name, of) = kept.rsplit_once(MARK)?;
    let of = space.types().named(of).ok()?;
    if let Some(node) = space.find_node(of, name).filter(|_| name.len() <= NAME) {
        return Some(node);
    }
    // Such names are few: they are looked for.
    let (begin, hash) = name.rsplit_once(MARK)?;
    let is_it = |node: &Handle| {
        let name = space.name(*node).filter(|name| name.len() > NAME && name.starts_with(begin));
        name.is_some_and(|name| oriel_storage::audit::hexadecimal(&Sha256::digest(name)) == hash)
    };
    space.by_type(of).find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_found_by_what_is_kept() {
        let mut space = Space::new();
        for name in
            [String::new(), "cart".to_owned(), "a\u{1}b".to_owned(), "é".repeat(NAME), format!("{}x", "é".repeat(NAME))]
        {
            let node = space.node(AtomType::CONCEPT, &name).unwrap();
            let twin = space.node(AtomType::PREDICATE, &name).unwrap();
            for node in [node, twin] {
                let of = space.type_of(node).unwrap();
                let kept = kept(&space, of, &name);
                assert!(kept.len() < NAME + 100);
                assert_eq!(found(&space, &kept), Some(node), "{name}");
            }
        }
        assert_eq!(found(&space, "mail\u{1}ConceptNode"), None);
    }

    #[test]
    fn only_nodes_are_held_and_not_without_bound() {
        let (mut space, fields) = (Space::new(), Fields::new());
        space.load("(List (Concept \"cart service\") (Variable \"$x\"))").unwrap();
        let held: Vec<bool> = space.handles().map(|atom| fields.document(&space, atom).is_some()).collect();
        assert_eq!(held, [true, false, false]);
        let many = space.node(AtomType::CONCEPT, &"word ".repeat(MOST + 10)).unwrap();
        let (document, bytes) = fields.document(&space, many).unwrap();
        assert_eq!(bytes, 5 * (MOST + 10));
        let length = document.get_first(fields.length).unwrap();
        assert_eq!(tantivy::schema::Value::as_u64(&length), Some(MOST as u64));
    }

    #[test]
    fn the_nodes_of_a_key_are_known() {
        let mut space = Space::new();
        let key = space.load("(List (Concept \"a\") (List (Concept \"b\") (Concept \"a\")))").unwrap().last.unwrap();
        assert_eq!(nodes_in(&space, key).len(), 2);
        let none = space.load("(List)").unwrap().last.unwrap();
        assert!(nodes_in(&space, none).is_empty());
    }
}
