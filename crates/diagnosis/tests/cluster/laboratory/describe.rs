//! `kubectl describe` with the columns, the order and the indentation of version 1.30.

use super::describe_kinds::{claim, ingress, node, quota, service, volume};
use crate::print::table::pairs;
use crate::world::{Event, World, list, text};
use serde_json::Value;
use std::fmt::Write as _;

pub(super) const TIME: &str = "Wed, 02 Apr 2031 08:00:00 +0000";

pub(super) fn write(world: &World, object: &Value, events: &[&Event]) -> String {
    let mut out = String::new();
    match text(object, "/kind") {
        "Pod" => pod(&mut out, object),
        "Service" => service(&mut out, world, object),
        "Node" => node(&mut out, world, object),
        "PersistentVolumeClaim" => claim(&mut out, world, object),
        "PersistentVolume" => volume(&mut out, object),
        "Ingress" => ingress(&mut out, world, object),
        "ResourceQuota" => return quota(object),
        kind => workload(&mut out, kind, object),
    }
    table(&mut out, events);
    out
}

/// `Key:` and its value at a common column.
pub(super) fn row(out: &mut String, width: usize, key: &str, value: &str) {
    let _ = writeln!(out, "{}", format!("{:width$}{value}", format!("{key}:")).trim_end());
}

pub(super) fn several(out: &mut String, width: usize, key: &str, values: &str) {
    row(out, width, key, &values.replace(',', &format!("\n{:width$}", "")));
}

fn table(out: &mut String, events: &[&Event]) {
    if events.is_empty() {
        let _ = writeln!(out, "Events:          <none>");
        return;
    }
    let mut rows = vec![["Type", "Reason", "Age", "From", "Message"], ["----", "------", "----", "----", "-------"]]
        .into_iter()
        .map(|row| row.map(str::to_owned))
        .collect::<Vec<_>>();
    for event in events {
        let age = if event.count > 1 {
            format!("{}s (x{} over {}m)", event.age, event.count, 3 + event.count / 3)
        } else {
            format!("{}s", event.age)
        };
        let kind = if event.warning { "Warning" } else { "Normal" };
        rows.push([kind.to_owned(), event.reason.clone(), age, event.from.to_owned(), event.message.trim().to_owned()]);
    }
    let widths = [0, 1, 2, 3].map(|at| rows.iter().map(|row| row[at].len()).max().unwrap_or(0));
    let _ = writeln!(out, "Events:");
    for row in rows {
        out.push_str("  ");
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(out, "{cell:width$}  ");
        }
        let _ = writeln!(out, "{}", row[4]);
    }
}

fn pod(out: &mut String, pod: &Value) {
    row(out, 18, "Name", text(pod, "/metadata/name"));
    row(out, 18, "Namespace", text(pod, "/metadata/namespace"));
    row(out, 18, "Priority", "0");
    row(out, 18, "Service Account", text(pod, "/spec/serviceAccountName"));
    let node = text(pod, "/spec/nodeName");
    let placed = if node.is_empty() { "<none>".to_owned() } else { format!("{node}/{}", text(pod, "/status/hostIP")) };
    row(out, 18, "Node", &placed);
    if !node.is_empty() {
        row(out, 18, "Start Time", TIME);
    }
    several(out, 18, "Labels", &pairs(pod.pointer("/metadata/labels")));
    row(out, 18, "Annotations", "prometheus.io/scrape: true");
    row(out, 18, "Status", text(pod, "/status/phase"));
    row(out, 18, "SeccompProfile", " RuntimeDefault");
    let address = text(pod, "/status/podIP");
    row(out, 18, "IP", address);
    if address.is_empty() {
        let _ = writeln!(out, "IPs:              <none>");
    } else {
        let _ = writeln!(out, "IPs:\n  IP:           {address}");
    }
    let owner = &pod["metadata"]["ownerReferences"][0];
    let _ = writeln!(out, "Controlled By:  {}/{}", text(owner, "/kind"), text(owner, "/name"));
    containers(out, &pod["spec"], Some(&pod["status"]), "", "  ");
    let _ = writeln!(out, "Conditions:\n  Type                        Status");
    for condition in list(&pod["status"], "/conditions") {
        let _ = writeln!(out, "  {:27} {} ", text(condition, "/type"), text(condition, "/status"));
    }
    volumes(out, &pod["spec"], "", "  ", true);
    placing(out, &pod["spec"], "", true);
}

