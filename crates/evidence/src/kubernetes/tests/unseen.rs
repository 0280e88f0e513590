//! What nobody looked at is not taken for absent: the same objects, seen one by one and in whole lists.

use super::check;

const DEPLOYMENT: &str = "$ kubectl describe deployments web -n shop
Name:                   web
Namespace:              shop
Selector:               app=web
Replicas:               1 desired | 1 updated | 1 total | 1 available | 0 unavailable
Pod Template:
  Labels:           app=web
  Containers:
   main:
    Image:      web:1
    Port:       8080/TCP
";

const OTHER_POD: &str = "$ kubectl describe pods db-0 -n shop
Name:             db-0
Namespace:        shop
Node:             n1/10.0.0.1
Labels:           app=db
Status:           Running
Controlled By:    StatefulSet/db
Events:           <none>
";

#[test]
fn pods_are_missing_only_where_all_were_listed() {
    check(&format!("{DEPLOYMENT}{OTHER_POD}"), "(existing-pods service/web 1)", &["(missing-pods service/web"]);
    let list = "$ kubectl get pods -n shop
NAME   READY   STATUS    RESTARTS   AGE
db-0   1/1     Running   0          2d
";
    check(&format!("{DEPLOYMENT}{OTHER_POD}{list}"), "(missing-pods service/web 1)", &[]);
}

const SERVICE: &str = "$ kubectl describe services front -n shop
Name:              front
Namespace:         shop
Selector:          app=front
Type:              ClusterIP
Port:              http  80/TCP
TargetPort:        8080/TCP
";

#[test]
fn a_service_stands_for_the_only_one_with_its_port_only_where_all_are_known() {
    let pod = "$ kubectl describe pods web-5d4f8c7b9d-x2k4p -n shop
Name:             web-5d4f8c7b9d-x2k4p
Namespace:        shop
Node:             n1/10.0.0.1
Labels:           app=web
                  pod-template-hash=5d4f8c7b9d
Status:           Running
Controlled By:    ReplicaSet/web-5d4f8c7b9d
Events:           <none>
";
    let seen = format!("{DEPLOYMENT}{pod}{SERVICE}");
    check(&seen, "", &["(selector-differs", "(selector-matches-none", "(serves endpoint-service/front"]);
    let lists = "$ kubectl get deployments -n shop
NAME   READY   UP-TO-DATE   AVAILABLE   AGE
web    1/1     1            1           2d
$ kubectl get pods -n shop --show-labels
NAME                   READY   STATUS    RESTARTS   AGE   LABELS
web-5d4f8c7b9d-x2k4p   1/1     Running   0          2d    app=web,pod-template-hash=5d4f8c7b9d
";
    let all = "(selector-matches-none endpoint-service/front)
               (selector-differs endpoint-service/front service/web)";
    check(&format!("{seen}{lists}"), all, &[]);
    // Another one, whose ports were not shown.
    let other = lists.replace("2d\n$", "2d\nshelf  1/1     1            1           2d\n$");
    assert_ne!(other, lists);
    check(&format!("{seen}{other}"), "", &["(selector-differs", "(serves endpoint-service/front"]);
}

#[test]
fn no_node_fits_only_where_all_nodes_and_their_labels_are_known() {
    let wants = "$ kubectl get pods -n shop -o yaml
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: shop, ownerReferences: [{kind: StatefulSet, name: db}]}
spec:
  nodeSelector: {disk: ssd}
  containers: [{name: main, image: 'db:1'}]
status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable}]}
";
    let one = "$ kubectl describe nodes n1
Name:               n1
Labels:             kubernetes.io/hostname=n1
Taints:             <none>
Unschedulable:      false
";
    check(&format!("{wants}{one}"), "", &["(selector-nodes", "(placeable-nodes", "(nodes-total"]);
    let names = "$ kubectl get nodes
NAME   STATUS   ROLES    AGE   VERSION
n1     Ready    <none>   9d    v1.30.1
n2     Ready    <none>   9d    v1.30.1
";
    check(&format!("{wants}{one}{names}"), "", &["(selector-nodes", "(nodes-total"]);
    let labels = "$ kubectl get nodes --show-labels
NAME   STATUS   ROLES    AGE   VERSION   LABELS
n1     Ready    <none>   9d    v1.30.1   kubernetes.io/hostname=n1
n2     Ready    <none>   9d    v1.30.1   kubernetes.io/hostname=n2
";
    check(&format!("{wants}{one}{labels}"), "(selector-nodes service/db 0)\n(nodes-total 2)", &[]);
}

#[test]
fn the_events_of_a_pod_are_shown_by_its_description_or_a_list() {
    check(OTHER_POD, "(events-shown pod/db-0)", &["(events-read"]);
    let pods = "$ kubectl get pods -n shop
NAME   READY   STATUS    RESTARTS   AGE
db-0   0/1     Pending   0          2d
";
    let elsewhere = "$ kubectl describe nodes n1
Name:               n1
Labels:             kubernetes.io/hostname=n1
Events:
  Type    Reason    Age   From     Message
  ----    ------    ---   ----     -------
  Normal  Starting  1h    kubelet  Starting kubelet.
";
    check(&format!("{pods}{elsewhere}"), "(events-read yes)", &["(events-shown"]);
    let events = "$ kubectl get events -n shop
LAST SEEN   TYPE     REASON    OBJECT         MESSAGE
5m          Normal   Killing   pod/web-1      Stopping container main
";
    check(&format!("{pods}{events}"), "(events-shown pod/db-0)", &[]);
}
