//! From recorded calls to the files of an incident.

use std::fmt::{self, Write};

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::{Value, json};

/// The least size of a finding, in its own unit, that can be critical.
const PLAIN_RATE: f64 = 1.0;

/// The recorded calls with their outputs, in the order of the file (never sorted: names must not decide order).
pub(super) struct Calls(Vec<(String, Value)>);

impl Calls {
    /// The calls as recorded.
    pub(super) fn into_inner(self) -> Vec<(String, Value)> {
        self.0
    }
}

impl<'de> Deserialize<'de> for Calls {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Calls;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object of calls")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Calls, A::Error> {
                let mut calls = Vec::new();
                while let Some(call) = map.next_entry()? {
                    calls.push(call);
                }
                Ok(Calls(calls))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// What the incident's files are made of.
#[derive(Default)]
struct Files {
    transcript: String,
    edges: Vec<(String, String)>,
    alerts: Vec<Value>,
    start: Option<String>,
    nodes: Vec<String>,
    largest: Vec<(String, f64)>,
}

/// The files of the incident.
pub(super) fn incident(calls: &Calls, query: &str, namespace: &str, metrics: Option<&str>) -> Vec<(String, Vec<u8>)> {
    let mut files = Files::default();
    for (call, output) in &calls.0 {
        one(&mut files, call, output, namespace);
    }
    let mut meta = format!("title = {}\nnamespace = {}\n", quoted(query), quoted(namespace));
    if let Some(start) = &files.start {
        let _ = writeln!(meta, "start = {}", quoted(start));
    }
    let mut made = vec![
        ("incident.toml".to_owned(), meta.into_bytes()),
        ("kubernetes/transcript.txt".to_owned(), files.transcript.into_bytes()),
    ];
    if !files.edges.is_empty() {
        let mut rows = String::from("caller,callee\n");
        for (from, to) in &files.edges {
            let _ = writeln!(rows, "{from},{to}");
        }
        made.push(("topology.csv".to_owned(), rows.into_bytes()));
    }
    if !files.alerts.is_empty() {
        made.push(("alerts.json".to_owned(), json!({ "alerts": files.alerts }).to_string().into_bytes()));
    }
    if let Some(metrics) = metrics {
        made.push(("metrics/metrics.csv".to_owned(), long_table(metrics, &files.nodes).into_bytes()));
    }
    made
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn one(files: &mut Files, call: &str, output: &Value, namespace: &str) {
    let (tool, arguments) = call.split_once(':').unwrap_or((call, "{}"));
    let arguments: Value = serde_json::from_str(arguments).unwrap_or(Value::Null);
    let get = |key: &str| arguments.get(key).and_then(Value::as_str).unwrap_or("");
    let text = output.as_str().unwrap_or("");
    match tool {
        "GetResources" => resources(files, &arguments, text, namespace),
        "DescribeResource" => {
            let (kind, name) = (get("resource_type"), get("name"));
            if kind == "nodes" {
                note_node(files, name);
            }
            section(files, &format!("kubectl describe {kind} {name} -n {namespace}"), text);
        }
        "GetAppYAML" => section(files, &format!("cat {}.yaml", get("app_name")), text),
        "CheckServiceConnectivity" => {
            let port = arguments.get("port").map_or_else(String::new, Value::to_string);
            section(files, &format!("nc -zv {} {port}", get("service_name")), text);
        }
        "CheckNodeServiceStatus" => {
            note_node(files, get("node_name"));
            let _ = writeln!(files.transcript, "# node {}", get("node_name"));
            section(files, &format!("systemctl status {}", get("service_name")), text);
        }
        "GetErrorLogs" => logs(files, get("service_name"), output, namespace),
        "GetServiceDependencies" => dependencies(&mut files.edges, text),
        "GetAlerts" => alerts(files, output),
        _ => {
            // Some calls are recorded as `CheckServiceConnectivity-NAMESPACE-SERVICE-PORT`.
            let rest = tool.strip_prefix("CheckServiceConnectivity-").and_then(|t| t.strip_prefix(namespace));
            if let Some((service, port)) = rest.and_then(|r| r.strip_prefix('-')).and_then(|r| r.rsplit_once('-')) {
                section(files, &format!("nc -zv {service} {port}"), text);
            }
        }
    }
}

fn section(files: &mut Files, command: &str, output: &str) {
    let _ = writeln!(files.transcript, "$ {command}\n{}", output.trim_end());
}

fn note_node(files: &mut Files, name: &str) {
    if !files.nodes.iter().any(|known| known == name) {
        files.nodes.push(name.to_owned());
    }
}

/// `time,NAME-metric,…` becomes `time,entity,metric,value`, with metrics under the names that exporters give them.
fn long_table(table: &str, nodes: &[String]) -> String {
    let mut lines = table.trim_start_matches('\u{feff}').lines();
    let header: Vec<Option<(String, &str)>> = lines
        .next()
        .unwrap_or("")
        .split(',')
        .skip(1)
        .map(|column| {
            let (name, metric) = column.trim().rsplit_once('-')?;
            let kind = if nodes.iter().any(|node| node == name) { "node" } else { "service" };
            Some((format!("{kind}/{name}"), metric_name(metric)))
        })
        .collect();
    let mut long = String::from("time,entity,metric,value\n");
    for line in lines {
        let mut cells = line.split(',');
        let time = cells.next().unwrap_or("").trim().replace(' ', "T");
        for (column, value) in header.iter().zip(cells) {
            if let Some((entity, metric)) = column
                && !value.trim().is_empty()
            {
                let _ = writeln!(long, "{time}Z,{entity},{metric},{}", value.trim());
            }
        }
    }
    long
}

fn metric_name(name: &str) -> &str {
    match name {
        "cpu" => "cpu_usage_cores",
        "mem" => "memory_usage_bytes",
        "cpu_cfs" => "cpu_throttled_seconds",
        "rps" => "requests_per_second",
        "success_rate" => "success_ratio",
        "network_receive" => "network_receive_packets",
        "network_transmit" => "network_transmit_packets",
        "p50latency" => "latency_p50_ms",
        "p90latency" => "latency_p90_ms",
        "p95latency" => "latency_p95_ms",
        "p99latency" => "latency_p99_ms",
        "tcp_retans" => "tcp_retransmits",
        other => other,
    }
}

/// Whole lists, once wide and once with labels; the same rows one by one and by label say nothing more.
fn resources(files: &mut Files, arguments: &Value, text: &str, namespace: &str) {
    let get = |key: &str| arguments.get(key).and_then(Value::as_str).unwrap_or("");
    let flag = |key: &str| arguments.get(key).and_then(Value::as_bool).unwrap_or(false);
    let kind = get("resource_type");
    let plain_only = kind == "events";
    let wanted = if plain_only { true } else { flag("output_wide") || flag("show_labels") };
    if !get("name").is_empty() || !get("label_selector").is_empty() || !wanted {
        return;
    }
    let scope = if matches!(kind, "nodes" | "namespaces" | "persistentvolumes" | "storageclasses") {
        String::new()
    } else {
        let own = get("namespace");
        format!(" -n {}", if own.is_empty() { namespace } else { own })
    };
    let format = if flag("output_wide") {
        " -o wide"
    } else if flag("show_labels") {
        " --show-labels"
    } else {
        ""
    };
    let text = if text.trim().is_empty() { "No resources found" } else { text };
    section(files, &format!("kubectl get {kind}{scope}{format}"), text);
}

/// Error patterns with their counts become lines of the component's log.
fn logs(files: &mut Files, service: &str, output: &Value, namespace: &str) {
    let lines = log_lines(output);
    if !lines.is_empty() {
        section(files, &format!("kubectl logs deploy/{service} -n {namespace}"), &lines);
    }
}

/// The samples of the error patterns, one a line.
pub(super) fn log_lines(output: &Value) -> String {
    let parsed = output.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let output = parsed.as_ref().unwrap_or(output);
    let patterns = output.get("patterns").and_then(Value::as_array);
    let samples = patterns.into_iter().flatten().filter_map(|pattern| pattern.get("sample").and_then(Value::as_str));
    let lines: Vec<String> = samples.map(|sample| sample.replace('\n', " ")).collect();
    lines.join("\n")
}

/// Who calls whom, by the answer about one service.
pub(super) fn calls(text: &str) -> Vec<(String, String)> {
    let mut edges = Vec::new();
    dependencies(&mut edges, text);
    edges
}

/// The findings as `alerts.json` has them.
pub(super) fn alerts_json(output: &Value) -> String {
    let mut files = Files::default();
    alerts(&mut files, output);
    json!({ "alerts": files.alerts }).to_string()
}

/// `[Service]: a`, `[Upstream (Called By)]: b, c`, and a tree of what it calls.
fn dependencies(edges: &mut Vec<(String, String)>, text: &str) {
    let mut add = |from: &str, to: &str| {
        let edge = (from.to_owned(), to.to_owned());
        if !from.is_empty() && !to.is_empty() && !edges.contains(&edge) {
            edges.push(edge);
        }
    };
    let mut own = "";
    let mut path: Vec<(usize, &str)> = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("[Service]:") {
            own = rest.split_whitespace().next().unwrap_or("");
        } else if let Some(rest) = line.strip_prefix("[Upstream (Called By)]:") {
            for caller in rest.split(',').map(str::trim).filter(|name| is_name(name)) {
                add(caller, own);
            }
        } else if let Some(start) = line.find(|c: char| c.is_ascii_alphanumeric()) {
            let depth = line.get(..start).unwrap_or("").chars().count();
            let name = line.get(start..).and_then(|rest| rest.split_whitespace().next()).unwrap_or("");
            if !is_name(name) || line.starts_with(['[', '(']) {
                continue;
            }
            path.retain(|(above, _)| *above < depth);
            if let Some((_, caller)) = path.last() {
                add(caller, name);
            }
            path.push((depth, name));
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// `KIND [Detail] | measure: Normal=1.2ms -> Current=3.4ms (+183%)` becomes an alert a finding.
///
/// The set states no severity. A finding is critical where it at least doubled and comes within half of the largest of its
/// kind, and its size is plain (a retransmission rate below [`PLAIN_RATE`] a second is not); else a warning.
fn alerts(files: &mut Files, output: &Value) {
    let list = output.get("alerts").and_then(Value::as_array);
    let findings = || list.into_iter().flatten().filter_map(|alert| alert.get("evidence")?.as_array()).flatten();
    for finding in findings().filter_map(Value::as_str) {
        let (kind, measured) = finding.split_once(" | ").unwrap_or((finding, ""));
        let current = number_after(measured, "Current=").and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0);
        match files.largest.iter_mut().find(|(known, _)| known == kind) {
            Some((_, most)) => *most = most.max(current),
            None => files.largest.push((kind.to_owned(), current)),
        }
    }
    for alert in list.into_iter().flatten() {
        let get = |key: &str| alert.get(key).and_then(Value::as_str).unwrap_or("");
        let start = get("time_range").split(" ~ ").next().unwrap_or("").replace(' ', "T");
        let start = if start.is_empty() { None } else { Some(format!("{start}Z")) };
        if let Some(start) = &start
            && files.start.as_ref().is_none_or(|known| start < known)
        {
            files.start = Some(start.clone());
        }
        let label = if get("type") == "Node" { "node" } else { "service" };
        for finding in alert.get("evidence").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            let (kind, measured) = finding.split_once(" | ").unwrap_or((finding, ""));
            for measure in measured.split(" | ") {
                let mut labels = serde_json::Map::new();
                labels.insert("alertname".to_owned(), Value::from(camel(kind)));
                labels.insert(label.to_owned(), Value::from(get("name")));
                labels.insert("severity".to_owned(), Value::from(severity(&files.largest, kind, measure)));
                let mut annotations = serde_json::Map::new();
                annotations.insert("summary".to_owned(), Value::from(finding));
                for (key, lead) in
                    [("normal", "Normal="), ("current", "Current="), ("current", "Cur="), ("current", "Val: ")]
                {
                    if let Some(number) = number_after(measure, lead) {
                        annotations.insert(key.to_owned(), Value::from(number));
                    }
                }
                files.alerts.push(json!({ "labels": labels, "annotations": annotations, "startsAt": start }));
            }
        }
    }
}

fn severity(largest: &[(String, f64)], kind: &str, measure: &str) -> &'static str {
    let number = |lead| number_after(measure, lead).and_then(|n| n.parse::<f64>().ok());
    let most = largest.iter().find(|(known, _)| known == kind).map_or(0.0, |(_, most)| *most);
    match (number("Normal="), number("Current=")) {
        (Some(normal), Some(current)) if current >= normal * 2.0 && current * 2.0 >= most && current >= PLAIN_RATE => {
            "critical"
        }
        _ => "warning",
    }
}

/// `LATENCY_DEGRADATION [Slow Response]` → `LatencyDegradationSlowResponse`.
fn camel(text: &str) -> String {
    let mut joined = String::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        joined.push_str(&first.to_ascii_uppercase());
        joined.push_str(&rest.to_ascii_lowercase());
    }
    joined
}

