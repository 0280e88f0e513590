//! Roles of users. What a role may do is decided in `oriel-identity`'s policy.

use crate::text_enum::text_enum;

text_enum! {
    /// What kind of user somebody is. Roles do not inherit: the policy lists each.
    Role, "role" {
        /// Manages users and targets, and does what an operator does.
        Admin => "admin",
        /// Investigates incidents and runs commands.
        Operator => "operator",
        /// Reads.
        Viewer => "viewer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>(), Ok(*role));
            assert_eq!(serde_json::to_string(role).unwrap(), format!("\"{role}\""));
        }
    }

    #[test]
    fn an_unknown_word_lists_the_known_ones() {
        let error = "root".parse::<Role>().unwrap_err();
        assert_eq!(error.to_string(), "role: `root` is not one of admin, operator, viewer");
    }
}
