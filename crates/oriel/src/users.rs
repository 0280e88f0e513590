//! `oriel users reset-password`: the way back in when nobody can sign in, on the machine that has the data.

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use oriel_identity::{Identity, Secret, Settings};
use rand::TryRng as _;
use serde_json::json;

use crate::config::{Config, DataArgs, ServeOverrides};
use crate::{output, wiring};

/// What to do with accounts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel users reset-password ada           on the machine that has the data")]
pub(crate) struct UsersArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Give a user a new password and end the user's sessions
    #[command(
        after_help = "Examples:\n  oriel users reset-password ada                         print a new random password\n  \
                      pass show oriel | oriel users reset-password ada --password-stdin\n\n\
                      The server may go on running."
    )]
    ResetPassword(ResetArgs),
}

#[derive(Debug, Args)]
struct ResetArgs {
    /// The user's name
    username: String,
    /// Read the new password from stdin, instead of making one
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    data: DataArgs,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: UsersArgs) -> anyhow::Result<ExitCode> {
    let Command::ResetPassword(args) = args.command;
    let config = Config::load(&args.data, &ServeOverrides::default())?;
    let (password, made) = if args.password_stdin { (read_password()?, false) } else { (make_password()?, true) };
    let username = wiring::block_on(reset(&config, &args.username, &password))?;
    let shown = made.then_some(password.as_str());
    if args.json {
        output::json(&json!({"username": username, "password": shown}))?;
    } else if let Some(password) = shown {
        output::text(&format!(
            "The new password of {username} is\n\n  {password}\n\nIt is shown once. The user's sessions have ended."
        ))?;
    } else {
        output::text(&format!("{username} has the new password. The user's sessions have ended."))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn reset(config: &Config, username: &str, password: &str) -> anyhow::Result<String> {
    let database = wiring::existing_database(config).await?;
    let identity = Identity::new(database.clone(), Settings::default());
    let clock = wiring::clock();
    let context = wiring::system("command line", &Arc::clone(&clock));
    let user = identity
        .reset_password_locally(&context, username, Secret::new(password))
        .await
        .with_context(|| format!("the password of {username} was not reset"))?;
    database.close().await.context("the database cannot be closed")?;
    Ok(user.username)
}

fn read_password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(64 * 1024)
        .read_to_string(&mut text)
        .context("--password-stdin: stdin cannot be read as text")?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("--password-stdin: stdin is empty");
    }
    Ok(password.to_owned())
}

/// 144 random bits, as text that can be typed.
fn make_password() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 18];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).context("the operating system gives no random bytes")?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
