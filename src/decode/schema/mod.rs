//! Schemas that a source gave as text, made ready to read payloads by: each once a partition.

pub(super) mod avro;
pub(super) mod protobuf;
mod skip;

use std::sync::Arc;

use dyetrace_connectors::{Foreign, Schema, SchemaFormat};

use avro::AvroSchema;
use protobuf::ProtobufSchema;

/// A schema that payloads can be read by.
#[derive(Debug)]
pub(super) enum Compiled {
    Avro(AvroSchema),
    Protobuf(ProtobufSchema),
    /// JSON says by itself what it is.
    Json,
    /// Its text is no schema that can be used.
    Broken,
}

/// The schemas of one partition.
#[derive(Debug, Default)]
pub(super) struct Schemas(Vec<(Arc<Schema>, Compiled)>);

/// A topic has a few; with more, the ones that were used first are made anew when they come again.
const MANY: usize = 64;

impl Schemas {
    /// Makes sure that [`Schemas::get`] has it.
    pub(super) fn learn(&mut self, schema: &Arc<Schema>) {
        if self.get(schema).is_some() {
            return;
        }
        if self.0.len() == MANY {
            self.0.remove(0);
        }
        self.0.push((schema.clone(), Compiled::of(schema)));
    }

    /// A schema that was learned.
    pub(super) fn get(&self, schema: &Arc<Schema>) -> Option<&Compiled> {
        self.0.iter().rev().find(|(known, _)| Arc::ptr_eq(known, schema)).map(|(_, compiled)| compiled)
    }
}

impl Compiled {
    fn of(schema: &Schema) -> Self {
        let references = || schema.references.iter().map(|reference| reference.text.expose());
        let compiled = match schema.format {
            SchemaFormat::Avro => AvroSchema::parse(schema.text.expose(), references()).map(Compiled::Avro),
            SchemaFormat::Protobuf => {
                let named =
                    |(name, text): (&Foreign, &Foreign)| (name.expose().to_owned(), text.expose().to_owned());
                let imports =
                    schema.references.iter().map(|reference| named((&reference.name, &reference.text)));
                ProtobufSchema::parse(schema.text.expose(), imports.collect()).map(Compiled::Protobuf)
            }
            SchemaFormat::Json => Some(Compiled::Json),
        };
        compiled.unwrap_or(Compiled::Broken)
    }
}
