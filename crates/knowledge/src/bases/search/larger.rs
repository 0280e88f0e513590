//! Searching a base that is larger than memory: by its index, and by what lies beside what is found.

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Handle, Space};
use oriel_identity::Context;
use oriel_storage::KnowledgeBase;

use super::{BESIDE, Hit, Hits, Search, hit, within};
use crate::bases::{At, Selection, on_stored, part};
use crate::edges::Edge;
use crate::error::Result;
use crate::graph::{Graph, node};
use crate::part::{Atoms, Beside, Grown, Wanted, beside};
use crate::search::{Asked, is_kept, kept_parts, near_marks, ranked};
use crate::service::Knowledge;
use crate::work::{LOOKING, looking};

/// Links of a node that are looked at first for its edges; of more, eight times as many, and so on.
const FEW: usize = 32;

/// As [`super::search()`], of the newest version; none where another is asked for.
pub(super) async fn search(
    context: &Context,
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    version: Option<u64>,
    (search, asked): (&Search, Asked),
) -> Result<Option<Hits>> {
    if version.is_some_and(|version| version != base.version) {
        return Ok(None);
    }
    let (base, ready) = knowledge.indexed_unloaded(base).await?;
    let version = ready.version;
    let marks = match &search.near {
        Some((near, hops)) => {
            let around = Selection { around: vec![near.clone()], hops: *hops as u32, ..Selection::default() };
            let view = part(context, knowledge, &base.name, At::Version(version), &around).await?;
            let (begin, hops) = (node(&view.space, "near", near)?, (*hops, search.through_classes));
            Some(looking(move |cancel| near_marks(&view.space, &within(&view.space, begin, hops, &cancel))).await?)
        }
        None => None,
    };
    let limit = search.limit;
    let found = looking(move |cancel| ranked(&ready, &asked, marks.as_ref(), limit, &cancel)).await??;
    let best = found.best;
    let show = move |mut grown: Grown, cancel: &Cancel| {
        best.iter().filter_map(|(kept, score)| shown(&mut grown, kept, *score, cancel).transpose()).collect()
    };
    let hits: Option<Vec<Hit>> = on_stored(knowledge, &base, (version, LOOKING), show).await?;
    Ok(hits.map(|hits| Hits { version, found: found.found, hits }))
}

/// What was found, with some of its edges.
fn shown(atoms: &mut dyn Atoms, kept: &str, score: f64, cancel: &Cancel) -> Result<Option<Hit>> {
    let Some(place) = place_of(atoms, kept)? else { return Ok(None) };
    let mut most = FEW;
    loop {
        let Beside { space, node, last } = beside(atoms, place, most, cancel)?;
        if last.is_none_or(|last| edges_until(&space, node, last, cancel) >= BESIDE) {
            return Ok(Some(hit(&space, node, score, cancel)));
        }
        most = most.saturating_mul(8);
    }
}

/// How many edges a node has by its links up to one.
fn edges_until(space: &Space, node: Handle, last: Handle, cancel: &Cancel) -> usize {
    let none = std::collections::HashSet::new();
    let graph = Graph { space, directed: false, relations: &none, through_classes: true, cancel };
    let by = |edge: &Edge| {
        let joined = space.outgoing(edge.carrier);
        // A relation stands above the pair that joins the node.
        if joined.contains(&node) { Some(edge.carrier) } else { joined.get(1).copied() }
    };
    graph.beside(node).iter().filter(|(_, edge)| by(edge).is_some_and(|link| link <= last)).count()
}

/// Where a node stands that an index kept.
fn place_of(atoms: &mut dyn Atoms, kept: &str) -> Result<Option<u32>> {
    let mut apart = atoms.empty();
    let Some((name, of)) = kept_parts(kept) else { return Ok(None) };
    let Ok(of) = apart.types().named(of) else { return Ok(None) };
    if is_kept(&apart, (of, name), kept) {
        let node = apart.node(of, name)?;
        let mut wanted = Wanted::default();
        let number = wanted.add(&apart, node).unwrap_or_default();
        return Ok(atoms.find(&wanted)?.get(number as usize).copied().flatten());
    }
    long(atoms, &apart, of, kept)
}

/// The same of a long name, of which an index keeps a part: such names are few, and looked for.
fn long(atoms: &mut dyn Atoms, empty: &Space, of: AtomType, kept: &str) -> Result<Option<u32>> {
    for place in atoms.of_types(&[of])? {
        if let crate::part::What::Node(name) = atoms.record(place)?.what
            && is_kept(empty, (of, &name), kept)
        {
            return Ok(Some(place));
        }
    }
    Ok(None)
}
