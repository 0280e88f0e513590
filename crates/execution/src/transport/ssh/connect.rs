//! The steps of a connection: resolve, connect, verify the host key, authenticate. Each has its time, and each is noted.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use oriel_storage::HostKey;
use russh::client::{self, AuthResult, DisconnectReason, Handle};
use russh::keys::{
    Algorithm, EcdsaCurve, HashAlg, PrivateKeyWithHashAlg, PublicKey, PublicKeyBase64, PublicKeyOrCertificate,
};
use russh::{Disconnect, Preferred, SshId};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use super::{OpenError, SshPlace, Trail};
use crate::config::Config;

/// Received packets waiting for one command's reader, each up to 32 KiB: what bounds memory when a host sends faster
/// than the disk writes. Beyond it the connection is not read, so TCP and the SSH window hold the host back.
const PACKETS_WAITING: usize = 32;
/// Channels for ending processes, besides those for commands.
const ENDERS: usize = 2;
/// Waits before another try, where a host closed the connection before it showed its key: sshd does that at random when
/// many connections are not signed in yet. Nothing has been sent then, so trying again is safe.
const RETRIES: [Duration; 3] = [Duration::from_millis(150), Duration::from_millis(500), Duration::from_millis(1500)];
const CLOSING: Duration = Duration::from_secs(2);

/// What is kept of a key that a host presents.
fn host_key_of(key: &PublicKey) -> HostKey {
    HostKey {
        algorithm: key.algorithm().to_string(),
        fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
        key: key.public_key_base64(),
    }
}

/// A connection whose user is authenticated.
pub(super) struct Connection {
    pub(super) handle: Handle<Watcher>,
    pub(super) address: String,
    pub(super) commands: Arc<Semaphore>,
    pub(super) enders: Semaphore,
    pub(super) config: Arc<Config>,
    loss: Arc<OnceLock<String>>,
}

impl Connection {
    pub(super) fn is_open(&self) -> bool {
        !self.handle.is_closed() && self.loss.get().is_none()
    }

    /// What is known of why the connection went.
    pub(super) fn loss(&self) -> String {
        let reason = self.loss.get().map_or("the host closed it", String::as_str);
        format!("the connection to {} was lost: {reason}", self.address)
    }

    pub(super) async fn close(&self) {
        // It may be gone already, which is what is wanted.
        let _ = timeout(CLOSING, self.handle.disconnect(Disconnect::ByApplication, "", "en")).await;
    }
}

/// Watches a connection: checks the host key, keeps the reason of its loss.
pub(super) struct Watcher {
    pinned: Option<String>,
    offered: Arc<OnceLock<HostKey>>,
    loss: Arc<OnceLock<String>>,
}

impl client::Handler for Watcher {
    type Error = russh::Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        let offered = host_key_of(&key.public_key());
        let trusted = self.pinned.as_ref() == Some(&offered.fingerprint);
        // Asked again at each key renewal; the first answer is the one that is reported.
        let _ = self.offered.set(offered);
        Ok(trusted)
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Self::Error>) -> Result<(), Self::Error> {
        let text = match &reason {
            DisconnectReason::ReceivedDisconnect(info) => format!("the host ended it: {}", info.message),
            DisconnectReason::Error(error) => error.to_string(),
        };
        let _ = self.loss.set(text);
        match reason {
            DisconnectReason::ReceivedDisconnect(_) => Ok(()),
            DisconnectReason::Error(error) => Err(error),
        }
    }
}

/// Connects and authenticates, with another try or two if the host does not even begin to talk.
pub(super) async fn connect(
    config: &Arc<Config>,
    place: &SshPlace,
    trail: &mut Trail,
) -> Result<Connection, OpenError> {
    let mut waits = RETRIES.iter();
    loop {
        let mut steps = Trail::default();
        let result = try_connect(config, place, &mut steps).await;
        match (result, waits.next()) {
            (Err(OpenError::Dropped { .. }), Some(wait)) => sleep(*wait).await,
            (result, _) => {
                trail.append(steps);
                return result;
            }
        }
    }
}

