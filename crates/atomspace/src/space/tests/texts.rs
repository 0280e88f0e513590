//! The text format: what is written reads back, what is hostile is refused early, and an error says where.

use super::ops::{cases, check, made, name, ops, value};
use crate::space::{AtomType, Limits, Space, TextError, Truth, Value};
use proptest::prelude::*;
use std::io::Read;

/// Gives a text in pieces of some bytes.
pub(super) struct Pieces<'a>(pub(super) &'a [u8], pub(super) usize);

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let len = self.1.min(self.0.len()).min(into.len());
        into[..len].copy_from_slice(&self.0[..len]);
        self.0 = &self.0[len..];
        Ok(len)
    }
}

/// The same bytes over and over, and how many were asked for.
struct Endless<'a>(&'a [u8], u64);

impl Read for Endless<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        into.iter_mut().zip(self.0.iter().cycle()).for_each(|(slot, byte)| *slot = *byte);
        self.1 += into.len() as u64;
        Ok(into.len())
    }
}

fn error(text: &str) -> String {
    let mut space = Space::new();
    space.load("(Concept \"kept\")").expect("well-formed");
    let message = space.load(text).expect_err("must be refused").to_string();
    assert_eq!(space.dump(), "(Concept \"kept\")\n", "a text with an error changes nothing");
    message
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_is_written_reads_back(ops in ops(80), piece in 1_usize..40) {
        let space = made(&ops);
        let text = space.dump();
        let mut again = Space::new();
        // A definition that was made by hand may be made of itself.
        let limits = Limits { endless_definitions: true, ..Limits::default() };
        again.read_text(Pieces(text.as_bytes(), piece), limits).expect("what was written can be read");
        check(&again);
        prop_assert!(again.same_content(&space), "{}\nbecame\n{}", text, again.dump());
        prop_assert_eq!(again.dump(), text);
    }

    #[test]
    fn names_and_values_read_back(name in name(), value in value(), strength in 0.0_f32..=1.0, confidence in 0.0_f32..=1.0) {
        let mut space = Space::new();
        let atom = space.node(AtomType::CONCEPT, &name).expect("a node");
        let key = space.node(AtomType::PREDICATE, &name).expect("a node");
        space.set_value(atom, key, value.clone()).expect("both are there");
        space.set_truth(atom, Truth::simple(strength, confidence)).expect("in range");
        let mut again = Space::new();
        again.load(&space.show(atom)).expect("what was written can be read");
        let (atom, key) = (again.find_node(AtomType::CONCEPT, &name), again.find_node(AtomType::PREDICATE, &name));
        let (atom, key) = (atom.expect("read"), key.expect("read"));
        prop_assert_eq!(again.value(atom, key), Some(&value));
        prop_assert_eq!(again.truth(atom), Truth::simple(strength, confidence));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), piece in 1_usize..9) {
        let _ = Space::new().read_text(Pieces(text.as_bytes(), piece), Limits::default());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Space::new().read_text(bytes.as_slice(), Limits::default());
    }

    #[test]
    fn any_mixture_of_parts_is_read_or_refused(
        parts in prop::collection::vec(prop::sample::select(PARTS), 0..40), piece in 1_usize..30
    ) {
        let text = parts.concat();
        let mut whole = Space::new();
        let mut pieces = Space::new();
        let one = whole.load(&text).map_err(|error| error.to_string());
        let two = pieces.read_text(Pieces(text.as_bytes(), piece), Limits::default()).map_err(|error| error.to_string());
        prop_assert_eq!(&one, &two, "where a text is cut changes nothing");
        check(&whole);
        if one.is_ok() {
            let mut again = Space::new();
            again.load(&whole.dump()).expect("what was written can be read");
            prop_assert!(again.same_content(&whole));
        } else {
            prop_assert!(whole.is_empty());
        }
    }
}

const PARTS: &[&str] = &[
    "(",
    ")",
    " ",
    "\n",
    "(Concept \"a\")",
    "(Concept \"a\"",
    "(List ",
    "(Set ",
    "(ListLink",
    "(Number 1 2)",
    "(Number ",
    "(stv 0.5 0.5)",
    "(stv",
    "(ctv 1 0.5 10)",
    "(itv 0.1 0.9 0.9)",
    "(av 1 2 3)",
    "(alist ",
    "(define x ",
    "(Define ",
    " x ",
    "(DefinedSchema \"x\")",
    "#|",
    "|#",
    "(av 1 2 3)",
    "(cons (Predicate \"k\") ",
    "(cons ",
    "#t",
    "3.5",
    "\"t\"",
    "(FloatValue 1 2)",
    "(LinkValue ",
    "(StreamValue 2 0 1)",
    "(State ",
    "(Define ",
    "(Variable \"$x\")",
    "(declare-type T Concept)",
    "(T \"t\")",
    "(cog-set-value! ",
    "(cog-set-tv! ",
    "(cog-set-values! ",
    "(use-modules (opencog))",
    "; c\n",
    "#| b |#",
    "#|",
    "\"",
    "\\",
    "(cons (Predicate \"*-TruthValueKey-*\") (SimpleTruthValue 1 1))",
    "é",
    "'Concept",
    "(Type ",
    "1e999",
    "-",
    "+nan.0",
];

