//! `kubectl get -A -o wide`: columns padded to their widest cell, three spaces apart.

use super::is_scoped;
use crate::world::{Event, list, text};
use serde_json::Value;

fn columns(kind: &str) -> &'static [&'static str] {
    match kind {
        "Pod" => &["READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE", "NOMINATED NODE", "READINESS GATES", "LABELS"],
        "Deployment" => &["READY", "UP-TO-DATE", "AVAILABLE", "AGE", "CONTAINERS", "IMAGES", "SELECTOR"],
        "ReplicaSet" => &["DESIRED", "CURRENT", "READY", "AGE", "CONTAINERS", "IMAGES", "SELECTOR"],
        "StatefulSet" => &["READY", "AGE", "CONTAINERS", "IMAGES"],
        "DaemonSet" => &["DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE", "NODE SELECTOR", "AGE"],
        "Job" => &["STATUS", "COMPLETIONS", "DURATION", "AGE"],
        "CronJob" => &["SCHEDULE", "TIMEZONE", "SUSPEND", "ACTIVE", "LAST SCHEDULE", "AGE"],
        "Service" => &["TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE", "SELECTOR"],
        "Endpoints" => &["ENDPOINTS", "AGE"],
        "Node" => &[
            "STATUS",
            "ROLES",
            "AGE",
            "VERSION",
            "INTERNAL-IP",
            "EXTERNAL-IP",
            "OS-IMAGE",
            "KERNEL-VERSION",
            "CONTAINER-RUNTIME",
            "LABELS",
        ],
        "PersistentVolumeClaim" => &[
            "STATUS",
            "VOLUME",
            "CAPACITY",
            "ACCESS MODES",
            "STORAGECLASS",
            "VOLUMEATTRIBUTESCLASS",
            "AGE",
            "VOLUMEMODE",
        ],
        "PersistentVolume" => {
            &["CAPACITY", "ACCESS MODES", "RECLAIM POLICY", "STATUS", "CLAIM", "STORAGECLASS", "REASON", "AGE"]
        }
        "StorageClass" => &["PROVISIONER", "RECLAIMPOLICY", "VOLUMEBINDINGMODE", "ALLOWVOLUMEEXPANSION", "AGE"],
        "Ingress" => &["CLASS", "HOSTS", "ADDRESS", "PORTS", "AGE"],
        "NetworkPolicy" => &["POD-SELECTOR", "AGE"],
        "ResourceQuota" => &["AGE", "REQUEST", "LIMIT"],
        "HorizontalPodAutoscaler" => &["REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS", "AGE"],
        "PodDisruptionBudget" => &["MIN AVAILABLE", "MAX UNAVAILABLE", "ALLOWED DISRUPTIONS", "AGE"],
        "ServiceAccount" => &["SECRETS", "AGE"],
        "Secret" => &["TYPE", "DATA", "AGE"],
        "ConfigMap" => &["DATA", "AGE"],
        _ => &["STATUS", "AGE"],
    }
}

pub(crate) fn write(kind: &str, objects: &[&Value]) -> String {
    let columns: Vec<(&str, &str)> = columns(kind).iter().map(|column| (*column, *column)).collect();
    of_columns(kind, &columns, objects, is_scoped(kind))
}

/// A table of these columns, each with the name it is printed under; with the namespaces first where these are told.
pub(crate) fn of_columns(kind: &str, columns: &[(&str, &str)], objects: &[&Value], namespaces: bool) -> String {
    if objects.is_empty() {
        return "No resources found".to_owned();
    }
    let mut header: Vec<String> = vec!["NAME".to_owned()];
    header.extend(columns.iter().map(|(shown, _)| (*shown).to_owned()));
    let mut rows = vec![header];
    for object in objects {
        let mut row = vec![text(object, "/metadata/name").to_owned()];
        row.extend(columns.iter().map(|(_, column)| cell(kind, column, object)));
        rows.push(row);
    }
    if namespaces {
        let namespaces = std::iter::once("NAMESPACE").chain(objects.iter().map(|o| text(o, "/metadata/namespace")));
        for (row, namespace) in rows.iter_mut().zip(namespaces) {
            row.insert(0, namespace.to_owned());
        }
    }
    aligned(&rows)
}

