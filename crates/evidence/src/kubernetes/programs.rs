//! What lines of programs' logs mean: the words in which clients, servers and runtimes of common languages say why they
//! cannot work.
//!
//! A class names what a line says, never what caused it. Matching is by substrings whatever the case, in the order of the
//! table: the more specific first. Words are those of the libraries' sources (JDBC drivers and HikariCP, Spring, the Go
//! standard library, Python, Node, .NET, MySQL, PostgreSQL, MongoDB, Redis, RabbitMQ, Kafka). Refuses: guessing from
//! words of everyday speech; a line that fits nothing says nothing.

mod words;

use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;
use words::{LEADS, LINES};

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
    /// The port that a driver names beside the host.
    pub(super) port: Option<u16>,
}

/// The class of what the line says, if it is known here.
pub(crate) fn class_of(line: &str) -> Option<&'static str> {
    read(line).map(|said| said.class)
}

/// What the line says, if anything that is known here.
pub(super) fn read(line: &str) -> Option<Said<'_>> {
    let lower = line.to_ascii_lowercase();
    if !says_anything(&lower) {
        return None;
    }
    let has = |word: &&str| memmem::find(lower.as_bytes(), word.as_bytes()).is_some();
    let (class, product) = if asks_a_name_server(&lower) {
        ("name-unresolved", "")
    } else {
        LINES.iter().find(|(_, _, words)| words.iter().any(has)).map(|(class, product, _)| (*class, *product))?
    };
    let names_a_host =
        ["name-", "connection-", "certificate-", "database-", "upstream-"].iter().any(|lead| class.starts_with(lead));
    let host = if names_a_host { host(line, &lower) } else { None };
    let port = host.filter(|host| !host.contains(':')).and_then(|_| port_beside(&lower));
    Some(Said { class, product: Some(product).filter(|p| !p.is_empty()), server: server(line, class), host, port })
}

/// `lookup cart on 10.96.0.10:53: …` and `dial tcp: lookup cart: …`: Go's resolver, whatever then went wrong.
fn asks_a_name_server(lower: &str) -> bool {
    let after = lower.split_once("lookup ").map_or("", |(_, rest)| rest);
    after.split_once(" on ").is_some_and(|(host, rest)| {
        is_host(host) && rest.split_once(":53: ").is_some_and(|(address, _)| !address.contains(' '))
    }) || lower.contains("dial tcp: lookup ")
}

/// `(host=db)(port=3307)`, `"db" (10.0.0.1), port 5433 failed`, `('db', 5433)`: the port apart from its host.
fn port_beside(lower: &str) -> Option<u16> {
    ["(port=", ", port ", "', "].iter().find_map(|lead| {
        let (_, rest) = lower.split_once(lead)?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let ends = rest.get(digits..).is_none_or(|rest| rest.is_empty() || rest.starts_with([')', ' ', ':', ',']));
        rest.get(..digits).filter(|_| ends).and_then(|digits| digits.parse().ok())
    })
}

/// How the connection failed that a line of another class is about: refused to a driver that names its product, timed out
/// to a resolver that got no answer.
pub(super) fn failure(class: &str, line: &str) -> Option<&'static str> {
    let how = match class {
        _ if class.starts_with("database-") => "connection-refused",
        "name-unresolved" => "connection-timed-out",
        _ => return None,
    };
    let lower = line.to_ascii_lowercase();
    let mut general = LINES.iter().filter(|(class, ..)| *class == how);
    general.any(|(_, _, words)| words.iter().any(|word| lower.contains(word))).then_some(how)
}

/// Whether any of the words stands in a line in lower case: most lines say nothing, and all words are looked for at once.
fn says_anything(lower: &str) -> bool {
    static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = LINES.iter().flat_map(|(_, _, words)| words.iter().map(|word| regex::escape(word)));
        Regex::new(&format!("(?-u){}", words.collect::<Vec<_>>().join("|"))).ok()
    });
    ANY.as_ref().is_none_or(|any| any.is_match(lower))
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
    fn ports_beside_their_hosts_are_found() {
        for (line, host, port) in [
            (
                "Socket fail to connect to host:address=(host=db.data)(port=3307)(type=primary). Connection refused",
                "db.data",
                3307,
            ),
            ("connection to server at \"db.data\" (10.0.0.1), port 5433 failed: Connection refused", "db.data", 5433),
            ("ConnectionRefusedError: [Errno 111] Connect call failed ('10.0.0.1', 5433)", "10.0.0.1", 5433),
        ] {
            let found = read(line).unwrap();
            assert_eq!((found.host, found.port), (Some(host), Some(port)), "{line}");
        }
    }

    #[test]
    fn a_name_server_that_does_not_answer_is_no_peer() {
        let line = "dial tcp: lookup cart on 192.0.2.53:53: read udp 10.0.0.9:4021->192.0.2.53:53: i/o timeout";
        let found = read(line).unwrap();
        assert_eq!((found.class, found.host, found.server), ("name-unresolved", Some("cart"), Some("192.0.2.53")));
        assert_eq!(said("dial tcp 10.1.2.3:80: i/o timeout").0, "connection-timed-out");
        assert_eq!(failure("name-unresolved", line), Some("connection-timed-out"));
        assert_eq!(failure("name-unresolved", "lookup cart: no such host"), None);
        let refused = "Communications link failure; Caused by: java.net.ConnectException: Connection refused";
        assert_eq!(failure("database-unreachable", refused), Some("connection-refused"));
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
