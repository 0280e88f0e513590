//! What matters in a base, from version to version.

use oriel_knowledge::attention::{self, Attended, Attending, Attention, FUNDS, Stimulus};
use oriel_knowledge::bases::{self, At, Note, Selection, Ways};
use oriel_knowledge::change::Operation;
use oriel_knowledge::{AttentionError, Change, KnowledgeError};
use oriel_model::{PageRequest, Role};
use oriel_storage::Database;
use oriel_testkit::{on_each_database, principal};

use crate::fixture::World;

const SHOP: &str = r#"(Member (Concept "web") (Concept "service")) (Member (Concept "cart") (Concept "service"))
    (List (Concept "cart") (Concept "stock"))"#;

async fn world(database: Database) -> World {
    let world = World::new(database).await;
    world.create("shop").await;
    world.add("shop", SHOP).await;
    world
}

fn stimulate(atom: &str, by: u32) -> Attending {
    Attending { stimulate: vec![Stimulus { atom: atom.to_owned(), by }], limit: 100, ..Attending::default() }
}

async fn attend(world: &World, doing: Attending) -> Result<Attended, KnowledgeError> {
    let done = attention::attend(&world.context, &world.knowledge, "shop", doing, Note::of("a test")).await;
    world.settled().await;
    done
}

async fn told(world: &World, at: At) -> Attention {
    attention::attention(&world.context, &world.knowledge, "shop", (at, 100)).await.unwrap()
}

/// That what atoms hold and the reserve together are the funds.
fn is_conserved(attention: &Attention) -> bool {
    let held = attention.atoms.iter().fold([0, 0], |[sti, lti], one| [sti + one.sti as i64, lti + one.lti as i64]);
    attention.found == attention.atoms.len()
        && (0..2).all(|at| held[at] + attention.reserve[at] == attention.funds[at] && attention.reserve[at] >= 0)
}

fn sti(attention: &Attention, name: &str) -> f32 {
    let atom = format!("(Concept \"{name}\")");
    attention.atoms.iter().find(|one| one.atom == atom).map_or(0.0, |one| one.sti)
}

