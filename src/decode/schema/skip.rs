//! How long a datum is, without reading its values: what frames the datums of a file.

use super::super::nest::{varint, zigzag};
use super::avro::{AvroSchema, Node, NodeId};

/// The same bounds as for reading.
const DEEPEST: usize = 100;
const EMPTY_VALUES: usize = 1 << 16;

impl AvroSchema {
    /// Bytes of the datum that `bytes` begin with, if they begin with one.
    pub(in crate::decode) fn length(&self, bytes: &[u8]) -> Option<usize> {
        let patience = EMPTY_VALUES + 16 * bytes.len();
        let mut skip = Skip { schema: self, bytes, at: 0, depth: 0, patience };
        skip.value(self.root())?;
        Some(skip.at)
    }
}

struct Skip<'s, 'b> {
    schema: &'s AvroSchema,
    bytes: &'b [u8],
    at: usize,
    depth: usize,
    patience: usize,
}

impl Skip<'_, '_> {
    fn value(&mut self, node: NodeId) -> Option<()> {
        self.patience = self.patience.checked_sub(1)?;
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let schema = self.schema;
        match schema.node(node) {
            Node::Null => {}
            Node::Boolean => self.pass(1)?,
            Node::Long | Node::Symbols(_) => drop(self.long()?),
            Node::Float => self.pass(4)?,
            Node::Double => self.pass(8)?,
            Node::Bytes | Node::Text | Node::Decimal { size: None, .. } => self.sized()?,
            Node::Fixed(size) | Node::Decimal { size: Some(size), .. } => self.pass(*size)?,
            Node::Record(fields) => fields.iter().try_for_each(|(_, field)| self.value(*field))?,
            Node::Union(variants) => {
                let variant = usize::try_from(self.long()?).ok()?;
                self.value(*variants.get(variant)?)?;
            }
            Node::List(items) => self.blocks(|skip| skip.value(*items))?,
            Node::Map(values) => self.blocks(|skip| {
                skip.sized()?;
                skip.value(*values)
            })?,
        }
        self.depth -= 1;
        Some(())
    }

    fn blocks(&mut self, item: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        loop {
            let mut count = self.long()?;
            if count < 0 {
                self.long()?;
            }
            if count == 0 {
                return Some(());
            }
            let start = self.at;
            count = count.checked_abs()?;
            while count > 0 {
                item(self)?;
                // Items without bytes are all the same.
                count = if self.at == start { 0 } else { count - 1 };
            }
        }
    }

    fn sized(&mut self) -> Option<()> {
        let length = usize::try_from(self.long()?).ok()?;
        self.pass(length)
    }

    fn pass(&mut self, length: usize) -> Option<()> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len())?;
        self.at = end;
        Some(())
    }

    fn long(&mut self) -> Option<i64> {
        let (number, length) = varint(&self.bytes[self.at..])?;
        self.at += length;
        Some(zigzag(number))
    }
}
