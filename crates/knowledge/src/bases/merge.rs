//! Merging one base into another.
//!
//! Atoms are matched by what they are. Each atom that came, or carries something else by it, says where that is from: a
//! value under the key [`SOURCE_KEY`], the names of base and version as two texts. The source stays as it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use oriel_atomspace::space::{
    AtomType, Conflict, ConflictKind, Frame, Handle, MergeError, Prefer, Space, SpaceError, Value,
};
use oriel_identity::{Action, Context, authorize};
use serde::Serialize;

use super::apply::make;
use super::{Applied, At, Note, View, read};
use crate::change::{Change, counterpart};
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
    let (version, source_version) = (into.version, from.version);
    let worked = tokio::task::spawn_blocking(move || worked(&from, &into, prefer)).await??;
    let Worked { change, added, changed, conflicts } = worked;
    let applied = if change.is_empty() {
        None
    } else {
        // What was compared is what is changed.
        let note = Note { expected: Some(version), ..note };
        Some(make(context, knowledge, target, "merge", Arc::new(change), &note).await?)
    };
    Ok(MergedBases { applied, source_version, added, changed, conflicts })
}

/// Where both bases say where an atom is from, that is no conflict: what the target says is set anew, if anything comes.
fn forget_known_sources(news: &mut Frame, into: &Space) {
    let Some(key) = news.find_node(AtomType::PREDICATE, SOURCE_KEY) else { return };
    let marked: Vec<Handle> = news.handles().filter(|atom| news.value(*atom, key).is_some()).collect();
    for atom in marked {
        if counterpart(news, atom, into).is_some() {
            news.remove_value(atom, key);
        }
    }
}

struct Worked {
    change: Change,
    added: usize,
    changed: usize,
    conflicts: Vec<String>,
}

fn worked(from: &View, into: &View, prefer: Preference) -> Result<Worked> {
    // All of the source is news to a space that has nothing.
    let mut news = Frame::over(Arc::new(Space::new()));
    *news = Space::clone(&from.space);
    forget_known_sources(&mut news, &into.space);
    let mut frame = Frame::over(Arc::clone(&into.space));
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
    if !touched.is_empty() {
        let key = frame.node(AtomType::PREDICATE, SOURCE_KEY)?;
        let source: Vec<Arc<str>> = vec![from.base.name.as_str().into(), from.version.to_string().into()];
        for atom in touched {
            // Where an atom was from before it came to the source, it goes on to say.
            if frame.value(atom, key).is_none() || into.space.value(atom, key).is_some() {
                frame.set_value(atom, key, Value::from(source.clone()))?;
            }
        }
    }
    let conflicts = merged.conflicts.iter().map(|conflict| told(names, conflict)).collect();
    Ok(Worked { change: Change::of_frame(&frame)?, added: merged.added, changed: merged.changed, conflicts })
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
