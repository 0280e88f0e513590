//! Calls `kubectl`: the one place for what may be called, how long that may take, how much it may say, how it is ended, and
//! what its complaints mean.
//!
//! An argument list, never a shell; no input. It runs in a process group of its own, so that what it started (plugins that
//! fetch credentials, say) ends with it: when the time is over, when there is more output than is taken, and when the
//! caller stops waiting.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

use super::failure::{CallError, Failure};
use crate::error::{ConnectorError, Result};
use crate::settings::{KubernetesSettings, check_namespace};

/// The most bytes taken of what it complains of.
const STDERR_BYTES: usize = 64 << 10;
/// What may be called. Nothing here changes a cluster.
const VERBS: [&[&str]; 7] =
    [&["get"], &["describe"], &["logs"], &["top"], &["events"], &["version"], &["apply", "view-last-applied"]];
/// Options that lead elsewhere, never end, or read what no verb should.
const REFUSED: [&str; 14] = [
    "--kubeconfig",
    "--context",
    "--cluster",
    "--server",
    "-s",
    "--token",
    "--user",
    "--as",
    "--raw",
    "--watch",
    "-w",
    "--watch-only",
    "--follow",
    "-f",
];
/// How long output may still come in after the program has ended: a pipe that somebody else holds open.
const LEFTOVER: Duration = Duration::from_secs(1);

/// How much one call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From its start to its end.
    pub time: Duration,
    /// Bytes of output.
    pub bytes: usize,
}

impl Limits {
    /// For one question of an inquiry, for whose answer somebody waits.
    pub const QUESTION: Self = Self { time: Duration::from_secs(10), bytes: 8 << 20 };

    /// For a list of everything of a kind.
    pub fn collecting(settings: &KubernetesSettings) -> Self {
        Self { time: Duration::from_secs(u64::from(settings.timeout_seconds.get())), bytes: 48 << 20 }
    }
}

/// The program, where it leads, and its limits.
#[derive(Debug, Clone)]
pub struct Kubectl {
    program: PathBuf,
    context: String,
    kubeconfig: PathBuf,
    limits: Limits,
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Whether it ended with 0, or was ended because there was more than is taken.
    pub success: bool,
    /// What it wrote.
    pub stdout: Vec<u8>,
    /// The beginning of what it complained of.
    pub stderr: Vec<u8>,
    /// Whether it wrote more than was taken.
    pub cut: bool,
}

impl Output {
    /// Why it failed, if it did.
    pub fn failure(&self) -> Option<Failure> {
        (!self.success).then(|| Failure::of(&String::from_utf8_lossy(&self.stderr)))
    }
}

