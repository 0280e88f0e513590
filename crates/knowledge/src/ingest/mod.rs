//! What configuration, state and telemetry say about a system, as facts of a base.
//!
//! A file is of one [`Kind`], found out by its content. Its reader makes facts of it in the words of the diagnosis:
//! entities such as `service/cart`, `pod/cart-1` and `node/n1`, relations such as `calls`, `runs-on` and `part-of`
//! (`docs/knowledge.md` lists all). [`ingest`] lays what all files of one source say into a base as one change. Each fact says
//! from which source, file and line it is and when it was observed; what the source does not say any more is taken away,
//! unless another source still says it, or somebody stated it by hand.
//!
//! **Refuses**: secrets. The data of `Secret`s, values of variables, sensitive attributes of Terraform and everything that looks
//! like a credential stay outside (`secrets.rs`); how much was withheld is counted.

mod action;
mod compose;
mod documents;
mod facts;
mod kind;
mod kubernetes;
mod lay;
mod markdown;
mod names;
mod otlp;
mod prometheus;
mod secrets;
mod terraform;
mod voices;

pub use action::{Ingest, Ingested, ingest, plain, referenced};
pub use kind::{IngestError, Kind, Text};
pub use lay::INGESTED_KEY;
pub(crate) use voices::set_conclusion_aside;
pub use voices::{FROM_KEY, STATED};
