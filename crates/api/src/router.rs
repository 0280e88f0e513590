//! The router: every resource, the console, and the layers around them.
//!
//! Outermost first: request id, panics, problem bodies, headers and the log line ([`crate::middleware`]); compression; and
//! for the API the body limit and idempotency keys. A handler sees a request only after these.

use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router, routing};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::state::Api;
use crate::{
    audit, console, health, idempotency, incidents, investigations, knowledge, limits, middleware,
    openapi as description, otlp, runs, session, setup, stream, targets, tasks, users, webhooks,
};

/// Where the API's description is.
const DESCRIPTION: &str = "/api/v1/openapi.json";

/// The whole service; [`crate::serve`] serves it.
pub fn router(api: Api) -> Router {
    let (resources, document) = resources().split_for_parts();
    let document = description::complete(document);
    let compress = DefaultPredicate::new().and(NotForContentType::const_new("application/octet-stream"));
    resources
        .layer(from_fn_with_state(api.clone(), idempotency::layer))
        .layer(DefaultBodyLimit::max(limits::JSON_BODY_BYTES))
        .route("/health", routing::get(health::handle))
        .route(DESCRIPTION, routing::get(move || async { Json(document) }))
        .merge(otlp::routes())
        .merge(documentation())
        .fallback(console::serve)
        .layer(CompressionLayer::new().compress_when(compress))
        .layer(from_fn_with_state(api.clone(), middleware::finish))
        .with_state(api)
}

/// The OpenAPI document, as it is committed in `docs/openapi.json`.
pub fn openapi() -> OpenApi {
    description::complete(resources().into_openapi())
}

fn resources() -> OpenApiRouter<Api> {
    let resources = OpenApiRouter::new()
        .merge(health::routes())
        .merge(setup::routes())
        .merge(session::routes())
        .merge(users::routes())
        .merge(incidents::routes())
        .merge(investigations::routes())
        .merge(targets::routes())
        .merge(runs::routes())
        .merge(tasks::routes())
        .merge(knowledge::routes())
        .merge(audit::routes())
        .merge(webhooks::routes())
        .merge(stream::routes());
    OpenApiRouter::with_openapi(description::described()).nest(description::PREFIX, resources)
}

/// The page to browse the API with. It holds no data and needs no session; what it calls does.
fn documentation() -> Router<Api> {
    let page: Router<Api> = SwaggerUi::new("/api/docs").config(Config::from(DESCRIPTION)).into();
    page.layer(from_fn(page_policy))
}

/// Swagger UI sets styles in a style sheet of its own.
async fn page_policy(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let mut response = next.run(request).await.into_response();
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        header::HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    );
    response
}
