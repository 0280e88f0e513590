//! What takes programs down once they run: memory, probes, ports, and their databases.

use super::{Kind, kind};
use crate::world::World;
use serde_json::{Value, json};

fn crash(world: &mut World, name: &str, container: &str, lines: &[&str]) {
    world.crash(name, container, "Error", 1, 6);
    say(world, name, container, lines);
}

/// Lines of a log, with the address that the database's Service has.
fn say(world: &mut World, name: &str, container: &str, lines: &[&str]) {
    let address = world.find("Service", "specimens-pg-rw")["spec"]["clusterIP"].as_str().unwrap().to_owned();
    let lines: Vec<String> = lines.iter().map(|line| line.replace("10.96.12.7", &address)).collect();
    world.log(name, container, &lines.iter().map(String::as_str).collect::<Vec<_>>());
}

fn probe(world: &mut World, name: &str, key: &str, probe: &Value) {
    world.template(name, |spec| spec["containers"][0][key] = probe.clone());
}

fn killed(world: &mut World, name: &str, container: &str, why: &str) {
    world.crash(name, container, "Error", 137, 8);
    world.pod_event(name, "Unhealthy", &format!("Liveness probe failed: {why}"), 24);
    world.pod_event(name, "Killing", &format!("Container {container} failed liveness probe, will be restarted"), 8);
}

fn unready(world: &mut World, name: &str, container: &str, why: &str) {
    world.unready(name, container);
    world.pod_event(name, "Unhealthy", &format!("Readiness probe failed: {why}"), 61);
}

