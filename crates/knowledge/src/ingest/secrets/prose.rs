//! Secrets in what people write: a name of a secret and its value, in prose, in commands and in their markup.

use super::{holds_credential, is_odd, is_open, is_secret_name, is_secret_word, words};

/// Words that say of a name what its value is, if that looks like one.
const SAYS: [&str; 5] = ["is", "was", "to", "as", "be"];
/// Words behind a flag that are no value of it.
const PROSE: [&str; 16] =
    ["to", "for", "with", "and", "or", "in", "from", "flag", "option", "is", "if", "when", "on", "as", "by", "of"];
/// Commands that take a password right behind `-p`.
const TAKES_P: [&str; 3] = ["mysql", "mariadb", "sshpass"];
/// Words before a hash that is none of a key.
const HASHES: [&str; 10] =
    ["trace", "traceid", "trace_id", "span", "md5", "checksum", "digest", "hash", "commit", "etag"];
/// Words that begin a user and a password, `root / x`.
const LOGINS: [&str; 6] = ["login", "user", "username", "credentials", "creds", "account"];
/// Words of a command that are looked at, and marks of assignment in one word: texts may have millions.
const COMMAND: usize = 32;
const MARKS: usize = 8;
/// Words with which the heading of what is to be done begins.
const TASKS: [&str; 14] = [
    "rotate", "renew", "reset", "change", "create", "revoke", "get", "set", "update", "restore", "check", "fix",
    "replace", "how",
];
/// Words of a sentence at least.
const SENTENCE: usize = 4;
/// Letters of a place to fill in at most, `<from the vault>`.
const PLACE: usize = 100;
/// Hexadecimal digits of a key; commits and sums of images have more.
const KEY: usize = 32;

/// Whether a text that people wrote holds what looks like a credential.
pub(in crate::ingest) fn looks_secret(text: &str) -> bool {
    // Marks of Markdown and quotes say nothing here.
    let bare = bare(text);
    let words: Vec<&str> = bare.split_whitespace().collect();
    holds_credential(text)
        || (0..words.len()).any(|at| is_given(&words, at) || is_in_command(&words, at) || is_key(&words, at))
}

/// A text without marks of Markdown and quotes, in which a place to fill in is one word: `<from_the_vault>`.
fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut end = None;
    for (at, letter) in text.char_indices() {
        let closing = match letter {
            '<' => Some('>'),
            '[' => Some(']'),
            _ => None,
        };
        if end.is_none_or(|(_, last)| at >= last) {
            end = closing.and_then(|close| {
                let rest = text.get(at..)?.char_indices().take(PLACE);
                let is_end = |one: char| "\n,:=\"'`".contains(one);
                let last = rest.take_while(|(_, one)| !is_end(*one)).find(|(_, one)| *one == close)?.0;
                Some((at, at + last))
            });
        }
        bare.push(match letter {
            letter if "*`\"'|~".contains(letter) => ' ',
            letter if letter.is_whitespace() && end.is_some_and(|(begin, last)| begin < at && at < last) => '_',
            letter => letter,
        });
    }
    bare
}

/// Whether a line gives the value of the secret that the line before it names: `name: DB_PASSWORD`, `value: x`.
pub(in crate::ingest) fn gives_value(before: &str, line: &str) -> bool {
    let (before, line) = (bare(before), bare(line));
    let named = before.split_whitespace().rfind(|word| *word != ",");
    let words: Vec<&str> = line.split_whitespace().filter(|word| *word != "-").collect();
    named.is_some_and(is_secret_name) && value_behind(&words).is_some_and(|value| !is_open(value))
}

/// Whether what stands below a heading is a secret: it ends with the name of one, and tells of nothing to do.
pub(in crate::ingest) fn heads_secrets(heading: &str) -> bool {
    let words = words(heading);
    let is_task = words.first().is_some_and(|word| word.ends_with("ing") || TASKS.contains(&word.as_str()));
    !is_task && !words.is_empty() && is_secret_word(&words, words.len() - 1)
}

/// Whether a text below such a heading is one that people wrote, and no secret: a sentence of plain words.
pub(in crate::ingest) fn is_sentence(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.len() >= SENTENCE && text.trim_end().ends_with(['.', '!', '?', ':']) && !words.iter().any(|word| is_odd(word))
}

