//! Incidents, investigations and outcomes.
