//! Sessions and the setup.

use chrono::TimeDelta;
use oriel_model::{Clock as _, ManualClock, Role, SessionId, UserId};
use oriel_storage::{Database, NewSession, Repositories as _, Session};
use oriel_testkit::{clock, on_each_database};

use crate::fixture;

async fn session(database: &Database, clock: &ManualClock, user: UserId, token: u8) -> Session {
    let new = NewSession {
        id: SessionId::generate(clock),
        user_id: user,
        token_hash: [token; 32],
        at: clock.now(),
        expires_at: clock.now() + TimeDelta::hours(1),
        address: Some("192.0.2.7".to_owned()),
        user_agent: Some("nul \0 inside".to_owned()),
    };
    database.sessions().create(new).await.unwrap()
}

on_each_database! {
    async fn a_session_is_found_by_its_hash(database: Database) {
        let clock = clock::manual();
        let ada = fixture::user(&database, &clock, "ada", Role::Viewer).await;
        let made = session(&database, &clock, ada.id, 1).await;
        assert_eq!(made.user_agent.as_deref(), Some("nul \u{FFFD} inside"));
        assert_eq!(database.sessions().find(&[1; 32]).await.unwrap(), Some((made.clone(), ada)));
        assert_eq!(database.sessions().find(&[2; 32]).await.unwrap(), None);
        clock.advance(TimeDelta::minutes(5));
        database.sessions().touch(made.id, clock.now()).await.unwrap();
        let (found, _) = database.sessions().find(&[1; 32]).await.unwrap().unwrap();
        assert_eq!(found.last_seen_at, clock.now());
    }

    async fn sessions_end_by_owner(database: Database) {
        let clock = clock::manual();
        let ada = fixture::user(&database, &clock, "ada", Role::Viewer).await;
        let grace = fixture::user(&database, &clock, "grace", Role::Viewer).await;
        let (first, second) = (session(&database, &clock, ada.id, 1).await, session(&database, &clock, ada.id, 2).await);
        let other = session(&database, &clock, grace.id, 3).await;
        assert!(!database.sessions().delete(ada.id, other.id).await.unwrap(), "not hers");
        assert_eq!(database.sessions().list(ada.id).await.unwrap(), [second.clone(), first.clone()]);
        assert_eq!(database.sessions().delete_all(ada.id, Some(second.id)).await.unwrap(), 1);
        assert_eq!(database.sessions().list(ada.id).await.unwrap(), [second]);
        assert_eq!(database.sessions().delete_all(ada.id, None).await.unwrap(), 1);
        assert_eq!(database.sessions().list(grace.id).await.unwrap(), [other]);
    }

    async fn expired_sessions_are_swept(database: Database) {
        let clock = clock::manual();
        let ada = fixture::user(&database, &clock, "ada", Role::Viewer).await;
        session(&database, &clock, ada.id, 1).await;
        clock.advance(TimeDelta::minutes(59));
        let fresh = session(&database, &clock, ada.id, 2).await;
        let idle_since = clock.now() - TimeDelta::days(1);
        assert_eq!(database.sessions().delete_expired(clock.now(), idle_since).await.unwrap(), 0);
        clock.advance(TimeDelta::minutes(1));
        assert_eq!(database.sessions().delete_expired(clock.now(), idle_since).await.unwrap(), 1, "at the very moment");
        assert_eq!(database.sessions().list(ada.id).await.unwrap(), [fresh]);
        assert_eq!(database.sessions().delete_expired(clock.now(), clock.now()).await.unwrap(), 1, "idle");
    }

    async fn the_setup_is_done_once(database: Database) {
        let clock = clock::manual();
        assert_eq!(database.setup().get().await.unwrap(), None);
        assert!(database.setup().set_token([1; 32], clock.now()).await.unwrap());
        clock.advance(TimeDelta::seconds(1));
        assert!(database.setup().set_token([2; 32], clock.now()).await.unwrap());
        let open = database.setup().get().await.unwrap().unwrap();
        assert_eq!((open.token_hash, open.created_at, open.completed_at), (Some([2; 32]), clock.now(), None));
        assert!(database.setup().complete(clock.now()).await.unwrap());
        assert!(!database.setup().complete(clock.now()).await.unwrap());
        assert!(!database.setup().set_token([3; 32], clock.now()).await.unwrap());
        let done = database.setup().get().await.unwrap().unwrap();
        assert_eq!((done.token_hash, done.completed_at), (None, Some(clock.now())));
    }
}
