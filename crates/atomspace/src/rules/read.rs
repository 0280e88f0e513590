//! Reading rules from text.
//!
//! Refuses what cannot be understood, with the place and a hint. What can be understood but is not sound (an unbound
//! variable, no source, no example) is left to [`super::RuleSet::check`]. Limits: [`MAX_PREMISES`] premises and
//! [`MAX_VARIABLES`] variables in a rule.

use super::form::{
    Aggregate, AggregateKind, Comparison, Conclusion, Example, Expr, Form, Function, Guard, Premise, Rule, RuleKind,
    Search,
};
use super::template;
use crate::TruthValue;
use crate::pattern::{Arg, Pattern, Variables};
use crate::sexpr::{Datum, Position, ReadError, Sexpr};
use std::sync::Arc;

/// How many premises a rule may have.
pub const MAX_PREMISES: usize = 64;
/// How many variables a rule may have.
pub const MAX_VARIABLES: usize = 256;

pub(crate) fn wrong(at: Position, message: impl Into<String>, hint: impl Into<String>) -> ReadError {
    ReadError { at, message: message.into(), hint: hint.into() }
}

/// Reads a `(rule …)` or `(mechanism …)` form.
pub(crate) fn rule(form: &Sexpr, file: &Arc<str>) -> Result<Rule, ReadError> {
    let hint = "write (rule name \"…\" (source \"…\") (tv 0.9 0.9) (if …) (then …) (example …))";
    let items = form.as_list().ok_or_else(|| wrong(form.at, "a rule was expected", hint))?;
    let kind = match form.head() {
        Some("rule") => RuleKind::Rule,
        Some("mechanism") => RuleKind::Mechanism,
        _ => return Err(wrong(form.at, "a form begins with `rule` or `mechanism`", hint)),
    };
    let name = items.get(1).and_then(Sexpr::as_word);
    let name = name.ok_or_else(|| wrong(form.at, "the name of the rule is missing", hint))?;
    let mut variables = Variables::default();
    let mut rule = Rule {
        name: name.to_owned(),
        kind,
        text: String::new(),
        sources: Vec::new(),
        domains: Vec::new(),
        tv: TruthValue::UNKNOWN,
        premises: Vec::new(),
        conclusions: Vec::new(),
        examples: Vec::new(),
        file: Arc::clone(file),
        at: form.at,
        names: Arc::default(),
    };
    let mut seen: Vec<&str> = Vec::new();
    for part in items.iter().skip(2) {
        if let Datum::Text(text) = &part.datum {
            if !rule.text.is_empty() {
                return Err(wrong(part.at, "a second text", "say what the rule says in one text"));
            }
            rule.text.clone_from(text);
            continue;
        }
        let head = part.head().ok_or_else(|| wrong(part.at, "this is no part of a rule", hint))?;
        if matches!(head, "tv" | "if" | "then") {
            if seen.contains(&head) {
                return Err(wrong(part.at, format!("a second ({head} …)"), "a rule has one of each"));
            }
            seen.push(head);
        }
        section(&mut rule, head, part, &mut variables)?;
    }
    if let Some(missing) = ["tv", "if", "then"].iter().find(|needed| !seen.contains(needed)) {
        return Err(wrong(form.at, format!("the rule `{name}` has no ({missing} …)"), hint));
    }
    if variables.len() > MAX_VARIABLES {
        return Err(wrong(form.at, format!("more than {MAX_VARIABLES} variables"), "split the rule"));
    }
    rule.names = variables.names();
    Ok(rule)
}

fn section(rule: &mut Rule, head: &str, part: &Sexpr, variables: &mut Variables) -> Result<(), ReadError> {
    let rest = part.as_list().and_then(|items| items.get(1..)).unwrap_or_default();
    match head {
        "source" => rule.sources.extend(words(part, rest)?),
        "domain" => rule.domains.extend(words(part, rest)?),
        "tv" => rule.tv = truth(part, rest)?,
        "if" => {
            rule.premises = body(rest, variables)?;
            if rule.premises.is_empty() {
                return Err(wrong(part.at, "a rule without premises", "say at least one thing that must hold"));
            }
        }
        "then" => {
            rule.conclusions = rest.iter().map(|form| conclusion(form, variables)).collect::<Result<_, _>>()?;
            if rule.conclusions.is_empty() {
                return Err(wrong(part.at, "a rule without a conclusion", "say what holds then"));
            }
        }
        "example" => rule.examples.push(example(part, rest)?),
        other => {
            let known = "a rule has a text, source, domain, tv, if, then and example";
            return Err(wrong(part.at, format!("unknown part `{other}`"), known));
        }
    }
    Ok(())
}

