//! `oriel diagnose --live` and `--replay`: with a `kubectl` made here, and with the example.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::Result;
use oriel_testkit::prometheus::Prometheus;
use oriel_testkit::shop;
use serde_json::Value;

use crate::program::{oriel, run, said};

/// Answers two commands from files, notes every call, and fails otherwise as a shell script says.
fn kubectl(directory: &Path, otherwise: &str) -> Result<()> {
    let answers = directory.join("answers");
    std::fs::create_dir(&answers)?;
    std::fs::write(
        answers.join("get pods -n shop -o wide"),
        "NAME                   READY   STATUS             RESTARTS   AGE   IP           NODE\n\
         db-6f7c9d8b5-k8v2p     1/1     Running            0          2d    10.1.0.4     n1\n\
         web-5d4f8c7b9d-x2k4p   0/1     ImagePullBackOff   0          2m    10.1.0.5     n1\n",
    )?;
    std::fs::write(
        answers.join("describe pod web-5d4f8c7b9d-x2k4p -n shop"),
        "Name:             web-5d4f8c7b9d-x2k4p\nNamespace:        shop\nNode:             n1/10.0.0.1\nStatus:           Pending\n\
         Containers:\n  main:\n    Image:          registry.example/web:none\n    State:          Waiting\n      Reason:       ImagePullBackOff\n    Ready:          False\n\
         Events:\n  Type     Reason   Age   From     Message\n  ----     ------   ----  ----     -------\n  \
         Warning  Failed   30s   kubelet  Failed to pull image \"registry.example/web:none\": manifest unknown: not found\n",
    )?;
    let (answers, calls) = (answers.display(), directory.join("calls"));
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{}'\nfile=\"{answers}/${{*% --request-timeout=*}}\"\nif [ -f \"$file\" ]; then cat \"$file\"; exit 0; fi\n{otherwise}\n",
        calls.display()
    );
    let program = directory.join("kubectl");
    std::fs::write(&program, script)?;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn live(directory: &Path, more: &[&str]) -> Result<Output> {
    let mut arguments = vec!["diagnose", "--live", "--namespace", "shop", "--ask", "web is down", "--json"];
    arguments.extend_from_slice(more);
    let path = format!("{}:/usr/bin:/bin", directory.display());
    Ok(oriel(&arguments).env("PATH", path).output()?)
}

#[test]
fn a_live_cluster_is_asked_and_the_cause_is_named() -> Result<()> {
    let directory = tempfile::tempdir()?;
    kubectl(directory.path(), "echo 'Error from server (NotFound): not here' >&2; exit 1")?;
    let output = live(directory.path(), &[])?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let verdict: Value = serde_json::from_str(&said(&output))?;
    assert_eq!(verdict["hypotheses"][0]["cause"], "image-reference-wrong");
    assert_eq!(verdict["transcript"][0]["command"], "kubectl get pods -n shop -o wide");
    assert!(verdict["stopped"].is_string());
    assert!(errors.contains("asking kubectl get pods -n shop -o wide") && errors.contains("bits expected"), "{errors}");
    let calls = std::fs::read_to_string(directory.path().join("calls"))?;
    for call in calls.lines() {
        let verb = call.split(' ').next().unwrap();
        assert!(["get", "describe", "logs", "top", "apply"].contains(&verb), "{call}");
        assert!(!call.starts_with("apply") || call.starts_with("apply view-last-applied"), "{call}");
    }
    Ok(())
}

#[test]
fn the_context_is_passed_on_and_the_budget_is_kept() -> Result<()> {
    let directory = tempfile::tempdir()?;
    kubectl(directory.path(), "exit 0")?;
    live(directory.path(), &["--context", "blue", "--kubeconfig", "/k", "--max-commands", "2"])?;
    let calls = std::fs::read_to_string(directory.path().join("calls"))?;
    let calls: Vec<&str> = calls.lines().collect();
    assert_eq!(calls.len(), 2);
    let led = "--context=blue --kubeconfig=/k --request-timeout=10s";
    assert!(calls.iter().all(|call| call.ends_with(led)), "{calls:?}");
    Ok(())
}

