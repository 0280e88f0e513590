//! What keeps containers from starting, and what takes programs down once they run.

use super::{Kind, kind};
use crate::world::World;
use serde_json::{Value, json};

pub(super) const STARTUP: &[Kind] = &[
    kind(
        "volume_mount_permission_denied",
        "service/quote",
        &["volume-permission-denied"],
        &[
            "mount|MountVolume.SetUp failed for volume \"tables\" : mount failed: exit status 32\nMounting command: mount\nOutput: mount.nfs: access denied by server while mounting 198.51.100.7:/srv/tables",
            "mount|MountVolume.SetUp failed for volume \"tables\" : applyFSGroup failed for vol tables: lstat /var/lib/kubelet/pods/7/volumes/tables: permission denied",
            "log|PermissionError: [Errno 13] Permission denied: '/tables/rates.db'",
            "log|mkdir: cannot create directory '/tables/cache': Permission denied",
            "log|java.nio.file.AccessDeniedException: /tables/index",
            "log|open /tables/rates.db: permission denied",
        ],
        |w, words| {
            w.template("quote", |spec| {
                spec["volumes"] =
                    json!([{ "name": "tables", "nfs": { "server": "198.51.100.7", "path": "/srv/tables" } }]);
                spec["containers"][0]["volumeMounts"] = json!([{ "name": "tables", "mountPath": "/tables" }]);
            });
            match words.split_once('|').unwrap() {
                ("mount", message) => {
                    w.stuck("quote", "api", "ContainerCreating", "");
                    w.pod_event("quote", "FailedMount", message, 11);
                }
                (_, line) => crash(w, "quote", "api", line),
            }
        },
    ),
    kind(
        "missing_secret_binding",
        "service/sorter",
        &["secret-missing"],
        &[
            "Error: secret \"sorter-db\" not found",
            "mount|MountVolume.SetUp failed for volume \"db\" : secret \"sorter-db\" not found",
            "status",
        ],
        |w, words| {
            w.remove("Secret", "sorter-db");
            if let Some(("mount", message)) = words.split_once('|') {
                w.template("sorter", |spec| {
                    spec["volumes"] = json!([{ "name": "db", "secret": { "secretName": "sorter-db" } }])
                });
                w.stuck("sorter", "app", "ContainerCreating", "");
                w.pod_event("sorter", "FailedMount", message, 11);
            } else {
                w.stuck("sorter", "app", "CreateContainerConfigError", "secret \"sorter-db\" not found");
                if words != "status" {
                    w.pod_event("sorter", "Failed", words, 11);
                }
            }
        },
    ),
    kind(
        "incorrect_image_reference",
        "service/quote",
        &["image-reference-wrong"],
        &[
            "rpc error: code = NotFound desc = failed to pull and unpack image \"harbor.parcels.test/carrier/quote:2031.4.l\": failed to resolve reference \"harbor.parcels.test/carrier/quote:2031.4.l\": harbor.parcels.test/carrier/quote:2031.4.l: not found",
            "rpc error: code = Unknown desc = Error response from daemon: manifest for harbor.parcels.test/carrier/quote:2031.4.l not found: manifest unknown: manifest unknown",
            "rpc error: code = Unknown desc = reading manifest 2031.4.l in harbor.parcels.test/carrier/quote: manifest unknown",
            "rpc error: code = Unknown desc = Error response from daemon: pull access denied for carrier/qoute, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            "failed to pull and unpack image \"docker.io/carrier/qoute:1\": failed to resolve reference \"docker.io/carrier/qoute:1\": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
        ],
        |w, words| pull(w, "quote", "api", words),
    ),
    kind(
        "image_registry_dns_failure",
        "service/labels",
        &["registry-name-unresolved"],
        &[
            "rpc error: code = Unknown desc = failed to pull and unpack image: failed to do request: Head \"https://harbor.parcels.test/v2/carrier/labels/manifests/2031.4.1\": dial tcp: lookup harbor.parcels.test on 198.51.100.53:53: no such host",
            "rpc error: code = Unknown desc = Error response from daemon: Get \"https://harbor.parcels.test/v2/\": dial tcp: lookup harbor.parcels.test: Temporary failure in name resolution",
            "rpc error: code = DeadlineExceeded desc = failed to do request: Head \"https://harbor.parcels.test/v2/\": dial tcp: lookup harbor.parcels.test: i/o timeout",
            "failed to do request: Head \"https://harbor.parcels.test/v2/\": dial tcp: lookup harbor.parcels.test on 127.0.0.53:53: server misbehaving",
        ],
        |w, words| pull(w, "labels", "web", words),
    ),
    kind(
        "missing_image_pull_secret",
        "service/labels",
        &["image-pull-unauthorized"],
        &[
            "rpc error: code = Unknown desc = failed to pull and unpack image: failed to resolve reference: failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized",
            "rpc error: code = Unknown desc = Error response from daemon: Head \"https://harbor.parcels.test/v2/carrier/labels/manifests/2031.4.1\": no basic auth credentials",
            "rpc error: code = Unknown desc = unable to retrieve auth token: invalid username/password: unauthorized: authentication required",
            "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
        ],
        |w, words| {
            w.template("labels", |spec| spec["imagePullSecrets"] = json!([{ "name": "harbor-key" }]));
            pull(w, "labels", "web", words);
            w.pod_event("labels", "FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets (harbor-key); attempting to pull the image may not succeed.", 12);
        },
    ),
];

