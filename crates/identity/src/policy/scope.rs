//! What a proof covers: a plain action, or an action together with the things it is for.

use oriel_model::{RunId, TargetId};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Action;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Action {}
    impl Sealed for super::Run {}
    impl Sealed for super::Reach {}
}

/// What an [`super::Authorized`] covers.
pub trait Scope: sealed::Sealed {
    /// What the proof keeps of the audit entry: its id, or nothing.
    type Audit: std::fmt::Debug + Clone + PartialEq;

    /// The action that the policy is asked about.
    fn action(&self) -> Action;
}

/// A scope whose proof exists only together with a committed audit entry.
pub trait AuditedScope: Scope<Audit = oriel_model::AuditId> {
    /// The audit entry's action, such as `run.create`.
    fn event(&self) -> &'static str;
    /// The audit entry's subject, such as `run/0199…`.
    fn subject(&self) -> String;
    /// The audit entry's detail.
    fn detail(&self) -> Value;
}

impl Scope for Action {
    type Audit = ();

    fn action(&self) -> Action {
        *self
    }
}

/// One command on these targets, as one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    id: RunId,
    targets: Vec<TargetId>,
    command: String,
    command_hash: [u8; 32],
    purpose: Purpose,
}

/// What a command is run for: another permission is needed for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Somebody wants it run.
    Command,
    /// An inquiry looks at something; the command changes nothing.
    Look,
}

impl Run {
    /// The run `run` of `command` on `targets`.
    pub fn new(run: RunId, targets: Vec<TargetId>, command: impl Into<String>) -> Self {
        let command = command.into();
        Self {
            id: run,
            targets,
            command_hash: Sha256::digest(command.as_bytes()).into(),
            command,
            purpose: Purpose::Command,
        }
    }

    /// The run `run` of a command on one target that only looks. That it does is for its maker to see to: execution makes
    /// it of a command from the closed list of those that look, and of nothing else.
    pub fn look(run: RunId, target: TargetId, command: impl Into<String>) -> Self {
        Self { purpose: Purpose::Look, ..Self::new(run, vec![target], command) }
    }

    /// The run.
    pub fn run(&self) -> RunId {
        self.id
    }

    /// The targets.
    pub fn targets(&self) -> &[TargetId] {
        &self.targets
    }

    /// The command, to the byte.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// SHA-256 of the command.
    pub fn command_hash(&self) -> &[u8; 32] {
        &self.command_hash
    }

    /// Whether this is about `target`.
    pub fn covers(&self, target: TargetId) -> bool {
        self.targets.contains(&target)
    }
}

impl Scope for Run {
    type Audit = oriel_model::AuditId;

    fn action(&self) -> Action {
        match self.purpose {
            Purpose::Command => Action::StartRun,
            Purpose::Look => Action::AskTarget,
        }
    }
}

impl AuditedScope for Run {
    fn event(&self) -> &'static str {
        match self.purpose {
            Purpose::Command => "run.create",
            Purpose::Look => "run.look",
        }
    }

    fn subject(&self) -> String {
        format!("run/{}", self.id)
    }

    fn detail(&self) -> Value {
        json!({ "command": self.command, "targets": self.targets })
    }
}

/// A connection to a target that carries no command of the user's: to see its host key,
/// or to test that it can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    target: TargetId,
    purpose: &'static str,
}

impl Reach {
    /// To see which host key `target` shows.
    pub fn scan(target: TargetId) -> Self {
        Self { target, purpose: "target.scan" }
    }

    /// To test that `target` can be signed in to.
    pub fn test(target: TargetId) -> Self {
        Self { target, purpose: "target.test" }
    }

    /// The target.
    pub fn target(&self) -> TargetId {
        self.target
    }
}

impl Scope for Reach {
    type Audit = oriel_model::AuditId;

    fn action(&self) -> Action {
        Action::ReachTarget
    }
}

impl AuditedScope for Reach {
    fn event(&self) -> &'static str {
        self.purpose
    }

    fn subject(&self) -> String {
        format!("target/{}", self.target)
    }

    fn detail(&self) -> Value {
        Value::Null
    }
}
