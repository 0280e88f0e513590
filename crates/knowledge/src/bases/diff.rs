//! What differs between two versions of a base.

use std::sync::Arc;

use oriel_atomspace::space::Frame;
use oriel_identity::Context;
use serde::Serialize;

use super::At;
use super::read::version_of;
use crate::cache::Loaded;
use crate::error::Result;
use crate::service::{Knowledge, readable};

/// What differs between two versions. Atoms are written in the text format.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// The version that is compared with,
    pub from: u64,
    /// and the one that is compared.
    pub to: u64,
    /// How many atoms came, how many went, and how many other differences there are, listed or not.
    pub counts: [usize; 3],
    /// Atoms that came, without what they carry.
    pub added: Vec<String>,
    /// Atoms that went.
    pub removed: Vec<String>,
    /// What is carried otherwise, by atoms that came too.
    pub changed: Vec<Differing>,
}

/// Something that an atom carries otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// The atom.
    pub atom: String,
    /// `truth`, `attention`, or the key of a value.
    pub what: String,
    /// As it was; none where there was none.
    pub before: Option<String>,
    /// As it is; none where there is none.
    pub after: Option<String>,
}

/// What differs between two versions of a base, listing at most `most` of each kind.
pub async fn diff(context: &Context, knowledge: &Knowledge, name: &str, from: At, to: At, most: usize) -> Result<Diff> {
    let base = readable(context, knowledge, name).await?;
    let (from, to) = (version_of(knowledge, &base, from).await?, version_of(knowledge, &base, to).await?);
    let backwards = from > to;
    let older = knowledge.at_version(&base, from.min(to)).await?;
    // Only what was carried out on the older content shares its handles.
    let newer = knowledge.advance(&base, Arc::clone(&older), from.max(to)).await?;
    let found = tokio::task::spawn_blocking(move || listed(&older, &newer, most, backwards)).await?;
    Ok(Diff { from, to, ..found })
}

fn listed(older: &Loaded, newer: &Loaded, most: usize, backwards: bool) -> Diff {
    let mut frame = Frame::over(Arc::clone(&older.space));
    *frame = (*newer.space).clone();
    let (base, changes) = (frame.base(), frame.changes());
    let added = changes.added.iter().take(most).map(|atom| frame.show_bare(*atom)).collect();
    let removed = changes.removed.iter().take(most).map(|atom| base.show_bare(*atom)).collect();
    let mut changed = Vec::new();
    let mut differ = |atom, what: String, before: Option<String>, after: Option<String>| {
        if changed.len() < most {
            let (before, after) = if backwards { (after, before) } else { (before, after) };
            changed.push(Differing { atom: frame.show_bare(atom), what, before, after });
        }
    };
    for change in &changes.truths {
        let (before, after) = (Some(change.before.to_string()), Some(change.after.to_string()));
        differ(change.atom, "truth".to_owned(), before, after);
    }
    for change in &changes.attention {
        let told = |attention: Option<oriel_atomspace::space::Attention>| {
            attention.map(|one| format!("(av {} {} {})", one.sti, one.lti, one.vlti))
        };
        differ(change.atom, "attention".to_owned(), told(change.before), told(change.after));
    }
    for change in &changes.values {
        let key = if frame.contains(change.key) { frame.show_bare(change.key) } else { base.show_bare(change.key) };
        let told = |value: &Option<oriel_atomspace::space::Value>| value.as_ref().map(ToString::to_string);
        differ(change.atom, key, told(&change.before), told(&change.after));
    }
    let others = changes.truths.len() + changes.attention.len() + changes.values.len();
    let counts = [changes.added.len(), changes.removed.len()];
    let ([came, went], (added, removed)) =
        if backwards { ([counts[1], counts[0]], (removed, added)) } else { (counts, (added, removed)) };
    Diff { from: 0, to: 0, counts: [came, went, others], added, removed, changed }
}