#[test]
fn atomese_reads_as_it_is_written_by_others() {
    let text = r#"
(use-modules (opencog) (opencog exec))
; a file of AtomSpace
(EvaluationLink (stv 0.25 .5) (PredicateNode "p") (ListLink (ConceptNode "a") (ConceptNode "b" (stv 1 0.5))))
(Concept "c" (alist (cons (Predicate "f") (FloatValue 1 2.5)) (cons (Predicate "*-TruthValueKey-*") (SimpleTruthValue 0.5 0.75))))
#| a block
   comment |#
(cog-set-value! (Concept "a") (Predicate "s") (StringValue "x" "y \"z\""))
(cog-set-values! (Concept "b") (alist (cons (Predicate "f") (FloatValue 3))))
(cog-set-tv! (Concept "a") (stv 0.125 0.5))
(NumberNode "42.0") (TypeNode 'Concept)
"#;
    let mut space = Space::new();
    let loaded = space.load(text).expect("well-formed");
    check(&space);
    assert_eq!((loaded.forms, loaded.added, space.len()), (4, 10, 10));
    let expected = r#"(Predicate "f")
(Predicate "s")
(Evaluation (stv 0.25 0.5) (Predicate "p") (List (Concept "a" (stv 0.125 0.5) (alist (cons (Predicate "s") (StringValue "x" "y \"z\"")))) (Concept "b" (stv 1 0.5) (alist (cons (Predicate "f") (FloatValue 3))))))
(Concept "c" (stv 0.5 0.75) (alist (cons (Predicate "f") (FloatValue 1 2.5))))
(Number 42)
(Type "Concept")
"#;
    assert_eq!(space.dump(), expected);
}

#[test]
fn an_error_says_where_and_what_to_do() {
    for (text, message) in [
        ("(Concept \"a\")\n  (List (Concpet \"b\"))", "2:10: there is no type `Concpet`: did you mean `Concept`?"),
        ("(Zebra \"b\")", "1:2: there is no type `Zebra`: declare it before, as in (declare-type Service Concept)"),
        ("(List\n(Concept \"é\")", "1:1: this bracket is never closed: add a `)` where the form ends"),
        ("é", "1:1: `é` stands outside of all brackets: write an atom, such as (Concept \"name\")"),
        ("(Concept \"é\") )", "1:15: this bracket closes nothing: remove it, or open one before"),
        ("(Concept \"a", "1:10: this string is never closed: add a `\"` where it ends"),
        ("#| a\n b", "1:1: this comment is never closed: add `|#` where it ends"),
        (
            "(Concept \"a\\q\")",
            "1:12: unknown escape: use \\\" \\\\ \\n \\r \\t or \\x41; and write a backslash as \\\\",
        ),
        ("(Concept a)", "1:10: a name stands in quotes: \"a\""),
        ("(Concept)", "1:9: a node has a name in quotes, a number its digits"),
        ("(Concept \"a\" \"b\")", "1:14: a node has one name"),
        ("(List \"b\")", "1:7: a link joins atoms: write (Concept \"b\") instead of \"b\""),
        (
            "(Number \"x\")",
            "1:1: `x` is no number: a Number is named by one number or several, such as `3`, `-1.5e-3` or `1 2 3`",
        ),
        ("(Concept \"a\" (stv 2 0))", "1:14: strength is 2: it must be between 0 and 1"),
        ("(Concept \"a\" (stv 1))", "1:20: this does not belong here: write (stv strength confidence)"),
        ("(Concept \"a\" (stv x 1))", "1:19: a number is needed here: write (stv strength confidence)"),
        (
            "(define (x y) (Concept \"a\"))",
            "1:9: a function is Scheme, and nothing is executed here: write the atoms themselves, or (Define (DefinedSchema \"name\") (Lambda …))",
        ),
        (
            "(cog-execute! x)",
            "1:2: the command `cog-execute!` is not carried out here: only cog-set-value!, cog-set-values!, cog-set-tv! and cog-set-av! are",
        ),
        ("(State (Concept \"a\"))", "1:1: a State joins 2 atoms, not 1"),
        (
            "(Define (Concept \"a\") (Concept \"b\")) (Define (Concept \"a\") (Concept \"c\"))",
            "1:38: the name is defined already, by atom 3: remove that first",
        ),
        (
            "(Concept \"a\" (alist (cons (Predicate \"k\") (Concept \"v\"))))",
            "1:44: a value is #t, #f, a number, a \"text\", or one of (BoolValue …), (FloatValue …), (StringValue …), (stv …), (ctv …), (itv …), (av …), (LinkValue …), (StreamValue capacity dropped …); an atom is no value",
        ),
        (
            "(Concept \"a\" (alist (cons (Predicate \"k\") word)))",
            "1:43: `word` is no value: a text stands in quotes, a bool is #t or #f",
        ),
        (
            "(Concept \"a\" (alist (cons (Predicate \"k\") 99999999999999999999)))",
            "1:43: a whole number lies between -2^63 and 2^63 - 1: write it with a point",
        ),
        ("(stv 1 1)", "1:2: `stv` does not belong here"),
        (
            "(declare-type X Concept List)",
            "1:1: the type `X` needs supertypes, and all of them node types or all of them link types",
        ),
        ("((Concept \"a\"))", "1:2: a bracket begins with a type, such as (Concept \"name\")"),
    ] {
        assert_eq!(error(text), message, "{text}");
    }
    let mut bytes = b"(Concept \"ok\")\n(Concept \"".to_vec();
    bytes.extend([0xc3, 0x28]);
    bytes.extend(b"\")");
    let refused = Space::new().read_text(bytes.as_slice(), Limits::default()).expect_err("not UTF-8");
    assert_eq!(refused.to_string(), "2:11: the text is not UTF-8 here: convert the file");
}

#[test]
fn an_atom_that_a_state_replaced_within_the_form_is_not_joined() {
    let state = |value: &str| format!("(State (Concept \"k\") (Concept \"{value}\"))");
    let message = error(&format!("(List {} {})", state("a"), state("b")));
    assert_eq!(message, "1:1: there is no atom 3 in this space");
}

#[test]
fn places_are_right_far_into_a_text() {
    let line = "(Concept \"é\") ; é\n";
    let text = format!("{}(List\n{}  \u{a0}", line.repeat(9_000), line.repeat(9_000));
    assert_eq!(error(&text), "18002:3: `\u{a0}` does not belong here");
    let text = format!("{}(List\n{}", line.repeat(9_000), line.repeat(9_000));
    assert_eq!(error(&text), "9001:1: this bracket is never closed: add a `)` where the form ends");
}

#[test]
fn hostile_texts_are_refused_early() {
    let read = |text: &[u8], limits: Limits| {
        let mut source = Endless(text, 0);
        let refused = Space::new().read_text(&mut source, limits).expect_err("it never ends");
        (refused.to_string(), source.1)
    };
    let small = Limits { bytes: 1 << 22, ..Limits::default() };
    for (text, limits, message) in [
        (b"(".as_slice(), small, "a bracket begins with a type"),
        (b"(List ", small, "more than 1000 brackets are open"),
        (b"a", small, "this is longer than 1048576 bytes"),
        (b"\"a", small, "outside of all brackets"),
        (b";", small, "the text is longer than 4194304 bytes"),
        (b"#|x", small, "the text is longer than 4194304 bytes"),
        (b" ", small, "the text is longer than 4194304 bytes"),
        (b"(List)  ", small, "the text is longer than 4194304 bytes"),
    ] {
        let (said, taken) = read(text, limits);
        assert!(said.contains(message), "{said}");
        assert!(taken <= (1 << 22) + (1 << 17), "{taken} bytes were taken of {:?}", String::from_utf8_lossy(text));
    }
    let gigabyte = b"(Concept \"".iter().copied().chain(std::iter::repeat_n(b'x', 3 << 20)).collect::<Vec<_>>();
    let mut taken = Pieces(&gigabyte, usize::MAX);
    let refused = Space::new().read_text(&mut taken, Limits::default()).expect_err("too long");
    assert_eq!(refused.to_string(), "1:10: this is longer than 1048576 bytes: split it, or raise the limit of a token");
    assert!(taken.0.len() > 1 << 20, "the rest was not even looked at");
    let few = Limits { atoms: 2, ..Limits::default() };
    let refused = Space::new().read_text(b"(Concept \"a\")(Concept \"b\")(Concept \"c\")".as_slice(), few);
    assert!(refused.expect_err("three").to_string().contains("more than 2 atoms"));
}

#[test]
fn a_source_that_fails_changes_nothing() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let mut space = Space::new();
    let refused = space.read_text(b"(Concept \"a\")\n(Li".chain(Failing), Limits::default()).expect_err("it fails");
    assert!(matches!(&refused, TextError::Io { source, .. } if source.to_string() == "the disk is gone"));
    assert_eq!(refused.to_string(), "the text could not be read further than line 2, column 4");
    assert!(space.is_empty());
}

