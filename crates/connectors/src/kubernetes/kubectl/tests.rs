//! With a `kubectl` of the test: one that hangs, floods, fails, complains, leaves something behind, or is not there.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::*;

const LONG: Duration = Duration::from_mins(1);

struct Fake {
    directory: tempfile::TempDir,
    kubectl: Kubectl,
}

impl Fake {
    fn new(script: &str, time: Duration) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let program = directory.path().join("kubectl");
        std::fs::write(&program, format!("#!/bin/sh\nhere='{}'\n{script}\n", directory.path().display())).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let settings = KubernetesSettings { kubectl: program, ..KubernetesSettings::default() };
        let limits = Limits { time, bytes: 1 << 20 };
        Self { kubectl: Kubectl::new(&settings, limits).unwrap(), directory }
    }

    async fn pods(&self) -> Result<Output, CallError> {
        self.kubectl.run(&["get", "pods"]).await
    }

    fn noted(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }
}

/// Whether the process whose number stands in `file` is there and no zombie.
fn runs(file: &Path) -> bool {
    let number = std::fs::read_to_string(file).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/stat", number.trim())).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}

async fn ends(file: &Path) -> bool {
    for _ in 0..200 {
        if !runs(file) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test]
async fn what_it_prints_and_how_it_ended_are_told() {
    let fine = Fake::new("echo NAME; echo 'No resources' >&2", LONG).pods().await.unwrap();
    assert_eq!(
        (fine.success, fine.stdout.as_slice(), fine.stderr.as_slice()),
        (true, &b"NAME\n"[..], &b"No resources\n"[..])
    );
    assert_eq!(fine.failure(), None);
    let failed = Fake::new("echo half; echo 'error: boom' >&2; exit 3", LONG).pods().await.unwrap();
    assert_eq!(failed.failure(), Some(Failure::Other("boom".to_owned())));
}

#[tokio::test]
async fn one_that_hangs_is_ended_with_all_that_it_started() {
    let fake = Fake::new("sleep 600 & echo $! > \"$here/child\"; trap '' TERM; wait", Duration::from_millis(500));
    let started = Instant::now();
    let late = fake.pods().await.unwrap_err();
    assert_eq!(late.to_string(), "`kubectl get pods` did not end within 1 s");
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(ends(&fake.noted("child")).await, "what it started was left running");
}

#[tokio::test]
async fn one_that_floods_is_cut_and_ended() {
    let fake =
        Fake::new("echo $$ > \"$here/own\"; trap '' PIPE; while :; do echo xxxxxxxxxxxxxxxxxxxxxxxx; done", LONG);
    let flood = fake.pods().await.unwrap();
    assert!(flood.cut && flood.success && flood.stdout.len() == 1 << 20);
    assert!(ends(&fake.noted("own")).await);
    // Complaints without end do not keep it from answering; only their beginning is kept.
    let noisy = Fake::new("head -c 900000 /dev/zero >&2; echo NAME", LONG).pods().await.unwrap();
    assert_eq!((noisy.stdout.as_slice(), noisy.stderr.len()), (&b"NAME\n"[..], STDERR_BYTES));
}

#[tokio::test]
async fn what_holds_the_pipe_open_is_not_waited_for() {
    let fake = Fake::new("sleep 600 & echo $! > \"$here/child\"; echo NAME", LONG);
    let started = Instant::now();
    let output = fake.pods().await.unwrap();
    assert_eq!((output.success, output.stdout.as_slice()), (true, &b"NAME\n"[..]));
    assert!(started.elapsed() < Duration::from_secs(20));
    assert!(ends(&fake.noted("child")).await);
}

#[tokio::test]
async fn nothing_runs_on_when_nobody_waits_any_more() {
    let fake = Fake::new("echo $$ > \"$here/own\"; sleep 600", LONG);
    let file = fake.noted("own");
    {
        let call = fake.pods();
        tokio::pin!(call);
        for _ in 0..500 {
            tokio::select! {
                _ = &mut call => panic!("it ended"),
                () = tokio::time::sleep(Duration::from_millis(10)) => {}
            }
            if std::fs::read_to_string(&file).is_ok_and(|number| !number.is_empty()) {
                break;
            }
        }
    }
    assert!(ends(&file).await);
}

#[tokio::test]
async fn one_that_is_not_there_or_is_no_program_is_named() {
    let settings = |kubectl: &str| KubernetesSettings { kubectl: kubectl.into(), ..KubernetesSettings::default() };
    let missing = Kubectl::new(&settings("/nowhere/kubectl"), Limits::QUESTION).unwrap();
    let said = missing.run(&["get", "pods"]).await.unwrap_err();
    assert_eq!(said.to_string(), "/nowhere/kubectl was not found");
    let directory = Kubectl::new(&settings("/tmp"), Limits::QUESTION).unwrap();
    let said = directory.run(&["get", "pods"]).await.unwrap_err().to_string();
    assert!(said.starts_with("/tmp cannot be run: "), "{said}");
}

#[tokio::test]
async fn it_is_led_by_the_settings_and_words_stay_words() {
    let fake = Fake::new("printf '%s\\n' \"$@\"", LONG);
    let mut kubectl = fake.kubectl.clone();
    kubectl.context = "blue".to_owned();
    kubectl.kubeconfig = "/k".into();
    let output = kubectl.run(&["get", "pods", "-l", "app=a;reboot $(x)"]).await.unwrap();
    let words = "get\npods\n-l\napp=a;reboot $(x)\n--context=blue\n--kubeconfig=/k\n--request-timeout=60s\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), words);
}

#[test]
fn only_what_looks_is_called() {
    for call in [
        &["get", "pods"][..],
        &["version"],
        &["apply", "view-last-applied", "deployment/web"],
        &["events", "-n", "shop"],
    ] {
        assert!(allowed(call).is_ok(), "{call:?}");
    }
    for call in [
        &[][..],
        &["delete", "pods", "--all"],
        &["apply"],
        &["apply", "-f", "x"],
        &["exec", "x"],
        &["--v=9", "delete"],
        &["get", "--raw=/api"],
        &["get", "pods", "--kubeconfig=/etc/x"],
        &["get", "pods", "-w"],
        &["logs", "web", "-f"],
        &["get", "pods", ""],
        &["get", "pods\n"],
    ] {
        assert!(matches!(allowed(call), Err(CallError::NotReading { .. })), "{call:?}");
    }
}
