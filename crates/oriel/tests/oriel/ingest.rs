//! Directories and pipes of files that are ingested at the command line.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use anyhow::Result;
use serde_json::Value;

use crate::knowledge::{done, knowledge};
use crate::program::{oriel, said};

const COMPOSE: &str = "services: {web: {depends_on: [cart]}, cart: {}}\n";

#[test]
fn the_files_of_a_directory_that_may_be_meant_are_read_in_their_order() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("data");
    let data = data.to_str().unwrap();
    let root = directory.path().join("system");
    fs::create_dir_all(root.join("b/deep"))?;
    let write = |name: &str, text: &str| fs::write(root.join(name), text);
    write("z.yaml", COMPOSE)?;
    write("b/deep/slow.MD", "# Runbook\n\nConcerns cart.\n")?;
    write("b/up.prom", "up{job=\"web\"} 1\n")?;
    write("notes.json", "{\"nobody\": \"knows\"}")?;
    write("picture.png", "no text at all \u{0}")?;
    write("no-ending", COMPOSE)?;
    // What lies outside, or comes back to the beginning.
    fs::write(directory.path().join("outside.yaml"), "services: {outside: {}}\n")?;
    symlink(directory.path().join("outside.yaml"), root.join("link.yaml"))?;
    symlink(&root, root.join("b/circle"))?;
    done(data, &["create", "shop"])?;
    let path = root.to_str().unwrap();
    let (code, out, errors) = knowledge(data, &["ingest", "shop", path, "--source", "system", "--json"])?;
    assert_eq!(code, Some(0), "{errors}");
    let ingested: Value = serde_json::from_str(&out)?;
    let files: Vec<(&str, &str)> = ingested["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file[0].as_str().unwrap(), file[1].as_str().unwrap()))
        .collect();
    let at = |name: &str| format!("{path}/{name}");
    let [prom, compose, runbook] = [at("b/up.prom"), at("z.yaml"), at("b/deep/slow.MD")];
    // Texts come last: they speak of what the others know.
    assert_eq!(files, [(prom.as_str(), "prometheus"), (compose.as_str(), "compose"), (runbook.as_str(), "markdown")]);
    let remarks = ingested["remarks"].to_string();
    assert!(remarks.contains("notes.json: passed over: nobody knows what it is"), "{remarks}");
    assert!(!done(data, &["export", "shop"])?.contains("outside"));

    // The same file named by itself is an error, and so is one that is not there.
    let (code, _, errors) = knowledge(data, &["ingest", "shop", &at("notes.json")])?;
    assert!(code == Some(1) && errors.contains("say what it is") && errors.contains("--as"), "{errors}");
    let (code, _, errors) = knowledge(data, &["ingest", "shop", &at("none.yaml")])?;
    assert!(code == Some(1) && errors.contains("cannot read") && errors.contains("none.yaml"), "{errors}");
    let empty = directory.path().join("empty");
    fs::create_dir(&empty)?;
    let (code, _, errors) = knowledge(data, &["ingest", "shop", empty.to_str().unwrap(), "--source", "system"])?;
    assert!(code == Some(1) && errors.contains("no file") && errors.contains("empty"), "{errors}");
    let deep = directory.path().join("deep");
    fs::create_dir_all(deep.join("d/".repeat(18)))?;
    let (code, _, errors) = knowledge(data, &["ingest", "shop", deep.to_str().unwrap()])?;
    assert!(code == Some(2) && errors.contains("16 directories deep"), "{errors}");
    Ok(())
}

#[test]
fn what_a_compose_file_names_is_read_beside_it_and_nowhere_else() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("data");
    let data = data.to_str().unwrap();
    let root = directory.path().join("app");
    fs::create_dir_all(root.join("parts"))?;
    let outside = "services: {outside: {image: outside}}\n";
    fs::write(directory.path().join("outside.yaml"), outside)?;
    symlink(directory.path().join("outside.yaml"), root.join("link.yaml"))?;
    let absolute = directory.path().join("outside.yaml");
    let include = format!("[parts/db.yaml, ../outside.yaml, link.yaml, {}]", absolute.display());
    let compose = format!(
        "name: shop\ninclude: {include}\nservices: {{web: {{extends: {{file: parts/base.txt, service: base}}}}}}\n"
    );
    fs::write(root.join("compose.yaml"), compose)?;
    fs::write(root.join("parts/db.yaml"), "include: [cache.yaml]\nservices: {db: {image: postgres}}\n")?;
    fs::write(root.join("parts/cache.yaml"), "services: {cache: {image: redis}}\n")?;
    fs::write(root.join("parts/base.txt"), "services: {base: {image: shop/web}}\n")?;
    done(data, &["create", "shop"])?;
    let file = root.join("compose.yaml");
    let (code, out, errors) = knowledge(data, &["ingest", "shop", file.to_str().unwrap(), "--source", "x"])?;
    assert_eq!(code, Some(0), "{errors}");
    assert!(out.lines().filter(|line| line.ends_with(": compose")).count() == 1, "{out}");
    let all = done(data, &["export", "shop"])?;
    for image in ["postgres", "redis", "shop/web"] {
        assert!(all.contains(&format!("(Phrase \"{image}\")")), "no {image} in {all}");
    }
    assert!(!all.contains("outside") && !all.contains("service/base"), "{all}");
    assert!(errors.contains("it includes ../outside.yaml, link.yaml, "), "{errors}");
    // Of a directory the same, and what is read as a file of it is no second project.
    done(data, &["create", "again"])?;
    let (code, _, errors) = knowledge(data, &["ingest", "again", root.to_str().unwrap(), "--source", "x"])?;
    assert_eq!(code, Some(0), "{errors}");
    let again = done(data, &["export", "again"])?;
    let projects = |text: &str| text.matches("(Predicate \"in-project\")").count();
    assert_eq!((projects(&again), again.contains("outside")), (projects(&all), false), "{again}");
    Ok(())
}

