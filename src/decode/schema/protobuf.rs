//! Protobuf schemas: the text of a `.proto` file becomes messages with numbered fields. The library compiles it; it
//! must not know payloads.

#![cfg_attr(
    not(feature = "schemas"),
    allow(dead_code, reason = "only the compiler, which was left out, makes them")
)]

use std::collections::BTreeMap;

/// The messages of a schema; names are resolved.
#[derive(Debug, Default)]
pub(in crate::decode) struct ProtobufSchema {
    messages: Vec<MessageShape>,
    /// The messages of the file itself by the path of numbers that a payload is told by.
    paths: BTreeMap<Vec<u32>, MessageId>,
}

/// A place in [`ProtobufSchema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::decode) struct MessageId(usize);

/// A message's fields by their numbers.
#[derive(Debug, Default)]
pub(in crate::decode) struct MessageShape(BTreeMap<u32, FieldShape>);

/// One field.
#[derive(Debug)]
pub(in crate::decode) struct FieldShape {
    pub(in crate::decode) name: Box<str>,
    pub(in crate::decode) kind: Kind,
    pub(in crate::decode) many: Many,
    pub(in crate::decode) width: Width,
}

/// How long a number is where several are packed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::decode) enum Width {
    /// It says so itself.
    Varint,
    Four,
    Eight,
}

/// How often a field may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::decode) enum Many {
    One,
    List,
    /// Its messages are entries with a key (1) and a value (2).
    Map,
}

/// How a field's bytes are to be read.
#[derive(Debug)]
pub(in crate::decode) enum Kind {
    Signed,
    Unsigned,
    ZigZag,
    Boolean,
    Float,
    Text,
    Bytes,
    Symbols(BTreeMap<i64, Box<str>>),
    Message(MessageId),
}

impl ProtobufSchema {
    /// The message that a payload is, by the path of numbers that stands before it.
    pub(in crate::decode) fn message(&self, path: &[u32]) -> Option<MessageId> {
        self.paths.get(path).copied()
    }

    /// A message's field.
    pub(in crate::decode) fn field(&self, message: MessageId, number: u32) -> Option<&FieldShape> {
        self.messages[message.0].0.get(&number)
    }
}

#[cfg(not(feature = "schemas"))]
impl ProtobufSchema {
    /// Without the library there is no source that has such schemas either.
    pub(in crate::decode) fn parse(_: &str, _: BTreeMap<String, String>) -> Option<Self> {
        None
    }
}

#[cfg(feature = "schemas")]
mod compile {
    use std::collections::BTreeMap;

    use prost_reflect::{FieldDescriptor, FileDescriptor, MessageDescriptor};
    use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

    use super::{FieldShape, Kind, Many, MessageId, MessageShape, ProtobufSchema, Width};

    /// What the schema itself is called among its imports.
    const ITSELF: &str = "\u{1}.proto";
    /// The library's parser recurses.
    const DEEPEST: usize = 64;

    impl ProtobufSchema {
        /// From its text, and that of its imports by their paths. `None` if it does not compile.
        pub(in crate::decode) fn parse(text: &str, mut imports: BTreeMap<String, String>) -> Option<Self> {
            imports.insert(ITSELF.to_owned(), text.to_owned());
            if imports.values().any(|text| is_too_deep(text)) {
                return None;
            }
            let mut resolver = ChainFileResolver::new();
            resolver.add(Texts(imports));
            resolver.add(GoogleFileResolver::new());
            let mut compiler = protox::Compiler::with_file_resolver(resolver);
            compiler.include_imports(true).open_file(ITSELF).ok()?;
            let file = compiler.descriptor_pool().get_file_by_name(ITSELF)?;
            Some(Shapes::default().of(&file))
        }
    }

    fn is_too_deep(text: &str) -> bool {
        let mut depth = 0usize;
        text.bytes().any(|byte| {
            match byte {
                b'{' | b'[' | b'<' => depth += 1,
                b'}' | b']' | b'>' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > DEEPEST
        })
    }

    /// Files that a registry gave.
    struct Texts(BTreeMap<String, String>);

    impl FileResolver for Texts {
        fn open_file(&self, name: &str) -> Result<File, protox::Error> {
            match self.0.get(name) {
                Some(text) => File::from_source(name, text),
                None => Err(protox::Error::file_not_found(name)),
            }
        }
    }

    /// Descriptors on their way to shapes.
    #[derive(Default)]
    struct Shapes {
        schema: ProtobufSchema,
        known: BTreeMap<String, MessageId>,
        /// Named, and still to be read.
        open: Vec<(MessageId, MessageDescriptor)>,
    }

    impl Shapes {
        fn of(mut self, file: &FileDescriptor) -> ProtobufSchema {
            let mut unnumbered: Vec<(Vec<u32>, Vec<MessageDescriptor>)> =
                vec![(Vec::new(), file.messages().collect())];
            while let Some((path, messages)) = unnumbered.pop() {
                // The entries of maps are no messages of the file.
                let messages = messages.into_iter().filter(|message| !message.is_map_entry());
                for (number, message) in (0..).zip(messages) {
                    let path = [path.as_slice(), &[number]].concat();
                    let id = self.id(&message);
                    self.schema.paths.insert(path.clone(), id);
                    unnumbered.push((path, message.child_messages().collect()));
                }
            }
            while let Some((id, message)) = self.open.pop() {
                let fields = message.fields().map(|field| (field.number(), self.field(&field)));
                self.schema.messages[id.0] = MessageShape(fields.collect());
            }
            self.schema
        }

        fn id(&mut self, message: &MessageDescriptor) -> MessageId {
            if let Some(&id) = self.known.get(message.full_name()) {
                return id;
            }
            let id = MessageId(self.schema.messages.len());
            self.schema.messages.push(MessageShape::default());
            self.known.insert(message.full_name().to_owned(), id);
            self.open.push((id, message.clone()));
            id
        }

        fn field(&mut self, field: &FieldDescriptor) -> FieldShape {
            let many = match () {
                () if field.is_map() => Many::Map,
                () if field.is_list() => Many::List,
                () => Many::One,
            };
            let (kind, width) = (self.kind(field.kind()), width(&field.kind()));
            FieldShape { name: field.name().into(), kind, many, width }
        }

        fn kind(&mut self, kind: prost_reflect::Kind) -> Kind {
            use prost_reflect::Kind as Of;
            match kind {
                Of::Int32 | Of::Int64 | Of::Sfixed32 | Of::Sfixed64 => Kind::Signed,
                Of::Uint32 | Of::Uint64 | Of::Fixed32 | Of::Fixed64 => Kind::Unsigned,
                Of::Sint32 | Of::Sint64 => Kind::ZigZag,
                Of::Bool => Kind::Boolean,
                Of::Float | Of::Double => Kind::Float,
                Of::String => Kind::Text,
                Of::Bytes => Kind::Bytes,
                Of::Message(message) => Kind::Message(self.id(&message)),
                Of::Enum(symbols) => {
                    let symbol = |value: prost_reflect::EnumValueDescriptor| {
                        (value.number().into(), value.name().into())
                    };
                    Kind::Symbols(symbols.values().map(symbol).collect())
                }
            }
        }
    }

    fn width(kind: &prost_reflect::Kind) -> Width {
        use prost_reflect::Kind as Of;
        match kind {
            Of::Fixed32 | Of::Sfixed32 | Of::Float => Width::Four,
            Of::Fixed64 | Of::Sfixed64 | Of::Double => Width::Eight,
            _ => Width::Varint,
        }
    }
}
