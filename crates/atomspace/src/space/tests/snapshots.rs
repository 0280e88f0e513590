//! Readers beside a writer, with real threads.

use super::ops::{apply, cases, check, made, ops};
use crate::space::{AtomType, Frame, Space, SpaceError, Store, Truth, Value};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

fn assert_send_and_sync<T: Send + Sync>() {}

#[test]
fn all_can_be_shared_between_threads() {
    assert_send_and_sync::<Space>();
    assert_send_and_sync::<Frame>();
    assert_send_and_sync::<Store>();
    assert_send_and_sync::<Value>();
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_snapshot_stays_as_it_was(before in ops(60), after in ops(60)) {
        let mut space = made(&before);
        let snapshot = space.clone();
        let text = snapshot.dump();
        for op in &after {
            apply(&mut space, op);
        }
        prop_assert_eq!(snapshot.dump(), text);
        check(&snapshot);
        check(&space);
    }
}

/// The writer keeps an invariant over many atoms in every update: all accounts together hold as much as before. A reader
/// that saw half of an update would find another sum, and one whose snapshot changed would find two.
#[test]
fn readers_see_whole_updates_while_a_writer_writes() -> Result<(), SpaceError> {
    const ACCOUNTS: usize = 3_000;
    let mut space = Space::new();
    let accounts: Result<Vec<_>, _> = (0..ACCOUNTS).map(|at| space.node(AtomType::CONCEPT, &at.to_string())).collect();
    let accounts = Arc::new(accounts?);
    accounts.iter().try_for_each(|account| space.set_truth(*account, Truth::simple(0.5, 0.25)))?;
    let store = Arc::new(Store::new(space));
    let done = Arc::new(AtomicBool::new(false));
    let (seen, all_seen) = mpsc::channel();
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (store, accounts, done, seen) =
                (Arc::clone(&store), Arc::clone(&accounts), Arc::clone(&done), seen.clone());
            std::thread::spawn(move || {
                let mut versions = 0;
                let mut newest = 0;
                while !done.load(Ordering::Acquire) || versions == 0 {
                    let snapshot = store.snapshot();
                    let sum =
                        || accounts.iter().map(|account| f64::from(snapshot.truth(*account).strength())).sum::<f64>();
                    let (first, lists) = (sum(), snapshot.count_by_type(AtomType::LIST));
                    assert_eq!(first, 0.5 * ACCOUNTS as f64, "half an update was seen");
                    assert!(lists >= newest, "time went backwards");
                    newest = lists;
                    std::thread::yield_now();
                    assert_eq!((sum(), snapshot.count_by_type(AtomType::LIST)), (first, lists), "a snapshot changed");
                    versions += 1;
                    if versions == 3 {
                        let _ = seen.send(());
                    }
                }
                check(&store.snapshot());
            })
        })
        .collect();
    let mut round = 0;
    let mut waiting = 3;
    while round < 100 || waiting > 0 {
        round += 1;
        let (from, to) = (accounts[round * 7 % ACCOUNTS], accounts[(round * 13 + 1) % ACCOUNTS]);
        store.update(|space| {
            let (low, high) = (space.truth(from).strength() - 0.125, space.truth(to).strength() + 0.125);
            if from != to && low >= 0.0 && high <= 1.0 {
                space.set_truth(from, Truth::simple(low, 0.25))?;
                space.set_truth(to, Truth::simple(high, 0.25))?;
            }
            let number = space.number(round as f64)?;
            space.link(AtomType::LIST, &[from, number])
        })?;
        waiting -= all_seen.try_iter().count();
    }
    done.store(true, Ordering::Release);
    for reader in readers {
        reader.join().expect("the reader found nothing wrong");
    }
    assert_eq!(store.snapshot().count_by_type(AtomType::LIST), round);
    Ok(())
}

#[test]
fn an_update_that_panics_publishes_nothing() {
    let store = Arc::new(Store::default());
    let writer = Arc::clone(&store);
    let panicked = std::thread::spawn(move || {
        let _ = writer.update(|space| {
            space.node(AtomType::CONCEPT, "half")?;
            panic!("in the middle");
            #[expect(unreachable_code, reason = "gives the closure its type")]
            Ok::<(), SpaceError>(())
        });
    })
    .join();
    assert!(panicked.is_err() && store.snapshot().is_empty());
    store.update(|space| space.node(AtomType::CONCEPT, "whole")).expect("the store goes on");
    assert_eq!(store.snapshot().len(), 1);
}
