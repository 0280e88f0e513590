//! How fast the space is, and how much memory it takes. Prints JSON.
//!
//! `cargo run --release -p oriel-atomspace --example space_bench -- [--runs N] [--only PART] [--growth FILE.svg]
//! [--write DIRECTORY]`, where PART is `adding`, `reading`, `changing`, `texts` or `queries`
//!
//! Times are those that the thread had a core for, and each figure is the best of the runs: on a machine that does other
//! work, the rest tells of that work. `--growth` fills a space up to ten million atoms and draws its memory; `--write`
//! leaves the graph as text for a peer to read.
#![expect(clippy::print_stdout, reason = "a measurement is printed")]
#![expect(clippy::print_stderr, reason = "what went wrong is said")]

mod graph;
mod growth;
mod measure;
mod queries;

use std::error::Error;
use std::path::PathBuf;

/// Counts what is allocated: the bytes asked for, not what the allocator adds.
#[global_allocator]
static ALLOCATED: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

struct Options {
    runs: usize,
    growth: Option<PathBuf>,
    write: Option<PathBuf>,
    only: Option<String>,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options { runs: 9, growth: None, write: None, only: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or(format!("`{word}` needs a value"))?;
        match word.as_str() {
            "--runs" => options.runs = value.parse()?,
            "--growth" => options.growth = Some(value.into()),
            "--write" => options.write = Some(value.into()),
            "--only" => options.only = Some(value),
            _ => {
                return Err(
                    format!("`{word}` is none of --runs N, --only PART, --growth FILE.svg, --write DIRECTORY").into()
                );
            }
        }
    }
    Ok(options)
}

fn run() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let mut figures = measure::memory_of_edges()?;
    if let Some(directory) = &options.write {
        std::fs::create_dir_all(directory)?;
        let (names, edges) = (graph::names(graph::NODES), graph::edges(graph::NODES, graph::EDGES));
        std::fs::write(directory.join("graph.metta"), graph::expressions(&names, &edges))?;
        std::fs::write(directory.join("queries.metta"), graph::expressions(&names, &queries::edges()))?;
        let asked: Vec<String> = queries::asked().iter().filter_map(|at| names.get(*at).cloned()).collect();
        std::fs::write(directory.join("queries.nodes"), asked.join("\n"))?;
    }
    figures.extend(measure::all(options.runs, options.only.as_deref())?);
    if options.only.as_deref().is_none_or(|only| only == "queries") {
        figures.extend(queries::all(options.runs)?);
    }
    if let Some(file) = &options.growth {
        figures.extend(growth::to_ten_million(file)?);
    }
    println!("{{");
    let last = figures.len().saturating_sub(1);
    for (at, (name, figure)) in figures.iter().enumerate() {
        println!("  \"{name}\": {figure:.3}{}", if at == last { "" } else { "," });
    }
    println!("}}");
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
