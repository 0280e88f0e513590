//! Signing in: one answer for every wrong attempt, and not too many of them.

use std::sync::Arc;

use chrono::TimeDelta;
use oriel_identity::{Context, HashCost, Identity, NewAccount, Origin, Secret, Settings, SignInError, UserChange};
use oriel_model::Role;
use oriel_storage::Repositories as _;
use oriel_testkit::{on_each_database, principal};

use crate::fixture::{Server, last, password, server};

fn from(server: &Server, address: &str) -> Context {
    let origin = Origin { address: Some(address.to_owned()), user_agent: Some("browser".to_owned()) };
    Context::anonymous("test", Arc::clone(server.nobody.clock()), origin)
}

on_each_database! {
    async fn wrong_name_wrong_password_and_disabled_look_the_same(database: Database) {
        let server = server(database).await;
        let new = NewAccount { username: "ada".to_owned(), password: password(), role: Role::Viewer };
        let ada = server.identity.create_user(&server.admin, new).await.unwrap();
        let change = UserChange { disabled: Some(true), ..UserChange::default() };
        server.identity.change_user(&server.admin, ada.id, change).await.unwrap();
        for (username, guess) in [
            ("nobody", password()),
            ("admin", Secret::new("wrong password")),
            ("ada", password()),
            ("admin", Secret::new("x".repeat(2000))),
            ("", Secret::new("")),
            ("nul\0", Secret::new([0xff, 0xfe])),
        ] {
            let error = server.identity.sign_in(&server.nobody, username, guess).await.unwrap_err();
            assert!(matches!(error, SignInError::Refused), "{username}: {error:?}");
            assert_eq!(error.to_string(), "the user name or the password is wrong");
        }
        let entries = last(&server.database, 6).await;
        assert!(entries.iter().all(|(actor, action, _)| (actor.as_str(), action.as_str()) == ("anonymous", "session.refuse")));
        let subjects: Vec<_> = entries.into_iter().map(|(_, _, subject)| subject).collect();
        let (admin, ada) = (format!("user/{}", server.admin.user_id().unwrap()), format!("user/{}", ada.id));
        assert_eq!(subjects, ["", "", &admin, &ada, &admin, ""], "what is no user's name is not kept");
    }

    async fn a_name_is_signed_in_with_in_any_case(database: Database) {
        let server = server(database).await;
        let signed_in = server.identity.sign_in(&from(&server, "192.0.2.1"), "ADMIN", password()).await.unwrap();
        assert_eq!((signed_in.user.username.as_str(), signed_in.user.role), ("admin", Role::Admin));
        let sessions = server.identity.list_sessions(&server.admin, signed_in.user.id).await.unwrap();
        let session = sessions.iter().find(|session| session.id == signed_in.session).unwrap();
        assert_eq!((session.address.as_deref(), session.user_agent.as_deref()), (Some("192.0.2.1"), Some("browser")));
    }

    async fn attempts_for_a_name_are_limited(database: Database) {
        let server = server(database).await;
        for n in 0..10 {
            let nobody = from(&server, &format!("192.0.2.{n}"));
            let error = server.identity.sign_in(&nobody, "admin", Secret::new("wrong password")).await.unwrap_err();
            assert!(matches!(error, SignInError::Refused), "{error}");
        }
        let nobody = from(&server, "192.0.2.99");
        let error = server.identity.sign_in(&nobody, "Admin", password()).await.unwrap_err();
        assert!(matches!(error, SignInError::Throttled { seconds: 30 }), "also the right password: {error}");
        server.clock.advance(TimeDelta::seconds(30));
        server.identity.sign_in(&nobody, "admin", password()).await.unwrap();
        server.identity.sign_in(&nobody, "admin", Secret::new("wrong password")).await.unwrap_err();
        server.identity.sign_in(&nobody, "admin", password()).await.expect("a right password clears the count");
    }

    async fn attempts_from_an_address_are_limited(database: Database) {
        let server = server(database).await;
        let nobody = from(&server, "192.0.2.1");
        for n in 0..30 {
            let error = server.identity.sign_in(&nobody, &format!("user-{n}"), password()).await.unwrap_err();
            assert!(matches!(error, SignInError::Refused), "{error}");
        }
        let error = server.identity.sign_in(&nobody, "admin", password()).await.unwrap_err();
        assert!(matches!(error, SignInError::Throttled { seconds: 5 }), "{error}");
        server.identity.sign_in(&from(&server, "192.0.2.2"), "admin", password()).await.unwrap();
    }

    async fn a_dated_hash_is_renewed(database: Database) {
        let server = server(database).await;
        let settings = Settings { hash_cost: HashCost { memory_kib: 64, passes: 2 }, ..Settings::default() };
        let identity = Identity::new(server.database.clone(), settings);
        identity.sign_in(&server.nobody, "admin", password()).await.unwrap();
        let (_, hash) = server.database.users().credentials("admin").await.unwrap().unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{hash}");
        identity.sign_in(&server.nobody, "admin", password()).await.unwrap();
        let (_, again) = server.database.users().credentials("admin").await.unwrap().unwrap();
        assert_eq!(again, hash, "once");
        principal::context(&server.identity, &server.nobody, &identity.sign_in(&server.nobody, "admin", password()).await.unwrap()).await.unwrap();
    }
}
