//! `kubectl describe` of everything: a header by kind, then the events.

use super::describe_pod;
use super::table::{modes, pairs};
use crate::world::{Event, World, list, text};
use serde_json::Value;
use std::fmt::Write as _;

pub(crate) fn write(world: &World, kind: &str, object: &Value, events: &[&Event]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "Name:             {}", text(object, "/metadata/name"));
    let namespace = text(object, "/metadata/namespace");
    if !namespace.is_empty() {
        let _ = writeln!(out, "Namespace:        {namespace}");
    }
    match kind {
        "Pod" => pod(&mut out, object),
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" => workload(&mut out, kind, object),
        "Service" => service(&mut out, world, object),
        "Node" => node(&mut out, world, object),
        "PersistentVolumeClaim" | "PersistentVolume" => storage(&mut out, kind, object),
        "Ingress" => ingress(&mut out, object),
        "NetworkPolicy" => policy(&mut out, object),
        "ResourceQuota" => quota(&mut out, object),
        "HorizontalPodAutoscaler" => autoscaler(&mut out, object),
        _ => config_map(&mut out, object),
    }
    if kind == "ConfigMap" || kind == "NetworkPolicy" || kind == "ResourceQuota" {
        return out;
    }
    if events.is_empty() {
        let _ = write!(out, "Events:           <none>");
        return out;
    }
    let _ = writeln!(
        out,
        "Events:\n  Type     Reason            Age                    From               Message\n  ----     ------            ----                   ----               -------"
    );
    for event in events {
        let kind = if event.warning { "Warning" } else { "Normal" };
        let age = if event.count > 1 {
            format!("{}s (x{} over 9m12s)", event.age, event.count)
        } else {
            format!("{}s", event.age)
        };
        let _ = writeln!(out, "  {kind:7}  {:16}  {age:21}  {:17}  {}", event.reason, event.from, event.message);
    }
    out
}

fn labels(out: &mut String, object: &Value) {
    let shown = pairs(object.pointer("/metadata/labels")).replace(',', "\n                  ");
    let _ = writeln!(out, "Labels:           {shown}\nAnnotations:      <none>");
}

fn pod(out: &mut String, pod: &Value) {
    let account = text(pod, "/spec/serviceAccountName");
    let node = match text(pod, "/spec/nodeName") {
        "" => "<none>".to_owned(),
        node => format!("{node}/{}", text(pod, "/status/hostIP")),
    };
    let _ = writeln!(
        out,
        "Priority:         0\nService Account:  {account}\nNode:             {node}\nStart Time:       Wed, 02 Apr 2031 08:00:00 +0000"
    );
    labels(out, pod);
    let phase = if pod.pointer("/metadata/deletionTimestamp").is_some() {
        "Terminating (lasts 40s)"
    } else {
        text(pod, "/status/phase")
    };
    let _ = writeln!(out, "Status:           {phase}");
    for (title, pointer) in [("Reason", "/status/reason"), ("Message", "/status/message")] {
        if !text(pod, pointer).is_empty() {
            let _ = writeln!(out, "{title}:           {}", text(pod, pointer));
        }
    }
    let _ = writeln!(out, "IP:               {}", text(pod, "/status/podIP"));
    let owner = &pod["metadata"]["ownerReferences"][0];
    let _ = writeln!(out, "Controlled By:  {}/{}", text(owner, "/kind"), text(owner, "/name"));
    describe_pod::spec(out, &pod["spec"], pod.get("status"), 0);
}

