//! `GET /knowledge/{id}/atoms`.

use std::io::Write;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use oriel_knowledge::bases;
use oriel_knowledge::formats::Format;
use serde::Deserialize;
use utoipa::IntoParams;

use super::part::{PartBody, selection};
use super::view::{FormatName, at};
use crate::caller::Caller;
use crate::download;
use crate::extract::{Id, Query};
use crate::problem::{Kind, Problem};
use crate::queue::Busy;
use crate::state::Api;

/// How many atoms have no place in the format.
const LEFT_OUT: HeaderName = HeaderName::from_static("oriel-left-out");
/// How many atoms it has a place for, but not for all that they carry.
const REDUCED: HeaderName = HeaderName::from_static("oriel-reduced");
const VERSION: HeaderName = HeaderName::from_static("oriel-version");

/// Which version, in which format.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// `atomese` when not given.
    #[param(inline)]
    format: Option<FormatName>,
    /// Read only the atoms of this type and of types below it, with what they are made of.
    r#type: Option<String>,
    /// Read only what is around this atom, or node of this name.
    around: Option<String>,
    /// How many hops around it, up to 10: 1 when not given.
    hops: Option<u32>,
    /// How many atoms the part may have, up to 1,000,000, which is also what holds when it is not given.
    most: Option<u64>,
}

/// Read what a knowledge base holds, all of it or a part, as far as the format has a place for it; `Oriel-Left-Out` says how many atoms it has
/// none for, and `Oriel-Reduced` how many it has one for, but not for all that they carry.
///
/// The answer is sent as it is written, a few such at a time, the others in turn, and to a client that takes some all the time. One that breaks off
/// ends the connection before the last chunk: it is a part, and no answer.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/atoms",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "The atoms, in the format that was asked for", content(
        (String = "text/plain"),
        (Value = "application/json"),
        (String = "text/turtle"),
        (String = "text/csv"),
        (String = "application/xml"),
    ))),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Response, Problem> {
    let format = params.format.map_or(Format::Atomese, Format::from);
    let media = match format {
        Format::Atomese => "text/plain; charset=utf-8",
        Format::Json => "application/json",
        Format::Turtle => "text/turtle; charset=utf-8",
        Format::Csv => "text/csv; charset=utf-8",
        Format::GraphMl => "application/xml",
    };
    let (types, around) = (params.r#type.into_iter().collect(), params.around.into_iter().collect());
    let part = selection(Some(PartBody { types, around, hops: params.hops, most: params.most }))?;
    let at = at(params.version, params.at)?;
    let (context, knowledge) = (caller.context(), api.knowledge());
    let place = api.exports().place().await.map_err(busy)?;
    let mut export = bases::export(context, knowledge, &name, (at, &part), format).await?;
    let (version, stopping) = (export.version, export.stopping());
    // What is left out stands before the atoms, so it is counted first.
    let counted = tokio::task::spawn_blocking(move || export.counted().map(|counts| (export, counts))).await;
    let (mut export, done) = counted.map_err(|error| Problem::internal(&error))??;
    // The place is held until the writer is done, and not only until the client is.
    let write = move |out: &mut dyn Write| {
        let done = export.write(out).map(drop);
        drop(place);
        done
    };
    let body = download::body(api.tasks(), stopping, write).await?;
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(LEFT_OUT, HeaderValue::from(done.left_out));
    headers.insert(REDUCED, HeaderValue::from(done.reduced));
    headers.insert(VERSION, HeaderValue::from(version));
    Ok(response)
}

fn busy(_: Busy) -> Problem {
    let detail =
        "Many exports of knowledge bases are being written, and none was done in time for this one; try again soon.";
    Problem::new(Kind::Unavailable, detail).retry_after(15)
}
