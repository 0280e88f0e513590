//! Carries questions to a live cluster with the `kubectl` of this machine.
//!
//! Only commands of `kubectl` are offered; each is one that looks, made by `oriel_diagnosis::inquiry::Command`. The words go
//! to the program as they are, with no shell between; it gets no input, ten seconds, and room for 8 MiB of output. What
//! is longer is no answer: from a list that was cut one could conclude that something is not there.

use std::io::Read;
use std::process::{Child, Command as Program, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use oriel_diagnosis::inquiry::{Answer, Ask, AskError, Command};

/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much it may print.
const ROOM: u64 = 8 << 20;
/// How much of its complaints is read.
const COMPLAINTS: u64 = 64 << 10;
/// How often an ending program is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// `kubectl`, with the cluster it is to speak to.
#[derive(Debug, Clone, Default)]
pub(super) struct Kubectl {
    /// `--context`; the current one where there is none.
    pub(super) context: Option<String>,
    /// `--kubeconfig`; kubectl's own choice where there is none.
    pub(super) kubeconfig: Option<std::path::PathBuf>,
    /// How long one command may take; ten seconds where there is none.
    pub(super) patience: Option<Duration>,
}

impl Ask for Kubectl {
    fn offers(&self, command: &Command) -> bool {
        command.program() == "kubectl" && command.node().is_none()
    }

    fn ask(&mut self, command: &Command) -> Result<Answer, AskError> {
        let patience = self.patience.unwrap_or(PATIENCE);
        let deadline = Instant::now() + patience;
        let mut program = Program::new(command.program());
        program.args(command.words().iter().skip(1));
        if let Some(context) = &self.context {
            program.arg("--context").arg(context);
        }
        if let Some(file) = &self.kubeconfig {
            program.arg("--kubeconfig").arg(file);
        }
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => AskError::NoProgram(command.program().to_owned()),
            _ => AskError::Failed(error.to_string()),
        })?;
        let done = finish(&mut child, deadline, patience);
        if done.is_err() {
            // It may have ended by itself; either way nothing of it is left behind.
            let _ = child.kill();
            let _ = child.wait();
        }
        done
    }
}

fn finish(child: &mut Child, deadline: Instant, patience: Duration) -> Result<Answer, AskError> {
    let printed = child.stdout.take().map(|stream| reader(stream, ROOM + 1));
    let complained = child.stderr.take().map(|stream| reader(stream, COMPLAINTS));
    let late = || AskError::TimedOut(patience.as_secs().max(1));
    let wait = |stream: Option<Receiver<Vec<u8>>>| match stream {
        Some(stream) => stream.recv_timeout(deadline.saturating_duration_since(Instant::now())).map_err(|_| late()),
        None => Ok(Vec::new()),
    };
    let text = wait(printed)?;
    if text.len() as u64 > ROOM {
        return Err(AskError::Failed(format!("more than {} MiB of output", ROOM >> 20)));
    }
    let complaints = String::from_utf8_lossy(&wait(complained)?).trim().to_owned();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() >= deadline => return Err(late()),
            Ok(None) => std::thread::sleep(GLANCE),
            Err(error) => return Err(AskError::Failed(error.to_string())),
        }
    };
    if status.success() {
        // kubectl says "No resources found" beside its output; it is the answer.
        let text = String::from_utf8_lossy(&text).into_owned();
        return Ok(Answer::Printed(if text.trim().is_empty() { complaints } else { text }));
    }
    let said = complaints.lines().next().unwrap_or("it said nothing").to_owned();
    if complaints.contains("(Forbidden)") || complaints.contains("Unauthorized") {
        Err(AskError::Forbidden(said))
    } else if complaints.contains("(NotFound)") {
        Ok(Answer::Printed(complaints))
    } else {
        Err(AskError::Failed(said))
    }
}

/// Reads a stream to its end, or as far as there is room, beside whoever waits. Where the waiting ends first, the thread
/// ends with the stream.
fn reader(stream: impl Read + Send + 'static, room: u64) -> Receiver<Vec<u8>> {
    let (done, told) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.take(room).read_to_end(&mut bytes);
        let _ = done.send(bytes);
    });
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    /// Asks `kubectl get pods` of a script in its place.
    fn answered(script: &str, patience: Duration) -> Result<Answer, AskError> {
        let directory = tempfile::tempdir().unwrap();
        let program = directory.path().join("kubectl");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut child =
            Program::new(&program).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let done = finish(&mut child, Instant::now() + patience, patience);
        let _ = child.kill();
        let _ = child.wait();
        done
    }

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn what_is_printed_is_the_answer() {
        assert_eq!(answered("echo NAME; echo web-1", LONG), Ok(Answer::Printed("NAME\nweb-1\n".to_owned())));
        let none = answered("echo 'No resources found in shop namespace.' >&2", LONG);
        assert_eq!(none, Ok(Answer::Printed("No resources found in shop namespace.".to_owned())));
    }

    #[test]
    fn refusals_failures_and_what_is_not_there_are_told_apart() {
        let forbidden = answered("echo 'Error from server (Forbidden): pods is forbidden' >&2; exit 1", LONG);
        assert!(matches!(forbidden, Err(AskError::Forbidden(said)) if said.contains("pods is forbidden")));
        let absent = answered("echo 'Error from server (NotFound): pods \"x\" not found' >&2; exit 1", LONG);
        assert!(matches!(absent, Ok(Answer::Printed(said)) if said.contains("NotFound")));
        let refused = answered("echo 'connection to the server was refused' >&2; exit 1", LONG);
        assert!(matches!(refused, Err(AskError::Failed(said)) if said.contains("refused")));
    }

    #[test]
    fn too_long_and_too_much_are_no_answers() {
        assert!(matches!(answered("sleep 30", Duration::from_millis(100)), Err(AskError::TimedOut(_))));
        let much = answered("head -c 9000000 /dev/zero | tr '\\0' x", LONG);
        assert!(matches!(much, Err(AskError::Failed(said)) if said.contains("8 MiB")));
    }

    #[test]
    fn only_kubectl_is_offered() {
        let command = |line: &str| Command::checked(line.split(' ').map(str::to_owned).collect(), None).unwrap();
        let kubectl = Kubectl::default();
        assert!(kubectl.offers(&command("kubectl get pods -n shop")));
        assert!(!kubectl.offers(&command("nc -zv cart 7070")));
    }
}
