//! The evidence so far: what the inquiry was started with, and every answer since, as an incident in memory.

use std::fmt::Write as _;

use oriel_evidence::Source;
use serde_json::{Value, json};

use super::ask::Answer;
use super::command::Command;

/// Files of an incident that grow with each answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathered {
    start: Vec<(String, Vec<u8>)>,
    transcript: String,
    alerts: Vec<Value>,
    calls: Vec<(String, String)>,
}

impl Gathered {
    /// What the inquiry is started with: files as the incident format has them.
    pub(super) fn from(start: Vec<(String, Vec<u8>)>) -> Self {
        Self { start, ..Self::default() }
    }

    /// Adds an answer.
    pub(super) fn add(&mut self, command: &Command, answer: &Answer) {
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
        let mut files = self.start.clone();
        if !self.transcript.is_empty() {
            files.push(("kubernetes/asked.txt".to_owned(), self.transcript.clone().into_bytes()));
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
        Source::Memory(files)
    }
}
