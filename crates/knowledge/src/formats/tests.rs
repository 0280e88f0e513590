//! Each format gives back what it holds, is read as its guide says, and refuses what is wrong, saying where.

use oriel_atomspace::space::{Space, Types};
use proptest::prelude::*;

use super::*;

const ALL: [Format; 4] = [Format::Json, Format::Turtle, Format::Csv, Format::GraphMl];

fn types() -> Types {
    Space::new().types().clone()
}

fn space(text: &str) -> Space {
    let mut space = Space::new();
    space.load(text).unwrap();
    space
}

fn written(format: Format, space: &Space) -> (String, Written) {
    let mut out = Vec::new();
    let done = write(format, space, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), done)
}

/// Checks that a format gives back all that a space holds.
#[track_caller]
fn comes_back(format: Format, before: &Space) {
    let (text, done) = written(format, before);
    let after = read(format, text.as_bytes(), &types()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(after.same_content(before), "{text}\n--- before\n{}--- after\n{}", before.dump(), after.dump());
    assert_eq!(done, Written { atoms: before.len(), left_out: 0, reduced: 0 });
}

/// Checks what a text is read as.
#[track_caller]
fn is_read_as(format: Format, text: &str, atoms: &str) {
    let found = read(format, text.as_bytes(), &types()).unwrap();
    let wanted = space(atoms);
    assert!(found.same_content(&wanted), "--- read\n{}--- wanted\n{}", found.dump(), wanted.dump());
}

#[track_caller]
fn refused(format: Format, text: &str, says: &str) {
    let error = read(format, text.as_bytes(), &types()).unwrap_err().to_string();
    assert!(error.contains(says), "{error} says not: {says}");
}

#[test]
fn json_holds_all_that_a_space_holds() {
    comes_back(
        Format::Json,
        &space(
            r#"(declare-type Service Concept) (declare-type Calls Edge)
            (Calls (Service "cart" (stv 0.1 0.7)) (Service "p \"1\"\n é" (av 1.5 -2 3)))
            (Set (Number 3) (Number "1 2") (Service "cart")) (State (Concept "phase") (Concept "up"))
            (Evaluation (ctv 0.5 0.5 12) (Predicate "p") (List (Service "cart") (List)))
            (Concept "i" (itv 0.1 0.2 0.9 2))
            (Service "cart" (alist (cons (Predicate "k") (LinkValue #t 3 4.5 -0.0 "x" (BoolValue #t #f)
              (FloatValue 1 2.5) (StringValue "a" "b") (LinkValue) (stv 0.1 0.7) (itv 0.1 0.2 0.9 2) (av -1.5 2 3))) (cons (List) (StreamValue 3 7 1 2))))"#,
        ),
    );
    comes_back(Format::Json, &Space::new());
}

#[test]
fn numbers_that_json_has_no_spelling_for_come_back() {
    let mut space = Space::new();
    let atom = space.node(oriel_atomspace::space::AtomType::CONCEPT, "a").unwrap();
    space.set_value(atom, atom, vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, 0.1]).unwrap();
    comes_back(Format::Json, &space);
}

#[test]
fn json_that_is_wrong_is_refused_with_its_place() {
    let with = |atoms: &str| format!("{{\"format\":\"oriel-atoms\",\"version\":1,\"atoms\":[{atoms}]}}");
    refused(Format::Json, "{\n  \"format\": 3}", "JSON:2:");
    refused(Format::Json, &with("{\"type\":\"Concept\",\"nam\":\"x\"}"), "unknown field `nam`");
    refused(Format::Json, "{\"format\":\"other\",\"version\":1,\"atoms\":[]}", "JSON: format: write");
    refused(
        Format::Json,
        &with("{\"type\":\"Concept\",\"name\":\"a\"},{\"type\":\"List\",\"out\":[2]}"),
        "atom 1: it joins atom 2",
    );
    refused(Format::Json, &with("{\"type\":\"Concpet\",\"name\":\"a\"}"), "atom 0: there is no type `Concpet`");
    refused(Format::Json, &with("{\"type\":\"Concept\"}"), "atom 0: an atom has either");
    refused(
        Format::Json,
        &with("{\"type\":\"Concept\",\"name\":\"a\",\"truth\":{\"strength\":2,\"confidence\":0}}"),
        "atom 0: strength is 2",
    );
    refused(
        Format::Json,
        &with("{\"type\":\"Concept\",\"name\":\"a\",\"values\":[{\"key\":4,\"value\":{\"int\":1}}]}"),
        "its key, atom 4",
    );
    let deep = format!("{}1{}", "{\"list\":[".repeat(10_000), "]}".repeat(10_000));
    refused(
        Format::Json,
        &with(&format!("{{\"type\":\"Concept\",\"name\":\"a\",\"values\":[{{\"key\":0,\"value\":{deep}}}]}}")),
        "recursion limit",
    );
}

