//! `--server URL --target NAME`: the inquiry is made by a running server, with the permissions of a user's token, and is
//! followed here to its verdict. It stands in the server's console like any other investigation.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use oriel_reasoning::Verdict;
use oriel_reasoning::verdict::TranscriptStep;
use reqwest::{Client, Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{output, wiring};

/// How often the server is asked how far it is.
const EVERY: Duration = Duration::from_millis(300);
/// How long one answer of the server may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest token file.
const TOKEN_BYTES: u64 = 4096;

/// Which server, and as whom.
#[derive(Debug, Clone, Args)]
pub(super) struct ServerArgs {
    /// Let a running server ask its target, with its permissions and its record
    #[arg(id = "server", long = "server", value_name = "URL", requires = "target", conflicts_with_all = ["frame", "rules", "learning", "modes", "prometheus", "alertmanager", "loki"])]
    pub(super) url: Option<String>,
    /// A file with the token of a session there [default: the variable ORIEL_TOKEN]
    #[arg(long, value_name = "FILE", requires = "server")]
    token_file: Option<PathBuf>,
    #[arg(long, env = "ORIEL_TOKEN", hide = true, hide_env_values = true)]
    token: Option<String>,
}

/// What the server is to find out.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) target: &'a str,
    pub(super) text: &'a str,
    pub(super) namespace: &'a str,
    pub(super) context: &'a str,
    pub(super) max_commands: usize,
}

impl ServerArgs {
    /// Has the server ask, tells of every command as it comes, and gives the verdict.
    pub(super) fn ask(&self, url: &str, question: &Question<'_>) -> anyhow::Result<Verdict> {
        let server = Server::new(url, self.token()?)?;
        wiring::block_on(server.follow(question))
    }

    fn token(&self) -> anyhow::Result<String> {
        let token = match &self.token_file {
            Some(path) => read_token(path)?,
            None => self.token.clone().unwrap_or_default(),
        };
        let token = token.trim();
        if token.is_empty() || token.contains(char::is_whitespace) {
            bail!(
                "--server: give the token of a session in ORIEL_TOKEN or --token-file; \
                 POST /api/v1/session?token=true answers with one"
            );
        }
        Ok(token.to_owned())
    }
}

fn read_token(path: &Path) -> anyhow::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(|| format!("--token-file: cannot open {}", path.display()))?;
    file.take(TOKEN_BYTES)
        .read_to_string(&mut text)
        .with_context(|| format!("--token-file: {} cannot be read as text", path.display()))?;
    Ok(text)
}

struct Server {
    client: Client,
    url: String,
    token: String,
}

/// An investigation, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Investigation {
    id: String,
    status: String,
    error: Option<String>,
    asked: Vec<Asked>,
    verdict: Option<Verdict>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(flatten)]
    step: TranscriptStep,
    status: String,
}

impl Server {
    fn new(url: &str, token: String) -> anyhow::Result<Self> {
        let client = Client::builder().timeout(PATIENCE).build().context("the HTTP client cannot be made")?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned(), token })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token)
    }

    async fn send<T: serde::de::DeserializeOwned>(&self, request: RequestBuilder) -> anyhow::Result<T> {
        let answer = request.send().await.with_context(|| format!("--server: {} cannot be reached", self.url))?;
        let status = answer.status();
        let body = answer.text().await.with_context(|| format!("--server: {} broke off its answer", self.url))?;
        if !status.is_success() {
            let problem: Value = serde_json::from_str(&body).unwrap_or_default();
            let detail = problem.get("detail").and_then(Value::as_str).unwrap_or("it gave no reason");
            bail!("the server answered {status}: {detail}");
        }
        serde_json::from_str(&body).with_context(|| format!("{} answers, but not as an Oriel server", self.url))
    }

    async fn follow(&self, question: &Question<'_>) -> anyhow::Result<Verdict> {
        let body = json!({
            "question": question.text, "target_id": self.target(question.target).await?,
            "namespace": question.namespace, "context": question.context, "max_commands": question.max_commands,
        });
        let mut now: Investigation = self.send(self.request(Method::POST, "/investigations").json(&body)).await?;
        let path = format!("/investigations/{}", now.id);
        let (mut told, mut cancelled) = (Told::default(), false);
        loop {
            told.of(&now.asked);
            match now.status.as_str() {
                "queued" | "running" => {}
                "done" => return now.verdict.context("the investigation is done, but has no verdict"),
                ended => bail!("the investigation ended as {ended}: {}", now.error.unwrap_or_default()),
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                _ = tokio::signal::ctrl_c(), if !cancelled => {
                    cancelled = true;
                    output::note("cancelling: the command under way is ended on its target");
                    let _: Value = self.send(self.request(Method::POST, &format!("{path}/cancel"))).await?;
                }
            }
            now = self.send(self.request(Method::GET, &path)).await?;
        }
    }

    /// The id of the target of this name.
    async fn target(&self, name: &str) -> anyhow::Result<String> {
        let mut cursor = String::new();
        loop {
            // A cursor is made of what a URL takes as it is.
            let more = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            let page: Value = self.send(self.request(Method::GET, &format!("/targets?limit=200{more}"))).await?;
            let items = page.get("items").and_then(Value::as_array).into_iter().flatten();
            let named = |item: &&Value| item.get("name").and_then(Value::as_str) == Some(name);
            if let Some(id) = items.clone().find(named).and_then(|item| item.get("id")).and_then(Value::as_str) {
                return Ok(id.to_owned());
            }
            match page.get("next_cursor").and_then(Value::as_str) {
                Some(next) => next.clone_into(&mut cursor),
                None => bail!("--target: the server knows no target called {name:?}"),
            }
        }
    }
}

/// How much of the transcript was told.
#[derive(Debug, Default)]
struct Told {
    asked: usize,
    answered: usize,
}

impl Told {
    fn of(&mut self, asked: &[Asked]) {
        for (at, one) in asked.iter().enumerate() {
            if at >= self.asked {
                super::asking::tell_asked(&one.step);
                self.asked = at + 1;
            }
            if at >= self.answered && one.status != "asking" {
                super::asking::tell_answered(&one.step);
                self.answered = at + 1;
            }
        }
    }
}