fn words(part: &Sexpr, rest: &[Sexpr]) -> Result<Vec<String>, ReadError> {
    let words = rest.iter().map(|item| match &item.datum {
        Datum::Text(word) | Datum::Word(word) => Ok(word.clone()),
        _ => Err(wrong(item.at, "a word or text was expected", "")),
    });
    if rest.is_empty() { Err(wrong(part.at, "nothing is said here", "say it or remove it")) } else { words.collect() }
}

fn truth(part: &Sexpr, rest: &[Sexpr]) -> Result<TruthValue, ReadError> {
    let hint = "write (tv STRENGTH CONFIDENCE), both between 0 and 1";
    let tv = match rest {
        [Sexpr { datum: Datum::Number(strength), .. }, Sexpr { datum: Datum::Number(confidence), .. }] => {
            TruthValue::checked(*strength, *confidence)
        }
        _ => None,
    };
    tv.ok_or_else(|| wrong(part.at, "the truth value is not two numbers between 0 and 1", hint))
}

fn body(forms: &[Sexpr], variables: &mut Variables) -> Result<Vec<Premise>, ReadError> {
    if let Some(extra) = forms.get(MAX_PREMISES) {
        return Err(wrong(extra.at, format!("more than {MAX_PREMISES} premises"), "split the rule"));
    }
    forms.iter().map(|form| premise(form, variables)).collect()
}

fn premise(form: &Sexpr, variables: &mut Variables) -> Result<Premise, ReadError> {
    let head = form
        .head()
        .ok_or_else(|| wrong(form.at, "a premise was expected", "write (predicate argument…), a guard, or (not …)"))?;
    let rest = form.as_list().and_then(|items| items.get(1..)).unwrap_or_default();
    let form_read = if head == "not" {
        Form::Not(inner(form, rest, variables)?)
    } else if head == "bind" {
        let [Sexpr { datum: Datum::Variable(name), .. }, value] = rest else {
            return Err(wrong(form.at, "a variable and a value were expected", "write (bind ?y (+ ?x 1))"));
        };
        Form::Bind(variables.named(name), expression(value, variables)?)
    } else if let Some(kind) = AggregateKind::from_word(head) {
        Form::Aggregate(aggregate(kind, form, rest, variables)?)
    } else if let Some(guard) = guard(form, variables)? {
        Form::Guard(guard)
    } else {
        Form::Match(Pattern::from_expression(form, variables)?)
    };
    Ok(Premise { form: form_read, at: form.at })
}

fn inner(form: &Sexpr, rest: &[Sexpr], variables: &mut Variables) -> Result<Vec<Premise>, ReadError> {
    let premises = body(rest, variables)?;
    if premises.is_empty() {
        return Err(wrong(form.at, "nothing stands inside", "write (not (predicate argument…))"));
    }
    let nested = |premise: &&Premise| matches!(premise.form, Form::Not(_) | Form::Aggregate(_));
    match premises.iter().find(nested) {
        Some(nested) => Err(wrong(
            nested.at,
            "`not` and aggregates do not stand inside one another",
            "conclude the inner part with a rule of its own, then use that",
        )),
        None => Ok(premises),
    }
}

fn aggregate(
    kind: AggregateKind,
    form: &Sexpr,
    rest: &[Sexpr],
    variables: &mut Variables,
) -> Result<Aggregate, ReadError> {
    let hint = "write (count ?n (predicate ?x)), (count ?n ?x (predicate ?x ?y)) or (max ?m ?x (predicate ?y ?x)); to compare two numbers, write it inside a guard";
    let Some((Sexpr { datum: Datum::Variable(result), .. }, rest)) = rest.split_first() else {
        return Err(wrong(form.at, format!("`{}` needs a variable for its result", kind.word()), hint));
    };
    let (over, rest) = match rest.split_first() {
        Some((Sexpr { datum: Datum::Variable(over), .. }, rest)) => (Some(over), rest),
        _ => (None, rest),
    };
    if over.is_none() && kind != AggregateKind::Count {
        return Err(wrong(form.at, format!("`{}` needs the variable that it is taken over", kind.word()), hint));
    }
    let result = variables.named(result);
    let over = over.map(|over| variables.named(over));
    Ok(Aggregate { kind, result, over, body: inner(form, rest, variables)? })
}

