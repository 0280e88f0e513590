//! The first administrator: once, with the last token that was printed.

use std::sync::Arc;

use oriel_identity::{Context, Origin, Secret, SetupError};
use oriel_model::Role;
use oriel_storage::Repositories as _;
use oriel_testkit::{clock, on_each_database, principal};

use crate::fixture::password;

on_each_database! {
    async fn the_first_administrator_is_made_once(database: Database) {
        let clock = clock::manual();
        let (identity, nobody) = (principal::identity(&database), principal::nobody(&clock));
        assert!(identity.setup_needed().await.unwrap());
        let token = identity.issue_setup_token(&nobody).await.unwrap().unwrap();
        let signed_in = identity.complete_setup(&nobody, &token, "Root", password()).await.unwrap();
        assert_eq!((signed_in.user.username.as_str(), signed_in.user.role), ("Root", Role::Admin));
        principal::context(&identity, &nobody, &signed_in).await.unwrap();
        assert!(!identity.setup_needed().await.unwrap());
        assert!(identity.issue_setup_token(&nobody).await.unwrap().is_none());
        let again = identity.complete_setup(&nobody, &token, "other", password()).await;
        assert!(matches!(again, Err(SetupError::Done)), "{again:?}");
        assert_eq!(database.users().count().await.unwrap(), 1);
    }

    async fn only_the_last_token_works(database: Database) {
        let clock = clock::manual();
        let (identity, nobody) = (principal::identity(&database), principal::nobody(&clock));
        let early = identity.complete_setup(&nobody, &Secret::new("guess"), "root", password()).await.unwrap_err();
        assert_eq!(early.field(), Some("token"), "before any token");
        let first = identity.issue_setup_token(&nobody).await.unwrap().unwrap();
        let second = identity.issue_setup_token(&nobody).await.unwrap().unwrap();
        for wrong in [first, Secret::new(""), Secret::new("guess"), Secret::new([0xff])] {
            let error = identity.complete_setup(&nobody, &wrong, "root", password()).await.unwrap_err();
            assert!(matches!(error, SetupError::Token), "{error}");
        }
        identity.complete_setup(&nobody, &second, "root", password()).await.unwrap();
    }

    async fn a_bad_password_leaves_the_setup_open(database: Database) {
        let clock = clock::manual();
        let (identity, nobody) = (principal::identity(&database), principal::nobody(&clock));
        let token = identity.issue_setup_token(&nobody).await.unwrap().unwrap();
        let error = identity.complete_setup(&nobody, &token, "root", Secret::new("short")).await.unwrap_err();
        assert_eq!(error.field(), Some("password"));
        let error = identity.complete_setup(&nobody, &token, "no name", password()).await.unwrap_err();
        assert_eq!(error.field(), Some("username"));
        assert!(identity.setup_needed().await.unwrap());
        identity.complete_setup(&nobody, &token, "root", password()).await.unwrap();
    }

    async fn of_many_at_once_one_becomes_administrator(database: Database) {
        let clock = clock::manual();
        let (identity, nobody) = (principal::identity(&database), principal::nobody(&clock));
        let token = identity.issue_setup_token(&nobody).await.unwrap().unwrap();
        let attempts: Vec<_> = (0..10)
            .map(|n| {
                let (identity, nobody, token) = (identity.clone(), nobody.clone(), Secret::new(token.expose()));
                tokio::spawn(async move { identity.complete_setup(&nobody, &token, &format!("root-{n}"), password()).await })
            })
            .collect();
        let mut made = 0;
        for attempt in attempts {
            match attempt.await.unwrap() {
                Ok(_) => made += 1,
                Err(SetupError::Done) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((made, database.users().count().await.unwrap()), (1, 1));
    }

    async fn guesses_from_an_address_are_limited(database: Database) {
        let clock = clock::manual();
        let identity = principal::identity(&database);
        let origin = Origin { address: Some("192.0.2.1".to_owned()), user_agent: None };
        let nobody = Context::anonymous("test", Arc::clone(principal::nobody(&clock).clock()), origin);
        for _ in 0..30 {
            let error = identity.complete_setup(&nobody, &Secret::new("guess"), "root", password()).await.unwrap_err();
            assert!(matches!(error, SetupError::Token), "{error}");
        }
        let error = identity.complete_setup(&nobody, &Secret::new("guess"), "root", password()).await.unwrap_err();
        assert!(matches!(error, SetupError::Throttled { seconds: 5 }), "{error}");
    }
}
