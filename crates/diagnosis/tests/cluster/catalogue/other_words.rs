//! The same troubles in the words of other runtimes, versions, clouds and languages.

use super::{Fault, fault};
use crate::world::World;
use serde_json::json;

pub(super) const FAULTS: &[Fault] = &[
    fault("docker denies a public image", "service/tides", &["image-reference-wrong"], |w| {
        pull(
            w,
            "tides",
            "rpc error: code = Unknown desc = Error response from daemon: pull access denied for ferries/tides, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
        )
    }),
    fault("token refused", "service/tides", &["image-pull-unauthorized"], |w| {
        pull(
            w,
            "tides",
            "failed to resolve reference \"registry.example.org/ferries/tides:3.4\": failed to authorize: failed to fetch oauth token: unexpected status from GET request: 403 Forbidden",
        )
    }),
    fault("no basic auth", "service/pilot", &["image-pull-unauthorized"], |w| {
        pull(
            w,
            "pilot",
            "rpc error: code = Unknown desc = Error response from daemon: Head \"https://registry.example.org/v2/pilot/manifests/3.4\": no basic auth credentials",
        )
    }),
    fault("cri-o unauthorized", "service/pilot", &["image-pull-unauthorized"], |w| {
        pull(
            w,
            "pilot",
            "rpc error: code = Unknown desc = reading manifest 3.4 in registry.example.org/ferries/pilot: unauthorized: access to the requested resource is not authorized",
        )
    }),
    fault("cri-o manifest unknown", "service/pilot", &["image-reference-wrong"], |w| {
        pull(
            w,
            "pilot",
            "rpc error: code = Unknown desc = reading manifest 9.9 in registry.example.org/ferries/pilot: manifest unknown",
        )
    }),
    fault("cri-o registry name", "service/pilot", &["registry-name-unresolved"], |w| {
        pull(
            w,
            "pilot",
            "rpc error: code = Unknown desc = pinging container registry registry.example.org: Get \"https://registry.example.org/v2/\": dial tcp: lookup registry.example.org: Temporary failure in name resolution",
        )
    }),
    fault("old scheduler, selector", "service/tides", &["node-selector-unsatisfiable"], |w| {
        w.template("tides", |spec| spec["nodeSelector"] = json!({ "disk": "ssd" }));
        w.unschedule("tides", "0/4 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 3 node(s) didn't match node selector.");
    }),
    fault("old scheduler, apart", "service/pilot", &["pod-anti-affinity-conflict"], |w| {
        w.unschedule("pilot", "0/4 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 3 node(s) didn't satisfy existing pods anti-affinity rules.");
    }),
    fault("grpc asked of http", "service/pilot", &["readiness-probe-protocol-wrong"], |w| {
        w.template("pilot", |spec| {
            spec["containers"][0]["readinessProbe"] = json!({ "grpc": { "port": 8000 }, "periodSeconds": 5 })
        });
        w.unready("pilot", "app");
        w.pod_event("pilot", "Unhealthy", "Readiness probe failed: error: failed to connect service at \"10.244.1.9:8000\": connection error: desc = \"error reading server preface: http2: frame too large\"", 40);
    }),
    fault("grpc on the wrong port", "service/tariff", &["readiness-probe-port-wrong"], |w| {
        w.template("tariff", |spec| {
            spec["containers"][0]["readinessProbe"] = json!({ "grpc": { "port": 9100 }, "periodSeconds": 5 })
        });
        w.unready("tariff", "app");
        w.pod_event("tariff", "Unhealthy", "Readiness probe failed: timeout: failed to connect service \"10.244.1.9:9100\" within 1s: context deadline exceeded", 40);
    }),
    fault("prisma", "service/tides", &["database-port-wrong"], |w| {
        w.template("tides", |spec| {
            spec["containers"][0]["env"] =
                json!([{ "name": "DATABASE_URL", "value": "mysql://tides:x@logbook.harbour:3309/tides" }])
        });
        crash(w, "tides", "Error: P1001: Can't reach database server at `logbook.harbour`:`3309`");
    }),
    fault("sqlalchemy", "service/tariff", &["database-credentials-wrong"], |w| {
        crash(
            w,
            "tariff",
            "sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (1045, \"Access denied for user 'tariff'@'10.244.1.2' (using password: NO)\")",
        )
    }),
    fault("node and mongo", "service/tariff", &["database-credentials-wrong"], |w| {
        crash(w, "tariff", "MongoServerError: Authentication failed.")
    }),
    fault("go and redis", "service/tariff", &["database-credentials-wrong"], |w| {
        crash(w, "tariff", "panic: NOAUTH Authentication required.")
    }),
    fault("npgsql pool", "service/logbook", &["database-connections-exhausted"], |w| {
        complain(
            w,
            "seats",
            "Npgsql.NpgsqlException: The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout' (currently 15 seconds) in your connection string.",
        )
    }),
    fault("nginx bind", "service/seats", &["container-port-conflict"], |w| {
        w.crash("seats", "relay", "Error", 1, 6);
        w.log("seats", "relay", &["nginx: [emerg] bind() to 0.0.0.0:8080 failed (98: Address already in use)"]);
    }),
    fault("rust panic", "service/tides", &["application-crash"], |w| {
        crash(
            w,
            "tides",
            "thread 'main' panicked at src/main.rs:41:18: called `Result::unwrap()` on an `Err` value: ParseIntError",
        )
    }),
    fault("ruby", "service/tides", &["application-crash"], |w| {
        crash(w, "tides", "/app/boot.rb:3:in `require': cannot load such file -- tide (LoadError)")
    }),
    fault("missing module", "service/pilot", &["application-crash"], |w| {
        crash(w, "pilot", "Error: Cannot find module '/app/server.js'")
    }),
    fault("injector silent", "service/pilot", &["admission-webhook-refusal"], |w| {
        w.refuse("pilot",
        "Internal error occurred: failed calling webhook \"namespace.sidecar-injector.istio.io\": failed to call webhook: Post \"https://istiod.istio-system.svc:443/inject?timeout=10s\": context deadline exceeded")
    }),
    fault("policy engine", "service/tides", &["admission-webhook-refusal"], |w| {
        w.refuse("tides",
        "admission webhook \"validation.gatekeeper.sh\" denied the request: [must-have-owner] you must provide labels: {\"owner\"}")
    }),
    fault("pod security policy", "service/tides", &["pod-security-violated"], |w| {
        w.refuse("tides",
        "pods \"{pod}\" is forbidden: PodSecurityPolicy: unable to admit pod: [spec.containers[0].securityContext.privileged: Invalid value: true: Privileged containers are not allowed]")
    }),
    fault("least memory", "service/tides", &["limit-range-violated"], |w| {
        w.refuse(
            "tides",
            "pods \"{pod}\" is forbidden: minimum memory usage per Container is 1Gi, but request is 256Mi",
        )
    }),
    fault("cloud network full", "node/w-2", &["pod-addresses-exhausted"], |w| {
        w.stuck("tides", "app", "ContainerCreating", "");
        w.each_pod("tides", |pod| {
            pod["spec"]["nodeName"] = json!("w-2");
            pod["status"].as_object_mut().unwrap().remove("podIP");
        });
        w.pod_event("tides", "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"9a\": plugin type=\"aws-cni\" name=\"aws-cni\" failed (add): add cmd: failed to assign an IP address to container", 18);
    }),
    fault("calico unauthorized", "node/w-2", &["network-plugin-failing"], |w| {
        w.stuck("tides", "app", "ContainerCreating", "");
        w.each_pod("tides", |pod| {
            pod["spec"]["nodeName"] = json!("w-2");
            pod["status"].as_object_mut().unwrap().remove("podIP");
        });
        w.pod_event("tides", "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to set up sandbox container \"9a\" network for pod \"{pod}\": networkPlugin cni failed to set up pod \"{pod}_berths\" network: error getting ClusterInformation: connection is unauthorized: Unauthorized", 18);
    }),
    fault("cloud disk elsewhere", "service/logbook", &["volume-attached-elsewhere"], |w| {
        w.stuck("logbook", "server", "ContainerCreating", "");
        w.pod_event("logbook", "FailedAttachVolume", "AttachVolume.Attach failed for volume \"vol-11\" : rpc error: code = Internal desc = Could not attach volume \"vol-0a\" to node \"i-0b\": VolumeInUse: vol-0a is already attached to an instance", 6);
    }),
    fault("runc of old", "service/tariff", &["command-not-found"], |w| {
        w.waiting("tariff", "app", "RunContainerError", "", 4);
        w.pod_event("tariff", "Failed", "Error: failed to start container \"app\": Error response from daemon: OCI runtime create failed: container_linux.go:380: starting container process caused: exec: \"tarif\": executable file not found in $PATH: unknown", 4);
    }),
    fault("old exec format", "service/tariff", &["image-platform-mismatch"], |w| {
        crash(w, "tariff", "standard_init_linux.go:228: exec user process caused: exec format error")
    }),
    fault("spring without its bean", "service/seats", &["application-crash"], |w| {
        w.crash("seats", "app", "Error", 1, 6);
        w.log("seats", "app", &["org.springframework.beans.factory.UnsatisfiedDependencyException: Error creating bean with name 'seatService'", "Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'rate.table' in value \"${rate.table}\""]);
    }),
    fault("memory of the whole java process", "service/seats", &["out-of-memory"], |w| {
        w.crash("seats", "app", "OOMKilled", 137, 3)
    }),
];

fn pull(world: &mut World, name: &str, why: &str) {
    world.stuck(name, "app", "ErrImagePull", why);
    world.pod_event(name, "Failed", &format!("Failed to pull image \"x\": {why}"), 4);
}

fn crash(world: &mut World, name: &str, line: &str) {
    world.crash(name, "app", "Error", 1, 5);
    world.log(name, "app", &[line]);
}

fn complain(world: &mut World, name: &str, line: &str) {
    world.log(name, "app", &[line, line]);
}
