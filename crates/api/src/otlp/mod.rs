//! The receiver of traces. It stands where OTLP says (`/v1/traces`), outside of the API and its description, and is off
//! unless it is configured.

mod traces;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use tower_http::decompression::RequestDecompressionLayer;

use crate::limits;
use crate::state::Api;

/// The route. Bodies may be compressed with gzip; the limit counts what they unpack to.
pub(crate) fn routes() -> Router<Api> {
    Router::new()
        .route("/v1/traces", post(traces::handle))
        .layer(DefaultBodyLimit::max(limits::OTLP_BODY_BYTES))
        .layer(RequestDecompressionLayer::new())
}
