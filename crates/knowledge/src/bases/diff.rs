//! What differs between two versions of a base.

use std::collections::BTreeSet;
use std::sync::Arc;

use oriel_atomspace::space::{Attention, Frame, Handle, Space, Truth};
use oriel_identity::Context;
use serde::Serialize;

use oriel_storage::{KnowledgeBase, Repositories as _};

use super::At;
use super::part::{decoded, on_stored, tail};
use super::read::version_of;
use crate::error::{KnowledgeError, Result};
use crate::part::{Atoms, Grown, Held, before_and_after};
use crate::service::{Knowledge, readable};
use crate::work::{GOING_THROUGH, in_time};

/// Of the memory that a base may take, the part that the changes between two versions may have as the log keeps them, where what they
/// touch is all that is loaded.
const TOUCHED: u64 = 64;
/// Bytes that they may have in any case, and that what they touch may take in memory.
const TOUCHED_ALWAYS: u64 = 1 << 20;

/// What differs between two versions. Atoms are written in the text format.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// The version that is compared with,
    pub from: u64,
    /// and the one that is compared.
    pub to: u64,
    /// How many atoms came, how many went, and how many other differences there are, listed or not.
    pub counts: [usize; 3],
    /// Atoms that came, with what they carry.
    pub added: Vec<String>,
    /// Atoms that went.
    pub removed: Vec<String>,
    /// What is carried otherwise, by atoms that both versions have.
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

/// What differs between two versions of a base, listing at most `most` of each kind. Of a base that is larger than memory only what
/// the changes between the two can have touched is read.
pub async fn diff(context: &Context, knowledge: &Knowledge, name: &str, from: At, to: At, most: usize) -> Result<Diff> {
    let base = readable(context, knowledge, name).await?;
    let (from, to) = (version_of(knowledge, &base, from).await?, version_of(knowledge, &base, to).await?);
    let backwards = from > to;
    let (old, new) = (from.min(to), from.max(to));
    let found = match both(knowledge, &base, (old, new)).await {
        Ok((older, newer)) => tokio::task::spawn_blocking(move || listed(&older, &newer, most, backwards)).await?,
        Err(KnowledgeError::Larger { .. }) => {
            let (older, newer) = touched(knowledge, &base, (old, new)).await?;
            tokio::task::spawn_blocking(move || listed(&Arc::new(older), &newer, most, backwards)).await?
        }
        Err(other) => return Err(other),
    };
    Ok(Diff { from, to, ..found })
}

/// All of both versions.
async fn both(knowledge: &Knowledge, base: &KnowledgeBase, (old, new): (u64, u64)) -> Result<(Arc<Space>, Arc<Space>)> {
    let newest = knowledge.inner.database.knowledge().snapshots(base.id, new).await?;
    if let Some(newest) = newest.first() {
        knowledge.has_room(base, newest.atoms)?;
    }
    let older = knowledge.at_version(base, old).await?;
    // Only what was carried out on the older content shares its handles.
    let newer = knowledge.advance(base, Arc::clone(&older), new).await?;
    Ok((Arc::clone(&older.space), newer.space))
}

/// What the changes between two versions can have touched, at both.
async fn touched(knowledge: &Knowledge, base: &KnowledgeBase, (old, new): (u64, u64)) -> Result<(Space, Space)> {
    let log = knowledge.inner.database.knowledge();
    let bytes = log.bytes_after(base.id, old).await?.saturating_sub(log.bytes_after(base.id, new).await?);
    let limit = (knowledge.inner.settings.base_bytes / TOUCHED).max(TOUCHED_ALWAYS);
    if bytes > limit {
        return Err(KnowledgeError::FarApart { name: base.name.clone(), from: old, to: new, bytes, limit });
    }
    let steps = Arc::new(decoded(tail(knowledge, base, (old, new)).await?, (old, None), &base.name)?);
    let (name, laid, most) = (base.name.clone(), Arc::clone(&steps), knowledge.room_for_atoms(TOUCHED_ALWAYS));
    let too_many = |atoms: u64| {
        let (name, limit) = (base.name.clone(), most);
        KnowledgeError::TouchesMuch { name, from: old, to: new, atoms, limit }
    };
    let look = move |mut grown: Grown, cancel: &_| before_and_after(&mut grown, &laid, (&name, most), cancel);
    if let Some(found) = on_stored(knowledge, base, (old, GOING_THROUGH), look).await? {
        return found.map_err(too_many);
    }
    // There was none to be read in part at that version: what there was until the first is soon loaded.
    let (older, name) = (knowledge.at_version(base, old).await?, base.name.clone());
    let find = move |cancel| {
        let mut held = Held(&older.space);
        before_and_after(&mut held as &mut dyn Atoms, &steps, (&name, most), &cancel)
    };
    in_time(GOING_THROUGH, find).await??.map_err(too_many)
}

