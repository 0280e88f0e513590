//! What `kubectl` says of the shop at the end of the recording, as a transcript of the commands.

use std::fmt::Write as _;

use crate::simulation::{COMPONENTS, FAULT_AT, FAULTY, Recording, SECONDS, time};

/// The letters Kubernetes makes pod suffixes of.
const SUFFIX_LETTERS: &str = "bcdfghjklmnpqrstvwxz";

const NODES: [&str; 3] = ["node-a", "node-b", "node-c"];

pub(crate) fn transcript(run: &Recording) -> String {
    let mut text = String::new();
    nodes(&mut text);
    pods(&mut text, run);
    deployments(&mut text);
    services(&mut text, run);
    text.push_str(&describe_pod(run));
    text.push_str(&deployment_yaml());
    events(&mut text, run);
    text
}

fn pod_name(index: usize, component: &str) -> String {
    let hash = if component == FAULTY { "7c9d5b86f4" } else { "6d4cf56db6" };
    let suffix: String =
        (0..5usize).map(|i| SUFFIX_LETTERS.chars().nth((index * 7 + i * 11 + 3) % 20).unwrap_or('x')).collect();
    format!("{component}-{hash}-{suffix}")
}

fn nodes(text: &mut String) {
    text.push_str("$ kubectl get nodes -o wide\n");
    text.push_str("NAME     STATUS   ROLES           AGE   VERSION   INTERNAL-IP   OS-IMAGE                         CONTAINER-RUNTIME\n");
    for (index, node) in NODES.iter().enumerate() {
        let role = if index == 0 { "control-plane" } else { "<none>       " };
        let _ = writeln!(
            text,
            "{node}   Ready    {role}   91d   v1.33.2   10.0.0.{}     Debian GNU/Linux 12 (bookworm)   containerd://2.0.5",
            10 + index
        );
    }
    text.push('\n');
}

/// The port a component listens on.
fn port(component: &str) -> u16 {
    match component {
        name if name.ends_with("-db") => 5432,
        name if name.ends_with("-cache") => 6379,
        _ => 8443,
    }
}

fn pods(text: &mut String, run: &Recording) {
    text.push_str("$ kubectl get pods -n shop -o wide\n");
    text.push_str("NAME                              READY   STATUS             RESTARTS        AGE   IP            NODE     NOMINATED NODE   READINESS GATES\n");
    for (index, (component, ..)) in COMPONENTS.iter().enumerate() {
        let node = node(index);
        let (ready, status, restarts, age) = if *component == FAULTY {
            ("0/1", "CrashLoopBackOff", format!("{} (41s ago)", run.kills.len()), "20m")
        } else {
            ("1/1", "Running", "0".to_owned(), "6d4h")
        };
        let _ = writeln!(
            text,
            "{:<33} {ready:<7} {status:<18} {restarts:<15} {age:<5} 10.244.{}.{:<3}  {node}   <none>           <none>",
            pod_name(index, component),
            1 + index % 2,
            20 + index
        );
    }
    text.push('\n');
}

fn deployments(text: &mut String) {
    text.push_str("$ kubectl get deployments -n shop\nNAME            READY   UP-TO-DATE   AVAILABLE   AGE\n");
    for (component, ..) in COMPONENTS {
        let (ready, available) = if component == FAULTY { ("0/1", 0) } else { ("1/1", 1) };
        let _ = writeln!(text, "{component:<15} {ready}     1            {available}           91d");
    }
    text.push('\n');
}

fn services(text: &mut String, run: &Recording) {
    text.push_str(
        "$ kubectl get services -n shop\nNAME            TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)    AGE\n",
    );
    for (index, (component, ..)) in COMPONENTS.iter().enumerate() {
        let _ = writeln!(
            text,
            "{component:<15} ClusterIP   10.96.40.{:<4}  <none>        {}/TCP   91d",
            8 + index,
            port(component)
        );
    }
    text.push_str("\n$ kubectl get endpoints -n shop\nNAME            ENDPOINTS           AGE\n");
    for (index, (component, ..)) in COMPONENTS.iter().enumerate() {
        let address = if *component == FAULTY && run.down(SECONDS - 1) {
            String::new()
        } else {
            format!("10.244.{}.{}:{}", 1 + index % 2, 20 + index, port(component))
        };
        let _ = writeln!(text, "{component:<15} {address:<19} 91d");
    }
    text.push('\n');
}

