//! `kubectl describe` of pods and pod templates.

use super::table::pairs;
use crate::world::{list, text};
use serde_json::Value;
use std::fmt::Write as _;

/// Containers, volumes and placement of a pod (`status` given) or of a template.
pub(crate) fn spec(out: &mut String, spec: &Value, status: Option<&Value>, indent: usize) {
    let pad = " ".repeat(indent);
    for (title, key, statuses) in [
        ("Init Containers", "initContainers", "/initContainerStatuses"),
        ("Containers", "containers", "/containerStatuses"),
    ] {
        let Some(containers) = spec.get(key).and_then(Value::as_array) else { continue };
        let _ = writeln!(out, "{pad}{title}:");
        for container in containers {
            let own = status.and_then(|s| list(s, statuses).iter().find(|c| c["name"] == container["name"]));
            one(out, container, own, status.is_some(), indent + 2);
        }
    }
    if let Some(status) = status {
        let _ = writeln!(out, "{pad}Conditions:\n{pad}  Type              Status");
        for condition in list(status, "/conditions") {
            let _ = writeln!(out, "{pad}  {:17} {} ", text(condition, "/type"), text(condition, "/status"));
        }
    }
    volumes(out, spec, &pad);
    let selector = pairs(spec.get("nodeSelector")).replace(',', &format!("\n{pad}                             "));
    let _ = writeln!(out, "{pad}Node-Selectors:              {selector}");
    tolerations(out, spec, status.is_some(), &pad);
    if !list(spec, "/topologySpreadConstraints").is_empty() {
        let _ = writeln!(
            out,
            "{pad}Topology Spread Constraints:  topology.kubernetes.io/zone:DoNotSchedule when max skew 1 is exceeded for selector app=x"
        );
    }
}

fn tolerations(out: &mut String, spec: &Value, pod: bool, pad: &str) {
    let own = list(spec, "/tolerations").iter().map(|t| {
        let value = t["value"].as_str().map_or(String::new(), |v| format!("={v}"));
        let exists = if t["operator"] == "Exists" { " op=Exists" } else { "" };
        format!("{}{value}:{}{exists}", text(t, "/key"), text(t, "/effect"))
    });
    let built_in = [
        "node.kubernetes.io/not-ready:NoExecute op=Exists for 300s",
        "node.kubernetes.io/unreachable:NoExecute op=Exists for 300s",
    ];
    let all: Vec<String> = own.chain(built_in.iter().filter(|_| pod).map(|t| (*t).to_owned())).collect();
    let shown =
        if all.is_empty() { "<none>".to_owned() } else { all.join(&format!("\n{pad}                             ")) };
    let _ = writeln!(out, "{pad}Tolerations:                 {shown}");
}

fn one(out: &mut String, container: &Value, status: Option<&Value>, pod: bool, indent: usize) {
    let pad = " ".repeat(indent);
    let _ = writeln!(out, "{pad}{}:", text(container, "/name"));
    if pod {
        let _ = writeln!(
            out,
            "{pad}  Container ID:   containerd://5f0c1d\n{pad}  Image:          {}\n{pad}  Image ID:       sha256:77ab",
            text(container, "/image")
        );
    } else {
        let _ = writeln!(out, "{pad}  Image:      {}", text(container, "/image"));
    }
    let ports: Vec<String> = list(container, "/ports")
        .iter()
        .map(|p| format!("{}/{} ({})", p["containerPort"], text(p, "/protocol"), text(p, "/name")))
        .collect();
    let shown = if ports.is_empty() { "<none>".to_owned() } else { ports.join(", ") };
    let _ = writeln!(out, "{pad}  {}:           {shown}", if ports.len() > 1 { "Ports" } else { "Port" });
    let _ = writeln!(out, "{pad}  Host Port:      0/TCP");
    if let Some(command) = container.get("command").and_then(Value::as_array) {
        let _ = writeln!(out, "{pad}  Command:");
        for word in command {
            let _ = writeln!(out, "{pad}    {}", word.as_str().unwrap_or(""));
        }
    }
    if let Some(status) = status {
        state(out, "State", &status["state"], &pad);
        if status["lastState"].as_object().is_some_and(|s| !s.is_empty()) {
            state(out, "Last State", &status["lastState"], &pad);
        }
        let ready = if status["ready"] == Value::Bool(true) { "True" } else { "False" };
        let _ = writeln!(out, "{pad}  Ready:          {ready}\n{pad}  Restart Count:  {}", status["restartCount"]);
    }
    for (title, key) in [("Limits", "/resources/limits"), ("Requests", "/resources/requests")] {
        if let Some(amounts) = container.pointer(key).and_then(Value::as_object) {
            let _ = writeln!(out, "{pad}  {title}:");
            for (resource, amount) in amounts {
                let _ = writeln!(out, "{pad}    {resource}:  {}", amount.as_str().unwrap_or(""));
            }
        }
    }
    for (title, key) in [("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")] {
        if let Some(probe) = container.get(key) {
            let _ = writeln!(out, "{pad}  {title}:   {}", probe_text(probe));
        }
    }
    environment(out, container, &pad);
    let mounts = list(container, "/volumeMounts");
    let _ = writeln!(out, "{pad}  Mounts:{}", if mounts.is_empty() { "         <none>" } else { "" });
    for mount in mounts {
        let _ = writeln!(out, "{pad}    {} from {} (rw)", text(mount, "/mountPath"), text(mount, "/name"));
    }
}