pub(crate) fn events(events: &[Event]) -> String {
    if events.is_empty() {
        return "No resources found".to_owned();
    }
    let mut rows = vec![["NAMESPACE", "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"].map(str::to_owned).to_vec()];
    for event in events {
        rows.push(vec![
            if event.namespace.is_empty() { "default".to_owned() } else { event.namespace.clone() },
            format!("{}s", event.age),
            if event.warning { "Warning" } else { "Normal" }.to_owned(),
            event.reason.clone(),
            format!("{}/{}", event.kind.to_lowercase(), event.name),
            event.message.clone(),
        ]);
    }
    aligned(&rows)
}

pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> =
        (0..rows[0].len()).map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| -> String {
        let last = row.len() - 1;
        let cells = row
            .iter()
            .enumerate()
            .map(|(at, cell)| if at == last { cell.clone() } else { format!("{cell:width$}   ", width = widths[at]) });
        cells.collect::<String>()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(crate) fn pairs(value: Option<&Value>) -> String {
    let pairs = value.and_then(Value::as_object).into_iter().flatten();
    let pairs: Vec<String> = pairs.map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or(""))).collect();
    if pairs.is_empty() { "<none>".to_owned() } else { pairs.join(",") }
}

fn number(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).map_or("0".to_owned(), ToString::to_string)
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "<none>".to_owned() } else { text.to_owned() }
}

fn cell(kind: &str, column: &str, object: &Value) -> String {
    let joined = |pointer: &str, key: &str| {
        list(object, pointer).iter().map(|v| text(v, key).to_owned()).collect::<Vec<_>>().join(",")
    };
    match (kind, column) {
        ("Pod", "AGE") => age(text(object, "/metadata/creationTimestamp")),
        (_, "AGE") => "26h".to_owned(),
        (_, "LABELS") => pairs(object.pointer("/metadata/labels")),
        ("Pod", _) => pod(column, object),
        (_, "CONTAINERS") => joined("/spec/template/spec/containers", "/name"),
        (_, "IMAGES") => joined("/spec/template/spec/containers", "/image"),
        ("Deployment" | "StatefulSet", "READY") => {
            format!("{}/{}", number(object, "/status/readyReplicas"), number(object, "/spec/replicas"))
        }
        ("Deployment", "UP-TO-DATE") => number(object, "/status/updatedReplicas"),
        ("Deployment", "AVAILABLE") => number(object, "/status/availableReplicas"),
        ("ReplicaSet", "DESIRED") => number(object, "/spec/replicas"),
        ("ReplicaSet", "CURRENT") => number(object, "/status/replicas"),
        ("ReplicaSet", "READY") => number(object, "/status/readyReplicas"),
        ("Deployment" | "ReplicaSet", "SELECTOR") => pairs(object.pointer("/spec/selector/matchLabels")),
        ("DaemonSet", "DESIRED") => number(object, "/status/desiredNumberScheduled"),
        ("DaemonSet", "CURRENT" | "UP-TO-DATE") => number(object, "/status/currentNumberScheduled"),
        ("DaemonSet", "READY" | "AVAILABLE") => number(object, "/status/numberReady"),
        ("Job", "STATUS") => match list(object, "/status/conditions").first() {
            Some(condition) => text(condition, "/type").to_owned(),
            None => "Running".to_owned(),
        },
        ("Job", "COMPLETIONS") => {
            format!("{}/{}", number(object, "/status/succeeded"), number(object, "/spec/completions"))
        }
        ("CronJob", "SCHEDULE") => text(object, "/spec/schedule").to_owned(),
        ("CronJob", "SUSPEND") => (object.pointer("/spec/suspend") == Some(&Value::Bool(true)))
            .to_string()
            .replace("true", "True")
            .replace("false", "False"),
        ("Service", _) => service(column, object),
        ("Endpoints", _) => endpoints(object),
        ("Node", _) => node(column, object),
        ("PersistentVolumeClaim" | "PersistentVolume" | "StorageClass", _) => storage(kind, column, object),
        ("Ingress", "HOSTS") => joined("/spec/rules", "/host"),
        ("Ingress", "CLASS") => text(object, "/spec/ingressClassName").to_owned(),
        ("NetworkPolicy", "POD-SELECTOR") => pairs(object.pointer("/spec/podSelector/matchLabels")),
        ("ResourceQuota", "REQUEST" | "LIMIT") => quota(object, column == "LIMIT"),
        ("HorizontalPodAutoscaler", "REFERENCE") => {
            format!("{}/{}", text(object, "/spec/scaleTargetRef/kind"), text(object, "/spec/scaleTargetRef/name"))
        }
        ("HorizontalPodAutoscaler", "TARGETS") => {
            let active = list(object, "/status/conditions")
                .iter()
                .any(|c| text(c, "/type") == "ScalingActive" && text(c, "/status") == "True");
            format!("cpu: {}/70%", if active { "31%" } else { "<unknown>" })
        }
        ("HorizontalPodAutoscaler", "MINPODS") => number(object, "/spec/minReplicas"),
        ("HorizontalPodAutoscaler", "MAXPODS") => number(object, "/spec/maxReplicas"),
        ("HorizontalPodAutoscaler", "REPLICAS") => number(object, "/status/currentReplicas"),
        ("PodDisruptionBudget", "ALLOWED DISRUPTIONS") => number(object, "/status/disruptionsAllowed"),
        ("PodDisruptionBudget", "MIN AVAILABLE") => number(object, "/spec/minAvailable"),
        ("PodDisruptionBudget", _) => "N/A".to_owned(),
        ("Namespace", "STATUS") => text(object, "/status/phase").to_owned(),
        ("Secret", "TYPE") => text(object, "/type").to_owned(),
        (_, "DATA") => object.get("data").and_then(Value::as_object).map_or(0, serde_json::Map::len).to_string(),
        _ => "<none>".to_owned(),
    }
}

