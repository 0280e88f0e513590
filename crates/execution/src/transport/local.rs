//! Commands on this machine itself, each in a process group of its own.
//!
//! Only where the configuration allows it. A command gets no input, the configured environment and nothing of the
//! server's own, and `/` as its directory. Ending one ends its process group; a process that has moved to a group of
//! its own (`setsid`, a daemon) is meant to stay and does. Should the server be killed, its local commands go on.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use oriel_identity::{Authorized, Reach, Run};
use oriel_model::TargetId;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::{Instant, sleep, sleep_until};

use super::{EndError, Ender, Ending, Event, Exit, OpenError, Process, Session, Trail, Transport, probe};
use crate::config::Config;
use crate::output::OutputStream;

const READ_BYTES: usize = 64 * 1024;
const LEAST_ROOM: usize = 8 * 1024;
/// How often a process group is looked at while it is being ended.
const LOOK: Duration = Duration::from_millis(20);
/// How long a killed group may take to go before that counts as failed.
const KILLED: Duration = Duration::from_secs(5);

/// Opens sessions on this machine.
#[derive(Debug, Clone)]
pub struct LocalTransport {
    config: Arc<Config>,
}

impl LocalTransport {
    /// A transport with these settings.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config }
    }
}

/// Runs a command that does nothing, and notes how that went.
pub(crate) async fn probe(
    transport: &LocalTransport,
    _proof: &Authorized<Reach>,
    trail: &mut Trail,
) -> Result<(), OpenError> {
    if !transport.config.local_enabled {
        return Err(OpenError::LocalDisabled);
    }
    let started = Instant::now();
    let process = start(&transport.config, probe::NOTHING)?;
    probe::finish(Box::new(process), "this machine", started, transport.config.channel_timeout, trail).await
}

#[async_trait]
impl Transport for LocalTransport {
    /// The target by which this machine is known.
    type Place = TargetId;

    async fn open(&self, proof: &Authorized<Run>, place: &TargetId) -> Result<Box<dyn Session>, OpenError> {
        super::check_covers(proof, *place)?;
        if !self.config.local_enabled {
            return Err(OpenError::LocalDisabled);
        }
        Ok(Box::new(LocalSession { config: Arc::clone(&self.config), command: proof.scope().command().to_owned() }))
    }
}

struct LocalSession {
    config: Arc<Config>,
    command: String,
}

#[async_trait]
impl Session for LocalSession {
    async fn start(self: Box<Self>, _token: &str) -> Result<Box<dyn Process>, OpenError> {
        Ok(Box::new(start(&self.config, &self.command)?))
    }
}

fn start(config: &Config, command: &str) -> Result<LocalProcess, OpenError> {
    let failed = |reason: String| OpenError::Start { host: "this machine".to_owned(), reason };
    let mut child = Command::new("/bin/sh")
        .arg("-c")
        .arg(command)
        .env_clear()
        .envs(config.local_environment.iter().map(|(name, value)| (name, value)))
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let group = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw)
        .ok_or_else(|| failed("it has no process id".to_owned()))?;
    Ok(LocalProcess {
        stdout: Pipe::new(child.stdout.take()),
        stderr: Pipe::new(child.stderr.take()),
        child,
        group,
        exit: None,
        linger: config.linger,
        deadline: Instant::now(),
    })
}

struct LocalProcess {
    child: Child,
    stdout: Pipe<ChildStdout>,
    stderr: Pipe<ChildStderr>,
    group: Pid,
    exit: Option<Exit>,
    linger: Duration,
    /// When, after the exit, silent output is no longer waited for.
    deadline: Instant,
}

#[async_trait]
impl Process for LocalProcess {
    async fn next(&mut self) -> Event {
        loop {
            if let Some(exit) = &self.exit
                && self.stdout.is_closed()
                && self.stderr.is_closed()
            {
                return Event::Ended(Ending { exit: exit.clone(), note: None });
            }
            let exited = self.exit.is_some();
            let (stream, read) = tokio::select! {
                read = self.stdout.read() => (OutputStream::Stdout, read),
                read = self.stderr.read() => (OutputStream::Stderr, read),
                status = self.child.wait(), if !exited => {
                    self.exit = Some(exit_of(status));
                    self.deadline = Instant::now() + self.linger;
                    continue;
                }
                () = sleep_until(self.deadline), if exited => {
                    self.stdout.close();
                    self.stderr.close();
                    let exit = self.exit.clone().unwrap_or(Exit::Code(0));
                    return Event::Ended(Ending { exit, note: Some(super::LEFT_OPEN.to_owned()) });
                }
            };
            if let Some(bytes) = read {
                self.deadline = Instant::now() + self.linger;
                return Event::Output(stream, bytes);
            }
        }
    }

