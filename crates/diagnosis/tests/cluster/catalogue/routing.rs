//! Services, addresses, gateways, names and policies that do not lead where they should.

use super::{Fault, fault};
use crate::world::World;
use serde_json::json;

pub(super) const FAULTS: &[Fault] = &[
    fault("selector", "service/tariff", &["service-selector-mismatch"], |w| {
        w.find("Service", "tariff")["spec"]["selector"] = json!({ "app": "tarif" });
    }),
    fault("selector with a stale version", "service/pilot", &["service-selector-mismatch"], |w| {
        w.find("Service", "pilot")["spec"]["selector"] = json!({ "app": "pilot", "release": "blue" });
    }),
    fault("target port", "service/pilot", &["service-port-mismatch"], |w| {
        w.find("Service", "pilot")["spec"]["ports"][0]["targetPort"] = json!(8888);
        w.ask(
            "nc -zv -w 3 pilot.berths 80",
            "nc: connect to pilot.berths (10.96.1.1) port 80 (tcp) failed: Connection refused",
        );
    }),
    fault("target port name", "service/pilot", &["service-port-mismatch"], |w| {
        w.find("Service", "pilot")["spec"]["ports"][0]["targetPort"] = json!("web");
    }),
    fault("port changed under its callers", "service/seats", &["service-port-mismatch"], |w| {
        w.find("Service", "seats")["spec"]["ports"][0]["port"] = json!(8088);
    }),
    fault("protocol", "service/tides", &["service-protocol-mismatch"], |w| {
        w.find("Service", "tides")["spec"]["ports"][0]["protocol"] = json!("UDP");
    }),
    fault("address of a peer", "service/pilot", &["peer-address-wrong"], |w| {
        w.template("pilot", |spec| spec["containers"][0]["env"][1]["value"] = json!("tide:7000"));
        w.log("pilot", "app", &["requests.exceptions.ConnectionError: HTTPConnectionPool(host='tide', port=7000): Max retries exceeded with url: /now (Caused by NameResolutionError(\"<urllib3.connection.HTTPConnection object at 0x7f>: Failed to resolve 'tide' ([Errno -2] Name or service not known)\"))"]);
    }),
    fault("address of a peer, node", "service/pilot", &["peer-address-wrong"], |w| {
        w.template("pilot", |spec| spec["containers"][0]["env"][1]["value"] = json!("tide:7000"));
        w.log(
            "pilot",
            "app",
            &[
                "Error: getaddrinfo ENOTFOUND tide",
                "    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26) {",
            ],
        );
    }),
    fault("namespace of a peer", "service/pilot", &["peer-address-wrong"], |w| {
        w.template("pilot", |spec| spec["containers"][0]["env"][0]["value"] = json!("http://seats:8080"));
        w.log("pilot", "app", &["dial tcp: lookup seats on 10.96.0.10:53: no such host"]);
    }),
    fault("port of a peer", "service/pilot", &["peer-address-wrong"], |w| {
        w.template("pilot", |spec| spec["containers"][0]["env"][1]["value"] = json!("tides:7700"));
        w.log("pilot", "app", &["dial tcp 10.96.3.4:7700: i/o timeout"]);
    }),
    fault("ingress to nowhere", "ingress/front-door", &["gateway-misroute"], |w| {
        w.find("Ingress", "front-door")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"] =
            json!("peer");
    }),
    fault("ingress to a missing port", "ingress/front-door", &["gateway-misroute"], |w| {
        w.find("Ingress", "front-door")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["port"]["number"] =
            json!(8443);
    }),
    fault("configured route", "service/pier", &["gateway-misroute"], |w| {
        w.find("ConfigMap", "pier-routes")["data"]["pier.conf"] =
            json!("location / { proxy_pass http://pilots.berths.svc:80; }\n");
        w.log("pier", "proxy", &["2031/04/02 09:00:00 [error] 7#7: *12 pilots.berths.svc could not be resolved (3: Host not found), client: 10.244.0.1, request: \"GET / HTTP/1.1\""]);
    }),
    fault("secret of the ingress", "ingress/front-door", &["tls-secret-missing"], |w| w.remove("Secret", "pier-tls")),
    fault("service missing", "service/tides", &["service-missing"], |w| {
        w.remove("Service", "tides");
        w.log("pilot", "app", &["dial tcp: lookup tides on 10.96.0.10:53: no such host"]);
    }),
    fault("name servers of its own", "service/pilot", &["name-resolution-failure"], |w| {
        w.template("pilot", |spec| {
            spec["dnsPolicy"] = json!("None");
            spec["dnsConfig"] = json!({ "nameservers": ["203.0.113.53"] });
        });
        w.log("pilot", "app", &["dial tcp: lookup seats.harbour.svc on 203.0.113.53:53: no such host"]);
    }),
    fault("cluster names down", "service/coredns", &["name-resolution-failure"], |w| {
        w.crash("coredns", "coredns", "Error", 1, 8);
        w.log("coredns", "coredns", &["[FATAL] plugin/loop: Loop (127.0.0.1:51234 -> :53) detected for zone \".\""]);
        w.log("pilot", "app", &["dial tcp: lookup seats.harbour.svc on 10.96.0.10:53: i/o timeout"]);
        w.log("tariff", "app", &["pymongo.errors.ServerSelectionTimeoutError: manifest:27017: [Errno -3] Temporary failure in name resolution"]);
    }),
    fault("policy in", "service/tariff", &["network-policy-blocks"], |w| {
        policy(w, json!({ "app": "tariff" }), "Ingress");
        w.log("seats", "app", &["java.net.SocketTimeoutException: Connect timed out"]);
    }),
    fault("policy out", "service/seats", &["network-policy-blocks"], |w| {
        policy(w, json!({ "app": "seats" }), "Egress");
        w.log("seats", "app", &["java.net.SocketTimeoutException: Connect timed out"]);
    }),
    fault("policy for another caller", "service/tariff", &["network-policy-blocks"], |w| {
        policy(w, json!({ "app": "tariff" }), "Ingress");
        w.find("NetworkPolicy", "guard")["spec"]["ingress"] =
            json!([{ "from": [{ "podSelector": { "matchLabels": { "app": "seat" } } }], "ports": [{ "port": 9000 }] }]);
        w.log("seats", "app", &["java.net.SocketTimeoutException: Connect timed out"]);
    }),
    fault("external name", "service/tides", &["name-resolution-failure"], |w| {
        let service = w.find("Service", "tides");
        service["spec"] = json!({ "type": "ExternalName", "externalName": "tides.old.example.org" });
    }),
];

fn policy(world: &mut World, selector: serde_json::Value, direction: &str) {
    world.put(
        "NetworkPolicy",
        "networking.k8s.io/v1",
        "harbour",
        "guard",
        &json!({ "spec": {
        "podSelector": { "matchLabels": selector }, "policyTypes": [direction] } }),
    );
}