#[test]
fn turtle_is_read_as_relations() {
    is_read_as(
        Format::Turtle,
        r#"@prefix shop: <http://shop.example/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        shop:cart a shop:Service ; shop:calls shop:stock, _:mail ; shop:replicas 3 ; shop:load 0.5e0 ; shop:label "Cart", "Panier"@fr .
        shop:Service rdfs:subClassOf shop:Thing .
        shop:cart shop:since "2026-01-01"^^xsd:date ; shop:big 12345678901234567890 ; shop:same <urn:oriel:Concept:a%20b> ."#,
        r#"(Member (Concept "http://shop.example/cart") (Concept "http://shop.example/Service"))
        (Evaluation (stv 1 1) (Predicate "http://shop.example/calls") (List (Concept "http://shop.example/cart") (Concept "http://shop.example/stock")))
        (Evaluation (stv 1 1) (Predicate "http://shop.example/calls") (List (Concept "http://shop.example/cart") (Concept "_:mail")))
        (Evaluation (stv 1 1) (Predicate "http://shop.example/replicas") (List (Concept "http://shop.example/cart") (Number 3)))
        (Evaluation (stv 1 1) (Predicate "http://shop.example/load") (List (Concept "http://shop.example/cart") (Number 0.5)))
        (Evaluation (stv 1 1) (Predicate "http://shop.example/label") (List (Concept "http://shop.example/cart") (Phrase "Cart")))
        (Evaluation (stv 1 1) (Predicate "http://shop.example/label") (List (Concept "http://shop.example/cart") (Item "\"Panier\"@fr")))
        (Inheritance (Concept "http://shop.example/Service") (Concept "http://shop.example/Thing"))
        (Evaluation (stv 1 1) (Predicate "http://shop.example/since") (List (Concept "http://shop.example/cart")
          (Item "\"2026-01-01\"^^<http://www.w3.org/2001/XMLSchema#date>")))
        (Evaluation (stv 1 1) (Predicate "http://shop.example/big") (List (Concept "http://shop.example/cart")
          (Item "\"12345678901234567890\"^^<http://www.w3.org/2001/XMLSchema#integer>")))
        (Evaluation (stv 1 1) (Predicate "http://shop.example/same") (List (Concept "http://shop.example/cart") (Concept "a b")))"#,
    );
}

#[test]
fn turtle_gives_back_names_that_are_no_iris() {
    comes_back(
        Format::Turtle,
        &space(
            r#"(Member (Concept "cart: \"1\" é%") (Concept "urn:oriel:Concept:x")) (Inheritance (Concept "_:b") (Concept "_: b"))
            (Evaluation (stv 1 1) (Predicate "http://www.w3.org/1999/02/22-rdf-syntax-ns#type") (List (Concept "a") (Phrase "t\n\"")))
            (Evaluation (stv 1 1) (Predicate "calls it") (List (Predicate "http://x.example/p") (Number -2.5)))
            (Evaluation (stv 1 1) (Predicate "") (List (Concept "") (Number 1e300)))
            (Evaluation (stv 1 1) (Predicate "p") (List (Word "w") (Item "\"Panier\"@fr")))
            (Evaluation (stv 1 1) (Predicate "p") (List (Word "w") (Item "no literal")))
            (Evaluation (stv 1 1) (Predicate "p") (List (Concept "http://ok.example/") (Number "1 2")))"#,
        ),
    );
}

#[test]
fn turtle_that_is_wrong_is_refused_with_its_place() {
    refused(Format::Turtle, "<http://a.example> a\n  b:c .", "Turtle:2:3");
    refused(Format::Turtle, "<http://a.example/ a> a <b> .", "Turtle:1:");
    refused(Format::Turtle, "<urn:oriel:Concpet:a> a <http://b.example> .", "there is no type `Concpet`");
    refused(Format::Turtle, "<urn:oriel:Concept:%ff> a <http://b.example> .", "not percent-encoded UTF-8");
    refused(Format::Turtle, &format!("<http://a.example> a {}", "[ a ".repeat(200_000)), "Turtle:");
}

