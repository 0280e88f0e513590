//! Writes an incident whose logs are as large as is wanted, to measure what large logs cost. Everything in it is invented.
//!
//! Usage: `cargo run --release -p oriel-evidence --example large_log -- DIRECTORY [MEGABYTES] [none|few|fresh|twice|visits]`
//!
//! Four services log lines of about 150 bytes over one hour; one of them begins to fail in the middle. The last argument says
//! what ids the lines carry: `none`; one of a `few` hundred; one of its own in each line (`fresh`); one that comes `twice`,
//! half of the log apart; or one that four lines in a row of three services share (`visits`).

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

/// 2026-05-04T10:00:00Z is the first moment; the hour is the log's.
const DAY: &str = "2026-05-04T10:";
const SECONDS: f64 = 3600.0;
const SERVICES: [&str; 4] = ["gateway", "orders", "stock", "billing"];
/// About the bytes of a line.
const LINE: u64 = 141;

/// What ids the lines carry.
#[derive(Clone, Copy)]
enum Ids {
    None,
    Few,
    Fresh,
    Twice,
    Visits,
}

impl Ids {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::None,
            "few" => Self::Few,
            "fresh" => Self::Fresh,
            "twice" => Self::Twice,
            "visits" => Self::Visits,
            _ => return None,
        })
    }

    /// The number of the id of a line, of so many lines.
    fn of(self, line: u64, lines: u64) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Few => Some(line % 300),
            Self::Fresh => Some(line),
            Self::Twice => Some(line % lines.div_ceil(2)),
            Self::Visits => Some(line / 4),
        }
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |at: usize| words.get(at).map(String::as_str);
    let (Some(out), Ok(megabytes), Some(ids)) =
        (word(0), word(1).unwrap_or("1024").parse::<u64>(), Ids::named(word(2).unwrap_or("fresh")))
    else {
        let _ = writeln!(std::io::stderr(), "usage: large_log DIRECTORY [MEGABYTES] [none|few|fresh|twice|visits]");
        return ExitCode::from(2);
    };
    match write(Path::new(out), (megabytes << 20) / LINE, ids) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "cannot write to {out}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(out: &Path, lines: u64, ids: Ids) -> std::io::Result<()> {
    let logs = out.join("logs");
    fs::create_dir_all(&logs)?;
    let incident = format!("title = \"Orders fail\"\nstart = \"{DAY}30:00Z\"\nservices = [\"gateway\"]\n");
    fs::write(out.join("incident.toml"), incident)?;
    fs::write(out.join("topology.csv"), "caller,callee\ngateway,orders\norders,stock\norders,billing\n")?;
    let open = |name: &str| File::create(logs.join(format!("{name}.log"))).map(BufWriter::new);
    let mut files = SERVICES.into_iter().map(open).collect::<std::io::Result<Vec<_>>>()?;
    for line in 0..lines {
        // Four lines of a request: the gateway's first and last, and between them those of two others.
        let service = match line % 4 {
            0 | 3 => 0,
            1 => 1,
            _ => 2 + usize::from(mixed(line).is_multiple_of(2)),
        };
        if let Some(file) = files.get_mut(service) {
            one(file, service, line, lines, ids.of(line, lines))?;
        }
    }
    files.iter_mut().try_for_each(Write::flush)
}

/// Writes one line of a service.
fn one(file: &mut impl Write, service: usize, line: u64, lines: u64, id: Option<u64>) -> std::io::Result<()> {
    let at = line as f64 / lines as f64 * SECONDS;
    let (minute, second) = ((at / 60.0).floor(), at % 60.0);
    let draw = mixed(line);
    write!(file, "{DAY}{minute:02.0}:{second:09.6}Z ")?;
    let fails = service == 2 && at > SECONDS / 2.0 && draw.is_multiple_of(3);
    match (fails, line % 4) {
        (true, _) => write!(file, "ERROR shelf.go:31 cannot reserve item {}: the shelf is locked", draw % 90_000)?,
        (_, 0) => write!(file, "INFO handler.go:87 received GET /items/{} of {} bytes", draw % 90_000, draw % 977)?,
        (_, 1) => {
            write!(
                file,
                "DEBUG cache.go:12 looked up key item-{} and found it after {} us",
                draw % 90_000,
                draw % 997
            )?;
        }
        (_, 2) => {
            write!(file, "INFO store.go:204 wrote {} rows of {} bytes to table reservations", draw % 17, draw % 4099)?;
        }
        _ if draw.is_multiple_of(40) => write!(file, "WARN pool.go:55 waited {} ms for a connection", draw % 300)?,
        _ => write!(file, "INFO handler.go:91 served it with status=200 and {} items in {} ms", draw % 7, draw % 977)?,
    }
    match id {
        Some(id) => writeln!(file, " request_id={}", uuid(id))?,
        None => writeln!(file, " in region north-2 of the second cluster of this company")?,
    }
    Ok(())
}

/// A version 4 UUID, drawn by the number of an id.
fn uuid(id: u64) -> String {
    let (high, low) = (mixed(id.wrapping_mul(2) + 1), mixed(id.wrapping_mul(2) + 2));
    let digits = format!("{high:016x}{:016x}", low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-{}-{}", part(0, 8), part(8, 12), part(13, 16), part(16, 20), part(20, 32))
}

/// A number that looks random (SplitMix64, Steele et al., "Fast splittable pseudorandom number generators", OOPSLA 2014).
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
