//! Protobuf's wire format (<https://protobuf.dev/programming-guides/encoding/>): a message becomes fields, named
//! by a schema or, without one, by their numbers. Own code, because the library builds a tree of copies that cannot
//! be wiped, and knows nothing without a schema.

use super::super::FieldPath;
use super::super::schema::protobuf::{FieldShape, Kind, Many, MessageId, ProtobufSchema};
use super::avro::Broken;
use super::json::is_long;
use super::wire::{DEEPEST_BELIEVED, Value, Wire, is_message, is_text};
use super::{Spot, Step, Walker, numbers};

/// What the libraries allow as well.
const DEEPEST: usize = 100;
/// Without a schema: eight bytes of a double that is no tiny fraction are a larger number than this, a card number's
/// sixteen digits a smaller one.
const LEAST_DOUBLE: u64 = 1 << 60;

impl Walker<'_> {
    /// A message and nothing behind it: what could be read before it broke is pushed.
    pub(in crate::decode) fn protobuf(
        &mut self,
        schema: Option<(&ProtobufSchema, MessageId)>,
        path: Option<&FieldPath>,
        bytes: &[u8],
    ) -> Result<(), Broken> {
        let spot = self.payload_spot(path);
        let mut reading = Reading { walker: self, depth: 0 };
        reading.message(schema, spot, bytes).ok_or(Broken)
    }
}

type Shape<'s> = Option<(&'s ProtobufSchema, MessageId)>;

/// One payload on its way.
struct Reading<'w, 'a> {
    walker: &'w mut Walker<'a>,
    depth: usize,
}

impl Reading<'_, '_> {
    fn message(&mut self, shape: Shape<'_>, spot: Spot, bytes: &[u8]) -> Option<()> {
        self.depth += 1;
        if self.depth > DEEPEST || is_long(self.walker, spot.place) {
            return None;
        }
        let spot = Spot { group: self.walker.group(), ..spot };
        let mut wire = Wire { bytes };
        while let Some((number, value)) = wire.next()? {
            self.field(shape, spot, number, value)?;
        }
        self.depth -= 1;
        Some(())
    }

    fn field(&mut self, shape: Shape<'_>, spot: Spot, number: u32, value: Value<'_>) -> Option<()> {
        let known = shape.and_then(|(schema, message)| Some((schema, schema.field(message, number)?)));
        let Some((schema, field)) = known else {
            let place = self.walker.step(spot.place, Step::Key(&number.to_string()));
            return self.unnamed(Spot { place, ..spot }, value);
        };
        let place = self.walker.step(spot.place, Step::Key(&field.name));
        let spot = Spot { place, ..spot };
        match field.many {
            Many::One => self.known(schema, field, spot, value),
            Many::List => {
                let place = self.walker.step(place, Step::Item);
                self.items(schema, field, Spot { place, ..spot }, value)
            }
            Many::Map => self.entry(schema, field, spot, value),
        }
    }

    fn known(
        &mut self,
        schema: &ProtobufSchema,
        field: &FieldShape,
        spot: Spot,
        value: Value<'_>,
    ) -> Option<()> {
        match (&field.kind, value) {
            (Kind::Message(message), Value::Sized(bytes)) => {
                return self.message(Some((schema, *message)), spot, bytes);
            }
            (Kind::Text, Value::Sized(bytes)) => self.walker.text_of(spot, bytes),
            (Kind::Bytes, Value::Sized(bytes)) => self.walker.bytes_of(spot, bytes),
            (kind, value) => match scalar(kind, &value) {
                Some(scalar) => self.scalar(spot, scalar),
                // Written by another schema.
                None => return self.unnamed(spot, value),
            },
        }
        Some(())
    }

    /// One item, or numbers packed together.
    fn items(
        &mut self,
        schema: &ProtobufSchema,
        field: &FieldShape,
        spot: Spot,
        value: Value<'_>,
    ) -> Option<()> {
        let is_packed = !matches!(field.kind, Kind::Text | Kind::Bytes | Kind::Message(_));
        let Value::Sized(bytes) = value else { return self.known(schema, field, spot, value) };
        if !is_packed {
            return self.known(schema, field, spot, value);
        }
        let mut rest = Wire { bytes };
        while !rest.bytes.is_empty() {
            let value = rest.packed(field.width)?;
            self.known(schema, field, spot, value)?;
        }
        Some(())
    }

