//! Carrying what a frame changed to a space that may have changed too: a three-way merge of base, frame and target.
//!
//! Atoms are matched by what they are, never by handle. Where only the frame changed something, its change is carried out;
//! where both did and not alike, that is a [`Conflict`].

mod conflict;

pub use conflict::{Conflict, ConflictKind, MergeError, Merged, Prefer};

use super::content::{Translator, translated_type};
use super::{AtomType, Changes, Frame, Handle, Space, SpaceError};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

impl Frame {
    /// Carries what the frame changed to `target`: its base, or what has become of it, or any other space. Where both
    /// changed the same, differently, nothing at all is carried out and the conflicts are returned.
    pub fn merge_into(&self, target: &mut Space) -> Result<Merged, MergeError> {
        self.merge(target, None)
    }

    /// As [`Frame::merge_into`], but a conflict is decided for one side, and stated in the result. Two kinds of conflict
    /// are decided for the target whatever is preferred: an atom that is in use there stays, and so does a definition.
    pub fn merge_preferring(&self, target: &mut Space, side: Prefer) -> Result<Merged, MergeError> {
        self.merge(target, Some(side))
    }

    fn merge(&self, target: &mut Space, prefer: Option<Prefer>) -> Result<Merged, MergeError> {
        let changes = self.changes();
        let mut merger = Merger {
            base: self.base(),
            frame: self,
            target,
            next: target.clone(),
            from_base: Translator::new(self.base()),
            from_frame: Translator::new(self),
            left_out: FxHashSet::default(),
            frame_wins: prefer == Some(Prefer::Frame),
            merged: Merged::default(),
        };
        merger.types()?;
        // What goes makes room first: a definition or a state that takes its place could not be made beside it. What
        // goes may be the key of values, which go before it.
        for change in changes.values.iter().filter(|change| change.after.is_none()) {
            merger.carry_value(change)?;
        }
        merger.remove(&changes.removed)?;
        for atom in &changes.added {
            merger.add(*atom)?;
        }
        merger.carry(&changes)?;
        let (next, merged) = (merger.next, merger.merged);
        if prefer.is_none() && !merged.conflicts.is_empty() {
            return Err(MergeError::Conflicts(merged.conflicts));
        }
        *target = next;
        Ok(merged)
    }
}

struct Merger<'a> {
    base: &'a Space,
    frame: &'a Space,
    target: &'a Space,
    /// What the target becomes.
    next: Space,
    from_base: Translator<'a>,
    from_frame: Translator<'a>,
    /// Atoms of the frame that are not carried over.
    left_out: FxHashSet<Handle>,
    frame_wins: bool,
    merged: Merged,
}

