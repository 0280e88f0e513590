//! Memory while a space grows to ten million atoms, and a drawing of it.

use crate::graph::{self, Random};
use crate::measure::{Figure, now};
use oriel_atomspace::space::{AtomType, Handle, Space, SpaceError, Truth};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

const ATOMS: usize = 10_000_000;
const STEPS: usize = 100;

/// Atoms, and bytes that were allocated for them.
type Point = (usize, usize);

/// Fills a space with a graph of the same shape as the measured one: an atom in nine is a node.
fn fill(points: &mut Vec<Point>) -> Result<Space, SpaceError> {
    let before = crate::ALLOCATED.current_usage();
    let mut space = Space::new();
    let mut random = Random(11);
    let predicates: Vec<Handle> = (0..graph::PREDICATES)
        .map(|predicate| space.node(AtomType::PREDICATE, &format!("predicate-{predicate}")))
        .collect::<Result<_, _>>()?;
    let mut nodes: Vec<Handle> = Vec::with_capacity(ATOMS / 9 + 1);
    let own = nodes.capacity() * size_of::<Handle>();
    while space.len() < ATOMS {
        nodes.push(space.node(AtomType::CONCEPT, &format!("node-{}", nodes.len()))?);
        for _ in 0..4 {
            let mut any = || nodes.get(random.below(nodes.len())).copied().unwrap_or_default();
            let pair = [any(), any()];
            let list = space.link(AtomType::LIST, &pair)?;
            let predicate = predicates.get(random.below(predicates.len())).copied().unwrap_or_default();
            let edge = space.link(AtomType::EVALUATION, &[predicate, list])?;
            space.set_truth(edge, Truth::simple(graph::part(&mut random), graph::part(&mut random)))?;
        }
        if space.len() >= points.len() * ATOMS / STEPS {
            points.push((space.len(), crate::ALLOCATED.current_usage().saturating_sub(before + own)));
        }
    }
    Ok(space)
}

pub(crate) fn to_ten_million(file: &Path) -> Result<Vec<Figure>, Box<dyn Error>> {
    let mut points = Vec::with_capacity(STEPS + 2);
    crate::ALLOCATED.reset_peak_usage();
    let before = crate::ALLOCATED.current_usage();
    let start = now();
    let space = fill(&mut points)?;
    let filled = now().saturating_sub(start);
    let peak = crate::ALLOCATED.peak_usage() - before;
    let start = now();
    let copy = space.clone();
    let cloned = now().saturating_sub(start);
    drop(copy);
    if let Some(directory) = file.parent() {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::write(file, drawing(&points))?;
    let bytes = points.last().map_or(0, |point| point.1);
    Ok(vec![
        ("growth_atoms", space.len() as f64),
        ("growth_GB", bytes as f64 / 1e9),
        ("growth_peak_GB", peak as f64 / 1e9),
        ("growth_bytes_an_atom", bytes as f64 / space.len() as f64),
        ("growth_M_atoms_per_s", space.len() as f64 / filled.as_secs_f64() / 1e6),
        ("growth_snapshot_us", cloned.as_secs_f64() * 1e6),
    ])
}

/// The memory over the atoms, with the bound that must not be crossed.
fn drawing(points: &[Point]) -> String {
    const BOUND: f64 = 1.2e9;
    let x = |atoms: f64| 70.0 + atoms / ATOMS as f64 * 600.0;
    let y = |bytes: f64| 350.0 - bytes / 1.4e9 * 320.0;
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 410\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"720\" height=\"410\" fill=\"#ffffff\"/>\n",
    );
    for tenth in 0..=7 {
        let gigabytes = f64::from(tenth) * 0.2;
        let at = y(gigabytes * 1e9);
        let _ = writeln!(svg, "<path d=\"M70 {at:.1}H670\" stroke=\"#dddddd\"/>");
        let _ = writeln!(svg, "<text x=\"62\" y=\"{:.1}\" text-anchor=\"end\">{gigabytes:.1}</text>", at + 4.0);
    }
    for million in (0..=10).step_by(2) {
        let at = x(f64::from(million) * 1e6);
        let _ = writeln!(svg, "<text x=\"{at:.1}\" y=\"370\" text-anchor=\"middle\">{million}</text>");
    }
    let line: Vec<String> =
        points.iter().map(|(atoms, bytes)| format!("{:.1},{:.1}", x(*atoms as f64), y(*bytes as f64))).collect();
    let bound = y(BOUND);
    let _ = writeln!(svg, "<path d=\"M70 {bound:.1}H670\" stroke=\"#b3261e\" stroke-dasharray=\"6 4\"/>");
    let _ = writeln!(
        svg,
        "<text x=\"76\" y=\"{:.1}\" fill=\"#b3261e\">bound: 1.2 GB at 10 million atoms</text>",
        bound - 6.0
    );
    let _ =
        writeln!(svg, "<polyline points=\"{}\" fill=\"none\" stroke=\"#1a5fb4\" stroke-width=\"2\"/>", line.join(" "));
    let _ = writeln!(svg, "<text x=\"370\" y=\"395\" text-anchor=\"middle\">million atoms</text>");
    let _ = writeln!(svg, "<text x=\"70\" y=\"18\">GB allocated</text>\n</svg>");
    svg
}