fn pull(world: &mut World, name: &str, container: &str, why: &str) {
    let shown = if why.len().is_multiple_of(2) { "ErrImagePull" } else { "ImagePullBackOff" };
    world.stuck(name, container, shown, why);
    world.pod_event(name, "Failed", &format!("Failed to pull image \"{name}\": {why}"), 5);
    world.pod_event(name, "BackOff", "Back-off pulling image", 19);
    world.pod_event(name, "Failed", &format!("Error: {shown}"), 19);
}

fn crash(world: &mut World, name: &str, container: &str, line: &str) {
    world.crash(name, container, "Error", 1, 6);
    world.log(name, container, &["booting", line]);
}

fn complain(world: &mut World, name: &str, container: &str, line: &str) {
    world.log(name, container, &["GET / 500", line, "GET / 500", line]);
}

fn probe(world: &mut World, name: &str, key: &str, probe: &Value) {
    world.main_container(name, |container| container[key] = probe.clone());
}

fn killed(world: &mut World, name: &str, container: &str, why: &str) {
    world.crash(name, container, "Error", 137, 8);
    world.pod_event(name, "Unhealthy", &format!("Liveness probe failed: {why}"), 24);
    world.pod_event(name, "Killing", &format!("Container {container} failed liveness probe, will be restarted"), 8);
}

fn unready(world: &mut World, name: &str, container: &str, why: &str) {
    world.unready(name, container);
    world.pod_event(name, "Unhealthy", &format!("Readiness probe failed: {why}"), 44);
}