    fn entry(
        &mut self,
        schema: &ProtobufSchema,
        field: &FieldShape,
        spot: Spot,
        value: Value<'_>,
    ) -> Option<()> {
        let (Kind::Message(entry), Value::Sized(bytes)) = (&field.kind, &value) else {
            return self.unnamed(spot, value);
        };
        let (key_field, value_field) = (schema.field(*entry, 1)?, schema.field(*entry, 2)?);
        let (mut key, mut held) = (String::new(), None);
        let mut wire = Wire { bytes };
        while let Some((number, value)) = wire.next()? {
            match number {
                1 => key = key_text(&key_field.kind, &value),
                2 => held = Some(value),
                _ => {}
            }
        }
        let place = self.walker.entry(spot, &key);
        match held {
            Some(held) => self.known(schema, value_field, Spot { place, ..spot }, held),
            None => Some(()),
        }
    }

    /// A field that no schema names: text, a message, digits.
    fn unnamed(&mut self, spot: Spot, value: Value<'_>) -> Option<()> {
        match value {
            Value::Varint(number) => self.walker.number(spot, number),
            Value::Four(bytes) => self.walker.number(spot, u32::from_le_bytes(bytes)),
            Value::Eight(bytes) => match u64::from_le_bytes(bytes) {
                number if number < LEAST_DOUBLE => self.walker.number(spot, number),
                number => self.walker.float(spot, f64::from_bits(number)),
            },
            Value::Sized(bytes) if self.is_nested(bytes) => return self.message(None, spot, bytes),
            Value::Sized(bytes) => self.walker.bytes_of(spot, bytes),
        }
        Some(())
    }

    fn is_nested(&self, bytes: &[u8]) -> bool {
        self.depth < DEEPEST_BELIEVED && !is_text(bytes) && is_message(bytes)
    }

    fn scalar(&mut self, spot: Spot, scalar: Scalar<'_>) {
        match scalar {
            Scalar::Number(number) => self.walker.number(spot, number),
            Scalar::Float(float) => self.walker.float(spot, float),
            Scalar::Word(word) => drop(self.walker.push(spot, word.as_bytes())),
        }
    }
}

/// A value that is no text and no message.
enum Scalar<'s> {
    Number(i128),
    Float(f64),
    Word(&'s str),
}

/// A value as its kind says, if it can be one.
fn scalar<'s>(kind: &'s Kind, value: &Value<'_>) -> Option<Scalar<'s>> {
    let unsigned = match value {
        Value::Varint(number) => *number,
        Value::Four(bytes) => u32::from_le_bytes(*bytes).into(),
        Value::Eight(bytes) => u64::from_le_bytes(*bytes),
        Value::Sized(_) => return None,
    };
    let signed = match value {
        Value::Four(bytes) => i32::from_le_bytes(*bytes).into(),
        _ => unsigned.cast_signed(),
    };
    Some(match (kind, value) {
        (Kind::Float, Value::Four(bytes)) => Scalar::Float(f32::from_le_bytes(*bytes).into()),
        (Kind::Float, Value::Eight(bytes)) => Scalar::Float(f64::from_le_bytes(*bytes)),
        (Kind::Signed, _) => Scalar::Number(signed.into()),
        (Kind::Unsigned, _) => Scalar::Number(unsigned.into()),
        (Kind::ZigZag, _) => Scalar::Number(numbers::zigzag(unsigned).into()),
        (Kind::Boolean, _) => Scalar::Word(if unsigned == 0 { "false" } else { "true" }),
        (Kind::Symbols(symbols), _) => match symbols.get(&signed) {
            Some(symbol) => Scalar::Word(symbol),
            None => Scalar::Number(signed.into()),
        },
        _ => return None,
    })
}

/// The key of a map's entry.
fn key_text(kind: &Kind, value: &Value<'_>) -> String {
    match (scalar(kind, value), value) {
        (Some(Scalar::Number(number)), _) => number.to_string(),
        (Some(Scalar::Word(word)), _) => word.to_owned(),
        (_, Value::Sized(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

#[cfg(all(test, feature = "schemas"))]
#[path = "protobuf_tests.rs"]
mod tests;