#[test]
fn csv_is_read_as_edges() {
    is_read_as(
        Format::Csv,
        "target,source,relation,strength,confidence,since,link,source_type,directed\n\
         cart,web,calls,0.9,0.8,2026,,,\n\"st,\"\"ock\",cart,,,,,,Word,\nshop,cart,,,,,Member,,\na,b,near,,1,,,,false\n",
        r#"(Evaluation (stv 0.9 0.8) (Predicate "calls") (List (Concept "web") (Concept "cart")) (alist (cons (Predicate "since") "2026")))
        (Evaluation (Predicate "edge") (List (Word "cart") (Concept "st,\"ock")))
        (Member (Concept "cart") (Concept "shop"))
        (Evaluation (stv 1 1) (Predicate "near") (Set (Concept "b") (Concept "a")))"#,
    );
}

#[test]
fn csv_that_is_wrong_is_refused_with_its_line() {
    refused(Format::Csv, "", "CSV:1:");
    refused(Format::Csv, "source,relation\na,b\n", "`source` and `target`");
    refused(Format::Csv, "source,target,source\na,b,c\n", "there twice");
    refused(Format::Csv, "source,target\na,b\nc\n", "CSV:3:");
    refused(Format::Csv, "source,target\na,\n", "CSV:2:1: target: the name");
    refused(Format::Csv, "source,target,strength\na,b,x\n", "strength: `x` is not a number");
    refused(Format::Csv, "source,target,strength\na,b,7\n", "CSV:2:1: strength is 7");
    refused(Format::Csv, "source,target,link\na,b,Concpet\n", "link: there is no type");
    refused(Format::Csv, "source,target,link\na,b,Concept\n", "not a link type");
    refused(Format::Csv, "source,target,link,relation\na,b,Member,x\n", "not both");
    refused(Format::Csv, "source,target,directed\na,b,no\n", "neither true nor false");
    assert!(read(Format::Csv, b"source,target\n\xff,b\n", &types()).is_err());
}

const GRAPHML: &str = r#"<?xml version="1.0"?><!-- a shop --><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="name" attr.type="string"/>
  <key id="d1" for="node" attr.name="replicas" attr.type="int"><default>1</default></key>
  <key id="d2" for="edge" attr.name="relation" attr.type="string"/>
  <key id="d3" for="edge" attr.name="strength" attr.type="double"/>
  <graph edgedefault="directed">
    <desc>what <b>calls</b> what</desc>
    <edge source="n0" target="n1"><data key="d2">calls &amp; &#x21;</data><data key="d3">0.25</data></edge>
    <node id="n0"><data key="d0"><![CDATA[<cart>]]></data><data key="d1">3</data></node>
    <node id="n1"/>
    <edge source="n1" target="n0" directed="false"/>
  </graph>
</graphml>"#;

#[test]
fn graphml_is_read_as_nodes_and_edges() {
    is_read_as(
        Format::GraphMl,
        GRAPHML,
        r#"(Concept "<cart>" (alist (cons (Predicate "replicas") 3))) (Concept "n1" (alist (cons (Predicate "replicas") 1)))
        (Evaluation (stv 0.25 0) (Predicate "calls & !") (List (Concept "<cart>") (Concept "n1")))
        (Evaluation (Predicate "edge") (Set (Concept "<cart>") (Concept "n1")))"#,
    );
}

#[test]
fn nodes_of_one_label_are_kept_apart() {
    let graph = |nodes: &str| {
        format!(
            "<graphml><key id=\"l\" attr.name=\"label\"/><key id=\"t\" attr.name=\"type\"/><graph>\n{nodes}</graph></graphml>"
        )
    };
    let node = |id: &str, label: &str| format!("<node id=\"{id}\"><data key=\"l\">{label}</data></node>\n");
    let word = "<node id=\"w\"><data key=\"l\">cart</data><data key=\"t\">Word</data></node>";
    let edge = "<edge source=\"n1\" target=\"n2\"/>";
    is_read_as(
        Format::GraphMl,
        &graph(&[&node("n1", "cart"), &node("n2", "cart"), &node("n3", "web"), word, edge].concat()),
        r#"(Concept "cart (n1)" (alist (cons (Predicate "label") "cart"))) (Concept "cart (n2)" (alist (cons (Predicate "label") "cart")))
        (Concept "web") (Word "cart") (Evaluation (Predicate "edge") (List (Concept "cart (n1)") (Concept "cart (n2)")))"#,
    );
    // An id, too, is what another node may be labelled.
    is_read_as(
        Format::GraphMl,
        &graph(&[&node("n1", "n2"), "<node id=\"n2\"/>"].concat()),
        r#"(Concept "n2 (n1)" (alist (cons (Predicate "label") "n2"))) (Concept "n2 (n2)")"#,
    );
    let three = [node("a", "cart"), node("b", "cart"), node("c", "cart (a)")].concat();
    refused(Format::GraphMl, &graph(&three), "GraphML:4:1: the nodes `a` and `c` would both be called `cart (a)`");
}

