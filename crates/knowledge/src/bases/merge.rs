//! Merging one base into another.
//!
//! Atoms are matched by what they are. Each atom that came, or carries something else by it, says where that is from: a
//! value under the key [`SOURCE_KEY`], the names of base and version as two texts, and two more for each other base that it came
//! from and that says it too. What sources of ingestion say is no conflict: of one source the newer observation is taken. The
//! base that is merged stays as it is.

mod evidence;
mod marks;
mod observed;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use oriel_atomspace::space::{AtomType, Conflict, ConflictKind, Frame, Handle, MergeError, Prefer, Space, SpaceError};
use oriel_identity::{Action, Context, authorize};
use oriel_storage::Repositories as _;
use serde::Serialize;

use marks::Marks;

use super::apply::make;
use super::{Applied, At, Note, View, read};
use crate::change::Change;
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;

/// The name of the `Predicate` under which a merged atom says where it is from.
pub const SOURCE_KEY: &str = "oriel:source";

/// Conflicts that an error tells at most.
const CONFLICTS: usize = 3;

/// Which base is believed where both say something of the same atom, and not the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Preference {
    /// None: such a merge is refused.
    #[default]
    Refuse,
    /// The one that is merged.
    Source,
    /// The one that it is merged into.
    Target,
}

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MergedBases {
    /// The change that it made; none where the target had all of the source already.
    pub applied: Option<Applied>,
    /// The version of the source.
    pub source_version: u64,
    /// Atoms that came.
    pub added: usize,
    /// What atoms carry otherwise by it.
    pub changed: usize,
    /// Where the bases said different things, and one was preferred.
    pub conflicts: Vec<String>,
}

/// Merges what a base holds at a version into the newest version of another base.
pub async fn merge(
    context: &Context,
    knowledge: &Knowledge,
    (source, at): (&str, At),
    target: &str,
    prefer: Preference,
    note: Note,
) -> Result<MergedBases> {
    authorize(context, Action::ChangeKnowledge)?;
    let from = read(context, knowledge, source, at).await?;
    let into = read(context, knowledge, target, At::Newest).await?;
    if from.base.id == into.base.id {
        return Err(KnowledgeError::invalid("target", "a base is not merged into itself: name another"));
    }
    if let Some(expected) = note.expected.filter(|expected| *expected != into.version) {
        return Err(KnowledgeError::Version { expected, found: into.version });
    }
    let (version, source_version, base) = (into.version, from.version, into.base.clone());
    let (origin, origin_into) = (origin(knowledge, &from).await?, origin(knowledge, &into).await?);
    let work = move || worked((&from, &origin), (&into, &origin_into), prefer);
    let worked = tokio::task::spawn_blocking(work).await??;
    let Worked { change, added, changed, conflicts } = worked;
    let applied = if change.is_empty() {
        None
    } else {
        // What was compared is what is changed.
        let note = Note { expected: Some(version), ..note };
        Some(make(context, knowledge, &base, "merge", Arc::new(change), &note).await?)
    };
    Ok(MergedBases { applied, source_version, added, changed, conflicts })
}

/// The hash of the first change of a base, where it has evidence that is numbered in it alone: every copy of the base has the same.
async fn origin(knowledge: &Knowledge, of: &View) -> Result<String> {
    let space = Arc::clone(&of.space);
    if !tokio::task::spawn_blocking(move || evidence::is_numbered(&space)).await? {
        return Ok(String::new());
    }
    let first = knowledge.inner.database.knowledge().changes(of.base.id, 0, 1).await?;
    Ok(first.into_iter().next().map(|first| first.summary.hash).unwrap_or_default())
}