impl Merger<'_> {
    fn conflict(&mut self, atom: String, kind: ConflictKind) {
        self.merged.conflicts.push(Conflict { atom, kind });
    }

    fn types(&mut self) -> Result<(), SpaceError> {
        if Arc::ptr_eq(&self.frame.types, &self.next.types) {
            return Ok(());
        }
        for of in self.frame.types.declared() {
            let parents = self.frame.types.parents(of).iter();
            let parents: Option<Vec<AtomType>> =
                parents.map(|parent| translated_type(&self.frame.types, &self.next.types, *parent)).collect();
            self.next.declare_type(&self.frame.types.full_name(of), &parents.unwrap_or_default())?;
        }
        Ok(())
    }

    /// The atom of the frame in what the target becomes; made again where the target removed it and the frame wins.
    fn place(&mut self, atom: Handle) -> Result<Option<Handle>, SpaceError> {
        if let Some(there) = self.from_frame.find(&self.next, atom) {
            return Ok(Some(there));
        }
        if !self.left_out.contains(&atom) {
            self.conflict(self.frame.show_bare(atom), ConflictKind::Gone);
        }
        if !self.frame_wins || self.left_out.contains(&atom) {
            self.left_out.insert(atom);
            return Ok(None);
        }
        // The atoms below come first, since they are older.
        let mut below = FxHashSet::default();
        let mut open = vec![atom];
        while let Some(next) = open.pop() {
            if below.insert(next) {
                open.extend_from_slice(self.frame.outgoing(next));
            }
        }
        let mut below: Vec<Handle> = below.into_iter().collect();
        below.sort_unstable();
        for part in below {
            if self.from_frame.find(&self.next, part).is_none() {
                self.make_or_state(part)?;
            }
        }
        Ok(self.from_frame.find(&self.next, atom))
    }

    /// Makes an atom of the frame, whose parts are there.
    fn make(&mut self, atom: Handle) -> Result<Option<Handle>, SpaceError> {
        let of = self.frame.type_of(atom).and_then(|of| translated_type(&self.frame.types, &self.next.types, of));
        let Some(of) = of else { return Ok(None) };
        let made = if let Some(name) = self.frame.name(atom) {
            self.next.node(of, name)?
        } else {
            let Some(outgoing) = self.from_frame.all(self.frame.outgoing(atom)) else { return Ok(None) };
            self.next.link(of, &outgoing)?
        };
        self.from_frame.set(atom, made);
        Ok(Some(made))
    }

    fn add(&mut self, atom: Handle) -> Result<(), SpaceError> {
        if self.from_frame.find(&self.next, atom).is_some() {
            return Ok(());
        }
        for part in self.frame.outgoing(atom) {
            if self.place(*part)?.is_none() {
                self.left_out.insert(atom);
                return Ok(());
            }
        }
        if self.state_differs(atom) && !self.frame_wins {
            self.left_out.insert(atom);
            return Ok(());
        }
        self.merged.added += usize::from(self.make_or_state(atom)?);
        Ok(())
    }

    /// Makes an atom of the frame, or states what stands in its place. Returns whether it was made.
    fn make_or_state(&mut self, atom: Handle) -> Result<bool, SpaceError> {
        match self.make(atom) {
            Ok(Some(_)) => return Ok(true),
            Ok(None) => {}
            Err(SpaceError::Redefined { existing } | SpaceError::StateInUse { existing }) => {
                let there = self.next.show_bare(existing);
                self.conflict(self.frame.show_bare(atom), ConflictKind::Standing { there });
            }
            Err(error) => return Err(error),
        }
        self.left_out.insert(atom);
        Ok(false)
    }

    /// Whether the atom is a state whose key got another state in the target than in the base, which is stated.
    fn state_differs(&mut self, atom: Handle) -> bool {
        let Some(of) = self.frame.type_of(atom) else { return false };
        let Some(traits) = self.frame.types.traits(of).filter(|traits| traits.state) else { return false };
        let Some(key) = self.frame.outgoing(atom).first().copied() else { return false };
        if self.frame.standing(of, traits, key) != Some(atom) {
            return false;
        }
        let there = self.from_frame.find(&self.next, key).and_then(|key| {
            let of = translated_type(&self.frame.types, &self.next.types, of)?;
            self.next.standing(of, traits, key)
        });
        let Some(there) = there else { return false };
        let mut from_target = Translator::new(self.target);
        let differs = from_target.find(self.base, there).is_none();
        if differs {
            let there = self.next.show_bare(there);
            self.conflict(self.frame.show_bare(atom), ConflictKind::Standing { there });
        }
        differs
    }

    fn carry(&mut self, changes: &Changes) -> Result<(), SpaceError> {
        for change in &changes.truths {
            let Some(atom) = self.place(change.atom)? else { continue };
            let there = self.next.truth(atom);
            let kind = ConflictKind::Truth { base: change.before, frame: change.after, target: there };
            if self.decide(change.atom, there == change.before, there == change.after, kind) {
                self.next.set_truth(atom, change.after)?;
            }
        }
        for change in &changes.attention {
            let Some(atom) = self.place(change.atom)? else { continue };
            let there = self.next.attention(atom);
            let kind = ConflictKind::Attention { base: change.before, frame: change.after, target: there };
            if self.decide(change.atom, there == change.before, there == change.after, kind) {
                self.next.set_attention(atom, change.after)?;
            }
        }
        for change in changes.values.iter().filter(|change| change.after.is_some()) {
            self.carry_value(change)?;
        }
        Ok(())
    }

    fn carry_value(&mut self, change: &super::ChangedValue) -> Result<(), SpaceError> {
        let in_frame = self.frame.contains(change.key);
        let key = match (&change.after, in_frame) {
            (Some(_), _) => self.place(change.key)?,
            (None, true) => self.from_frame.find(&self.next, change.key),
            (None, false) => self.from_base.find(self.target, change.key),
        };
        let (Some(key), Some(atom)) = (key, self.place(change.atom)?) else { return Ok(()) };
        let there = self.next.value(atom, key).cloned();
        let kind = ConflictKind::Value {
            key: if in_frame { self.frame.show_bare(change.key) } else { self.base.show_bare(change.key) },
            base: change.before.clone(),
            frame: change.after.clone(),
            target: there.clone(),
        };
        if self.decide(change.atom, there == change.before, there == change.after, kind) {
            match &change.after {
                Some(value) => self.next.set_value(atom, key, value.clone())?,
                None => {
                    self.next.remove_value(atom, key);
                }
            }
        }
        Ok(())
    }

    /// Whether a change is to be carried out, given whether the target is as before, and whether as after.
    fn decide(&mut self, atom: Handle, as_before: bool, as_after: bool, kind: ConflictKind) -> bool {
        if as_after {
            return false;
        }
        if !as_before {
            self.conflict(self.frame.show_bare(atom), kind);
        }
        let carried = as_before || self.frame_wins;
        self.merged.changed += usize::from(carried);
        carried
    }

    /// Removes atoms of the base, unless the target uses them or made something of them.
    fn remove(&mut self, atoms: &[Handle]) -> Result<(), SpaceError> {
        let mut going = Vec::new();
        for atom in atoms {
            let there = self.from_base.find(self.target, *atom).filter(|there| self.next.contains(*there));
            let Some(there) = there else { continue };
            let as_before = self.base.truth(*atom) == self.target.truth(there)
                && self.base.attention(*atom) == self.target.attention(there)
                && self.values_are_as_before(*atom, there);
            if !as_before {
                self.conflict(self.base.show_bare(*atom), ConflictKind::ChangedThere);
            }
            if as_before || self.frame_wins {
                going.push((there, *atom));
            }
        }
        self.keep_what_is_used(&mut going);
        // Values among what goes would hold each other; a link is newer than what it joins.
        let all: FxHashSet<Handle> = going.iter().map(|(there, _)| *there).collect();
        self.next.remove_values_under(&all);
        going.sort_unstable_by(|one, two| two.cmp(one));
        for (there, _) in going {
            self.next.remove(there)?;
            self.merged.removed += 1;
        }
        Ok(())
    }

    /// Takes out of what is to go all that something which stays joins, or has a value under.
    fn keep_what_is_used(&mut self, going: &mut Vec<(Handle, Handle)>) {
        loop {
            let all: FxHashSet<Handle> = going.iter().map(|(there, _)| *there).collect();
            let mut uses: FxHashMap<Handle, u32> = FxHashMap::default();
            for (key, _) in all.iter().flat_map(|there| self.next.values(*there)) {
                *uses.entry(key).or_default() += 1;
            }
            let mut conflicts = Vec::new();
            going.retain(|(there, atom)| {
                let by =
                    self.next.incoming(*there).find(|link| !all.contains(link)).map(|link| self.next.show_bare(link));
                let uses_that_stay = self.next.key_uses.get(*there).copied() > uses.get(there).copied();
                let by = by.or_else(|| uses_that_stay.then(|| "values under it".to_owned()));
                let goes = by.is_none();
                let kind = by.map(|by| ConflictKind::InUse { by });
                conflicts.extend(kind.map(|kind| Conflict { atom: self.base.show_bare(*atom), kind }));
                goes
            });
            if conflicts.is_empty() {
                return;
            }
            self.merged.conflicts.append(&mut conflicts);
        }
    }

    fn values_are_as_before(&mut self, atom: Handle, there: Handle) -> bool {
        let before: Vec<_> = self.base.values(atom).collect();
        before.len() == self.target.values(there).count()
            && before.into_iter().all(|(key, value)| {
                self.from_base.find(self.target, key).is_some_and(|key| self.target.value(there, key) == Some(value))
            })
    }
}
