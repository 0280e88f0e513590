//! How surprising it is that features come together.

use super::bits::Bits;

/// I-surprisingness, normalised, in [0, 1]: how far the share of cases that have all features lies outside of what is expected by
/// any partition of them into independent parts, over that share. 0 for a single feature, and where any way to take them
/// apart explains them.
///
/// Source: Ke and Goertzel, *Measuring Surprisingness* (OpenCog, 2014); Geisweiller and Goertzel, *An inferential approach to
/// mining surprising patterns in hypergraphs* (AGI 2019).
pub(super) fn surprise(features: &[&Bits], cases: usize) -> f64 {
    if features.len() < 2 || cases == 0 {
        return 0.0;
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
    let distance = (least - found).max(found - most).max(0.0);
    if distance <= 1e-12 {
        return 0.0;
    }
    if found > 0.0 { (distance / found).min(1.0) } else { 1.0 }
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
}
