//! XML.
use super::{Leaf, Walker};
impl Walker<'_> {
    pub(super) fn xml_in_value(&mut self, _leaf: Leaf<'_>) -> bool {
        false
    }
}
