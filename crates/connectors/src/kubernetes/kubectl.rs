//! One call of `kubectl`: an argument list, a time limit, a size limit.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use crate::error::{ConnectorError, Result};
use crate::settings::KubernetesSettings;

/// The most bytes taken of one output.
pub(super) const OUTPUT_BYTES: u64 = 48 << 20;
/// The most bytes taken of what it complains of.
const STDERR_BYTES: u64 = 64 << 10;
/// What may be called. Nothing here changes a cluster.
const VERBS: [&str; 5] = ["get", "describe", "logs", "top", "version"];

/// The program and where it leads.
#[derive(Debug, Clone)]
pub struct Kubectl {
    program: PathBuf,
    context: String,
    timeout: Duration,
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Whether it ended with 0.
    pub success: bool,
    /// What it wrote.
    pub stdout: Vec<u8>,
    /// What it complained of.
    pub stderr: Vec<u8>,
    /// Whether it wrote more than was taken.
    pub cut: bool,
}

impl Kubectl {
    /// The program of these settings.
    ///
    /// # Errors
    /// A namespace or context that would be read as an option.
    pub fn new(settings: &KubernetesSettings) -> Result<Self> {
        let wrong = |field: &str, reason: &str| {
            Err(ConnectorError::Setting {
                setting: format!("connectors.kubernetes.{field}"),
                reason: reason.to_owned(),
            })
        };
        let namespace = &settings.namespace;
        let label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if namespace.len() > 63 || namespace.starts_with('-') || !namespace.chars().all(label) {
            return wrong("namespace", "is no name of a namespace: lower-case letters, digits and `-`, at most 63");
        }
        if settings.context.starts_with('-') || settings.context.chars().any(char::is_control) {
            return wrong("context", "is no name of a context");
        }
        if settings.kubectl.as_os_str().is_empty() {
            return wrong("kubectl", "must name the program, such as kubectl or /usr/local/bin/kubectl");
        }
        Ok(Self {
            program: settings.kubectl.clone(),
            context: settings.context.clone(),
            timeout: Duration::from_secs(u64::from(settings.timeout_seconds.get())),
        })
    }

    /// Calls it with these arguments, of which the first is a verb that changes nothing.
    ///
    /// # Errors
    /// Another verb; a program that is not there; no end within the time limit, when it is killed. A call that ends with
    /// a failure is no error here: see [`Output::success`].
    pub async fn run(&self, arguments: &[&str]) -> Result<Output> {
        let failed = |detail: String| ConnectorError::Program { setting: "connectors.kubernetes".to_owned(), detail };
        if !arguments.first().is_some_and(|verb| VERBS.contains(verb)) {
            return Err(failed(format!("only {} are ever called", VERBS.join(", "))));
        }
        let mut command = Command::new(&self.program);
        command.args(arguments);
        if !self.context.is_empty() {
            command.arg(format!("--context={}", self.context));
        }
        command.arg(format!("--request-timeout={}s", self.timeout.as_secs()));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let program = self.program.display();
        let mut child = command.spawn().map_err(|error| {
            failed(format!("{program} cannot be run ({error}); install kubectl, or set connectors.kubernetes.kubectl"))
        })?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let work = async {
            let ((stdout, cut), (stderr, _)) =
                tokio::try_join!(limited(stdout, OUTPUT_BYTES), limited(stderr, STDERR_BYTES))?;
            if cut {
                // It would wait for a reader.
                child.start_kill()?;
            }
            let status = child.wait().await?;
            Ok::<_, std::io::Error>(Output { success: status.success() || cut, stdout, stderr, cut })
        };
        match tokio::time::timeout(self.timeout, work).await {
            Ok(done) => done.map_err(|error| failed(format!("{program}: {error}"))),
            Err(_) => Err(failed(format!(
                "kubectl {} did not end within {} s; raise connectors.kubernetes.timeout_seconds, or name a namespace",
                arguments.join(" "),
                self.timeout.as_secs()
            ))),
        }
    }
}

async fn limited(reader: Option<impl AsyncRead + Unpin>, limit: u64) -> std::io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    let Some(reader) = reader else { return Ok((bytes, false)) };
    reader.take(limit + 1).read_to_end(&mut bytes).await?;
    let cut = bytes.len() as u64 > limit;
    bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok((bytes, cut))
}
