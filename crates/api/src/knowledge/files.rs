//! Files for a knowledge base, as a form.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use oriel_knowledge::bases;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use super::precondition::IfMatch;
use crate::caller::Caller;
use crate::idempotency::{self, Fingerprint};
use crate::limits;
use crate::problem::Problem;
use crate::state::Api;
use crate::upload::{self, File};

/// Files for a base, as a form.
#[derive(ToSchema)]
#[schema(as = KnowledgeFiles)]
#[expect(dead_code, reason = "only described in the OpenAPI document")]
pub(crate) struct FilesForm {
    /// The files, each a field of this name.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
}

/// A request with files that was read.
pub(super) struct Taken {
    pub(super) files: Vec<File>,
    headers: HeaderMap,
    fingerprint: Fingerprint,
    _place: OwnedSemaphorePermit,
}

impl Taken {
    /// Reads the files, for who may change the base of this name. A request with a key may have been answered already, which
    /// its files tell: it is compared with `If-Match` only by its work.
    pub(super) async fn of(api: &Api, caller: &Caller, name: &str, request: Request) -> Result<Self, Problem> {
        let base = bases::changeable(caller.context(), api.knowledge(), name).await?;
        let seen = IfMatch::of(request.headers())?;
        if !idempotency::is_keyed(request.headers()) {
            seen.check_version(&base)?;
        }
        let (fingerprint, headers) = (Fingerprint::of(request.uri()), request.headers().clone());
        let limit = api.knowledge().settings().change_bytes;
        let (place, request) = upload::place(api, request).await?;
        let mut files = upload::files(request, limits::FORM_FILES, limit).await?;
        let mut fingerprint = fingerprint;
        if idempotency::is_keyed(&headers) {
            // What is long takes its time.
            let hashed = tokio::task::spawn_blocking(move || {
                let and = |all: Fingerprint, file: &File| all.and(file.name.as_bytes()).and(&file.bytes);
                let fingerprint = files.iter().fold(fingerprint, and);
                (files, fingerprint)
            });
            (files, fingerprint) = hashed.await.map_err(|error| Problem::internal(&error))?;
        }
        Ok(Self { files, headers, fingerprint, _place: place })
    }

    /// The names of the files.
    pub(super) fn names(&self, between: &str) -> String {
        self.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(between)
    }

    /// Does with the files what there is to do, once for each idempotency key.
    pub(super) async fn once<W: Future<Output = Result<Response, Problem>>>(
        self,
        api: &Api,
        caller: &Caller,
        work: impl FnOnce(Vec<File>) -> W,
    ) -> Result<Response, Problem> {
        idempotency::guarded(api, caller, &self.headers, self.fingerprint, work(self.files)).await
    }
}
