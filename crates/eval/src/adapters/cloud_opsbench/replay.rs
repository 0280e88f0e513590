//! Answers single commands from a case's recorded calls, as a cluster would have: the other way to use a recording.
//!
//! A call that was not recorded has no answer. What the recorded tools cannot express (several kinds at once, other
//! formats) is not offered. A command that asks at once what the tools were asked one by one (`kubectl describe pods`,
//! `systemctl status kubelet containerd`) is answered by these answers one below the other, as the command prints them.

use std::collections::HashMap;

use oriel_diagnosis::inquiry::{Answer, Ask, AskError, Command};
use serde_json::{Map, Value};

use super::convert::{self, Calls};

/// The kinds that the recorded tools list, by the words that commands use for them.
const KINDS: [(&str, &str); 10] = [
    ("pod", "pods"),
    ("deployment", "deployments"),
    ("service", "services"),
    ("node", "nodes"),
    ("replicaset", "replicasets"),
    ("serviceaccount", "serviceaccounts"),
    ("persistentvolumeclaim", "persistentvolumeclaims"),
    ("persistentvolume", "persistentvolumes"),
    ("namespace", "namespaces"),
    ("resourcequotas", "resourcequota"),
];

/// A recorded cluster.
pub(super) struct Recording {
    namespace: String,
    /// What was described, by kind, in the order recorded.
    described: Vec<(String, String)>,
    calls: HashMap<(String, Vec<(String, String)>), Value>,
}

impl Recording {
    /// The recorded calls by tool and arguments.
    pub(super) fn of(calls: Calls, namespace: &str) -> Self {
        let mut by_call = HashMap::new();
        let mut described = Vec::new();
        for (call, output) in calls.into_inner() {
            let connectivity = call.strip_prefix("CheckServiceConnectivity-").and_then(|rest| {
                let rest = rest.strip_prefix(namespace)?.strip_prefix('-')?;
                rest.rsplit_once('-')
            });
            let key = if let Some((service, port)) = connectivity {
                let arguments = [("service_name", service), ("port", port)];
                key(namespace, "CheckServiceConnectivity", arguments.into_iter())
            } else {
                let (tool, arguments) = call.split_once(':').unwrap_or((&call, "{}"));
                let arguments: Map<String, Value> = serde_json::from_str(arguments).unwrap_or_default();
                let texts: Vec<(String, String)> = arguments
                    .into_iter()
                    .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
                    .collect();
                if tool == "DescribeResource" {
                    let of = |name: &str| texts.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
                    described.extend(of("resource_type").zip(of("name")));
                }
                key(namespace, tool, texts.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            };
            by_call.entry(key).or_insert(output);
        }
        Self { namespace: namespace.to_owned(), described, calls: by_call }
    }

    /// The calls that a command stands for, each with its arguments: one, or one for each object or unit asked of.
    fn calls_for(&self, command: &Command) -> Vec<Call> {
        let words: Vec<&str> = command.words().iter().map(String::as_str).collect();
        match words.as_slice() {
            ["kubectl", "describe", kind] | ["kubectl", "describe", kind, "-n", _] => {
                let of_kind = self.described.iter().filter(|(own, _)| *own == plural(kind));
                let one = |(kind, name): &(String, String)| {
                    ("DescribeResource", vec![("resource_type", kind.clone()), ("name", name.clone())])
                };
                of_kind.map(one).collect()
            }
            ["systemctl", "status", units @ ..] => {
                let Some(node) = command.node() else { return Vec::new() };
                let one = |unit: &&str| {
                    let arguments = vec![("node_name", node.to_owned()), ("service_name", (*unit).to_owned())];
                    ("CheckNodeServiceStatus", arguments)
                };
                units.iter().map(one).collect()
            }
            _ => call(command).into_iter().collect(),
        }
    }

    fn get(&self, tool: &str, arguments: &[(&str, &str)]) -> Option<&Value> {
        self.calls.get(&key(&self.namespace, tool, arguments.iter().copied()))
    }
}

/// A call without what says nothing: empty arguments and the incident's own namespace.
fn key<'a>(
    own: &str,
    tool: &str,
    arguments: impl Iterator<Item = (&'a str, &'a str)>,
) -> (String, Vec<(String, String)>) {
    let told = arguments.filter(|(name, value)| !value.is_empty() && (*name != "namespace" || *value != own));
    let mut told: Vec<(String, String)> = told.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    told.sort();
    (tool.to_owned(), told)
}

