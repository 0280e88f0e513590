//! Asks a server over HTTP: signs in, bounds the answer, tries again where that can help.
//!
//! Tried again, with growing pauses and as `Retry-After` says, as long as the time limit lasts: 429, 5xx and failures of the
//! network. Not tried again: what the server refuses. Redirects are not followed, for they would carry the credentials
//! elsewhere. A proxy is used where the environment names one (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, less `NO_PROXY`),
//! but never to this machine itself.

use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Client, Response, StatusCode, redirect};
use url::Url;

use crate::error::{ConnectorError, Result};
use crate::settings::Endpoint;

/// The pause before the first further try; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause, whatever the server asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// How much of an error's text is repeated.
const DETAIL_CHARS: usize = 300;

/// A client of one server.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    endpoint: Endpoint,
    base: Url,
    client: Client,
}

impl Http {
    /// A client with these settings. Reads the certificates.
    pub(crate) fn new(endpoint: Endpoint) -> Result<Self> {
        let base = endpoint.base()?;
        let timeout = Duration::from_secs(u64::from(endpoint.timeout_seconds.get()));
        if endpoint.insecure_skip_verify && !endpoint.ca_file.as_os_str().is_empty() {
            return Err(endpoint.wrong("insecure_skip_verify", "and ca_file are both set; keep one of them"));
        }
        let mut builder = Client::builder()
            .default_headers(headers(&endpoint)?)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("oriel/", env!("CARGO_PKG_VERSION")))
            .timeout(timeout)
            .tls_danger_accept_invalid_certs(endpoint.insecure_skip_verify);
        if is_this_machine(&base) {
            // To a proxy, the loopback address is the proxy's own machine.
            builder = builder.no_proxy();
        }
        if !endpoint.ca_file.as_os_str().is_empty() {
            builder = builder.tls_certs_merge(certificates(&endpoint)?);
        } else if base.scheme() == "http" {
            // A machine without certificates can still speak plain HTTP.
            builder = builder.tls_certs_only(Vec::new());
        }
        let client = builder
            .build()
            .map_err(|error| endpoint.wrong("url", format!("no client can be made: {}", causes(&error))))?;
        Ok(Self { endpoint, base, client })
    }

    /// The section of the settings, for errors.
    pub(crate) fn setting(&self) -> &'static str {
        self.endpoint.setting
    }

    /// The address of `path` below the root, with these parameters.
    pub(crate) fn url(&self, path: &str, parameters: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        if !parameters.is_empty() {
            url.query_pairs_mut().extend_pairs(parameters);
        }
        url
    }

    /// The body of a successful answer, of at most `limit` bytes.
    pub(crate) async fn get(&self, path: &str, parameters: &[(&str, &str)], limit: u64) -> Result<Vec<u8>> {
        let url = self.url(path, parameters);
        let deadline = Instant::now() + Duration::from_secs(u64::from(self.endpoint.timeout_seconds.get()));
        let mut pause = FIRST_PAUSE;
        for left in (0..=self.endpoint.retries).rev() {
            let (error, asked) = match self.once(&url, limit, deadline).await {
                Ok(body) => return Ok(body),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing(error, asked)) => (error, asked),
            };
            let wait = asked.unwrap_or(pause).min(LONGEST_PAUSE);
            if left == 0 || Instant::now() + wait >= deadline {
                return Err(error);
            }
            tracing::debug!(%error, left, "asking again");
            tokio::time::sleep(wait).await;
            pause *= 2;
        }
        Err(self.unexpected(path, "no try was made"))
    }

    /// The answer is not what this path gives.
    pub(crate) fn unexpected(&self, path: &str, detail: impl Into<String>) -> ConnectorError {
        ConnectorError::Unexpected {
            setting: self.setting().to_owned(),
            url: self.url(path, &[]).to_string(),
            detail: detail.into(),
        }
    }

    async fn once(&self, url: &Url, limit: u64, deadline: Instant) -> Result<Vec<u8>, Failure> {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut response = match self.client.get(url.clone()).timeout(left).send().await {
            Ok(response) => response,
            Err(error) => return Err(Failure::Passing(self.network(url, &error), None)),
        };
        if !response.status().is_success() {
            return Err(self.refused(url, response).await);
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(bytes)) if body.len() as u64 + bytes.len() as u64 > limit => {
                    let (setting, url) = self.place(url);
                    return Err(Failure::Final(ConnectorError::TooLarge { setting, url, limit }));
                }
                Ok(Some(bytes)) => body.extend_from_slice(&bytes),
                Ok(None) => return Ok(body),
                Err(error) => return Err(Failure::Passing(self.network(url, &error), None)),
            }
        }
    }

    async fn refused(&self, url: &Url, response: Response) -> Failure {
        let status = response.status();
        let (setting, url) = self.place(url);
        let asked = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.trim().parse().ok())
            .map(Duration::from_secs);
        let code = status.as_u16();
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Failure::Final(ConnectorError::Unauthorized { setting, url, status: code })
            }
            StatusCode::NOT_FOUND => Failure::Final(ConnectorError::NotFound { setting, url }),
            status => {
                let detail = beginning(response).await;
                let error = ConnectorError::Status { setting, url, status: code, detail };
                if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
                    Failure::Passing(error, asked)
                } else {
                    Failure::Final(error)
                }
            }
        }
    }

    fn network(&self, url: &Url, error: &reqwest::Error) -> ConnectorError {
        let (setting, url) = self.place(url);
        if error.is_timeout() {
            let seconds = u64::from(self.endpoint.timeout_seconds.get());
            return ConnectorError::TimedOut { setting, url, seconds };
        }
        ConnectorError::Unreachable { setting, url, cause: causes(error) }
    }

    fn place(&self, url: &Url) -> (String, String) {
        let mut bare = url.clone();
        bare.set_query(None);
        (self.setting().to_owned(), bare.to_string())
    }
}

