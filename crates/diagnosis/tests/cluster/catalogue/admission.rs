//! What the API server refuses to create.

use super::{Fault, fault};
use crate::world::World;
use serde_json::json;

pub(super) const FAULTS: &[Fault] = &[
    fault("cpu quota", "namespace/harbour", &["cpu-quota-exhausted"], |w| {
        quota(w, &[("requests.cpu", "900m", "1")]);
        w.refuse("tariff", "pods \"{pod}\" is forbidden: exceeded quota: house, requested: requests.cpu=200m, used: requests.cpu=900m, limited: requests.cpu=1");
    }),
    fault("memory quota", "namespace/harbour", &["memory-quota-exhausted"], |w| {
        quota(w, &[("limits.memory", "3Gi", "3Gi")]);
        w.refuse("logbook", "pods \"logbook-0\" is forbidden: exceeded quota: house, requested: limits.memory=512Mi, used: limits.memory=3Gi, limited: limits.memory=3Gi");
    }),
    fault("pod quota", "namespace/harbour", &["pod-quota-exhausted"], |w| {
        quota(w, &[("count/pods", "7", "7")]);
        w.refuse("locker", "pods \"{pod}\" is forbidden: exceeded quota: house, requested: count/pods=1, used: count/pods=7, limited: count/pods=7");
    }),
    fault("service quota", "namespace/harbour", &["service-quota-exhausted"], |w| {
        quota(w, &[("services", "5", "5")]);
        let service = w.find("Service", "tariff").clone();
        w.remove("Service", "tariff");
        let mut manifest = service;
        manifest["metadata"].as_object_mut().unwrap().retain(|key, _| key != "uid" && key != "creationTimestamp");
        w.manifests.push(manifest);
        w.log("seats", "app", &["2031-04-02T09:00:01.120Z ERROR 1 --- [io-8080-exec-3] o.a.c.c.C.[.[.[/] : Servlet.service() threw exception: org.springframework.web.client.ResourceAccessException: I/O error on GET request for \"http://tariff:9000/price\": tariff; nested exception is java.net.UnknownHostException: tariff"]);
    }),
    fault("storage quota", "namespace/harbour", &["storage-quota-exhausted"], |w| {
        quota(w, &[("requests.storage", "15Gi", "20Gi")]);
        w.remove("PersistentVolumeClaim", "data-manifest-0");
        w.remove("PersistentVolume", "vol-12");
        w.refuse("manifest", "create Pod manifest-0 in StatefulSet manifest failed error: failed to create PVC data-manifest-0: persistentvolumeclaims \"data-manifest-0\" is forbidden: exceeded quota: house, requested: requests.storage=10Gi, used: requests.storage=15Gi, limited: requests.storage=20Gi");
    }),
    fault("service account", "service/pilot", &["service-account-missing"], |w| {
        w.template("pilot", |spec| spec["serviceAccountName"] = json!("navigator"));
        w.refuse("pilot", "pods \"{pod}\" is forbidden: error looking up service account berths/navigator: serviceaccount \"navigator\" not found");
    }),
    fault("requests unset under a quota", "service/tides", &["resources-unset"], |w| {
        w.template("tides", |spec| spec["containers"][0]["resources"] = json!({}));
        w.refuse("tides", "pods \"{pod}\" is forbidden: failed quota: house: must specify limits.memory for: app; requests.cpu for: app");
    }),
    fault("limit range", "service/tides", &["limit-range-violated"], |w| {
        w.refuse("tides", "pods \"{pod}\" is forbidden: [maximum memory usage per Container is 256Mi, but limit is 512Mi, maximum cpu usage per Pod is 200m, but limit is 500m]");
    }),
    fault("pod security", "service/pilot", &["pod-security-violated"], |w| {
        w.refuse("pilot", "pods \"{pod}\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"app\" must set securityContext.allowPrivilegeEscalation=false)");
    }),
    fault("webhook denies", "service/pilot", &["admission-webhook-refusal"], |w| {
        w.refuse("pilot", "admission webhook \"policy.guard.example.org\" denied the request: images must come from registry.example.org");
    }),
    fault("webhook unreachable", "service/pier", &["admission-webhook-refusal"], |w| {
        w.refuse("pier", "Internal error occurred: failed calling webhook \"inject.mesh.example.org\": failed to call webhook: Post \"https://injector.mesh.svc:443/inject?timeout=10s\": dial tcp 10.96.4.4:443: connect: connection refused");
    }),
    fault("priority class", "service/locker", &["priority-class-missing"], |w| {
        w.refuse("locker", "pods \"{pod}\" is forbidden: no PriorityClass with name captain was found");
    }),
    fault("controller may not use the security context", "service/tides", &["pod-security-violated"], |w| {
        w.refuse("tides", "pods \"{pod}\" is forbidden: unable to validate against any security context constraint: [provider \"anyuid\": Forbidden: not usable by user or serviceaccount]");
    }),
];

fn quota(world: &mut World, rows: &[(&str, &str, &str)]) {
    let (mut used, mut hard) = (json!({}), json!({}));
    for (resource, have, most) in rows {
        used[*resource] = json!(have);
        hard[*resource] = json!(most);
    }
    world.put(
        "ResourceQuota",
        "v1",
        "harbour",
        "house",
        &json!({ "spec": { "hard": hard }, "status": { "hard": hard, "used": used } }),
    );
}