/// Whether the word at this place is, or ends with, a name of a secret whose value follows.
fn is_given(all: &[&str], at: usize) -> bool {
    let Some(word) = all.get(at).copied() else { return false };
    let after = all.get(at + 1..).unwrap_or_default();
    let before = at.checked_sub(1).and_then(|at| all.get(at)).copied().unwrap_or_default();
    // NAME=value, name:value, name→value
    for (mark, begins) in word
        .char_indices()
        .filter(|(_, letter)| matches!(letter, '=' | ':' | '→'))
        .take(MARKS)
        .map(|(at, letter)| (letter, at))
    {
        let (name, value) =
            (word.get(..begins).unwrap_or_default(), word.get(begins + mark.len_utf8()..).unwrap_or_default());
        let value = value.trim_start_matches(['=', '>', ':']);
        if !is_name(before, name, mark == '=') {
            continue;
        }
        if value.is_empty() {
            return value_of(after).is_some_and(|value| !is_open(value));
        }
        // Metrics and images are written alike.
        if mark == '=' || !(name.contains(['/', ':']) || is_version(value)) {
            return !is_open(value);
        }
    }
    if let Some(value) = value_behind(after).filter(|_| is_secret_name(word)) {
        return !is_open(value);
    }
    if !is_name(before, word, false) {
        return false;
    }
    match after {
        [mark, value, ..] if ["=", ":", "→", "->", "=>", ":=", "–", "—"].contains(mark) => !is_open(value),
        [says, value, ..] if SAYS.contains(&says.to_lowercase().as_str()) => is_odd(value) && !is_open(value),
        [value, ..] if word.starts_with('-') => {
            !is_open(value) && !value.starts_with('-') && !PROSE.contains(&value.to_lowercase().as_str())
        }
        _ => false,
    }
}

/// The value behind the word `value` and a mark, as the name of a variable is followed by it: `, value: x`.
fn value_behind<'a>(words: &[&'a str]) -> Option<&'a str> {
    let mut words = words.iter().copied().skip_while(|word| *word == ",");
    let first = words.next()?;
    let (name, rest) = first.split_at(first.find([':', '=']).unwrap_or(first.len()));
    if !name.eq_ignore_ascii_case("value") {
        return None;
    }
    let mark = if rest.is_empty() { words.next().filter(|word| word.starts_with([':', '=']))? } else { rest };
    let value = mark.trim_start_matches([':', '=']);
    if value.is_empty() { words.next() } else { Some(value) }
}

/// The value behind a mark, which may be `->` and the like itself.
fn value_of<'a>(after: &[&'a str]) -> Option<&'a str> {
    after.iter().copied().find(|word| !matches!(*word, "=" | ">" | ":"))
}

/// Whether it names a secret: by its last word, or by any where it is assigned to.
fn is_name(before: &str, name: &str, by_any: bool) -> bool {
    let mut all = if name.chars().all(char::is_alphabetic) { words(before) } else { Vec::new() };
    let first = all.len();
    all.extend(words(name));
    let last = all.len().saturating_sub(1);
    if by_any {
        (first..all.len()).any(|at| is_secret_word(&all, at))
    } else {
        first < all.len() && is_secret_word(&all, last)
    }
}

fn is_version(value: &str) -> bool {
    let value = value.trim_start_matches('v');
    value.contains('.') && value.chars().all(|letter| letter.is_ascii_digit() || letter == '.')
}

/// Whether a command is given a password in its own way.
fn is_in_command(all: &[&str], at: usize) -> bool {
    let (Some(word), next) = (all.get(at).copied(), all.get(at + 1).copied().unwrap_or_default()) else { return false };
    let lower = word.to_lowercase();
    let is_call_of = |commands: &[&str]| {
        let before = all.get(at.saturating_sub(COMMAND)..at).unwrap_or_default();
        before.iter().any(|word| commands.iter().any(|command| word.starts_with(command)))
    };
    match lower.as_str() {
        "-u" | "--user" | "--proxy-user" => {
            next.split_once(':').is_some_and(|(user, password)| !user.is_empty() && !is_open(password))
        }
        "-p" => is_call_of(&["sshpass", "login"]) && !is_open(next),
        "-a" => is_call_of(&["redis-cli"]) && !is_open(next),
        "bearer" | "basic" => next.len() >= 6 && is_odd(next) && !is_open(next),
        login if LOGINS.contains(&login.trim_end_matches(':')) => {
            let slash = all.get(at + 2).is_some_and(|word| *word == "/");
            slash && all.get(at + 3).is_some_and(|value| is_odd(value) && !is_open(value))
        }
        _ => {
            let password = word.strip_prefix("-p").filter(|password| password.len() >= 3);
            password.is_some_and(|password| !is_open(password)) && is_call_of(&TAKES_P)
        }
    }
}

