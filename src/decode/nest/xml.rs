//! XML.
use super::{Leaf, Spot, Walker};
impl Walker<'_> {
    pub(super) fn xml_in_value(&mut self, _leaf: Leaf<'_>) -> bool {
        false
    }
    pub(super) fn xml(&mut self, _spot: Spot, _leaf: Leaf<'_>, _from: usize) -> Result<usize, usize> {
        Err(0)
    }
}
