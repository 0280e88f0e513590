//! Repositories on real databases: every test runs on SQLite and on PostgreSQL.

#[cfg(test)]
mod alert_groups;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod blobs;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod durability;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod investigations;
#[cfg(test)]
mod knowledge;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod targets;
#[cfg(test)]
mod transactions;
#[cfg(test)]
mod users;
