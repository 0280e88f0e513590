//! Importance spreads: an atom in the focus passes a share on to what it is joined with.

use super::bank::{Bank, Kind, give, take};
use super::hebbian::{known, partners};
use super::settings::AttentionError;
use super::share::divided;
use crate::space::{Handle, Space};
use std::collections::BTreeMap;

impl Bank {
    /// Lets each atom in the focus pass on a share of its short-term importance: a part of it along Hebbian links, by how
    /// strong and sure they are, the rest in equal parts to the links that join it and the atoms that it joins. All atoms give
    /// at once, by what they held before. What an atom has no room for goes to the reserve.
    pub fn spread(&mut self, space: &mut Space) -> Result<(), AttentionError> {
        let mut given: BTreeMap<Handle, i64> = BTreeMap::new();
        for (atom, units) in self.focus(space) {
            let units = (units as f64 * self.settings.spread).floor() as i64;
            let neighbours = self.neighbours(space, atom);
            let weights: Vec<f64> = neighbours.iter().map(|(_, weight)| *weight).collect();
            let shares = divided(units, &weights);
            take(space, atom, Kind::Short, shares.iter().sum())?;
            for ((neighbour, _), share) in neighbours.iter().zip(shares) {
                *given.entry(*neighbour).or_default() += share;
            }
        }
        for (atom, units) in given {
            let kept = give(space, atom, Kind::Short, units)?;
            *self.reserve_mut(Kind::Short) += units - kept;
        }
        Ok(())
    }

    /// What an atom passes importance on to, with weights that sum to 1.
    fn neighbours(&self, space: &Space, atom: Handle) -> Vec<(Handle, f64)> {
        let hebbian = known(space);
        let mut joined: Vec<Handle> = space.outgoing(atom).to_vec();
        if space.incoming_len(atom) <= self.settings.fan {
            joined.extend(space.incoming(atom).filter(|link| hebbian.is_none() || space.type_of(*link) != hebbian));
        }
        joined.sort_unstable();
        joined.dedup();
        let associated = partners(space, atom);
        let total: f64 = associated.iter().map(|(_, weight)| weight).sum();
        let along = match (total > 0.0, joined.is_empty()) {
            (false, _) => 0.0,
            (true, true) => 1.0,
            (true, false) => self.settings.hebbian,
        };
        let each = (1.0 - along) / joined.len().max(1) as f64;
        let mut all: Vec<(Handle, f64)> = joined.into_iter().map(|neighbour| (neighbour, each)).collect();
        if along > 0.0 {
            all.extend(associated.into_iter().map(|(partner, weight)| (partner, along * weight / total)));
        }
        all
    }
}