#[test]
fn graphml_gives_back_nodes_edges_and_values() {
    comes_back(
        Format::GraphMl,
        &space(
            r#"(Concept "alone" (alist (cons (Predicate "a b") "x <&> \"'\n y ") (cons (Predicate "n") 3) (cons (Predicate "f") 0.1)
              (cons (Predicate "on") #t))) (Member (Word "w" (stv 0.5 0.25)) (Concept "c"))
            (Evaluation (stv 0.1 0.9) (Predicate "r") (List (Concept "c") (Number 4)) (alist (cons (Predicate "n") 7)))
            (Evaluation (Predicate "r") (Set (Concept "c") (Concept "alone"))) (Similarity (Concept "c") (Concept "alone"))
            (List (Concept "c") (Concept "c"))"#,
        ),
    );
}

#[test]
fn graphml_that_is_wrong_or_hostile_is_refused_with_its_place() {
    let graph = |inside: &str| format!("<graphml><graph edgedefault=\"directed\">\n{inside}</graph></graphml>");
    let bomb = "<!DOCTYPE g [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><graphml/>";
    refused(Format::GraphMl, bomb, "GraphML:1:1: a DOCTYPE is refused");
    refused(Format::GraphMl, &graph("<node id=\"&b;\"/>"), "GraphML:2:1");
    refused(
        Format::GraphMl,
        &format!("<graphml><key id=\"k\"/>{}", &graph("<node id=\"a\"><data key=\"k\">&b;</data></node>")[9..]),
        "`&b;` is not expanded",
    );
    refused(Format::GraphMl, &graph("<node/>"), "GraphML:2:1: a node needs an id");
    refused(Format::GraphMl, &graph("<node id=\"a\"/>\n<node id=\"a\"/>"), "GraphML:3:");
    refused(Format::GraphMl, &graph("<edge source=\"a\" target=\"b\"/>"), "the node `a` is not there");
    refused(Format::GraphMl, &graph("<node id=\"a\"><data key=\"x\">1</data></node>"), "the key `x` is not declared");
    refused(Format::GraphMl, &graph("<node id=\"a\"><graph/></node>"), "has no place here");
    refused(Format::GraphMl, &graph("<hyperedge/>"), "has no place here");
    refused(Format::GraphMl, "<svg/>", "this is no GraphML");
    refused(Format::GraphMl, "<graphml>", "ends too early");
    refused(Format::GraphMl, "", "ends too early");
    refused(Format::GraphMl, &graph("<node id=\"a\">"), "GraphML:2:");
    refused(Format::GraphMl, &graph(&"<x>".repeat(1_000)), "more than 64 elements are open");
    let typed = "<graphml><key id=\"k\" attr.name=\"n\" attr.type=\"int\"/>";
    refused(
        Format::GraphMl,
        &format!("{typed}{}", &graph("<node id=\"a\"><data key=\"k\">x</data></node>")[9..]),
        "n: `x` is no int",
    );
    assert!(read(Format::GraphMl, b"<graphml>\xff", &types()).is_err());
    // Each of these nodes would get this long default.
    let long =
        format!("<graphml><key id=\"k\"><default>{}</default></key><graph>{{}}</graph></graphml>", "x".repeat(1 << 20));
    let nodes: String = (0..70).map(|id| format!("<node id=\"{id}\"/>")).collect::<Vec<_>>().concat();
    let error = read(Format::GraphMl, long.replace("{}", &nodes).as_bytes(), Space::new().types()).unwrap_err();
    assert!(error.to_string().contains("bytes: write them out"), "{error}");
    // Each of these nodes would get each of these defaults.
    let keys: String =
        (0..1_100).map(|id| format!("<key id=\"{id}\"><default>x</default></key>")).collect::<Vec<_>>().concat();
    let nodes: String = (0..1_000).map(|id| format!("<node id=\"{id}\"/>")).collect::<Vec<_>>().concat();
    refused(Format::GraphMl, &format!("<graphml>{keys}{}", &graph(&nodes)[9..]), "more than 1000000 values");
}

#[test]
fn what_has_no_place_is_left_out_and_counted() {
    let before = space(
        "(Member (Concept \"a\") (Concept \"b\")) (List (Number 1) (Number 2) (Number 3)) (Lambda (Variable \"$x\") (Not (Concept \"a\")))",
    );
    for (format, atoms) in [(Format::Turtle, 3), (Format::Csv, 3), (Format::GraphMl, 7), (Format::Json, 10)] {
        let (_, done) = written(format, &before);
        assert_eq!((done.atoms, done.atoms + done.left_out), (atoms, before.len()), "{format:?}");
    }
}

#[test]
fn what_an_atom_carries_and_a_format_does_not_hold_is_counted() {
    let before = space(
        r#"(Member (Concept "w" (stv 0.3 0.4) (alist (cons (Predicate "owner") "me"))) (Concept "x"))
        (Evaluation (ctv 0.9 0.5 12) (Predicate "calls") (List (Concept "w") (Concept "y")))
        (Evaluation (stv 0.9 0.5) (av 1 2 3) (Predicate "calls") (List (Concept "x") (Concept "y")))
        (Evaluation (stv 0.9 0.5) (Predicate "calls") (List (Concept "y") (Concept "x")) (alist (cons (Predicate "load") (FloatValue 1 2))))
        (Evaluation (stv 0.9 0.5) (Predicate "calls") (List (Concept "y") (Concept "w")) (alist (cons (Predicate "since") "2026")))"#,
    );
    // Of what is written: `w` to CSV and Turtle, which have no place for what nodes carry; a count, an attention, and a list of
    // numbers to all; and truth values, and the text, to Turtle.
    for (format, reduced) in [(Format::Csv, 4), (Format::GraphMl, 3), (Format::Turtle, 5), (Format::Json, 0)] {
        let (text, done) = written(format, &before);
        assert_eq!(done.reduced, reduced, "{format:?}\n{text}");
    }
}

#[test]
fn what_is_more_false_than_true_is_no_triple() {
    let before = space(
        r#"(Evaluation (stv 0 0.9) (Predicate "calls") (List (Concept "a") (Concept "b")))
        (Evaluation (stv 0.5 0.9) (Predicate "calls") (List (Concept "a") (Concept "c")))
        (Inheritance (stv 0.4 0.1) (Concept "a") (Concept "d")) (Member (stv 0.2 0) (Concept "a") (Concept "e"))"#,
    );
    let (text, done) = written(Format::Turtle, &before);
    let after = read(Format::Turtle, text.as_bytes(), &types()).unwrap().dump();
    for (name, is_there) in [("b", false), ("c", true), ("d", false), ("e", true)] {
        assert_eq!(after.contains(&format!("(Concept \"{name}\")")), is_there, "{name}: {after}");
    }
    assert_eq!(done.left_out, 5, "two relations, what one joins, and two ends: {text}");
}

#[test]
fn types_of_a_base_come_back_where_nobody_declared_them() {
    let before = space(
        r#"(declare-type Service Concept) (declare-type Store Service) (declare-type Near Unordered) (declare-type Feeds Ordered)
        (Evaluation (stv 1 1) (Predicate "calls") (List (Service "web") (Store "db")))
        (Evaluation (stv 1 1) (Predicate "calls") (List (Store "db") (Concept "disk")))"#,
    );
    for format in [Format::Turtle, Format::GraphMl, Format::Json] {
        comes_back(format, &before);
    }
    let mut links = before.clone();
    links.load(r#"(Near (Service "web") (Store "db")) (Feeds (Store "db") (Service "web"))"#).unwrap();
    comes_back(Format::GraphMl, &links);
    // A list of edges says of which type nodes are, and not what those are kinds of.
    let (text, _) = written(Format::Csv, &links);
    let after = read(Format::Csv, text.as_bytes(), &types()).unwrap();
    let told = types::news(&types(), after.types());
    assert_eq!(
        told,
        [
            "`Service`, a kind of `Concept`",
            "`Store`, a kind of `Concept`",
            "`Near`, a kind of `Unordered`",
            "`Feeds`, a kind of `Ordered`",
        ]
    );
    let without = |space: &Space| {
        space.dump().lines().filter(|line| !line.starts_with("(declare")).map(str::to_owned).collect::<Vec<_>>()
    };
    let (mut left, mut right) = (without(&after), without(&links));
    left.sort();
    right.sort();
    assert_eq!(left, right);
    refused(Format::Csv, "source,source_type,target\na,Concpt,b\n", "did you mean `Concept`");
    refused(
        Format::Turtle,
        "<urn:oriel-type:Service> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:oriel-type:Thing> .",
        "the type `Service` is a kind of Thing, which is not declared",
    );
}

#[test]
fn types_that_turtle_declares_late_are_known_early() {
    let sub = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>";
    let text = format!(
        "<urn:oriel:Store:db> a <urn:oriel:Concept:x> .\n<urn:oriel-type:Store> {sub} <urn:oriel-type:Service> .\n\
         <urn:oriel-type:Service> {sub} <urn:oriel-type:ConceptNode> .\n"
    );
    let found = read(Format::Turtle, text.as_bytes(), &types()).unwrap();
    let wanted =
        space("(declare-type Service Concept) (declare-type Store Service) (Member (Store \"db\") (Concept \"x\"))");
    assert!(found.same_content(&wanted), "{}", found.dump());
}

#[test]
fn what_json_cannot_hold_is_told_before_anything_is_written() {
    let deep = format!("{}1{}", "(LinkValue ".repeat(100), ")".repeat(100));
    let before = space(&format!("(Concept \"a\") (Concept \"b\" (alist (cons (Predicate \"k\") {deep})))"));
    let mut out = Vec::new();
    let error = write(Format::Json, &before, &mut out).unwrap_err().to_string();
    assert!(error.contains("as (Concept \"b\") has"), "{error}");
    assert!(out.is_empty(), "{}", String::from_utf8_lossy(&out));
}

#[test]
fn a_format_goes_by_its_word_and_the_ending_of_a_file() {
    assert_eq!(Format::of_path(Path::new("a/shop.TTL")), Some(Format::Turtle));
    assert_eq!(Format::of_path(Path::new("shop.scm")), Some(Format::Atomese));
    assert_eq!(Format::of_path(Path::new("shop")), None);
    assert!("xml".parse::<Format>().unwrap_err().contains("graphml"));
}

/// Graphs of few names, some of them strange.
fn graph() -> impl Strategy<Value = Space> {
    let name = prop_oneof![
        Just("a".to_owned()),
        Just("http://x.example/y".to_owned()),
        Just("_:b".to_owned()),
        "[a-c <>&\"',;%é\n\t]{1,6}",
    ];
    let edge = (name.clone(), name.clone(), name, 0..5_u8, 0..3_u8);
    proptest::collection::vec(edge, 0..12).prop_map(|edges| {
        use oriel_atomspace::space::{AtomType, Truth};
        let mut space = Space::new();
        for (source, target, relation, kind, of) in edges {
            let of = [AtomType::CONCEPT, AtomType::WORD, AtomType::PHRASE][usize::from(of)];
            let (source, target) = (space.node(AtomType::CONCEPT, &source).unwrap(), space.node(of, &target).unwrap());
            let link = match kind {
                0 => space.link(AtomType::MEMBER, &[source, target]).unwrap(),
                1 => space.link(AtomType::INHERITANCE, &[source, target]).unwrap(),
                _ => {
                    let predicate = space.node(AtomType::PREDICATE, &relation).unwrap();
                    let pair = space.link(AtomType::LIST, &[source, target]).unwrap();
                    let fact = space.link(AtomType::EVALUATION, &[predicate, pair]).unwrap();
                    space.set_truth(fact, Truth::simple(1.0, 1.0)).unwrap();
                    fact
                }
            };
            let _ = link;
        }
        space
    })
}

proptest! {
    #[test]
    fn graphs_come_back_from_every_format(space in graph()) {
        for format in ALL {
            comes_back(format, &space);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        for format in ALL {
            let _ = read(format, &bytes, &types());
        }
    }

    #[test]
    fn no_altered_document_panics(at in any::<prop::sample::Index>(), to in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let before = space("(Member (Concept \"a\") (Concept \"b\")) (Evaluation (stv 1 1) (Predicate \"p\") (List (Concept \"a\") (Phrase \"x\")))");
        for format in ALL {
            let mut bytes = written(format, &before).0.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = to;
            let _ = read(format, &bytes, &types());
            bytes.truncate(cut.index(bytes.len()));
            let _ = read(format, &bytes, &types());
        }
    }
}
