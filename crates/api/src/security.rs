//! Headers on every response, and where a request may come from.
//!
//! The console is served from the same origin as the API, so nothing is ever allowed across origins: there is no CORS.
//! A state-changing request that is authenticated by cookie must prove that one of our own pages sent it, by
//! `Sec-Fetch-Site: same-origin` or, in browsers without it, by an `Origin` that names this host. `SameSite=Strict` on the
//! cookie is the first line; this is the second. A bearer token needs neither: no browser attaches it by itself.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header, uri::Authority};

use crate::problem::{Kind, Problem};

/// What the pages may load. Styles in attributes are allowed because components set sizes and positions that way.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; \
     manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const PERMISSIONS_POLICY: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Adds the headers that every response carries. Never overwrites what a handler set on purpose.
pub(crate) fn add_headers(headers: &mut HeaderMap, https: bool, api: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if api {
        set(header::CACHE_CONTROL, "no-store");
    }
}

/// Refuses a request that did not come from a page of this server.
///
/// `public_authority` is the host of the configured public URL, for servers behind a proxy that rewrites `Host`.
pub(crate) fn require_same_origin(headers: &HeaderMap, public_authority: Option<&Authority>) -> Result<(), Problem> {
    let refused = |detail: &'static str| Err(Problem::new(Kind::CrossSite, detail));
    if let Some(site) = headers.get("sec-fetch-site") {
        return if site == "same-origin" {
            Ok(())
        } else {
            refused("The browser says that another site sent this request (Sec-Fetch-Site).")
        };
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return refused(
            "With a cookie, a change needs Sec-Fetch-Site or Origin. From a program, use `Authorization: Bearer`.",
        );
    };
    if same_authority(origin, headers, public_authority) {
        Ok(())
    } else {
        refused("The Origin of this request is not this server. Behind a proxy, set `public_url`.")
    }
}

/// Whether `Origin`, when present, names this server. For WebSockets, which browsers open across origins with cookies.
pub(crate) fn origin_is_ours_or_absent(headers: &HeaderMap, public_authority: Option<&Authority>) -> bool {
    headers.get(header::ORIGIN).is_none_or(|origin| same_authority(origin, headers, public_authority))
}

fn same_authority(origin: &HeaderValue, headers: &HeaderMap, public: Option<&Authority>) -> bool {
    let Some(origin) =
        origin.to_str().ok().and_then(|text| text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")))
    else {
        return false;
    };
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    host.is_some_and(|host| origin.eq_ignore_ascii_case(host))
        || public.is_some_and(|public| origin.eq_ignore_ascii_case(public.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_our_own_pages_may_change_things_by_cookie() {
        let allowed = [
            headers(&[("sec-fetch-site", "same-origin")]),
            headers(&[("origin", "http://oriel:3000"), ("host", "oriel:3000")]),
            headers(&[("origin", "https://oriel.example"), ("host", "10.0.0.1:3000")]),
        ];
        let refused = [
            headers(&[]),
            headers(&[("sec-fetch-site", "cross-site"), ("origin", "http://oriel:3000"), ("host", "oriel:3000")]),
            headers(&[("sec-fetch-site", "same-site")]),
            headers(&[("sec-fetch-site", "none")]),
            headers(&[("origin", "null"), ("host", "null")]),
            headers(&[("origin", "http://oriel:3001"), ("host", "oriel:3000")]),
            headers(&[("origin", "http://evil.example"), ("host", "oriel:3000")]),
        ];
        let public = Authority::from_static("oriel.example");
        for case in &allowed {
            assert!(require_same_origin(case, Some(&public)).is_ok(), "{case:?}");
        }
        for case in &refused {
            assert!(require_same_origin(case, Some(&public)).is_err(), "{case:?}");
        }
    }
}
