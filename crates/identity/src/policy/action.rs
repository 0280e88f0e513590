//! Every action there is, and who may do it.

use oriel_model::Role;

use crate::Principal;

/// Who a rule speaks of. Roles do not inherit: each rule names all that it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Signed-in users with this role.
    Role(Role),
    /// Parts of this program that act by themselves.
    System,
}

const ADMIN: Who = Who::Role(Role::Admin);
const OPERATOR: Who = Who::Role(Role::Operator);
const VIEWER: Who = Who::Role(Role::Viewer);
const SYSTEM: Who = Who::System;

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident => $word:literal: [$($who:ident),*],)*) => {
        /// Something that can be asked for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action,)*];

            /// The action in words, such as `runs.start`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$action => $word,)* }
            }

            /// Who may do it. Nobody else may.
            pub const fn allowed(self) -> &'static [Who] {
                match self { $(Self::$action => &[$($who),*],)* }
            }
        }
    };
}

actions! {
    /// See incidents, and download their archives.
    ReadIncidents => "incidents.read": [ADMIN, OPERATOR, VIEWER],
    /// Bring in an incident; this starts its first investigation.
    CreateIncident => "incidents.create": [ADMIN, OPERATOR, SYSTEM],
    /// See investigations, verdicts and known causes.
    ReadInvestigations => "investigations.read": [ADMIN, OPERATOR, VIEWER],
    /// Investigate an incident again.
    StartInvestigation => "investigations.start": [ADMIN, OPERATOR, SYSTEM],
    /// Cancel an investigation that waits or is under way.
    CancelInvestigation => "investigations.cancel": [ADMIN, OPERATOR],
    /// Say what the true cause was; this changes what is learned.
    ReportOutcome => "outcomes.report": [ADMIN, OPERATOR],
    /// See knowledge bases, and ask them.
    ReadKnowledge => "knowledge.read": [ADMIN, OPERATOR, VIEWER, SYSTEM],
    /// Change what a knowledge base holds.
    ChangeKnowledge => "knowledge.change": [ADMIN, OPERATOR, SYSTEM],
    /// Create, describe, delete and restore knowledge bases.
    ManageKnowledge => "knowledge.manage": [ADMIN, SYSTEM],
    /// See targets, without their private keys (which nobody sees).
    ReadTargets => "targets.read": [ADMIN, OPERATOR, VIEWER, SYSTEM],
    /// Add, change and delete targets, and pin their host keys.
    ManageTargets => "targets.manage": [ADMIN, SYSTEM],
    /// Connect to a target to see its host key or to test it; no command is chosen.
    ReachTarget => "targets.reach": [ADMIN, OPERATOR],
    /// See runs, their tasks and their output.
    ReadRuns => "runs.read": [ADMIN, OPERATOR, VIEWER],
    /// Run a command on targets.
    StartRun => "runs.start": [ADMIN, OPERATOR],
    /// Put commands that only look to a target, as an inquiry does.
    AskTarget => "targets.ask": [ADMIN, OPERATOR, SYSTEM],
    /// Cancel a run.
    CancelRun => "runs.cancel": [ADMIN, OPERATOR],
    /// Read and check the audit log.
    ReadAudit => "audit.read": [ADMIN, OPERATOR],
    /// See users and their sessions.
    ReadUsers => "users.read": [ADMIN],
    /// Add and change users, reset passwords, end others' sessions.
    ManageUsers => "users.manage": [ADMIN],
    /// Set a password without being asked for the old one, on the machine that has the data.
    RecoverAccount => "users.recover": [SYSTEM],
    /// See and end one's own sessions, and change one's own password.
    ManageSelf => "self.manage": [ADMIN, OPERATOR, VIEWER],
}

impl Action {
    /// Whether the rule for this action names `principal`.
    pub(super) fn allows(self, principal: &Principal) -> bool {
        let who = match principal {
            Principal::User(user) => Who::Role(user.role()),
            Principal::System(_) => Who::System,
            Principal::Anonymous => return false,
        };
        self.allowed().contains(&who)
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
