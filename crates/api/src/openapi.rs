//! The OpenAPI document: what the code says, and what holds for every operation.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{OpenApi as _, PartialSchema as _, ToSchema as _};

use crate::caller::COOKIE;
use crate::problem::{MEDIA_TYPE, ProblemBody};
use crate::webhooks;

/// Where the API is.
pub(crate) const PREFIX: &str = "/api/v1";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Oriel",
        description = "Finds out what is wrong with a system, why, and how sure that is; and runs commands on its hosts. \
                       Conventions, errors and the stream's messages are described in docs/api.md.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "session", description = "The first administrator, signing in and out"),
        (name = "users", description = "Accounts"),
        (name = "incidents", description = "Uploaded recordings"),
        (name = "investigations", description = "Diagnoses, and what turned out to be true"),
        (name = "targets", description = "Hosts that commands run on"),
        (name = "runs", description = "Commands and their output"),
        (name = "knowledge", description = "Knowledge bases, their changes and versions"),
        (name = "audit", description = "Who did what"),
        (name = "stream", description = "What happens, as it happens"),
        (name = "webhooks", description = "What other systems tell of, each with a token of its own"),
        (name = "health", description = "How the server is"),
    ),
)]
struct Described;

/// The document before its paths.
pub(crate) fn described() -> OpenApi {
    let mut document = Described::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document
}

/// Adds what every operation has: the ways to sign in, and the error.
pub(crate) fn complete(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE))));
    components
        .add_security_scheme("token", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    components.add_security_scheme(
        webhooks::SCHEME,
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("The token of a service, from the server's configuration"))
                .build(),
        ),
    );
    components.responses.insert(
        "Problem".to_owned(),
        RefOr::T(
            ResponseBuilder::new()
                .description("It did not work; the body says why")
                .content(MEDIA_TYPE, ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build())
                .build(),
        ),
    );
    document.security = Some(vec![requirement("session"), requirement("token")]);
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            operation.operation_id = Some(operation_id(method, path));
            add_problem(operation);
        }
    }
    document
}

/// The name of an operation, from its method and path, so that it is unique: `get_runs_by_id` for `GET /runs/{id}`.
fn operation_id(method: &str, path: &str) -> String {
    let below = path.strip_prefix(PREFIX).unwrap_or(path);
    let words = below.split('/').filter(|segment| !segment.is_empty()).map(|segment| {
        let name = segment.trim_matches(['{', '}']);
        if name == segment { name.replace(['-', '.'], "_") } else { format!("by_{name}") }
    });
    std::iter::once(method.to_owned()).chain(words).collect::<Vec<_>>().join("_")
}

fn add_problem(operation: &mut Operation) {
    let problem = RefOr::Ref(Ref::from_response_name("Problem"));
    operation.responses.responses.insert("default".to_owned(), problem);
}

fn requirement(name: &str) -> SecurityRequirement {
    SecurityRequirement::new(name, Vec::<String>::new())
}
