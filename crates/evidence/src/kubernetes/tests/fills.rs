//! Values that changes are filled in with.

use super::check;

#[test]
fn a_service_that_selects_nothing_says_what_it_selects_and_what_the_pods_carry() {
    check(
        r"$ kubectl get pods -n shop --show-labels
NAME                   READY   STATUS    RESTARTS   AGE   LABELS
web-5d4f8c7b9d-x2k4p   1/1     Running   0          2m    app=web,pod-template-hash=5d4f8c7b9d
$ cat web.yaml
$ kubectl get services -n shop -o yaml
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: front}
  ports: [{port: 80, targetPort: 8080}]
"
        .replace("$ cat web.yaml\n", "")
        .as_str(),
        r#"(fill-selector-label endpoint-service/web "app" "front")
           (fill-pod-label service/web "app" "web")"#,
        &["(fill-pod-label service/web \"pod-template-hash\""],
    );
}

#[test]
fn workloads_ports_variables_and_node_labels() {
    check(
        r"$ kubectl get statefulsets -n shop -o yaml
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      nodeSelector: {disk: ssd}
      containers:
        - name: main
          image: db:1
          ports: [{containerPort: 5432}]
          env:
            - {name: PEER, value: 'web:80'}
            - {name: PEER_URL, value: 'http://web:80/'}
",
        r#"(fill-object service/db statefulset "db")
           (fill-container-port service/db "main" 5432)
           (fill-plain-address service/db "PEER")
           (fill-node-label service/db "disk" "ssd")"#,
        &["(fill-plain-address service/db \"PEER_URL\""],
    );
}

#[test]
fn quotas_claims_and_volumes() {
    check(
        r"$ kubectl get resourcequota,pvc,pv -n shop -o yaml
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ResourceQuota
  metadata: {name: team, namespace: shop}
  status: {hard: {limits.memory: 2Gi, pods: '4'}, used: {limits.memory: 1Gi, pods: '4'}}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: data, namespace: shop}
  spec: {accessModes: [ReadWriteMany], storageClassName: fast, resources: {requests: {storage: 5Gi}}}
  status: {phase: Pending}
- apiVersion: v1
  kind: PersistentVolume
  metadata: {name: disk}
  spec: {accessModes: [ReadWriteOnce], storageClassName: slow, capacity: {storage: 1Gi}}
  status: {phase: Available}
",
        r#"(fill-quota-entry namespace/shop memory limits "team" "limits.memory" 1073741824 2147483648)
           (fill-quota-entry namespace/shop pods count "team" "pods" 4 4)
           (fill-asked-size volume-claim/data 5368709120)
           (fill-asked-class volume-claim/data "fast")
           (fill-asked-mode volume-claim/data "ReadWriteMany")
           (fill-held-size volume/disk 1073741824)
           (fill-held-class volume/disk "slow")
           (fill-held-mode volume/disk "ReadWriteOnce")"#,
        &[],
    );
}
