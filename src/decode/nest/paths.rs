//! The paths that were walked before, as a tree: a field path is built once, not once a record. It holds names
//! only; a key that is data is never kept.

use std::collections::BTreeMap;

use super::super::FieldPath;

/// A node of the tree. Good within one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(u32);

/// One step down from a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Item,
    Encoded(&'static str),
}

/// The tree.
#[derive(Debug)]
pub(super) struct Paths {
    nodes: Vec<Node>,
    wholes: BTreeMap<FieldPath, Place>,
}

#[derive(Debug)]
struct Node {
    path: FieldPath,
    key: Box<str>,
    parent: Place,
    children: BTreeMap<Box<str>, Place>,
    encodings: Vec<(&'static str, Place)>,
    item: Option<Place>,
    /// The child that was asked for last, and the sibling that followed this one: records of a source have their
    /// keys in one order.
    latest: Place,
    follower: Place,
}

/// More paths than a source has by its structure: forget them between records.
const MANY: usize = 4096;
const FOLDED: &str = "{}";

impl Paths {
    /// The place of no path: a payload without a name.
    pub(super) const ROOT: Place = Place(0);

    /// Forgets everything if there is too much; to be called between records only.
    pub(super) fn trim(&mut self) {
        if self.nodes.len() > MANY {
            *self = Paths::default();
        }
    }

    /// The place of a path that was made elsewhere.
    pub(super) fn enter(&mut self, path: &FieldPath) -> Place {
        if let Some(&place) = self.wholes.get(path) {
            return place;
        }
        let place = self.add(Self::ROOT, path.clone(), "");
        self.wholes.insert(path.clone(), place);
        place
    }

    /// One step down.
    pub(super) fn step(&mut self, from: Place, step: Step<'_>) -> Place {
        match step {
            Step::Key(key) => self.child(from, key),
            Step::Item => self.item(from),
            Step::Encoded(encoding) => self.encoded(from, encoding),
        }
    }

    /// The path of a place.
    pub(super) fn path(&self, place: Place) -> &FieldPath {
        &self.node(place).path
    }

    /// Whether the last key was data and is not part of the path.
    pub(super) fn is_folded(&self, place: Place) -> bool {
        &*self.node(place).key == FOLDED
    }

    fn child(&mut self, from: Place, key: &str) -> Place {
        let latest = self.node(from).latest;
        let guess = self.node(latest).follower;
        let place = match self.node(guess) {
            node if node.parent == from && &*node.key == key => guess,
            _ => self.find_child(from, key),
        };
        self.node_mut(latest).follower = place;
        self.node_mut(from).latest = place;
        place
    }

    fn find_child(&mut self, from: Place, key: &str) -> Place {
        if let Some(&place) = self.node(from).children.get(key) {
            return place;
        }
        let path = self.path(from).dotted(key);
        let is_data =
            path.as_str().strip_prefix(self.path(from).as_str()).is_none_or(|end| end.ends_with(FOLDED));
        let name = if is_data { FOLDED } else { key };
        if let Some(&place) = self.node(from).children.get(name) {
            return place;
        }
        let place = self.add(from, path, name);
        self.node_mut(from).children.insert(name.into(), place);
        place
    }

    fn item(&mut self, from: Place) -> Place {
        if let Some(place) = self.node(from).item {
            return place;
        }
        let place = self.add(from, self.path(from).item(), "");
        self.node_mut(from).item = Some(place);
        place
    }

    fn encoded(&mut self, from: Place, encoding: &'static str) -> Place {
        if let Some((_, place)) = self.node(from).encodings.iter().find(|(name, _)| *name == encoding) {
            return *place;
        }
        let place = self.add(from, self.path(from).encoded(encoding), "");
        self.node_mut(from).encodings.push((encoding, place));
        place
    }

    fn add(&mut self, parent: Place, path: FieldPath, key: &str) -> Place {
        let place = Place(u32::try_from(self.nodes.len()).expect("a record has fewer paths than bytes"));
        self.nodes.push(Node::new(parent, path, key));
        place
    }

    fn node(&self, place: Place) -> &Node {
        &self.nodes[place.0 as usize]
    }

    fn node_mut(&mut self, place: Place) -> &mut Node {
        &mut self.nodes[place.0 as usize]
    }
}

impl Node {
    fn new(parent: Place, path: FieldPath, key: &str) -> Self {
        Node {
            path,
            key: key.into(),
            parent,
            children: BTreeMap::new(),
            encodings: Vec::new(),
            item: None,
            latest: Paths::ROOT,
            follower: Paths::ROOT,
        }
    }
}

impl Default for Paths {
    fn default() -> Self {
        let root = Node::new(Paths::ROOT, FieldPath::parse(""), "");
        Paths { nodes: vec![root], wholes: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Paths, Step};

    fn check(steps: &[Step<'_>], expected: &str) {
        let mut paths = Paths::default();
        for _ in 0..2 {
            let place = steps.iter().fold(Paths::ROOT, |place, step| paths.step(place, *step));
            assert_eq!(paths.path(place).as_str(), expected);
        }
    }

    #[test]
    fn a_path_is_the_same_from_memory() {
        use Step::{Encoded, Item, Key};
        check(&[Key("a"), Key("b"), Item, Key("c")], "a.b[].c");
        check(&[Key("body"), Encoded("base64"), Encoded("json"), Key("pan")], "body|base64|json.pan");
        check(&[Key("by"), Key("4111111111111111"), Key("x")], "by.{}.x");
        check(&[Key("card.number")], "card.number");
        check(&[Item, Key("a")], "[].a");
    }

    #[test]
    fn data_is_not_kept() {
        let mut paths = Paths::default();
        let first = paths.step(Paths::ROOT, Step::Key("4111111111111111"));
        let second = paths.step(Paths::ROOT, Step::Key("5555555555554444"));
        assert_eq!(first, second);
        assert!(paths.is_folded(first));
        assert!(!format!("{paths:?}").contains("4111"));
    }
}
