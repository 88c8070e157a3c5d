//! A schema registry with Confluent's REST API: fetches the schemas that messages name, each once, with all that
//! they refer to. What it cannot give is said of each message; the messages are read all the same. It must not know
//! what a schema's text means.

mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use zeroize::Zeroizing;

use crate::rest::{Rest, basic, escaped};
use crate::{
    Batch, Body, ErrorKind, Message, NoSchema, Reference, Schema, SchemaFormat, Setting, SettingKind,
    Settings, SourceError, Written,
};

use wire::{Named, SchemaId};

pub(super) const REGISTRY: Setting = Setting {
    name: "registry",
    about: "address of a schema registry with Confluent's REST API: http://registry:8081",
    kind: SettingKind::Text,
};
pub(super) const REGISTRY_USER: Setting =
    Setting { name: "registry_user", about: "user at the schema registry", kind: SettingKind::Text };
pub(super) const REGISTRY_PASSWORD: Setting =
    Setting { name: "registry_password", about: "its password", kind: SettingKind::Secret };

/// A registry that does not answer is asked again after this long.
const REST: Duration = Duration::from_secs(10);
/// A schema that refers to more others than this is not read.
const MOST_REFERENCES: usize = 200;

/// A registry and what it said so far.
pub(super) struct Registry {
    rest: Rest,
    address: String,
    authorization: Option<Zeroizing<String>>,
    said: Mutex<Said>,
}

#[derive(Default)]
struct Said {
    /// What it gave, and what it does not know.
    schemas: BTreeMap<SchemaId, Result<Arc<Schema>, NoSchema>>,
    silent_until: Option<Instant>,
}

impl Registry {
    /// The registry that the settings name, if they do. Nothing is asked yet.
    pub(super) fn new(settings: &Settings) -> Result<Option<Registry>, SourceError> {
        let Some(address) = settings.text(REGISTRY.name) else { return Ok(None) };
        if !address.starts_with("http://") && !address.starts_with("https://") {
            return Err(SourceError {
                kind: ErrorKind::Settings,
                what: REGISTRY.name.into(),
                why: address.into(),
                help: "`registry` is an address that begins with http:// or https://",
            });
        }
        let user = settings.text(REGISTRY_USER.name).unwrap_or_default();
        let authorization = settings.secret(REGISTRY_PASSWORD.name)?.map(|password| basic(user, &password));
        let address = address.trim_end_matches('/').to_owned();
        Ok(Some(Registry { rest: Rest::new(settings)?, address, authorization, said: Mutex::default() }))
    }

    /// Finds out how each message of a batch was written.
    pub(super) fn look_up(&self, batch: &mut Batch) {
        let Body::Messages(messages) = &mut batch.body else { return };
        for message in messages {
            let value = Part { header: b"__value_schema_id", range: message.value.clone() };
            message.written = self.written(&batch.bytes, message, &value);
            if let Some(range) = message.key.clone() {
                let key = Part { header: b"__key_schema_id", range };
                // Eight bytes that begin with a zero are a number as well.
                let is_number = key.range.len() == 8;
                let written = self.written(&batch.bytes, message, &key);
                message.key_written = written.filter(|written| !is_number || written.schema.is_ok());
            }
        }
    }

    fn written(&self, bytes: &[u8], message: &Message, part: &Part) -> Option<Written> {
        let Named { id, at, mut rest, is_sure } = wire::named(bytes, message, part)?;
        let schema = self.schema(id);
        if !is_sure && schema.as_ref().is_err_and(|why| *why == NoSchema::Unknown) {
            return None;
        }
        let mut path = Vec::new();
        if schema.as_ref().is_ok_and(|schema| schema.format == SchemaFormat::Protobuf) {
            // Behind the id, wherever it stands; in a header it may be missing.
            let (found, length) = wire::message_path(&bytes[rest.clone()]).unwrap_or((vec![0], 0));
            rest.start += length;
            path = found;
        }
        let payload = if at == wire::At::Payload { rest } else { part.range.clone() };
        Some(Written { payload, schema, message: path })
    }

    fn schema(&self, id: SchemaId) -> Result<Arc<Schema>, NoSchema> {
        // Whoever needs the same schema waits for it here.
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = said.schemas.get(&id) {
            return known.clone();
        }
        if said.silent_until.is_some_and(|until| Instant::now() < until) {
            return Err(NoSchema::Unreachable);
        }
        let fetched = self.fetch(id).map(Arc::new);
        match &fetched {
            Err(NoSchema::Unreachable) => said.silent_until = Some(Instant::now() + REST),
            _ => drop(said.schemas.insert(id, fetched.clone())),
        }
        fetched
    }

    fn fetch(&self, id: SchemaId) -> Result<Schema, NoSchema> {
        let answer = self.get(&match id {
            SchemaId::Number(number) => format!("schemas/ids/{number}"),
            SchemaId::Guid(guid) => format!("schemas/guids/{}", wire::uuid(guid)),
        })?;
        let format = match answer.get("schemaType").and_then(Value::as_str) {
            None | Some("AVRO") => SchemaFormat::Avro,
            Some("PROTOBUF") => SchemaFormat::Protobuf,
            Some("JSON") => SchemaFormat::Json,
            Some(_) => return Err(NoSchema::Unknown),
        };
        let references = match format {
            // Read without them.
            SchemaFormat::Json => Vec::new(),
            SchemaFormat::Avro | SchemaFormat::Protobuf => self.references(&answer)?,
        };
        Ok(Schema { format, text: text(&answer)?.into(), references })
    }

    /// What a schema refers to, and what that refers to.
    fn references(&self, schema: &Value) -> Result<Vec<Reference>, NoSchema> {
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        let mut open = referred(schema);
        while let Some((name, path)) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            if seen.len() > MOST_REFERENCES {
                return Err(NoSchema::Unknown);
            }
            let answer = self.get(&path)?;
            open.extend(referred(&answer));
            found.push(Reference { name: name.into(), text: text(&answer)?.into() });
        }
        Ok(found)
    }

    fn get(&self, path: &str) -> Result<Value, NoSchema> {
        let authorization = self.authorization.as_ref().map(|said| said.as_str());
        let answer = self.rest.get(&format!("{}/{path}", self.address), authorization);
        answer.map_err(|error| match error.kind {
            ErrorKind::NotFound => NoSchema::Unknown,
            _ => NoSchema::Unreachable,
        })
    }
}

/// A message's value or key.
struct Part {
    /// The header that may name its schema.
    header: &'static [u8],
    range: std::ops::Range<usize>,
}

fn text(answer: &Value) -> Result<&str, NoSchema> {
    answer.get("schema").and_then(Value::as_str).ok_or(NoSchema::Unknown)
}

/// Name and address of each schema that one refers to.
fn referred(schema: &Value) -> Vec<(String, String)> {
    let references = schema.get("references").and_then(Value::as_array).into_iter().flatten();
    let one = |reference: &Value| {
        let of = |key| reference.get(key).and_then(Value::as_str);
        let version = reference.get("version").and_then(Value::as_u64)?;
        let path = format!("subjects/{}/versions/{version}", escaped(of("subject")?));
        Some((of("name")?.to_owned(), path))
    };
    references.filter_map(one).collect()
}

#[cfg(test)]
mod tests;
