//! The flags that say where to fetch evidence from and of which time, shared by `oriel collect` and `oriel diagnose`, and
//! the fetching itself with its progress on stderr.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use oriel_connectors::{About, Collection, KubernetesSettings, Progress, Settings, Step, Window, collect};
use oriel_model::Timestamp;

use crate::config::{Config, DataArgs, ServeOverrides};
use crate::foreground::Foreground;
use crate::misuse::Misuse;
use crate::output;
use crate::wiring;

/// Where from, and of when.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FetchArgs {
    /// Fetch metrics, and alerts that fired, from this Prometheus
    #[arg(long, value_name = "URL", value_parser = address, help_heading = "Sources")]
    pub(crate) prometheus: Option<String>,
    /// Fetch the active alerts from this Alertmanager
    #[arg(long, value_name = "URL", value_parser = address, help_heading = "Sources")]
    pub(crate) alertmanager: Option<String>,
    /// Fetch log lines from this Loki
    #[arg(long, value_name = "URL", value_parser = address, help_heading = "Sources")]
    pub(crate) loki: Option<String>,
    /// Fetch the state of the cluster with kubectl, as it is configured on this machine
    #[arg(long, help_heading = "Sources")]
    pub(crate) kubectl: bool,
    /// The namespace to look into, and for kubectl [default: all; with --live: default]
    #[arg(long, value_name = "NAME", value_parser = namespace, help_heading = "Sources")]
    pub(crate) namespace: Option<String>,
    /// The kubectl context of the cluster
    #[arg(long, value_name = "NAME", help_heading = "Sources")]
    pub(crate) context: Option<String>,
    /// The kubectl configuration file
    #[arg(long, value_name = "FILE", help_heading = "Sources")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Label matchers for every default query of Prometheus, such as 'namespace="shop"'
    #[arg(long, value_name = "MATCHERS", help_heading = "Sources")]
    pub(crate) selector: Option<String>,
    /// Configuration file with [connectors.…], for credentials and own queries [default: oriel.toml, when it exists]
    #[arg(long, value_name = "FILE", help_heading = "Sources")]
    pub(crate) config: Option<PathBuf>,
    /// The last stretch of time, such as 90m, 2h or 1d [default: 1h]
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with_all = ["from", "to"], help_heading = "Window")]
    pub(crate) since: Option<TimeDelta>,
    /// The beginning, such as 2026-05-04T10:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "to", help_heading = "Window")]
    pub(crate) from: Option<Timestamp>,
    /// The end
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "from", help_heading = "Window")]
    pub(crate) to: Option<Timestamp>,
    /// When the trouble began, if it is known; all before counts as normal
    #[arg(long, value_name = "TIME", value_parser = moment, help_heading = "Window")]
    pub(crate) onset: Option<Timestamp>,
}

/// What to fetch.
#[derive(Debug)]
pub(crate) struct Fetch {
    settings: Settings,
    window: Window,
    now: Timestamp,
    /// Settings that flags gave, and these.
    flags: Vec<(&'static str, &'static str)>,
}

impl FetchArgs {
    /// Whether any flag names a source.
    pub(crate) fn names_a_source(&self) -> bool {
        self.prometheus.is_some() || self.alertmanager.is_some() || self.loki.is_some() || self.kubectl
    }

    /// How kubectl is led: by the configuration, and by the flags before it.
    pub(crate) fn cluster(&self) -> anyhow::Result<KubernetesSettings> {
        Ok(self.settings()?.kubernetes)
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        let data = DataArgs { config: self.config.clone(), ..DataArgs::default() };
        let mut settings = Config::load(&data, &ServeOverrides::default())?.connectors;
        if self.names_a_source() {
            settings.prometheus.url = self.prometheus.clone().unwrap_or_default();
            settings.alertmanager.url = self.alertmanager.clone().unwrap_or_default();
            settings.loki.url = self.loki.clone().unwrap_or_default();
            settings.kubernetes.enabled = self.kubectl;
        }
        if let Some(namespace) = &self.namespace {
            settings.kubernetes.namespace.clone_from(namespace);
        }
        if let Some(context) = &self.context {
            settings.kubernetes.context.clone_from(context);
        }
        if let Some(file) = &self.kubeconfig {
            settings.kubernetes.kubeconfig.clone_from(file);
        }
        if let Some(selector) = &self.selector {
            settings.prometheus.selector.clone_from(selector);
        }
        settings.check()?;
        Ok(settings)
    }

