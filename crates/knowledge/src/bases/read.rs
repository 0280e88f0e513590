//! Reading what a base holds, now or before.

use std::sync::Arc;

use oriel_atomspace::space::Space;
use oriel_identity::Context;
use oriel_model::Timestamp;
use oriel_storage::KnowledgeBase;

use crate::error::{KnowledgeError, Result};
use crate::service::{Knowledge, readable};

/// At which version a base is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum At {
    /// The newest.
    #[default]
    Newest,
    /// This one; 0 is the empty base that it began as.
    Version(u64),
    /// The newest that there was at this moment.
    Time(Timestamp),
}

/// What a base holds at a version. It does not change any more, whatever is written meanwhile.
#[derive(Debug, Clone)]
pub struct View {
    /// The base, as it was when it was asked for.
    pub base: KnowledgeBase,
    /// The version.
    pub version: u64,
    /// The atoms.
    pub space: Arc<Space>,
}

/// What a base holds. Waits for nobody who prepares a change; a version before the newest is made from the nearest
/// snapshot and the log, and held for the next reader while there is room.
pub async fn read(context: &Context, knowledge: &Knowledge, name: &str, at: At) -> Result<View> {
    let base = readable(context, knowledge, name).await?;
    let version = version_of(knowledge, &base, at).await?;
    let loaded = knowledge.at_version(&base, version).await?;
    Ok(View { version: loaded.version, space: Arc::clone(&loaded.space), base })
}

/// The version that is asked for.
pub(crate) async fn version_of(knowledge: &Knowledge, base: &KnowledgeBase, at: At) -> Result<u64> {
    match at {
        At::Newest => Ok(base.version),
        At::Version(version) if version > base.version => {
            Err(KnowledgeError::NoVersion { name: base.name.clone(), asked: version, newest: base.version })
        }
        At::Version(version) => Ok(version),
        At::Time(at) => knowledge.version_at(base, at).await,
    }
}
