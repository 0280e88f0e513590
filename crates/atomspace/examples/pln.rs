//! How many times a second each formula of probabilistic logic is applied, and how far inference with distributions is off.
//!
//! `cargo run --release -p oriel-atomspace --example pln`
#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use oriel_atomspace::TruthValue;
use oriel_atomspace::pln::{
    self, Attractions, Beta, Counts, Evidenced, FourValue, Indefinite, Stamp, Threshold, contradiction,
};
use std::hint::black_box;
use std::time::Instant;

const TIMES: usize = 2_000;
const ROUNDS: usize = 400;

/// Prints how often `apply` runs in a second, in the least disturbed of some rounds.
fn rate<T>(name: &str, times: usize, apply: impl Fn() -> T) {
    let fastest = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..times {
                black_box(apply());
            }
            start.elapsed().as_secs_f64() * 1e9 / times as f64
        })
        .fold(f64::INFINITY, f64::min);
    println!("{name:<36} {fastest:>10.1} ns {:>10.2} M/s", 1e3 / fastest);
}

/// Terms and links that no formula refuses: [A, B, C, A→B, B→C, B→A, C→B].
fn premises() -> [TruthValue; 7] {
    [0.4, 0.5, 0.6, 0.7, 0.8, 0.56, 2.0 / 3.0].map(|strength| TruthValue::new(strength, 0.9))
}

fn simple() {
    let given = premises();
    let all = || black_box(given);
    rate("not", TIMES, || pln::not(all()[0]));
    rate("and", TIMES, || pln::and(&all()[..2]));
    rate("or", TIMES, || pln::or(&all()[..2]));
    rate("fuzzy and", TIMES, || pln::fuzzy_and(&all()[..2]));
    rate("fuzzy or", TIMES, || pln::fuzzy_or(&all()[..2]));
    macro_rules! rates {
        ($($name:literal $formula:ident($($place:literal),*) $($extra:expr)?;)*) => {
            $(rate($name, TIMES, || { let given = all(); pln::$formula($(given[$place],)* $($extra)?) });)*
        };
    }
    rates! {
        "support" support(0, 3);
        "modus ponens" modus_ponens(0, 3) pln::DEFAULT_BACKGROUND;
        "precise modus ponens" precise_modus_ponens(0, 3, 4);
        "modus tollens" modus_tollens(3, 1) pln::DEFAULT_BACKGROUND;
        "symmetric modus ponens" symmetric_modus_ponens(0, 3) pln::DEFAULT_SIMILAR_BACKGROUND;
        "contraposition" contraposition(0, 1, 3);
        "condition negation" condition_negation(0, 1, 3);
        "antecedent and" antecedent_and(0, 1, 2, 3, 4);
        "antecedent or" antecedent_or(0, 1, 2, 3, 4);
        "consequent and" consequent_and(3, 4);
        "consequent or" consequent_or(3, 4);
        "deduction" deduction(0, 1, 2, 3, 4);
        "deduction by geometry" deduction_by_geometry(3, 4);
        "inversion" inversion(0, 1, 3);
        "induction" induction(0, 1, 2, 5, 4);
        "abduction" abduction(0, 1, 2, 3, 6);
        "inheritance to similarity" inheritance_to_similarity(3, 5);
        "one inheritance to similarity" one_inheritance_to_similarity(0, 1, 3);
        "similarity to inheritance" similarity_to_inheritance(0, 1, 3);
        "transitive similarity" transitive_similarity(0, 1, 2, 3, 4);
        "member to inheritance" member_to_inheritance(3);
        "inheritance to member" inheritance_to_member(3);
        "attraction" attraction(3, 4);
        "attraction from terms" attraction_from_terms(0, 1, 3);
        "revision" revision(0, 1);
    }
    let [one, two, three, four, ..] = given;
    let patterns = [(one, two), (two, three), (three, four), (four, one)].map(|(a, b)| Attractions { a, b });
    rate("intensional inheritance, 4 patterns", TIMES, || pln::intensional_inheritance(black_box(&patterns), 10.0));
    rate("counts of a truth value and back", TIMES, || Counts::of(all()[0], 10.0).truth(10.0));
}

fn evidence() {
    let [one, two, ..] = premises();
    let made = |from: u32, tv| Stamp::from_ids(from..from + 8).map(|stamp| Evidenced { tv, stamp });
    if let (Ok(one), Ok(two)) = (made(0, one), made(100, two)) {
        rate("stamps of 8 disjoint", TIMES, || black_box(&one).stamp.disjoint(&black_box(&two).stamp));
        rate("revision with stamps of 8", TIMES, || black_box(&one).revise(black_box(&two)));
    }
    if let Some(threshold) = Threshold::new(0.6, 0.5) {
        rate("four values of two", TIMES, || FourValue::of_two(black_box(one), black_box(two), threshold));
    }
    rate("contradiction", TIMES, || contradiction(black_box(one), black_box(two)));
}

