//! Which nodes changes may have touched: all that they name.
//!
//! A change can also touch a node that it does not name, in one way: what is removed with all that joins it takes the values under
//! it away. The index knows which nodes have texts under what.

use std::sync::Arc;

use oriel_atomspace::space::{Handle, Space};
use oriel_storage::KnowledgeChange;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, TERMINATED, TantivyError, Term};

use super::fields::{self, Id};
use super::index::{Ready, Touched};
use crate::change::{Change, Operation, unbounded};

/// Bytes of changes that are read at most; of more, all nodes are taken to be touched.
pub(super) const BYTES: u64 = 64 << 20;

/// What the changes between two versions touched, one after the other.
pub(super) struct Following {
    ready: Arc<Ready>,
    space: Arc<Space>,
    touched: Touched,
    hash: String,
    bytes: u64,
}

impl Following {
    /// Begins at the version of an index; `space` is what the base holds after all the changes.
    pub(super) fn new(ready: Arc<Ready>, space: Arc<Space>) -> Self {
        let hash = ready.hash.clone();
        Self { ready, space, touched: Touched::default(), hash, bytes: 0 }
    }

    /// Goes on by one change. Where it is false, an index made anew is right, or cheaper.
    pub(super) fn step(&mut self, change: &KnowledgeChange) -> bool {
        if !change.follows(&self.hash) {
            return false;
        }
        self.hash.clone_from(&change.summary.hash);
        let Ok(decoded) = Change::decode(&change.data) else { return false };
        self.bytes += decoded.bytes();
        self.bytes <= BYTES && decoded.operations.iter().all(|operation| self.operation(operation)) && self.is_few()
    }

    /// What was touched, if the last change made the log with this hash.
    pub(super) fn end(self, hash: &str) -> Option<Touched> {
        (self.hash == hash).then_some(self.touched)
    }

    fn is_few(&self) -> bool {
        self.touched.len() as u64 <= self.ready.nodes / 2 + 16
    }

    fn operation(&mut self, operation: &Operation) -> bool {
        match operation {
            Operation::Add(text) => self.named(text).is_some(),
            Operation::UnsetValue { atom, .. } => self.named(atom).is_some(),
            Operation::UnsetAttention { .. } => true,
            Operation::Remove { atom, recursive } => {
                let Some((apart, removed)) = self.named(atom) else { return false };
                if !*recursive {
                    return true;
                }
                // What has no texts under a part of it has none under the whole.
                let parts = removed.map(|removed| fields::nodes_in(&apart, removed)).unwrap_or_default();
                parts.first().is_some_and(|part| self.under(part).unwrap_or(false))
            }
        }
    }

    /// Notes the nodes that a text names; the atoms that it says, and the last of them.
    fn named(&mut self, text: &str) -> Option<(Space, Option<Handle>)> {
        let mut apart = Space::with_types(self.space.types());
        let read = apart.read_text(text.as_bytes(), unbounded()).ok()?;
        for atom in apart.handles() {
            if let (Some(of), Some(name)) = (apart.type_of(atom), apart.name(atom)) {
                let id = fields::id(&apart, of, name);
                let of = self.space.types().named(&apart.types().full_name(of)).ok()?;
                self.touched.insert(id, self.space.find_node(of, name));
            }
        }
        Some((apart, read.last))
    }

    /// Notes the nodes that have texts under a node, or under what joins it; whether they are few.
    fn under(&mut self, key: &Id) -> Result<bool, TantivyError> {
        let ready = Arc::clone(&self.ready);
        let term = Term::from_field_bytes(ready.fields.under, key);
        for segment in ready.searcher.segment_readers() {
            let inverted = segment.inverted_index(ready.fields.under)?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            let Some(nodes) = segment.fast_fields().str(fields::NODE)? else { continue };
            let mut document = postings.doc();
            while document != TERMINATED {
                if !segment.is_deleted(document)
                    && let Some(at) = nodes.ords().first(document)
                {
                    let mut kept = String::new();
                    nodes.ord_to_str(at, &mut kept)?;
                    // Where it is gone, the change that removed it names it.
                    if let Some(node) = fields::found(&self.space, &kept)
                        && let (Some(of), Some(name)) = (self.space.type_of(node), self.space.name(node))
                    {
                        self.touched.insert(fields::id(&self.space, of, name), Some(node));
                    }
                }
                if !self.is_few() {
                    return Ok(false);
                }
                document = postings.advance();
            }
        }
        Ok(true)
    }
}