pub(super) const RUNTIME: &[Kind] = &[
    kind("oom_killed", &["service/interpreter"], &["out-of-memory"], &["back-off", "running", "code"], |w, words| {
        if words == "running" {
            // Started again since: only how it ended before tells.
            w.ended("interpreter", "interpreter", "OOMKilled", 137);
            w.container("interpreter", "interpreter", |s| s["restartCount"] = json!(9));
        } else {
            w.crash("interpreter", "interpreter", "OOMKilled", if words == "code" { 0 } else { 137 }, 9);
        }
    }),
    kind(
        "liveness_probe_incorrect_protocol",
        &["service/invoicing"],
        &["liveness-probe-protocol-wrong"],
        &[
            "Get \"http://10.244.2.77:5080/healthz\": malformed HTTP response \"\\x00\\x00\\f\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x03\\x00\\x00\\x00d\"",
            "Get \"http://10.244.2.77:5080/healthz\": net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x00\\x00\\x06\\x04\\x00\"",
        ],
        |w, words| {
            probe(
                w,
                "invoicing",
                "livenessProbe",
                &json!({ "httpGet": { "path": "/healthz", "port": 5080, "scheme": "HTTP" }, "periodSeconds": 10, "timeoutSeconds": 3, "failureThreshold": 3 }),
            );
            killed(w, "invoicing", "dotnet", words);
        },
    ),
    kind(
        "liveness_probe_incorrect_protocol, TLS",
        &["service/barcode"],
        &["liveness-probe-protocol-wrong"],
        &[
            "Get \"https://10.244.2.19:8000/healthz\": http: server gave HTTP response to HTTPS client",
            "Get \"https://10.244.2.19:8000/healthz\": tls: first record does not look like a TLS handshake",
        ],
        |w, words| {
            probe(
                w,
                "barcode",
                "livenessProbe",
                &json!({ "httpGet": { "path": "/healthz", "port": 8000, "scheme": "HTTPS" }, "periodSeconds": 10, "failureThreshold": 3 }),
            );
            killed(w, "barcode", "uvicorn", words);
        },
    ),
    kind(
        "liveness_probe_incorrect_port",
        &["service/accession"],
        &["liveness-probe-port-wrong"],
        &[
            "Get \"http://10.244.3.9:8444/-/healthy\": dial tcp 10.244.3.9:8444: connect: connection refused",
            "dial tcp 10.244.3.9:8444: connect: connection refused",
        ],
        |w, words| {
            let own = if words.starts_with("Get") {
                json!({ "httpGet": { "path": "/-/healthy", "port": 8444, "scheme": "HTTP" } })
            } else {
                json!({ "tcpSocket": { "port": 8444 } })
            };
            probe(w, "accession", "livenessProbe", &own);
            killed(w, "accession", "server", words);
        },
    ),
    kind(
        "liveness_probe_incorrect_timing",
        &["service/interpreter"],
        &["liveness-probe-too-strict"],
        &[
            "Get \"http://10.244.1.4:8090/actuator/health\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
            "Get \"http://10.244.1.4:8090/actuator/health\": dial tcp 10.244.1.4:8090: connect: connection refused",
        ],
        |w, words| {
            probe(
                w,
                "interpreter",
                "livenessProbe",
                &json!({ "httpGet": { "path": "/actuator/health", "port": 8090, "scheme": "HTTP" }, "initialDelaySeconds": 1, "periodSeconds": 2, "timeoutSeconds": 1, "failureThreshold": 1 }),
            );
            killed(w, "interpreter", "interpreter", words);
        },
    ),
    kind(
        "readiness_probe_incorrect_protocol",
        &["service/invoicing"],
        &["readiness-probe-protocol-wrong"],
        &[
            "Get \"http://10.244.2.77:5080/ready\": malformed HTTP response \"\\x00\\x00\\f\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x03\\x00\\x00\\x00d\"",
            "Get \"http://10.244.2.77:5080/ready\": net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x00\\x00\\x06\\x04\\x00\"",
        ],
        |w, words| {
            probe(
                w,
                "invoicing",
                "readinessProbe",
                &json!({ "httpGet": { "path": "/ready", "port": 5080, "scheme": "HTTP" }, "periodSeconds": 5, "failureThreshold": 3 }),
            );
            unready(w, "invoicing", "dotnet", words);
        },
    ),
    kind(
        "readiness_probe_incorrect_port",
        &["service/reports"],
        &["readiness-probe-port-wrong"],
        &[
            "Get \"http://10.244.3.3:3001/readyz\": dial tcp 10.244.3.3:3001: connect: connection refused",
            "dial tcp 10.244.3.3:3001: connect: connection refused",
        ],
        |w, words| {
            let own = if words.starts_with("Get") {
                json!({ "httpGet": { "path": "/readyz", "port": 3001, "scheme": "HTTP" } })
            } else {
                json!({ "tcpSocket": { "port": 3001 } })
            };
            probe(w, "reports", "readinessProbe", &own);
            unready(w, "reports", "node", words);
        },
    ),
    kind(
        "service_sidecar_port_conflict",
        &["service/interpreter"],
        &["container-port-conflict"],
        &[
            "mesh-proxy|FATAL ERROR: Failed to bind inbound listener: Address in use (os error 98)",
            "mesh-proxy|Error: Os { code: 98, kind: AddrInUse, message: \"Address already in use\" }",
            "interpreter|org.springframework.boot.web.server.PortInUseException: Port 4143 is already in use",
            "interpreter|panic: listen tcp :4143: bind: address already in use",
            "mesh-proxy|[emerg] 1#1: bind() to 0.0.0.0:8090 failed (98: Address already in use)",
            "interpreter|Failed to bind to address http://0.0.0.0:4143: address already in use.",
        ],
        |w, words| {
            let (container, line) = words.split_once('|').unwrap();
            let (at, port) = if container == "interpreter" { (0, 4143) } else { (1, 8090) };
            w.template("interpreter", |spec| spec["containers"][at]["ports"][0]["containerPort"] = json!(port));
            crash(w, "interpreter", container, &["starting", line]);
        },
    ),
    kind("deployment_zero_replicas", &["service/accession"], &["scaled-to-zero"], &["", "event"], |w, words| {
        let set = w.replica_set("accession").1;
        w.workload("accession")["spec"]["replicas"] = json!(0);
        w.find("ReplicaSet", &set)["spec"]["replicas"] = json!(0);
        let pods = w.pods("accession");
        w.objects.retain(|o| !pods.iter().any(|(_, pod)| o["metadata"]["name"] == json!(pod)));
        if words == "event" {
            w.event(
                "Deployment",
                "team-samples",
                "accession",
                "ScalingReplicaSet",
                &format!("Scaled down replica set {set} from 2 to 0"),
                1,
            );
            let event = w.events.last_mut().unwrap();
            (event.warning, event.from) = (false, "deployment-controller");
        }
    }),
];

