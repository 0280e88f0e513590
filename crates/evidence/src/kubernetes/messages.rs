//! What the messages of Kubernetes and of container runtimes mean, as classes; [`super::programs`] reads those of programs.
//!
//! A class names what the message says, never what caused it. The wording is that of the components' sources; a message
//! that fits no class gives none. Matching is by plain substrings, in the order of the tables: the more specific first.

type Table = &'static [(&'static str, &'static [&'static str])];

fn class(table: Table, message: &str) -> Option<&'static str> {
    table.iter().find(|(_, words)| words.iter().any(|word| message.contains(word))).map(|(class, _)| *class)
}

/// Why an image could not be pulled.
const PULL: Table = &[
    (
        "invalid-name",
        &["invalid reference format", "couldn't parse image", "InvalidImageName", "Failed to apply default image tag"],
    ),
    ("rate-limited", &["toomanyrequests", "429 Too Many Requests", "rate limit"]),
    (
        "registry-unresolved",
        &["no such host", "server misbehaving", "name resolution", "Name or service not known", "could not resolve"],
    ),
    ("platform", &["no match for platform", "no matching manifest", "exec format error"]),
    ("disk-full", &["no space left on device"]),
    ("denied-or-missing", &["repository does not exist or may require", "pull access denied"]),
    (
        "unauthorized",
        &[
            "401 Unauthorized",
            "403 Forbidden",
            "unauthorized",
            "authentication required",
            "no basic auth credentials",
            "failed to authorize",
            "insufficient_scope",
            "access denied",
            "denied:",
        ],
    ),
    ("certificate", &["x509:", "certificate"]),
    (
        "not-found",
        &["not found", "manifest unknown", "NotFound", "does not exist", "name unknown", "unknown: repository", "404"],
    ),
    (
        "registry-unreachable",
        &["i/o timeout", "connection refused", "no route to host", "TLS handshake timeout", "deadline exceeded"],
    ),
];

/// Whether a `Failed` event is about getting the image, and not about what comes after.
pub(super) fn is_about_pulling(message: &str) -> bool {
    let leads = [
        "Failed to pull image",
        "Failed to inspect image",
        "Failed to apply default image tag",
        "Error: InvalidImageName",
    ];
    leads.iter().any(|lead| message.starts_with(lead)) || message.contains("ErrImageNeverPull")
}

pub(super) fn pull(message: &str) -> Option<&'static str> {
    // Go's resolver begins each of its errors so, whatever then went wrong: also time-outs, and servers that refuse.
    if message.contains("dial tcp: lookup ") {
        return Some("registry-unresolved");
    }
    class(PULL, message)
}

/// Why a pod's sandbox or first process could not be made.
const SANDBOX: Table = &[
    ("memory-limit-too-low", &["OOM-killed", "memory limit too low", "cannot allocate memory"]),
    (
        "runtime-unavailable",
        &[
            "containerd.sock",
            "docker.sock",
            "crio.sock",
            "cri-dockerd.sock",
            "dial unix",
            "container runtime is down",
            "runtime is not ready",
        ],
    ),
    (
        "addresses-exhausted",
        &[
            "no IP addresses available",
            "no available IP",
            "IP pool exhausted",
            "failed to assign an IP address",
            "failed to allocate for range",
            "No more IPs available",
            "insufficient IP",
        ],
    ),
    ("network-setup", &["setup network", "set up sandbox", "CNI", "cni", "plugin type=", "NetworkPlugin"]),
    ("disk-full", &["no space left on device"]),
];

pub(super) fn sandbox(message: &str) -> Option<&'static str> {
    class(SANDBOX, message)
}

/// Why a volume could not be mounted or attached.
const MOUNT: Table = &[
    ("transient", &["failed to sync", "object \"", "not registered"]),
    (
        "attached-elsewhere",
        &[
            "Multi-Attach",
            "already exclusively attached",
            "already used by pod",
            "volume is already attached",
            "is already attached",
            "VolumeInUse",
            "already in use by",
        ],
    ),
    ("permission-denied", &["permission denied", "Permission denied", "access denied", "operation not permitted"]),
    ("path-missing", &["hostPath type check failed", "no such file or directory", "does not exist", "not a directory"]),
    ("read-only", &["read-only file system"]),
    (
        "server-unreachable",
        &["Connection timed out", "No route to host", "Connection refused", "Host is down", "Network is unreachable"],
    ),
    ("driver-missing", &["not found in the list of registered CSI drivers", "no volume plugin matched"]),
    ("still-attaching", &["timed out waiting for the condition", "context deadline exceeded"]),
];

pub(super) fn mount(message: &str) -> Option<&'static str> {
    if quoted_after(message, "secret ").is_some_and(|(_, rest)| rest.starts_with(" not found")) {
        return Some("secret-missing");
    }
    if quoted_after(message, "configmap ").is_some_and(|(_, rest)| rest.starts_with(" not found")) {
        return Some("config-map-missing");
    }
    if message.contains("references non-existent secret key") {
        return Some("secret-key-missing");
    }
    if message.contains("references non-existent config key") {
        return Some("config-map-key-missing");
    }
    class(MOUNT, message)
}

