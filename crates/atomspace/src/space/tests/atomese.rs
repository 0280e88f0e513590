//! What texts of AtomSpace's own tests have: names for atoms, comments within comments, truth values as values, definitions.

use crate::space::{AtomType, Attention, Limits, Space, Truth, Value};

fn load(text: &str) -> Space {
    let mut space = Space::new();
    space.load(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    space
}

fn refused(text: &str) -> String {
    let mut space = Space::new();
    let said = space.load(text).expect_err(text).to_string();
    assert!(space.is_empty(), "what is refused changes nothing");
    said
}

#[test]
fn a_name_stands_for_its_atom_in_what_follows() {
    let space = load(
        r#"
        (use-modules (opencog))
        (define cart (Concept "cart" (stv 0.5 0.5)))
        (define both (List cart (Concept "till")))
        (Evaluation (Predicate "near") both)
        (cog-set-value! cart (Predicate "load") 3)
        (define cart (Concept "tram"))
        (Member cart (Concept "vehicle"))
        cart
        "#,
    );
    let wanted = load(
        r#"
        (Evaluation (Predicate "near") (List (Concept "cart" (stv 0.5 0.5)) (Concept "till")))
        (cog-set-value! (Concept "cart") (Predicate "load") 3)
        (Member (Concept "tram") (Concept "vehicle"))
        "#,
    );
    assert!(space.same_content(&wanted), "{}", space.dump());
    let mut last = Space::new();
    let loaded = last.load(r#"(define one (Concept "a")) (define two (List one)) one"#).unwrap();
    assert_eq!((loaded.forms, last.name(loaded.last.unwrap())), (3, Some("a")));
}

#[test]
fn a_name_stands_for_its_value_in_what_follows() {
    let space = load(
        r#"
        (define load (FloatValue 1 2.5))
        (define half (stv 0.5 0.25))
        (define ratio 0.75)
        (define words "two words")
        (define same load)
        (define noticed (av 1 2 3))
        (cog-set-value! (Concept "cart" half) (Predicate "load") load)
        (cog-set-value! (Concept "cart") (Predicate "all") (LinkValue same words ratio (FloatValue 1 ratio)))
        (cog-set-tv! (Concept "till") half)
        (Concept "tram" noticed (alist (cons (Predicate "said") words)))
        "#,
    );
    let wanted = load(
        r#"
        (cog-set-value! (Concept "cart" (stv 0.5 0.25)) (Predicate "load") (FloatValue 1 2.5))
        (cog-set-value! (Concept "cart") (Predicate "all") (LinkValue (FloatValue 1 2.5) "two words" 0.75 (FloatValue 1 0.75)))
        (Concept "till" (stv 0.5 0.25))
        (Concept "tram" (av 1 2 3) (alist (cons (Predicate "said") "two words")))
        "#,
    );
    assert!(space.same_content(&wanted), "{}", space.dump());
    for (text, said) in [
        ("(define load (FloatValue 1)) (List load)", "1:36: `load` does not belong here"),
        ("(define load (FloatValue 1) (FloatValue 2))", "1:29: a name stands for one value"),
        ("(define load (Concept \"a\") (FloatValue 2))", "a name stands for one atom or value"),
        ("(FloatValue 1 2)", "1:2: `FloatValue` does not belong here"),
        ("(define a (Concept \"a\")) (cog-set-value! a a (LinkValue a))", "`a` is an atom, and an atom is no value"),
    ] {
        let error = refused(text);
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn values_of_names_do_not_grow_without_end() {
    let doubled = |at: usize| format!("(define v{} (LinkValue v{at} v{at}))", at + 1);
    let all: String = (0..60).map(doubled).collect();
    let said = refused(&format!("(define v0 (LinkValue 1.5)) {all}"));
    assert!(said.contains("the names of this text stand for values of more than"), "{said}");
    let deeper = |at: usize| format!("(define v{} (LinkValue v{at}))", at + 1);
    let all: String = (0..5_000).map(deeper).collect();
    assert!(refused(&format!("(define v0 1) {all}")).contains("1000 deep"));
}

#[test]
fn a_name_is_known_in_its_text_only_and_after_it_was_given() {
    let mut space = load(r#"(define cart (Concept "cart"))"#);
    assert!(space.load("(List cart)").is_err());
    for (text, said) in [
        ("(List till) (define till (Concept \"till\"))", "1:7: `till` does not belong here"),
        ("(define a (Concept \"a\")) (List b)", "1:32: `b` does not belong here"),
        ("(define a)", "1:1: write (define name atom): it needs an atom or a value"),
        ("(define)", "1:8: write (define name atom)"),
        ("(define \"a\" (Concept \"a\"))", "1:9: write (define name atom)"),
        ("(define a (Concept \"a\") (Concept \"b\"))", "an atom does not belong here"),
        ("(define a b)", "1:11: `b` does not belong here"),
        ("(define (a) (Concept \"a\"))", "a function is Scheme"),
        ("(test-begin \"a\")", "1:2: `test-begin` is Scheme, and nothing is executed here"),
        ("(List (define a (Concept \"a\")))", "1:8: `define` does not belong here"),
        ("(define a (Concept \"a\")) (Concept a)", "a name stands in quotes"),
    ] {
        let error = refused(text);
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn comments_stand_within_comments() {
    let space = load("#| one #| two |# still ## || |# (Concept \"a\") #|#||##|x|#|# (Concept \"b\")");
    assert_eq!(space.len(), 2);
    assert!(refused("(List)\n #| a #| b |# c").starts_with("2:2: this comment is never closed"));
    // Those of scripts do not.
    let script = "#! /usr/bin/env guile\n-s\n!#\n(Concept \"a\") #! one #! | # ! !# (Concept \"b\")#!!#";
    assert_eq!(load(script).len(), 2);
    for size in 1..4 {
        let mut space = Space::new();
        space.read_text(super::texts::Pieces(script.as_bytes(), size), Limits::default()).unwrap();
        assert_eq!(space.len(), 2);
    }
    assert_eq!(refused("\n#!/usr/bin/guile\n"), "2:1: this comment is never closed: add `!#` where it ends");
}

#[test]
fn a_byte_order_mark_is_passed_over_at_the_beginning_only() {
    for size in 1..5 {
        let text = "\u{feff}(Concept \"a\") (Lst)";
        let mut space = Space::new();
        let error = space.read_text(super::texts::Pieces(text.as_bytes(), size), Limits::default()).unwrap_err();
        assert!(error.to_string().starts_with("1:16: there is no type `Lst`"), "{error}");
    }
    assert_eq!(load("\u{feff}").len(), 0);
    assert!(refused("(Concept \"a\")\u{feff}").contains("outside of all brackets"));
    assert!(refused("\u{feff}\u{feff}(Concept \"a\")").contains("outside of all brackets"));
}

#[test]
fn truth_and_attention_values_are_values() {
    let text = r#"(Concept "a" (stv 0.1 0.2) (alist
        (cons (Predicate "one") (stv 0.3 0.4))
        (cons (Predicate "some") (LinkValue (ctv 0.3 0.4 5) (itv 0.1 0.9 0.95) (av 1.5 -2 3)))
        (cons (Predicate "of") (AttentionValue 1 2))))
        (cog-set-value! (Concept "b") (Predicate "one") (SimpleTruthValue 0.7 0.8))"#;
    let space = load(text);
    let value = |name: &str, key: &str| {
        let node = |of, name: &str| space.find_node(of, name).unwrap();
        space.value(node(AtomType::CONCEPT, name), node(AtomType::PREDICATE, key)).unwrap().clone()
    };
    assert_eq!(value("a", "one"), Value::Truth(Truth::Simple { strength: 0.3, confidence: 0.4 }));
    assert_eq!(value("b", "one"), Value::Truth(Truth::Simple { strength: 0.7, confidence: 0.8 }));
    let interval = Truth::Indefinite { low: 0.1, high: 0.9, credibility: 0.95, lookahead: 1.0 };
    let counted = Truth::Count { strength: 0.3, confidence: 0.4, count: 5.0 };
    let attention = Attention { sti: 1.5, lti: -2.0, vlti: 3 };
    assert_eq!(
        value("a", "some"),
        Value::from(vec![Value::from(counted), Value::from(interval), Value::from(attention)])
    );
    assert_eq!(value("a", "of"), Value::Attention(Attention { sti: 1.0, lti: 2.0, vlti: 0 }));
    assert_eq!(space.truth(space.find_node(AtomType::CONCEPT, "a").unwrap()), Truth::simple(0.1, 0.2));
    let mut again = Space::new();
    again.load(&space.dump()).unwrap();
    assert!(again.same_content(&space));
    for (value, said) in [
        ("(stv 2 0.5)", "strength is 2"),
        ("(stv 0.5)", "write (stv strength confidence)"),
        ("(stv 0.5 x)", "a number is needed here"),
        ("(itv 0.9 0.1 0.9)", "lower bound is 0.9"),
        ("(av 1 2 3.5)", "write (av sti lti vlti)"),
        ("(LinkValue (stv 0.5 (stv 1 1)))", "write (stv strength confidence)"),
    ] {
        let text = format!("(Concept \"a\" (alist (cons (Predicate \"k\") {value})))");
        assert!(refused(&text).contains(said), "{}", refused(&text));
    }
    let mut space = Space::new();
    let atom = space.node(AtomType::CONCEPT, "a").unwrap();
    let wrong = Truth::Simple { strength: f32::NAN, confidence: 0.5 };
    assert!(space.set_value(atom, atom, vec![Value::Truth(wrong)]).is_err());
}

#[test]
fn a_definition_ends() {
    for (text, place) in [
        (r#"(Define (DefinedSchema "a") (DefinedSchema "a"))"#, "1:1"),
        (r#"(Define (DefinedSchema "a") (List (DefinedSchema "a")))"#, "1:1"),
        (
            "(Define (DefinedPredicate \"a\") (DefinedPredicate \"b\"))\n (Define (DefinedPredicate \"b\") (And (DefinedPredicate \"a\")))",
            "2:2",
        ),
        (
            r#"(Define (DefinedSchema "f") (Plus (Number 1) (ExecutionOutput (DefinedSchema "f") (List (Number 2)))))"#,
            "1:1",
        ),
    ] {
        let said = refused(text);
        assert!(said.starts_with(place) && said.contains("is defined by itself, or by what is"), "{said}");
    }
    // What calls itself when it is called for is a recursion, and may end.
    load(
        r#"(Define (DefinedSchema "down") (Lambda (Variable "$n") (Cond (GreaterThan (Variable "$n") (Number 0))
            (ExecutionOutput (DefinedSchema "down") (List (Minus (Variable "$n") (Number 1)))) (Number 0))))"#,
    );
    // A name may be used before it is defined, and twice, and its definition may use what uses it in another way.
    load(
        r#"(Define (DefinedSchema "a") (List (DefinedSchema "b") (DefinedSchema "b")))
            (Member (DefinedSchema "b") (Concept "names")) (Define (DefinedSchema "b") (Concept "names"))"#,
    );
}

#[test]
fn definitions_are_looked_through_once_however_many_there_are() {
    let one = |at: usize| format!("(Define (DefinedSchema \"{at}\") (DefinedSchema \"{}\"))", at + 1);
    let chain: Vec<String> = (1..3_000).map(one).collect();
    let used = "(Member (DefinedSchema \"0\") (Concept \"names\"))";
    load(&format!("{}{used}{}", chain.concat(), one(0)));
    let said = refused(&format!(
        "{}{used}{} {}",
        chain.concat(),
        one(0),
        "(Define (DefinedSchema \"3000\") (DefinedSchema \"1\"))"
    ));
    assert!(said.contains("is defined by itself, or by what is"), "{said}");
    // Many names, each of which a link joins before it is defined as one large set.
    let parts: Vec<String> = (0..2_000).map(|at| format!("(Concept \"{at}\")")).collect();
    let names = (0..2_000).map(|at| {
        format!("(Member (DefinedSchema \"{at}\") (Concept \"0\"))(Define (DefinedSchema \"{at}\") large)\n")
    });
    load(&format!("(define large (Set {}))\n{}", parts.concat(), names.collect::<Vec<_>>().concat()));
}

#[test]
fn what_was_once_taken_in_is_read_again() {
    let text = r#"(Define (DefinedSchema "a") (List (DefinedSchema "a")))"#;
    let limits = Limits { endless_definitions: true, ..Limits::default() };
    assert!(Space::new().read_text(text.as_bytes(), limits).is_ok());
}

#[test]
fn the_key_of_truth_values_sets_the_truth_value() {
    let space = load(r#"(cog-set-value! (Concept "a") (Predicate "*-TruthValueKey-*") (stv 0.5 0.25))"#);
    let atom = space.find_node(AtomType::CONCEPT, "a").unwrap();
    assert_eq!((space.truth(atom), space.values(atom).count()), (Truth::simple(0.5, 0.25), 0));
}

#[test]
fn a_type_that_has_atoms_is_not_declared_anew() {
    assert!(refused("(Max (Number 2) (Number 1)) (declare-type MaxLink Set)").contains("declared already"));
    assert_eq!(load("(Max (Number 2) (Number 1)) (declare-type Max Concept) (Max \"a\")").len(), 4);
}

#[test]
fn many_types_are_declared_and_read_in_one_text() {
    let lines: Vec<String> = (0..8_000).map(|at| format!("(declare-type T{at} Concept) (T{at} \"x\")\n")).collect();
    let space = load(&lines.concat());
    assert_eq!(space.len(), 8_000);
    assert_eq!(space.types().declared().count(), 8_000);
}

#[test]
fn the_page_on_texts_is_true() {
    let page = include_str!("../../../../../docs/atomese.md");
    for example in page.split("```scheme\n").skip(1) {
        load(example.split("```").next().unwrap());
    }
    let types = Space::new();
    for of in types.types().iter() {
        let name = format!("| `{}` |", types.types().name(of));
        assert!(page.contains(&name), "{name} is missing in docs/atomese.md");
    }
}
