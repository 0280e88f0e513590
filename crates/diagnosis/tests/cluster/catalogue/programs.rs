//! What takes a program down, or out of service, once it runs.

use super::{Fault, fault};
use crate::world::{World, text};
use serde_json::json;

pub(super) const FAULTS: &[Fault] = &[
    fault("memory", "service/tariff", &["out-of-memory"], |w| w.crash("tariff", "app", "OOMKilled", 137, 6)),
    fault("memory of a sidecar", "service/seats", &["out-of-memory"], |w| {
        w.crash("seats", "relay", "OOMKilled", 137, 6)
    }),
    fault("java heap", "service/seats", &["out-of-memory"], |w| {
        w.crash("seats", "app", "Error", 3, 6);
        w.log(
            "seats",
            "app",
            &[
                "java.lang.OutOfMemoryError: Java heap space",
                "Terminating due to java.lang.OutOfMemoryError: Java heap space",
            ],
        );
    }),
    fault("node heap", "service/tides", &["out-of-memory"], |w| {
        w.crash("tides", "app", "Error", 134, 6);
        w.log("tides", "app", &["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"]);
    }),
    fault("liveness protocol", "service/tariff", &["liveness-probe-protocol-wrong"], |w| {
        probe(
            w,
            "tariff",
            "livenessProbe",
            json!({ "httpGet": { "path": "/", "port": 9000, "scheme": "HTTP" }, "initialDelaySeconds": 30, "periodSeconds": 10, "failureThreshold": 3 }),
        );
        unhealthy(
            w,
            "tariff",
            "Liveness",
            "Get \"http://10.244.1.7:9000/\": net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x00\\x00\\x06\\x04\"",
            true,
        );
    }),
    fault("liveness port", "service/pilot", &["liveness-probe-port-wrong"], |w| {
        probe(
            w,
            "pilot",
            "livenessProbe",
            json!({ "httpGet": { "path": "/healthz", "port": 8001, "scheme": "HTTP" }, "initialDelaySeconds": 30, "periodSeconds": 10, "failureThreshold": 3 }),
        );
        unhealthy(
            w,
            "pilot",
            "Liveness",
            "Get \"http://10.244.1.7:8001/healthz\": dial tcp 10.244.1.7:8001: connect: connection refused",
            true,
        );
    }),
    fault("liveness timing", "service/seats", &["liveness-probe-too-strict"], |w| {
        probe(
            w,
            "seats",
            "livenessProbe",
            json!({ "httpGet": { "path": "/actuator/health", "port": 8080, "scheme": "HTTP" }, "initialDelaySeconds": 1, "periodSeconds": 2, "timeoutSeconds": 1, "failureThreshold": 2 }),
        );
        unhealthy(
            w,
            "seats",
            "Liveness",
            "Get \"http://10.244.1.7:8080/actuator/health\": dial tcp 10.244.1.7:8080: connect: connection refused",
            true,
        );
    }),
    fault("liveness path", "service/pilot", &["liveness-probe-path-wrong"], |w| {
        unhealthy(w, "pilot", "Liveness", "HTTP probe failed with statuscode: 404", true);
    }),
    fault("readiness protocol", "service/tariff", &["readiness-probe-protocol-wrong"], |w| {
        probe(
            w,
            "tariff",
            "readinessProbe",
            json!({ "httpGet": { "path": "/ready", "port": 9000, "scheme": "HTTP" }, "periodSeconds": 5, "failureThreshold": 3 }),
        );
        unhealthy(
            w,
            "tariff",
            "Readiness",
            "Get \"http://10.244.1.7:9000/ready\": net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x00\\x00\\x06\\x04\"",
            false,
        );
    }),
    fault("readiness over https", "service/pilot", &["readiness-probe-protocol-wrong"], |w| {
        probe(
            w,
            "pilot",
            "readinessProbe",
            json!({ "httpGet": { "path": "/healthz", "port": 8000, "scheme": "HTTPS" }, "periodSeconds": 5, "failureThreshold": 3 }),
        );
        unhealthy(
            w,
            "pilot",
            "Readiness",
            "Get \"https://10.244.1.7:8000/healthz\": http: server gave HTTP response to HTTPS client",
            false,
        );
    }),
    fault("readiness port", "service/pilot", &["readiness-probe-port-wrong"], |w| {
        probe(
            w,
            "pilot",
            "readinessProbe",
            json!({ "httpGet": { "path": "/healthz", "port": 8081, "scheme": "HTTP" }, "periodSeconds": 5, "failureThreshold": 3 }),
        );
        unhealthy(
            w,
            "pilot",
            "Readiness",
            "Get \"http://10.244.1.7:8081/healthz\": dial tcp 10.244.1.7:8081: connect: connection refused",
            false,
        );
    }),
    fault("readiness path", "service/pilot", &["readiness-probe-path-wrong"], |w| {
        unhealthy(w, "pilot", "Readiness", "HTTP probe failed with statuscode: 404", false);
    }),
    fault("readiness patience", "service/tides", &["readiness-probe-too-strict"], |w| {
        probe(
            w,
            "tides",
            "readinessProbe",
            json!({ "tcpSocket": { "port": 7000 }, "timeoutSeconds": 1, "periodSeconds": 2, "failureThreshold": 1 }),
        );
        unhealthy(w, "tides", "Readiness", "dial tcp 10.244.1.7:7000: i/o timeout", false);
    }),
    fault("startup probe", "service/seats", &["startup-probe-too-strict"], |w| {
        probe(
            w,
            "seats",
            "startupProbe",
            json!({ "httpGet": { "path": "/actuator/health", "port": 8080, "scheme": "HTTP" }, "periodSeconds": 1, "failureThreshold": 5 }),
        );
        unhealthy(
            w,
            "seats",
            "Startup",
            "Get \"http://10.244.1.7:8080/actuator/health\": dial tcp 10.244.1.7:8080: connect: connection refused",
            true,
        );
    }),
    fault("readiness says the program is unwell", "service/seats", &["application-unhealthy"], |w| {
        unhealthy(w, "seats", "Readiness", "HTTP probe failed with statuscode: 503", false);
    }),
    fault("port taken by the sidecar", "service/seats", &["container-port-conflict"], |w| {
        w.template("seats", |spec| spec["containers"][1]["ports"][0]["containerPort"] = json!(8080));
        w.crash("seats", "app", "Error", 1, 5);
        w.log(
            "seats",
            "app",
            &[
                "***************************",
                "APPLICATION FAILED TO START",
                "***************************",
                "Description:",
                "Web server failed to start. Port 8080 was already in use.",
            ],
        );
    }),
    fault("port taken, in node", "service/seats", &["container-port-conflict"], |w| {
        w.crash("seats", "relay", "Error", 1, 5);
        w.log("seats", "relay", &["Error: listen EADDRINUSE: address already in use :::15001"]);
    }),
    fault("scaled to zero", "service/tariff", &["scaled-to-zero"], |w| {
        w.workload("tariff")["spec"]["replicas"] = json!(0);
        let set = w.replica_set("tariff").1;
        w.find("ReplicaSet", &set)["spec"]["replicas"] = json!(0);
        let pods = w.pods("tariff");
        w.objects.retain(|o| !pods.iter().any(|(_, pod)| text(o, "/metadata/name") == pod));
    }),
    fault("crash", "service/pilot", &["application-crash"], |w| {
        w.crash("pilot", "app", "Error", 1, 9);
        w.log(
            "pilot",
            "app",
            &[
                "Traceback (most recent call last):",
                "  File \"/app/main.py\", line 12, in <module>",
                "KeyError: 'RATE'",
            ],
        );
    }),
    fault("crash of a go program", "service/tides", &["application-crash"], |w| {
        w.crash("tides", "app", "Error", 2, 9);
        w.log(
            "tides",
            "app",
            &[
                "panic: runtime error: invalid memory address or nil pointer dereference",
                "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a2f11]",
                "goroutine 1 [running]:",
            ],
        );
    }),
    fault("disk of a store", "service/logbook", &["volume-full"], |w| {
        w.crash("logbook", "server", "Error", 1, 4);
        w.log("logbook", "server", &["2031-04-02T09:00:00.1Z 0 [ERROR] [MY-012144] [InnoDB] posix_fallocate(): Failed to preallocate data for file ./x.ibd, desired size 65536 bytes. OS error 28. No space left on device"]);
    }),
    fault("access forbidden", "service/tides", &["access-forbidden"], |w| {
        w.crash("tides", "app", "Error", 1, 4);
        w.log("tides", "app", &["E0402 09:00:00.123456 1 reflector.go:158] \"Unhandled Error\" err=\"failed to list *v1.ConfigMap: configmaps is forbidden: User \\\"system:serviceaccount:berths:default\\\" cannot list resource \\\"configmaps\\\" in API group \\\"\\\" in the namespace \\\"berths\\\"\""]);
    }),
    fault("job out of tries", "service/tally", &["job-failed"], |w| {
        let job = w.find("Job", "tally-31040203");
        job["status"] = json!({ "failed": 4, "conditions": [{ "type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit" }] });
        w.each_pod("tally-31040203", |pod| {
            pod["status"]["phase"] = json!("Failed");
            pod["status"]["containerStatuses"][0]["state"] =
                json!({ "terminated": { "reason": "Error", "exitCode": 1 } });
        });
        w.event(
            "Job",
            "harbour",
            "tally-31040203",
            "BackoffLimitExceeded",
            "Job has reached the specified backoff limit",
            1,
        );
    }),
    fault("job past its deadline", "service/tally", &["job-failed"], |w| {
        let job = w.find("Job", "tally-31040203");
        job["status"] = json!({ "failed": 1, "conditions": [{ "type": "Failed", "status": "True", "reason": "DeadlineExceeded", "message": "Job was active longer than specified deadline" }] });
        let pods = w.pods("tally-31040203");
        w.objects.retain(|o| !pods.iter().any(|(_, pod)| text(o, "/metadata/name") == pod));
        w.event(
            "Job",
            "harbour",
            "tally-31040203",
            "DeadlineExceeded",
            "Job was active longer than specified deadline",
            1,
        );
    }),
    fault("autoscaler without metrics", "service/seats", &["autoscaler-without-metrics"], |w| {
        let why = "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)";
        condition(w, "ScalingActive", "FailedGetResourceMetric", why);
        w.event("HorizontalPodAutoscaler", "harbour", "seats", "FailedGetResourceMetric", why, 300);
    }),
    fault("autoscaler of nothing", "autoscaler/seats", &["autoscaler-target-missing"], |w| {
        w.find("HorizontalPodAutoscaler", "seats")["spec"]["scaleTargetRef"]["name"] = json!("seat");
        let why =
            "the HPA controller was unable to get the target's current scale: deployments.apps \"seat\" not found";
        condition(w, "AbleToScale", "FailedGetScale", why);
        w.event("HorizontalPodAutoscaler", "harbour", "seats", "FailedGetScale", why, 300);
    }),
    fault("certificate expired", "service/tariff", &["certificate-expired"], |w| {
        w.log("seats", "app", &["2031-04-02T09:00:01Z ERROR 1 --- [nio-8080-exec-1] c.e.f.TariffClient : GET https://tariff:9000/price failed: javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed: java.security.cert.CertificateExpiredException: NotAfter: Tue Apr 01 00:00:00 UTC 2031"]);
        w.edges.push(("seats".to_owned(), "tariff".to_owned()));
    }),
    fault("certificate expired, in go", "service/tides", &["certificate-expired"], |w| {
        w.log("pilot", "app", &["level=error msg=\"call failed\" err=\"Get \\\"https://tides:7000/now\\\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2031-04-02T09:00:00Z is after 2031-04-01T00:00:00Z\""]);
    }),
];

fn probe(world: &mut World, name: &str, key: &str, probe: serde_json::Value) {
    world.template(name, |spec| spec["containers"][0][key] = probe.clone());
}

/// The probe fails; a restarting one also kills.
fn unhealthy(world: &mut World, name: &str, kind: &str, why: &str, kills: bool) {
    let container =
        if name == "seats" || name == "pilot" || name == "tariff" || name == "tides" { "app" } else { "server" };
    if kills {
        world.crash(name, container, "Error", 137, 7);
        world.pod_event(
            name,
            "Killing",
            &format!("Container {container} failed {} probe, will be restarted", kind.to_lowercase()),
            7,
        );
    } else {
        world.unready(name, container);
    }
    world.pod_event(name, "Unhealthy", &format!("{kind} probe failed: {why}"), 31);
}

fn condition(world: &mut World, kind: &str, reason: &str, message: &str) {
    let autoscaler = world.find("HorizontalPodAutoscaler", "seats");
    autoscaler["status"]["conditions"] = json!([
        { "type": if kind == "AbleToScale" { "AbleToScale" } else { "ScalingActive" }, "status": "False", "reason": reason, "message": message }]);
}
