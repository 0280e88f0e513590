//! The answers of Prometheus' HTTP API: read, joined over chunks, and written again for the incident.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::histogram;

/// An answer with a list of series.
#[derive(Debug, Deserialize)]
struct Matrix<'a> {
    status: String,
    error: Option<String>,
    #[serde(borrow)]
    data: Option<MatrixData<'a>>,
    #[serde(default)]
    warnings: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct MatrixData<'a> {
    #[serde(borrow)]
    result: Vec<RawSeries<'a>>,
}

#[derive(Debug, Deserialize)]
struct RawSeries<'a> {
    metric: BTreeMap<String, String>,
    #[serde(borrow, default)]
    values: Option<&'a RawValue>,
    /// Native histograms; a series may have both where it changed its kind.
    #[serde(borrow, default)]
    histograms: Option<&'a RawValue>,
}

/// Labels of a series.
pub(super) type Labels = BTreeMap<String, String>;

/// Series of one query, joined over its chunks. Samples stay the text that they came as.
#[derive(Debug, Default)]
pub(super) struct Joined {
    series: Vec<(Labels, String)>,
    index: HashMap<Labels, usize>,
    /// Series that came beyond the limit.
    pub(super) beyond: usize,
    /// Series of native histograms, of which a quantile was taken.
    pub(super) histograms: usize,
    /// How many of these count on since their process began.
    pub(super) cumulative: usize,
    /// What the server remarked.
    pub(super) warnings: Vec<String>,
}

impl Joined {
    /// Adds the answer for the next stretch of time; at most `limit` series are kept.
    pub(super) fn add(&mut self, body: &[u8], limit: usize) -> Result<(), String> {
        let answer: Matrix<'_> = serde_json::from_slice(body).map_err(|error| format!("no such answer: {error}"))?;
        if answer.status != "success" {
            return Err(answer.error.unwrap_or_else(|| format!("status {}", answer.status)));
        }
        for warning in answer.warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
        for series in answer.data.map(|data| data.result).unwrap_or_default() {
            if let Some(values) = series.values {
                let samples = values.get().trim().trim_start_matches('[').trim_end();
                let samples = samples.strip_suffix(']').unwrap_or(samples);
                let samples = if samples.is_empty() { String::new() } else { format!("[{samples}") };
                self.append(series.metric.clone(), &samples, limit);
            }
            if let Some(histograms) = series.histograms {
                let read = histogram::read(histograms)?;
                // Functions drop the name; what has one is what was scraped, and counts on.
                let raw = read.cumulative && series.metric.contains_key("__name__");
                let mut labels = series.metric;
                labels.insert("quantile".to_owned(), histogram::QUANTILE.to_string());
                if read.len > 0 && self.append(labels, &read.samples, limit) {
                    self.histograms += 1;
                    self.cumulative += usize::from(raw);
                }
            }
        }
        Ok(())
    }

    /// What is to be said of native histograms among the series.
    pub(super) fn of_histograms(&self) -> Option<String> {
        let (all, raw) = (self.histograms, self.cumulative);
        let percent = histogram::QUANTILE * 100.0;
        if raw > 0 {
            return Some(format!(
                "{raw} series are native histograms that count since their process began, so that their {percent:.0}th \
                 percentile hardly moves; ask for rate(…) of them"
            ));
        }
        (all > 0).then(|| format!("of {all} native histograms only the {percent:.0}th percentile is taken"))
    }

    /// Adds samples to a series; whether it is a new one.
    fn append(&mut self, labels: Labels, samples: &str, limit: usize) -> bool {
        if let Some((_, known)) = self.index.get(&labels).and_then(|at| self.series.get_mut(*at)) {
            if !known.is_empty() && !samples.is_empty() {
                known.push(',');
            }
            known.push_str(samples);
            false
        } else if self.series.len() < limit {
            self.index.insert(labels.clone(), self.series.len());
            self.series.push((labels, samples.to_owned()));
            true
        } else {
            self.beyond += 1;
            false
        }
    }

    /// How many series there are.
    pub(super) fn len(&self) -> usize {
        self.series.len()
    }

    /// Each series: its labels, and its samples as the inside of a JSON array.
    pub(super) fn series(&self) -> impl Iterator<Item = (&Labels, &str)> {
        self.series.iter().map(|(labels, samples)| (labels, samples.as_str()))
    }

