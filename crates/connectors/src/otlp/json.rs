//! The messages in JSON, as OTLP maps them: ids in hexadecimal, times in nanoseconds as text or numbers.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{OtlpError, Parts, Received, service_of};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    resource_spans: Vec<ResourceSpans>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans {
    #[serde(default)]
    resource: Resource,
    #[serde(default)]
    scope_spans: Vec<ScopeSpans>,
}

#[derive(Default, Deserialize)]
struct Resource {
    #[serde(default)]
    attributes: Vec<KeyValue>,
}

#[derive(Deserialize)]
struct KeyValue {
    key: String,
    #[serde(default)]
    value: Value,
}

#[derive(Deserialize)]
struct ScopeSpans {
    #[serde(default)]
    spans: Vec<WireSpan>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSpan {
    #[serde(default)]
    trace_id: String,
    #[serde(default)]
    span_id: String,
    #[serde(default)]
    parent_span_id: String,
    #[serde(default)]
    name: String,
    #[serde(default, deserialize_with = "nanoseconds")]
    start_time_unix_nano: u64,
    #[serde(default, deserialize_with = "nanoseconds")]
    end_time_unix_nano: u64,
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
struct Status {
    #[serde(default)]
    code: Value,
}

pub(super) fn read(body: &[u8]) -> Result<Received, OtlpError> {
    let request: Request = serde_json::from_slice(body)?;
    let mut received = Received::default();
    for resource in &request.resource_spans {
        let service = service_of(|name| {
            let found = resource.resource.attributes.iter().find(|attribute| attribute.key == name)?;
            found.value.get("stringValue")?.as_str()
        });
        for span in resource.scope_spans.iter().flat_map(|scope| &scope.spans) {
            let parts = Parts {
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                name: &span.name,
                start: span.start_time_unix_nano,
                end: span.end_time_unix_nano,
                failed: span.status.code == 2 || span.status.code == "STATUS_CODE_ERROR",
            };
            received.take(&service, parts);
        }
    }
    Ok(received)
}

fn nanoseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.ok_or_else(|| serde::de::Error::custom("a time is a whole number of nanoseconds"))
}

/// `N` bytes in hexadecimal.
fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_counted_and_the_rest_is_taken() {
        let span = |id: &str, end: &str| {
            format!(
                r#"{{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"{id}","parentSpanId":"","name":"x","kind":2,
                    "startTimeUnixNano":1767225600000000000,"endTimeUnixNano":{end},"status":{{"code":2}}}}"#
            )
        };
        let spans = [
            span("eee19b7ec3c1b174", "\"1767225600500000000\""),
            span("zzz", "\"1767225600500000000\""),
            span("eee19b7ec3c1b174", "1"),
        ];
        let text = format!(
            r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"basket"}}}}]}},
                "scopeSpans":[{{"scope":{{}},"spans":[{}]}}]}}]}}"#,
            spans.join(",")
        );
        let received = read(text.as_bytes()).unwrap();
        assert_eq!((received.spans.len(), received.rejected), (1, 2));
        assert!(received.spans[0].failed && received.spans[0].parent.is_none());
        assert!(received.reason.unwrap().contains("span id"));
        assert!(read(b"{}").is_err() && read(b"[").is_err());
    }
}
