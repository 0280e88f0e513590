//! Reads points in time as found in telemetry: ISO 8601 in its usual spellings, syslog, klog, and epoch numbers in
//! seconds, milliseconds, microseconds or nanoseconds. A time without a zone is taken as UTC.

/// Seconds since 1970-01-01T00:00:00Z. Exact to a microsecond over this century.
pub type Seconds = f64;

/// 1980-01-01: numbers that would be earlier in a unit belong to a finer unit.
const EARLIEST: f64 = 315_532_800.0;
/// 2200-01-01.
const LATEST: f64 = 7_258_118_400.0;

/// Whether a time can be meant: clocks that are not set give 1970 or year 1.
pub fn is_plausible(time: Seconds) -> bool {
    (EARLIEST..LATEST).contains(&time)
}

/// The time of an epoch number whose unit is told from its size.
pub fn from_epoch(value: f64) -> Option<Seconds> {
    [1.0, 1e3, 1e6, 1e9].into_iter().map(|unit| value / unit).find(|seconds| (EARLIEST..LATEST).contains(seconds))
}

/// A time in a field of its own: an epoch number or ISO 8601.
pub fn parse(text: &str) -> Option<Seconds> {
    let text = text.trim();
    // Nanosecond epochs have 19 digits: an f64 keeps them to 256 ns.
    if let Ok(value) = text.parse::<f64>() {
        return from_epoch(value);
    }
    let (seconds, used) = iso(text.as_bytes())?;
    (used == text.len()).then_some(seconds)
}

/// A time at the start of a line, with the bytes it takes. `year` completes formats that leave it out.
pub fn prefix(line: &str, year: i64) -> Option<(Seconds, usize)> {
    let bytes = line.as_bytes();
    let lead = bytes.iter().take_while(|b| matches!(b, b'[' | b' ' | b'"')).count();
    let rest = bytes.get(lead..)?;
    let (seconds, used) =
        iso(rest).or_else(|| syslog(rest, year)).or_else(|| klog(rest, year)).or_else(|| epoch(rest))?;
    let mut end = lead + used;
    while matches!(bytes.get(end), Some(b']' | b' ' | b'"' | b'\t' | b'|')) {
        end += 1;
    }
    Some((seconds, end))
}

