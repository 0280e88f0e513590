//! Names of things as telemetry has them: pods to their service, identifiers to small numbers.

use rustc_hash::FxHashMap;

/// Letters and digits that Kubernetes uses for generated names (`k8s.io/apimachinery/pkg/util/rand`).
const GENERATED: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// The service a pod belongs to: its name without the hashes of its replica set and of its own.
///
/// `x-5dc8d4f9fd-46997` gives `x`; so does the daemon set's `x-46997` (one hash, told by its digits).
pub fn service_of(pod: &str) -> &str {
    let Some((rest, last)) = pod.rsplit_once('-') else { return pod };
    if last.len() != 5 || !is_generated(last) || rest.is_empty() {
        return pod;
    }
    match rest.rsplit_once('-') {
        Some((base, hash))
            if !base.is_empty() && (5..=10).contains(&hash.len()) && is_generated(hash) && has_digit(hash) =>
        {
            base
        }
        _ if has_digit(last) => rest,
        _ => pod,
    }
}

fn is_generated(text: &str) -> bool {
    text.bytes().all(|b| GENERATED.contains(&b))
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

/// The atom name of an entity: kept when it says its kind (`node/…`, `service/…`), a call for `A->B`, else a service.
pub fn entity(name: &str) -> String {
    if let Some((caller, callee)) = name.strip_prefix("call/").unwrap_or(name).split_once("->") {
        return format!("call/{}->{}", service_of(caller.trim()), service_of(callee.trim()));
    }
    for kind in ["service/", "node/", "pod/", "namespace/"] {
        if let Some(rest) = name.strip_prefix(kind) {
            return if kind == "pod/" { format!("service/{}", service_of(rest)) } else { name.to_owned() };
        }
    }
    format!("service/{}", service_of(name))
}

/// The name without its kind: `service/cart` gives `cart`.
pub fn bare(entity: &str) -> &str {
    entity.split_once('/').map_or(entity, |(_, name)| name)
}

/// Numbers names in the order in which they are first seen.
#[derive(Debug, Default, Clone)]
pub struct Names {
    list: Vec<String>,
    index: FxHashMap<String, u32>,
}

impl Names {
    /// The number of a name, given on first sight.
    pub fn id(&mut self, name: &str) -> u32 {
        if let Some(id) = self.index.get(name) {
            return *id;
        }
        let id = self.list.len() as u32;
        self.list.push(name.to_owned());
        self.index.insert(name.to_owned(), id);
        id
    }

    /// The number of a name, if it has been seen.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.index.get(name).copied()
    }

    /// The name of a number.
    pub fn name(&self, id: u32) -> &str {
        self.list.get(id as usize).map_or("", String::as_str)
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The names in order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_are_stripped_to_their_service_and_plain_names_stay() {
        for (pod, service) in [
            ("ts-basic-service-5dc8d4f9fd-46997", "ts-basic-service"),
            ("carts-db", "carts-db"),
            ("front-end", "front-end"),
            ("fluentd-x2x4z", "fluentd"),
            ("orders", "orders"),
            ("shipping-7b598fc7d-lmggd", "shipping"),
            ("my-cache-redis", "my-cache-redis"),
        ] {
            assert_eq!(service_of(pod), service, "{pod}");
        }
        assert_eq!(entity("pod/a-5dc8d4f9fd-46997"), "service/a");
        assert_eq!(entity("node/worker-1"), "node/worker-1");
        assert_eq!(entity("a-5dc8d4f9fd-46997->b"), "call/a->b");
    }

    #[test]
    fn numbers_follow_first_sight() {
        let mut names = Names::default();
        assert_eq!((names.id("z"), names.id("a"), names.id("z")), (0, 1, 0));
        assert_eq!(names.name(1), "a");
    }
}
