//! Enums that are one lower-case word in JSON, in the database and on the command line.

/// A word that the enum does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: `{word}` is not one of {}", known.join(", "))]
pub struct UnknownWord {
    /// What the word should have been (`role`, `run status`).
    pub kind: &'static str,
    /// The word as given, cut to 64 characters.
    pub word: String,
    /// The words that exist.
    pub known: &'static [&'static str],
}

// The words are `tt` and not `literal`: utoipa does not see through the group that a literal fragment is wrapped in,
// and would describe the variants by their Rust names.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident, $kind:literal { $($(#[$variant_doc:meta])* $variant:ident => $word:tt,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            const WORDS: &'static [&'static str] = &[$($word,)*];

            /// The word for this value.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::UnknownWord {
                        kind: $kind,
                        word: word.chars().take(64).collect(),
                        known: Self::WORDS,
                    }),
                }
            }
        }
    };
}

pub(crate) use text_enum;
