//! The pure flow from an incident's bytes to a verdict, with no server and no storage.
