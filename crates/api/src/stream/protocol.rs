//! What goes over the wire: commands from the client, messages from the server. The same messages for WebSocket and
//! server-sent events.

use std::fmt;
use std::str::FromStr;

use oriel_model::{InvestigationId, RunId, TaskId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::Problem;

/// What can be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// One run's state and its tasks' states.
    Run(RunId),
    /// One task's output.
    Task(TaskId),
    /// One investigation's stages and its end.
    Investigation(InvestigationId),
    /// A hint whenever the list of runs changed.
    Runs,
    /// A hint whenever the list of incidents changed.
    Incidents,
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(id) => write!(f, "run/{id}"),
            Self::Task(id) => write!(f, "task/{id}"),
            Self::Investigation(id) => write!(f, "investigation/{id}"),
            Self::Runs => f.write_str("runs"),
            Self::Incidents => f.write_str("incidents"),
        }
    }
}

impl FromStr for Topic {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let unknown = || Problem::invalid("topic", "A topic is run/ID, task/ID, investigation/ID, runs or incidents.");
        match text.split_once('/') {
            None if text == "runs" => Ok(Self::Runs),
            None if text == "incidents" => Ok(Self::Incidents),
            Some(("run", id)) => id.parse().map(Self::Run).map_err(|_| unknown()),
            Some(("task", id)) => id.parse().map(Self::Task).map_err(|_| unknown()),
            Some(("investigation", id)) => id.parse().map(Self::Investigation).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

/// What a client asks for.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Command {
    /// Watch a topic; `from` is the last sequence number that the client has seen.
    Subscribe {
        topic: String,
        #[serde(default)]
        from: Option<u64>,
    },
    /// Stop watching it.
    Unsubscribe { topic: String },
}

/// What the server sends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Message {
    /// The topic, as the client named it.
    pub(crate) topic: String,
    /// To resume from; absent in errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seq: Option<u64>,
    /// What `data` is.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) data: Value,
}

impl Message {
    /// A message of a topic. What cannot be written as JSON (nothing that we send) becomes null.
    pub(crate) fn new(topic: Topic, seq: u64, kind: &'static str, data: &impl Serialize) -> Self {
        Self { topic: topic.to_string(), seq: Some(seq), kind, data: serde_json::to_value(data).unwrap_or(Value::Null) }
    }

    /// Why a topic, or a command, was refused.
    pub(crate) fn error(topic: &str, problem: &Problem, request_id: &str) -> Self {
        Self {
            topic: topic.chars().take(128).collect(),
            seq: None,
            kind: "error",
            data: serde_json::to_value(problem.body(request_id)).unwrap_or(Value::Null),
        }
    }

    /// As one line of JSON.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_read_back_as_written() {
        let id = "0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77";
        for text in [
            format!("run/{id}"),
            format!("task/{id}"),
            format!("investigation/{id}"),
            "runs".into(),
            "incidents".into(),
        ] {
            assert_eq!(text.parse::<Topic>().unwrap().to_string(), text);
        }
        for text in ["", "run", "run/", "run/x", "tasks", "task/ ", "/", "run/x/y"] {
            assert!(text.parse::<Topic>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn odd_commands_are_errors() {
        let good: Command = serde_json::from_str(r#"{"op":"subscribe","topic":"runs","from":3}"#).unwrap();
        assert_eq!(good, Command::Subscribe { topic: "runs".into(), from: Some(3) });
        for text in [
            "",
            "[]",
            "null",
            r#"{"op":"publish","topic":"runs"}"#,
            r#"{"op":"subscribe"}"#,
            r#"{"op":"subscribe","topic":"runs","from":-1}"#,
            r#"{"op":"subscribe","topic":"runs","x":1}"#,
        ] {
            assert!(serde_json::from_str::<Command>(text).is_err(), "{text}");
        }
    }
}
