//! Claims that wait, and volumes that cannot be attached or mounted.

use super::{Fault, fault};
use crate::world::World;
use serde_json::{Value, json};

const UNBOUND: &str = "0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.";

pub(super) const FAULTS: &[Fault] = &[
    fault("capacity", "service/logbook", &["claim-capacity-mismatch"], |w| {
        waiting(w, |claim| claim["spec"]["resources"]["requests"]["storage"] = json!("80Gi"));
        said(w, "VolumeMismatch", "Cannot bind to requested volume \"vol-11\": requested PV is too small");
    }),
    fault("access mode", "service/logbook", &["claim-access-mode-mismatch"], |w| {
        waiting(w, |claim| claim["spec"]["accessModes"] = json!(["ReadWriteMany"]));
        said(w, "VolumeMismatch", "Cannot bind to requested volume \"vol-11\": incompatible accessMode");
    }),
    fault("storage class", "service/logbook", &["claim-storage-class-mismatch"], |w| {
        waiting(w, |claim| claim["spec"]["storageClassName"] = json!("flash"));
        said(w, "ProvisioningFailed", "storageclass.storage.k8s.io \"flash\" not found");
    }),
    fault("claim selector", "service/logbook", &["claim-selector-mismatch"], |w| {
        waiting(w, |claim| {
            claim["spec"]["selector"] = json!({ "matchLabels": { "tier": "gold" } });
            claim["spec"].as_object_mut().unwrap().remove("volumeName");
        });
        let claim = w.find("PersistentVolumeClaim", "data-logbook-0").clone();
        w.manifests.push(bare(claim));
        said(w, "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
    }),
    fault("taken", "service/logbook", &["volume-taken"], |w| {
        waiting(w, |_| {});
        let volume = w.find("PersistentVolume", "vol-11");
        volume["spec"]["claimRef"] =
            json!({ "kind": "PersistentVolumeClaim", "namespace": "berths", "name": "old-scratch" });
        volume["status"]["phase"] = json!("Bound");
        said(w, "FailedBinding", "volume \"vol-11\" already bound to a different claim.");
    }),
    fault("released volume", "service/logbook", &["volume-taken"], |w| {
        waiting(w, |_| {});
        let volume = w.find("PersistentVolume", "vol-11");
        volume["spec"]["claimRef"] =
            json!({ "kind": "PersistentVolumeClaim", "namespace": "harbour", "name": "data-logbook-0", "uid": "gone" });
        volume["status"]["phase"] = json!("Released");
    }),
    fault("no volume", "service/logbook", &["volume-missing"], |w| {
        waiting(w, |claim| {
            claim["spec"]["storageClassName"] = json!("");
            claim["spec"].as_object_mut().unwrap().remove("volumeName");
        });
        w.remove("PersistentVolume", "vol-11");
        w.remove("PersistentVolume", "vol-12");
        said(w, "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
    }),
    fault("provisioner fails", "service/logbook", &["volume-provisioning-failed"], |w| {
        waiting(w, |claim| drop(claim["spec"].as_object_mut().unwrap().remove("volumeName")));
        w.remove("PersistentVolume", "vol-11");
        said(
            w,
            "ProvisioningFailed",
            "failed to provision volume with StorageClass \"disks\": rpc error: code = ResourceExhausted desc = quota of disks exceeded",
        );
    }),
    fault("claim missing", "service/manifest", &["claim-missing"], |w| {
        w.remove("PersistentVolumeClaim", "data-manifest-0");
        w.remove("PersistentVolume", "vol-12");
        w.unschedule("manifest", "0/4 nodes are available: persistentvolumeclaim \"data-manifest-0\" not found. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.");
    }),
    fault("multi-attach", "service/manifest", &["volume-attached-elsewhere"], |w| {
        w.stuck("manifest", "server", "ContainerCreating", "");
        w.pod_event("manifest", "FailedAttachVolume", "Multi-Attach error for volume \"vol-12\" Volume is already exclusively attached to one node and can't be attached to another", 1);
        w.pod_event("manifest", "FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition", 4);
    }),
    fault("mount path missing", "service/tides", &["volume-path-missing"], |w| {
        volume(w, json!({ "name": "charts", "hostPath": { "path": "/srv/charts", "type": "Directory" } }));
        w.stuck("tides", "app", "ContainerCreating", "");
        w.pod_event("tides", "FailedMount", "MountVolume.SetUp failed for volume \"charts\" : hostPath type check failed: /srv/charts is not a directory", 9);
    }),
    fault("mount denied", "service/tides", &["volume-permission-denied"], |w| {
        volume(w, json!({ "name": "charts", "nfs": { "server": "192.0.2.99", "path": "/export" } }));
        w.stuck("tides", "app", "ContainerCreating", "");
        w.pod_event("tides", "FailedMount", "MountVolume.SetUp failed for volume \"charts\" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 192.0.2.99:/export /var/lib/kubelet/pods/x\nOutput: mount.nfs: access denied by server while mounting 192.0.2.99:/export", 9);
    }),
    fault("program may not write its volume", "service/logbook", &["volume-permission-denied"], |w| {
        w.crash("logbook", "server", "Error", 1, 6);
        w.log("logbook", "server", &["2031-04-02T09:00:00.000000Z 0 [ERROR] [MY-012595] [InnoDB] The error means mysqld does not have the access rights to the directory.", "mysqld: Can't create/write to file '/var/lib/data/is_writable' (OS errno 13 - Permission denied)"]);
    }),
    fault("node server unreachable", "service/tides", &["volume-server-unreachable"], |w| {
        volume(w, json!({ "name": "charts", "nfs": { "server": "192.0.2.99", "path": "/export" } }));
        w.stuck("tides", "app", "ContainerCreating", "");
        w.pod_event("tides", "FailedMount", "MountVolume.SetUp failed for volume \"charts\" : mount failed: exit status 32\nOutput: mount.nfs: Connection timed out", 5);
    }),
];

/// The claim of the database waits, and so does its pod.
fn waiting(world: &mut World, change: impl Fn(&mut Value)) {
    let claim = world.find("PersistentVolumeClaim", "data-logbook-0");
    claim["status"] = json!({ "phase": "Pending" });
    change(claim);
    let volume = world.find("PersistentVolume", "vol-11");
    volume["spec"].as_object_mut().unwrap().remove("claimRef");
    volume["status"]["phase"] = json!("Available");
    world.unschedule("logbook", UNBOUND);
}

fn said(world: &mut World, reason: &str, message: &str) {
    world.event("PersistentVolumeClaim", "harbour", "data-logbook-0", reason, message, 20);
}

fn volume(world: &mut World, volume: Value) {
    world.template("tides", |spec| {
        spec["volumes"] = json!([volume]);
        spec["containers"][0]["volumeMounts"] = json!([{ "name": "charts", "mountPath": "/charts" }]);
    });
}

/// An object as somebody wrote it, without what the cluster adds.
fn bare(mut object: Value) -> Value {
    object.as_object_mut().unwrap().remove("status");
    object["metadata"].as_object_mut().unwrap().retain(|key, _| key == "name" || key == "namespace");
    object
}