/// Whether it is a key of hexadecimal digits.
fn is_key(all: &[&str], at: usize) -> bool {
    let Some(word) = all.get(at) else { return false };
    let before = at.checked_sub(1).and_then(|at| all.get(at)).map(|word| word.to_lowercase()).unwrap_or_default();
    if HASHES.contains(&before.trim_end_matches([':', '='])) {
        return false;
    }
    word.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_').any(|piece| {
        piece.len() == KEY
            && piece.bytes().all(|byte| byte.is_ascii_hexdigit())
            && piece.bytes().any(|byte| byte.is_ascii_digit())
            && piece.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

#[cfg(test)]
mod tests {
    use super::{heads_secrets, is_sentence, looks_secret};

    #[test]
    fn what_people_give_is_known() {
        for secret in [
            "password: hunter2",
            "password = hunter2",
            "password=hunter2",
            "**Password:** hunter2",
            "**Password**: hunter2",
            "Password : hunter2",
            "Password: *hunter2*",
            "Password: hunter",
            "| Password | hunter2 |: password: x1",
            "password is hunter2",
            "Passphrase → hunter2",
            "set `token` to `hunter2`",
            "DB_PASS=hunter2",
            "PGPASSWORD=hunter2 psql",
            "pwd: hunter2",
            "API key: hunter2",
            "the api-key is hunter2",
            "login with --password hunter2",
            "curl --token=abc",
            "curl -u admin:hunter2 https://x",
            "`mysql -uroot -phunter2`",
            "sshpass -p hunter ssh x",
            "docker login -u ann -p hunter",
            "redis-cli -a hunter2 ping",
            "Authorization: Bearer hunter2",
            "-H 'Authorization: Bearer hunter2'",
            "Bearer hunter2",
            "- name: DB_PASSWORD\n  value: hunter3",
            "{name: DB_PASSWORD, value: hunter3}",
            "{\"name\": \"DB_PASSWORD\", \"value\": \"hunter3\"}",
            "{ name = \"DB_PASSWORD\", value = \"hunter3\" }",
            "password: %hunter4",
            "password: <hunter4",
            "password: [hunter4",
            "login root / hunter2",
            "DD key 0123456789abcdef0123456789abcdef",
            "post to https://hooks.slack.com/services/T00000000/B00000000/ab12cd34ef",
            "use ghp_0123456789abcdefABCDEF0123456789abcd",
            "-----BEGIN RSA PRIVATE KEY-----",
            "export db='postgres://app:hunter2@db:5432/shop'",
        ] {
            assert!(looks_secret(secret), "{secret}");
        }
    }

    #[test]
    fn headings_of_secrets_are_known() {
        for heading in ["Root password", "Credentials", "API key", "Tokens:"] {
            assert!(heads_secrets(heading), "{heading}");
        }
        for heading in ["Rotate the token", "Rotating secrets", "Token service", "Steps", "How to get a token", ""] {
            assert!(!heads_secrets(heading), "{heading}");
        }
        assert!(is_sentence("Ask the owner of the vault for it."));
        assert!(
            !is_sentence("It is kept as hunter2.") && !is_sentence("hunter.") && !is_sentence("correct horse battery")
        );
    }

    #[test]
    fn long_texts_are_looked_through_once() {
        assert!(!looks_secret(&"-pabc ".repeat(100_000)));
        assert!(!looks_secret(&"a=".repeat(100_000)));
        assert!(!looks_secret(&"a@".repeat(100_000)));
        assert!(!looks_secret(&"<[ ".repeat(100_000)));
        assert!(!looks_secret(&"a://b@/".repeat(100_000)));
    }

    #[test]
    fn what_people_only_speak_of_is_not() {
        for plain in [
            "Rotate the token, then restart cart.",
            "The token is expired",
            "A token was revoked",
            "export PASSWORD=$VAULT",
            "password: ${DB_PASSWORD}",
            "Password: <from the vault>",
            "password: ***",
            "pass --token to the client",
            "token-service: restart it",
            "The alert job:token:rate5m fires",
            "Deploy quay.io/vault-token:1.2 and reg/secret:1",
            "kubectl get secret db-credentials",
            "mkdir -p /var/lib/cart",
            "docker run -p 8080:80 shop/cart",
            "trace 5b8efff798038103d269b633813fc60c is slow",
            "commit 0123456789abcdef0123456789abcdef01234567",
            "checkout-service-deployment-in-the-europe-west-region",
            "the user goes to web / cart",
            "curl -u $USER:$PASS https://x",
            "the pool ran out at 10:00",
            "- name: DB_PASSWORD\n  value: $VAULT",
            "- name: DB_PASSWORD\n  valueFrom: {secretKeyRef: {name: db}}",
            "The password value may be long",
            "- name: DB_HOST\n  value: db.shop",
            "Password: [see the vault]",
            "export PASSWORD=$(vault read shop)",
            "password: ${{ secrets.DB }}",
            "echo \"password: %s\"",
        ] {
            assert!(!looks_secret(plain), "{plain}");
        }
    }
}
