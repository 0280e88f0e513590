//! The bank: what is held by atoms and what is in reserve, wages and rent.

use super::settings::{AttentionError, Settings};
use super::share::divided;
use crate::space::{Attention, Handle, Space};
use std::collections::BTreeMap;

/// The most units that an atom holds: up to here an `f32` counts exactly.
pub const MOST: i64 = 1 << 24;

/// Units of both importances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funds {
    /// Of short-term importance.
    pub sti: i64,
    /// Of long-term importance.
    pub lti: i64,
}

/// Which importance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Short,
    Long,
}

/// Keeps the reserve of an economy of attention over one space.
#[derive(Clone, Debug)]
pub struct Bank {
    funds: Funds,
    pub(super) reserve: Funds,
    pub(super) settings: Settings,
    /// How often atoms were used since wages were paid.
    uses: BTreeMap<Handle, u32>,
}

impl Bank {
    /// Opens a bank over a space. Importance that atoms have already is rounded to whole units from 0 to [`MOST`] and counts
    /// towards the funds; the rest is the reserve.
    pub fn open(space: &mut Space, funds: Funds, settings: Settings) -> Result<Self, AttentionError> {
        let settings = settings.checked()?;
        let attended: Vec<(Handle, Attention)> = space.attended().collect();
        for (atom, attention) in attended {
            let whole = |part: f32| part.round().clamp(0.0, MOST as f32);
            let rounded = Attention { sti: whole(attention.sti), lti: whole(attention.lti), ..attention };
            if rounded != attention {
                space.set_attention(atom, Some(rounded))?;
            }
        }
        let mut bank = Self { funds, reserve: Funds::default(), settings, uses: BTreeMap::new() };
        bank.settle(space)?;
        Ok(bank)
    }

    /// Counts anew what atoms hold, and what is in reserve by that: for when atoms were removed, or importance was set, by
    /// others than this bank.
    pub fn settle(&mut self, space: &Space) -> Result<(), AttentionError> {
        let held = held(space);
        for (which, held, funds) in [("sti", held.sti, self.funds.sti), ("lti", held.lti, self.funds.lti)] {
            if held > funds {
                return Err(AttentionError::Funds { which, held, funds });
            }
        }
        self.reserve = Funds { sti: self.funds.sti - held.sti, lti: self.funds.lti - held.lti };
        Ok(())
    }

    /// The funds: what atoms hold and the reserve together.
    #[must_use]
    pub fn funds(&self) -> Funds {
        self.funds
    }

    /// What no atom holds.
    #[must_use]
    pub fn reserve(&self) -> Funds {
        self.reserve
    }

    /// What the atoms of the space hold, counted, and the reserve. It is what the funds are.
    #[must_use]
    pub fn counted(&self, space: &Space) -> Funds {
        let held = held(space);
        Funds { sti: held.sti + self.reserve.sti, lti: held.lti + self.reserve.lti }
    }

    /// Gives short-term importance to an atom, as much of it as the reserve has. Returns how much it was.
    pub fn stimulate(&mut self, space: &mut Space, atom: Handle, units: u32) -> Result<u32, AttentionError> {
        let given = self.pay(space, atom, Kind::Short, units.into())?;
        Ok(u32::try_from(given).unwrap_or_default())
    }

    /// Notes that an atom was used: found by a query, a premise of a conclusion, asked for. It earns its wages when they are
    /// paid next.
    pub fn used(&mut self, atom: Handle, times: u32) {
        let uses = self.uses.entry(atom).or_default();
        *uses = uses.saturating_add(times);
    }

    /// Pays for all uses since the last time. Where the reserve does not suffice, each gets its part of it.
    pub fn pay_wages(&mut self, space: &mut Space) -> Result<(), AttentionError> {
        let uses: Vec<(Handle, u32)> = std::mem::take(&mut self.uses).into_iter().collect();
        let uses: Vec<(Handle, u32)> = uses.into_iter().filter(|(atom, _)| space.contains(*atom)).collect();
        let weights: Vec<f64> = uses.iter().map(|(_, times)| f64::from(*times)).collect();
        for (kind, wage) in [(Kind::Short, self.settings.sti_wage), (Kind::Long, self.settings.lti_wage)] {
            let wanted: Vec<i64> =
                uses.iter().map(|(_, times)| i64::from(*times).saturating_mul(wage.into())).collect();
            let sum = wanted.iter().fold(0_i64, |sum, units| sum.saturating_add(*units));
            let reserve = self.reserve_of(kind);
            let paid = if sum <= reserve { wanted } else { divided(reserve, &weights) };
            for ((atom, _), units) in uses.iter().zip(paid) {
                self.pay(space, *atom, kind, units)?;
            }
        }
        Ok(())
    }

