//! How often somebody may try: a token bucket for each key, in memory.
//!
//! A bucket starts full; an attempt takes one token and one comes back every `refill`.
//! At most [`KEYS`] buckets are kept. Full buckets say nothing and are dropped first;
//! when all are in use, new keys share one bucket, so that a flood of keys neither
//! grows memory nor gets more attempts.
//!
//! Anybody can empty the bucket of a user name, and then that user waits too, for as
//! long as the flood lasts. That is the price of bounding guesses against one account
//! from many addresses.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use oriel_model::Timestamp;
use sha2::{Digest as _, Sha256};

/// Buckets kept at most.
pub const KEYS: usize = 50_000;

/// How many attempts at once, and how often another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Attempts from a full bucket.
    pub burst: u32,
    /// The time after which one more is allowed.
    pub refill: TimeDelta,
}

/// Too many attempts: how long to wait for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub TimeDelta);

impl Wait {
    /// In whole seconds, rounded up: after so many the next attempt is allowed.
    pub fn seconds(self) -> u64 {
        let whole = self.0.num_seconds();
        let more = i64::from(TimeDelta::seconds(whole) < self.0);
        u64::try_from(whole + more).unwrap_or(0)
    }
}

/// Counts attempts by key.
#[derive(Debug)]
pub struct Throttle {
    rate: Rate,
    buckets: Mutex<HashMap<[u8; 32], Bucket>>,
    capacity: usize,
}

/// When the bucket will be full again; in the past when it is.
///
/// This one time is the whole state (the generic cell rate algorithm, ITU-T I.371).
#[derive(Debug, Clone, Copy)]
struct Bucket {
    full_at: Timestamp,
}

impl Throttle {
    /// A throttle with this rate.
    pub fn new(rate: Rate) -> Self {
        Self::with_capacity(rate, KEYS)
    }

    fn with_capacity(rate: Rate, capacity: usize) -> Self {
        Self { rate, buckets: Mutex::new(HashMap::new()), capacity }
    }

    /// Takes an attempt for `key`, or says how long to wait.
    pub fn attempt(&self, key: &str, now: Timestamp) -> Result<(), Wait> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut id = digest(key);
        if !buckets.contains_key(&id) && buckets.len() >= self.capacity {
            buckets.retain(|_, bucket| bucket.full_at > now);
            if buckets.len() >= self.capacity {
                id = digest("");
            }
        }
        let bucket = buckets.entry(id).or_insert(Bucket { full_at: now });
        let start = bucket.full_at.max(now);
        let full_at = start.checked_add_signed(self.rate.refill).unwrap_or(start);
        // A bucket that would need longer than `burst` refills to be full is empty.
        let allowed =
            self.rate.refill.checked_mul(i32::try_from(self.rate.burst).unwrap_or(i32::MAX)).unwrap_or(TimeDelta::MAX);
        let wait = (full_at - now) - allowed;
        if wait > TimeDelta::zero() {
            return Err(Wait(wait));
        }
        bucket.full_at = full_at;
        Ok(())
    }

    /// Gives the attempts of `key` back, because the last one was right.
    pub fn forgive(&self, key: &str) {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).remove(&digest(key));
    }
}

/// What one client surely has of an address: all of IPv4, the first 64 bits of IPv6 (a
/// client gets a whole /64 and could use a new address for each attempt).
pub fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// Keys are hashed, so that each takes the same little room; the empty key is the shared one.
fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.to_lowercase().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use oriel_model::{Clock as _, ManualClock};
    use proptest::prelude::*;

    use super::*;

    const RATE: Rate = Rate { burst: 3, refill: TimeDelta::seconds(10) };

    #[test]
    fn a_burst_and_then_one_at_a_time() {
        let (throttle, clock) = (Throttle::new(RATE), ManualClock::default());
        for _ in 0..3 {
            assert_eq!(throttle.attempt("ada", clock.now()), Ok(()));
        }
        assert_eq!(throttle.attempt("ada", clock.now()), Err(Wait(TimeDelta::seconds(10))));
        assert_eq!(throttle.attempt("ADA", clock.now()), Err(Wait(TimeDelta::seconds(10))));
        assert_eq!(throttle.attempt("grace", clock.now()), Ok(()), "another key is free");
        clock.advance(TimeDelta::seconds(4));
        assert_eq!(throttle.attempt("ada", clock.now()), Err(Wait(TimeDelta::seconds(6))));
        clock.advance(TimeDelta::seconds(6));
        assert_eq!(throttle.attempt("ada", clock.now()), Ok(()));
        assert!(throttle.attempt("ada", clock.now()).is_err());
    }

    #[test]
    fn a_right_attempt_is_forgiven() {
        let (throttle, clock) = (Throttle::new(RATE), ManualClock::default());
        while throttle.attempt("ada", clock.now()).is_ok() {}
        throttle.forgive("Ada");
        assert_eq!(throttle.attempt("ada", clock.now()), Ok(()));
    }

    #[test]
    fn a_flood_of_keys_shares_one_bucket() {
        let (throttle, clock) = (Throttle::with_capacity(RATE, 100), ManualClock::default());
        let passed = (0..10_000).filter(|n| throttle.attempt(&format!("key {n}"), clock.now()).is_ok()).count();
        assert_eq!(passed, 100 + 3);
        assert!(throttle.buckets.lock().unwrap().len() <= 101);
        clock.advance(TimeDelta::seconds(60));
        assert_eq!(throttle.attempt("new", clock.now()), Ok(()), "full buckets made room");
        assert!(throttle.buckets.lock().unwrap().len() <= 2);
    }

    #[test]
    fn a_network_is_what_one_client_has() {
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::"), network("2001:db8:1:2:ffff::1"));
        assert_eq!(network("unix"), "unix");
    }

    proptest! {
        #[test]
        fn never_more_than_burst_and_refills(steps in prop::collection::vec(0_i64..30, 1..200)) {
            let (throttle, clock) = (Throttle::new(RATE), ManualClock::default());
            let start = clock.now();
            let mut passed = 0;
            for step in steps {
                clock.advance(TimeDelta::seconds(step));
                passed += i64::from(throttle.attempt("ada", clock.now()).is_ok());
            }
            let elapsed = (clock.now() - start).num_seconds();
            prop_assert!(passed <= 3 + elapsed / 10, "{passed} in {elapsed} s");
        }
    }
}
