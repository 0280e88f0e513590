//! Idempotency keys and the outbox.

use chrono::TimeDelta;
use oriel_model::{Clock as _, ManualClock, OutboxId, UserId};
use oriel_storage::{Database, IdempotencyKey, IdempotencyState, NewOutboxMessage, Repositories as _};
use oriel_testkit::{clock, on_each_database};
use serde_json::json;

fn message(clock: &ManualClock, key: &str) -> NewOutboxMessage {
    NewOutboxMessage {
        id: OutboxId::generate(clock),
        topic: "investigation.done".to_owned(),
        key: key.to_owned(),
        payload: json!({"n": 1}),
        at: clock.now(),
    }
}

async fn claim(database: &Database, clock: &ManualClock) -> Vec<String> {
    let claimed = database.outbox().claim(10, clock.now(), clock.now() + TimeDelta::seconds(30)).await.unwrap();
    claimed.into_iter().map(|message| message.key).collect()
}

on_each_database! {
    async fn a_key_is_answered_once(database: Database) {
        let clock = clock::manual();
        let key = IdempotencyKey { user: UserId::generate(&clock), key: "k".to_owned() };
        let reserve = async |key: &IdempotencyKey, hash| database.idempotency().reserve(key, [hash; 32], clock.now()).await.unwrap();
        assert_eq!(reserve(&key, 1).await, IdempotencyState::Reserved);
        assert_eq!(reserve(&key, 1).await, IdempotencyState::InProgress);
        assert_eq!(reserve(&key, 2).await, IdempotencyState::Mismatch);
        assert!(database.idempotency().answer(&key, 201, b"body \0 bytes").await.unwrap());
        assert!(!database.idempotency().answer(&key, 500, b"other").await.unwrap());
        let answer = IdempotencyState::Answered { status: 201, response: b"body \0 bytes".to_vec() };
        assert_eq!(reserve(&key, 1).await, answer);
        assert!(!database.idempotency().release(&key).await.unwrap(), "an answered key stays");
        let other = IdempotencyKey { user: UserId::generate(&clock), ..key };
        assert_eq!(reserve(&other, 2).await, IdempotencyState::Reserved, "keys belong to a user");
        assert!(database.idempotency().release(&other).await.unwrap());
        assert_eq!(reserve(&other, 3).await, IdempotencyState::Reserved);
        clock.advance(TimeDelta::days(1));
        assert_eq!(database.idempotency().delete_before(clock.now()).await.unwrap(), 2);
    }

    async fn of_many_requests_with_a_key_one_does_the_work(database: Database) {
        let clock = clock::manual();
        let key = IdempotencyKey { user: UserId::generate(&clock), key: "k".to_owned() };
        let requests: Vec<_> = (0..20).map(|_| {
            let (database, key, at) = (database.clone(), key.clone(), clock.now());
            tokio::spawn(async move { database.idempotency().reserve(&key, [1; 32], at).await.unwrap() })
        }).collect();
        let mut reserved = 0;
        for request in requests {
            reserved += u32::from(request.await.unwrap() == IdempotencyState::Reserved);
        }
        assert_eq!(reserved, 1);
    }

    async fn a_message_is_delivered_at_least_once(database: Database) {
        let clock = clock::manual();
        assert!(database.outbox().enqueue(message(&clock, "a")).await.unwrap());
        assert!(!database.outbox().enqueue(message(&clock, "a")).await.unwrap(), "the same message");
        assert!(database.outbox().enqueue(message(&clock, "b")).await.unwrap());
        assert_eq!(claim(&database, &clock).await, ["a", "b"]);
        assert!(claim(&database, &clock).await.is_empty(), "claimed");
        clock.advance(TimeDelta::seconds(30));
        let again = database.outbox().claim(1, clock.now(), clock.now() + TimeDelta::seconds(30)).await.unwrap();
        assert_eq!((again[0].key.as_str(), again[0].attempts, &again[0].payload), ("a", 2, &json!({"n": 1})), "the dispatcher died");
        assert!(database.outbox().delivered(again[0].id, clock.now()).await.unwrap());
        assert!(!database.outbox().delivered(again[0].id, clock.now()).await.unwrap());
        let b = database.outbox().claim(10, clock.now(), clock.now() + TimeDelta::seconds(30)).await.unwrap();
        assert!(database.outbox().failed(b[0].id, "refused", clock.now() + TimeDelta::seconds(5)).await.unwrap());
        assert!(claim(&database, &clock).await.is_empty());
        assert_eq!(database.outbox().waiting().await.unwrap(), 1);
        clock.advance(TimeDelta::seconds(5));
        let b = database.outbox().claim(10, clock.now(), clock.now() + TimeDelta::seconds(30)).await.unwrap();
        assert_eq!(b[0].last_error.as_deref(), Some("refused"));
        clock.advance(TimeDelta::seconds(1));
        assert_eq!(database.outbox().delete_delivered_before(clock.now()).await.unwrap(), 1);
    }

    async fn two_dispatchers_never_share_a_message(database: Database) {
        let clock = clock::manual();
        for n in 0..40 {
            database.outbox().enqueue(message(&clock, &n.to_string())).await.unwrap();
        }
        let dispatchers: Vec<_> = (0..4).map(|_| {
            let (database, clock) = (database.clone(), clock.clone());
            tokio::spawn(async move { claim_all(&database, &clock).await })
        }).collect();
        let mut keys = Vec::new();
        for dispatcher in dispatchers {
            keys.extend(dispatcher.await.unwrap());
        }
        let unique: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!((keys.len(), unique.len()), (40, 40));
    }

    async fn a_message_of_a_rolled_back_change_is_never_sent(database: Database) {
        let clock = clock::manual();
        let transaction = database.begin().await.unwrap();
        transaction.outbox().enqueue(message(&clock, "a")).await.unwrap();
        transaction.rollback().await.unwrap();
        assert_eq!(database.outbox().waiting().await.unwrap(), 0);
    }
}

async fn claim_all(database: &Database, clock: &ManualClock) -> Vec<String> {
    let mut keys = Vec::new();
    for _ in 0..10 {
        keys.extend(claim(database, clock).await);
    }
    keys
}