fn number_after(text: &str, lead: &str) -> Option<String> {
    let (_, rest) = text.split_once(lead)?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    rest.get(..end).filter(|number| !number.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_of_dependencies_becomes_edges() {
        let mut edges = Vec::new();
        dependencies(
            &mut edges,
            "[Service]: web (Entrypoint)\n[Upstream (Called By)]: (User Traffic)\n[Downstream (Calls)]:\nweb\n├── cart\n│   └── store  <-- (Database)\n└── ads\n",
        );
        dependencies(
            &mut edges,
            "[Service]: ads\n[Upstream (Called By)]: web, shop\n[Downstream (Calls)]:\n(None - Leaf Service)\n",
        );
        let view: Vec<(&str, &str)> = edges.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(view, [("web", "cart"), ("cart", "store"), ("web", "ads"), ("shop", "ads")]);
    }

    #[test]
    fn neither_label_nor_path_reaches_the_incident() {
        let calls: Calls = serde_json::from_str(
            r#"{"collection_timestamp":"x","GetResources:{\"resource_type\":\"pods\",\"name\":\"\",\"namespace\":\"shop\",\"output_wide\":true}":"NAME READY\n","CheckServiceConnectivity-shop-web-store-80":"Connection Failed"}"#,
        )
        .unwrap();
        let files = incident(&calls, "It is \"slow\".", "shop", None);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["incident.toml", "kubernetes/transcript.txt"]);
        let transcript = String::from_utf8(files[1].1.clone()).unwrap();
        assert_eq!(
            transcript,
            "$ kubectl get pods -n shop -o wide\nNAME READY\n$ nc -zv web-store 80\nConnection Failed\n"
        );
        assert_eq!(
            String::from_utf8(files[0].1.clone()).unwrap(),
            "title = \"It is \\\"slow\\\".\"\nnamespace = \"shop\"\n"
        );
    }

    #[test]
    fn findings_become_alerts() {
        assert_eq!(camel("NETWORK_QUALITY_DEGRADED [TCP Retransmission]"), "NetworkQualityDegradedTcpRetransmission");
        assert_eq!(number_after("p90: Normal=5.63ms -> Current=205.27ms", "Current="), Some("205.27".to_owned()));
    }
}
