//! Bases come, are deleted, brought back and purged.

use oriel_knowledge::bases::{self, At};
use oriel_knowledge::{KnowledgeError, Settings};
use oriel_model::PageRequest;
use oriel_storage::{AuditFilter, Repositories as _};
use oriel_testkit::on_each_database;

use crate::fixture::{World, call};

on_each_database! {
    async fn a_base_is_deleted_brought_back_and_purged(database: Database) {
        let world = World::with(database, Settings { snapshot_changes: 1, ..Settings::default() }).await;
        let (context, knowledge) = (&world.context, &world.knowledge);
        world.create("shop").await;
        world.add("shop", &call(1, 2)).await;
        let before = world.dump("shop", At::Newest).await;
        assert_eq!(world.blobs().len(), 1);

        bases::delete(context, knowledge, "shop").await.unwrap();
        let error = bases::read(context, knowledge, "shop", At::Newest).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Deleted { .. }), "{error}");
        assert!(knowledge.held().is_empty());
        assert!(bases::list(context, knowledge, PageRequest::first()).await.unwrap().items.is_empty());
        assert_eq!(bases::list_deleted(context, knowledge, PageRequest::first()).await.unwrap().items.len(), 1);
        let error = bases::create(context, knowledge, "shop", "").await.unwrap_err();
        assert!(matches!(error, KnowledgeError::NameTaken { .. }), "{error}");

        bases::undelete(context, knowledge, "shop").await.unwrap();
        assert_eq!(world.dump("shop", At::Newest).await, before);
        let error = bases::purge(context, knowledge, "shop").await.unwrap_err();
        assert!(error.to_string().contains("delete it first"), "{error}");

        bases::delete(context, knowledge, "shop").await.unwrap();
        bases::purge(context, knowledge, "shop").await.unwrap();
        let error = bases::read(context, knowledge, "shop", At::Newest).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::NotFound { .. }), "{error}");
        assert!(world.blobs().is_empty(), "its snapshots went with it");
        bases::create(context, knowledge, "shop", "").await.unwrap();
        let entries = world.database.audit().list(&AuditFilter::default(), PageRequest::first()).await.unwrap().items;
        let actions: Vec<_> = entries.iter().rev().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, [
            "knowledge.create", "knowledge.change", "knowledge.delete", "knowledge.undelete", "knowledge.delete",
            "knowledge.purge", "knowledge.create",
        ]);
    }

    async fn names_and_descriptions_are_checked(database: Database) {
        let world = World::new(database).await;
        let (context, knowledge) = (&world.context, &world.knowledge);
        let long = "a".repeat(101);
        for wrong in ["", "Shop", "a b", "-a", ".a", "a/b", "ä", long.as_str()] {
            let error = bases::create(context, knowledge, wrong, "").await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Invalid { field: "name", .. }), "{wrong}: {error}");
        }
        world.create("a.b-c_9").await;
        let error = bases::describe(context, knowledge, "a.b-c_9", &"x".repeat(10_001)).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Invalid { field: "description", .. }), "{error}");
        bases::describe(context, knowledge, "a.b-c_9", "what the shop is").await.unwrap();
        assert_eq!(bases::get(context, knowledge, "a.b-c_9").await.unwrap().description, "what the shop is");
    }
}
