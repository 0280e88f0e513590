//! What a metric measures, told from the words of its name.
//!
//! The words are those of Prometheus exporters, cloud monitors and service meshes; nothing here knows an application.

/// What a metric measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Processor time or share.
    Cpu,
    /// Memory in use.
    Memory,
    /// Time taken to answer.
    Latency,
    /// Failures: a count, a rate or a share.
    Errors,
    /// Share of what works.
    Availability,
    /// Work that arrives.
    Traffic,
    /// Bytes and packets on the network.
    Network,
    /// Storage operations and space.
    Disk,
    /// Queues, pools, connections, threads.
    Saturation,
    /// Work held back by a limit.
    Throttling,
    /// Anything else.
    Other,
}

impl Kind {
    /// The word in facts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Latency => "latency",
            Self::Errors => "errors",
            Self::Availability => "availability",
            Self::Traffic => "traffic",
            Self::Network => "network",
            Self::Disk => "disk",
            Self::Saturation => "saturation",
            Self::Throttling => "throttling",
            Self::Other => "other",
        }
    }

    /// Whether it is about what the entity itself uses, and not about how others see it.
    pub fn is_internal(self) -> bool {
        matches!(self, Self::Cpu | Self::Memory | Self::Disk | Self::Saturation | Self::Throttling)
    }
}

/// The first kind one of whose words is in the name wins: `cpu_throttled_seconds` is throttling, not cpu.
const WORDS: [(Kind, &[&str]); 10] = [
    (Kind::Throttling, &["throttl", "throttled", "throttling", "throttle", "throttles"]),
    (
        Kind::Errors,
        &[
            "error",
            "errors",
            "err",
            "errs",
            "fail",
            "failed",
            "failure",
            "failures",
            "fault",
            "faults",
            "exception",
            "exceptions",
            "5xx",
            "4xx",
            "timeouts",
            "rejected",
        ],
    ),
    (
        Kind::Availability,
        &["availability", "available", "success", "successes", "successful", "uptime", "ready", "healthy"],
    ),
    (
        Kind::Latency,
        &["lat", "latency", "latencies", "duration", "durations", "delay", "elapsed", "rtt", "responsetime", "rt"],
    ),
    (
        Kind::Network,
        &[
            "net",
            "network",
            "receive",
            "received",
            "transmit",
            "transmitted",
            "rx",
            "tx",
            "packet",
            "packets",
            "tcp",
            "retransmits",
            "retrans",
            "socket",
        ],
    ),
    (
        Kind::Disk,
        &["disk", "fs", "filesystem", "io", "iops", "diskio", "inode", "inodes", "volume", "blkio", "storage"],
    ),
    (Kind::Cpu, &["cpu", "cpus", "core", "cores", "millicores", "processor"]),
    (Kind::Memory, &["mem", "memory", "rss", "heap", "oom", "ram", "workingset", "swap"]),
    (
        Kind::Saturation,
        &[
            "saturation",
            "queue",
            "queued",
            "backlog",
            "connection",
            "connections",
            "conns",
            "thread",
            "threads",
            "pool",
            "fd",
            "fds",
            "goroutines",
            "pending",
            "inflight",
        ],
    ),
    (
        Kind::Traffic,
        &[
            "request",
            "requests",
            "req",
            "reqs",
            "rps",
            "qps",
            "tps",
            "ops",
            "load",
            "lod",
            "workload",
            "throughput",
            "calls",
            "hits",
            "traffic",
            "invocations",
            "rate",
            "count",
        ],
    ),
];

/// Words that qualify a metric without naming one.
const QUALIFIERS: [&str; 48] = [
    "usage",
    "used",
    "use",
    "util",
    "utilization",
    "utilisation",
    "percent",
    "percentage",
    "pct",
    "ratio",
    "rate",
    "total",
    "sum",
    "count",
    "avg",
    "average",
    "mean",
    "median",
    "max",
    "min",
    "bytes",
    "byte",
    "seconds",
    "second",
    "ms",
    "us",
    "ns",
    "s",
    "m",
    "mb",
    "mi",
    "gb",
    "kb",
    "p50",
    "p75",
    "p90",
    "p95",
    "p99",
    "p999",
    "quantile",
    "bucket",
    "time",
    "server",
    "client",
    "http",
    "container",
    "limit",
    "per",
];

