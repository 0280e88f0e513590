//! `POST /v1/traces`: OTLP/HTTP, in protobuf or JSON.
//!
//! Answers as the specification says: 200 with an `ExportTraceServiceResponse` in the form of the request, which tells how
//! many spans were not taken and why; 400 for what is no request. Errors are problems, as everywhere in Oriel.

use axum::body::Bytes;
use axum::extract::{FromRequest as _, FromRequestParts, Request, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use oriel_connectors::otlp::{self, OtlpError, Received};
use serde_json::json;

use crate::middleware::RequestId;
use crate::problem::{Kind, Problem};
use crate::state::{Api, TraceReceiver};
use crate::webhooks::bearer;

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

/// An exporter, by its token.
pub(super) struct Exporter(TraceReceiver);

impl FromRequestParts<Api> for Exporter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let receiver = api.settings().traces.clone().ok_or_else(|| Problem::not_found("path"))?;
        let request_id = parts.extensions.get::<RequestId>();
        bearer(api, &parts.headers, request_id, "otlp", Some(&receiver.token))?;
        Ok(Self(receiver))
    }
}

pub(super) async fn handle(
    State(api): State<Api>,
    Exporter(receiver): Exporter,
    request: Request,
) -> Result<Response, Problem> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .unwrap_or_default();
    let read: fn(&[u8]) -> Result<Received, OtlpError> = match kind.as_str() {
        PROTOBUF => Received::from_protobuf,
        JSON => Received::from_json,
        _ => {
            return Err(Problem::new(
                Kind::UnsupportedMediaType,
                "Send OTLP with `Content-Type: application/x-protobuf` or `application/json`.",
            ));
        }
    };
    let body = Bytes::from_request(request, &())
        .await
        .map_err(|rejection| Problem::new(Kind::of_status(rejection.status()), rejection.body_text()))?;
    let received = read(&body).map_err(|error| Problem::new(Kind::Malformed, format!("{error}.")))?;
    receiver.spans.push(received.spans, api.clock().now());
    let reason = received.reason.unwrap_or_default();
    Ok(if kind == PROTOBUF {
        ([(header::CONTENT_TYPE, PROTOBUF)], otlp::response(received.rejected, reason)).into_response()
    } else if received.rejected == 0 {
        axum::Json(json!({})).into_response()
    } else {
        let partial = json!({"rejectedSpans": received.rejected.to_string(), "errorMessage": reason});
        axum::Json(json!({"partialSuccess": partial})).into_response()
    })
}
