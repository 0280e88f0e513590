//! A real OpenSSH server on a free port, with its own host key and user keys in a temporary directory.
//!
//! It can be stopped, restarted with another host key, and told to drop its connections the hard way. It serves only
//! the user that runs the tests, only by key, and only on the loopback interface.
//! Needs `/usr/sbin/sshd` and `ssh-keygen` (Debian: `openssh-server`); without them starting is an error that says so.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

const SSHD: &str = "/usr/sbin/sshd";
/// How often a start is tried on another port, should something else take the free one first.
const START_ATTEMPTS: usize = 5;
/// How often, 20 ms apart, the server is asked for its banner before a start counts as failed.
const BANNER_ATTEMPTS: usize = 250;

/// A running sshd. Dropping it ends the server and its connections.
pub struct Sshd {
    directory: TempDir,
    port: u16,
    user: String,
    options: Vec<String>,
    listener: Option<Child>,
}

impl Sshd {
    /// Starts a server with default settings.
    pub fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// Starts a server with further `sshd_config` lines, such as `MaxSessions 2`.
    pub fn start_with(options: &[&str]) -> Result<Self> {
        ensure!(
            Path::new(SSHD).exists(),
            "{SSHD} is missing: install Debian's package openssh-server (apt-get install openssh-server)"
        );
        let directory = TempDir::new().context("cannot make a directory for sshd")?;
        let user = output(Command::new("id").arg("-un"))?.trim().to_owned();
        if user == "root" {
            // Where sshd, as root, puts its unprivileged half; init scripts make it, test machines have none.
            fs::create_dir_all("/run/sshd").context("cannot make /run/sshd")?;
        }
        let mut server = Self {
            directory,
            port: 0,
            user,
            options: options.iter().map(|line| (*line).to_owned()).collect(),
            listener: None,
        };
        keygen(&server.path("host_key"), "ed25519", "")?;
        keygen(&server.path("user_ed25519"), "ed25519", "")?;
        keygen(&server.path("user_ecdsa"), "ecdsa", "")?;
        let mut authorized = server.read("user_ed25519.pub")?;
        authorized.push_str(&server.read("user_ecdsa.pub")?);
        fs::write(server.path("authorized_keys"), authorized)?;
        server.start_on_a_free_port()?;
        Ok(server)
    }

    /// The address it listens on.
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// The port it listens on; the same after a restart.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The one user it lets in: who runs the tests.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// An ed25519 private key (OpenSSH format) that it accepts.
    pub fn private_key(&self) -> Result<String> {
        self.read("user_ed25519")
    }

    /// An ECDSA private key that it accepts.
    pub fn ecdsa_private_key(&self) -> Result<String> {
        self.read("user_ecdsa")
    }

    /// A private key that it does not accept, encrypted if the passphrase is not empty.
    pub fn foreign_private_key(&self, kind: &str, passphrase: &str) -> Result<String> {
        let name = format!("foreign_{kind}_{}", passphrase.len());
        let path = self.path(&name);
        if !path.exists() {
            keygen(&path, kind, passphrase)?;
        }
        self.read(&name)
    }

    /// The fingerprint (`SHA256:…`) of its host key, as `ssh-keygen` prints it.
    pub fn host_key_fingerprint(&self) -> Result<String> {
        let text = output(Command::new("ssh-keygen").arg("-lf").arg(self.path("host_key.pub")))?;
        let fingerprint = text.split_whitespace().nth(1).context("ssh-keygen printed no fingerprint")?;
        Ok(fingerprint.to_owned())
    }

    /// The home of its user.
    pub fn home(&self) -> &Path {
        self.directory.path()
    }

    /// Puts a program before all others on the path of commands.
    pub fn put_program(&self, name: &str, script: &str) -> Result<()> {
        let directory = self.path("bin");
        fs::create_dir_all(&directory)?;
        let file = directory.join(name);
        fs::write(&file, script)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
        Ok(())
    }

    /// What the server logged.
    pub fn log(&self) -> Result<String> {
        self.read("log")
    }

    /// Makes a new host key and restarts with it on the same port.
    pub fn replace_host_key(&mut self) -> Result<()> {
        self.stop()?;
        fs::remove_file(self.path("host_key"))?;
        fs::remove_file(self.path("host_key.pub"))?;
        keygen(&self.path("host_key"), "ed25519", "")?;
        self.launch()
    }

    /// Kills, without a farewell, every process that serves a connection (not the commands they run). Returns how many.
    pub fn drop_connections(&self) -> Result<usize> {
        self.signal_connections("KILL")
    }

    /// Stops every process that serves a connection where it is: connections stand, and nobody answers on them.
    /// Returns how many.
    pub fn freeze_connections(&self) -> Result<usize> {
        self.signal_connections("STOP")
    }