/// The STATUS column, as the API server's printer computes it.
pub(crate) fn pod_status(pod: &Value) -> String {
    if pod.pointer("/metadata/deletionTimestamp").is_some() {
        return "Terminating".to_owned();
    }
    let phase = text(pod, "/status/phase");
    let reason = text(pod, "/status/reason");
    let mut shown = if reason.is_empty() { phase.to_owned() } else { reason.to_owned() };
    let init = list(pod, "/status/initContainerStatuses");
    for (at, status) in init.iter().enumerate() {
        if status["ready"] == Value::Bool(true) {
            continue;
        }
        let waiting = text(status, "/state/waiting/reason");
        let ended = text(status, "/state/terminated/reason");
        return match (waiting, ended) {
            ("" | "PodInitializing", "") => format!("Init:{at}/{}", init.len()),
            ("" | "PodInitializing", ended) => format!("Init:{ended}"),
            (waiting, _) => format!("Init:{waiting}"),
        };
    }
    let mut running = false;
    for status in list(pod, "/status/containerStatuses").iter().rev() {
        let waiting = text(status, "/state/waiting/reason");
        let ended = text(status, "/state/terminated/reason");
        if !waiting.is_empty() {
            waiting.clone_into(&mut shown);
        } else if !ended.is_empty() {
            ended.clone_into(&mut shown);
        } else if status["ready"] == Value::Bool(true) {
            running = true;
        }
    }
    if shown == "Completed" && running { "NotReady".to_owned() } else { shown }
}

fn pod(column: &str, pod: &Value) -> String {
    let statuses = list(pod, "/status/containerStatuses");
    match column {
        "READY" => {
            let ready = statuses.iter().filter(|s| s["ready"] == Value::Bool(true)).count();
            format!("{ready}/{}", list(pod, "/spec/containers").len())
        }
        "STATUS" => pod_status(pod),
        "RESTARTS" => {
            let all: u64 = statuses
                .iter()
                .chain(list(pod, "/status/initContainerStatuses"))
                .filter_map(|s| s["restartCount"].as_u64())
                .sum();
            let ended = statuses.iter().map(|s| text(s, "/lastState/terminated/finishedAt")).max().unwrap_or("");
            let ago = if ended.is_empty() { "41s".to_owned() } else { age(ended) };
            if all == 0 { "0".to_owned() } else { format!("{all} ({ago} ago)") }
        }
        "IP" => or_none(text(pod, "/status/podIP")),
        "NODE" => or_none(text(pod, "/spec/nodeName")),
        _ => "<none>".to_owned(),
    }
}

