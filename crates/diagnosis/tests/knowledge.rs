//! The shipped rules are sound, their examples hold, and the pages that list causes list all of them.

use oriel_diagnosis::Knowledge;

#[test]
fn the_shipped_rules_have_no_mistakes_and_their_examples_hold() {
    let knowledge = Knowledge::shipped().unwrap();
    let problems = knowledge.rules().check();
    assert!(problems.is_empty(), "{problems:#?}");
    let failures = knowledge.rules().test();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn the_page_about_kubernetes_names_every_cause_that_its_rules_conclude() {
    let page = include_str!("../../../docs/incident-kubernetes.md");
    let mut unnamed = Vec::new();
    for (file, text) in Knowledge::shipped_files().filter(|(file, _)| file.contains("kubernetes")) {
        for part in text.split("(then (cause ").skip(1) {
            let cause = part.split([' ', ')']).nth(1).unwrap_or("");
            if !page.contains(&format!("`{cause}`")) && !unnamed.contains(&cause) {
                unnamed.push(cause);
            }
        }
        assert!(!text.is_empty(), "{file}");
    }
    assert!(unnamed.is_empty(), "docs/incident-kubernetes.md does not list {unnamed:?}");
}
