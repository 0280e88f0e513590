//! A seeded generator for what is laid: the same name gives the same draws, on every machine.
//!
//! SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), seeded by the FNV-1a
//! hash of a name.

/// The generator.
#[derive(Debug, Clone)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// The generator of a name.
    pub fn of(name: &str) -> Self {
        let start = 0xcbf2_9ce4_8422_2325_u64;
        Self { state: name.bytes().fold(start, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)) }
    }

    /// The generator of a sample: of a time and of a number, whatever was drawn before.
    #[must_use]
    pub fn at(&self, time: f64, number: u32) -> Self {
        let mut one = Self { state: self.state ^ time.to_bits() ^ (u64::from(number) << 32) };
        Self { state: one.next() }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Uniform in `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        let unit = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        low + (high - low) * unit
    }

    /// Uniform in the logarithm: as likely between 1 and 10 as between 10 and 100.
    pub fn magnitude(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    /// One of `count` places; 0 of none.
    pub fn pick(&mut self, count: usize) -> usize {
        (self.between(0.0, count as f64) as usize).min(count.saturating_sub(1))
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.between(0.0, 1.0) < probability
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_always_draws_the_same_and_another_draws_others() {
        let draws = |name: &str| {
            let mut dice = Dice::of(name);
            (0..4).map(|_| dice.between(0.0, 1.0)).collect::<Vec<_>>()
        };
        assert_eq!(draws("a"), draws("a"));
        assert_ne!(draws("a"), draws("b"));
    }

    #[test]
    fn draws_fill_their_range_evenly() {
        let mut dice = Dice::of("range");
        let draws: Vec<f64> = (0..4_000).map(|_| dice.magnitude(0.01, 1.0)).collect();
        assert!(draws.iter().all(|draw| (0.01..1.0).contains(draw)));
        let low = draws.iter().filter(|draw| **draw < 0.1).count();
        assert!((1_800..2_200).contains(&low), "{low}");
        assert!((0..100).all(|_| dice.pick(3) < 3) && dice.pick(0) == 0);
    }
}
