//! Throws mutated texts at the reader for a given time, and checks that it neither fails nor takes what it should refuse.
//!
//! `cargo run --release -p oriel-atomspace --example fuzz_text -- SECONDS [CORPUS]`
//!
//! Starts from the texts in CORPUS (`crates/atomspace/tests/corpus`), cuts, copies, splices and flips them, and keeps what
//! makes the reader say something new: a message that no text led to before, or another number of atoms. What is kept is
//! written to the corpus, which the tests replay. A text that was read must be written and read back as the same.
#![expect(clippy::print_stdout, reason = "the outcome is printed")]

use oriel_atomspace::space::{Limits, Space};
use std::collections::HashSet;
use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::time::{Duration, Instant};

const TOKENS: &[&[u8]] = &[
    b"(",
    b")",
    b"\"",
    b"\\",
    b";",
    b"#|",
    b"|#",
    b"\n",
    b" ",
    b"(Concept \"a\")",
    b"(List ",
    b"(Set ",
    b"(Number ",
    b"(stv 0.5 0.9)",
    b"(ctv 1 0 3)",
    b"(itv 0 1 0.9 1)",
    b"(av 1 2 3)",
    b"(define x ",
    b" x ",
    b"(Define (DefinedSchema \"s\") ",
    b"(DefinedSchema \"s\")",
    b"\xef\xbb\xbf",
    b"(alist (cons (Predicate \"k\") ",
    b"(FloatValue 1 -2.5e3)",
    b"(LinkValue ",
    b"(StreamValue 3 0 ",
    b"#t",
    b"'Concept",
    b"\\x41;",
    b"(State ",
    b"(Define ",
    b"(Variable \"$x\")",
    b"(declare-type T Concept)",
    b"(T \"t\")",
    b"(cog-set-value! ",
    b"(cog-set-tv! ",
    b"(use-modules (a))",
    b"+nan.0",
    b"-0.0",
    b"1e309",
    b"99999999999999999999",
    b"\xf0\x9f\xa6\x80",
    b"\xc3",
    b"\x00",
    b"*-TruthValueKey-*",
];

/// Texts in the corpus at most.
const MOST: usize = 400;

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

fn mutated(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut text = corpus.get(random.below(corpus.len())).cloned().unwrap_or_default();
    for _ in 0..=random.below(6) {
        let at = random.below(text.len() + 1);
        let to = (at + random.below(24)).min(text.len());
        match random.below(6) {
            0 => {
                text.drain(at..to);
            }
            1 => {
                let copy = text.get(at..to).unwrap_or_default().to_vec();
                let into = random.below(text.len() + 1);
                text.splice(into..into, copy);
            }
            2 => {
                if let Some(byte) = text.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            3 => {
                let other = corpus.get(random.below(corpus.len())).map(Vec::as_slice).unwrap_or_default();
                let from = random.below(other.len() + 1);
                text.splice(at.., other.get(from..).unwrap_or_default().iter().copied());
            }
            _ => {
                let token = TOKENS.get(random.below(TOKENS.len())).copied().unwrap_or_default();
                text.splice(at..at, token.iter().copied());
            }
        }
    }
    text.truncate(4_096);
    text
}

/// What the reader made of a text: the kind of its message, or how much it read.
fn outcome(text: &[u8]) -> Result<u64, String> {
    let limits = Limits { token: 512, depth: 60, ..Limits::default() };
    let mut space = Space::new();
    let mut hasher = DefaultHasher::new();
    match space.read_text(text, limits) {
        Ok(loaded) => {
            let written = space.dump();
            let mut again = Space::new();
            again.load(&written).map_err(|error| format!("what was written cannot be read: {error}\n{written}"))?;
            if !again.same_content(&space) || again.dump() != written {
                return Err(format!("what was written reads as something else:\n{written}\n{}", again.dump()));
            }
            (loaded.forms.min(4), space.len().min(9), space.valued_len().min(2), space.attended().count().min(1))
                .hash(&mut hasher);
        }
        Err(error) => {
            if !space.is_empty() {
                return Err(format!("a text with an error left something: {}", space.dump()));
            }
            // What a message quotes of the text says nothing new.
            let message = error.to_string();
            let until_quote = |part: &str| part.split(['`', '"']).next().unwrap_or_default().to_owned();
            let parts = [until_quote(&message), until_quote(message.rsplit('`').next().unwrap_or_default())];
            let letters = parts.iter().flat_map(|part| part.chars()).filter(char::is_ascii_lowercase);
            letters.collect::<String>().hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let seconds = words.next().ok_or("say for how many seconds")?.parse()?;
    let directory = words.next().unwrap_or_else(|| "crates/atomspace/tests/corpus".to_owned());
    let mut corpus = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(&directory)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::path);
    for file in files {
        corpus.push(std::fs::read(file.path())?);
    }
    let mut seen = HashSet::new();
    for text in &corpus {
        seen.insert(outcome(text)?);
    }
    let (mut tried, began) = (0_u64, Instant::now());
    let mut random = Random(0x5eed + corpus.len() as u64);
    while began.elapsed() < Duration::from_secs(seconds) {
        let text = mutated(&corpus, &mut random);
        tried += 1;
        let said = outcome(&text).inspect_err(|_| {
            let _ = std::fs::write(Path::new(&directory).join("failing"), &text);
        })?;
        if seen.insert(said) && corpus.len() < MOST {
            std::fs::write(Path::new(&directory).join(format!("{said:016x}")), &text)?;
            corpus.push(text);
        }
    }
    println!(
        "{tried} texts in {seconds} s; {} in the corpus, each with an outcome of its own; nothing failed",
        corpus.len()
    );
    Ok(())
}
