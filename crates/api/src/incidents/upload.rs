//! An archive on its way in, as bytes to read, wherever in the request it is.

use std::io;
use std::pin::Pin;

use axum::body::Bytes;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use tokio_util::io::StreamReader;

use crate::problem::{Kind, Problem};

type ByteStream<'a> = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send + 'a>>;

/// The archive's bytes.
pub(super) type Archive<'a> = StreamReader<ByteStream<'a>, Bytes>;

/// Where the archive is.
pub(super) enum Upload {
    /// The body is the archive.
    Body(Archive<'static>),
    /// It is a field of a form.
    Form(Form),
}

/// A multipart form.
pub(super) struct Form(Multipart);

const ACCEPTED: [&str; 4] = ["application/zstd", "application/x-zstd", "application/x-tar", "application/octet-stream"];

impl Upload {
    /// Finds out by the content type.
    pub(super) async fn of(request: Request) -> Result<Self, Problem> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .map(|value| value.trim().to_ascii_lowercase())
            .unwrap_or_default();
        if kind == "multipart/form-data" {
            return Multipart::from_request(request, &())
                .await
                .map(|form| Self::Form(Form(form)))
                .map_err(|rejection| Problem::new(Kind::Malformed, format!("{}.", rejection.body_text())));
        }
        if !ACCEPTED.contains(&kind.as_str()) {
            return Err(Problem::new(
                Kind::UnsupportedMediaType,
                "Send the archive with `Content-Type: application/zstd`, or as the field `archive` of a multipart form.",
            ));
        }
        let bytes = request.into_body().into_data_stream().map_err(io::Error::other);
        Ok(Self::Body(StreamReader::new(bytes.boxed())))
    }
}

impl Form {
    /// The bytes of the field `archive`, which must come first: what follows it is not read.
    pub(super) async fn archive(&mut self) -> Result<Archive<'_>, Problem> {
        let missing = || Problem::invalid("archive", "The form has no field `archive` in the first place.");
        let broken = |error: axum::extract::multipart::MultipartError| {
            Problem::new(Kind::Malformed, format!("The form cannot be read: {}.", error.body_text()))
        };
        let field = self.0.next_field().await.map_err(broken)?.ok_or_else(missing)?;
        if field.name() != Some("archive") {
            return Err(missing());
        }
        Ok(StreamReader::new(field.map_err(io::Error::other).boxed()))
    }
}
