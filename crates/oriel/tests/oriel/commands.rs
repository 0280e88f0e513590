//! The other commands: their answers, their exit codes, their help.

use anyhow::Result;
use oriel_testkit::app::User;
use serde_json::{Value, json};

use crate::program::{Server, oriel, run, said};

#[test]
fn misuse_is_2_and_failure_is_1() -> Result<()> {
    for arguments in [&[][..], &["boil"], &["serve", "--port", "1"], &["audit"], &["serve", "--listen", "here"]] {
        assert_eq!(run(arguments)?.status.code(), Some(2), "{arguments:?}");
    }
    let empty = tempfile::tempdir()?;
    let data = empty.path().to_str().unwrap();
    for arguments in [
        &["audit", "verify", "--data-dir", data][..],
        &["users", "reset-password", "ada", "--data-dir", data],
        &["serve", "--config", "/nowhere/oriel.toml"],
        &["diagnose", "/nowhere"],
    ] {
        let output = run(arguments)?;
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(std::fs::read_dir(data)?.count(), 0, "a wrong path makes no database");
    Ok(())
}

#[test]
fn a_wrong_value_of_a_flag_is_misuse_and_names_the_flag() -> Result<()> {
    for (arguments, flag, says) in [
        (&["diagnose", "x", "--mode", "telepathic"][..], "--mode", "abductive"),
        (&["diagnose", "--prometheus", "prometheus:9090"], "--prometheus", "http://"),
        (&["collect", "--out", "x", "--loki", "http://u:p@l"], "--loki", "password"),
        (&["collect", "--out", "x", "--kubectl", "--namespace", "Shop"], "--namespace", "lower-case"),
        (&["diagnose", "--prometheus", "http://p", "--since", "1w"], "--since", "90m"),
    ] {
        let output = run(arguments)?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(flag) && errors.contains(says) && !errors.contains("connectors."), "{errors}");
    }
    Ok(())
}

#[test]
fn nothing_to_look_at_is_misuse_and_says_where_evidence_may_come_from() -> Result<()> {
    let empty = tempfile::tempdir()?;
    for (arguments, says) in [(&["diagnose"][..], "--replay"), (&["collect", "--out", "x"], "--prometheus URL")] {
        let output = oriel(arguments).current_dir(empty.path()).output()?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(says) && errors.contains("oriel.toml"), "{errors}");
    }
    // What the configuration names is a source.
    std::fs::write(empty.path().join("oriel.toml"), "[connectors.loki]\nurl = 'http://127.0.0.1:9'\nretries = 0\n")?;
    let output = oriel(&["diagnose"]).current_dir(empty.path()).output()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("connectors.loki.url"), "{errors}");
    Ok(())
}

#[test]
fn a_cause_is_said_once() -> Result<()> {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/checkout-outage");
    for arguments in [&["diagnose", example, "--rules", "/nope"][..], &["rules", "check", "/nope"]] {
        let output = run(arguments)?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(errors.contains("/nope"), "{errors}");
        assert_eq!(errors.matches("os error").count(), 1, "{errors}");
    }
    Ok(())
}

#[test]
fn every_command_explains_itself() -> Result<()> {
    for command in [
        &["serve"][..],
        &["diagnose"],
        &["collect"],
        &["rules"],
        &["audit"],
        &["audit", "verify"],
        &["users"],
        &["users", "reset-password"],
        &["knowledge"],
        &["knowledge", "create"],
        &["knowledge", "list"],
        &["knowledge", "load"],
        &["knowledge", "remove"],
        &["knowledge", "query"],
        &["knowledge", "explain"],
        &["knowledge", "search"],
        &["knowledge", "path"],
        &["knowledge", "related"],
        &["knowledge", "export"],
        &["knowledge", "diff"],
        &["knowledge", "merge"],
        &["knowledge", "history"],
        &["knowledge", "validate"],
        &["knowledge", "backup"],
        &["knowledge", "restore"],
        &["knowledge", "rm"],
        &["completions"],
    ] {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let output = run(&arguments)?;
        assert_eq!(output.status.code(), Some(0), "{command:?}");
        assert!(said(&output).contains("Examples:"), "{command:?} shows no examples");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(said(&run(&["completions", shell])?).contains("oriel"), "{shell}");
    }
    Ok(())
}

#[test]
fn the_configuration_is_printed_and_read_from_everywhere() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("o.toml");
    std::fs::write(
        &file,
        "listen = '127.0.0.1:1'\ndatabase_url = 'postgres://u:secret@h/d'\n[log]\nfilter = 'warn'\n",
    )?;
    let output = oriel(&["serve", "--print-config", "--config", file.to_str().unwrap()])
        .env("ORIEL_LISTEN", "127.0.0.1:2")
        .env("ORIEL_LOG__FORMAT", "json")
        .env("ORIEL_DATA", "not ours")
        .output()?;
    let printed = said(&output);
    assert_eq!(output.status.code(), Some(0), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    for part in ["127.0.0.1:2", "format = \"json\"", "filter = \"warn\"", "u:***@h"] {
        assert!(printed.contains(part), "{part} is not in\n{printed}");
    }
    assert!(!printed.contains("secret"));
    let wrong = oriel(&["serve", "--print-config"]).env("ORIEL_SHUTDOWN__GRACE_SECONDS", "long").output()?;
    assert_eq!(wrong.status.code(), Some(1));
    let error = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(error.contains("shutdown.grace_seconds"), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_password_is_reset_on_the_machine() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().to_str().unwrap();
    let server = Server::start(directory.path())?;
    let admin = server.set_up().await?;
    let output = run(&["users", "reset-password", "ADMIN", "--data-dir", data, "--json"])?;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let reset: Value = serde_json::from_str(&said(&output))?;
    assert_eq!(reset["username"], "admin");
    assert_eq!(admin.get("/session").await?.status(), 401, "the sessions have ended");
    let nobody = User::new(&server.url, None)?;
    let credentials = json!({"username": "admin", "password": reset["password"]});
    assert_eq!(nobody.post("/session", &credentials).await?.status(), 200);
    let unknown = run(&["users", "reset-password", "eve", "--data-dir", data])?;
    assert_eq!(unknown.status.code(), Some(1));
    server.kill_9()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_audit_log_is_noticed() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().to_str().unwrap();
    let server = Server::start(directory.path())?;
    server.set_up().await?;
    assert_eq!(server.terminate()?, Some(0));
    assert_eq!(run(&["audit", "verify", "--data-dir", data])?.status.code(), Some(0));
    // Somebody with an editor: an action, wherever it stands (the row and its index), by a word of the same length.
    let file = directory.path().join("oriel.db");
    let (action, forged) = (b"setup.issue_token", b"setup.nothing_was");
    let mut bytes = std::fs::read(&file)?;
    let places: Vec<usize> =
        (0..bytes.len() - action.len()).filter(|at| &bytes[*at..*at + action.len()] == action).collect();
    assert!(!places.is_empty(), "the entry is in the file");
    for at in places {
        bytes[at..at + action.len()].copy_from_slice(forged);
    }
    std::fs::write(&file, bytes)?;
    let output = run(&["audit", "verify", "--data-dir", data, "--json"])?;
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_str(&said(&output))?;
    assert_eq!(found["ok"], false, "{found}");
    Ok(())
}
