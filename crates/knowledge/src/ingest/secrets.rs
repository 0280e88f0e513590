//! What looks like a secret. An aid, not a proof: a secret that looks like a word passes, so sources of facts are chosen such
//! that values are not read at all where they need not be.
//!
//! A name (of an image, a metric, a host) is looked at for what is a credential by itself ([`holds_credential`]); a text that
//! people wrote also for what they say is one, `password: x` ([`looks_secret`], `prose.rs`). In a name such words mean nothing:
//! `vault-token:1.2` is an image.

mod prose;

pub(super) use prose::{gives_value, heads_secrets, is_sentence, looks_secret};

/// Words of names whose values are secrets, also where they are the end of a word, as in `PGPASSWORD`.
const NAMES: [&str; 10] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "credential",
    "authorization",
    "passwort",
    "passcode",
];
/// Short words of such names, only where they stand alone, as in `DB_PASS`.
const SHORT: [&str; 5] = ["pass", "pwd", "pw", "psw", "creds"];
/// Words at the end of a name that say where something is, and not what it is: `TOKEN_SERVICE_URL`.
const WHERE: [&str; 8] = ["url", "uri", "host", "addr", "address", "endpoint", "port", "server"];
/// What makes a key a secret one, where it stands before `key`.
const KEYS: [&str; 9] = ["api", "private", "access", "secret", "signing", "encryption", "license", "account", "master"];

/// How well-known tokens begin.
const BEGINNINGS: [&str; 33] = [
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "glrt-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxr-",
    "xapp-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "rk_test_",
    "sk-proj-",
    "sk-ant-",
    "eyJhbGciOi",
    "eyJ0eXAiOi",
    "AIza",
    "ya29.",
    "hvs.",
    "npm_",
    "pypi-",
    "dckr_pat_",
    "dop_v1_",
    "SG.",
    "shpat_",
    "AGE-SECRET-KEY-",
];
/// Letters of a well-known token behind its beginning, at least.
const BEHIND: usize = 8;
/// Letters from which on a mix of letters and digits is taken for a key.
const LONG: usize = 32;
/// Letters from which on the last part of the address of a webhook is taken for its token.
const TOKEN: usize = 8;
/// Places in an address that are looked at for the end of its password.
const ATS: usize = 16;

/// Whether a name says that what it names is secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    if words.last().is_some_and(|word| WHERE.contains(&word.as_str())) {
        return false;
    }
    (0..words.len()).any(|at| is_secret_word(&words, at))
}

/// The words of a name in small letters: `dbPassword`, `DB_PASSWORD` and `db-password` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for letter in name.chars() {
        let is_inside = letter.is_alphanumeric();
        let begins = !before.is_alphanumeric() || (before.is_lowercase() && letter.is_uppercase());
        if is_inside && begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| is_inside) {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words
}

/// Whether the word at this place says that what is named is secret.
fn is_secret_word(words: &[String], at: usize) -> bool {
    let Some(word) = words.get(at) else { return false };
    let one = word.strip_suffix('s').unwrap_or(word);
    let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", String::as_str);
    NAMES.iter().any(|name| one.ends_with(name))
        || SHORT.contains(&word.as_str())
        || (one == "key" && KEYS.contains(&before))
        || (word == "key" && before == "api")
}

/// How the first and the last line of a key begin.
const ENDS: [&str; 2] = ["-----BEGIN", "-----END "];

/// Whether a name or an address holds what is a credential by itself: a key, a well-known token, a password in an address.
pub(super) fn holds_credential(text: &str) -> bool {
    let is_space = |letter: char| letter.is_whitespace() || "\"'`".contains(letter);
    let is_mark = |letter: char| is_space(letter) || ",;|".contains(letter);
    holds_key(text)
        || text.split(|letter: char| is_mark(letter) || "()<>".contains(letter)).any(is_credential)
        // A password may have signs that end a word elsewhere.
        || text.split(is_space).any(has_address)
        || text.split(is_mark).any(has_password)
}

/// Whether a text holds the beginning, or the end, of a key over several lines.
pub(super) fn holds_key(text: &str) -> bool {
    ENDS.iter().any(|end| text.contains(end))
}

fn is_credential(word: &str) -> bool {
    let is_token = |part: &str| {
        BEGINNINGS.iter().any(|beginning| part.starts_with(beginning) && part.len() >= beginning.len() + BEHIND)
    };
    word.split(['?', '&', '=', ':', '/', '*']).any(is_token)
        || is_webhook(word)
        || word.split(['?', '&', '#', '{']).skip(1).any(is_given)
        || is_given(word)
        || word.split(|letter: char| !(letter.is_ascii_alphanumeric() || "+_=".contains(letter))).any(is_key)
}