#[test]
fn a_deep_atom_reads_back_where_the_limits_allow_it() {
    let mut space = Space::new();
    let mut atom = space.node(AtomType::CONCEPT, "deep").expect("a node");
    for _ in 0..20_000 {
        atom = space.link(AtomType::NOT, &[atom]).expect("a link");
    }
    let mut value = Value::Int(1);
    for _ in 0..500 {
        value = Value::from(vec![value]);
    }
    space.set_value(atom, atom, value).expect("it is there");
    let text = space.dump();
    assert!(Space::new().load(&text).is_err());
    let mut again = Space::new();
    again.read_text(text.as_bytes(), Limits { depth: 50_000, ..Limits::default() }).expect("allowed");
    assert!(again.same_content(&space));
}

#[test]
fn names_found_ahead_are_those_that_are_read() {
    // Quotes in comments, escapes, another type in a comment before a name, and more names than are looked up at a time.
    let mut text = String::from("; \"a (Concept \"\n(Set #| \" |# (Concept ; (Predicate\n \"a\") (Predicate \"a\"))\n");
    text.extend((0..400).map(|at| {
        let (one, two) = (at % 7, at % 11);
        format!("(List (Concept \"n{one}\") (Predicate \"n{two}\") (Concept \"q\\\"{one}\"))\n")
    }));
    for piece in [1, 13, 100_000] {
        let mut space = Space::new();
        space.load("(Predicate \"a\") (Concept \"a\") (Concept \"n1\") (Predicate \"n1\")").expect("well-formed");
        space.read_text(Pieces(text.as_bytes(), piece), Limits::default()).expect("well-formed");
        check(&space);
        assert_eq!((space.count_by_type(AtomType::CONCEPT), space.count_by_type(AtomType::PREDICATE)), (15, 12));
        let [a, p] = [AtomType::CONCEPT, AtomType::PREDICATE].map(|of| space.find_node(of, "a").expect("there"));
        assert!(space.find_link(AtomType::SET, &[a, p]).is_some());
        for at in 0..77 {
            let node = |of, name: String| space.find_node(of, &name).expect("there");
            let parts = [
                node(AtomType::CONCEPT, format!("n{}", at % 7)),
                node(AtomType::PREDICATE, format!("n{}", at % 11)),
                node(AtomType::CONCEPT, format!("q\"{}", at % 7)),
            ];
            assert!(space.find_link(AtomType::LIST, &parts).is_some(), "{at}");
        }
        assert_eq!(space.count_by_type(AtomType::LIST), 77);
    }
}