fn placing(out: &mut String, spec: &Value, pad: &str, pod: bool) {
    let selector = pairs(spec.get("nodeSelector"));
    let mut own: Vec<String> = list(spec, "/tolerations")
        .iter()
        .map(|t| {
            let value = t["value"].as_str().map_or(String::new(), |v| format!("={v}"));
            format!("{}{value}:{}", text(t, "/key"), text(t, "/effect"))
        })
        .collect();
    if pod {
        own.extend(
            ["not-ready", "unreachable"].map(|k| format!("node.kubernetes.io/{k}:NoExecute op=Exists for 300s")),
        );
        let _ = writeln!(out, "QoS Class:                   Burstable");
    }
    let tolerations = if own.is_empty() { "<none>".to_owned() } else { own.join(",") };
    let width = if pod { 29 } else { 19 };
    several(out, width, &format!("{pad}Node-Selectors"), &selector);
    several(out, width, &format!("{pad}Tolerations"), &tolerations);
}

fn containers(out: &mut String, spec: &Value, status: Option<&Value>, pad: &str, inner: &str) {
    for (title, key, statuses) in [
        ("Init Containers", "/initContainers", "/initContainerStatuses"),
        ("Containers", "/containers", "/containerStatuses"),
    ] {
        let all = list(spec, key);
        if all.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{pad}{title}:");
        for container in all {
            let own = status.and_then(|s| list(s, statuses).iter().find(|c| c["name"] == container["name"]));
            one(out, container, own, status.is_some(), inner);
        }
    }
}

fn one(out: &mut String, container: &Value, status: Option<&Value>, pod: bool, pad: &str) {
    let _ = writeln!(out, "{pad}{}:", text(container, "/name"));
    // Templates indent the fields of a container by one, pods by two.
    let pad = format!("{pad}{}", if pod { "  " } else { " " });
    let mut field = |key: &str, value: &str| {
        let shown = format!("{:16}{value}", format!("{key}:"));
        let _ = writeln!(out, "{pad}{}", shown.trim_end());
    };
    let waits = status.is_none_or(|s| s["state"].get("waiting").is_some() && s["restartCount"] == 0);
    if pod {
        field("Container ID", if waits { "" } else { "containerd://9d1f7c0e" });
    }
    field("Image", text(container, "/image"));
    if pod {
        field("Image ID", if waits { "" } else { "eu-north1-docker.pkg.example/lab-prod/x@sha256:3f5c9be0a1" });
    }
    let ports: Vec<String> =
        list(container, "/ports").iter().map(|p| format!("{}/{}", p["containerPort"], text(p, "/protocol"))).collect();
    let none = ports.is_empty();
    field("Port", &if none { "<none>".to_owned() } else { ports.join(", ") });
    field("Host Port", if none { "<none>" } else { "0/TCP" });
    if let Some(words) = container.get("command").and_then(Value::as_array) {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        let _ = writeln!(out, "{pad}Command:\n{pad}  {}", words.join(&format!("\n{pad}  ")));
    }
    if let Some(status) = status {
        state(out, "State", &status["state"], &pad);
        state(out, "Last State", &status["lastState"], &pad);
        let ready = if status["ready"] == Value::Bool(true) { "True" } else { "False" };
        let _ = writeln!(out, "{pad}Ready:          {ready}\n{pad}Restart Count:  {}", status["restartCount"]);
    }
    for (title, at) in [("Limits", "/resources/limits"), ("Requests", "/resources/requests")] {
        if let Some(amounts) = container.pointer(at).and_then(Value::as_object).filter(|a| !a.is_empty()) {
            let _ = writeln!(out, "{pad}{title}:");
            for (resource, amount) in amounts {
                let _ = writeln!(out, "{pad}  {:8} {}", format!("{resource}:"), amount.as_str().unwrap_or(""));
            }
        }
    }
    for (title, key) in [("Liveness", "livenessProbe"), ("Readiness", "readinessProbe")] {
        if let Some(probe) = container.get(key) {
            let _ = writeln!(out, "{pad}{:11} {}", format!("{title}:"), looks_in(probe));
        }
    }
    environment(out, container, &pad);
    let _ = writeln!(out, "{pad}Mounts:");
    for mount in list(container, "/volumeMounts") {
        let _ = writeln!(out, "{pad}  {} from {} (rw)", text(mount, "/mountPath"), text(mount, "/name"));
    }
    if pod {
        let _ = writeln!(out, "{pad}  /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-hx2lq (ro)");
    }
}