fn workload(out: &mut String, kind: &str, object: &Value) {
    labels(out, object);
    let selector = pairs(object.pointer("/spec/selector/matchLabels"));
    let number = |pointer: &str| object.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    let (wanted, all, ready) = (number("/spec/replicas"), number("/status/replicas"), number("/status/readyReplicas"));
    let _ = writeln!(out, "Selector:         {selector}");
    match kind {
        "Deployment" => {
            let _ = writeln!(
                out,
                "Replicas:         {wanted} desired | {all} updated | {all} total | {ready} available | {} unavailable\nStrategyType:     RollingUpdate",
                all.saturating_sub(ready)
            );
        }
        "StatefulSet" => {
            let _ = writeln!(
                out,
                "Replicas:         {wanted} desired | {all} total\nUpdate Strategy:  RollingUpdate\nPods Status:      {all} Running / 0 Waiting / 0 Succeeded / 0 Failed"
            );
        }
        "DaemonSet" => {
            let _ = writeln!(
                out,
                "Desired Number of Nodes Scheduled: {}\nCurrent Number of Nodes Scheduled: {}\nNumber of Nodes Scheduled with Available Pods: {}",
                number("/status/desiredNumberScheduled"),
                number("/status/currentNumberScheduled"),
                number("/status/numberAvailable")
            );
        }
        "CronJob" => {
            let _ = writeln!(out, "Schedule:         {}\nSuspend:          False", text(object, "/spec/schedule"));
        }
        _ => {
            let _ = writeln!(
                out,
                "Parallelism:      1\nCompletions:      1\nPods Statuses:    {} Active (0 Ready) / {} Succeeded / {} Failed",
                number("/status/active"),
                number("/status/succeeded"),
                number("/status/failed")
            );
        }
    }
    let template = object.pointer("/spec/jobTemplate/spec/template").unwrap_or(&object["spec"]["template"]);
    let _ = writeln!(out, "Pod Template:\n  Labels:  {}", pairs(template.pointer("/metadata/labels")));
    describe_pod::spec(out, &template["spec"], None, 2);
}

fn service(out: &mut String, world: &World, service: &Value) {
    labels(out, service);
    let _ = writeln!(
        out,
        "Selector:         {}\nType:             {}",
        pairs(service.pointer("/spec/selector")),
        text(service, "/spec/type")
    );
    if !text(service, "/spec/externalName").is_empty() {
        let _ = writeln!(out, "External Name:    {}", text(service, "/spec/externalName"));
    }
    let _ = writeln!(out, "IP:               {}", text(service, "/spec/clusterIP"));
    let own = world.of_kind("Endpoints").into_iter().find(|e| {
        e["metadata"]["name"] == service["metadata"]["name"]
            && e["metadata"]["namespace"] == service["metadata"]["namespace"]
    });
    for port in list(service, "/spec/ports") {
        let protocol = text(port, "/protocol");
        let target = port["targetPort"].as_str().map_or_else(|| port["targetPort"].to_string(), str::to_owned);
        let ready = own.iter().flat_map(|e| list(e, "/subsets")).flat_map(|s| list(s, "/addresses"));
        let shown: Vec<String> = ready.map(|a| format!("{}:{target}", text(a, "/ip"))).collect();
        let _ = writeln!(
            out,
            "Port:             {}  {}/{protocol}\nTargetPort:       {target}/{protocol}\nEndpoints:        {}",
            text(port, "/name"),
            port["port"],
            shown.join(",")
        );
    }
    let _ = writeln!(out, "Session Affinity: None");
}

