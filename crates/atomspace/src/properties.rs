//! Laws, tried on random cases.

mod frames;
mod joins;
mod texts;