pub(super) const RUNTIME: &[Kind] = &[
    kind("oom_killed", "service/cache", &["out-of-memory"], &["OOMKilled 137", "OOMKilled 1", "node"], |w, words| {
        if words == "node" {
            w.crash("cache", "engine", "Error", 137, 4);
            w.pod_event(
                "cache",
                "OOMKilling",
                "Memory cgroup out of memory: Killed process 4112 (redis-server) total-vm:981244kB, anon-rss:524100kB",
                4,
            );
            w.log("cache", "engine", &["signal: killed (out of memory)"]);
        } else {
            let (reason, code) = words.split_once(' ').unwrap();
            w.crash("cache", "engine", reason, code.parse().unwrap(), 5);
        }
    }),
    kind(
        "liveness_probe_incorrect_protocol",
        "service/depot",
        &["liveness-probe-protocol-wrong"],
        &[
            "Get \"http://10.244.2.7:9400/healthz\": net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x00\\x00\\x06\\x04\\x00\"",
            "Get \"http://10.244.2.7:9400/healthz\": malformed HTTP response \"\\x00\\x00\\x06\\x04\\x00\"",
            "Get \"http://10.244.2.7:9400/healthz\": read tcp 10.244.2.1:51522->10.244.2.7:9400: read: connection reset by peer",
            "Get \"http://10.244.2.7:9400/healthz\": EOF",
        ],
        |w, words| {
            probe(
                w,
                "depot",
                "livenessProbe",
                &json!({ "httpGet": { "path": "/healthz", "port": 9400, "scheme": "HTTP" }, "periodSeconds": 10, "failureThreshold": 3 }),
            );
            killed(w, "depot", "depot", words);
        },
    ),
    kind(
        "liveness_probe_incorrect_port",
        "service/quote",
        &["liveness-probe-port-wrong"],
        &[
            "Get \"http://10.244.3.9:5001/live\": dial tcp 10.244.3.9:5001: connect: connection refused",
            "Get http://10.244.3.9:5001/live: dial tcp 10.244.3.9:5001: connect: connection refused",
        ],
        |w, words| {
            probe(
                w,
                "quote",
                "livenessProbe",
                &json!({ "httpGet": { "path": "/live", "port": 5001, "scheme": "HTTP" }, "initialDelaySeconds": 20, "periodSeconds": 10, "failureThreshold": 3 }),
            );
            killed(w, "quote", "api", words);
        },
    ),
    kind(
        "liveness_probe_incorrect_timing",
        "service/sorter",
        &["liveness-probe-too-strict"],
        &[
            "Get \"http://10.244.1.4:8100/actuator/health\": dial tcp 10.244.1.4:8100: connect: connection refused",
            "Get \"http://10.244.1.4:8100/actuator/health\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        ],
        |w, words| {
            probe(
                w,
                "sorter",
                "livenessProbe",
                &json!({ "httpGet": { "path": "/actuator/health", "port": 8100, "scheme": "HTTP" }, "initialDelaySeconds": 0, "periodSeconds": 1, "timeoutSeconds": 1, "failureThreshold": 1 }),
            );
            killed(w, "sorter", "app", words);
        },
    ),
    kind(
        "readiness_probe_incorrect_protocol",
        "service/depot",
        &["readiness-probe-protocol-wrong"],
        &[
            "Get \"http://10.244.2.7:9400/\": net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x00\\x00\\x06\\x04\\x00\"",
            "Get \"http://10.244.2.7:9400/\": EOF",
        ],
        |w, words| {
            probe(
                w,
                "depot",
                "readinessProbe",
                &json!({ "httpGet": { "path": "/", "port": 9400, "scheme": "HTTP" }, "periodSeconds": 5, "failureThreshold": 3 }),
            );
            unready(w, "depot", "depot", words);
        },
    ),
    kind(
        "readiness_probe_incorrect_port",
        "service/labels",
        &["readiness-probe-port-wrong"],
        &[
            "Get \"http://10.244.3.3:3001/ready\": dial tcp 10.244.3.3:3001: connect: connection refused",
            "dial tcp 10.244.3.3:3001: connect: connection refused",
        ],
        |w, words| {
            let wrong = if words.starts_with("Get") {
                json!({ "httpGet": { "path": "/ready", "port": 3001, "scheme": "HTTP" }, "periodSeconds": 10 })
            } else {
                json!({ "tcpSocket": { "port": 3001 }, "periodSeconds": 10 })
            };
            probe(w, "labels", "readinessProbe", &wrong);
            unready(w, "labels", "web", words);
        },
    ),
    kind(
        "service_sidecar_port_conflict",
        "service/sorter",
        &["container-port-conflict"],
        &[
            "app|Web server failed to start. Port 15006 was already in use.",
            "envoy|error initializing configuration '/etc/envoy.yaml': cannot bind '0.0.0.0:8100': Address already in use",
            "app|java.net.BindException: Address already in use (Bind failed)",
            "envoy|listen tcp 0.0.0.0:8100: bind: address already in use",
            "app|OSError: [Errno 98] Address already in use",
            "app|Error: listen EADDRINUSE: address already in use 0.0.0.0:15006",
            "app|io.netty.channel.unix.Errors$NativeIoException: bind(..) failed: Address already in use",
        ],
        |w, words| {
            let (container, line) = words.split_once('|').unwrap();
            if container == "app" {
                w.main_container("sorter", |c| c["ports"][0]["containerPort"] = json!(15006));
            } else {
                w.template("sorter", |spec| spec["containers"][1]["ports"][0]["containerPort"] = json!(8100));
            }
            crash(w, "sorter", container, line);
        },
    ),
    kind(
        "mysql_invalid_credentials",
        "service/sorter",
        &["database-credentials-wrong"],
        &[
            "java.sql.SQLInvalidAuthorizationSpecException: (conn=41) Access denied for user 'sorter'@'10.244.1.4' (using password: YES)",
            "ERROR 1045 (28000): Access denied for user 'sorter'@'10.244.1.4' (using password: YES)",
            "Error: ER_ACCESS_DENIED_ERROR: Access denied for user 'sorter'@'10.244.1.4' (using password: YES)",
            "Error 1045 (28000): Access denied for user 'sorter'@'10.244.1.4' (using password: NO)",
            "HikariPool-1 - Exception during pool initialization. java.sql.SQLException: Access denied for user 'sorter'@'10.244.1.4' (using password: YES)",
            "org.postgresql.util.PSQLException: FATAL: password authentication failed for user \"sorter\"",
            "django.db.utils.OperationalError: connection to server at \"ledger\" (10.96.4.4), port 5432 failed: FATAL: password authentication failed for user \"sorter\"",
            "error: password authentication failed for user \"sorter\"",
        ],
        |w, words| crash(w, "sorter", "app", words),
    ),
    kind(
        "mysql_invalid_port",
        "service/sorter",
        &["database-port-wrong"],
        &[
            "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure",
            "java.sql.SQLNonTransientConnectionException: Socket fail to connect to host:address=(host=register.stores)(port=3360)(type=primary). Connection refused (Connection refused)",
            "Error: connect ECONNREFUSED 10.96.7.7:3360",
            "dial tcp 10.96.7.7:3360: connect: connection refused",
            "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'register.stores' ([Errno 111] Connection refused)\")",
            "Caused by: java.net.ConnectException: Connection refused",
            "java.net.SocketTimeoutException: Connect timed out",
            "secret|com.mysql.jdbc.exceptions.jdbc4.CommunicationsException: Communications link failure; Caused by: java.net.ConnectException: Connection refused (Connection refused)",
            "secret|HikariPool-1 - Exception during pool initialization. java.sql.SQLNonTransientConnectionException: Could not connect to address=(host=register.stores)(port=3360)(type=master) : Connection refused",
        ],
        |w, words| {
            let words = if let Some(words) = words.strip_prefix("secret|") {
                w.main_container("sorter", |c| {
                    c["env"].as_array_mut().unwrap().remove(0);
                    c["envFrom"] = json!([{ "secretRef": { "name": "sorter-db" } }]);
                });
                words
            } else {
                w.main_container("sorter", |c| {
                    c["env"][0]["value"] = json!("jdbc:mariadb://register.stores:3360/sorting")
                });
                words
            };
            if words.contains("timed out") {
                complain(w, "sorter", "app", words)
            } else {
                crash(w, "sorter", "app", words)
            }
        },
    ),
    kind(
        "db_read_only",
        "service/register",
        &["database-read-only"],
        &[
            "java.sql.SQLException: The MariaDB server is running with the --read-only option so it cannot execute this statement",
            "Error 1290 (HY000): The MySQL server is running with the --super-read-only option so it cannot execute this statement",
            "ERROR: cannot execute UPDATE in a read-only transaction",
            "psycopg2.errors.ReadOnlySqlTransaction: cannot execute DELETE in a read-only transaction",
            "Error: ER_OPTION_PREVENTS_STATEMENT: The MySQL server is running with the --read-only option so it cannot execute this statement",
            "java.sql.SQLException: Connection is read-only. Queries leading to data modification are not allowed",
        ],
        |w, words| complain(w, "sorter", "app", words),
    ),
    kind(
        "db_connection_exhaustion",
        "service/register",
        &["database-connections-exhausted"],
        &[
            "java.sql.SQLNonTransientConnectionException: Too many connections",
            "Error 1040 (08004): Too many connections",
            "org.postgresql.util.PSQLException: FATAL: remaining connection slots are reserved for non-replication superuser connections",
            "FATAL: sorry, too many clients already",
            "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00",
            "HikariPool-1 - Connection is not available, request timed out after 30001ms.",
            "Error: timeout exceeded when trying to connect",
            "remaining connection slots are reserved for roles with the SUPERUSER attribute",
            "User sorter already has more than 'max_user_connections' active connections",
            "Error: Knex: Timeout acquiring a connection. The pool is probably full.",
        ],
        |w, words| complain(w, "sorter", "app", words),
    ),
    kind("deployment_zero_replicas", "service/quote", &["scaled-to-zero"], &["", "event"], |w, words| {
        w.workload("quote")["spec"]["replicas"] = json!(0);
        let set = w.replica_set("quote").1;
        w.find("ReplicaSet", &set)["spec"]["replicas"] = json!(0);
        let pods = w.pods("quote");
        w.objects.retain(|o| !pods.iter().any(|(_, pod)| o["metadata"]["name"] == json!(pod)));
        if words == "event" {
            w.event(
                "Deployment",
                "intake",
                "quote",
                "ScalingReplicaSet",
                &format!("Scaled down replica set {set} to 0 from 2"),
                1,
            );
            w.events.last_mut().unwrap().warning = false;
        }
    }),
];
