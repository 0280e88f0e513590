//! `--target NAME`: asks a stored target over SSH, from the machine that has the data. Each command is a run of `execution`:
//! permission checked, audited, its output kept. The actor of the audit log is `command line`.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use oriel_execution::{Execution, targets};
use oriel_investigation::TargetAsk;
use oriel_storage::{Database, Vault};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::{output, wiring};

/// The way to the targets of a data directory, for as long as one inquiry lasts.
pub(super) struct Targets {
    runtime: Runtime,
    database: Database,
    execution: Execution,
    context: oriel_identity::Context,
    stop: CancellationToken,
}

impl Targets {
    /// Opens what a server over the same data would; the server may go on running.
    pub(super) fn open(config: &Config) -> anyhow::Result<Self> {
        let runtime = wiring::runtime()?;
        let clock = wiring::clock();
        let database = runtime.block_on(wiring::existing_database(config))?;
        let vault = Vault::in_directory(&config.data_dir).context("the key for secrets cannot be opened")?;
        let settings = wiring::execution(config, &config.data_dir);
        let execution = {
            let _entered = runtime.enter();
            Execution::new(database.clone(), Arc::new(vault), Arc::clone(&clock), settings)
        };
        let stop = CancellationToken::new();
        runtime.spawn(stopped_by_hand(stop.clone()));
        let context = wiring::system("command line", &clock);
        Ok(Self { runtime, database, execution, context, stop })
    }

    /// The target of this name, ready to be asked.
    pub(super) fn ask(&self, name: &str, kubectl_context: Option<String>) -> anyhow::Result<TargetAsk> {
        let found = self.runtime.block_on(targets::find(&self.context, &self.execution, name))?;
        let Some(target) = found else {
            bail!("--target: there is no target called {name:?}; the console lists those that there are");
        };
        let ask = TargetAsk::new(
            self.runtime.handle().clone(),
            self.execution.clone(),
            self.context.clone(),
            target,
            self.stop.clone(),
            Box::new(|_, _| ()),
        );
        Ok(ask.with_kubectl_context(kubectl_context))
    }

    /// Closes the connections and the database.
    pub(super) fn close(self) -> anyhow::Result<()> {
        self.runtime.block_on(async {
            self.execution.shutdown().await;
            self.database.close().await.context("the database cannot be closed")
        })
    }
}

/// At the first Ctrl-C the command under way is ended on its target, and what is known is concluded from.
pub(super) async fn stopped_by_hand(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        output::note("stopping: the command under way is ended on its target");
        stop.cancel();
    }
}
