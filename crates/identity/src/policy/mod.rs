//! The policy: who may do what.
//!
//! [`action`] lists every action and, for each, who may do it; what is not listed is
//! denied. [`authorize`] turns a yes into an [`Authorized`] value, which capability
//! functions can ask for in place of a comment. What reaches a host needs more than a
//! yes: [`authorize_audited`] also writes the audit entry, and the proof exists only
//! after that entry has been committed.

pub mod action;
mod denied;
mod proof;
mod scope;

pub use action::{Action, Who};
pub use denied::Denied;
pub use proof::{Authorized, Pending, authorize, authorize_audited};
pub use scope::{AuditedScope, Reach, Run, Scope};
