//! Kinds one by one: what is compared with what.

use super::check;

const DEPLOYMENT: &str = "$ kubectl get deployments -n shop\nNAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    0/1     0            0           5m\n";

#[test]
fn a_pod_without_a_node_and_the_nodes_it_may_use() {
    check(
        r"$ kubectl get pods -n shop -o wide
NAME                   READY   STATUS    RESTARTS   AGE   IP       NODE     NOMINATED NODE   READINESS GATES
web-5d4f8c7b9d-x2k4p   0/1     Pending   0          2m    <none>   <none>   <none>           <none>
$ kubectl describe pod web-5d4f8c7b9d-x2k4p -n shop
Name:            web-5d4f8c7b9d-x2k4p
Namespace:       shop
Node:            <none>
Status:          Pending
Containers:
  main:
    Image:  web:1
    Requests:
      cpu:  4
Node-Selectors:  disk=fast
Tolerations:     <none>
Events:
  Type     Reason            Age                From               Message
  ----     ------            ----               ----               -------
  Warning  FailedScheduling  90s (x2 over 2m)   default-scheduler  0/3 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable, 1 node(s) had untolerated taint {batch: true}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.
$ kubectl get nodes --show-labels
NAME   STATUS                     ROLES           AGE   VERSION   LABELS
m1     Ready,SchedulingDisabled   control-plane   9d    v1.31.2   disk=fast,node-role.kubernetes.io/control-plane=
n1     Ready                      <none>          9d    v1.31.2   disk=fast
n2     Ready,SchedulingDisabled   <none>          9d    v1.31.2   disk=slow
$ kubectl describe node n1
Name:               n1
Labels:             disk=fast
Taints:             batch=true:NoSchedule
Unschedulable:      false
Allocatable:
  cpu:     2
  memory:  4Gi
  pods:    110
",
        r"(unscheduled pod/web-5d4f8c7b9d-x2k4p)
          (scheduling-blocked pod/web-5d4f8c7b9d-x2k4p cpu 1)
          (scheduling-blocked pod/web-5d4f8c7b9d-x2k4p taint 1)
          (untolerated-taint pod/web-5d4f8c7b9d-x2k4p batch)
          (scheduling-nodes pod/web-5d4f8c7b9d-x2k4p 3)
          (selector-nodes service/web 1)
          (placeable-tainted service/web 1)
          (placeable-open service/web 0)
          (requested service/web cpu 4)
          (largest-node cpu 2)"
            .replace("k4p batch)", "k4p \"batch\")")
            .as_str(),
        &["(node-ready node/m2"],
    );
}

#[test]
fn quotas_and_what_they_refused() {
    check(
        &format!(
            r#"{DEPLOYMENT}$ kubectl get replicasets -n shop
NAME             DESIRED   CURRENT   READY   AGE
web-5d4f8c7b9d   1         0         0       5m
$ kubectl get pods -n shop
No resources found in shop namespace.
$ kubectl describe replicaset web-5d4f8c7b9d -n shop
Name:           web-5d4f8c7b9d
Namespace:      shop
Controlled By:  Deployment/web
Events:
  Type     Reason        Age                From                   Message
  ----     ------        ----               ----                   -------
  Warning  FailedCreate  20s (x9 over 5m)   replicaset-controller  Error creating: pods "web-5d4f8c7b9d-" is forbidden: exceeded quota: small, requested: requests.cpu=1, used: requests.cpu=4, limited: requests.cpu=4
$ kubectl get resourcequota -n shop
NAME    AGE   REQUEST                              LIMIT
small   1h    requests.cpu: 4/4, pods: 3/10        limits.memory: 1Gi/2Gi
"#
        ),
        r"(creation-refused service/web quota 9)
          (quota-refused namespace/shop cpu service/web)
          (missing-pods service/web 1)
          (unavailable service/web)
          (quota namespace/shop cpu 4 4)
          (quota namespace/shop pods 3 10)
          (quota namespace/shop memory 1073741824 2147483648)",
        &["(available", "(degraded"],
    );
}