/// Whether it is `NAME=value`, with a name of a secret.
fn is_given(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, value)| is_secret_name(name) && !is_open(value))
}

/// Whether a value is a place to fill in, a variable, or nothing.
fn is_open(value: &str) -> bool {
    let value = value.trim_matches(|letter: char| "\"'`*.,;)\\".contains(letter));
    value.starts_with(['{', '…']) || is_place(value) || value.bytes().all(|byte| b"xX-_*.[]<$%".contains(&byte))
}

/// Whether it is a place to fill in as a whole: `<…>`, `[…]`, `%NAME%`, `%s`, `%(name)s`, or a variable.
fn is_place(value: &str) -> bool {
    let within = |begin: &str, end: &str| value.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end));
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(is_of_name);
    within("<", ">").or(within("[", "]")).is_some()
        || within("%", "%").is_some_and(is_name)
        || within("%(", "s").is_some()
        || value
            .strip_prefix('%')
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_lowercase()))
        || is_variable(value)
}

/// Whether it is `$NAME`, `${NAME}`, `${NAME:-…}` with a default that is none itself, `${{ … }}` or the output of a command.
fn is_variable(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('$') else { return false };
    let rest = rest.strip_prefix("env:").unwrap_or(rest);
    if rest.starts_with(['(', '{']) && !rest.contains('}') {
        return rest.starts_with('(') || rest.starts_with("{{") || rest.contains('?');
    }
    let (name, after) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((inside, after)) => {
            let end =
                inside.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(inside.len());
            let (name, default) = inside.split_at(end);
            let default = default.trim_start_matches([':', '-', '=', '+', '?']);
            if default.len() < inside.len() - end && !is_open(default) && !inside.contains('?') {
                return false;
            }
            (name, after)
        }
        None => rest.split_at(rest.bytes().position(|byte| !is_of_name(byte)).unwrap_or(rest.len())),
    };
    let is_name = !name.is_empty() && (name.len() == 1 || !name.starts_with(|letter: char| letter.is_ascii_digit()));
    rest.starts_with("{{") || (is_name && (after.is_empty() || after.starts_with(['&', '|', '>', ']', '}', '\\'])))
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether it is `user:password@host`, as an address without its scheme begins.
fn has_password(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '<', '[', '{']);
    !word.contains("://") && word.split(['/', '?']).any(|part| has_user(part, false))
}

/// Whether it holds an address with a password, `scheme://user:password@host`, or with a token in its place.
fn has_address(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        has_user(authority, true) || (!is_hosts(authority) && has_any_user(rest))
    })
}

/// Whether it is `host`, or some `host:port`, so that what follows is a path.
fn is_hosts(authority: &str) -> bool {
    let is_port = |port: &str| is_open(port) || port.bytes().all(|byte| byte.is_ascii_digit());
    let is_host = |host: &str| host.starts_with('[') || host.split_once(':').is_none_or(|(_, port)| is_port(port));
    !authority.contains('@') && authority.split(',').all(is_host)
}

/// Whether it begins with `user:password@host`, whatever stands in the password.
fn has_any_user(rest: &str) -> bool {
    let ends = rest.match_indices('@').take(ATS).map(|(at, _)| at);
    ends.filter_map(|at| Some((rest.get(..at)?, rest.get(at + 1..)?)))
        .find(|(_, host)| is_host(host))
        .is_some_and(|(user, _)| user.split_once(':').is_some_and(|(_, password)| !is_open(password)))
}

/// Whether a host may begin so. `image:tag@sha256:…` is no address.
fn is_host(host: &str) -> bool {
    host.chars().next().is_some_and(|letter| letter.is_alphanumeric() || letter == '[')
        && !["sha256:", "sha512:", "sha1:"].iter().any(|digest| host.starts_with(digest))
}

fn has_user(authority: &str, has_scheme: bool) -> bool {
    let Some((user, host)) = authority.rsplit_once('@') else { return false };
    match user.split_once(':') {
        Some(("mailto", _)) if !has_scheme => false,
        Some((_, password)) => is_host(host) && !is_open(password),
        None => has_scheme && is_host(host) && user.len() >= 2 * TOKEN && is_odd(user),
    }
}

/// Whether it is the address of a webhook with its token.
fn is_webhook(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let is_hook = host.starts_with("hooks.") || host.contains("webhook") || path.contains("webhook");
    let is_bot = path.strip_prefix("bot").is_some_and(|rest| rest.contains(':'));
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    is_bot || (is_hook && last.len() >= TOKEN && !is_open(last) && is_odd(last))
}