fn state(out: &mut String, title: &str, state: &Value, pad: &str) {
    let Some((kind, inner)) = state.as_object().and_then(|map| map.iter().next()) else { return };
    let (first, rest) = kind.split_at(1);
    let _ = writeln!(out, "{pad}{:15} {}{rest}", format!("{title}:"), first.to_uppercase());
    if let Some(reason) = inner["reason"].as_str() {
        let _ = writeln!(out, "{pad}  Reason:       {reason}");
    }
    if let Some(code) = inner["exitCode"].as_i64() {
        let _ = writeln!(out, "{pad}  Exit Code:    {code}\n{pad}  Started:      {TIME}\n{pad}  Finished:     {TIME}");
    } else if kind == "running" {
        let _ = writeln!(out, "{pad}  Started:      {TIME}");
    }
}

fn looks_in(probe: &Value) -> String {
    let port = |handler: &str| {
        probe[handler]["port"].as_str().map_or_else(|| probe[handler]["port"].to_string(), str::to_owned)
    };
    let how = if probe.get("httpGet").is_some() {
        let scheme = text(probe, "/httpGet/scheme").to_lowercase();
        format!("http-get {scheme}://:{}{}", port("httpGet"), text(probe, "/httpGet/path"))
    } else if probe.get("grpc").is_some() {
        format!("grpc <pod>:{} {}", port("grpc"), text(probe, "/grpc/service"))
    } else {
        format!("tcp-socket :{}", port("tcpSocket"))
    };
    let seconds = |key: &str, usual: u64| probe[key].as_u64().unwrap_or(usual);
    let (delay, timeout) = (seconds("initialDelaySeconds", 0), seconds("timeoutSeconds", 1));
    let (period, failure) = (seconds("periodSeconds", 10), seconds("failureThreshold", 3));
    format!("{how} delay={delay}s timeout={timeout}s period={period}s #success=1 #failure={failure}")
}

fn environment(out: &mut String, container: &Value, pad: &str) {
    if !list(container, "/envFrom").is_empty() {
        let _ = writeln!(out, "{pad}Environment Variables from:");
        for source in list(container, "/envFrom") {
            let (kind, key) = if source.get("secretRef").is_some() {
                ("Secret", "/secretRef/name")
            } else {
                ("ConfigMap", "/configMapRef/name")
            };
            let _ = writeln!(out, "{pad}  {}  {kind}  Optional: false", text(source, key));
        }
    }
    let env = list(container, "/env");
    if env.is_empty() {
        let _ = writeln!(out, "{pad}Environment:  <none>");
        return;
    }
    let _ = writeln!(out, "{pad}Environment:");
    let width = env.iter().map(|v| text(v, "/name").len()).max().unwrap_or(0) + 3;
    for variable in env {
        let from = |at: &str, what: &str| {
            let own = variable.pointer(at)?;
            Some(format!("<set to the key '{}' {what} '{}'>  Optional: false", text(own, "/key"), text(own, "/name")))
        };
        let value = from("/valueFrom/secretKeyRef", "in secret").unwrap_or_else(|| text(variable, "/value").to_owned());
        let _ = writeln!(out, "{pad}  {:width$}{value}", format!("{}:", text(variable, "/name")));
    }
}

