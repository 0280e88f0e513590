//! What other formats hold is added as one change.

use oriel_knowledge::bases::{self, At, Import, Note};
use oriel_knowledge::formats::{self, Format};
use oriel_knowledge::{Change, KnowledgeError, Settings};
use oriel_testkit::on_each_database;

use crate::fixture::World;

fn file(format: Format, bytes: impl Into<Vec<u8>>) -> Import {
    Import { file: format!("a {format:?}"), format, bytes: bytes.into() }
}

on_each_database! {
    async fn files_of_several_formats_are_one_change(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        world.add("shop", "(declare-type Service Concept)").await;
        let import = |files| bases::import(&world.context, &world.knowledge, "shop", files, Note::of("import"));
        let csv = b"source,source_type,target\nweb,Service,cart\n".to_vec();
        let turtle = b"<http://x.example/a> a <http://x.example/b> .".to_vec();
        let done = import(vec![file(Format::Csv, csv.clone()), file(Format::Turtle, turtle)]).await.unwrap();
        assert_eq!((done.applied.version, done.applied.atoms, done.declared.len()), (2, 8, 0));
        let own = b"source,source_type,target\nweb,Gateway,cart\n".to_vec();
        world.create("fresh").await;
        let files = vec![file(Format::Csv, own)];
        let done = bases::import(&world.context, &world.knowledge, "fresh", files, Note::default()).await.unwrap();
        assert_eq!(done.declared, ["`Gateway`, a kind of `Concept`"]);
        assert!(world.dump("fresh", At::Newest).await.contains("(Gateway \"web\")"));
        let held = world.dump("shop", At::Newest).await;
        assert!(held.contains("(Evaluation (Predicate \"edge\") (List (Service \"web\") (Concept \"cart\")))"), "{held}");

        let bad = b"<http://x.example/a> a\n  b:c .".to_vec();
        let error = import(vec![file(Format::Csv, csv), file(Format::Turtle, bad)]).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::File { .. }) && error.to_string().starts_with("a Turtle: Turtle:2:3"), "{error}");
        assert_eq!(world.dump("shop", At::Newest).await, held);
        for (bytes, says) in [(&b"(Concept \"a\")\n (Concpet \"b\")"[..], "a Atomese:2:3: there is no type"), (b"(Concept\n \"\xff\")", "a Atomese: Atomese:2:3: it is not UTF-8")] {
            let error = import(vec![file(Format::Atomese, "(Concept \"fine\")"), file(Format::Atomese, bytes)]).await.unwrap_err();
            assert!(error.to_string().starts_with(says), "{error}");
        }
        // All of a base goes through JSON and back.
        let view = bases::read(&world.context, &world.knowledge, "shop", At::Newest).await.unwrap();
        let mut json = Vec::new();
        formats::write(Format::Json, &view.space, &mut json).unwrap();
        world.create("copy").await;
        bases::import(&world.context, &world.knowledge, "copy", vec![file(Format::Json, json)], Note::default()).await.unwrap();
        let copy = bases::read(&world.context, &world.knowledge, "copy", At::Newest).await.unwrap();
        assert!(copy.space.same_content(&view.space));
    }

    async fn a_file_knows_the_types_of_those_before_it(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        let files = vec![
            file(Format::Atomese, b"(declare-type Service Concept)".to_vec()),
            file(Format::Csv, b"source,source_type,target\nweb,Service,cart\n".to_vec()),
        ];
        bases::import(&world.context, &world.knowledge, "shop", files, Note::default()).await.unwrap();
        let held = world.dump("shop", At::Newest).await;
        assert!(held.contains("(List (Service \"web\") (Concept \"cart\"))"), "{held}");
    }

    async fn what_has_nothing_in_it_makes_no_version(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        for change in [Change::add(""), Change::add("; only said\n")] {
            let error = world.apply("shop", change).await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Nothing), "{error}");
        }
        let files = vec![file(Format::Turtle, Vec::new()), file(Format::Csv, b"source,target\n".to_vec())];
        let error = bases::import(&world.context, &world.knowledge, "shop", files, Note::default()).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Nothing), "{error}");
        world.apply("shop", Change::add("(declare-type Service Concept)")).await.unwrap();
        assert_eq!(bases::get(&world.context, &world.knowledge, "shop").await.unwrap().version, 1);
    }

    async fn files_are_bounded(database: Database) {
        let world = World::with(database, Settings { change_bytes: 100, ..Settings::default() }).await;
        world.create("shop").await;
        let import = |text: String| {
            let files = vec![file(Format::Csv, text.into_bytes())];
            bases::import(&world.context, &world.knowledge, "shop", files, Note::default())
        };
        let error = import(format!("source,target\n{}", "a,b\n".repeat(30))).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::TooLarge { limit: 100, .. }), "{error}");
        // Short as it is written, and too long as text of atoms.
        let error = import("source,target\na,b\nc,d\ne,f\n".to_owned()).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Longer { limit: 100, .. }), "{error}");
        assert!(error.to_string().starts_with("a Csv: as text of atoms"), "{error}");
    }
}
