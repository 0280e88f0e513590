//! What is printed reads back; nothing that is read brings the reader down.

use crate::rules::RuleSet;
use crate::sexpr::{Datum, Position, Sexpr, read_all};
use crate::{Frame, Term, TruthValue};
use proptest::prelude::*;

fn datum() -> impl Strategy<Value = Sexpr> {
    let leaf = prop_oneof![
        any::<String>().prop_map(Datum::Word),
        "[a-z/.-]{1,8}".prop_map(Datum::Word),
        "[a-z_][a-z0-9-]{0,6}".prop_map(Datum::Variable),
        any::<String>().prop_map(Datum::Text),
        any::<f64>().prop_map(Datum::Number),
    ];
    let tree = leaf.prop_recursive(5, 40, 6, |inner| {
        prop::collection::vec(inner.prop_map(|datum| Sexpr { datum, at: Position::default() }), 0..6)
            .prop_map(Datum::List)
    });
    tree.prop_map(|datum| Sexpr { datum, at: Position::default() })
}

fn same(one: &Sexpr, two: &Sexpr) -> bool {
    match (&one.datum, &two.datum) {
        (Datum::List(one), Datum::List(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Datum::Number(one), Datum::Number(two)) => one == two || (one.is_nan() && two.is_nan()),
        (one, two) => one == two,
    }
}

/// Parts of rules, to be thrown together.
fn part() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "(",
        ")",
        "(rule",
        "(mechanism",
        " r ",
        "\"text\"",
        "(source \"s\")",
        "(tv 0.9 0.9)",
        "(tv",
        "(if",
        "(then",
        "(not",
        "(count ?n",
        "(max ?m ?x",
        "(bind ?y",
        "(example fires",
        "(example silent",
        "=>",
        "(a ?x)",
        "(b ?x ?y 1)",
        "(> ?x 1)",
        "(+ ?x 1)",
        "(or",
        "?x",
        "?",
        "|",
        "\"{?x} {name ?y} {(+ ?x\"",
        "\\",
        ";",
        "\n",
        "1e999",
        "-",
        "+nan",
        "(contains ?x \"y\")",
    ])
}

fn arbitrary_term() -> impl Strategy<Value = (u8, String, f64)> {
    (0_u8..3, any::<String>(), any::<f64>())
}

fn term((kind, text, number): &(u8, String, f64)) -> Term<'_> {
    match kind {
        0 => Term::Entity(text),
        1 => Term::Text(text),
        _ => Term::Number(*number),
    }
}

proptest! {
    #[test]
    fn expressions_print_and_read_back(expression in datum()) {
        let text = expression.to_string();
        let read = read_all(&text).expect("what was printed can be read");
        prop_assert_eq!(read.len(), 1);
        prop_assert!(same(&read[0], &expression), "{} became {}", expression, read[0]);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = read_all(&text);
        let _ = RuleSet::parse(&text, "any.rules");
        let _ = Frame::new().load(&text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = RuleSet::parse(&text, "any.rules");
        let _ = Frame::new().load(&text);
    }

    #[test]
    fn any_mixture_of_parts_is_read_or_refused(parts in prop::collection::vec(part(), 0..40)) {
        if let Ok(rules) = RuleSet::parse(&parts.concat(), "mixed.rules") {
            let _ = (rules.check(), rules.test());
            let printed = rules.to_string();
            let again = RuleSet::parse(&printed, "printed.rules").expect("what was printed can be read");
            prop_assert_eq!(again.to_string(), printed);
        }
    }

    #[test]
    fn frames_dump_and_load(
        facts in prop::collection::vec((prop_oneof!["[a-z-]{1,8}", any::<String>()], prop::collection::vec(arbitrary_term(), 0..5), 0.0..=1.0, 0.0..=1.0), 0..20)
    ) {
        let mut frame = Frame::new();
        for (predicate, args, strength, confidence) in &facts {
            let args: Vec<Term<'_>> = args.iter().map(term).collect();
            frame.fact(predicate, &args, TruthValue::new(*strength, *confidence), Some(&crate::Source::new("a file: b", 3)));
        }
        let text = frame.dump();
        let mut again = Frame::new();
        prop_assert_eq!(again.load(&text).expect("what was dumped can be loaded"), frame.fact_count());
        prop_assert_eq!(again.dump(), text);
    }
}

#[test]
fn rules_print_and_read_back() {
    let text = r#"(rule r "It \"says\"." (source "s" "t") (domain kubernetes mesh) (tv 0.5 0.9)
      (if (a ?x "t" 1.5 w) (not (b ?x ?_) (> ?x 2)) (count ?n ?y (c ?x ?y)) (or (= ?n 1) (and (one-of ?n 2 3) (mentions ?x "a" "b"))) (bind ?m (max ?n (abs (- ?n)))))
      (then (d ?x "{name ?x} is {?m}") (e ?x))
      (example fires (a |odd word| "t" 1.5 w) => (e |odd word|)) (example silent (a x "u" 1.5 w) => (d x "y")))
    (mechanism m (tv 1 1) (if (cause ?s k)) (then (symptom ?s up)))"#;
    let printed = RuleSet::parse(text, "a").expect("well-formed").to_string();
    assert_eq!(RuleSet::parse(&printed, "b").expect("what was printed can be read").to_string(), printed);
    assert!(
        printed.contains("(count ?n ?y (c ?x ?y))")
            && printed.contains("(domain mesh)")
            && printed.contains("=> (d x \"y\")"),
        "{printed}"
    );
}
