//! Searching a base that is larger than memory: by its index, and by what lies beside what is found.

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Space};
use oriel_identity::Context;
use oriel_storage::KnowledgeBase;

use super::{BESIDE, Hit, Hits, Search, hit, within};
use crate::bases::{At, Selection, on_stored, part};
use crate::error::{KnowledgeError, Result};
use crate::graph::node;
use crate::part::{Atoms, Grown, Wanted, beside};
use crate::search::{Asked, is_kept, kept_parts, near_marks, ranked};
use crate::service::Knowledge;
use crate::work::{LOOKING, go_on, looking};

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
    // A change may have come meanwhile.
    if version.is_some_and(|version| version != ready.version) {
        return Ok(None);
    }
    let version = ready.version;
    let marks = match &search.near {
        Some((near, hops)) => {
            let around = Selection { around: vec![near.clone()], hops: *hops as u32, ..Selection::default() };
            let view = part(context, knowledge, &base.name, At::Version(version), &around).await;
            let view = view.map_err(|error| of_near(error, &around))?;
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

/// An error of what is around a node, as one of the search.
fn of_near(error: KnowledgeError, around: &Selection) -> KnowledgeError {
    let (near, hops) = (around.around.join(" "), around.hops);
    match error {
        KnowledgeError::Invalid { field: "most", .. } => KnowledgeError::invalid(
            "near",
            format!(
                "within {hops} hops of `{near}` are more than {} atoms, and in a base that is larger than memory no more are looked \
                 at: allow fewer hops, or name another node",
                around.most
            ),
        ),
        KnowledgeError::Invalid { message, .. } => KnowledgeError::invalid("near", message),
        other => other,
    }
}

/// What was found, with some of its edges.
fn shown(atoms: &mut dyn Atoms, kept: &str, score: f64, cancel: &Cancel) -> Result<Option<Hit>> {
    let Some(place) = place_of(atoms, kept, cancel)? else { return Ok(None) };
    let (space, node) = beside(atoms, place, BESIDE, cancel)?;
    Ok(Some(hit(&space, node, score, cancel)))
}

/// Where a node stands that an index kept.
fn place_of(atoms: &mut dyn Atoms, kept: &str, cancel: &Cancel) -> Result<Option<u32>> {
    let mut apart = atoms.empty();
    let Some((name, of)) = kept_parts(kept) else { return Ok(None) };
    let Ok(of) = apart.types().named(of) else { return Ok(None) };
    if is_kept(&apart, (of, name), kept) {
        let node = apart.node(of, name)?;
        let mut wanted = Wanted::default();
        let number = wanted.add(&apart, node).unwrap_or_default();
        return Ok(atoms.find(&wanted)?.get(number as usize).copied().flatten());
    }
    long(atoms, &apart, (of, kept), cancel)
}

/// The same of a long name, of which an index keeps a part: such names are few, and looked for.
fn long(atoms: &mut dyn Atoms, empty: &Space, (of, kept): (AtomType, &str), cancel: &Cancel) -> Result<Option<u32>> {
    for place in atoms.of_types(&[of])? {
        go_on(cancel)?;
        if let crate::part::What::Node(name) = atoms.record(place)?.what
            && is_kept(empty, (of, &name), kept)
        {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::part::Held;

    #[test]
    fn a_long_name_is_not_looked_for_when_nobody_waits() {
        let mut space = Space::new();
        space.load("(Concept \"a\") (Concept \"b\")").unwrap();
        let empty = Space::with_types(space.types());
        let look = |cancel: &Cancel| long(&mut Held(&space), &empty, (AtomType::CONCEPT, "Concept c"), cancel);
        let cancel = Cancel::new();
        assert!(look(&cancel).unwrap().is_none());
        cancel.cancel();
        assert!(look(&cancel).is_err());
    }

    #[test]
    fn what_is_wrong_around_a_node_is_told_of_the_field_that_names_it() {
        let around = Selection { around: vec!["web".to_owned()], hops: 3, ..Selection::default() };
        for field in ["most", "around"] {
            let error = of_near(KnowledgeError::invalid(field, "it has too many"), &around);
            assert!(matches!(&error, KnowledgeError::Invalid { field: "near", .. }), "{error:?}");
            let says = error.to_string();
            assert!(field != "most" || (says.contains("3 hops of `web`") && says.contains("fewer hops")), "{says}");
        }
    }
}
