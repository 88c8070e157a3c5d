//! Reads `dyetrace.yaml` strictly: an unknown key, name or word is an error that shows its place.
//!
//! It must not know what a source holds: only what was declared is looked at, and that named files are there.

use std::path::{Path, PathBuf};

use super::{
    Citation, Estate, KeySource, PolicyRef, YamlError,
    declare::Names,
    entries::{Entries, unknown_word},
    grants, keys,
    misfit::Fault,
    yaml::{self, Node, Place},
};
use crate::detect::{Scrubbed, scrub};

/// Packs that are built in, in the order of the docs.
pub const BUILT_IN_POLICIES: [&str; 3] = ["pci-dss-4.0.1", "tokenization", "least-privilege"];

/// The estate file cannot be run: the user's to mend. Shown with line, column and a caret under the word.
#[derive(Debug, Clone, thiserror::Error, miette::Diagnostic)]
pub enum EstateError {
    /// The file itself.
    #[error("cannot read the estate file {file}: {why}")]
    #[diagnostic(help("{help}"))]
    Unreadable {
        /// As the user named it.
        file: Scrubbed,
        /// Why.
        why: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// Something in it.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Misfit(#[from] YamlError),
}

/// Reads and validates an estate file. Relative paths in it start from its folder.
pub fn read_estate(path: &Path) -> Result<Estate, Box<EstateError>> {
    let file = scrub(&path.to_string_lossy());
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(&file, error.kind()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let base = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let reader = Reader { file: file.clone(), base };
    reader.estate(text).map_err(|fault| Box::new(EstateError::Misfit(fault.within(&file, text))))
}

fn unreadable(file: &Scrubbed, kind: std::io::ErrorKind) -> Box<EstateError> {
    let (why, help) = match kind {
        std::io::ErrorKind::NotFound => {
            ("there is no such file", "name another, or run `dyetrace init` to write one")
        }
        std::io::ErrorKind::PermissionDenied => {
            ("permission denied", "let the user who runs dyetrace read it")
        }
        std::io::ErrorKind::InvalidData => ("it is not UTF-8", "save it as UTF-8"),
        _ => ("reading failed", "see whether it is a file and its disk is well"),
    };
    Box::new(EstateError::Unreadable { file: file.clone(), why, help })
}

/// What every part of the reader needs to know of the file.
pub(super) struct Reader {
    /// As the user named it.
    pub(super) file: Scrubbed,
    /// Its folder.
    pub(super) base: PathBuf,
}

impl Reader {
    fn estate(&self, text: &str) -> Result<Estate, Fault> {
        let root = yaml::parse(text)?;
        let top = root.entries("the estate file", keys::ESTATE)?;
        self.version(&top)?;
        let mut estate = Estate {
            name: top.text("estate")?.unwrap_or(Scrubbed::from_static("unnamed")),
            key: self.key(&top)?,
            zones: self.zones(top.get("zones"))?,
            ..Estate::default()
        };
        estate.systems = self.systems(top.get("systems"), &estate.zones)?;
        let names = Names { zones: &estate.zones, systems: &estate.systems };
        let sources = self.sources(top.get("sources"), &names)?;
        let datasets = self.each(&top, "datasets", |node| self.dataset(node, &names))?;
        let flows = self.each(&top, "flows", |node| self.flow(node, &names))?;
        (estate.sources, estate.datasets, estate.flows) = (sources, datasets, flows);
        let grants = top.get("grants").map_or(Ok(&[][..]), |node| node.items("`grants`"))?;
        (estate.grants, estate.notes) = grants::read(self, grants, &estate.sources)?;
        estate.policies = self.policies(top.get("policies"))?;
        estate.exceptions = top.get("exceptions").map(|node| self.existing_file(node)).transpose()?;
        estate.allow = top.get("allow").map(|node| self.existing_file(node)).transpose()?;
        Ok(estate)
    }

    fn version(&self, top: &Entries<'_>) -> Result<(), Fault> {
        let version = top.required("version", "the estate file")?;
        match version.raw()? {
            "1" => Ok(()),
            _ => Err(version.misfit("this dyetrace reads version 1").help("write `version: 1`")),
        }
    }

    fn key(&self, top: &Entries<'_>) -> Result<KeySource, Fault> {
        let Some(node) = top.get("key") else { return Ok(KeySource::Unnamed) };
        let entries = node.entries("`key`", keys::KEY)?;
        match (entries.get("env"), entries.get("file")) {
            (Some(name), None) => Ok(KeySource::Env(name.raw()?.to_owned())),
            (None, Some(file)) => Ok(KeySource::File(self.path(file)?)),
            _ => Err(Fault::at(node.at, "`key` names one place")
                .label("either `env` or `file`")
                .help("write `key: {env: NAME}` or `key: {file: PATH}`, never the key itself")),
        }
    }

    fn each<T>(
        &self,
        top: &Entries<'_>,
        key: &str,
        read: impl Fn(&Node) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let Some(node) = top.get(key) else { return Ok(Vec::new()) };
        node.items(&format!("`{key}`"))?.iter().map(read).collect()
    }

    fn policies(&self, node: Option<&Node>) -> Result<Vec<PolicyRef>, Fault> {
        match node {
            None => Ok(BUILT_IN_POLICIES.into_iter().map(PolicyRef::BuiltIn).collect()),
            Some(node) => node.one_or_several().iter().map(|node| self.policy(node)).collect(),
        }
    }

    fn policy(&self, node: &Node) -> Result<PolicyRef, Fault> {
        let text = node.raw()?;
        if let Some(name) = BUILT_IN_POLICIES.into_iter().find(|name| *name == text) {
            return Ok(PolicyRef::BuiltIn(name));
        }
        match text.contains('/') || text.ends_with(".yaml") || text.ends_with(".yml") {
            true => self.existing_file(node).map(PolicyRef::File),
            false => Err(unknown_word(node.at, "policy", text, &BUILT_IN_POLICIES)),
        }
    }

    /// A path from the estate file's folder on.
    pub(super) fn path(&self, node: &Node) -> Result<PathBuf, Fault> {
        node.raw().map(|text| self.base.join(text))
    }

    /// A path to a file that is there.
    pub(super) fn existing_file(&self, node: &Node) -> Result<PathBuf, Fault> {
        let path = self.path(node)?;
        match path.is_file() {
            true => Ok(path),
            false => Err(node
                .misfit("there is no such file")
                .help("paths start from the folder of the estate file")),
        }
    }

    /// Where something was declared.
    pub(super) fn cite(&self, at: Place) -> Citation {
        Citation { file: self.file.clone(), line: at.line }
    }
}
