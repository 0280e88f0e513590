//! Which nodes fit, and how well.
//!
//! BM25 (Robertson, Walker, Jones, Hancock-Beaulieu, Gatford, *Okapi at TREC-3*, 1994; k1 = 1.2, b = 0.75): a word counts the more the
//! fewer nodes have it, and the less the more words its node has. What it needs to know of all nodes is counted without those
//! that were deleted, and what a node gets for each word is added up in the order of the search, without rounding: an index that was
//! brought up to date and one that was made anew give the same. (A node of more than 40 words has its number of words rounded to
//! seven eighths or better, as the index keeps it in one byte.)

use std::cmp::Ordering;
use std::collections::BTreeSet;

use oriel_atomspace::query::Cancel;
use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::columnar::StrColumn;
use tantivy::query::{
    Bm25StatisticsProvider, BoostQuery, DisjunctionMaxQuery, EnableScoring, PhraseQuery, Query, TermQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet as _, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::asked::{Asked, Clause};
use super::fields::{NEAR, NODE};
use super::index::Ready;

/// Words that a beginning may stand for.
const BEGINNINGS: usize = 1_000;
/// What a word that only begins as asked counts, where the word itself counts 1.
const BEGUN: Score = 0.5;
/// Nodes between two looks at whether to go on.
const STRIDE: u32 = 4_096;

/// Why a search was not done.
#[derive(Debug)]
pub(super) enum Unranked {
    /// The time is up.
    Cancelled,
    /// Too many words begin so; the column of the `*`.
    TooMany { with: String, column: usize },
    /// The index cannot be read.
    Failed(TantivyError),
}

impl From<TantivyError> for Unranked {
    fn from(error: TantivyError) -> Self {
        Self::Failed(error)
    }
}

impl From<std::io::Error> for Unranked {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// What fits.
#[derive(Debug)]
pub(crate) struct Ranked {
    /// How many nodes do.
    pub(crate) found: usize,
    /// The best, as an index keeps them, each with how well it fits: the best first, then by name.
    pub(crate) best: Vec<(String, f64)>,
}

/// The nodes that fit best, of those in `within`, if given.
pub(super) fn ranked(
    ready: &Ready,
    asked: &Asked,
    within: Option<&FxHashSet<u64>>,
    limit: usize,
    cancel: &Cancel,
) -> Result<Ranked, Unranked> {
    let weights = |clauses: &[Clause]| -> Result<Vec<Box<dyn Weight>>, Unranked> {
        clauses.iter().map(|clause| weight(ready, clause, cancel)).collect()
    };
    let (wanted, unwanted) = (weights(&asked.wanted)?, weights(&asked.unwanted)?);
    let mut all = Ranked { found: 0, best: Vec::new() };
    for segment in ready.searcher.segment_readers() {
        let part = Part { segment, within, limit, cancel };
        let (found, best) = part.ranked(&wanted, &unwanted)?;
        all.found += found;
        all.best.extend(best);
    }
    all.best.sort_by(|one, two| two.1.total_cmp(&one.1).then_with(|| one.0.cmp(&two.0)));
    all.best.truncate(limit);
    Ok(all)
}

/// A part of the search, which knows how many nodes have its words.
fn weight(ready: &Ready, clause: &Clause, cancel: &Cancel) -> Result<Box<dyn Weight>, Unranked> {
    let mut known = Known { nodes: ready.nodes, words: ready.words, having: FxHashMap::default() };
    let query = known.query(ready, clause, cancel)?;
    Ok(query.weight(EnableScoring::enabled_from_statistics_provider(&known, &ready.searcher))?)
}

/// One part of an index, being searched.
struct Part<'a> {
    segment: &'a SegmentReader,
    within: Option<&'a FxHashSet<u64>>,
    limit: usize,
    cancel: &'a Cancel,
}

impl Part<'_> {
    fn ranked(
        &self,
        wanted: &[Box<dyn Weight>],
        unwanted: &[Box<dyn Weight>],
    ) -> Result<(usize, Vec<(String, f64)>), Unranked> {
        let mut fits = BitSet::with_max_value(self.segment.max_doc());
        // Single precision is summed in double: no order of adding up gives anything else.
        let mut scores = vec![0.0_f64; self.segment.max_doc() as usize];
        for weight in wanted {
            self.each(weight.as_ref(), &mut |document, score| {
                fits.insert(document);
                if let Some(sum) = scores.get_mut(document as usize) {
                    *sum += f64::from(score);
                }
            })?;
        }
        for weight in unwanted {
            self.each(weight.as_ref(), &mut |document, _| fits.remove(document))?;
        }
        let nodes = self.segment.fast_fields().str(NODE)?;
        let Some(nodes) = nodes.filter(|_| fits.len() > 0) else { return Ok((0, Vec::new())) };
        let near = self.segment.fast_fields().u64(NEAR)?;
        let is_near = |document: DocId| {
            self.within.is_none_or(|within| near.first(document).is_some_and(|near| within.contains(&near)))
        };
        let mut found: Vec<(f64, u64)> = Vec::new();
        for (document, score) in scores.iter().enumerate() {
            let document = document as DocId;
            if document.is_multiple_of(STRIDE) && self.cancel.is_cancelled() {
                return Err(Unranked::Cancelled);
            }
            if fits.contains(document) && is_near(document) {
                found.push((*score, nodes.ords().first(document).unwrap_or_default()));
            }
        }
        Ok((found.len(), named(&nodes, best(found, self.limit))?))
    }

    /// Passes on what a part of the search finds, without what was deleted.
    fn each(&self, weight: &dyn Weight, take: &mut dyn FnMut(DocId, Score)) -> Result<(), Unranked> {
        let mut scorer = weight.scorer(self.segment, 1.0)?;
        let mut seen = 0_u32;
        let mut document = scorer.doc();
        while document != TERMINATED {
            seen += 1;
            if seen.is_multiple_of(STRIDE) && self.cancel.is_cancelled() {
                return Err(Unranked::Cancelled);
            }
            if !self.segment.is_deleted(document) {
                take(document, scorer.score());
            }
            document = scorer.advance();
        }
        Ok(())
    }
}

