//! A `kubectl` that answers from a recorded cluster, as a shell script for a PATH.
//!
//! It prints the section of a recording (`$ kubectl …` and what it printed) that was asked for, with or without `-o wide`;
//! lists that were not recorded are empty, objects are not found. It writes down every call, each word on a line of its own
//! and an empty line behind them. A file `before` beside the calls is run first, to hang, flood or fail.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::sshd::Sshd;

/// A recorded cluster behind a script.
#[derive(Debug)]
pub struct Kubectl {
    directory: PathBuf,
}

impl Kubectl {
    /// Puts it on the path of an sshd's commands.
    pub fn on(sshd: &Sshd, recording: &str) -> Result<Self> {
        let directory = sshd.home().to_owned();
        fs::write(directory.join("recording"), recording)?;
        sshd.put_program("kubectl", &script(&directory))?;
        Ok(Self { directory })
    }

    /// What it does before it answers, as a shell script; nothing when empty.
    pub fn before(&self, script: &str) -> Result<()> {
        Ok(fs::write(self.directory.join("before"), script)?)
    }

    /// Makes it write down its process and hang.
    pub fn hang(&self) -> Result<()> {
        self.before("echo $$ > \"$here/running\"; exec sleep 600")
    }

    /// Waits until a call hangs, and gives its process.
    pub fn hanging(&self) -> String {
        loop {
            match fs::read_to_string(self.directory.join("running")) {
                Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
                _ => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Whether a process runs: one that has ended and waits for its parent has no command line.
    pub fn runs(process: &str) -> bool {
        fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|line| !line.is_empty())
    }

    /// The words of every call so far.
    pub fn calls(&self) -> Result<Vec<Vec<String>>> {
        let file = self.directory.join("calls");
        if !file.exists() {
            return Ok(Vec::new());
        }
        let text = fs::read_to_string(file).context("the calls are text")?;
        let calls = text.split("\n\n").map(|call| call.lines().map(str::to_owned).collect::<Vec<_>>());
        Ok(calls.filter(|call| !call.is_empty()).collect())
    }
}

fn script(directory: &Path) -> String {
    const SCRIPT: &str = r#"#!/bin/sh
here='HERE'
{ printf '%s\n' "$@"; echo; } >> "$here/calls"
if [ -f "$here/before" ]; then . "$here/before"; fi
asked=$(printf '%s' "$*" | sed 's/ --context .*$//; s/ -o wide$//')
awk -v asked="\$ kubectl $asked" '
  /^\$ / { line = $0; sub(/ -o wide$/, "", line); on = (line == asked); found = found || on; next }
  on { print }
  END { exit !found }' "$here/recording" && exit 0
case $asked in
  get\ *\ -n\ *) echo 'No resources found.' >&2 ;;
  *) echo 'Error from server (NotFound): it was not recorded' >&2; exit 1 ;;
esac
"#;
    SCRIPT.replace("HERE", &directory.display().to_string())
}
