//! How fast the AtomSpace plans, chains, and applies formulas. Prints JSON.
//!
//! `cargo run --release -p oriel-atomspace --example chain_bench -- [--runs N] [--show]`
//!
//! Times are those that the thread had a core for, and each figure is the best of the runs. `--show` prints the plan, its
//! proof and the report instead.
#![expect(clippy::print_stdout, reason = "a measurement is printed")]
#![expect(clippy::print_stderr, reason = "what went wrong is said")]

use oriel_atomspace::TruthValue;
use oriel_atomspace::chain::{Answer, Bounds, Chainer, Formulas, PLN, Rules, target};
use oriel_atomspace::pln;
use oriel_atomspace::query::Term;
use oriel_atomspace::space::{AtomType, Space, Truth};
use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

const WAYPOINTS: &str = include_str!("waypoints.scm");
/// Truth values that formulas are applied to.
const VALUES: usize = 100_000;
/// Concepts that stand in a line of inheritances.
const CONCEPTS: usize = 40;

/// The time that this thread has had a core for.
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The shortest time that some work takes, and what it gives.
fn best<T>(runs: usize, mut work: impl FnMut() -> Result<T, Box<dyn Error>>) -> Result<(f64, T), Box<dyn Error>> {
    let mut shortest: Option<(f64, T)> = None;
    for _ in 0..runs.max(1) {
        let start = now();
        let made = work()?;
        let taken = now().saturating_sub(start).as_secs_f64();
        if shortest.as_ref().is_none_or(|known| taken < known.0) {
            shortest = Some((taken, made));
        }
    }
    shortest.ok_or_else(|| "nothing was run".into())
}

/// The first plan that leads to the last waypoint.
fn plan(space: &Space, rules: &Rules, asked: &Term) -> Result<(Answer, u64, usize), Box<dyn Error>> {
    let bounds = Bounds { answers: 1, ..Bounds::default() };
    let mut answers = Chainer::new(space, rules).bounded(bounds).backward(asked)?;
    let first = answers.next().ok_or("there is no plan")?;
    Ok((first, answers.report().steps, answers.report().goals))
}

fn asked(space: &Space) -> Result<Term, Box<dyn Error>> {
    let text =
        r#"(Evaluation (Predicate "leads-to") (List (Variable "$plan") (List (Concept "w10") (Variable "$carried"))))"#;
    Ok(target(space.types(), text)?)
}

/// How many actions a nested plan has.
fn actions(plan: &Term) -> usize {
    let (mut open, mut count) = (Some(plan), 0);
    while let Some(Term::Link(AtomType::EXECUTION, parts)) = open {
        count += 1;
        open = parts.get(1);
    }
    count
}

fn show() -> Result<(), Box<dyn Error>> {
    let mut space = Space::new();
    space.load(WAYPOINTS)?;
    let rules = Rules::read(&space, &["robot"], &Formulas::pln())?;
    let asked = asked(&space)?;
    let mut answers =
        Chainer::new(&space, &rules).bounded(Bounds { answers: 1, ..Bounds::default() }).backward(&asked)?;
    let first = answers.next().ok_or("there is no plan")?;
    for (name, value) in &first.values {
        println!("{name} = {}", value.show(space.types()));
    }
    if let Some(proof) = answers.proof(&first.conclusion.statement) {
        println!("{proof}");
    }
    println!("{:#?}", answers.report());
    Ok(())
}

fn planning(runs: usize) -> Result<Vec<(&'static str, f64)>, Box<dyn Error>> {
    let mut space = Space::new();
    space.load(WAYPOINTS)?;
    let formulas = Formulas::pln();
    let asked = asked(&space)?;
    let (taken, (answer, steps, goals)) = best(runs, || {
        // Reading the rules counts.
        let rules = Rules::read(&space, &["robot"], &formulas)?;
        plan(&space, &rules, &asked)
    })?;
    let length = answer.values.first().map_or(0, |(_, plan)| actions(plan));
    Ok(vec![
        ("plan_10_waypoints_ms", taken * 1e3),
        ("plan_10_waypoints_actions", length as f64),
        ("plan_10_waypoints_steps", steps as f64),
        ("plan_10_waypoints_goals", goals as f64),
    ])
}

