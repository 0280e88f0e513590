//! The whole application on a free port, with a fresh data directory and a clock that stands still until moved.
//!
//! It is the real router over the real capabilities and a real SQLite database; only passwords are hashed cheaply and no
//! signal ends it. [`TestApp::stop`] drains it like the server does.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use oriel_api::{Api, Parts as ApiParts, Settings as ApiSettings};
use oriel_execution::{Config as ExecutionConfig, Execution};
use oriel_identity::Identity;
use oriel_investigation::{DiagnosisEngine, Ending, Engine, Investigations, Parts, Settings};
use oriel_knowledge::{Knowledge, Settings as KnowledgeSettings};
use oriel_model::{Clock, ManualClock, Role};
use oriel_storage::{BlobStore, Database, DatabaseOptions, LocalBlobs, Vault};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::database::TestDatabase;
use crate::principal::{self, PASSWORD};
use crate::stream::StreamClient;

/// The largest archive that the application accepts.
pub const UPLOAD_LIMIT: u64 = 4 * 1024 * 1024;

/// A booted application.
pub struct TestApp {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    /// Moves the application's time.
    pub clock: Arc<ManualClock>,
    /// Its database.
    pub database: Database,
    /// Its identity, to make users without requests.
    pub identity: Identity,
    /// The first administrator.
    pub admin: User,
    execution: Execution,
    soft: CancellationToken,
    tasks: TaskTracker,
    /// Deleted when the application is dropped.
    directory: TempDir,
}

/// What differs between applications.
#[derive(Debug)]
pub struct Options {
    /// The diagnostic engine; the shipped one when none.
    pub engine: Option<Arc<dyn Engine>>,
    /// How the edge is set up.
    pub api: ApiSettings,
    /// Investigations at once.
    pub workers: usize,
    /// Investigations that may wait.
    pub queue: usize,
    /// How long an investigation may take.
    pub time_limit: Duration,
    /// Where evidence for alerts is collected; nowhere by default.
    pub connectors: oriel_connectors::Settings,
    /// What knowledge bases may take.
    pub knowledge: KnowledgeSettings,
    /// The database; a fresh SQLite file when none.
    pub database: Option<TestDatabase>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            engine: None,
            api: ApiSettings::default(),
            workers: 1,
            queue: 8,
            time_limit: Duration::from_mins(2),
            connectors: oriel_connectors::Settings::default(),
            knowledge: KnowledgeSettings::default(),
            database: None,
        }
    }
}

/// A signed-in client, with a bearer token.
#[derive(Debug, Clone)]
pub struct User {
    url: String,
    client: Client,
    token: Option<String>,
}

impl TestApp {
    /// Boots with the defaults.
    pub async fn start() -> Result<Self> {
        Self::with(Options::default()).await
    }

    /// Boots an application.
    pub async fn with(options: Options) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let data = directory.path();
        let clock = crate::clock::manual();
        let shared: Arc<dyn Clock> = Arc::clone(&clock) as _;
        let database = match options.database {
            Some(fresh) => fresh.database,
            None => Database::open(&DatabaseOptions::in_directory(data)).await?,
        };
        let identity = principal::identity(&database);
        let config = ExecutionConfig { local_enabled: true, drain: Duration::ZERO, ..ExecutionConfig::new(data) };
        let vault = Arc::new(Vault::in_directory(data)?);
        let execution = Execution::new(database.clone(), vault, Arc::clone(&shared), config);
        let (soft, tasks) = (CancellationToken::new(), TaskTracker::new());
        let engine = match options.engine {
            Some(engine) => engine,
            None => Arc::new(DiagnosisEngine::shipped()?),
        };
        let blobs: Arc<dyn BlobStore> = Arc::new(LocalBlobs::in_directory(data).await?);
        let settings = KnowledgeSettings { uploads: Some(data.to_owned()), ..options.knowledge };
        let knowledge = Knowledge::new(database.clone(), Arc::clone(&blobs), settings, tasks.clone());
        let parts = Parts {
            database: database.clone(),
            blobs,
            clock: Arc::clone(&shared),
            engine,
            execution: execution.clone(),
            settings: Settings {
                upload_limit: UPLOAD_LIMIT,
                workers: options.workers,
                queue: options.queue,
                time_limit: options.time_limit,
            },
            connectors: options.connectors,
            spans: options.api.traces.as_ref().map(|receiver| Arc::clone(&receiver.spans)),
        };
        let ending = Ending { soft: soft.clone(), hard: CancellationToken::new(), tasks: tasks.clone() };
        let api = Api::new(ApiParts {
            settings: options.api,
            clock: shared,
            database: database.clone(),
            identity: identity.clone(),
            investigations: Investigations::start(parts, &ending),
            execution: execution.clone(),
            knowledge,
            soft: soft.clone(),
            tasks: tasks.clone(),
        });
        let url = serve(api, &soft, &tasks).await?;
        let nobody = principal::nobody(&clock);
        let signed_in = principal::set_up(&identity, &nobody).await?;
        let token = signed_in.token.expose_text().context("the token is text")?.to_owned();
        let admin = User::new(&url, Some(token))?;
        Ok(Self { url, clock, database, identity, admin, execution, soft, tasks, directory })
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> Result<User> {
        User::new(&self.url, None)
    }

