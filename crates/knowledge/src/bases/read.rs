//! Reading what a base holds, now or before.

use std::str::FromStr;
use std::sync::Arc;

use oriel_atomspace::space::Space;
use oriel_identity::Context;
use oriel_model::Timestamp;
use oriel_storage::KnowledgeBase;
use serde::Deserialize;

use super::check_moment;
use crate::error::{KnowledgeError, Result};
use crate::service::{Knowledge, readable};

/// At which version a base is read. As text a number, a moment (RFC 3339), or `newest`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum At {
    /// The newest.
    #[default]
    Newest,
    /// This one; 0 is the empty base that it began as.
    Version(u64),
    /// The newest that there was at this moment.
    Time(Timestamp),
}

impl FromStr for At {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "newest" {
            return Ok(Self::Newest);
        }
        if let Ok(version) = text.parse() {
            return Ok(Self::Version(version));
        }
        let moment = text.parse::<Timestamp>().ok().filter(|at| check_moment("at", *at).is_ok());
        let wrong = || {
            "write a version such as 7, a moment such as 2026-11-20T10:00:00Z (years 0 to 9999), or `newest`".to_owned()
        };
        moment.map(Self::Time).ok_or_else(wrong)
    }
}

impl TryFrom<String> for At {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_number_or_a_moment() {
        assert_eq!("7".parse(), Ok(At::Version(7)));
        assert_eq!("newest".parse(), Ok(At::Newest));
        assert_eq!("2026-11-20T10:00:00Z".parse(), Ok(At::Time("2026-11-20T10:00:00Z".parse().unwrap())));
        assert_eq!("2026-11-20T10:00:00+02:00".parse(), Ok(At::Time("2026-11-20T08:00:00Z".parse().unwrap())));
        for wrong in ["+12026-11-20T10:00:00Z", "-0001-11-20T10:00:00Z", "-1", "yesterday", "2026-11-20", ""] {
            assert!(wrong.parse::<At>().unwrap_err().contains("2026-11-20T10:00:00Z"), "{wrong}");
        }
    }
}
