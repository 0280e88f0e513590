//! What the execution of commands can be told: where its data lies, what is allowed, and how long anything may take.

use std::path::PathBuf;
use std::time::Duration;

/// The environment of local commands unless the configuration says otherwise. Nothing else of the server's own
/// environment reaches a command; over SSH a command has the environment that the host's sshd and login shell give it.
pub const LOCAL_ENVIRONMENT: [(&str, &str); 4] = [
    ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    ("HOME", "/"),
    ("LANG", "C.UTF-8"),
    ("SHELL", "/bin/sh"),
];

/// Settings of this crate. [`Config::new`] gives the defaults that the fields state.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where output logs are kept (in its folder `output`).
    pub data_directory: PathBuf,
    /// Whether this machine itself may be a target. Off by default: it lets operators run commands as the server's user.
    pub local_enabled: bool,
    /// The whole environment of local commands, [`LOCAL_ENVIRONMENT`] by default.
    pub local_environment: Vec<(String, String)>,
    /// Bytes of output recorded for one task, 256 MiB by default. What a process writes beyond is read and discarded,
    /// the log says so, and the process runs on.
    pub output_limit: u64,
    /// Time for resolving a name, and again for the TCP connection. 10 s.
    pub connect_timeout: Duration,
    /// Time for the SSH key exchange, and again for authentication. 15 s.
    pub handshake_timeout: Duration,
    /// Time for opening a channel and having the command accepted. 15 s.
    pub channel_timeout: Duration,
    /// A host that has been silent this long is asked for a sign of life. 15 s.
    pub keepalive_interval: Duration,
    /// A connection is given up after this many unanswered signs of life. 3.
    pub keepalive_max: usize,
    /// SSH handshakes under way at once, over all hosts. 8: more only make each slower, and sshd drops
    /// unauthenticated connections beyond 10 (`MaxStartups`).
    pub handshakes: usize,
    /// Commands at once on one connection. 8, which with two for ending processes is sshd's default `MaxSessions`.
    pub commands_per_connection: usize,
    /// A connection that nothing uses is closed after this. 60 s.
    pub idle_connection: Duration,
    /// Time between TERM and KILL when a command is ended. 5 s.
    pub grace: Duration,
    /// How long after a command's exit its output may stay open and silent, because something that it started in the
    /// background holds it, before the task is finished without waiting for more. 2 s.
    pub linger: Duration,
    /// A run's timeout for each task where none is given. 1 hour.
    pub default_timeout: Duration,
    /// The longest timeout that may be asked for. 24 hours.
    pub max_timeout: Duration,
    /// Tasks of one run at once where nothing is said. 32.
    pub default_concurrency: usize,
    /// The most targets in one run. 1000.
    pub max_targets: usize,
    /// How long running tasks may go on when the server is asked to stop, before they are ended. 20 s.
    pub drain: Duration,
}

impl Config {
    /// The defaults, with output kept below this directory.
    pub fn new(data_directory: impl Into<PathBuf>) -> Self {
        Self {
            data_directory: data_directory.into(),
            local_enabled: false,
            local_environment: LOCAL_ENVIRONMENT
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            output_limit: 256 * 1024 * 1024,
            connect_timeout: Duration::from_secs(10),
            handshake_timeout: Duration::from_secs(15),
            channel_timeout: Duration::from_secs(15),
            keepalive_interval: Duration::from_secs(15),
            keepalive_max: 3,
            handshakes: 8,
            commands_per_connection: 8,
            idle_connection: Duration::from_mins(1),
            grace: Duration::from_secs(5),
            linger: Duration::from_secs(2),
            default_timeout: Duration::from_hours(1),
            max_timeout: Duration::from_hours(24),
            default_concurrency: 32,
            max_targets: 1000,
            drain: Duration::from_secs(20),
        }
    }
}
