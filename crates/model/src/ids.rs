//! Typed ids over UUIDv7.
//!
//! The only place where ids are made. An id sorts by the time it was made, and
//! ids made by one process within one millisecond keep their order (a counter
//! fills the bits after the time), so that paging by id is paging by age. The
//! time comes from the caller's [`Clock`]; the rest is random, so an id says when
//! it was made and nothing else. An id is no secret and grants nothing.

use std::sync::{LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use uuid::{ContextV7, Uuid};

use crate::Clock;

/// Orders the ids that one process makes within one millisecond.
static SEQUENCE: LazyLock<Mutex<ContextV7>> = LazyLock::new(|| Mutex::new(ContextV7::new()));

fn generate(clock: &dyn Clock) -> Uuid {
    let now = clock.now();
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let sequence = SEQUENCE.lock().unwrap_or_else(PoisonError::into_inner);
    Uuid::new_v7(uuid::Timestamp::from_unix(&*sequence, seconds, now.timestamp_subsec_nanos()))
}

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: `{text}` is not an id; an id is a UUID such as 0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77")]
pub struct ParseIdError {
    kind: &'static str,
    text: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// What this identifies, in lower case (`run`, `audit entry`).
            pub const KIND: &'static str = $kind;

            /// A new id that sorts after those made before it.
            pub fn generate(clock: &dyn Clock) -> Self {
                Self(generate(clock))
            }

            /// The id with these bits, as read from a store.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bits, as kept in a store.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| ParseIdError {
                    kind: $kind,
                    text: text.chars().take(64).collect(),
                })
            }
        }
    )*};
}

ids! {
    /// A user account.
    UserId, "user";
    /// A signed-in session.
    SessionId, "session";
    /// An incident: one uploaded recording.
    IncidentId, "incident";
    /// One diagnosis of an incident.
    InvestigationId, "investigation";
    /// A reported true cause.
    OutcomeId, "outcome";
    /// A machine that commands run on.
    TargetId, "target";
    /// A command sent to one or more targets.
    RunId, "run";
    /// One target's part of a run.
    TaskId, "task";
    /// An entry of the audit log.
    AuditId, "audit entry";
    /// An encrypted secret.
    SecretId, "secret";
    /// A message waiting in the outbox.
    OutboxId, "outbox message";
    /// A knowledge base.
    KnowledgeBaseId, "knowledge base";
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::ManualClock;

    #[test]
    fn ids_made_at_one_moment_keep_their_order() {
        let clock = ManualClock::default();
        let made: Vec<RunId> = (0..5_000).map(|_| RunId::generate(&clock)).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn ids_made_later_sort_later() {
        let clock = ManualClock::new("2101-01-01T00:00:00Z".parse().unwrap());
        let first = TaskId::generate(&clock);
        clock.advance(TimeDelta::milliseconds(1));
        assert!(first < TaskId::generate(&clock));
    }

    #[test]
    fn an_id_is_a_version_7_uuid() {
        let id = UserId::generate(&ManualClock::default());
        assert_eq!(id.as_uuid().get_version_num(), 7);
    }

    #[test]
    fn json_is_the_plain_uuid() {
        let id = UserId::generate(&ManualClock::default());
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
    }

    #[test]
    fn the_error_names_the_kind() {
        let error = "nope".parse::<TargetId>().unwrap_err();
        assert!(error.to_string().starts_with("target: `nope` is not an id"));
    }

    proptest! {
        #[test]
        fn text_round_trips(bits in any::<u128>()) {
            let id = IncidentId::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse::<IncidentId>(), Ok(id));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<IncidentId>();
        }
    }
}
