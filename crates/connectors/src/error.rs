//! Why a connector got nothing. Every message names the setting and says what to change.

/// What went wrong at one source. It never carries a token or a password.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    /// A setting cannot work.
    #[error("{setting}: {reason}")]
    Setting {
        /// The setting, such as `connectors.prometheus.url`.
        setting: String,
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// Nothing answers there.
    #[error("{setting}.url: {url} cannot be reached ({cause}); check the address, and that a firewall lets it through")]
    Unreachable {
        /// The connector's section.
        setting: String,
        /// What was asked, without the query.
        url: String,
        /// What the network said.
        cause: String,
    },
    /// No answer in time.
    #[error(
        "{setting}.timeout_seconds: {url} did not answer within {seconds} s; ask for a shorter window, or raise it"
    )]
    TimedOut {
        /// The connector's section.
        setting: String,
        /// What was asked, without the query.
        url: String,
        /// How long it was given.
        seconds: u64,
    },
    /// The credentials are missing or wrong.
    #[error(
        "{setting}: {url} refused the request with {status}; set {setting}.bearer_token, or {setting}.username and \
         {setting}.password, or {setting}.headers"
    )]
    Unauthorized {
        /// The connector's section.
        setting: String,
        /// What was asked, without the query.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The address leads elsewhere.
    #[error("{setting}.url: {url} is not there (404); give the server's root, with its route prefix if it has one")]
    NotFound {
        /// The connector's section.
        setting: String,
        /// What was asked, without the query.
        url: String,
    },
    /// The server answered with an error, also after the tries that make sense.
    #[error("{setting}: {url} answered {status}: {detail}")]
    Status {
        /// The connector's section.
        setting: String,
        /// What was asked, without the query.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The beginning of what it said.
        detail: String,
    },
    /// The answer has more bytes than are taken.
    #[error("{setting}: the answer of {url} is larger than {limit} bytes; ask for a shorter window or less of it")]
    TooLarge {
        /// The connector's section.
        setting: String,
        /// What was asked, without the query.
        url: String,
        /// How many are taken.
        limit: u64,
    },
    /// The answer is not what this interface gives.
    #[error("{setting}.url: {url} did not answer as expected ({detail}); is this the right server?")]
    Unexpected {
        /// The connector's section.
        setting: String,
        /// What was asked, without the query.
        url: String,
        /// What was found.
        detail: String,
    },
    /// A program could not be used.
    #[error("{setting}: {detail}")]
    Program {
        /// The setting that names it.
        setting: String,
        /// What happened, and what to do.
        detail: String,
    },
}

/// A result of a connector.
pub(crate) type Result<T, E = ConnectorError> = std::result::Result<T, E>;
