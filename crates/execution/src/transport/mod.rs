//! The way to a host: what a transport, a session on a target and a running process are.
//!
//! Two transports exist: [`ssh`] and [`local`]. A session can be opened only with an `Authorized<Run>`, which nothing
//! but identity's policy check can make, for a target that it covers, and it carries the command that was authorised, to
//! the byte. This is the one place where a command leaves for a host.
//! A transport knows neither the database nor the output log; it hands on what arrives, in order, and says truthfully
//! how the process ended. It never calls an end successful that it has not been told of.

pub mod local;
mod probe;
pub mod ssh;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use oriel_identity::{Authorized, Run};
use oriel_model::TargetId;

pub use probe::{Step, Trail};

use crate::output::OutputStream;

/// What is noted of a command that exited while something it started kept its output open.
pub(crate) const LEFT_OPEN: &str = "the command exited, but a process that it started in the background keeps its \
                                    output open; what that writes is not recorded";

/// A way to open sessions on hosts of one kind.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Where its hosts are.
    type Place: Send + Sync;

    /// Opens a session for the command of a run, on one of the targets of that run.
    async fn open(&self, proof: &Authorized<Run>, place: &Self::Place) -> Result<Box<dyn Session>, OpenError>;
}

/// A place on a host where the command of a run can be started, once. Waiting for it is over: starting takes no longer
/// than the time limits for it.
#[async_trait]
pub trait Session: Send + Sync {
    /// Starts the command in a process group of its own, with no input. The token marks the process; it is unique and
    /// made of letters, digits and dashes.
    async fn start(self: Box<Self>, token: &str) -> Result<Box<dyn Process>, OpenError>;
}

/// Fails unless the proof is for a run on this target.
fn check_covers(proof: &Authorized<Run>, target: TargetId) -> Result<(), OpenError> {
    if proof.scope().covers(target) { Ok(()) } else { Err(OpenError::NotCovered { target }) }
}

/// A command that was started.
#[async_trait]
pub trait Process: Send {
    /// What happens next. Safe to drop and call again; after [`Event::Ended`] nothing more comes.
    async fn next(&mut self) -> Event;

    /// Gives up what is still open of it here. To be called when it is not read any more, ended or not.
    async fn close(&mut self);

    /// A handle that ends the process while its output is still being read.
    fn ender(&self) -> Arc<dyn Ender>;
}

/// Ends a process and what it started.
#[async_trait]
pub trait Ender: Send + Sync {
    /// Asks the process group to end (TERM), makes it end after the grace (KILL), and makes sure that it has.
    async fn end(&self, grace: Duration) -> Result<(), EndError>;
}

/// What happens to a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It wrote something.
    Output(OutputStream, Bytes),
    /// It is over, and all of its output has been handed on.
    Ended(Ending),
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Its exit, or the loss of the connection before one was seen.
    pub exit: Exit,
    /// What the reader of the result should know besides, such as output left open by a background process.
    pub note: Option<String>,
}

/// An exit as it was seen from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this status.
    Code(i32),
    /// A signal ended it; the name without `SIG`.
    Signal(String),
    /// The connection went before its end was complete; whether and how the process ended is not known for sure.
    Lost {
        /// What is known of the loss.
        reason: String,
        /// The exit status, should it have come before the loss.
        code: Option<i32>,
    },
}

/// Why no command could be started on a host.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OpenError {
    /// The host presents another key than the one that was confirmed.
    #[error(
        "host key changed: {host} presents {offered} but {pinned} was confirmed; if the host was reinstalled, confirm \
         its new key, otherwise someone may be in between"
    )]
    HostKeyChanged {
        /// Host and port.
        host: String,
        /// The fingerprint that was confirmed.
        pinned: String,
        /// What the host presents now.
        offered: String,
    },
    /// No host key has been confirmed yet.
    #[error("host key of {host} is not confirmed: scan it, compare the fingerprint with the host's own, and pin it")]
    HostKeyNotPinned {
        /// Host and port.
        host: String,
    },
    /// The proof of authorisation is for other targets.
    #[error("target {target} is not one that this run was authorised for")]
    NotCovered {
        /// The target.
        target: TargetId,
    },
    /// Local commands are not allowed here.
    #[error("commands on this machine are not enabled: start the server with local targets allowed to use them")]
    LocalDisabled,
    /// The name does not resolve.
    #[error("host: cannot resolve {host}: {reason}")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver says.
        reason: String,
    },
    /// No connection.
    #[error("cannot connect to {host}: {reason}")]
    Connect {
        /// Host and port.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// The host did not answer in time.
    #[error("{host} did not answer within {seconds} s while {doing}")]
    Timeout {
        /// Host and port.
        host: String,
        /// What was being done.
        doing: &'static str,
        /// The time it had.
        seconds: u64,
    },
    /// The host closed the connection before it showed its key.
    #[error(
        "{host} closed the connection at once, {attempts} times: it may have too many that are not signed in yet \
         (MaxStartups in its sshd_config), or not let this machine in at all"
    )]
    Dropped {
        /// Host and port.
        host: String,
        /// How often it was tried.
        attempts: usize,
    },
    /// The SSH key exchange failed.
    #[error("{host} and Oriel could not agree on a connection: {reason}")]
    Handshake {
        /// Host and port.
        host: String,
        /// What went wrong.
        reason: String,
    },
    /// The host does not let the user in.
    #[error(
        "{host} does not let {user} in with this key ({fingerprint}): add its public key to {user}'s \
         ~/.ssh/authorized_keys there, or correct user or private_key"
    )]
    Authentication {
        /// Host and port.
        host: String,
        /// The user on the host.
        user: String,
        /// The fingerprint of the key that was offered.
        fingerprint: String,
    },
    /// What is stored of the target is not enough to reach it.
    #[error("target {target} cannot be used: {reason}")]
    Unusable {
        /// The target's name.
        target: String,
        /// What is missing.
        reason: String,
    },
    /// The command was sent, but the host did not say whether it took it.
    #[error("{host} did not say whether it started the command: {reason}; it may have run there")]
    Unanswered {
        /// Host and port.
        host: String,
        /// What happened instead.
        reason: String,
    },
    /// The connection stands but the command could not be started.
    #[error("{host} did not start the command: {reason}")]
    Start {
        /// Host and port.
        host: String,
        /// What went wrong.
        reason: String,
    },
}

impl OpenError {
    /// Whether Oriel itself declined, for safety, rather than the attempt failed.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::HostKeyChanged { .. } | Self::HostKeyNotPinned { .. } | Self::NotCovered { .. } | Self::LocalDisabled
        )
    }
}

/// Why a process could not be ended for sure.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the process could not be ended for sure: {0}")]
pub struct EndError(pub String);