fn spread(strengths: [f64; 5], confidence: f64) -> Option<[Indefinite; 5]> {
    let made = strengths.map(|s| Indefinite::from_truth(TruthValue::new(s, confidence), 0.9, 10.0).ok());
    let [Some(a), Some(b), Some(c), Some(ab), Some(bc)] = made else { return None };
    Some([a, b, c, ab, bc])
}

fn indefinite() {
    let Some(given) = spread([0.4, 0.5, 0.6, 0.7, 0.8], 0.9) else { return };
    let [a, b, c, ab, bc] = given;
    if let Some(similar) = spread([0.4, 0.5, 0.5, 0.5, 0.6], 0.9) {
        rate("indefinite transitive similarity", TIMES, || Indefinite::transitive_similarity(black_box(similar)));
    }
    let all = || black_box(given);
    rate("indefinite deduction", TIMES, || Indefinite::deduction(all()));
    rate("indefinite induction", TIMES, || Indefinite::induction(all()));
    rate("indefinite abduction", TIMES, || Indefinite::abduction(all()));
    rate("indefinite inversion", TIMES, || Indefinite::inversion(black_box([a, b, ab])));
    rate("indefinite modus ponens", TIMES, || Indefinite::modus_ponens(black_box([a, ab, bc])));
    rate("indefinite sim to inheritance", TIMES, || Indefinite::similarity_to_inheritance(black_box([a, b, ab])));
    rate("indefinite and", TIMES, || black_box(a).and(black_box(b)));
    rate("indefinite or", TIMES, || black_box(a).or(black_box(b)));
    rate("indefinite not", TIMES, || black_box(c).negation());
    rate("indefinite revision", TIMES, || black_box(a).revision(black_box(b)));
    rate("simple to indefinite and back", TIMES, || {
        Indefinite::from_truth(black_box(TruthValue::new(0.7, 0.9)), 0.9, 10.0).map(Indefinite::truth)
    });
    rate("interval of a distribution", TIMES / 20, || black_box(c).interval());
    let (low, high) = c.interval();
    rate("distribution of an interval", TIMES / 20, || {
        Indefinite::from_interval(black_box(low), black_box(high), 0.9, 10.0)
    });
}

/// The radical inverse of `n`: points that fill [0, 1] evenly.
fn halton(mut n: usize, base: usize) -> f64 {
    let (mut scale, mut sum) = (1.0, 0.0);
    while n > 0 {
        scale /= base as f64;
        sum += scale * (n % base) as f64;
        n /= base;
    }
    sum
}

/// Prints how far a deduction over distributions is from one over many combinations of quantiles.
fn accuracy(strengths: [f64; 5], confidence: f64) {
    const DRAWS: usize = 1 << 20;
    const TABLE: usize = 1 << 12;
    let Some(given) = spread(strengths, confidence) else { return };
    let table = |of: Beta| -> Vec<f64> { (0..TABLE).map(|n| of.quantile((n as f64 + 0.5) / TABLE as f64)).collect() };
    let tables = given.map(|premise| table(premise.belief()));
    let (mut count, mut sum, mut square) = (0.0, 0.0, 0.0);
    for draw in 1..DRAWS {
        let mut bases = [2, 3, 5, 7, 11].into_iter();
        let [a, b, c, ab, bc] = tables.each_ref().map(|table| {
            let place = (halton(draw, bases.next().unwrap_or(13)) * TABLE as f64) as usize;
            TruthValue::new(table.get(place).copied().unwrap_or_default(), 1.0)
        });
        if let Ok(found) = pln::deduction(a, b, c, ab, bc) {
            count += 1.0;
            sum += found.strength;
            square += found.strength * found.strength;
        }
    }
    let mean = sum / count;
    let deviation = f64::sqrt(square / count - mean * mean);
    let dropped = 1.0 - count / (DRAWS - 1) as f64;
    let Ok(found) = Indefinite::deduction(given) else { return println!("{strengths:?} {confidence}: refused") };
    let belief = found.belief();
    println!(
        "{strengths:?} c {confidence:<4}  mean {mean:.4} off {:+.4}   deviation {deviation:.4} off {:+.4}   dropped {dropped:.2}",
        belief.mean() - mean,
        belief.variance().sqrt() - deviation,
    );
}

fn main() {
    simple();
    evidence();
    indefinite();
    println!();
    for confidence in [0.5, 0.9, 0.99] {
        accuracy([0.4, 0.5, 0.6, 0.7, 0.8], confidence);
        accuracy([0.2, 0.3, 0.3, 0.9, 0.7], confidence);
        accuracy([0.1, 0.2, 0.8, 0.5, 0.9], confidence);
    }
}