/// The best with what an index keeps of them.
fn named(nodes: &StrColumn, best: Vec<(f64, u64)>) -> Result<Vec<(String, f64)>, Unranked> {
    let mut named = Vec::with_capacity(best.len());
    for (score, at) in best {
        let mut name = String::new();
        nodes.ord_to_str(at, &mut name)?;
        named.push((name, score));
    }
    Ok(named)
}

/// The best of a part. Its nodes are numbered in the order of their names.
fn best(mut found: Vec<(f64, u64)>, limit: usize) -> Vec<(f64, u64)> {
    let order = |one: &(f64, u64), two: &(f64, u64)| -> Ordering { two.0.total_cmp(&one.0).then(one.1.cmp(&two.1)) };
    if limit == 0 {
        return Vec::new();
    }
    if found.len() > limit {
        found.select_nth_unstable_by(limit - 1, order);
        found.truncate(limit);
    }
    found.sort_unstable_by(order);
    found
}

/// What is known of all nodes, and how many have each word that is asked.
struct Known {
    nodes: u64,
    words: u64,
    having: FxHashMap<Term, u64>,
}

impl Bm25StatisticsProvider for Known {
    fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
        Ok(self.words)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.nodes)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        Ok(self.having.get(term).copied().unwrap_or_default())
    }
}

impl Known {
    /// A part of the search as a query, once it is known how many nodes have its words.
    fn query(&mut self, ready: &Ready, clause: &Clause, cancel: &Cancel) -> Result<Box<dyn Query>, Unranked> {
        match clause {
            Clause::Word(word) => self.word(ready, ready.fields.word(word)),
            Clause::Phrase(words) => {
                let terms: Vec<Term> = words.iter().map(|word| ready.fields.word(word)).collect();
                for term in &terms {
                    self.count(ready, term)?;
                }
                Ok(Box::new(PhraseQuery::new(terms)))
            }
            Clause::Begins { with, star } => match (beginning(ready, with, cancel)?, star) {
                (Some((terms, having)), _) => Ok(self.any(&ready.fields.word(with), terms, having)),
                (None, Some(column)) => Err(Unranked::TooMany { with: with.clone(), column: *column }),
                (None, None) => self.word(ready, ready.fields.word(with)),
            },
        }
    }

