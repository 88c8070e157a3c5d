//! Floor 5: observations, metadata and declarations become a graph whose every edge has its evidence.
//! graph → query → view; petgraph stays behind this floor. [`Lineage`] is immutable, and [`Lineage::verify`] holds
//! for every one that is built.
//!
//! It must not know policies or reports.

mod edge;
mod graph;
mod query;
mod view;

mod cascade;
mod claim;
mod companion;
mod draft;
mod feed;
mod infer;
mod joined;
mod likelihood;
mod movement;
mod order;
mod origin;
mod reconcile;
mod restore;
mod survey;
mod value;
mod verify;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

pub use edge::{Edge, EdgeId, End, Evidence, Orientation, Probability, Status, Transform};
pub use graph::{Inputs, Lineage, Seen};
pub use query::Path;
pub use restore::{DatasetPart, Parts};
pub use view::{View, ViewOptions};

use draft::{Draft, Drafts};
use survey::Survey;
