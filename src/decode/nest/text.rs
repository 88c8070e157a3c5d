//! Text.
use super::classes::Classes;
use super::{Leaf, Walker};
impl Walker<'_> {
    pub(super) fn parts(&mut self, _leaf: Leaf<'_>, _classes: Classes) {}
}
