//! Importers and detectors: bytes in, atoms out.
