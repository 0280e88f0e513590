//! Image references and what is needed to pull them.
//!
//! Facts: `(image S "CONTAINER" "REFERENCE")`, `(image-registry S "HOST")`, `(image-tag S "TAG")`,
//! `(image-invalid S "REFERENCE")`, `(registry-unlike-others S "HOST")`, `(pull-secret S "NAME")`,
//! `(pull-secret-missing S "NAME")`, `(no-pull-secret S)`.

use oriel_atomspace::Term;

use super::Emitter;
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::At;

/// The parts of an image reference.
#[derive(Debug, PartialEq, Eq)]
struct Reference<'a> {
    /// Host of the registry; none means the default one.
    registry: Option<&'a str>,
    tag: Option<&'a str>,
    valid: bool,
}

fn anatomy(text: &str) -> Reference<'_> {
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    let after_slash = name.rfind('/').map_or(0, |at| at + 1);
    let (path, tag) = match name.get(after_slash..).and_then(|last| last.find(':')) {
        Some(colon) => (name.get(..after_slash + colon).unwrap_or(name), name.get(after_slash + colon + 1..)),
        None => (name, None),
    };
    let first = path.split_once('/').map(|(first, _)| first);
    let registry = first.filter(|host| host.contains(['.', ':']) || *host == "localhost");
    let repository = registry.and_then(|host| path.strip_prefix(host)).unwrap_or(path).trim_start_matches('/');
    let valid_name = !repository.is_empty()
        && repository
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'_' | b'.'))
        && !repository.contains("//");
    let valid_tag = tag.is_none_or(|tag| {
        !tag.is_empty()
            && tag.len() <= 128
            && !tag.starts_with(['.', '-'])
            && tag.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    });
    let valid_digest = digest.is_none_or(|d| d.contains(':'));
    Reference { registry, tag, valid: valid_name && valid_tag && valid_digest }
}

impl Emitter<'_> {
    pub(super) fn images(&mut self) {
        let mut hosts: Vec<(&str, usize)> = Vec::new();
        let mut all = 0;
        for component in &self.components.all {
            for container in component.spec().iter().flat_map(|spec| &spec.containers) {
                let Some(host) = container.image.as_deref().and_then(|image| anatomy(image).registry) else {
                    continue;
                };
                all += 1;
                match hosts.iter_mut().find(|(known, _)| *known == host) {
                    Some((_, count)) => *count += 1,
                    None => hosts.push((host, 1)),
                }
            }
        }
        for position in 0..self.components.all.len() {
            self.images_of(position, &hosts, all);
        }
    }

    fn images_of(&mut self, position: usize, hosts: &[(&str, usize)], all: usize) {
        let Some((component, spec)) = self.components.all.get(position).and_then(|c| Some((c, c.spec()?))) else {
            return;
        };
        let (own, namespace, at): (String, &str, At) = (component.entity.clone(), component.namespace, component.at);
        let own = Term::Entity(&own);
        for container in &spec.containers {
            let Some(image) = &container.image else {
                continue;
            };
            self.say("image", &[own, Term::Text(&container.name), Term::Text(image)], at);
            let parts = anatomy(image);
            if !parts.valid {
                self.say("image-invalid", &[own, Term::Text(image)], at);
            }
            if let Some(tag) = parts.tag {
                self.say("image-tag", &[own, Term::Text(tag)], at);
            }
            if let Some(host) = parts.registry {
                self.say("image-registry", &[own, Term::Text(host)], at);
                let same = hosts.iter().find(|(known, _)| *known == host).map_or(0, |(_, count)| *count);
                if same == 1 && all >= 4 && hosts.iter().any(|(_, count)| *count * 2 > all) {
                    self.say("registry-unlike-others", &[own, Term::Text(host)], at);
                }
            }
        }
        let Some(secrets) = &spec.pull_secrets else {
            return;
        };
        if secrets.is_empty() {
            self.say("no-pull-secret", &[own], at);
        }
        for secret in secrets {
            self.say("pull-secret", &[own, Term::Text(secret)], at);
            let known = self.cluster.live.secrets.get(namespace, secret).is_some();
            if !known && self.cluster.is_listed(Kind::Secret, namespace) {
                self.say("pull-secret-missing", &[own, Term::Text(secret)], at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_every_form() {
        let view = |text| {
            let parts = anatomy(text);
            (parts.registry.map(str::to_owned), parts.tag.map(str::to_owned), parts.valid)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(view("redis:alpine"), (None, some("alpine"), true));
        assert_eq!(
            view("registry.example.org:5000/shop/web:1.2"),
            (some("registry.example.org:5000"), some("1.2"), true)
        );
        assert_eq!(view("ghcr.io/shop/web@sha256:abc"), (some("ghcr.io"), None, true));
        assert_eq!(view("shop/Web:1"), (None, some("1"), false));
        assert_eq!(view("shop/web:"), (None, some(""), false));
        assert_eq!(view("library/web"), (None, None, true));
    }
}