/// The guard that a form is; `None` where it is none.
fn guard(form: &Sexpr, variables: &mut Variables) -> Result<Option<Guard>, ReadError> {
    let rest = form.as_list().and_then(|items| items.get(1..)).unwrap_or_default();
    let Some(head) = form.head() else { return Ok(None) };
    if matches!(head, "or" | "and") {
        let guards = rest.iter().map(|inner| {
            guard(inner, variables)?
                .ok_or_else(|| wrong(inner.at, format!("`{head}` joins guards only"), "for facts, write two rules"))
        });
        let guards = guards.collect::<Result<Vec<_>, _>>()?;
        return Ok(Some(if head == "or" { Guard::Any(guards) } else { Guard::All(guards) }));
    }
    let (comparison, search) = (Comparison::from_word(head), Search::from_word(head));
    if comparison.is_none() && search.is_none() && head != "one-of" {
        return Ok(None);
    }
    let mut values = rest.iter().map(|value| expression(value, variables)).collect::<Result<Vec<_>, _>>()?;
    let count = values.len();
    let short = || wrong(form.at, format!("`{head}` has {count} operands"), format!("write ({head} ?x value)"));
    if count < 2 {
        return Err(short());
    }
    let others = values.split_off(1);
    let first = values.pop().ok_or_else(short)?;
    Ok(Some(match (comparison, search) {
        (Some(comparison), _) => match <[Expr; 1]>::try_from(others) {
            Ok([second]) => Guard::Compare(comparison, first, second),
            Err(_) => return Err(short()),
        },
        (None, Some(search)) => Guard::Search(search, first, others),
        (None, None) => Guard::OneOf(first, others),
    }))
}

/// Reads a value.
pub(crate) fn expression(form: &Sexpr, variables: &mut Variables) -> Result<Expr, ReadError> {
    Ok(match &form.datum {
        Datum::Variable(name) => Expr::Arg(Arg::Variable(variables.named(name))),
        Datum::Word(word) => Expr::Arg(Arg::Word(word.clone())),
        Datum::Text(text) => Expr::Arg(Arg::Text(text.clone())),
        Datum::Number(number) => Expr::Arg(Arg::Number(*number)),
        Datum::List(items) => {
            let function = form.head().and_then(Function::from_word);
            let function = function.ok_or_else(|| {
                let known: Vec<&str> = Function::words().collect();
                wrong(form.at, "unknown function", format!("the functions are {}", known.join(" ")))
            })?;
            let args = items.iter().skip(1).map(|item| expression(item, variables)).collect::<Result<Vec<_>, _>>()?;
            let wanted = function.operands();
            if args.is_empty() || wanted.is_some_and(|wanted| args.len() != wanted) {
                return Err(wrong(form.at, format!("`{}` has {} operands", function.word(), args.len()), ""));
            }
            Expr::Call(function, args)
        }
    })
}

fn conclusion(form: &Sexpr, variables: &mut Variables) -> Result<Conclusion, ReadError> {
    let pattern = Pattern::from_expression(form, variables)?;
    if is_reserved(&pattern.predicate) {
        return Err(wrong(
            form.at,
            format!("`{}` cannot be concluded: it is a guard or a form", pattern.predicate),
            "conclude a fact",
        ));
    }
    let templates = pattern.args.iter().map(|arg| match arg {
        Arg::Text(text) => template::parse(text, form.at, variables),
        _ => Ok(None),
    });
    let templates = templates.collect::<Result<_, _>>()?;
    Ok(Conclusion { pattern, templates })
}

/// Whether a word begins a guard or a form, so that no fact can.
pub(crate) fn is_reserved(word: &str) -> bool {
    let forms = ["not", "bind", "or", "and", "one-of"];
    forms.contains(&word)
        || Comparison::from_word(word).is_some()
        || Search::from_word(word).is_some()
        || AggregateKind::from_word(word).is_some()
}

fn example(part: &Sexpr, rest: &[Sexpr]) -> Result<Example, ReadError> {
    let hint = "write (example fires (fact)… => (conclusion)…) or (example silent (fact)…)";
    let (word, forms) = rest.split_first().ok_or_else(|| wrong(part.at, "an empty example", hint))?;
    let fires = match word.as_word() {
        Some("fires") => true,
        Some("silent") => false,
        _ => return Err(wrong(word.at, "an example begins with `fires` or `silent`", hint)),
    };
    let mut example = Example { fires, facts: Vec::new(), conclusions: Vec::new(), at: part.at };
    let mut concluding = false;
    for form in forms {
        if form.as_word() == Some("=>") {
            concluding = true;
            continue;
        }
        let fact = Pattern::from_expression(form, &mut Variables::default())?;
        let anything = fact.variables().all(|variable| &*variable.name == "_");
        if !(concluding && anything) {
            crate::frame::fact_parts(form)?;
        }
        if is_reserved(&fact.predicate) {
            return Err(wrong(form.at, format!("`{}` is no fact", fact.predicate), "an example holds facts only"));
        }
        if concluding { example.conclusions.push(fact) } else { example.facts.push(fact) }
    }
    if fires && example.conclusions.is_empty() {
        return Err(wrong(part.at, "the example does not say what is concluded", hint));
    }
    Ok(example)
}