fn attended(attention: Attention) -> String {
    format!("(av {} {} {})", attention.sti, attention.lti, attention.vlti)
}

/// An atom with what it carries itself, but not what those carry that it joins.
fn told(space: &Space, atom: Handle) -> String {
    let bare = space.show_bare(atom);
    let mut carried = String::new();
    if space.truth(atom) != Truth::DEFAULT {
        carried = format!(" {}", space.truth(atom));
    }
    if let Some(attention) = space.attention(atom) {
        carried = format!("{carried} {}", attended(attention));
    }
    let values = space.values(atom).map(|(key, value)| format!("(cons {} {value})", space.show_bare(key)));
    let values = values.collect::<Vec<_>>().join(" ");
    if !values.is_empty() {
        carried = format!("{carried} (alist {values})");
    }
    // Of a node it stands behind the name, of a link behind the type; what is shown in part only is left as it is.
    let behind = if space.name(atom).is_some() { bare.rfind(')') } else { bare.find([' ', ')']) };
    match behind.filter(|_| bare.ends_with(')')).and_then(|at| bare.split_at_checked(at)) {
        Some((before, rest)) => format!("{before}{carried}{rest}"),
        None => bare,
    }
}

/// What differs between a content and another that was made of it, and so has its handles.
pub(crate) fn listed(older: &Arc<Space>, newer: &Space, most: usize, backwards: bool) -> Diff {
    let mut frame = Frame::over(Arc::clone(older));
    *frame = newer.clone();
    let (base, changes) = (frame.base(), frame.changes());
    let (new, gone): (&Space, &Space) = if backwards { (base, &frame) } else { (&frame, base) };
    let (came, went) = if backwards { (&changes.removed, &changes.added) } else { (&changes.added, &changes.removed) };
    let added = came.iter().take(most).map(|atom| told(new, *atom)).collect();
    let removed = went.iter().take(most).map(|atom| gone.show_bare(*atom)).collect();
    // What carries something else in one version only is told with the atom itself.
    let fresh: BTreeSet<Handle> = changes.added.iter().copied().collect();
    let truths: Vec<_> = changes.truths.iter().filter(|change| !fresh.contains(&change.atom)).collect();
    let attention: Vec<_> = changes.attention.iter().filter(|change| !fresh.contains(&change.atom)).collect();
    let values: Vec<_> = changes.values.iter().filter(|change| !fresh.contains(&change.atom)).collect();
    let mut changed = Vec::new();
    let mut differ = |atom, what: String, before: Option<String>, after: Option<String>| {
        if changed.len() < most {
            let (before, after) = if backwards { (after, before) } else { (before, after) };
            changed.push(Differing { atom: frame.show_bare(atom), what, before, after });
        }
    };
    for change in &truths {
        let (before, after) = (Some(change.before.to_string()), Some(change.after.to_string()));
        differ(change.atom, "truth".to_owned(), before, after);
    }
    for change in &attention {
        differ(change.atom, "attention".to_owned(), change.before.map(attended), change.after.map(attended));
    }
    for change in &values {
        let key = if frame.contains(change.key) { frame.show_bare(change.key) } else { base.show_bare(change.key) };
        let text = |value: &Option<oriel_atomspace::space::Value>| value.as_ref().map(ToString::to_string);
        differ(change.atom, key, text(&change.before), text(&change.after));
    }
    let others = truths.len() + attention.len() + values.len();
    Diff { from: 0, to: 0, counts: [came.len(), went.len(), others], added, removed, changed }
}
