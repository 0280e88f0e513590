//! Work that takes long: on another thread, stopped when its time is up or nobody waits for it any more.

use std::time::Duration;

use oriel_atomspace::query::Cancel;
use tokio::time::timeout;

use crate::error::Result;

/// Nobody waits for work whose caller is gone.
struct CancelAtEnd(Cancel);

impl Drop for CancelAtEnd {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Works on another thread with a token that is cancelled when the time is up: what came of it, and whether the time was.
pub(crate) async fn within<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce(Cancel) -> Result<T> + Send + 'static,
) -> Result<(Result<T>, bool)> {
    let cancel = CancelAtEnd(Cancel::new());
    let token = cancel.0.clone();
    let mut working = tokio::task::spawn_blocking(move || work(token));
    if let Ok(done) = timeout(time, &mut working).await {
        return Ok((done?, false));
    }
    cancel.0.cancel();
    Ok((working.await?, true))
}
