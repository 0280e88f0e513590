//! One byte range of `Range: bytes=…` (RFC 9110, §14). Several ranges, or another unit, mean the whole.

/// What a client asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything.
    Whole,
    /// From the first to the last byte, both included.
    Part { first: u64, last: u64 },
    /// Nothing that exists.
    Outside,
}

/// Reads the header against a length.
pub(super) fn parse(header: Option<&str>, length: u64) -> Asked {
    let Some(spec) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    let Some((first, last)) = spec.trim().split_once('-') else {
        return Asked::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().unwrap_or(u64::MAX));
    match (first.is_empty(), last.is_empty()) {
        (true, true) => Asked::Whole,
        (true, false) => match number(last) {
            None => Asked::Whole,
            Some(0) => Asked::Outside,
            Some(_) if length == 0 => Asked::Outside,
            Some(suffix) => Asked::Part { first: length.saturating_sub(suffix), last: length - 1 },
        },
        (false, _) => {
            let (Some(first), Some(last)) =
                (number(first), if last.is_empty() { Some(u64::MAX) } else { number(last) })
            else {
                return Asked::Whole;
            };
            if last < first {
                Asked::Whole
            } else if first >= length {
                Asked::Outside
            } else {
                Asked::Part { first, last: last.min(length - 1) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_the_rfc_has_them() {
        let part = |first, last| Asked::Part { first, last };
        for (header, length, asked) in [
            (None, 10, Asked::Whole),
            (Some("bytes=0-3"), 10, part(0, 3)),
            (Some("bytes=3-"), 10, part(3, 9)),
            (Some("bytes=-4"), 10, part(6, 9)),
            (Some("bytes=-40"), 10, part(0, 9)),
            (Some("bytes=5-999999999999999999999"), 10, part(5, 9)),
            (Some("bytes=10-"), 10, Asked::Outside),
            (Some("bytes=0-"), 0, Asked::Outside),
            (Some("bytes=-0"), 10, Asked::Outside),
            (Some("bytes=-5"), 0, Asked::Outside),
            (Some("bytes=4-2"), 10, Asked::Whole),
            (Some("bytes=0-1,3-4"), 10, Asked::Whole),
            (Some("bytes=+1-2"), 10, Asked::Whole),
            (Some("lines=0-1"), 10, Asked::Whole),
            (Some("bytes="), 10, Asked::Whole),
            (Some("bytes=-"), 10, Asked::Whole),
        ] {
            assert_eq!(parse(header, length), asked, "{header:?}");
        }
    }
}
