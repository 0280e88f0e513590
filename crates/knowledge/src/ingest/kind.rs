//! Which kinds of files there are, and how a file's kind is found out.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::documents::{self, Document};
use super::facts::Facts;
use super::{markdown, prometheus, terraform};

/// Bytes of one file at most.
pub(super) const LONGEST: usize = 64 << 20;

/// A kind of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Objects of Kubernetes, as YAML or JSON: manifests, or what `kubectl get -o yaml` prints.
    Kubernetes,
    /// A Compose file.
    Compose,
    /// A Terraform state, version 4.
    Terraform,
    /// Series of Prometheus: what `/api/v1/series`, `/api/v1/targets` or a query answers, or the lines of a scrape.
    Prometheus,
    /// Spans: OTLP as JSON, also one message a line.
    Otlp,
    /// A runbook or post-mortem.
    Markdown,
}

impl Kind {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Kubernetes, "kubernetes"),
        (Self::Compose, "compose"),
        (Self::Terraform, "terraform"),
        (Self::Prometheus, "prometheus"),
        (Self::Otlp, "otlp"),
        (Self::Markdown, "markdown"),
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(kind, _)| kind == self).map_or("", |(_, name)| name);
        out.write_str(name)
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(_, name)| *name == text);
        let names: Vec<&str> = Self::ALL.iter().map(|(_, name)| *name).collect();
        found
            .map(|(kind, _)| *kind)
            .ok_or_else(|| format!("there is no kind `{text}`: write one of {}", names.join(", ")))
    }
}

/// A file to ingest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What it is called in facts and errors.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a file cannot be ingested.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The file cannot be read as what it is.
    #[error("{file}:{line}:{column}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// The file is not of its kind, or says what cannot be.
    #[error("{file}: {place}: {message}")]
    Content {
        /// The file.
        file: String,
        /// Where in it.
        place: String,
        /// What is wrong, and what would do.
        message: String,
    },
    /// Nobody knows what the file is.
    #[error(
        "{file}: it is no Kubernetes object, Compose file, Terraform state, list of Prometheus series, OTLP spans or Markdown: \
         say what it is with its kind"
    )]
    Unknown {
        /// The file.
        file: String,
    },
    /// All that a source said would go, which is most often a mistake.
    #[error(
        "`{of}` has {gone} atoms from this source, and {why}: name these files as another source, or say that all of it may go"
    )]
    AllGone {
        /// The source.
        of: String,
        /// How many atoms would go.
        gone: usize,
        /// What is odd.
        why: String,
    },
    /// There is more than is taken.
    #[error("{what}: there are more than {most}: ingest a part of them as a source of its own")]
    TooMuch {
        /// Of what.
        what: String,
        /// How much is taken.
        most: usize,
    },
}

impl IngestError {
    pub(super) fn content(file: &str, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Content { file: file.to_owned(), place: place.into(), message: message.into() }
    }
}

/// What a file is, read.
pub(super) enum Read {
    Documents(Vec<Document>),
    Lines(String),
}

/// Reads a file, and finds out what it is if nobody says it. What of it cannot be read is noted.
pub(super) fn read(text: &Text, said: Option<Kind>, facts: &mut Facts) -> Result<(Kind, Read), IngestError> {
    let Text { file, bytes } = text;
    if bytes.len() > LONGEST {
        return Err(IngestError::TooMuch { what: format!("{file}: bytes"), most: LONGEST });
    }
    let content = std::str::from_utf8(bytes).map_err(|error| {
        IngestError::content(file, format!("byte {}", error.valid_up_to()), "it is no UTF-8 text: convert it")
    })?;
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let lines = || Read::Lines(content.to_owned());
    match said {
        Some(Kind::Markdown) => return Ok((Kind::Markdown, lines())),
        None if matches!(ending.as_str(), "md" | "markdown") => return Ok((Kind::Markdown, lines())),
        Some(Kind::Prometheus) if !content.trim_start().starts_with(['{', '[']) => {
            return Ok((Kind::Prometheus, lines()));
        }
        None if ending == "prom" => return Ok((Kind::Prometheus, lines())),
        // A series may begin with a bracket as JSON does.
        Some(Kind::Prometheus) | None if prometheus::is_series(content) => return Ok((Kind::Prometheus, lines())),
        _ => {}
    }
    let (documents, broken) = documents::read(file, content)?;
    let kind = said.or_else(|| documents.iter().find_map(|document| kind_of(&document.value)));
    let kind = kind.ok_or_else(|| IngestError::Unknown { file: file.clone() })?;
    facts.broken(&broken);
    Ok((kind, Read::Documents(documents)))
}

/// What a document is, by what only such a document has.
fn kind_of(value: &Value) -> Option<Kind> {
    let has = |key: &str| value.get(key).is_some();
    if has("resourceSpans") || has("resource_spans") {
        Some(Kind::Otlp)
    } else if has("kind") && has("apiVersion") {
        Some(Kind::Kubernetes)
    } else if has("resources") && (has("terraform_version") || has("lineage")) {
        Some(Kind::Terraform)
    } else if value.get("status").is_some_and(|status| status == "success") && has("data") {
        Some(Kind::Prometheus)
    } else if value.get("services").is_some_and(Value::is_object) || value.get("include").is_some_and(Value::is_array) {
        Some(Kind::Compose)
    } else if value.as_array().and_then(|all| all.first()).is_some_and(|first| first.get("__name__").is_some()) {
        Some(Kind::Prometheus)
    } else {
        None
    }
}

/// Adds what a file says.
pub(super) fn facts(kind: Kind, read: &Read, facts: &mut Facts) -> Result<(), IngestError> {
    match (kind, read) {
        (Kind::Terraform, Read::Documents(documents)) => terraform::facts(documents, facts),
        (Kind::Prometheus, Read::Documents(documents)) => prometheus::facts(documents, facts),
        (Kind::Prometheus, Read::Lines(text)) => prometheus::lines(text, facts),
        (Kind::Markdown, Read::Lines(text)) => {
            markdown::facts(text, facts);
            Ok(())
        }
        // Clusters, traces and projects are read by all files together.
        (_, Read::Lines(_)) | (Kind::Markdown | Kind::Kubernetes | Kind::Otlp | Kind::Compose, Read::Documents(_)) => {
            Err(IngestError::Unknown { file: facts.file().to_owned() })
        }
    }
}
