//! Reads the command line of a transcript section: which tool asked what of whom.

use super::kind::Kind;

/// How `kubectl get` was asked to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Table,
    Structured,
    /// Names, columns of one's own, templates: what was listed is there, in a form that is not read.
    Unread,
}

/// What a section's command asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// `kubectl get KINDS [NAME]`; `whole` when nothing narrowed the list, so that absence from it means something.
    Get { kinds: Vec<Kind>, namespace: Option<String>, output: Output, whole: bool, every_namespace: bool },
    /// `kubectl describe KIND [NAME]`; `whole` as for `Get`.
    Describe { kind: Kind, namespace: Option<String>, whole: bool, every_namespace: bool },
    /// `kubectl logs TARGET`.
    Logs { target: String, namespace: Option<String> },
    /// `systemctl status UNIT…`, on `node` where the command line says so.
    NodeService { units: Vec<String>, node: Option<String> },
    /// `nc`, `curl`, `telnet`: a connection attempt.
    Connect { host: String, port: Option<u16> },
    /// `nslookup`, `dig`, `host`, `getent`: a name lookup.
    Resolve { host: String },
    /// A file named after a kind that holds a list of it, as `kubectl get KIND -o json > KIND.json` leaves it.
    Dump { kind: Kind },
    /// A manifest shown with `cat`, or the input of `kubectl apply`.
    Manifest,
    /// Read by content.
    Unknown,
    /// A known command whose output says nothing here.
    Ignored,
}

/// Parses a command line (without the `$`).
pub(crate) fn parse(line: &str) -> Command {
    let words: Vec<&str> = line.split_whitespace().collect();
    from_words(&words, None)
}

fn from_words(words: &[&str], node: Option<&str>) -> Command {
    let Some((&tool, rest)) = words.split_first() else {
        return Command::Unknown;
    };
    match tool.rsplit('/').next().unwrap_or(tool) {
        "sudo" | "time" => from_words(rest, node),
        "ssh" => ssh(rest),
        "kubectl" | "oc" | "k" => kubectl(rest),
        "systemctl" | "service" => {
            let is_unit = |w: &&&str| !w.starts_with('-') && !matches!(**w, "status" | "is-active" | "show");
            let units: Vec<String> =
                rest.iter().filter(is_unit).map(|unit| unit.trim_end_matches(".service").to_owned()).collect();
            if units.is_empty() {
                return Command::Ignored;
            }
            Command::NodeService { units, node: node.map(str::to_owned) }
        }
        "nc" | "ncat" | "telnet" | "netcat" => connect(rest),
        "curl" | "wget" | "grpcurl" => url(rest),
        "nslookup" | "dig" | "host" | "getent" => rest
            .iter()
            .find(|w| !w.starts_with(['-', '+', '@']) && !matches!(**w, "hosts" | "ahosts"))
            .map_or(Command::Ignored, |host| Command::Resolve { host: (*host).to_owned() }),
        "cat" => Command::Manifest,
        _ => Command::Unknown,
    }
}

fn ssh(words: &[&str]) -> Command {
    let mut rest = words;
    while let Some((first, tail)) = rest.split_first() {
        if first.starts_with('-') {
            let takes_value = matches!(*first, "-p" | "-i" | "-l" | "-o" | "-F" | "-J");
            rest = if takes_value { tail.get(1..).unwrap_or(&[]) } else { tail };
        } else {
            let node = first.rsplit('@').next().unwrap_or(first);
            return from_words(tail, Some(node));
        }
    }
    Command::Ignored
}

/// The options that matter, and the words that are none.
#[derive(Default)]
struct Options<'a> {
    plain: Vec<&'a str>,
    namespace: Option<String>,
    output: Option<&'a str>,
    narrowed: bool,
    every_namespace: bool,
    after_dashes: Option<&'a [&'a str]>,
}

