//! The variables that name a proxy: `HTTP_PROXY` and `NO_PROXY`, with a proxy of the test.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;
use std::sync::mpsc::{Receiver, channel};

use anyhow::Result;

use crate::program::oriel;

const ALERTS: &str = r#"[{"labels":{"alertname":"DiskFull"},"startsAt":"2026-05-04T10:10:00Z"}]"#;

/// A server that answers everything with alerts, and tells the first line of each request.
fn answering() -> Result<(String, Receiver<String>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            if let Ok(line) = answer(stream)
                && tell.send(line).is_err()
            {
                return;
            }
        }
    });
    Ok((address, told))
}

fn answer(mut stream: TcpStream) -> Result<String> {
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut buffer)?;
        anyhow::ensure!(read > 0, "it ended");
        request.extend_from_slice(&buffer[..read]);
    }
    let length = ALERTS.len();
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{ALERTS}")?;
    Ok(String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned())
}

fn collected(url: &str, directory: &Path, environment: &[(&str, &str)]) -> Result<Output> {
    let config = directory.join("oriel.toml");
    std::fs::write(&config, "[connectors.alertmanager]\nretries = 0\ntimeout_seconds = 10\n")?;
    let out = directory.join(format!("out-{}", environment.len()));
    let arguments =
        ["collect", "--alertmanager", url, "--config", config.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let mut command = oriel(&arguments);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
        command.env_remove(name);
    }
    Ok(command.envs(environment.iter().copied()).output()?)
}

#[test]
fn a_proxy_is_asked_where_one_is_named_but_not_for_what_is_excepted() -> Result<()> {
    let (proxy, asked) = answering()?;
    let proxy = format!("http://{proxy}");
    let directory = tempfile::tempdir()?;
    let url = "http://alertmanager.invalid:9093";
    let through = collected(url, directory.path(), &[("HTTP_PROXY", &proxy)])?;
    assert_eq!(through.status.code(), Some(0), "{}", String::from_utf8_lossy(&through.stderr));
    let line = asked.try_recv()?;
    assert!(line.starts_with("GET http://alertmanager.invalid:9093/api/v2/alerts"), "{line}");

    let around = collected(url, directory.path(), &[("HTTP_PROXY", &proxy), ("NO_PROXY", "example.org,.invalid")])?;
    assert_eq!(around.status.code(), Some(1));
    assert!(asked.try_recv().is_err(), "the proxy was asked all the same");
    Ok(())
}

#[test]
fn this_machine_is_never_asked_through_a_proxy() -> Result<()> {
    let (server, asked) = answering()?;
    let directory = tempfile::tempdir()?;
    let environment = [("HTTP_PROXY", "http://127.0.0.1:9"), ("ALL_PROXY", "http://127.0.0.1:9")];
    let direct = collected(&format!("http://{server}"), directory.path(), &environment)?;
    assert_eq!(direct.status.code(), Some(0), "{}", String::from_utf8_lossy(&direct.stderr));
    assert!(asked.try_recv()?.starts_with("GET /api/v2/alerts"));
    Ok(())
}
