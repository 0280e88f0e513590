//! A set-up database with its administrator.

use std::sync::Arc;

use oriel_identity::{AuditFilter, Context, Identity, Secret};
use oriel_model::{ManualClock, PageRequest};
use oriel_storage::{Database, Repositories as _};
use oriel_testkit::{clock, principal};

pub(crate) struct Server {
    pub(crate) database: Database,
    pub(crate) identity: Identity,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) nobody: Context,
    pub(crate) admin: Context,
}

pub(crate) async fn server(database: Database) -> Server {
    let clock = clock::manual();
    let (identity, nobody) = (principal::identity(&database), principal::nobody(&clock));
    let signed_in = principal::set_up(&identity, &nobody).await.unwrap();
    let admin = principal::context(&identity, &nobody, &signed_in).await.unwrap();
    Server { database, identity, clock, nobody, admin }
}

pub(crate) fn password() -> Secret {
    Secret::new(principal::PASSWORD)
}

/// The last entries of the audit log, newest first: actor, action, subject.
pub(crate) async fn last(database: &Database, count: usize) -> Vec<(String, String, String)> {
    let page = database.audit().list(&AuditFilter::default(), PageRequest::first()).await.unwrap();
    let entries = page.items.into_iter().take(count);
    entries.map(|entry| (entry.actor.name().to_owned(), entry.action, entry.subject)).collect()
}
