//! Why a call of `kubectl` gave nothing, and what its complaints mean.

/// The longest reason that is repeated, in characters.
const REASON_CHARS: usize = 300;

/// Why there was no call, or no end of it.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It is not known to look only.
    #[error(
        "`kubectl {call}` is never called: only get, describe, logs, top, events, version and apply view-last-applied are"
    )]
    NotReading {
        /// The arguments.
        call: String,
    },
    /// The program is not there.
    #[error("{program} was not found")]
    Missing {
        /// Its name or path.
        program: String,
    },
    /// It took too long, and was ended.
    #[error("`kubectl {call}` did not end within {seconds} s")]
    TimedOut {
        /// The arguments.
        call: String,
        /// What it was given.
        seconds: u64,
    },
    /// It could not be started, or not be read.
    #[error("{program} cannot be run: {cause}")]
    Broken {
        /// Its name or path.
        program: String,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
}

/// Why a call ended with a failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Who asks may not see it.
    #[error("{0}")]
    Forbidden(String),
    /// It is not there. That is an answer.
    #[error("{0}")]
    NotFound(String),
    /// Anything else: the cluster is away, the arguments are wrong.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// Reads what it wrote to stderr. The last line is the reason: before it stand notes of its libraries.
    pub fn of(stderr: &str) -> Self {
        let mut lines = stderr.lines().map(str::trim).filter(|line| !line.is_empty());
        let plain = lines.clone().rfind(|line| !is_note(line));
        let reason = plain.or_else(|| lines.next_back()).unwrap_or("it gave no reason");
        let reason: String = without_lead(reason).chars().take(REASON_CHARS).collect();
        let says = |part: &str| stderr.contains(part);
        if says("(Forbidden)") || says("(Unauthorized)") || says("Unauthorized") || says("must be logged in") {
            Self::Forbidden(reason)
        } else if says("(NotFound)") {
            Self::NotFound(reason)
        } else {
            Self::Other(reason)
        }
    }
}

/// `error: ` says what is known already.
fn without_lead(line: &str) -> &str {
    ["error: ", "Error: "].iter().find_map(|lead| line.strip_prefix(lead)).unwrap_or(line)
}

/// Whether a line is a note of the libraries that `kubectl` is made with, such as `E1126 20:31:05.118 7 memcache.go:265] …`.
fn is_note(line: &str) -> bool {
    let mut bytes = line.bytes();
    let level = bytes.next().is_some_and(|byte| b"IWEF".contains(&byte));
    level && bytes.by_ref().take(4).filter(u8::is_ascii_digit).count() == 4 && line.contains("] ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_said_without_what_stands_around_it() {
        let away = "E1126 20:31:05.118281    7 memcache.go:265] \"Unhandled Error\" err=\"dial tcp: refused\"\n\
                    E1126 20:31:05.118999    7 memcache.go:265] \"Unhandled Error\" err=\"dial tcp: refused\"\n\
                    The connection to the server localhost:8080 was refused - did you specify the right host or port?\n";
        let said = "The connection to the server localhost:8080 was refused - did you specify the right host or port?";
        assert_eq!(Failure::of(away), Failure::Other(said.to_owned()));
        assert_eq!(Failure::of("error: no such context\n\n"), Failure::Other("no such context".to_owned()));
        assert_eq!(Failure::of(""), Failure::Other("it gave no reason".to_owned()));
        assert_eq!(Failure::of("E1126 1 a.go:1] only notes"), Failure::Other("E1126 1 a.go:1] only notes".to_owned()));
        let long = Failure::of(&"x".repeat(9_000));
        assert_eq!(long.to_string().len(), REASON_CHARS);
    }

    #[test]
    fn refusals_and_what_is_not_there_are_told_apart() {
        let forbidden = "Error from server (Forbidden): pods is forbidden: User \"eve\" cannot list";
        assert_eq!(Failure::of(forbidden), Failure::Forbidden(forbidden.to_owned()));
        let logged_out = "error: You must be logged in to the server (Unauthorized)";
        assert!(matches!(Failure::of(logged_out), Failure::Forbidden(_)));
        assert!(matches!(Failure::of("Error from server (NotFound): pods \"x\" not found"), Failure::NotFound(_)));
    }
}
