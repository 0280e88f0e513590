//! Finding nodes by words.
//!
//! The words of a node are those of its name and of its texts (values that are texts). Nodes are ranked by BM25 (Robertson,
//! Walker, Jones, Hancock-Beaulieu, Gatford, *Okapi at TREC-3*, 1994; k1 = 1.2, b = 0.75): a word counts the more the fewer
//! nodes have it, and the less the more words its node has. There is no index: each search goes through the nodes of the
//! version that is asked, so it is right for every version and costs nothing when a base changes.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Handle, Space, Value};
use oriel_identity::Context;
use serde::Serialize;

use super::{At, read};
use crate::error::{KnowledgeError, Result};
use crate::graph::{Graph, node};
use crate::service::Knowledge;
use crate::work::looking;

const K1: f64 = 1.2;
const B: f64 = 0.75;
/// Words of one search at most.
const WORDS: usize = 64;
/// Edges shown beside a hit.
const BESIDE: usize = 5;

/// What to search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// At which version.
    pub at: At,
    /// The words.
    pub words: String,
    /// How many hits at most.
    pub limit: usize,
    /// Only what lies within so many edges of this node.
    pub near: Option<(String, usize)>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hits {
    /// The version that was searched.
    pub version: u64,
    /// How many nodes have any of the words.
    pub found: usize,
    /// The best of them, best first.
    pub hits: Vec<Hit>,
}

/// A node that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The node, with what it carries.
    pub atom: String,
    /// How well it fits: above 0, without a scale; to be compared within one answer.
    pub score: f64,
    /// Some of the edges that it has.
    pub edges: Vec<String>,
}

/// The nodes that fit some words best.
pub async fn search(context: &Context, knowledge: &Knowledge, name: &str, search: &Search) -> Result<Hits> {
    let view = read(context, knowledge, name, search.at).await?;
    let mut words = Vec::new();
    split(&search.words, &mut |word| words.push(word));
    words.sort_unstable();
    words.dedup();
    if words.is_empty() || words.len() > WORDS {
        return Err(KnowledgeError::invalid("words", format!("write one word to {WORDS}, of letters and digits")));
    }
    let near = match &search.near {
        Some((near, hops)) => Some((node(&view.space, "near", near)?, *hops)),
        None => None,
    };
    let (version, limit) = (view.version, search.limit);
    let found = looking(move |cancel| {
        let within = near.map(|(node, hops)| within(&view.space, node, hops, &cancel));
        let ranked = ranked(&view.space, &words, within.as_ref(), &cancel);
        let shown = ranked.iter().take(limit).map(|(atom, score)| hit(&view.space, *atom, *score, &cancel));
        (ranked.len(), shown.collect())
    });
    let (found, hits) = found.await?;
    Ok(Hits { version, found, hits })
}

