//! What lines of programs' logs mean: the words in which clients, servers and runtimes of common languages say why they
//! cannot work.
//!
//! A class names what a line says, never what caused it. Matching is by substrings whatever the case, in the order of the
//! table: the more specific first. Words are those of the libraries' sources (JDBC drivers and HikariCP, Spring, the Go
//! standard library, Python, Node, .NET, MySQL, PostgreSQL, MongoDB, Redis, RabbitMQ, Kafka). Refuses: guessing from
//! words of everyday speech; a line that fits nothing says nothing.

use memchr::memmem;

/// What one line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said<'l> {
    pub(super) class: &'static str,
    /// The product whose words these are, where only one uses them.
    pub(super) product: Option<&'static str>,
    /// The address of the name server that the line says it asked.
    pub(super) server: Option<&'l str>,
    /// The host (and port, after a colon) that the line names.
    pub(super) host: Option<&'l str>,
}

/// Class, product (empty for any), words in lower case.
type Row = (&'static str, &'static str, &'static [&'static str]);

const LINES: &[Row] = &[
    ("kubelet-unreachable", "", &[":10250/containerlogs"]),
    (
        "certificate-expired",
        "",
        &[
            "certificate has expired",
            "certificateexpiredexception",
            "cert_has_expired",
            "certificate expired",
            "certificate is expired",
            "certificate_expired",
        ],
    ),
    (
        "certificate-untrusted",
        "",
        &[
            "unable to find valid certification path",
            "signed by unknown authority",
            "self signed certificate",
            "self-signed certificate",
            "unable_to_verify_leaf_signature",
            "certificate verify failed",
            "remotecertificate",
        ],
    ),
    (
        "access-forbidden",
        "",
        &[
            "is forbidden: user \\\"system:serviceaccount",
            "is forbidden: user \"system:serviceaccount",
            "cannot list resource",
            "cannot get resource",
            "cannot watch resource",
            "cannot create resource",
            "cannot update resource",
            "cannot patch resource",
        ],
    ),
    (
        "credentials-refused",
        "mysql",
        &["access denied for user", "er_access_denied_error", "authentication plugin 'caching_sha2_password' cannot"],
    ),
    (
        "credentials-refused",
        "postgres",
        &["password authentication failed", "no pg_hba.conf entry", "failed sasl auth"],
    ),
    (
        "credentials-refused",
        "redis",
        &[
            "wrongpass",
            "noauth authentication required",
            "invalid username-password pair",
            "err auth",
            "err invalid password",
        ],
    ),
    (
        "credentials-refused",
        "rabbit",
        &["access_refused", "authenticationfailureexception", "access-refused", "plain login refused"],
    ),
    (
        "credentials-refused",
        "kafka",
        &["saslauthenticationexception", "sasl authentication failed", "saslauthenticationfailed"],
    ),
    (
        "credentials-refused",
        "mongo",
        &[
            "scram failure",
            "command createindexes requires authentication",
            "requires authentication",
            "codename': 'authenticationfailed",
            "bad auth",
        ],
    ),
    ("credentials-refused", "sqlserver", &["login failed for user"]),
    ("credentials-refused", "oracle", &["ora-01017", "ora-28000"]),
    ("credentials-refused", "", &["authentication failed", "login failed", "login was refused"]),
    (
        "database-read-only",
        "mysql",
        &["--read-only option", "super-read-only", "read_only option", "option so it cannot execute this statement"],
    ),
    (
        "database-read-only",
        "postgres",
        &["in a read-only transaction", "cannot execute insert in a", "recovery is in progress"],
    ),
    ("database-read-only", "redis", &["readonly you can't write", "read only replica", "misconf redis is configured"]),
    (
        "database-read-only",
        "mongo",
        &[
            "notwritableprimary",
            "not master and slaveok=false",
            "notmasterorsecondary",
            "mongonotprimaryexception",
            "not primary",
        ],
    ),
    ("database-read-only", "sqlserver", &["because the database is read-only"]),
    (
        "database-read-only",
        "",
        &[
            "database is read-only",
            "database is in read-only",
            "attempt to write a readonly database",
            "read-only mode",
        ],
    ),
    (
        "connections-exhausted",
        "mysql",
        &[
            "too many connections",
            "max_user_connections",
            "er_con_count_error",
            "data source rejected establishment of connection",
        ],
    ),
    (
        "connections-exhausted",
        "postgres",
        &[
            "too many clients already",
            "remaining connection slots are reserved",
            "too many connections for role",
            "pq: sorry",
        ],
    ),
    ("connections-exhausted", "redis", &["max number of clients reached"]),
    ("connections-exhausted", "mongo", &["too many open connections", "connection refused because too many"]),
    ("connections-exhausted", "rabbit", &["channelmax", "connection limit (", "connection_limit"]),
    (
        "connections-exhausted",
        "",
        &[
            "connection pool exhausted",
            "connection is not available, request timed out",
            "timeout waiting for idle object",
            "queuepool limit",
            "timed out acquiring connection",
            "resourcerequest timed out",
            "timeout acquiring a connection",
            "the timeout period elapsed prior to obtaining a connection from the pool",
            "max pool size was reached",
            "could not get a resource from the pool",
            "pool exhausted",
            "pool has been exhausted",
            "pool timeout",
            "waitqueuetimeout",
            "cannot get a connection, pool error",
        ],
    ),
    (
        "broker-blocked",
        "rabbit",
        &["resource limit alarm set", "publishers will be blocked", "connection.blocked", "resource alarm"],
    ),
    (
        "port-in-use",
        "",
        &[
            "address already in use",
            "eaddrinuse",
            "only one usage of each socket address",
            "port is already allocated",
            "was already in use",
            "address in use",
            "failed to bind to address",
            "bind: address already",
        ],
    ),
    (
        "disk-full",
        "",
        &[
            "no space left on device",
            "enospc",
            "there is not enough space on the disk",
            "disk is full",
            "disk quota exceeded",
            "os error 28",
            "errno: 28",
        ],
    ),
    (
        "memory-exhausted",
        "",
        &[
            "outofmemoryerror",
            "cannot allocate memory",
            "heap out of memory",
            "memoryerror",
            "out of memory",
            "outofmemoryexception",
            "oom command not allowed",
            "std::bad_alloc",
        ],
    ),
    ("platform", "", &["exec format error", "exec user process caused: exec format"]),
    ("read-only-file-system", "", &["read-only file system", "erofs"]),
    (
        "permission-denied",
        "",
        &[
            "permission denied",
            "eacces",
            "operation not permitted",
            "accessdeniedexception",
            "unauthorizedaccessexception",
            "does not have the access rights",
        ],
    ),
    (
        "name-unresolved",
        "",
        &[
            "no such host",
            "name or service not known",
            "unknownhostexception",
            "enotfound",
            "eai_again",
            "name resolution",
            "nodename nor servname",
            "server misbehaving",
            "could not resolve host",
            "dns resolution failed",
            "failed to resolve",
            "unknown host",
            "host not found in upstream",
            "could not be resolved",
            "unknown mysql server host",
            "could not translate host name",
            "couldn't resolve host",
            "cannot resolve host",
            "name does not resolve",
            "getaddrinfo failed",
            "nxdomain",
        ],
    ),
    (
        "protocol-unexpected",
        "",
        &[
            "unexpected http/1.x request",
            "malformed http",
            "error reading server preface",
            "wrong version number",
            "unsupported or unrecognized ssl message",
            "not an ssl/tls record",
        ],
    ),
    (
        "database-unreachable",
        "mysql",
        &[
            "communications link failure",
            "can't connect to mysql server",
            "can't connect to local mysql server",
            "lost connection to mysql server",
        ],
    ),
    (
        "database-unreachable",
        "postgres",
        &["could not connect to server", "connection to server at", "the connection attempt failed"],
    ),
    (
        "database-unreachable",
        "mongo",
        &[
            "mongoserverselectionerror",
            "serverselectiontimeouterror",
            "no server chosen by",
            "mongosocketopenexception",
            "server selection error",
            "server selection timeout",
        ],
    ),
    (
        "database-unreachable",
        "rabbit",
        &[
            "amqpconnectexception",
            "amqpconnectionerror",
            "amqpconnectorexception",
            "none of the specified endpoints were reachable",
            "brokerunreachableexception",
        ],
    ),
    (
        "database-unreachable",
        "kafka",
        &["bootstrap broker", "no resolvable bootstrap urls", "nobrokersavailable", "broker may not be available"],
    ),
    (
        "database-unreachable",
        "redis",
        &[
            "unable to connect to redis",
            "redisconnectionfailureexception",
            "redisconnectionexception",
            "error 111 connecting to",
            "could not connect to redis",
        ],
    ),
    (
        "database-unreachable",
        "sqlserver",
        &["a network-related or instance-specific error", "the tcp/ip connection to the host"],
    ),
    (
        "database-unreachable",
        "",
        &[
            "could not connect to database",
            "database connection failed",
            "unable to acquire jdbc connection",
            "failed to obtain jdbc connection",
        ],
    ),
    ("connection-refused", "", &["connection refused", "econnrefused", "actively refused"]),
    (
        "connection-timed-out",
        "",
        &[
            "i/o timeout",
            "connection timed out",
            "etimedout",
            "connect timed out",
            "connecttimeout",
            "unabletoconnect",
            "connection timeout",
            "read timed out",
            "sockettimeoutexception",
            "context deadline exceeded",
            "deadline_exceeded",
        ],
    ),
    (
        "upstream-unhealthy",
        "",
        &[
            "no healthy upstream",
            "upstream connect error",
            "no live upstreams",
            "no servers available for service",
            "no instances available for",
        ],
    ),
    ("file-missing", "", &["no such file or directory", "filenotfoundexception", "enoent", "filenotfounderror"]),
    (
        "program-error",
        "",
        &[
            "traceback (most recent call last)",
            "panic: ",
            "exception in thread \"main\"",
            "application failed to start",
            "unhandled exception",
            "uncaughtexception",
            "uncaught exception",
            "segmentation fault",
            "sigsegv",
            "fatal error:",
            "beancreationexception",
            "unsatisfieddependencyexception",
            "error creating bean",
            "loaderror",
            "nosuchmethoderror",
            "classnotfoundexception",
            "noclassdeffounderror",
            "panicked at",
            "importerror",
            "core dumped",
            "could not find or load main class",
            "cannot find module",
            "modulenotfounderror",
            "unhandledpromiserejection",
        ],
    ),
];

