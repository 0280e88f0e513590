//! Backups: a base as a file, and whatever is wrong with the file is noticed before anything is written.

use std::io::Cursor;
use std::pin::Pin;
use std::task::{Context, Poll};

use oriel_knowledge::bases::{self, At};
use oriel_knowledge::{Change, KnowledgeBase, KnowledgeError, Result, Settings, backup};
use oriel_model::{KnowledgeBaseId, PageRequest};
use oriel_storage::{Database, NewKnowledgeBase, NewKnowledgeChange, Repositories as _};
use oriel_testkit::on_each_database;
use sea_orm::ConnectionTrait as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

use crate::fixture::{World, call};

/// What must not be read.
struct Never;

impl AsyncRead for Never {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        panic!("it was read")
    }
}

/// A client that goes away.
struct Fails;

impl AsyncRead for Fails {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Err(std::io::ErrorKind::ConnectionReset.into()))
    }
}

async fn written(world: &World, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    backup::write(&world.context, &world.knowledge, name, &mut bytes, &mut |_, _| {}).await.unwrap();
    bytes
}

async fn restored(world: &World, bytes: &[u8], name: Option<&str>) -> Result<KnowledgeBase> {
    let mut from = Cursor::new(bytes.to_vec());
    backup::restore(&world.context, &world.knowledge, &mut from, name, &mut |_, _| {}).await
}

async fn shop(database: Database) -> World {
    let world = World::new(database).await;
    world.create("shop").await;
    world.add("shop", &call(1, 2)).await;
    world.add("shop", &(2..40).map(|number| call(number, number + 1)).collect::<String>()).await;
    world.apply("shop", Change::remove("(Concept \"s3\")", true)).await.unwrap();
    world
}

