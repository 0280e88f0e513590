//! SSH: one connection a host, shared by concurrent commands.
//!
//! Owns key parsing ([`key`]), the steps of connecting ([`connect`]), the pool of connections (here), running a command
//! in a process group of its own and ending it ([`process`], [`ender`], [`script`]).
//! Refuses a host whose key was not confirmed or has changed, before the user is authenticated. Knows ed25519 and ECDSA
//! keys, for hosts and users; RSA, passwords, agents, jump hosts and certificates are not supported.

mod connect;
mod ender;
mod key;
mod process;
mod script;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use oriel_identity::{Authorized, Reach, Run};
use oriel_model::TargetId;
use oriel_storage::HostKey;
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use key::{KeyError, UserKey};

use super::{OpenError, Process, Session, Trail, Transport, probe};
use crate::config::Config;
use connect::Connection;
use ender::Again;
use process::Room;

/// A host that is reached over SSH.
#[derive(Debug, Clone)]
pub struct SshPlace {
    /// The target this is; connections are not shared between targets.
    pub target: TargetId,
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Who to be there.
    pub user: String,
    /// With which key.
    pub key: UserKey,
    /// The host key that was confirmed, if one was.
    pub host_key: Option<HostKey>,
}

impl SshPlace {
    fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// What a connection was made with: another user, key or host key needs another connection.
    fn identity(&self) -> Identity {
        Identity {
            target: self.target,
            address: self.address(),
            user: self.user.clone(),
            key: self.key.fingerprint(),
            host_key: self.host_key.as_ref().map(|key| key.fingerprint.clone()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Identity {
    target: TargetId,
    address: String,
    user: String,
    key: String,
    host_key: Option<String>,
}

/// Opens sessions over SSH. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct SshTransport {
    config: Arc<Config>,
    handshakes: Arc<Semaphore>,
    slots: Arc<Mutex<HashMap<Identity, Arc<Slot>>>>,
}

/// The place of one connection. Who needs it while it is being made waits for it instead of making another.
struct Slot {
    connection: tokio::sync::Mutex<Option<Arc<Connection>>>,
    used: Mutex<Instant>,
}

impl SshTransport {
    /// A transport with these settings and no connections yet.
    pub fn new(config: Arc<Config>) -> Self {
        Self { handshakes: Arc::new(Semaphore::new(config.handshakes)), config, slots: Arc::default() }
    }

    /// Asks a host for its key, preferring one of the algorithm given. Does not authenticate.
    pub async fn scan(&self, host: &str, port: u16, prefer: Option<&str>) -> Result<HostKey, OpenError> {
        let _turn = self.handshakes.acquire().await;
        connect::scan(&self.config, host, port, prefer).await
    }

    /// Makes a connection of its own, noting each step and its time, and runs a command that prints nothing.
    pub async fn probe(&self, proof: &Authorized<Reach>, place: &SshPlace, trail: &mut Trail) -> Result<(), OpenError> {
        if proof.scope().target() != place.target {
            return Err(OpenError::NotCovered { target: place.target });
        }
        let connection = Arc::new(self.handshake(place, trail).await?);
        let started = Instant::now();
        let running = async {
            let channel = process::room(&connection).await?.open().await?;
            let process = channel.start(probe::NOTHING, "probe", self.again(place)).await?;
            let time = self.config.channel_timeout;
            probe::finish(Box::new(process), &place.address(), started, time, trail).await
        };
        let result = running.await;
        connection.close().await;
        result
    }

    /// Closes connections that nothing has used for the configured time. To be called now and then.
    pub async fn close_idle(&self) {
        let now = Instant::now();
        let idle = self.take_slots(|slot| {
            now.duration_since(*lock(&slot.used)) >= self.config.idle_connection && slot.is_unused()
        });
        close(idle).await;
    }

    /// Closes all connections.
    pub async fn close_all(&self) {
        close(self.take_slots(|_| true)).await;
    }

    /// Closes a target's connections, for when it was changed or deleted. Commands that run on one are not disturbed.
    pub async fn forget(&self, target: TargetId) {
        let mut slots = Vec::new();
        lock(&self.slots).retain(|identity, slot| {
            let keep = identity.target != target || !slot.is_unused();
            if !keep {
                slots.push(Arc::clone(slot));
            }
            keep
        });
        close(slots).await;
    }

    fn take_slots(&self, which: impl Fn(&Slot) -> bool) -> Vec<Arc<Slot>> {
        let mut taken = Vec::new();
        lock(&self.slots).retain(|_, slot| {
            let take = which(slot);
            if take {
                taken.push(Arc::clone(slot));
            }
            !take
        });
        taken
    }

    fn slot(&self, place: &SshPlace) -> Arc<Slot> {
        let mut slots = lock(&self.slots);
        let slot = slots.entry(place.identity()).or_insert_with(|| {
            Arc::new(Slot { connection: tokio::sync::Mutex::default(), used: Mutex::new(Instant::now()) })
        });
        *lock(&slot.used) = Instant::now();
        Arc::clone(slot)
    }

    /// A connection that nothing else uses.
    async fn connect_apart(&self, place: &SshPlace) -> Result<Connection, OpenError> {
        self.handshake(place, &mut Trail::default()).await
    }

    async fn handshake(&self, place: &SshPlace, trail: &mut Trail) -> Result<Connection, OpenError> {
        let _turn = self.handshakes.acquire().await;
        connect::connect(&self.config, place, trail).await
    }

    fn again(&self, place: &SshPlace) -> Again {
        Again { transport: self.clone(), place: place.clone() }
    }

    /// The shared connection, made now if there is none. True with it if it was there before.
    async fn connection(&self, place: &SshPlace) -> Result<(Arc<Connection>, bool), OpenError> {
        let slot = self.slot(place);
        let mut connection = slot.connection.lock().await;
        if let Some(connection) = connection.as_ref().filter(|connection| connection.is_open()) {
            return Ok((Arc::clone(connection), true));
        }
        let made = Arc::new(self.connect_apart(place).await?);
        *connection = Some(Arc::clone(&made));
        Ok((made, false))
    }
}

#[async_trait]
impl Transport for SshTransport {
    type Place = SshPlace;

    async fn open(&self, proof: &Authorized<Run>, place: &SshPlace) -> Result<Box<dyn Session>, OpenError> {
        super::check_covers(proof, place.target)?;
        if place.host_key.is_none() {
            return Err(OpenError::HostKeyNotPinned { host: place.address() });
        }
        let (connection, reused) = self.connection(place).await?;
        let command = proof.scope().command().to_owned();
        let room = process::room(&connection).await?;
        Ok(Box::new(SshSession { transport: self.clone(), place: place.clone(), command, room, reused }))
    }
}

struct SshSession {
    transport: SshTransport,
    place: SshPlace,
    command: String,
    room: Room,
    reused: bool,
}

#[async_trait]
impl Session for SshSession {
    async fn start(self: Box<Self>, token: &str) -> Result<Box<dyn Process>, OpenError> {
        let Self { transport, place, command, room, reused } = *self;
        let connection = room.connection();
        let channel = match room.open().await {
            // A connection from before may have died unnoticed; nothing was started on it, so a new one is safe.
            Err(_) if reused && !connection.is_open() => {
                let (connection, _) = transport.connection(&place).await?;
                process::room(&connection).await?.open().await?
            }
            opened => opened?,
        };
        Ok(Box::new(channel.start(&command, token, transport.again(&place)).await?))
    }
}

impl Slot {
    fn is_unused(&self) -> bool {
        match self.connection.try_lock() {
            Ok(connection) => connection.as_ref().is_none_or(|connection| Arc::strong_count(connection) == 1),
            Err(_) => false,
        }
    }
}

async fn close(slots: Vec<Arc<Slot>>) {
    for slot in slots {
        if let Some(connection) = slot.connection.lock().await.take() {
            connection.close().await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Every use leaves the value whole, so a panic elsewhere does not spoil it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
