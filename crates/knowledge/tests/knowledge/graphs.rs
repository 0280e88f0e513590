//! Bases as graphs: ways, what is related, and finding by words.

use oriel_knowledge::KnowledgeError;
use oriel_knowledge::bases::{self, At, Search, Selection, Ways};
use oriel_knowledge::ingest::{self, Ingest, Text};
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

/// A cluster as ingestion lays it: web calls cart, cart calls redis, and payments calls redis; mail calls nobody. All are in one
/// namespace, are of one kind, and most have three replicas.
async fn cluster(database: oriel_storage::Database) -> World {
    let world = World::new(database).await;
    world.create("shop").await;
    let workload = |name: &str, calls: &str| {
        let address =
            if calls.is_empty() { String::new() } else { format!("{{name: OTHER, value: \"http://{calls}:80\"}}") };
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: 3\n  template:\n    \
             metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: c, image: \"shop/{name}:1\", env: [{address}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n---\n"
        )
    };
    let calls = [("web", "cart"), ("cart", "redis"), ("payments", "redis"), ("redis", ""), ("mail", "")];
    let text: String = calls.map(|(name, calls)| workload(name, calls)).concat();
    let files = vec![Text { file: "shop.yaml".to_owned(), bytes: text.into_bytes() }];
    let how = Ingest { source: "cluster".to_owned(), ..Ingest::default() };
    ingest::ingest(&world.context, &world.knowledge, "shop", files, how).await.unwrap();
    world.settled().await;
    world
}

on_each_database! {
    async fn what_things_have_in_common_by_their_class_or_place_is_no_way(database: Database) {
        let world = cluster(database).await;
        let way = |from: &'static str, to: &'static str, through_classes: bool| {
            let (context, knowledge) = (&world.context, &world.knowledge);
            let ways = Ways { through_classes, ..Ways::default() };
            async move { bases::path(context, knowledge, "shop", (from, to), &ways).await.unwrap() }
        };
        let told = |path: bases::Path| path.hops.into_iter().map(|hop| hop.to).collect::<Vec<_>>();
        assert_eq!(way("service/web", "service/mail", false).await, None);
        assert!(way("service/web", "service/mail", true).await.is_some_and(|path| path.hops.len() == 2));
        let found = told(way("service/web", "service/payments", false).await.unwrap());
        assert_eq!(found, ["(Concept \"service/cart\")", "(Concept \"service/redis\")", "(Concept \"service/payments\")"]);
        for up in ["namespace/shop", "service", "3"] {
            assert!(way("service/mail", up, false).await.is_some_and(|path| path.hops.len() == 1), "up to {up}");
            assert!(way(up, "service/mail", false).await.is_some_and(|path| path.hops.len() == 1), "down from {up}");
        }
        let only = Ways { relations: vec!["in-namespace".to_owned()], ..Ways::default() };
        let found = bases::path(&world.context, &world.knowledge, "shop", ("service/web", "service/mail"), &only).await.unwrap();
        assert_eq!(found.unwrap().hops.len(), 2, "a relation that is named is gone along");
    }

    async fn related_is_what_shares_neighbours_and_not_a_class(database: Database) {
        let world = cluster(database).await;
        let related = async |through_classes: bool| {
            let to = ("service/cart", At::Newest, &Selection::default());
            bases::related(&world.context, &world.knowledge, "shop", to, (50, through_classes)).await.unwrap()
        };
        let found = related(false).await;
        let names: Vec<_> = found.iter().map(|one| one.atom.as_str()).collect();
        let wanted = ["endpoint-service/web", "service/payments", "endpoint-service/redis"].map(|name| format!("(Concept \"{name}\")"));
        assert_eq!(names, wanted, "by what it calls, and by what calls it");
        assert_eq!(found[1].through, ["(Concept \"service/redis\")"], "both call redis");
        let all = related(true).await;
        assert!(all.iter().any(|one| one.atom == "(Concept \"service/mail\")"), "{all:?}");
    }

    async fn near_does_not_go_through_a_class(database: Database) {
        let world = cluster(database).await;
        let near = async |through_classes: bool| {
            let near = Some(("service/cart".to_owned(), 2));
            let search = Search { at: At::Newest, words: "service".to_owned(), limit: 50, near, through_classes };
            let found = bases::search(&world.context, &world.knowledge, "shop", &search).await.unwrap();
            let mut names: Vec<String> = found.hits.iter().filter_map(|hit| Some(hit.atom.split('"').nth(1)?.to_owned())).collect();
            names.retain(|name| name.starts_with("service/"));
            names.sort();
            names
        };
        assert_eq!(near(false).await, ["service/cart", "service/payments", "service/redis", "service/web"]);
        assert!(near(true).await.contains(&"service/mail".to_owned()));
    }

    async fn a_way_goes_round_what_everything_is_connected_with(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        let hub: String = (1..=200).map(|number| call(number, 0)).collect();
        let round = [(1, 301), (301, 302), (302, 2)].map(|(from, to)| call(from, to)).concat();
        world.add("shop", &(hub + &round)).await;
        let way = async |from: &'static str, to: &'static str| {
            let found = bases::path(&world.context, &world.knowledge, "shop", (from, to), &Ways::default()).await;
            found.unwrap().unwrap().hops.into_iter().map(|hop| hop.to).collect::<Vec<_>>()
        };
        assert_eq!(way("s1", "s2").await, ["(Concept \"s301\")", "(Concept \"s302\")", "(Concept \"s2\")"]);
        assert_eq!(way("s1", "s3").await, ["(Concept \"s0\")", "(Concept \"s3\")"], "where there is no other");
    }

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
        let found = bases::related(&world.context, &world.knowledge, "shop", ("s3", At::Newest, &Selection::default()), (10, false)).await.unwrap();
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
            async move { bases::search(context, knowledge, "shop", &Search { at: At::Newest, words, limit, near, through_classes: false }).await }
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
