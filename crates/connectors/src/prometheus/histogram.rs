//! Native histograms in answers: each sample is a whole distribution, of which the 95th percentile is taken.
//!
//! Form: "Native histograms" in Prometheus' documentation of its HTTP API: `[time, {"count", "sum", "buckets": [[rule,
//! lower, upper, count], …]}]`. The quantile is that of `histogram_quantile`: the bucket in which the rank falls, and
//! within it exponential interpolation, which is exact where values are log-uniform; linear where the bucket holds zero.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::value::RawValue;

/// The quantile that is taken of a distribution, as of the histograms that the default set asks for.
pub(super) const QUANTILE: f64 = 0.95;

/// The samples of a series of histograms, and whether they count on from one to the next.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Read {
    /// `[time,"quantile"]`, one after another.
    pub(super) samples: String,
    /// How many there are.
    pub(super) len: usize,
    /// Whether they never fall, as those of a counter: then a quantile is that of all time.
    pub(super) cumulative: bool,
}

#[derive(Deserialize)]
struct Sample<'a>(#[serde(borrow)] &'a RawValue, Distribution);

#[derive(Deserialize)]
struct Distribution {
    count: String,
    #[serde(default)]
    buckets: Vec<Bucket>,
}

/// The boundary rule, the bounds, the count.
#[derive(Deserialize)]
struct Bucket(
    #[expect(dead_code, reason = "bounds are measured, whichever of them belongs to the bucket")] u8,
    String,
    String,
    String,
);

/// Reads the `histograms` of a series. Distributions that hold nothing have no quantile and are passed over.
pub(super) fn read(raw: &RawValue) -> Result<Read, String> {
    let samples: Vec<Sample<'_>> =
        serde_json::from_str(raw.get()).map_err(|error| format!("no such histograms: {error}"))?;
    let mut read = Read { cumulative: samples.len() > 1, ..Read::default() };
    let mut before = 0.0;
    for Sample(time, distribution) in &samples {
        let count = number(&distribution.count)?;
        read.cumulative &= count >= before;
        before = count;
        let Some(value) = distribution.quantile(QUANTILE)? else { continue };
        if read.len > 0 {
            read.samples.push(',');
        }
        let _ = write!(read.samples, "[{},\"{value}\"]", time.get());
        read.len += 1;
    }
    Ok(read)
}

impl Distribution {
    fn quantile(&self, q: f64) -> Result<Option<f64>, String> {
        let mut buckets = Vec::with_capacity(self.buckets.len());
        for Bucket(_, lower, upper, count) in &self.buckets {
            buckets.push((number(lower)?, number(upper)?, number(count)?));
        }
        buckets.retain(|(_, _, count)| *count > 0.0);
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = buckets.iter().map(|(_, _, count)| count).sum();
        if total.is_nan() || total <= 0.0 {
            return Ok(None);
        }
        let none_below_zero = buckets.first().is_some_and(|(lower, upper, _)| *lower >= 0.0 || *upper > 0.0);
        let (rank, mut passed) = (q * total, 0.0);
        let mut last = None;
        for (lower, upper, count) in buckets {
            // A bucket around zero holds nothing below it where nothing else does.
            let lower = if none_below_zero { lower.max(0.0) } else { lower };
            last = Some(upper);
            if passed + count >= rank {
                return Ok(Some(within(lower, upper, (rank - passed) / count)));
            }
            passed += count;
        }
        Ok(last)
    }
}

/// The value at this share of a bucket.
fn within(lower: f64, upper: f64, share: f64) -> f64 {
    if !lower.is_finite() || !upper.is_finite() {
        // An open end has no inside.
        return if upper.is_finite() { upper } else { lower };
    }
    if lower > 0.0 {
        lower * (upper / lower).powf(share)
    } else if upper < 0.0 {
        upper * (lower / upper).powf(1.0 - share)
    } else {
        lower + (upper - lower) * share
    }
}

fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| format!("{text:?} in a histogram is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Read, String> {
        read(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn the_quantile_lies_in_the_bucket_of_its_rank() {
        // 90 of 100 up to 0.5, the other ten from 0.5 to 1: the 95th is half way (by ratio) through the last.
        let buckets = r#"[[0,"0.25","0.5","90"],[0,"0.5","1","10"]]"#;
        let text = format!(r#"[[1767225600.5,{{"count":"100","sum":"40","buckets":{buckets}}}]]"#);
        let read = of(&text).unwrap();
        let [(time, value)]: [(f64, String); 1] = serde_json::from_str(&format!("[{}]", read.samples)).unwrap();
        assert_eq!((time, read.len), (1_767_225_600.5, 1));
        assert!((value.parse::<f64>().unwrap() - 0.5 * 2.0_f64.sqrt()).abs() < 1e-9, "{value}");
    }

    #[test]
    fn zero_negative_and_open_buckets_have_values_too() {
        let quantile = |buckets: &str, q: f64| {
            let text = format!(r#"{{"count":"10","sum":"0","buckets":{buckets}}}"#);
            serde_json::from_str::<Distribution>(&text).unwrap().quantile(q).unwrap()
        };
        assert_eq!(quantile(r#"[[3,"-0.001","0.001","10"]]"#, 0.5), Some(0.0005));
        assert_eq!(quantile(r#"[[1,"-4","-1","10"]]"#, 0.5), Some(-2.0));
        assert_eq!(quantile(r#"[[1,"-4","-1","5"],[3,"-0.001","0.001","5"]]"#, 0.75), Some(0.0));
        assert_eq!(quantile(r#"[[0,"8","+Inf","10"]]"#, 0.5), Some(8.0));
        assert_eq!(quantile("[]", 0.5), None);
        assert_eq!(quantile(r#"[[0,"1","2","NaN"]]"#, 0.5), None);
    }

    #[test]
    fn what_counts_on_is_told_from_what_was_counted_in_a_stretch() {
        let sample = |time: u32, count: u32| {
            format!(r#"[{time},{{"count":"{count}","sum":"1","buckets":[[0,"1","2","{count}"]]}}]"#)
        };
        let of_counts = |counts: &[u32]| {
            let list: Vec<String> = counts.iter().zip(1..).map(|(count, time)| sample(time, *count)).collect();
            of(&format!("[{}]", list.join(","))).unwrap()
        };
        assert!(of_counts(&[1, 5, 9]).cumulative);
        assert!(!of_counts(&[5, 1, 9]).cumulative);
        let with_a_gap = of_counts(&[5, 0, 9]);
        assert_eq!(with_a_gap.len, 2, "an empty distribution has no quantile: {}", with_a_gap.samples);
        assert!(of("[[1,{\"count\":\"many\"}]]").unwrap_err().contains("many"));
        assert!(of("[1]").is_err());
    }
}
