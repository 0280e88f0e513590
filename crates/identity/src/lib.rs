//! Accounts, credentials, sessions, roles, policy and audit.
