//! Where a value stands in a record. A path never holds data: list positions are forgotten, and a key that could
//! be an id, a number or a secret is folded to `{}`.

use std::sync::Arc;

/// `payment.card.number`, `items[].sku`, `by_order.{}.pan`, `body|base64|json.pan`. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Arc<str>);

/// Longer keys are data, not names.
const LONGEST_KEY: usize = 64;
/// A name has fewer digits than this; `address2`, `sha256` and `x509v3` pass.
const FOLDED_DIGITS: usize = 5;

impl FieldPath {
    /// A path of one key.
    pub fn root(key: &str) -> Self {
        FieldPath(fold(key).into())
    }

    /// A path as it was written earlier by `as_str`: from a store, a report or a test.
    pub fn parse(text: &str) -> Self {
        FieldPath(text.into())
    }

    /// The field under `key` of this object.
    pub fn child(&self, key: &str) -> Self {
        match self.0.is_empty() {
            true => FieldPath::root(key),
            false => FieldPath(format!("{}.{}", self.0, fold(key)).into()),
        }
    }

    /// The field under a key that may be written with dots, as loggers flatten objects: `card.number` is `number` of
    /// `card`. A key that is data stays one `{}`.
    pub fn dotted(&self, key: &str) -> Self {
        let parts = || key.split('.');
        match !looks_like_data(&key.replace('.', "_")) && parts().all(|part| !part.is_empty()) {
            true => parts().fold(self.clone(), |path, part| path.child(part)),
            false => self.child(key),
        }
    }

    /// Any element of this list.
    pub fn item(&self) -> Self {
        FieldPath(format!("{}[]", self.0).into())
    }

    /// What this value holds under an encoding: `base64`, `json`, `gzip`, `url`.
    pub fn encoded(&self, encoding: &'static str) -> Self {
        FieldPath(format!("{}|{encoding}", self.0).into())
    }

    /// A place in this free text, named by the words around it: `message~card`.
    pub fn placed(&self, word: &str) -> Self {
        FieldPath(format!("{}~{}", self.0, fold(word)).into())
    }

    /// Whether it is a place in free text.
    pub fn is_placed(&self) -> bool {
        self.0.contains('~')
    }

    /// The field that a place in free text belongs to; any other path as it is.
    pub fn unplaced(&self) -> &str {
        self.0.split('~').next().unwrap_or_default()
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The innermost key: `number` of `payment.card.number`, `sku` of `items[].sku`, `body` of `body|json`.
    pub fn key(&self) -> &str {
        self.keys().next().unwrap_or_default()
    }

    /// Keys from the innermost outwards, without list marks and encodings.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0
            .rsplit('.')
            .flat_map(|part| part.split(['|', '~']).next())
            .map(|key| key.trim_end_matches("[]"))
            .filter(|key| !key.is_empty())
    }
}

impl std::fmt::Display for FieldPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn fold(key: &str) -> &str {
    if looks_like_data(key) { "{}" } else { key }
}

fn looks_like_data(key: &str) -> bool {
    let digits = key.chars().filter(|c| c.is_numeric()).count();
    let odd = |c: char| c.is_control() || matches!(c, '.' | '|' | '~' | '{' | '}' | '"' | '\u{fffd}');
    key.is_empty() || key.len() > LONGEST_KEY || digits >= FOLDED_DIGITS || key.chars().any(odd)
}

#[cfg(test)]
mod tests {
    use super::FieldPath;

    fn check(keys: &[&str], expected: &str) {
        let mut path = FieldPath::root(keys[0]);
        for key in &keys[1..] {
            path = path.child(key);
        }
        assert_eq!(path.as_str(), expected);
    }

    #[test]
    fn names_stay_and_data_folds() {
        check(&["payment", "card", "number"], "payment.card.number");
        check(&["by_order", "ord-100042", "pan"], "by_order.{}.pan");
        check(&["4111111111111111"], "{}");
        check(&["4111-1111-1111-1111"], "{}");
        check(&["address2", "sha256"], "address2.sha256");
        check(&["a.b"], "{}");
    }

    #[test]
    fn dots_are_nesting_unless_the_key_is_data() {
        let path = FieldPath::root("http");
        assert_eq!(path.dotted("card.number").as_str(), "http.card.number");
        assert_eq!(path.dotted("4111.1111.1111.1111").as_str(), "http.{}");
        assert_eq!(path.dotted("a..b").as_str(), "http.{}");
    }

    #[test]
    fn the_innermost_key_is_found_through_lists_and_encodings() {
        let path = FieldPath::root("items").item().child("body").encoded("base64").encoded("json");
        assert_eq!(path.as_str(), "items[].body|base64|json");
        assert_eq!(path.key(), "body");
        assert_eq!(path.keys().collect::<Vec<_>>(), ["body", "items"]);
    }
}