impl Kubectl {
    /// The program of these settings.
    ///
    /// # Errors
    /// A namespace or context that would be read as an option.
    pub fn new(settings: &KubernetesSettings, limits: Limits) -> Result<Self> {
        let wrong = |field: &str, reason: &str| {
            Err(ConnectorError::Setting {
                setting: format!("connectors.kubernetes.{field}"),
                reason: reason.to_owned(),
            })
        };
        if let Err(reason) = check_namespace(&settings.namespace) {
            return wrong("namespace", &reason);
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
            kubeconfig: settings.kubeconfig.clone(),
            limits,
        })
    }

    /// The limits of a call.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Calls it with these arguments, of which the first is a verb that changes nothing.
    ///
    /// # Errors
    /// What may not be called; a program that is not there; no end within the time limit. Then nothing of it is left
    /// running. A call that ends with a failure is no error here: see [`Output::failure`].
    pub async fn run(&self, arguments: &[&str]) -> Result<Output, CallError> {
        allowed(arguments)?;
        let program = || self.program.display().to_string();
        let mut child = self.command(arguments).spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => CallError::Missing { program: program() },
            _ => CallError::Broken { program: program(), cause: error },
        })?;
        // Ends the group where the waiting ends early, for whatever reason.
        let mut group = Group::of(&child);
        match tokio::time::timeout(self.limits.time, self.finish(&mut child, &mut group)).await {
            Ok(done) => done.map_err(|cause| CallError::Broken { program: program(), cause }),
            Err(_) => {
                Err(CallError::TimedOut { call: arguments.join(" "), seconds: self.limits.time.as_secs().max(1) })
            }
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        if !self.context.is_empty() {
            command.arg(format!("--context={}", self.context));
        }
        if !self.kubeconfig.as_os_str().is_empty() {
            let mut option = OsString::from("--kubeconfig=");
            option.push(&self.kubeconfig);
            command.arg(option);
        }
        command.arg(format!("--request-timeout={}s", self.limits.time.as_secs().max(1)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        command
    }

    async fn finish(&self, child: &mut Child, group: &mut Group) -> std::io::Result<Output> {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let pipes = (child.stdout.take(), child.stderr.take());
        let (read, ended) = {
            let reading = async {
                tokio::try_join!(
                    up_to(pipes.0, &mut stdout, self.limits.bytes),
                    beginning(pipes.1, &mut stderr, STDERR_BYTES)
                )
            };
            tokio::pin!(reading);
            tokio::select! {
                read = &mut reading => (Some(read), None),
                status = child.wait() => (tokio::time::timeout(LEFTOVER, &mut reading).await.ok(), Some(status?)),
            }
        };
        let cut = matches!(read, Some(Err(Stop::Full)));
        match read {
            Some(Ok(_)) => {}
            Some(Err(Stop::Broken(error))) => return Err(error),
            // There is more than is taken; or all that it wrote was read, and something it started still holds the pipe.
            Some(Err(Stop::Full)) | None => group.end(),
        }
        let status = match ended {
            Some(status) => status,
            None => child.wait().await?,
        };
        group.over();
        Ok(Output { success: status.success() || cut, stdout, stderr, cut })
    }
}

/// The process group of a call. Whatever of it is left ends when this is dropped.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(id.cast_signed())))
    }

    fn end(&mut self) {
        if let Some(group) = self.0.take() {
            // It may have ended by itself.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// It has ended; its number may soon be another's.
    fn over(&mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// Refuses what is not known to look only.
fn allowed(arguments: &[&str]) -> Result<(), CallError> {
    let verb = VERBS.iter().find(|verb| arguments.starts_with(verb));
    let refused = |word: &&str| {
        let option = word.split('=').next().unwrap_or(word);
        word.is_empty() || word.chars().any(char::is_control) || REFUSED.contains(&option)
    };
    if verb.is_none() || arguments.iter().any(refused) {
        return Err(CallError::NotReading { call: arguments.join(" ") });
    }
    Ok(())
}

/// Why reading ended early.
enum Stop {
    Full,
    Broken(std::io::Error),
}

/// Reads to the end, or until there are more than `most` bytes.
async fn up_to(pipe: Option<impl AsyncRead + Unpin>, bytes: &mut Vec<u8>, most: usize) -> Result<(), Stop> {
    let Some(pipe) = pipe else { return Ok(()) };
    pipe.take(most as u64 + 1).read_to_end(bytes).await.map_err(Stop::Broken)?;
    if bytes.len() > most {
        bytes.truncate(most);
        return Err(Stop::Full);
    }
    Ok(())
}

/// Reads to the end and keeps the first `most` bytes: a program whose complaints nobody reads would wait for ever.
async fn beginning(pipe: Option<impl AsyncRead + Unpin>, bytes: &mut Vec<u8>, most: usize) -> Result<(), Stop> {
    let Some(mut pipe) = pipe else { return Ok(()) };
    let mut buffer = vec![0; 8 << 10];
    loop {
        let read = pipe.read(&mut buffer).await.map_err(Stop::Broken)?;
        if read == 0 {
            return Ok(());
        }
        let room = most.saturating_sub(bytes.len()).min(read);
        bytes.extend_from_slice(buffer.get(..room).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests;
