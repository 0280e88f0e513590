//! Sessions: known by their token for as long as they last.

use chrono::TimeDelta;
use oriel_identity::{Denied, SessionError};
use oriel_model::{Role, SessionId};
use oriel_storage::Repositories as _;
use oriel_testkit::{on_each_database, principal};
use sea_orm::{ConnectionTrait as _, Statement};

use crate::fixture::{last, password, server};

fn denied<T>(answer: &Result<T, SessionError>) -> bool {
    matches!(answer, Err(SessionError::Denied(Denied::NotSignedIn)))
}

on_each_database! {
    async fn a_token_is_known_and_others_are_not(database: Database) {
        let server = server(database).await;
        let signed_in = server.identity.sign_in(&server.nobody, "admin", password()).await.unwrap();
        let token = signed_in.token.expose_text().unwrap().to_owned();
        let admin = server.identity.authenticate(&server.nobody, &token).await.unwrap();
        let user = admin.user().unwrap();
        assert_eq!((user.id(), user.username(), user.role(), user.session()), (signed_in.user.id, "admin", Role::Admin, signed_in.session));
        for other in ["", "x", &token[1..], &format!("{token}="), &token.to_lowercase()] {
            assert!(denied(&server.identity.authenticate(&server.nobody, other).await), "{other}");
        }
    }

    async fn the_token_itself_is_nowhere_in_the_database(database: Database, url: Url) {
        let server = server(database).await;
        let signed_in = server.identity.sign_in(&server.nobody, "admin", password()).await.unwrap();
        let raw = sea_orm::Database::connect(url).await.unwrap();
        let statement = Statement::from_string(raw.get_database_backend(), "SELECT token_hash FROM sessions");
        for row in raw.query_all_raw(statement).await.unwrap() {
            let stored: Vec<u8> = row.try_get("", "token_hash").unwrap();
            assert_eq!(stored.len(), 32);
            assert_ne!(stored, signed_in.token.expose());
        }
        raw.close().await.unwrap();
    }

    async fn a_session_ends_when_it_is_not_used(database: Database) {
        let server = server(database).await;
        let signed_in = server.identity.sign_in(&server.nobody, "admin", password()).await.unwrap();
        let token = signed_in.token.expose_text().unwrap();
        for _ in 0..5 {
            server.clock.advance(TimeDelta::hours(11));
            server.identity.authenticate(&server.nobody, token).await.expect("each use prolongs it");
        }
        server.clock.advance(TimeDelta::hours(12));
        assert!(denied(&server.identity.authenticate(&server.nobody, token).await));
    }

    async fn a_session_ends_after_its_lifetime_also_when_used(database: Database) {
        let server = server(database).await;
        let signed_in = server.identity.sign_in(&server.nobody, "admin", password()).await.unwrap();
        let token = signed_in.token.expose_text().unwrap();
        assert_eq!(signed_in.expires_at, server.nobody.now() + TimeDelta::days(7));
        for _ in 0..16 {
            server.clock.advance(TimeDelta::hours(10));
            server.identity.authenticate(&server.nobody, token).await.unwrap();
        }
        server.clock.advance(TimeDelta::hours(8));
        assert!(denied(&server.identity.authenticate(&server.nobody, token).await));
        assert_eq!(server.identity.sweep_sessions(&server.nobody).await.unwrap(), 2, "the one of the setup too");
    }

    async fn signing_out_ends_one_session(database: Database) {
        let server = server(database).await;
        let signed_in = server.identity.sign_in(&server.nobody, "admin", password()).await.unwrap();
        let token = signed_in.token.expose_text().unwrap();
        let ctx = server.identity.authenticate(&server.nobody, token).await.unwrap();
        server.identity.sign_out(&ctx).await.unwrap();
        assert!(denied(&server.identity.authenticate(&server.nobody, token).await));
        assert!(matches!(server.identity.sign_out(&ctx).await, Err(SessionError::NotFound)), "only once");
        assert!(denied(&server.identity.sign_out(&server.nobody).await));
        let id = server.admin.user_id().unwrap();
        assert_eq!(last(&server.database, 1).await, [("admin".to_owned(), "session.sign_out".to_owned(), format!("user/{id}"))]);
        let left = server.identity.list_sessions(&server.admin, id).await.unwrap();
        assert_eq!(left.iter().map(|session| session.id).collect::<Vec<_>>(), [server.admin.user().unwrap().session()]);
    }

    async fn one_sees_ones_own_sessions_and_administrators_all(database: Database) {
        let server = server(database).await;
        let ada = principal::user(&server.identity, &server.admin, "ada", Role::Operator).await.unwrap();
        let (ada_id, admin_id) = (ada.user_id().unwrap(), server.admin.user_id().unwrap());
        let ada_session = ada.user().unwrap().session();
        assert_eq!(server.identity.list_sessions(&ada, ada_id).await.unwrap().len(), 1);
        assert!(matches!(server.identity.list_sessions(&ada, admin_id).await, Err(SessionError::Denied(_))));
        let admin_session = server.admin.user().unwrap().session();
        assert!(matches!(server.identity.revoke_session(&ada, admin_id, admin_session).await, Err(SessionError::Denied(_))));
        // Naming oneself with somebody else's session ends nothing.
        assert!(matches!(server.identity.revoke_session(&ada, ada_id, admin_session).await, Err(SessionError::NotFound)));
        assert_eq!(server.identity.list_sessions(&server.admin, ada_id).await.unwrap().len(), 1);
        server.identity.revoke_session(&server.admin, ada_id, ada_session).await.unwrap();
        assert!(server.identity.list_sessions(&server.admin, ada_id).await.unwrap().is_empty());
        let unknown = server.identity.revoke_session(&server.admin, ada_id, SessionId::generate(&server.clock)).await;
        assert!(matches!(unknown, Err(SessionError::NotFound)));
    }

    async fn the_use_of_a_session_is_noted_once_a_minute(database: Database) {
        let server = server(database).await;
        let signed_in = server.identity.sign_in(&server.nobody, "admin", password()).await.unwrap();
        let token = signed_in.token.expose_text().unwrap();
        let start = server.nobody.now();
        let seen = async || server.database.sessions().list(signed_in.user.id).await.unwrap()[0].last_seen_at;
        server.clock.advance(TimeDelta::seconds(59));
        server.identity.authenticate(&server.nobody, token).await.unwrap();
        assert_eq!(seen().await, start);
        server.clock.advance(TimeDelta::seconds(1));
        server.identity.authenticate(&server.nobody, token).await.unwrap();
        assert_eq!(seen().await, start + TimeDelta::minutes(1));
    }
}
