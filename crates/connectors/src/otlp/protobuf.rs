//! The messages in protobuf, with the fields that are read; prost passes over the others.

use prost::Message;

use super::{OtlpError, Parts, Received, service_of};

/// `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`.
#[derive(Clone, PartialEq, Message)]
struct Request {
    #[prost(message, repeated, tag = "1")]
    resource_spans: Vec<ResourceSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct ResourceSpans {
    #[prost(message, optional, tag = "1")]
    resource: Option<Resource>,
    #[prost(message, repeated, tag = "2")]
    scope_spans: Vec<ScopeSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct Resource {
    #[prost(message, repeated, tag = "1")]
    attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct KeyValue {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(message, optional, tag = "2")]
    value: Option<AnyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct AnyValue {
    #[prost(string, optional, tag = "1")]
    string_value: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
struct ScopeSpans {
    #[prost(message, repeated, tag = "2")]
    spans: Vec<WireSpan>,
}

#[derive(Clone, PartialEq, Message)]
struct WireSpan {
    #[prost(bytes = "vec", tag = "1")]
    trace_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    span_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    parent_span_id: Vec<u8>,
    #[prost(string, tag = "5")]
    name: String,
    #[prost(fixed64, tag = "7")]
    start_time_unix_nano: u64,
    #[prost(fixed64, tag = "8")]
    end_time_unix_nano: u64,
    #[prost(message, optional, tag = "15")]
    status: Option<Status>,
}

#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(int32, tag = "3")]
    code: i32,
}

/// `STATUS_CODE_ERROR`.
const FAILED: i32 = 2;

/// `ExportTraceServiceResponse`.
#[derive(Clone, PartialEq, Message)]
struct Response {
    #[prost(message, optional, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

#[derive(Clone, PartialEq, Message)]
struct PartialSuccess {
    #[prost(int64, tag = "1")]
    rejected_spans: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

pub(super) fn read(body: &[u8]) -> Result<Received, OtlpError> {
    let request = Request::decode(body)?;
    let mut received = Received::default();
    for resource in &request.resource_spans {
        let attributes = resource.resource.as_ref().map(|resource| resource.attributes.as_slice()).unwrap_or_default();
        let service = service_of(|name| {
            let found = attributes.iter().find(|attribute| attribute.key == name)?;
            found.value.as_ref()?.string_value.as_deref()
        });
        for span in resource.scope_spans.iter().flat_map(|scope| &scope.spans) {
            let parts = Parts {
                trace: span.trace_id.as_slice().try_into().ok(),
                id: span.span_id.as_slice().try_into().ok(),
                parent: span.parent_span_id.as_slice().try_into().ok(),
                name: &span.name,
                start: span.start_time_unix_nano,
                end: span.end_time_unix_nano,
                failed: span.status.as_ref().is_some_and(|status| status.code == FAILED),
            };
            received.take(&service, parts);
        }
    }
    Ok(received)
}

/// The answer in protobuf: empty when all was taken, else how much was not and why.
pub fn response(rejected: u64, reason: &str) -> Vec<u8> {
    let partial_success = (rejected > 0).then(|| PartialSuccess {
        rejected_spans: i64::try_from(rejected).unwrap_or(i64::MAX),
        error_message: reason.to_owned(),
    });
    Response { partial_success }.encode_to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by hand from the specification: field numbers and wire types, not this module's own encoder.
    #[test]
    fn bytes_of_the_specification_are_read() {
        let field = |tag: u8, bytes: &[u8]| [&[tag << 3 | 2, bytes.len() as u8], bytes].concat();
        let fixed = |tag: u8, value: u64| [&[tag << 3 | 1][..], &value.to_le_bytes()].concat();
        let status = field(15, &[3 << 3, 2]);
        let span = [
            field(1, &[7; 16]),
            field(2, &[8; 8]),
            field(4, &[9; 8]),
            field(5, b"GET /"),
            vec![6 << 3, 2],
            fixed(7, 1_767_225_600_000_000_000),
            fixed(8, 1_767_225_600_500_000_000),
            field(9, &field(1, b"http.method")),
            status,
        ]
        .concat();
        let value = field(2, &field(1, b"basket"));
        let attribute = [field(1, b"service.name"), value].concat();
        let resource = field(1, &field(1, &attribute));
        let scope = field(2, &field(2, &span));
        let received = read(&field(1, &[resource, scope].concat())).unwrap();
        assert_eq!((received.spans.len(), received.rejected), (1, 0));
        let span = &received.spans[0];
        assert_eq!((&*span.service, &*span.name, span.failed), ("basket", "GET /", true));
        assert_eq!((span.trace, span.id, span.parent), ([7; 16], [8; 8], Some([9; 8])));
        assert_eq!(span.end - span.start, 500_000_000);
        assert!(read(b"\x0a\xff").is_err());
        assert!(response(0, "").is_empty());
        assert_eq!(response(3, "no"), [&[10, 6, 8, 3, 18, 2][..], b"no"].concat());
    }
}
