//! A `kubectl` of the test: a script that answers from files and writes down how it was called.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Result;
use chrono::DateTime;
use oriel_connectors::kubernetes::{Kubectl, Limits};
use oriel_connectors::{Collection, Progress, Settings, Window, collect};
use oriel_diagnosis::{Knowledge, Options, Source, diagnose};
use tempfile::TempDir;

/// Answers `$answers/$verb-$kind`, else with an empty list; a `.sh` is run instead.
const SCRIPT: &str = r#"#!/bin/sh
here="$(dirname "$0")"
echo "$*" >> "$here/calls"
name="$1-$2"
[ -f "$here/$name.sh" ] && exec sh "$here/$name.sh"
[ -f "$here/$name" ] && exec cat "$here/$name"
case "$1" in
  get) echo '{"apiVersion":"v1","kind":"List","items":[]}' ;;
  *) echo ok ;;
esac
"#;

const PODS: &str = r#"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod",
  "metadata":{"name":"basket-7c9d6b5f48-9hzr7","namespace":"shop","labels":{"app":"basket"},
    "ownerReferences":[{"kind":"ReplicaSet","name":"basket-7c9d6b5f48"}]},
  "spec":{"nodeName":"w1","containers":[{"name":"app","image":"basket:1","resources":{"limits":{"memory":"64Mi"}}}]},
  "status":{"phase":"Running","containerStatuses":[{"name":"app","ready":false,"restartCount":6,"image":"basket:1",
    "state":{"waiting":{"reason":"CrashLoopBackOff"}},
    "lastState":{"terminated":{"reason":"OOMKilled","exitCode":137}}}]}}]}"#;

fn fake(answers: &[(&str, &str)]) -> Result<(TempDir, Settings)> {
    let directory = tempfile::tempdir()?;
    let program = directory.path().join("kubectl");
    fs::write(&program, SCRIPT)?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    for (name, text) in answers {
        fs::write(directory.path().join(name), text)?;
    }
    let mut settings = Settings::default();
    settings.kubernetes.enabled = true;
    settings.kubernetes.kubectl = program;
    settings.kubernetes.namespace = "shop".into();
    Ok((directory, settings))
}

async fn collected(settings: &Settings) -> Collection {
    let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
    let window = Window::new(at(1_777_888_800), at(1_777_892_400), None).unwrap();
    collect(settings, &window, &Progress::silent()).await
}

fn calls(directory: &Path) -> Vec<String> {
    fs::read_to_string(directory.join("calls")).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_state_of_a_namespace_is_taken_and_diagnosed() -> Result<()> {
    let (directory, settings) =
        fake(&[("get-pods", PODS), ("logs-basket-7c9d6b5f48-9hzr7", "starting\n$ not a command\nout of memory\n")])?;
    let collection = collected(&settings).await;
    assert_eq!(collection.left_out, []);
    let log = collection.files().iter().find(|file| file.path.contains("previous")).unwrap();
    let log = String::from_utf8_lossy(&log.bytes).into_owned();
    assert!(log.starts_with("$ kubectl logs basket-7c9d6b5f48-9hzr7 -n shop -c app --tail=1000 --previous\n"), "{log}");
    assert!(log.contains("\n $ not a command\n"), "{log}");

    let diagnosis = diagnose(
        &Source::ArchiveBytes(collection.archive()?),
        &Knowledge::shipped()?,
        &Options::default(),
        &mut |_| {},
    )?;
    let first = diagnosis.verdict.hypotheses.first().unwrap();
    assert_eq!((first.entity.as_str(), first.cause.as_str()), ("service/basket", "out-of-memory"));

    let calls = calls(directory.path());
    for call in &calls {
        let verb = call.split(' ').next().unwrap();
        assert!(["get", "describe", "logs", "version"].contains(&verb), "{call}");
        assert!(!(call.contains("secrets") && call.contains("json")), "the contents of secrets were asked for: {call}");
    }
    assert!(calls.iter().any(|call| call.starts_with("get deployments -n shop -o json")), "{calls:?}");
    assert!(calls.iter().any(|call| call.starts_with("get nodes -o json")), "{calls:?}");
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_read_is_stated_and_the_rest_is_taken() -> Result<()> {
    let refusal = "echo 'Error from server (Forbidden): nodes is forbidden' >&2; exit 1";
    let (_directory, settings) = fake(&[("get-pods", PODS), ("get-nodes.sh", refusal)])?;
    let collection = collected(&settings).await;
    let said: Vec<_> = collection.left_out.iter().map(|left| (left.source.as_str(), left.reason.as_str())).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].0.contains("get nodes") && said[0].1.contains("Forbidden"), "{said:?}");
    assert!(!collection.files().iter().any(|file| file.path.contains("get-nodes")));
    assert!(collection.files().iter().any(|file| file.path == "kubernetes/get-pods-shop-json.txt"));
    Ok(())
}

#[tokio::test]
async fn a_call_that_does_not_end_is_ended_and_a_cluster_that_is_away_is_said_once() -> Result<()> {
    let (_directory, mut settings) = fake(&[("get-events.sh", "exec sleep 600")])?;
    settings.kubernetes.timeout_seconds = 1.try_into()?;
    let collection = collected(&settings).await;
    assert_eq!(collection.left_out.len(), 1, "{:?}", collection.left_out);
    assert!(collection.left_out[0].reason.contains("connectors.kubernetes.timeout_seconds"));

    let away = "echo 'The connection to the server was refused' >&2; exit 1";
    let (directory, settings) = fake(&[("version---request-timeout=30s.sh", away)])?;
    let gone = collected(&settings).await;
    assert!(!gone.sources[0].reached);
    assert_eq!(gone.left_out.len(), 1);
    assert!(gone.left_out[0].reason.contains("was refused"), "{:?}", gone.left_out);
    assert_eq!(calls(directory.path()).len(), 1);
    let mut missing = settings.clone();
    missing.kubernetes.kubectl = "/nowhere/kubectl".into();
    let missing = collected(&missing).await;
    assert_eq!(missing.left_out.len(), 1);
    assert!(missing.left_out[0].reason.contains("connectors.kubernetes.kubectl"), "{:?}", missing.left_out);
    Ok(())
}

#[tokio::test]
async fn nothing_that_changes_a_cluster_is_ever_called() -> Result<()> {
    let (directory, settings) = fake(&[])?;
    let kubectl = Kubectl::new(&settings.kubernetes, Limits::QUESTION)?;
    for call in [&["delete", "pods", "--all"][..], &["exec", "x"], &["apply"], &["--v=9", "delete"], &[]] {
        assert!(kubectl.run(call).await.is_err(), "{call:?}");
    }
    assert!(!directory.path().join("calls").exists());
    for namespace in ["--all", "a b", "Shop", "-n"] {
        let mut settings = settings.kubernetes.clone();
        settings.namespace = namespace.to_owned();
        assert!(Kubectl::new(&settings, Limits::QUESTION).is_err(), "{namespace}");
    }
    Ok(())
}
