//! The same object as table and description, as JSON and as YAML gives the same facts.

use super::facts;

const DESCRIBED: &str = r"$ kubectl get pods -n shop -o wide
NAME                    READY   STATUS             RESTARTS      AGE   IP          NODE     NOMINATED NODE   READINESS GATES
web-5d4f8c7b9d-x2k4p    0/1     CrashLoopBackOff   3 (20s ago)   2m    10.0.0.7    n1       <none>           <none>

$ kubectl describe pod web-5d4f8c7b9d-x2k4p -n shop
Name:             web-5d4f8c7b9d-x2k4p
Namespace:        shop
Service Account:  robot
Node:             n1/192.0.2.1
Labels:           app=web
                  pod-template-hash=5d4f8c7b9d
Status:           Running
IP:               10.0.0.7
Controlled By:    ReplicaSet/web-5d4f8c7b9d
Containers:
  main:
    Image:          registry.example.org:5000/shop/web:1.2
    Port:           8080/TCP
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
    Ready:          False
    Restart Count:  3
    Limits:
      memory:  128Mi
    Requests:
      cpu:      250m
    Liveness:   http-get http://:8081/healthz delay=5s timeout=1s period=5s #success=1 #failure=3
    Environment:
      CART_ADDR:  cart:7070
      TOKEN:      <set to the key 'token' in secret 'api'>  Optional: false
    Mounts:
      /data from data (rw)
Conditions:
  Type    Status
  Ready   False
Volumes:
  data:
    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:  web-data
    ReadOnly:   false
Node-Selectors:  disk=fast
Tolerations:     node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
Events:          <none>
";

