//! Schemas of a registry, as text, and how a message names the one that it was written with. What the text means
//! is the decoder's business.

use std::ops::Range;
use std::sync::Arc;

use crate::Foreign;

/// What is known of how a message's value or key was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// What was written, behind whatever names the schema: bytes of [`Batch::bytes`](crate::Batch::bytes).
    pub payload: Range<usize>,
    /// The schema, or why it could not be had.
    pub schema: Result<Arc<Schema>, NoSchema>,
    /// Of Protobuf: which message of the schema it is. The first number counts the messages of the file, each
    /// further one those within the last.
    pub message: Vec<u32>,
}

/// One schema and what it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// What language it is written in.
    pub format: SchemaFormat,
    /// Its text.
    pub text: Foreign,
    /// The schemas that it refers to, and those that they refer to.
    pub references: Vec<Reference>,
}

/// A schema that another refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it is called there: a type's name, the path of an import.
    pub name: Foreign,
    /// Its text.
    pub text: Foreign,
}

/// A schema's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchemaFormat {
    /// Avro: the text is JSON.
    Avro,
    /// Protobuf: the text is a `.proto` file.
    Protobuf,
    /// JSON Schema: the payload is JSON and needs no schema to be read.
    Json,
}

/// Why a schema that a message names could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoSchema {
    /// The registry does not know it.
    Unknown,
    /// The registry does not answer, or refuses.
    Unreachable,
}
