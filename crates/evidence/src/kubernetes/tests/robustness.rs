//! Broken, strange and hostile input: a stated partial result, never a failure.

use super::{facts_of, read};

const SAMPLE: &str = r#"$ kubectl get pods -n shop -o wide
NAME                   READY   STATUS    RESTARTS      AGE   IP         NODE
web-5d4f8c7b9d-x2k4p   1/1     Running   2 (9s ago)    2m    10.0.0.7   n1
$ kubectl describe pod web-5d4f8c7b9d-x2k4p -n shop
Name:         web-5d4f8c7b9d-x2k4p
Node:         n1/192.0.2.1
Containers:
  main:
    Image:  web:1
    Liveness:  grpc <pod>:80  delay=5s timeout=1s period=5s #success=1 #failure=3
Events:
  Warning  Unhealthy  1s (x9 over 9s)  kubelet  Liveness probe failed: timeout: failed to connect service
$ kubectl get pods -o json
{"kind":"Pod","metadata":{"name":"a","uid":"1"},"spec":{"containers":[{"name":"m","ports":[{"containerPort":"x"}]}]}}
$ cat x.yaml
kind: Service
metadata: {name: s}
spec: {ports: [{port: 80}]}
$ systemctl status kubelet
# node n1
   Active: active (running)
$ nc -zv web 80
web (10.0.0.1:80) open
"#;

#[test]
fn every_prefix_of_a_transcript_is_read_without_failing() {
    for end in (0..=SAMPLE.len()).filter(|end| SAMPLE.is_char_boundary(*end)) {
        let (cluster, _) = read("kubernetes/t.txt", &SAMPLE.as_bytes()[..end]);
        facts_of(&cluster);
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_replaced() {
    let mut bytes = SAMPLE.as_bytes().to_vec();
    for at in (7..bytes.len()).step_by(41) {
        bytes[at] = 0xff;
    }
    let (cluster, _) = read("kubernetes/t.txt", &bytes);
    facts_of(&cluster);
}

#[test]
fn what_is_not_understood_is_stated_with_its_line() {
    let text = "$ kubectl get widgets -n shop\nNAME   COLOUR\na      red\n$ kubectl get pods -o json\n{\"kind\":\"Pod\",\n \"metadata\":{\"name\": }\n$ cat broken.yaml\nkind: Pod\nmetadata: [\n";
    let (_, skipped) = read("kubernetes/t.txt", text.as_bytes());
    let view: Vec<(u32, &str)> = skipped.iter().map(|s| (s.line, s.reason.as_str())).collect();
    assert_eq!(
        view,
        [
            (3, "a table of a kind that is not known here"),
            (6, "the JSON is broken here; the rest of the section was not read"),
            (8, "the YAML document that starts here is broken and was not read"),
        ]
    );
}

#[test]
fn a_refusal_is_not_an_empty_list() {
    let (cluster, skipped) = read(
        "kubernetes/t.txt",
        b"$ kubectl get secrets -n shop\nError from server (Forbidden): secrets is forbidden\n",
    );
    assert!(!cluster.is_listed(super::super::Kind::Secret, "shop"));
    assert_eq!(skipped.len(), 1);
}

#[test]
fn files_without_commands_are_read_by_name_and_by_content() {
    let (cluster, skipped) = read("kubernetes/pods.txt", b"NAME   READY   STATUS\nweb-0  1/1     Running\n");
    assert_eq!(skipped, []);
    assert_eq!(cluster.len(), 1);
    let (cluster, _) = read("kubernetes/anything", b"Name: n1\nAllocatable:\n  cpu: 4\n");
    assert!(facts_of(&cluster).contains(&"(largest-node cpu 4)".to_owned()));
}

#[test]
fn renaming_everything_renames_the_facts_and_keeps_their_order() {
    let renamed = SAMPLE.replace("web", "aa").replace("n1", "zz");
    let (one, _) = read("kubernetes/t.txt", SAMPLE.as_bytes());
    let (other, _) = read("kubernetes/t.txt", renamed.as_bytes());
    let back: Vec<String> = facts_of(&one).iter().map(|f| f.replace("web", "aa").replace("n1", "zz")).collect();
    assert_eq!(back, facts_of(&other));
}
