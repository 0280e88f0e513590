//! What the capability functions of this crate share: the database, the way passwords
//! are hashed, and the count of sign-in attempts.

use std::sync::Arc;

use chrono::TimeDelta;
use oriel_storage::Database;

use crate::passwords::{HashCost, PasswordHashing};
use crate::throttle::{Rate, Throttle};

/// How identity behaves. The defaults suit a server on the open network.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// A session that is not used for this long ends: 12 hours.
    pub session_idle: TimeDelta,
    /// A session ends after this long, used or not: 7 days.
    pub session_lifetime: TimeDelta,
    /// Sign-in attempts for one user name: 10 at once, then one every 30 seconds.
    pub attempts_per_username: Rate,
    /// Sign-in attempts from one address: 30 at once, then one every 5 seconds.
    pub attempts_per_address: Rate,
    /// What hashing a password costs.
    pub hash_cost: HashCost,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            session_idle: TimeDelta::hours(12),
            session_lifetime: TimeDelta::days(7),
            attempts_per_username: Rate { burst: 10, refill: TimeDelta::seconds(30) },
            attempts_per_address: Rate { burst: 30, refill: TimeDelta::seconds(5) },
            hash_cost: HashCost::OWASP,
        }
    }
}

/// Accounts, sessions, the setup and the audit log of one database. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Identity {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    database: Database,
    settings: Settings,
    passwords: PasswordHashing,
    by_username: Throttle,
    by_address: Throttle,
}

impl Identity {
    /// Identity over this database.
    ///
    /// Sign-in attempts are counted in memory, by process: with several servers each
    /// allows the rate, and a restart forgets.
    pub fn new(database: Database, settings: Settings) -> Self {
        let shared = Shared {
            database,
            passwords: PasswordHashing::new(settings.hash_cost),
            by_username: Throttle::new(settings.attempts_per_username),
            by_address: Throttle::new(settings.attempts_per_address),
            settings,
        };
        Self { shared: Arc::new(shared) }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.shared.database
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    pub(crate) fn passwords(&self) -> &PasswordHashing {
        &self.shared.passwords
    }

    pub(crate) fn by_username(&self) -> &Throttle {
        &self.shared.by_username
    }

    pub(crate) fn by_address(&self) -> &Throttle {
        &self.shared.by_address
    }
}