fn node(out: &mut String, world: &World, node: &Value) {
    let name = text(node, "/metadata/name");
    labels(out, node);
    let taints: Vec<String> = list(node, "/spec/taints")
        .iter()
        .map(|t| match text(t, "/value") {
            "" => format!("{}:{}", text(t, "/key"), text(t, "/effect")),
            value => format!("{}={value}:{}", text(t, "/key"), text(t, "/effect")),
        })
        .collect();
    let taints = if taints.is_empty() { "<none>".to_owned() } else { taints.join("\n                    ") };
    let cordoned = node.pointer("/spec/unschedulable") == Some(&Value::Bool(true));
    let _ = writeln!(out, "Taints:             {taints}\nUnschedulable:      {cordoned}");
    let _ = writeln!(
        out,
        "Conditions:\n  Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message\n  ----             ------  -----------------                 ------------------                ------                       -------"
    );
    for condition in list(node, "/status/conditions") {
        let _ = writeln!(
            out,
            "  {:15}  {:6}  Wed, 02 Apr 2031 09:00:00 +0000   Tue, 01 Apr 2031 08:00:00 +0000   {:27}  {}",
            text(condition, "/type"),
            text(condition, "/status"),
            text(condition, "/reason"),
            text(condition, "/message")
        );
    }
    let _ = writeln!(out, "Addresses:\n  InternalIP:  192.0.2.10\n  Hostname:    {name}");
    for (title, key) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let _ = writeln!(out, "{title}:");
        for (resource, amount) in node["status"][key].as_object().into_iter().flatten() {
            let _ = writeln!(out, "  {resource}:  {}", amount.as_str().unwrap_or(""));
        }
    }
    let here: Vec<&Value> = world.of_kind("Pod").into_iter().filter(|p| text(p, "/spec/nodeName") == name).collect();
    let containers: u32 = here.iter().map(|p| list(p, "/spec/containers").len() as u32).sum();
    let _ = writeln!(
        out,
        "Non-terminated Pods:          ({} in total)\n  Namespace  Name  CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age\n  ---------  ----  ------------  ----------  ---------------  -------------  ---",
        here.len()
    );
    for pod in here {
        let _ = writeln!(
            out,
            "  {}  {}  100m (2%)  500m (12%)  256Mi (3%)  512Mi (6%)  4h",
            text(pod, "/metadata/namespace"),
            text(pod, "/metadata/name")
        );
    }
    let _ = writeln!(
        out,
        "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n  Resource           Requests    Limits\n  --------           --------    ------\n  cpu                {}m (9%)   {}m (40%)\n  memory             {}Mi (9%)  {}Mi (30%)\n  ephemeral-storage  0 (0%)      0 (0%)",
        containers * 100,
        containers * 500,
        containers * 256,
        containers * 512
    );
}

fn storage(out: &mut String, kind: &str, object: &Value) {
    let claim = kind == "PersistentVolumeClaim";
    labels(out, object);
    let bound = text(object, "/status/phase") == "Bound";
    let _ = writeln!(
        out,
        "StorageClass:  {}\nStatus:        {}",
        text(object, "/spec/storageClassName"),
        text(object, "/status/phase")
    );
    if claim {
        let _ = writeln!(
            out,
            "Volume:        {}\nFinalizers:    [kubernetes.io/pvc-protection]\nCapacity:      {}\nAccess Modes:  {}\nVolumeMode:    Filesystem",
            text(object, "/spec/volumeName"),
            text(object, "/status/capacity/storage"),
            if bound { modes(object, "/status/accessModes") } else { String::new() }
        );
    } else {
        let claim = match text(object, "/spec/claimRef/name") {
            "" => String::new(),
            name => format!("{}/{name}", text(object, "/spec/claimRef/namespace")),
        };
        let _ = writeln!(
            out,
            "Claim:           {claim}\nReclaim Policy:  Retain\nAccess Modes:    {}\nVolumeMode:      Filesystem\nCapacity:        {}\nNode Affinity:   <none>",
            modes(object, "/spec/accessModes"),
            text(object, "/spec/capacity/storage")
        );
    }
}

fn ingress(out: &mut String, object: &Value) {
    let _ = writeln!(out, "Address:          192.0.2.80\nIngress Class:    outer\nDefault backend:  <default>");
    for tls in list(object, "/spec/tls") {
        let _ = writeln!(
            out,
            "TLS:\n  {} terminates {}",
            text(tls, "/secretName"),
            list(tls, "/hosts").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
        );
    }
    let _ = writeln!(out, "Rules:\n  Host                 Path  Backends\n  ----                 ----  --------");
    for rule in list(object, "/spec/rules") {
        let _ = writeln!(out, "  {}", text(rule, "/host"));
        for path in list(rule, "/http/paths") {
            let service = &path["backend"]["service"];
            let port = service["port"]["number"]
                .as_u64()
                .map_or_else(|| text(service, "/port/name").to_owned(), |n| n.to_string());
            let _ = writeln!(
                out,
                "                       {}   {}:{port} (10.244.1.9:8080)",
                text(path, "/path"),
                text(service, "/name")
            );
        }
    }
}