/// The atoms of a space that another has too, with the other's; their types go by their names.
fn shared(news: &Space, into: &Space) -> Vec<(Handle, Handle)> {
    let mut types: HashMap<AtomType, Option<AtomType>> = HashMap::new();
    let mut there: HashMap<Handle, Handle> = HashMap::new();
    let mut both = Vec::new();
    // A link is newer than what it joins.
    for atom in news.handles() {
        let Some(of) = news.type_of(atom) else { continue };
        let of = *types.entry(of).or_insert_with(|| into.types().named(&news.types().full_name(of)).ok());
        let found = of.and_then(|of| {
            if let Some(name) = news.name(atom) {
                return into.find_node(of, name);
            }
            let joined: Option<Vec<Handle>> = news.outgoing(atom).iter().map(|part| there.get(part).copied()).collect();
            into.find_link(of, &joined?)
        });
        if let Some(found) = found {
            there.insert(atom, found);
            both.push((atom, found));
        }
    }
    both
}

struct Worked {
    change: Change,
    added: usize,
    changed: usize,
    conflicts: Vec<String>,
}

fn worked((from, origin): (&View, &str), (into, origin_into): (&View, &str), prefer: Preference) -> Result<Worked> {
    // All of the source is news to a space that has nothing.
    let mut news = Frame::over(Arc::new(Space::new()));
    *news = Space::clone(&from.space);
    let marks = Marks::taken(&mut news);
    let mut frame = Frame::over(Arc::clone(&into.space));
    let both = shared(&news, &frame);
    evidence::told_apart(&mut news, &frame, &both, (origin, origin_into))?;
    let settled = observed::settle(&mut news, &mut frame, &both)?;
    let merged = match prefer {
        Preference::Refuse => news.merge_into(&mut frame),
        Preference::Source => news.merge_preferring(&mut frame, Prefer::Frame),
        Preference::Target => news.merge_preferring(&mut frame, Prefer::Target),
    };
    let names = (from.base.name.as_str(), into.base.name.as_str());
    let merged = merged.map_err(|error| apart(names, error))?;
    let changes = frame.changes();
    let mut touched: BTreeSet<Handle> = changes.added.iter().copied().collect();
    touched.extend(changes.truths.iter().map(|change| change.atom));
    touched.extend(changes.attention.iter().map(|change| change.atom));
    touched.extend(changes.values.iter().map(|change| change.atom));
    let base = [from.base.name.as_str().into(), from.version.to_string().into()];
    let both = shared(&news, &frame);
    marks.set(&mut frame, &both, &touched, &base)?;
    let conflicts = merged.conflicts.iter().map(|conflict| told(names, conflict)).collect();
    Ok(Worked { change: Change::of_frame(&frame)?, added: merged.added, changed: merged.changed + settled, conflicts })
}

/// Why bases do not go together.
fn apart((from, into): (&str, &str), error: MergeError) -> KnowledgeError {
    let names = (from.to_owned(), into.to_owned());
    match error {
        MergeError::Conflicts(all) => {
            let conflicts = all.iter().take(CONFLICTS).map(|conflict| told((from, into), conflict)).collect();
            KnowledgeError::Merge { from: names.0, into: names.1, conflicts, count: all.len() }
        }
        MergeError::Space(why @ SpaceError::Type(_)) => KnowledgeError::Apart { from: names.0, into: names.1, why },
        MergeError::Space(error) => error.into(),
        other => KnowledgeError::invalid("source", other.to_string()),
    }
}

/// A conflict in words, with the names of the bases.
fn told((from, into): (&str, &str), conflict: &Conflict) -> String {
    let atom = &conflict.atom;
    match &conflict.kind {
        ConflictKind::Truth { frame, target, .. } => {
            format!("of {atom} `{from}` says {frame}, `{into}` {target}")
        }
        ConflictKind::Attention { .. } => format!("`{from}` and `{into}` give {atom} different attention"),
        ConflictKind::Value { key, .. } => format!("`{from}` and `{into}` give {atom} different values under {key}"),
        ConflictKind::Standing { there } => format!("`{from}` states {atom}, `{into}` {there}"),
        // The source removes nothing: it is told whole.
        _ => conflict.to_string(),
    }
}
