//! Severity of a log line.

/// How severe a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Level {
    /// Not said.
    #[default]
    Unknown,
    /// Trace and debug.
    Debug,
    /// Info and notice.
    Info,
    /// Warnings.
    Warning,
    /// Errors and worse.
    Error,
}

impl Level {
    /// The word in facts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The level that a word names, in the spellings of common loggers (also klog's letters and bunyan's and syslog's
    /// numbers, which only stand in a field of their own).
    pub fn parse(word: &str) -> Option<Self> {
        let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
        if is(&["trace", "debug", "dbg", "fine", "finer", "finest", "verbose", "10", "20"]) {
            Some(Self::Debug)
        } else if is(&["info", "information", "informational", "notice", "inf", "30"]) {
            Some(Self::Info)
        } else if is(&["warn", "warning", "wrn", "40"]) {
            Some(Self::Warning)
        } else if is(&[
            "error",
            "err",
            "fatal",
            "critical",
            "crit",
            "severe",
            "panic",
            "emergency",
            "emerg",
            "alert",
            "50",
            "60",
        ]) {
            Some(Self::Error)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_in_usual_spellings() {
        assert_eq!(Level::parse("WARN"), Some(Level::Warning));
        assert_eq!(Level::parse("severe"), Some(Level::Error));
        assert_eq!(Level::parse("Servlet"), None);
        assert!(Level::Error > Level::Info);
    }
}
