//! Amounts for commands: sizes that people use, and how Kubernetes writes bytes and cores.
//!
//! Owns the functions `usual`, `round-up`, `bytes` and `cores`. An amount that is negative or not finite has no such form.
//! Quantities: Kubernetes API reference, `resource.Quantity`.

const BINARY: [(f64, &str); 3] = [(1_073_741_824.0, "Gi"), (1_048_576.0, "Mi"), (1024.0, "Ki")];
const DECIMAL: [(f64, &str); 3] = [(1e9, "G"), (1e6, "M"), (1e3, "k")];

/// What a sum of fractions may miss a whole number by.
const ROUNDING: f64 = 1e-9;

/// The least multiple of `step` that is not below `amount`; none for a step of zero or less.
pub(super) fn round_up(amount: f64, step: f64) -> Option<f64> {
    (step > 0.0 && amount.is_finite()).then(|| (amount / step - ROUNDING).ceil() * step)
}

/// The least of 1, 1.5, 2, 3, 4, 6, 8, 12, … (and their halves) that is not below `amount`: 384 for 300.
pub(super) fn usual(amount: f64) -> Option<f64> {
    if !(amount.is_finite() && amount > 0.0) {
        return None;
    }
    let below = amount.log2().floor().exp2();
    [1.0, 1.5, 2.0].into_iter().map(|part| below * part).find(|size| *size >= amount * (1.0 - ROUNDING))
}

/// `268435456` is `256Mi`: the greatest unit that divides the bytes, whole bytes otherwise.
pub(super) fn bytes(amount: f64) -> Option<String> {
    let whole = Some(amount.round()).filter(|whole| whole.is_finite() && *whole >= 0.0)?;
    let unit = BINARY.iter().chain(&DECIMAL).find(|(size, _)| whole > 0.0 && whole % size == 0.0);
    Some(unit.map_or_else(|| format!("{whole}"), |(size, name)| format!("{}{name}", whole / size)))
}

/// `0.25` is `250m`, `2` is `2`: whole cores, or thousandths, rounded up.
pub(super) fn cores(amount: f64) -> Option<String> {
    let thousandths = round_up(amount * 1000.0, 1.0).filter(|thousandths| *thousandths >= 0.0)?;
    Some(if thousandths % 1000.0 == 0.0 { format!("{}", thousandths / 1000.0) } else { format!("{thousandths}m") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        let shown = [268_435_456.0, 1_073_741_824.0, 1_610_612_736.0, 3e8, 1000.0, 7.0, 0.0].map(bytes);
        let expected = ["256Mi", "1Gi", "1536Mi", "300M", "1k", "7", "0"].map(|text| Some(text.to_owned()));
        assert_eq!(shown, expected);
        assert_eq!([0.25, 2.0, 0.1 + 0.2, 1.5].map(cores), ["250m", "2", "300m", "1500m"].map(|t| Some(t.to_owned())));
        assert_eq!((bytes(-1.0), bytes(f64::NAN), cores(-1.0)), (None, None, None));
    }

    #[test]
    fn sizes_are_rounded_up_and_never_down() {
        assert_eq!([300.0, 384.0, 385.0, 512.0, 0.7].map(usual), [384.0, 384.0, 512.0, 512.0, 0.75].map(Some));
        assert_eq!((usual(0.0), usual(f64::INFINITY)), (None, None));
        assert_eq!((round_up(7.0, 5.0), round_up(10.0, 5.0), round_up(1.0, 0.0)), (Some(10.0), Some(10.0), None));
    }
}
