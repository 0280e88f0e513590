//! Bases come, are deleted, brought back and purged.

use oriel_knowledge::bases::{self, At, Edit, Search};
use oriel_knowledge::{KnowledgeError, Settings};
use oriel_model::PageRequest;
use oriel_storage::{AuditFilter, Database, DatabaseOptions, Repositories as _};
use oriel_testkit::on_each_database;

use crate::fixture::{World, call};

fn described(text: &str) -> Edit {
    Edit { description: Some(text.to_owned()), ..Edit::default() }
}

/// Whether any file below a directory has a text in it.
fn stands_in(directory: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(directory).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return stands_in(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_purged_stands_in_no_file() {
    const SECRET: &str = "PURGEDSECRETVALUE1";
    let directory = tempfile::tempdir().unwrap();
    let database = Database::open(&DatabaseOptions::in_directory(directory.path())).await.unwrap();
    let world = World::with(database.clone(), Settings { snapshot_changes: 3, ..Settings::default() }).await;
    let (context, knowledge) = (&world.context, &world.knowledge);
    world.create("kept").await;
    world.create("shop").await;
    for number in 0..20 {
        // A long change takes pages of its own, a short one shares a page with others, and neither is compressed.
        let long: String = (0..number * 40)
            .map(|at: usize| format!("(Number {})", at * at * 7_919 % 1_000_003))
            .collect::<Vec<_>>()
            .concat();
        world.add("shop", &format!("(Concept \"{SECRET}{number}\"){long}")).await;
        world.add("kept", &call(number, number + 1)).await;
    }
    let search = Search { at: At::Newest, words: SECRET.to_owned(), limit: 5, near: None, through_classes: false };
    bases::search(context, knowledge, "shop", &search).await.unwrap();
    assert!(stands_in(directory.path(), SECRET));
    bases::delete(context, knowledge, "shop", None).await.unwrap();
    bases::purge(context, knowledge, "shop", None).await.unwrap();
    for place in [directory.path(), world.directory.path()] {
        assert!(!stands_in(place, SECRET), "it still stands in {}", place.display());
    }
    assert_eq!(bases::read(context, knowledge, "kept", At::Newest).await.unwrap().version, 20);
    database.close().await.unwrap();
}

on_each_database! {
    async fn a_base_is_renamed_and_described_and_that_is_recorded(database: Database) {
        let world = World::new(database).await;
        let (context, knowledge) = (&world.context, &world.knowledge);
        world.create("shop").await;
        world.create("other").await;
        world.add("shop", &call(1, 2)).await;
        let before = world.dump("shop", At::Newest).await;
        let edit = |name: &str, expected| Edit { name: Some(name.to_owned()), expected, ..Edit::default() };
        let late = bases::edit(context, knowledge, "shop", edit("shop-eu", Some(0))).await;
        assert!(matches!(late, Err(KnowledgeError::Version { expected: 0, found: 1 })), "{late:?}");
        assert!(matches!(bases::edit(context, knowledge, "shop", edit("other", None)).await, Err(KnowledgeError::NameTaken { .. })));
        let wrong = bases::edit(context, knowledge, "shop", edit("Shop", None)).await;
        assert!(matches!(wrong, Err(KnowledgeError::Invalid { field: "name", .. })), "{wrong:?}");
        let edited = bases::edit(context, knowledge, "shop", Edit { description: Some("sold".to_owned()), ..edit("shop-eu", Some(1)) }).await.unwrap();
        assert_eq!((edited.name.as_str(), edited.description.as_str(), edited.version), ("shop-eu", "sold", 1));
        assert_eq!(bases::get(context, knowledge, "shop-eu").await.unwrap(), edited);
        assert!(matches!(bases::get(context, knowledge, "shop").await, Err(KnowledgeError::NotFound { .. })));
        assert_eq!(world.dump("shop-eu", At::Newest).await, before);
        world.add("shop-eu", &call(2, 3)).await;
        bases::edit(context, knowledge, "shop-eu", described("sold")).await.unwrap();
        let entries = world.database.audit().list(&AuditFilter::default(), PageRequest::first()).await.unwrap().items;
        let edits: Vec<_> = entries.iter().filter(|entry| entry.action == "knowledge.edit").collect();
        assert_eq!(edits.len(), 1, "what changes nothing is not recorded");
        assert_eq!(edits[0].detail["after"]["name"], "shop-eu");
    }

    async fn who_edits_a_base_as_it_was_is_told_so(database: Database) {
        let world = World::new(database).await;
        let (context, knowledge) = (&world.context, &world.knowledge);
        for name in ["shop", "other"] {
            world.create(name).await;
        }
        let seen = bases::get(context, knowledge, "shop").await.unwrap();
        let edit = |text: &str| bases::edit(context, knowledge, "shop", Edit { seen: Some(seen.clone()), ..described(text) });
        world.add("shop", &call(1, 2)).await;
        edit("sold").await.unwrap();
        let late = edit("late").await;
        assert!(matches!(late, Err(KnowledgeError::Edited { .. })), "{late:?}");
        assert_eq!(bases::get(context, knowledge, "shop").await.unwrap().description, "sold");
        // Another base has the name by now, and is described alike.
        for (from, to) in [("shop", "old"), ("other", "shop")] {
            let rename = Edit { name: Some(to.to_owned()), description: Some(seen.description.clone()), ..Edit::default() };
            bases::edit(context, knowledge, from, rename).await.unwrap();
        }
        let late = edit("late").await;
        assert!(matches!(late, Err(KnowledgeError::Edited { .. })), "{late:?}");
    }

    async fn a_base_is_deleted_brought_back_and_purged(database: Database) {
        let world = World::with(database, Settings { snapshot_changes: 1, ..Settings::default() }).await;
        let (context, knowledge) = (&world.context, &world.knowledge);
        world.create("shop").await;
        world.add("shop", &call(1, 2)).await;
        let before = world.dump("shop", At::Newest).await;
        assert_eq!(world.blobs().len(), 1);

        bases::delete(context, knowledge, "shop", None).await.unwrap();
        let error = bases::read(context, knowledge, "shop", At::Newest).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Deleted { .. }), "{error}");
        assert!(knowledge.held().is_empty());
        assert!(bases::list(context, knowledge, PageRequest::first()).await.unwrap().items.is_empty());
        assert_eq!(bases::list_deleted(context, knowledge, PageRequest::first()).await.unwrap().items.len(), 1);
        let error = bases::create(context, knowledge, "shop", "").await.unwrap_err();
        assert!(matches!(error, KnowledgeError::NameTaken { .. }), "{error}");

        bases::undelete(context, knowledge, "shop", None).await.unwrap();
        assert_eq!(world.dump("shop", At::Newest).await, before);
        let error = bases::purge(context, knowledge, "shop", None).await.unwrap_err();
        assert!(error.to_string().contains("delete it first"), "{error}");

        bases::delete(context, knowledge, "shop", None).await.unwrap();
        bases::purge(context, knowledge, "shop", None).await.unwrap();
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
        let error = bases::edit(context, knowledge, "a.b-c_9", described(&"x".repeat(10_001))).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Invalid { field: "description", .. }), "{error}");
        bases::edit(context, knowledge, "a.b-c_9", described("what the shop is")).await.unwrap();
        assert_eq!(bases::get(context, knowledge, "a.b-c_9").await.unwrap().description, "what the shop is");
    }
}
