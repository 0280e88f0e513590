//! Users: names, roles and hashes.

use oriel_model::{Clock as _, Role, UserId};
use oriel_storage::{NewUser, Repositories as _, StorageError};
use oriel_testkit::{clock, on_each_database};

on_each_database! {
    async fn a_user_is_found_by_name_in_any_case(database: Database) {
        let clock = clock::manual();
        let new = NewUser {
            id: UserId::generate(&clock),
            username: "Ada".to_owned(),
            role: Role::Admin,
            password_hash: "hash".to_owned(),
            at: clock.now(),
        };
        let made = database.users().create(new.clone()).await.unwrap();
        let (found, hash) = database.users().credentials("aDa").await.unwrap().unwrap();
        assert_eq!((found, hash.as_str()), (made, "hash"));
        let again = NewUser { id: UserId::generate(&clock), username: "ADA".to_owned(), ..new };
        let error = database.users().create(again).await.unwrap_err();
        assert!(matches!(error, StorageError::Taken { what: "username" }), "{error}");
    }
}
