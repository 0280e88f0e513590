//! A no, and what would help.

use oriel_model::Role;

use super::{Action, Who};
use crate::Principal;

/// The policy said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody is signed in.
    #[error("sign in first")]
    NotSignedIn,
    /// The signed-in user's role may not.
    #[error("a user with the role {role} may not do this ({action}); {}", advice(*.action))]
    Role {
        /// What was asked for.
        action: Action,
        /// The role that may not.
        role: Role,
    },
    /// A part of this program asked for what only users may do.
    #[error("{part} may not do this by itself ({action})")]
    System {
        /// What was asked for.
        action: Action,
        /// Which part asked.
        part: &'static str,
    },
}

impl Denied {
    pub(super) fn new(action: Action, principal: &Principal) -> Self {
        match principal {
            Principal::User(user) => Self::Role { action, role: user.role() },
            Principal::System(part) => Self::System { action, part },
            Principal::Anonymous => Self::NotSignedIn,
        }
    }
}

/// Who could do it instead.
fn advice(action: Action) -> String {
    let roles = action.allowed().iter().filter_map(|who| match who {
        Who::Role(role) => Some(role.as_str()),
        Who::System => None,
    });
    let roles: Vec<_> = roles.collect();
    if roles.is_empty() {
        return "it is done on the server's own command line".to_owned();
    }
    format!("ask somebody with the role {}", roles.join(" or "))
}
