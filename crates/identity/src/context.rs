//! Who is asking, in which request, and what time it is.
//!
//! The first argument of every capability function. Made once at the edge (a request,
//! a command line, a background job) and passed down unchanged.

use std::sync::Arc;

use oriel_model::{Clock, Role, SessionId, Timestamp, UserId};
use oriel_storage::{Actor, Session, User};

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// A user with a valid session.
    User(SignedIn),
    /// A part of this program that acts by itself, such as `recovery`. The policy grants
    /// it little.
    System(&'static str),
    /// Nobody that is known.
    Anonymous,
}

/// A user with a valid session. Only [`crate::Identity`] makes one, from a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    id: UserId,
    username: Arc<str>,
    role: Role,
    session: SessionId,
}

impl SignedIn {
    pub(crate) fn new(user: &User, session: &Session) -> Self {
        Self { id: user.id, username: user.username.as_str().into(), role: user.role, session: session.id }
    }

    /// The user.
    pub fn id(&self) -> UserId {
        self.id
    }

    /// The user's name.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// What the user may do, as it was when the request came in.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The session that the request came with.
    pub fn session(&self) -> SessionId {
        self.session
    }
}

/// Where a request came from, as far as it is known. For the record and for
/// throttling, never for permissions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The network address of the client (the edge decides which proxies it believes).
    pub address: Option<String>,
    /// What the client says it is.
    pub user_agent: Option<String>,
}

/// Who is asking, in which request, and what time it is.
#[derive(Debug, Clone)]
pub struct Context {
    principal: Principal,
    request_id: Arc<str>,
    clock: Arc<dyn Clock>,
    origin: Origin,
}

impl Context {
    /// A request of somebody who is not known yet; see [`crate::Identity::authenticate`].
    pub fn anonymous(request_id: impl Into<Arc<str>>, clock: Arc<dyn Clock>, origin: Origin) -> Self {
        Self { principal: Principal::Anonymous, request_id: request_id.into(), clock, origin }
    }

    /// Work that this program does by itself; `part` says which part of it.
    pub fn system(part: &'static str, request_id: impl Into<Arc<str>>, clock: Arc<dyn Clock>) -> Self {
        Self { principal: Principal::System(part), request_id: request_id.into(), clock, origin: Origin::default() }
    }

    pub(crate) fn signed_in(&self, user: SignedIn) -> Self {
        Self { principal: Principal::User(user), ..self.clone() }
    }

    /// Who is asking.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The signed-in user, if there is one.
    pub fn user(&self) -> Option<&SignedIn> {
        match &self.principal {
            Principal::User(user) => Some(user),
            Principal::System(_) | Principal::Anonymous => None,
        }
    }

    /// The signed-in user's id, for `created_by` columns; none for the system.
    pub fn user_id(&self) -> Option<UserId> {
        self.user().map(SignedIn::id)
    }

    /// The id of the request, for records and problem responses.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Where the request came from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The principal as the audit log names it.
    pub fn actor(&self) -> Actor {
        match &self.principal {
            Principal::User(user) => Actor::User { id: user.id, name: user.username.to_string() },
            Principal::System(part) => Actor::System { name: (*part).to_owned() },
            Principal::Anonymous => Actor::Anonymous,
        }
    }
}
