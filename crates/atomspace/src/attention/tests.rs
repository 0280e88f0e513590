//! Attention: nothing is made or lost, and what is used stays.

mod laws;

use super::{AttentionError, Bank, Forgotten, Funds, HEBBIAN, MOST, Settings};
use crate::query::Cancel;
use crate::query::{Bounds, Query};
use crate::space::{AtomType, Attention, Handle, Space};

const FUNDS: Funds = Funds { sti: 10_000, lti: 10_000 };

fn concept(space: &mut Space, name: &str) -> Handle {
    space.node(AtomType::CONCEPT, name).expect("room")
}

fn open(space: &mut Space, settings: Settings) -> Bank {
    Bank::open(space, FUNDS, settings).expect("in range")
}

fn sti(space: &Space, atom: Handle) -> i64 {
    space.attention(atom).map_or(0, |attention| attention.sti as i64)
}

#[test]
fn uses_earn_wages_and_importance_pays_rent() {
    let mut space = Space::new();
    let (one, two) = (concept(&mut space, "one"), concept(&mut space, "two"));
    let mut bank = open(
        &mut space,
        Settings { sti_wage: 100, lti_wage: 10, sti_rent: 0.05, lti_rent: 0.1, ..Settings::default() },
    );
    bank.used(one, 2);
    bank.used(two, 1);
    bank.used(one, 1);
    bank.pay_wages(&mut space).expect("paid");
    assert_eq!((sti(&space, one), sti(&space, two)), (300, 100));
    assert_eq!(bank.reserve(), Funds { sti: 9_600, lti: 9_960 });
    // They are paid once.
    bank.pay_wages(&mut space).expect("paid");
    bank.collect_rent(&mut space).expect("paid");
    assert_eq!((sti(&space, one), sti(&space, two)), (285, 95));
    assert_eq!(space.attention(one).map(|attention| attention.lti), Some(27.0));
    assert_eq!(bank.counted(&space), FUNDS);
}

#[test]
fn a_reserve_that_does_not_suffice_is_divided() {
    let mut space = Space::new();
    let atoms = ["one", "two", "three"].map(|name| concept(&mut space, name));
    let mut bank = open(&mut space, Settings { sti_wage: 5_000, ..Settings::default() });
    for (atom, times) in atoms.into_iter().zip([1, 2, 2]) {
        bank.used(atom, times);
    }
    bank.pay_wages(&mut space).expect("paid");
    assert_eq!(atoms.map(|atom| sti(&space, atom)), [2_000, 4_000, 4_000]);
    assert_eq!(bank.stimulate(&mut space, atoms[0], 5), Ok(0));
}

#[test]
fn importance_spreads_along_links() {
    let mut space = Space::new();
    let [a, b, c] = ["a", "b", "c"].map(|name| concept(&mut space, name));
    let (ab, ac) =
        (space.link(AtomType::LIST, &[a, b]).expect("room"), space.link(AtomType::LIST, &[a, c]).expect("room"));
    let mut bank = open(&mut space, Settings { spread: 0.5, ..Settings::default() });
    bank.stimulate(&mut space, a, 1_001).expect("there");
    bank.spread(&mut space).expect("spread");
    assert_eq!([a, b, c, ab, ac].map(|atom| sti(&space, atom)), [501, 0, 0, 250, 250]);
    bank.spread(&mut space).expect("spread");
    // The links pass theirs on to both ends, and get from the first.
    assert_eq!([a, b, c, ab, ac].map(|atom| sti(&space, atom)), [251 + 63 + 63, 62, 62, 250, 250]);
}

