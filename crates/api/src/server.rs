//! Accepts connections and keeps them within bounds.
//!
//! Owns what a router cannot: how long a client may take to send a request's head (a client that sends a byte a minute would
//! hold its connection for ever), how many connections are open at once, and that each of them ends with the server. Every
//! connection is a task on the tracker: at the soft token it finishes the request under way and closes, at the hard one it
//! is dropped.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::limits;

/// How the server hears of its end, and where its tasks are.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Cancelled first: accept nothing more, finish what is open.
    pub soft: CancellationToken,
    /// Cancelled last: drop what is open.
    pub hard: CancellationToken,
    /// Where connections are spawned.
    pub tasks: TaskTracker,
}

/// Serves until the soft token is cancelled; open connections go on as tasks of the tracker.
pub async fn serve(listener: TcpListener, router: Router, ending: Ending) {
    let places = Arc::new(Semaphore::new(limits::CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = ending.soft.cancelled() => return,
            // With no place left, the next client waits in the system's queue.
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, peer, place)) => {
                let connection = connection(stream, peer, router.clone(), ending.clone(), place);
                ending.tasks.spawn(connection);
            }
            Err(error) => {
                // Such as too many open files: that passes when connections end.
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer, place))
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, ending: Ending, _place: OwnedSemaphorePermit) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits::HEAD_TIME);
    let service = service_fn(move |request| answer(router.clone(), peer, request));
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(serving);
    let mut told = false;
    loop {
        tokio::select! {
            ended = serving.as_mut() => {
                if let Err(error) = ended {
                    // A client that went away or spoke nonsense is its own affair.
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = ending.soft.cancelled(), if !told => {
                told = true;
                serving.as_mut().graceful_shutdown();
            }
            () = ending.hard.cancelled() => return,
        }
    }
}

async fn answer(router: Router, peer: SocketAddr, request: Request<Incoming>) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
