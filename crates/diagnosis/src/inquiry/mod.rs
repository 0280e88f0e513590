//! Next best evidence: from an alert or a question alone, asks a system read-only questions, the most telling first.
//!
//! What may be asked is knowledge ([`Probes`], in `rules/`); how telling it is follows from the rules by expected
//! information (`oriel_reasoning::inquiry`); who carries a question to a system implements [`Ask`]. Refuses every command
//! that does more than look ([`Command`]). Does no IO.

mod ask;
mod command;
mod gathered;
mod inquire;
mod probe;
mod recorded;
mod step;
mod template;

pub use ask::{Answer, Ask, AskError};
pub use command::{Command, Refused};
pub use gathered::Gathered;
pub use inquire::{Event, Interrogation, MAX_COMMANDS, PRICE, Settings, Strategy, inquire};
pub use probe::{Filled, Probe, ProbeError, Probes};
pub use recorded::Recorded;
