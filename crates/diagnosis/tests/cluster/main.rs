//! Diagnosis of made-up clusters: every fault in three notations, healthy clusters, two faults at once, partial evidence.
#![expect(
    clippy::semicolon_if_nothing_returned,
    clippy::needless_pass_by_value,
    reason = "a fault is a closure of few words, read as a list"
)]

#[cfg(test)]
mod application;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod crossed;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod healthy;
#[cfg(test)]
mod laboratory;
#[cfg(test)]
mod oddities;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod parcels;
#[cfg(test)]
mod partial;
#[cfg(test)]
mod print;
#[cfg(test)]
mod settle;
#[cfg(test)]
mod world;