    fn signal_connections(&self, signal: &str) -> Result<usize> {
        let Some(listener) = &self.listener else { return Ok(0) };
        let serving = serving(listener.id())?;
        for pid in &serving {
            // The shell's own `kill`, for a test machine may have no other. It fails where the process has just gone.
            let kill = format!("kill -{signal} {pid} 2>/dev/null || true");
            Command::new("sh").arg("-c").arg(kill).status().context("cannot run sh")?;
        }
        Ok(serving.len())
    }

    /// Ends the server and its connections. The keys and the port stay.
    pub fn stop(&mut self) -> Result<()> {
        self.drop_connections()?;
        if let Some(mut listener) = self.listener.take() {
            listener.kill().context("cannot end sshd")?;
            listener.wait().context("cannot wait for sshd")?;
        }
        Ok(())
    }

    /// Starts it again on the same port with the same keys.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.launch()
    }

    fn start_on_a_free_port(&mut self) -> Result<()> {
        let mut last = None;
        for _ in 0..START_ATTEMPTS {
            self.port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            match self.launch() {
                Ok(()) => return Ok(()),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("sshd was not started")))
    }

    fn launch(&mut self) -> Result<()> {
        self.write_config()?;
        let log = File::options().create(true).append(true).open(self.path("log"))?;
        let listener = Command::new(SSHD)
            .arg("-D")
            .arg("-e")
            .arg("-f")
            .arg(self.path("sshd_config"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot run sshd")?;
        self.listener = Some(listener);
        if let Err(error) = self.wait_for_banner() {
            self.stop()?;
            return Err(error);
        }
        Ok(())
    }

    fn write_config(&self) -> Result<()> {
        let mut config = String::new();
        writeln!(config, "ListenAddress 127.0.0.1:{}", self.port)?;
        writeln!(config, "HostKey {}", self.path("host_key").display())?;
        writeln!(config, "AuthorizedKeysFile {}", self.path("authorized_keys").display())?;
        // Commands have a home without login scripts, so that what those of the test machine say is not in the output.
        let home = self.directory.path().display();
        writeln!(config, "SetEnv HOME={home} PATH={home}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")?;
        config.push_str("PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n");
        config.push_str("PasswordAuthentication no\nKbdInteractiveAuthentication no\nUseDNS no\n");
        for line in &self.options {
            writeln!(config, "{line}")?;
        }
        fs::write(self.path("sshd_config"), config)?;
        Ok(())
    }

    fn wait_for_banner(&mut self) -> Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        for _ in 0..BANNER_ATTEMPTS {
            if let Some(listener) = &mut self.listener
                && let Some(status) = listener.try_wait()?
            {
                bail!("sshd ended at its start ({status}): {}", self.log()?);
            }
            if banner(address).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("sshd did not answer on {address}: {}", self.log()?)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn read(&self, name: &str) -> Result<String> {
        fs::read_to_string(self.path(name)).with_context(|| format!("cannot read sshd's {name}"))
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        // A failure here leaves a process behind that the test's end makes visible; there is no one to tell.
        let _ = self.stop();
    }
}

fn banner(address: SocketAddr) -> Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut start = [0_u8; 4];
    stream.read_exact(&mut start)?;
    ensure!(&start == b"SSH-", "that is not an SSH server");
    Ok(())
}

/// The sshd processes below the listener, deepest last.
fn serving(listener: u32) -> Result<Vec<u32>> {
    let mut processes = Vec::new();
    for entry in fs::read_dir("/proc").context("cannot read /proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|text| text.parse::<u32>().ok()) else { continue };
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { continue };
        if let Some((command, parent)) = command_and_parent(&stat)
            && command.starts_with("sshd")
        {
            processes.push((pid, parent));
        }
    }
    let mut found = vec![listener];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(processes.iter().filter(|process| process.1 == parent).map(|process| process.0));
        next += 1;
    }
    found.remove(0);
    Ok(found)
}

/// The command name and the parent's id in the text of `/proc/PID/stat`.
fn command_and_parent(stat: &str) -> Option<(&str, u32)> {
    let (_, rest) = stat.split_once('(')?;
    let (command, rest) = rest.rsplit_once(')')?;
    Some((command, rest.split_whitespace().nth(1)?.parse().ok()?))
}

fn keygen(path: &Path, kind: &str, passphrase: &str) -> Result<()> {
    output(Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", passphrase, "-C", "oriel-test", "-f"]).arg(path))
        .map(drop)
}

fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let result = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {name}"))?;
    ensure!(result.status.success(), "{name} failed ({}): {}", result.status, String::from_utf8_lossy(&result.stderr));
    Ok(String::from_utf8_lossy(&result.stdout).into_owned())
}
