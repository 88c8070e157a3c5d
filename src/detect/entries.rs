//! Names that stand in fields of their own: `{"name": "cvv", "value": "123"}`, `<input name="cvv" value="123">`,
//! `["cvv", "123"]`. What a value is called is then a sibling's value.
//!
//! It must not look at what the value itself is.

use super::keys::{Role, Roles};
use crate::decode::{Field, Record};

/// A name stands so few fields before or after its value.
const REACH: usize = 4;
/// Longer values are no names.
const LONGEST: usize = 40;

/// What a sibling says that the field's value is, if its own key does not.
pub(super) fn roles_of_entry(record: &Record, index: usize, key: &str) -> Option<Roles> {
    let own = record.field(index);
    let twin = index.checked_sub(1).map(|before| record.field(before)).filter(|before| is_twin(&own, before));
    let name = match twin {
        None if VALUES.contains(&key) => beside(record, index),
        None if WRAPPERS.contains(&key) => around(record, index),
        twin => twin,
    };
    let text = std::str::from_utf8(name?.value.expose()).ok().filter(|text| text.len() <= LONGEST)?;
    let roles = Roles::of(text);
    roles.any(NAMED).then_some(roles)
}

/// The items of a list, the cells of a row: `["cvv", "123"]`, `<td>CVV</td><td>123</td>`.
fn is_twin(own: &Field<'_>, before: &Field<'_>) -> bool {
    let is_listed = || own.path.as_str().ends_with("[]") || own.path.key() == "td";
    own.group == before.group && own.path == before.path && is_listed()
}

/// The name beside the value whose type wraps it: `<name>cvv</name><value><string>123</string></value>`.
fn around(record: &Record, index: usize) -> Option<Field<'_>> {
    let path = record.field(index).path;
    let value =
        path.keys().nth(1).filter(|key| VALUES.iter().any(|value| key.eq_ignore_ascii_case(value)))?;
    let object = path.as_str().rfind(&format!(".{value}."))?;
    let is_name =
        |field: &Field<'_>| is_name(field) && field.path.as_str().starts_with(&path.as_str()[..object]);
    (index.saturating_sub(REACH)..index).rev().map(|at| record.field(at)).find(is_name)
}

fn is_name(field: &Field<'_>) -> bool {
    NAMES.iter().any(|name| field.path.key().eq_ignore_ascii_case(name))
}

/// The nearest field with a name's key, first before, then after.
fn beside(record: &Record, index: usize) -> Option<Field<'_>> {
    let group = record.field(index).group;
    let is_name = |field: &Field<'_>| field.group == group && is_name(field);
    let last = record.fields().len().min(index + 1 + REACH);
    let before = (index.saturating_sub(REACH)..index).rev().map(|at| record.field(at)).find(is_name);
    before.or_else(|| (index + 1..last).map(|at| record.field(at)).find(is_name))
}

/// Keys of values without a name, in the comparable spelling.
const VALUES: &[&str] =
    &["value", "val", "v", "content", "text", "answer", "data", "stringvalue", "td", "dd"];

/// Types around a value, as XML-RPC, Avro and DynamoDB write them.
const WRAPPERS: &[&str] = &["string", "int", "i4", "s", "n"];

/// Keys of names.
const NAMES: &[&str] = &[
    "name",
    "key",
    "field",
    "fieldname",
    "param",
    "parameter",
    "attribute",
    "label",
    "id",
    "n",
    "k",
    "th",
    "dt",
];

/// What makes a difference to know.
const NAMED: &[Role] =
    &[Role::Pan, Role::Cvv, Role::MaybeCvv, Role::Pin, Role::PinBlock, Role::Expiry, Role::ExpiryPart];

#[cfg(test)]
mod tests {
    use crate::detect::table::findings;

    fn check(record: &str, expected: &str) {
        let tags: Vec<String> = findings(record).iter().map(|hit| hit.tag.to_string()).collect();
        assert_eq!(tags.join(" "), expected, "{record}");
    }

    #[test]
    fn names_in_fields_of_their_own() {
        check("params.name = cvv\nparams.value = 123", "cvv.clear");
        check("params.value = 123\nparams.name = cvv", "cvv.clear");
        check("x[] = cvv\nx[] = 123", "cvv.clear");
        check("tr.td = CVV\ntr.td = 123", "cvv.clear");
        check("m.name = cvv\nm.value.string = 123", "cvv.clear");
        check("cvv.string = 123", "cvv.clear");
        check("params.name = cvv_result\nparams.value = 123", "");
        check("params.name = cvv\nother.value = 123", "");
    }
}