/// Why a container could not be configured or started.
const CONFIG: Table = &[
    ("config-map-key-missing", &["in ConfigMap ", "references non-existent config key"]),
    ("secret-key-missing", &["couldn't find key", "references non-existent secret key"]),
    ("hook-failed", &["PostStartHook", "PreStopHook", "lifecycle hook"]),
    (
        "mount-path-missing",
        &["not a directory", "subPath", "error mounting", "mounting a directory onto a file", "failed to stat"],
    ),
    ("runs-as-root", &["image will run as root", "runAsNonRoot", "non-numeric user"]),
    ("memory-limit-too-low", &["OOM-killed", "memory limit too low"]),
    ("permission-denied", &["permission denied", "Permission denied"]),
    ("command-missing", &["executable file not found", "no such file or directory", "stat /", "not found in $PATH"]),
    ("port-in-use", &["address already in use", "port is already allocated"]),
    ("platform", &["exec format error"]),
];

pub(super) fn config(message: &str) -> Option<&'static str> {
    if quoted_after(message, "secret ").is_some_and(|(_, rest)| rest.starts_with(" not found")) {
        return Some("secret-missing");
    }
    if quoted_after(message, "configmap ").is_some_and(|(_, rest)| rest.starts_with(" not found")) {
        return Some("config-map-missing");
    }
    class(CONFIG, message)
}

/// Why a controller was not allowed to make a pod (or a claim).
const REFUSED: Table = &[
    ("quota", &["exceeded quota"]),
    ("resources-unset", &["must specify limits", "must specify requests", "must specify"]),
    (
        "service-account",
        &["error looking up service account", "serviceaccount \"", "retry after the service account is created"],
    ),
    (
        "limit-range",
        &[
            "maximum cpu usage",
            "maximum memory usage",
            "minimum cpu usage",
            "minimum memory usage",
            "limit to request ratio",
            "per Container is",
            "per Pod is",
            "per PersistentVolumeClaim is",
        ],
    ),
    ("pod-security", &["violates PodSecurity", "PodSecurityPolicy", "unable to validate against any security context"]),
    ("webhook", &["admission webhook", "failed calling webhook"]),
    ("namespace-ending", &["because it is being terminated"]),
    ("priority-class", &["no PriorityClass with name"]),
    ("invalid", &["is invalid"]),
];

pub(super) fn refused(message: &str) -> Option<&'static str> {
    class(REFUSED, message)
}

/// The resources that `exceeded quota: q, requested: pods=1,requests.cpu=2, used: …` names.
pub(super) fn quota_resources(message: &str) -> impl Iterator<Item = &str> {
    let list = message.split_once("requested: ").map_or("", |(_, rest)| rest.split(", used:").next().unwrap_or(rest));
    list.split(',').filter_map(|pair| pair.trim().split_once('=')).map(|(resource, _)| resource)
}

/// How a probe failed.
const PROBE: Table = &[
    (
        "protocol",
        &[
            "malformed HTTP",
            "HTTP/1.x transport connection broken",
            "server gave HTTP response to HTTPS",
            "first record does not look like a TLS",
            "error reading server preface",
            "does not implement the grpc health",
            "unknown service grpc.health",
            "http2: frame too large",
            "unexpected HTTP status code",
            "Unimplemented",
        ],
    ),
    ("status", &["HTTP probe failed with statuscode", "statuscode:"]),
    (
        "slow",
        &[
            "health rpc did not complete",
            "Client.Timeout exceeded",
            "timed out after",
            "i/o timeout",
            "awaiting headers",
        ],
    ),
    (
        "no-connection",
        &["connection refused", "failed to connect service", "no route to host", "connection reset", "EOF"],
    ),
    ("not-serving", &["NOT_SERVING", "service unhealthy"]),
    ("slow", &["deadline exceeded"]),
];

/// What the probe was for, and how it failed; a failed command is `command`.
pub(super) fn probe(message: &str) -> Option<(&'static str, &'static str)> {
    let (kind, rest) = ["Liveness", "Readiness", "Startup"]
        .into_iter()
        .find_map(|kind| message.strip_prefix(kind).map(|rest| (kind, rest)))?;
    let kind = match kind {
        "Liveness" => "liveness",
        "Readiness" => "readiness",
        _ => "startup",
    };
    let rest = rest.strip_prefix(" probe failed:").or_else(|| rest.strip_prefix(" probe errored:"))?;
    Some((kind, class(PROBE, rest).unwrap_or("command")))
}

/// The HTTP status that a probe got.
pub(super) fn probe_status(message: &str) -> Option<u16> {
    message.rsplit_once("statuscode: ")?.1.trim().parse().ok()
}

/// What the kubelet says of a node that is not ready.
const NODE: Table = &[
    (
        "network-unready",
        &["NetworkReady=false", "NetworkPluginNotReady", "cni plugin not initialized", "cni config uninitialized"],
    ),
    (
        "runtime-down",
        &[
            "container runtime is down",
            "runtime is not ready",
            "RuntimeReady=false",
            "container runtime not ready",
            "PLEG is not healthy",
        ],
    ),
    ("silent", &["stopped posting node status", "NodeStatusUnknown"]),
];

