//! The set's label words and Oriel's.

/// Oriel's cause, the set's `root_cause`. A Service that does not exist is what a name that is not found looks like in the set.
const CAUSES: &[(&str, &str)] = &[
    ("cpu-quota-exhausted", "namespace_cpu_quota_exceeded"),
    ("memory-quota-exhausted", "namespace_memory_quota_exceeded"),
    ("pod-quota-exhausted", "namespace_pod_quota_exceeded"),
    ("service-quota-exhausted", "namespace_service_quota_exceeded"),
    ("storage-quota-exhausted", "namespace_storage_quota_exceeded"),
    ("service-account-missing", "missing_service_account"),
    ("nodes-cordoned", "node_cordon_mismatch"),
    ("node-affinity-unsatisfiable", "node_affinity_mismatch"),
    ("node-selector-unsatisfiable", "node_selector_mismatch"),
    ("pod-anti-affinity-conflict", "pod_anti_affinity_conflict"),
    ("taint-not-tolerated", "taint_toleration_mismatch"),
    ("cpu-request-unschedulable", "cpu_capacity_mismatch"),
    ("memory-request-unschedulable", "memory_capacity_mismatch"),
    ("volume-taken", "pv_binding_occupied"),
    ("claim-selector-mismatch", "pvc_selector_mismatch"),
    ("claim-storage-class-mismatch", "pvc_storage_class_mismatch"),
    ("claim-capacity-mismatch", "pvc_capacity_mismatch"),
    ("claim-access-mode-mismatch", "pvc_access_mode_mismatch"),
    ("volume-permission-denied", "volume_mount_permission_denied"),
    ("secret-missing", "missing_secret_binding"),
    ("image-reference-wrong", "incorrect_image_reference"),
    ("registry-name-unresolved", "image_registry_dns_failure"),
    ("image-pull-unauthorized", "missing_image_pull_secret"),
    ("out-of-memory", "oom_killed"),
    ("liveness-probe-protocol-wrong", "liveness_probe_incorrect_protocol"),
    ("liveness-probe-port-wrong", "liveness_probe_incorrect_port"),
    ("liveness-probe-too-strict", "liveness_probe_incorrect_timing"),
    ("readiness-probe-protocol-wrong", "readiness_probe_incorrect_protocol"),
    ("readiness-probe-port-wrong", "readiness_probe_incorrect_port"),
    ("container-port-conflict", "service_sidecar_port_conflict"),
    ("database-credentials-wrong", "mysql_invalid_credentials"),
    ("database-port-wrong", "mysql_invalid_port"),
    ("database-read-only", "db_read_only"),
    ("database-connections-exhausted", "db_connection_exhaustion"),
    ("scaled-to-zero", "deployment_zero_replicas"),
    ("service-selector-mismatch", "service_selector_mismatch"),
    ("service-port-mismatch", "service_port_mapping_mismatch"),
    ("service-protocol-mismatch", "service_protocol_mismatch"),
    ("peer-address-wrong", "service_env_var_address_mismatch"),
    ("gateway-misroute", "gateway_misroute"),
    ("name-resolution-failure", "service_dns_resolution_failure"),
    ("service-missing", "service_dns_resolution_failure"),
    ("cpu-overload", "pod_cpu_overload"),
    ("network-delay", "pod_network_delay"),
    ("container-runtime-down", "containerd_unavailable"),
    ("kubelet-down", "kubelet_unavailable"),
    ("kube-proxy-down", "kube_proxy_unavailable"),
    ("scheduler-down", "kube_scheduler_unavailable"),
    ("node-network-delay", "node_network_delay"),
    ("node-network-loss", "node_network_packet_loss"),
];

/// The set's word for a cause, where it has one.
pub(super) fn label_of(cause: &str) -> Option<&'static str> {
    CAUSES.iter().find(|(own, _)| *own == cause).map(|(_, label)| *label)
}

/// Whether a labelled object (`app/cart`, `node/w1`, `namespace/shop`) is Oriel's entity.
pub(super) fn same_object(label: &str, entity: &str) -> bool {
    match (label.split_once('/'), entity.split_once('/')) {
        (Some(("app", name)), Some(("service", own))) => name == own,
        _ => label == entity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_has_a_word_and_every_word_one_label() {
        let mut labels: Vec<&str> = CAUSES.iter().map(|(_, label)| *label).collect();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), 49);
        for (position, (own, _)) in CAUSES.iter().enumerate() {
            assert!(CAUSES.iter().skip(position + 1).all(|(other, _)| other != own), "{own} stands twice");
        }
    }

    #[test]
    fn objects_by_kind() {
        assert!(same_object("app/cart", "service/cart"));
        assert!(same_object("node/w1", "node/w1"));
        assert!(!same_object("app/cart", "node/cart"));
    }
}
