//! Kubernetes quantities (`250m`, `1.5`, `64Mi`, `1e3`) as numbers: cores, bytes, counts.

/// The value of a quantity in its base unit, or `None` where it is none.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let text = text.trim().trim_matches('"');
    let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
    let (number, suffix) = text.split_at_checked(split)?;
    // An exponent: the suffix is `e3`, `E3` with digits after it.
    if let Some(exponent) = suffix.strip_prefix(['e', 'E'])
        && !exponent.is_empty()
        && exponent.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'+')
    {
        return text.parse().ok();
    }
    let number: f64 = number.parse().ok()?;
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" | "K" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        _ => return None,
    };
    Some(number * factor)
}

/// Seconds of a duration as `kubectl` prints it: `1s`, `2m3s`, `100ms`.
pub(crate) fn seconds(text: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let unit_end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at_checked(unit_end)?;
        let number: f64 = number.parse().ok()?;
        total += number
            * match unit {
                "ms" => 1e-3,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                "d" => 86_400.0,
                "y" => 31_536_000.0,
                _ => return None,
            };
        rest = next;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_in_every_notation() {
        for (text, value) in [
            ("250m", 0.25),
            ("16", 16.0),
            ("1.5", 1.5),
            ("64Mi", 67_108_864.0),
            ("1e3", 1000.0),
            ("1G", 1e9),
            ("\"2\"", 2.0),
            ("0", 0.0),
        ] {
            assert_eq!(parse(text), Some(value), "{text}");
        }
        for text in ["", "Mi", "1Xi", "many", "1e", "<none>"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn durations_in_every_notation() {
        assert_eq!(seconds("5s"), Some(5.0));
        assert_eq!(seconds("2m3s"), Some(123.0));
        assert_eq!(seconds("3d10h"), Some(295_200.0));
        assert_eq!(seconds("100ms"), Some(0.1));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds(""), None);
    }
}
