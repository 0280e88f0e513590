//! A command on a host: the channel that runs it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Sig};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::super::{Ender, Ending, Event, Exit, LEFT_OPEN, OpenError, Process};
use super::connect::Connection;
use super::ender::{Again, SshEnder};
use super::script::{self, Found, Group};
use crate::output::OutputStream;

/// How much a host may print before the line by which the command says its group; it is output like any other.
const MOST_BEFORE_THE_FIRST_LINE: usize = 64 * 1024;
/// Waits before asking again for a session that was refused.
const REFUSED: [Duration; 4] =
    [Duration::from_millis(20), Duration::from_millis(80), Duration::from_millis(300), Duration::from_millis(600)];
/// How long after proof that the host has sent everything a last packet may take through this process.
const SETTLE: Duration = Duration::from_millis(500);

/// Room for a command on a connection.
pub(super) struct Room {
    connection: Arc<Connection>,
    permit: OwnedSemaphorePermit,
}

/// Waits until fewer than the allowed number of commands run on the connection.
pub(super) async fn room(connection: &Arc<Connection>) -> Result<Room, OpenError> {
    let permit = Arc::clone(&connection.commands)
        .acquire_owned()
        .await
        .map_err(|error| failed(connection, error.to_string()))?;
    Ok(Room { connection: Arc::clone(connection), permit })
}

/// Opens a session's channel, in time. A refusal is believed only when it lasts: sshd counts a session that has just
/// ended until it next tidies up.
pub(super) async fn open_channel(connection: &Connection) -> Result<Channel<Msg>, OpenError> {
    for wait in REFUSED {
        match try_open_channel(connection).await {
            Err(Unopened::Refused(_)) => sleep(wait).await,
            Err(Unopened::Failed(error)) => return Err(error),
            Ok(channel) => return Ok(channel),
        }
    }
    try_open_channel(connection).await.map_err(|unopened| match unopened {
        Unopened::Refused(error) | Unopened::Failed(error) => error,
    })
}

enum Unopened {
    Refused(OpenError),
    Failed(OpenError),
}

async fn try_open_channel(connection: &Connection) -> Result<Channel<Msg>, Unopened> {
    match timeout(connection.config.channel_timeout, connection.handle.channel_open_session()).await {
        Ok(Ok(channel)) => Ok(channel),
        Ok(Err(russh::Error::ChannelOpenFailure(reason))) => {
            let hint = "it may allow fewer on one connection than Oriel uses, see MaxSessions in its sshd_config";
            Err(Unopened::Refused(failed(connection, format!("it refused another session ({reason:?}); {hint}"))))
        }
        Ok(Err(error)) => Err(Unopened::Failed(failed(connection, error.to_string()))),
        Err(_) => {
            // A host that does not answer this is not one to start anything else on.
            connection.close().await;
            Err(Unopened::Failed(late(connection, "opening a session")))
        }
    }
}

impl Room {
    pub(super) fn connection(&self) -> Arc<Connection> {
        Arc::clone(&self.connection)
    }

    /// Opens a channel, to be started on.
    pub(super) async fn open(self) -> Result<Opened, OpenError> {
        let channel = open_channel(&self.connection).await?;
        Ok(Opened { connection: self.connection, channel, permit: self.permit })
    }
}

/// A channel on which nothing runs yet.
pub(super) struct Opened {
    connection: Arc<Connection>,
    channel: Channel<Msg>,
    permit: OwnedSemaphorePermit,
}

impl Opened {
    /// Starts the command, and waits until the host has taken it.
    pub(super) async fn start(self, command: &str, token: &str, again: Again) -> Result<SshProcess, OpenError> {
        let Self { connection, mut channel, permit } = self;
        let starting = async {
            channel.exec(true, script::run(token)).await?;
            channel.data_bytes(Bytes::copy_from_slice(command.as_bytes())).await?;
            channel.eof().await?;
            loop {
                match channel.wait().await {
                    Some(ChannelMsg::Success) => return Ok(()),
                    Some(ChannelMsg::Failure) => return Err(russh::Error::RequestDenied),
                    Some(ChannelMsg::Close) | None => return Err(russh::Error::Disconnect),
                    Some(_) => {}
                }
            }
        };
        match timeout(connection.config.channel_timeout, starting).await {
            Ok(Ok(())) => {}
            Ok(Err(russh::Error::RequestDenied)) => {
                return Err(failed(&connection, "it allows no commands to this user".to_owned()));
            }
            Ok(Err(_)) => return Err(unanswered(&connection, connection.loss())),
            Err(_) => {
                let seconds = connection.config.channel_timeout.as_secs();
                connection.close().await;
                return Err(unanswered(&connection, format!("no answer within {seconds} s")));
            }
        }
        let (read, write) = channel.split();
        Ok(SshProcess {
            connection,
            read,
            write: Arc::new(write),
            again,
            token: token.to_owned(),
            head: Some(BytesMut::new()),
            group: watch::Sender::new(None),
            exit: None,
            output_complete: false,
            asked: false,
            deadline: Instant::now(),
            ended: None,
            _permit: permit,
        })
    }
}

/// A command that the host has taken.
pub(super) struct SshProcess {
    connection: Arc<Connection>,
    read: ChannelReadHalf,
    write: Arc<ChannelWriteHalf<Msg>>,
    again: Again,
    token: String,
    /// Standard output before the first line was found; none afterwards.
    head: Option<BytesMut>,
    group: watch::Sender<Option<Group>>,
    exit: Option<Exit>,
    output_complete: bool,
    /// Whether the host has been asked, since the last output, if it has sent everything.
    asked: bool,
    /// When, after the exit, silent output is no longer waited for.
    deadline: Instant,
    ended: Option<Ending>,
    _permit: OwnedSemaphorePermit,
}

