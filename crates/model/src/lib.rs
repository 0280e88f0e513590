//! Ids and shared value types; no behaviour and no IO.
