//! Proofs: an audited one exists only after its entry is committed.

use oriel_identity::{AuditError, AuditFilter, Denied, Reach, Run, audit, authorize_audited};
use oriel_model::{Role, RunId, TargetId};
use oriel_storage::{Repositories as _, StorageError};
use oriel_testkit::{on_each_database, principal};
use serde_json::json;

use crate::fixture::{last, server};

on_each_database! {
    async fn a_run_is_proved_together_with_its_record(database: Database) {
        let server = server(database).await;
        let (run, target) = (RunId::generate(&server.clock), TargetId::generate(&server.clock));
        let transaction = server.database.begin().await.unwrap();
        let pending = authorize_audited(&server.admin, &transaction, Run::new(run, vec![target], "uptime")).await.unwrap();
        assert_ne!(last(&server.database, 1).await[0].1, "run.create", "not committed yet");
        let proof = pending.commit(transaction).await.unwrap();
        assert_eq!(last(&server.database, 1).await, [("admin".to_owned(), "run.create".to_owned(), format!("run/{run}"))]);
        assert_eq!((proof.scope().run(), proof.scope().command()), (run, "uptime"));
        assert!(proof.scope().covers(target) && !proof.scope().covers(TargetId::generate(&server.clock)));
        let page = server.database.audit().list(&AuditFilter::default(), oriel_model::PageRequest::first()).await.unwrap();
        assert_eq!(page.items[0].id, proof.audit_id());
        assert_eq!(page.items[0].detail, json!({"command": "uptime", "targets": [target]}));
    }

    async fn a_denied_run_writes_nothing(database: Database) {
        let server = server(database).await;
        let viewer = principal::user(&server.identity, &server.admin, "viewer", Role::Viewer).await.unwrap();
        let before = server.database.audit().head().await.unwrap();
        let transaction = server.database.begin().await.unwrap();
        let run = Run::new(RunId::generate(&server.clock), vec![], "rm -rf /");
        let error = authorize_audited(&viewer, &transaction, run).await.unwrap_err();
        assert!(matches!(error, AuditError::Denied(Denied::Role { role: Role::Viewer, .. })), "{error}");
        let reach = Reach::test(TargetId::generate(&server.clock));
        assert!(authorize_audited(&viewer, &transaction, reach).await.is_err());
        transaction.commit().await.unwrap();
        assert_eq!(server.database.audit().head().await.unwrap(), before);
    }

    async fn the_log_is_checked_and_read_with_permission(database: Database) {
        let server = server(database).await;
        let viewer = principal::user(&server.identity, &server.admin, "viewer", Role::Viewer).await.unwrap();
        assert!(matches!(server.identity.verify_audit(&viewer).await, Err(AuditError::Denied(_))));
        let page = oriel_model::PageRequest::first();
        assert!(matches!(server.identity.list_audit(&viewer, &AuditFilter::default(), page).await, Err(AuditError::Denied(_))));
        assert_eq!(server.identity.verify_audit(&server.admin).await.unwrap().broken, None);
        assert!(!server.identity.list_audit(&server.admin, &AuditFilter::default(), page).await.unwrap().items.is_empty());
    }

    async fn fifty_callers_keep_one_chain(database: Database) {
        let server = server(database).await;
        let before = server.database.audit().head().await.unwrap().seq;
        let callers: Vec<_> = (0..50)
            .map(|n| {
                let (database, admin) = (server.database.clone(), server.admin.clone());
                tokio::spawn(async move {
                    let transaction = database.begin().await?;
                    audit::record(&admin, &transaction, "thing.do", format!("thing/{n}"), json!({})).await?;
                    transaction.commit().await
                })
            })
            .collect();
        for caller in callers {
            let done: Result<(), StorageError> = caller.await.unwrap();
            done.unwrap();
        }
        let found = server.database.audit().verify().await.unwrap();
        assert_eq!((found.entries, found.broken), (before + 50, None));
    }
}
