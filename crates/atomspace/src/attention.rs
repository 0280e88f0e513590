//! Attention: which atoms matter now, and which are worth keeping, as an economy with fixed funds.
//!
//! A [`Bank`] holds what no atom holds. Atoms that are used earn wages, atoms that have importance pay rent, and importance
//! spreads along links. Whatever is done, the importance of all atoms and the bank's reserve together stay what the
//! funds were: attention is spent, never made. Atoms that are important together become joined by **Hebbian links**, and
//! importance spreads along those, too. [`Bank::forget`] removes the least important atoms down to a budget, so that a space
//! that is told more than it can hold stays useful.
//!
//! Source: economic attention allocation (ECAN): Iklé, Pitt, Goertzel, Sellmann, *Economic attention networks: associative
//! memory and resource allocation for general intelligence* (AGI 2009); Harrigan, Goertzel, Iklé, Belayneh, Yu, *Guiding
//! probabilistic logical inference with nonlinear dynamical attention allocation* (AGI 2014). The guide is
//! `docs/attention.md`, which says where this differs.
//!
//! Importance is counted in whole units, which the `f32`s of [`Attention`](crate::space::Attention) hold exactly up to
//! [`MOST`], so that sums are exact. No clock and no randomness: the caller says when a [`Bank::tick`] is due.
//!
//! ```
//! use oriel_atomspace::attention::{Bank, Funds, Settings};
//! use oriel_atomspace::space::{AtomType, Space};
//! let mut space = Space::new();
//! let cat = space.node(AtomType::CONCEPT, "cat")?;
//! let tom = space.node(AtomType::CONCEPT, "tom")?;
//! space.link(AtomType::MEMBER, &[tom, cat])?;
//! let mut bank = Bank::open(&mut space, Funds { sti: 10_000, lti: 10_000 }, Settings::default())?;
//! bank.used(tom, 3);
//! bank.tick(&mut space)?;
//! assert_eq!(bank.focus(&space)[0].0, tom);
//! assert_eq!(bank.counted(&space), Funds { sti: 10_000, lti: 10_000 });
//! # Ok::<(), oriel_atomspace::attention::AttentionError>(())
//! ```

mod bank;
mod diffusion;
mod forgetting;
mod hebbian;
mod settings;
mod share;

#[cfg(test)]
mod tests;

pub use bank::{Bank, Funds, MOST};
pub use forgetting::Forgotten;
pub use hebbian::{HEBBIAN, known as hebbian_links};
pub use settings::{AttentionError, Settings};