fn options<'a>(words: &'a [&'a str]) -> Options<'a> {
    let mut found = Options::default();
    let mut at = 0;
    while let Some(&word) = words.get(at) {
        at += 1;
        let (flag, inline) = word.split_once('=').map_or((word, None), |(flag, value)| (flag, Some(value)));
        let mut value = || {
            inline.or_else(|| {
                let next = words.get(at).copied();
                at += 1;
                next
            })
        };
        match flag {
            "--" => {
                found.after_dashes = words.get(at..);
                break;
            }
            "-n" | "--namespace" => found.namespace = value().map(str::to_owned),
            "-o" | "--output" => found.output = value(),
            "-l" | "--selector" | "--field-selector" => {
                value();
                found.narrowed = true;
            }
            "-A" | "--all-namespaces" => found.every_namespace = true,
            "-c" | "--container" | "--context" | "--tail" | "--since" | "-f" | "--sort-by" | "--chunk-size"
            | "--kubeconfig" | "--limit" | "--for" => {
                value();
            }
            _ if word.starts_with("-o") && word.len() > 2 => found.output = word.get(2..),
            _ if word.starts_with("-n") && word.len() > 2 && !word.starts_with("--") => {
                found.namespace = word.get(2..).map(str::to_owned);
            }
            _ if word.starts_with('-') => {}
            _ => found.plain.push(word),
        }
    }
    found
}

fn kubectl(words: &[&str]) -> Command {
    let found = options(words);
    let Some((&verb, rest)) = found.plain.split_first() else {
        return Command::Ignored;
    };
    match verb {
        "get" => get(rest, &found),
        "events" => Command::Get {
            kinds: vec![Kind::Event],
            namespace: found.namespace,
            output: output(found.output),
            whole: true,
            every_namespace: found.every_namespace,
        },
        "describe" => {
            let first = rest.first().copied().unwrap_or("");
            let whole = rest.len() == 1 && !found.narrowed && !first.contains('/');
            let named = first.split('/').next().unwrap_or(first);
            Kind::parse(named).map_or(Command::Unknown, |kind| Command::Describe {
                kind,
                namespace: found.namespace,
                whole,
                every_namespace: found.every_namespace,
            })
        }
        // By label, each line names its pod (`--prefix`).
        "logs" if rest.is_empty() && !found.narrowed => Command::Ignored,
        "logs" => Command::Logs {
            target: rest.first().map_or_else(String::new, |target| (*target).to_owned()),
            namespace: found.namespace,
        },
        "exec" | "run" | "debug" => found.after_dashes.map_or(Command::Ignored, |tail| from_words(tail, None)),
        "apply" | "create" => Command::Manifest,
        _ => Command::Ignored,
    }
}

fn get(rest: &[&str], found: &Options<'_>) -> Command {
    let Some((&first, names)) = rest.split_first() else {
        return Command::Ignored;
    };
    let kinds: Vec<Kind> = if first == "all" {
        Kind::ALL.to_vec()
    } else {
        first.split(',').filter_map(|word| Kind::parse(word.split('/').next().unwrap_or(word))).collect()
    };
    if kinds.is_empty() {
        return Command::Unknown;
    }
    Command::Get {
        kinds,
        namespace: found.namespace.clone(),
        output: output(found.output),
        whole: names.is_empty() && !found.narrowed && !first.contains('/'),
        every_namespace: found.every_namespace,
    }
}

fn output(format: Option<&str>) -> Output {
    match format {
        Some("json" | "yaml") => Output::Structured,
        Some(other)
            if ["name", "custom-columns", "jsonpath", "go-template", "template"]
                .iter()
                .any(|form| other.starts_with(form)) =>
        {
            Output::Unread
        }
        _ => Output::Table,
    }
}

fn connect(words: &[&str]) -> Command {
    let mut plain = words.iter().filter(|w| !w.starts_with('-'));
    // `nc -w 2 host port`: a number before the host is an option's value.
    let host = plain.find(|w| !w.bytes().all(|b| b.is_ascii_digit()));
    let port = plain.next().and_then(|w| w.parse().ok());
    host.map_or(Command::Ignored, |host| match host.split_once(':') {
        Some((name, number)) if port.is_none() => Command::Connect { host: name.to_owned(), port: number.parse().ok() },
        _ => Command::Connect { host: (*host).to_owned(), port },
    })
}

fn url(words: &[&str]) -> Command {
    let Some(target) = words.iter().find(|w| w.contains("://")).or_else(|| words.iter().rfind(|w| !w.starts_with('-')))
    else {
        return Command::Ignored;
    };
    let (scheme, rest) = target.split_once("://").unwrap_or(("http", target));
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let (host, port) = authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, port.parse().ok()));
    let default = if scheme == "https" { 443 } else { 80 };
    Command::Connect { host: host.to_owned(), port: port.or(Some(default)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(command: &Command) -> bool {
        matches!(command, Command::Get { whole: true, .. })
    }

    #[test]
    fn kubectl_get_in_the_forms_people_write() {
        let plain = parse("kubectl get pods -n shop -o wide");
        assert!(matches!(&plain, Command::Get { kinds, namespace: Some(ns), output: Output::Table, .. }
            if *kinds == vec![Kind::Pod] && ns == "shop"));
        assert!(whole(&plain));
        assert!(!whole(&parse("kubectl get pod cart-1 -n shop")));
        assert!(!whole(&parse("kubectl get pods -l app=cart")));
        assert!(!whole(&parse("kubectl get deploy/cart -oyaml")));
        let described = |line: &str| matches!(parse(line), Command::Describe { whole: true, .. });
        assert!(described("kubectl describe services -n shop"));
        assert!(!described("kubectl describe service cart -n shop") && !described("kubectl describe svc/cart"));
        for form in ["name", "custom-columns=NAME:.metadata.name", "jsonpath={.items}"] {
            let parsed = parse(&format!("kubectl get secrets -n shop -o {form}"));
            assert!(matches!(parsed, Command::Get { output: Output::Unread, .. }), "{form}");
        }
        assert!(
            matches!(parse("kubectl logs --prefix web-1 -c app"), Command::Logs { target, .. } if target == "web-1")
        );
        assert!(matches!(parse("kubectl logs -l app=web --prefix"), Command::Logs { target, .. } if target.is_empty()));
        assert!(matches!(parse("kubectl get deploy/cart -oyaml"), Command::Get { output: Output::Structured, .. }));
        assert!(
            matches!(parse("kubectl -n=shop get pvc,pv"), Command::Get { kinds, .. } if kinds == vec![Kind::Claim, Kind::Volume])
        );
    }

    #[test]
    fn probes_of_nodes_and_ports() {
        assert_eq!(
            parse("ssh -p 22 root@worker-1 systemctl status kubelet.service --no-pager"),
            Command::NodeService { units: vec!["kubelet".to_owned()], node: Some("worker-1".to_owned()) }
        );
        assert_eq!(parse("nc -zv -w 2 cart 7070"), Command::Connect { host: "cart".to_owned(), port: Some(7070) });
        assert_eq!(
            parse("kubectl exec deploy/web -n shop -- curl -sS http://cart:8080/healthz"),
            Command::Connect { host: "cart".to_owned(), port: Some(8080) }
        );
        assert_eq!(parse("nslookup cart"), Command::Resolve { host: "cart".to_owned() });
        assert_eq!(parse("uptime"), Command::Unknown);
    }
}
