//! How surprising it is that features come together.

use super::bits::Bits;

/// How often features come together, and how surprising that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Surprise {
    /// From 0 to 1: how far what was found is from what is expected, over the greater of the two.
    pub(super) surprise: f64,
    /// How many cases are expected to have all of them: of all that is expected by any way to take them apart into independent
    /// parts, what is nearest to what was found.
    pub(super) expected: f64,
}

/// I-surprisingness, normalised, in [0, 1]: how far the share of cases that have all features lies outside of what is expected by
/// any partition of them into independent parts, over that share. 0 for a single feature, and where any way to take them
/// apart explains them. Where they come together less often than is expected, it is over what is expected: over what was found,
/// the rarest patterns would all be as surprising as can be.
///
/// Source: Ke and Goertzel, *Measuring Surprisingness* (OpenCog, 2014); Geisweiller and Goertzel, *An inferential approach to
/// mining surprising patterns in hypergraphs* (AGI 2019).
pub(super) fn surprise(features: &[&Bits], cases: usize) -> Surprise {
    if let ([one], _) | ([one, ..], 0) = (features, cases) {
        return Surprise { surprise: 0.0, expected: one.len() as f64 };
    }
    // What each part has is counted once: a part is the bits of its features.
    let mut have: Vec<Bits> = vec![Bits::all(cases)];
    for feature in features {
        have.extend(have.clone().iter().map(|bits| bits.and(feature)));
    }
    let counts: Vec<usize> = have.iter().map(Bits::len).collect();
    let share = |part: &[usize]| {
        let at = part.iter().fold(0_usize, |bits, place| bits | 1 << place);
        counts.get(at).copied().unwrap_or_default() as f64 / cases as f64
    };
    let whole: Vec<usize> = (0..features.len()).collect();
    let found = share(&whole);
    let expected = partitions(features.len()).into_iter().filter(|parts| parts.len() > 1);
    let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
    for parts in expected {
        let product: f64 = parts.iter().map(|part| share(part)).product();
        (least, most) = (least.min(product), most.max(product));
    }
    let expected = found.clamp(least.min(most), most);
    let distance = (found - expected).abs();
    let surprise = if distance <= 1e-12 { 0.0 } else { distance / found.max(expected) };
    Surprise { surprise, expected: expected * cases as f64 }
}

/// All partitions of some places.
fn partitions(count: usize) -> Vec<Vec<Vec<usize>>> {
    let mut all: Vec<Vec<Vec<usize>>> = vec![Vec::new()];
    for place in 0..count {
        let mut next = Vec::new();
        for parts in all {
            for at in 0..parts.len() {
                let mut more = parts.clone();
                if let Some(part) = more.get_mut(at) {
                    part.push(place);
                }
                next.push(more);
            }
            let mut more = parts;
            more.push(vec![place]);
            next.push(more);
        }
        all = next;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Bits, partitions, surprise};

    #[test]
    fn partitions_are_counted_by_bell() {
        assert_eq!((0..6).map(|count| partitions(count).len()).collect::<Vec<_>>(), [1, 1, 2, 5, 15, 52]);
    }

    #[test]
    fn independence_is_no_surprise() {
        let surprise = |features: &[&Bits], cases| surprise(features, cases).surprise;
        // Of 16 cases half have the first, half the second, a quarter both.
        let (one, two) = (Bits::of(0..8), Bits::of((0..16).filter(|at| at % 2 == 0)));
        assert_eq!(surprise(&[&one, &two], 16), 0.0);
        // All that have one have the other: expected a quarter, found a half.
        assert_eq!(surprise(&[&one, &one], 16), 0.5);
        // Never together: as surprising as can be.
        let rest = Bits::of(8..16);
        assert_eq!(surprise(&[&one, &rest], 16), 1.0);
        // Three, of which two always come together: that pair explains it.
        assert_eq!(surprise(&[&one, &one, &two], 16), 0.0);
        assert_eq!(surprise(&[&one], 16), 0.0);
    }

    #[test]
    fn what_comes_together_less_often_than_expected_is_held_against_that() {
        // Of 16 cases half have the first, half the second, and one has both, where four were expected.
        let (one, two) = (Bits::of(0..8), Bits::of(7..15));
        let found = surprise(&[&one, &two], 16);
        assert_eq!((found.surprise, found.expected), (0.75, 4.0));
        // And seven of eight the other way around.
        let found = surprise(&[&one, &Bits::of(1..9)], 16);
        assert_eq!((found.surprise, found.expected), (3.0 / 7.0, 4.0));
        assert_eq!(surprise(&[&one], 16).expected, 8.0);
    }
}