#[test]
fn a_claim_and_the_volume_that_comes_nearest() {
    check(
        r"$ kubectl get pvc -n shop
NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   AGE
data   Pending                                      fast           40s
$ kubectl get pv
NAME    CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS      CLAIM       STORAGECLASS   REASON   AGE
big     10Gi       RWO            Retain           Released    shop/old    slow                    3d
small   1Gi        RWO            Retain           Available               fast                    3d
$ kubectl get storageclasses
NAME   PROVISIONER                    RECLAIMPOLICY   VOLUMEBINDINGMODE   ALLOWVOLUMEEXPANSION   AGE
fast   kubernetes.io/no-provisioner   Delete          Immediate           false                  21d
$ cat data.yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: fast
  resources: {requests: {storage: 5Gi}}
",
        r"(claim-unbound volume-claim/data)
          (claim-near volume-claim/data volume/small)
          (claim-blocked volume-claim/data capacity)",
        &["(claim-class-missing", "(claim-blocked volume-claim/data taken", "(declared-missing"],
    );
}

#[test]
fn a_manifest_that_did_not_become_an_object() {
    check(
        r"$ kubectl get services -n shop
No resources found in shop namespace.
$ cat cart.yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
spec:
  selector: {app: cart}
  ports: [{port: 80}]
",
        "(declared-missing endpoint-service/cart services 1 namespace/shop)",
        &["(endpoint-service"],
    );
}

#[test]
fn addresses_in_the_environment() {
    check(
        r"$ kubectl get services -n shop
NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)    AGE
cart   ClusterIP   10.1.0.5     <none>        7070/TCP   5m
$ kubectl get deployment web -n shop -o yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      dnsPolicy: Default
      containers:
      - name: main
        env:
        - {name: CART_ADDR, value: 'cart:7071'}
        - {name: ADS_URL, value: 'http://adds:80/'}
        - {name: PORT, value: '8080'}
        - {name: UPSTREAM, value: 'https://api.example.org/v1'}
status: {replicas: 1, readyReplicas: 1}
",
        r#"(env-port-unserved service/web "CART_ADDR" endpoint-service/cart 7071)
           (env-host-unknown service/web "ADS_URL" "adds")
           (addresses service/web endpoint-service/cart)
           (dns-policy service/web "Default")
           (env-address service/web "UPSTREAM" "api.example.org" 0)"#,
        &["(env-host-unknown service/web \"UPSTREAM\"", "(env-address service/web \"PORT\""],
    );
}

#[test]
fn nodes_services_ports_and_logs() {
    check(
        &format!(
            r"{DEPLOYMENT}# node n1
$ systemctl status kubelet
○ kubelet.service - Kubelet
     Loaded: loaded (/etc/systemd/system/kubelet.service; enabled)
     Active: inactive (dead) since Fri 2026-01-02 12:32:29 CST; 1min ago
$ ssh n1 systemctl is-active containerd
active
$ nc -zv web 80
nc: connect to web port 80 (tcp) failed: Connection refused
$ nc -zv web 81
=== report ===
tested on n1: Connection Failed
tested on n2: Connection Succeeded
$ kubectl logs deploy/web -n shop
starting
Fatal: can't open the file data.db for reading: Permission denied
dial tcp: lookup cart on 10.0.0.10:53: no such host
"
        ),
        r#"(node-unit node/n1 kubelet down)
           (node-unit node/n1 container-runtime up)
           (port-closed endpoint-service/web 80 refused)
           (closed-from endpoint-service/web node/n1)
           (open-from endpoint-service/web node/n2)
           (log-says service/web permission-denied 1)
           (log-names-host service/web name-unresolved "cart")"#,
        &[],
    );
}

#[test]
fn events_of_what_is_gone_say_nothing() {
    check(
        r#"$ kubectl get pods -n shop
NAME                   READY   STATUS    RESTARTS   AGE
web-5d4f8c7b9d-x2k4p   1/1     Running   0          2m
$ kubectl get events -n shop
LAST SEEN   TYPE      REASON             OBJECT                     MESSAGE
2m          Warning   FailedScheduling   pod/web-5d4f8c7b9d-x2k4p   0/3 nodes are available: 3 Insufficient cpu.
9m          Warning   Failed             pod/web-6d4f8c7b9d-aaaaa   Failed to pull image "web:2": not found
"#,
        "(pod-ready pod/web-5d4f8c7b9d-x2k4p)",
        &["(pull-failed", "(scheduling-blocked"],
    );
}
