//! `kubectl describe` of Services, nodes, claims, volumes, ingresses and quotas, as version 1.30 prints them.

use super::describe::{TIME, row, several};
use crate::print::table::{modes, pairs};
use crate::world::{World, list, text};
use serde_json::Value;
use std::fmt::Write as _;

pub(super) fn service(out: &mut String, world: &World, service: &Value) {
    row(out, 26, "Name", text(service, "/metadata/name"));
    row(out, 26, "Namespace", text(service, "/metadata/namespace"));
    several(out, 26, "Labels", &pairs(service.pointer("/metadata/labels")));
    row(out, 26, "Annotations", "meta.helm.sh/release-name: prod");
    row(out, 26, "Selector", &pairs(service.pointer("/spec/selector")));
    row(out, 26, "Type", text(service, "/spec/type"));
    row(out, 26, "IP Family Policy", "SingleStack");
    row(out, 26, "IP Families", "IPv4");
    row(out, 26, "IP", text(service, "/spec/clusterIP"));
    row(out, 26, "IPs", text(service, "/spec/clusterIP"));
    let own = world.of_kind("Endpoints").into_iter().find(|e| {
        e["metadata"]["name"] == service["metadata"]["name"]
            && e["metadata"]["namespace"] == service["metadata"]["namespace"]
    });
    for port in list(service, "/spec/ports") {
        let protocol = text(port, "/protocol");
        let target = port["targetPort"].as_str().map_or_else(|| port["targetPort"].to_string(), str::to_owned);
        let ready = own.iter().flat_map(|e| list(e, "/subsets")).flat_map(|s| list(s, "/addresses"));
        let shown: Vec<String> = ready.map(|a| format!("{}:{target}", text(a, "/ip"))).collect();
        row(out, 26, "Port", &format!("{}  {}/{protocol}", text(port, "/name"), port["port"]));
        row(out, 26, "TargetPort", &format!("{target}/{protocol}"));
        row(out, 26, "Endpoints", &if shown.is_empty() { "<none>".to_owned() } else { shown.join(",") });
    }
    row(out, 26, "Session Affinity", "None");
    row(out, 26, "Internal Traffic Policy", "Cluster");
}

pub(super) fn node(out: &mut String, world: &World, node: &Value) {
    let name = text(node, "/metadata/name");
    row(out, 20, "Name", name);
    row(out, 20, "Roles", if name.contains("cp") { "control-plane" } else { "<none>" });
    several(out, 20, "Labels", &pairs(node.pointer("/metadata/labels")));
    row(out, 20, "Annotations", "node.alpha.kubernetes.io/ttl: 0");
    row(out, 20, "CreationTimestamp", TIME);
    let taints: Vec<String> = list(node, "/spec/taints")
        .iter()
        .map(|t| {
            let value = text(t, "/value");
            let middle = if value.is_empty() { String::new() } else { format!("={value}") };
            format!("{}{middle}:{}", text(t, "/key"), text(t, "/effect"))
        })
        .collect();
    several(out, 20, "Taints", &if taints.is_empty() { "<none>".to_owned() } else { taints.join(",") });
    row(
        out,
        20,
        "Unschedulable",
        if node.pointer("/spec/unschedulable") == Some(&Value::Bool(true)) { "true" } else { "false" },
    );
    let _ = writeln!(
        out,
        "Lease:\n  HolderIdentity:  {name}\n  AcquireTime:     <unset>\n  RenewTime:       {TIME}\nConditions:"
    );
    let _ = writeln!(
        out,
        "  Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message\n  ----             ------  -----------------                 ------------------                ------                       -------"
    );
    for condition in list(node, "/status/conditions") {
        let _ = writeln!(
            out,
            "  {:16} {:7} {TIME}   {TIME}   {:28} {}",
            text(condition, "/type"),
            text(condition, "/status"),
            text(condition, "/reason"),
            text(condition, "/message")
        );
    }
    let _ = writeln!(
        out,
        "Addresses:\n  InternalIP:  {}\n  Hostname:    {name}",
        text(node, "/status/addresses/0/address")
    );
    for (title, key) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let _ = writeln!(out, "{title}:");
        for (resource, amount) in node["status"][key].as_object().into_iter().flatten() {
            let _ = writeln!(out, "  {:19} {}", format!("{resource}:"), amount.as_str().unwrap_or(""));
        }
    }
    let _ = writeln!(
        out,
        "System Info:\n  Machine ID:                 0b1c\n  Kernel Version:             6.8.0-41-generic\n  OS Image:                   Ubuntu 24.04.1 LTS\n  Operating System:           linux\n  Architecture:               amd64\n  Container Runtime Version:  containerd://1.7.22\n  Kubelet Version:            v1.30.4"
    );
    let here: Vec<&Value> = world.of_kind("Pod").into_iter().filter(|p| text(p, "/spec/nodeName") == name).collect();
    let _ = writeln!(
        out,
        "Non-terminated Pods:          ({} in total)\n  Namespace                   Name                                 CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age\n  ---------                   ----                                 ------------  ----------  ---------------  -------------  ---",
        here.len()
    );
    for pod in &here {
        let _ = writeln!(
            out,
            "  {:27} {:36} 100m (2%)     500m (12%)  256Mi (3%)       512Mi (6%)     26h",
            text(pod, "/metadata/namespace"),
            text(pod, "/metadata/name")
        );
    }
    let all = here.len() * 100;
    let _ = writeln!(
        out,
        "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n  Resource           Requests     Limits\n  --------           --------     ------\n  cpu                {all}m ({}%)  {}m ({}%)\n  memory             {}Mi (30%)  {}Mi (60%)\n  ephemeral-storage  0 (0%)       0 (0%)",
        all / 40,
        all * 5,
        all / 8,
        all * 2,
        all * 5
    );
}

