//! dyetrace follows payment data by its values: sources become batches of bytes, records, hits, observations,
//! a lineage graph, violations and a [`audit::Run`]. The floors stand in `docs/architecture.md`; no floor looks up.

pub mod decode;
pub mod detect;
pub mod observe;

pub mod estate;
pub mod lineage;
pub mod policy;

pub mod audit;

pub mod report;
pub mod store;

pub mod cli;
