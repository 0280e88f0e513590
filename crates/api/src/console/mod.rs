//! The web console: files that the build embedded, and the page for everything that is not one.
//!
//! Owns caching (files under `assets/` have their content's hash in the name and never change) and the fallback to
//! `index.html` for the console's own routes. Refuses any method but GET and HEAD, and never answers a path under `/api`.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::{Kind, Problem};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

/// Shown instead of the console when the program was built without it.
const NOT_BUILT: &str = include_str!("not_built.html");

/// Answers every path that no route of the API takes.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::new(Kind::NotFound, "There is no such path in this API; see /api/docs.").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return Problem::new(Kind::MethodNotAllowed, "Only GET and HEAD are served here.").into_response();
    }
    answer(path, &headers, Files::get)
}

fn answer(path: &str, headers: &HeaderMap, file: impl Fn(&str) -> Option<EmbeddedFile>) -> Response {
    if !path.is_empty()
        && let Some(found) = file(path)
    {
        return send(&found, headers, path.starts_with("assets/"));
    }
    if path.starts_with("assets/") {
        return Problem::not_found("file").into_response();
    }
    match file("index.html") {
        Some(index) => send(&index, headers, false),
        None => (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT)
            .into_response(),
    }
}

fn send(file: &EmbeddedFile, headers: &HeaderMap, immutable: bool) -> Response {
    let tag = etag(&file.metadata.sha256_hash());
    let cache = if immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data.clone().into_owned()).into_response()
    };
    let out = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, value);
    }
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(value) = HeaderValue::from_str(&media_type(file.metadata.mimetype())) {
        out.insert(header::CONTENT_TYPE, value);
    }
    response
}

fn media_type(guess: &str) -> String {
    if guess.starts_with("text/") && !guess.contains("charset") {
        format!("{guess}; charset=utf-8")
    } else {
        guess.to_owned()
    }
}

fn etag(hash: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    let mut tag = String::with_capacity(34);
    tag.push('"');
    for byte in hash.iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_embed::Metadata;

    fn file(path: &str) -> Option<EmbeddedFile> {
        let (data, mime): (&[u8], _) = match path {
            "index.html" => (b"<!doctype html>", "text/html"),
            "assets/app-1a2b.js" => (b"export {}", "text/javascript"),
            _ => return None,
        };
        Some(EmbeddedFile { data: data.into(), metadata: Metadata::__rust_embed_new([7; 32], None, None, mime) })
    }

    fn cache(response: &Response) -> &str {
        response.headers()[header::CACHE_CONTROL].to_str().unwrap()
    }

    #[test]
    fn hashed_assets_never_expire_and_the_page_always_revalidates() {
        let asset = answer("assets/app-1a2b.js", &HeaderMap::new(), file);
        assert!(cache(&asset).contains("immutable"));
        let page = answer("runs/0198", &HeaderMap::new(), file);
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(cache(&page), "no-cache");
        assert_eq!(page.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    }

    #[test]
    fn a_missing_asset_is_not_answered_with_the_page() {
        assert_eq!(answer("assets/gone.js", &HeaderMap::new(), file).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_known_etag_is_not_sent_again() {
        let first = answer("", &HeaderMap::new(), file);
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(answer("", &headers, file).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn a_build_without_the_console_says_so() {
        let response = answer("", &HeaderMap::new(), |_| None);
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