    /// What these flags and the configuration say. Flags that name sources leave those out that only the file names.
    /// `live` says that kubectl is asked besides, so that flags that lead it have a meaning; `otherwise` what a person may
    /// do instead of naming a source.
    ///
    /// # Errors
    /// [`Misuse`] where there is no source, or a flag that no source listens to.
    pub(crate) fn resolve(&self, live: bool, otherwise: &str) -> anyhow::Result<Fetch> {
        let settings = self.settings()?;
        if !settings.any() {
            return Err(Misuse::because(format!(
                "no evidence to look at: {otherwise}name a source with --prometheus URL, --alertmanager URL, --loki URL or \
                 --kubectl, or set up [connectors.…] in oriel.toml"
            )));
        }
        if let Some(flag) = self.leads_kubectl().filter(|_| !live && !settings.kubernetes.enabled) {
            return Err(Misuse::because(format!("{flag}: no cluster is asked; add --kubectl, or leave it out")));
        }
        if self.selector.is_some() && !settings.prometheus.is_set() {
            return Err(Misuse::because("--selector: no Prometheus is asked; add --prometheus URL, or leave it out"));
        }
        let now = wiring::clock().now();
        let (from, to) = match (self.from, self.to) {
            (Some(from), Some(to)) => (from, to),
            _ => (now - self.since.unwrap_or(TimeDelta::hours(1)), now),
        };
        let window = Window::new(from, to, self.onset);
        let window = window.map_err(|error| Misuse::because(format!("{}: {error}", self.window_flags())))?;
        Ok(Fetch { settings, window, now, flags: self.source_flags() })
    }

    /// The first flag that means something to kubectl alone.
    fn leads_kubectl(&self) -> Option<&'static str> {
        let flags = [("--context", self.context.is_some()), ("--kubeconfig", self.kubeconfig.is_some())];
        flags.into_iter().find_map(|(flag, given)| given.then_some(flag))
    }

    /// The first flag that means something only where something is fetched.
    pub(crate) fn of_fetching(&self) -> Option<&'static str> {
        let flags = [
            ("--selector", self.selector.is_some()),
            ("--since", self.since.is_some()),
            ("--from", self.from.is_some()),
            ("--onset", self.onset.is_some()),
        ];
        flags.into_iter().find_map(|(flag, given)| given.then_some(flag))
    }

    fn window_flags(&self) -> &'static str {
        match (self.from.is_some(), self.since.is_some(), self.onset.is_some()) {
            (true, _, true) => "--from, --to, --onset",
            (true, _, false) => "--from, --to",
            (false, true, true) => "--since, --onset",
            (false, true, false) => "--since",
            (false, false, _) => "--onset",
        }
    }

    /// The settings that flags gave, with these flags.
    fn source_flags(&self) -> Vec<(&'static str, &'static str)> {
        let flags = [
            ("connectors.prometheus.url", "--prometheus", self.prometheus.is_some()),
            ("connectors.alertmanager.url", "--alertmanager", self.alertmanager.is_some()),
            ("connectors.loki.url", "--loki", self.loki.is_some()),
        ];
        flags.into_iter().filter(|(_, _, given)| *given).map(|(setting, flag, _)| (setting, flag)).collect()
    }
}

impl Fetch {
    /// Fetches, with a line of progress when a person looks.
    ///
    /// # Errors
    /// When no source gave any evidence; the error has the reasons.
    pub(crate) fn run(&self, title: Option<&str>) -> anyhow::Result<Collection> {
        let collection = self.whatever_comes(title)?;
        if !collection.has_evidence() {
            let empty = collection.sources.iter().filter(|source| source.reached);
            let empty = empty.map(|source| format!("{}: {} in this window", source.source, source.summary));
            let failed = collection.left_out.iter().map(|left| format!("{}: {}", left.source, left.reason));
            let reasons = empty.chain(failed).collect::<Vec<_>>().join("\n  ");
            anyhow::bail!("nothing was collected\n  {reasons}");
        }
        Ok(collection)
    }

