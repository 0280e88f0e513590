//! The cluster, through `kubectl` on this machine: lists of the kinds that diagnosis reads, the nodes' descriptions, and
//! the logs of containers that are not well, into `kubernetes/*.txt` as transcripts.
//!
//! Only `get`, `describe`, `logs` and `version` are ever called, by argument list and never through a shell, at most four
//! at once, each with a time limit and a size limit. Secrets are listed by name and type; their contents are never asked
//! for. A kind that may not be read is stated; nothing is then concluded from its absence.

mod failure;
mod kubectl;
mod unwell;

use futures::{StreamExt as _, stream};

use crate::collection::{Collection, SourceSummary, path_part};
use crate::error::{ConnectorError, Result};
use crate::progress::Progress;
use crate::settings::KubernetesSettings;

pub use failure::{CallError, Failure};
pub use kubectl::{Kubectl, Limits, Output};

/// What this source is called.
pub(crate) const SOURCE: &str = "kubernetes";
/// Calls at once.
const AT_ONCE: usize = 4;
/// Lines taken of one container's log.
const LOG_LINES: &str = "--tail=1000";

/// What is listed: the kind, and whether it lives in namespaces.
const KINDS: [(&str, bool); 21] = [
    ("pods", true),
    ("services", true),
    ("endpoints", true),
    ("deployments", true),
    ("replicasets", true),
    ("statefulsets", true),
    ("daemonsets", true),
    ("jobs", true),
    ("cronjobs", true),
    ("nodes", false),
    ("events", true),
    ("persistentvolumeclaims", true),
    ("persistentvolumes", false),
    ("storageclasses", false),
    ("resourcequotas", true),
    ("limitranges", true),
    ("serviceaccounts", true),
    ("configmaps", true),
    ("networkpolicies", true),
    ("ingresses", true),
    ("horizontalpodautoscalers", true),
];

/// Collects the state of a namespace, or of all.
pub(crate) async fn collect(settings: &KubernetesSettings, progress: &Progress<'_>) -> Result<Collection> {
    let kubectl = Kubectl::new(settings, Limits::collecting(settings))?;
    // Says at once, and once, that the cluster cannot be reached.
    let version = kubectl.run(&["version"]).await.map_err(|error| unusable(advised(&error)))?;
    if let Some(failure) = version.failure() {
        return Err(unusable(format!(
            "kubectl does not reach the cluster ({failure}); check its context and credentials with: kubectl version"
        )));
    }
    let scope = scope(settings);
    let mut calls: Vec<Vec<String>> = Vec::new();
    for (kind, in_namespaces) in KINDS {
        let mut call = vec!["get".to_owned(), kind.to_owned()];
        if in_namespaces {
            call.extend(scope.clone());
        }
        call.extend(["-o".to_owned(), "json".to_owned()]);
        calls.push(call);
    }
    // A table shows names and types; JSON would hold what is secret.
    calls.push([vec!["get".to_owned(), "secrets".to_owned()], scope.clone()].concat());
    calls.push(vec!["describe".to_owned(), "nodes".to_owned()]);

    let mut collection = Collection::default();
    let answered = ask(&kubectl, &calls, progress, 0).await;
    let mut unwell = unwell::Containers::default();
    for (call, output) in calls.iter().zip(answered) {
        let taken = take(&mut collection, call, output);
        if let Some(text) = taken.filter(|_| call.get(1).is_some_and(|kind| kind == "pods")) {
            unwell = unwell::containers(&text);
        }
    }
    if unwell.beyond > 0 {
        collection
            .leave_out("kubernetes: logs", format!("{} containers beyond the first ones not well", unwell.beyond));
    }
    let logs: Vec<Vec<String>> = unwell.list.iter().flat_map(unwell::Container::calls).collect();
    let answered = ask(&kubectl, &logs, progress, calls.len() as u64).await;
    for (call, output) in logs.iter().zip(answered) {
        take(&mut collection, call, output);
    }
    let summary = format!("{} outputs of kubectl, {} containers not well", collection.files().len(), unwell.list.len());
    collection.sources.push(SourceSummary { source: SOURCE.to_owned(), summary, reached: true });
    Ok(collection)
}

async fn ask(
    kubectl: &Kubectl,
    calls: &[Vec<String>],
    progress: &Progress<'_>,
    before: u64,
) -> Vec<Result<Output, CallError>> {
    let total = before + calls.len() as u64;
    let mut asked = Vec::with_capacity(calls.len());
    for call in calls {
        let arguments: Vec<&str> = call.iter().map(String::as_str).collect();
        asked.push(async move { kubectl.run(&arguments).await });
    }
    let mut list = Vec::with_capacity(calls.len());
    let mut answers = std::pin::pin!(stream::iter(asked).buffered(AT_ONCE));
    while let Some(answer) = answers.next().await {
        list.push(answer);
        progress.report(SOURCE, before + list.len() as u64, total);
    }
    list
}

/// Writes an output down as a transcript, or why there is none; its text when it was taken.
fn take(collection: &mut Collection, call: &[String], output: Result<Output, CallError>) -> Option<String> {
    let line = call.join(" ");
    let source = format!("kubernetes: kubectl {line}");
    let output = match output {
        Ok(output) => output,
        Err(error) => {
            collection.leave_out(source, advised(&error));
            return None;
        }
    };
    if let Some(failure) = output.failure() {
        collection.leave_out(source, failure.to_string());
        return None;
    }
    if output.cut {
        // Half a document is none; half a log is one.
        if call.iter().any(|word| word == "json") {
            collection.leave_out(source, format!("larger than {} bytes; name a namespace", output.stdout.len()));
            return None;
        }
        collection.leave_out(source, format!("only the first {} bytes were taken", output.stdout.len()));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut transcript = format!("$ kubectl {line}\n");
    for line in text.lines() {
        // A line of a log that looks like a command is none.
        if line.starts_with("$ ") {
            transcript.push(' ');
        }
        transcript.push_str(line);
        transcript.push('\n');
    }
    let words: Vec<&str> = call.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    let previous = if call.iter().any(|word| word == "--previous") { "-previous" } else { "" };
    let name = path_part(&words.join("-"));
    collection.add(format!("kubernetes/{name}{previous}.txt"), transcript.into_bytes());
    Some(text)
}

fn scope(settings: &KubernetesSettings) -> Vec<String> {
    if settings.namespace.is_empty() {
        vec!["-A".to_owned()]
    } else {
        vec!["-n".to_owned(), settings.namespace.clone()]
    }
}

/// What went wrong, and which setting helps.
fn advised(error: &CallError) -> String {
    match error {
        CallError::Missing { .. } => format!("{error}; install kubectl, or set connectors.kubernetes.kubectl"),
        CallError::TimedOut { .. } => {
            format!("{error}; raise connectors.kubernetes.timeout_seconds, or name a namespace")
        }
        CallError::NotReading { .. } | CallError::Broken { .. } => error.to_string(),
    }
}

fn unusable(detail: String) -> ConnectorError {
    ConnectorError::Program { setting: "connectors.kubernetes".to_owned(), detail }
}
