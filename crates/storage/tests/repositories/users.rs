//! Users: names, roles and hashes.

use oriel_model::{Clock as _, Role, UserId};
use oriel_storage::{NewUser, Repositories as _, StorageError};
use oriel_testkit::{clock, on_each_database};

use crate::fixture;

on_each_database! {
    async fn a_user_is_found_by_name_in_any_case(database: Database) {
        let clock = clock::manual();
        let made = fixture::user(&database, &clock, "Ada", Role::Admin).await;
        let (found, hash) = database.users().credentials("aDa").await.unwrap().unwrap();
        assert_eq!((found, hash.as_str()), (made.clone(), "hash of Ada"));
        assert_eq!(database.users().get(made.id).await.unwrap(), Some(made));
        assert_eq!(database.users().credentials("ad").await.unwrap(), None);
        assert_eq!(database.users().get(UserId::generate(&clock)).await.unwrap(), None);
    }

    async fn a_name_is_taken_in_any_case(database: Database) {
        let clock = clock::manual();
        fixture::user(&database, &clock, "Ada", Role::Admin).await;
        let again = NewUser {
            id: UserId::generate(&clock),
            username: "ADA".to_owned(),
            role: Role::Viewer,
            password_hash: "x".to_owned(),
            at: clock.now(),
        };
        let transaction = database.begin().await.unwrap();
        let error = transaction.users().create(again).await.unwrap_err();
        assert!(matches!(error, StorageError::Taken { what: "username" }), "{error}");
        // A refused name does not spoil the transaction.
        assert_eq!(transaction.users().count().await.unwrap(), 1);
        transaction.commit().await.unwrap();
    }

    async fn changes_touch_one_user_and_say_when(database: Database) {
        let clock = clock::manual();
        let ada = fixture::user(&database, &clock, "ada", Role::Admin).await;
        let grace = fixture::user(&database, &clock, "grace", Role::Admin).await;
        assert_eq!(database.users().count_active_administrators().await.unwrap(), 2);
        clock.advance(chrono::TimeDelta::seconds(5));
        assert!(database.users().set_role(ada.id, Role::Viewer, clock.now()).await.unwrap());
        assert_eq!(database.users().count_active_administrators().await.unwrap(), 1);
        assert!(database.users().set_disabled(grace.id, true, clock.now()).await.unwrap());
        assert_eq!(database.users().count_active_administrators().await.unwrap(), 0);
        assert!(database.users().set_password_hash(ada.id, "new", clock.now()).await.unwrap());
        let (after, hash) = database.users().credentials("ada").await.unwrap().unwrap();
        assert_eq!((after.role, after.disabled, hash.as_str()), (Role::Viewer, false, "new"));
        assert_eq!((after.updated_at, after.password_changed_at), (clock.now(), clock.now()));
        let other = database.users().get(grace.id).await.unwrap().unwrap();
        assert_eq!((other.role, other.disabled, other.password_changed_at), (Role::Admin, true, grace.created_at));
        assert!(!database.users().set_disabled(UserId::generate(&clock), true, clock.now()).await.unwrap());
    }
}
