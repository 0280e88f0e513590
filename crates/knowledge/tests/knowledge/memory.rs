//! What is held in memory is bounded.

use oriel_knowledge::Settings;
use oriel_knowledge::bases::{self, At};
use oriel_testkit::on_each_database;

use crate::fixture::{World, call};

on_each_database! {
    async fn bases_that_do_not_fit_are_let_go_and_loaded_again(database: Database) {
        let text: String = (0..200).map(|number| call(number, number + 1)).collect();
        let world = World::with(database, Settings { memory_bytes: 400_000, ..Settings::default() }).await;
        let names: Vec<String> = (0..6).map(|number| format!("base-{number}")).collect();
        for name in &names {
            world.create(name).await;
            world.add(name, &text).await;
        }
        let held = world.knowledge.held();
        let bytes: u64 = held.iter().map(|one| one.bytes).sum();
        assert!(!held.is_empty() && held.len() < names.len() && bytes <= 400_000, "{held:?}");
        for name in names.iter().chain(&names) {
            let view = bases::read(&world.context, &world.knowledge, name, At::Newest).await.unwrap();
            assert_eq!((view.version, view.space.len()), (1, 602));
            bases::read(&world.context, &world.knowledge, name, At::Version(0)).await.unwrap();
        }
        let held = world.knowledge.held();
        assert!(held.iter().map(|one| one.bytes).sum::<u64>() <= 400_000, "{held:?}");
    }
}
