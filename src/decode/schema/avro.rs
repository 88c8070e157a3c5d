//! Avro schemas (<https://avro.apache.org/docs/1.12.0/specification/>): JSON becomes nodes that a datum is read by.
//!
//! Own code, because `apache-avro` could give no more than this: its reader recurses as deep as the data says,
//! allocates what the data says, gives maps in hash order and takes an early end for null. In the tests it writes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A schema whose names are resolved.
#[derive(Debug)]
pub(in crate::decode) struct AvroSchema {
    nodes: Vec<Node>,
    root: NodeId,
}

/// A place in [`AvroSchema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::decode) struct NodeId(usize);

/// What a value is written as. Logical types of numbers are read as the numbers that they are.
#[derive(Debug)]
pub(in crate::decode) enum Node {
    Null,
    Boolean,
    /// `int` and `long` are written alike.
    Long,
    Float,
    Double,
    Bytes,
    Text,
    Fixed(usize),
    /// As bytes, or fixed if it has a size.
    Decimal {
        scale: usize,
        size: Option<usize>,
    },
    Symbols(Vec<Box<str>>),
    List(NodeId),
    Map(NodeId),
    Union(Vec<NodeId>),
    Record(Vec<(Box<str>, NodeId)>),
}

impl AvroSchema {
    /// From its text and that of the schemas that it refers to. `None` if something in them is no Avro schema, or a
    /// type is named that none of them has.
    pub(in crate::decode) fn parse<'a>(
        text: &str,
        references: impl IntoIterator<Item = &'a str>,
    ) -> Option<Self> {
        let mut references = references.into_iter().map(parsed).collect::<Option<Vec<_>>>()?;
        let mut reader = Reader::default();
        // A reference may refer to one that comes later: each round reads what can be read by then.
        while !references.is_empty() {
            let before = references.len();
            references.retain(|reference| reader.attempt(reference).is_none());
            if references.len() == before {
                return None;
            }
        }
        let root = reader.node(&parsed(text)?, "")?;
        Some(AvroSchema { nodes: reader.nodes, root })
    }

    /// What a whole datum is.
    pub(in crate::decode) fn root(&self) -> NodeId {
        self.root
    }

    /// One node.
    pub(in crate::decode) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }
}

/// The JSON library refuses what is nested deeper than 128.
fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

#[derive(Default)]
struct Reader {
    nodes: Vec<Node>,
    /// Full names.
    names: BTreeMap<String, NodeId>,
}

impl Reader {
    /// Reads a schema, or leaves everything as it was.
    fn attempt(&mut self, schema: &Value) -> Option<NodeId> {
        let (names, nodes) = (self.names.clone(), self.nodes.len());
        let read = self.node(schema, "");
        if read.is_none() {
            self.names = names;
            self.nodes.truncate(nodes);
        }
        read
    }

    fn node(&mut self, schema: &Value, namespace: &str) -> Option<NodeId> {
        match schema {
            Value::String(name) => self.named(name, namespace),
            Value::Array(variants) => {
                let variants = variants.iter().map(|variant| self.node(variant, namespace));
                let variants = variants.collect::<Option<Vec<_>>>()?;
                Some(self.add(Node::Union(variants)))
            }
            Value::Object(object) => self.object(object, namespace),
            _ => None,
        }
    }

    fn named(&mut self, name: &str, namespace: &str) -> Option<NodeId> {
        if let Some(primitive) = primitive(name) {
            return Some(self.add(primitive));
        }
        let found = self.names.get(&full_name(name, namespace));
        found.or_else(|| self.names.get(name)).copied()
    }

    fn object(&mut self, object: &Map<String, Value>, namespace: &str) -> Option<NodeId> {
        let kind = match object.get("type")? {
            Value::String(kind) => kind.as_str(),
            // `{"type": {"type": "long", …}}`.
            inner => return self.node(inner, namespace),
        };
        match kind {
            "record" | "error" => self.record(object, namespace),
            "enum" => {
                let symbols = object.get("symbols")?.as_array()?.iter();
                let symbols = symbols.map(|symbol| symbol.as_str().map(Box::from)).collect::<Option<_>>()?;
                self.define(object, namespace, Node::Symbols(symbols))
            }
            "fixed" => {
                let size = usize::try_from(object.get("size")?.as_u64()?).ok()?;
                self.define(object, namespace, decimal(object, Some(size)).unwrap_or(Node::Fixed(size)))
            }
            "array" => {
                let items = self.node(object.get("items")?, namespace)?;
                Some(self.add(Node::List(items)))
            }
            "map" => {
                let values = self.node(object.get("values")?, namespace)?;
                Some(self.add(Node::Map(values)))
            }
            "bytes" => Some(self.add(decimal(object, None).unwrap_or(Node::Bytes))),
            name => self.named(name, namespace),
        }
    }

    /// A record may hold itself: it has its name before its fields are read.
    fn record(&mut self, object: &Map<String, Value>, namespace: &str) -> Option<NodeId> {
        let id = self.define(object, namespace, Node::Null)?;
        let namespace = own_namespace(object, namespace)?;
        let mut fields = Vec::new();
        for field in object.get("fields")?.as_array()? {
            let name = field.get("name")?.as_str()?;
            fields.push((name.into(), self.node(field.get("type")?, &namespace)?));
        }
        self.nodes[id.0] = Node::Record(fields);
        Some(id)
    }

    fn define(&mut self, object: &Map<String, Value>, namespace: &str, node: Node) -> Option<NodeId> {
        let name = object.get("name")?.as_str()?;
        let namespace = own_namespace(object, namespace)?;
        let id = self.add(node);
        self.names.insert(full_name(name, &namespace), id);
        Some(id)
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() - 1)
    }
}

fn primitive(name: &str) -> Option<Node> {
    Some(match name {
        "null" => Node::Null,
        "boolean" => Node::Boolean,
        "int" | "long" => Node::Long,
        "float" => Node::Float,
        "double" => Node::Double,
        "bytes" => Node::Bytes,
        "string" => Node::Text,
        _ => return None,
    })
}

fn decimal(object: &Map<String, Value>, size: Option<usize>) -> Option<Node> {
    let is_decimal = object.get("logicalType").and_then(Value::as_str) == Some("decimal");
    let scale = object.get("scale").and_then(Value::as_u64).unwrap_or(0);
    is_decimal.then_some(Node::Decimal { scale: usize::try_from(scale).ok()?, size })
}

/// The namespace that a named type's own fields see.
fn own_namespace(object: &Map<String, Value>, enclosing: &str) -> Option<String> {
    let name = object.get("name")?.as_str()?;
    let said = object.get("namespace").and_then(Value::as_str);
    Some(match name.rsplit_once('.') {
        Some((namespace, _)) => namespace.to_owned(),
        None => said.unwrap_or(enclosing).to_owned(),
    })
}

fn full_name(name: &str, namespace: &str) -> String {
    match namespace.is_empty() || name.contains('.') {
        true => name.trim_start_matches('.').to_owned(),
        false => format!("{namespace}.{name}"),
    }
}
