//! The flags that select a part of a base.

use clap::Args;
use oriel_knowledge::bases::Selection;

/// Which part of a base to read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Part of a base, for one that is larger than memory")]
pub(super) struct SelectionArgs {
    /// Read the atoms of this type and of types below it, with all that they are made of; may be given several times
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,
    /// Read what is around this atom, or node of this name; may be given several times
    #[arg(long, value_name = "ATOM")]
    around: Vec<String>,
    /// How far around: a hop goes from a node to all links that it is in, and to their nodes
    #[arg(long, default_value_t = 1, requires = "around")]
    hops: u32,
    /// Atoms that the part may have
    #[arg(long, value_name = "ATOMS", default_value_t = 1_000_000)]
    most: u64,
}

impl SelectionArgs {
    /// What is selected; the whole base where no flag was given.
    pub(super) fn selection(&self) -> Selection {
        Selection { types: self.types.clone(), around: self.around.clone(), hops: self.hops, most: self.most }
    }
}
