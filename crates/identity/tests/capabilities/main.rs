//! Capabilities of identity on real databases, as callers use them.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod sign_in;