/// Components run on the workers, in turn.
fn node(index: usize) -> &'static str {
    if index.is_multiple_of(2) { "node-b" } else { "node-c" }
}

fn faulty_index() -> usize {
    COMPONENTS.iter().position(|(name, ..)| *name == FAULTY).unwrap_or(0)
}

fn describe_pod(run: &Recording) -> String {
    let index = faulty_index();
    let pod = pod_name(index, FAULTY);
    let last = run.kills.last().copied().unwrap_or(FAULT_AT);
    let previous = run.kills.iter().rev().nth(1).copied().unwrap_or(FAULT_AT);
    format!(
        "$ kubectl describe pod {pod} -n shop
Name:             {pod}
Namespace:        shop
Priority:         0
Service Account:  {FAULTY}
Node:             {node}/10.0.0.11
Start Time:       {started}
Labels:           app={FAULTY}
                  pod-template-hash=7c9d5b86f4
Status:           Running
IP:               10.244.1.24
Controlled By:    ReplicaSet/{FAULTY}-7c9d5b86f4
Containers:
  {FAULTY}:
    Image:          registry.shop.example/{FAULTY}:3.8.0
    Port:           8443/TCP
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Started:      {previous}
      Finished:     {last}
    Ready:          False
    Restart Count:  {restarts}
    Limits:
      cpu:     500m
      memory:  96Mi
    Requests:
      cpu:      100m
      memory:   96Mi
    Liveness:   http-get http://:8443/healthz delay=10s timeout=2s period=10s #success=1 #failure=3
    Readiness:  http-get http://:8443/ready delay=5s timeout=2s period=5s #success=1 #failure=3
    Environment:
      DATABASE_URL:  postgres://payments-db:5432/payments
Conditions:
  Type              Status
  Initialized       True
  Ready             False
  ContainersReady   False
  PodScheduled      True
QoS Class:         Burstable
Node-Selectors:    <none>
Tolerations:       node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                   node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
Events:
  Type     Reason     Age                  From               Message
  ----     ------     ----                 ----               -------
  Normal   Scheduled  20m                  default-scheduler  Successfully assigned shop/{pod} to {node}
  Normal   Pulled     19m                  kubelet            Successfully pulled image \"registry.shop.example/{FAULTY}:3.8.0\" in 2.1s
  Warning  BackOff    41s (x38 over 18m)   kubelet            Back-off restarting failed container {FAULTY} in pod {pod}

",
        node = node(index),
        started = time(FAULT_AT),
        previous = time(previous + 60),
        last = time(last),
        restarts = run.kills.len(),
    )
}

fn deployment_yaml() -> String {
    format!(
        "$ kubectl get deployment {FAULTY} -n shop -o yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {FAULTY}
  namespace: shop
  annotations:
    deployment.kubernetes.io/revision: \"14\"
    kubernetes.io/change-cause: \"release 3.8.0: smaller footprint\"
spec:
  replicas: 1
  selector:
    matchLabels:
      app: {FAULTY}
  template:
    metadata:
      labels:
        app: {FAULTY}
    spec:
      serviceAccountName: {FAULTY}
      containers:
      - name: {FAULTY}
        image: registry.shop.example/{FAULTY}:3.8.0
        ports:
        - containerPort: 8443
        resources:
          limits:
            cpu: 500m
            memory: 96Mi
          requests:
            cpu: 100m
            memory: 96Mi

"
    )
}

fn events(text: &mut String, run: &Recording) {
    let pod = pod_name(faulty_index(), FAULTY);
    text.push_str("$ kubectl get events -n shop\nLAST SEEN   TYPE      REASON              OBJECT                                MESSAGE\n");
    let _ = writeln!(
        text,
        "20m         Normal    ScalingReplicaSet   deployment/{FAULTY}                   Scaled up replica set {FAULTY}-7c9d5b86f4 to 1"
    );
    let _ = writeln!(text, "19m         Normal    Started             pod/{pod}         Started container {FAULTY}");
    let _ = writeln!(
        text,
        "41s         Warning   BackOff             pod/{pod}         Back-off restarting failed container {FAULTY} in pod {pod} (killed {} times)",
        run.kills.len()
    );
}