#[test]
fn what_is_important_together_is_joined_and_parts_again() {
    let mut space = Space::new();
    let [a, b, c] = ["a", "b", "c"].map(|name| concept(&mut space, name));
    let mut bank = open(&mut space, Settings { focus: 2, spread: 0.2, ..Settings::default() });
    for atom in [a, b] {
        bank.stimulate(&mut space, atom, 500).expect("there");
    }
    assert_eq!(bank.learn(&mut space), Ok(1));
    let of = space.types().named(HEBBIAN).expect("declared");
    let link = space.find_link(of, &[b, a]).expect("joined");
    let first = space.truth(link);
    assert_eq!(first.strength(), 1.0);
    for _ in 0..5 {
        assert_eq!(bank.learn(&mut space), Ok(0));
    }
    assert!(space.truth(link).confidence() > first.confidence());

    // Importance goes along the link, though nothing else joins them.
    bank.stimulate(&mut space, a, 400).expect("there");
    bank.spread(&mut space).expect("spread");
    assert_eq!((sti(&space, a), sti(&space, b)), (900 - 180 + 100, 500 - 100 + 180));

    // What is in the focus without the other weakens the link.
    bank.stimulate(&mut space, c, 5_000).expect("there");
    let held = sti(&space, b);
    space.set_attention(b, None).expect("there");
    bank.settle(&space).expect("in range");
    for _ in 0..20 {
        bank.learn(&mut space).expect("learnt");
    }
    assert!(held > 0 && space.truth(link).strength() < 0.5, "{:?}", space.truth(link));
    assert_eq!(bank.counted(&space), FUNDS);
}

#[test]
fn the_least_important_goes_and_what_others_need_stays() {
    let mut space = Space::new();
    let [a, b, c, d, kept] = ["a", "b", "c", "d", "kept"].map(|name| concept(&mut space, name));
    let needed = space.link(AtomType::LIST, &[a, b]).expect("room");
    let key = space.node(AtomType::PREDICATE, "key").expect("room");
    space.set_value(needed, key, 1.0).expect("there");
    let mut bank = open(&mut space, Settings::default());
    Bank::protect(&mut space, kept).expect("there");
    for (atom, lti) in [(c, 5.0), (needed, 9.0)] {
        space.set_attention(atom, Some(Attention { lti, ..Attention::default() })).expect("finite");
    }
    bank.settle(&space).expect("in range");
    // `d` has no importance at all, then comes `c`, then what joins `a` and `b`, and only then those.
    assert_eq!(bank.forget(&mut space, 6, &Cancel::new()), Ok(Forgotten { atoms: 1, over: 0 }));
    assert!(!space.contains(d) && space.contains(c));
    assert_eq!(bank.forget(&mut space, 5, &Cancel::new()), Ok(Forgotten { atoms: 1, over: 0 }));
    assert!(!space.contains(c) && [a, b, needed, kept, key].into_iter().all(|atom| space.contains(atom)));
    assert_eq!(bank.reserve().lti, 10_000 - 9);
    let all = bank.forget(&mut space, 0, &Cancel::new()).expect("forgotten");
    assert!(all.over >= 1 && space.contains(kept) && !space.contains(a), "{all:?}");
    assert_eq!(bank.counted(&space), FUNDS);
    Bank::release(&mut space, kept).expect("there");
    bank.forget(&mut space, 0, &Cancel::new()).expect("forgotten");
    assert!(!space.contains(kept));
}

#[test]
fn nothing_is_forgotten_once_it_is_cancelled() {
    let mut space = Space::new();
    let [a, b] = ["a", "b"].map(|name| concept(&mut space, name));
    let mut bank = open(&mut space, Settings::default());
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(bank.forget(&mut space, 0, &cancel), Ok(Forgotten { atoms: 0, over: 2 }));
    assert!(space.contains(a) && space.contains(b));
}

#[test]
fn what_only_a_hebbian_link_held_may_go_after_it() {
    let mut space = Space::new();
    let [a, b] = ["a", "b"].map(|name| concept(&mut space, name));
    let mut bank = open(&mut space, Settings::default());
    for atom in [a, b] {
        bank.stimulate(&mut space, atom, 100).expect("there");
    }
    bank.learn(&mut space).expect("learnt");
    let of = space.types().named(HEBBIAN).expect("declared");
    let hebbian = space.find_link(of, &[a, b]).expect("joined");
    // Something speaks of the link, and of one of its atoms.
    space.link(AtomType::LIST, &[hebbian, a]).expect("room");
    assert_eq!(bank.forget(&mut space, 0, &Cancel::new()), Ok(Forgotten { atoms: 4, over: 0 }));
}

