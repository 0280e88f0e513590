//! HTTP and WebSocket edge: handlers, problem responses, OpenAPI.
