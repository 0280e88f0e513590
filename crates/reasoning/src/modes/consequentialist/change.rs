//! A change as people see it: the diff of the manifest lines that it touches, and what its command leaves open.
//!
//! A blank is `<…>`: a value that a rule cannot know, or one of the evidence that is no plain word
//! (`oriel_atomspace::rules`). Whether a command may be offered for running is decided here and nowhere else.

/// What a command leaves open, each once, in the order of the text.
pub(super) fn blanks(command: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = command;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((inside, remainder)) = after.split_once('>') else { break };
        let inside = inside.rsplit('<').next().unwrap_or(inside);
        let blank = format!("<{inside}>");
        if !inside.is_empty() && !found.contains(&blank) {
            found.push(blank);
        }
        rest = remainder;
    }
    found
}

/// Whether a command may be offered for running: there is one, on one line, that leaves nothing open.
pub(super) fn is_runnable(command: &str) -> bool {
    !command.trim().is_empty() && !command.contains('<') && !command.contains(char::is_control)
}

/// A unified diff of the lines of a manifest.
///
/// `place` is the object and the path to the fields, as in `deployment/cart spec.template.spec.containers[main].resources`;
/// what stands in brackets is the name of an item in a list. `before` and `after` are the lines at that path, either of
/// them empty where lines are added or removed. None where there is no path or no difference.
pub(super) fn diff(place: &str, before: &str, after: &str) -> Option<String> {
    // A blank is quoted for the shell, and this is none.
    let [place, before, after] = [place, before, after].map(|text| text.replace("'<", "<").replace(">'", ">"));
    let (before, after) = (before.as_str(), after.as_str());
    let (object, path) = place.split_once(' ')?;
    let mut lines: Vec<String> = Vec::new();
    let mut depth = 0;
    for (key, item) in segments(path) {
        lines.push(format!(" {}{key}:", "  ".repeat(depth)));
        depth += 1;
        if let Some(item) = item {
            lines.push(format!(" {}- name: {item}", "  ".repeat(depth)));
            depth += 1;
        }
    }
    let context = lines.len();
    let (old, new) = (before.lines().count(), after.lines().count());
    if before == after {
        return None;
    }
    let change = |sign: char, text: &str| {
        text.lines().map(|line| format!("{sign}{}{line}", "  ".repeat(depth))).collect::<Vec<String>>()
    };
    lines.extend(change('-', before));
    lines.extend(change('+', after));
    let head = format!("--- {object}\n+++ {object}\n@@ -1,{} +1,{} @@", context + old, context + new);
    Some(format!("{head}\n{}", lines.join("\n")))
}

/// The keys of a path, each with the item in brackets after it.
fn segments(path: &str) -> Vec<(&str, Option<&str>)> {
    let mut found = Vec::new();
    let mut rest = path.trim();
    while !rest.is_empty() {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        let bracketed = after.strip_prefix('[').and_then(|after| after.split_once(']'));
        let (item, after) = bracketed.map_or((None, after), |(item, after)| (Some(item), after));
        if !key.is_empty() {
            found.push((key, item));
        }
        let next = after.strip_prefix('.').unwrap_or(after);
        if next.len() == rest.len() {
            break; // a bracket that is never closed
        }
        rest = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_shows_the_lines_in_their_place() {
        let place = "deployment/cart spec.template.spec.containers[main].resources.limits";
        let expected = "\
--- deployment/cart
+++ deployment/cart
@@ -1,8 +1,8 @@
 spec:
   template:
     spec:
       containers:
         - name: main
           resources:
             limits:
-              memory: 256Mi
+              memory: 384Mi";
        assert_eq!(diff(place, "memory: 256Mi", "memory: 384Mi").as_deref(), Some(expected));
    }

    #[test]
    fn lines_may_be_added_or_removed_alone() {
        let added = diff("service/a spec.selector", "", "app: a\ntier: web").unwrap();
        assert!(added.ends_with("@@ -1,2 +1,4 @@\n spec:\n   selector:\n+    app: a\n+    tier: web"), "{added}");
        let removed = diff("node/n spec", "unschedulable: true", "").unwrap();
        assert!(removed.ends_with("@@ -1,2 +1,1 @@\n spec:\n-  unschedulable: true"), "{removed}");
        let open = diff("service/a spec.ports['<name>']", "", "port: '<port>'").unwrap();
        assert!(open.ends_with(" spec:\n   ports:\n     - name: <name>\n+      port: <port>"), "{open}");
        assert_eq!((diff("", "", ""), diff("node/n spec", "a", "a")), (None, None));
    }

    #[test]
    fn odd_paths_end() {
        for path in ["a b[", "a b]", "a ..", "a [x]", "a b[x]c", "a .", "a b[]"] {
            let _ = diff(path, "x", "y");
        }
    }

    #[test]
    fn a_command_with_something_open_is_not_runnable() {
        assert_eq!(blanks("create --user=<user> --password=<password> --again=<user>"), ["<user>", "<password>"]);
        assert_eq!(blanks("a '<x;$(b)'\\''>' <"), ["<x;$(b)'\\''>"]);
        assert_eq!(blanks("kubectl get pods"), Vec::<String>::new());
        assert!(is_runnable("kubectl get pods"));
        assert!(
            !is_runnable("kubectl get <pod>") && !is_runnable(" ") && !is_runnable("a\nb") && !is_runnable("a < b")
        );
    }
}
