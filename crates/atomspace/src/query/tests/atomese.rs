//! What AtomSpace's own tests ask for, asked of data of ours.

use crate::query::{Answer, Bounds, Functions, Query, execute};
use crate::space::Space;

/// What the last atom of a text gives.
fn answer(text: &str) -> Result<Vec<String>, String> {
    let mut space = Space::new();
    let last = space.load(text).expect(text).last.expect("a query");
    match execute(&mut space, last, &Functions::standard(), Bounds::default()) {
        Ok(Answer::Holds(holds)) => Ok(vec![holds.to_string()]),
        Ok(Answer::Atoms(atoms)) => Ok(atoms.into_iter().map(|atom| space.show_bare(atom)).collect()),
        Err(error) => Err(error.to_string()),
    }
}

fn gives(text: &str, expected: &[&str]) {
    assert_eq!(answer(text).expect(text), expected, "{text}");
}

fn fails(text: &str, said: &str) {
    let error = answer(text).expect_err(text);
    assert!(error.contains(said), "{text}: {error}");
}

const SHOP: &str = r#"
    (Member (Concept "cart") (Concept "shop")) (Member (Concept "till") (Concept "shop"))
    (Member (Concept "crane") (Concept "yard")) (Member (Predicate "near") (Concept "words"))
    (Evaluation (Predicate "near") (List (Concept "cart") (Concept "till")))"#;