/// Passes on the words of a text: runs of letters and digits in lower case, cut where a lower-case letter is followed by one
/// in upper case.
fn split(text: &str, each: &mut impl FnMut(String)) {
    let mut word = String::new();
    let mut before_is_lower = false;
    for letter in text.chars() {
        let cut = !letter.is_alphanumeric() || (before_is_lower && letter.is_uppercase());
        if cut && !word.is_empty() {
            each(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        before_is_lower = letter.is_lowercase();
    }
    if !word.is_empty() {
        each(word);
    }
}

/// How often a node has each of the words, and how many words it has.
fn counted(space: &Space, node: Handle, words: &[String]) -> (Vec<u32>, u32) {
    let (mut counts, mut all) = (vec![0; words.len()], 0);
    let mut count = |word: String| {
        all += 1;
        if let Ok(at) = words.binary_search(&word)
            && let Some(count) = counts.get_mut(at)
        {
            *count += 1;
        }
    };
    split(space.name(node).unwrap_or_default(), &mut count);
    for (_, value) in space.values(node) {
        match value {
            Value::String(text) => split(text, &mut count),
            Value::Strings(texts) => texts.iter().for_each(|text| split(text, &mut count)),
            _ => {}
        }
    }
    (counts, all)
}

fn ranked(space: &Space, words: &[String], within: Option<&BTreeSet<Handle>>, cancel: &Cancel) -> Vec<(Handle, f64)> {
    let (mut fits, mut having) = (Vec::new(), vec![0_u32; words.len()]);
    let (mut nodes, mut length) = (0_u64, 0_u64);
    let searched = |atom: &Handle| {
        let of = space.type_of(*atom).filter(|of| of.is_node());
        of.is_some_and(|of| !space.types().is_a(of, AtomType::VARIABLE))
    };
    for atom in space.handles().filter(searched).take_while(|_| !cancel.is_cancelled()) {
        let (counts, all) = counted(space, atom, words);
        nodes += 1;
        length += u64::from(all);
        let mut any = false;
        for (having, count) in having.iter_mut().zip(&counts) {
            *having += u32::from(*count > 0);
            any |= *count > 0;
        }
        if any && within.is_none_or(|within| within.contains(&atom)) {
            fits.push((atom, counts, all));
        }
    }
    let mean = length as f64 / (nodes as f64).max(1.0);
    let rarity: Vec<f64> = having
        .iter()
        .map(|having| (1.0 + (nodes as f64 - f64::from(*having) + 0.5) / (f64::from(*having) + 0.5)).ln())
        .collect();
    let score = |counts: &[u32], all: u32| -> f64 {
        let length = K1 * (1.0 - B + B * f64::from(all) / mean);
        let word =
            |(count, rarity): (&u32, &f64)| rarity * f64::from(*count) * (K1 + 1.0) / (f64::from(*count) + length);
        counts.iter().zip(&rarity).map(word).sum()
    };
    let mut ranked: Vec<(Handle, f64)> = fits.iter().map(|(atom, counts, all)| (*atom, score(counts, *all))).collect();
    // Ties stay in the order of addition.
    ranked.sort_by(|one, two| two.1.total_cmp(&one.1));
    ranked
}

/// What lies within so many edges of a node, itself included.
fn within(space: &Space, node: Handle, hops: usize, cancel: &Cancel) -> BTreeSet<Handle> {
    let none = HashSet::new();
    let graph = Graph { space, directed: false, relations: &none, cancel };
    let mut distance: HashMap<Handle, usize> = HashMap::from([(node, 0)]);
    let mut open = VecDeque::from([node]);
    while let Some(at) = open.pop_front() {
        let on = distance.get(&at).copied().unwrap_or_default() + 1;
        if on > hops {
            break;
        }
        for (next, _) in graph.beside(at) {
            if let Entry::Vacant(new) = distance.entry(next) {
                new.insert(on);
                open.push_back(next);
            }
        }
    }
    distance.into_keys().collect()
}

fn hit(space: &Space, atom: Handle, score: f64, cancel: &Cancel) -> Hit {
    let none = HashSet::new();
    let graph = Graph { space, directed: false, relations: &none, cancel };
    let edges = graph.beside(atom).into_iter().take(BESIDE).map(|(_, edge)| space.show_bare(edge.carrier)).collect();
    Hit { atom: space.show(atom), score, edges }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        split(text, &mut |word| words.push(word));
        words
    }

    #[test]
    fn a_text_is_cut_into_words() {
        assert_eq!(
            words("cartService http://x.example/Größe-2"),
            ["cart", "service", "http", "x", "example", "größe", "2"]
        );
        assert_eq!(words("HTTPServer  --- "), ["httpserver"]);
        assert!(words("…!").is_empty());
    }

    #[test]
    fn a_score_is_as_the_formula_says() {
        let mut space = Space::new();
        space.load("(Concept \"cart service\") (Concept \"cart\") (Concept \"mail service of the shop\")").unwrap();
        let found = ranked(&space, &["cart".to_owned()], None, &Cancel::new());
        // Three nodes of 2, 1 and 5 words, two of which have the word: idf = ln(1 + 1.5 / 2.5).
        let idf = (1.0_f64 + 1.5 / 2.5).ln();
        let mean = 8.0 / 3.0;
        let score = |length: f64| idf * 2.2 / (1.0 + 1.2 * (0.25 + 0.75 * length / mean));
        let expected = [score(1.0), score(2.0)];
        assert_eq!(found.len(), 2);
        for ((_, score), expected) in found.iter().zip(expected) {
            assert!((score - expected).abs() < 1e-12, "{score} {expected}");
        }
        assert_eq!(space.name(found[0].0), Some("cart"));
    }
}
