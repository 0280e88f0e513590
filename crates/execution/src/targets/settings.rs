//! What a target's fields may hold. A message names its field and says what would do.

use std::collections::BTreeMap;

use oriel_model::Transport;
use oriel_storage::TargetSettings;

use super::{NewTarget, TargetError};
use crate::config::Config;
use crate::transport::ssh::UserKey;

const NAME: usize = 100;
const HOST: usize = 253;
const USER: usize = 64;
const LABELS: usize = 50;
const LABEL_NAME: usize = 63;
const LABEL_VALUE: usize = 255;
const PRIVATE_KEY: usize = 16 * 1024;
const SSH_PORT: u16 = 22;

/// Checks what a new target, or a target after its change, is given. The key is checked apart.
pub(super) fn check(new: &NewTarget, config: &Config) -> Result<TargetSettings, TargetError> {
    let name = plain("name", &new.name, NAME)?;
    check_labels(&new.labels)?;
    let (host, port, user) = match new.transport {
        Transport::Ssh => {
            let host = host(new.host.as_deref().unwrap_or_default())?;
            let port = new.port.unwrap_or(SSH_PORT);
            if port == 0 {
                return Err(invalid("port", "give a port from 1 to 65535; SSH's is 22"));
            }
            let user = plain("user", new.user.as_deref().unwrap_or_default(), USER)?;
            if user.contains(char::is_whitespace) {
                return Err(invalid("user", "give the name of a user on the host, without blanks"));
            }
            (Some(host), Some(port), Some(user))
        }
        Transport::Local => {
            if !config.local_enabled {
                return Err(invalid("transport", "local targets are not enabled on this server; use ssh"));
            }
            for (field, given) in [
                ("host", new.host.is_some()),
                ("port", new.port.is_some()),
                ("user", new.user.is_some()),
                ("private_key", new.private_key.is_some()),
            ] {
                if given {
                    return Err(invalid(field, "a local target has none: leave it out, or use the transport ssh"));
                }
            }
            (None, None, None)
        }
    };
    Ok(TargetSettings { name, transport: new.transport, host, port, user, labels: new.labels.clone() })
}

/// Checks a private key; it is stored as it was given.
pub(super) fn check_key(text: &str) -> Result<UserKey, TargetError> {
    if text.len() > PRIVATE_KEY {
        return Err(invalid("private_key", "this is too long for a private key: paste one key and nothing else"));
    }
    UserKey::parse(text).map_err(|error| TargetError::Invalid { field: "private_key", message: error.to_string() })
}

fn host(text: &str) -> Result<String, TargetError> {
    let host = plain("host", text, HOST)?;
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&host);
    let address = bare.parse::<std::net::IpAddr>().is_ok();
    let name = bare.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_'))
        && !bare.starts_with(['-', '.']);
    if !address && !name {
        let message = "give a host name or an address alone, such as web-1.example.org or 192.0.2.7; the port and the \
                       user have fields of their own";
        return Err(invalid("host", message));
    }
    Ok(bare.to_owned())
}

fn check_labels(labels: &BTreeMap<String, String>) -> Result<(), TargetError> {
    if labels.len() > LABELS {
        return Err(invalid("labels", &format!("give at most {LABELS}")));
    }
    for (name, value) in labels {
        if name.is_empty() || name.chars().count() > LABEL_NAME || name.chars().any(char::is_control) {
            return Err(invalid("labels", &format!("a label's name has 1 to {LABEL_NAME} printable letters")));
        }
        if value.chars().count() > LABEL_VALUE || value.chars().any(char::is_control) {
            return Err(invalid("labels", &format!("a label's value has at most {LABEL_VALUE} printable letters")));
        }
    }
    Ok(())
}

/// A text without blanks around it, not empty, not too long, printable.
fn plain(field: &'static str, text: &str, longest: usize) -> Result<String, TargetError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(invalid(field, "this is needed and must not be empty"));
    }
    if text.chars().count() > longest {
        return Err(invalid(field, &format!("give at most {longest} letters")));
    }
    if text.chars().any(char::is_control) {
        return Err(invalid(field, "it must be printable, on one line"));
    }
    Ok(text.to_owned())
}

fn invalid(field: &'static str, message: &str) -> TargetError {
    TargetError::Invalid { field, message: format!("{field}: {message}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ssh(name: &str, host: &str, user: &str) -> NewTarget {
        NewTarget {
            name: name.to_owned(),
            transport: Transport::Ssh,
            host: Some(host.to_owned()),
            port: None,
            user: Some(user.to_owned()),
            private_key: None,
            labels: BTreeMap::new(),
        }
    }

    fn field(new: &NewTarget) -> &'static str {
        match check(new, &Config::new("/nowhere")).unwrap_err() {
            TargetError::Invalid { field, message } => {
                assert!(message.starts_with(field), "{message}");
                field
            }
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_good_target_is_tidied() {
        let settings = check(&ssh(" web 1 ", "[2001:db8::1]", "deploy"), &Config::new("/nowhere")).unwrap();
        assert_eq!(settings.name, "web 1");
        assert_eq!(settings.host.as_deref(), Some("2001:db8::1"));
        assert_eq!(settings.port, Some(22));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(field(&ssh("", "h", "u")), "name");
        assert_eq!(field(&ssh(&"x".repeat(101), "h", "u")), "name");
        assert_eq!(field(&ssh("a\u{7}b", "h", "u")), "name");
        assert_eq!(field(&ssh("a", "", "u")), "host");
        assert_eq!(field(&ssh("a", "u@h", "u")), "host");
        assert_eq!(field(&ssh("a", "h:22", "u")), "host");
        assert_eq!(field(&ssh("a", "-oProxyCommand=x", "u")), "host");
        assert_eq!(field(&ssh("a", "h", "")), "user");
        assert_eq!(field(&ssh("a", "h", "a b")), "user");
        assert_eq!(field(&NewTarget { port: Some(0), ..ssh("a", "h", "u") }), "port");
        assert_eq!(field(&NewTarget { transport: Transport::Local, ..ssh("a", "h", "u") }), "transport");
        let labels = BTreeMap::from([(String::new(), String::new())]);
        assert_eq!(field(&NewTarget { labels, ..ssh("a", "h", "u") }), "labels");
    }

    #[test]
    fn a_local_target_has_no_address() {
        let config = Config { local_enabled: true, ..Config::new("/nowhere") };
        let bare = NewTarget { transport: Transport::Local, host: None, user: None, ..ssh("here", "h", "u") };
        assert!(check(&bare, &config).is_ok());
        let error = check(&NewTarget { port: Some(22), ..bare }, &config).unwrap_err();
        assert!(matches!(error, TargetError::Invalid { field: "port", .. }));
    }

    #[test]
    fn keys_that_cannot_be_used_are_explained() {
        for (text, part) in [
            ("", "is empty"),
            ("ssh-ed25519 AAAA me", "is a public key"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n-----END ENCRYPTED PRIVATE KEY-----", "passphrase"),
            ("-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----", "not supported"),
            ("hello", "cannot be read"),
        ] {
            let error = check_key(text).unwrap_err().to_string();
            assert!(error.starts_with("private_key") && error.contains(part), "{error}");
        }
    }
}