#[test]
fn what_always_holds_and_what_never_does_are_clauses() {
    let with = |clause: &str| {
        format!(r#"{SHOP} (Get (Variable "$x") (And (Member (Variable "$x") (Concept "yard")) {clause}))"#)
    };
    let crane = [r#"(Concept "crane")"#];
    gives(&with("(True)"), &crane);
    gives(&with("(False)"), &[]);
    gives(&with("(Not (False))"), &crane);
    gives(&with("(Not (TrueLink))"), &[]);
    gives(&with("(Or (False) (True))"), &crane);
    fails(&with(r#"(True (Concept "a"))"#), "it takes nothing");
}

#[test]
fn exclusive_is_met_where_all_differ() {
    let query = |list: &str| {
        let vars = r#"(Variable "$a") (Variable "$b") (Variable "$c")"#;
        format!("{list} (Satisfaction (VariableList {vars}) (And (List {vars}) (Exclusive {vars})))")
    };
    gives(&query(r#"(List (Concept "a") (Concept "b") (Concept "c"))"#), &["true"]);
    gives(&query(r#"(List (Concept "a") (Concept "b") (Concept "a"))"#), &["false"]);
    gives(&query("(List (Number 1) (Number 2) (Number 1.0))"), &["false"]);
    gives("(Cond (Exclusive (Number 1) (Plus (Number 0) (Number 1))) (Number 5) (Number 6))", &["(Number 6)"]);
}

#[test]
fn a_condition_may_stand_in_a_list_with_what_then() {
    let cond = r"(Cond (List (GreaterThan (Number 3) (Number 4)) (Number 0)) (List (GreaterThan (Number 4) (Number 3)) (Number 1))
        (List (True) (Number 2)))";
    gives(cond, &["(Number 1)"]);
    gives("(Cond (List (False) (Number 0)) (List (True) (Number 2)))", &["(Number 2)"]);
    gives("(Cond (False) (Number 0) (Number 3))", &["(Number 3)"]);
    // A list that is what else there is to give is one.
    gives("(Cond (False) (Number 0) (List (Number 3)))", &["(List (Number 3))"]);
    let two = r#"(List (Concept "a") (Number 1))"#;
    gives(&format!("(Cond (False) (Number 0) {two})"), &[two]);
    gives(&format!("(Cond (GreaterThan (Number 1) (Number 2)) (Number 0) {two})"), &[two]);
}

#[test]
fn the_type_of_a_variable_is_a_clause() {
    let query = |clause: &str| {
        format!(r#"{SHOP} (Get (Variable "$x") (And (Member (Variable "$x") (Variable "$of")) {clause}))"#)
            .replace(r#"(Get (Variable "$x")"#, r#"(Get (VariableList (Variable "$x") (Variable "$of"))"#)
    };
    gives(
        &query(r#"(TypedVariable (Variable "$x") (Type "Predicate"))"#),
        &[r#"(List (Predicate "near") (Concept "words"))"#],
    );
    gives(
        &query(r#"(Not (TypedVariable (Variable "$of") (Signature (TypeChoice (Concept "shop") (Concept "words")))))"#),
        &[r#"(List (Concept "crane") (Concept "yard"))"#],
    );
    fails(&query(r#"(TypedVariable (Variable "$x") (Type "Nothing"))"#), "there is no type `Nothing`");
}

#[test]
fn a_type_has_a_name_by_its_definition() {
    let data = format!(
        r#"{SHOP}
        (Define (DefinedType "pair") (Signature (List (DefinedType "thing") (DefinedType "thing"))))
        (Define (DefinedType "thing") (TypeChoice (Type "Concept") (Type "Number")))"#
    );
    let get = |name: &str| {
        format!(
            r#"{data} (Get (TypedVariable (Variable "$x") (DefinedType "{name}")) (Member (Variable "$x") (Concept "words")))"#
        )
    };
    gives(&get("thing"), &[]);
    let pair =
        r#"(Get (TypedVariable (Variable "$x") (DefinedType "pair")) (Evaluation (Variable "$p") (Variable "$x")))"#;
    let pair =
        pair.replace("(Get ", "(Get (VariableList ").replace(") (Evaluation", r#") (Variable "$p")) (Evaluation"#);
    gives(&format!("{data} {pair}"), &[r#"(List (List (Concept "cart") (Concept "till")) (Predicate "near"))"#]);
    let filter = r#"(Filter (Rule (TypedVariable (Variable "$x") (DefinedType "thing")) (Variable "$x") (Variable "$x"))
        (List (Concept "a") (Predicate "b") (Number 3)))"#;
    gives(&format!("{data} {filter}"), &[r#"(List (Concept "a") (Number 3))"#]);
    let put = r#"(Put (Lambda (TypedVariable (Variable "$x") (DefinedType "thing")) (Variable "$x"))
        (Set (Concept "a") (Predicate "b")))"#;
    gives(&format!("{data} {put}"), &[r#"(Set (Concept "a"))"#]);
    let join = r#"(UpperSet (DefinedType "pair") (Concept "till"))"#;
    gives(&format!("{data} {join}"), &[r#"(List (Concept "cart") (Concept "till"))"#]);
    fails(&get("other"), "`other`");
}

#[test]
fn a_predicate_by_itself_leaves_its_variables_to_the_query() {
    let data = format!(
        r#"{SHOP} (Define (DefinedPredicate "in shop") (Lambda (TypedVariable (Variable "$x") (Type "Concept"))
            (Present (Member (Variable "$x") (Concept "shop")))))"#
    );
    let both = [r#"(Concept "cart")"#, r#"(Concept "till")"#];
    gives(&format!(r#"{data} (Get (DefinedPredicate "in shop"))"#), &both);
    let and =
        r#"(Get (Variable "$x") (And (DefinedPredicate "in shop") (Not (Equal (Variable "$x") (Concept "till")))))"#;
    gives(&format!("{data} {and}"), &both[..1]);
    // Where it is asked of something, it is asked of as much as it takes.
    fails(&format!(r#"{data} (Get (Evaluation (DefinedPredicate "in shop") (List)))"#), "takes 1 arguments");
}

#[test]
fn a_group_has_as_many_solutions_as_its_interval_says() {
    let query = |group: &str| {
        format!(
            r#"{SHOP} (Get (VariableList (Variable "$x") (Variable "$in"))
                (And {group} (Present (Member (Variable "$x") (Variable "$in")))))"#
        )
    };
    let (cart, till) = (r#"(List (Concept "cart") (Concept "shop"))"#, r#"(List (Concept "till") (Concept "shop"))"#);
    let (crane, near) =
        (r#"(List (Concept "crane") (Concept "yard"))"#, r#"(List (Predicate "near") (Concept "words"))"#);
    fails(&query(r#"(Group (Variable "$in"))"#), "or has an Interval");
    gives(&query(r#"(Group (Variable "$in") (Interval (Number 2) (Number 4)))"#), &[cart, till]);
    gives(&query(r#"(Group (Variable "$in") (Interval (Number 2) (Number -1)))"#), &[cart, till]);
    gives(&query(r#"(Group (Variable "$in") (Interval (Number 0) (Number 1)))"#), &[crane, near]);
    gives(&query(r#"(Group (Variable "$in") (Interval (Number 3) (Number 9)))"#), &[]);
    // Of no variable, all solutions are one group.
    gives(&query("(Group (Interval (Number 4) (Number 4)))"), &[cart, till, crane, near]);
    gives(&query("(Group (Interval (Number 5) (Number 9)))"), &[]);
    // A solution of several branches is one.
    let branches = r#"(Get (Variable "$x") (And (Group (Interval (Number 2) (Number 2)))
        (Or (Member (Variable "$x") (Concept "shop")) (Present (Member (Variable "$x") (Concept "shop"))))))"#;
    gives(&format!("{SHOP} {branches}"), &[r#"(Concept "cart")"#, r#"(Concept "till")"#]);
    fails(&query(r#"(Group (Variable "$in") (Interval (Number 2) (Number 1)))"#), "the lower bound is above");
}

#[test]
fn a_filter_of_one_atom_gives_what_the_rule_says_of_it() {
    let pattern = r#"(Lambda (Variable "$x") (Member (Variable "$x") (Concept "shop")))"#;
    let of = |data: &str| format!("(Filter {pattern} {data})");
    gives(&of(r#"(Member (Concept "cart") (Concept "shop"))"#), &[r#"(Concept "cart")"#]);
    gives(&of(r#"(Member (Concept "cart") (Concept "yard"))"#), &["(Set)"]);
    gives(&of(r#"(List (Member (Concept "cart") (Concept "shop")))"#), &[r#"(List (Concept "cart"))"#]);
    gives(r#"(Filter (Glob "$x") (Concept "a"))"#, &[r#"(List (Concept "a"))"#]);
    gives(r#"(Filter (Rule (Glob "$x") (Glob "$x") (Glob "$x")) (Concept "a"))"#, &[r#"(List (Concept "a"))"#]);
    gives(
        r#"(Filter (Rule (TypedVariable (Glob "$x") (Type "Concept")) (Glob "$x") (Glob "$x")) (List (Concept "a") (Number 1)))"#,
        &[r#"(List (List (Concept "a")))"#],
    );
    let unordered = r#"(Filter (Lambda (VariableList (Variable "$x") (Variable "$y")) (LocalQuote (And (Variable "$x") (Variable "$y"))))
        (And (Concept "a") (Concept "b")))"#;
    let both = r#"(Set (List (Concept "a") (Concept "b")) (List (Concept "b") (Concept "a")))"#;
    let mut space = Space::new();
    let wanted = space.load(both).unwrap().last.map(|atom| space.show_bare(atom)).unwrap();
    gives(unordered, &[&wanted]);
}

#[test]
fn what_is_not_to_be_carried_out_is_written_as_it_is() {
    let filter = r#"(Filter (Rule (TypedVariable (Variable "$x") (Type "Concept")) (Variable "$x")
        (DontExec (Get (Member (Variable "$y") (Variable "$x"))))) (List (Concept "a")))"#;
    let got = r#"(List (Get (Member (Variable "$y") (Concept "a"))))"#;
    gives(filter, &[got]);
    gives("(DontExec (Plus (Number 1) (Number 2)))", &["(Plus (Number 1) (Number 2))"]);
}

#[test]
fn arithmetic_takes_what_is_put_behind_its_operands() {
    gives("(Put (Plus) (List (Number 2) (Number 3)))", &["(Number 5)"]);
    gives("(Put (Plus (Number 9)) (List (Number 2) (Number 3)))", &["(Number 14)"]);
    gives("(Put (Minus (Number 9)) (Number 2))", &["(Number 7)"]);
    gives("(Put (Times) (Set (Number 1) (List (Number 3) (Number 3))))", &["(Set (Number 1) (Number 9))"]);
    // With variables it is a template as any.
    gives(r#"(Put (Plus (Variable "$a") (Number 1)) (Number 2))"#, &["(Number 3)"]);
}

#[test]
fn a_variable_that_nothing_binds_stands_for_itself_where_nothing_is_asked() {
    let put = r#"(Put (Lambda (Variable "$x") (Member (Variable "$x") (Variable "$y"))) (Concept "a"))"#;
    gives(put, &[r#"(Member (Concept "a") (Variable "$y"))"#]);
    let free = r#"(Put (Member (Variable "$x") (Variable "$y")) (List (Variable "$a") (Glob "$b")))"#;
    gives(free, &[r#"(Member (Variable "$a") (Glob "$b"))"#]);
    // A query says what its variables are.
    fails(r#"(Bind (Variable "$x") (Member (Variable "$x") (Concept "a")) (List (Variable "$y")))"#, "is not declared");
}

#[test]
fn a_query_that_a_function_comes_to_is_asked() {
    let data = format!(
        r#"{SHOP} (Define (DefinedSchema "of") (Lambda (Variable "$in") (Get (Variable "$x") (Member (Variable "$x") (Variable "$in")))))"#
    );
    gives(
        &format!(r#"{data} (ExecutionOutput (DefinedSchema "of") (List (Concept "yard")))"#),
        &[r#"(Set (Concept "crane"))"#],
    );
    let lambda = r#"(ExecutionOutput (Lambda (Variable "$in") (Bind (Member (Variable "$x") (Variable "$in")) (List (Variable "$x"))))
        (Concept "yard"))"#;
    gives(
        &format!("{data} {lambda}").replace("(Bind (Member", r#"(Bind (Variable "$x") (Member"#),
        &[r#"(Set (List (Concept "crane")))"#],
    );
    // What is put into a template is written.
    let put = r#"(Put (Lambda (Variable "$in") (Get (Variable "$x") (Member (Variable "$x") (Variable "$in")))) (Concept "yard"))"#;
    gives(put, &[r#"(Get (Variable "$x") (Member (Variable "$x") (Concept "yard")))"#]);
}

#[test]
fn a_join_says_what_stands_in_the_place_of_what_is_found() {
    let join = |of: &str, parts: &str| format!("{SHOP} ({of} {parts})");
    let crane = r#"(TypedVariable (Variable "$x") (Signature (Concept "crane")))"#;
    let replacement = r#"(Replacement (Variable "$x") (Concept "lift"))"#;
    let member = [r#"(Member (Concept "lift") (Concept "yard"))"#];
    gives(&join("MaximalJoin", &format!(r#"{crane} (Present (Variable "$x")) {replacement}"#)), &member);
    gives(&join("MaximalJoin", &format!("{crane} {replacement}")), &member);
    gives(&join("MinimalJoin", &format!("{crane} {replacement}")), &[r#"(Concept "lift")"#]);
    gives(&join("MaximalJoin", r#"(Concept "crane") (Replacement (Concept "crane") (Concept "lift"))"#), &member);
    let two = r#"(VariableList (Variable "$x") (Variable "$y")) (Present (List (Variable "$x") (Variable "$y")))
        (Replacement (Variable "$x") (Variable "$y")) (Replacement (Variable "$y") (Number 1))"#;
    gives(&join("MinimalJoin", two), &[r#"(List (Concept "till") (Number 1))"#]);
    fails(&join("MinimalJoin", r#"(Concept "crane") (Replacement (Concept "crane"))"#), "a Replacement has");
}

#[test]
fn what_other_joins_look_for_is_not_contained_in_them() {
    let data = r#"(Member (Concept "a") (Concept "b")) (MinimalJoin (Concept "a")) (List (MinimalJoin (Concept "a")))
        (MaximalJoin (Concept "a") (Replacement (Concept "a") (Concept "c")))"#;
    gives(&format!(r#"{data} (MaximalJoin (Concept "a"))"#), &[r#"(Member (Concept "a") (Concept "b"))"#]);
}

const VALUES: &str = r#"
    (define of (Concept "of")) (define key (Predicate "key")) (define mask (Predicate "mask")) (define pair (Predicate "pair"))
    (cog-set-value! of key (FloatValue 1 2 3)) (cog-set-value! of mask (BoolValue 0 1 1))
    (cog-set-value! of pair (LinkValue (FloatValue 1 2) (FloatValue 3 5)))
    (cog-set-value! of (Predicate "words") (StringValue "a" "b" "c"))"#;

#[test]
fn elements_are_taken_by_their_positions() {
    let with = |query: &str, expected: &str| gives(&format!("{VALUES} {query}"), &[expected]);
    with("(ElementOf (Number 2) (ValueOf of key))", "(Number 3)");
    with("(ElementOf (Number 0 2) (ValueOf of key))", "(List (Number 1) (Number 3))");
    with("(Plus (ElementOf (Number 0 2) (ValueOf of key)) (Number 1))", "(Number 2 4)");
    with(r#"(ElementOf (Number 1 0) (List (Concept "a") (Concept "b")))"#, r#"(List (Concept "b") (Concept "a"))"#);
    with("(Times (ElementOf (Number 1) (ValueOf of pair)) (Number 2))", "(Number 6 10)");
    with(r#"(ElementOf (Number 1) (ValueOf of (Predicate "words")))"#, r#"(Phrase "b")"#);
    fails(&format!("{VALUES} (ElementOf (Number 3) (ValueOf of key))"), "3 elements, and none at 3");
    fails(&format!("{VALUES} (ElementOf (Number -1) (ValueOf of key))"), "none at -1");
    fails(&format!(r#"{VALUES} (ElementOf (Number 0) (Concept "a"))"#), "has no elements");
}

#[test]
fn what_is_summed_may_be_nothing_or_one_bool() {
    let with = |value: &str, expected: &str| {
        gives(
            &format!(
                "{VALUES} (cog-set-value! of (Predicate \"v\") {value}) (Accumulate (ValueOf of (Predicate \"v\")))"
            ),
            &[expected],
        );
    };
    with("(FloatValue)", "(Number 0)");
    with("#t", "(Number 1)");
    with("#f", "(Number 0)");
    with("(BoolValue 1 0 1)", "(Number 2)");
}

#[test]
fn bools_are_joined_place_by_place() {
    let with = |query: &str, expected: &str| gives(&format!("{VALUES} (Impulse {query})"), &[expected]);
    with("(BoolValueOf of mask)", "(List (Number 0) (Number 1) (Number 1))");
    with("(BoolNot (BoolValueOf of mask))", "(List (Number 1) (Number 0) (Number 0))");
    with("(BoolAnd (BoolValueOf of mask) (BoolNot (BoolValueOf of mask)))", "(List (Number 0) (Number 0) (Number 0))");
    with("(BoolOr (BoolValueOf of mask) (BoolNot (BoolValueOf of mask)))", "(List (Number 1) (Number 1) (Number 1))");
    fails(&format!("{VALUES} (BoolNot (ValueOf of key))"), "is neither #t nor #f");
    gives(&format!("{VALUES} (Plus (Decimate (BoolValueOf of mask) (ValueOf of key)))"), &["(Number 2 3)"]);
    gives(
        &format!("{VALUES} (Decimate (BoolNot (BoolValueOf of mask)) (ValueOf of (Predicate \"words\")))"),
        &[r#"(List (Phrase "a"))"#],
    );
    gives(
        r#"(Decimate (Number 1 0 1) (List (Concept "a") (Concept "b") (Concept "c")))"#,
        &[r#"(List (Concept "a") (Concept "c"))"#],
    );
}

#[test]
fn numbers_are_summed() {
    let with = |query: &str, expected: &str| gives(&format!("{VALUES} {query}"), &[expected]);
    with("(Accumulate (ValueOf of key))", "(Number 6)");
    with("(Accumulate (BoolValueOf of mask))", "(Number 2)");
    with("(Accumulate (ValueOf of pair))", "(Number 4 7)");
    let query = r#"(List (Number 2) (Number 2)) (List (Number 2) (Number 3)) (List (Number 5) (Number 7))
        (Accumulate (Bind (List (Variable "$a") (Variable "$b")) (Times (Variable "$a") (Variable "$b"))))"#;
    with(query, "(Number 45)");
    // Equal results count each time.
    let equal = r#"(Member (Number 1) (Concept "a")) (Member (Number 2) (Concept "a"))
        (Accumulate (Bind (Member (Variable "$n") (Concept "a")) (Minus (Variable "$n") (Variable "$n") (Number -1))))"#;
    with(equal, "(Number 2)");
    with("(Plus (ValueOf of pair))", "(Number 4 7)");
    with("(Divide (ValueOf of pair))", "(Number 0.3333333333333333 0.4)");
    fails(r#"(Accumulate (List (Concept "a")))"#, r#"(Concept "a") is no number"#);
}

#[test]
fn a_value_may_have_another_in_its_stead() {
    let with = |query: &str, expected: &str| gives(&format!("{VALUES} {query}"), &[expected]);
    with("(Plus (Number 0 0 1) (FloatValueOf of (Predicate \"count\") (Number 0 0 0)))", "(Number 0 0 1)");
    with("(Plus (Number 0 0 1) (FloatValueOf of key (Number 0 0 0)))", "(Number 1 2 4)");
    fails(&format!("{VALUES} (FloatValueOf of (Predicate \"count\"))"), "carries nothing under");
}

#[test]
fn more_functions_of_numbers_are_computed() {
    gives("(Heaviside (Number -1 0 2))", &["(Number 0 1 1)"]);
    gives("(Floor (Times (Number 1000) (Exp (Number 0 1))))", &["(Number 1000 2718)"]);
    gives("(Floor (Times (Number 1000) (Tan (Number 0 1))))", &["(Number 0 1557)"]);
}

#[test]
fn what_is_found_becomes_a_link() {
    gives(
        &format!(r#"{SHOP} (CollectionOf (Get (Member (Variable "$x") (Concept "yard"))))"#),
        &[r#"(Set (Concept "crane"))"#],
    );
    gives(
        &format!(r#"{SHOP} (CollectionOf (Type "Ordered") (Get (Member (Variable "$x") (Concept "yard"))))"#),
        &[r#"(Ordered (Concept "crane"))"#],
    );
    gives(r#"(CollectionOf (List (Concept "a")))"#, &[r#"(Set (Concept "a"))"#]);
    fails(r#"(CollectionOf (Type "Concept") (List))"#, "`Concept` is no type of links");
    gives(r#"(Arity (List (Concept "a") (Concept "b")))"#, &["(Number 2)"]);
}

#[test]
fn a_variable_of_a_type_that_stands_in_tests_alone_goes_through_its_atoms() {
    let data = r#"(List (Number 1) (Number 6) (Number 7)) (Concept "a")"#;
    let equal = r#"(Meet (TypedVariable (Variable "$x") (Type "Number")) (Equal (Plus (Variable "$x") (Number 5)) (Number 11)))"#;
    gives(&format!("{data} {equal}"), &["(Number 6)"]);
    let two = r#"(Get (VariableList (TypedVariable (Variable "$x") (Type "Number")) (TypedVariable (Variable "$y") (TypeInh "Number")))
        (And (GreaterThan (Variable "$x") (Variable "$y")) (GreaterThan (Variable "$y") (Number 1))))"#;
    gives(&format!("{data} {two}"), &["(List (Number 7) (Number 6))"]);
    let branches = r#"(Get (TypedVariable (Variable "$x") (Type "Number")) (Or (GreaterThan (Variable "$x") (Number 6))
        (List (Variable "$x") (Number 6) (Number 7))))"#;
    let mut found = answer(&format!("{data} {branches}")).unwrap();
    found.sort();
    assert_eq!(found, ["(Number 1)", "(Number 7)"]);
    // Without a type there is nothing to go through.
    fails(
        &format!(r#"{data} (Get (GreaterThan (Variable "$x") (Number 6)))"#),
        "nothing gives the variable `$x` a value",
    );
}

#[test]
fn a_call_that_is_looked_for_is_not_carried_out() {
    let data = r#"(List (Concept "a") (ExecutionOutput (GroundedSchema "host: f") (List (Number 1))))"#;
    let get = r#"(Get (VariableList (Variable "$x") (Variable "$n")) (List (Variable "$x") (ExecutionOutput (GroundedSchema "host: f") (List (Variable "$n")))))"#;
    gives(&format!("{data} {get}"), &[r#"(List (Concept "a") (Number 1))"#]);
    let any = r#"(Get (Variable "$f") (List (Concept "a") (ExecutionOutput (Variable "$f") (List (Number 1)))))"#;
    gives(&format!("{data} {any}"), &[r#"(GroundedSchema "host: f")"#]);
    let called = r#"(Bind (Variable "$x") (Member (Variable "$x") (Concept "b")) (ExecutionOutput (GroundedSchema "host: f") (List (Variable "$x"))))"#;
    fails(&format!("{data} {called}"), "no function `host: f` is registered");
}

#[test]
fn a_query_that_is_compared_stands_for_what_it_finds() {
    let get = |of: &str| format!(r#"(Get (Variable "$x") (Member (Variable "$x") (Concept "{of}")))"#);
    let asks = |test: &str| format!("{SHOP} (Satisfaction (VariableList) {test})");
    gives(&asks(&format!(r#"(Equal (Set (Concept "crane")) {})"#, get("yard"))), &["true"]);
    gives(&asks(&format!(r#"(Equal (Set (Concept "cart") (Concept "till")) {})"#, get("shop"))), &["true"]);
    gives(&asks(&format!(r#"(Equal (Set (Concept "cart")) {})"#, get("shop"))), &["false"]);
    gives(&asks(&format!("(Not (Equal (Set) {}))", get("nothing"))), &["false"]);
    // In whatever order, and where the space has no such set.
    for set in [r#"(Set (Concept "cart") (Concept "till"))"#, r#"(Set (Concept "till") (Concept "cart"))"#] {
        let mut space = Space::new();
        space.load(SHOP).unwrap();
        let text = format!("(Satisfaction (VariableList) (Equal {set} {}))", get("shop"));
        let query = Query::parse_in(&space, &text).unwrap();
        assert!(query.prepare(&space).unwrap().holds(Bounds::default()).unwrap(), "{set}");
    }
    // What is found for each value of a variable around it.
    let each = r#"(Get (Variable "$of") (And (Member (Concept "cart") (Variable "$of"))
        (Equal (Set (Concept "cart") (Concept "till")) (Get (Variable "$x") (Member (Variable "$x") (Variable "$of"))))))"#;
    gives(&format!("{SHOP} {each}"), &[r#"(Concept "shop")"#]);
    // A variable is given what is found, as it is compared with that.
    let given = |find: &str| {
        format!(r#"{SHOP} (Set (Concept "crane")) (Get (Variable "$s") ({find} (Variable "$s") {}))"#, get("yard"))
    };
    gives(&given("Equal"), &[r#"(Set (Concept "crane"))"#]);
    gives(&given("Identical"), &[&get("yard")]);
    // Of numbers there must be one.
    let state = r#"(State (Anchor "limit") (Number 5)) (List (Number 1) (Number 9))"#;
    let limit = r#"(Get (Variable "$l") (State (Anchor "limit") (Variable "$l")))"#;
    let above = format!(
        r#"(Get (Variable "$x") (And (List (Number 1) (Variable "$x")) (GreaterThan (Variable "$x") {limit})))"#
    );
    gives(&format!("{state} {above}"), &["(Number 9)"]);
    gives(&format!("{state} (Plus {limit} (Number 1))"), &["(Number 6)"]);
    fails(
        &format!(r#"{state} (Plus (Get (Variable "$l") (List (Variable "$l") (Number 0))) (Number 1))"#),
        "is no number",
    );
}

#[test]
fn what_joins_an_atom_and_the_keys_of_what_it_carries_are_found() {
    let with = |query: &str, expected: &str| gives(&format!("{VALUES} {query}"), &[expected]);
    with("(Arity (KeysOf of))", "(Number 4)");
    with(r#"(cog-set-value! key (Predicate "words") 1) (Arity (KeysOf of key))"#, "(Number 4)");
    with(r#"(KeysOf (Concept "none"))"#, "(Set)");
    let data = r#"(Member (Concept "a") (Concept "b")) (List (Concept "a")) (Member (Concept "c") (Concept "b"))"#;
    gives(
        &format!(r#"{data} (IncomingOf (Concept "a") (Type "Member"))"#),
        &[r#"(Set (Member (Concept "a") (Concept "b")))"#],
    );
    // The atom that asks joins it, too.
    gives(&format!(r#"{data} (Arity (IncomingOf (Concept "a")))"#), &["(Number 3)"]);
    fails(
        &format!(r#"{data} (IncomingOf (Concept "a") (Type "Nothing"))"#),
        "an IncomingOf takes an atom that is there",
    );
}
