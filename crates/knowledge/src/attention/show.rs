//! What is important in a base.

use oriel_atomspace::attention::HEBBIAN;
use oriel_atomspace::space::{Handle, Space};
use oriel_identity::Context;
use serde::Serialize;

use super::funds;
use crate::bases::{At, read};
use crate::error::Result;
use crate::service::Knowledge;
use crate::work::looking;

/// What is important in a base.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attention {
    /// The version.
    pub version: u64,
    /// Units of short-term and of long-term importance that there are.
    pub funds: [i64; 2],
    /// Those of them that no atom holds. Below 0 where somebody gave atoms more than there is.
    pub reserve: [i64; 2],
    /// How many atoms have any importance, or are protected.
    pub found: usize,
    /// The first of them: those with the most short-term importance, then with the most long-term importance.
    pub atoms: Vec<Important>,
    /// How many Hebbian links there are: pairs of atoms that were important together.
    pub associations: usize,
}

/// An atom that is important.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Important {
    /// The atom.
    pub atom: String,
    /// Units of short-term importance: whether to think of it now.
    pub sti: f32,
    /// Units of long-term importance: whether to keep it.
    pub lti: f32,
    /// How many want it never to be forgotten.
    pub vlti: u16,
}

/// Tells what is important in a base, at most so many atoms.
pub async fn attention(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    (at, limit): (At, usize),
) -> Result<Attention> {
    let view = read(context, knowledge, name, at).await?;
    looking(move |_| shown(&view.space, view.version, limit)).await
}

pub(super) fn shown(space: &Space, version: u64, limit: usize) -> Attention {
    let (funds, held) = funds(space);
    let mut all: Vec<(Handle, _)> = space.attended().filter(|(_, attention)| *attention != <_>::default()).collect();
    all.sort_by(|(one, first), (two, second)| {
        second.sti.total_cmp(&first.sti).then(second.lti.total_cmp(&first.lti)).then(one.cmp(two))
    });
    let important = all.iter().take(limit).map(|(atom, attention)| Important {
        atom: space.show_bare(*atom),
        sti: attention.sti,
        lti: attention.lti,
        vlti: attention.vlti,
    });
    let associations = space.types().named(HEBBIAN).map_or(0, |of| space.count_by_type(of));
    Attention {
        version,
        funds: [funds.sti, funds.lti],
        reserve: [funds.sti - held.sti, funds.lti - held.lti],
        found: all.len(),
        atoms: important.collect(),
        associations,
    }
}
