//! Knowledge bases on real databases: every test runs on SQLite and on PostgreSQL.

#[cfg(test)]
mod applying;
#[cfg(test)]
mod attention;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod chaining;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod graphs;
#[cfg(test)]
mod importing;
#[cfg(test)]
mod ingesting;
#[cfg(test)]
mod ingesting_again;
#[cfg(test)]
mod ingesting_kinds;
#[cfg(test)]
mod ingesting_partly;
#[cfg(test)]
mod junk;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod larger;
#[cfg(test)]
mod learning;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod merging;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod parts;
#[cfg(test)]
mod power;
#[cfg(test)]
mod querying;
#[cfg(test)]
mod searching;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod versions;