    /// Fetches, and takes nothing for an answer too.
    pub(crate) fn whatever_comes(&self, title: Option<&str>) -> anyhow::Result<Collection> {
        let bar = Bar::new();
        let told = |step: Step| bar.at(step);
        let progress = Progress::new(&told);
        let mut collection = Foreground::get()?.run(collect(&self.settings, &self.window, &progress));
        bar.clear();
        for left in &mut collection.left_out {
            self.by_flag(&mut left.reason);
        }
        let about = About {
            title: title.map_or_else(|| format!("Collected {}", self.now.format("%Y-%m-%d %H:%M UTC")), str::to_owned),
            services: Vec::new(),
            namespace: self.settings.kubernetes.namespace.clone(),
        };
        collection.describe(&about, &self.window, self.now);
        Ok(collection)
    }

    /// A reason names the setting at fault; where a flag gave it, the flag is what a person knows.
    fn by_flag(&self, reason: &mut String) {
        for (setting, flag) in &self.flags {
            if let Some(rest) = reason.strip_prefix(setting).filter(|rest| rest.starts_with(':')) {
                *reason = format!("{flag}{rest}");
            }
        }
    }

    /// From when to when.
    pub(crate) fn window(&self) -> &Window {
        &self.window
    }
}

/// Says on stderr what is not among the evidence, and why.
pub(crate) fn say_left_out(collection: &Collection) {
    for left in &collection.left_out {
        output::note(&format!("left out: {}: {}", left.source, left.reason));
    }
}

/// One line for all sources.
struct Bar {
    bar: Option<ProgressBar>,
    steps: Mutex<BTreeMap<&'static str, (u64, u64)>>,
}

impl Bar {
    fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {bar:30} {msg} {elapsed}");
            ProgressBar::new(1).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, steps: Mutex::default() }
    }

    fn at(&self, step: Step) {
        let Some(bar) = &self.bar else { return };
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.insert(step.source, (step.done, step.total));
        let said: Vec<String> =
            steps.iter().map(|(source, (done, total))| format!("{source} {done}/{total}")).collect();
        bar.set_length(steps.values().map(|(_, total)| total).sum::<u64>().max(1));
        bar.set_position(steps.values().map(|(done, _)| done).sum());
        bar.set_message(said.join(", "));
        bar.tick();
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A server's root.
fn address(text: &str) -> Result<String, String> {
    oriel_connectors::check_url(text).map(|()| text.to_owned())
}

/// The name of a namespace.
fn namespace(text: &str) -> Result<String, String> {
    oriel_connectors::check_namespace(text).map(|()| text.to_owned())
}

/// A time in any form that evidence may have.
fn moment(text: &str) -> anyhow::Result<Timestamp> {
    let seconds = oriel_evidence::time::parse(text).context("not a time: write it as 2026-05-04T10:15:00Z")?;
    DateTime::from_timestamp_millis((seconds * 1_000.0) as i64).context("not a time that can be asked for")
}

/// A length of time: numbers with `s`, `m`, `h` or `d`, one after another.
fn duration(text: &str) -> anyhow::Result<TimeDelta> {
    let wrong = || anyhow::anyhow!("not a length of time: write it as 90m, 2h or 1d");
    let mut seconds = 0_i64;
    let mut number = String::new();
    for letter in text.trim().chars() {
        let unit = match letter {
            '0'..='9' => {
                number.push(letter);
                continue;
            }
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let count: i64 = std::mem::take(&mut number).parse().map_err(|_| wrong())?;
        seconds = count.checked_mul(unit).and_then(|more| seconds.checked_add(more)).ok_or_else(wrong)?;
    }
    if !number.is_empty() || seconds == 0 {
        return Err(wrong());
    }
    TimeDelta::try_seconds(seconds).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        for (text, seconds) in [("90m", 5_400), ("2h30m", 9_000), ("1d", 86_400), (" 45s ", 45)] {
            assert_eq!(duration(text).unwrap().num_seconds(), seconds, "{text}");
        }
        for wrong in ["", "h", "5", "1w", "-1h", "0m", "99999999999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(moment("2026-05-04T10:15:00Z").unwrap().timestamp(), 1_777_889_700);
        assert!(moment("noon").is_err());
    }
}
