//! Names of users, for the `created_by` of everything: clients show people, not ids.

use std::collections::HashMap;

use oriel_model::UserId;
use oriel_storage::Repositories as _;

use crate::problem::Problem;
use crate::state::Api;

/// The names of some users.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<UserId, String>);

impl Names {
    /// Looks up the names of these users.
    pub(crate) async fn of(api: &Api, users: &[Option<UserId>]) -> Result<Self, Problem> {
        let mut names = HashMap::new();
        for id in users.iter().flatten().copied() {
            if names.contains_key(&id) {
                continue;
            }
            let found = api.database().users().get(id).await;
            if let Some(user) = found? {
                names.insert(id, user.username);
            }
        }
        Ok(Self(names))
    }

    /// The name; none for the system itself.
    pub(crate) fn get(&self, id: Option<UserId>) -> Option<String> {
        id.and_then(|id| self.0.get(&id).cloned())
    }
}
