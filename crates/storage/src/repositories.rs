//! The repositories of a database or of a transaction.

use sea_orm::{DatabaseConnection, DatabaseExecutor, DatabaseTransaction};

use crate::{
    AlertGroupRepository, AuditRepository, IdempotencyRepository, IncidentRepository, InvestigationRepository,
    KnowledgeRepository, LearningRepository, OutboxRepository, OutcomeRepository, RunRepository, SecretRepository,
    SessionRepository, SetupRepository, TargetRepository, TaskRepository, UserRepository,
};

/// Where the statements of a repository go. Opaque: only this crate can make one.
#[derive(Debug)]
pub struct Handle<'a> {
    read: DatabaseExecutor<'a>,
    write: DatabaseExecutor<'a>,
}

impl<'a> Handle<'a> {
    pub(crate) fn pools(reader: &'a DatabaseConnection, writer: &'a DatabaseConnection) -> Self {
        Self { read: reader.into(), write: writer.into() }
    }

    pub(crate) fn transaction(transaction: &'a DatabaseTransaction) -> Self {
        Self { read: transaction.into(), write: transaction.into() }
    }

    pub(crate) fn read(&self) -> &DatabaseExecutor<'a> {
        &self.read
    }

    pub(crate) fn write(&self) -> &DatabaseExecutor<'a> {
        &self.write
    }
}

macro_rules! repositories {
    ($($(#[$doc:meta])* $name:ident: $repository:ident;)*) => {
        /// What a [`crate::Database`] and a [`crate::Transaction`] have in common.
        ///
        /// Implemented for these two alone. A function that works in both takes
        /// `&impl Repositories`.
        pub trait Repositories: Send + Sync {
            #[doc(hidden)]
            fn handle(&self) -> Handle<'_>;

            $($(#[$doc])*
            fn $name(&self) -> $repository<'_> {
                $repository { handle: self.handle() }
            })*
        }

        $(impl std::fmt::Debug for $repository<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($repository))
            }
        })*
    };
}

repositories! {
    /// User accounts.
    users: UserRepository;
    /// Signed-in sessions.
    sessions: SessionRepository;
    /// The making of the first administrator.
    setup: SetupRepository;
    /// Uploaded recordings.
    incidents: IncidentRepository;
    /// Groups of alerts that a webhook told of.
    alert_groups: AlertGroupRepository;
    /// Diagnoses of incidents.
    investigations: InvestigationRepository;
    /// Reported true causes.
    outcomes: OutcomeRepository;
    /// What was learned from outcomes.
    learning: LearningRepository;
    /// Knowledge bases, their changes and snapshots. Appending a change needs a transaction.
    knowledge: KnowledgeRepository;
    /// Machines that commands run on.
    targets: TargetRepository;
    /// Commands sent to targets.
    runs: RunRepository;
    /// One target's part of a run.
    tasks: TaskRepository;
    /// The audit log, to read. Appending needs a transaction.
    audit: AuditRepository;
    /// Answers to requests that may be repeated.
    idempotency: IdempotencyRepository;
    /// Messages to deliver after a commit.
    outbox: OutboxRepository;
    /// Encrypted secrets.
    secrets: SecretRepository;
}
