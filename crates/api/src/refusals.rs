//! From the capabilities' errors to problems. The only place that knows which error is which status.

use oriel_execution::runs::RunError;
use oriel_execution::targets::TargetError;
use oriel_execution::transport::OpenError;
use oriel_identity::{AccountError, AuditError, Denied, SessionError, SetupError, SignInError};
use oriel_investigation::InvestigationError;
use oriel_knowledge::backup::BackupError;
use oriel_knowledge::formats::FormatError;
use oriel_knowledge::{AttentionError, ChainError, EncodingError, IndexError, KnowledgeError, LearningError, Met};
use oriel_storage::StorageError;

use crate::problem::{Kind, Problem};
use crate::upload;

/// An error as a sentence.
fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

fn throttled(seconds: u64) -> Problem {
    Problem::new(Kind::TooManyRequests, format!("Too many attempts; try again in {} s.", seconds.max(1)))
        .retry_after(seconds)
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let kind = match denied {
            Denied::NotSignedIn => Kind::Unauthenticated,
            Denied::Role { .. } | Denied::System { .. } => Kind::Forbidden,
        };
        Self::new(kind, sentence(&denied))
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Taken { .. } | StorageError::Changed { .. } | StorageError::Version { .. } => {
                Self::new(Kind::Conflict, sentence(&error))
            }
            StorageError::Invalid { what, .. } => Self::invalid(what, sentence(&error)),
            other => Self::internal(&other),
        }
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Denied(denied) => denied.into(),
            SessionError::NotFound => Self::not_found("session"),
            SessionError::Storage(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => Self::new(Kind::WrongCredentials, sentence(&error)),
            SignInError::Throttled { seconds } => throttled(seconds),
            SignInError::Storage(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<SetupError> for Problem {
    fn from(error: SetupError) -> Self {
        let field = error.field();
        let problem = match error {
            SetupError::Done => Self::new(Kind::Conflict, sentence(&error)),
            SetupError::Throttled { seconds } => throttled(seconds),
            SetupError::Token | SetupError::Password(_) => Self::new(Kind::Invalid, sentence(&error)),
            SetupError::Account(error) => return error.into(),
            SetupError::Storage(error) => return error.into(),
            other => Self::internal(&other),
        };
        with_field(problem, field)
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        let field = error.field();
        let problem = match error {
            AccountError::Denied(denied) => return denied.into(),
            AccountError::NotFound => Self::not_found("user"),
            AccountError::Username | AccountError::Password(_) | AccountError::CurrentPassword => {
                Self::new(Kind::Invalid, sentence(&error))
            }
            AccountError::UsernameTaken | AccountError::LastAdministrator { .. } => {
                Self::new(Kind::Conflict, sentence(&error))
            }
            AccountError::Throttled { seconds } => throttled(seconds),
            AccountError::Storage(error) => return error.into(),
            other => Self::internal(&other),
        };
        with_field(problem, field)
    }
}

impl From<AuditError> for Problem {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Denied(denied) => denied.into(),
            AuditError::Storage(error) => error.into(),
        }
    }
}

