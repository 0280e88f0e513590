//! HTTP and WebSocket edge: handlers, problem responses, OpenAPI.
//!
//! One folder a resource, one file an action: its request and response, its documentation, its handler. A handler parses,
//! calls one capability function and renders; the rules are the capability's. How it looks from outside stands in
//! `docs/api.md`.
//!
//! ```text
//! request ─► middleware (id, panics, problems, headers, log) ─► compression ─► limits, idempotency ─► handler
//!                                                                                    │
//!                                     identity / investigation / execution ◄── Caller (session, role)
//! ```
//!
//! To add an endpoint: a file in its resource's folder, `routes!(…)` in the folder's `mod.rs`, a row in
//! `tests/authorization.rs` (its test fails until there is one), and `docs/openapi.json` written anew (its test says how).

mod audit;
mod caller;
mod console;
mod download;
mod etag;
mod extract;
mod health;
mod idempotency;
mod incidents;
mod investigations;
mod knowledge;
mod limits;
mod middleware;
mod names;
mod openapi;
mod otlp;
mod pagination;
mod problem;
mod queue;
mod refusals;
mod router;
mod runs;
mod security;
mod server;
mod session;
mod setup;
mod state;
mod stream;
mod targets;
mod tasks;
mod upload;
mod users;
mod webhooks;

pub use idempotency::forget_old;
pub use router::{openapi, router};
pub use server::{Ending, serve};
pub use state::{Api, Parts, Settings, TraceReceiver};
