//! A credential among settings: read from a file or the environment, and shown nowhere.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// Text that is not shown: its `Debug` and its serialised form are stars, or nothing when it is empty.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be sent and not kept; none when it is empty.
    pub fn expose(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(self.0.as_str())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "***" })
    }
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { "***" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_nowhere() {
        let token: Hidden = serde_json::from_str("\"abc\"").unwrap();
        assert_eq!(token.expose(), Some("abc"));
        assert_eq!(format!("{token:?} {}", serde_json::to_string(&token).unwrap()), "*** \"***\"");
        assert_eq!(Hidden::default().expose(), None);
    }
}