pub(super) fn node(message: &str) -> Option<&'static str> {
    class(NODE, message)
}

/// What a pod was evicted for.
const EVICTED: Table = &[
    (
        "own-disk-limit",
        &[
            "exceeds the total limit of containers",
            "exceeded its local ephemeral storage limit",
            "exceeds the limit",
            "exceeded its limit",
        ],
    ),
    ("memory", &["low on resource: memory"]),
    (
        "disk",
        &[
            "low on resource: ephemeral-storage",
            "low on resource: nodefs",
            "low on resource: imagefs",
            "low on resource: inodes",
            "low on resource: [Disk",
        ],
    ),
    ("processes", &["low on resource: pids"]),
    ("taint", &["TaintManagerEviction", "NoExecute"]),
];

pub(super) fn evicted(message: &str) -> Option<&'static str> {
    class(EVICTED, message)
}

/// Why a claim is not bound.
const CLAIM: Table = &[
    ("class-missing", &["storageclass.storage.k8s.io", "storageclass not found"]),
    ("volume-taken", &["already bound to a different claim", "bound to another claim"]),
    ("capacity", &["requested PV is too small", "too small"]),
    ("access-mode", &["incompatible accessMode", "access mode", "AccessMode"]),
    ("class", &["storageClassName does not match", "storageClassName"]),
    ("no-volume", &["no persistent volumes available"]),
    ("provisioning-failed", &["failed to provision volume", "error getting claim", "failed to create volume"]),
    ("provisioning", &["waiting for a volume to be created", "external provisioner"]),
    ("waiting-for-pod", &["waiting for first consumer"]),
];

pub(super) fn claim(message: &str) -> Option<&'static str> {
    class(CLAIM, message)
}

/// The quoted word after `lead`, and what follows it.
pub(super) fn quoted_after<'m>(message: &'m str, lead: &str) -> Option<(&'m str, &'m str)> {
    let (_, rest) = message.split_once(lead)?;
    rest.strip_prefix('"')?.split_once('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pull_errors() {
        for (message, class) in [
            ("dial tcp: lookup registry.invalid on 10.0.0.2:53: no such host", "registry-unresolved"),
            ("rpc error: code = NotFound desc = … manifest unknown: not found", "not-found"),
            ("failed to authorize: failed to fetch anonymous token: unexpected status: 403 Forbidden", "unauthorized"),
            ("couldn't parse image reference \"web:Äpfel\"", "invalid-name"),
            ("toomanyrequests: You have reached your pull rate limit", "rate-limited"),
            (
                "Get \"https://r.test/v2/\": dial tcp: lookup r.test on 10.0.0.2:53: read udp: i/o timeout",
                "registry-unresolved",
            ),
            ("Get \"https://r.test/v2/\": dial tcp 10.1.1.1:443: i/o timeout", "registry-unreachable"),
        ] {
            assert_eq!(pull(message), Some(class), "{message}");
        }
        assert_eq!(pull("ErrImagePull"), None);
    }

    #[test]
    fn probe_failures() {
        for (message, expected) in [
            (
                "Liveness probe failed: Get \"http://x/\": net/http: HTTP/1.x transport connection broken: malformed HTTP response",
                ("liveness", "protocol"),
            ),
            ("Readiness probe failed: HTTP probe failed with statuscode: 404", ("readiness", "status")),
            (
                "Readiness probe failed: dial tcp 10.0.0.3:81: connect: connection refused",
                ("readiness", "no-connection"),
            ),
            ("Startup probe failed: timeout: health rpc did not complete within 1s", ("startup", "slow")),
            ("Liveness probe failed: cat: /tmp/ok: missing", ("liveness", "command")),
        ] {
            assert_eq!(probe(message), Some(expected), "{message}");
        }
        assert_eq!(probe_status("HTTP probe failed with statuscode: 404"), Some(404));
    }

    #[test]
    fn quota_messages_name_their_resources() {
        let message = "pods \"a\" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=2, used: pods=3,requests.cpu=4, limited: pods=3,requests.cpu=4";
        assert_eq!(refused(message), Some("quota"));
        assert_eq!(quota_resources(message).collect::<Vec<_>>(), ["pods", "requests.cpu"]);
    }

    #[test]
    fn a_missing_secret_named_after_pulling_is_no_pull_error() {
        assert!(is_about_pulling("Failed to pull image \"web:1\": not found"));
        assert!(!is_about_pulling("Error: secret \"pull-robot\" not found"));
    }

    #[test]
    fn missing_secrets_are_told_from_transient_mount_errors() {
        assert_eq!(
            mount("MountVolume.SetUp failed for volume \"tls\" : secret \"web-tls\" not found"),
            Some("secret-missing")
        );
        assert_eq!(
            mount("MountVolume.SetUp failed for volume \"x\" : failed to sync configmap cache: timed out"),
            Some("transient")
        );
        assert_eq!(config("Error: secret \"db\" not found"), Some("secret-missing"));
    }
}