impl From<InvestigationError> for Problem {
    fn from(error: InvestigationError) -> Self {
        match error {
            InvestigationError::Denied(denied) => denied.into(),
            InvestigationError::Invalid { field, .. } => Self::invalid(field, sentence(&error)),
            InvestigationError::TooLarge { .. } => Self::new(Kind::TooLarge, sentence(&error)),
            InvestigationError::BrokenOff(_) => Self::new(Kind::Malformed, "The upload broke off; send it again."),
            InvestigationError::Archive(_) => Self::invalid("archive", sentence(&error)),
            InvestigationError::Busy { .. } => Self::new(Kind::Unavailable, sentence(&error)).retry_after(15),
            InvestigationError::Ending => Self::new(Kind::Unavailable, sentence(&error)).retry_after(5),
            InvestigationError::Conflict(detail) => Self::new(Kind::Conflict, detail),
            InvestigationError::Storage(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<KnowledgeError> for Problem {
    fn from(error: KnowledgeError) -> Self {
        match error {
            KnowledgeError::Denied(denied) => denied.into(),
            KnowledgeError::Invalid { field, .. } | KnowledgeError::Learning(LearningError::Setting { field, .. }) => {
                Self::invalid(field, sentence(&error))
            }
            KnowledgeError::NotFound { .. } | KnowledgeError::Deleted { .. } => Self::not_found("knowledge base"),
            KnowledgeError::NameTaken { .. } => Self::new(Kind::Conflict, sentence(&error)).at("name"),
            KnowledgeError::Version { .. } => Self::new(Kind::Conflict, sentence(&error)).at("expected_version"),
            KnowledgeError::Edited { .. } => Self::new(Kind::PreconditionFailed, sentence(&error)).at("If-Match"),
            KnowledgeError::NoVersion { .. } | KnowledgeError::Index(IndexError::TooLarge { .. }) => {
                Self::invalid("version", sentence(&error))
            }
            KnowledgeError::Before { .. } => Self::invalid("at", sentence(&error)),
            KnowledgeError::Change(_) | KnowledgeError::Nothing => Self::invalid("operations", sentence(&error)),
            KnowledgeError::TooLarge { .. }
            | KnowledgeError::Longer { .. }
            | KnowledgeError::Format(FormatError::TooLong { .. } | FormatError::Atom(_))
            | KnowledgeError::Encoding(EncodingError::Atom(_) | EncodingError::TooLong)
            | KnowledgeError::Endless(_)
            | KnowledgeError::Backup(BackupError::TooLarge { .. }) => Self::new(Kind::TooLarge, sentence(&error)),
            KnowledgeError::File { .. } | KnowledgeError::Ingest(_) => Self::invalid("file", sentence(&error)),
            KnowledgeError::Backup(BackupError::Damaged { .. }) => Self::invalid("backup", sentence(&error)),
            KnowledgeError::Backup(BackupError::BrokenOff(_)) => upload::broken_off(),
            KnowledgeError::Damaged { .. } => Self::new(Kind::Conflict, sentence(&error)),
            KnowledgeError::Query(_) | KnowledgeError::TooSlow { .. } => Self::invalid("query", sentence(&error)),
            KnowledgeError::Unready { .. } | KnowledgeError::Index(IndexError::Stopped) => {
                Self::new(Kind::Unavailable, sentence(&error)).retry_after(15)
            }
            KnowledgeError::Chain(ChainError::NoRules(_) | ChainError::Rule { .. } | ChainError::Formula { .. }) => {
                Self::invalid("rules", sentence(&error))
            }
            KnowledgeError::Chain(_) => Self::invalid("target", sentence(&error)),
            // Of what bounds it, only the steps can be asked for here.
            KnowledgeError::Ungrouped { met: Met::Steps } => {
                Self::invalid("steps", format!("{error}, or give it more steps."))
            }
            KnowledgeError::Ungrouped { .. } | KnowledgeError::Learning(LearningError::Stopped(_)) => {
                Self::invalid("of", sentence(&error))
            }
            KnowledgeError::Attention(AttentionError::Funds { .. }) => Self::invalid("funds", sentence(&error)),
            KnowledgeError::Merge { .. } => Self::new(Kind::Conflict, sentence(&error)).at("prefer"),
            KnowledgeError::Larger { .. } => Self::new(Kind::Conflict, sentence(&error)).at("part"),
            KnowledgeError::Unwritable { .. } => Self::new(Kind::Conflict, sentence(&error)).at("format"),
            KnowledgeError::FarApart { .. } | KnowledgeError::TouchesMuch { .. } => {
                Self::new(Kind::Conflict, sentence(&error)).at("from")
            }
            KnowledgeError::Apart { .. } => Self::new(Kind::Conflict, sentence(&error)).at("source"),
            KnowledgeError::Storage(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<TargetError> for Problem {
    fn from(error: TargetError) -> Self {
        match error {
            TargetError::Denied(denied) => denied.into(),
            TargetError::Invalid { field, .. } => Self::invalid(field, sentence(&error)),
            TargetError::NotFound => Self::not_found("target"),
            TargetError::NameTaken => Self::new(Kind::Conflict, sentence(&error)).at("name"),
            TargetError::Changed => Self::new(Kind::PreconditionFailed, sentence(&error)),
            TargetError::NoHostKey => Self::new(Kind::Conflict, sentence(&error)),
            TargetError::OtherFingerprint { .. } => Self::new(Kind::Conflict, sentence(&error)).at("fingerprint"),
            TargetError::Open(error) => error.into(),
            TargetError::Storage(error) => error.into(),
        }
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        let kind = match error {
            OpenError::HostKeyChanged { .. } | OpenError::HostKeyNotPinned { .. } | OpenError::LocalDisabled => {
                Kind::Conflict
            }
            _ => Kind::HostUnreachable,
        };
        Self::new(kind, sentence(&error))
    }
}

impl From<RunError> for Problem {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Denied(denied) => denied.into(),
            RunError::Invalid { field, .. } => Self::invalid(field, sentence(&error)),
            RunError::NotFound => Self::not_found("run"),
            RunError::TaskNotFound => Self::not_found("task"),
            RunError::Closing => Self::new(Kind::Unavailable, sentence(&error)).retry_after(5),
            RunError::Storage(error) => error.into(),
            RunError::Output(_) => Self::internal(&error),
        }
    }
}

fn with_field(problem: Problem, field: Option<&'static str>) -> Problem {
    match field {
        Some(field) => problem.at(field),
        None => problem,
    }
}