    /// As one answer of `/api/v1/query_range`.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut text = String::from(r#"{"status":"success","data":{"resultType":"matrix","result":["#);
        for (at, (labels, samples)) in self.series.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            let labels = serde_json::to_string(labels).unwrap_or_else(|_| "{}".to_owned());
            text.push_str(r#"{"metric":"#);
            text.push_str(&labels);
            text.push_str(r#","values":["#);
            text.push_str(samples);
            text.push_str("]}");
        }
        text.push_str("]}}\n");
        text.into_bytes()
    }
}

/// An answer with a list of names.
#[derive(Debug, Deserialize)]
struct NameList {
    status: String,
    error: Option<String>,
    #[serde(default)]
    data: Vec<String>,
}

/// The names that the server listed.
pub(super) fn names(body: &[u8]) -> Result<Vec<String>, String> {
    let answer: NameList = serde_json::from_slice(body).map_err(|error| format!("no list of names: {error}"))?;
    if answer.status == "success" {
        Ok(answer.data)
    } else {
        Err(answer.error.unwrap_or_else(|| format!("status {}", answer.status)))
    }
}

/// The number that an instant query gave, when it gave one.
pub(super) fn number(body: &[u8]) -> Option<f64> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    answer.pointer("/data/result/0/value/1")?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(series: &str) -> Vec<u8> {
        format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{series}]}},"warnings":["w"]}}"#)
            .into_bytes()
    }

    #[test]
    fn chunks_become_one_series() {
        let mut joined = Joined::default();
        joined.add(&answer(r#"{"metric":{"pod":"a"},"values":[[1,"2"],[2,"3"]]}"#), 2).unwrap();
        joined
            .add(
                &answer(
                    r#"{"metric":{"pod":"a"},"values":[[3,"4"]]},{"metric":{"pod":"b"},"values":[[3,"1"]]},{"metric":{"pod":"c"},"values":[[3,"1"]]}"#,
                ),
                2,
            )
            .unwrap();
        assert_eq!((joined.len(), joined.beyond, joined.warnings.len()), (2, 1, 1));
        let json: serde_json::Value = serde_json::from_slice(&joined.to_json()).unwrap();
        let values = json.pointer("/data/result/0/values").unwrap();
        assert_eq!(values, &serde_json::json!([[1, "2"], [2, "3"], [3, "4"]]));
    }

    #[test]
    fn native_histograms_become_quantiles_beside_plain_series() {
        let native = |name: &str, second: u32| {
            let sample = |time: u32, count: u32| {
                format!(r#"[{time},{{"count":"{count}","sum":"1","buckets":[[0,"1","2","{count}"]]}}]"#)
            };
            format!(r#"{{"metric":{{{name}"pod":"a"}},"histograms":[{},{}]}}"#, sample(1, 8), sample(2, second))
        };
        let mut joined = Joined::default();
        let plain = r#"{"metric":{"pod":"b"},"values":[[1,"2"]]}"#;
        joined.add(&answer(&format!("{},{plain}", native("", 9))), 9).unwrap();
        joined.add(&answer(&native("", 9)), 9).unwrap();
        assert_eq!((joined.len(), joined.histograms, joined.cumulative), (2, 1, 0));
        assert!(joined.of_histograms().unwrap().contains("95th"));
        let json: serde_json::Value = serde_json::from_slice(&joined.to_json()).unwrap();
        assert_eq!(json.pointer("/data/result/0/metric/quantile").unwrap(), "0.95");
        assert_eq!(json.pointer("/data/result/0/values").unwrap().as_array().unwrap().len(), 4);
        let mut raw = Joined::default();
        raw.add(&answer(&native("\"__name__\":\"x_seconds\",", 9)), 9).unwrap();
        assert!(raw.of_histograms().unwrap().contains("rate("));
        assert_eq!(Joined::default().of_histograms(), None);
    }

    #[test]
    fn an_error_is_said_as_the_server_says_it() {
        let body = br#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
        assert_eq!(Joined::default().add(body, 1).unwrap_err(), "parse error");
        assert_eq!(names(body).unwrap_err(), "parse error");
        assert!(names(b"<html>").is_err());
        assert_eq!(number(br#"{"data":{"result":[{"value":[1,"40"]}]}}"#), Some(40.0));
    }
}