/// A stream of facts about many topics runs through a space that holds few of them. Someone asks about one topic all the
/// while.
#[test]
fn a_topic_that_is_asked_about_stays_while_a_stream_runs_through() {
    const BUDGET: usize = 400;
    let mut space = Space::new();
    let seen = space.node(AtomType::PREDICATE, "seen").expect("room");
    Bank::protect(&mut space, seen).expect("there");
    let mut bank = open(&mut space, Settings::default());
    let fact = |space: &mut Space, topic: &str, number: usize| {
        let parts = [concept(space, topic), concept(space, &format!("{topic} {number}"))];
        let list = space.link(AtomType::LIST, &parts).expect("room");
        space.link(AtomType::EVALUATION, &[seen, list]).expect("room")
    };
    let billing: Vec<Handle> = (0..10).map(|number| fact(&mut space, "billing", number)).collect();
    let text =
        r#"(Get (Variable "$what") (Evaluation (Predicate "seen") (List (Concept "billing") (Variable "$what"))))"#;
    let query = Query::parse(space.types(), text).expect("a query");
    let mut newest = Vec::new();
    for round in 0..100 {
        newest = (0..50)
            .map(|number| fact(&mut space, &format!("topic {}", (round * 7 + number) % 61), round * 50 + number))
            .collect();
        let found: Vec<Handle> = {
            let prepared = query.prepare(&space).expect("planned");
            prepared.solutions(Bounds::default()).map(|found| found.expect("it ends").atom(0)).collect()
        };
        assert_eq!(found.len(), 10, "round {round}");
        for atom in found {
            for list in space.incoming(atom).collect::<Vec<_>>() {
                space.incoming(list).for_each(|fact| bank.used(fact, 1));
            }
        }
        bank.tick(&mut space).expect("in range");
        bank.forget(&mut space, BUDGET, &Cancel::new()).expect("forgotten");
        assert!(space.len() <= BUDGET && bank.counted(&space) == FUNDS);
    }
    assert!(billing.iter().all(|fact| space.contains(*fact)));
    // What nobody asked about is there as long as it is new.
    assert!(newest.last().is_some_and(|fact| space.contains(*fact)));
    assert!(!space.named("topic 0 0").any(|atom| space.contains(atom)));
}

#[test]
fn what_cannot_be_is_refused() {
    let mut space = Space::new();
    let one = concept(&mut space, "one");
    let settings = Settings { spread: 1.5, ..Settings::default() };
    let error = Bank::open(&mut space, FUNDS, settings).expect_err("refused").to_string();
    assert_eq!(error, "spread is 1.5: it must be from 0 to 1, and learning above 0");
    space.set_attention(one, Some(Attention { sti: 20_000.4, ..Attention::default() })).expect("finite");
    let error = Bank::open(&mut space, FUNDS, Settings::default()).expect_err("refused").to_string();
    assert_eq!(error, "the atoms hold 20000 units of sti, but the funds are 10000: raise the funds");
    space.set_attention(one, Some(Attention { sti: -4.2, lti: 2.6, vlti: 3 })).expect("finite");
    let mut bank = open(&mut space, Settings::default());
    assert_eq!(space.attention(one), Some(Attention { sti: 0.0, lti: 3.0, vlti: 3 }));
    let gone = concept(&mut space, "gone");
    space.remove(gone).expect("free");
    assert_eq!(bank.stimulate(&mut space, gone, 1), Err(AttentionError::NoAtom(gone)));
    let mut rich = Bank::open(&mut space, Funds { sti: 3 * MOST, lti: 10 }, Settings::default()).expect("in range");
    assert_eq!(rich.stimulate(&mut space, one, u32::MAX), Ok(1 << 24));
}
