//! The rules in `docs/rule-format.md` are sound and their examples hold.

use crate::rules::RuleSet;

#[test]
fn the_rules_of_the_guide_hold() {
    let guide = include_str!("../../../../../docs/rule-format.md");
    let blocks: Vec<&str> = guide.split("```rules\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 4);
    let rules = RuleSet::parse(&blocks.concat(), "docs/rule-format.md").expect("the rules of the guide can be read");
    let said: Vec<String> = rules.check().iter().map(ToString::to_string).collect();
    assert_eq!(said, Vec::<String>::new());
    let failed: Vec<String> = rules.test().iter().map(ToString::to_string).collect();
    assert_eq!(failed, Vec::<String>::new());
}