/// Words after which clients name the host that they asked.
const LEADS: &[&str] = &[
    "lookup ",
    "unknownhostexception: ",
    "enotfound ",
    "eai_again ",
    "could not resolve host: ",
    "couldn't resolve host ",
    "translate host name \"",
    "failed to resolve '",
    "failed to resolve: ",
    "host='",
    "unknown mysql server host '",
    "such host is known. (",
    "host not found in upstream \"",
    "dns resolution failed for ",
    "cannot resolve host \"",
    "dial tcp ",
    "connect to mysql server on '",
    "connect to ",
    "connecting to ",
    "connection to server at \"",
    "connection to node -1 (",
    "unabletoconnect on ",
    "econnrefused ",
    "etimedout ",
    "connection refused: ",
    "connection timed out: ",
    "connection to ",
    "the host ",
    "://",
];

/// What the line says, if anything that is known here.
pub(super) fn read(line: &str) -> Option<Said<'_>> {
    let lower = line.to_ascii_lowercase();
    let has = |word: &&str| memmem::find(lower.as_bytes(), word.as_bytes()).is_some();
    let (class, product, _) = LINES.iter().find(|(_, _, words)| words.iter().any(|word| has(&word)))?;
    let names_a_host =
        ["name-", "connection-", "certificate-", "database-", "upstream-"].iter().any(|lead| class.starts_with(lead));
    let host = if names_a_host { host(line, &lower) } else { None };
    Some(Said { class, product: Some(*product).filter(|p| !p.is_empty()), server: server(line, class), host })
}

