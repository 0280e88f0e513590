//! One table, three ways to show it: on the terminal, in Markdown, in JSON.
//!
//! Cells are text already; whoever fills a grid decides on decimals. The first columns hold words, the others figures.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

/// Columns of the terminal that a table takes at most; long cells are wrapped.
const WIDEST: u16 = 160;

/// A table with a title and a sentence on how to read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Grid {
    /// The title.
    pub title: String,
    /// How to read it: one or a few sentences.
    pub about: String,
    /// Columns of words, at the left; the others are figures.
    #[serde(skip)]
    pub words: usize,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// An empty table whose first `words` columns hold words.
    pub fn new(title: &str, about: &str, words: usize, header: &[&str]) -> Self {
        let header = header.iter().map(|name| (*name).to_owned()).collect();
        Self { title: title.to_owned(), about: about.to_owned(), words, header, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// For the terminal.
    pub fn terminal(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(WIDEST);
        table.set_header(&self.header);
        for row in &self.rows {
            table.add_row(row);
        }
        for column in table.column_iter_mut().skip(self.words) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        format!("{}\n{table}", self.title)
    }

    /// As a section of Markdown: heading, sentence, table.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut text = format!("### {}\n", self.title);
        if !self.about.is_empty() {
            text.push_str(&self.about);
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&line(&self.header));
        let ruler: Vec<String> =
            (0..self.header.len()).map(|at| if at < self.words { "---" } else { "---:" }.to_owned()).collect();
        text.push_str(&line(&ruler));
        for row in &self.rows {
            text.push_str(&line(row));
        }
        text
    }
}

/// Three decimals.
pub fn share(value: f64) -> String {
    format!("{value:.3}")
}

/// A difference with its sign, three decimals; what rounds to nothing has none.
pub fn difference(value: f64) -> String {
    if value.abs() < 0.0005 { "0.000".to_owned() } else { format!("{value:+.3}") }
}

/// Three decimals, or a dash where there is nothing to say.
pub fn maybe(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_in_markdown_and_on_the_terminal() {
        let mut grid = Grid::new("Sets", "How to read it.", 1, &["set", "AC@1"]);
        grid.row(["a|b".to_owned(), share(0.5)]);
        assert_eq!(grid.markdown(), "### Sets\nHow to read it.\n\n| set | AC@1 |\n| --- | ---: |\n| a\\|b | 0.500 |\n");
        assert!(grid.terminal().starts_with("Sets\n") && grid.terminal().contains("0.500"));
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(
            (difference(0.25), difference(-0.1), difference(-0.0001)),
            ("+0.250".into(), "-0.100".into(), "0.000".into())
        );
        assert_eq!((maybe(None), maybe(Some(1.0))), ("–".to_owned(), "1.000".to_owned()));
    }
}