const JSON: &str = r#"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod",
"metadata":{"name":"web-5d4f8c7b9d-x2k4p","namespace":"shop","uid":"u-1","labels":{"app":"web","pod-template-hash":"5d4f8c7b9d"},
"ownerReferences":[{"kind":"ReplicaSet","name":"web-5d4f8c7b9d"}]},
"spec":{"serviceAccountName":"robot","nodeName":"n1","nodeSelector":{"disk":"fast"},
"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute"}],
"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"web-data"}}],
"containers":[{"name":"main","image":"registry.example.org:5000/shop/web:1.2","ports":[{"containerPort":8080}],
"resources":{"limits":{"memory":"128Mi"},"requests":{"cpu":"250m"}},
"livenessProbe":{"httpGet":{"path":"/healthz","port":8081},"initialDelaySeconds":5,"periodSeconds":5},
"env":[{"name":"CART_ADDR","value":"cart:7070"},{"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"api","key":"token"}}}],
"volumeMounts":[{"name":"data","mountPath":"/data"}]}]},
"status":{"phase":"Running","podIP":"10.0.0.7","conditions":[{"type":"Ready","status":"False"}],
"containerStatuses":[{"name":"main","ready":false,"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},
"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137}}}]}}]}"#;

const YAML: &str = r"$ kubectl get pod web-5d4f8c7b9d-x2k4p -n shop -o yaml
apiVersion: v1
kind: Pod
metadata:
  name: web-5d4f8c7b9d-x2k4p
  namespace: shop
  labels: {app: web, pod-template-hash: 5d4f8c7b9d}
  ownerReferences:
  - kind: ReplicaSet
    name: web-5d4f8c7b9d
spec:
  serviceAccountName: robot
  nodeName: n1
  nodeSelector:
    disk: fast
  tolerations:
  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute}
  volumes:
  - name: data
    persistentVolumeClaim:
      claimName: web-data
  containers:
  - name: main
    image: registry.example.org:5000/shop/web:1.2
    ports:
    - containerPort: 8080
    resources:
      limits: {memory: 128Mi}
      requests: {cpu: 250m}
    livenessProbe:
      httpGet: {path: /healthz, port: 8081}
      initialDelaySeconds: 5
      periodSeconds: 5
    env:
    - name: CART_ADDR
      value: cart:7070
    - name: TOKEN
      valueFrom:
        secretKeyRef: {name: api, key: token}
    volumeMounts:
    - {name: data, mountPath: /data}
status:
  phase: Running
  podIP: 10.0.0.7
  conditions:
  - {type: Ready, status: 'False'}
  containerStatuses:
  - name: main
    ready: false
    restartCount: 3
    state: {waiting: {reason: CrashLoopBackOff}}
    lastState: {terminated: {reason: OOMKilled, exitCode: 137}}
";

/// Facts that only some notations can give: the STATUS column is the table's own, objects show more than text, and a
/// description shows events too.
fn comparable(text: &str) -> Vec<String> {
    let own = ["(pod-status", "(no-pull-secret", "(events-shown"];
    let mut facts: Vec<String> =
        facts(text).into_iter().filter(|f| own.iter().all(|start| !f.starts_with(start))).collect();
    facts.sort();
    facts
}

#[test]
fn a_pod_says_the_same_in_every_notation() {
    let described = comparable(DESCRIBED);
    assert_eq!(described, comparable(&format!("$ kubectl get pods -n shop -o json\n{JSON}\n")));
    assert_eq!(described, comparable(YAML));
    for expected in [
        "(container-terminated pod/web-5d4f8c7b9d-x2k4p \"main\" \"OOMKilled\" 137)",
        "(has-node-selector service/web)",
        "(limit service/web memory 134217728)",
        "(probe service/web liveness http)",
        "(probe-port-undeclared service/web liveness 8081)",
        "(restarts pod/web-5d4f8c7b9d-x2k4p 3)",
        "(runs-on pod/web-5d4f8c7b9d-x2k4p node/n1)",
        "(uses-claim service/web volume-claim/web-data)",
        "(uses-secret service/web \"api\")",
    ] {
        assert!(described.iter().any(|fact| fact == expected), "{expected} is not among\n{}", described.join("\n"));
    }
}

const SERVICE: &str = r"$ kubectl describe service cart -n shop
Name:              cart
Namespace:         shop
Labels:            app=cart
Selector:          app=cart
Type:              ClusterIP
IP:                10.1.0.5
Port:              grpc  7070/TCP
TargetPort:        9090/TCP
Endpoints:         10.0.0.9:9090
Session Affinity:  None
$ kubectl describe deployment cart -n shop
Name:      cart
Namespace: shop
Selector:  app=cart
Replicas:  2 desired | 2 updated | 2 total | 1 available | 1 unavailable
Pod Template:
  Labels:  app=cart
  Containers:
   main:
    Image:  cart:1
    Port:   7070/UDP
";

const SERVICE_OBJECTS: &str = r"$ kubectl get service,deployment,endpoints -n shop -o yaml
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: cart, namespace: shop, labels: {app: cart}}
  spec:
    clusterIP: 10.1.0.5
    selector: {app: cart}
    ports:
    - {name: grpc, port: 7070, targetPort: 9090}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: cart, namespace: shop}
  spec:
    replicas: 2
    selector: {matchLabels: {app: cart}}
    template:
      metadata: {labels: {app: cart}}
      spec:
        containers:
        - {name: main, image: 'cart:1', ports: [{containerPort: 7070, protocol: UDP}]}
  status: {replicas: 2, readyReplicas: 1}
- apiVersion: v1
  kind: Endpoints
  metadata: {name: cart, namespace: shop}
  subsets:
  - addresses: [{ip: 10.0.0.9}]
    ports: [{port: 9090}]
";

#[test]
fn services_and_deployments_say_the_same_as_text_and_as_objects() {
    let wanted = [
        "(serves",
        "(target-undeclared",
        "(desired-replicas",
        "(ready-pods",
        "(degraded",
        "(ready-endpoints",
        "(port-speaks",
    ];
    let view = |text: &str| {
        let mut facts: Vec<String> =
            facts(text).into_iter().filter(|f| wanted.iter().any(|start| f.starts_with(start))).collect();
        facts.sort();
        facts
    };
    let described = view(SERVICE);
    assert_eq!(described, view(SERVICE_OBJECTS));
    assert_eq!(
        described,
        [
            "(degraded service/cart)",
            "(desired-replicas service/cart 2)",
            "(port-speaks service/cart grpc)",
            "(ready-endpoints endpoint-service/cart 1)",
            "(ready-pods service/cart 1)",
            "(serves endpoint-service/cart service/cart)",
            "(target-undeclared endpoint-service/cart 7070 9090)",
        ]
    );
}