fn host<'l>(line: &'l str, lower: &str) -> Option<&'l str> {
    LEADS.iter().find_map(|lead| {
        let start = lower.find(lead)? + lead.len();
        let rest = line.get(start..)?.trim_start_matches(['/', '\'', '"', '[']);
        // `user@host`, and a name before its address: `tariff/10.0.0.1:80`.
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':')))
            .unwrap_or(rest.len());
        let found = rest.get(..end)?.trim_end_matches([':', '.']);
        is_host(found).then_some(found)
    })
}

/// `lookup cart on 10.96.0.10:53: no such host`: Go says whom it asked.
fn server<'l>(line: &'l str, class: &str) -> Option<&'l str> {
    let (_, rest) = line.split_once("lookup ").filter(|_| class == "name-unresolved")?;
    let (address, port) = rest.split_once(" on ")?.1.split_once(':')?;
    (port.starts_with("53") && address.bytes().all(|b| b.is_ascii_digit() || b == b'.')).then_some(address)
}

/// A host name or address, with or without a port. A single word without digits, dots or dashes may be a word of speech,
/// and is let through: what it names is looked up among Services before anything is made of it.
fn is_host(text: &str) -> bool {
    let name = text.split(':').next().unwrap_or(text);
    !name.is_empty() && name.len() <= 253 && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> (&'static str, Option<&'static str>, Option<&str>) {
        read(line).map_or(("", None, None), |s| (s.class, s.product, s.host))
    }

    #[test]
    fn languages_say_the_same_in_their_own_words() {
        for (line, class, product) in [
            ("ERROR 1045 (28000): Access denied for user 'web'@'%'", "credentials-refused", Some("mysql")),
            (
                "FATAL: password authentication failed for user \"x\" (SQLSTATE 28P01)",
                "credentials-refused",
                Some("postgres"),
            ),
            ("com.mongodb.MongoNotPrimaryException: Command failed", "database-read-only", Some("mongo")),
            ("READONLY You can't write against a read only replica.", "database-read-only", Some("redis")),
            (
                "HikariPool-1 - Connection is not available, request timed out after 30000ms",
                "connections-exhausted",
                None,
            ),
            (
                "System.InvalidOperationException: Timeout expired. The timeout period elapsed prior to obtaining a connection from the pool.",
                "connections-exhausted",
                None,
            ),
            ("Web server failed to start. Port 8080 was already in use.", "port-in-use", None),
            (
                "System.IO.IOException: Failed to bind to address http://[::]:80: address already in use.",
                "port-in-use",
                None,
            ),
            ("OSError: [Errno 28] No space left on device", "disk-full", None),
            (
                "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
                "memory-exhausted",
                None,
            ),
            (
                "configmaps is forbidden: User \"system:serviceaccount:a:b\" cannot list resource \"configmaps\"",
                "access-forbidden",
                None,
            ),
            ("panic: runtime error: index out of range", "program-error", None),
        ] {
            let found = said(line);
            assert_eq!((found.0, found.1), (class, product), "{line}");
        }
        assert_eq!(read("all is well"), None);
        assert_eq!(read("Listening on port 8080"), None);
    }

    #[test]
    fn the_name_server_asked_is_found() {
        let server = |line| read(line).and_then(|said| said.server);
        assert_eq!(server("dial tcp: lookup cart on 10.96.0.10:53: no such host"), Some("10.96.0.10"));
        assert_eq!(server("dial tcp: lookup cart: no such host"), None);
    }

    #[test]
    fn hosts_are_found_where_clients_write_them() {
        for (line, host) in [
            ("dial tcp: lookup cart on 10.0.0.10:53: no such host", "cart"),
            ("dial tcp 10.1.2.3:80: connect: connection refused", "10.1.2.3:80"),
            ("java.net.UnknownHostException: tariff: Name or service not known", "tariff"),
            (
                "HTTPConnectionPool(host='tide', port=7000): Max retries (Failed to resolve 'tide' ([Errno -2] Name or service not known))",
                "tide",
            ),
            ("Error: getaddrinfo ENOTFOUND tide", "tide"),
            ("System.Net.Http.HttpRequestException: No such host is known. (tide:7000)", "tide:7000"),
            (
                "io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: tariff/10.96.1.2:9000",
                "tariff",
            ),
            ("Get \"https://tides:7000/now\": tls: x509: certificate has expired", "tides:7000"),
            ("nginx: [emerg] host not found in upstream \"kart\" in /etc/nginx/x.conf:4", "kart"),
        ] {
            assert_eq!(said(line).2, Some(host), "{line}");
        }
    }
}
