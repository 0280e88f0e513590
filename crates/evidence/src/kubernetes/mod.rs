//! Kubernetes: what `kubectl` and the nodes said becomes a typed [`Cluster`], and the cluster becomes facts.
//!
//! # What is accepted
//! Any file under `kubernetes/`. Best are transcripts: each line `$ command` starts a section, and what the section
//! holds follows from the command:
//! - `$ kubectl get KIND…` as a table (any columns, `-o wide`, `--show-labels`, several kinds), `-o json` or `-o yaml`
//!   (one object, a `List`, several documents); `$ kubectl describe KIND…` of any kind; `$ kubectl events`;
//! - `$ kubectl logs …` (lines that say why a program cannot work);
//! - `$ cat x.yaml` (manifests: what somebody wanted, as opposed to what the cluster holds);
//! - `$ systemctl status kubelet` on a node (`# node NAME` on the line before or after it, or `$ ssh NODE systemctl …`);
//! - `$ nc -zv HOST PORT`, `$ curl URL`, `$ nslookup HOST` (optionally `$ kubectl exec … --` before it, `# from NODE`).
//!
//! A file without such lines is read by its name (`pods.txt`, `describe-pod-x.txt`) or by its content (JSON, YAML).
//!
//! # What is refused
//! Nothing ends the reading: an unknown kind, a broken document, a row that does not fit its header is recorded in
//! [`Skips`] with file and line. Bytes that are no UTF-8 are replaced. At most [`MAX_OBJECTS`] objects, [`MAX_EVENTS`]
//! events and [`MAX_LOG_LINES`] classified log lines are kept; what is beyond is stated.
//!
//! # What comes out
//! [`Cluster::emit`] writes the vocabulary of `docs/incident-kubernetes.md`. It extracts and compares, it does not judge:
//! that is what the rules in `rules/kubernetes/` are for.

mod command;
mod emit;
mod kind;
mod messages;
pub mod model;
pub(crate) mod programs;
mod quantity;
mod read;
mod scheduling;
mod transcript;

pub use kind::Kind;
pub use model::Cluster;

use crate::skipped::Skips;
use transcript::Section;

/// Objects kept, over all kinds.
pub const MAX_OBJECTS: usize = 50_000;
/// Events kept.
pub const MAX_EVENTS: usize = 50_000;
/// Log lines kept that matched a class.
pub const MAX_LOG_LINES: usize = 10_000;

/// Collects the files under `kubernetes/`; their order does not matter.
#[derive(Debug, Default)]
pub struct Importer {
    cluster: Cluster,
}

impl Importer {
    /// Reads one file, which may hold many sections. What cannot be used goes to `skips`.
    pub fn file(&mut self, path: &str, text: &[u8], skips: &mut Skips) {
        let text = String::from_utf8_lossy(text);
        let file = self.cluster.add_file(path);
        for section in transcript::sections(path, &text) {
            read::section(&mut self.cluster, file, &section, &mut Remarks { path, skips });
        }
    }

    /// Links what was read.
    pub fn finish(mut self) -> Cluster {
        self.cluster.link();
        self.cluster
    }
}

/// Where remarks about the file being read go.
struct Remarks<'a> {
    path: &'a str,
    skips: &'a mut Skips,
}

impl Remarks<'_> {
    fn line(&mut self, line: u32, reason: &str) {
        self.skips.line(self.path, line, reason);
    }

    fn section(&mut self, section: &Section<'_>, reason: &str) {
        self.skips.line(self.path, section.line, reason);
    }
}

#[cfg(test)]
mod tests;
