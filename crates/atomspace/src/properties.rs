//! Laws, tried on random cases.

mod frames;
mod joins;
mod logic;
mod texts;
