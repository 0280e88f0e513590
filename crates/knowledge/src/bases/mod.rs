//! Knowledge bases: what can be done with them, one action a file.
//!
//! Every function takes the caller's `Context` first, asks the policy, and writes the audit entry of a change in the same
//! transaction. A base is named by its name.

mod apply;
mod create;
mod delete;
mod diff;
mod edit;
mod export;
mod history;
mod import;
mod list;
mod merge;
mod part;
mod path;
mod query;
mod read;
mod related;
mod search;
mod sources;
mod validate;

pub(crate) use apply::make;
pub use apply::{Applied, Note, apply};
pub use create::create;
pub use delete::{delete, purge, undelete};
#[cfg(test)]
pub(crate) use diff::listed;
pub use diff::{Diff, Differing, diff};
pub use edit::{Edit, edit};
pub use export::{Export, StopsExport, export};
pub use history::history;
pub use import::{Import, Imported, import};
pub use list::{get, list, list_deleted};
pub use merge::{MergedBases, Preference, SOURCE_KEY, merge};
pub use part::part;
pub(crate) use part::{decoded, on_stored, tail as changes_after};
pub use path::{Hop, Path, Ways, path};
pub use query::{Answer, Ask, Found, explain, query, rewrite};
pub use read::{At, View, read};
pub use related::{Related, related};
pub use search::{Hit, Hits, Search, Told, search};
pub(crate) use sources::disagreeing;
pub use sources::{Claim, Disagreement, Source, Sources, sources};
pub use validate::{SnapshotFinding, Validation, validate};

pub use crate::part::Selection;

use chrono::Datelike as _;
use oriel_identity::{Action, Context, authorize};
use oriel_model::Timestamp;
use oriel_storage::{KnowledgeBase, Repositories as _};
use serde_json::{Value, json};

use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;

/// Letters of a name at most.
const NAME: usize = 100;
/// Letters of a description or note at most.
const WORDS: usize = 10_000;

/// A name that can be typed, stands in a path as it is, and has one spelling.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let letters = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-' | '_' | '.');
    let begins = name.starts_with(|letter: char| matches!(letter, 'a'..='z' | '0'..='9'));
    if begins && name.len() <= NAME && name.chars().all(letters) {
        return Ok(());
    }
    let message = format!("use a-z, 0-9, `-`, `_` and `.`, beginning with a letter or digit, up to {NAME} of them");
    Err(KnowledgeError::invalid("name", message))
}

pub(crate) fn check_words(field: &'static str, words: &str) -> Result<()> {
    if words.chars().count() <= WORDS {
        return Ok(());
    }
    Err(KnowledgeError::invalid(field, format!("it is longer than {WORDS} characters: say it in fewer")))
}

/// That a base still has the version that somebody saw, where that is said.
fn check_expected(base: &KnowledgeBase, expected: Option<u64>) -> Result<()> {
    match expected {
        Some(expected) if expected != base.version => Err(KnowledgeError::Version { expected, found: base.version }),
        _ => Ok(()),
    }
}

/// A moment that a database can be asked for, and that four digits name the year of.
pub(crate) fn check_moment(field: &'static str, at: Timestamp) -> Result<()> {
    if (0..=9999).contains(&at.year()) {
        return Ok(());
    }
    Err(KnowledgeError::invalid(field, format!("the year {} is out of range; years are 0 to 9999", at.year())))
}

/// A name for a new base, which no base has.
pub(crate) async fn check_free(knowledge: &Knowledge, name: &str) -> Result<()> {
    check_name(name)?;
    match knowledge.inner.database.knowledge().find_by_name(name).await? {
        Some(_) => Err(KnowledgeError::NameTaken { name: name.to_owned() }),
        None => Ok(()),
    }
}

/// The base of this name, for who may change it: to be asked before a long change is taken in.
pub async fn changeable(context: &Context, knowledge: &Knowledge, name: &str) -> Result<KnowledgeBase> {
    authorize(context, Action::ChangeKnowledge)?;
    knowledge.named(name).await
}

/// The subject of an audit entry.
fn subject(base: &KnowledgeBase) -> String {
    format!("knowledge/{}", base.id)
}

/// What every audit entry says of its base.
fn named(base: &KnowledgeBase) -> Value {
    json!({ "name": base.name, "version": base.version })
}
