//! Reading a backup, record by record.

use oriel_storage::audit::hexadecimal;
use oriel_storage::{KnowledgeChange, KnowledgeSummary};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

use super::{BackedUp, BackupError, CHANGE, HEADER, LINE};

/// A backup that is being read. Takes memory for one change at a time, and for what is there, not for what is claimed.
pub(super) struct Reader<R> {
    from: R,
    at: u64,
    sum: Sha256,
    seen: u64,
    wanted: u64,
}

impl<R: AsyncBufRead + Unpin + Send> Reader<R> {
    /// Reads the beginning.
    pub(super) async fn start(from: R) -> Result<(BackedUp, Self), BackupError> {
        let mut reader = Self { from, at: 0, sum: Sha256::new(), seen: 0, wanted: 0 };
        match reader.line().await {
            Ok(line) if line == HEADER => {}
            Ok(_) | Err(BackupError::Damaged { .. }) => {
                return Err(BackupError::Damaged { at: 0, message: format!("it does not begin with `{HEADER}`") });
            }
            Err(error) => return Err(error),
        }
        let at = reader.at;
        let line = reader.line().await?;
        let header: BackedUp = serde_json::from_str(&line).map_err(|error| BackupError::Damaged {
            at,
            message: format!("the second line cannot be read: {error}"),
        })?;
        reader.wanted = header.version;
        Ok((header, reader))
    }

    /// How far it was read.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// The next change; none at the end, which was checked.
    pub(super) async fn next(&mut self) -> Result<Option<KnowledgeChange>, BackupError> {
        let (at, before) = (self.at, self.sum.clone());
        let wrong = |message: &str| BackupError::Damaged { at, message: message.to_owned() };
        let line = self.line().await?;
        let mut parts = line.split(' ');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("change"), Some(told), Some(data), None) => {
                let (Ok(told), Ok(data)) = (told.parse(), data.parse()) else {
                    return Err(wrong("a length is no number"));
                };
                if told > LINE || data > CHANGE {
                    return Err(wrong("a change is larger than any can be"));
                }
                self.change(at, told, data).await.map(Some)
            }
            (Some("end"), Some(count), Some(sum), None) => {
                let summed = hexadecimal(&before.finalize());
                if summed != sum {
                    return Err(wrong("the sum of all before does not fit: something in it was altered"));
                }
                if count.parse() != Ok(self.seen) || self.seen != self.wanted {
                    return Err(wrong("changes are missing"));
                }
                if !self.from.fill_buf().await.map_err(BackupError::io("read it"))?.is_empty() {
                    return Err(wrong("it goes on after its end"));
                }
                Ok(None)
            }
            _ => Err(wrong("neither a change nor the end stands here")),
        }
    }

    async fn change(&mut self, at: u64, told: u64, data: u64) -> Result<KnowledgeChange, BackupError> {
        let told = self.take(told).await?;
        let summary: KnowledgeSummary = serde_json::from_slice(&told)
            .map_err(|error| BackupError::Damaged { at, message: format!("a change cannot be read: {error}") })?;
        let data = self.take(data).await?;
        if self.take(1).await? != b"\n" {
            let message = "a change does not end where it should".to_owned();
            return Err(BackupError::Damaged { at: self.at, message });
        }
        self.seen += 1;
        if summary.version != self.seen || summary.size_bytes != data.len() as u64 {
            let message = format!("change {} is missing here, or of another size", self.seen);
            return Err(BackupError::Damaged { at, message });
        }
        Ok(KnowledgeChange { summary, data })
    }

    async fn take(&mut self, length: u64) -> Result<Vec<u8>, BackupError> {
        let mut bytes = Vec::new();
        (&mut self.from).take(length).read_to_end(&mut bytes).await.map_err(BackupError::io("read it"))?;
        self.pass(&bytes);
        if bytes.len() as u64 == length { Ok(bytes) } else { Err(self.ends()) }
    }

    /// A line, without its end.
    async fn line(&mut self) -> Result<String, BackupError> {
        let mut bytes = Vec::new();
        (&mut self.from).take(LINE).read_until(b'\n', &mut bytes).await.map_err(BackupError::io("read it"))?;
        self.pass(&bytes);
        if bytes.pop() != Some(b'\n') {
            return Err(self.ends());
        }
        String::from_utf8(bytes)
            .map_err(|_| BackupError::Damaged { at: self.at, message: "the line before is no text".to_owned() })
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.at += bytes.len() as u64;
        self.sum.update(bytes);
    }

    fn ends(&self) -> BackupError {
        BackupError::Damaged { at: self.at, message: "it ends too early, or a line is too long".to_owned() }
    }
}