/// A tool and its arguments.
type Call = (&'static str, Vec<(&'static str, String)>);

/// The recorded call that a command stands for.
fn call(command: &Command) -> Option<Call> {
    let words: Vec<&str> = command.words().iter().map(String::as_str).collect();
    match words.as_slice() {
        ["kubectl", "get", kind, rest @ ..] => resources(kind, rest),
        ["kubectl", "describe", kind, name, ..] if !name.starts_with('-') => {
            Some(("DescribeResource", vec![("resource_type", plural(kind)), ("name", (*name).to_owned())]))
        }
        ["kubectl", "logs", target, ..] => {
            let service = target.strip_prefix("deployment/")?;
            Some(("GetErrorLogs", vec![("service_name", service.to_owned())]))
        }
        ["kubectl", "apply", "view-last-applied", target, ..] => {
            let app = target.split_once('/').map_or(*target, |(_, name)| name);
            Some(("GetAppYAML", vec![("app_name", app.to_owned())]))
        }
        ["nc", "-zv", service, port] => Some((
            "CheckServiceConnectivity",
            vec![("service_name", (*service).to_owned()), ("port", (*port).to_owned())],
        )),
        ["amtool", "alert", "query", ..] => Some(("GetAlerts", Vec::new())),
        ["linkerd", "viz", "stat", "deployment", "--from", from, ..] => {
            let service = from.strip_prefix("deployment/")?;
            Some(("GetServiceDependencies", vec![("service_name", service.to_owned())]))
        }
        _ => None,
    }
}

fn resources(kind: &str, rest: &[&str]) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    if kind.contains(',') {
        return None;
    }
    let mut arguments = vec![("resource_type", plural(kind))];
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match *word {
            "-n" => arguments.extend(words.next().map(|namespace| ("namespace", (*namespace).to_owned()))),
            "-o" if words.next() == Some(&"wide") => arguments.push(("output_wide", "true".to_owned())),
            "--show-labels" => arguments.push(("show_labels", "true".to_owned())),
            name if !name.starts_with('-') => arguments.push(("name", name.to_owned())),
            _ => return None,
        }
    }
    // Events are recorded plainly only.
    if kind == "events" {
        arguments.retain(|(name, _)| *name != "output_wide");
    }
    Some(("GetResources", arguments))
}

fn plural(kind: &str) -> String {
    KINDS.iter().find(|(one, _)| *one == kind).map_or(kind, |(_, many)| many).to_owned()
}

impl Ask for Recording {
    fn offers(&self, command: &Command) -> bool {
        !self.calls_for(command).is_empty()
    }

    fn ask(&mut self, command: &Command) -> Result<Answer, AskError> {
        let mut answers = self.calls_for(command).into_iter().filter_map(|(tool, arguments)| {
            let arguments: Vec<(&str, &str)> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
            self.get(tool, &arguments).map(|output| (tool, output))
        });
        let (tool, output) = answers.next().ok_or(AskError::NotRecorded)?;
        let text = output.as_str().unwrap_or("");
        Ok(match tool {
            "GetAlerts" => Answer::Alerts(convert::alerts_json(output)),
            "GetServiceDependencies" => Answer::Calls(convert::calls(text)),
            "GetErrorLogs" => Answer::Printed(convert::log_lines(output)),
            "GetResources" if text.trim().is_empty() => {
                Answer::Printed(format!("No resources found in {} namespace.", self.namespace))
            }
            _ => {
                let more = answers.filter_map(|(_, output)| output.as_str());
                Answer::Printed(std::iter::once(text).chain(more).collect::<Vec<_>>().join("\n\n"))
            }
        })
    }
}

/// A case as an inquiry sees it: what it starts from, and who answers.
pub struct RecordedCase {
    /// The case's name within the set.
    pub id: String,
    /// `incident.toml`: the question and the namespace.
    pub start: Vec<(String, Vec<u8>)>,
    /// Who answers.
    pub recording: Box<dyn Ask>,
    /// The label.
    pub label: crate::adapters::Label,
}

impl RecordedCase {
    pub(super) fn new(id: String, query: &str, namespace: &str, calls: Calls, label: crate::adapters::Label) -> Self {
        let start = format!("title = {}\nnamespace = {}\n", Value::from(query), Value::from(namespace));
        let start = vec![("incident.toml".to_owned(), start.into_bytes())];
        Self { id, start, recording: Box::new(Recording::of(calls, namespace)), label }
    }
}