on_each_database! {
    async fn a_restored_base_has_every_version_and_the_same_hashes(database: Database) {
        let world = shop(database).await;
        let bytes = written(&world, "shop").await;
        let copy = restored(&world, &bytes, Some("copy")).await.unwrap();
        let shop = bases::get(&world.context, &world.knowledge, "shop").await.unwrap();
        assert_eq!((copy.version, &copy.head, copy.created_at), (3, &shop.head, shop.created_at));
        for version in 0..=3 {
            let at = At::Version(version);
            assert_eq!(world.dump("copy", at).await, world.dump("shop", at).await);
        }
        let history = |name| bases::history(&world.context, &world.knowledge, name, PageRequest::first());
        assert_eq!(history("copy").await.unwrap(), history("shop").await.unwrap());
        assert!(bases::validate(&world.context, &world.knowledge, "copy", false, &mut |_, _| {}).await.unwrap().is_sound());
        world.add("copy", &call(90, 91)).await;
        assert!(written(&world, "copy").await.len() > bytes.len());

        let error = restored(&world, &bytes, None).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::NameTaken { .. }), "{error}");
        world.create("empty").await;
        assert_eq!(restored(&world, &written(&world, "empty").await, Some("none")).await.unwrap().version, 0);
    }

    async fn a_name_that_is_taken_is_told_before_the_backup_is_read(database: Database) {
        let world = shop(database).await;
        // Damaged from the third line on, which is not reached.
        let bytes = written(&world, "shop").await.split(|byte| *byte == b'\n').take(2).fold(Vec::new(), |all, line| [&all[..], line, b"\n"].concat());
        for (name, expected) in [(None, "another name"), (Some("shop"), "another name"), (Some("Shop"), "name: use a-z"), (Some("copy"), "ends too early")] {
            let error = restored(&world, &bytes, name).await.unwrap_err();
            assert!(error.to_string().contains(expected), "{name:?}: {error}");
        }
        // Of what comes in not a byte is read.
        for (name, expected) in [("shop", "another name"), ("Shop", "name: use a-z")] {
            let error = backup::receive(&world.context, &world.knowledge, &mut Never, name).await.unwrap_err();
            assert!(error.to_string().contains(expected), "{name}: {error}");
        }
    }

    async fn what_is_sent_in_becomes_a_base_or_nothing(database: Database) {
        let settings = Settings { backup_bytes: 20_000, ..Settings::default() };
        let mut world = World::with(database, settings).await;
        let uploads = tempfile::tempdir().unwrap();
        world.settings.uploads = Some(uploads.path().to_owned());
        let knowledge = world.restarted().await;
        world.create("shop").await;
        world.add("shop", &call(1, 2)).await;
        let bytes = written(&world, "shop").await;
        let long = vec![b'x'; 20_001];
        let receive = async |from: &mut (dyn AsyncRead + Send + Unpin)| {
            backup::receive(&world.context, &knowledge, from, "copy").await
        };
        let broken = &mut (&bytes[..]).chain(Fails);
        for (from, says) in [
            (broken as &mut (dyn AsyncRead + Send + Unpin), "broke off; nothing was restored"),
            (&mut &long[..], "more than 20000 bytes"),
            (&mut &bytes[..100], "ends too early"),
        ] {
            let error = receive(from).await.unwrap_err();
            assert!(error.to_string().contains(says), "{says}: {error}");
            assert_eq!(std::fs::read_dir(uploads.path()).unwrap().count(), 0);
        }
        let made = receive(&mut &bytes[..]).await.unwrap();
        assert_eq!((made.name.as_str(), made.version), ("copy", 1));
        assert_eq!(world.dump("copy", At::Newest).await, world.dump("shop", At::Newest).await);
        assert_eq!(std::fs::read_dir(uploads.path()).unwrap().count(), 0);
    }

    async fn a_cut_backup_restores_nothing(database: Database) {
        let world = shop(database).await;
        let bytes = written(&world, "shop").await;
        for end in 0..bytes.len() {
            let error = restored(&world, &bytes[..end], Some("copy")).await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Backup(_)), "{end} of {}: {error}", bytes.len());
        }
        let error = restored(&world, &[&bytes[..], b"x"].concat(), Some("copy")).await.unwrap_err();
        assert!(error.to_string().contains("after its end"), "{error}");
        let error = bases::get(&world.context, &world.knowledge, "copy").await.unwrap_err();
        assert!(matches!(error, KnowledgeError::NotFound { .. }), "{error}");
    }

    async fn an_altered_backup_restores_nothing(database: Database) {
        let world = shop(database).await;
        let bytes = written(&world, "shop").await;
        for at in (0..bytes.len()).step_by(3) {
            let mut altered = bytes.clone();
            altered[at] ^= 0x10;
            let error = restored(&world, &altered, Some("copy")).await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Backup(_)), "byte {at}: {error}");
        }
    }

    async fn a_backup_that_claims_much_takes_no_memory_for_it(database: Database) {
        let world = shop(database).await;
        let header = written(&world, "shop").await.split(|byte| *byte == b'\n').take(2).fold(Vec::new(), |all, line| [&all[..], line, b"\n"].concat());
        for (rest, says) in [
            ("change 10 1073741824\n{}", "ends too early"),
            ("change 1048577 1\n", "larger than any"),
            ("change 10 99999999999999\n", "larger than any"),
            ("change -1 1\n", "no number"),
            ("end 0 0\n", "does not fit"),
        ] {
            let error = restored(&world, &[&header[..], rest.as_bytes()].concat(), Some("copy")).await.unwrap_err();
            assert!(error.to_string().contains(says), "{rest}: {error}");
        }
    }

    async fn a_damaged_base_is_not_backed_up_and_the_old_file_stays(database: Database, url: Url) {
        let world = shop(database).await;
        let path = world.directory.path().join("shop.backup");
        let raw = sea_orm::Database::connect(url).await.unwrap();
        let head = bases::get(&world.context, &world.knowledge, "shop").await.unwrap().head;
        for (harm, undo, at) in [
            ("UPDATE knowledge_changes SET note = 'other' WHERE version = 2", "UPDATE knowledge_changes SET note = 'a test'", 2),
            ("UPDATE knowledge_changes SET size_bytes = 7 WHERE version = 3", "UPDATE knowledge_changes SET size_bytes = length(data)", 3),
            ("UPDATE knowledge_bases SET head = 'x'", &format!("UPDATE knowledge_bases SET head = '{head}'"), 3),
            ("UPDATE knowledge_changes SET version = 9 WHERE version = 1", "UPDATE knowledge_changes SET version = 1 WHERE version = 9", 1),
        ] {
            std::fs::write(&path, "the old one").unwrap();
            raw.execute_unprepared(harm).await.unwrap();
            let error = backup::to_file(&world.context, &world.knowledge, "shop", &path, &mut |_, _| {}).await.unwrap_err();
            let version = if let KnowledgeError::Damaged { version, .. } = &error { *version } else { 0 };
            assert_eq!(version, at, "{harm}: {error}");
            assert_eq!(std::fs::read(&path).unwrap(), b"the old one", "{harm}");
            raw.execute_unprepared(undo).await.unwrap();
            backup::to_file(&world.context, &world.knowledge, "shop", &path, &mut |_, _| {}).await.unwrap();
        }
        raw.close().await.unwrap();
    }

    async fn what_no_base_takes_is_not_restored(database: Database) {
        let world = World::new(database).await;
        let deep = format!("{}{}", "(List ".repeat(20_000), ")".repeat(20_000));
        for (name, description, note, text, atoms, says) in [
            ("wordy", "x".repeat(10_001), "", "(Number 1)", 1, "description: it is longer than 10000"),
            ("noted", String::new(), &*"x".repeat(10_001), "(Number 1)", 1, "note: it is longer than 10000"),
            ("deep", String::new(), "", &*deep, 20_000, "brackets are open"),
        ] {
            let (id, at) = (KnowledgeBaseId::generate(world.context.clock()), world.context.now());
            let new = NewKnowledgeBase { id, name: name.to_owned(), description, created_by: None, at };
            let base = world.database.knowledge().create(new).await.unwrap();
            let data = Change::add(text).encode().unwrap();
            let (actor, kind) = (world.context.actor(), "apply".to_owned());
            let new = NewKnowledgeChange { actor, at, kind, note: note.to_owned(), data, atoms };
            let transaction = world.database.begin().await.unwrap();
            transaction.append_knowledge(id, (0, &base.head), new).await.unwrap();
            transaction.commit().await.unwrap();
            let error = restored(&world, &written(&world, name).await, Some("copy")).await.unwrap_err();
            assert!(error.to_string().contains(says), "{name}: {error}");
        }
    }

    async fn a_file_is_there_when_it_is_whole(database: Database) {
        let world = shop(database).await;
        let path = world.directory.path().join("shop.backup");
        let mut told = Vec::new();
        let mut progress = |done, of| told.push((done, of));
        backup::to_file(&world.context, &world.knowledge, "shop", &path, &mut progress).await.unwrap();
        assert_eq!(told.last(), Some(&(3, 3)));
        assert_eq!(std::fs::read(&path).unwrap(), written(&world, "shop").await);
        let mut file = tokio::fs::File::open(&path).await.unwrap();
        backup::restore(&world.context, &world.knowledge, &mut file, Some("copy"), &mut |_, _| {}).await.unwrap();
        let nowhere = world.directory.path().join("none/shop.backup");
        let error = backup::to_file(&world.context, &world.knowledge, "shop", &nowhere, &mut |_, _| {}).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Backup(_)), "{error}");
    }
}
