//! `POST /investigations`: inquiries into a recorded cluster behind a real sshd.

use anyhow::Result;
use oriel_model::Role;
use oriel_testkit::app::{TestApp, User};
use oriel_testkit::kubectl::Kubectl;
use oriel_testkit::sshd::Sshd;
use serde_json::{Value, json};

use crate::{problem, text};

const RECORDING: &str = include_str!("../../../../examples/checkout-outage/kubernetes/cluster.txt");

/// An application with a host to ask.
struct Asked {
    app: TestApp,
    sshd: Sshd,
    kubectl: Kubectl,
    target: String,
}

impl Asked {
    async fn start() -> Result<Self> {
        let (app, sshd) = (TestApp::start().await?, Sshd::start()?);
        let kubectl = Kubectl::on(&sshd, RECORDING)?;
        let new = json!({
            "name": "jump-1", "transport": "ssh", "host": sshd.host(), "port": sshd.port(), "user": sshd.user(),
            "private_key": sshd.private_key()?, "labels": {},
        });
        let made: Value = app.admin.post("/targets", &new).await?.error_for_status()?.json().await?;
        let target = text(&made, "/id").to_owned();
        let pin = json!({"fingerprint": sshd.host_key_fingerprint()?});
        let request = app.admin.request(reqwest::Method::PUT, &format!("/targets/{target}/host-key")).json(&pin);
        request.send().await?.error_for_status()?;
        Ok(Self { app, sshd, kubectl, target })
    }

