//! Images, secrets, configuration, first processes.

use super::{Fault, fault};
use crate::world::World;
use serde_json::json;

pub(super) const FAULTS: &[Fault] = &[
    fault("image tag", "service/tariff", &["image-reference-wrong"], |w| {
        pull(
            w,
            "tariff",
            "app",
            "rpc error: code = NotFound desc = failed to pull and unpack image \"registry.example.org/ferries/tariff:3.4\": failed to resolve reference \"registry.example.org/ferries/tariff:3.4\": registry.example.org/ferries/tariff:3.4: not found",
        );
    }),
    fault("image name", "service/tides", &["image-reference-wrong"], |w| {
        w.template("tides", |spec| spec["containers"][0]["image"] = json!("registry.example.org/Ferries/Tides:3.4"));
        w.stuck("tides", "app", "InvalidImageName", "Failed to apply default image tag");
        w.pod_event("tides", "InspectFailed", "Failed to apply default image tag \"registry.example.org/Ferries/Tides:3.4\": couldn't parse image name \"registry.example.org/Ferries/Tides:3.4\": invalid reference format: repository name must be lowercase", 12);
        w.pod_event("tides", "Failed", "Error: InvalidImageName", 12);
    }),
    fault("sidecar image", "service/seats", &["image-reference-wrong"], |w| {
        pull(
            w,
            "seats",
            "relay",
            "Error response from daemon: manifest for registry.example.org/ferries/relay:3.4 not found: manifest unknown: manifest unknown",
        );
    }),
    fault("registry name", "service/tides", &["registry-name-unresolved"], |w| {
        pull(
            w,
            "tides",
            "app",
            "failed to pull and unpack image: failed to do request: Head \"https://registry.example.org/v2/ferries/tides/manifests/3.4\": dial tcp: lookup registry.example.org on 192.0.2.53:53: no such host",
        );
    }),
    fault("pull secret", "service/pilot", &["image-pull-unauthorized"], |w| {
        w.template("pilot", |spec| spec["imagePullSecrets"] = json!([{ "name": "harbour-key" }]));
        pull(
            w,
            "pilot",
            "app",
            "failed to pull and unpack image: failed to resolve reference: failed to authorize: failed to fetch anonymous token: unexpected status from GET request: 401 Unauthorized",
        );
        w.pod_event(
            "pilot",
            "FailedToRetrieveImagePullSecret",
            "Unable to retrieve some image pull secrets (harbour-key); attempting to pull the image may not succeed.",
            9,
        );
    }),
    fault("pull rate", "service/pier", &["registry-rate-limited"], |w| {
        pull(
            w,
            "pier",
            "proxy",
            "failed to pull and unpack image \"docker.io/library/nginx:1.27\": failed to copy: httpReadSeeker: failed open: unexpected status code: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.",
        );
    }),
    fault("registry certificate", "service/pilot", &["registry-certificate-invalid"], |w| {
        pull(
            w,
            "pilot",
            "app",
            "failed to do request: Head \"https://registry.example.org/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
        );
    }),
    fault("registry silent", "service/pilot", &["registry-unreachable"], |w| {
        pull(
            w,
            "pilot",
            "app",
            "failed to do request: Head \"https://registry.example.org/v2/ferries/pilot/manifests/3.4\": dial tcp 192.0.2.77:443: i/o timeout",
        );
    }),
    fault("image platform", "service/tides", &["image-platform-mismatch"], |w| {
        pull(w, "tides", "app", "failed to pull and unpack image: no match for platform in manifest: not found");
    }),
    fault("exec format", "service/tides", &["image-platform-mismatch"], |w| {
        w.crash("tides", "app", "Error", 1, 5);
        w.log("tides", "app", &["exec /usr/local/bin/tides: exec format error"]);
    }),
    fault("secret", "service/seats", &["secret-missing"], |w| {
        w.remove("Secret", "seats-db");
        w.stuck("seats", "app", "CreateContainerConfigError", "secret \"seats-db\" not found");
        w.pod_event("seats", "Failed", "Error: secret \"seats-db\" not found", 9);
    }),
    fault("secret key", "service/seats", &["secret-missing"], |w| {
        w.stuck("seats", "app", "CreateContainerConfigError", "couldn't find key password in Secret harbour/seats-db");
        w.pod_event("seats", "Failed", "Error: couldn't find key password in Secret harbour/seats-db", 9);
    }),
    fault("config map", "service/seats", &["config-map-missing"], |w| {
        w.remove("ConfigMap", "seats-settings");
        w.stuck("seats", "app", "ContainerCreating", "");
        w.pod_event(
            "seats",
            "FailedMount",
            "MountVolume.SetUp failed for volume \"settings\" : configmap \"seats-settings\" not found",
            9,
        );
    }),
    fault("config map key", "service/tides", &["config-map-missing"], |w| {
        w.put("ConfigMap", "v1", "berths", "tide-table", &json!({ "data": { "other": "1" } }));
        w.template("tides", |spec| spec["containers"][0]["env"] = json!([{ "name": "LEVEL", "valueFrom": { "configMapKeyRef": { "name": "tide-table", "key": "level" } } }]));
        w.stuck("tides", "app", "CreateContainerConfigError", "couldn't find key level in ConfigMap berths/tide-table");
        w.pod_event("tides", "Failed", "Error: couldn't find key level in ConfigMap berths/tide-table", 9);
    }),
    fault("environment from a missing map", "service/tides", &["config-map-missing"], |w| {
        w.template("tides", |spec| {
            spec["containers"][0]["envFrom"] = json!([{ "configMapRef": { "name": "tide-env" } }])
        });
        w.stuck("tides", "app", "CreateContainerConfigError", "configmap \"tide-env\" not found");
        w.pod_event("tides", "Failed", "Error: configmap \"tide-env\" not found", 9);
    }),
    fault("volume items", "service/seats", &["config-map-missing"], |w| {
        w.stuck("seats", "app", "ContainerCreating", "");
        w.pod_event(
            "seats",
            "FailedMount",
            "MountVolume.SetUp failed for volume \"settings\" : configmap references non-existent config key: app.yaml",
            9,
        );
    }),
    fault("root", "service/tides", &["runs-as-root-refused"], |w| {
        w.stuck("tides", "app", "CreateContainerConfigError", "container has runAsNonRoot and image will run as root");
        w.pod_event(
            "tides",
            "Failed",
            "Error: container has runAsNonRoot and image will run as root (pod: \"{pod}_berths(1)\", container: app)",
            9,
        );
    }),
    fault("command", "service/tariff", &["command-not-found"], |w| {
        w.crash("tariff", "app", "StartError", 128, 4);
        w.pod_event("tariff", "Failed", "Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/app/tarif\": stat /app/tarif: no such file or directory: unknown", 4);
    }),
    fault("command not in the path", "service/tariff", &["command-not-found"], |w| {
        w.waiting("tariff", "app", "RunContainerError", "failed to start container", 3);
        w.pod_event("tariff", "Failed", "Error: failed to start container \"app\": Error response from daemon: failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: exec: \"tarif\": executable file not found in $PATH: unknown", 3);
    }),
    fault("command not executable", "service/tides", &["command-not-executable"], |w| {
        w.crash("tides", "app", "StartError", 126, 4);
        w.pod_event("tides", "Failed", "Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/start.sh\": permission denied: unknown", 4);
    }),
    fault("sub path", "service/tides", &["volume-path-missing"], |w| {
        w.stuck(
            "tides",
            "app",
            "CreateContainerConfigError",
            "failed to prepare subPath for volumeMount \"charts\" of container \"app\"",
        );
        w.pod_event(
            "tides",
            "Failed",
            "Error: failed to prepare subPath for volumeMount \"charts\" of container \"app\"",
            9,
        );
    }),
    fault("mount over a file", "service/tides", &["volume-path-missing"], |w| {
        w.crash("tides", "app", "StartError", 128, 4);
        w.pod_event("tides", "Failed", "Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting \"/var/lib/kubelet/pods/1/volumes/x\" to rootfs at \"/etc/tides.conf\": mount /var/lib/kubelet/pods/1/volumes/x:/etc/tides.conf (via /proc/self/fd/6), flags: 0x5001: not a directory: unknown", 4);
    }),
    fault("init container", "service/seats", &["init-container-failing"], |w| {
        w.crash("seats", "schema", "Error", 1, 7);
        w.log("seats", "schema", &["Liquibase: Unexpected error running: Validation Failed: 1 changesets check sum"]);
    }),
    fault("post-start hook", "service/tides", &["container-hook-failing"], |w| {
        w.crash("tides", "app", "Error", 137, 4);
        w.pod_event("tides", "FailedPostStartHook", "PostStartHook failed", 4);
    }),
];

fn pull(world: &mut World, name: &str, container: &str, why: &str) {
    world.stuck(name, container, "ImagePullBackOff", "Back-off pulling image");
    world.pod_event(name, "Failed", &format!("Failed to pull image \"x\": {why}"), 4);
    world.pod_event(name, "Failed", "Error: ErrImagePull", 4);
    world.pod_event(name, "BackOff", "Back-off pulling image \"x\"", 14);
    world.pod_event(name, "Failed", "Error: ImagePullBackOff", 14);
}
