//! Avro's binary encoding: one datum becomes fields, by a schema that was read before. However the data lies, no
//! depth overflows the stack, nothing is allocated by a length that it says, and it ends.

use super::super::FieldPath;
use super::super::schema::avro::{AvroSchema, Node, NodeId};
use super::json::is_long;
use super::{Spot, Step, Walker, numbers};

/// Deeper data is broken: a schema that holds itself, and a payload that does not end.
const DEEPEST: usize = 100;
/// Beside so many a byte, values that are written in no byte at all.
const EMPTY_VALUES: usize = 1 << 16;

/// A payload that is not what its schema says.
pub(in crate::decode) struct Broken;

impl Walker<'_> {
    /// A datum and nothing behind it: what could be read before it broke is pushed.
    pub(in crate::decode) fn avro(
        &mut self,
        schema: &AvroSchema,
        path: Option<&FieldPath>,
        bytes: &[u8],
    ) -> Result<(), Broken> {
        let spot = self.payload_spot(path);
        let mut datum = Datum::new(self, schema, bytes);
        match datum.value(schema.root(), spot) {
            Some(()) if datum.at == bytes.len() => Ok(()),
            _ => Err(Broken),
        }
    }
}

/// One datum on its way.
struct Datum<'w, 'a, 's, 'b> {
    walker: &'w mut Walker<'a>,
    schema: &'s AvroSchema,
    bytes: &'b [u8],
    at: usize,
    depth: usize,
    /// Values that may still be read.
    patience: usize,
}

impl<'w, 'a, 's, 'b> Datum<'w, 'a, 's, 'b> {
    fn new(walker: &'w mut Walker<'a>, schema: &'s AvroSchema, bytes: &'b [u8]) -> Self {
        let patience = EMPTY_VALUES + 16 * bytes.len();
        Datum { walker, schema, bytes, at: 0, depth: 0, patience }
    }

    fn value(&mut self, node: NodeId, spot: Spot) -> Option<()> {
        self.patience = self.patience.checked_sub(1)?;
        self.depth += 1;
        if self.depth > DEEPEST || is_long(self.walker, spot.place) {
            return None;
        }
        let schema = self.schema;
        match schema.node(node) {
            Node::Record(fields) => self.record(fields, spot)?,
            Node::Union(variants) => {
                let variant = usize::try_from(self.long()?).ok()?;
                self.value(*variants.get(variant)?, spot)?;
            }
            Node::List(items) => {
                let place = self.walker.step(spot.place, Step::Item);
                self.list(*items, Spot { place, ..spot })?;
            }
            Node::Map(values) => self.map(*values, spot)?,
            leaf => self.leaf(leaf, spot)?,
        }
        self.depth -= 1;
        Some(())
    }

    fn leaf(&mut self, leaf: &Node, spot: Spot) -> Option<()> {
        match leaf {
            Node::Boolean => {
                let text: &[u8] = if self.take(1)? == [0] { b"false" } else { b"true" };
                self.walker.push(spot, text);
            }
            Node::Long => {
                let number = self.long()?;
                self.walker.number(spot, number);
            }
            Node::Float => {
                let float = f32::from_le_bytes(self.array()?);
                self.walker.float(spot, float.into());
            }
            Node::Double => {
                let float = f64::from_le_bytes(self.array()?);
                self.walker.float(spot, float);
            }
            Node::Text => {
                let text = self.sized()?;
                self.walker.text_of(spot, text);
            }
            Node::Bytes => {
                let bytes = self.sized()?;
                self.walker.bytes_of(spot, bytes);
            }
            Node::Fixed(size) => {
                let bytes = self.take(*size)?;
                self.walker.bytes_of(spot, bytes);
            }
            Node::Decimal { scale, size } => self.decimal(*scale, *size, spot)?,
            Node::Symbols(symbols) => {
                let symbol = symbols.get(usize::try_from(self.long()?).ok()?)?;
                self.walker.push(spot, symbol.as_bytes());
            }
            Node::Null | Node::Record(_) | Node::Union(_) | Node::List(_) | Node::Map(_) => {}
        }
        Some(())
    }

    fn record(&mut self, fields: &[(Box<str>, NodeId)], spot: Spot) -> Option<()> {
        let spot = Spot { group: self.walker.group(), ..spot };
        for (name, node) in fields {
            let place = self.walker.step(spot.place, Step::Key(name));
            self.value(*node, Spot { place, ..spot })?;
        }
        Some(())
    }

    fn list(&mut self, items: NodeId, item: Spot) -> Option<()> {
        while let Some(mut count) = self.block()? {
            let start = self.at;
            while count > 0 {
                self.value(items, item)?;
                // Items without bytes are all the same.
                count = if self.at == start { 0 } else { count - 1 };
            }
        }
        Some(())
    }

    fn map(&mut self, values: NodeId, spot: Spot) -> Option<()> {
        let spot = Spot { group: self.walker.group(), ..spot };
        while let Some(count) = self.block()? {
            for _ in 0..count {
                let key = String::from_utf8_lossy(self.sized()?);
                let place = self.walker.entry(spot, &key);
                self.value(values, Spot { place, ..spot })?;
            }
        }
        Some(())
    }

    fn decimal(&mut self, scale: usize, size: Option<usize>, spot: Spot) -> Option<()> {
        let bytes = match size {
            Some(size) => self.take(size)?,
            None => self.sized()?,
        };
        match numbers::decimal(bytes, scale) {
            Some(text) => drop(self.walker.push(spot, text.as_bytes())),
            None => self.walker.bytes_of(spot, bytes),
        }
        Some(())
    }

    /// How many items the next block of a list or map has. A negative count is followed by the block's size.
    fn block(&mut self) -> Option<Option<u64>> {
        let count = self.long()?;
        if count < 0 {
            self.long()?;
        }
        Some((count != 0).then_some(count.unsigned_abs()))
    }

    fn sized(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.long()?).ok()?;
        self.take(length)
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn long(&mut self) -> Option<i64> {
        let (number, length) = numbers::varint(&self.bytes[self.at..])?;
        self.at += length;
        Some(numbers::zigzag(number))
    }
}

#[cfg(test)]
#[path = "avro_tests.rs"]
mod tests;