    fn word(&mut self, ready: &Ready, term: Term) -> Result<Box<dyn Query>, Unranked> {
        self.count(ready, &term)?;
        Ok(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
    }

    fn count(&mut self, ready: &Ready, term: &Term) -> Result<(), Unranked> {
        if !self.having.contains_key(term) {
            let counts = ready.searcher.segment_readers().iter().map(|segment| count(segment, term));
            self.having.insert(term.clone(), counts.sum::<Result<u64, TantivyError>>()?);
        }
        Ok(())
    }

    /// Any of some words, all of which count as one that so many nodes have: a rare one is no better for being rare.
    fn any(&mut self, itself: &Term, terms: Vec<Term>, having: u64) -> Box<dyn Query> {
        let queries = terms.into_iter().map(|term| -> Box<dyn Query> {
            let is_itself = term == *itself;
            self.having.insert(term.clone(), having);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            if is_itself { Box::new(query) } else { Box::new(BoostQuery::new(Box::new(query), BEGUN)) }
        });
        Box::new(DisjunctionMaxQuery::new(queries.collect()))
    }
}

/// How many nodes have a word, without those that were deleted.
pub(super) fn count(segment: &SegmentReader, term: &Term) -> Result<u64, TantivyError> {
    let inverted = segment.inverted_index(term.field())?;
    if !segment.has_deletes() {
        return Ok(u64::from(inverted.doc_freq(term)?));
    }
    let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else { return Ok(0) };
    let (mut found, mut document) = (0, postings.doc());
    while document != TERMINATED {
        found += u64::from(!segment.is_deleted(document));
        document = postings.advance();
    }
    Ok(found)
}

/// The words that begin so, and how many nodes have any of them; none where they are too many.
fn beginning(ready: &Ready, with: &str, cancel: &Cancel) -> Result<Option<(Vec<Term>, u64)>, Unranked> {
    let (mut terms, mut having) = (BTreeSet::new(), 0);
    for segment in ready.searcher.segment_readers() {
        let inverted = segment.inverted_index(ready.fields.words)?;
        let mut nodes = BitSet::with_max_value(segment.max_doc());
        let mut stream = inverted.terms().range().ge(with).into_stream()?;
        while let Some((word, found)) = stream.next() {
            if !word.starts_with(with.as_bytes()) {
                break;
            }
            if cancel.is_cancelled() {
                return Err(Unranked::Cancelled);
            }
            let mut postings = inverted.read_postings_from_terminfo(found, IndexRecordOption::Basic)?;
            let (mut any, mut document) = (false, postings.doc());
            while document != TERMINATED {
                if !segment.is_deleted(document) {
                    any = true;
                    nodes.insert(document);
                }
                document = postings.advance();
            }
            if any {
                terms.insert(word.to_vec());
            }
            if terms.len() > BEGINNINGS {
                return Ok(None);
            }
        }
        having += nodes.len() as u64;
    }
    let word = |word: Vec<u8>| ready.fields.word(&String::from_utf8_lossy(&word));
    Ok(Some((terms.into_iter().map(word).collect(), having)))
}

#[cfg(test)]
mod tests {
    use oriel_atomspace::space::{AtomType, Space};

    use super::super::asked::understood;
    use super::super::fields;
    use super::super::index::{Place, Touched};
    use super::*;

    fn space(names: &[&str]) -> Space {
        let mut space = Space::new();
        for name in names {
            space.node(AtomType::CONCEPT, name).unwrap();
        }
        space
    }

    fn index(space: &Space) -> Ready {
        Ready::make(&Place::Memory(usize::MAX), space, (1, "hash"), &|| false).unwrap().0
    }

    fn found(ready: &Ready, words: &str) -> Vec<(String, f64)> {
        let ranked = ranked(ready, &understood(words).unwrap(), None, 10, &Cancel::new()).unwrap();
        assert_eq!(ranked.found, ranked.best.len());
        let name = |kept: String| kept.split('\u{1}').next().unwrap().to_owned();
        ranked.best.into_iter().map(|(kept, score)| (name(kept), score)).collect()
    }

