//! What was collected: files in the incident format, and what was left out and why.
//!
//! Held in memory within a limit, so that it can be diagnosed at once, written as a directory, or packed as an archive.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use oriel_model::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::window::Window;

/// The most bytes of one collection.
pub const MAX_BYTES: usize = 512 << 20;

/// Something that is not in the collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The connector, and what of it.
    pub source: String,
    /// Why, and what to do.
    pub reason: String,
}

/// What came of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceSummary {
    /// The connector.
    pub source: String,
    /// What was taken, in words.
    pub summary: String,
    /// Whether it could be asked at all.
    pub reached: bool,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the incident format.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Files, and what is said of them.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    files: Vec<File>,
    bytes: usize,
    /// Alerts in Alertmanager's form, for `alerts.json`.
    pub alerts: Vec<Value>,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
    /// What came of each source.
    pub sources: Vec<SourceSummary>,
}

impl Collection {
    /// Adds a file, unless the collection is full, which is stated.
    pub fn add(&mut self, path: impl Into<String>, bytes: Vec<u8>) {
        let path = path.into();
        if self.bytes + bytes.len() > MAX_BYTES {
            self.leave_out(path, format!("the collection has reached {MAX_BYTES} bytes; take a shorter window"));
            return;
        }
        self.bytes += bytes.len();
        self.files.push(File { path, bytes });
    }

    /// States that something is missing.
    pub fn leave_out(&mut self, source: impl Into<String>, reason: impl Into<String>) {
        self.left_out.push(LeftOut { source: source.into(), reason: reason.into() });
    }

    /// The files, in the order in which they came.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// How many bytes they have.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether there is evidence, and not only what is said about it.
    pub fn has_evidence(&self) -> bool {
        !self.alerts.is_empty()
            || self.files.iter().any(|file| !matches!(file.path.as_str(), "incident.toml" | "collection.json"))
    }

    /// Takes over what another collected.
    pub fn merge(&mut self, other: Self) {
        for file in other.files {
            self.add(file.path, file.bytes);
        }
        self.alerts.extend(other.alerts);
        self.left_out.extend(other.left_out);
        self.sources.extend(other.sources);
    }

    /// Adds `alerts.json`, and `incident.toml` and `collection.json`, which say what this is.
    pub fn describe(&mut self, about: &About, window: &Window, at: Timestamp) {
        if !self.alerts.is_empty() {
            let alerts = Value::Array(distinct(std::mem::take(&mut self.alerts)));
            self.add("alerts.json", alerts.to_string().into_bytes());
        }
        let mut meta = toml::Table::new();
        meta.insert("title".to_owned(), about.title.clone().into());
        if let Some(onset) = window.onset {
            meta.insert("start".to_owned(), rfc3339(onset).into());
            meta.insert("end".to_owned(), rfc3339(window.to).into());
        }
        if !about.services.is_empty() {
            meta.insert("services".to_owned(), about.services.clone().into());
        }
        if !about.namespace.is_empty() {
            meta.insert("namespace".to_owned(), about.namespace.clone().into());
        }
        self.add("incident.toml", meta.to_string().into_bytes());
        let said = json!({
            "collected_at": rfc3339(at), "from": rfc3339(window.from), "to": rfc3339(window.to),
            "sources": self.sources, "left_out": self.left_out,
        });
        self.add("collection.json", said.to_string().into_bytes());
    }

    /// Writes the files below `directory`, which is made. Blocks.
    pub fn write_to(&self, directory: &Path) -> io::Result<()> {
        for file in &self.files {
            let path = directory.join(&file.path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, &file.bytes)?;
        }
        Ok(())
    }

    /// The files as a `.tar.zst`; the same files give the same bytes. Blocks.
    pub fn archive(&self) -> io::Result<Vec<u8>> {
        let mut builder = tar::Builder::new(zstd::Encoder::new(Vec::new(), 3)?);
        for file in &self.files {
            let mut header = tar::Header::new_gnu();
            header.set_size(file.bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, &file.path, file.bytes.as_slice())?;
        }
        builder.into_inner()?.finish()
    }

    /// The files by path, in the order in which they came.
    pub fn into_files(self) -> Vec<(String, Vec<u8>)> {
        self.files.into_iter().map(|file| (file.path, file.bytes)).collect()
    }
}

/// What is known about the incident besides its evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// One line.
    pub title: String,
    /// Who complains.
    pub services: Vec<String>,
    /// The Kubernetes namespace; empty when there is none.
    pub namespace: String,
}

/// Of alerts with the same labels, the first.
fn distinct(alerts: Vec<Value>) -> Vec<Value> {
    let mut seen = HashSet::new();
    let key = |alert: &Value| alert.get("labels").map(ToString::to_string).unwrap_or_default();
    alerts.into_iter().filter(|alert| seen.insert(key(alert))).collect()
}

fn rfc3339(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// A name as part of a path: letters, digits, `.`, `_` and `-`; anything else becomes `_`.
pub(crate) fn path_part(name: &str) -> String {
    let part: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' })
        .take(120)
        .collect();
    if part.chars().all(|c| c == '.') { "_".to_owned() } else { part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_directory() {
        for (name, part) in [("cart", "cart"), ("../../etc", ".._.._etc"), ("..", "_"), ("", "_"), ("a/b:c", "a_b_c")] {
            assert_eq!(path_part(name), part);
        }
    }
}
