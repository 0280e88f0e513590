//! Targets and their pinned host keys.

use oriel_model::{Clock as _, TargetId, Transport};
use oriel_storage::{HostKey, Repositories as _, StorageError, TargetChange, TargetSettings};
use oriel_testkit::{clock, on_each_database};

use crate::fixture;

fn key(name: &str) -> HostKey {
    HostKey {
        algorithm: "ssh-ed25519".to_owned(),
        fingerprint: format!("SHA256:{name}"),
        key: "AAAAC3NzaC1lZDI1NTE5".to_owned(),
    }
}

on_each_database! {
    async fn a_target_is_made_pinned_changed_and_deleted(database: Database) {
        let clock = clock::manual();
        let id = TargetId::generate(&clock);
        let made = database.targets().create(id, fixture::settings("web-1"), None, clock.now()).await.unwrap();
        assert_eq!((made.version, &made.host_key), (1, &None));
        assert!(database.targets().pin_host_key(id, key("one"), clock.now()).await.unwrap());
        let pinned = database.targets().get(id).await.unwrap().unwrap();
        assert_eq!((pinned.version, pinned.host_key.clone()), (2, Some(key("one"))));
        let settings = TargetSettings {
            transport: Transport::Local,
            host: None,
            port: None,
            user: None,
            ..fixture::settings("here")
        };
        let change = TargetChange { settings: settings.clone(), host_key: None, secret_id: None };
        let stale = database.targets().update(id, 1, change.clone(), clock.now()).await.unwrap_err();
        assert!(matches!(stale, StorageError::Changed { .. }), "{stale}");
        assert_eq!(database.targets().update(id, 2, change, clock.now()).await.unwrap(), 3);
        let changed = database.targets().find_by_name("here").await.unwrap().unwrap();
        assert_eq!((changed.settings, changed.host_key, changed.version), (settings, None, 3));
        assert!(database.targets().delete(id).await.unwrap());
        assert!(!database.targets().delete(id).await.unwrap());
        assert_eq!(database.targets().get(id).await.unwrap(), None);
    }

    async fn names_are_unique(database: Database) {
        let clock = clock::manual();
        let (one, two) = (TargetId::generate(&clock), TargetId::generate(&clock));
        database.targets().create(one, fixture::settings("one"), None, clock.now()).await.unwrap();
        database.targets().create(two, fixture::settings("two"), None, clock.now()).await.unwrap();
        let taken = database.targets().create(TargetId::generate(&clock), fixture::settings("one"), None, clock.now()).await;
        assert!(matches!(taken.unwrap_err(), StorageError::Taken { what: "name" }));
        let transaction = database.begin().await.unwrap();
        let change = TargetChange { settings: fixture::settings("one"), host_key: None, secret_id: None };
        let taken = transaction.targets().update(two, 1, change.clone(), clock.now()).await.unwrap_err();
        assert!(matches!(taken, StorageError::Taken { what: "name" }), "{taken}");
        assert_eq!(transaction.targets().update(one, 1, change, clock.now()).await.unwrap(), 2, "its own name is free");
        transaction.commit().await.unwrap();
        let found = database.targets().get_many(&[two, TargetId::generate(&clock), one]).await.unwrap();
        assert_eq!(found.iter().map(|target| target.id).collect::<Vec<_>>(), [one, two]);
    }
}
