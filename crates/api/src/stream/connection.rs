//! What one client watches: its subscriptions, and the one bounded queue that they all write into.
//!
//! A subscription is a task that pulls (output from its log on disk, states from the database) and waits while the queue
//! is full. So a client that reads slowly slows down its own subscriptions and nothing else, and never costs more memory
//! than the queue holds. All tasks end with the connection.

use std::collections::HashMap;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::protocol::{Message, Topic};
use super::topics;
use crate::caller::Caller;
use crate::limits;
use crate::problem::{Kind, Problem};
use crate::state::Api;

/// The subscriptions of one client.
pub(crate) struct Connection {
    api: Api,
    caller: Caller,
    queue: mpsc::Sender<Message>,
    tasks: JoinSet<()>,
    watched: HashMap<Topic, AbortHandle>,
}

impl Connection {
    /// A connection without subscriptions, and the end of its queue.
    pub(crate) fn open(api: Api, caller: Caller) -> (Self, mpsc::Receiver<Message>) {
        let (queue, messages) = mpsc::channel(limits::STREAM_BUFFER_MESSAGES);
        let connection = Self { api, caller, queue, tasks: JoinSet::new(), watched: HashMap::new() };
        (connection, messages)
    }

    /// Who is connected.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Starts watching a topic, from after `from`. Watching it already means starting over.
    pub(crate) fn subscribe(&mut self, topic: &str, from: Option<u64>) -> Result<(), Problem> {
        let parsed: Topic = topic.parse()?;
        while self.tasks.try_join_next().is_some() {}
        self.watched.retain(|_, task| !task.is_finished());
        if let Some(before) = self.watched.remove(&parsed) {
            before.abort();
        }
        if self.watched.len() >= limits::STREAM_TOPICS {
            return Err(Problem::new(
                Kind::TooManyRequests,
                format!("One connection watches at most {} topics.", limits::STREAM_TOPICS),
            ));
        }
        let (api, caller, queue) = (self.api.clone(), self.caller.clone(), self.queue.clone());
        let task = self.tasks.spawn(async move {
            if let Err(problem) = topics::watch(&api, &caller, parsed, from, &queue).await {
                let message = Message::error(&parsed.to_string(), &problem, caller.request_id());
                // A closed queue means that the client is gone.
                let _ = queue.send(message).await;
            }
        });
        self.watched.insert(parsed, task);
        Ok(())
    }

    /// Stops watching a topic. Messages already in the queue still arrive.
    pub(crate) fn unsubscribe(&mut self, topic: &str) -> Result<(), Problem> {
        if let Some(task) = self.watched.remove(&topic.parse::<Topic>()?) {
            task.abort();
        }
        Ok(())
    }
}
