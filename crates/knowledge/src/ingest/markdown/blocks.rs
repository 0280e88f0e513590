//! The blocks of a text, each with its line, by CommonMark and tables.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::ingest::secrets::is_secret_name;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// What stands before the text between lines of `---`.
    Front,
    /// A heading of this level.
    Heading(usize),
    /// A paragraph, list item or row of a table, with how many bytes of it its bold beginning has.
    Text(usize),
    /// Code: commands, or what they print.
    Code,
    /// What the columns of a table are called, which says nothing by itself.
    Columns,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) what: What,
    /// Without its marks, in one line; code as it is.
    pub(super) text: String,
    /// Where it begins, from 1.
    pub(super) line: u32,
    /// Cells of a row that are left out, for their column is of secrets.
    pub(super) withheld: u64,
}

/// The blocks of a text.
pub(super) fn of(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_STRIKETHROUGH;
    let ends: Vec<usize> = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
    let mut reading = Reading { ends, ..Reading::default() };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reading.take(event, range.start);
    }
    while !reading.open.is_empty() {
        reading.close();
    }
    reading.done.sort_by_key(|block| block.line);
    reading.done
}

#[derive(Default)]
struct Reading {
    /// Where lines end.
    ends: Vec<usize>,
    /// Blocks in blocks, the innermost last; whether it is an item is told by `true`.
    open: Vec<(Block, bool)>,
    done: Vec<Block>,
    /// Whether a block begins with what is bold.
    is_label: bool,
    /// Whether the columns of a table are of secrets.
    secret: Vec<bool>,
    /// Of a table, in which column a cell is, and where its text begins in that of its row.
    cell: (usize, usize),
}

impl Reading {
    fn take(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(tag) => self.start(&tag, at),
            Event::End(end) => self.end(end),
            Event::Text(text) | Event::Code(text) => self.push(&text),
            Event::SoftBreak | Event::HardBreak => self.push(" "),
            // Comments and marks are not what a text says.
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, at: usize) {
        let what = match tag {
            Tag::Heading { level, .. } => What::Heading(depth(*level)),
            Tag::TableHead => What::Columns,
            Tag::Item | Tag::TableRow => What::Text(0),
            // The paragraphs of an item are parts of it.
            Tag::Paragraph if self.open.is_empty() => What::Text(0),
            Tag::Paragraph => return self.push(" "),
            Tag::CodeBlock(_) => What::Code,
            Tag::MetadataBlock(_) => What::Front,
            Tag::Strong => {
                self.is_label = self.open.last().is_some_and(|(block, _)| block.text.trim().is_empty());
                return;
            }
            _ => return,
        };
        self.cell = (0, 0);
        if what == What::Columns {
            self.secret.clear();
        }
        let line = self.ends.partition_point(|end| *end < at) as u32 + 1;
        self.open.push((Block { what, text: String::new(), line, withheld: 0 }, matches!(tag, Tag::Item)));
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph if self.open.last().is_some_and(|(_, is_item)| *is_item) => {}
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::CodeBlock
            | TagEnd::MetadataBlock(_) => self.close(),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Strong if std::mem::take(&mut self.is_label) => {
                if let Some((Block { what: What::Text(label), text, .. }, _)) = self.open.last_mut() {
                    *label = text.len();
                }
            }
            _ => {}
        }
    }

    /// Ends a cell, and leaves out what it holds where its column is of secrets.
    fn end_cell(&mut self) {
        let (column, begins) = self.cell;
        let Some((block, _)) = self.open.last_mut() else { return };
        let is_empty = block.text.get(begins..).unwrap_or_default().trim().is_empty();
        if block.what == What::Columns {
            self.secret.push(is_secret_name(block.text.get(begins..).unwrap_or_default()));
        } else if !is_empty && self.secret.get(column) == Some(&true) {
            block.text.truncate(begins);
            block.withheld += 1;
        }
        block.text.push_str(" | ");
        self.cell = (column + 1, block.text.len());
    }

    fn push(&mut self, text: &str) {
        if let Some((block, _)) = self.open.last_mut() {
            block.text.push_str(text);
        }
    }

    fn close(&mut self) {
        let Some((mut block, _)) = self.open.pop() else { return };
        if let What::Text(label) = &mut block.what {
            let begins = block.text.len() - block.text.trim_start().len();
            *label = label.saturating_sub(begins);
            let text = block.text.trim().trim_end_matches(['|', ' ']).to_owned();
            block.text = text;
        }
        if block.what != What::Columns && (block.withheld > 0 || !block.text.trim().is_empty()) {
            self.done.push(block);
        }
    }
}

fn depth(level: HeadingLevel) -> usize {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_as_it_is_shown() {
        let text = "---\ntitle: x\n---\nOutage\n======\n\n<!--\n- commented\n-->\n- one\n  goes on\n  - inner\n\n1) paren\n\n\
                    10.5 GB limit\n\n````\n```\n- no item\n```\n````\n\n**Cause:** full\n\n| a | b |\n|---|---|\n| c | d |\n\n\
                    | User | Password | Of |\n|---|---|---|\n| ann | `x y` | cart |\n| bob | | web |\n";
        let found: Vec<(What, String, u32)> =
            of(text).into_iter().map(|block| (block.what, block.text, block.line)).collect();
        let wanted = [
            (What::Front, "title: x\n", 1),
            (What::Heading(1), "Outage", 4),
            (What::Text(0), "one goes on", 10),
            (What::Text(0), "inner", 12),
            (What::Text(0), "paren", 14),
            (What::Text(0), "10.5 GB limit", 16),
            (What::Code, "```\n- no item\n```\n", 18),
            (What::Text(6), "Cause: full", 24),
            (What::Text(0), "c | d", 28),
            (What::Text(0), "ann |  | cart", 32),
            (What::Text(0), "bob |  | web", 33),
        ];
        assert_eq!(found, wanted.map(|(what, text, line)| (what, text.to_owned(), line)));
    }
}
