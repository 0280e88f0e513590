//! The rules that a base is chained by.

use std::sync::Arc;

use oriel_atomspace::chain::{ChainError, Formulas, PLN, Rules};
use oriel_atomspace::space::{AtomType, Handle, Space};
use oriel_identity::Context;
use serde::Serialize;

use super::select::{SHIPPED, rule_bases};
use crate::bases::{At, read};
use crate::error::Result;
use crate::service::Knowledge;

/// A rule base.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleBase {
    /// Its name.
    pub name: String,
    /// Whether it comes with Oriel; else it is in the base.
    pub shipped: bool,
    /// Why it cannot be used; null where it can.
    pub wrong: Option<String>,
    /// Its rules.
    pub rules: Vec<RuleLine>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleLine {
    /// Its name.
    pub name: String,
    /// How much it is preferred, in [0, 1].
    pub weight: f64,
    /// Its definition, as an atom.
    pub definition: String,
}

/// The rule bases that a base can be chained by: its own, and the shipped ones where it has none of their names.
pub async fn rules(context: &Context, knowledge: &Knowledge, name: &str, at: At) -> Result<Vec<RuleBase>> {
    let view = read(context, knowledge, name, at).await?;
    tokio::task::spawn_blocking(move || {
        let mut found = listed(&view.space, false);
        if !found.iter().any(|base| SHIPPED.contains(&base.name.as_str())) {
            let mut shipped = Space::new();
            shipped.load(PLN).map_err(ChainError::from)?;
            found.extend(listed(&Arc::new(shipped), true));
        }
        Ok(found)
    })
    .await?
}

fn listed(space: &Arc<Space>, shipped: bool) -> Vec<RuleBase> {
    let base = |(name, members): (String, Vec<Handle>)| RuleBase {
        wrong: Rules::read(space, &[&name], &Formulas::pln()).err().map(|error| error.to_string()),
        shipped,
        rules: members.iter().filter_map(|member| line(space, *member)).collect(),
        name,
    };
    rule_bases(space).into_iter().map(base).collect()
}

fn line(space: &Space, member: Handle) -> Option<RuleLine> {
    let rule = *space.outgoing(member).first()?;
    let define = space.incoming_at(rule, AtomType::DEFINE, 0).next()?;
    let body = *space.outgoing(define).get(1)?;
    let name = space.name(rule)?.to_owned();
    Some(RuleLine { name, weight: space.truth(member).strength().into(), definition: space.show_bare(body) })
}
