//! The evidence so far: what the inquiry was started with, and every answer since, as an incident in memory.

use std::fmt::Write as _;

use oriel_evidence::Source;
use serde_json::{Value, json};

use super::ask::Answer;
use super::command::Command;

/// Where the answers go.
const ASKED: &str = "kubernetes/asked.txt";

/// Files of an incident that grow with each answer.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    start: Vec<(String, Vec<u8>)>,
    transcript: String,
    alerts: Vec<Value>,
    calls: Vec<(String, String)>,
}

impl Gathered {
    /// What the inquiry is started with: files as the incident format has them.
    pub fn from(start: Vec<(String, Vec<u8>)>) -> Self {
        Self { start, ..Self::default() }
    }

    /// Adds an answer.
    pub fn add(&mut self, command: &Command, answer: &Answer) {
        match answer {
            Answer::Printed(text) => {
                let _ = writeln!(self.transcript, "$ {command}\n{}", text.trim_end());
            }
            Answer::Alerts(text) => {
                let found = serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
                let list = found.get("alerts").unwrap_or(&found).as_array().cloned();
                self.alerts.extend(list.unwrap_or_default());
            }
            Answer::Calls(calls) => {
                for call in calls {
                    if !self.calls.contains(call) {
                        self.calls.push(call.clone());
                    }
                }
            }
        }
    }

    /// The incident so far.
    pub(super) fn source(&self) -> Source {
        Source::Memory(self.files())
    }

    /// The files of the incident so far, as the incident format has them.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = self.start.clone();
        if !self.transcript.is_empty() {
            files.push((self.asked(), self.transcript.clone().into_bytes()));
        }
        if !self.alerts.is_empty() {
            files.push(("alerts.json".to_owned(), json!({ "alerts": self.alerts }).to_string().into_bytes()));
        }
        if !self.calls.is_empty() {
            let mut rows = String::from("caller,callee\n");
            for (caller, callee) in &self.calls {
                let _ = writeln!(rows, "{caller},{callee}");
            }
            files.push(("topology.csv".to_owned(), rows.into_bytes()));
        }
        files
    }

    /// Where the answers go: a file that the incident did not start with, as after an earlier inquiry it may.
    fn asked(&self) -> String {
        let taken = |name: &str| self.start.iter().any(|(path, _)| path == name);
        let names = (1_usize..).map(|at| if at == 1 { ASKED.to_owned() } else { format!("kubernetes/asked-{at}.txt") });
        names.into_iter().find(|name| !taken(name)).unwrap_or_else(|| ASKED.to_owned())
    }
}
