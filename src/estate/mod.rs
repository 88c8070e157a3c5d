//! Floor 4: what the user declared, validated. What was written (YAML with positions) and what the program runs
//! on ([`Estate`]) are two types; errors name the line, the column and the nearest word that would have fitted.
//!
//! It must not read sources or know the graph.

mod model;
mod read;

mod declare;
mod settings;
mod source;

mod acls;
mod allow;
mod grants;

mod key;
mod resolve;

pub(crate) mod entries;
mod found;
mod keys;
pub(crate) mod misfit;
pub(crate) mod quantity;
mod template;
pub(crate) mod yaml;

pub(crate) use declare::selector as read_selector;
pub(crate) use grants::day as read_day;

pub use crate::detect::name_fits;
pub use allow::{AllowEntry, AllowList};
pub use found::estate_of_found;
pub use key::{KeyError, KeyOrigin, LoadedKey, key_path, load_key, write_new_key};
pub use misfit::YamlError;
pub use model::{
    Citation, DatasetFacts, DatasetKind, DatasetRule, DeclaredGrant, Estate, Flow, KeySource, Need, Note,
    PolicyRef, SourceSpec, System, Zone,
};
pub use quantity::Moment;
pub use read::{BUILT_IN_POLICIES, EstateError, read_estate};
pub use settings::Window;
pub use template::{GuessedSource, estate_template};

#[cfg(test)]
mod tests;

#[cfg(test)]
mod schema;