/// How a try failed.
enum Failure {
    /// It will fail again.
    Final(ConnectorError),
    /// It may work later; the server may have said when.
    Passing(ConnectorError, Option<Duration>),
}

fn headers(endpoint: &Endpoint) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    let hidden = |field: &str, text: &str| {
        let mut value = HeaderValue::from_str(text)
            .map_err(|_| endpoint.wrong(field, "holds a character that no header may have"))?;
        value.set_sensitive(true);
        Ok::<_, ConnectorError>(value)
    };
    for (name, value) in &endpoint.headers {
        let field = format!("headers.{name}");
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| endpoint.wrong(&field, "is no name that a header may have"))?;
        headers.insert(name, hidden(&field, value.expose().unwrap_or_default())?);
    }
    if let Some(token) = endpoint.bearer_token.expose() {
        if !endpoint.username.is_empty() {
            return Err(endpoint.wrong("bearer_token", "and username are both set; keep one of them"));
        }
        headers.insert(reqwest::header::AUTHORIZATION, hidden("bearer_token", &format!("Bearer {token}"))?);
    } else if !endpoint.username.is_empty() {
        let pair = format!("{}:{}", endpoint.username, endpoint.password.expose().unwrap_or_default());
        let value = format!("Basic {}", base64(pair.as_bytes()));
        headers.insert(reqwest::header::AUTHORIZATION, hidden("username", &value)?);
    }
    Ok(headers)
}

/// Whether an address is this machine's own.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn certificates(endpoint: &Endpoint) -> Result<Vec<Certificate>> {
    let path = endpoint.ca_file.display();
    let bytes = std::fs::read(&endpoint.ca_file)
        .map_err(|error| endpoint.wrong("ca_file", format!("{path} cannot be read: {error}")))?;
    match Certificate::from_pem_bundle(&bytes) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(endpoint.wrong("ca_file", format!("{path} holds no certificate in PEM form"))),
    }
}

async fn beginning(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(more)) = response.chunk().await {
        bytes.extend_from_slice(&more);
        if bytes.len() > 4 * DETAIL_CHARS {
            break;
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(DETAIL_CHARS).collect();
    if line.is_empty() { "it gave no reason".to_owned() } else { line }
}

fn causes(error: &reqwest::Error) -> String {
    // The innermost cause is what helps; the outer ones repeat the address with its query.
    let mut last: &dyn std::error::Error = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    if std::ptr::addr_eq(last, error) { "the request failed".to_owned() } else { last.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_addresses() {
        let of = |text: &str| is_this_machine(&text.parse().unwrap());
        for own in
            ["http://127.0.0.1:9", "http://127.8.8.8", "https://[::1]:9", "http://localhost:9", "http://a.localhost"]
        {
            assert!(of(own), "{own}");
        }
        for other in ["http://10.0.0.1", "http://localhost.example", "http://prometheus", "http://[2001:db8::1]"] {
            assert!(!of(other), "{other}");
        }
    }
}