#[async_trait]
impl Process for SshProcess {
    async fn next(&mut self) -> Event {
        loop {
            if let Some(ending) = &self.ended {
                let ending = ending.clone();
                return match self.head.take() {
                    Some(head) if !head.is_empty() => Event::Output(OutputStream::Stdout, head.freeze()),
                    _ => Event::Ended(ending),
                };
            }
            let message = if self.exit.is_some() {
                let Ok(message) = timeout_at(self.deadline, self.read.wait()).await else {
                    self.silent().await;
                    continue;
                };
                message
            } else {
                self.read.wait().await
            };
            if let Some(event) = self.took(message) {
                return event;
            }
        }
    }

    async fn close(&mut self) {
        // Fails only where the connection is gone, and the channel with it.
        let _ = self.write.close().await;
    }

    fn ender(&self) -> Arc<dyn Ender> {
        Arc::new(SshEnder {
            connection: Arc::clone(&self.connection),
            write: Arc::clone(&self.write),
            again: self.again.clone(),
            group: self.group.subscribe(),
        })
    }
}

impl SshProcess {
    fn took(&mut self, message: Option<ChannelMsg>) -> Option<Event> {
        match message {
            Some(ChannelMsg::Data { data }) => {
                self.heard();
                let bytes = self.after_first_line(data)?;
                return Some(Event::Output(OutputStream::Stdout, bytes));
            }
            Some(ChannelMsg::ExtendedData { data, .. }) => {
                self.heard();
                return Some(Event::Output(OutputStream::Stderr, data));
            }
            Some(ChannelMsg::ExitStatus { exit_status }) => {
                self.exited(Exit::Code(i32::try_from(exit_status).unwrap_or(i32::MAX)));
            }
            Some(ChannelMsg::ExitSignal { signal_name, .. }) => self.exited(Exit::Signal(name(&signal_name))),
            Some(ChannelMsg::Eof) => {
                self.output_complete = true;
                self.finish_if_complete();
            }
            Some(ChannelMsg::Close) => {
                let exit = self.exit.clone().unwrap_or_else(|| Exit::Lost {
                    reason: format!(
                        "{} closed the session without saying how the command ended",
                        self.connection.address
                    ),
                    code: None,
                });
                self.ended = Some(Ending { exit, note: None });
            }
            None => self.lost(),
            Some(_) => {}
        }
        None
    }

    fn heard(&mut self) {
        self.asked = false;
        self.deadline = Instant::now() + self.connection.config.linger;
    }

    fn exited(&mut self, exit: Exit) {
        self.exit = Some(exit);
        self.heard();
        self.finish_if_complete();
    }

    fn finish_if_complete(&mut self) {
        if self.output_complete
            && let Some(exit) = &self.exit
        {
            self.ended = Some(Ending { exit: exit.clone(), note: None });
        }
    }

    /// The connection went before both the exit and the end of the output had come.
    fn lost(&mut self) {
        let code = match &self.exit {
            Some(Exit::Code(code)) => Some(*code),
            _ => None,
        };
        let reason = self.connection.loss();
        self.ended = Some(Ending { exit: Exit::Lost { reason, code }, note: None });
    }

    /// The command has exited and its output, still open, is silent. What it wrote may still be on its way, so the host
    /// is asked for an answer: what it sent before that has arrived when the answer has.
    async fn silent(&mut self) {
        if self.asked {
            if let Some(exit) = &self.exit {
                self.ended = Some(Ending { exit: exit.clone(), note: Some(LEFT_OPEN.to_owned()) });
            }
            return;
        }
        match timeout(self.connection.config.channel_timeout, self.connection.handle.send_ping()).await {
            Ok(Ok(())) => {
                self.asked = true;
                self.deadline = Instant::now() + SETTLE;
            }
            _ => self.lost(),
        }
    }

    /// Takes the line by which the command says its group out of the output.
    fn after_first_line(&mut self, data: Bytes) -> Option<Bytes> {
        let Some(head) = &mut self.head else { return Some(data) };
        head.extend_from_slice(&data);
        let bytes = match script::find(head, &self.token) {
            Found::Line { start, end, group } => {
                self.group.send_replace(Some(group));
                let rest = head.split_off(end.min(head.len()));
                head.truncate(start);
                head.extend_from_slice(&rest);
                self.head.take()
            }
            Found::NotYet if head.len() > MOST_BEFORE_THE_FIRST_LINE => self.head.take(),
            Found::NotYet => None,
        }?;
        (!bytes.is_empty()).then(|| bytes.freeze())
    }
}

fn name(signal: &Sig) -> String {
    match signal {
        Sig::Custom(name) => name.clone(),
        known => format!("{known:?}"),
    }
}

fn failed(connection: &Connection, reason: String) -> OpenError {
    OpenError::Start { host: connection.address.clone(), reason }
}

fn unanswered(connection: &Connection, reason: String) -> OpenError {
    OpenError::Unanswered { host: connection.address.clone(), reason }
}

fn late(connection: &Connection, doing: &'static str) -> OpenError {
    let seconds = connection.config.channel_timeout.as_secs();
    OpenError::Timeout { host: connection.address.clone(), doing, seconds }
}
