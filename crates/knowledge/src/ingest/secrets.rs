//! What looks like a secret. An aid, not a proof: a secret that looks like a word passes, so sources of facts are chosen such
//! that values are not read at all where they need not be.

/// Words of names whose values are secrets.
const NAMES: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "private_key",
    "private-key",
    "access_key",
    "access-key",
    "authorization",
];
/// How well-known tokens begin.
const BEGINNINGS: [&str; 12] = [
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sk_live_",
    "eyJhbGciOi",
    "AIza",
];
/// Letters from which on a mix of letters and digits is taken for a key.
const LONG: usize = 32;

/// Whether a name says that what it names is secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|word| name.contains(word))
}

/// Whether a text holds what looks like a credential: a key, a well-known token, a password that is given, or one in an
/// address.
pub(super) fn looks_secret(text: &str) -> bool {
    text.contains("-----BEGIN")
        || text.split(|letter: char| letter.is_whitespace() || "\"'`,;()".contains(letter)).any(is_secret_word)
        || given(text)
}

fn is_secret_word(word: &str) -> bool {
    if BEGINNINGS.iter().any(|beginning| word.starts_with(beginning) && word.len() >= beginning.len() + 8) {
        return true;
    }
    // scheme://user:password@host
    if let Some((_, rest)) = word.split_once("://")
        && let Some((user, _)) = rest.split('/').next().unwrap_or_default().rsplit_once('@')
        && user.contains(':')
    {
        return true;
    }
    let pieces = word.split(|letter: char| !(letter.is_ascii_alphanumeric() || "+_=".contains(letter)));
    pieces.into_iter().any(|piece| {
        let digits = piece.bytes().filter(u8::is_ascii_digit).count();
        let upper = piece.bytes().filter(u8::is_ascii_uppercase).count();
        let lower = piece.bytes().filter(u8::is_ascii_lowercase).count();
        // A hash of an image or a commit is no secret, and is all of lower-case hexadecimal digits.
        let is_hash = piece.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_mixed = (digits >= 4 && upper + lower >= 4) || (digits >= 2 && upper >= 4 && lower >= 4);
        piece.len() >= LONG && is_mixed && !is_hash
    })
}

/// Whether a name of a secret is followed by its value: `password: x`, `--token=x`.
fn given(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    NAMES.iter().any(|name| {
        lower.match_indices(name).any(|(at, _)| {
            let rest = lower.get(at + name.len()..).unwrap_or_default();
            let value = rest.trim_start_matches(['"', '\'', '`']).strip_prefix(['=', ':']);
            let value = value.and_then(|value| value.split_whitespace().next());
            // A place to fill in, or a variable, is no value.
            value.is_some_and(|value| !value.is_empty() && !value.starts_with(['$', '<', '{', '*']))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_known_and_words_are_not() {
        for secret in [
            "postgres://app:hunter2@db:5432/shop",
            "AKIAIOSFODNN7EXAMPLE",
            "use ghp_0123456789abcdefABCDEF0123456789abcd",
            "password: hunter2",
            "curl --token=abc",
            "-----BEGIN RSA PRIVATE KEY-----",
            "wJalrXUtnFEMI4K7MDENG5bPxRfiCYEXAMPLEKEY",
        ] {
            assert!(looks_secret(secret), "{secret}");
        }
        for plain in [
            "postgres://db:5432/shop",
            "registry.example/shop/cart:1.2.3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "Rotate the token, then restart cart.",
            "export PASSWORD=$VAULT",
            "checkout-service-deployment-in-the-europe-west-region",
            "service/cart",
        ] {
            assert!(!looks_secret(plain), "{plain}");
        }
        assert!(is_secret_name("DB_PASSWORD") && !is_secret_name("DB_HOST"));
    }
}