/// Client, its first container, and how it keeps the address of its database.
fn client(world: &mut World, name: &str, port: u16) -> &'static str {
    let (container, variable, value) = match name {
        "accession" => (
            "server",
            1,
            format!(
                "postgres://accession:s3@specimens-pg-rw.platform-data.svc.cluster.local:{port}/specimens?sslmode=disable"
            ),
        ),
        "barcode" => ("uvicorn", 1, port.to_string()),
        "interpreter" => (
            "interpreter",
            1,
            format!("jdbc:mysql://reference-db.platform-data.svc.cluster.local:{port}/ranges?useSSL=false"),
        ),
        "invoicing" => (
            "dotnet",
            1,
            format!(
                "Host=specimens-pg-rw.platform-data.svc.cluster.local;Port={port};Database=billing;Username=invoicing;Password=x"
            ),
        ),
        _ => {
            world.find("ConfigMap", "reports-settings")["data"]["DB_PORT"] = json!(port.to_string());
            return "node";
        }
    };
    world.template(name, |spec| spec["containers"][0]["env"][variable]["value"] = json!(value));
    container
}

fn container_of(name: &str) -> &'static str {
    match name {
        "accession" => "server",
        "barcode" => "uvicorn",
        "interpreter" => "interpreter",
        "invoicing" => "dotnet",
        _ => "node",
    }
}

/// `line` in the log of a program that goes on serving errors.
fn complain(world: &mut World, words: &str) {
    let (name, line) = words.split_once('|').unwrap();
    say(world, name, container_of(name), &["handled GET / in 3 ms", line, "handled GET / in 4 ms", line]);
}

fn unauthorised(world: &mut World, words: &str, name: &str) {
    crash(world, name, container_of(name), &["connecting to the database", words]);
}

fn wrong_port(world: &mut World, words: &str, name: &str, port: u16) {
    let container = client(world, name, port);
    crash(world, name, container, &["connecting to the database", words]);
}

const PG: &[&str] = &["service/specimens-pg", "service/specimens-pg-rw"];

