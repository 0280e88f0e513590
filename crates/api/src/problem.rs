//! The one error shape of the edge: RFC 9457 `application/problem+json`.
//!
//! A handler returns [`Problem`]; the [`finish`](crate::middleware::finish) layer writes its body, because only there the
//! request id is known, and turns every error that something else made (a 404 of the router, a 405, a body limit) into
//! the same shape. Refuses to carry causes to the client: what is internal is logged here, once, and answered as
//! `internal` with the request id to look it up by.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of every error.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, as a client may rely on it. The name never changes once released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The request could not be read at all: malformed JSON, a broken header.
    Malformed,
    /// No session, or one that ended.
    Unauthenticated,
    /// The name or password is wrong; which of them is not said.
    WrongCredentials,
    /// Signed in, but the role does not allow it.
    Forbidden,
    /// A state-changing request with a cookie that did not come from Oriel's own pages.
    CrossSite,
    /// No such thing, or none that the caller may know of.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The state of things forbids it: a name already taken, a run already ended.
    Conflict,
    /// `If-Match` names another version than the current one.
    PreconditionFailed,
    /// The body is larger than the limit.
    TooLarge,
    /// The body is of a type that is not accepted.
    UnsupportedMediaType,
    /// The range asked for is outside the content.
    RangeNotSatisfiable,
    /// The body was read, a value in it is not acceptable.
    Invalid,
    /// Too many attempts; `Retry-After` says when.
    TooManyRequests,
    /// A host could not be reached, or did not behave.
    HostUnreachable,
    /// A defect of the server; the request id finds it in the log.
    Internal,
    /// A part is overloaded, away or shutting down; `Retry-After` says when.
    Unavailable,
}

impl Kind {
    /// The last part of the `type` URN.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unauthenticated => "unauthenticated",
            Self::WrongCredentials => "wrong-credentials",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross-site",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Conflict => "conflict",
            Self::PreconditionFailed => "precondition-failed",
            Self::TooLarge => "too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::RangeNotSatisfiable => "range-not-satisfiable",
            Self::Invalid => "invalid",
            Self::TooManyRequests => "too-many-requests",
            Self::HostUnreachable => "host-unreachable",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
        }
    }

    /// The HTTP status that goes with it.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Unauthenticated | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::HostUnreachable => StatusCode::BAD_GATEWAY,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A short title, the same for every occurrence.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The request could not be read",
            Self::Unauthenticated => "Sign in first",
            Self::WrongCredentials => "Wrong name or password",
            Self::Forbidden => "Your role does not allow this",
            Self::CrossSite => "Refused: the request came from another site",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "This path does not take that method",
            Self::Conflict => "The current state does not allow this",
            Self::PreconditionFailed => "It changed in the meantime",
            Self::TooLarge => "The body is too large",
            Self::UnsupportedMediaType => "This kind of body is not accepted",
            Self::RangeNotSatisfiable => "The range is outside the content",
            Self::Invalid => "A value is not acceptable",
            Self::TooManyRequests => "Too many attempts",
            Self::HostUnreachable => "The host could not be reached",
            Self::Internal => "Something failed inside Oriel",
            Self::Unavailable => "Not available right now",
        }
    }

    /// The kind that fits a bare status from the router or a layer.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthenticated,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::PRECONDITION_FAILED => Self::PreconditionFailed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::RANGE_NOT_SATISFIABLE => Self::RangeNotSatisfiable,
            StatusCode::UNPROCESSABLE_ENTITY => Self::Invalid,
            StatusCode::TOO_MANY_REQUESTS => Self::TooManyRequests,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => Self::Unavailable,
            other if other.is_server_error() => Self::Internal,
            _ => Self::Malformed,
        }
    }
}

/// An error on its way to the client.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    kind: Kind,
    detail: Cow<'static, str>,
    field: Option<Cow<'static, str>>,
    retry_after_seconds: Option<u64>,
}

impl Problem {
    /// A problem of this kind; `detail` says what happened this time and what to do.
    pub(crate) fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into(), field: None, retry_after_seconds: None }
    }

    /// An unacceptable value in `field` (dotted path into the body, or the parameter's name).
    pub(crate) fn invalid(field: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Invalid, detail).at(field)
    }

    /// Nothing here that the caller may see.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(Kind::NotFound, format!("There is no such {what}."))
    }

    /// A defect: the cause is logged here and not told to the client.
    pub(crate) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = chain(cause), "request failed");
        Self::new(Kind::Internal, "The cause is in the server's log under this request id.")
    }

    /// Names the field at fault.
    #[must_use]
    pub(crate) fn at(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says when trying again makes sense; at least one second.
    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds.max(1));
        self
    }

    /// What kind of problem it is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The body, under this request id.
    pub(crate) fn body(&self, request_id: &str) -> ProblemBody {
        ProblemBody {
            kind: format!("urn:oriel:problem:{}", self.kind.slug()),
            title: self.kind.title().to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail.to_string(),
            field: self.field.as_ref().map(ToString::to_string),
            request_id: request_id.to_owned(),
        }
    }
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The body of every error (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// Stable name of the kind of problem: `urn:oriel:problem:…`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Short, the same for every occurrence.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What happened this time and what to do.
    pub(crate) detail: String,
    /// The field at fault: a dotted path into the body, or a parameter's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    /// To find the request in the server's log.
    pub(crate) request_id: String,
}
