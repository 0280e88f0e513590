//! ETags of bases, and `If-Match` on what changes one: who saw another version is told (412), and changes nothing.
//!
//! The ETag is the version and a sum of name and description: `"25-9f3c21ab"`. What changes the content compares the version, for
//! it overwrites nothing else; what changes name or description compares all of it. The version alone, `"25"`, does as well.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use oriel_knowledge::bases::Note;
use oriel_knowledge::{KnowledgeBase, KnowledgeError};
use sha2::{Digest as _, Sha256};

use crate::problem::{Kind, Problem};

/// How OpenAPI describes the header.
pub(super) const IF_MATCH: &str = "The ETag of the base, or its version in quotes: only where that is still so";

/// The version that the caller saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IfMatch {
    version: Option<u64>,
    sum: Option<String>,
}

impl IfMatch {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(wanted) = headers.get(header::IF_MATCH) else { return Ok(Self::default()) };
        let wanted = wanted.to_str().unwrap_or_default().trim();
        if wanted == "*" {
            return Ok(Self::default());
        }
        let tag = wanted.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(wanted);
        let (version, sum) = tag.split_once('-').map_or((tag, None), |(version, sum)| (version, Some(sum.to_owned())));
        let version = version.parse().map_err(|_| failed("If-Match names no version of this base."))?;
        Ok(Self { version: Some(version), sum })
    }

    /// Whether it says how the base was called and described.
    pub(super) fn names_words(&self) -> bool {
        self.sum.is_some()
    }

    /// The version that a change is made for, given what the request itself says.
    pub(super) fn version(&self, said: Option<u64>) -> Result<Option<u64>, Problem> {
        match (self.version, said) {
            (Some(version), Some(said)) if version != said => {
                Err(Problem::invalid("expected_version", "If-Match names another version: say one of them."))
            }
            (version, said) => Ok(version.or(said)),
        }
    }

    /// The note of a change, given the version that the request itself says.
    pub(super) fn note(&self, said: Option<u64>, text: impl Into<String>) -> Result<Note, Problem> {
        Ok(Note { expected: self.version(said)?, text: text.into() })
    }

    /// An error of a change that was made with [`IfMatch::version`].
    pub(super) fn told(&self, error: KnowledgeError) -> Problem {
        match error {
            KnowledgeError::Version { found, .. } if self.version.is_some() => failed(format!(
                "The base has version {found} by now: somebody changed it since you read it; read it again and repeat your change."
            )),
            other => other.into(),
        }
    }

    /// That a base is still what was seen, its name and description too.
    pub(super) fn check(&self, base: &KnowledgeBase) -> Result<(), Problem> {
        self.check_version(base)?;
        if self.sum.as_ref().is_none_or(|seen| *seen == sum(base)) {
            return Ok(());
        }
        Err(failed("Somebody edited the base since you read it; read it again and repeat your change."))
    }

    /// That a base still has the version that was seen: to be asked before a long change is taken in.
    pub(super) fn check_version(&self, base: &KnowledgeBase) -> Result<(), Problem> {
        match self.version {
            Some(expected) if expected != base.version => {
                Err(self.told(KnowledgeError::Version { expected, found: base.version }))
            }
            _ => Ok(()),
        }
    }
}

fn failed(detail: impl Into<String>) -> Problem {
    Problem::new(Kind::PreconditionFailed, detail.into()).at("If-Match")
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers)
    }
}

/// The ETag of a base.
pub(super) fn tag(base: &KnowledgeBase) -> String {
    format!("\"{}-{}\"", base.version, sum(base))
}

/// Eight digits of what is said of a base beside its content.
fn sum(base: &KnowledgeBase) -> String {
    let all = Sha256::new().chain_update(&base.name).chain_update([0]).chain_update(&base.description).finalize();
    let four = all.iter().take(4).fold(0_u32, |digits, byte| digits << 8 | u32::from(*byte));
    format!("{four:08x}")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn given(value: &str) -> Result<IfMatch, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, HeaderValue::from_str(value).unwrap());
        IfMatch::of(&headers)
    }

    #[test]
    fn a_tag_names_a_version() {
        assert_eq!(given("\"25\"").unwrap().version(None).unwrap(), Some(25));
        assert_eq!(given("\"25-9f3c21ab\"").unwrap().version(Some(25)).unwrap(), Some(25));
        assert_eq!(given("*").unwrap().version(Some(3)).unwrap(), Some(3));
        assert_eq!(IfMatch::of(&HeaderMap::new()).unwrap(), IfMatch::default());
        assert_eq!(given("\"25\"").unwrap().version(Some(24)).unwrap_err().kind(), Kind::Invalid);
        for wrong in ["\"x\"", "W/\"25\"", "\"1\", \"2\"", "", "\"-9f\""] {
            assert_eq!(given(wrong).unwrap_err().kind(), Kind::PreconditionFailed, "{wrong}");
        }
    }

    #[test]
    fn a_conflict_of_versions_is_a_failed_precondition_where_the_header_said_it() {
        let error = || KnowledgeError::Version { expected: 1, found: 2 };
        assert_eq!(given("\"1\"").unwrap().told(error()).kind(), Kind::PreconditionFailed);
        assert_eq!(IfMatch::default().told(error()).kind(), Kind::Conflict);
    }
}
