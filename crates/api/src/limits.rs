//! The bounds on what clients may send and hold open, in one place.

use std::time::Duration;

/// Connections open at once.
pub(crate) const CONNECTIONS: usize = 4096;
/// How long a client may take to send a request's head, and how long an idle connection is kept.
pub(crate) const HEAD_TIME: Duration = Duration::from_secs(30);
/// A JSON body, in bytes.
pub(crate) const JSON_BODY_BYTES: usize = 1024 * 1024;
/// Forms of files that are read at once: each may have as many bytes as a change of a knowledge base.
pub(crate) const FORMS: usize = 4;
/// Forms that wait for one of those to be done, each with [`FORM_AHEAD`] bytes.
pub(crate) const FORMS_WAITING: usize = 64;
/// How long a form waits.
pub(crate) const FORM_PATIENCE: Duration = Duration::from_secs(45);
/// What is read of a form that waits, in bytes, so that a client that leaves meanwhile is noticed.
pub(crate) const FORM_AHEAD: usize = 64 * 1024;
/// What a form may have beside its files, in bytes.
pub(crate) const FORM_HEADER_BYTES: u64 = 4 * 1024 * 1024;
/// Files in one form.
pub(crate) const FORM_FILES: usize = 1_000;
/// The name of a file, in bytes.
pub(crate) const FILE_NAME_BYTES: usize = 500;
/// A client that sent nothing of a file for so long is given up.
pub(crate) const UPLOAD_SILENCE: Duration = Duration::from_mins(1);
/// A client that took nothing of an answer that is being written for so long is given up.
pub(crate) const DOWNLOAD_SILENCE: Duration = Duration::from_mins(1);
/// How long the writer of an answer may wait for its client altogether, beside the time that [`DOWNLOAD_RATE`] gives.
pub(crate) const DOWNLOAD_SLACK: Duration = Duration::from_mins(10);
/// Bytes in a second that a client of an answer that is being written takes at least, beside that.
pub(crate) const DOWNLOAD_RATE: u64 = 64 * 1024;
/// Exports of knowledge bases that are written at once.
pub(crate) const EXPORTS: usize = 8;
/// Exports that wait for one of those to be done.
pub(crate) const EXPORTS_WAITING: usize = 64;
/// How long an export waits.
pub(crate) const EXPORT_PATIENCE: Duration = Duration::from_secs(45);
/// A request of an exporter of traces, unpacked, in bytes.
pub(crate) const OTLP_BODY_BYTES: usize = 16 * 1024 * 1024;
/// A command from a WebSocket client, in bytes.
pub(crate) const STREAM_COMMAND_BYTES: usize = 4 * 1024;
/// Topics that one connection may watch.
pub(crate) const STREAM_TOPICS: usize = 256;
/// Messages that wait for a slow client: each holds at most 64 KiB of output.
pub(crate) const STREAM_BUFFER_MESSAGES: usize = 8;
/// A ping is sent this often.
pub(crate) const STREAM_PING_EVERY: Duration = Duration::from_secs(20);
/// A client that was silent this long is gone.
pub(crate) const STREAM_SILENCE: Duration = Duration::from_secs(65);
/// Written but unsent bytes of a connection; more than the largest message (64 KiB of output, escaped).
pub(crate) const STREAM_WRITE_BYTES: usize = 2 * 1024 * 1024;