/// The time since, at 10:00 on the second of April, as `kubectl` rounds it.
fn age(time: &str) -> String {
    let part = |range: std::ops::Range<usize>| time.get(range).and_then(|t| t.parse::<i64>().ok()).unwrap_or(0);
    let days = if part(5..7) == 3 { 33 - part(8..10) } else { 2 - part(8..10) };
    let seconds = days * 86_400 + (9 - part(11..13)) * 3_600 + (59 - part(14..16)) * 60 + 20 - part(17..19);
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7_200 => format!("{}m", seconds / 60),
        7_200..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

fn service(column: &str, service: &Value) -> String {
    match column {
        "TYPE" => text(service, "/spec/type").to_owned(),
        "CLUSTER-IP" => or_none(text(service, "/spec/clusterIP")),
        "EXTERNAL-IP" => or_none(text(service, "/spec/externalName")),
        "PORT(S)" => {
            let ports = list(service, "/spec/ports").iter().map(|p| format!("{}/{}", p["port"], text(p, "/protocol")));
            or_none(&ports.collect::<Vec<_>>().join(","))
        }
        "SELECTOR" => pairs(service.pointer("/spec/selector")),
        _ => String::new(),
    }
}

/// At most three addresses are shown.
fn endpoints(object: &Value) -> String {
    let mut all = Vec::new();
    for subset in list(object, "/subsets") {
        for port in list(subset, "/ports") {
            all.extend(list(subset, "/addresses").iter().map(|a| format!("{}:{}", text(a, "/ip"), port["port"])));
        }
    }
    match all.len() {
        0 => "<none>".to_owned(),
        1..=3 => all.join(","),
        more => format!("{} + {} more...", all[..3].join(","), more - 3),
    }
}

fn node(column: &str, node: &Value) -> String {
    match column {
        "STATUS" => {
            let ready = list(node, "/status/conditions").iter().find(|c| text(c, "/type") == "Ready");
            let word = if ready.is_some_and(|c| text(c, "/status") == "True") { "Ready" } else { "NotReady" };
            let cordoned = node.pointer("/spec/unschedulable") == Some(&Value::Bool(true));
            if cordoned { format!("{word},SchedulingDisabled") } else { word.to_owned() }
        }
        "ROLES" => {
            let control = node.pointer("/metadata/labels/node-role.kubernetes.io~1control-plane").is_some();
            if control { "control-plane" } else { "<none>" }.to_owned()
        }
        "VERSION" => "v1.31.2".to_owned(),
        "INTERNAL-IP" => {
            list(node, "/status/addresses").first().map_or(String::new(), |a| text(a, "/address").to_owned())
        }
        "OS-IMAGE" => "Debian GNU/Linux 12 (bookworm)".to_owned(),
        "KERNEL-VERSION" => "6.1.0-28-amd64".to_owned(),
        "CONTAINER-RUNTIME" => "containerd://1.7.20".to_owned(),
        _ => "<none>".to_owned(),
    }
}

pub(crate) fn modes(value: &Value, pointer: &str) -> String {
    let short = |mode: &str| match mode {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        _ => "RWOP",
    };
    list(value, pointer).iter().filter_map(Value::as_str).map(short).collect::<Vec<_>>().join(",")
}

fn storage(kind: &str, column: &str, object: &Value) -> String {
    let claim = kind == "PersistentVolumeClaim";
    match column {
        "STATUS" => text(object, "/status/phase").to_owned(),
        "VOLUME" if text(object, "/status/phase") == "Bound" => text(object, "/spec/volumeName").to_owned(),
        "CAPACITY" if claim => text(object, "/status/capacity/storage").to_owned(),
        "CAPACITY" => text(object, "/spec/capacity/storage").to_owned(),
        "ACCESS MODES" if claim => modes(object, "/status/accessModes"),
        "ACCESS MODES" => modes(object, "/spec/accessModes"),
        "STORAGECLASS" => text(object, "/spec/storageClassName").to_owned(),
        "RECLAIM POLICY" => text(object, "/spec/persistentVolumeReclaimPolicy").to_owned(),
        "CLAIM" => match text(object, "/spec/claimRef/name") {
            "" => String::new(),
            name => format!("{}/{name}", text(object, "/spec/claimRef/namespace")),
        },
        "PROVISIONER" => text(object, "/provisioner").to_owned(),
        "RECLAIMPOLICY" => "Delete".to_owned(),
        "VOLUMEBINDINGMODE" => "Immediate".to_owned(),
        "ALLOWVOLUMEEXPANSION" => "false".to_owned(),
        "VOLUMEMODE" => "Filesystem".to_owned(),
        "VOLUMEATTRIBUTESCLASS" => "<unset>".to_owned(),
        _ => String::new(),
    }
}

fn quota(object: &Value, limits: bool) -> String {
    let hard = object.pointer("/status/hard").and_then(Value::as_object).into_iter().flatten();
    let own = hard.filter(|(resource, _)| resource.starts_with("limits.") == limits);
    let shown = own.map(|(resource, hard)| {
        let used = object["status"]["used"][resource].as_str().unwrap_or("0");
        format!("{resource}: {used}/{}", hard.as_str().unwrap_or(""))
    });
    shown.collect::<Vec<_>>().join(", ")
}
