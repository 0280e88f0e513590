//! Laws: whatever is done, nothing is made or lost, nothing is owed, and it is the same each time.

use super::{FUNDS, open};
use crate::attention::{Bank, Settings};
use crate::query::Cancel;
use crate::space::{AtomType, Handle, Space};
use proptest::prelude::*;

/// Something that is done to a space and its bank.
#[derive(Clone, Debug)]
enum Act {
    Stimulate(usize, u32),
    Use(usize, u32),
    Wages,
    Learn,
    Spread,
    Rent,
    Tick,
    Forget(usize),
    Protect(usize),
    Release(usize),
    Add(usize, usize, bool),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (0_usize..20, 0_u32..4_000).prop_map(|(at, units)| Act::Stimulate(at, units)),
        3 => (0_usize..20, 1_u32..90).prop_map(|(at, times)| Act::Use(at, times)),
        1 => Just(Act::Wages),
        1 => Just(Act::Learn),
        2 => Just(Act::Spread),
        1 => Just(Act::Rent),
        3 => Just(Act::Tick),
        1 => (0_usize..30).prop_map(Act::Forget),
        1 => (0_usize..20).prop_map(Act::Protect),
        1 => (0_usize..20).prop_map(Act::Release),
        3 => (0_usize..20, 0_usize..20, any::<bool>()).prop_map(|(one, two, set)| Act::Add(one, two, set)),
    ];
    prop::collection::vec(act, 1..40)
}

fn settings() -> impl Strategy<Value = Settings> {
    (0_usize..8, 0_u32..500, 0.0..=1.0, 0.0..=1.0, 0.0..=1.0, 0.01..=1.0, 0_usize..4).prop_map(
        |(focus, sti_wage, sti_rent, spread, hebbian, learning, fan)| Settings {
            focus,
            sti_wage,
            sti_rent,
            spread,
            hebbian,
            learning,
            fan,
            ..Settings::default()
        },
    )
}

fn act(space: &mut Space, bank: &mut Bank, act: &Act) {
    let atoms: Vec<Handle> = space.handles().collect();
    let atom = |at: &usize| atoms.get(at % atoms.len().max(1)).copied();
    let done = match act {
        Act::Stimulate(at, units) => atom(at).map_or(Ok(()), |atom| bank.stimulate(space, atom, *units).map(|_| ())),
        Act::Use(at, times) => {
            if let Some(atom) = atom(at) {
                bank.used(atom, *times);
            }
            Ok(())
        }
        Act::Wages => bank.pay_wages(space),
        Act::Learn => bank.learn(space).map(|_| ()),
        Act::Spread => bank.spread(space),
        Act::Rent => bank.collect_rent(space),
        Act::Tick => bank.tick(space),
        Act::Forget(budget) => bank.forget(space, *budget, &Cancel::new()).map(|_| ()),
        Act::Protect(at) => atom(at).map_or(Ok(()), |atom| Bank::protect(space, atom)),
        Act::Release(at) => atom(at).map_or(Ok(()), |atom| Bank::release(space, atom)),
        Act::Add(one, two, set) => {
            if let (Some(one), Some(two)) = (atom(one), atom(two)) {
                space.link(if *set { AtomType::SET } else { AtomType::LIST }, &[one, two]).expect("room");
            }
            Ok(())
        }
    };
    done.expect("in range");
}

fn begun(settings: Settings) -> (Space, Bank) {
    let mut space = Space::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        space.node(AtomType::CONCEPT, name).expect("room");
    }
    let bank = open(&mut space, settings);
    (space, bank)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_made_or_lost_and_nothing_is_owed(acts in acts(), settings in settings()) {
        let (mut space, mut bank) = begun(settings);
        for one in &acts {
            let protected: Vec<Handle> =
                space.attended().filter(|(_, attention)| attention.vlti > 0).map(|(atom, _)| atom).collect();
            act(&mut space, &mut bank, one);
            prop_assert_eq!(bank.counted(&space), FUNDS, "{:?}", one);
            prop_assert!(bank.reserve().sti >= 0 && bank.reserve().lti >= 0);
            for (_, attention) in space.attended() {
                prop_assert!(attention.sti >= 0.0 && attention.sti.fract() == 0.0, "{:?}", attention);
                prop_assert!(attention.lti >= 0.0 && attention.lti.fract() == 0.0, "{:?}", attention);
            }
            prop_assert!(protected.iter().all(|atom| space.contains(*atom)));
            // Whatever is left is whole: what a link joins is there.
            prop_assert!(space.handles().all(|atom| space.outgoing(atom).iter().all(|part| space.contains(*part))));
        }
    }

    #[test]
    fn the_same_acts_give_the_same(acts in acts(), settings in settings()) {
        let run = || {
            let (mut space, mut bank) = begun(settings);
            for one in &acts {
                act(&mut space, &mut bank, one);
            }
            (space.dump(), bank.reserve())
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn forgetting_keeps_to_the_budget_where_it_can(acts in acts(), budget in 0_usize..20) {
        let (mut space, mut bank) = begun(Settings::default());
        for one in &acts {
            act(&mut space, &mut bank, one);
        }
        let forgotten = bank.forget(&mut space, budget, &Cancel::new()).expect("in range");
        prop_assert_eq!(space.len().saturating_sub(budget), forgotten.over);
        // What is over is protected, or needed by what is.
        let mut needed: Vec<Handle> =
            space.attended().filter(|(_, attention)| attention.vlti > 0).map(|(atom, _)| atom).collect();
        let mut at = 0;
        while at < needed.len() {
            needed.extend_from_slice(space.outgoing(needed[at]));
            at += 1;
        }
        prop_assert!(forgotten.over == 0 || space.handles().all(|atom| needed.contains(&atom)));
    }
}