async fn try_connect(config: &Arc<Config>, place: &SshPlace, trail: &mut Trail) -> Result<Connection, OpenError> {
    let address = place.address();
    let Some(pinned) = &place.host_key else { return Err(OpenError::HostKeyNotPinned { host: address }) };
    let socket = dial(config, &place.host, place.port, &address, trail).await?;
    let loss = Arc::new(OnceLock::new());
    let offered = Arc::new(OnceLock::new());
    let watcher =
        Watcher { pinned: Some(pinned.fingerprint.clone()), offered: Arc::clone(&offered), loss: Arc::clone(&loss) };
    let started = Instant::now();
    let shaken = shake_hands(config, socket, &address, vec![algorithm(&pinned.algorithm)], watcher).await;
    let mut handle = match (shaken, offered.get()) {
        (Ok(handle), _) => handle,
        (Err(_), Some(offered)) if offered.fingerprint != pinned.fingerprint => {
            return Err(OpenError::HostKeyChanged {
                host: address,
                pinned: format!("{} {}", pinned.algorithm, pinned.fingerprint),
                offered: format!("{} {}", offered.algorithm, offered.fingerprint),
            });
        }
        (Err(Shake::NoCommonKey(theirs)), _) => {
            return Err(OpenError::HostKeyChanged {
                host: address,
                pinned: format!("{} {}", pinned.algorithm, pinned.fingerprint),
                offered: format!("only keys of other kinds ({theirs})"),
            });
        }
        (Err(Shake::Failed(error)), _) => return Err(error),
    };
    trail.note("key verified", started, format!("{} {}", pinned.algorithm, pinned.fingerprint));
    authenticate(config, place, &address, &mut handle, trail).await?;
    Ok(Connection {
        handle,
        address,
        commands: Arc::new(Semaphore::new(config.commands_per_connection)),
        enders: Semaphore::new(ENDERS),
        config: Arc::clone(config),
        loss,
    })
}

/// Asks for the host key and goes away.
pub(super) async fn scan(
    config: &Arc<Config>,
    host: &str,
    port: u16,
    prefer: Option<&str>,
) -> Result<HostKey, OpenError> {
    let mut waits = RETRIES.iter();
    loop {
        match (try_scan(config, host, port, prefer).await, waits.next()) {
            (Err(OpenError::Dropped { .. }), Some(wait)) => sleep(*wait).await,
            (result, _) => return result,
        }
    }
}

async fn try_scan(config: &Arc<Config>, host: &str, port: u16, prefer: Option<&str>) -> Result<HostKey, OpenError> {
    let address = format!("{host}:{port}");
    let socket = dial(config, host, port, &address, &mut Trail::default()).await?;
    let offered = Arc::new(OnceLock::new());
    let watcher = Watcher { pinned: None, offered: Arc::clone(&offered), loss: Arc::default() };
    let mut algorithms: Vec<Algorithm> = prefer.map(algorithm).into_iter().collect();
    algorithms.extend(host_key_algorithms());
    let shaken = shake_hands(config, socket, &address, algorithms, watcher).await;
    match (offered.get(), shaken) {
        (Some(key), _) => Ok(key.clone()),
        (None, Err(Shake::NoCommonKey(theirs))) => Err(OpenError::Handshake {
            host: address,
            reason: format!(
                "its host keys ({theirs}) are of kinds that are not supported: it needs an ed25519 or ECDSA key"
            ),
        }),
        (None, Err(Shake::Failed(error))) => Err(error),
        (None, Ok(_)) => Err(OpenError::Handshake { host: address, reason: "it presented no key".to_owned() }),
    }
}