/// The lower-case words of a name: split at anything that is not a letter or digit, and between `aB`.
pub fn words(name: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut previous_lower = false;
    for letter in name.chars() {
        let starts_word = letter.is_uppercase() && previous_lower;
        if (starts_word || !letter.is_alphanumeric()) && !word.is_empty() {
            list.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        previous_lower = letter.is_lowercase() || letter.is_ascii_digit();
    }
    if !word.is_empty() {
        list.push(word);
    }
    list
}

/// What a metric of this name measures.
pub fn classify(name: &str) -> Kind {
    let words = words(name);
    let pair = |a: &str, b: &str| words.windows(2).any(|w| matches!(w, [x, y] if x == a && y == b));
    if pair("response", "time") || pair("processing", "time") || pair("request", "time") {
        return Kind::Latency;
    }
    WORDS
        .iter()
        .find(|(_, known)| words.iter().any(|word| known.contains(&word.as_str())))
        .map_or(Kind::Other, |(kind, _)| *kind)
}

/// Whether a metric is measured at the caller: it is about what the entity calls, not about the entity.
pub fn is_about_callees(name: &str) -> bool {
    words(name).iter().any(|word| matches!(word.as_str(), "client" | "outbound" | "egress" | "upstream" | "source"))
}

/// Whether a metric states what may be used, and not what is: `…_limit`, `…_quota`, the size of a pool.
pub fn is_limit(name: &str) -> bool {
    let named = |words: &[String], known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let words = words(name);
    named(&words, &["limit", "limits", "quota", "capacity", "allocatable"])
        || (classify(name) == Kind::Saturation && named(&words, &["max", "maximum", "size"]))
}

/// Whether a metric is a share of what there is, by its name.
pub fn is_share(name: &str) -> bool {
    let known = ["percent", "percentage", "pct", "ratio", "util", "utilization", "utilisation"];
    name.contains('%') || words(name).iter().any(|word| known.contains(&word.as_str()))
}

/// Whether a word names a metric by itself.
pub fn is_metric_word(word: &str) -> bool {
    WORDS.iter().any(|(_, known)| known.contains(&word)) || word == "response"
}

/// Whether a word may follow a metric word in a metric's name.
pub fn is_qualifier(word: &str) -> bool {
    QUALIFIERS.contains(&word) || word.bytes().all(|b| b.is_ascii_digit()) || is_metric_word(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_shares_are_told_from_use() {
        for name in ["container_spec_memory_limit_bytes", "cpu_quota", "connections_max", "pool_size"] {
            assert!(is_limit(name) && !is_share(name), "{name}");
        }
        for name in ["CpuUsageRate(%)", "memory_utilization", "disk_used_percent"] {
            assert!(is_share(name) && !is_limit(name), "{name}");
        }
        for name in ["cpu_max", "latency_max", "memory_usage_bytes"] {
            assert!(!is_share(name) && !is_limit(name), "{name}");
        }
    }

    #[test]
    fn names_of_usual_exporters_are_understood() {
        for (name, kind) in [
            ("container_cpu_usage_seconds_total", Kind::Cpu),
            ("container_cpu_cfs_throttled_seconds_total", Kind::Throttling),
            ("container_memory_working_set_bytes", Kind::Memory),
            ("http_request_duration_seconds", Kind::Latency),
            ("lat_90", Kind::Latency),
            ("PodServerLatencyP90(s)", Kind::Latency),
            ("PodSuccessRate(%)", Kind::Availability),
            ("PodWorkload(Ops)", Kind::Traffic),
            ("NetworkReceiveBytes", Kind::Network),
            ("requests", Kind::Traffic),
            ("http_requests_5xx", Kind::Errors),
            ("node_filesystem_avail_bytes", Kind::Disk),
            ("CpuUsageRate(%)", Kind::Cpu),
            ("response_time", Kind::Latency),
            ("temperature", Kind::Other),
        ] {
            assert_eq!(classify(name), kind, "{name}");
        }
    }
}
