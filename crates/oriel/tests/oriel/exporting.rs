//! Exports that are broken off.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::knowledge::done;

/// Bytes that the process below may write to one file.
const ROOM: u64 = 2 << 20;

/// An export that is killed when it has written so much leaves what was there before, and nothing under that name where nothing was.
#[test]
fn an_export_that_is_killed_leaves_no_part_under_its_name() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (data, text, out) = (path("data"), path("shop.scm"), path("out.scm"));
    let mut all = String::new();
    for number in 0..30_000 {
        writeln!(all, "(Concept \"{}{number}\")", "a name that can be packed well ".repeat(6))?;
    }
    assert!(all.len() as u64 > 2 * ROOM);
    fs::write(&text, &all)?;
    done(&data, &["create", "shop"])?;
    done(&data, &["load", "shop", &text])?;
    let export = |blocks: u64| {
        let binary = env!("CARGO_BIN_EXE_oriel");
        let script = format!("ulimit -c 0; ulimit -f {blocks}; exec \"$@\"");
        let arguments = ["knowledge", "export", "shop", "--out", &out, "--data-dir", &data];
        Command::new("bash").args(["-c", &script, "bash", binary]).args(arguments).output()
    };
    // In blocks of 1,024 bytes.
    for before in [None, Some("what was there")] {
        before.map(|before| fs::write(&out, before)).transpose()?;
        let killed = export(ROOM / 1_024)?;
        assert!(!killed.status.success(), "{killed:?}");
        assert_eq!(fs::read_to_string(&out).ok().as_deref(), before);
    }
    let whole = export(1 << 20)?;
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    assert_eq!(fs::read_to_string(&out)?, all);
    Ok(())
}