on_each_database! {
    async fn what_is_important_together_is_no_fact_of_the_two(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        let calls = |from: &str| format!(r#"(Evaluation (stv 1 0.9) (Predicate "calls") (List (Concept "{from}") (Concept "db")))"#);
        world.add("shop", &format!(r#"{} {} (Concept "cart")"#, calls("web"), calls("mail"))).await;
        let both = Attending {
            stimulate: ["web", "cart"].map(|atom| Stimulus { atom: atom.to_owned(), by: 1_000 }).to_vec(),
            ticks: 2,
            ..Attending::default()
        };
        let attended = attend(&world, both).await.unwrap();
        assert!(attended.attention.associations > 0, "{attended:?}");
        let whole = Selection::default();
        let found = bases::related(&world.context, &world.knowledge, "shop", ("web", At::Newest, &whole), (10, true)).await;
        let found = found.unwrap();
        assert!(found.iter().all(|one| !format!("{one:?}").contains("cart")) && !found.is_empty(), "{found:?}");
        let way = bases::path(&world.context, &world.knowledge, "shop", ("web", "cart"), &Ways::default()).await.unwrap();
        assert!(way.is_none(), "{way:?}");
    }

    async fn more_importance_than_an_atom_can_hold_is_counted_as_a_bank_does(database: Database) {
        let world = world(database).await;
        world.add("shop", r#"(Concept "cart" (av 1e19 0 0)) (Concept "web" (av 1e19 -3 0))"#).await;
        let told = told(&world, At::Newest).await;
        let most = 2 * oriel_atomspace::attention::MOST;
        assert_eq!((told.funds, told.reserve), ([most, FUNDS], [0, FUNDS]), "{told:?}");
        let attended = attend(&world, Attending { ticks: 1, limit: 100, ..Attending::default() }).await.unwrap();
        assert!(is_conserved(&attended.attention), "{attended:?}");
    }

    async fn importance_is_given_spreads_and_is_paid_from_the_same_funds(database: Database) {
        let world = world(database).await;
        let nothing = told(&world, At::Newest).await;
        assert_eq!((nothing.found, nothing.funds, nothing.reserve), (0, [FUNDS; 2], [FUNDS; 2]));
        let given = attend(&world, stimulate("cart", 1_000)).await.unwrap();
        assert_eq!((given.given, given.applied.as_ref().map(|applied| applied.version)), (1_000, Some(2)));
        assert_eq!((given.attention.reserve, given.attention.version), ([FUNDS - 1_000, FUNDS], 2));
        let spread = attend(&world, Attending { ticks: 1, limit: 100, ..Attending::default() }).await.unwrap();
        // A fifth goes to the two links that join it, and from what each has a twentieth is rent.
        assert_eq!(sti(&spread.attention, "cart"), 760.0, "{spread:#?}");
        assert!(is_conserved(&spread.attention) && spread.attention.found == 3, "{spread:#?}");
        let used = Attending { used: vec!["web".to_owned(), "web".to_owned()], limit: 100, ..Attending::default() };
        let used = attend(&world, used).await.unwrap();
        let web = used.attention.atoms.iter().find(|one| one.atom == "(Concept \"web\")").unwrap();
        assert_eq!((web.sti, web.lti), (200.0, 20.0), "the wages of two uses");
        assert!(is_conserved(&used.attention));
        // Rounds join what is important together, and nothing is made or lost by any of it.
        let later = attend(&world, Attending { ticks: 12, limit: 1_000, ..Attending::default() }).await.unwrap();
        assert!(later.attention.associations > 0 && is_conserved(&later.attention), "{later:#?}");
        assert_eq!(told(&world, At::Newest).await, later.attention);
        // It is durable, and every version has its own.
        let restarted = world.restarted().await;
        let view = bases::read(&world.context, &restarted, "shop", At::Newest).await.unwrap();
        assert!(view.space.dump().contains("oriel:funds"), "{}", view.space.dump());
        assert_eq!(told(&world, At::Version(2)).await.atoms.len(), 1);
        assert_eq!(told(&world, At::Version(1)).await.found, 0);
    }

    async fn what_others_remove_or_give_goes_to_and_from_the_reserve(database: Database) {
        let world = world(database).await;
        attend(&world, Attending { funds: Some([1_000, 500]), ..stimulate("cart", 600) }).await.unwrap();
        let more = attend(&world, stimulate("web", 600)).await.unwrap();
        assert_eq!((more.given, more.attention.reserve), (400, [0, 500]), "no more is in reserve");
        world.apply("shop", Change::remove("(Concept \"cart\")", true)).await.unwrap();
        let removed = told(&world, At::Newest).await;
        assert_eq!((removed.reserve, removed.funds), ([600, 500], [1_000, 500]), "what it had is in reserve again");
        world.add("shop", "(Concept \"stock\" (av 100 7 0))").await;
        let given = attend(&world, stimulate("web", 1)).await.unwrap();
        assert_eq!(given.attention.reserve, [499, 493]);
        assert!(is_conserved(&given.attention));
        let unset = Change { operations: vec![Operation::UnsetAttention { atom: "(Concept \"stock\")".to_owned() }] };
        world.apply("shop", unset).await.unwrap();
        assert_eq!(told(&world, At::Newest).await.reserve, [599, 500]);
        // More than there is.
        world.add("shop", "(Concept \"stock\" (av 10000 0 0))").await;
        assert_eq!(told(&world, At::Newest).await.reserve[0], 1_000 - 10_000 - 401);
        let error = attend(&world, stimulate("web", 1)).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Attention(AttentionError::Funds { which: "sti", .. })), "{error}");
        let raised = attend(&world, Attending { funds: Some([20_000, 500]), limit: 9, ..Attending::default() }).await.unwrap();
        assert!(is_conserved(&raised.attention) && raised.attention.funds == [20_000, 500], "{raised:#?}");
    }

    async fn the_least_important_are_forgotten_and_the_protected_stay(database: Database) {
        let world = world(database).await;
        let protect = |atom: &str| Attending { protect: vec![atom.to_owned()], limit: 100, ..Attending::default() };
        attend(&world, protect("stock")).await.unwrap();
        attend(&world, Attending { used: vec!["(Member (Concept \"cart\") (Concept \"service\"))".to_owned()], ..Attending::default() }).await.unwrap();
        let atoms = bases::read(&world.context, &world.knowledge, "shop", At::Newest).await.unwrap().space.len();
        assert_eq!(atoms, 8, "seven, and the key of the funds");
        let forgotten = attend(&world, Attending { forget_to: Some(5), limit: 100, ..Attending::default() }).await.unwrap();
        let applied = forgotten.applied.as_ref().unwrap();
        assert_eq!((forgotten.forgotten, forgotten.over, applied.atoms), (3, 0, 5), "{forgotten:#?}");
        let dump = world.dump("shop", At::Newest).await;
        assert!(!dump.contains("web") && dump.contains("(Member ") && dump.contains("stock"), "{dump}");
        assert!(is_conserved(&forgotten.attention));
        // Nothing less than this may go: what is protected, the key, and nothing beside.
        let all = attend(&world, Attending { forget_to: Some(0), limit: 100, ..Attending::default() }).await.unwrap();
        assert_eq!((all.forgotten, all.over, all.attention.reserve), (3, 2, [FUNDS; 2]), "{all:#?}");
        let again = attend(&world, Attending { forget_to: Some(2), limit: 100, ..Attending::default() }).await.unwrap();
        assert!(again.applied.is_none() && again.forgotten == 0);
        let release = Attending { release: vec!["stock".to_owned()], forget_to: Some(1), ..Attending::default() };
        assert_eq!(attend(&world, release).await.unwrap().forgotten, 1);
    }

    async fn what_is_wrong_changes_nothing(database: Database) {
        let world = world(database).await;
        let named = |name: &str| vec![name.to_owned()];
        let other = Attending::default();
        for (doing, wanted) in [
            (other.clone(), "attention"),
            (stimulate("nobody", 1), "stimulate"),
            (stimulate("cart", 0), "by"),
            (stimulate("cart", (1 << 24) + 1), "by"),
            (Attending { used: named("nobody"), ..other.clone() }, "use"),
            (Attending { protect: named("(Conc"), ..other.clone() }, "protect"),
            (Attending { release: named("nobody"), ..other.clone() }, "release"),
            (Attending { ticks: 1_001, ..other.clone() }, "ticks"),
            (Attending { funds: Some([-1, 0]), ..other.clone() }, "funds"),
            (Attending { used: vec!["cart".to_owned(); 1_001], ..other.clone() }, "attention"),
        ] {
            let error = attend(&world, doing.clone()).await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Invalid { field, .. } if field == wanted), "{doing:?}: {error}");
        }
        let idle = attend(&world, Attending { ticks: 3, forget_to: Some(100), ..other }).await.unwrap();
        assert!(idle.applied.is_none() && told(&world, At::Newest).await.version == 1, "{idle:?}");
        let late = Note { expected: Some(0), text: String::new() };
        let late = attention::attend(&world.context, &world.knowledge, "shop", stimulate("cart", 1), late).await;
        assert!(matches!(late, Err(KnowledgeError::Version { expected: 0, found: 1 })), "{late:?}");

        let identity = principal::identity(&world.database);
        let admin = principal::administrator(&world.database, &world.clock).await.unwrap();
        let viewer = principal::user(&identity, &admin, "vera", Role::Viewer).await.unwrap();
        let done = attention::attend(&viewer, &world.knowledge, "shop", stimulate("cart", 1), Note::default()).await;
        assert!(matches!(done, Err(KnowledgeError::Denied(_))));
        assert_eq!(attention::attention(&viewer, &world.knowledge, "shop", (At::Newest, 5)).await.unwrap().found, 0);
        attend(&world, stimulate("cart", 1)).await.unwrap();
        let history = bases::history(&viewer, &world.knowledge, "shop", PageRequest::first()).await.unwrap();
        assert_eq!((history.items[0].kind.as_str(), history.items[0].note.as_str()), ("attention", "a test"));
    }
}
