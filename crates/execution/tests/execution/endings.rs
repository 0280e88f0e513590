//! How commands end, and that what is recorded says so.

use oriel_execution::output::Selection;
use oriel_model::{RunStatus, TaskStatus};

use crate::fixture::{Fixture, end, runs as process_runs, sleep_of_its_own, until_runs};

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_and_both_streams_are_recorded() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let run = fixture.start("echo out; echo err >&2; exit 3", &[target], 60).await;
    assert_eq!(run.run.status, RunStatus::Queued);
    let detail = fixture.ended(run.run.id).await;
    let task = &detail.tasks[0];
    assert_eq!((detail.run.status, task.status, task.exit_code), (RunStatus::Failed, TaskStatus::Failed, Some(3)));
    assert_eq!((task.stdout_bytes, task.stderr_bytes, &task.error), (4, 4, &None));
    assert!(task.started_at.unwrap() <= task.finished_at.unwrap());
    assert!(detail.run.started_at.is_some() && detail.run.finished_at.is_some());
    assert_eq!(fixture.text(task.id, Selection::Stdout).await, "out\n");
    assert_eq!(fixture.text(task.id, Selection::Stderr).await, "err\n");

    let task = fixture.run("true", target).await;
    assert_eq!((task.status, task.exit_code, task.error), (TaskStatus::Succeeded, Some(0), None));
    let task = fixture.run("no-such-command-anywhere", target).await;
    assert_eq!((task.status, task.exit_code), (TaskStatus::Failed, Some(127)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_arrives_as_it_was_written() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let command = "printf '%s|' \"it's\" 'a\\b' '!x' '$HOME' `echo sub` \"$#\"\n# a comment\ncat <<'END'\ntwo\n  lines $HOME \\ \nEND\n\
                   printf 'héllo 日本'; cat; readlink /proc/self/fd/0";
    let task = fixture.run(command, target).await;
    let expected = "it's|a\\b|!x|$HOME|sub|0|two\n  lines $HOME \\ \nhéllo 日本/dev/null\n";
    assert_eq!(fixture.text(task.id, Selection::All).await, expected);

    let long = format!("x={}; printf %s \"${{#x}}\"", "y".repeat(60_000));
    let task = fixture.run(&long, target).await;
    assert_eq!(fixture.text(task.id, Selection::All).await, "60000");
    let task = fixture.run("if then", target).await;
    assert_eq!(task.status, TaskStatus::Failed);
    assert!(fixture.text(task.id, Selection::Stderr).await.contains("yntax error"));
}

#[tokio::test(flavor = "multi_thread")]
async fn binary_output_and_a_huge_line_arrive_whole() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let all_bytes = "i=0; while [ $i -lt 256 ]; do printf \"\\\\$(printf %03o $i)\"; i=$((i+1)); done";
    let task = fixture.run(all_bytes, target).await;
    assert_eq!(fixture.bytes(task.id, Selection::Stdout).await, (0..=255).collect::<Vec<u8>>());

    let task = fixture.run("head -c 5000000 /dev/zero | tr '\\0' x", target).await;
    assert_eq!(task.stdout_bytes, 5_000_000);
    assert!(fixture.bytes(task.id, Selection::Stdout).await.iter().all(|byte| *byte == b'x'));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_by_signal_is_recorded() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let task = fixture.run("kill -SEGV $$", target).await;
    assert_eq!((task.status, task.signal.as_deref(), task.exit_code), (TaskStatus::Failed, Some("SEGV"), None));
    assert!(task.error.unwrap().contains("SEGV"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_background_process_does_not_hold_up_the_end() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let sleep = sleep_of_its_own("background");
    let task = fixture.run(&format!("{sleep} &"), target).await;
    assert_eq!((task.status, task.exit_code), (TaskStatus::Succeeded, Some(0)));
    assert!(task.error.unwrap().contains("background"));
    // It was meant to stay, and did.
    until_runs(&sleep).await;
    assert!(end(&sleep));
}

#[tokio::test(flavor = "multi_thread")]
async fn output_beyond_the_limit_is_discarded_and_that_is_said() {
    let fixture = Fixture::with(&[], |config| config.output_limit = 100_000).await;
    let target = fixture.target("web").await;
    let task = fixture.run("head -c 3000000 /dev/zero; echo done >&2; exit 4", target).await;
    assert_eq!((task.status, task.exit_code, task.stdout_bytes), (TaskStatus::Failed, Some(4), 100_000));
    assert!(task.error.unwrap().contains("limit of 100000 bytes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_login_script_prints_is_output_like_any_other() {
    let login = "ForceCommand printf 'welcome '; eval \"$SSH_ORIGINAL_COMMAND\"";
    let fixture = Fixture::with(&[login], |_| ()).await;
    let target = fixture.target("web").await;
    let sleep = sleep_of_its_own("after a login script");
    let task = fixture.run("printf 'no newline at the end'", target).await;
    assert_eq!(fixture.text(task.id, Selection::All).await, "welcome no newline at the end");
    // What comes before does not get in the way of ending it.
    let run = fixture.start(&format!("echo ready; {sleep}"), &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    oriel_execution::runs::cancel(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    assert_eq!(fixture.ended(run.run.id).await.tasks[0].status, TaskStatus::Cancelled);
    assert!(!process_runs(&sleep));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_answers_with_something_else_is_quoted() {
    let fixture = Fixture::with(&["ForceCommand echo this account is not available; exit 7"], |_| ()).await;
    let target = fixture.target("web").await;
    let task = fixture.run("true", target).await;
    assert_eq!((task.status, task.exit_code), (TaskStatus::Failed, Some(7)));
    assert_eq!(fixture.text(task.id, Selection::All).await, "this account is not available\n");
    let report = oriel_execution::targets::test_connection(&fixture.context, &fixture.execution, target).await.unwrap();
    assert!(!report.ok && report.detail.contains("this account is not available"), "{}", report.detail);
}
