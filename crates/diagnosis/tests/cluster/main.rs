//! Diagnosis of made-up clusters: every fault in three notations, healthy clusters, two faults at once, partial evidence.

#[cfg(test)]
mod application;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod healthy;
#[cfg(test)]
mod oddities;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod partial;
#[cfg(test)]
mod print;
#[cfg(test)]
mod settle;
#[cfg(test)]
mod world;
