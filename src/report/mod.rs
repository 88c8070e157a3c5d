//! Floor 8: what may be said of a run, one format a file. Serialises with structs of its own.
