//! Taking links apart whose atom is known.

use super::super::slots::{Form, LinkSlot, Part, Slot};
use super::super::steps::{Do, Few};
use super::Planner;
use smallvec::smallvec;

impl Planner<'_, '_> {
    /// Opens every link that has an atom and is not open yet, and what becomes known by that.
    pub(super) fn open_known(&mut self) {
        let table = self.table;
        loop {
            let closed = |(slot, _): &(Slot, &LinkSlot)| self.is_known(*slot) && !self.open.has(*slot);
            let Some((slot, link)) = table.links().find(closed) else { return };
            self.open.put(slot);
            match link.form {
                Form::Plain => {
                    let parts: Few<Slot> = link.ones().collect();
                    let fills = self.newly(&parts);
                    self.push(Do::Open { link: slot, of: link.of, parts }, fills, Few::new(), link.clause, false);
                }
                Form::Unordered => self.open_unordered(slot, link),
                Form::Sequence => self.open_sequence(slot, link),
                Form::Scoped => self.open_scoped(slot, link),
            }
        }
    }

    /// Those of some slots that are not known yet; they are from now on.
    fn newly(&mut self, parts: &[Slot]) -> Few<Slot> {
        let mut fills = Few::new();
        for part in parts {
            if !self.is_known(*part) {
                fills.push(*part);
            }
            self.mark(*part, true);
        }
        fills
    }

    fn least(&self, part: &Part) -> usize {
        match part {
            Part::One(_) => 1,
            Part::Many(glob) => self.planning.declared.get(*glob).map_or(1, |declared| declared.least),
        }
    }

    fn shape(&mut self, slot: Slot, link: &LinkSlot) {
        let least = link.parts.iter().map(|part| self.least(part)).sum();
        let exact = link.parts.iter().all(|part| matches!(part, Part::One(_)));
        self.push(Do::Shape { link: slot, of: link.of, least, exact }, Few::new(), Few::new(), link.clause, false);
    }

    /// First the parts that are known, then what is taken apart further, then the variables.
    fn open_unordered(&mut self, slot: Slot, link: &LinkSlot) {
        self.shape(slot, link);
        let mut parts: Vec<Slot> = link.ones().collect();
        parts.sort_by_key(|part| if self.is_known(*part) { 0 } else { 1 + usize::from(*part < self.table.variables) });
        let mut earlier = Few::new();
        for part in parts {
            let fills = self.newly(&[part]);
            if !fills.is_empty() {
                self.rows *= link.parts.len().saturating_sub(earlier.len()).max(1) as f64;
            }
            let what = Do::Pick { link: slot, part, earlier: earlier.clone() };
            earlier.push(self.steps.len());
            self.push(what, fills, Few::new(), link.clause, false);
        }
        for part in &link.parts {
            let Part::Many(glob) = part else { continue };
            let known = self.is_known(*glob);
            self.mark(*glob, true);
            let globs = if known { Few::new() } else { smallvec![*glob] };
            let what = Do::Rest { link: slot, glob: *glob, known, earlier: earlier.clone() };
            self.push(what, Few::new(), globs, link.clause, false);
        }
    }

    fn open_sequence(&mut self, slot: Slot, link: &LinkSlot) {
        self.shape(slot, link);
        let mut after = None;
        let last = link.parts.iter().rposition(|part| matches!(part, Part::Many(_))).unwrap_or_default();
        for (at, part) in link.parts.iter().enumerate() {
            let here = self.steps.len();
            match part {
                Part::One(one) => {
                    let fills = self.newly(&[*one]);
                    self.push(Do::Next { link: slot, part: *one, after }, fills, Few::new(), link.clause, false);
                }
                Part::Many(glob) => {
                    let known = self.is_known(*glob);
                    let rest = link.parts.get(at + 1..).unwrap_or_default();
                    let left = rest.iter().map(|part| self.least(part)).sum();
                    self.mark(*glob, true);
                    let globs = if known { Few::new() } else { smallvec![*glob] };
                    let what = Do::Span { link: slot, glob: *glob, known, after, left, last: at == last };
                    self.push(what, Few::new(), globs, link.clause, false);
                }
            }
            after = Some(here);
        }
    }

    fn open_scoped(&mut self, slot: Slot, link: &LinkSlot) {
        let Some(whole) = link.whole.clone() else { return };
        let ones: Few<Slot> = link.ones().collect();
        let fills = self.newly(&ones);
        let mut globs = Few::new();
        let mut variables = ones;
        for part in &link.parts {
            if let Part::Many(glob) = part {
                if !self.is_known(*glob) {
                    globs.push(*glob);
                }
                self.mark(*glob, true);
                variables.push(*glob);
            }
        }
        let what = Do::Alike { link: slot, whole, variables };
        self.push(what, fills, globs, link.clause, false);
    }
}