pub(super) fn claim(out: &mut String, world: &World, claim: &Value) {
    let bound = text(claim, "/status/phase") == "Bound";
    let name = text(claim, "/metadata/name");
    row(out, 15, "Name", name);
    row(out, 15, "Namespace", text(claim, "/metadata/namespace"));
    row(out, 15, "StorageClass", text(claim, "/spec/storageClassName"));
    row(out, 15, "Status", text(claim, "/status/phase"));
    row(out, 15, "Volume", text(claim, "/spec/volumeName"));
    row(out, 15, "Labels", "<none>");
    row(out, 15, "Annotations", "<none>");
    row(out, 15, "Finalizers", "[kubernetes.io/pvc-protection]");
    row(out, 15, "Capacity", text(claim, "/status/capacity/storage"));
    row(out, 15, "Access Modes", &if bound { modes(claim, "/status/accessModes") } else { String::new() });
    row(out, 15, "VolumeMode", "Filesystem");
    let uses =
        |pod: &&&Value| list(pod, "/spec/volumes").iter().any(|v| text(v, "/persistentVolumeClaim/claimName") == name);
    let pods = world.of_kind("Pod");
    row(out, 15, "Used By", pods.iter().find(uses).map_or("<none>", |pod| text(pod, "/metadata/name")));
}

pub(super) fn volume(out: &mut String, volume: &Value) {
    let claim = match text(volume, "/spec/claimRef/name") {
        "" => String::new(),
        name => format!("{}/{name}", text(volume, "/spec/claimRef/namespace")),
    };
    row(out, 17, "Name", text(volume, "/metadata/name"));
    row(out, 17, "Labels", &pairs(volume.pointer("/metadata/labels")));
    row(out, 17, "Annotations", "pv.kubernetes.io/provisioned-by: ebs.csi.aws.com");
    row(out, 17, "Finalizers", "[kubernetes.io/pv-protection]");
    row(out, 17, "StorageClass", text(volume, "/spec/storageClassName"));
    row(out, 17, "Status", text(volume, "/status/phase"));
    row(out, 17, "Claim", &claim);
    row(out, 17, "Reclaim Policy", "Retain");
    row(out, 17, "Access Modes", &modes(volume, "/spec/accessModes"));
    row(out, 17, "VolumeMode", "Filesystem");
    row(out, 17, "Capacity", text(volume, "/spec/capacity/storage"));
    let _ = writeln!(
        out,
        "Node Affinity:   <none>\nMessage:         \nSource:\n    Type:              CSI (a Container Storage Interface (CSI) volume source)\n    Driver:            ebs.csi.aws.com\n    FSType:            ext4\n    VolumeHandle:      vol-0b51\n    ReadOnly:          false\n    VolumeAttributes:      <none>"
    );
}

pub(super) fn ingress(out: &mut String, world: &World, ingress: &Value) {
    row(out, 18, "Name", text(ingress, "/metadata/name"));
    row(out, 18, "Labels", "<none>");
    row(out, 18, "Namespace", text(ingress, "/metadata/namespace"));
    row(out, 18, "Address", "203.0.113.10");
    row(out, 18, "Ingress Class", text(ingress, "/spec/ingressClassName"));
    row(out, 18, "Default backend", "<default>");
    let _ = writeln!(out, "Rules:\n  Host         Path  Backends\n  ----         ----  --------");
    for rule in list(ingress, "/spec/rules") {
        let _ = writeln!(out, "  {}  ", text(rule, "/host"));
        for path in list(rule, "/http/paths") {
            let own = &path["backend"]["service"];
            let name = text(own, "/name");
            let known = world.of_kind("Service").iter().any(|s| text(s, "/metadata/name") == name);
            let behind = if known {
                "(10.244.1.9:8088)".to_owned()
            } else {
                format!("(<error: services \"{name}\" not found>)")
            };
            let _ = writeln!(out, "               {}   {name}:{} {behind}", text(path, "/path"), own["port"]["number"]);
        }
    }
    row(out, 18, "Annotations", "<none>");
}

pub(super) fn quota(object: &Value) -> String {
    let hard = object["status"]["hard"].as_object();
    let width = hard.into_iter().flatten().map(|(key, _)| key.len()).max().unwrap_or(0).max(8) + 2;
    let mut out = format!(
        "Name:       {}\nNamespace:  {}\n",
        text(object, "/metadata/name"),
        text(object, "/metadata/namespace")
    );
    let _ = writeln!(out, "{:width$}Used   Hard\n{:width$}----   ----", "Resource", "--------");
    for (resource, hard) in hard.into_iter().flatten() {
        let used = object["status"]["used"][resource].as_str().unwrap_or("0");
        let _ = writeln!(out, "{resource:width$}{used:6} {}", hard.as_str().unwrap_or(""));
    }
    out
}