fn volumes(out: &mut String, spec: &Value, pad: &str, inner: &str, pod: bool) {
    let all = list(spec, "/volumes");
    if all.is_empty() && !pod {
        let _ = writeln!(out, "{pad}Volumes:         <none>");
        return;
    }
    let _ = writeln!(out, "{pad}Volumes:");
    for volume in all {
        let _ = writeln!(out, "{inner}{}:", text(volume, "/name"));
        let deep = format!("{inner}{}", if pod { "  " } else { " " });
        let rest = if volume.get("persistentVolumeClaim").is_some() {
            format!(
                "{deep}Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)\n{deep}ClaimName:  {}\n{deep}ReadOnly:   false",
                text(volume, "/persistentVolumeClaim/claimName")
            )
        } else if volume.get("nfs").is_some() {
            format!(
                "{deep}Type:      NFS (an NFS mount that lasts the lifetime of a pod)\n{deep}Server:    {}\n{deep}Path:      {}\n{deep}ReadOnly:  false",
                text(volume, "/nfs/server"),
                text(volume, "/nfs/path")
            )
        } else {
            format!(
                "{deep}Type:        Secret (a volume populated by a Secret)\n{deep}SecretName:  {}\n{deep}Optional:    false",
                text(volume, "/secret/secretName")
            )
        };
        let _ = writeln!(out, "{rest}");
    }
    if pod {
        let _ = writeln!(
            out,
            "{inner}kube-api-access-hx2lq:\n{inner}  Type:                    Projected (a volume that contains injected data from multiple sources)\n{inner}  TokenExpirationSeconds:  3607\n{inner}  ConfigMapName:           kube-root-ca.crt\n{inner}  ConfigMapOptional:       <nil>\n{inner}  DownwardAPI:             true"
        );
    }
}

fn workload(out: &mut String, kind: &str, object: &Value) {
    let number = |pointer: &str| object.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    let (wanted, all, ready) = (number("/spec/replicas"), number("/status/replicas"), number("/status/readyReplicas"));
    row(out, 24, "Name", text(object, "/metadata/name"));
    row(out, 24, "Namespace", text(object, "/metadata/namespace"));
    row(out, 24, "CreationTimestamp", TIME);
    several(out, 24, "Labels", &pairs(object.pointer("/metadata/labels")));
    row(out, 24, "Annotations", "deployment.kubernetes.io/revision: 3");
    row(out, 24, "Selector", &pairs(object.pointer("/spec/selector/matchLabels")));
    match kind {
        "Deployment" => {
            let missing = wanted.saturating_sub(ready);
            let counts =
                format!("{wanted} desired | {all} updated | {all} total | {ready} available | {missing} unavailable");
            row(out, 24, "Replicas", &counts);
            row(out, 24, "StrategyType", "RollingUpdate");
            row(out, 24, "MinReadySeconds", "0");
            row(out, 24, "RollingUpdateStrategy", "25% max unavailable, 25% max surge");
        }
        "StatefulSet" => {
            row(out, 24, "Replicas", &format!("{wanted} desired | {all} total"));
            row(out, 24, "Update Strategy", "RollingUpdate\n  Partition:        0");
            row(
                out,
                24,
                "Pods Status",
                &format!("{ready} Running / {} Waiting / 0 Succeeded / 0 Failed", all.saturating_sub(ready)),
            );
        }
        _ => {
            let _ = writeln!(
                out,
                "Desired Number of Nodes Scheduled: {}\nCurrent Number of Nodes Scheduled: {}\nNumber of Nodes Scheduled with Up-to-date Pods: {}\nNumber of Nodes Scheduled with Available Pods: {}\nNumber of Nodes Misscheduled: 0",
                number("/status/desiredNumberScheduled"),
                number("/status/currentNumberScheduled"),
                number("/status/currentNumberScheduled"),
                number("/status/numberAvailable")
            );
        }
    }
    let template = &object["spec"]["template"];
    let _ = writeln!(out, "Pod Template:");
    several(out, 20, "  Labels", &pairs(template.pointer("/metadata/labels")));
    row(out, 20, "  Service Account", text(template, "/spec/serviceAccountName"));
    containers(out, &template["spec"], None, "  ", "   ");
    volumes(out, &template["spec"], "  ", "   ", false);
    placing(out, &template["spec"], "  ", false);
}
