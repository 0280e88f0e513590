//! `oriel serve`: the server, from configuration to the last drained request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use oriel_api::Ending;
use oriel_execution::targets::{self, NewTarget, TargetError};
use oriel_model::Transport;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval};

use crate::config::{Config, DataArgs, ServeOverrides};
use crate::data_dir::DataDir;
use crate::lifecycle::{Ended, Lifecycle, Signals};
use crate::wiring::{self, Server};
use crate::{logging, output};

/// How often what has run out is swept away.
const SWEEP_EVERY: Duration = Duration::from_mins(15);
/// What `--demo` calls this machine.
const DEMO_TARGET: &str = "this-machine";

/// What to serve, and where.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  oriel serve                                       on http://127.0.0.1:3000, data in ./.oriel\n  \
                  oriel serve --demo                                with this machine as a target\n  \
                  oriel serve --listen 0.0.0.0:3000 --data-dir /var/lib/oriel\n  \
                  oriel serve --database-url postgres://oriel:secret@db/oriel\n  \
                  oriel serve --print-config > oriel.toml           every setting, to change and keep\n\n\
                  Every setting can also stand in oriel.toml or in a variable: ORIEL_LISTEN, ORIEL_DATA_DIR,\n\
                  ORIEL_LOG__FORMAT, ... Flags win over variables, variables over the file."
)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    overrides: ServeOverrides,
    /// Print the configuration as TOML and end
    #[arg(long)]
    print_config: bool,
    /// Print where the server is as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Serves until a signal, then drains.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let config = Config::load(&args.data, &args.overrides)?;
    if args.print_config {
        output::text(config.print()?.trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    logging::install(&config.log)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime cannot be started")?;
    let ended = runtime.block_on(serve(&config, args.json));
    // A thread that does not end must not hold the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match ended? {
        Ended::Drained => Ok(ExitCode::SUCCESS),
        Ended::CutOff => Ok(ExitCode::FAILURE),
    }
}

async fn serve(config: &Config, json: bool) -> anyhow::Result<Ended> {
    let signals = Signals::take()?;
    let data = DataDir::open(&config.data_dir)?;
    let lifecycle = Lifecycle::default();
    // Before anything is built, so that a taken port is an error with nothing to undo.
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listen: cannot listen on {}; choose another with --listen", config.listen))?;
    let address = listener.local_addr().context("listen: the address is not known")?;
    let server = wiring::build(config, data.path(), &lifecycle).await?;
    if config.demo {
        offer_this_machine(&server).await?;
    }
    announce(config, address, &server, json).await?;

    let ending = Ending { soft: lifecycle.soft.clone(), hard: lifecycle.hard.clone(), tasks: lifecycle.tasks.clone() };
    lifecycle.tasks.spawn(oriel_api::serve(listener, oriel_api::router(server.api.clone()), ending));
    spawn_sweeper(&server, &lifecycle);
    spawn_execution_end(&server, &lifecycle);
    let grace = Duration::from_secs(u64::from(config.shutdown.grace_seconds));
    let ended = lifecycle.run(signals, grace).await;
    if let Err(error) = server.database.close().await {
        tracing::warn!(%error, "the database was not closed in order");
    }
    tracing::info!(drained = ended == Ended::Drained, "stopped");
    Ok(ended)
}

/// Runs end in their own order when the end begins; the tracker waits for them.
fn spawn_execution_end(server: &Server, lifecycle: &Lifecycle) {
    let (execution, soft) = (server.execution.clone(), lifecycle.soft.clone());
    lifecycle.tasks.spawn(async move {
        soft.cancelled().await;
        let how = execution.shutdown().await;
        tracing::info!(?how, "runs have ended");
    });
}

/// Sweeps away sessions that ran out and keys that are too old.
fn spawn_sweeper(server: &Server, lifecycle: &Lifecycle) {
    let (identity, database, clock) = (server.identity.clone(), server.database.clone(), server.clock.clone());
    let soft = lifecycle.soft.clone();
    lifecycle.tasks.spawn(async move {
        let context = wiring::system("sweeper", &clock);
        let mut ticks = interval(SWEEP_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = soft.cancelled() => return,
            }
            if let Err(error) = identity.sweep_sessions(&context).await {
                tracing::warn!(%error, "sessions could not be swept");
            }
            if let Err(error) = oriel_api::forget_old(&database, &*clock).await {
                tracing::warn!(%error, "idempotency keys could not be swept");
            }
        }
    });
}

async fn offer_this_machine(server: &Server) -> anyhow::Result<()> {
    let context = wiring::system("demo", &server.clock);
    let target = NewTarget {
        name: DEMO_TARGET.to_owned(),
        transport: Transport::Local,
        host: None,
        port: None,
        user: None,
        private_key: None,
        labels: [("demo".to_owned(), "yes".to_owned())].into(),
    };
    match targets::create(&context, &server.execution, target).await {
        Ok(_) | Err(TargetError::NameTaken) => Ok(()),
        Err(error) => Err(error).context("--demo: this machine cannot be offered as a target"),
    }
}

/// Says where the server is and, on the first run, how to make the first administrator.
async fn announce(config: &Config, address: SocketAddr, server: &Server, json: bool) -> anyhow::Result<()> {
    let url = address_for_people(config, address);
    let context = wiring::system("setup", &server.clock);
    let token = server.identity.issue_setup_token(&context).await.context("no setup token can be made")?;
    let setup = token.as_ref().and_then(|token| token.expose_text()).map(|token| format!("{url}/setup?token={token}"));
    tracing::info!(%address, data_dir = %config.data_dir.display(), demo = config.demo, "serving");
    if json {
        return output::line(&json!({"url": url, "address": address, "setup": setup}));
    }
    let mut text = format!("\n  Oriel is at {url}\n");
    if let Some(link) = setup {
        text.push_str("\n  First run. Open this link once to make the first administrator:\n\n    ");
        text.push_str(&link);
        text.push('\n');
    }
    if config.demo {
        text.push_str("\n  --demo: operators may run commands on this machine, as the user that runs Oriel.\n");
    }
    output::text(&text)
}

/// The address to open in a browser.
fn address_for_people(config: &Config, address: SocketAddr) -> String {
    if !config.public_url.is_empty() {
        return config.public_url.trim_end_matches('/').to_owned();
    }
    let host = match address.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        IpAddr::V4(Ipv4Addr::LOCALHOST) => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    format!("http://{host}:{}", address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_can_be_opened() {
        let config = Config::default();
        for (address, url) in [
            ("127.0.0.1:3000", "http://localhost:3000"),
            ("0.0.0.0:80", "http://localhost:80"),
            ("192.0.2.7:3000", "http://192.0.2.7:3000"),
            ("[2001:db8::1]:3000", "http://[2001:db8::1]:3000"),
        ] {
            assert_eq!(address_for_people(&config, address.parse().unwrap()), url);
        }
        let behind_a_proxy = Config { public_url: "https://oriel.example/".into(), ..config };
        assert_eq!(address_for_people(&behind_a_proxy, "127.0.0.1:3000".parse().unwrap()), "https://oriel.example");
    }
}
