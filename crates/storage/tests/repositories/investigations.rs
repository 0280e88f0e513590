//! Incidents, investigations, outcomes and what was learned.

use oriel_model::{Clock as _, InvestigationId, InvestigationStatus, OutcomeId, PageRequest};
use oriel_storage::{Inserted, InvestigationFilter, NewInvestigation, Outcome, Repositories as _, Stage, StorageError};
use oriel_testkit::{clock, on_each_database};
use serde_json::{Value, json};

use crate::fixture;

on_each_database! {
    async fn the_same_bytes_are_one_incident(database: Database) {
        let clock = clock::manual();
        let made = database.incidents().create(fixture::new_incident(&clock, "aa")).await.unwrap();
        let Inserted::New(first) = made else { panic!("{made:?}") };
        let again = database.incidents().create(fixture::new_incident(&clock, "aa")).await.unwrap();
        assert_eq!(again, Inserted::Existing(first.clone()));
        assert_eq!(database.incidents().get(first.id).await.unwrap(), Some(first.clone()));
        assert_eq!(first.size_bytes, 3_000_000_000);
        assert_eq!(database.incidents().list(PageRequest::first()).await.unwrap().items, [first]);
    }

    async fn an_investigation_goes_its_way(database: Database) {
        let clock = clock::manual();
        let made = fixture::investigation(&database, &clock).await;
        let id = made.summary.id;
        let stage = Stage { name: "read".to_owned(), done: 3, total: 10, at: clock.now() };
        assert!(!database.investigations().set_stages(id, std::slice::from_ref(&stage)).await.unwrap(), "not running");
        let verdict = json!({"status": "diagnosed", "p": 0.1, "odd": -6.304_826_517_611_566e-305, "text": "\u{0}"});
        assert!(!database.investigations().finish(id, &verdict, "h", clock.now()).await.unwrap(), "not running");
        assert!(database.investigations().start(id, clock.now()).await.unwrap());
        assert!(!database.investigations().start(id, clock.now()).await.unwrap(), "only once");
        assert!(database.investigations().set_stages(id, std::slice::from_ref(&stage)).await.unwrap());
        assert!(database.investigations().finish(id, &verdict, "service/cart: out of memory", clock.now()).await.unwrap());
        for late in [
            database.investigations().fail(id, "late", clock.now()).await.unwrap(),
            database.investigations().interrupt(id, "late", clock.now()).await.unwrap(),
            database.investigations().set_stages(id, &[]).await.unwrap(),
        ] {
            assert!(!late, "an ended investigation never changes");
        }
        let done = database.investigations().get(id).await.unwrap().unwrap();
        assert_eq!(done.summary.status, InvestigationStatus::Done);
        assert_eq!((done.stages, done.verdict), (vec![stage], Some(verdict)), "to the last bit");
        assert_eq!(done.summary.error, None);
        let listed = database.investigations().of_incidents(&[made.summary.incident_id]).await.unwrap();
        assert_eq!(listed.first().unwrap().headline.as_deref(), Some("service/cart: out of memory"));
    }

    async fn investigations_are_listed_by_incident_and_status(database: Database) {
        let clock = clock::manual();
        let first = fixture::investigation(&database, &clock).await.summary;
        let second = fixture::investigation(&database, &clock).await.summary;
        database.investigations().fail(second.id, "broken", clock.now()).await.unwrap();
        let list = async |filter| {
            let page = database.investigations().list(filter, PageRequest::first()).await.unwrap();
            page.items.into_iter().map(|item| item.id).collect::<Vec<_>>()
        };
        assert_eq!(list(InvestigationFilter::default()).await, [second.id, first.id]);
        let of_first = InvestigationFilter { incident: Some(first.incident_id), status: None };
        assert_eq!(list(of_first).await, [first.id]);
        let failed = InvestigationFilter { incident: None, status: Some(InvestigationStatus::Failed) };
        assert_eq!(list(failed).await, [second.id]);
    }

    async fn an_investigation_of_no_incident_is_refused(database: Database) {
        let clock = clock::manual();
        let new = NewInvestigation {
            id: InvestigationId::generate(&clock),
            incident_id: fixture::new_incident(&clock, "aa").id,
            created_by: None,
            at: clock.now(),
            inquiry: None,
        };
        let error = database.investigations().create(new).await.unwrap_err();
        assert!(matches!(error, StorageError::Dangling { .. }), "{error:?}");
    }

    async fn the_last_outcome_counts(database: Database) {
        let clock = clock::manual();
        let investigation = fixture::investigation(&database, &clock).await.summary.id;
        assert_eq!(database.outcomes().latest(investigation).await.unwrap(), None);
        for cause in ["disk-full", "out-of-memory"] {
            let new = Outcome {
                id: OutcomeId::generate(&clock),
                investigation_id: investigation,
                entity: "service/cart".to_owned(),
                cause: cause.to_owned(),
                note: String::new(),
                learned: json!([]),
                created_at: clock.now(),
                created_by: None,
            };
            assert_eq!(database.outcomes().create(new.clone()).await.unwrap(), new);
        }
        let latest = database.outcomes().latest(investigation).await.unwrap().unwrap();
        assert_eq!(latest.cause, "out-of-memory");
    }

    async fn what_was_learned_is_never_overwritten_unseen(database: Database) {
        let clock = clock::manual();
        let learned = database.learning().load().await.unwrap();
        assert_eq!((learned.version, learned.data), (0, Value::Null));
        assert_eq!(database.learning().save(0, &json!({"n": 1}), clock.now()).await.unwrap(), 1);
        for stale in [0, 7] {
            let error = database.learning().save(stale, &json!({"n": 9}), clock.now()).await.unwrap_err();
            assert!(matches!(error, StorageError::Changed { .. }), "{error}");
        }
        assert_eq!(database.learning().save(1, &json!({"n": 2}), clock.now()).await.unwrap(), 2);
        let learned = database.learning().load().await.unwrap();
        assert_eq!((learned.version, learned.data), (2, json!({"n": 2})));
    }
}
