//! Accounts, credentials, sessions, roles, policy and audit.
//!
//! Who is asking ([`Context`]), whether they may ([`policy`]), and the record of what
//! they did ([`audit`]). Every capability function of the workspace takes a
//! [`Context`] first and asks the policy before it does anything.
//!
//! ```text
//! token ──Identity::authenticate──► Context ──policy::authorize──► Authorized<Action>
//!                                      │
//!                                      └──policy::authorize_audited(tx)──► Pending<Run>
//!                                                    commit(tx) ──► Authorized<Run>  (its audit entry is durable)
//! ```
//!
//! A signed-in [`Principal`] comes only out of [`Identity::authenticate`]; a proof comes
//! only out of [`policy`]. Neither can be written down elsewhere: their fields are private.
//!
//! **Refuses**: HTTP (status codes, cookies and headers are `oriel-api`'s) and SQL
//! (`oriel-storage`'s).

pub mod accounts;
pub mod audit;
pub mod context;
pub mod passwords;
pub mod policy;
mod service;
mod service_token;
pub mod sessions;
pub mod setup;
pub mod throttle;
mod token;

pub use accounts::{AccountError, NewAccount, UserChange};
pub use audit::AuditError;
pub use context::{Context, Origin, Principal, SignedIn};
pub use oriel_storage::{AuditEntry, AuditFilter, Secret, Session, User, Verification};
pub use passwords::{HashCost, PasswordProblem};
pub use policy::{Action, Authorized, Denied, Pending, Reach, Run, authorize, authorize_audited};
pub use service::{Identity, Settings};
pub use service_token::{MIN_TOKEN_CHARS, ServiceToken, WeakToken};
pub use sessions::{NewSignIn, SessionError, SignInError};
pub use setup::SetupError;