    async fn close(&mut self) {
        self.stdout.close();
        self.stderr.close();
    }

    fn ender(&self) -> Arc<dyn Ender> {
        Arc::new(LocalEnder { group: self.group })
    }
}

/// One output pipe and the room it is read into.
struct Pipe<R> {
    reader: Option<R>,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Pipe<R> {
    fn new(reader: Option<R>) -> Self {
        Self { reader, buffer: BytesMut::new() }
    }

    fn is_closed(&self) -> bool {
        self.reader.is_none()
    }

    fn close(&mut self) {
        self.reader = None;
    }

    /// What is there, or none when the pipe has just closed. Never comes back for a closed pipe; cancel-safe.
    async fn read(&mut self) -> Option<Bytes> {
        let Some(reader) = &mut self.reader else { return std::future::pending().await };
        if self.buffer.capacity() < LEAST_ROOM {
            self.buffer.reserve(READ_BYTES);
        }
        match reader.read_buf(&mut self.buffer).await {
            Ok(0) | Err(_) => {
                self.close();
                None
            }
            Ok(_) => Some(self.buffer.split().freeze()),
        }
    }
}

fn exit_of(status: std::io::Result<ExitStatus>) -> Exit {
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, Some(number)) => Exit::Signal(signal_name(number)),
            (None, None) => Exit::Lost { reason: format!("the process ended as {status}"), code: None },
        },
        Err(error) => Exit::Lost { reason: format!("its end was not seen: {error}"), code: None },
    }
}

fn signal_name(number: i32) -> String {
    let name = match number {
        1 => "HUP",
        2 => "INT",
        3 => "QUIT",
        4 => "ILL",
        6 => "ABRT",
        8 => "FPE",
        9 => "KILL",
        11 => "SEGV",
        13 => "PIPE",
        14 => "ALRM",
        15 => "TERM",
        other => return other.to_string(),
    };
    name.to_owned()
}

struct LocalEnder {
    group: Pid,
}

#[async_trait]
impl Ender for LocalEnder {
    async fn end(&self, grace: Duration) -> Result<(), EndError> {
        // Fails only where the group is gone already, which is looked at next.
        let _ = kill_process_group(self.group, Signal::TERM);
        if self.gone_within(grace).await {
            return Ok(());
        }
        let _ = kill_process_group(self.group, Signal::KILL);
        if self.gone_within(KILLED).await {
            return Ok(());
        }
        Err(EndError(format!("process group {} is still there after KILL", self.group.as_raw_nonzero())))
    }
}

impl LocalEnder {
    async fn gone_within(&self, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        loop {
            if !self.is_alive() {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            sleep(LOOK).await;
        }
    }

    /// Whether the group has a process that runs. One that has ended but was not yet collected by its parent does not.
    fn is_alive(&self) -> bool {
        if test_kill_process_group(self.group).is_err() {
            return false;
        }
        let group = self.group.as_raw_nonzero().get().to_string();
        let Ok(entries) = std::fs::read_dir("/proc") else { return true };
        let mut members = entries
            .filter_map(Result::ok)
            .filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok())
            .filter_map(|stat| state_in_group(&stat, &group))
            .peekable();
        // Without a readable /proc the kernel's answer stands.
        members.peek().is_none() || members.any(|state| state != 'Z' && state != 'X')
    }
}

/// The process's state, from the text of `/proc/PID/stat`, if it belongs to the group.
fn state_in_group(stat: &str, group: &str) -> Option<char> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = fields.next()?.chars().next()?;
    (fields.nth(1)? == group).then_some(state)
}

#[cfg(test)]
mod tests {
    use super::state_in_group;

    #[test]
    fn a_process_name_with_brackets_and_spaces_does_not_mislead() {
        let stat = "12 (a) b (c) S 1 77 77 0 -1";
        assert_eq!(state_in_group(stat, "77"), Some('S'));
        assert_eq!(state_in_group(stat, "1"), None);
    }
}
