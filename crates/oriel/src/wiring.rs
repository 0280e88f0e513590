//! Puts the parts together: storage below, capabilities over it, the edge on top. Owns no behaviour of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use oriel_api::{Api, Parts as ApiParts, Settings as ApiSettings};
use oriel_execution::{Config as ExecutionConfig, Execution};
use oriel_identity::{Context, Identity, Settings as IdentitySettings};
use oriel_investigation::{DiagnosisEngine, Ending, Investigations, Parts, Settings as InvestigationSettings};
use oriel_knowledge::{Knowledge, Settings as KnowledgeSettings};
use oriel_model::{Clock, SystemClock};
use oriel_storage::blobs::sweep;
use oriel_storage::{BlobStore, Database, DatabaseOptions, LocalBlobs, Vault};

use crate::config::Config;
use crate::data_dir;
use crate::lifecycle::Lifecycle;

/// What is left of the grace period after commands had their time to finish, for ending them and writing that down.
const AFTER_DRAIN: Duration = Duration::from_secs(10);

/// A server that is ready to serve.
pub(crate) struct Server {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) database: Database,
    pub(crate) identity: Identity,
    pub(crate) execution: Execution,
    pub(crate) api: Api,
}

/// The wall clock.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Connects to the configured database.
pub(crate) async fn database(config: &Config, data: &Path) -> anyhow::Result<Database> {
    let options = if config.database_url.is_empty() {
        data_dir::check_new(data)?;
        DatabaseOptions::in_directory(data)
    } else {
        DatabaseOptions::new(&config.database_url)
    };
    Database::open(&options).await.context("the database cannot be opened")
}

/// The store of blobs in the data directory, without what a process that died has left in it. Whoever opens it has the
/// directory's lock.
pub(crate) async fn blobs(database: &Database, data: &Path) -> anyhow::Result<Arc<dyn BlobStore>> {
    let blobs = LocalBlobs::in_directory(data).await.context("the store of archives and snapshots cannot be opened")?;
    let swept = sweep(database, &blobs).await.context("the store of archives and snapshots cannot be swept")?;
    if swept > 0 {
        tracing::info!(swept, "archives and snapshots that nothing names were deleted");
    }
    Ok(Arc::new(blobs))
}

/// What a part of this program does by itself.
pub(crate) fn system(part: &'static str, clock: &Arc<dyn Clock>) -> Context {
    Context::system(part, "", Arc::clone(clock))
}

/// Builds everything over the data directory, and marks what an earlier server left under way.
pub(crate) async fn build(config: &Config, data: &Path, lifecycle: &Lifecycle) -> anyhow::Result<Server> {
    let clock = clock();
    let database = database(config, data).await?;
    let vault = Vault::in_directory(data).context("the key for secrets cannot be opened")?;
    let blobs = blobs(&database, data).await?;
    let engine = DiagnosisEngine::shipped().context("the shipped rules cannot be read")?;

    let identity = Identity::new(database.clone(), IdentitySettings::default());
    let execution = Execution::new(database.clone(), Arc::new(vault), Arc::clone(&clock), execution(config, data));
    let recovered = execution.recover().await.context("what an earlier server left cannot be marked")?;
    if recovered != oriel_storage::Recovered::default() {
        tracing::warn!(
            runs = recovered.runs.len(),
            lost_tasks = recovered.lost_tasks.len(),
            interrupted_tasks = recovered.interrupted_tasks.len(),
            investigations = recovered.investigations.len(),
            "the server was not stopped in order; what was under way is marked"
        );
    }
    let ending = Ending { soft: lifecycle.soft.clone(), hard: lifecycle.hard.clone(), tasks: lifecycle.tasks.clone() };
    let traces = config.traces.receiver()?;
    let parts = Parts {
        database: database.clone(),
        blobs: Arc::clone(&blobs),
        clock: Arc::clone(&clock),
        engine: Arc::new(engine),
        execution: execution.clone(),
        settings: investigations(config),
        connectors: config.connectors.clone(),
        spans: traces.as_ref().map(|receiver| Arc::clone(&receiver.spans)),
    };
    let investigations = Investigations::start(parts, &ending);
    let knowledge = Knowledge::new(database.clone(), blobs, knowledge(config, data), lifecycle.tasks.clone());
    let public_url = (!config.public_url.is_empty()).then(|| config.public_url.parse()).transpose();
    let api = Api::new(ApiParts {
        settings: ApiSettings {
            public_url: public_url.context("public_url is not an address")?,
            alertmanager_token: config.webhooks.alertmanager.service_token("webhooks.alertmanager.token")?,
            traces,
            ..ApiSettings::default()
        },
        clock: Arc::clone(&clock),
        database: database.clone(),
        identity: identity.clone(),
        investigations,
        execution: execution.clone(),
        knowledge,
        soft: lifecycle.soft.clone(),
        tasks: lifecycle.tasks.clone(),
    });
    Ok(Server { clock, database, identity, execution, api })
}

/// How commands are run.
pub(crate) fn execution(config: &Config, data: &Path) -> ExecutionConfig {
    let grace = Duration::from_secs(u64::from(config.shutdown.grace_seconds));
    ExecutionConfig {
        local_enabled: config.demo,
        drain: grace.saturating_sub(AFTER_DRAIN),
        ..ExecutionConfig::new(data)
    }
}

/// A base that takes no more memory than this is loaded however little is set.
const SMALL_BASE: u64 = 64 << 20;

/// What knowledge bases may take.
pub(crate) fn knowledge(config: &Config, data: &Path) -> KnowledgeSettings {
    KnowledgeSettings {
        backup_bytes: config.knowledge.backup_bytes,
        uploads: Some(data.to_owned()),
        memory_bytes: config.knowledge.memory_bytes,
        base_bytes: config.knowledge.memory_bytes.max(SMALL_BASE),
        change_bytes: config.knowledge.change_bytes,
        snapshot_changes: config.knowledge.snapshot_changes.get().into(),
        indexes: Some(data.join("search")),
        ..KnowledgeSettings::default()
    }
}

fn investigations(config: &Config) -> InvestigationSettings {
    let number = |value: std::num::NonZeroU32| usize::try_from(value.get()).unwrap_or(usize::MAX);
    InvestigationSettings {
        upload_limit: config.limits.upload_bytes,
        workers: number(config.investigations.workers),
        queue: number(config.investigations.queue),
        time_limit: Duration::from_secs(u64::from(config.investigations.timeout_seconds.get())),
    }
}

/// The database of a server that has run already. Makes none: a wrong path is a mistake here.
pub(crate) async fn existing_database(config: &Config) -> anyhow::Result<Database> {
    require_database(config, "")?;
    database(config, &config.data_dir).await
}

/// Refuses to go on where there is no database; `or` says what else could be done.
pub(crate) fn require_database(config: &Config, or: &str) -> anyhow::Result<()> {
    if config.database_url.is_empty() && !data_dir::has_database(&config.data_dir) {
        anyhow::bail!(
            "data_dir: there is no Oriel database in {}; say where it is with --data-dir or --database-url{or}",
            config.data_dir.display()
        );
    }
    Ok(())
}

/// A runtime whose threads work beside the one that made it.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the runtime cannot be started")
}

/// Runs the work of a short command.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")?
        .block_on(work)
}