    async fn ask(&self, user: &User, more: Value) -> Result<Value> {
        let mut body = json!({"question": "checkout fails", "namespace": "shop", "target_id": self.target});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = user.post("/investigations", &body).await?;
        let (status, body) = (answer.status(), answer.text().await?);
        assert_eq!(status, 201, "{body}");
        Ok(serde_json::from_str(&body)?)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_becomes_a_verdict_with_its_transcript() -> Result<()> {
    let asked = Asked::start().await?;
    let otto = asked.app.user("otto", Role::Operator).await?;
    let queued = asked.ask(&otto, json!({})).await?;
    assert_eq!(queued["inquiry"]["target_name"], "jump-1");
    let done = asked.app.ended(&otto, text(&queued, "/id")).await?;
    assert_eq!(done["status"], "done", "{}", done["error"]);
    assert_eq!(done["verdict"]["hypotheses"][0]["entity"], "service/payments", "{done}");
    assert_eq!(done["verdict"]["hypotheses"][0]["cause"], "out-of-memory");
    assert!(done["verdict"]["stopped"].is_string());
    let steps = done["asked"].as_array().unwrap();
    let transcript = done["verdict"]["transcript"].as_array().unwrap();
    assert!(steps.len() >= 2);
    assert_eq!(steps.len(), transcript.len());
    for (step, said) in steps.iter().zip(transcript) {
        assert_eq!((&step["command"], &step["outcome"]), (&said["command"], &said["outcome"]));
        assert_eq!(step["status"] == "answered", said["answered"] == true);
        let run = otto.json(&format!("/runs/{}", text(step, "/run_id"))).await?;
        assert_eq!(run["command"], step["command"], "what is shown is what ran");
        assert_eq!((&run["origin"]["kind"], &run["created_by"]), (&json!("inquiry"), &json!("otto")));
        assert_eq!(run["origin"]["investigation_id"], done["id"]);
        assert_eq!(run["tasks"][0]["id"], step["task_id"]);
    }
    assert_eq!(asked.kubectl.calls()?.len(), steps.len(), "nothing else was put");
    let audit = asked.app.admin.json("/audit?action=run.look&limit=200").await?;
    assert_eq!(audit["items"].as_array().unwrap().len(), steps.len());
    let inquiries = otto.json("/runs?origin=inquiry&limit=200").await?;
    assert_eq!(inquiries["items"].as_array().unwrap().len(), steps.len());
    assert!(otto.json("/runs?origin=command").await?["items"].as_array().unwrap().is_empty());

    // The incident keeps what was answered: a diagnosis of it says the same.
    let again = format!("/incidents/{}/investigations", text(&done, "/incident_id"));
    let again: Value = otto.post(&again, &json!({})).await?.json().await?;
    let again = asked.app.ended(&otto, text(&again, "/id")).await?;
    assert_eq!(again["verdict"]["hypotheses"], done["verdict"]["hypotheses"]);
    assert_eq!((again["inquiry"].is_null(), again["asked"].as_array().unwrap().len()), (true, 0));
    assert_eq!(asked.app.admin.json("/audit/verify").await?["ok"], true);
    asked.app.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_asked_further() -> Result<()> {
    let asked = Asked::start().await?;
    let admin = &asked.app.admin;
    let made: Value = admin.request(reqwest::Method::POST, "/incidents/example").send().await?.json().await?;
    asked.app.ended(admin, text(&made, "/investigation/id")).await?;
    let before = admin.json(&format!("/incidents/{}", text(&made, "/incident/id"))).await?;
    let more = json!({"incident_id": before["id"], "question": "", "max_commands": 2});
    let queued = asked.ask(admin, more).await?;
    assert_eq!(queued["incident_id"], before["id"]);
    let done = asked.app.ended(admin, text(&queued, "/id")).await?;
    assert_eq!(done["status"], "done", "{}", done["error"]);
    assert!(done["asked"].as_array().unwrap().len() <= 2);
    let after = admin.json(&format!("/incidents/{}", text(&before, "/id"))).await?;
    assert_eq!(after["title"], before["title"]);
    if !done["asked"].as_array().unwrap().is_empty() {
        assert_ne!(after["sha256"], before["sha256"], "the answers joined its evidence");
    }
    asked.app.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_the_command_on_its_host() -> Result<()> {
    let asked = Asked::start().await?;
    let admin = &asked.app.admin;
    asked.kubectl.hang()?;
    let queued = asked.ask(admin, json!({})).await?;
    let id = text(&queued, "/id");
    let mut stream = admin.stream().await?;
    stream.subscribe(&format!("investigation/{id}"), None).await?;
    let live = loop {
        let message = stream.until("stage").await?;
        if message["data"]["asked"][0]["run_id"].is_string() {
            break message["data"].clone();
        }
    };
    assert_eq!(live["asked"][0]["status"], "asking");
    let process = asked.kubectl.hanging();
    let answer = admin.post(&format!("/investigations/{id}/cancel"), &json!({})).await?;
    assert_eq!(answer.status(), 202);
    let ended = stream.until("done").await?["data"].clone();
    assert_eq!((&ended["status"], &ended["error"]), (&json!("cancelled"), &json!("Cancelled by admin.")));
    assert_eq!(ended["asked"][0]["status"], "unanswered");
    assert!(!Kubectl::runs(&process), "the command was left running");
    let run = admin.json(&format!("/runs/{}", text(&ended, "/asked/0/run_id"))).await?;
    assert_eq!(run["status"], "cancelled");
    // It stays as it ended.
    assert_eq!(admin.post(&format!("/investigations/{id}/cancel"), &json!({})).await?.status(), 202);
    for action in ["investigation.cancel", "investigation.cancelled"] {
        let audit = admin.json(&format!("/audit?action={action}")).await?;
        assert_eq!(audit["items"].as_array().unwrap().len(), 1, "{action}");
    }
    asked.app.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_cannot_be_reached_is_no_evidence() -> Result<()> {
    let mut asked = Asked::start().await?;
    asked.sshd.stop()?;
    let queued = asked.ask(&asked.app.admin, json!({})).await?;
    let done = asked.app.ended(&asked.app.admin, text(&queued, "/id")).await?;
    assert_eq!(done["verdict"]["status"], "abstained", "{done}");
    let steps = done["asked"].as_array().unwrap();
    assert_eq!(steps.len(), 3, "it gives up");
    for step in steps {
        assert_eq!(step["status"], "unanswered");
        assert!(text(step, "/outcome").starts_with("the answer did not come: "), "{step}");
    }
    asked.app.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_said_at_its_field() -> Result<()> {
    let asked = Asked::start().await?;
    let nothing = "0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77";
    for (body, field) in [
        (json!({"question": " ", "target_id": asked.target}), "question"),
        (json!({"question": "x".repeat(201), "target_id": asked.target}), "question"),
        (json!({"question": "a\nb", "target_id": asked.target}), "question"),
        (json!({"question": "why", "target_id": nothing}), "target_id"),
        (json!({"question": "why", "target_id": asked.target, "namespace": "$(x)"}), "namespace"),
        (json!({"question": "why", "target_id": asked.target, "context": "--kubeconfig=/x"}), "context"),
        (json!({"question": "why", "target_id": asked.target, "max_commands": 0}), "max_commands"),
    ] {
        let answer = asked.app.admin.post("/investigations", &body).await?;
        assert_eq!(problem(answer, 422, "invalid").await?["field"], field, "{body}");
    }
    let unknown = json!({"incident_id": nothing, "target_id": asked.target});
    problem(asked.app.admin.post("/investigations", &unknown).await?, 404, "not-found").await?;
    let vera = asked.app.user("vera", Role::Viewer).await?;
    let allowed = json!({"question": "why", "target_id": asked.target});
    problem(vera.post("/investigations", &allowed).await?, 403, "forbidden").await?;
    assert!(
        asked.app.admin.json("/incidents").await?["items"].as_array().unwrap().is_empty(),
        "nothing was left behind"
    );
    asked.app.stop().await
}
