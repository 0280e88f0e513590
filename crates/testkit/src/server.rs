//! A real server's process on a free port, with its files in a temporary directory, that answers over HTTP.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

/// How often a start is tried on another port, should something else take the free one first.
const START_ATTEMPTS: usize = 5;
/// How often, 50 ms apart, the server is asked whether it is ready before a start counts as failed.
const READY_ATTEMPTS: usize = 600;

/// A running server. Dropping it ends the process.
pub(crate) struct Server {
    directory: TempDir,
    port: u16,
    process: Option<Child>,
}

impl Server {
    /// Starts `program`, whose arguments `arguments` makes of the directory and the port, and waits until the path in
    /// `ready` is answered with the status beside it.
    pub(crate) fn start(
        program: &str,
        package: &str,
        ready: (&str, &str),
        directory: TempDir,
        arguments: &dyn Fn(&Path, u16) -> Vec<String>,
    ) -> Result<Self> {
        installed(program, package)?;
        let mut server = Self { directory, port: 0, process: None };
        let mut last = None;
        for _ in 0..START_ATTEMPTS {
            server.port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            let arguments = arguments(server.directory.path(), server.port);
            match server.launch(program, ready, &arguments) {
                Ok(()) => return Ok(server),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("{program} was not started")))
    }

    /// Its port on the loopback interface.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Where its files are.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// What it logged.
    pub(crate) fn log(&self) -> Result<String> {
        fs::read_to_string(self.log_file()).context("cannot read the server's log")
    }

    /// Ends the process.
    pub(crate) fn stop(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill().context("cannot end the server")?;
            process.wait().context("cannot wait for the server")?;
        }
        Ok(())
    }

    fn launch(&mut self, program: &str, ready: (&str, &str), arguments: &[String]) -> Result<()> {
        let log = File::create(self.log_file())?;
        let process = Command::new(program)
            .args(arguments)
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot run {program}"))?;
        self.process = Some(process);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        for _ in 0..READY_ATTEMPTS {
            if let Some(process) = &mut self.process
                && let Some(status) = process.try_wait()?
            {
                self.process = None;
                bail!("{program} ended at its start ({status}): {}", self.log()?);
            }
            if is_ready(address, ready).unwrap_or(false) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.stop()?;
        bail!("{program} did not become ready on {address}: {}", self.log()?)
    }

    fn log_file(&self) -> PathBuf {
        self.directory.path().join("log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A failure here leaves a process behind that the test's end makes visible; there is no one to tell.
        let _ = self.stop();
    }
}

/// An error that says what to install when `program` is not there.
pub(crate) fn installed(program: &str, package: &str) -> Result<()> {
    ensure!(
        Path::new(program).exists(),
        "{program} is missing: install Debian's package {package} (apt-get install --no-install-recommends {package})"
    );
    Ok(())
}

fn is_ready(address: SocketAddr, (path, status): (&str, &str)) -> Result<bool> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = [0_u8; 12];
    stream.read_exact(&mut answer)?;
    Ok(answer.ends_with(status.as_bytes()))
}
