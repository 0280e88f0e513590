//! Labels and the selectors over them.

/// Labels or a selector's equalities, in the order read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels(pub Vec<(String, String)>);

impl Labels {
    /// Parses `a=b,c=d`, one pair a comma, as tables and `describe` print them; `<none>` is empty.
    pub fn parse(text: &str) -> Self {
        let mut labels = Self::default();
        labels.add(text);
        labels
    }

    /// Adds the pairs of another line of the same output.
    pub fn add(&mut self, text: &str) {
        for pair in text.split(',') {
            if let Some((key, value)) = pair.trim().split_once('=') {
                self.0.push((key.to_owned(), value.to_owned()));
            }
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// Whether every pair of `self`, as a selector, is among `labels`. An empty selector matches all.
    pub fn matches(&self, labels: &Self) -> bool {
        self.0.iter().all(|(key, value)| labels.get(key) == Some(value))
    }

    /// Whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The operator of a selector expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The value is one of those given.
    In,
    /// The value is none of those given, or the key is absent.
    NotIn,
    /// The key is present.
    Exists,
    /// The key is absent.
    DoesNotExist,
    /// The value is a greater number.
    Gt,
    /// The value is a smaller number.
    Lt,
}

/// `key in (a, b)` and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// Label key.
    pub key: String,
    /// Operator.
    pub operator: Operator,
    /// Values, empty for the existence operators.
    pub values: Vec<String>,
}

impl Expression {
    /// Whether `labels` satisfy the expression.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let number = |text: &str| text.parse::<f64>().ok();
        let compare = |test: fn(f64, f64) -> bool| {
            let bound = self.values.first().and_then(|v| number(v));
            value.and_then(number).zip(bound).is_some_and(|(value, bound)| test(value, bound))
        };
        match self.operator {
            Operator::In => value.is_some_and(|v| self.values.iter().any(|w| w == v)),
            Operator::NotIn => value.is_none_or(|v| self.values.iter().all(|w| w != v)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Gt => compare(|value, bound| value > bound),
            Operator::Lt => compare(|value, bound| value < bound),
        }
    }
}

/// A label selector: equalities and expressions, all of which must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    /// `matchLabels`.
    pub equal: Labels,
    /// `matchExpressions`.
    pub expressions: Vec<Expression>,
}

impl Selector {
    /// Whether `labels` satisfy all of it.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.equal.matches(labels) && self.expressions.iter().all(|e| e.matches(labels))
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.expressions.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_follow_the_api_rules() {
        let labels = Labels::parse("app=web,tier=2");
        let says = |key: &str, operator, values: &[&str]| {
            let values = values.iter().map(|v| (*v).to_owned()).collect();
            Expression { key: key.to_owned(), operator, values }.matches(&labels)
        };
        assert!(says("app", Operator::In, &["api", "web"]));
        assert!(!says("app", Operator::NotIn, &["web"]));
        assert!(says("zone", Operator::NotIn, &["a"]));
        assert!(says("zone", Operator::DoesNotExist, &[]));
        assert!(says("tier", Operator::Gt, &["1"]));
        assert!(!says("app", Operator::Lt, &["1"]));
        assert!(Labels::parse("app=web").matches(&labels));
        assert!(!Labels::parse("app=web,x=y").matches(&labels));
        assert!(Labels::parse("<none>").is_empty());
    }
}