#[test]
fn a_cluster_comes_from_a_pipe() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().to_str().unwrap();
    done(data, &["create", "shop"])?;
    let pipe = |text: &str, more: &[&str]| -> Result<(Option<i32>, String, String)> {
        let mut arguments = vec!["knowledge", "--data-dir", data, "ingest", "shop", "-"];
        arguments.extend(more);
        let mut command = oriel(&arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        child.stdin.take().unwrap().write_all(text.as_bytes())?;
        let output = child.wait_with_output()?;
        Ok((output.status.code(), said(&output), String::from_utf8_lossy(&output.stderr).into_owned()))
    };
    let (code, _, errors) = pipe(COMPOSE, &[])?;
    assert!(code == Some(2) && errors.contains("name the source with --source NAME"), "{errors}");
    let (code, out, errors) = pipe(COMPOSE, &["--source", "compose"])?;
    assert_eq!(code, Some(0), "{errors}");
    assert!(out.starts_with("stdin: compose\n"), "{out}");
    let (code, _, errors) = pipe("# Runbook: cart\n", &["--source", "guide"])?;
    assert!(code == Some(1) && errors.contains("stdin: it is no Kubernetes object"), "{errors}");
    let (_, out, _) = pipe("# Runbook: cart\n\nConcerns web.\n", &["--as", "markdown", "--source", "guide", "--json"])?;
    let ingested: Value = serde_json::from_str(&out)?;
    assert_eq!((&ingested["source"], &ingested["files"][0][0]), (&"guide".into(), &"stdin".into()), "{out}");
    // A source that says nothing any more.
    let empty = ["--as", "prometheus", "--source", "guide", "--json"];
    let (code, _, errors) = pipe("", &empty)?;
    assert!(code == Some(1) && errors.contains("say none of it") && errors.contains("--all-gone"), "{errors}");
    let (_, out, _) = pipe("", &[&empty[..], &["--all-gone"]].concat())?;
    let ingested: Value = serde_json::from_str(&out)?;
    assert!(ingested["gone"].as_u64() > Some(1) && ingested["facts"] == 0, "{out}");
    let (code, _, errors) = pipe(COMPOSE, &["--source", "x", "--observed", "+10000-01-01T00:00:00Z"])?;
    assert!(
        code == Some(2) && errors.contains("observed: the year 10000 is out of range; years are 0 to 9999"),
        "{errors}"
    );
    // A pipe is read once.
    let (code, _, errors) = pipe(COMPOSE, &["-"])?;
    assert!(code == Some(2) && errors.contains("stdin is read once"), "{errors}");
    Ok(())
}

#[test]
fn two_files_of_the_same_name_are_two_sources() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("data");
    let data = data.to_str().unwrap();
    done(data, &["create", "shop"])?;
    for (project, service) in [("a", "web"), ("b", "mail")] {
        let root = directory.path().join(project);
        fs::create_dir(&root)?;
        fs::write(root.join("compose.yaml"), format!("services: {{{service}: {{image: x}}}}\n"))?;
        let mut command = oriel(&["knowledge", "--data-dir", data, "ingest", "shop", "compose.yaml"]);
        let output = command.current_dir(&root).output()?;
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let all = done(data, &["export", "shop"])?;
    assert!(all.contains("service/web") && all.contains("service/mail"), "{all}");
    Ok(())
}

#[test]
fn names_of_files_cannot_move_the_cursor() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("data");
    let data = data.to_str().unwrap();
    done(data, &["create", "shop"])?;
    let file = directory.path().join("a\u{1b}[2J\u{7}.json");
    fs::write(&file, "{\"nobody\": \"knows\"}")?;
    let (path, parent) = (file.to_str().unwrap(), directory.path().to_str().unwrap());
    let none = format!("{path}.none");
    let flag = "--\u{1b}[2J\u{7}";
    for arguments in [
        &["ingest", "shop", path, "--source", "x"][..],
        &["ingest", "shop", parent, "--source", "x"],
        &["load", "shop", &none],
        &["load", "shop", flag],
    ] {
        let (_, _, errors) = knowledge(data, arguments)?;
        // What the parser of flags tells is without them.
        assert!(errors.contains("\\u{7}") || arguments.contains(&flag), "{arguments:?}: {errors:?}");
        assert!(!errors.chars().any(|letter| letter.is_control() && letter != '\n'), "{errors:?}");
    }
    Ok(())
}
