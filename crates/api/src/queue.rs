//! Places that few can have at a time, and a queue for those who wait for one: in the order in which they came, up to so many, and for
//! so long.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// A number of places, with a queue before them.
#[derive(Debug)]
pub(crate) struct Queue {
    places: Arc<Semaphore>,
    /// Who may wait.
    waiting: Semaphore,
    patience: Duration,
}

/// Why nobody gets a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    /// As many as may wait already.
    Full,
    /// None was free in time.
    Late,
}

impl Queue {
    /// So many places, before which so many may wait, for so long.
    pub(crate) fn new(places: usize, waiting: usize, patience: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), waiting: Semaphore::new(waiting), patience }
    }

    /// A place, which is held until it is dropped. Who waits before gets one before; who stops waiting, because this is dropped, makes
    /// room in the queue.
    pub(crate) async fn place(&self) -> Result<OwnedSemaphorePermit, Busy> {
        // A place that is free goes to who waits, and not to who just came.
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(place);
        }
        let _waiting = self.waiting.try_acquire().map_err(|_| Busy::Full)?;
        match timeout(self.patience, Arc::clone(&self.places).acquire_owned()).await {
            Ok(place) => place.map_err(|_| Busy::Late),
            Err(_) => Err(Busy::Late),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::task::yield_now;

    use super::*;

    const SOON: Duration = Duration::from_secs(30);

    async fn settled() {
        for _ in 0..20 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn who_waits_gets_a_place_in_turn() {
        let (queue, order) = (Arc::new(Queue::new(1, 8, SOON)), Arc::new(Mutex::new(Vec::new())));
        let first = queue.place().await.unwrap();
        let mut tasks = Vec::new();
        for number in 0..5 {
            let (queue, order) = (Arc::clone(&queue), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let place = queue.place().await.unwrap();
                order.lock().unwrap().push(number);
                yield_now().await;
                drop(place);
            }));
            settled().await;
        }
        assert!(order.lock().unwrap().is_empty());
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
        assert!(queue.place().await.is_ok());
    }

    #[tokio::test]
    async fn few_wait_and_who_leaves_makes_room() {
        let queue = Arc::new(Queue::new(1, 2, SOON));
        let first = queue.place().await.unwrap();
        let wait = || {
            let queue = Arc::clone(&queue);
            tokio::spawn(async move { queue.place().await.map(drop) })
        };
        let (one, two) = (wait(), wait());
        settled().await;
        assert_eq!(queue.place().await.map(drop), Err(Busy::Full));
        one.abort();
        assert!(one.await.unwrap_err().is_cancelled());
        let three = wait();
        settled().await;
        assert!(!three.is_finished() && queue.place().await.is_err());
        drop(first);
        assert_eq!((two.await.unwrap(), three.await.unwrap()), (Ok(()), Ok(())));
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let patience = Duration::from_millis(60);
        let queue = Queue::new(1, 2, patience);
        let first = queue.place().await.unwrap();
        let began = tokio::time::Instant::now();
        assert_eq!(queue.place().await.map(drop), Err(Busy::Late));
        assert!(began.elapsed() >= patience);
        drop(first);
        assert!(queue.place().await.is_ok());
    }
}