async fn dial(
    config: &Config,
    host: &str,
    port: u16,
    address: &str,
    trail: &mut Trail,
) -> Result<TcpStream, OpenError> {
    let started = Instant::now();
    let late = |doing| late(address, doing, config.connect_timeout);
    let unresolved = |reason: String| OpenError::Resolve { host: host.to_owned(), reason };
    let addresses: Vec<SocketAddr> = timeout(config.connect_timeout, tokio::net::lookup_host((host, port)))
        .await
        .map_err(|_| late("resolving its name"))?
        .map_err(|error| unresolved(error.to_string()))?
        .collect();
    if addresses.is_empty() {
        return Err(unresolved("it has no address".to_owned()));
    }
    let list = addresses.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(", ");
    trail.note("resolved", started, list);
    let started = Instant::now();
    let socket = timeout(config.connect_timeout, TcpStream::connect(addresses.as_slice()))
        .await
        .map_err(|_| late("connecting"))?
        .map_err(|error| OpenError::Connect { host: address.to_owned(), reason: error.to_string() })?;
    // Without it small packets wait for each other; a system that cannot do it is merely slower.
    let _ = socket.set_nodelay(true);
    let peer = socket.peer_addr().map_or_else(|_| address.to_owned(), |peer| peer.to_string());
    trail.note("connected", started, peer);
    Ok(socket)
}

enum Shake {
    /// The host has no key of an algorithm that was asked for; these it has.
    NoCommonKey(String),
    Failed(OpenError),
}

async fn shake_hands(
    config: &Config,
    socket: TcpStream,
    address: &str,
    algorithms: Vec<Algorithm>,
    watcher: Watcher,
) -> Result<Handle<Watcher>, Shake> {
    let settings = client::Config {
        client_id: SshId::Standard("SSH-2.0-Oriel".into()),
        channel_buffer_size: PACKETS_WAITING,
        preferred: Preferred {
            key: algorithms.into(),
            compression: vec![russh::compression::NONE].into(),
            ..Preferred::DEFAULT
        },
        keepalive_interval: Some(config.keepalive_interval),
        keepalive_max: config.keepalive_max,
        nodelay: true,
        ..client::Config::default()
    };
    let offered = Arc::clone(&watcher.offered);
    let connecting = client::connect_stream(Arc::new(settings), socket, watcher);
    match timeout(config.handshake_timeout, connecting).await {
        Err(_) => Err(Shake::Failed(late(address, "agreeing on keys", config.handshake_timeout))),
        Ok(Ok(handle)) => Ok(handle),
        Ok(Err(russh::Error::NoCommonAlgo { kind: russh::AlgorithmKind::Key, theirs, .. })) => {
            Err(Shake::NoCommonKey(theirs.join(", ")))
        }
        Ok(Err(russh::Error::Disconnect | russh::Error::HUP | russh::Error::IO(_))) if offered.get().is_none() => {
            Err(Shake::Failed(OpenError::Dropped { host: address.to_owned(), attempts: RETRIES.len() + 1 }))
        }
        Ok(Err(error)) => {
            Err(Shake::Failed(OpenError::Handshake { host: address.to_owned(), reason: error.to_string() }))
        }
    }
}

async fn authenticate(
    config: &Config,
    place: &SshPlace,
    address: &str,
    handle: &mut Handle<Watcher>,
    trail: &mut Trail,
) -> Result<(), OpenError> {
    let started = Instant::now();
    let key = PrivateKeyWithHashAlg::new(place.key.inner(), None);
    let result = timeout(config.handshake_timeout, handle.authenticate_publickey(&place.user, key))
        .await
        .map_err(|_| late(address, "authenticating", config.handshake_timeout))?;
    match result {
        Ok(AuthResult::Success) => {
            trail.note("authenticated", started, format!("{} with {}", place.user, place.key.fingerprint()));
            Ok(())
        }
        Ok(AuthResult::Failure { .. }) => Err(OpenError::Authentication {
            host: address.to_owned(),
            user: place.user.clone(),
            fingerprint: place.key.fingerprint(),
        }),
        Err(error) => Err(OpenError::Handshake { host: address.to_owned(), reason: error.to_string() }),
    }
}

fn late(address: &str, doing: &'static str, time: Duration) -> OpenError {
    OpenError::Timeout { host: address.to_owned(), doing, seconds: time.as_secs() }
}

fn host_key_algorithms() -> [Algorithm; 4] {
    [
        Algorithm::Ed25519,
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    ]
}

/// The algorithm of a name that was recorded; names come from [`host_key_of`], so another one is not met.
fn algorithm(name: &str) -> Algorithm {
    host_key_algorithms().into_iter().find(|known| known.to_string() == name).unwrap_or(Algorithm::Ed25519)
}
