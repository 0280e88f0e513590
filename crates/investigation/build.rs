//! Packs the example incident, kept as text in `examples/checkout-outage`, into the archive that the program carries.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const EXAMPLE: &str = "../../examples/checkout-outage";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={EXAMPLE}");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?);
    let archive = fs::File::create(out.join("incident.tar.zst"))?;
    let mut tar = tar::Builder::new(zstd::Encoder::new(archive, 19)?);
    for path in files(Path::new(EXAMPLE))? {
        let name = path.strip_prefix(EXAMPLE).map_err(io::Error::other)?;
        let bytes = fs::read(&path)?;
        // Nothing of this machine goes into the archive: the same files give the same bytes.
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_cksum();
        tar.append_data(&mut header, name, bytes.as_slice())?;
    }
    tar.into_inner()?.finish()?;
    Ok(())
}

/// All files below a directory, in path order.
fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut entries = fs::read_dir(directory)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