    /// What BM25 gives a word that so many of all nodes have, in a node that has it so often among so many words.
    fn bm25((having, nodes): (f64, f64), count: f64, length: f64, mean: f64) -> f64 {
        let rarity = (1.0 + (nodes - having + 0.5) / (having + 0.5)).ln();
        rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / mean))
    }

    fn check(found: &[(String, f64)], expected: &[(&str, f64)]) {
        let mut expected = expected.to_vec();
        expected.sort_by(|one, two| two.1.total_cmp(&one.1));
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, expected.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for ((name, score), (_, expected)) in found.iter().zip(expected) {
            assert!((score / expected - 1.0).abs() < 1e-5, "{name}: {score}, not {expected}");
        }
    }

    const NAMES: [&str; 5] = ["cart service", "cart", "mail service of the shop", "cart carts-cart", "nothing"];

    #[test]
    fn a_score_is_as_the_formula_says() {
        let ready = index(&space(&NAMES));
        // Five nodes of 2, 1, 5, 3 and 1 words.
        let mean = 12.0 / 5.0;
        let cart = |count, length| bm25((3.0, 5.0), count, length, mean);
        check(
            &found(&ready, "\"cart\""),
            &[("cart carts-cart", cart(2.0, 3.0)), ("cart", cart(1.0, 1.0)), ("cart service", cart(1.0, 2.0))],
        );
        let service = |length| bm25((2.0, 5.0), 1.0, length, mean);
        let both = [
            ("cart service", cart(1.0, 2.0) + service(2.0)),
            ("cart carts-cart", cart(2.0, 3.0)),
            ("cart", cart(1.0, 1.0)),
            ("mail service of the shop", service(5.0)),
        ];
        check(&found(&ready, "cart \"service\""), &both);
        check(&found(&ready, "service cart -shop -carts"), &[("cart service", both[0].1), ("cart", both[2].1)]);
    }

    #[test]
    fn a_word_that_only_begins_so_counts_half_and_no_more_for_being_rare() {
        let mut names = NAMES.to_vec();
        names.push("cartography");
        let ready = index(&space(&names));
        let mean = 13.0 / 6.0;
        // Four nodes have a word that begins so.
        let cart = |count, length| bm25((4.0, 6.0), count, length, mean);
        let expected = [
            ("cart carts-cart", cart(2.0, 3.0)),
            ("cart", cart(1.0, 1.0)),
            ("cart service", cart(1.0, 2.0)),
            ("cartography", cart(1.0, 1.0) / 2.0),
        ];
        check(&found(&ready, "cart"), &expected);
        check(&found(&ready, "cart*"), &expected);
    }

    #[test]
    fn what_was_deleted_counts_no_more() {
        let before = index(&space(&NAMES));
        let after = space(&["cart service", "cart", "mail cart cart"]);
        let mut touched = Touched::default();
        for gone in ["mail service of the shop", "cart carts-cart", "nothing"] {
            touched.insert(fields::id(&after, AtomType::CONCEPT, gone), None);
        }
        for node in after.handles() {
            let id = fields::id(&after, AtomType::CONCEPT, after.name(node).unwrap());
            touched.insert(id, Some(node));
        }
        let (followed, _) = before.brought_up(&after, &touched, (2, "other"), &|| false).unwrap();
        let anew = index(&after);
        assert_eq!((followed.nodes, followed.words), (3, 6));
        for words in ["cart", "\"cart\" service", "\"cart cart\"", "mail -cart", "ma ca"] {
            assert_eq!(found(&followed, words), found(&anew, words), "{words}");
        }
        let mean = 2.0;
        let service = bm25((1.0, 3.0), 1.0, 2.0, mean);
        check(&found(&followed, "service"), &[("cart service", service)]);
        assert_eq!(found(&before, "nothing").len(), 1, "who searched before goes on");
    }

    #[test]
    fn only_the_best_are_shown_and_all_are_counted() {
        let names: Vec<String> = (0..300).map(|number| format!("cart {}{number}", "x ".repeat(number % 7))).collect();
        let ready = index(&space(&names.iter().map(String::as_str).collect::<Vec<_>>()));
        let asked = understood("\"cart\"").unwrap();
        let all = ranked(&ready, &asked, None, 1_000, &Cancel::new()).unwrap();
        assert_eq!((all.found, all.best.len()), (300, 300));
        for limit in [0, 1, 43, 44, 299] {
            let some = ranked(&ready, &asked, None, limit, &Cancel::new()).unwrap();
            assert_eq!((some.found, &some.best[..]), (300, &all.best[..limit]));
        }
        let cancelled = Cancel::new();
        cancelled.cancel();
        assert!(matches!(ranked(&ready, &asked, None, 5, &cancelled), Err(Unranked::Cancelled)));
    }

    #[test]
    fn an_index_that_is_too_large_or_stopped_is_none() {
        let space = space(&NAMES);
        let large = Ready::make(&Place::Memory(30), &space, (1, "hash"), &|| false);
        assert!(matches!(large, Err(super::super::IndexError::TooLarge { limit: 30 })));
        let stopped = Ready::make(&Place::Memory(300), &space, (1, "hash"), &|| true);
        assert!(matches!(stopped, Err(super::super::IndexError::Stopped)));
    }
}