    /// A new user with this role, signed in.
    pub async fn user(&self, username: &str, role: Role) -> Result<User> {
        let new = json!({"username": username, "password": PASSWORD, "role": role.as_str()});
        let made = self.admin.post("/users", &new).await?;
        ensure!(made.status() == StatusCode::CREATED, "the user was not made: {}", made.text().await?);
        self.sign_in(username).await
    }

    /// Signs in a user that exists.
    pub async fn sign_in(&self, username: &str) -> Result<User> {
        let credentials = json!({"username": username, "password": PASSWORD});
        let answer = self.nobody()?.post("/session?token=true", &credentials).await?;
        let body: Value = answer.error_for_status()?.json().await?;
        let token = body.get("token").and_then(Value::as_str).context("there is a token")?;
        User::new(&self.url, Some(token.to_owned()))
    }

    /// Where the application keeps its data.
    pub fn data(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// Waits until an investigation has ended, and returns it.
    pub async fn ended(&self, user: &User, investigation: &str) -> Result<Value> {
        let mut stream = user.stream().await?;
        stream.subscribe(&format!("investigation/{investigation}"), None).await?;
        let message = stream.until("done").await?;
        message.get("data").cloned().context("the message has data")
    }

    /// Ends the application in order; fails when something stays open.
    pub async fn stop(self) -> Result<()> {
        let database = self.database.clone();
        // Kept until the database is closed.
        let _directory = self.end().await?;
        database.close().await.context("the database closes")
    }

    /// Ends the application as [`TestApp::stop`] does, for a test that looks at what it left in the database.
    pub async fn stop_but_keep_the_database(self) -> Result<TempDir> {
        self.end().await
    }

    async fn end(self) -> Result<TempDir> {
        self.soft.cancel();
        self.tasks.close();
        self.execution.shutdown().await;
        tokio::time::timeout(Duration::from_secs(30), self.tasks.wait())
            .await
            .with_context(|| format!("{} tasks are still open", self.tasks.len()))?;
        Ok(self.directory)
    }
}

async fn serve(api: Api, soft: &CancellationToken, tasks: &TaskTracker) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let ending = oriel_api::Ending { soft: soft.clone(), hard: CancellationToken::new(), tasks: tasks.clone() };
    tasks.spawn(oriel_api::serve(listener, oriel_api::router(api), ending));
    Ok(url)
}

impl User {
    /// A client of the server at `url`, with this bearer token.
    pub fn new(url: &str, token: Option<String>) -> Result<Self> {
        // No proxy of the machine that runs the tests, and no connection kept that would hold the server's end.
        let client = Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
        Ok(Self { url: url.to_owned(), client, token })
    }

    /// The bearer token.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request to a path below `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}/api/v1{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// A request to a path of the whole server, without the token.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Result<Response> {
        Ok(self.request(Method::GET, path).send().await?)
    }

    /// GET of what must be there.
    pub async fn json(&self, path: &str) -> Result<Value> {
        let response = self.get(path).await?;
        let status = response.status();
        let body = response.text().await?;
        ensure!(status.is_success(), "GET {path}: {status}: {body}");
        Ok(serde_json::from_str(&body)?)
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Response> {
        Ok(self.request(Method::POST, path).json(body).send().await?)
    }

    /// POST of an archive.
    pub async fn upload(&self, path: &str, archive: Vec<u8>) -> Result<Response> {
        let request = self.request(Method::POST, path).header("content-type", "application/zstd").body(archive);
        Ok(request.send().await?)
    }

    /// Opens the stream.
    pub async fn stream(&self) -> Result<StreamClient> {
        let headers: Vec<_> = self.token.iter().map(|token| ("authorization", format!("Bearer {token}"))).collect();
        match StreamClient::open(&self.url, &headers).await? {
            Ok(stream) => Ok(stream),
            Err(status) => anyhow::bail!("the stream was refused with {status}"),
        }
    }
}
