//! Work of a short command that starts programs in process groups of their own, which a Ctrl-C at the terminal does not
//! reach. When this program is told to end, it lets go of the work first, which ends those, and then ends as it would have.

use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::watch;

static ONE: OnceLock<Foreground> = OnceLock::new();

/// Where such work runs. There is one, for signals belong to the whole program.
pub(crate) struct Foreground {
    runtime: Runtime,
    /// The exit code, once a signal came.
    told: watch::Receiver<Option<i32>>,
    /// Whether there is work to let go of.
    busy: Arc<AtomicBool>,
}

impl Foreground {
    /// The one of this program; listens to signals from now on.
    pub(crate) fn get() -> anyhow::Result<&'static Self> {
        if let Some(one) = ONE.get() {
            return Ok(one);
        }
        let new = Self::start()?;
        Ok(ONE.get_or_init(|| new))
    }

    fn start() -> anyhow::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .context("the runtime cannot be started")?;
        let (tell, told) = watch::channel(None);
        let busy = Arc::new(AtomicBool::new(false));
        let tell = Arc::new(tell);
        for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
            let entered = runtime.enter();
            let mut signal = unix::signal(kind).context("signals cannot be listened to")?;
            drop(entered);
            let (tell, busy) = (Arc::clone(&tell), Arc::clone(&busy));
            runtime.spawn(async move {
                if signal.recv().await.is_some() {
                    // 128 and the signal, as shells say that a signal ended a program.
                    let code = 128 + kind.as_raw_value();
                    tell.send_replace(Some(code));
                    if !busy.load(Ordering::SeqCst) {
                        exit(code);
                    }
                }
            });
        }
        Ok(Self { runtime, told, busy })
    }

    /// What comes of the work. Does not come back where a signal came before it was done.
    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.busy.store(true, Ordering::SeqCst);
        let mut told = self.told.clone();
        let done = self.runtime.block_on(async {
            tokio::select! {
                biased;
                // Only this program's end closes the channel.
                _ = told.wait_for(Option::is_some) => None,
                done = work => Some(done),
            }
        });
        self.busy.store(false, Ordering::SeqCst);
        let code = *self.told.borrow();
        match (done, code) {
            (Some(done), None) => done,
            (_, code) => exit(code.unwrap_or(1)),
        }
    }
}
