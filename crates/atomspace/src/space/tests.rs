//! Laws of the store, tried on random cases, and what a reader of its text must be told.

mod atomese;
mod ops;

mod frames;
mod laws;
mod snapshots;
mod texts;
mod types_and_errors;
