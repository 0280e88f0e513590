//! The guide, `docs/chaining.md`: every example in it is run, and gives what stands under it.

use super::{rules, term};
use crate::TruthValue;
use crate::chain::{Bounds, Chainer, PLN};
use crate::pln::Threshold;
use crate::space::Space;
use std::fmt::Write as _;

const GUIDE: &str = include_str!("../../../../../docs/chaining.md");
const WAYPOINTS: &str = include_str!("../../../examples/waypoints.scm");

/// The blocks of the guide: what stands behind the marks, and what is in them.
fn blocks() -> Vec<(&'static str, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&'static str, String)> = None;
    for line in GUIDE.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(kind), None) => open = Some((kind, String::new())),
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some((kind, mut text))) => {
                text.push_str(line);
                text.push('\n');
                open = Some((kind, text));
            }
            (None, None) => {}
        }
    }
    blocks
}

fn stv(tv: TruthValue) -> String {
    format!("(stv {} {})", tv.strength as f32, tv.confidence as f32)
}

/// What an example gives: `way` is the word behind `scheme`, then the rule bases.
fn told(way: &str, data: &str, text: &str) -> String {
    let mut words = way.split(' ');
    let way = words.next().expect("a way");
    let mut space = Space::new();
    space.load(data).expect("the data of the guide");
    space.load(PLN).expect("the rules");
    if way == "plan" {
        space.load(WAYPOINTS).expect("the waypoints");
    }
    let rules = rules(&space, &words.collect::<Vec<_>>());
    let answers = if way == "plan" { 1 } else { usize::MAX };
    let chainer = Chainer::new(&space, &rules).bounded(Bounds { answers, ..Bounds::default() });
    let mut out = String::new();
    match way {
        "forward" => {
            for one in chainer.forward().expect("it runs").iter() {
                let _ = writeln!(out, "{} {}", stv(one.truth), one.statement.show(space.types()));
            }
        }
        "contradictions" => {
            let threshold = Threshold::new(0.7, 0.3).expect("in range");
            for one in chainer.forward().expect("it runs").contradictions(threshold) {
                let side = |side: &crate::chain::Conclusion| {
                    format!("{} {}", side.statement.show(space.types()), stv(side.truth))
                };
                let (one, other, degree) = (side(&one.one), side(&one.other), (one.opposition, one.degree as f32));
                let _ = writeln!(out, "{:?} {:.4} {one} / {other}", degree.0, degree.1);
            }
        }
        _ => {
            let mut answers = chainer.backward(&term(&space, text)).expect("a target");
            while let Some(answer) = answers.next() {
                match way {
                    "backward" => {
                        let shown = answer.conclusion.statement.show(space.types());
                        let _ = writeln!(out, "{} {shown}", stv(answer.conclusion.truth));
                    }
                    // The last time that an answer is given is the one that counts.
                    "proof" => out = answers.proof(&answer.conclusion.statement).expect("a proof").to_string(),
                    "plan" => {
                        for (name, value) in &answer.values {
                            let _ = writeln!(out, "{name} = {}", value.show(space.types()));
                        }
                        break;
                    }
                    other => panic!("an example of the guide is `{other}`"),
                }
            }
        }
    }
    out
}

#[test]
fn the_guide_says_what_happens() {
    let (mut data, mut asked, mut run) = (String::new(), None, 0);
    for (kind, text) in blocks() {
        match kind.strip_prefix("scheme ") {
            Some("data") => data = text,
            Some(way) => asked = Some((told(way, &data, &text), text)),
            None if kind == "text-form" => {}
            None => {
                let (answer, example) = asked.take().expect("an example before its result");
                assert_eq!(answer, text, "{example}");
                run += 1;
            }
        }
    }
    assert!(run > 7 && asked.is_none(), "{run} examples");
}
