//! Block YAML of a JSON value, as `kubectl -o yaml` writes it. Strings that could be read as something else are quoted.

use serde_json::Value;
use std::fmt::Write as _;

pub(crate) fn write(value: &Value) -> String {
    let mut out = String::new();
    block(&mut out, value, 0);
    out
}

fn block(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let _ = write!(out, "{:indent$}{}:", "", scalar(&Value::String(key.clone())));
                nested(out, value, indent + 2, indent);
            }
        }
        Value::Array(items) => {
            for item in items {
                let mut inner = String::new();
                block(&mut inner, item, indent + 2);
                let inner = inner.trim_start();
                let _ = write!(out, "{:indent$}- {inner}", "");
                if !inner.ends_with('\n') {
                    out.push('\n');
                }
            }
        }
        other => {
            let _ = writeln!(out, "{:indent$}{}", "", scalar(other));
        }
    }
}

/// What stands after a key: on the same line, or in a block below.
fn nested(out: &mut String, value: &Value, deeper: usize, here: usize) {
    match value {
        Value::Object(map) if map.is_empty() => out.push_str(" {}\n"),
        Value::Array(items) if items.is_empty() => out.push_str(" []\n"),
        Value::Object(_) => {
            out.push('\n');
            block(out, value, deeper);
        }
        Value::Array(_) => {
            out.push('\n');
            block(out, value, here);
        }
        Value::String(text) if text.contains('\n') => {
            out.push_str(" |\n");
            for line in text.lines() {
                let _ = writeln!(out, "{:deeper$}{line}", "");
            }
        }
        other => {
            let _ = writeln!(out, " {}", scalar(other));
        }
    }
}

fn scalar(value: &Value) -> String {
    let Value::String(text) = value else { return value.to_string() };
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " -_./:=()%".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "True", "False"].contains(&text.as_str());
    if plain { text.clone() } else { value.to_string() }
}
