//! Spans as OpenTelemetry sends them (OTLP/HTTP, protobuf and JSON), and the bounded ring that keeps the recent ones.
//!
//! Source: the OpenTelemetry protocol specification 1.x (`opentelemetry/proto/trace/v1`). Of a span is kept what diagnosis
//! reads: ids, service, name, times, and whether it failed. Everything else is passed over unread.

mod json;
mod protobuf;
mod ring;

use std::sync::Arc;

pub use protobuf::response;
pub use ring::SpanRing;

/// The longest name kept, in bytes.
const NAME_BYTES: usize = 256;

/// What of a span is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    trace: [u8; 16],
    id: [u8; 8],
    parent: Option<[u8; 8]>,
    service: Arc<str>,
    name: Box<str>,
    /// Nanoseconds since 1970.
    start: u64,
    /// Nanoseconds since 1970.
    end: u64,
    failed: bool,
}

/// The spans of a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Those that can be used.
    pub spans: Vec<Span>,
    /// How many cannot.
    pub rejected: u64,
    /// Why the first of these cannot.
    pub reason: Option<&'static str>,
}

/// A request that is none.
#[derive(Debug, thiserror::Error)]
pub enum OtlpError {
    /// Not protobuf of the message `ExportTraceServiceRequest`.
    #[error("the body is no ExportTraceServiceRequest in protobuf: {0}")]
    Protobuf(#[from] prost::DecodeError),
    /// Not its JSON form.
    #[error("the body is no ExportTraceServiceRequest in JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Received {
    /// Reads a body of `application/x-protobuf`.
    pub fn from_protobuf(body: &[u8]) -> Result<Self, OtlpError> {
        protobuf::read(body)
    }

    /// Reads a body of `application/json`.
    pub fn from_json(body: &[u8]) -> Result<Self, OtlpError> {
        json::read(body)
    }

    fn take(&mut self, service: &Arc<str>, parts: Parts<'_>) {
        match parts.span(service) {
            Ok(span) => self.spans.push(span),
            Err(reason) => {
                self.rejected += 1;
                self.reason.get_or_insert(reason);
            }
        }
    }
}

/// A span's fields as they came.
struct Parts<'a> {
    trace: Option<[u8; 16]>,
    id: Option<[u8; 8]>,
    parent: Option<[u8; 8]>,
    name: &'a str,
    start: u64,
    end: u64,
    failed: bool,
}

impl Parts<'_> {
    fn span(self, service: &Arc<str>) -> Result<Span, &'static str> {
        let real = |bytes: &[u8]| bytes.iter().any(|byte| *byte != 0);
        let trace = self.trace.filter(|id| real(id)).ok_or("a trace id has 16 bytes that are not all zero")?;
        let id = self.id.filter(|id| real(id)).ok_or("a span id has 8 bytes that are not all zero")?;
        if service.is_empty() {
            return Err("the resource has no service.name");
        }
        if self.start == 0 || self.end < self.start {
            return Err("a span ends after it starts, and has both times");
        }
        let mut cut = self.name.len().min(NAME_BYTES);
        while !self.name.is_char_boundary(cut) {
            cut -= 1;
        }
        let name = self.name.get(..cut).unwrap_or_default().into();
        let parent = self.parent.filter(|id| real(id));
        Ok(Span {
            trace,
            id,
            parent,
            service: Arc::clone(service),
            name,
            start: self.start,
            end: self.end,
            failed: self.failed,
        })
    }
}

/// The service of a resource, by its attributes: its name, unless the SDK made it up, else its workload's.
fn service_of<'a>(attribute: impl Fn(&str) -> Option<&'a str>) -> Arc<str> {
    let given = attribute("service.name").filter(|name| !name.is_empty() && !name.starts_with("unknown_service"));
    let named = given
        .or_else(|| attribute("k8s.deployment.name"))
        .or_else(|| attribute("k8s.pod.name"))
        .or_else(|| attribute("service.name"))
        .unwrap_or_default();
    named.chars().take(NAME_BYTES).collect::<String>().into()
}