#[test]
fn a_name_found_ahead_may_be_removed_before_it_is_read() {
    // The key of a truth value goes with it, where it came for it; the atom of that name that comes next is another one.
    let key = "(Predicate \"*-TruthValueKey-*\")";
    let pair = format!("(Concept \"a\" (alist (cons {key} (SimpleTruthValue 0.5 0.25))))");
    let mut space = Space::new();
    space.load(&format!("{pair} {pair} (List {key} (Concept \"a\"))")).expect("well-formed");
    check(&space);
    let key = space.find_node(AtomType::PREDICATE, "*-TruthValueKey-*").expect("there");
    let atom = space.find_node(AtomType::CONCEPT, "a").expect("there");
    assert!(space.find_link(AtomType::LIST, &[key, atom]).is_some());
    assert_eq!(space.truth(atom), Truth::simple(0.5, 0.25));
}

#[test]
fn short_numbers_are_what_a_parser_gives() {
    let mut random = 1_u64;
    for at in 0..20_000_u64 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Up to eight digits with the point anywhere; the first ones are all of three digits.
        let (digits, width) = if at < 1000 { (at, 3) } else { (random >> 37, (random >> 33) as usize % 8 + 1) };
        let digits = format!("{:0width$}", digits % 10_u64.pow(width as u32));
        let point = if at < 1000 { 0 } else { (random >> 20) as usize % (width + 1) };
        let number = format!("{}.{}", &digits[..point], &digits[point..]);
        let Some(strength) = number.parse::<f32>().ok().filter(|number| *number <= 1.0) else { continue };
        let mut space = Space::new();
        let atom = space.load(&format!("(Concept \"a\" (stv {number} 0.5))")).expect("well-formed").last;
        assert_eq!(space.truth(atom.expect("one")).strength().to_bits(), strength.to_bits(), "{number}");
    }
}
