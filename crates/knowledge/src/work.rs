//! Work that takes long: on another thread, stopped when its time is up or nobody waits for it any more.

use std::time::Duration;

use oriel_atomspace::query::Cancel;
use tokio::time::{Instant, timeout};

use crate::error::{KnowledgeError, Result};

/// How long looking around in a base may take.
pub(crate) const LOOKING: Duration = Duration::from_secs(30);
/// How long work may take that goes through all of a base which is not loaded.
pub(crate) const GOING_THROUGH: Duration = Duration::from_hours(6);

/// An error once the work is to stop.
pub(crate) fn go_on(cancel: &Cancel) -> Result<()> {
    if cancel.is_cancelled() { Err(KnowledgeError::TooSlow { seconds: LOOKING.as_secs() }) } else { Ok(()) }
}

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

/// Collects something on another thread, for half of the time at most, and works with it for what is left: where collecting takes
/// longer, there is time for what was collected until then.
pub(crate) async fn within_parts<C: Send + 'static, T: Send + 'static>(
    time: Duration,
    collect: impl FnOnce(Cancel) -> Result<C> + Send + 'static,
    work: impl FnOnce(C, Cancel) -> Result<T> + Send + 'static,
) -> Result<Result<T>> {
    let began = Instant::now();
    let (collected, _) = within(time / 2, collect).await?;
    let collected = match collected {
        Ok(collected) => collected,
        Err(error) => return Ok(Err(error)),
    };
    let left = time.saturating_sub(began.elapsed());
    Ok(within(left, move |cancel| work(collected, cancel)).await?.0)
}

/// Looks around in a base on another thread, for half a minute at most.
pub(crate) async fn looking<T: Send + 'static>(work: impl FnOnce(Cancel) -> T + Send + 'static) -> Result<T> {
    in_time(LOOKING, work).await
}

/// Works on another thread, for so long at most: what came of it is nothing where it took longer.
pub(crate) async fn in_time<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce(Cancel) -> T + Send + 'static,
) -> Result<T> {
    match within(time, |cancel| Ok(work(cancel))).await? {
        (found, false) => found,
        // What was found until then is not all.
        (_, true) => Err(KnowledgeError::TooSlow { seconds: time.as_secs() }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use oriel_atomspace::query::Cancel;

    use super::within_parts;

    #[tokio::test]
    async fn who_collects_too_long_leaves_time_for_the_work() {
        let collect = |cancel: Cancel| {
            let mut rounds = 0_u64;
            while !cancel.is_cancelled() {
                rounds += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(rounds)
        };
        let work = |rounds: u64, cancel: Cancel| Ok((rounds, cancel.is_cancelled()));
        let (rounds, was_late) = within_parts(Duration::from_secs(2), collect, work).await.unwrap().unwrap();
        assert!(rounds > 0 && !was_late, "{rounds} {was_late}");
    }
}
