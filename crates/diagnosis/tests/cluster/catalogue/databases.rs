//! Stores and brokers, as programs of many languages complain of them.

use super::{Fault, fault};
use crate::world::World;
use serde_json::json;

pub(super) const FAULTS: &[Fault] = &[
    fault("credentials, mysql from java", "service/seats", &["database-credentials-wrong"], |w| {
        crash(
            w,
            "seats",
            "com.zaxxer.hikari.pool.HikariPool$PoolInitializationException: Failed to initialize pool: Access denied for user 'seats'@'10.244.2.9' (using password: YES)",
        )
    }),
    fault("credentials, mongo", "service/tariff", &["database-credentials-wrong"], |w| {
        crash(
            w,
            "tariff",
            "pymongo.errors.OperationFailure: Authentication failed., full error: {'ok': 0.0, 'errmsg': 'Authentication failed.', 'code': 18, 'codeName': 'AuthenticationFailed'}",
        )
    }),
    fault("credentials, postgres from go", "service/tariff", &["database-credentials-wrong"], |w| {
        crash(
            w,
            "tariff",
            "failed to connect to `user=tariff database=tariff`: 10.96.1.1:5432 (manifest): failed SASL auth: FATAL: password authentication failed for user \"tariff\" (SQLSTATE 28P01)",
        )
    }),
    fault("credentials, redis", "service/tariff", &["database-credentials-wrong"], |w| {
        crash(w, "tariff", "redis.exceptions.AuthenticationError: invalid username-password pair or user is disabled.")
    }),
    fault("credentials, rabbit", "service/seats", &["database-credentials-wrong"], |w| {
        crash(
            w,
            "seats",
            "com.rabbitmq.client.AuthenticationFailureException: ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.",
        )
    }),
    fault("credentials, kafka", "service/tariff", &["database-credentials-wrong"], |w| {
        crash(
            w,
            "tariff",
            "org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512",
        )
    }),
    fault("credentials, sql server from dotnet", "service/tariff", &["database-credentials-wrong"], |w| {
        crash(
            w,
            "tariff",
            "Unhandled exception. Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'tariff'.",
        )
    }),
    fault("port, jdbc", "service/seats", &["database-port-wrong"], |w| {
        w.template("seats", |spec| {
            spec["containers"][0]["env"][0]["value"] =
                json!("jdbc:mysql://logbook.harbour.svc.cluster.local:3307/seats")
        });
        crash(w, "seats", "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure");
    }),
    fault("port, split variables", "service/tides", &["database-port-wrong"], |w| {
        w.template("tides", |spec| {
            spec["containers"][0]["env"] = json!([
            { "name": "DB_HOST", "value": "manifest.harbour" }, { "name": "DB_PORT", "value": "27018" }])
        });
        crash(w, "tides", "MongoServerSelectionError: connect ECONNREFUSED 10.96.4.2:27018");
    }),
    fault("broker port", "service/seats", &["database-port-wrong", "peer-address-wrong"], |w| {
        w.template("seats", |spec| spec["containers"][0]["env"][3]["value"] = json!("5673"));
        crash(
            w,
            "seats",
            "org.springframework.amqp.AmqpConnectException: java.net.ConnectException: Connection refused",
        );
    }),
    fault("read-only, mysql", "service/logbook", &["database-read-only"], |w| {
        complain(
            w,
            "seats",
            "java.sql.SQLException: The MySQL server is running with the --super-read-only option so it cannot execute this statement",
        )
    }),
    fault("read-only, mongo", "service/manifest", &["database-read-only"], |w| {
        complain(
            w,
            "tariff",
            "com.mongodb.MongoNotPrimaryException: Command failed with error 10107 (NotWritablePrimary): 'not primary' on server manifest:27017",
        )
    }),
    fault("read-only, redis", "service/locker", &["database-read-only"], |w| {
        complain(
            w,
            "tariff",
            "redis.clients.jedis.exceptions.JedisDataException: READONLY You can't write against a read only replica.",
        )
    }),
    fault("read-only, postgres", "service/logbook", &["database-read-only"], |w| {
        complain(
            w,
            "seats",
            "org.postgresql.util.PSQLException: ERROR: cannot execute INSERT in a read-only transaction",
        )
    }),
    fault("connections, mysql", "service/logbook", &["database-connections-exhausted"], |w| {
        complain(
            w,
            "seats",
            "java.sql.SQLNonTransientConnectionException: Data source rejected establishment of connection,  message from server: \"Too many connections\"",
        )
    }),
    fault("connections, pool", "service/logbook", &["database-connections-exhausted"], |w| {
        complain(
            w,
            "seats",
            "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms (total=10, active=10, idle=0, waiting=42)",
        )
    }),
    fault("connections, postgres", "service/logbook", &["database-connections-exhausted"], |w| {
        complain(w, "seats", "FATAL: sorry, too many clients already")
    }),
    fault("connections, mongo", "service/manifest", &["database-connections-exhausted"], |w| {
        complain(w, "tariff", "MongoServerSelectionError: connection refused because too many open connections: 819")
    }),
    fault("broker memory alarm", "service/foghorn", &["broker-blocked"], |w| {
        w.log(
            "foghorn",
            "broker",
            &[
                "2031-04-02 09:00:00.123 [warning] <0.408.0> memory resource limit alarm set on node rabbit@foghorn-0.",
                "*** Publishers will be blocked until this alarm clears ***",
            ],
        );
    }),
    fault("database down", "service/logbook", &["out-of-memory"], |w| {
        w.crash("logbook", "server", "OOMKilled", 137, 5);
        crash(
            w,
            "seats",
            "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure: The last packet sent successfully to the server was 0 milliseconds ago.",
        );
    }),
    fault("database's claim waits", "service/manifest", &["volume-attached-elsewhere"], |w| {
        w.stuck("manifest", "server", "ContainerCreating", "");
        w.pod_event(
            "manifest",
            "FailedAttachVolume",
            "Multi-Attach error for volume \"vol-12\" Volume is already used by pod(s) manifest-old",
            3,
        );
        complain(
            w,
            "tariff",
            "pymongo.errors.ServerSelectionTimeoutError: manifest:27017: [Errno 111] Connection refused, Timeout: 30s",
        );
    }),
];

fn crash(world: &mut World, name: &str, line: &str) {
    world.crash(name, "app", "Error", 1, 5);
    world.log(name, "app", &["Starting up", line, "shutting down"]);
}

fn complain(world: &mut World, name: &str, line: &str) {
    world.log(name, "app", &["request started", line, line]);
}
