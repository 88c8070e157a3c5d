//! What a list of names in the estate file holds: names, and globs of names.

use globset::{Glob, GlobMatcher};

use crate::{ErrorKind, SourceError};

/// A name, or a glob of names: `*` and `?` (a `/` too), `[ab]`, `{a,b}`.
pub(crate) struct Pattern {
    /// As it was typed.
    pub(crate) typed: String,
    glob: Option<GlobMatcher>,
}

impl Pattern {
    /// Reads one. `help` says how the setting wants it, when it is no glob.
    pub(crate) fn new(typed: &str, help: &'static str) -> Result<Pattern, SourceError> {
        if !typed.contains(WILD) {
            return Ok(Pattern { typed: typed.into(), glob: None });
        }
        let glob = Glob::new(typed).map_err(|error| SourceError {
            kind: ErrorKind::Settings,
            what: typed.into(),
            why: error.kind().to_string().into(),
            help,
        })?;
        Ok(Pattern { typed: typed.into(), glob: Some(glob.compile_matcher()) })
    }

    /// Whether it is one name.
    pub(crate) fn is_name(&self) -> bool {
        self.glob.is_none()
    }

    /// Whether a name fits.
    pub(crate) fn matches(&self, name: &str) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match(name),
            None => name == self.typed,
        }
    }

    /// What every name that fits begins with.
    pub(crate) fn prefix(&self) -> &str {
        self.typed.find(WILD).map_or(&self.typed, |wild| &self.typed[..wild])
    }
}

/// None of these may stand in a name of the systems that are asked so.
const WILD: [char; 5] = ['*', '?', '[', '{', '\\'];

/// The prefixes that together begin every name that one of the patterns fits, none of them within another.
pub(crate) fn prefixes<'a>(patterns: impl IntoIterator<Item = &'a Pattern>) -> Vec<&'a str> {
    let mut prefixes: Vec<&str> = patterns.into_iter().map(Pattern::prefix).collect();
    prefixes.sort_unstable();
    // Sorted, so that what begins with another stands behind it.
    prefixes.dedup_by(|longer, shorter| longer.starts_with(*shorter));
    prefixes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(typed: &[&str]) -> Vec<Pattern> {
        typed.iter().map(|typed| Pattern::new(typed, "a glob").unwrap()).collect()
    }

    #[test]
    fn a_pattern_is_a_name_or_a_glob() {
        let check = |typed: &str, name: &str| patterns(&[typed])[0].matches(name);
        assert!(check("/aws/lambda/a", "/aws/lambda/a") && !check("/aws/lambda/a", "/aws/lambda/ab"));
        assert!(check("/aws/*", "/aws/lambda/a") && check("{a,b}-dlq", "b-dlq") && !check("*-dlq", "a"));
        assert!(Pattern::new("[a", "a glob").is_err());
    }

    #[test]
    fn prefixes_cover_every_pattern_once() {
        let check = |typed: &[&str]| prefixes(&patterns(typed)).join(" ");
        assert_eq!(check(&["/aws/lambda/*", "/aws/*-api", "/ecs/web", "/ecs/w*"]), "/aws/ /ecs/w");
        assert_eq!(check(&["orders", "*"]), "");
    }
}
