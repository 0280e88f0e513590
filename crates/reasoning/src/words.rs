//! Names of the rules' vocabulary as words for people.

/// `out-of-memory` → `out of memory`.
pub fn plain(word: &str) -> String {
    word.replace(['-', '_'], " ")
}

/// `out-of-memory` → `Out of memory`.
pub fn sentence(word: &str) -> String {
    let plain = plain(word);
    let mut chars = plain.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `service/cart` → `service cart`.
pub fn place(entity: &str) -> String {
    entity.split_once('/').map_or_else(|| entity.to_owned(), |(kind, name)| format!("{} {name}", plain(kind)))
}

/// A probability in whole per cent, `93 %`; what is not certain is never shown as certain: `>99 %`, `<1 %`.
pub fn percent(probability: f64) -> String {
    match probability {
        p if (0.995..1.0).contains(&p) => ">99 %".to_owned(),
        p if p > 0.0 && p < 0.005 => "<1 %".to_owned(),
        p => format!("{:.0} %", p * 100.0),
    }
}

/// An interval of probabilities in whole per cent, `80–97`; one word where both ends read alike, `>99`.
pub fn range(low: f64, high: f64) -> String {
    let end = |p: f64| percent(p).trim_end_matches(" %").to_owned();
    let (low, high) = (end(low), end(high));
    if low == high { low } else { format!("{low}–{high}") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_interval_claims_no_certainty_either() {
        assert_eq!(super::range(0.8, 0.97), "80–97");
        assert_eq!(super::range(0.96, 0.998), "96–>99");
        assert_eq!(super::range(0.996, 0.999), ">99");
    }

    #[test]
    fn nothing_short_of_certain_reads_as_certain() {
        let shown = [0.0, 0.001, 0.934, 0.997, 1.0].map(super::percent);
        assert_eq!(shown, ["0 %", "<1 %", "93 %", ">99 %", "100 %"]);
    }

    #[test]
    fn words_read_as_words() {
        assert_eq!(super::sentence("out-of-memory"), "Out of memory");
        assert_eq!(super::place("endpoint-service/cart-db"), "endpoint service cart-db");
        assert_eq!(super::sentence(""), "");
    }
}
