//! Lists the shipped rule files for embedding: `rules/**/*.rules` in path order, and `rules/calibration.json`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = manifest.join("../../rules");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("[\n");
    for file in &files {
        let shown = file.strip_prefix(&root).unwrap_or(file).display().to_string();
        let path = file.display().to_string();
        let _ = writeln!(code, "    (include_str!({path:?}), {:?}),", format!("rules/{shown}"));
    }
    code.push_str("]\n");
    let calibration = root.join("calibration.json");
    let learned = if calibration.is_file() { fs::read_to_string(&calibration)? } else { String::from("{}") };
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("rules.in"), code)?;
    fs::write(out.join("calibration.json"), learned)
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(directory) else { return Ok(()) };
    println!("cargo:rerun-if-changed={}", directory.display());
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rules") {
            println!("cargo:rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
