//! Bases as graphs: ways, what is related, and finding by words.

use oriel_knowledge::KnowledgeError;
use oriel_knowledge::bases::{self, At, Search, Selection, Ways};
use oriel_testkit::on_each_database;

use crate::fixture::{World, call};

async fn world(database: oriel_storage::Database) -> World {
    let world = World::new(database).await;
    world.create("shop").await;
    let calls: String =
        [(1, 2), (2, 3), (3, 4), (5, 4), (1, 6), (6, 7), (7, 8), (8, 4)].map(|(from, to)| call(from, to)).concat();
    world.add("shop", &calls).await;
    world
        .add(
            "shop",
            "(Member (Concept \"s5\") (Concept \"team\")) (Similarity (Concept \"s1\") (Concept \"alone-no-more\"))",
        )
        .await;
    world
}

on_each_database! {
    async fn the_shortest_way_is_found(database: Database) {
        let world = world(database).await;
        let way = |from: &'static str, to: &'static str, ways: Ways| {
            let (context, knowledge) = (&world.context, &world.knowledge);
            async move { bases::path(context, knowledge, "shop", (from, to), &ways).await }
        };
        let found = way("s1", "(Concept \"s5\")", Ways::default()).await.unwrap().unwrap();
        let told: Vec<_> = found.hops.iter().map(|hop| (hop.to.as_str(), hop.forward)).collect();
        assert_eq!(told, [
            ("(Concept \"s2\")", true), ("(Concept \"s3\")", true), ("(Concept \"s4\")", true), ("(Concept \"s5\")", false),
        ]);
        assert_eq!(found.hops[0].link, "(Evaluation (Predicate \"calls\") (List (Concept \"s1\") (Concept \"s2\")))");
        let directed = Ways { directed: true, ..Ways::default() };
        assert_eq!(way("s1", "s5", directed.clone()).await.unwrap(), None);
        assert_eq!(way("s1", "s4", directed.clone()).await.unwrap().unwrap().hops.len(), 3);
        assert_eq!(way("alone-no-more", "s2", directed).await.unwrap().unwrap().hops.len(), 2, "a similarity has no direction");
        assert_eq!(way("s1", "s1", Ways::default()).await.unwrap().unwrap().hops, []);
        let only = |relation: &str| Ways { relations: vec![relation.to_owned()], ..Ways::default() };
        assert_eq!(way("s1", "team", only("calls")).await.unwrap(), None);
        assert_eq!(way("s5", "team", only("Member")).await.unwrap().unwrap().hops.len(), 1);
        assert_eq!(way("s1", "team", Ways { at: At::Version(1), ..Ways::default() }).await.unwrap_err().to_string(),
            "to: there is no node named `team` in the base");
        for (from, ways, says) in [
            ("nobody", Ways::default(), "there is no node named `nobody`"),
            ("(List", Ways::default(), "1:"),
            ("(Member (Concept \"s5\") (Concept \"team\"))", Ways::default(), "name a node"),
            ("s1", only("cals"), "neither a predicate"),
        ] {
            let error = way(from, "s2", ways).await.unwrap_err().to_string();
            assert!(error.contains(says), "{from}: {error}");
        }
        world.add("shop", "(Word \"s1\")").await;
        let error = way("s1", "s2", Ways::default()).await.unwrap_err().to_string();
        assert!(error.contains("(Concept \"s1\"), (Word \"s1\")"), "{error}");
    }

    async fn what_shares_surroundings_is_related(database: Database) {
        let world = world(database).await;
        let found = bases::related(&world.context, &world.knowledge, "shop", ("s3", At::Newest, &Selection::default()), 10).await.unwrap();
        let names: Vec<_> = found.iter().map(|one| one.atom.as_str()).collect();
        assert_eq!(names, ["(Concept \"s1\")", "(Concept \"s5\")", "(Concept \"s8\")"]);
        // By s2, which has two neighbours, and by s4, which has three.
        assert!((found[0].score - 1.0 / 2_f64.ln()).abs() < 1e-12 && (found[1].score - 1.0 / 3_f64.ln()).abs() < 1e-12);
        assert_eq!(found[0].through, ["(Concept \"s2\")"]);
    }

    async fn nodes_are_found_by_words_of_their_names_and_texts(database: Database) {
        let world = world(database).await;
        world.add("shop", "(Concept \"checkout-service\" (alist (cons (Predicate \"about\") \"takes the money\")))
            (Concept \"mail service\") (Member (Concept \"checkout-service\") (Concept \"s1\"))").await;
        let search = |words: &str, near: Option<(&str, usize)>, limit| {
            let near = near.map(|(near, hops)| (near.to_owned(), hops));
            let (context, knowledge, words) = (&world.context, &world.knowledge, words.to_owned());
            async move { bases::search(context, knowledge, "shop", &Search { at: At::Newest, words, limit, near }).await }
        };
        let found = search("money Service", None, 10).await.unwrap();
        assert_eq!((found.version, found.found), (3, 2));
        assert!(found.hits[0].atom.starts_with("(Concept \"checkout-service\"") && found.hits[0].score > found.hits[1].score);
        assert_eq!(found.hits[0].edges, ["(Member (Concept \"checkout-service\") (Concept \"s1\"))"]);
        assert_eq!(search("service", Some(("s2", 2)), 10).await.unwrap().hits.len(), 1, "the other is not near");
        assert_eq!(search("service", Some(("s2", 1)), 10).await.unwrap().found, 0);
        assert_eq!(search("service", None, 1).await.unwrap().hits.len(), 1);
        let error = search(" - ", None, 10).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Invalid { field: "words", .. }), "{error}");
    }
}