pub(super) const DATABASES: &[Kind] = &[
    kind(
        "mysql_invalid_credentials",
        &["service/accession"],
        &["database-credentials-wrong"],
        &[
            "{\"time\":\"2031-04-02T09:41:07Z\",\"level\":\"ERROR\",\"msg\":\"startup failed\",\"err\":\"failed to connect to `user=accession database=specimens`: 10.96.12.7:5432 (specimens-pg-rw.platform-data.svc.cluster.local): failed SASL auth: FATAL: password authentication failed for user \\\"accession\\\" (SQLSTATE 28P01)\"}",
            "pq: password authentication failed for user \"accession\"",
            "Error: error returned from database: password authentication failed for user \"accession\"",
        ],
        |w, words| unauthorised(w, words, "accession"),
    ),
    kind(
        "mysql_invalid_credentials, others",
        &["service/reports"],
        &["database-credentials-wrong"],
        &[
            "PG::ConnectionBad: connection to server at \"10.96.12.7\", port 5432 failed: FATAL:  password authentication failed for user \"reports\"",
            "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [1045] Access denied for user 'reports'@'10.244.1.4' (using password: YES) in /srv/app.php:12",
            "** (Postgrex.Error) FATAL 28P01 (invalid_password) password authentication failed for user \"reports\"",
            "MongoServerError: Authentication failed.",
            "ReplyError: WRONGPASS invalid username-password pair or user is disabled.",
        ],
        |w, words| unauthorised(w, words, "reports"),
    ),
    kind(
        "mysql_invalid_credentials, .NET",
        &["service/invoicing"],
        &["database-credentials-wrong"],
        &[
            "Unhandled exception. Npgsql.PostgresException (0x80004005): 28P01: password authentication failed for user \"invoicing\"",
            "Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'invoicing'.",
            "ORA-01017: invalid username/password; logon denied",
        ],
        |w, words| unauthorised(w, words, "invoicing"),
    ),
    kind(
        "mysql_invalid_port, Go",
        &["service/accession"],
        &["database-port-wrong"],
        &[
            "{\"level\":\"ERROR\",\"msg\":\"startup failed\",\"err\":\"failed to connect to `user=accession database=specimens`: 10.96.12.7:5433 (specimens-pg-rw.platform-data.svc.cluster.local): dial error: dial tcp 10.96.12.7:5433: connect: connection refused\"}",
            "panic: dial tcp 10.96.12.7:5433: i/o timeout",
            "Error: error communicating with database: Connection refused (os error 111)",
        ],
        |w, words| wrong_port(w, words, "accession", 5433),
    ),
    kind(
        "mysql_invalid_port, Python",
        &["service/barcode"],
        &["database-port-wrong"],
        &[
            "sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection to server at \"specimens-pg-rw.platform-data\" (10.96.12.7), port 5342 failed: Connection refused",
            "psycopg.OperationalError: connection failed: connection to server at \"10.96.12.7\", port 5342 failed: Connection timed out",
            "ConnectionRefusedError: [Errno 111] Connect call failed ('10.96.12.7', 5342)",
        ],
        |w, words| wrong_port(w, words, "barcode", 5342),
    ),
    kind(
        "mysql_invalid_port, JVM",
        &["service/interpreter"],
        &["database-port-wrong"],
        &[
            "com.zaxxer.hikari.pool.HikariPool$PoolInitializationException: Failed to initialize pool: Communications link failure",
            "Caused by: com.mysql.cj.exceptions.CJCommunicationsException: Communications link failure",
            "Caused by: java.net.ConnectException: Connection refused",
        ],
        |w, words| wrong_port(w, words, "interpreter", 33060),
    ),
    kind(
        "mysql_invalid_port, .NET",
        &["service/invoicing"],
        &["database-port-wrong"],
        &[
            "Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.96.12.7:5423",
            " ---> System.Net.Sockets.SocketException (111): Connection refused",
        ],
        |w, words| wrong_port(w, words, "invoicing", 5423),
    ),
    kind(
        "mysql_invalid_port, from a ConfigMap",
        &["service/reports"],
        &["database-port-wrong"],
        &[
            "Error: connect ECONNREFUSED 10.96.12.7:5431",
            "SequelizeConnectionRefusedError: connect ECONNREFUSED 10.96.12.7:5431",
            "PG::ConnectionBad: connection to server at \"10.96.12.7\", port 5431 failed: Connection refused",
        ],
        |w, words| wrong_port(w, words, "reports", 5431),
    ),
    kind(
        "db_read_only",
        PG,
        &["database-read-only"],
        &[
            "accession|ERROR: cannot execute INSERT in a read-only transaction (SQLSTATE 25006)",
            "invoicing|Npgsql.PostgresException (0x80004005): 25006: cannot execute UPDATE in a read-only transaction",
            "barcode|sqlalchemy.exc.InternalError: (psycopg2.errors.ReadOnlySqlTransaction) cannot execute INSERT in a read-only transaction",
            "reports|error: cannot execute INSERT in a read-only transaction",
        ],
        complain,
    ),
    kind(
        "db_read_only, MySQL",
        &["service/reference-db"],
        &["database-read-only"],
        &[
            "interpreter|java.sql.SQLException: The MySQL server is running with the --super-read-only option so it cannot execute this statement",
            "interpreter|SQL Error: 1290, SQLState: HY000",
            "interpreter|Error 1836: Running in read-only mode",
        ],
        complain,
    ),
    kind(
        "db_connection_exhaustion",
        PG,
        &["database-connections-exhausted"],
        &[
            "accession|FATAL: sorry, too many clients already (SQLSTATE 53300)",
            "invoicing|Npgsql.PostgresException (0x80004005): 53300: remaining connection slots are reserved for roles with the SUPERUSER attribute",
            "barcode|psycopg2.OperationalError: connection to server at \"10.96.12.7\", port 5432 failed: FATAL:  remaining connection slots are reserved for non-replication superuser connections",
            "reports|error: sorry, too many clients already",
            "invoicing|Npgsql.NpgsqlException: The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout' (currently 15 seconds)",
        ],
        complain,
    ),
    kind(
        "db_connection_exhaustion, MySQL",
        &["service/reference-db"],
        &["database-connections-exhausted"],
        &[
            "interpreter|java.sql.SQLNonTransientConnectionException: Data source rejected establishment of connection,  message from server: \"Too many connections\"",
            "interpreter|HikariPool-1 - Connection is not available, request timed out after 30000ms (total=10, active=10, idle=0, waiting=41)",
        ],
        complain,
    ),
];
