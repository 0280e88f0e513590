//! A yes of the policy, as a value that nothing else can make.

use oriel_model::{AuditId, Timestamp};
use oriel_storage::{StorageError, Transaction};

use super::{AuditedScope, Denied, Scope};
use crate::{AuditError, Context, Principal, audit};

/// The policy said yes to `S` for this principal.
///
/// Its fields are private and it has no public constructor: holding one means that
/// [`authorize`] or [`authorize_audited`] gave it.
///
/// ```compile_fail,E0451
/// use oriel_identity::{Action, Authorized, Principal};
/// let forged = Authorized { scope: Action::StartRun, principal: Principal::Anonymous, audit: (), at: todo!() };
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Authorized<S: Scope> {
    scope: S,
    principal: Principal,
    audit: S::Audit,
    at: Timestamp,
}

impl<S: Scope> Authorized<S> {
    /// What was allowed.
    pub fn scope(&self) -> &S {
        &self.scope
    }

    /// To whom.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

impl<S: AuditedScope> Authorized<S> {
    /// The audit entry that was committed for it.
    pub fn audit_id(&self) -> AuditId {
        self.audit
    }
}

/// A yes whose audit entry is written but not committed yet. It proves nothing until
/// [`Pending::commit`].
#[derive(Debug)]
#[must_use = "commit it together with its transaction"]
pub struct Pending<S: AuditedScope> {
    proof: Authorized<S>,
}

impl<S: AuditedScope> Pending<S> {
    /// Commits the transaction that the audit entry (and the records that belong to it)
    /// were written in, and gives the proof.
    pub async fn commit(self, transaction: Transaction) -> Result<Authorized<S>, StorageError> {
        transaction.commit().await?;
        Ok(self.proof)
    }
}

/// Asks the policy. For an action: `authorize(&ctx, Action::ReadRuns)?`.
pub fn authorize<S: Scope<Audit = ()>>(ctx: &Context, scope: S) -> Result<Authorized<S>, Denied> {
    check(ctx, &scope)?;
    Ok(Authorized { scope, principal: ctx.principal().clone(), audit: (), at: ctx.now() })
}

/// Asks the policy and writes the audit entry in `transaction`.
pub async fn authorize_audited<S: AuditedScope>(
    ctx: &Context,
    transaction: &Transaction,
    scope: S,
) -> Result<Pending<S>, AuditError> {
    check(ctx, &scope)?;
    let entry = audit::record(ctx, transaction, scope.event(), scope.subject(), scope.detail()).await?;
    let proof = Authorized { principal: ctx.principal().clone(), audit: entry.id, at: entry.at, scope };
    Ok(Pending { proof })
}

fn check(ctx: &Context, scope: &impl Scope) -> Result<(), Denied> {
    let action = scope.action();
    if action.allows(ctx.principal()) { Ok(()) } else { Err(Denied::new(action, ctx.principal())) }
}