/// The year a time lies in.
pub fn year_of(seconds: Seconds) -> i64 {
    // From the day number, by the same algorithm as `days_from_civil`, backwards.
    let days = (seconds / 86_400.0).floor() as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    year_of_era + era * 400 + i64::from(day_of_year >= 306)
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn timestamp(year: i64, month: i64, day: i64, clock: f64) -> Option<Seconds> {
    ((1..=12).contains(&month) && (1..=31).contains(&day))
        .then(|| days_from_civil(year, month, day) as f64 * 86_400.0 + clock)
}

fn digits(bytes: &[u8], from: usize, count: usize) -> Option<i64> {
    let mut value = 0i64;
    for byte in bytes.get(from..from + count)? {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(value)
}

/// Tenths, hundredths and so on: a division for each digit would cost more than all the rest of reading a time.
const SCALES: [f64; 24] = {
    let mut all = [0.1; 24];
    let mut rest = all.as_mut_slice();
    let mut scale = 0.1;
    while let [first, after @ ..] = rest {
        *first = scale;
        scale /= 10.0;
        rest = after;
    }
    all
};

/// `HH:MM:SS` with an optional fraction after `.` or `,`: seconds of the day and the bytes used.
fn clock(bytes: &[u8], from: usize) -> Option<(f64, usize)> {
    let (hour, minute, second) = (digits(bytes, from, 2)?, digits(bytes, from + 3, 2)?, digits(bytes, from + 6, 2)?);
    if bytes.get(from + 2) != Some(&b':')
        || bytes.get(from + 5) != Some(&b':')
        || hour > 24
        || minute > 59
        || second > 60
    {
        return None;
    }
    let mut seconds = (hour * 3600 + minute * 60 + second) as f64;
    let mut end = from + 8;
    if matches!(bytes.get(end), Some(b'.' | b',')) {
        let mut scales = SCALES.iter().copied();
        let mut at = end + 1;
        while let Some(byte) = bytes.get(at).filter(|b| b.is_ascii_digit()) {
            // What is beyond the table is too small to matter.
            seconds += f64::from(byte - b'0') * scales.next().unwrap_or(0.0);
            at += 1;
        }
        if at > end + 1 {
            end = at;
        }
    }
    Some((seconds, end))
}

/// `2023-01-29T08:42:22.383Z`, with `T` or a space, a fraction or none, `Z`, an offset or nothing.
fn iso(bytes: &[u8]) -> Option<(Seconds, usize)> {
    let separator = *bytes.get(4)?;
    if !matches!(separator, b'-' | b'/') || bytes.get(7) != Some(&separator) {
        return None;
    }
    let (year, month, day) = (digits(bytes, 0, 4)?, digits(bytes, 5, 2)?, digits(bytes, 8, 2)?);
    if !matches!(bytes.get(10), Some(b'T' | b't' | b' ' | b'_')) {
        return Some((timestamp(year, month, day, 0.0)?, 10));
    }
    let Some((seconds, mut end)) = clock(bytes, 11) else {
        return Some((timestamp(year, month, day, 0.0)?, 10));
    };
    let mut offset = 0i64;
    let zone = if bytes.get(end) == Some(&b' ') { end + 1 } else { end };
    match bytes.get(zone) {
        Some(b'Z' | b'z') => end = zone + 1,
        Some(sign @ (b'+' | b'-')) => {
            if let Some(hours) = digits(bytes, zone + 1, 2) {
                let colon = usize::from(bytes.get(zone + 3) == Some(&b':'));
                let minutes = digits(bytes, zone + 3 + colon, 2);
                offset = (hours * 60 + minutes.unwrap_or(0)) * if *sign == b'+' { 60 } else { -60 };
                end = zone + 3 + minutes.map_or(0, |_| colon + 2);
            }
        }
        _ => {}
    }
    Some((timestamp(year, month, day, seconds)? - offset as f64, end))
}

const MONTHS: [&[u8; 3]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// `Jan 29 08:42:22` (RFC 3164).
fn syslog(bytes: &[u8], year: i64) -> Option<(Seconds, usize)> {
    let month = (1..).zip(MONTHS).find(|(_, name)| bytes.starts_with(*name))?.0;
    if bytes.get(3) != Some(&b' ') {
        return None;
    }
    let day = digits(bytes, 4, 2).or_else(|| (bytes.get(4) == Some(&b' ')).then(|| digits(bytes, 5, 1)).flatten())?;
    let (seconds, end) = clock(bytes, 7)?;
    Some((timestamp(year, month, day, seconds)?, end))
}

/// `I0129 08:42:22.383150` (klog, glog).
fn klog(bytes: &[u8], year: i64) -> Option<(Seconds, usize)> {
    if !matches!(bytes.first(), Some(b'I' | b'W' | b'E' | b'F')) || bytes.get(5) != Some(&b' ') {
        return None;
    }
    let (month, day) = (digits(bytes, 1, 2)?, digits(bytes, 3, 2)?);
    let (seconds, end) = clock(bytes, 6)?;
    Some((timestamp(year, month, day, seconds)?, end))
}

/// An epoch number at the start of a line.
fn epoch(bytes: &[u8]) -> Option<(Seconds, usize)> {
    let end = bytes.iter().take(24).take_while(|b| b.is_ascii_digit() || **b == b'.').count();
    if end < 10 {
        return None;
    }
    let value = std::str::from_utf8(bytes.get(..end)?).ok()?.parse::<f64>().ok()?;
    Some((from_epoch(value)?, end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_spellings_of_one_moment_agree() {
        let expected = 1_674_981_742.5;
        for text in [
            "2023-01-29T08:42:22.5Z",
            "2023-01-29 08:42:22.5",
            "2023-01-29T16:42:22.500+08:00",
            "2023-01-29T08:42:22,500",
            "2023/01/29 08:42:22.5",
            "1674981742.5",
            "1674981742500",
            "1674981742500000",
            "1674981742500000000",
            "2023-01-29 03:42:22.5 -0500",
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        for (line, rest) in [
            ("Jan 29 08:42:22.5 host sshd: x", "host sshd: x"),
            ("[2023-01-29T08:42:22.5Z] x", "x"),
            ("I0129 08:42:22.500000       1 a.go:1] x", "1 a.go:1] x"),
            ("1674981742.5 x", "x"),
        ] {
            let (seconds, used) = prefix(line, 2023).unwrap();
            assert_eq!((seconds, &line[used..]), (expected, rest), "{line}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "12", "2023-13-01T00:00:00Z", "2023-01-29T08:42:22Zx", "yesterday", "1e400", "NaN", "-5"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(prefix("Janitor started", 2023), None);
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "\\PC{0,40}") {
            let _ = parse(&text);
            if let Some((_, used)) = prefix(&text, 2024) { prop_assert!(text.is_char_boundary(used)); }
        }

        #[test]
        fn year_is_the_one_written(year in 1981i64..2199, day in 1i64..28, month in 1i64..12) {
            let seconds = timestamp(year, month, day, 3600.0).unwrap();
            prop_assert_eq!(year_of(seconds), year);
        }
    }
}