/// Whether it is no word of a language: it has digits or signs, or small and great letters mixed.
fn is_odd(value: &str) -> bool {
    let value = value.trim_matches(|letter: char| "\"'`*.,;:!?()".contains(letter));
    let lower = value.chars().any(char::is_lowercase);
    let upper = value.chars().skip(1).any(char::is_uppercase);
    value.chars().any(|letter| letter.is_ascii_digit() || "!@#$%^&+=".contains(letter)) || (lower && upper)
}

/// Whether it is a long mix of letters and digits. A hash of an image or a commit is all of small hexadecimal digits.
fn is_key(piece: &str) -> bool {
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let upper = piece.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = piece.bytes().filter(u8::is_ascii_lowercase).count();
    let is_hash = piece.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_mixed = (digits >= 4 && upper + lower >= 4) || (digits >= 2 && upper >= 4 && lower >= 4);
    piece.len() >= LONG && is_mixed && !is_hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_names_are_known() {
        for secret in [
            "postgres://app:hunter2@db:5432/shop",
            "redis://:hunter2@redis:6379/0",
            "u:hunter2@h:80",
            "instance/u:hunter2@h:80",
            "http://u:hunter2@h:80",
            "postgres://app:%40hunter4@db",
            "postgres://app:$hunter:4@db",
            "postgres://app:<hunter4@db",
            "postgres://app:[hunter4@db",
            "postgres://app:${PASS:-hunter4}@db",
            "postgres://app:aB3/x9Q@db",
            "postgres://app:aB3?x9Q@db/shop",
            "postgres://app:p(w5@db",
            "postgres://app:p,w5@db",
            "DB=postgres://app:p|w5@db",
            "kafka://a:9092,postgres://app:a/w5@db",
            "app:p(w5@db",
            "DB_PASSWORD=%hunter4",
            "DB_PASSWORD=$2hunter(4",
            "n?token=hunter2",
            "https://x/y?a=1&access_token=hunter2",
            "https://ghp0123456789abcdef@github.example/x",
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI4K7MDENG5bPxRfiCYEXAMPLEKEY",
            "https://hooks.slack.com/services/T00000000/B00000000/ab12cd34ef",
            "https://api.telegram.org/bot123456:ABCdef/sendMessage",
        ] {
            assert!(holds_credential(secret), "{secret}");
        }
        for plain in [
            "quay.io/vault-token:1.2",
            "reg/secret:1",
            "reg/credential:2",
            "job:token:rate5m",
            "10.0.0.1:8080",
            "postgres://db:5432/shop",
            "postgres://$USER:$PASS@db/shop",
            "postgres://${USER}:${PASS}@db/shop",
            "postgres://app:${PASS:-}@db/shop",
            "postgres://app:<password>@db/shop",
            "postgres://app:[password]@db/shop",
            "postgres://app:%PASS%@db/shop",
            "DB_PASSWORD=$PASS",
            "DB_PASSWORD=$(vault read shop)",
            "DB_PASSWORD=%s",
            "https://shop.example:8080/users/ann@shop.example",
            "https://$HOST:$PORT/users/ann@shop.example",
            "mongodb://a:27017,b:27017/shop?mail=ann@shop.example",
            "https://[::1]:8080/users/ann@shop.example",
            "https://social.example/@ann:443",
            "(mailto:ann@shop.example)",
            "ann@shop.example",
            "mailto:ann@shop.example",
            "registry.example:5000/shop/cart:1.2.3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "https://shop.example/docs/webhooks",
            "service/token-service",
        ] {
            assert!(!holds_credential(plain), "{plain}");
        }
    }

    #[test]
    fn names_of_secrets_are_known_by_their_words() {
        for secret in [
            "DB_PASSWORD",
            "DB_PASS",
            "PGPASSWORD",
            "dbPassword",
            "api-key",
            "API_KEY",
            "apiKey",
            "AWS_SECRET_ACCESS_KEY",
            "pwd",
            "TOKENS",
        ] {
            assert!(is_secret_name(secret), "{secret}");
        }
        for plain in [
            "DB_HOST",
            "COMPASS_URL",
            "PASSENGER_HOST",
            "KEY",
            "KEYSPACE",
            "AUTHOR",
            "TOKENIZER_URL",
            "TOKEN_SERVICE_URL",
            "AUTH_HOST",
        ] {
            assert!(!is_secret_name(plain), "{plain}");
        }
    }
}
