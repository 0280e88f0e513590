//! Laws, tried on random cases.

mod frames;
mod logic;
mod texts;
