//! A WebSocket client of the stream, for tests.

use anyhow::{Context as _, bail};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// An open stream.
#[derive(Debug)]
pub struct StreamClient {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What came next on a stream.
#[derive(Debug)]
pub enum Next {
    /// A message.
    Message(Value),
    /// The server closed the stream.
    Closed(Option<CloseFrame>),
}

impl StreamClient {
    /// Opens `ws://…/api/v1/stream` with these headers. The error is the HTTP status of a refused handshake.
    pub async fn open(url: &str, headers: &[(&'static str, String)]) -> anyhow::Result<Result<Self, u16>> {
        let address = format!("{}/api/v1/stream", url.replacen("http://", "ws://", 1));
        let mut request = address.into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value)?);
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => Ok(Ok(Self { socket })),
            Err(Error::Http(response)) => Ok(Err(response.status().as_u16())),
            Err(error) => Err(error).context("the stream cannot be opened"),
        }
    }

    /// Watches a topic, from after `from`.
    pub async fn subscribe(&mut self, topic: &str, from: Option<u64>) -> anyhow::Result<()> {
        self.send(&json!({"op": "subscribe", "topic": topic, "from": from}).to_string()).await
    }

    /// Sends any text.
    pub async fn send(&mut self, text: &str) -> anyhow::Result<()> {
        self.socket.send(Message::text(text)).await.context("the stream takes nothing more")
    }

    /// The next message or the end.
    pub async fn next(&mut self) -> anyhow::Result<Next> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(Next::Message(serde_json::from_str(&text)?)),
                Some(Ok(Message::Close(frame))) => return Ok(Next::Closed(frame)),
                Some(Ok(_)) => {}
                Some(Err(Error::ConnectionClosed | Error::Protocol(_))) | None => return Ok(Next::Closed(None)),
                Some(Err(error)) => return Err(error).context("the stream broke"),
            }
        }
    }

    /// The next message; an error when the server closed the stream instead.
    pub async fn message(&mut self) -> anyhow::Result<Value> {
        match self.next().await? {
            Next::Message(message) => Ok(message),
            Next::Closed(frame) => bail!("the stream was closed: {frame:?}"),
        }
    }

    /// Reads until a message of this type comes, and returns it.
    pub async fn until(&mut self, kind: &str) -> anyhow::Result<Value> {
        loop {
            let message = self.message().await?;
            if message.get("type").and_then(Value::as_str) == Some(kind) {
                return Ok(message);
            }
        }
    }
}