/// All inheritances that follow from a line of them, with the rules of PLN.
fn chaining(runs: usize) -> Result<Vec<(&'static str, f64)>, Box<dyn Error>> {
    let mut space = Space::new();
    space.load(PLN)?;
    let mut before = None;
    for at in 0..CONCEPTS {
        let concept = space.node(AtomType::CONCEPT, &format!("concept-{at}"))?;
        space.set_truth(concept, Truth::simple(0.1, 0.9))?;
        if let Some(before) = before.replace(concept) {
            let link = space.link(AtomType::INHERITANCE, &[before, concept])?;
            space.set_truth(link, Truth::simple(0.9, 0.99))?;
        }
    }
    let rules = Rules::read(&space, &["pln"], &Formulas::pln())?;
    let (taken, applications) = best(runs.min(3), || {
        let bounds = Bounds { steps: 300_000, ..Bounds::default() };
        let all = Chainer::new(&space, &rules).bounded(bounds).forward()?;
        Ok(all.report().applications)
    })?;
    Ok(vec![("chain_forward_applications_k_per_s", applications as f64 / taken / 1e3)])
}

/// Formulas over arrays of truth values, none of which is inconsistent.
fn formulas(runs: usize) -> Result<Vec<(&'static str, f64)>, Box<dyn Error>> {
    let value = |at: usize, from: f64, to: f64| {
        TruthValue::new(
            from + (to - from) * ((at * 7919) % 1009) as f64 / 1009.0,
            0.5 + ((at * 104_729) % 499) as f64 / 1000.0,
        )
    };
    let premises: Vec<[TruthValue; 5]> = (0..VALUES)
        .map(|at| {
            [
                value(at, 0.3, 0.35),
                value(at + 1, 0.5, 0.55),
                value(at + 2, 0.6, 0.65),
                value(at + 3, 0.5, 0.9),
                value(at + 4, 0.6, 0.9),
            ]
        })
        .collect();
    let (deduction, sum) = best(runs, || {
        let mut sum = 0.0;
        for [a, b, c, ab, bc] in black_box(&premises) {
            sum += pln::deduction(*a, *b, *c, *ab, *bc)?.strength;
        }
        Ok(sum)
    })?;
    black_box(sum);
    let (ponens, sum) = best(runs, || {
        let add = |sum: f64, [a, _, _, ab, _]: &[TruthValue; 5]| {
            sum + pln::modus_ponens(*a, *ab, pln::DEFAULT_BACKGROUND).strength
        };
        Ok(black_box(&premises).iter().fold(0.0, add))
    })?;
    black_box(sum);
    let (revision, sum) = best(runs, || {
        let add = |sum: f64, [_, _, _, ab, bc]: &[TruthValue; 5]| sum + pln::revision(*ab, *bc).strength;
        Ok(black_box(&premises).iter().fold(0.0, add))
    })?;
    black_box(sum);
    let rate = |taken: f64| VALUES as f64 / taken / 1e6;
    Ok(vec![
        ("pln_deduction_M_per_s", rate(deduction)),
        ("pln_modus_ponens_M_per_s", rate(ponens)),
        ("pln_revision_M_per_s", rate(revision)),
    ])
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut runs = 9;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--runs" => runs = words.next().ok_or("`--runs` needs a number")?.parse()?,
            "--show" => return show(),
            _ => return Err(format!("`{word}` is none of --runs N, --show").into()),
        }
    }
    let figures = [planning(runs)?, chaining(runs)?, formulas(runs)?].concat();
    let rows: Vec<String> = figures.iter().map(|(name, figure)| format!("  \"{name}\": {figure:.3}")).collect();
    println!("{{\n{}\n}}", rows.join(",\n"));
    Ok(())
}

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}