fn policy(out: &mut String, object: &Value) {
    let spec = &object["spec"];
    let selector = match pairs(spec.pointer("/podSelector/matchLabels")) {
        none if none == "<none>" => "<none> (Allowing the specific traffic to all pods in this namespace)".to_owned(),
        some => some,
    };
    let _ = writeln!(
        out,
        "Created on:   2031-04-01 08:00:00 +0000 UTC\nLabels:       <none>\nAnnotations:  <none>\nSpec:\n  PodSelector:     {selector}"
    );
    for (kind, word, side) in [("Ingress", "ingress", "from"), ("Egress", "egress", "to")] {
        let types = list(spec, "/policyTypes");
        if !types.iter().any(|t| t == kind) {
            let _ = writeln!(out, "  Not affecting {word} traffic");
            continue;
        }
        let rules = list(spec, &format!("/{word}"));
        let _ = writeln!(out, "  Allowing {word} traffic:");
        if rules.is_empty() {
            let _ = writeln!(out, "    <none> (Selected pods are isolated for {word} connectivity)");
        }
        for rule in rules {
            let ports = list(rule, "/ports");
            if ports.is_empty() {
                let _ = writeln!(out, "    To Port: <any> (traffic allowed to all ports)");
            }
            for port in ports {
                let _ = writeln!(out, "    To Port: {}/TCP", port["port"]);
            }
            let peers = list(rule, &format!("/{side}"));
            let lead = if side == "from" { "From" } else { "To" };
            if peers.is_empty() {
                let _ = writeln!(
                    out,
                    "    {lead}: <any> (traffic not restricted by {})",
                    if side == "from" { "source" } else { "destination" }
                );
            }
            for peer in peers {
                let _ = writeln!(
                    out,
                    "    {lead}:\n      PodSelector: {}",
                    pairs(peer.pointer("/podSelector/matchLabels"))
                );
            }
        }
    }
    let _ = writeln!(
        out,
        "  Policy Types: {}",
        list(spec, "/policyTypes").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
    );
}

fn quota(out: &mut String, object: &Value) {
    let _ = writeln!(out, "Resource                Used  Hard\n--------                ----  ----");
    for (resource, hard) in object["status"]["hard"].as_object().into_iter().flatten() {
        let _ = writeln!(
            out,
            "{resource:22}  {:4}  {}",
            object["status"]["used"][resource].as_str().unwrap_or("0"),
            hard.as_str().unwrap_or("")
        );
    }
}

fn autoscaler(out: &mut String, object: &Value) {
    labels(out, object);
    let _ = writeln!(
        out,
        "Reference:        {}/{}",
        text(object, "/spec/scaleTargetRef/kind"),
        text(object, "/spec/scaleTargetRef/name")
    );
    let _ = writeln!(
        out,
        "Min replicas:     {}\nMax replicas:     {}\nDeployment pods:  {} current / {} desired",
        object["spec"]["minReplicas"],
        object["spec"]["maxReplicas"],
        object["status"]["currentReplicas"],
        object["status"]["desiredReplicas"]
    );
    let _ = writeln!(
        out,
        "Conditions:\n  Type            Status  Reason            Message\n  ----            ------  ------            -------"
    );
    for condition in list(object, "/status/conditions") {
        let _ = writeln!(
            out,
            "  {:14}  {:6}  {:16}  {}",
            text(condition, "/type"),
            text(condition, "/status"),
            text(condition, "/reason"),
            text(condition, "/message")
        );
    }
}

fn config_map(out: &mut String, object: &Value) {
    let _ = writeln!(out, "Labels:       <none>\nAnnotations:  <none>\n\nData\n====");
    for (key, value) in object["data"].as_object().into_iter().flatten() {
        let _ = writeln!(out, "{key}:\n----\n{}\n", value.as_str().unwrap_or(""));
    }
    let _ = writeln!(out, "\nBinaryData\n====\n\nEvents:  <none>");
}
