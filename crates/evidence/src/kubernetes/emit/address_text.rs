//! How addresses of services are written in variables: URLs, `host:port`, connection strings of several drivers, and a
//! host and its port in variables of their own.

/// A host, and a port where the text has one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    pub(super) host: &'a str,
    pub(super) port: Option<u16>,
    /// Whether the form or the variable's name leaves no doubt; else it is one if the host is known.
    pub(super) sure: bool,
}

/// Whether the text can be a host name (an address in digits is none).
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
        && text.bytes().any(|b| b.is_ascii_lowercase())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The keys under which drivers have the host in `Key=value;Key=value` or `key=value key=value`
/// (ADO.NET, Npgsql, SqlClient; libpq, §34.1.1 of PostgreSQL's manual).
const HOST_KEYS: [&str; 7] = ["host", "server", "data source", "datasource", "address", "addr", "network address"];

/// `Host=db;Port=5432;Database=x`, `Server=tcp:db,1433;…`, `host=db port=5432 dbname=x`.
fn keyed(value: &str) -> Option<Address<'_>> {
    let by_semicolon = value.contains(';');
    if !by_semicolon && !value.contains(' ') || value.contains("://") {
        return None;
    }
    let pairs = || {
        value
            .split(move |c: char| if by_semicolon { c == ';' } else { c.is_ascii_whitespace() })
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.trim(), value.trim()))
    };
    let (_, host) = pairs().find(|(key, _)| HOST_KEYS.iter().any(|known| key.eq_ignore_ascii_case(known)))?;
    let host = host.strip_prefix("tcp:").unwrap_or(host);
    let (host, port) = host.split_once([',', ':']).map_or((host, None), |(host, port)| (host, port.parse().ok()));
    let port = port
        .or_else(|| pairs().find(|(key, _)| key.eq_ignore_ascii_case("port")).and_then(|(_, port)| port.parse().ok()));
    is_host(host).then_some(Address { host, port, sure: true })
}

/// `host:port`, `scheme://user@host:port/path`, `jdbc:mysql://host/db`, `user:x@tcp(host:port)/db`, a connection string, or
/// a bare host where the variable's name says so.
pub(super) fn address<'a>(name: &str, value: &'a str) -> Option<Address<'a>> {
    if let Some(found) = keyed(value) {
        return Some(found);
    }
    let inner = value.split_once("@tcp(").and_then(|(_, rest)| rest.split_once(')')).map(|(inner, _)| inner);
    let (has_scheme, rest) = value.rsplit_once("://").map_or((false, inner.unwrap_or(value)), |(_, rest)| (true, rest));
    let authority = rest.split(['/', '?', ',', ';']).next().unwrap_or(rest);
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (authority, None),
    };
    let upper = name.to_ascii_uppercase();
    let says_host = ["HOST", "ADDR", "ADDRESS", "SERVER", "ENDPOINT", "HOSTNAME", "URL", "URI"]
        .iter()
        .any(|end| upper.ends_with(end));
    let told = port.is_some() || has_scheme;
    (is_host(host) && (told || says_host)).then_some(Address { host, port, sure: told || !host.contains('.') })
}

/// `DB_HOST=mysql` and `DB_PORT=3306` belong together, as `PGHOST` and `PGPORT` do.
pub(super) fn sibling_port<'v>(mut values: impl Iterator<Item = (&'v str, &'v str)>, name: &str) -> Option<u16> {
    let stem = ["HOSTNAME", "HOST", "ADDRESS", "ADDR", "SERVER"].iter().find_map(|end| name.strip_suffix(end))?;
    let port = values.find(|(other, _)| !stem.is_empty() && other.strip_suffix("PORT") == Some(stem));
    port.and_then(|(_, value)| value.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_every_notation() {
        let view = |name: &str, value: &'static str| address(name, value).map(|a| (a.host, a.port));
        for (name, value, expected) in [
            ("CART_ADDR", "cart:7070", Some(("cart", Some(7070)))),
            ("DB", "jdbc:mysql://db.shop.svc:3306/x?useSSL=false", Some(("db.shop.svc", Some(3306)))),
            ("REDIS_URL", "redis://user:pass@cache:6379/0", Some(("cache", Some(6379)))),
            ("DB_HOST", "mysql", Some(("mysql", None))),
            ("Main", "Host=db.shop;Port=5433;Database=x;Username=y", Some(("db.shop", Some(5433)))),
            ("Main", "Server=tcp:db,1433;Initial Catalog=x", Some(("db", Some(1433)))),
            ("DSN", "host=db port=5433 dbname=x", Some(("db", Some(5433)))),
            ("DSN", "user:x@tcp(db:3307)/x?parseTime=true", Some(("db", Some(3307)))),
            ("MODE", "fast", None),
            ("BIND", "0.0.0.0:80", None),
            ("OPTS", "-Xmx1g:5", None),
            ("OPTS", "-Dhost=db -Dport=1", None),
        ] {
            assert_eq!(view(name, value), expected, "{name}={value}");
        }
        assert_eq!(address("DB_HOST", "db.shop").map(|a| a.sure), Some(false));
    }

    #[test]
    fn a_port_beside_its_host() {
        let values = [("PGHOST", "db"), ("PGPORT", "5433"), ("PORT", "80"), ("DB_PORT", "3306")];
        assert_eq!(sibling_port(values.into_iter(), "PGHOST"), Some(5433));
        assert_eq!(sibling_port(values.into_iter(), "DB_HOST"), Some(3306));
        assert_eq!(sibling_port(values.into_iter(), "HOST"), None);
    }
}
