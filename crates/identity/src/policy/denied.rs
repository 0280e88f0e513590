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
    #[error("a user with the role {role} may not do this ({action}); ask an administrator, or somebody with the role {}", roles(*.action))]
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

fn roles(action: Action) -> String {
    let roles = action.allowed().iter().filter_map(|who| match who {
        Who::Role(role) => Some(role.as_str()),
        Who::System => None,
    });
    roles.collect::<Vec<_>>().join(" or ")
}
