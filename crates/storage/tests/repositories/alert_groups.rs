//! Groups of alerts.

use oriel_model::Clock as _;
use oriel_storage::{AlertGroup, Repositories as _};
use oriel_testkit::{clock, on_each_database};
use serde_json::json;

use crate::fixture;

on_each_database! {
    async fn a_group_waits_until_evidence_was_collected_for_what_fires(database: Database) {
        let clock = clock::manual();
        let incident = database.incidents().create(fixture::new_incident(&clock, "aa")).await.unwrap().into_inner();
        let group = AlertGroup {
            key: "g".to_owned(),
            incident_id: incident.id,
            firing: true,
            firing_set: "one".to_owned(),
            collected_set: String::new(),
            message: json!({"text": "\u{0}"}),
            updated_at: clock.now(),
        };
        let groups = database.alert_groups();
        groups.save(&group).await.unwrap();
        assert_eq!(groups.get("g").await.unwrap(), Some(group.clone()));
        assert_eq!(groups.uncollected(9).await.unwrap(), std::slice::from_ref(&group));
        assert!(groups.collected("g", "one").await.unwrap());
        assert!(groups.uncollected(9).await.unwrap().is_empty());

        let more = AlertGroup { firing_set: "two".to_owned(), collected_set: "one".to_owned(), ..group.clone() };
        groups.save(&more).await.unwrap();
        assert_eq!(groups.uncollected(9).await.unwrap(), std::slice::from_ref(&more));
        let over = AlertGroup { firing: false, ..more };
        groups.save(&over).await.unwrap();
        assert_eq!(groups.uncollected(9).await.unwrap(), [over], "what was over before is collected for");
        assert!(groups.collected("g", "two").await.unwrap());
        assert!(groups.uncollected(9).await.unwrap().is_empty());
        assert!(!groups.collected("other", "two").await.unwrap());
        assert_eq!(groups.get("other").await.unwrap(), None);
    }

    async fn an_incident_gets_more_evidence_and_ends_once(database: Database) {
        let clock = clock::manual();
        let id = database.incidents().create(fixture::new_incident(&clock, "aa")).await.unwrap().into_inner().id;
        assert!(database.incidents().set_archive(id, "bb", 7).await.unwrap());
        assert!(database.incidents().set_resolved(id, clock.now()).await.unwrap());
        assert!(!database.incidents().set_resolved(id, clock.now()).await.unwrap());
        let incident = database.incidents().get(id).await.unwrap().unwrap();
        assert_eq!((incident.sha256.as_str(), incident.size_bytes), ("bb", 7));
        assert_eq!(incident.resolved_at, Some(clock.now()));
        assert_eq!(database.incidents().find_by_sha256("aa").await.unwrap(), None);
    }
}
