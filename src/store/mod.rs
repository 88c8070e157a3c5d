//! Floor 8: runs kept in SQLite. Holds fingerprints and never digits.
