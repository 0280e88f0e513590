//! Bodies that are longer than JSON may be: files in a form, which are held in memory up to a limit, and bytes that stream
//! through.
//!
//! A client that is silent for too long is given up, and few forms are read at a time, the others in turn: what they hold is memory.

use std::error::Error;
use std::io;
use std::pin::Pin;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, header};
use futures::{Stream, StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_util::io::StreamReader;

use crate::limits;
use crate::problem::{Kind, Problem};
use crate::queue::Busy;
use crate::state::Api;

/// Bytes as they come.
type Incoming = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A file of a form.
#[derive(Debug)]
pub(crate) struct File {
    /// What it is called.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// A place for a form, to be held as long as its files are, and the request. Where there is none, it waits for its turn; a client that
/// leaves meanwhile does not. One that is silent meanwhile may be waiting itself, to send on when it is read.
pub(crate) async fn place(api: &Api, request: Request) -> Result<(OwnedSemaphorePermit, Request), Problem> {
    let (head, body) = request.into_parts();
    let mut begun = Begun { read: Vec::new(), room: limits::FORM_AHEAD, rest: body.into_data_stream(), ended: false };
    let mut turn = std::pin::pin!(api.forms().place());
    let place = loop {
        tokio::select! {
            biased;
            place = &mut turn => break place.map_err(busy)?,
            () = begun.on(), if begun.has_room() => {}
        }
        if begun.is_broken_off() {
            return Err(broken_off());
        }
    };
    Ok((place, Request::from_parts(head, begun.body())))
}

fn busy(why: Busy) -> Problem {
    let detail = match why {
        Busy::Full => "Many are sending files, and as many as may wait for them do; try again soon.",
        Busy::Late => "Others were sending files all the time that a form may wait for its turn; try again soon.",
    };
    Problem::new(Kind::Unavailable, detail).retry_after(15)
}

/// A body whose beginning was read.
struct Begun {
    read: Vec<Result<Bytes, axum::Error>>,
    /// How many bytes of it may still be read.
    room: usize,
    rest: BodyDataStream,
    ended: bool,
}

impl Begun {
    /// Reads on by what comes next.
    async fn on(&mut self) {
        match self.rest.next().await {
            Some(next) => {
                self.room = self.room.saturating_sub(next.as_ref().map_or(0, Bytes::len));
                self.read.push(next);
            }
            None => self.ended = true,
        }
    }

    fn has_room(&self) -> bool {
        self.room > 0 && !self.ended
    }

    fn is_broken_off(&self) -> bool {
        self.read.last().is_some_and(Result::is_err)
    }

    /// All of it, as it comes.
    fn body(self) -> Body {
        let rest = if self.ended { None } else { Some(self.rest) };
        Body::from_stream(stream::iter(self.read).chain(stream::iter(rest).flatten()))
    }
}

/// The files of a form, each a field `file`, at most so many with so many bytes together.
pub(crate) async fn files(request: Request, most: usize, limit: u64) -> Result<Vec<File>, Problem> {
    if media(request.headers()) != "multipart/form-data" {
        let how = "Send the files as a form, with `Content-Type: multipart/form-data`, each as a field `file`.";
        return Err(Problem::new(Kind::UnsupportedMediaType, how));
    }
    let too_large = || {
        let detail =
            format!("The files have more than {limit} bytes together, and may have no more: send fewer at a time.");
        Problem::new(Kind::TooLarge, detail)
    };
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let all = limit.saturating_add(limits::FORM_HEADER_BYTES);
    if length.is_some_and(|length| length > all) {
        return Err(too_large());
    }
    let request = request.map(|body| Body::from_stream(bounded(body, all)));
    let wrong = |error: MultipartError| match kind_of(&error) {
        Some(io::ErrorKind::FileTooLarge) => too_large(),
        Some(_) => broken_off(),
        None => Problem::new(Kind::Malformed, format!("The form cannot be read: {}.", error.body_text())),
    };
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|rejection| Problem::new(Kind::Malformed, format!("{}.", rejection.body_text())))?;
    let (mut files, mut left) = (Vec::new(), limit);
    while let Some(mut field) = form.next_field().await.map_err(wrong)? {
        if field.name() != Some("file") {
            return Err(Problem::invalid("file", "Each field of the form is a file, and called `file`."));
        }
        if files.len() >= most {
            return Err(Problem::invalid("file", format!("There are more than {most} files: send fewer at a time.")));
        }
        let name = name(field.file_name())?;
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(wrong)? {
            left = left.checked_sub(chunk.len() as u64).ok_or_else(too_large)?;
            bytes.extend_from_slice(&chunk);
        }
        files.push(File { name, bytes });
    }
    if files.is_empty() {
        return Err(Problem::invalid("file", "The form has no field `file`."));
    }
    Ok(files)
}

/// The body as it comes, to be read by who counts its bytes.
pub(crate) fn bytes(request: Request) -> Result<StreamReader<Incoming, Bytes>, Problem> {
    // Such as `curl -T` sends no type.
    if !["", "application/octet-stream"].contains(&media(request.headers()).as_str()) {
        let how = "Send the file as the body, with `Content-Type: application/octet-stream`.";
        return Err(Problem::new(Kind::UnsupportedMediaType, how));
    }
    Ok(StreamReader::new(bounded(request.into_body(), u64::MAX)))
}

/// That the client went away, or is silent.
pub(crate) fn broken_off() -> Problem {
    Problem::new(Kind::Malformed, "The upload broke off; send it again.")
}

fn media(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn name(given: Option<&str>) -> Result<String, Problem> {
    let name = given.unwrap_or("file");
    if name.is_empty() || name.len() > limits::FILE_NAME_BYTES || name.chars().any(char::is_control) {
        let most = limits::FILE_NAME_BYTES;
        return Err(Problem::invalid(
            "file",
            format!("A file is named in 1 to {most} bytes without control characters."),
        ));
    }
    Ok(name.to_owned())
}

/// A body as it comes, of so many bytes at most.
fn bounded(body: Body, limit: u64) -> Incoming {
    let parts = body.into_data_stream().map_err(io::Error::other);
    let next = stream::try_unfold((parts, limit), |(mut parts, left)| async move {
        let silent = |_| io::Error::from(io::ErrorKind::TimedOut);
        let Some(part) = timeout(limits::UPLOAD_SILENCE, parts.next()).await.map_err(silent)? else {
            return io::Result::Ok(None);
        };
        let part: Bytes = part?;
        let left = left.checked_sub(part.len() as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(Some((part, (parts, left))))
    });
    next.boxed()
}

/// The kind of the error of reading that is behind another.
fn kind_of(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let (mut next, mut found) = (Some(error), None);
    while let Some(cause) = next {
        found = cause.downcast_ref::<io::Error>().map(io::Error::kind).or(found);
        next = cause.source();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_more_is_read_than_may_be() {
        let parts = || Body::from_stream(stream::iter([b"one", b"two"].map(|part| io::Result::Ok(&part[..]))));
        let read = async |limit| bounded(parts(), limit).try_collect::<Vec<Bytes>>().await;
        assert_eq!(read(6).await.unwrap(), ["one", "two"]);
        assert_eq!(read(5).await.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn names_can_be_shown() {
        assert_eq!(name(None).unwrap(), "file");
        assert_eq!(name(Some("runbooks/slow.md")).unwrap(), "runbooks/slow.md");
        for wrong in ["", "a\u{1b}[2J", &"x".repeat(501)] {
            assert_eq!(name(Some(wrong)).unwrap_err().kind(), Kind::Invalid, "{wrong:?}");
        }
    }
}
