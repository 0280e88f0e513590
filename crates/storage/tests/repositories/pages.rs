//! Cursors: every list is covered once, also while it grows.

use std::collections::BTreeSet;

use oriel_model::{Limit, PageRequest, Role, TargetId};
use oriel_storage::{AuditFilter, Database, Repositories as _, RunFilter, StorageError};
use oriel_testkit::{clock, on_each_database};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::fixture;

/// All pages of the users with this page size; adds a user after each page.
async fn walk(
    database: &Database,
    limit: u64,
    clock: &oriel_model::ManualClock,
    mut added: usize,
) -> (Vec<String>, usize) {
    let mut request = PageRequest { limit: Limit::new(limit).unwrap(), cursor: None };
    let mut seen = Vec::new();
    loop {
        let page = database.users().list(request).await.unwrap();
        assert!(page.items.len() <= usize::try_from(limit).unwrap());
        seen.extend(page.items.into_iter().map(|user| user.username));
        let Some(next) = page.next_cursor else { return (seen, added) };
        request = request.after(next.to_string().parse().unwrap());
        fixture::user(database, clock, &format!("late-{added}"), Role::Viewer).await;
        added += 1;
    }
}

on_each_database! {
    async fn pages_cover_a_growing_list_once(database: Database) {
        let clock = clock::manual();
        for n in 0..23 {
            fixture::user(&database, &clock, &format!("user-{n}"), Role::Viewer).await;
        }
        let mut added = 0;
        for limit in [1, 2, 7, 22, 23, 24, 200] {
            let expected: Vec<_> = database.users().list(PageRequest { limit: Limit::new(200).unwrap(), cursor: None })
                .await.unwrap().items.into_iter().map(|user| user.username).collect();
            let (seen, now) = walk(&database, limit, &clock, added).await;
            added = now;
            assert_eq!(seen, expected, "limit {limit}");
            if expected.len() > 150 { break }
        }
    }

    async fn any_page_size_covers_runs_and_entries_once(database: Database) {
        let clock = clock::manual();
        let target = TargetId::generate(&clock);
        let mut expected = Vec::new();
        for n in 0..17 {
            let targets: &[TargetId] = if n % 3 == 0 { &[target] } else { &[] };
            let (run, _) = fixture::run(&database, &clock, targets).await;
            fixture::append(&database, &clock, "ada", "thing.do").await;
            if n % 3 == 0 { expected.push(run.id) }
        }
        expected.reverse();
        let handle = tokio::runtime::Handle::current();
        let check = |limit: u64| {
            let limit = Limit::new(limit).unwrap();
            let (mut runs, mut entries) = (Vec::new(), BTreeSet::new());
            let mut request = PageRequest { limit, cursor: None };
            loop {
                let filter = RunFilter { target: Some(target), status: None, origin: None };
                let page = handle.block_on(async { database.runs().list(filter, request).await }).unwrap();
                runs.extend(page.items.into_iter().map(|run| run.id));
                let Some(next) = page.next_cursor else { break };
                request = request.after(next);
            }
            let mut request = PageRequest { limit, cursor: None };
            loop {
                let filter = AuditFilter::default();
                let page = handle.block_on(async { database.audit().list(&filter, request).await }).unwrap();
                for entry in page.items {
                    if !entries.insert(entry.seq) { return Err(TestCaseError::fail("seen twice")) }
                }
                let Some(next) = page.next_cursor else { break };
                request = request.after(next);
            }
            if runs != expected || entries != (1..=17).collect() { return Err(TestCaseError::fail("missed")) }
            Ok(())
        };
        tokio::task::block_in_place(|| {
            TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() }).run(&(1_u64..=20), check)
        })
        .unwrap();
    }

    async fn a_cursor_of_another_list_is_refused(database: Database) {
        let request = PageRequest::first().after("s5".parse().unwrap());
        let error = database.users().list(request).await.unwrap_err();
        assert!(matches!(error, StorageError::Invalid { what: "cursor", .. }), "{error}");
        let request = PageRequest::first().after("i0199c1f07a3e7c549d2b1f6f0a3b5c77".parse().unwrap());
        assert!(database.audit().list(&AuditFilter::default(), request).await.is_err());
    }
}