    /// Collects rent from every atom that has importance.
    pub fn collect_rent(&mut self, space: &mut Space) -> Result<(), AttentionError> {
        let attended: Vec<Handle> = space.attended().map(|(atom, _)| atom).collect();
        for atom in attended {
            for (kind, rate) in [(Kind::Short, self.settings.sti_rent), (Kind::Long, self.settings.lti_rent)] {
                let units = (holds(space, atom, kind) as f64 * rate).ceil() as i64;
                let taken = take(space, atom, kind, units)?;
                *self.reserve_mut(kind) += taken;
            }
        }
        Ok(())
    }

    /// One round: wages, then Hebbian learning in the focus, then importance spreads, then rent.
    pub fn tick(&mut self, space: &mut Space) -> Result<(), AttentionError> {
        self.pay_wages(space)?;
        self.learn(space)?;
        self.spread(space)?;
        self.collect_rent(space)
    }

    /// The most important atoms with their short-term importance, at most as many as the focus holds; among equals, the older
    /// ones. Hebbian links take no part.
    #[must_use]
    pub fn focus(&self, space: &Space) -> Vec<(Handle, i64)> {
        let hebbian = super::hebbian::known(space);
        let important = |(atom, attention): (Handle, Attention)| {
            let units = attention.sti as i64;
            (units > 0 && (hebbian.is_none() || space.type_of(atom) != hebbian)).then_some((atom, units))
        };
        let mut all: Vec<(Handle, i64)> = space.attended().filter_map(important).collect();
        all.sort_by(|one, two| two.1.cmp(&one.1).then(one.0.cmp(&two.0)));
        all.truncate(self.settings.focus);
        all
    }

    fn reserve_of(&self, kind: Kind) -> i64 {
        match kind {
            Kind::Short => self.reserve.sti,
            Kind::Long => self.reserve.lti,
        }
    }

    pub(super) fn reserve_mut(&mut self, kind: Kind) -> &mut i64 {
        match kind {
            Kind::Short => &mut self.reserve.sti,
            Kind::Long => &mut self.reserve.lti,
        }
    }

    /// Gives units of the reserve to an atom, as far as there are any and it has room.
    fn pay(&mut self, space: &mut Space, atom: Handle, kind: Kind, units: i64) -> Result<i64, AttentionError> {
        let given = give(space, atom, kind, units.min(self.reserve_of(kind)))?;
        *self.reserve_mut(kind) -= given;
        Ok(given)
    }
}

/// What the atoms of a space hold.
fn held(space: &Space) -> Funds {
    space.attended().fold(Funds::default(), |sum, (_, attention)| Funds {
        sti: sum.sti + attention.sti as i64,
        lti: sum.lti + attention.lti as i64,
    })
}

/// What an atom holds.
pub(super) fn holds(space: &Space, atom: Handle, kind: Kind) -> i64 {
    let attention = space.attention(atom).unwrap_or_default();
    match kind {
        Kind::Short => attention.sti as i64,
        Kind::Long => attention.lti as i64,
    }
}

/// Gives units to an atom, as far as it has room. Returns how many.
pub(super) fn give(space: &mut Space, atom: Handle, kind: Kind, units: i64) -> Result<i64, AttentionError> {
    if !space.contains(atom) {
        return Err(AttentionError::NoAtom(atom));
    }
    let before = holds(space, atom, kind);
    let units = units.clamp(0, (MOST - before).max(0));
    set(space, atom, kind, before + units)?;
    Ok(units)
}

/// Takes units from an atom, as far as it has them. Returns how many.
pub(super) fn take(space: &mut Space, atom: Handle, kind: Kind, units: i64) -> Result<i64, AttentionError> {
    let before = holds(space, atom, kind);
    let units = units.clamp(0, before.max(0));
    set(space, atom, kind, before - units)?;
    Ok(units)
}

fn set(space: &mut Space, atom: Handle, kind: Kind, units: i64) -> Result<(), AttentionError> {
    let before = space.attention(atom).unwrap_or_default();
    let after = match kind {
        Kind::Short => Attention { sti: units as f32, ..before },
        Kind::Long => Attention { lti: units as f32, ..before },
    };
    if after != before {
        space.set_attention(atom, (after != Attention::default()).then_some(after))?;
    }
    Ok(())
}