#[test]
fn the_configuration_leads_kubectl_too() -> Result<()> {
    let directory = tempfile::tempdir()?;
    kubectl(directory.path(), "exit 0")?;
    std::fs::rename(directory.path().join("kubectl"), directory.path().join("k8s"))?;
    let config = directory.path().join("oriel.toml");
    let program = directory.path().join("k8s");
    std::fs::write(
        &config,
        format!("[connectors.kubernetes]\nkubectl = '{}'\ncontext = 'green'\n", program.display()),
    )?;
    live(directory.path(), &["--config", config.to_str().unwrap(), "--max-commands", "1"])?;
    let calls = std::fs::read_to_string(directory.path().join("calls"))?;
    assert!(calls.contains("--context=green"), "{calls}");
    Ok(())
}

/// Ctrl-C at the terminal ends what is being asked with the program.
#[test]
fn an_interrupted_inquiry_leaves_nothing_running() -> Result<()> {
    let directory = tempfile::tempdir()?;
    kubectl(directory.path(), &format!("echo $$ > '{}'; sleep 600", directory.path().join("own").display()))?;
    std::fs::remove_dir_all(directory.path().join("answers"))?;
    let path = format!("{}:/usr/bin:/bin", directory.path().display());
    let mut program = oriel(&["diagnose", "--live", "--ask", "web is down"]);
    let mut program = program.env("PATH", path).stderr(Stdio::null()).spawn()?;
    let own = loop {
        match std::fs::read_to_string(directory.path().join("own")) {
            Ok(own) if own.ends_with('\n') => break own.trim().to_owned(),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    let interrupted = Command::new("kill").args(["-INT", &program.id().to_string()]).status()?;
    assert!(interrupted.success());
    assert_eq!(program.wait()?.code(), Some(130));
    // It was killed; on a busy machine it may not have had its turn to die.
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let stat = std::fs::read_to_string(format!("/proc/{own}/stat")).unwrap_or_default();
        if stat.is_empty() || stat.contains(") Z ") {
            return Ok(());
        }
        assert!(Instant::now() < until, "{stat}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Text on a terminal: why a command was not answered is said once.
#[test]
fn what_kubectl_complains_of_is_said_once() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let complaint = "The connection to the server localhost:8080 was refused - did you specify the right host or port?";
    let script = format!("echo 'E1126 20:31:05.1 7 memcache.go:265] refused' >&2; echo '{complaint}' >&2; exit 1");
    kubectl(directory.path(), &script)?;
    std::fs::remove_dir_all(directory.path().join("answers"))?;
    let path = format!("{}:/usr/bin:/bin", directory.path().display());
    let output = oriel(&["diagnose", "--live", "--max-commands", "1"]).env("PATH", path).output()?;
    let all = format!("{}{}", said(&output), String::from_utf8_lossy(&output.stderr));
    assert_eq!(all.matches(complaint).count(), 1, "{all}");
    assert!(!all.contains("memcache"), "{all}");
    assert_eq!(output.status.code(), Some(1));
    Ok(())
}

/// The metrics of a Prometheus and the answers of a cluster are one case.
#[test]
fn live_commands_and_metrics_are_joined() -> Result<()> {
    const START: i64 = 1_777_888_800;
    let prometheus = Prometheus::with_samples(&shop::openmetrics(START, START + 2_400, START + 3_600, "stock"))?;
    let directory = tempfile::tempdir()?;
    kubectl(directory.path(), "echo 'Error from server (NotFound): not here' >&2; exit 1")?;
    let url = prometheus.url();
    let window = ["--from", "2026-05-04T10:00:00Z", "--to", "2026-05-04T11:00:00Z"];
    let mut more = vec!["--prometheus", &url];
    more.extend(window);
    let output = live(directory.path(), &more)?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let verdict: Value = serde_json::from_str(&said(&output))?;
    assert!(!verdict["transcript"].as_array().unwrap().is_empty(), "{errors}");
    let kinds = verdict["evidence_summary"]["by_kind"].to_string();
    assert!(kinds.contains("metric-shift"), "{kinds}");
    assert!(verdict["hypotheses"].to_string().contains("service/stock"), "{verdict}");

    // A Prometheus that is away costs its evidence alone.
    let config = directory.path().join("oriel.toml");
    std::fs::write(&config, "[connectors.prometheus]\nretries = 0\n")?;
    let config = config.to_str().unwrap();
    let away = live(directory.path(), &["--prometheus", "http://127.0.0.1:9", "--config", config])?;
    let errors = String::from_utf8_lossy(&away.stderr).into_owned();
    assert!(errors.contains("left out: prometheus: --prometheus: http://127.0.0.1:9"), "{errors}");
    let verdict: Value = serde_json::from_str(&said(&away))?;
    assert_eq!(verdict["hypotheses"][0]["cause"], "image-reference-wrong");
    Ok(())
}

#[test]
fn a_cluster_that_forbids_or_floods_is_no_evidence() -> Result<()> {
    for (otherwise, told) in [
        ("echo 'Error from server (Forbidden): no' >&2; exit 1", "not allowed"),
        ("head -c 9000000 /dev/zero", "8 MiB"),
        ("echo 'The connection to the server was refused' >&2; exit 1", "refused"),
    ] {
        let directory = tempfile::tempdir()?;
        kubectl(directory.path(), otherwise)?;
        std::fs::remove_dir_all(directory.path().join("answers"))?;
        let output = live(directory.path(), &[])?;
        let verdict: Value = serde_json::from_str(&said(&output))?;
        let steps = verdict["transcript"].as_array().unwrap();
        assert_eq!(steps.len(), 3, "it gives up: {verdict}");
        assert!(steps.iter().all(|step| step["outcome"].as_str().unwrap().contains(told)), "{steps:?}");
        assert_eq!(verdict["status"], "abstained");
        assert_eq!(output.status.code(), Some(1), "nothing was answered");
    }
    Ok(())
}

#[test]
fn without_kubectl_it_says_so() -> Result<()> {
    let empty = tempfile::tempdir()?;
    let output = oriel(&["diagnose", "--live", "--json"]).env("PATH", empty.path()).output()?;
    let verdict: Value = serde_json::from_str(&said(&output))?;
    assert!(verdict["transcript"][0]["outcome"].as_str().unwrap().contains("kubectl was not found"));
    assert_eq!(verdict["transcript"].as_array().unwrap().len(), 1);
    Ok(())
}

#[test]
fn a_recording_is_asked_only_what_is_worth_it() -> Result<()> {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/checkout-outage");
    let output = run(&["diagnose", "--replay", example, "--explain"])?;
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("Asked") && text.contains("kubectl get pods -n shop -o wide"), "{text}");
    assert!(text.contains("Expected") && text.contains("at stake:"), "{text}");
    assert!(text.starts_with("Out of memory"), "{text}");
    // What was measured joined.
    let verdict: Value = serde_json::from_str(&said(&run(&["diagnose", "--replay", example, "--json"])?))?;
    let kinds = verdict["evidence_summary"]["by_kind"].to_string();
    assert!(kinds.contains("metric-shift"), "{kinds}");
    Ok(())
}

#[test]
fn contradictory_ways_to_start_are_misuse() -> Result<()> {
    for arguments in [
        &["diagnose"][..],
        &["diagnose", "--live", "--replay", "x"],
        &["diagnose", "x", "--live"],
        &["diagnose", "x", "--ask", "why"],
        &["diagnose", "x", "--since", "1h"],
        &["diagnose", "--replay", "x", "--context", "blue"],
        &["diagnose", "--live", "--max-commands", "0"],
        &["diagnose", "--live", "--kubectl"],
        &["diagnose", "--live", "--since", "1h"],
        &["diagnose", "--live", "--namespace", "--all"],
        &["diagnose", "x", "--context", "blue"],
        &["diagnose", "x", "--config", "y"],
        &["diagnose", "--prometheus", "http://p", "--context", "blue"],
        &["diagnose", "--prometheus", "http://p", "--max-commands", "3"],
        &["diagnose", "--loki", "http://l", "--selector", "a=\"b\""],
    ] {
        let output = run(arguments)?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(!errors.contains("connectors.kubernetes") && !errors.contains("connectors.prometheus"), "{errors}");
    }
    Ok(())
}
