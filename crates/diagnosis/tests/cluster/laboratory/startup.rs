//! What keeps containers from starting: volumes, secrets, images and registries.

use super::{Kind, kind};
use crate::world::World;
use serde_json::json;

pub(super) const STARTUP: &[Kind] = &[
    kind(
        "volume_mount_permission_denied",
        &["service/barcode"],
        &["volume-permission-denied"],
        &[
            "mount|MountVolume.SetUp failed for volume \"spool\" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 198.51.100.44:/export/spool /var/lib/kubelet/pods/5c/volumes/kubernetes.io~nfs/spool\nOutput: mount.nfs: access denied by server while mounting 198.51.100.44:/export/spool",
            "mount|MountVolume.MountDevice failed for volume \"spool\" : rpc error: code = PermissionDenied desc = mount failed: permission denied",
            "log|PermissionError: [Errno 13] Permission denied: '/spool/labels.lock'",
            "log|{\"time\":\"2031-04-02T09:41:07Z\",\"level\":\"ERROR\",\"msg\":\"cannot open spool\",\"err\":\"open /spool/queue: permission denied\"}",
            "log|Error: EACCES: permission denied, mkdir '/spool/tmp'",
            "log|thread 'main' panicked at src/main.rs:41:10: called `Result::unwrap()` on an `Err` value: Os { code: 13, kind: PermissionDenied, message: \"Permission denied\" } opening /spool/index",
            "log|Unhandled exception. System.UnauthorizedAccessException: Access to the path '/spool/cache' is denied.",
            "log|Errno::EACCES: Permission denied @ rb_sysopen - /spool/labels.yml",
        ],
        |w, words| {
            w.template("barcode", |spec| {
                let volume = json!({ "name": "spool", "nfs": { "server": "198.51.100.44", "path": "/export/spool" } });
                spec["volumes"].as_array_mut().unwrap().push(volume);
                let mount = json!({ "name": "spool", "mountPath": "/spool" });
                spec["containers"][0]["volumeMounts"].as_array_mut().unwrap().push(mount);
            });
            match words.split_once('|').unwrap() {
                ("mount", message) => {
                    w.stuck("barcode", "uvicorn", "ContainerCreating", "");
                    w.pod_event("barcode", "FailedMount", message, 14);
                }
                (_, line) => {
                    w.crash("barcode", "uvicorn", "Error", 1, 7);
                    w.log("barcode", "uvicorn", &["INFO:     Started server process [1]", line]);
                }
            }
        },
    ),
    kind("missing_secret_binding", &["service/reports"], &["secret-missing"], &["event", "status"], |w, words| {
        w.remove("Secret", "reports-db");
        w.stuck("reports", "node", "CreateContainerConfigError", "secret \"reports-db\" not found");
        if words != "status" {
            w.pod_event("reports", "Failed", "Error: secret \"reports-db\" not found", 23);
        }
    }),
    kind(
        "missing_secret_binding, as a volume",
        &["service/barcode"],
        &["secret-missing"],
        &[
            "MountVolume.SetUp failed for volume \"signing\" : secret \"barcode-signing\" not found",
            "MountVolume.SetUp failed for volume \"signing\" : secret \"barcode-signing\" not found|Unable to attach or mount volumes: unmounted volumes=[signing], unattached volumes=[signing kube-api-access-hx2lq]: timed out waiting for the condition",
        ],
        |w, words| {
            w.remove("Secret", "barcode-signing");
            w.stuck("barcode", "uvicorn", "ContainerCreating", "");
            for message in words.split('|') {
                w.pod_event("barcode", "FailedMount", message, 9);
            }
        },
    ),
    kind(
        "incorrect_image_reference",
        &["service/invoicing"],
        &["image-reference-wrong"],
        &[
            "failed to pull and unpack image \"eu-north1-docker.pkg.example/lab-prod/invoicing:v4.20\": failed to resolve reference \"eu-north1-docker.pkg.example/lab-prod/invoicing:v4.20\": eu-north1-docker.pkg.example/lab-prod/invoicing:v4.20: not found",
            "initializing source docker://eu-north1-docker.pkg.example/lab-prod/invoicing:v4.20: reading manifest v4.20 in eu-north1-docker.pkg.example/lab-prod/invoicing: manifest unknown: Failed to fetch \"v4.20\"",
            "Error response from daemon: manifest for eu-north1-docker.pkg.example/lab-prod/invoicing:v4.20 not found: manifest unknown: Failed to fetch \"v4.20\" from request \"/v2/lab-prod/invoicing/manifests/v4.20\".",
            "Failed to apply default image tag \"eu-north1-docker.pkg.example/Lab-Prod/invoicing:v4.20\": couldn't parse image name \"eu-north1-docker.pkg.example/Lab-Prod/invoicing:v4.20\": invalid reference format: repository name (Lab-Prod/invoicing) must be lowercase",
        ],
        |w, words| {
            w.template("invoicing", |spec| {
                spec["containers"][0]["image"] = json!("eu-north1-docker.pkg.example/lab-prod/invoicing:v4.20")
            });
            if words.contains("invalid reference format") {
                w.stuck("invoicing", "dotnet", "InvalidImageName", words);
                w.pod_event("invoicing", "InspectFailed", words, 20);
                w.pod_event("invoicing", "Failed", "Error: InvalidImageName", 20);
            } else {
                pull(w, "invoicing", "dotnet", words);
            }
        },
    ),
    kind(
        "image_registry_dns_failure",
        &["service/accession"],
        &["registry-name-unresolved"],
        &[
            "failed to pull and unpack image \"eu-north1-docker.pkg.example/lab-prod/accession\": failed to resolve reference \"eu-north1-docker.pkg.example/lab-prod/accession\": failed to do request: Head \"https://eu-north1-docker.pkg.example/v2/lab-prod/accession/manifests/latest\": dial tcp: lookup eu-north1-docker.pkg.example on 169.254.169.253:53: no such host",
            "pinging container registry eu-north1-docker.pkg.example: Get \"https://eu-north1-docker.pkg.example/v2/\": dial tcp: lookup eu-north1-docker.pkg.example on 10.0.0.2:53: server misbehaving",
            "Error response from daemon: Get \"https://eu-north1-docker.pkg.example/v2/\": dial tcp: lookup eu-north1-docker.pkg.example on 10.0.0.2:53: read udp 10.40.1.12:41514->10.0.0.2:53: i/o timeout",
            "failed to do request: Head \"https://eu-north1-docker.pkg.example/v2/\": dial tcp: lookup eu-north1-docker.pkg.example: Try again",
        ],
        |w, words| pull(w, "accession", "server", words),
    ),
    kind(
        "missing_image_pull_secret",
        &["service/reports"],
        &["image-pull-unauthorized"],
        &[
            "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://eu-north1-docker.pkg.example/v2/token?scope=repository%3Alab-prod%2Freports%3Apull: 403 Forbidden",
            "unable to retrieve auth token: invalid username/password: unauthorized: authentication failed",
            "Error response from daemon: Head \"https://eu-north1-docker.pkg.example/v2/lab-prod/reports/manifests/7\": denied: Unauthenticated request. Unauthenticated requests do not have permission \"artifactregistry.repositories.downloadArtifacts\"",
            "failed to resolve reference: pulling from host 198.51.100.9 failed with status code [manifests 7]: 401 Unauthorized",
        ],
        |w, words| {
            w.template("reports", |spec| spec["imagePullSecrets"] = json!([{ "name": "artifact-reader" }]));
            pull(w, "reports", "node", words);
            let message = "Unable to retrieve some image pull secrets (artifact-reader); attempting to pull the image may not succeed.";
            w.pod_event("reports", "FailedToRetrieveImagePullSecret", message, 15);
        },
    ),
];

fn pull(world: &mut World, name: &str, container: &str, why: &str) {
    let image = "eu-north1-docker.pkg.example/lab-prod/app";
    world.stuck(
        name,
        container,
        "ImagePullBackOff",
        &format!("Back-off pulling image \"{image}\": ErrImagePull: {why}"),
    );
    world.pod_event(name, "Pulling", &format!("Pulling image \"{image}\""), 4);
    world.pod_event(
        name,
        "Failed",
        &format!("Failed to pull image \"{image}\": rpc error: code = Unknown desc = {why}"),
        4,
    );
    world.pod_event(name, "Failed", "Error: ErrImagePull", 4);
    world.pod_event(name, "BackOff", &format!("Back-off pulling image \"{image}\""), 17);
    world.pod_event(name, "Failed", "Error: ImagePullBackOff", 17);
}
