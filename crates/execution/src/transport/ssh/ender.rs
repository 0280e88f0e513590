//! Ending a command on a host: its process group, over a channel other than its own.
//!
//! First over the connection that the command came over, then over one made for it, and only as a last resort by SSH's
//! own signals, which say nothing about whether they helped (and which sshd refuses for root).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use russh::client::Msg;
use russh::{ChannelMsg, ChannelWriteHalf, Sig};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::super::{EndError, Ender};
use super::connect::Connection;
use super::process::open_channel;
use super::script::{self, Group};
use super::{SshPlace, SshTransport};

/// How long to wait for a command that has just been started to say which group it leads.
const FIRST_LINE: Duration = Duration::from_secs(2);
/// What ending takes on top of the grace: the look after KILL, and the way there and back.
const ENDING: Duration = Duration::from_secs(15);

/// How to reach the host once more.
#[derive(Clone)]
pub(super) struct Again {
    pub(super) transport: SshTransport,
    pub(super) place: SshPlace,
}

/// Ends one command.
pub(super) struct SshEnder {
    pub(super) connection: Arc<Connection>,
    pub(super) write: Arc<ChannelWriteHalf<Msg>>,
    pub(super) again: Again,
    pub(super) group: watch::Receiver<Option<Group>>,
}

#[async_trait]
impl Ender for SshEnder {
    async fn end(&self, grace: Duration) -> Result<(), EndError> {
        let mut group = self.group.clone();
        let known = timeout(FIRST_LINE, group.wait_for(Option::is_some)).await;
        let group = known.ok().and_then(Result::ok).and_then(|group| *group);
        let why = match group {
            Some(group) => match self.end_group_somehow(group, grace).await {
                Ok(0) => return Ok(()),
                Ok(_) => format!("something of process group {} is still there after KILL", group.id),
                Err(reason) => reason,
            },
            None => "it never said which process group it leads".to_owned(),
        };
        // The last resort; sshd passes these on to the group that it started.
        let _ = self.write.signal(Sig::TERM).await;
        sleep(grace).await;
        let _ = self.write.signal(Sig::KILL).await;
        Err(EndError(why))
    }
}

impl SshEnder {
    /// Over the connection that the command came over or, where that has no room for another session, one of its own.
    async fn end_group_somehow(&self, group: Group, grace: Duration) -> Result<u32, String> {
        let here = end_group(&self.connection, group, grace).await;
        let Err(reason) = here else { return here };
        match self.again.transport.connect_apart(&self.again.place).await {
            Ok(connection) => {
                let there = end_group(&connection, group, grace).await;
                connection.close().await;
                there
            }
            Err(error) => Err(format!("{reason}; and {error}")),
        }
    }
}

/// Runs the script that ends a group, and gives its exit status.
async fn end_group(connection: &Connection, group: Group, grace: Duration) -> Result<u32, String> {
    let _turn = connection.enders.acquire().await.map_err(|error| error.to_string())?;
    let mut channel = open_channel(connection).await.map_err(|error| error.to_string())?;
    let command = script::end(group, grace.as_millis() / 100);
    let running = async {
        channel.exec(true, command).await.map_err(|error| error.to_string())?;
        loop {
            match channel.wait().await {
                Some(ChannelMsg::ExitStatus { exit_status }) => return Ok(exit_status),
                Some(ChannelMsg::Failure) => return Err("the host refused to end it".to_owned()),
                Some(ChannelMsg::Close) | None => return Err(connection.loss()),
                Some(_) => {}
            }
        }
    };
    let result = timeout(grace + ENDING, running).await;
    let _ = channel.close().await;
    result.unwrap_or_else(|_| Err("the host did not answer".to_owned()))
}
