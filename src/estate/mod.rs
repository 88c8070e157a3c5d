//! Floor 4: what the user declared, validated. What was written (YAML with positions) and what the program runs
//! on ([`Estate`]) are two types; errors name the line, the column and the nearest word that would have fitted.
//!
//! It must not read sources or know the graph.

mod grants;
mod key;
mod model;
mod read;
mod resolve;
mod yaml;

pub use key::{KeyOrigin, LoadedKey};
pub use model::{
    Citation, DatasetFacts, DatasetKind, DatasetRule, DeclaredGrant, Estate, Flow, KeySource, Need,
    PolicyRef, SourceSpec, System, Zone,
};
pub use read::{EstateError, read_estate};
pub use yaml::{Node, YamlError, parse_yaml};
