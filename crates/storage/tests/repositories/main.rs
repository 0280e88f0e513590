//! Repositories on real databases: every test runs on SQLite and on PostgreSQL.

#[cfg(test)]
mod users;