fn state(out: &mut String, title: &str, value: &Value, pad: &str) {
    let Some((kind, inner)) = value.as_object().and_then(|map| map.iter().next()) else { return };
    let (first, rest) = kind.split_at(1);
    let _ = writeln!(out, "{pad}  {title}:          {}{rest}", first.to_uppercase());
    if let Some(reason) = inner["reason"].as_str() {
        let _ = writeln!(out, "{pad}    Reason:       {reason}");
    }
    if let Some(message) = inner["message"].as_str().filter(|_| kind == "terminated") {
        let _ = writeln!(out, "{pad}    Message:      {message}");
    }
    if let Some(code) = inner["exitCode"].as_i64() {
        let _ = writeln!(out, "{pad}    Exit Code:    {code}");
    }
    let _ = writeln!(out, "{pad}    Started:      Wed, 02 Apr 2031 09:20:00 +0000");
}

fn probe_text(probe: &Value) -> String {
    let port = |handler: &str| {
        probe[handler]["port"].as_str().map_or_else(|| probe[handler]["port"].to_string(), str::to_owned)
    };
    let how = if probe.get("httpGet").is_some() {
        format!(
            "http-get {}://:{}{}",
            text(probe, "/httpGet/scheme").to_lowercase(),
            port("httpGet"),
            text(probe, "/httpGet/path")
        )
    } else if probe.get("tcpSocket").is_some() {
        format!("tcp-socket :{}", port("tcpSocket"))
    } else if probe.get("grpc").is_some() {
        format!("grpc <pod>:{} ", port("grpc"))
    } else {
        let words: Vec<&str> = list(probe, "/exec/command").iter().filter_map(Value::as_str).collect();
        format!("exec [{}]", words.join(" "))
    };
    let seconds = |key: &str, default: u64| probe[key].as_u64().unwrap_or(default);
    format!(
        "{how} delay={}s timeout={}s period={}s #success=1 #failure={}",
        seconds("initialDelaySeconds", 0),
        seconds("timeoutSeconds", 1),
        seconds("periodSeconds", 10),
        seconds("failureThreshold", 3)
    )
}

fn environment(out: &mut String, container: &Value, pad: &str) {
    let from = list(container, "/envFrom");
    if !from.is_empty() {
        let _ = writeln!(out, "{pad}  Environment Variables from:");
        for source in from {
            let (kind, own) =
                source.get("secretRef").map_or_else(|| ("ConfigMap", &source["configMapRef"]), |own| ("Secret", own));
            let _ = writeln!(out, "{pad}    {}  {kind}  Optional: false", text(own, "/name"));
        }
    }
    let env = list(container, "/env");
    let _ = writeln!(out, "{pad}  Environment:{}", if env.is_empty() { "    <none>" } else { "" });
    for variable in env {
        let name = text(variable, "/name");
        let reference =
            |key: &str| variable.pointer(key).map(|r| (text(r, "/key").to_owned(), text(r, "/name").to_owned()));
        let value = if let Some((key, of)) = reference("/valueFrom/secretKeyRef") {
            format!("<set to the key '{key}' in secret '{of}'>  Optional: false")
        } else if let Some((key, of)) = reference("/valueFrom/configMapKeyRef") {
            format!("<set to the key '{key}' of config map '{of}'>  Optional: false")
        } else {
            text(variable, "/value").to_owned()
        };
        let _ = writeln!(out, "{pad}    {name}:  {value}");
    }
}

fn volumes(out: &mut String, spec: &Value, pad: &str) {
    let all = list(spec, "/volumes");
    let _ = writeln!(out, "{pad}Volumes:{}", if all.is_empty() { "  <none>" } else { "" });
    for volume in all {
        let _ = writeln!(out, "{pad}  {}:", text(volume, "/name"));
        let (kind, rows): (&str, Vec<(&str, &str)>) = if volume.get("persistentVolumeClaim").is_some() {
            (
                "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
                vec![("ClaimName", text(volume, "/persistentVolumeClaim/claimName")), ("ReadOnly", "false")],
            )
        } else if volume.get("configMap").is_some() {
            (
                "ConfigMap (a volume populated by a ConfigMap)",
                vec![("Name", text(volume, "/configMap/name")), ("Optional", "false")],
            )
        } else if volume.get("secret").is_some() {
            (
                "Secret (a volume populated by a Secret)",
                vec![("SecretName", text(volume, "/secret/secretName")), ("Optional", "false")],
            )
        } else if volume.get("hostPath").is_some() {
            (
                "HostPath (bare host directory volume)",
                vec![("Path", text(volume, "/hostPath/path")), ("HostPathType", text(volume, "/hostPath/type"))],
            )
        } else {
            (
                "EmptyDir (a temporary directory that shares a pod's lifetime)",
                vec![("Medium", ""), ("SizeLimit", "<unset>")],
            )
        };
        let _ = writeln!(out, "{pad}    Type:       {kind}");
        for (key, value) in rows {
            let _ = writeln!(out, "{pad}    {key}:  {value}");
        }
    }
}
